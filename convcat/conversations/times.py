"""Cells to moments, as exports write them; nothing that cannot be read raises."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from convcat.conversations.months import in_english

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_CLOCK = (
    r"(?:[T,\s]+(?:at\s+)?(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<tz>(?:UTC|GMT)?[+-]\d{2}:?\d{2}|[A-Z]{1,4})?"
)
_NUMERIC = re.compile(r"(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<y>\d{4}|\d{2})" + _CLOCK + r"$")
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.](?P<a>\d{1,2})[-/.](?P<b>\d{1,2})" + _CLOCK + r"$")
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
_DASHED = re.compile(  # eBay: "Mar-02-26 09:05:00 PST"
    rf"{_MONTH}[\-/](?P<d>\d{{1,2}})[\-/](?P<y>\d{{4}}|\d{{2}})" + _CLOCK + r"$", re.IGNORECASE
)
_CTIME = re.compile(
    rf"{_WEEKDAY}{_MONTH}\s+{_ORDINAL}\s+(?P<h>\d{{1,2}}):(?P<mi>\d{{2}}):(?P<s>\d{{2}})"
    r"(?P<ap>)\s+(?P<tz>[+-]\d{4}|UTC|GMT|Z)?\s*(?P<y>\d{4})$",
    re.IGNORECASE,
)
# Zones that mean one thing wherever they are written (IST is Indian, Irish and Israeli).
_HOURS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "EEST": 3,
    "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "JST": 9, "SGT": 8,
}  # fmt: skip
_NAMED_ZONE = re.compile(r"\s*([A-Z]{1,4})$", re.IGNORECASE)
_COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T\d{4,6}Z?)?$")
_SERIAL = re.compile(r"(?:3[6-9]|4\d|5[0-4])\d{3}(?:[.,]\d+)?$")
_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - of Excel's days, from March 1900 on
_PLAIN = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$"
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13}|\d{15,16})(?:\.\d+)?$")
_SCIENTIFIC = re.compile(r"\d\.\d{8,15}[eE]\+?0?(?:9|12)$")  # with fewer digits it is no moment
_EARLIEST, _LATEST = datetime(1995, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - naive UTC, as stored
_UNIX = datetime(1970, 1, 1)  # noqa: DTZ001

DayFirst = Literal["day", "month", "unknown"]


def parse_time(cell: str, *, day_first: bool = True) -> datetime | None:
    """Return the moment that a cell names, in UTC without a time zone.

    Parameters
    ----------
    cell : str
        ISO 8601, day and month in figures or words (of seven languages), the form of mails and of ``ctime``, seconds,
        milliseconds or microseconds since 1970, or a spreadsheet's number of a day (2000 to 2050).
    day_first : bool
        How to read 03/04/2024 (see `day_or_month_first`).

    Examples
    --------
    >>> parse_time("14/08/2023 00:32")
    datetime.datetime(2023, 8, 14, 0, 32)
    >>> parse_time("Tue Oct 31 18:29:42 +0000 2017")
    datetime.datetime(2017, 10, 31, 18, 29, 42)
    >>> parse_time("2026-03-02 10:00 PST"), parse_time("46083.5")
    (datetime.datetime(2026, 3, 2, 18, 0), datetime.datetime(2026, 3, 2, 12, 0))
    >>> parse_time("soon") is None
    True
    """
    cell = cell.strip()
    if cell.startswith("Reviewed in "):  # Amazon: "Reviewed in Canada on 3 March 2026"
        cell = cell.rpartition(" on ")[2]
    if not 5 <= len(cell) <= 80 or not any(map(str.isdigit, cell)):
        return None
    try:
        moment = _iso(cell) or _spelled(cell, day_first=day_first) or _number(cell)
        if moment is None and (english := in_english(cell)) is not None:
            moment = _spelled(english, day_first=day_first)
        if moment is not None and moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and _EARLIEST <= moment < _LATEST else None


def iso_times(cells: pa.ChunkedArray) -> list[datetime | None] | None:
    """Return the moments of cells that all stand as ``2026-08-01 09:30:00``, else nothing.

    Examples
    --------
    >>> iso_times(pa.chunked_array([["2026-08-01 09:30:00", None]]))
    [datetime.datetime(2026, 8, 1, 9, 30), None]
    >>> iso_times(pa.chunked_array([["2026-08-01 09:30:00", "1 August"]])) is None
    True
    """
    if not pa.types.is_string(cells.type):
        return None
    if not pc.all(pc.match_substring_regex(cells, _PLAIN), min_count=0).as_py():
        return None
    try:
        moments = pc.cast(cells, pa.timestamp("s"))
    except pa.ArrowInvalid:  # no day of the calendar
        return None
    first, last = pc.min_max(moments).as_py().values()
    if first is not None and not _EARLIEST <= first <= last < _LATEST:
        return None
    found: list[datetime | None] = moments.to_numpy().astype("datetime64[us]").tolist()
    return found


def _iso(cell: str) -> datetime | None:
    if not (cell[:4].isdigit() and (cell[4] == "-" or _COMPACT.match(cell))):
        return None
    hours = 0
    if (zone := _NAMED_ZONE.search(cell)) is not None:
        if (name := zone[1].upper()) not in _HOURS:
            return None
        cell, hours = cell[: zone.start()], _HOURS[name]
    try:
        moment = datetime.fromisoformat(cell.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
    return moment - timedelta(hours=hours)


def _number(cell: str) -> datetime | None:
    """Return the moment of a number: seconds since 1970 and parts of them, or Excel's days."""
    if _SCIENTIFIC.match(cell):
        cell = str(round(float(cell)))
    if (match := _EPOCH.match(cell)) is None:
        if _SERIAL.match(cell) is None:
            return None
        seconds = round(float(cell.replace(",", ".")) * 86_400)
        return _SERIAL_START + timedelta(seconds=seconds)
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
    for pattern in (_DAY_MONTH, _MONTH_DAY, _DASHED, _CTIME):
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
    zone = (match["tz"] or "").upper()
    if zone and zone[-1].isdigit():
        zone = zone.lstrip("UTCGM")
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return moment + (shift if zone[0] == "-" else -shift)
    if zone and zone not in _HOURS:
        raise ValueError(zone)
    return moment - timedelta(hours=_HOURS.get(zone, 0))


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
    """Return whether day and month could change places in this cell.

    Whoever writes points between them writes the day first.
    """
    match = _NUMERIC.match(cell.strip())
    if match is None or cell.strip()[match.end("a")] == ".":
        return False
    return int(match["a"]) <= 12 and int(match["b"]) <= 12
