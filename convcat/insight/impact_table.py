"""What impact needs of a tagged table: tags and a few columns, without texts and probabilities.

Of a table too large for one memory so many conversations are drawn, by a hash, that the answer is
as good as that of all: with two hundred thousand, a share is known to a quarter of a point. Where
customers are told apart, whole customers are drawn, so that coming back can still be seen.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.insight.digest import Digest
from convcat.insight.drawing import keys_of
from convcat.insight.impact_outcomes import CUSTOMER, NPS, VALUE, named_in
from convcat.insight.population import take
from convcat.tagged import Tagged

MOST = 200_000
"""Conversations that are held in memory."""
_OURS = ("rating", "csat", "response_minutes", "time", "kind", "channel", "file")
_ALL = 1 << 64


def slim(tagged: Any, customer: str | None = None, most: int = MOST) -> Tagged:
    """Return a tagged table to hold needs against outcomes, whatever its size on disk.

    Of a table of many pieces only some columns are held, a hundred bytes a conversation, and no
    more than about so many conversations: drawn the same way every time, whatever the pieces.

    Parameters
    ----------
    tagged : dataframe, path to Parquet, Tagged or Digest
    customer : str, optional
        A column beside those that are known by their names.
    most : int, default 200000
    """
    if not isinstance(tagged, Digest):
        return Tagged.of(tagged)
    if isinstance(tagged.table, Tagged):
        return tagged.table
    known = {*NPS, *VALUE, *CUSTOMER}
    names = tuple(
        name
        for name in tagged.schema.names
        if name in _OURS or name == customer or re.sub(r"[^a-z0-9]", "", name.lower()) in known
    )
    below = _ALL if len(tagged) <= most else _ALL // len(tagged) * most
    who = None if below == _ALL else _returning(tagged, customer, below)
    pieces = list(tagged.map(_piece, names, below, who))
    tables, ok, failed, tags, status = zip(*pieces, strict=True)
    nothing = np.full((sum(map(len, ok)), 0), np.nan)
    return Tagged(
        table=pa.concat_tables(tables, promote_options="permissive"),
        needs=tagged.needs,
        ok=np.concatenate(ok),
        p=nothing,
        p_none=nothing.sum(axis=1),
        p_failed=np.concatenate(failed),
        tags=np.concatenate(tags),
        status=np.concatenate(status),
        metadata=tagged.metadata,
        kind=tagged.kind,
    )


def _piece(
    tagged: Tagged, first: int, names: tuple[str, ...], below: int, who: str | None
) -> tuple[Any, ...]:
    if below < _ALL:
        keys = keys_of(np.arange(first, first + len(tagged), dtype=np.int64), 0)
        if who is not None:
            own, known = _customers(tagged.table[who])
            keys = np.where(known, keys_of(own, 0), keys)
        tagged = take(tagged, np.flatnonzero(keys < below))
    table = tagged.table.select(list(names)).replace_schema_metadata(None)
    return table, tagged.ok, tagged.p_failed, tagged.tags, tagged.status


def _returning(digest: Digest, customer: str | None, below: int) -> str | None:
    """Return the first column in which somebody is there twice: whom coming back is told of by.

    Only those who would be drawn are looked at, over all pieces: a customer may be once in each.
    """
    names = named_in(digest.schema.names, CUSTOMER)
    if customer is not None:
        names = [customer] if customer in digest.schema.names else []
    if "time" not in digest.schema.names or not names:
        return None
    pieces = zip(*digest.map(_those_drawn, tuple(names), below), strict=True)
    for name, parts in zip(names, pieces, strict=True):
        drawn = np.concatenate(parts)
        if len(np.unique(drawn)) < len(drawn):
            return name
    return None


def _those_drawn(
    tagged: Tagged, first: int, names: tuple[str, ...], below: int
) -> list[npt.NDArray[np.int64]]:
    """Return, per column, the customers that would be drawn, one for each conversation."""
    del first
    table = tagged.table.filter(pa.array(tagged.status != "duplicate"))
    customers = [_customers(table[name]) for name in names]
    return [own[known & (keys_of(own, 0) < below)] for own, known in customers]


def _customers(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return a number for each customer, the same in every piece, and which rows name one."""
    try:
        text = pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(column, pa.string())))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return np.zeros(len(column), dtype=np.int64), np.zeros(len(column), dtype=bool)
    values = text.to_pylist()
    marks = {value: _mark(value or "") for value in set(values)}
    known = np.asarray([value not in (None, "", "-") for value in values], dtype=bool)
    return np.asarray([marks[value] for value in values], dtype=np.int64), known


def _mark(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
