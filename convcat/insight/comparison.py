"""Two months side by side: what changed in the rate behind them, and what is noise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.digest import Digest, source_of, summary_of
from convcat.insight.distribution import Distribution, distribution
from convcat.insight.intervals import z_of
from convcat.insight.multiplicity import judged
from convcat.insight.population import KIND, kinds_of
from convcat.insight.profile import ErrorProfile, profile_of
from convcat.insight.results import Result
from convcat.insight.summaries import Summary
from convcat.taxonomy import NONE

_FEWEST_DAYS = 8  # of a last month that is looked at
_UNSURE = 0.25  # relative error of how well scores tell carriers apart, where nothing is known
_DRIFT = 0.05  # log-odds: how far the reading of one shop may move between two months


@dataclass(frozen=True, repr=False)
class Comparison(Result):
    """What changed between two tagged tables; see :func:`compare`.

    Attributes
    ----------
    rows : tuple of dict
        need, before, after, change, low, high, n_before, n_after, verdict.
    level : float
    note : str
        What the interval covers.
    """

    rows: tuple[dict[str, Any], ...]
    level: float
    note: str
    warnings: tuple[str, ...] = ()
    kind: frames.Kind = "pyarrow"
    what: str = field(default="changes", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("before", "after", "change", "low", "high"), float),
        **dict.fromkeys(("n_before", "n_after"), int),
    }

    def headline(self) -> str:
        """Return the sentences that stand above the rows."""
        return " ".join([self.note, *self.warnings])

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {"level": self.level, "note": self.note, "warnings": list(self.warnings)}


@dataclass(frozen=True)
class Change:
    """A change in shares: standard error by chance, and relative error of its size."""

    value: float
    error: float
    unsure: float = 0.0

    def interval(self, z: float) -> tuple[float, float]:
        """Return the interval: chance, then that scores may tell carriers apart worse or better."""
        less, more = z * self.unsure / (1 + z * self.unsure), z * self.unsure
        toward = np.hypot(z * self.error, less * self.value)
        away = np.hypot(z * self.error, more * self.value)
        below, above = (toward, away) if self.value >= 0 else (away, toward)
        return max(self.value - float(below), -1.0), min(self.value + float(above), 1.0)


def compare(
    before: Any,
    after: Any,
    *,
    audit_before: Any = None,
    audit_after: Any = None,
    level: float = 0.95,
    model: Any = None,
) -> Comparison:
    """Compare two tagged tables of one shop, need by need.

    Parameters
    ----------
    before, after : dataframe, path to Parquet or Tagged
        Tagged with the same model.
    audit_before, audit_after : Audit, path or dataframe, optional
        Filled audit sheets of the two.
    level : float, default 0.95
    model : object, optional
        Anything with ``profile_``.

    Returns
    -------
    Comparison
        ``verdict`` is "up", "down" or "noise"; all needs are judged together, so a change whose
        interval just leaves zero may still be noise.

    Raises
    ------
    InputError
        If a table is no tagged table, or the two differ in their needs.

    Notes
    -----
    The interval is for the change of the rate behind the two months. A model's error that is the
    same in both cancels, and is not counted twice: the difference of mean scores, divided by how
    far apart the scores of carriers and others stand, estimates the change if the reading of this
    shop stays the same. With audits in both months their difference is weighed in by precision,
    and then the reading may have moved.

    Examples
    --------
    >>> import pyarrow as pa
    >>> def month(late):
    ...     p = [0.95] * late + [0.02] * (200 - late)
    ...     return pa.table({
    ...         "needs": [["delay"] if x > 0.5 else [] for x in p],
    ...         "p_delay": p,
    ...         "needs_status": ["ok"] * 200,
    ...     })
    >>> [(row["need"], row["verdict"]) for row in compare(month(20), month(80)).rows]
    [('delay', 'up'), ('none', 'down')]
    """
    first, second = source_of(before), source_of(after)
    if first.needs != second.needs:
        raise InputError(
            "The two tables were tagged with different needs; tag both with one model."
        )
    profile = profile_of(second.metadata, model) or profile_of(first.metadata, None)
    by = (KIND,) if len({*kinds_of(first), *kinds_of(second)}) > 1 else ()
    sums = [summary_of(table, by) for table in (first, second)]
    audited = [
        distribution(table, audit=audit, level=level, by=by, model=profile)
        for table, audit in ((first, audit_before), (second, audit_after))
    ]
    rows = []
    for key in sorted({*sums[0].cells} & {*sums[1].cells}, key=str):
        rows += _cell_rows(sums, audited, by, key, profile, level)
    return Comparison(
        rows=tuple(judged(rows, level)),
        level=level,
        note=(
            f"Change of the rate behind the two, with {100 * level:g} % intervals for chance and for "
            "how well scores tell carriers apart; an error of the model that is the same in both cancels."
        ),
        warnings=tuple(dict.fromkeys(w for found in audited for w in found.warnings)),
        kind=second.kind,
    )


def changes(
    tagged: Any, *, previous: Any = None, level: float = 0.95, model: Any = None
) -> Comparison | None:
    """Compare with an earlier table, or the last month of a table with the one before it.

    A last month that has hardly begun is left out where there are two before it.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
    previous : dataframe, path to Parquet or Tagged, optional
    level : float, default 0.95
    model : object, optional

    Returns
    -------
    Comparison or None
        None where there is nothing to compare with.
    """
    table = Digest.of(tagged)
    if previous is not None:
        return compare(previous, table, level=level, model=model)
    last = months_compared(table)
    if len(last) < 2:
        return None
    parts = [table.at(month) for month in last]
    found = compare(*parts, level=level, model=model)
    return replace(found, kind=table.kind)


def months_compared(table: Digest) -> tuple[str, ...]:
    """Return the two months that :func:`changes` compares; fewer where there are not two.

    Parameters
    ----------
    table : Digest
    """
    summary = table.census.summary
    if summary is None or "month" not in summary.by:
        return ()
    months = summary.over("month")
    known = zip(months.cells, months.n, strict=True)
    found = sorted(key[0] for key, n in known if n and key[0] is not None)
    days = table.census.days
    if len(found) > 2 and days and days[1].isoformat() < f"{found[-1]}-{_FEWEST_DAYS:02d}":
        found.pop()
    return tuple(found[-2:])


def _cell_rows(
    sums: list[Summary],
    audited: list[Distribution],
    by: tuple[str, ...],
    key: tuple[str | None, ...],
    profile: ErrorProfile | None,
    level: float,
) -> list[dict[str, Any]]:
    a, b = (s.cells.index(key) for s in sums)
    n = int(sums[0].n[a]), int(sums[1].n[b])
    if min(n) == 0:
        return []
    where, rows = dict(zip(by, key, strict=True)), []
    for need in (*sums[0].needs, NONE):
        shares = [
            next(
                row
                for row in found.rows
                if row["need"] == need and all(row[name] == v for name, v in where.items())
            )
            for found in audited
        ]
        change = _from_scores(sums, (a, b), need, profile)
        if all(found.checked for found in audited):
            change = _weighed(change, shares, n, level)
        level_of = _level(shares, n, [bool(found.checked) for found in audited])
        start = float(np.clip(level_of - change.value * n[1] / sum(n), 0, 1))
        end = float(np.clip(start + change.value, 0, 1))
        low, high = change.interval(z_of(level))
        rows.append({
            **where,
            "need": need,
            "before": start,
            "after": end,
            "change": end - start,
            "low": low,
            "high": high,
            "n_before": n[0],
            "n_after": n[1],
            "z": change.value / change.error if change.error > 0 else 0.0,
        })  # fmt: skip
    return rows


def _from_scores(
    sums: list[Summary], at: tuple[int, int], need: str, profile: ErrorProfile | None
) -> Change:
    """Return the change that the scores show, if the shop is read alike in both months."""
    j = sums[0].signals.index(need)
    means, noise = [], 0.0
    for summary, i in zip(sums, at, strict=True):
        n = float(summary.n[i])
        if summary.scored[i, j] < n:
            mean = summary.tagged[i, j] / n
            variance = mean * (1 - mean)
        else:
            mean = summary.sum_p[i, j] / n
            variance = summary.sum_pp[i, j] / n - mean**2
        means.append(float(mean))
        # A rare need that was seen in neither month may still have been there.
        noise += max(float(variance), 0.25 / n) / n
    apart, unsure = separation(sums, at, j, need, profile)
    change = (means[1] - means[0]) / apart
    drift = _DRIFT * float(np.prod([1 - np.mean(means), np.mean(means)]))
    return Change(change, float(np.sqrt(noise / apart**2 + drift**2)), unsure)


def separation(
    sums: list[Summary], at: tuple[int, ...], j: int, need: str, profile: ErrorProfile | None
) -> tuple[float, float]:
    """Return how far apart the scores of carriers and others stand, and its relative error."""
    if profile is not None and (known := profile.separation(need)):
        return known
    p = sum(float(s.sum_p[i, j]) for s, i in zip(sums, at, strict=True))
    pp = sum(float(s.sum_pp[i, j]) for s, i in zip(sums, at, strict=True))
    n = sum(float(s.n[i]) for s, i in zip(sums, at, strict=True))
    if not 0 < p < n or any(s.scored[i, j] < s.n[i] for s, i in zip(sums, at, strict=True)):
        return 1.0, _UNSURE
    return float(np.clip(pp / p - (p - pp) / (n - p), 0.05, 1)), _UNSURE


def _weighed(
    scores: Change, shares: list[dict[str, Any]], n: tuple[int, int], level: float
) -> Change:
    """Weigh the audits' difference in, by precision."""
    variance = sum(
        ((row["high"] - row["low"]) / 2 / z_of(level)) ** 2 + row["share"] * (1 - row["share"]) / m
        for row, m in zip(shares, n, strict=True)
    )
    value = shares[1]["share"] - shares[0]["share"]
    own = scores.error**2 + (scores.unsure * scores.value) ** 2
    total = variance + own
    if abs(value - scores.value) > 3 * np.sqrt(total):  # they contradict: trust the readers
        return Change(value, float(np.sqrt(variance)))
    weight = own / total if total > 0 else 0.0
    mixed = scores.value + weight * (value - scores.value)
    return Change(mixed, float(np.sqrt(own * variance / total)) if total > 0 else 0.0)


def _level(shares: list[dict[str, Any]], n: tuple[int, int], checked: list[bool]) -> float:
    """Return the share over both months; an audited month speaks for both."""
    weights = [m * (20.0 if known else 1.0) for m, known in zip(n, checked, strict=True)]
    return float(np.average([row["share"] for row in shares], weights=weights))
