"""How one file is read: its columns, how its dates go, and what the table calls its other columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from convcat.conversations.columns import find_columns
from convcat.conversations.found import Columns
from convcat.conversations.headers import folded
from convcat.conversations.mappings import ColumnMapping
from convcat.conversations.profiles import cells_of
from convcat.conversations.roles import staff_among, unknown_are_customers
from convcat.conversations.rows import Rows
from convcat.conversations.times import day_or_month_first, is_ambiguous_date, parse_time
from convcat.conversations.transcripts import Chats, People, chats_of, people_named
from convcat.tagged import STATUS

SAMPLE_ROWS = 2_000
_MERGED = 0.7  # at most so many rows name their conversation where others go on with it
_CUSTOMERS = frozenset(
    ["customer", "customer name", "requester", "requester name", "visitor", "visitor name", "contact", "contact name", "client",
     "client name", "full name", "name", "user name", "guest name", "shopper", "buyer", "from name", "kunde", "kundenname"]
)  # fmt: skip
_AGENTS = frozenset(
    ["agent", "agent name", "assignee", "assignee name", "assignee user name", "operator", "operator name", "assigned to",
     "assigned agent", "ticket owner", "handled by", "representative", "agents", "operators", "mitarbeiter"]
)  # fmt: skip
CANONICAL: dict[str, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "kind": pa.string(),
    "file": pa.string(),
    "channel": pa.string(),
    "time": pa.timestamp("us"),
    "rating": pa.float64(),
    "csat": pa.float64(),
    "response_minutes": pa.float64(),
    "product": pa.string(),
    "carrier": pa.string(),
    "country": pa.string(),
}
"""The columns that every table of conversations has, with their types."""
CONTEXT = "context"
"""The column of tables whose conversations were put together: the question before few words."""


@dataclass(frozen=True)
class Layout:
    """How one file is read.

    Attributes
    ----------
    rows : Rows
        The open file.
    columns : Columns
        Which column is what.
    day_first : bool
        How dates such as 03/04/2024 are read.
    unknown_customers : bool
        Whether authors of unknown role are the customers.
    others : dict of str to str
        Input columns that are kept, with the names that they have in the table.
    types : dict of str to pyarrow.DataType
        The types of those, by their names in the table.
    notes : tuple of str
    sample : pyarrow.Table
        The first rows.
    chats : Chats or None
        How to tell who speaks, where a cell of the text holds a whole chat.
    shop : frozenset of str
        Authors (folded) who are of the shop, whatever else they may be called.
    beside : tuple of two tuples of str
        The columns that name the customer and the agent of a row with a whole chat.
    goes_on : bool
        Whether a row without a conversation goes on with that of the row above.
    """

    rows: Rows
    columns: Columns
    day_first: bool
    unknown_customers: bool
    others: dict[str, str]
    types: dict[str, pa.DataType]
    notes: tuple[str, ...]
    sample: pa.Table
    chats: Chats | None = None
    shop: frozenset[str] = frozenset()
    beside: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    goes_on: bool = False

    @property
    def file(self) -> str:
        """What the source is called."""
        return self.rows.name


def lay_out(
    rows: Rows,
    *,
    mapping: ColumnMapping | None = None,
    kind: str | None = None,
) -> Layout:
    """Look at the first rows of a file and settle how it is read.

    Raises
    ------
    InputError
        If there is no column of text.
    """
    sample = first_rows(rows)
    columns = find_columns(sample, source=rows.name, mapping=mapping, kind=kind)
    notes = [*rows.notes, *columns.notes]
    times = _time_columns(columns)
    day_first, note = _day_first(rows, times, sample)
    if note:
        notes.append(note)
    unknown_customers, shop = False, columns.shop
    if role := columns.column("role"):
        seen = [cell for cell in cells_of(sample, role) if cell]
        unknown_customers = bool(columns.shop) or unknown_are_customers(seen, folded(role))
        if conversation := columns.column("conversation"):
            shop |= staff_among(cells_of(sample, conversation), cells_of(sample, role))
    text = columns.column("text")
    chats = None
    beside = people_columns(rows.header)
    if text is not None and columns.kind == "support":
        people = [] if columns.grouped else people_of(sample, beside)
        chats = chats_of(cells_of(sample, text), people, among_mails=columns.grouped)
    if chats is not None:
        notes.append(
            f"{'Some cells' if columns.grouped else 'Cells'} of {text!r} hold whole chats: only the turns of customers are read, and all of a "
            "chat where nothing tells who is who. One row a message tells them apart for sure."
        )
    goes_on = rows.facts["format"] == "Excel" and _goes_on(sample, columns)
    if goes_on:
        notes.append(
            f"Unsure: rows with nothing in {columns.column('conversation')!r} go on with the conversation "
            "above them."
        )
    others = _others(rows, columns)
    notes += [
        f"Column {name!r} is called {new!r} in the table: the name is taken."
        for name, new in others.items()
        if name != new
    ]
    return Layout(
        rows=rows,
        columns=columns,
        day_first=day_first,
        unknown_customers=unknown_customers,
        others=others,
        types={
            new: _type(sample.schema.field(name).type, grouped=columns.grouped)
            for name, new in others.items()
        },
        notes=tuple(notes),
        sample=sample,
        chats=chats,
        shop=shop,
        beside=beside if chats is not None else ((), ()),
        goes_on=goes_on,
    )


def _type(kind: pa.DataType, *, grouped: bool) -> pa.DataType:
    """Keep a column's type; messages wait for their conversation as plain values or text."""
    plain = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    return pa.string() if grouped and not plain else kind


def people_columns(header: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that name the customer and those that name the agent.

    Examples
    --------
    >>> people_columns(["Customer name", "Assignee", "Subject"])
    (('Customer name',), ('Assignee',))
    """
    names = {name: folded(name) for name in header}
    return tuple(
        tuple(name for name, one in names.items() if one in known)
        for known in (_CUSTOMERS, _AGENTS)
    )  # type: ignore[return-value]


def people_of(batch: pa.Table, beside: tuple[tuple[str, ...], tuple[str, ...]]) -> list[People]:
    """Return whom each row names, where any column does."""
    if not any(beside):
        return []
    customers, agents = ([cells_of(batch, name) for name in names] for names in beside)
    return [
        people_named((cells[i] for cells in customers), (cells[i] for cells in agents))
        for i in range(batch.num_rows)
    ]


def _goes_on(sample: pa.Table, columns: Columns) -> bool:
    """Return whether a conversation is named once, above its messages, as where cells are merged."""
    name = columns.column("conversation")
    if not columns.grouped or name is None or columns.column("role") is None:
        return False
    cells = cells_of(sample, name)
    filled = [cell for cell in cells if cell and cell.strip()]
    if not filled or len(filled) > _MERGED * len(cells) or not (cells[0] or "").strip():
        return False
    return len(set(filled)) == len(filled)


def first_rows(rows: Rows) -> pa.Table:
    """Return the first rows of a file; none of the types is null."""
    batch = next(iter(rows.batches(SAMPLE_ROWS, Counter())), None)
    if batch is None:
        empty: list[Any] = [pa.array([], pa.string()) for _ in rows.header]
        return pa.Table.from_arrays(empty, names=list(rows.header))
    return batch


def _time_columns(columns: Columns) -> list[str]:
    names = [columns.column("time")]
    response = columns.fields.get("response_minutes")
    if response and len(response.columns) == 2:
        names += response.columns
    return list(dict.fromkeys(name for name in names if name))


def _day_first(rows: Rows, names: list[str], sample: pa.Table) -> tuple[bool, str | None]:
    """Settle whether the day or the month comes first, reading on as far as it takes."""
    if not any(is_ambiguous_date(cell) for name in names for cell in _cells(sample, name)):
        answer = day_or_month_first(cell for name in names for cell in _cells(sample, name))
        return answer != "month", None
    unsettled: set[str] = set()
    for batch in rows.batches(SAMPLE_ROWS, Counter()):
        for name in names:
            cells = set(_cells(batch, name))
            answer = day_or_month_first(sorted(cells))
            if answer != "unknown":
                return answer == "day", None
            unsettled |= {cell for cell in cells if is_ambiguous_date(cell)}
    # No cell tells. A dump covers days in a row: the reading that keeps them together is taken.
    day_first = _span(unsettled, day_first=True) <= _span(unsettled, day_first=False)
    order = "day before month" if day_first else "month before day"
    return (
        day_first,
        f"Unsure: dates in {names[0]!r} are read {order}; no date in the file settles it.",
    )


def _cells(table: pa.Table, name: str) -> Iterable[str]:
    if not (pa.types.is_string(table[name].type) or pa.types.is_large_string(table[name].type)):
        return []
    return [cell for cell in table[name].to_pylist() if cell]


def _span(cells: set[str], *, day_first: bool) -> float:
    moments = [parse_time(cell, day_first=day_first) for cell in cells]
    known = [moment for moment in moments if moment is not None]
    return (max(known) - min(known)).total_seconds() if known else 0.0


def _others(rows: Rows, columns: Columns) -> dict[str, str]:
    """Name the columns that are carried along; ours are given to none of them."""
    used = {found.columns[0] for found in columns.fields.values() if len(found.columns) == 1}
    used |= set(columns.fields["text"].columns)
    ours = {*CANONICAL, CONTEXT, STATUS}
    taken = {*ours, *rows.header}
    out: dict[str, str] = {}
    for name in rows.header:
        if name not in used:
            out[name] = _free(name, taken) if name in ours else name
    return out


def _free(name: str, taken: set[str]) -> str:
    new, number = f"{name}_input", 2
    while new in taken:
        new, number = f"{name}_input_{number}", number + 1
    taken.add(new)
    return new
