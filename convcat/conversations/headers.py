"""Names of columns: how they are compared, and the table of names that exports use."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from convcat.conversations.nested import MESSAGE_LISTS

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^0-9a-z]+")
_BODIES = frozenset(
    ["description", "ticket description", "body", "message", "message body", "comments", "first comment", "ticket body",
     "ticket messages", "first customer message", "last message", "first message", "latest comment", "text"]
)  # fmt: skip
_TYPED = re.compile(r" \[(?:list|mlist|txt|int|dec|flag|date)\]$")
_ACCENT = re.compile("[\u0300-\u036f]")


def folded(name: str) -> str:
    """Return a header as it is compared.

    Examples
    --------
    >>> [folded(name) for name in ("reviewBody", "Review_Body", "Date de cr\u00e9ation (UTC)")]
    ['review body', 'review body', 'date de creation utc']
    """
    name = _CAMEL.sub(" ", name).lower().replace("\u00df", "ss")
    if not name.isascii():
        name = _ACCENT.sub("", unicodedata.normalize("NFKD", name))
    return _OTHER.sub(" ", name).strip()


def known_as(names: Iterable[str]) -> dict[str, str]:
    """Return the columns by their folded names, the first of each.

    Examples
    --------
    >>> known_as(["Text", "text", "Date"])
    {'text': 'Text', 'date': 'Date'}
    >>> known_as(["Product [list]"])["product"]  # Zendesk's fields of a shop's own
    'Product [list]'
    """
    known: dict[str, str] = {}
    typed: dict[str, str] = {}
    for name in names:
        known.setdefault(folded(name), name)
        if name.endswith("]") and (kind := _TYPED.search(name)):
            typed.setdefault(folded(name[: kind.start()]), name)
    return {**typed, **known} if typed else known


def within_messages(known: dict[str, str]) -> dict[str, str]:
    """Return the names of columns as seen from within a record's list of messages.

    Of a record that holds messages, what stands in the message goes without the list's name
    ("turns.role" is the role), and the record's own id is that of the conversation.

    Examples
    --------
    >>> within_messages(known_as(["id", "turns.role", "turns.text"]))
    {'conversation id': 'id', 'role': 'turns.role', 'text': 'turns.text'}
    """
    known = _attributes(known)
    for path in sorted(MESSAGE_LISTS, key=len, reverse=True):
        inner = known_as(
            at.removeprefix(f"{path}.") for at in known.values() if at.startswith(f"{path}.")
        )
        if len(inner) > 1:
            outer = {name: at for name, at in known.items() if not at.startswith(f"{path}.")}
            named = next((name for name in ("id", "number", "uuid", "key") if name in outer), None)
            own = {"conversation id": outer.pop(named)} if named else {}
            for field in ("text", "time"):  # the message's own, not those of the whole record
                names = set(vocabulary().fields[field])
                if names & inner.keys():
                    outer = {name: at for name, at in outer.items() if name not in names}
            return {**outer, **own, **{name: f"{path}.{at}" for name, at in inner.items()}}
    return known


def _attributes(known: dict[str, str]) -> dict[str, str]:
    """Return the names of columns without the object that all of them stand in.

    It is called "attributes" in a JSON:API, and "review" where the customer stands beside it.
    """
    for around in ("attributes", "review"):
        inner = {
            name.removeprefix(f"{around} "): at
            for name, at in known.items()
            if at.startswith(f"{around}.")
        }
        if len(inner) > 2:
            outer = {name: at for name, at in known.items() if at not in inner.values()}
            return {**outer, **inner}
    return known


@dataclass(frozen=True)
class Platform:
    """An export that is recognised by its header.

    Attributes
    ----------
    name : str
    kind : {"review", "support"}
    header : tuple of tuple of str
        Names that must all be there; each one or another of its alternatives.
    columns : dict of str to tuple of str
        Canonical name to the names it may have, best first.
    note : str
        What the user should know about this export.
    bodies : bool
        Whether it holds what customers wrote; lists of tickets hold their subjects alone.
    """

    name: str
    kind: str
    header: tuple[tuple[str, ...], ...]
    columns: dict[str, tuple[str, ...]]
    note: str = ""
    bodies: bool = True


@dataclass(frozen=True)
class Vocabulary:
    """The table of names: by field, by word, by author, and by platform."""

    fields: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    never: dict[str, frozenset[str]]
    roles: dict[str, tuple[str, ...]]
    platforms: tuple[Platform, ...]


@cache
def vocabulary() -> Vocabulary:
    """Return the table of names that comes with the package."""
    raw = tomllib.loads(files("convcat.conversations").joinpath("headers.toml").read_text("utf-8"))
    return Vocabulary(
        fields={field: tuple(names) for field, names in raw["fields"].items()},
        words={field: tuple(words) for field, words in raw["words"].items()},
        never={field: frozenset(words) for field, words in raw["not"].items()},
        roles={role: tuple(words) for role, words in raw["roles"].items()},
        platforms=tuple(
            Platform(
                name=platform["name"],
                kind=platform["kind"],
                header=tuple(tuple(one.split("|")) for one in platform["header"]),
                columns={
                    field: tuple(names.split("|")) for field, names in platform["columns"].items()
                },
                note=platform.get("note", ""),
                bodies=platform.get("bodies") != "none",
            )
            for platform in raw["platform"]
        ),
    )


def together(alternatives: tuple[str, ...], known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns that make up a field together ("a|b+c"), where the export has all parts.

    Examples
    --------
    >>> together(("a", "b+c"), {"b": "B", "c": "C"})
    ('B', 'C')
    """
    parts = "|".join(alternatives).split("+")
    names = [next((one for one in part.split("|") if one in known), None) for part in parts]
    there = tuple(known[one] for one in names if one is not None)
    return there if len(there) == len(parts) > 1 else ()


def recognised(header: tuple[str, ...]) -> Platform | None:
    """Return the platform whose export has this header, or ``None``.

    Examples
    --------
    >>> recognised(("Review Id", "Review Created (UTC)", "Review Content", "Review Stars")).name
    'Trustpilot'
    """
    names = {folded(name) for name in header}
    fitting = [
        platform
        for platform in vocabulary().platforms
        if all(not names.isdisjoint(alternatives) for alternatives in platform.header)
        if platform.bodies or names.isdisjoint(_BODIES)
    ]
    # Messages with their authors say more than the ticket around them.
    return max(fitting, key=lambda one: ("role" in one.columns, len(one.header)), default=None)
