"""Conversations get the columns of the order that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from convcat import frames
from convcat.conversations.headers import folded
from convcat.conversations.profiles import cells_of
from convcat.conversations.times import parse_time
from convcat.exceptions import InputError, did_you_mean
from convcat.orders.account import JoinAccount, JoinTally
from convcat.orders.items import Item, item_in
from convcat.orders.matching import Asked, Match, match
from convcat.orders.reading import Orders
from convcat.orders.store import Order
from convcat.tagged import STATUS

FILLED = ("product", "carrier", "country")
"""Columns of conversations that an order fills where they are empty."""
ADDED: dict[str, pa.DataType] = {
    "variant": pa.string(),
    "order_value": pa.float64(),
    "order_number": pa.string(),
    "order_match": pa.string(),
}
"""Columns that a join adds, with their types."""

_NUMBERS = frozenset(
    {
        "order", "order number", "order no", "order id", "orderid", "order name", "order ref",
        "order reference", "shopify order", "shopify order id", "shopify order number", "order code",
        "amazon order id", "reference id", "reference number",
    }
)  # fmt: skip
_NOT_THEIRS = frozenset(
    {"agent", "assignee", "admin", "staff", "business", "shop", "store", "reply", "author", "to", "merchant",
     "submitter", "company", "bcc", "cc", "support", "recipient"}
)  # fmt: skip
_ROWS = 5_000


def join_orders(
    table: Any,
    orders: Orders,
    *,
    text: str = "text",
    time: str = "time",
    within_days: int = 180,
) -> Any:
    r"""Give conversations the product, variant, carrier, country and value of their order.

    The order is told by a number in a column, else by a number in the text that is an order's, else
    by the customer's e-mail address: then it is the latest one before the message. What the
    conversation says itself stays. Join before anything is masked.

    Parameters
    ----------
    table : dataframe
        One row per conversation, as of `convcat.read_conversations` or any other.
    orders : Orders
        Of `read_orders`.
    text, time : str
        The columns of the customer's words and of the moment of the message.
    within_days : int, default 180
        How long after an order a message may be about it where only the address says so.

    Returns
    -------
    dataframe of the same kind
        With ``product``, ``carrier`` and ``country`` filled where they were empty, and
        ``variant``, ``order_value``, ``order_number`` and ``order_match`` (``column``, ``text``,
        ``email`` or null). An order of several products gives one only if the text names it and
        no other.

    Raises
    ------
    InputError
        If it is no dataframe, or has no column of texts.

    See Also
    --------
    Joiner : the same, a batch at a time, with the account of it.

    Examples
    --------
    >>> import io
    >>> import pyarrow as pa
    >>> from convcat.orders import read_orders
    >>> orders = read_orders(io.StringIO(
    ...     "order number,product,carrier,total\n1001,Oak Table,DHL,240\n1002,Lamp,UPS,30\n"))
    >>> table = pa.table({"text": ["Where is order #1001?", "Do you ship to Malta?"]})
    >>> joined = join_orders(table, orders)
    >>> joined.select(["product", "carrier", "order_value", "order_match"]).to_pylist()[0]
    {'product': 'Oak Table', 'carrier': 'DHL', 'order_value': 240.0, 'order_match': 'text'}
    """
    kind = frames.kind_of(table)
    arrow = frames.to_arrow(table)
    joiner = Joiner(orders, text=text, time=time, within_days=within_days)
    joined = pa.concat_tables(
        [joiner.join(arrow.slice(at, _ROWS)) for at in range(0, max(1, arrow.num_rows), _ROWS)]
    )
    return frames.from_arrow(joined, kind)


class Joiner:
    """Joins batches of conversations to orders, and counts.

    Parameters
    ----------
    orders : Orders
    text, time : str
    within_days : int
        As for `join_orders`.
    """

    def __init__(
        self, orders: Orders, *, text: str = "text", time: str = "time", within_days: int = 180
    ) -> None:
        if within_days < 0:
            raise InputError(f"within_days must be 0 or more, not {within_days}.")
        self._store = orders.store
        self._text, self._time = text, time
        self._within = timedelta(days=within_days)
        self._tally = JoinTally()

    @property
    def account(self) -> JoinAccount:
        """What became of the batches that were joined so far."""
        return self._tally.account(self._store)

    def batches(self, batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Give batches with their orders' columns; the account begins anew."""
        self._tally = JoinTally()
        for batch in batches:
            yield self.join(batch)

    def schema(self, schema: pa.Schema) -> pa.Schema:
        """Return the schema that a table of this schema has once it is joined."""
        return self._with_columns(schema.empty_table(), [], []).schema

    def join(self, batch: pa.Table) -> pa.Table:
        """Return a batch with its orders' columns, and count it."""
        if self._text not in batch.column_names:
            near = did_you_mean(self._text, batch.column_names)
            raise InputError(f"The table has no column {self._text!r} of texts.{near}")
        asked = self._asked(batch)
        matches = match(asked, self._store, within=self._within)
        own = cells_of(batch, "product") if "product" in batch.column_names else [None] * len(asked)
        items = [
            _item(row.text, one.orders, product) if one.orders else (None, None)
            for row, one, product in zip(asked, matches, own, strict=True)
        ]
        self._count(batch, asked, matches, items)
        return self._with_columns(batch, matches, items)

    def _asked(self, batch: pa.Table) -> list[Asked]:
        size = batch.num_rows
        numbers = [cells_of(batch, name) for name in batch.column_names if holds_numbers(name)]
        emails = [cells_of(batch, name) for name in batch.column_names if holds_emails(name)]
        times = _moments(batch, self._time) if self._time in batch.column_names else [None] * size
        texts = cells_of(batch, self._text)
        return [
            Asked(
                texts[i] or "",
                times[i],
                tuple(cell for column in numbers if (cell := column[i])),
                tuple(cell for column in emails if (cell := column[i])),
            )
            for i in range(size)
        ]

    def _count(
        self,
        batch: pa.Table,
        asked: Sequence[Asked],
        matches: Sequence[Match],
        items: Sequence[tuple[str | None, str | None]],
    ) -> None:
        status = batch[STATUS].to_pylist() if STATUS in batch.column_names else ["ok"] * len(asked)
        kinds = cells_of(batch, "kind") if "kind" in batch.column_names else [None] * len(asked)
        tally = self._tally
        for i, one in enumerate(matches):
            if status[i] != "ok":
                continue
            tally.meet(kinds[i] or "", asked[i].time)
            if one.how is None:
                continue
            tally.by[one.how] += 1
            tally.several += len(one.orders) > 1
            products = {item.product for order in one.orders for item in order.items}
            if len(products) < 2:
                tally.items["one" if products else "none"] += 1
            else:
                tally.items["named" if items[i][0] else "unknown"] += 1

    def _with_columns(
        self,
        batch: pa.Table,
        matches: Sequence[Match],
        items: Sequence[tuple[str | None, str | None]],
    ) -> pa.Table:
        new: dict[str, list[Any]] = {
            "product": [product for product, _ in items],
            "carrier": [_common([order.carrier for order in one.orders]) for one in matches],
            "country": [_common([order.country for order in one.orders]) for one in matches],
            "variant": [variant for _, variant in items],
            "order_value": [_common([order.value for order in one.orders]) for one in matches],
            "order_number": [
                ";".join(order.name for order in one.orders if order.name) or None
                for one in matches
            ],
            "order_match": [one.how for one in matches],
        }
        last = (
            batch.column_names.index(STATUS) if STATUS in batch.column_names else batch.num_columns
        )
        for name in FILLED:
            if name not in batch.column_names:
                batch = batch.add_column(last, name, pa.array(new[name], pa.string()))
                last += 1
                continue
            at = batch.column_names.index(name)
            cells = [
                cell if (cell and cell.strip()) or more is None else more
                for cell, more in zip(cells_of(batch, name), new[name], strict=True)
            ]
            batch = batch.set_column(at, name, pa.array(cells, pa.string()))
        for offset, (name, kind) in enumerate(ADDED.items()):
            free = name
            while free in batch.column_names:
                free += "_joined"
            batch = batch.add_column(last + offset, free, pa.array(new[name], kind))
        return batch


def holds_numbers(name: str) -> bool:
    """Return whether a column of conversations holds order numbers, by its name.

    Examples
    --------
    >>> [holds_numbers(name) for name in ("Order #", "orderId", "Custom: Order number", "order date")]
    [True, True, True, False]
    """
    own = folded(name)
    return own in _NUMBERS or own.endswith(("order number", "order id", "order no", "order name"))


def holds_emails(name: str) -> bool:
    """Return whether a column of conversations holds the customer's e-mail address, by its name.

    Examples
    --------
    >>> [holds_emails(name) for name in ("Requester email", "reviewer_email", "Agent email", "Email sent")]
    [True, True, False, False]
    """
    words = folded(name).replace("e mail", "email").split()
    if words[-2:] in (["email", "address"], ["from", "address"]):
        words = [*words[:-2], "email"]
    if not words or words[-1] != "email":
        return False
    return not {*words} & _NOT_THEIRS or {"message", "author"} <= {*words}


def _item(text: str, orders: Sequence[Order], own: str | None) -> tuple[str | None, str | None]:
    items: list[Item] = list(dict.fromkeys(item for order in orders for item in order.items))
    if own and own.strip():
        same = [
            item for item in items if folded(own) in (folded(item.product), folded(item.sku or ""))
        ]
        return item_in(text, same)
    return item_in(text, items)


def _common(values: Sequence[Any]) -> Any:
    """Return the value that all orders share, or ``None``."""
    return values[0] if values and all(value == values[0] for value in values) else None


def _moments(batch: pa.Table, name: str) -> list[datetime | None]:
    kind = batch.schema.field(name).type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            moments = batch[name].cast(pa.timestamp("us", kind.tz), safe=False).to_pylist()
        else:
            moments = batch[name].to_pylist()
        return [_plain(moment) for moment in moments]
    return [None if cell is None else parse_time(cell) for cell in cells_of(batch, name)]


def _plain(moment: datetime | date | None) -> datetime | None:
    """Return a moment in UTC without a time zone, as conversations have it."""
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    return moment
