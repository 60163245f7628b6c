"""Rows get their status, an id of their own and their place in the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.conversations.account import NO_CUSTOMER, Tally
from convcat.conversations.automatic import is_automatic
from convcat.conversations.blocks import Block, joined
from convcat.conversations.cleaning import clean
from convcat.conversations.filters import SHORT_ID, Seen, says_much, star_reason
from convcat.conversations.hints import cleaned, may_be_no_customers
from convcat.conversations.language_many import read_english
from convcat.conversations.layout import CONTEXT, Layout
from convcat.conversations.marks import mark_of
from convcat.conversations.pitches import is_pitch
from convcat.conversations.profiles import cells_of
from convcat.conversations.roles import REASONS, Role
from convcat.conversations.rows import strings
from convcat.conversations.threads import Message, Thread, Threads, put_together
from convcat.tagged import STATUS

_VALUES = ("channel", "time", "rating", "csat", "response_minutes", "product", "carrier", "country")

Bools = npt.NDArray[np.bool_]

_AGAIN = "the same message again"
_SILENT = "a row without words"


@dataclass(frozen=True)
class Options:
    """What the user asked for.

    Attributes
    ----------
    stars : frozenset of int or None
        Stars of reviews that are read.
    language : str or None
        The language that is read; ``None`` reads all.
    longest : int
        Characters; a longer text is not read.
    batch_rows : int
        Rows of a batch.
    """

    stars: frozenset[int] | None
    language: str | None
    longest: int
    batch_rows: int


class Finisher:
    """Turns blocks and threads into rows of the table, and counts them.

    Parameters
    ----------
    options : Options
    schema : pyarrow.Schema
        Of the table.
    tally : Tally
    several : bool
        Whether there is more than one file.
    """

    def __init__(self, options: Options, schema: pa.Schema, tally: Tally, *, several: bool) -> None:
        self._options = options
        self._schema = schema
        self._tally = tally
        self._several = several
        self._seen = Seen(several=several)
        self._last: str | None = None

    def next_file(self) -> None:
        """Begin a file."""
        self._last = None
        self._seen.next_file()

    def rows(self, block: Block, layout: Layout, first: int) -> pa.Table:
        """Return the rows of a block whose rows are conversations, numbered from `first`."""
        columns: dict[str, Any] = dict(block.values)
        places = [f"{layout.file}:{number}" for number in range(first, first + len(block))]
        columns["id"] = self._seen.names(
            [own or place for own, place in zip(block.ids, places, strict=True)], places
        )
        columns[CONTEXT] = block.contexts
        for name in block.others.column_names:
            columns[name] = block.others[name]
        bodies = texts = cleaned(block.said)
        if any(block.titles):
            pairs = (cleaned(strings(block.titles)).to_pylist(), bodies.to_pylist())
            texts = strings([joined(pair) for pair in zip(*pairs, strict=True)])
        columns["text"] = texts
        columns[STATUS] = self._statuses(block, layout, texts, bodies)
        return self._table(columns, len(block), layout)

    def _statuses(
        self, block: Block, layout: Layout, texts: pa.Array, bodies: pa.Array
    ) -> list[str]:
        """Return the status of each row; those that need no look of their own are all right.

        `bodies` are the texts without the titles that open them, where there are some.
        """
        again = np.array(self._again(block, layout), dtype=bool)
        reasons = self._reasons(block, layout)
        length = np.asarray(pc.fill_null(pc.utf8_length(texts), 0))
        out = (length == 0) | (length > self._options.longest) | again
        out |= np.array([why is not None for why in reasons], dtype=bool)
        english = np.ones(len(block), dtype=bool)
        english[~out] = self._english(texts.filter(pa.array(~out)) if out.any() else texts)
        machine = sale = np.zeros(len(block), dtype=bool)
        if layout.columns.kind != "review":
            machine, sale = may_be_no_customers(texts)
            if bodies is not texts:
                machine = machine | may_be_no_customers(bodies)[0]
        rows = np.flatnonzero(out | machine | sale | ~english)
        self._tally.conversations += len(block) - rows.size
        status = ["ok"] * len(block)
        said = [column.take(pa.array(rows)).to_pylist() for column in (texts, bodies)]
        for i, text, body in zip(rows.tolist(), *said, strict=True):
            status[i] = self._status(
                text,
                again=again[i],
                reason=reasons[i],
                mail={text, body} if machine[i] else (),
                sale=sale[i],
                english=english[i],
            )
        return status

    def _english(self, texts: pa.Array) -> Bools:
        """Return which texts are in the language that is read."""
        all_of_it = np.ones(len(texts), dtype=bool)
        return read_english(texts) if self._options.language == "en" else all_of_it

    def _again(self, block: Block, layout: Layout) -> list[bool]:
        signature = mark_of(*layout.rows.header)

        def cells(i: int) -> Iterator[Any]:
            yield from (signature, block.titles[i], block.texts[i])
            yield from (block.values[name][i] for name in _VALUES)
            yield from (column[i] for column in others)

        others = (
            [cells_of(block.others, name) for name in block.others.column_names]
            if None in block.ids
            else []
        )
        return self._seen.again(
            block.ids, signature, block.values["time"], lambda i: block.texts[i], cells
        )

    def _reasons(self, block: Block, layout: Layout) -> list[str | None]:
        """Return why each row is left out whatever it says, if it is."""
        reasons = [None if role == "customer" else REASONS[role] for role in block.roles]
        stars = self._options.stars
        starred = layout.columns.kind == "review" and "rating" in layout.columns.fields
        if not starred or stars is None:
            return reasons
        return [
            why or star_reason(rating, stars)
            for why, rating in zip(reasons, block.values["rating"], strict=True)
        ]

    def collect(
        self, block: Block, layout: Layout, threads: Threads, first: int, file: int
    ) -> None:
        """Put the messages of a block with their conversations."""
        columns = {name: block.values[name] for name in _VALUES if name != "time"}
        columns[CONTEXT] = block.contexts
        for name in block.others.column_names:
            plain = layout.types[name] == block.others.schema.field(name).type
            columns[name] = (
                block.others[name].to_pylist() if plain else cells_of(block.others, name)
            )
        keys, messages, marks = [], [], []
        across: list[tuple[int, int]] = []
        for i in range(len(block)):
            role, text, time = block.roles[i], block.texts[i], block.values["time"][i]
            # A message without a conversation is one of its own.
            key = block.conversations[i] or f"{layout.file}:{first + i}"
            if layout.goes_on:
                key = self._last = block.conversations[i] or self._last or key
            own = block.ids[i]
            keys.append(key)
            marks.append(mark_of(file, key, own) if own else mark_of(file, key, role, time, text))
            if self._several:
                across += [(i, mark) for mark in _across(key, own, role, time, text)]
            customer = role == "customer"
            values = {name: column[i] for name, column in columns.items()} if customer else None
            messages.append(Message(role, time, block.titles[i], text, values, file))
        for message in threads.add(keys, messages, marks, across):
            if message is None:
                self._tally.set_aside[_AGAIN] += 1
            elif not message.copy:
                self._set_aside(message)

    def _set_aside(self, message: Message) -> None:
        """Count a message that is not the customer's."""
        if message.role != "customer":
            silent = message.role == "unknown" and not (message.text or "").strip()
            self._tally.set_aside[_SILENT if silent else REASONS[message.role]] += 1

    def conversations(
        self, threads: Threads, layout: Layout, files: Sequence[str]
    ) -> Iterator[pa.Table]:
        """Give the rows of conversations, once all their messages are there.

        Parameters
        ----------
        threads : Threads
        layout : Layout
            Of the first file.
        files : sequence of str
            What the files are called, by their numbers.
        """
        rows: list[tuple[str, Thread]] = []
        for key, messages in threads:
            for message in messages:
                if message.copy:
                    self._set_aside(message)
            rows.append((key, put_together(messages)))
            if len(rows) >= self._options.batch_rows:
                yield self._threads_table(rows, layout, files)
                rows = []
        self._tally.set_aside[_AGAIN] += threads.again
        if rows:
            yield self._threads_table(rows, layout, files)

    def _threads_table(
        self, rows: list[tuple[str, Thread]], layout: Layout, files: Sequence[str]
    ) -> pa.Table:
        names = [*_VALUES, *layout.others.values()]
        columns: dict[str, list[Any]] = {name: [] for name in ("text", CONTEXT, STATUS, *names)}
        said = [_said(thread) for _, thread in rows]
        longest = self._options.longest
        english = self._english(
            strings([None if text and len(text) > longest else text for text, _ in said])
        )
        for (_, thread), (text, turns), reads in zip(rows, said, english.tolist(), strict=True):
            self._tally.joined += max(0, thread.messages - 1)
            columns["text"].append(text)
            columns[CONTEXT].append(thread.context)
            reason = None if thread.messages else NO_CUSTOMER
            columns[STATUS].append(
                self._status(text, again=False, reason=reason, mail=turns, sale=True, english=reads)
            )
            for name in names:
                columns[name].append(thread.values.get(name))
        keys = [key for key, _ in rows]
        columns["file"] = [files[thread.file] for _, thread in rows]
        columns["id"] = self._seen.names(keys, columns["file"])
        return self._table(columns, len(rows), layout)

    def _status(
        self,
        text: str | None,
        *,
        again: bool,
        reason: str | None,
        mail: Iterable[str | None],
        sale: bool,
        english: bool,
    ) -> str:
        """Give a row its status, cheapest question first, and count it.

        `mail` are the forms in which a machine may have written it, if one may; `sale` is whether
        it may be a pitch, `english` whether it is in the language that is read.
        """
        status, why = self._judged(
            text, again=again, reason=reason, mail=mail, sale=sale, english=english
        )
        self._tally.add(status, why)
        return status

    def _judged(
        self,
        text: str | None,
        *,
        again: bool,
        reason: str | None,
        mail: Iterable[str | None],
        sale: bool,
        english: bool,
    ) -> tuple[str, str | None]:
        if again:
            return "duplicate", None
        if reason is not None:
            return "filtered", reason
        if text is None:
            return "empty", None
        if len(text) > self._options.longest:
            return "too_long", None
        if any(one and is_automatic(one) for one in mail):
            return "not_a_customer", "written by a machine (absence note, bounced mail, button)"
        if sale and is_pitch(text):
            return "not_a_customer", "an offer to the shop, or spam"
        if not english:
            return "not_english", None
        return "ok", None

    def _table(self, columns: dict[str, Any], size: int, layout: Layout) -> pa.Table:
        constant = {"kind": layout.columns.kind, "file": layout.file}
        arrays = []
        for field in self._schema:
            if field.name in columns:
                arrays.append(_as(columns[field.name], field.type))
            elif field.name in constant:
                arrays.append(pa.array([constant[field.name]] * size, field.type))
            else:
                arrays.append(pa.nulls(size, field.type))
        return pa.Table.from_arrays(arrays, schema=self._schema)


def _across(
    key: str, own: str | None, role: Role, time: datetime | None, text: str | None
) -> list[int]:
    """Return the marks by which a message is known in another file.

    Text and moment must agree; one of them will do beside an id that no two shops have.
    """
    if own is None:
        return [mark_of(key, role, time, text)] if time is not None or says_much(text) else []
    if len(own) <= SHORT_ID:
        return [mark_of(key, own, time, text)]
    marks = [mark_of("text", key, own, text)]
    return [*marks, mark_of("time", key, own, time)] if time is not None else marks


def _said(thread: Thread) -> tuple[str | None, tuple[str, ...]]:
    """Return what the customer said, and the same once more where only a machine spoke.

    Automatic messages are left out, unless there are no others.
    """
    title = thread.title and clean(thread.title)
    turns = [joined([title if not at else None, turn]) for at, turn in enumerate(thread.turns)]
    own = [
        said
        for said, turn in zip(turns, thread.turns, strict=True)
        if said and not is_automatic(said) and not is_automatic(turn)
    ]
    if own or not thread.turns:
        return "\n".join(own) or title or None, ()
    return "\n".join(filter(None, turns)) or None, thread.turns


def _as(column: Any, wanted: pa.DataType) -> Any:
    """Return a column in the table's type; what differs between files becomes text."""
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        return pa.array(column, wanted)
    if column.type == wanted:
        return column
    return pa.array(cells_of(pa.table({"one": column}), "one"), pa.string())
