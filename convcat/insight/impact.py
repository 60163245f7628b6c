"""What needs go along with: ratings, satisfaction, waiting, coming back, money. Never a cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.digest import Digest
from convcat.insight.impact_differences import of_means, of_shares
from convcat.insight.impact_outcomes import Outcome, repeat_of, scores_of
from convcat.insight.impact_sums import Moments, Sums, moments_where
from convcat.insight.impact_table import slim
from convcat.insight.multiplicity import Control, q_values
from convcat.insight.population import rows_by_kind
from convcat.insight.response import (
    Response,
    content_rows,
    response_rows,
    response_sums,
    waiting_of,
    waits_as_outcomes,
)
from convcat.insight.response_hours import BusinessHours
from convcat.insight.results import Result
from convcat.tagged import Tagged

NOTE = (
    "Conversations that carry a need beside those that do not: what goes along with it, not what "
    "it causes."
)


@dataclass(frozen=True, repr=False)
class Impact(Result):
    """What needs go along with; see :func:`impact`.

    Attributes
    ----------
    rows : tuple of dict
        ``need`` (and ``kind``), ``outcome``, ``scale`` (what ``difference`` is: a difference of
        means or of shares, or a ``ratio`` of typical values), ``with`` and ``without`` the need,
        ``difference``, ``low``, ``high``, ``n_with``, ``n_without``, ``p_value``, ``q_value``,
        ``verdict`` ("higher", "lower", "not shown").
    content : tuple of dict
        CSAT of routine queries and of complaints (``stance``), answered ``in_time`` and
        ``later``, with the difference, its interval and verdict.
    response : Response or None
        First answers per channel.
    outcomes : dict of str to str
        What was held against the needs, in words.
    left_out : dict of str to str
        What was not, and why.
    level : float
    min_size : int
        Conversations that each side of a row must have.
    control : {"bh", "by"}
        How false discoveries were controlled, over everything looked at.
    """

    rows: tuple[dict[str, Any], ...]
    content: tuple[dict[str, Any], ...]
    response: Response | None
    outcomes: dict[str, str]
    left_out: dict[str, str]
    level: float
    min_size: int
    control: Control
    kind: frames.Kind = "pyarrow"
    what: str = field(default="impact", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("with", "without", "difference", "low", "high"), float),
        **dict.fromkeys(("n_with", "n_without"), int),
        **dict.fromkeys(("p_value", "q_value"), float),
    }

    def headline(self) -> str:
        """Return the sentences that stand above the rows."""
        if not self.outcomes:
            return "The table has no rating, satisfaction, response time or money to hold needs against."
        shown = sum(row["verdict"] != "not shown" for row in self.rows)
        return f"{shown} of {len(self.rows)} differences are beyond chance, all judged together. {NOTE}"

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {
            "content": [dict(row) for row in self.content],
            "response": None if self.response is None else self.response.to_dict(),
            "outcomes": dict(self.outcomes),
            "left_out": dict(self.left_out),
            "level": self.level,
            "min_size": self.min_size,
            "control": self.control,
            "note": NOTE,
        }

    def _brief(self) -> list[dict[str, Any]]:
        """Return rows to read: what is beyond chance first, numbers short."""
        order = sorted(self.rows, key=lambda row: (row["verdict"] == "not shown", row["outcome"]))
        names = ("with", "without", "difference", "low", "high")
        return [
            {k: f"{v:.3g}" if k in names else v for k, v in row.items() if k not in {"scale", "p_value"}}
            for row in order
        ]  # fmt: skip


def impact(
    tagged: Any,
    *,
    level: float = 0.95,
    hours: str | BusinessHours | None = None,
    line: float = 10.0,
    customer: str | None = None,
    repeat_days: float = 7.0,
    min_size: int = 20,
    control: Control = "bh",
) -> Impact:
    """Hold the needs against rating, CSAT, NPS, response time, repeat contact and order value.

    Whatever of these the table has a column for is used. Conversations that carry a need's tag
    are set beside all others of the same kind; the difference is an association: customers whose
    parcel is late may rate low for other reasons too. Tags that are misread make differences look
    smaller than they are.

    Parameters
    ----------
    tagged : dataframe, path to Parquet, Tagged or Digest
        A tagged table. Of one in pieces with more than 200,000 conversations about so many are
        drawn, whole customers at a time; ``left_out`` says so.
    level : float, default 0.95
        Of the intervals; one minus it is the share of false differences that is allowed.
    hours : str or BusinessHours, optional
        Opening hours, as ``"Mon-Fri 09:00-18:00, Sat 10:00-14:00 Europe/London, closed
        2026-12-25"``; inferred from when answers went out unless given, and said to be.
    line : float, default 10
        Minutes of opening time within which a first answer is in time.
    customer : str, optional
        The column that tells the same customer, e-mail or order again; found by its name
        otherwise.
    repeat_days : float, default 7
        A customer who writes again within so many days counts as coming back.
    min_size : int, default 20
        Conversations that each side must have.
    control : {"bh", "by"}, default "bh"
        How false discoveries are controlled, see :func:`~convcat.insight.multiplicity.q_values`.

    Returns
    -------
    Impact
        ``.table`` with a row per need and outcome, ``.response`` with first answers per channel,
        ``.content`` with CSAT of routine queries and complaints.

    Raises
    ------
    InputError
        If it is no tagged table, a column is missing, or an option is out of its range.

    Examples
    --------
    >>> import pyarrow as pa
    >>> late = [i % 3 == 0 for i in range(300)]
    >>> table = pa.table({
    ...     "needs": [["delay"] if x else [] for x in late],
    ...     "p_delay": [0.95 if x else 0.02 for x in late],
    ...     "csat": [float(1 + i % 2 if x else 4 + i % 2) for i, x in enumerate(late)],
    ...     "needs_status": ["ok"] * 300,
    ... })
    >>> [(r["need"], r["outcome"], r["difference"], r["verdict"]) for r in impact(table).rows]
    [('delay', 'csat', -3.0, 'lower')]
    """
    if not 0.5 <= level < 1:
        raise InputError(f"level must be at least 0.5 and below 1, not {level}.")
    if min_size < 2:
        raise InputError(f"min_size must be at least 2, not {min_size}.")
    if not (line > 0 and repeat_days > 0):
        raise InputError("line and repeat_days must be above 0.")
    if control not in ("bh", "by"):
        raise InputError(f"control must be 'bh' or 'by', not {control!r}.")
    rows_of_all = len(tagged) if isinstance(tagged, Digest) else 0
    tagged = slim(tagged, customer)
    if customer is not None:
        tagged.column(customer)
    hours = BusinessHours.parse(hours) if isinstance(hours, str) else hours
    left_out: dict[str, str] = {}
    if rows_of_all > len(tagged):
        left_out["conversations"] = (
            f"{len(tagged):,} of {rows_of_all:,} are held against the needs, drawn by a hash"
        )
    outcomes = scores_of(tagged, left_out)
    waiting = waiting_of(tagged, hours)
    if waiting is not None:
        outcomes += waits_as_outcomes(waiting, line)
    repeat = repeat_of(tagged, customer, repeat_days)
    outcomes += [repeat] if repeat else []
    sums, kinds = sums_of(tagged, outcomes)
    rows = _rows(sums, kinds, outcomes, tagged.needs, level, min_size)
    csat = next((one for one in outcomes if one.name == "csat"), None)
    scale = csat.scale if csat else None
    content: list[dict[str, Any]] = []
    response = None
    if waiting is not None:
        waits = response_sums(tagged, waiting, line, csat)
        content = content_rows(waits, scale, level, min_size)
        response = Response(
            rows=response_rows(waits, scale, level),
            line=line,
            hours=waiting.hours.words if waiting.hours else "",
            inferred=bool(waiting.hours and waiting.hours.inferred),
            says=waiting.says,
            kind=tagged.kind,
        )
    _judge([*rows, *content], level, control)
    return Impact(
        rows=tuple(rows),
        content=tuple(content),
        response=response,
        outcomes={one.name: one.says for one in outcomes},
        left_out=left_out,
        level=level,
        min_size=min_size,
        control=control,
        kind=tagged.kind,
    )


def impact_of(
    tagged: Any, *, level: float = 0.95, hours: str | BusinessHours | None = None
) -> Impact | None:
    """Return what needs go along with, or ``None`` where the table has nothing to hold them against.

    Parameters
    ----------
    tagged : dataframe, path to Parquet, Tagged or Digest
    level : float, default 0.95
    hours : str or BusinessHours, optional
        As for :func:`impact`.
    """
    found = impact(tagged, level=level, hours=hours)
    return found if found.outcomes else None


def sums_of(tagged: Tagged, outcomes: list[Outcome]) -> tuple[Sums, list[str | None]]:
    """Return, per kind and outcome, the moments with each need and of all; and the kinds.

    Sums of parts add up to those of the whole, as long as a customer's conversations, for coming
    back, are in one part.
    """
    groups: dict[tuple[Any, ...], Moments] = {}
    kinds = rows_by_kind(tagged)
    for kind, rows in kinds:
        for one in outcomes:
            groups[kind, one.name] = moments_where(one.values, rows)
            for j, need in enumerate(tagged.needs):
                groups[kind, one.name, need] = moments_where(one.values, rows & tagged.tags[:, j])
    return Sums(groups), [kind for kind, _ in kinds]


def _rows(
    sums: Sums,
    kinds: list[str | None],
    outcomes: list[Outcome],
    needs: tuple[str, ...],
    level: float,
    least: int,
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for kind in kinds:
        for one in outcomes:
            for need in needs:
                inside = sums.of(kind, one.name, need)
                rest = sums.of(kind, one.name) - inside
                if min(inside.n, rest.n) >= least:
                    named = {"need": need} if kind is None else {"need": need, "kind": kind}
                    rows.append({**named, **_row(one, inside, rest, level)})
    return rows


def _row(one: Outcome, inside: Moments, rest: Moments, level: float) -> dict[str, Any]:
    found = (of_shares if one.scale == "share" else of_means)(inside, rest, level)
    told = [inside.mean, rest.mean, found.value, found.low, found.high]
    if one.scale == "ratio":  # of logarithms of one more than the minutes
        told = [*np.expm1(told[:2]), *np.exp(told[2:])]
    names = ("with", "without", "difference", "low", "high")
    return {
        "outcome": one.name,
        "scale": one.scale,
        **{name: float(value) for name, value in zip(names, told, strict=True)},
        "n_with": inside.n,
        "n_without": rest.n,
        "p_value": found.p_value,
    }


def _judge(rows: list[dict[str, Any]], level: float, control: Control) -> None:
    """Write q-values over all rows, and what can be said of each."""
    q = q_values([row["p_value"] for row in rows], control=control)
    for row, value in zip(rows, q, strict=True):
        row["q_value"] = float(value)
        even = 1.0 if row.get("scale") == "ratio" else 0.0
        shown = value <= 1 - level and not row["low"] <= even <= row["high"]
        row["verdict"] = (
            "not shown" if not shown else "higher" if row["difference"] > even else "lower"
        )
