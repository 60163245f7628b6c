"""How many conversations found their order, and how many orders their period holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from convcat.orders.store import OrderStore

_COVERED = 0.9  # the share of a period's days that the orders must cover


@dataclass(frozen=True)
class Period:
    """The days of some conversations, with the orders placed in them.

    Attributes
    ----------
    first, last : date
    orders : int
        0 where the orders do not cover the period.
    months : dict of str to int
        The orders by month, ``2024-05``.
    """

    first: date
    last: date
    orders: int
    months: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the period as plain, JSON-able values."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "orders": self.orders,
            "months": dict(self.months),
        }


@dataclass(frozen=True)
class JoinAccount:
    """What became of the join; of conversations that are read (status ``ok``).

    Attributes
    ----------
    orders : int
        Orders that were given.
    conversations : int
    by : dict of str to int
        Conversations joined, by what told their order: ``column``, ``text``, ``email``.
    several : int
        Conversations that name several orders: they get what these have in common.
    items : dict of str to int
        Of the joined ones: ``one`` (the order holds one product), ``named`` (of several products
        the text names one), ``unknown`` (of several it names none, or more than one: no product is
        given), ``none`` (the order's products are not known).
    periods : dict of str to Period
        By kind of conversation.
    warnings : tuple of str
    """

    orders: int
    conversations: int
    by: dict[str, int]
    several: int
    items: dict[str, int]
    periods: dict[str, Period] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def joined(self) -> int:
        """Conversations that found their order."""
        return sum(self.by.values())

    @property
    def rate(self) -> float:
        """The share of conversations that found their order."""
        return self.joined / self.conversations if self.conversations else 0.0

    def sentence(self) -> str:
        """Return the account in one or two sentences.

        Examples
        --------
        >>> JoinAccount(90, 50, {"text": 20, "email": 10}, 0, {"one": 25, "unknown": 5}).sentence()
        '30 of 50 conversations (60%) were joined to one of 90 orders: 20 by a number in the text, 10 by e-mail. 5 are about an order of several products and name none, so none is blamed.'
        """
        if not self.joined:
            return f"None of {self.conversations:,} conversations could be joined to one of {self.orders:,} orders."
        words = {
            "column": "by a number in a column",
            "text": "by a number in the text",
            "email": "by e-mail",
        }
        how = ", ".join(f"{n:,} {words[key]}" for key, n in self.by.items() if n)
        said = (
            f"{self.joined:,} of {self.conversations:,} conversations ({self.rate:.0%}) were joined to "
            f"one of {self.orders:,} orders: {how}."
        )
        if unknown := self.items.get("unknown", 0):
            said += f" {unknown:,} are about an order of several products and name none, so none is blamed."
        for kind, period in self.periods.items():
            if period.orders:
                said += (
                    f" {period.orders:,} orders were placed from {period.first} to {period.last}, the days "
                    f"of the {_NOUN.get(kind, 'conversations')}."
                )
        return said

    def to_dict(self) -> dict[str, Any]:
        """Return the account as plain, JSON-able values."""
        return {
            "orders": self.orders,
            "conversations": self.conversations,
            "joined": self.joined,
            "rate": round(self.rate, 6),
            "by": dict(self.by),
            "several": self.several,
            "items": dict(self.items),
            "periods": {kind: period.to_dict() for kind, period in self.periods.items()},
            "said": self.sentence(),
        }

    def __repr__(self) -> str:
        return "\n".join([self.sentence(), *(f"! {warning}" for warning in self.warnings)])


class JoinTally:
    """Counts while conversations stream by, and gives a `JoinAccount` at any moment."""

    def __init__(self) -> None:
        self.conversations = 0
        self.by: Counter[str] = Counter()
        self.several = 0
        self.items: Counter[str] = Counter()
        self._days: dict[str, tuple[date, date]] = {}

    def meet(self, kind: str, moment: datetime | None) -> None:
        """Count a conversation, and the day that it is of."""
        self.conversations += 1
        if moment is not None:
            day = moment.date()
            first, last = self._days.get(kind, (day, day))
            self._days[kind] = min(first, day), max(last, day)

    def account(self, store: OrderStore) -> JoinAccount:
        """Return the account of what has gone by."""
        span = store.span()
        periods: dict[str, Period] = {}
        warnings = []
        for kind, (first, last) in sorted(self._days.items()):
            days = (last - first).days + 1
            both = (min(last, span[1]) - max(first, span[0])).days + 1 if span else 0
            covered = max(0, both) >= _COVERED * days
            months = store.count(first, last) if covered else {}
            periods[kind] = Period(first, last, sum(months.values()), months)
            if not covered:
                told = f"are of {span[0]} to {span[1]}" if span else "have no dates"
                warnings.append(
                    f"The orders {told}, the {_NOUN.get(kind, 'conversations')} of {first} to {last}: nothing is "
                    "told per 1,000 orders; give the orders of the whole period."
                )
        return JoinAccount(
            orders=len(store),
            conversations=self.conversations,
            by={how: self.by[how] for how in ("column", "text", "email")},
            several=self.several,
            items={key: self.items[key] for key in ("one", "named", "unknown", "none")},
            periods=periods,
            warnings=tuple(warnings),
        )


_NOUN = {"review": "reviews", "support": "support conversations"}
