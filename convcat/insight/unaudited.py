"""The share of a need from scores alone, and what is known of such an estimate."""

from __future__ import annotations

from dataclasses import dataclass

from convcat.insight.profile import ErrorProfile
from convcat.insight.summaries import Summary
from convcat.insight.transfer import Forecast, Transfer


@dataclass(frozen=True)
class Reading:
    """What the model alone says of one need in one cell.

    Attributes
    ----------
    forecast : Forecast
        The share, and how such estimates turn out.
    method : str
        ``"known"``, ``"assumed"`` or ``"tags"``.
    """

    forecast: Forecast
    method: str

    @property
    def share(self) -> float:
        """The estimated share."""
        return self.forecast.share

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval of the share among these conversations."""
        return self.forecast.interval(level)


def unaudited(summary: Summary, i: int, need: str, profile: ErrorProfile | None) -> Reading:
    """Return the reading of one need in one cell that has conversations.

    Parameters
    ----------
    summary : Summary
    i : int
        The cell.
    need : str
    profile : ErrorProfile or None
        Without one, errors of a usual size are assumed.
    """
    j, n = summary.signals.index(need), int(summary.n[i])
    if summary.scored[i, j] < n:  # a table without this signal's scores
        assumed, share = Transfer(), (int(summary.tagged[i, j]) + 0.5) / (n + 1)
        return Reading(Forecast(share, n, assumed.spread, assumed.df), "tags")
    transfer = (profile.transfers.get(need) if profile else None) or Transfer()
    histogram = summary.histogram[i, j].reshape(-1, 2).sum(axis=1)
    sums = float(summary.sum_p[i, j]), float(summary.sum_pp[i, j])
    forecast = transfer.forecast(histogram, sums[0] / n, sums[1] / n)
    return Reading(forecast, "known" if transfer.known else "assumed")
