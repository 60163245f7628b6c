"""What a header leaves in doubt: names that their cells belie, words that stand beside the text."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from convcat.conversations.headers import folded, vocabulary
from convcat.conversations.profiles import Profile

REVIEW_WORDS = frozenset({"review", "reviews", "reviewer", "verified", "helpful", "stars"})
"""Words of a header that tell of reviews."""

_BELIED = {
    "time": (
        "Column {!r} is a time by its name, but too few of its cells can be read as one, so there "
        "is no time: write 2026-03-31 14:05, or name another column (--map time=...)."
    ),
    "rating": (
        "Column {!r} is a rating by its name, but its cells are no stars from 1 to 5, so nothing "
        "is left out by stars: name another column (--map rating=...) if there are any."
    ),
}


def belied(
    field: str, known: Mapping[str, str], profiles: Mapping[str, Profile], used: Collection[str]
) -> str | None:
    """Return a sentence where a column has the name of a field and cells that are none of it.

    Parameters
    ----------
    field : {"time", "rating"}
        A field that no column was found for.
    known : mapping of str to str
        The columns by their folded names.
    profiles : mapping of str to Profile
        The columns by their names.
    used : collection of str
        Columns that are taken for other fields.
    """
    for name in vocabulary().fields[field]:
        column = known.get(name)
        if column is not None and column not in used and profiles[column].filled:
            return _BELIED[field].format(column)
    return None


def scale_of(said: Profile) -> int | None:
    """Return how far a column of ratings goes that are no stars: 10, or 100 for percent.

    Examples
    --------
    >>> scale_of(Profile("Rating", 4, 4, ("8", "9,5", "4", "10"), False))
    10
    >>> scale_of(Profile("Rating", 3, 3, ("40%", "80 %", "100%"), False))
    100
    >>> scale_of(Profile("Rating", 2, 2, ("good", "8"), False)) is None
    True
    """
    cells = [value.replace(",", ".").replace(" ", "") for value in said.values]
    percent = all(cell.endswith("%") for cell in cells)
    try:
        numbers = [float(cell.removesuffix("%")) for cell in cells]
    except ValueError:
        return None
    most = 100 if percent else 10
    if not numbers or not all(0 <= number <= most for number in numbers):
        return None
    return most if percent or max(numbers) > 5 else None


def questions(chosen: str, profiles: Mapping[str, Profile], used: Collection[str]) -> list[str]:
    """Return the other questions of a survey whose answers are texts, in the order of the file.

    Parameters
    ----------
    chosen : str
        The column that is taken for the text.
    profiles : mapping of str to Profile
    used : collection of str
        Columns that are taken for other fields.
    """
    if not chosen.rstrip().endswith("?"):
        return []
    never = vocabulary().never["text"]
    return [
        name
        for name, said in profiles.items()
        if name.rstrip().endswith("?") and (name == chosen or (name not in used and said.is_prose))
        if not set(folded(name).split()) & never or name == chosen
    ]
