"""Opening hours: given in a line of text; which minutes of a wait lie in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY, _WEEK = 1440, 7 * 1440
_FIRST = 3 * _DAY  # the first of January 1970 was a Thursday
_SPAN = re.compile(
    r"(?P<first>[a-z]{2,9})(?:\s*(?:-|–|to)\s*(?P<last>[a-z]{2,9}))?,?\s+"
    r"(?P<open>\d{1,2}(?::\d\d)?)\s*(?:-|–|to)\s*(?P<close>\d{1,2}(?::\d\d)?)",
    re.IGNORECASE,
)
_ONE = re.sub(r"\?P<\w+>", "?:", _SPAN.pattern)
_HOURS = re.compile(
    rf"\s*(?P<spans>{_ONE}(?:\s*[,;]\s*{_ONE})*)(?:\s+(?P<zone>[a-z][\w+\-/]*))?\s*", re.IGNORECASE
)
_CLOSED = re.compile(r"[,;]?\s+closed(?:\s+on)?\s+", re.IGNORECASE)

Times = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]
Span = tuple[frozenset[int], int, int]
_EPOCH = date(1970, 1, 1)


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
    also : tuple of (frozenset of int, int, int)
        Further opening times, such as those of a Saturday: days, opens, closes.
    closed : tuple of date
        Days on which it stays closed, on the clock of the zone.

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
    also: tuple[Span, ...] = ()
    closed: tuple[date, ...] = ()

    @classmethod
    def parse(cls, text: str) -> BusinessHours:
        """Read hours such as ``Mon-Fri 09:00-18:00 Europe/London``; the zone is UTC unless named.

        Several opening times are joined by commas, and days on which the shop stays closed come
        last: ``Mon-Fri 9-18, Sat 10-14 Europe/London, closed 2026-12-25 2026-12-26``.

        Raises
        ------
        InputError
            If it says anything else, or there is no such time zone.
        """
        open_days, *holidays = _CLOSED.split(text, maxsplit=1)
        told = _HOURS.fullmatch(open_days)
        if told is None:
            raise _unread(text)
        (days, opens, closes), *also = (_span(one, text) for one in _SPAN.finditer(told["spans"]))
        zone = told["zone"] or "UTC"
        _check_zone(zone)
        closed = _dates(holidays[0]) if holidays else ()
        return cls(days, opens, closes, zone, also=tuple(also), closed=closed)

    @property
    def always(self) -> bool:
        """Whether it answers round the clock."""
        return len(self.days) == 7 and self.closes - self.opens >= _DAY and not self.closed

    @property
    def words(self) -> str:
        """The hours in words."""
        if self.always:
            return "round the clock"
        spans = ((self.days, self.opens, self.closes), *self.also)
        told = [" and ".join(f"{_days(days)}, {_between(*ends)}" for days, *ends in spans)]
        if not self.inferred:
            told.append(self.zone)
        elif self.zone != "UTC":
            told.append(f"on the clock of {self.zone}")
        if self.closed:
            told.append(f"closed on {len(self.closed)} day{'s' * (len(self.closed) > 1)}")
        return ", ".join(told)

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
        clock = local(moments, self.zone).astype("datetime64[us]").astype(np.int64)
        minute, rest = np.divmod(clock, 60_000_000)
        done: Floats = self._until(minute) + self._week[(minute + _FIRST) % _WEEK] * (rest / 60e6)
        if not self.closed:
            return done
        first = np.array(sorted({(day - _EPOCH).days for day in self.closed})) * _DAY
        lost = np.concatenate([[0.0], np.cumsum(self._until(first + _DAY) - self._until(first))])
        over = np.searchsorted(first, minute - _DAY, side="right")  # of them, days that are over
        now = first[np.minimum(over, len(first) - 1)]
        within = (over < len(first)) & (now <= minute)
        return np.asarray(done - lost[over] - np.where(within, done - self._until(now), 0.0))

    def _until(self, minute: npt.NDArray[np.int64]) -> Floats:
        """Return the opening minutes until a minute of the zone's clock, closed days or not."""
        week, at = np.divmod(minute + _FIRST, _WEEK)
        return np.asarray(week * float(self._sums[-1]) + self._sums[at])

    @cached_property
    def _week(self) -> npt.NDArray[np.int64]:
        """Return which minutes of the week are open."""
        week = np.zeros(_WEEK, dtype=np.int64)
        for days, opens, closes in ((self.days, self.opens, self.closes), *self.also):
            for day in days:
                week[np.arange(day * _DAY + opens, day * _DAY + closes) % _WEEK] = 1
        return week

    @cached_property
    def _sums(self) -> npt.NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(self._week)])


def local(moments: Times, zone: str) -> Times:
    """Return moments of UTC on the clock of a zone."""
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


def _unread(text: str) -> InputError:
    return InputError(
        f"Opening hours are written 'Mon-Fri 09:00-18:00 Europe/London', not {text[:60]!r}."
    )


def _span(told: re.Match[str], text: str) -> Span:
    first, last = (_day(told[k]) if told[k] else None for k in ("first", "last"))
    if first is None or (told["last"] and last is None):
        raise _unread(text)
    opens, closes = _minute(told["open"]), _minute(told["close"])
    if not (0 <= opens < _DAY and 0 < closes <= _DAY and opens != closes):
        raise InputError(f"The hours {text[:60]!r} name no time between 00:00 and 24:00.")
    count = 1 if last is None else (last - first) % 7 + 1
    days = frozenset((first + k) % 7 for k in range(count))
    return days, opens, closes if closes > opens else closes + _DAY


def _dates(text: str) -> tuple[date, ...]:
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    try:
        return tuple(sorted({date.fromisoformat(word) for word in words}))
    except ValueError:
        raise InputError(
            f"Days on which the shop is closed are written 2026-12-25, not {text[:60]!r}."
        ) from None


def _day(word: str) -> int | None:
    low = word.lower()
    fitting = [i for i, day in enumerate(_DAYS) if day.lower().startswith(low)]
    fitting = fitting or [i for i, day in enumerate(_DAYS) if low.startswith(day[:3].lower())]
    return fitting[0] if len(fitting) == 1 else None


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else -1


def _between(opens: int, closes: int) -> str:
    return "all day" if closes - opens >= _DAY else f"{_clock(opens)} to {_clock(closes)}"


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
