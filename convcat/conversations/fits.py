"""Whether what a column's cells look like agrees with what its name says."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from convcat.conversations.headers import folded
from convcat.conversations.profiles import Profile
from convcat.conversations.roles import tells_roles
from convcat.conversations.values import parse_minutes, parse_rating, parse_score


def fits(name: str, said: Profile) -> bool:
    """Return whether a column's cells can be those of a field.

    Parameters
    ----------
    name : str
        The field.
    said : Profile
        Of the column.
    """
    return _TESTS.get(name, _anything)(said)


def _anything(said: Profile) -> bool:
    return said.filled > 0


def _is_stars(said: Profile) -> bool:
    values = [parse_rating(value) for value in said.values]
    known = [value for value in values if value is not None]
    # A sum and an average below the table are no reason to doubt the stars above.
    beyond = sum(not 0 <= value <= 5 for value in known)
    few = max(2, len(known) // 50)
    return len(known) > 0.7 * len(values) and beyond <= few and 4 * beyond <= len(known)


_HOURS = frozenset(
    ["time", "hour", "time utc", "time of day", "clock", "uhrzeit", "heure", "hora", "ora", "tijd", "godzina", "message time",
     "sent time", "time sent", "created time", "chat time", "start time", "posted time", "submit time", "event time"]
)  # fmt: skip
_DAYS = frozenset(["date", "day", "datum", "jour", "fecha", "data", "dzien"])
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?")


def day_and_hour(
    column: str, known: Mapping[str, str], profiles: Mapping[str, Profile], used: Collection[str]
) -> tuple[str, str] | None:
    """Return the columns of a day and of its hour, where a moment stands in two.

    Parameters
    ----------
    column : str
        The one that was found for the time.
    known : mapping of str to str
        The columns by their folded names.
    profiles : mapping of str to Profile
    used : collection of str
        Columns that are taken for other fields.
    """
    free = {name: one for name, one in known.items() if one not in used}
    if _is_clock(profiles[column]):
        days = (one for name, one in free.items() if not _DAYS.isdisjoint(name.split()))
        day = next((one for one in days if profiles[one].is_time and _is_day(profiles[one])), None)
        return None if day is None else (day, column)
    if not _is_day(profiles[column]):
        return None
    hours = (one for name, one in free.items() if name in _HOURS)
    hour = next((one for one in hours if _is_clock(profiles[one])), None)
    return None if hour is None else (column, hour)


def _is_clock(said: Profile) -> bool:
    return said.share(_CLOCK.fullmatch) > 0.9


def _is_day(said: Profile) -> bool:
    return said.filled > 0 and not said.share(lambda value: ":" in value)


def _is_way(value: str) -> bool:
    """Return whether a type is that of a message that comes in or goes out."""
    return value.lower() in ("inbound", "outbound", "incoming", "outgoing", "in", "out")


def _is_asked(said: Profile) -> bool:
    """Return whether a column holds the questions of a survey: few, to all who answer."""
    return folded(said.name) == "question" and said.distinct <= 0.5


_TESTS: dict[str, Callable[[Profile], bool]] = {
    "text": lambda said: (
        not said.is_numeric and not said.is_time and not said.is_nested and not _is_asked(said)
    ),
    "title": lambda said: (
        not said.is_numeric and not said.is_time and (said.distinct > 0.2 or said.filled < 20)
    ),
    "time": lambda said: said.is_time,
    "rating": _is_stars,
    "csat": lambda said: said.share(lambda value: parse_score(value) is not None) > 0.5,
    "response_minutes": lambda said: (
        said.share(lambda value: parse_minutes(value) is not None) > 0.8
    ),
    "role": lambda said: (
        tells_roles(said.values, folded(said.name))
        and (folded(said.name) != "type" or said.share(_is_way) > 0.5)
    ),
    "channel": lambda said: (
        said.words <= 4 and (said.distinct < 0.5 or said.filled < 20) and not said.is_time
    ),
    "id": lambda said: said.distinct > 0.5 and said.words < 2,
    "conversation": lambda said: said.words < 3,
    "product": lambda said: said.words < 40,
    "carrier": lambda said: said.words < 6,
    "country": lambda said: said.words < 6 and not said.is_numeric,
}
