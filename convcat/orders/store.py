"""Orders, to be found by number and by e-mail address: in memory while few, on disk when many."""

from __future__ import annotations

import hashlib
import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from convcat.orders.items import Item
from convcat.orders.numbers import Number

_ASKED_AT_ONCE = 500  # SQLite takes some more values in one question
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as everywhere
_T = TypeVar("_T")


class Order(msgspec.Struct, frozen=True, array_like=True):
    """An order, with the columns that conversations are given.

    Attributes
    ----------
    name : str or None
        Its number as the shop writes it.
    letters : str
        Prefix and suffix of that.
    time : datetime or None
    emails : tuple of bytes
        Of the customer, hashed (see `email_key`).
    carrier, country : str or None
    value : float or None
    items : tuple of Item
        Each product and variant once.
    """

    name: str | None
    letters: str
    time: datetime | None
    emails: tuple[bytes, ...]
    carrier: str | None
    country: str | None
    value: float | None
    items: tuple[Item, ...]

    def with_more(self, other: Order) -> Order:
        """Return the order with what a further row of it adds: what it has stays."""
        return Order(
            self.name or other.name,
            self.letters or other.letters,
            self.time or other.time,
            tuple(dict.fromkeys((*self.emails, *other.emails))),
            self.carrier or other.carrier,
            self.country or other.country,
            other.value if self.value is None else self.value,
            tuple(dict.fromkeys((*self.items, *other.items))),
        )


def email_key(email: str) -> bytes:
    """Return what stands for an e-mail address, so that none is written to a disk.

    Examples
    --------
    >>> email_key(" Ann@Example.com") == email_key("ann@example.com")
    True
    """
    return hashlib.blake2b(email.strip().casefold().encode(), digest_size=12).digest()


class OrderStore:
    """Orders by number and by e-mail address.

    A temporary database, which SQLite holds in memory while it is small and on disk when it grows;
    it vanishes with the object.
    """

    def __init__(self) -> None:
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Order).decode
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._database.close)
        for command in (
            "PRAGMA cache_size = -65536",  # KiB held in memory
            "PRAGMA journal_mode = OFF",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, form TEXT UNIQUE, second INTEGER, data BLOB)",
            "CREATE TABLE keys (key TEXT, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID",
            "CREATE TABLE emails (email BLOB, id INTEGER, PRIMARY KEY (email, id)) WITHOUT ROWID",
        ):
            self._database.execute(command)

    def __len__(self) -> int:
        return int(self._database.execute("SELECT COUNT(*) FROM orders").fetchone()[0])

    def add(self, orders: Sequence[tuple[str | None, tuple[Number, ...], Order]]) -> None:
        """Keep orders; what is there under the same form gets what it lacks.

        Parameters
        ----------
        orders : sequence of (form, numbers, order)
            No form twice. The form tells an order from others (none: it stands alone); it is found
            by its numbers.
        """
        there = self._by_form([form for form, _, _ in orders if form is not None])
        begin = int(self._database.execute("SELECT COALESCE(MAX(id), 0) FROM orders").fetchone()[0])
        rows, keys, emails = [], [], []
        for form, numbers, new in orders:
            old = there.get(form) if form is not None else None
            if old is None:
                begin += 1
            place, order = (begin, new) if old is None else (old[0], old[1].with_more(new))
            rows.append((place, form, _second(order.time), self._encode(order)))
            keys += [(f"={number.form}", place) for number in numbers]
            keys += [(f"~{number.bare}", place) for number in numbers[:1] if number.bare]
            emails += [(email, place) for email in order.emails]
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)", rows)
        self._database.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", keys)
        self._database.executemany("INSERT OR IGNORE INTO emails VALUES (?, ?)", emails)
        self._database.execute("COMMIT")

    def _by_form(self, forms: list[str]) -> dict[str, tuple[int, Order]]:
        found = self._asked("SELECT form, id, data FROM orders WHERE form IN ({})", forms)
        return {form: (place, self._decode(data)) for form, place, data in found}

    def by_number(self, numbers: Iterable[Number]) -> dict[str, list[int]]:
        """Return the orders of each form (``=`` before it) and each bare number (``~``)."""
        keys = {f"={number.form}" for number in numbers}
        keys |= {f"~{number.bare}" for number in numbers if number.bare}
        found: dict[str, list[int]] = defaultdict(list)
        for key, place in self._asked("SELECT key, id FROM keys WHERE key IN ({})", sorted(keys)):
            found[key].append(place)
        return found

    def by_email(self, emails: Iterable[bytes]) -> dict[bytes, list[tuple[datetime | None, int]]]:
        """Return the orders of each address with their times, oldest first."""
        found: dict[bytes, list[tuple[datetime | None, int]]] = defaultdict(list)
        for email, second, place in self._asked(
            "SELECT email, second, orders.id FROM emails JOIN orders USING (id) WHERE email IN ({}) "
            "ORDER BY second, orders.id",
            sorted(set(emails)),
        ):
            found[email].append((_moment(second), place))
        return found

    def orders(self, places: Iterable[int]) -> dict[int, Order]:
        """Return orders by their places."""
        found = self._asked("SELECT id, data FROM orders WHERE id IN ({})", sorted(set(places)))
        return {place: self._decode(data) for place, data in found}

    def span(self) -> tuple[date, date] | None:
        """Return the days of the first and the last order, or ``None`` where none has a time."""
        first, last = self._database.execute(
            "SELECT MIN(second), MAX(second) FROM orders"
        ).fetchone()
        return None if first is None else (_day(first // 86_400), _day(last // 86_400))

    def count(self, first: date, last: date) -> dict[str, int]:
        """Return the orders of each month (``2024-05``) between two days, these included."""
        days = [(day - _EPOCH.date()).days for day in (first, last)]
        found = self._database.execute(
            "SELECT second / 86400, COUNT(*) FROM orders WHERE second >= ? AND second < ? GROUP BY 1",
            (days[0] * 86_400, (days[1] + 1) * 86_400),
        )
        months: dict[str, int] = defaultdict(int)
        for day, n in found:
            months[f"{_day(day):%Y-%m}"] += n
        return dict(sorted(months.items()))

    def _asked(self, question: str, values: Sequence[_T]) -> Iterator[Any]:
        for at in range(0, len(values), _ASKED_AT_ONCE):
            some = values[at : at + _ASKED_AT_ONCE]
            yield from self._database.execute(question.format(",".join("?" * len(some))), some)


def _second(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def _moment(second: int | None) -> datetime | None:
    return None if second is None else _EPOCH + timedelta(seconds=second)


def _day(number: int) -> date:
    return _EPOCH.date() + timedelta(days=number)
