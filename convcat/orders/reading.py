"""Order exports become orders: a row for each, or a row for each of its lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from convcat.conversations.formats import open_rows
from convcat.conversations.profiles import cells_of
from convcat.conversations.rows import Rows
from convcat.conversations.sources import sources_of
from convcat.conversations.times import day_or_month_first, is_ambiguous_date, parse_time
from convcat.conversations.values import BLANK
from convcat.exceptions import InputError
from convcat.orders.columns import find_order_columns
from convcat.orders.items import Item, item_of
from convcat.orders.numbers import Number, number_of
from convcat.orders.store import Order, OrderStore, email_key

_ROWS = 5_000
_PLAIN = re.compile(r"[^\d.,-]")
_LISTED = re.compile(r"\s*[;|\n]\s*|\s*,\s*(?=\d+ ?[x\u00d7] [^\W\d])")
# "2 x Mug", "Mug x 2", "Mug (2)"
_HOW_MANY = re.compile(r"^\d+ ?[x\u00d7] (?=[^\W\d])|(?: [x\u00d7] ?\d+| \([x\u00d7]?\d+\))$")
# BigCommerce's "Product ID: 7, ..., Product SKU: M-1, Product Name: Mug, Product Variation Details: Red, ..."
_DETAILS = re.compile(
    r"Product SKU: (?P<sku>[^|]*?), Product Name: (?P<name>[^|]*?)"
    r"(?:, Product Variation Details: (?P<variant>[^|]*?))?(?:, Product (?:Unit|Total|Weight)[^|]*)?(?:\||$)"
)
# The method of shipping often says who ships.
_CARRIER = re.compile(
    r"\b(UPS|United Parcel Service|USPS|FedEx|DHL|DPD|GLS|Evri|Hermes|Yodel|Royal Mail|Parcelforce|Australia Post|Canada Post"
    r"|An Post|PostNL|PostNord|Colissimo|Chronopost|Mondial Relay|InPost|Correos|bpost|TNT|Aramex"
    r"|Delhivery|Blue ?Dart|Sendle|StarTrack|Purolator|OnTrac|LaserShip)\b",
    re.IGNORECASE,
)


class Orders:
    """The orders of a shop, to be joined to its conversations; made by `read_orders`.

    Attributes
    ----------
    columns : dict
        By file: which column is what.
    notes : tuple of str
        What the user should know, a sentence each.
    store : OrderStore
    """

    def __init__(
        self, store: OrderStore, columns: dict[str, dict[str, str]], notes: tuple[str, ...]
    ) -> None:
        self.store = store
        self.columns = columns
        self.notes = notes

    def __len__(self) -> int:
        return len(self.store)

    def __repr__(self) -> str:
        span = self.store.span()
        days = f", from {span[0]} to {span[1]}" if span else ""
        lines = [
            f"Orders of {len(self.columns)} file{'s' * (len(self.columns) != 1)}: {len(self):,}{days}"
        ]
        for file, columns in self.columns.items():
            lines += [f"  {file}", *(f"    {field:<10}{name}" for field, name in columns.items())]
        return "\n".join([*lines, *(f"! {note}" for note in self.notes)])


def read_orders(*sources: Any, mapping: Mapping[str, str | None] | None = None) -> Orders:
    r"""Return the orders of one or more exports.

    Parameters
    ----------
    *sources
        Paths of files or folders, open files or dataframes, in any format of
        `convcat.read_conversations`: Shopify's order export, which has a row for each line of an
        order, or any table with order numbers or e-mail addresses.
    mapping : mapping of str to str, optional
        Which column is what, where it is not found: ``number``, ``id``, ``email``, ``time``,
        ``product``, ``variant``, ``sku``, ``carrier``, ``method`` (of shipping), ``country``,
        ``value``, ``currency``, ``lines`` (JSON); to ``None`` where there is none.

    Returns
    -------
    Orders

    Raises
    ------
    InputError
        If a file cannot be read, or has neither order numbers nor e-mail addresses.

    Examples
    --------
    >>> import io
    >>> export = io.StringIO(
    ...     "Name,Email,Created at,Total,Lineitem name\n"
    ...     "#1001,ann@example.com,2024-05-02 10:00:00 +0100,62.50,Linen Shirt - Blue / M\n"
    ...     "#1001,,,,Oak Coffee Table\n")
    >>> orders = read_orders(export)
    >>> len(orders), orders.columns["stream"]["number"]
    (1, 'Name')
    """
    store = OrderStore()
    columns: dict[str, dict[str, str]] = {}
    notes: list[str] = []
    currencies: set[str] = set()
    for source in sources_of(sources):
        rows = open_rows(source)
        found = find_order_columns(rows.header, source=rows.name, mapping=mapping)
        columns[rows.name] = found
        notes += [f"{rows.name}: {note}" for note in rows.notes]
        notes += _read(rows, found, store, currencies)
    if not len(store):
        raise InputError(f"{', '.join(columns)} holds no order.")
    if len(currencies) > 1:
        notes.append(
            f"Order values are in {len(currencies)} currencies ({', '.join(sorted(currencies)[:6])}): "
            "they are not converted."
        )
    return Orders(store, columns, tuple(notes))


def _read(
    rows: Rows, columns: dict[str, str], store: OrderStore, currencies: set[str]
) -> list[str]:
    broken: Counter[str] = Counter()
    notes: list[str] = []
    day_first, unsure = _day_first(rows, columns.get("time"))
    if unsure:
        notes.append(f"{rows.name}: {unsure}")
    held: dict[object, tuple[str | None, tuple[Number, ...], Order]] = {}
    last: object = None
    lost = 0
    for batch in rows.batches(_ROWS, broken):
        for numbers, order, currency in _rows(batch, columns, day_first=day_first):
            if currency:
                currencies.add(currency)
            form = numbers[0].form if numbers else None
            if form is None and "number" in columns:
                # A row without a number goes on with the order before it.
                if last is None or not order.items:
                    lost += 1
                    continue
                key = last
            elif form is None and not order.emails:
                lost += 1
                continue
            else:
                key = last = form if form is not None else object()
            if key in held:
                form, known, before = held[key]
                held[key] = (form, known or numbers, before.with_more(order))
            else:
                held[key] = (form, numbers, order)
        if len(held) >= _ROWS:
            keep = held.pop(last, None)
            store.add([*held.values()])
            held = {} if keep is None else {last: keep}
    store.add([*held.values()])
    if gone := lost + sum(broken.values()):
        notes.append(
            f"{rows.name}: {gone:,} rows hold no order that can be told apart; left aside."
        )
    return notes


def _rows(
    batch: pa.Table, columns: dict[str, str], *, day_first: bool
) -> Iterator[tuple[tuple[Number, ...], Order, str | None]]:
    """Give the order of each row: its numbers, itself, its currency."""
    size = batch.num_rows
    cells: dict[str, list[str | None]] = {
        field: [_said(cell) for cell in cells_of(batch, name)] for field, name in columns.items()
    }
    empty: list[str | None] = [None] * size

    def column(field: str) -> list[str | None]:
        return cells.get(field, empty)

    fields = zip(
        *(
            column(field)
            for field in (
                "number", "id", "email", "time", "product", "variant", "sku", "carrier", "method",
                "country", "value", "currency", "lines",
            )
        ),
        strict=True,
    )  # fmt: skip
    for (
        name,
        own,
        email,
        time,
        product,
        variant,
        sku,
        carrier,
        method,
        country,
        value,
        money,
        lines,
    ) in fields:
        numbers = tuple(
            number for cell in (name, own) if cell and (number := number_of(cell)) is not None
        )
        numbers = numbers if name and number_of(name) else ()
        by_method = _CARRIER.search(method) if method else None
        yield (
            numbers,
            Order(
                name=name if numbers else None,
                letters=numbers[0].letters if numbers else "",
                time=parse_time(time, day_first=day_first) if time else None,
                emails=(email_key(email),) if email and "@" in email else (),
                carrier=carrier or (by_method[1] if by_method else None),
                country=country,
                value=amount_of(value) if value else None,
                items=tuple(dict.fromkeys((*_items(product, variant, sku), *_lines(lines)))),
            ),
            money,
        )


def _items(product: str | None, variant: str | None, sku: str | None) -> list[Item]:
    if product and product.startswith("[{") and (lines := _lines(product)):
        return lines
    if product and "Product Name: " in product:
        told = [
            (one["name"], one["variant"] or None, one["sku"] or None)
            for one in _DETAILS.finditer(product)
        ]
        return [item for one in told if (item := item_of(*one)) is not None]
    listed = _LISTED.split(product) if product and not variant and not sku else [product]
    listed = [one and _HOW_MANY.sub("", one) for one in listed]
    return [item for one in listed if (item := item_of(one, variant, sku)) is not None]


def _lines(cell: str | None) -> list[Item]:
    """Return the items of a cell of JSON, as an API gives them."""
    if not cell or cell[0] != "[":
        return []
    try:
        lines = msgspec.json.decode(cell)
    except (msgspec.DecodeError, RecursionError):
        return []
    items = []
    for line in lines:
        if isinstance(line, dict):
            said = [
                next((v for name in names if isinstance(v := line.get(name), str) and v), None)
                for names in (
                    (
                        "title",
                        "name",
                        "product_title",
                        "product_name",
                        "productTitle",
                        "product",
                        "item",
                    ),
                    ("variant_title", "variantTitle", "variant", "variation"),
                    ("sku",),
                )
            ]
            if (item := item_of(*said)) is not None:
                items.append(item)
    return items


def _said(cell: str | None) -> str | None:
    if cell is None:
        return None
    cell = cell.strip()
    return None if cell.lower() in BLANK else cell


def amount_of(cell: str) -> float | None:
    """Return an amount of money, whatever the marks between its digits.

    Examples
    --------
    >>> [amount_of(cell) for cell in ("62.50", "\u20ac 1.234,50", "1,234.5 USD", "49,90", "free")]
    [62.5, 1234.5, 1234.5, 49.9, None]
    """
    if len(cell) > 32:
        return None
    plain = _PLAIN.sub("", cell).strip(".,")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point and (point >= 0 or len(plain) - comma - 1 != 3):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < 1e12 else None


def _day_first(rows: Rows, name: str | None) -> tuple[bool, str | None]:
    """Settle whether 03/04 is in March or April, by the first cell that tells."""
    if name is None:
        return True, None
    unclear = False
    for batch in rows.batches(_ROWS, Counter()):
        cells = [cell for cell in cells_of(batch, name) if cell]
        if not unclear and not any(map(is_ambiguous_date, cells)):
            return day_or_month_first(cells) != "month", None
        unclear = True
        answer = day_or_month_first(cells)
        if answer != "unknown":
            return answer == "day", None
    if not unclear:
        return True, None
    return (
        True,
        f"Unsure: dates in {name!r} are read day before month; no date in the file settles it.",
    )
