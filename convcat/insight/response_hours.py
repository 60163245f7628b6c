"""Opening hours: given in a line of text, or read off the moments when answers were sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY, _WEEK = 1440, 7 * 1440
_FIRST = 3 * _DAY  # the first of January 1970 was a Thursday
_HOURS = re.compile(
    r"\s*(?P<first>[a-z]{2,9})(?:\s*(?:-|–|to)\s*(?P<last>[a-z]{2,9}))?,?\s+"
    r"(?P<open>\d{1,2}(?::\d\d)?)\s*(?:-|–|to)\s*(?P<close>\d{1,2}(?::\d\d)?)"
    r"(?:\s+(?P<zone>[a-z][\w+\-/]*))?\s*",
    re.IGNORECASE,
)
FEWEST = 50
"""Answers from which opening hours can be read off."""
_PART, _STRAY = 0.3, 0.02  # answers per question, and of the busiest hour, below which it is closed
_LONG = 22  # hours from which a day is round the clock

Times = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BusinessHours:
    """When a shop answers.

    Attributes
    ----------
    days : frozenset of int
        Weekdays on which it opens; Monday is 0.
    opens, closes : int
        Minutes after midnight; closing may be past midnight, up to 24 hours after opening.
    zone : str
        The time zone of the hours; the table's times are UTC.
    inferred : bool
        Whether nobody gave them.

    Examples
    --------
    >>> hours = BusinessHours.parse("Mon-Fri 9:00-17:30 Europe/London")
    >>> hours.words
    'Monday to Friday, 09:00 to 17:30, Europe/London'
    """

    days: frozenset[int]
    opens: int
    closes: int
    zone: str = "UTC"
    inferred: bool = False

    @classmethod
    def parse(cls, text: str) -> BusinessHours:
        """Read hours such as ``Mon-Fri 09:00-18:00 Europe/London``; the zone is UTC unless named.

        Raises
        ------
        InputError
            If it says anything else, or there is no such time zone.
        """
        told = _HOURS.fullmatch(text)
        first, last = (_day(told[k]) if told and told[k] else None for k in ("first", "last"))
        if told is None or first is None or (told["last"] and last is None):
            raise InputError(
                f"Opening hours are written 'Mon-Fri 09:00-18:00 Europe/London', not {text[:60]!r}."
            )
        opens, closes = _minute(told["open"]), _minute(told["close"])
        if not (0 <= opens < _DAY and 0 < closes <= _DAY and opens != closes):
            raise InputError(f"The hours {text[:60]!r} name no time between 00:00 and 24:00.")
        count = 1 if last is None else (last - first) % 7 + 1
        days = frozenset((first + k) % 7 for k in range(count))
        zone = told["zone"] or "UTC"
        _check_zone(zone)
        return cls(days, opens, closes if closes > opens else closes + _DAY, zone)

    @property
    def always(self) -> bool:
        """Whether it answers round the clock."""
        return len(self.days) == 7 and self.closes - self.opens >= _DAY

    @property
    def words(self) -> str:
        """The hours in words."""
        if self.always:
            return "round the clock"
        clock = f"{_clock(self.opens)} to {_clock(self.closes)}"
        if self.closes - self.opens >= _DAY:
            clock = "all day"
        return ", ".join([_days(self.days), clock, *([self.zone] * (not self.inferred))])

    def between(self, asked: Times, minutes: Floats) -> Floats:
        """Return the minutes of opening time from a question to its answer.

        Parameters
        ----------
        asked : ndarray of datetime64[us]
            In UTC; not-a-time gives NaN.
        minutes : ndarray of float
            From the question to the answer, by the clock on the wall.

        Examples
        --------
        Asked on a Friday at half past five, answered on Monday at ten past nine:

        >>> hours = BusinessHours.parse("Mon-Fri 9:00-17:30")
        >>> asked = np.array(["2026-10-02T17:30"], "datetime64[us]")
        >>> hours.between(asked, np.array([3 * 1440 - 500.0])).tolist()
        [10.0]
        """
        known = ~np.isnat(asked) & np.isfinite(minutes)
        out = np.full(len(minutes), np.nan)
        if self.always:
            out[known] = minutes[known]
            return out
        start = asked[known]
        end = start + np.rint(minutes[known] * 60e6).astype("timedelta64[us]")
        out[known] = np.maximum(self._open_until(end) - self._open_until(start), 0.0)
        return out

    def until_open(self, asked: np.datetime64) -> float:
        """Return how many minutes after a moment of the zone's clock the shop is open."""
        minute = (int(asked.astype("datetime64[m]").astype(np.int64)) + _FIRST) % _WEEK
        ahead = np.flatnonzero(np.roll(self._week, -minute))
        return float(ahead[0]) if len(ahead) else float("nan")

    def _open_until(self, moments: Times) -> Floats:
        """Return the opening minutes since the beginning of time, on the clock of the zone."""
        local = _local(moments, self.zone).astype("datetime64[us]").astype(np.int64)
        minute, rest = np.divmod(local, 60_000_000)
        week, at = np.divmod(minute + _FIRST, _WEEK)
        done = week * float(self._sums[-1]) + self._sums[at]
        return np.asarray(done + self._week[at] * (rest / 60e6))

    @cached_property
    def _week(self) -> npt.NDArray[np.int64]:
        """Return which minutes of the week are open."""
        week = np.zeros(_WEEK, dtype=np.int64)
        for day in self.days:
            span = np.arange(day * _DAY + self.opens, day * _DAY + self.closes)
            week[span % _WEEK] = 1
        return week

    @cached_property
    def _sums(self) -> npt.NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(self._week)])


def infer_hours(asked: Times, minutes: Floats) -> BusinessHours | None:
    """Read opening hours off the moments when answers were sent; ``None`` of too few.

    An hour counts as closed in which customers write and hardly an answer goes out. The hours are
    on the clock of the table's times, whatever zone that is, and the same on every open day.

    Parameters
    ----------
    asked : ndarray of datetime64[us]
    minutes : ndarray of float
        From the question to the answer.

    Examples
    --------
    >>> days = np.arange("2026-10-05", "2026-11-02", dtype="datetime64[D]")
    >>> asked = (days[:, None] + np.arange(24) * np.timedelta64(60, "m")).astype("datetime64[us]")
    >>> week = BusinessHours.parse("Mon-Fri 09:00-17:00")
    >>> wait = np.array([week.until_open(one) for one in asked.ravel()])
    >>> infer_hours(asked.ravel(), wait).words
    'Monday to Friday, 09:00 to 17:00'
    """
    known = ~np.isnat(asked) & np.isfinite(minutes)
    if int(known.sum()) < FEWEST:
        return None
    start = asked[known]
    if not _has_clock(start):
        return None
    end = start + np.rint(minutes[known] * 60e6).astype("timedelta64[us]")
    hours = [_share(part, 60, 24) for part in (start, end)]
    days = [_share(part, _DAY, 7) for part in (start, end)]
    open_days = frozenset(int(d) for d in np.flatnonzero(_open(*days)))
    opens, closes = _window(_open(*hours))
    return BusinessHours(open_days, opens * 60, closes * 60, inferred=True)


def _has_clock(moments: Times) -> bool:
    """Return whether the times have hours at all, rather than dates alone."""
    return bool((moments != moments.astype("datetime64[D]")).any())


def _share(moments: Times, unit: int, period: int) -> Floats:
    minute = moments.astype("datetime64[m]").astype(np.int64) + _FIRST
    return np.bincount(minute // unit % period, minlength=period).astype(np.float64)


def _open(asked: Floats, answered: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((answered >= _PART * asked) & (answered > _STRAY * answered.max()))


def _window(is_open: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Return the shortest stretch of the clock that holds every open hour; it may pass midnight."""
    opened = np.flatnonzero(is_open)
    gaps = np.diff([*opened, opened[0] + 24])
    widest = int(gaps.argmax())
    first = int(opened[(widest + 1) % len(opened)])
    length = 25 - int(gaps[widest])
    return (0, 24) if length >= _LONG else (first, first + length)


def _local(moments: Times, zone: str) -> Times:
    if zone == "UTC":
        return moments
    utc = pa.array(moments.astype("datetime64[us]"), pa.timestamp("us", "UTC"))
    there = pc.local_timestamp(utc.cast(pa.timestamp("us", zone)))
    return np.asarray(there.to_numpy(zero_copy_only=False))


def _check_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise InputError(
            f"There is no time zone {zone[:40]!r}; one is written 'Europe/London'."
        ) from None


def _day(word: str) -> int | None:
    low = word.lower()
    fitting = [i for i, day in enumerate(_DAYS) if day.lower().startswith(low)]
    fitting = fitting or [i for i, day in enumerate(_DAYS) if low.startswith(day[:3].lower())]
    return fitting[0] if len(fitting) == 1 else None


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else -1


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24 if minute != _DAY else 24:02d}:{minute % 60:02d}"


def _days(days: frozenset[int]) -> str:
    if len(days) == 7:
        return "every day"
    for first in days:
        run = [(first + k) % 7 for k in range(len(days))]
        if len(days) > 2 and frozenset(run) == days:
            return f"{_DAYS[run[0]]} to {_DAYS[run[-1]]}"
    return ", ".join(_DAYS[day] for day in sorted(days))
