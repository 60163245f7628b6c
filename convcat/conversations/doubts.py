"""What a header leaves in doubt: names that their cells belie, words that stand beside the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from convcat.conversations.found import Found
from convcat.conversations.headers import folded, vocabulary
from convcat.conversations.profiles import Profile

REVIEW_WORDS = frozenset({"review", "reviews", "reviewer", "verified", "helpful", "stars"})
"""Words of a header that tell of reviews."""

_MOST = 0.9
_IN_ENGLISH = frozenset({"english", "translated", "translation", "en"})
_TEXTS = frozenset(
    {"text", "review", "comment", "content", "body", "message", "feedback", "description"}
)
_HALVES = (
    ("pros", "cons"), ("advantages", "disadvantages"), ("likes", "dislikes"), ("positive", "negative"),
    ("liked", "disliked"), ("what did you like", "what did you dislike"), ("vorteile", "nachteile"),
)  # fmt: skip

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


_STARS = re.compile(
    r"[1-5](?:[.,]\d)? ?(?:stars?|sternen?|\u2605|\u2b50)|[\u2605\u2606\u2b50]{1,5}|[1-5] (?:out of|von|/) ?5",
    re.IGNORECASE,
)


def translation_of(profiles: Mapping[str, Profile], used: Collection[str]) -> str | None:
    """Return the column in which a text of any language stands in English, if there is one.

    Examples
    --------
    >>> said = ("The handle breaks", "Too heavy")
    >>> profiles = {name: Profile(name, 2, 2, said, False) for name in ("Text", "Text (English)")}
    >>> translation_of(profiles, {"Text"})
    'Text (English)'
    """
    for name, said in profiles.items():
        words = set(folded(name).split())
        if name in used or words.isdisjoint(_IN_ENGLISH) or "title" in words:
            continue
        if words & _TEXTS and said.filled and said.words > 1 and not said.is_nested:
            return name
    return None


def stars_among(profiles: Mapping[str, Profile], used: Collection[str]) -> str | None:
    """Return the column whose cells say that they are stars, whatever it is called.

    Examples
    --------
    >>> stars_among({"Said": Profile("Said", 2, 2, ("2 stars", "5 stars"), False)}, ())
    'Said'
    """
    free = (name for name in profiles if name not in used)
    return next((name for name in free if profiles[name].share(_STARS.fullmatch) > _MOST), None)


def halves(
    text: str, known: Mapping[str, str], profiles: Mapping[str, Profile], used: Collection[str]
) -> tuple[str, ...]:
    """Return the text with what is good and bad, where a review has these in columns of their own.

    Parameters
    ----------
    text : str
        The column that was found.
    known : mapping of str to str
        The columns by their folded names.
    profiles : mapping of str to Profile
    used : collection of str
        Columns that are taken for other fields.
    """
    names = next((pair for pair in _HALVES if all(name in known for name in pair)), ())
    columns = [known[name] for name in names]
    if not columns or any(one in used or profiles[one].is_numeric for one in columns):
        return ()
    return tuple(dict.fromkeys([*([] if text in columns else [text]), *columns]))


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
    named = not {"percent", "percentage"}.isdisjoint(folded(said.name).split())
    percent = named or all(cell.endswith("%") for cell in cells)
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


def unsure(name: str, found: Found) -> str:
    """Return the sentence that a column is taken for a field without certainty."""
    if len(found.columns) == 1:
        return f"Unsure: column {found.columns[0]!r} is taken for {name} ({found.reason})."
    columns = ", ".join(map(repr, found.columns))
    return f"Unsure: columns {columns} are taken for {name} ({found.reason})."


def no_text(source: str, header: tuple[str, ...]) -> str:
    """Return the sentence that no column holds what customers wrote."""
    if len(header) == 1:
        return (
            f"{source} is not a table of conversations: it has one column, and its name does not "
            'say that customers wrote it; if they did, say so with mapping={"text": ...} (--map text=...).'
        )
    shown = ", ".join(header[:12]) + (" ..." if len(header) > 12 else "")
    return (
        f"No column of {source} holds what customers wrote (columns: {shown}); "
        'name it with mapping={"text": ...} (--map text=...).'
    )
