"""An audit laid on a tagged table: which rows were checked, what that says of each need."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError
from convcat.insight.agreement import disagreement, holm
from convcat.insight.checks import Audit
from convcat.insight.digest import Digest
from convcat.insight.intervals import PRIOR_SCALE, assisted
from convcat.insight.population import KIND, ids_of, kinds_of, shift_to, steepness, take
from convcat.insight.profile import ErrorProfile
from convcat.insight.scored import Scored, cell_of
from convcat.insight.transfer import Forecast
from convcat.insight.unaudited import Reading, unaudited
from convcat.tagged import Tagged
from convcat.taxonomy import NONE

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]

_ENOUGH = 20  # checks: from here on the model's record is no longer leaned on
_DRIFT = 0.15  # log-odds: the least that scores differ between shops
_TAIL_DF = 5.0


@dataclass(frozen=True)
class Checked:
    """Audited rows of a tagged table.

    Attributes
    ----------
    n : int
        Conversations that people read, among those the model read.
    unmatched : int
        Audited conversations that are not among them.
    unfinished : int
        Rows of the sheet left blank or skipped.
    agreement : float or None
        How two readers of one conversation agree; None where none was read twice.
    alarm : tuple of str
        Needs on which readers and model disagree more than chance allows, all needs together.
    p_values : dict of str to float
        Adjusted p-value of that disagreement, per need (and kind).
    """

    n: int
    unmatched: int
    unfinished: int
    agreement: float | None
    alarm: tuple[str, ...]
    p_values: dict[str, float]
    table: Tagged = field(repr=False)
    weights: Floats | None = field(repr=False)
    answers: dict[str, Floats] = field(repr=False)

    @classmethod
    def of(
        cls, digest: Digest, audit: Audit, profile: ErrorProfile | None, level: float
    ) -> Checked:
        """Find the audited rows and compare readers and model.

        Raises
        ------
        InputError
            If none of the audited conversations is among those read, or most have other words.
        """
        table = digest.rows_of(audit.ids)
        at = {
            name: i for i, (name, ok) in enumerate(zip(ids_of(table), table.ok, strict=True)) if ok
        }
        here = [k for k, name in enumerate(audit.ids) if name in at]
        if not here:
            raise InputError(
                f"None of the {len(audit)} audited conversations is in this table; "
                "is it the sheet of another dump?"
            )
        audit.check_words(table)
        chance = np.asarray([audit.probabilities[k] for k in here])
        equal = np.isnan(chance).any() or np.ptp(chance) < 1e-9
        answers = {need: audit.share_of(need)[here] for need in (*digest.needs, NONE)}
        blank = cls(
            n=len(here),
            unmatched=len(audit) - len(here),
            unfinished=audit.unfinished,
            agreement=audit.agreement,
            alarm=(),
            p_values={},
            table=take(table, [at[audit.ids[k]] for k in here]),
            weights=None if equal else 1 / chance,
            answers=answers,
        )
        return blank._with_alarm(digest, profile, level)

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as JSON-able values."""
        return {
            "checks": self.n,
            "unmatched": self.unmatched,
            "unfinished": self.unfinished,
            "agreement": self.agreement,
            "alarm": list(self.alarm),
            "disagreement_p": dict(self.p_values),
        }

    def _with_alarm(self, digest: Digest, profile: ErrorProfile | None, level: float) -> Checked:
        summary = digest.summary((KIND,) if len(kinds_of(digest)) > 1 else ())
        scored, p_values = Scored.of(digest, summary), {}
        cell = cell_of(self.table, summary.by, summary.cells)
        for i, key in enumerate(summary.cells):
            here = cell == i
            for j, need in enumerate(scored.needs):
                if not summary.n[i] or not scored.real[j] or not here.any():
                    continue
                reading = unaudited(summary, i, need, profile)
                counted = scored.counted(need, i)
                shift = shift_to(*counted, reading.share)
                p_values[" ".join([*filter(None, key), need])] = disagreement(
                    scored.log_odds(self.table, need)[here] + shift,
                    float(self.answers[need][here].sum()),
                    **usual(reading.forecast, steepness(*counted, shift)),
                )
        adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
        alarm = tuple(name for name, p in adjusted.items() if p <= 1 - level)
        return replace(self, alarm=alarm, p_values=adjusted)


@dataclass(frozen=True)
class Found:
    """An audited estimate, and the plain count of the audit beside it."""

    share: float
    low: float
    high: float
    checks: int
    hits: float


def estimate(
    scored: Scored,
    checked: Checked,
    need: str,
    cell: int,
    here: Rows,
    reading: Reading,
    level: float,
) -> Found | None:
    """Return the audited estimate of one need in one cell; None where no check fell into it.

    Parameters
    ----------
    scored : Scored
    checked : Checked
    need : str
    cell : int
    here : ndarray of bool, shape (checks,)
        Which audited conversations stand in the cell.
    reading : Reading
        What the model alone says.
    level : float
    """
    if not here.any():
        return None
    answers = checked.answers[need][here]
    distinct, counts = scored.counted(need, cell)
    shift = shift_to(distinct, counts, reading.share)
    found = assisted(
        distinct,
        counts,
        scored.log_odds(checked.table, need)[here],
        answers,
        None if checked.weights is None else checked.weights[here],
        shift=shift,
        level=level,
        scale=pull(int(here.sum()), reading.forecast.spread * steepness(distinct, counts, shift)),
    )
    return Found(found.share, found.low, found.high, int(here.sum()), float(answers.sum()))


def usual(forecast: Forecast, steep: float) -> dict[str, float]:
    """Return how far the scores of shops usually lie from the truth, odd shops included.

    The record's spread is that of most shops, of the log-odds of a share; to move those by one,
    scores move by ``steep``. An alarm is raised by the most extreme of all needs, so it needs the
    tails: five degrees of freedom.
    """
    return {"spread": max(forecast.spread * steep, _DRIFT), "df": min(forecast.df, _TAIL_DF)}


def pull(checks: int, spread: float) -> float:
    """Return the scale of the prior: the model's record for few checks, hardly any pull for many.

    ``spread`` is that of the scores between shops, by the record.

    Examples
    --------
    >>> pull(0, 0.4), pull(50, 0.4)
    (0.4, 2.0)
    """
    own = min(1.0, checks / _ENOUGH)
    return max(spread, _DRIFT) + (max(PRIOR_SCALE, spread) - max(spread, _DRIFT)) * own
