"""Cells to values: star ratings, scores and durations, as exports write them.

Every function gives ``None`` for what it cannot read and never raises, whatever the cell holds.
"""

from __future__ import annotations

import re

BLANK = frozenset({"", "-", "--", "n/a", "na", "nan", "nat", "none", "null", "nil", "#n/a", "\\n"})
"""Cells (folded) that say that nothing is there; never applied to the customer's words."""

_STAR = r"(?:stars?|bubbles?|sternen?|\u00e9toiles?|etoiles?|estrellas?|estrelas?|stell[ae]|sterren|ster)"
_OUT_OF = re.compile(
    rf"(?:rat(?:ed|ing):?\s+)?(\d+(?:[.,]\d+)?)\s*(?:/|out of|of|von|sur|de|su|van)\s*(\d+)(?:\s*{_STAR})?$",
    re.IGNORECASE,
)
_STARS = re.compile(
    rf"(?:rat(?:ed|ing):?\s+)?(\d+(?:[.,]\d+)?)\s*(?:-?\s*{_STAR}|★|⭐️?|\*)?$", re.IGNORECASE
)
_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}


def parse_rating(cell: str) -> float | None:
    """Return a star rating on the scale of 1 to 5 (0 to 5 where the source has it).

    Examples
    --------
    >>> [parse_rating(cell) for cell in ("2", "2.0", "2/5", "4/10", "2 stars", "★★☆☆☆", "good")]
    [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, None]
    >>> [parse_rating(cell) for cell in ("2,0", "2 Sterne", "2 sur 5")]
    [2.0, 2.0, 2.0]
    """
    cell = cell.strip().replace("\u00bd", ".5")
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


def stars_of(cell: str, best: int = 5) -> float | None:
    """Return the stars of a rating that goes up to `best`; none for what goes beyond.

    Examples
    --------
    >>> stars_of("2"), stars_of("4", best=10), stars_of("40%", best=100), stars_of("812")
    (2.0, 2.0, 2.0, None)
    """
    value = parse_rating(cell.rstrip("% ") if best == 100 else cell)
    if value is None:
        return None
    stars = value if "/" in cell else value * 5 / best
    return stars if 0 <= stars <= 5 else None


_SATISFIED = {"good": 1.0, "satisfied": 1.0, "positive": 1.0, "bad": 0.0, "negative": 0.0}
_EMPHASIS = re.compile(r"^(?:very|extremely|highly|somewhat) ")
_SATISFIED |= {"rated_good": 1.0, "rated_bad": 0.0}  # LiveChat
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


_COMMA = re.compile(r"\d+,\d{1,2}|0,\d+")  # a comma of decimals: one of thousands has three figures
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
    >>> parse_minutes("12,5"), parse_minutes("1,250")
    (12.5, 1250.0)
    >>> parse_minutes("90", unit="s")
    1.5
    """
    cell = cell.strip()
    if not cell or len(cell) > 40:
        return None
    if _COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
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
