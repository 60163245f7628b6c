"""Which order a conversation is about: by a number in a column, in the text, or by e-mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from convcat.orders.numbers import Number, Token, number_of, tokens_of
from convcat.orders.store import Order, OrderStore, email_key
from convcat.privacy.codes import hint_before, is_quantity
from convcat.privacy.online import emails

How = Literal["column", "text", "email"]

_SURE_DIGITS = 6  # so many digits are no year, size or price by chance
_SURE_OF_ALL = 10  # digits of a number in several parts, all of which agree
_SLACK = timedelta(days=1)  # clocks and time zones
_LINE_REST = re.compile(r"\W*(?:(?:my|the|its|it's|order|number|no|nr|is|id)\W+)*", re.IGNORECASE)
_RUN = re.compile(r"[0-9]+")
_LIST = re.compile(r"\s*(?:[,&+/]|and|or)\s*(?:also\s+)?#?", re.IGNORECASE)
_TICKET = re.compile(
    r"\b(?:ticket|case|chat|incident|claim|conversation)\b[^.;!?\n]{0,16}$", re.IGNORECASE
)


@dataclass(frozen=True)
class Asked:
    """What is known of one conversation.

    Attributes
    ----------
    text : str
        The customer's words, not masked.
    time : datetime or None
    numbers : tuple of str
        Cells of columns of order numbers.
    emails : tuple of str
        Cells of columns of the customer's addresses.
    """

    text: str
    time: datetime | None = None
    numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """The orders that a conversation is about.

    Attributes
    ----------
    orders : tuple of Order
        More than one where the customer names more.
    how : {"column", "text", "email"} or None
    """

    orders: tuple[Order, ...] = ()
    how: How | None = None


@dataclass(frozen=True)
class _Read:
    asked: Asked
    cells: tuple[Number, ...]
    tokens: tuple[Token, ...]
    emails: tuple[bytes, ...]


def match(rows: Sequence[Asked], store: OrderStore, *, within: timedelta) -> list[Match]:
    """Return the orders that conversations are about.

    Parameters
    ----------
    rows : sequence of Asked
    store : OrderStore
    within : timedelta
        How long after an order a message may be about it where only the address says so.
    """
    read = [_read(row) for row in rows]
    by_number = store.by_number(
        [number for one in read for number in (*one.cells, *(token.number for token in one.tokens))]
    )
    by_email = store.by_email([email for one in read for email in one.emails])
    few = (places for places in by_number.values() if len(places) < _MANY)
    orders = store.orders(place for places in few for place in places)
    chosen: list[tuple[tuple[int, ...], How | None]] = []
    for one in read:
        places, how = _by_number(one, by_number, orders)
        if not places:
            latest = _latest(one, by_email, within)
            places, how = ((latest,), "email") if latest is not None else ((), None)
        chosen.append((places, how))
    orders |= store.orders(place for places, _ in chosen for place in places if place not in orders)
    return [Match(tuple(orders[place] for place in places), how) for places, how in chosen]


_MANY = 50  # orders of one number say nothing


def _read(row: Asked) -> _Read:
    said = [row.text[start:end] for start, end, _ in emails(row.text)]
    return _Read(
        row,
        tuple(number for cell in row.numbers if (number := number_of(cell)) is not None),
        tuple(tokens_of(row.text)),
        tuple(dict.fromkeys(email_key(email) for email in (*row.emails, *said) if "@" in email)),
    )


def _by_number(
    one: _Read, found: dict[str, list[int]], orders: dict[int, Order]
) -> tuple[tuple[int, ...], How | None]:
    for number in one.cells:
        if place := _of(number, one, found, orders):
            return (place,), "column"
    named: dict[int, None] = {}
    last: int | None = None  # where an order's number ended: "orders 1043 and 1044"
    for token in one.tokens:
        place = _of(token.number, one, found, orders)
        listed = last is not None and _LIST.fullmatch(one.asked.text, last, token.start) is not None
        last = None
        if place and _is_meant(token, one, orders[place], listed=listed):
            named[place] = None
            last = token.end
    return (tuple(named), "text") if named else ((), None)


def _of(
    number: Number, one: _Read, found: dict[str, list[int]], orders: dict[int, Order]
) -> int | None:
    """Return the one order of a number: of several shops' orders that bear it, the customer's own."""
    places = found.get(f"={number.form}") or [
        place
        for place in (found.get(f"~{number.bare}", []) if number.bare else [])
        if place in orders and "" in (number.letters, orders[place].letters)
    ]
    if len(places) > 1:
        places = [p for p in places if p in orders and {*orders[p].emails} & {*one.emails}]
    return places[0] if len(places) == 1 and places[0] in orders else None


def _is_meant(token: Token, one: _Read, order: Order, *, listed: bool = False) -> bool:
    """Tell whether a number in a text is meant as the number of an order that bears it."""
    text, (start, end, number) = one.asked.text, token
    if order.time and one.asked.time and order.time > _until(one.asked.time) + _SLACK:
        return False
    before = text[max(0, start - 32) : start].rstrip()
    if before.endswith("#") and not _TICKET.search(before.rstrip("# ")):
        return True
    hint = hint_before(text, start)
    if hint in ("thing", "tracking") or is_quantity(text, start, end):
        return False
    if {*order.emails} & {*one.emails}:
        return True
    if _TICKET.search(before):
        return False
    if listed or hint == "order" or (number.letters and number.letters == order.letters):
        return True
    if number.letters and number.letters != order.letters:
        return False
    runs = [len(run) for run in _RUN.findall(text[start:end])]
    if len(runs) > 1 and sum(runs) >= _SURE_OF_ALL and _is_all_of(number, order):
        return True
    return max(runs) >= _SURE_DIGITS or _is_line(text, start, end)


def _is_all_of(number: Number, order: Order) -> bool:
    """Tell whether a number is an order's whole one, with every part of it (18-09999-12345)."""
    own = number_of(order.name) if order.name else None
    return own is not None and own.form == number.form


def _is_line(text: str, start: int, end: int) -> bool:
    """Tell whether a line says nothing but the number: the answer to a question for it."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    rest = text[end : stop if stop >= 0 else len(text)]
    return not rest.strip(" .,!\r\t") and _LINE_REST.fullmatch(text[begin:start]) is not None


def _latest(
    one: _Read,
    by_email: dict[bytes, list[tuple[datetime | None, int]]],
    within: timedelta,
) -> int | None:
    """Return the customer's latest order before the message; the only one where a time lacks."""
    for email in one.emails:
        orders = by_email.get(email, [])
        if len(orders) == 1 and (orders[0][0] is None or one.asked.time is None):
            return orders[0][1]
        if one.asked.time is None:
            continue
        until = _until(one.asked.time)
        before = [
            (t, place) for t, place in orders if t is not None and until - within <= t <= until
        ]
        if before:
            return before[-1][1]
    return None


def _until(moment: datetime) -> datetime:
    """Return the end of the day where only the day is known."""
    return moment + timedelta(days=1) if moment.time() == time.min else moment
