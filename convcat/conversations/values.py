"""Cells to values: times, star ratings, scores and durations, as exports write them.

Every function gives ``None`` for what it cannot read and never raises, whatever the cell holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

BLANK = frozenset({"", "-", "--", "n/a", "na", "nan", "nat", "none", "null", "nil", "#n/a", "\\n"})
"""Cells (folded) that say that nothing is there; never applied to the customer's words."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_CLOCK = (
    r"(?:[T,\s]+(?:at\s+)?(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<tz>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_NUMERIC = re.compile(r"(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<y>\d{4}|\d{2})" + _CLOCK + r"$")
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[/.](?P<a>\d{1,2})[/.](?P<b>\d{1,2})" + _CLOCK + r"$")
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_MONTH = r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_ORDINAL = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}{_ORDINAL}[\s\-/]+(?:of\s+)?{_MONTH},?[\s\-/]+(?P<y>\d{{4}}|\d{{2}})"
    + _CLOCK
    + r"$",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_WEEKDAY}{_MONTH}\s+{_ORDINAL},?\s+(?P<y>\d{{4}})" + _CLOCK + r"$", re.IGNORECASE
)
_CTIME = re.compile(
    rf"{_WEEKDAY}{_MONTH}\s+{_ORDINAL}\s+(?P<h>\d{{1,2}}):(?P<mi>\d{{2}}):(?P<s>\d{{2}})"
    r"(?P<ap>)\s+(?P<tz>[+-]\d{4}|UTC|GMT|Z)?\s*(?P<y>\d{4})$",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13}|\d{15,16})(?:\.0+)?$")
_ZONE = re.compile(r"\s*(?:UTC|GMT)$", re.IGNORECASE)
_EARLIEST, _LATEST = datetime(1995, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - naive UTC, as stored
_UNIX = datetime(1970, 1, 1)  # noqa: DTZ001

DayFirst = Literal["day", "month", "unknown"]


def parse_time(cell: str, *, day_first: bool = True) -> datetime | None:
    """Return the moment that a cell names, in UTC without a time zone.

    Parameters
    ----------
    cell : str
        ISO 8601, day and month in figures or words, the form of mails and of ``ctime``, or
        seconds, milliseconds or microseconds since 1970.
    day_first : bool
        How to read 03/04/2024 (see `day_or_month_first`).

    Examples
    --------
    >>> parse_time("14/08/2023 00:32")
    datetime.datetime(2023, 8, 14, 0, 32)
    >>> parse_time("Tue Oct 31 18:29:42 +0000 2017")
    datetime.datetime(2017, 10, 31, 18, 29, 42)
    >>> parse_time("soon") is None
    True
    """
    cell = cell.strip()
    if not 6 <= len(cell) <= 64 or not any(map(str.isdigit, cell)):
        return None
    try:
        moment = _iso(cell) or _spelled(cell, day_first=day_first) or _epoch(cell)
        if moment is not None and moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and _EARLIEST <= moment < _LATEST else None


def _iso(cell: str) -> datetime | None:
    if not (cell[:4].isdigit() and cell[4] == "-"):
        return None
    try:
        return datetime.fromisoformat(_ZONE.sub("+00:00", cell).replace(" +", "+"))
    except ValueError:
        return None


def _epoch(cell: str) -> datetime | None:
    if (match := _EPOCH.match(cell)) is None:
        return None
    digits = match[1]
    unit = 1 if len(digits) <= 10 else 1_000 if len(digits) <= 13 else 1_000_000
    return _UNIX + timedelta(microseconds=int(digits) * (1_000_000 // unit))


def _spelled(cell: str, *, day_first: bool) -> datetime | None:
    if match := _NUMERIC.match(cell):
        first, second = int(match["a"]), int(match["b"])
        # A part over 12 can only be the day, whatever the rest of the column does.
        if first > 12 or (day_first and second <= 12):
            return _moment(match, day=first, month=second)
        return _moment(match, day=second, month=first)
    if match := _YEAR_FIRST.match(cell):
        return _moment(match, day=int(match["b"]), month=int(match["a"]))
    for pattern in (_DAY_MONTH, _MONTH_DAY, _CTIME):
        if match := pattern.match(cell):
            return _moment(match, day=int(match["d"]), month=_MONTHS[match["m"].lower()])
    return None


def _moment(match: re.Match[str], *, day: int, month: int) -> datetime:
    year = int(match["y"])
    if year < 100:
        year += 2000 if year < 70 else 1900
    hour = int(match["h"] or 0)
    if match["ap"]:
        hour = hour % 12 + (12 if match["ap"][0] in "pP" else 0)
    moment = datetime(year, month, day, hour, int(match["mi"] or 0), int(match["s"] or 0))  # noqa: DTZ001
    zone = match["tz"]
    if zone and zone[0] in "+-":
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        moment += shift if zone[0] == "-" else -shift
    return moment


def day_or_month_first(cells: Iterable[str]) -> DayFirst:
    """Return whether dates such as 03/04/2024 have the day or the month first, if one cell tells.

    Examples
    --------
    >>> day_or_month_first(["03/04/2024", "14/04/2024"])
    'day'
    >>> day_or_month_first(["03/04/2024"])
    'unknown'
    """
    for cell in cells:
        if match := _NUMERIC.match(cell.strip()):
            if int(match["a"]) > 12:
                return "day"
            if int(match["b"]) > 12:
                return "month"
    return "unknown"


def is_ambiguous_date(cell: str) -> bool:
    """Return whether day and month could change places in this cell."""
    match = _NUMERIC.match(cell.strip())
    return match is not None and int(match["a"]) <= 12 and int(match["b"]) <= 12


_OUT_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|out of|of)\s*(\d+)(?:\s*stars?)?$", re.IGNORECASE)
_STARS = re.compile(r"(?:rated\s+)?(\d+(?:[.,]\d+)?)\s*(?:-?\s*stars?|★|⭐️?|\*)?$", re.IGNORECASE)
_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}


def parse_rating(cell: str) -> float | None:
    """Return a star rating on the scale of 1 to 5 (0 to 5 where the source has it).

    Examples
    --------
    >>> [parse_rating(cell) for cell in ("2", "2.0", "2/5", "4/10", "2 stars", "★★☆☆☆", "good")]
    [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, None]
    """
    cell = cell.strip()
    if len(cell) > 32:
        return None
    if match := _OUT_OF.match(cell):
        value, scale = float(match[1].replace(",", ".")), float(match[2])
        return value * 5 / scale if 0 <= value <= scale and scale > 0 else None
    if match := _STARS.match(cell):
        return float(match[1].replace(",", "."))
    filled = cell.count("★") + cell.count("⭐")
    if filled and not cell.strip("★☆⭐✩\ufe0f "):
        return float(filled)
    word = cell.lower().removeprefix("star_rating_").removesuffix("s").removesuffix("star")
    return _WORDS.get(word.strip(" _-"))


_SATISFIED = {"good": 1.0, "satisfied": 1.0, "positive": 1.0, "bad": 0.0, "negative": 0.0}
_EMPHASIS = re.compile(r"^(?:very|extremely|highly|somewhat) ")
_SATISFIED |= {"unsatisfied": 0.0, "dissatisfied": 0.0, "happy": 1.0, "unhappy": 0.0}


def parse_score(cell: str) -> float | None:
    """Return a satisfaction score as the source has it; good is 1 and bad is 0.

    Examples
    --------
    >>> [parse_score(cell) for cell in ("4", "87%", "4/5", "good", "offered")]
    [4.0, 87.0, 4.0, 1.0, None]
    """
    cell = cell.strip().lower()
    if len(cell) > 32:
        return None
    number = cell.split("/")[0].rstrip("% ").replace(",", ".")
    try:
        value = float(number)
    except ValueError:
        return _SATISFIED.get(_EMPHASIS.sub("", cell).split(" ")[0])
    return value if abs(value) < 1e9 else None  # also refuses NaN and infinity


_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)[a-z]*\.?,?\s*", re.IGNORECASE)
_COLONS = re.compile(r"(?:(\d+)\s*days?,?\s+)?(\d+):(\d{2})(?::(\d{2})(?:\.\d+)?)?$", re.IGNORECASE)


def parse_minutes(cell: str, unit: str = "m") -> float | None:
    """Return a duration in minutes.

    Parameters
    ----------
    cell : str
        A number (in `unit`), 00:05:30, or 1h 20m.
    unit : {"s", "m", "h", "d"}
        What a bare number counts.

    Examples
    --------
    >>> [parse_minutes(cell) for cell in ("12", "00:05:30", "1h 20m", "2 days")]
    [12.0, 5.5, 80.0, 2880.0]
    >>> parse_minutes("90", unit="s")
    1.5
    """
    cell = cell.strip()
    if not cell or len(cell) > 40:
        return None
    try:
        value = float(cell.replace(",", "")) * _UNITS[unit]
    except ValueError:
        value = _spelled_minutes(cell)
    return value if 0 <= value < 1e8 else None  # NaN, infinity and what runs backwards are not read


def _spelled_minutes(cell: str) -> float:
    if match := _COLONS.match(cell):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return days * 1440 + hours * 60 + minutes + seconds / 60
    total, end = 0.0, 0
    for match in _PART.finditer(cell):
        if match.start() != end:
            return -1.0
        total, end = total + float(match[1]) * _UNITS[match[2].lower()], match.end()
    return total if end == len(cell) else -1.0
