"""The row account: what became of every row of the input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convcat.exceptions import ConvcatError
from convcat.tagged import STATUSES

NO_CUSTOMER = "no message by the customer"


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: counts[reason] for reason in sorted(counts) if counts[reason]}


@dataclass(frozen=True)
class RowAccount:
    """Where every row of the input went; accounts of parts add up.

    A row either stands in a conversation or is set aside for a reason that is given; a
    conversation is either kept, or filtered, or a duplicate; a kept one is read, unless `unread`
    says why it cannot be.

    Attributes
    ----------
    read : int
        Rows of the input: reviews, tickets or messages.
    set_aside : dict of str to int
        Rows that stand in no conversation, by reason (written by an agent, a broken line).
    joined : int
        Further messages of a customer within one conversation.
    conversations : int
        Conversations and reviews, one row each in the table.
    kept : int
        Those that are neither filtered nor duplicates.
    filtered : dict of str to int
        Conversations left out, by reason.
    duplicates : int
        The same conversation or review again.
    unread : dict of str to int
        Kept conversations that cannot be read, by reason.

    Examples
    --------
    >>> one = RowAccount(read=2, conversations=2, kept=1, filtered={"1-star review": 1})
    >>> (one + one).filtered
    {'1-star review': 2}
    """

    read: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    joined: int = 0
    conversations: int = 0
    kept: int = 0
    filtered: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0
    unread: dict[str, int] = field(default_factory=dict)

    @property
    def readable(self) -> int:
        """Conversations whose status is ``ok``."""
        return self.kept - sum(self.unread.values())

    def __add__(self, other: RowAccount) -> RowAccount:
        return RowAccount(
            read=self.read + other.read,
            set_aside=_sorted(Counter(self.set_aside) + Counter(other.set_aside)),
            joined=self.joined + other.joined,
            conversations=self.conversations + other.conversations,
            kept=self.kept + other.kept,
            filtered=_sorted(Counter(self.filtered) + Counter(other.filtered)),
            duplicates=self.duplicates + other.duplicates,
            unread=_sorted(Counter(self.unread) + Counter(other.unread)),
        )

    def check(self) -> RowAccount:
        """Prove that every row is accounted for, and return the account.

        Raises
        ------
        ConvcatError
            If the sums do not agree.
        """
        # A conversation in which only the shop speaks holds no row of its own: all are set aside.
        holding_rows = self.conversations - self.filtered.get(NO_CUSTOMER, 0)
        aside = sum(self.set_aside.values())
        sums = (
            (self.read, holding_rows + self.joined + aside, "rows read"),
            (
                self.conversations,
                self.kept + sum(self.filtered.values()) + self.duplicates,
                "conversations",
            ),
        )
        for whole, parts, what in sums:
            if whole != parts:
                raise ConvcatError(f"The row account does not agree: {whole} {what}, {parts} told.")
        if self.readable < 0:
            raise ConvcatError("The row account does not agree: more are unread than were kept.")
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the account as plain, JSON-able values."""
        return {
            "read": self.read,
            "set_aside": dict(self.set_aside),
            "joined": self.joined,
            "conversations": self.conversations,
            "kept": self.kept,
            "filtered": dict(self.filtered),
            "duplicates": self.duplicates,
            "unread": dict(self.unread),
        }

    def lines(self) -> list[tuple[int, str]]:
        """Return the account as counts with a plain sentence each, in reading order."""
        out = [(self.read, "rows read")]
        out += [(-n, f"set aside: {reason}") for reason, n in self.set_aside.items()]
        if self.joined:
            out.append((-self.joined, "joined to an earlier message of the same conversation"))
        if alone := self.filtered.get(NO_CUSTOMER, 0):
            out.append((alone, "conversations in which only the shop speaks"))
        out.append((self.conversations, "conversations or reviews"))
        out += [(-n, f"filtered: {reason}") for reason, n in self.filtered.items()]
        if self.duplicates:
            out.append((-self.duplicates, "duplicates"))
        out.append((self.kept, "kept"))
        out += [(-n, f"unread: {reason}") for reason, n in self.unread.items()]
        out.append((self.readable, "to be tagged"))
        return out

    def __repr__(self) -> str:
        return "\n".join(f"{n:>12,}  {what}" for n, what in self.lines())

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f'<tr><td style="text-align:right">{n:,}</td><td style="text-align:left">{escape(what)}'
            "</td></tr>"
            for n, what in self.lines()
        )
        return f"<table><tbody>{rows}</tbody></table>"


class Tally:
    """Counts while rows stream by, and gives a `RowAccount` at any moment."""

    def __init__(self) -> None:
        self.read = 0
        self.joined = 0
        self.set_aside: Counter[str] = Counter()
        self.conversations = 0
        self.duplicates = 0
        self.filtered: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()

    def add(self, status: str, reason: str | None = None) -> None:
        """Count a conversation by its status; the reason says why, where that is not enough."""
        self.conversations += 1
        if status == "duplicate":
            self.duplicates += 1
        elif status == "filtered":
            self.filtered[reason or STATUSES[status]] += 1
        elif status != "ok":
            self.unread[reason or STATUSES[status]] += 1

    def account(self) -> RowAccount:
        """Return the account of what has gone by."""
        return RowAccount(
            read=self.read,
            set_aside=_sorted(self.set_aside),
            joined=self.joined,
            conversations=self.conversations,
            kept=self.conversations - sum(self.filtered.values()) - self.duplicates,
            filtered=_sorted(self.filtered),
            duplicates=self.duplicates,
            unread=_sorted(self.unread),
        )
