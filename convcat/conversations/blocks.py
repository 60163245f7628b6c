"""Rows of a file with their canonical values, before anything is filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convcat.conversations.asides import aside_of
from convcat.conversations.forms import is_form_title
from convcat.conversations.headers import folded
from convcat.conversations.layout import Layout, people_of
from convcat.conversations.profiles import cells_of
from convcat.conversations.roles import Role, role_of
from convcat.conversations.rows import strings
from convcat.conversations.times import iso_times, parse_time
from convcat.conversations.transcripts import NOBODY, Told
from convcat.conversations.values import BLANK, parse_minutes, parse_score, stars_of

_NULL_WORDS = frozenset(["NULL", "null", "\\N", "NaN", "nan", "<null>", "(null)", "[NULL]", "#N/A"])
_NULLS = pa.array(sorted(_NULL_WORDS))
_LONGEST_NULL = max(map(len, _NULL_WORDS))
_LONGEST_BLANK = max(map(len, BLANK))
_NO_ANSWER = frozenset({"offered", "unoffered", "not offered", "not rated", "unrated", "not_rated"})
"""What stands where a customer was, or was not, asked how content they are, and did not say."""


@dataclass(frozen=True)
class Block:
    """Some rows of one file as canonical values, a list each.

    Attributes
    ----------
    ids, conversations, titles : list of str or None
    roles : list of Role
    said : pyarrow.Array of string
        The texts.
    values : dict
        The other canonical columns: channel, time, rating, csat, response_minutes, product,
        carrier, country; a file that has none of one has a list of ``None``.
    contexts : list of str or None
        The question before few words, where a cell of the text holds a whole chat.
    others : pyarrow.Table
        Every other column, under its name in the table.
    """

    ids: list[str | None]
    conversations: list[str | None]
    roles: list[Role]
    titles: list[str | None]
    said: pa.Array
    values: dict[str, list[Any]]
    contexts: list[str | None]
    others: pa.Table

    def __len__(self) -> int:
        return len(self.said)

    @cached_property
    def texts(self) -> list[str | None]:
        """The texts as Python has them."""
        found: list[str | None] = self.said.to_pylist()
        return found


def block_of(batch: pa.Table, layout: Layout, unread: Counter[str]) -> Block:
    """Return the canonical values of a batch.

    Parameters
    ----------
    batch : pyarrow.Table
        Rows as the file gives them.
    layout : Layout
        Which column is what.
    unread : Counter
        Counts cells that hold something that cannot be read as their field, by field.
    """
    size = batch.num_rows
    find = layout.columns.column

    def named(field: str) -> list[str | None]:
        name = find(field)
        if name is None:
            return [None] * size
        cells = cells_of(batch, name)
        known = {cell: _said(cell) for cell in set(cells)}
        return list(map(known.__getitem__, cells))

    values: dict[str, list[Any]] = {
        field: named(field) for field in ("channel", "product", "carrier", "country")
    }
    moments = layout.columns.fields.get("time")
    if moments is not None and len(moments.columns) > 1:
        batch = _with_hours(batch, *moments.columns)
    values["time"] = _times(batch, find("time"), layout, unread)
    stars = partial(stars_of, best=layout.columns.best)
    values["rating"] = _numbers(named("rating"), stars, "rating", unread)
    rated = layout.columns.fields.get("rating")
    for column in rated.columns[1:] if rated is not None else ():  # the lower of two counts
        more = _numbers(
            [cell and _said(cell) for cell in cells_of(batch, column)], stars, "rating", unread
        )
        pairs = zip(values["rating"], more, strict=True)
        values["rating"] = [min(filter(_is_known, pair), default=None) for pair in pairs]
    answers = [None if one and one.lower() in _NO_ANSWER else one for one in named("csat")]
    values["csat"] = _numbers(answers, parse_score, "csat", unread)
    values["response_minutes"] = _responses(batch, layout, unread)
    role = find("role")
    roles: list[Role] = ["customer"] * size
    if role is not None:
        roles = _roles(
            cells_of(batch, role),
            folded(role),
            unknown=layout.unknown_customers,
            shop=layout.shop,
        )
    for name, column in layout.columns.asides.items():
        cells = cells_of(batch, column)
        asides = {cell: aside_of(cell, name) for cell in set(cells)}
        if any(asides.values()):
            roles = [asides[cell] or mine for cell, mine in zip(cells, roles, strict=True)]
    title = find("title")
    titles: list[str | None] = [None] * size if title is None else _titles(batch, title)
    said = _without_nulls(
        _texts(batch, layout.columns.fields["text"].columns, layout.columns.spare)
    )
    contexts: list[str | None] = [None] * size
    if layout.chats is not None:
        people = people_of(batch, layout.beside) or [NOBODY] * size
        named_so = zip(people, cells_of(batch, title) if title else titles, strict=True)
        people = [who.with_title(one) if one else who for who, one in named_so]
        told = [
            layout.chats.read(text, who) if text and role == "customer" else Told(text, role)
            for text, role, who in zip(said.to_pylist(), roles, people, strict=True)
        ]
        said = strings([one.text for one in told])
        roles = [one.role for one in told]
        contexts = [one.context for one in told]
        known = values["response_minutes"]
        values["response_minutes"] = [
            one.minutes if own is None else own for one, own in zip(told, known, strict=True)
        ]
    return Block(
        ids=named("id"),
        conversations=named("conversation"),
        roles=roles,
        titles=titles,
        said=said,
        values=values,
        contexts=contexts,
        others=batch.select(list(layout.others)).rename_columns(list(layout.others.values())),
    )


def joined(parts: Sequence[str | None]) -> str | None:
    r"""Return the parts of a text in one, a line each; a title that opens the body counts once.

    Examples
    --------
    >>> joined(["Too small", "I sent it back."])
    'Too small\nI sent it back.'
    >>> joined(["Too small and…", "Too small and the colour is off."])
    'Too small and the colour is off.'
    """
    said = [part.strip() for part in parts if part and part.strip()]
    if len(said) > 1 and said[1].startswith(said[0].rstrip(".… ")):
        said = said[1:]
    return "\n".join(said) or None


def _texts(batch: pa.Table, columns: tuple[str, ...], spare: tuple[str, ...]) -> pa.Array:
    if len(columns) > 1:
        parts = [cells_of(batch, column) for column in columns]
        return strings([joined(row) for row in zip(*parts, strict=True)])
    column = batch[columns[0]]
    if not spare and pa.types.is_string(column.type):
        return column.combine_chunks()
    texts = cells_of(batch, columns[0])
    for other in spare:
        empty = [i for i, text in enumerate(texts) if not text or not text.strip()]
        if empty:
            cells = cells_of(batch, other)
            for i in empty:
                texts[i] = cells[i]
    return strings(texts)


def _without_nulls(said: pa.Array) -> pa.Array:
    """Return texts without what databases write where there is none."""
    short = pc.less_equal(pc.binary_length(said), _LONGEST_NULL)
    if not pc.any(short).as_py():
        return said
    null = pc.and_(short, pc.is_in(said, _NULLS))
    return pc.if_else(null, None, said) if pc.any(null).as_py() else said


def _titles(batch: pa.Table, name: str) -> list[str | None]:
    cells = cells_of(batch, name)
    return [None if is_form_title(one) or one in _NULL_WORDS else one for one in cells]


def _said(cell: str | None) -> str | None:
    if cell is None:
        return None
    cell = cell.strip()
    return None if len(cell) <= _LONGEST_BLANK and cell.lower() in BLANK else cell


def _roles(
    cells: list[str | None], header: str, *, unknown: bool, shop: frozenset[str]
) -> list[Role]:
    known: dict[str | None, Role] = {}
    for cell in cells:
        if cell not in known:
            role = role_of(cell, header)
            if cell and cell.strip().casefold() in shop:
                role = "agent"
            known[cell] = "customer" if role == "unknown" and unknown else role
    return [known[cell] for cell in cells]


def _numbers(
    cells: list[str | None], parse: Any, field: str, unread: Counter[str]
) -> list[float | None]:
    if not any(cells):
        return [None] * len(cells)
    known: dict[str | None, float | None] = {None: None}
    for cell in cells:
        if cell not in known:
            known[cell] = parse(cell)
    numbers = [known[cell] for cell in cells]
    unread[field] += sum(
        number is None and cell is not None for number, cell in zip(numbers, cells, strict=True)
    )
    return numbers


def _times(
    batch: pa.Table, name: str | None, layout: Layout, unread: Counter[str]
) -> list[datetime | None]:
    if name is None:
        return [None] * batch.num_rows
    if (moments := iso_times(batch[name])) is not None:
        return moments
    cells = [_said(cell) for cell in cells_of(batch, name)]
    known: dict[str | None, datetime | None] = {None: None}
    for cell in cells:
        if cell is not None and cell not in known:
            known[cell] = parse_time(cell, day_first=layout.day_first)
    moments = [known[cell] for cell in cells]
    unread["time"] += sum(
        moment is None and cell is not None for moment, cell in zip(moments, cells, strict=True)
    )
    return moments


def _is_known(value: float | None) -> bool:
    return value is not None


def _with_hours(batch: pa.Table, day: str, hour: str) -> pa.Table:
    """Return a batch whose days bear the hours that stand in a column of their own."""
    pairs = zip(cells_of(batch, day), cells_of(batch, hour), strict=True)
    moments = [f"{a} {b.replace('.', ':')}" if a and b and _said(b) else a for a, b in pairs]
    return batch.set_column(batch.schema.get_field_index(day), day, strings(moments))


def _responses(batch: pa.Table, layout: Layout, unread: Counter[str]) -> list[float | None]:
    found = layout.columns.fields.get("response_minutes")
    if found is None:
        return [None] * batch.num_rows
    if len(found.columns) == 2:
        start, end = (_times(batch, name, layout, Counter()) for name in found.columns)
        minutes = [minutes_between(a, b) for a, b in zip(start, end, strict=True)]
        unread["response_minutes"] += sum(
            one is None and a is not None and b is not None
            for one, a, b in zip(minutes, start, end, strict=True)
        )
        return minutes
    unit = unit_of(found.columns[0])
    cells = [_said(cell) for cell in cells_of(batch, found.columns[0])]
    return _numbers(cells, lambda cell: parse_minutes(cell, unit), "response_minutes", unread)


def minutes_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the minutes from one moment to another; ``None`` if one lacks or time runs back."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds() / 60


def unit_of(header: str) -> str:
    """Return what a column of durations counts: its name says so, else minutes.

    Examples
    --------
    >>> unit_of("First response time (in hrs)"), unit_of("Response seconds"), unit_of("FRT")
    ('h', 's', 'm')
    >>> unit_of("statistics.time_to_admin_reply")
    's'
    """
    words = set(folded(header).split())
    if {"statistics", "admin"} <= words:  # Intercom's, whatever the field
        return "s"
    if words & {"hrs", "hours", "hour", "h"}:
        return "h"
    if words & {"sec", "secs", "seconds", "s"}:
        return "s"
    return "d" if words & {"days", "day"} else "m"
