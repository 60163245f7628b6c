"""What was found in a file: which column is what, why, and how surely."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from convcat.conversations.headers import Platform

Sure = Literal["sure", "likely", "unsure"]


@dataclass(frozen=True)
class Found:
    """The column that was found for a field.

    Attributes
    ----------
    columns : tuple of str
        One; two for a response time that is the difference of two moments; several for a text
        that is joined from them.
    reason : str
        Why it was taken.
    sure : {"sure", "likely", "unsure"}
    """

    columns: tuple[str, ...]
    reason: str
    sure: Sure


@dataclass(frozen=True)
class Columns:
    """Which column is what in one file.

    Attributes
    ----------
    fields : dict of str to Found
        By canonical name, in the order of `FIELDS`.
    kind : {"review", "support"}
    grouped : bool
        Whether rows are messages that make up conversations.
    platform : Platform or None
    notes : tuple of str
    spare : tuple of str
        Columns that hold a message's text where the one that was found is empty.
    best : int
        The best rating; 5 where ratings are stars.
    shop : frozenset of str
        Names (folded) of the shop's people, where the authors are called by their names.
    asides : dict of str to str
        Columns that say that a message is a note, a draft or spam, by their folded names.
    """

    fields: dict[str, Found]
    kind: str
    grouped: bool
    platform: Platform | None
    notes: tuple[str, ...] = field(default=())
    spare: tuple[str, ...] = ()
    best: int = 5
    shop: frozenset[str] = frozenset()
    asides: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str | None:
        """Return the (first) column of a field, or ``None``."""
        found = self.fields.get(name)
        return found.columns[0] if found else None
