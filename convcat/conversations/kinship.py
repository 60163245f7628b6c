"""Whether files that use one id mean one conversation: a shop's months do, two shops may not.

Help desks count their tickets from 1, so the exports of two shops share their ids, and every one of
them means two conversations. The months of one shop share few: those of conversations that went on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any, Protocol

from convcat.conversations.headers import folded

# Columns of a customer's message that say who the customer is, best first.
_PEOPLE = (
    "customer email", "requester email", "contact email", "sender email", "from email", "author email", "email",
    "customer id", "requester id", "contact id", "author id", "user id", "visitor id", "customer", "requester",
    "customer name", "contact name", "visitor name", "author name", "sender name", "phone",
)  # fmt: skip
_OTHERS = frozenset(
    ["agent", "assignee", "assigned", "owner", "admin", "operator", "staff", "support", "recipient", "to", "cc", "bcc",
     "submitter", "group", "team", "shop", "store", "brand"]
)  # fmt: skip
_AGAIN = re.compile(r"(?:(?:re|aw|fwd?|sv|vs|tr|rv)\s*:\s*)+", re.IGNORECASE)
_MOST, _FEWEST = 0.8, 0.2  # of conversations that can be told: so many settle a pair of files
_MANY, _FEW = 0.5, 3  # of the smaller file's ids that both use, where nothing else tells
_SHORT_ID = 6  # characters: numbers that are counted from 1


class Message(Protocol):
    """A message: its title, its moment, and the columns of a customer's row."""

    @property
    def title(self) -> str | None:
        """Its subject."""

    @property
    def time(self) -> datetime | None:
        """When it was written."""

    @property
    def copy(self) -> bool:
        """Whether another file held it before."""

    @property
    def values(self) -> dict[str, Any] | None:
        """The columns of a customer's row."""


@dataclass(frozen=True)
class Shared:
    """One id that several files use.

    Attributes
    ----------
    name : str
    by_file : mapping of int to sequence of Message
    repeated : frozenset of int
        Files that hold once more what a customer says at some length in another one.
    """

    name: str
    by_file: Mapping[int, Sequence[Message]]
    repeated: frozenset[int]


@dataclass
class Span:
    """What a file holds: how many conversations, from when to when."""

    conversations: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def note(self, time: datetime | None) -> None:
        """Count a moment in."""
        if time is not None:
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)

    def meets(self, other: Span) -> bool:
        """Return whether two files tell of the same days, as far as is known."""
        if self.first is None or self.last is None or other.first is None or other.last is None:
            return True
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Kinship:
    """Which pairs of files tell the same conversations on; pairs that share no id are left out."""

    pairs: Mapping[tuple[int, int], bool | None] = field(default_factory=dict)

    def parts(self, shared: Shared) -> Iterator[tuple[int, ...]]:
        """Give the files of one id that tell the same conversation, for each conversation."""
        groups = {number: {number} for number in sorted(shared.by_file)}
        for a, b in combinations(sorted(shared.by_file), 2):
            if groups[a] is not groups[b] and self._same(shared, a, b):
                groups[a] |= groups[b]
                for number in groups[b]:
                    groups[number] = groups[a]
        seen: set[int] = set()
        for number, group in groups.items():
            if number not in seen:
                seen |= group
                yield tuple(sorted(group))

    def _same(self, shared: Shared, a: int, b: int) -> bool:
        settled = self.pairs.get((a, b), True)
        if settled is None:
            return told(shared, a, b) is not False
        return settled or bool({a, b} & shared.repeated)


def kinship(shared: Iterable[Shared], spans: Mapping[int, Span]) -> Kinship:
    """Return which files go on with each other's conversations.

    A pair of files is settled by the conversations that can be told: by the customer, else the
    subject, else messages that both hold. Where nothing tells, two files that use many ids both and
    speak of the same days are two shops'.

    Parameters
    ----------
    shared : iterable of Shared
        The ids that several files use.
    spans : mapping of int to Span
        What each file holds.
    """
    same: Counter[tuple[int, int]] = Counter()
    other: Counter[tuple[int, int]] = Counter()
    across: Counter[tuple[int, int]] = Counter()
    short: Counter[tuple[int, int]] = Counter()
    both: Counter[tuple[int, int]] = Counter()
    for one in shared:
        for pair in combinations(sorted(one.by_file), 2):
            answer = told(one, *pair)
            both[pair] += 1
            same[pair] += answer is True
            other[pair] += answer is False
            across[pair] += _across(one.by_file[pair[0]], one.by_file[pair[1]])
            short[pair] += len(one.name) <= _SHORT_ID
    return Kinship(
        {
            pair: _settled(same[pair], other[pair])
            if same[pair] + other[pair]
            else not (
                n >= _FEW
                and short[pair] == n
                and n > _MANY * min(spans[number].conversations for number in pair)
                and spans[pair[0]].meets(spans[pair[1]])
            )
            and across[pair] <= n / 2
            for pair, n in both.items()
        }
    )


def told(shared: Shared, a: int, b: int) -> bool | None:
    """Return whether two files mean the same conversation by an id; ``None`` if nothing tells."""
    one, two = shared.by_file[a], shared.by_file[b]
    for mine, others in ((_people(one), _people(two)), (_subjects(one), _subjects(two))):
        for name in mine:
            if name in others:
                return not mine[name].isdisjoint(others[name])
    return True if {a, b} & shared.repeated else None


def _settled(same: int, other: int) -> bool | None:
    share = same / (same + other)
    return True if share >= _MOST else False if share <= _FEWEST else None


def _people(messages: Sequence[Message]) -> dict[str, set[str]]:
    """Return who the customer is, by the names of the columns that say so, best first."""
    found: dict[str, set[str]] = {}
    for message in messages:
        for name, value in (message.values or {}).items():
            if value not in (None, ""):
                found.setdefault(folded(name), set()).add(str(value).strip().casefold())
    return {
        name: found[name]
        for ending in _PEOPLE
        for name in sorted(found)
        if (name == ending or name.endswith(f" {ending}")) and _OTHERS.isdisjoint(name.split())
    }


def _subjects(messages: Sequence[Message]) -> dict[str, set[str]]:
    said = {_AGAIN.sub("", one.title.strip()).casefold() for one in messages if one.title}
    return {"subject": said - {""}} if said - {""} else {}


def _across(one: Sequence[Message], two: Sequence[Message]) -> bool:
    """Return whether the messages of two files lie between each other in time."""
    mine = [message.time for message in one if message.time is not None]
    others = [message.time for message in two if message.time is not None and not message.copy]
    return bool(mine and others) and min(mine) < max(others) and min(others) < max(mine)
