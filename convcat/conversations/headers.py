"""Names of columns: how they are compared, and the table of names that exports use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^0-9a-z]+")


def folded(name: str) -> str:
    """Return a header as it is compared.

    Examples
    --------
    >>> [folded(name) for name in ("reviewBody", "Review_Body", "Review Created (UTC)")]
    ['review body', 'review body', 'review created utc']
    """
    return _OTHER.sub(" ", _CAMEL.sub(" ", name).lower()).strip()


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
    """

    name: str
    kind: str
    header: tuple[tuple[str, ...], ...]
    columns: dict[str, tuple[str, ...]]
    note: str = ""


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
            )
            for platform in raw["platform"]
        ),
    )


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
    ]
    return max(fitting, key=lambda platform: len(platform.header), default=None)
