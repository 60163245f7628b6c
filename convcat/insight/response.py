"""Speed as measured beside speed as tagged: first answers by channel, and how content customers were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from convcat import frames
from convcat.insight.impact_differences import Difference, of_mean, of_means, of_shares
from convcat.insight.impact_outcomes import Outcome, Scale
from convcat.insight.impact_sums import Moments, Sums, moments_where
from convcat.insight.intervals import wilson
from convcat.insight.response_hours import BusinessHours
from convcat.insight.response_inferred import infer_hours
from convcat.insight.results import Result
from convcat.insight.slice_columns import slice_values
from convcat.tagged import Tagged

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ALL, UNKNOWN = "all channels", "unknown"
ROUTINE, COMPLAINT = "routine", "complaint"
IN_TIME, LATER = "in time", "later"
_SPEED = "speed"


@dataclass(frozen=True)
class Waiting:
    """How long customers waited for the first answer, in opening time.

    Attributes
    ----------
    minutes : ndarray of float, shape (rows,)
    hours : BusinessHours or None
        ``None`` where the minutes are as measured, by the clock on the wall.
    says : str
        What the minutes are, in a sentence.
    """

    minutes: Floats
    hours: BusinessHours | None
    says: str


@dataclass(frozen=True, repr=False)
class Response(Result):
    """First answers per channel.

    Attributes
    ----------
    rows : tuple of dict
        ``channel``; ``n`` conversations with a measured wait, its ``median`` in minutes, the
        share ``within`` the line with ``low`` and ``high``; of the ``read`` conversations (also
        those without a measured wait) how many are ``tagged`` with the need `speed`, as a share ``speed`` with ``speed_low`` and
        ``speed_high``; CSAT of ``routine`` queries and of ``complaints`` with their intervals and
        numbers.
    line : float
        Minutes within which an answer is in time.
    hours : str
        The opening hours in words; empty where waits are by the clock on the wall.
    inferred : bool
        Whether the hours were read off the answers.
    says : str
        What the minutes are, in a sentence.
    """

    rows: tuple[dict[str, Any], ...]
    line: float
    hours: str
    inferred: bool
    says: str
    kind: frames.Kind = "pyarrow"
    what: str = field(default="response", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("n", "read", "tagged", "n_routine", "n_complaints"), int),
        **dict.fromkeys(("median", "within", "low", "high"), float),
        **{f"{name}{end}": float for name in ("speed", "routine", "complaints")
           for end in ("", "_low", "_high")},
    }  # fmt: skip

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        return f"First answers within {self.line:g} minutes, per channel. {self.says}"

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        told = {"line": self.line, "hours": self.hours, "inferred": self.inferred}
        return {**told, "says": self.says}


def waiting_of(tagged: Tagged, hours: BusinessHours | None) -> Waiting | None:
    """Return the waits for the first answer; ``None`` where none is measured."""
    table = tagged.table
    if "response_minutes" not in table.column_names:
        return None
    column = table["response_minutes"]
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        return None
    minutes = np.asarray(column.cast(pa.float64()).fill_null(float("nan")).to_numpy())
    minutes = np.where(np.isfinite(minutes) & (minutes >= 0) & tagged.ok, minutes, np.nan)
    if not np.isfinite(minutes).any():
        return None
    plain = "Minutes are by the clock on the wall"
    if "time" not in table.column_names or not pa.types.is_timestamp(table["time"].type):
        return Waiting(minutes, None, f"{plain}: the table has no times to tell opening hours by.")
    asked = np.asarray(table["time"].cast(pa.timestamp("us")).to_numpy(), "datetime64[us]")
    given, hours = hours, hours or infer_hours(asked, minutes)
    if hours is None:
        return Waiting(
            minutes, None, f"{plain}: opening hours were not given and not to be read off."
        )
    said = f"Minutes are of opening hours ({hours.words}), as given."
    if given is None:
        said = (
            f"Opening hours were not given; they were inferred from when answers went out "
            f"({hours.words}{', by the clock of the table' * (hours.zone == 'UTC')})."
        )
    return Waiting(hours.between(asked, minutes), hours, said)


def waits_as_outcomes(waiting: Waiting, line: float) -> list[Outcome]:
    """Return the wait as outcomes: answered in time or not, and how long."""
    known = np.isfinite(waiting.minutes)
    in_time = np.where(known, waiting.minutes <= line, np.nan)
    long = np.log1p(waiting.minutes)
    return [
        Outcome("answered_in_time", "share", in_time, f"first answer within {line:g} minutes"),
        Outcome("response_minutes", "ratio", long, "minutes to the first answer (typical: geometric mean)"),
    ]  # fmt: skip


def response_sums(tagged: Tagged, waiting: Waiting, line: float, csat: Outcome | None) -> Sums:
    """Sum everything that the rows of a response need."""
    groups: dict[tuple[Any, ...], Moments] = {}
    minutes: dict[str, dict[int, int]] = {}
    talk = tagged.ok.copy()
    if "kind" in tagged.table.column_names:
        talk &= np.asarray([v != "review" for v in slice_values(tagged, "kind").to_pylist()])
    wait = np.where(talk, waiting.minutes, np.nan)
    known = np.isfinite(wait)
    channels = _channels(tagged, talk, known)
    in_time = np.where(known, wait <= line, np.nan)
    slow = (
        tagged.tags[:, tagged.needs.index(_SPEED)].astype(float) if _SPEED in tagged.needs else None
    )
    stances = _stances(tagged)
    for channel, rows in channels:
        groups["in time", channel] = moments_where(in_time, rows)
        whole, times = np.unique(np.rint(wait[rows & known]), return_counts=True)
        minutes[channel] = {int(v): int(c) for v, c in zip(whole, times, strict=True)}
        groups["read", channel] = Moments.of(np.ones(int(rows.sum())))
        if slow is not None:
            groups["speed", channel] = moments_where(slow, rows)
        for stance, own in stances.items() if csat else ():
            groups["csat", channel, stance] = moments_where(csat.values, rows & own)  # type: ignore[union-attr]
    for stance, own in stances.items() if csat else ():
        for timing, rows in ((IN_TIME, in_time == 1), (LATER, in_time == 0)):
            groups["content", stance, timing] = moments_where(csat.values, own & rows)  # type: ignore[union-attr]
    return Sums(groups, minutes)


def response_rows(sums: Sums, scale: Scale | None, level: float) -> tuple[dict[str, Any], ...]:
    """Return a row per channel, most conversations first, after one of all channels."""
    names = [name for name in sums.minutes if name != ALL]
    names.sort(key=lambda name: (-sums.of("in time", name).n, name))
    return tuple(_row(sums, name, scale, level) for name in [ALL, *names])


def content_rows(sums: Sums, scale: Scale | None, level: float, least: int) -> list[dict[str, Any]]:
    """Return, for routine queries and complaints, CSAT of those answered in time against later."""
    rows: list[dict[str, Any]] = []
    for stance in (ROUTINE, COMPLAINT) if scale else ():
        soon, late = (sums.of("content", stance, timing) for timing in (IN_TIME, LATER))
        if min(soon.n, late.n) < least:
            continue
        found: Difference = (of_shares if scale == "share" else of_means)(soon, late, level)
        rows.append({
            "stance": stance, "in_time": soon.mean, "later": late.mean, "difference": found.value,
            "low": found.low, "high": found.high, "n_in_time": soon.n, "n_later": late.n,
            "p_value": found.p_value,
        })  # fmt: skip
    return rows


def _row(sums: Sums, channel: str, scale: Scale | None, level: float) -> dict[str, Any]:
    soon, read = sums.of("in time", channel), sums.of("read", channel)
    slow = sums.of("speed", channel)
    row: dict[str, Any] = {"channel": channel, "n": soon.n, "median": sums.median(channel)}
    row |= _shared("within", soon, ("low", "high"), level)
    row |= {"read": read.n, "tagged": slow.hits if slow.n else None}
    row |= _shared("speed", slow, ("speed_low", "speed_high"), level)
    for stance, name in ((ROUTINE, "routine"), (COMPLAINT, "complaints")):
        some = sums.of("csat", channel, stance)
        ends = (f"{name}_low", f"{name}_high")
        if scale == "share":
            row |= _shared(name, some, ends, level)
        else:
            span = of_mean(some, level) or (None, None)
            row |= {name: some.mean if some.n else None, **dict(zip(ends, span, strict=True))}
        row[f"n_{name}"] = some.n
    return row


def _shared(name: str, some: Moments, ends: tuple[str, str], level: float) -> dict[str, Any]:
    if not some.n:
        return {name: None, **dict.fromkeys(ends)}
    return {
        name: some.hits / some.n,
        **dict(zip(ends, wilson(some.hits, some.n, level), strict=True)),
    }


def _stances(tagged: Tagged) -> dict[str, Bools]:
    """Return the rows of routine queries (a need, nothing went wrong) and of complaints."""
    some = tagged.ok & tagged.tags.any(axis=1) & np.isfinite(tagged.p_failed)
    failed = tagged.p_failed >= 0.5
    return {ROUTINE: some & ~failed, COMPLAINT: some & failed}


def _channels(tagged: Tagged, talk: Bools, known: Bools) -> list[tuple[str, Bools]]:
    """Return the rows of each channel in which waits are measured, after those of all of them."""
    if "channel" not in tagged.table.column_names:
        return [(ALL, talk)]
    values = [value or UNKNOWN for value in slice_values(tagged, "channel").to_pylist()]
    channel = np.asarray(values, dtype=object)
    names = sorted(set(channel[known]))
    rows = [(str(name), talk & (channel == name)) for name in names]
    return [(ALL, np.logical_or.reduce([own for _, own in rows])), *rows]
