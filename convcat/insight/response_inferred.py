"""Opening hours read off the moments when answers were sent, where nobody gave them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from convcat.insight.response_hours import BusinessHours, Floats, Times, local

_DAY = 1440
_FIRST = 3 * _DAY  # the first of January 1970 was a Thursday
FEWEST = 50
"""Answers from which opening hours can be read off."""
_PART, _STRAY = 0.3, 0.02  # answers per question, and of the busiest hour, below which it is closed
_LONG = 22  # hours from which a day is round the clock
_CLOCKS = ("Europe/London", "America/New_York", "Australia/Sydney")
"""Summer time begins and ends on other days in each."""
_CLEARER = 20.0  # nats by which such a clock must tell the answers' hours better than the table's


def infer_hours(asked: Times, minutes: Floats) -> BusinessHours | None:
    """Read opening hours off the moments when answers were sent; ``None`` of too few.

    An hour counts as closed in which customers write and hardly an answer goes out. The hours are
    on the clock of the table's times, whatever zone that is, and the same on every open day. Where
    summer time begins or ends within the table and the answers follow it (in Europe, the United
    States or Australia), they are on the clock of the zone whose changes they follow.

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
    zone = _clock_of(end)
    return _read_off(start, end, zone if _follows(start, end, zone) else "UTC")


def _read_off(asked: Times, answered: Times, zone: str) -> BusinessHours:
    """Return the open days and hours on the clock of a zone."""
    start, end = (local(part, zone) for part in (asked, answered))
    open_days = _open(*(_share(part, _DAY, 7) for part in (start, end)))
    opens, closes = _window(_open(*(_share(part, 60, 24) for part in (start, end))))
    half = _share(end, 30, 48)
    if closes - opens < 24:
        early, late = (half[2 * (hour % 24) :][:2] for hour in (opens, closes - 1))
        first, last = opens * 60 + 30 * _idle(early), closes * 60 - 30 * _idle(late[::-1])
    else:
        first, last = opens * 60, closes * 60
    days = frozenset(int(day) for day in np.flatnonzero(open_days))
    return BusinessHours(days, first, last, zone, inferred=True)


def _idle(halves: Floats) -> bool:
    """Return whether hardly an answer of an hour goes out in the first of its halves."""
    return bool(halves.sum() >= FEWEST and halves[0] < _STRAY * halves.sum())


def _follows(asked: Times, answered: Times, zone: str) -> bool:
    """Return whether the hours of winter and those of summer are nearer on the clock of a zone."""
    shift = (local(answered, zone) - answered).astype("timedelta64[m]").astype(np.int64)
    offsets = np.unique(shift)
    if len(offsets) != 2 or min(int((shift == o).sum()) for o in offsets) < FEWEST:
        return False
    seasons = [_read_off(asked[shift == o], answered[shift == o], "UTC") for o in offsets]
    opens, closes = ([getattr(one, end) for one in seasons] for end in ("opens", "closes"))
    by_table = [abs(a - b) for a, b in (opens, closes)]
    by_zone = [abs(a + offsets[0] - b - offsets[1]) for a, b in (opens, closes)]
    return bool(sum(by_zone) < sum(by_table))


def _clock_of(answered: Times) -> str:
    """Return the zone on whose clock answers keep to the same hours, by likelihood; else UTC."""

    def fit(zone: str) -> float:
        count = _share(local(answered, zone), 60, 24)
        count = count[count > 0]
        return float((count * np.log(count)).sum())

    fits = {zone: fit(zone) for zone in ("UTC", *_CLOCKS)}
    best = max(_CLOCKS, key=lambda zone: fits[zone])
    return best if fits[best] > fits["UTC"] + _CLEARER else "UTC"


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
