"""Which conversations themes are sought in: a bounded sample by hash, the same in any order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.insight.digest import Digest
from convcat.insight.population import KIND, UNKNOWN
from convcat.insight.slice_columns import slice_values
from convcat.tagged import Tagged

UNTAGGED = "untagged"
"""Conversations without a tag that are not clearly without a need."""
_CLEARLY = 0.5  # p_none from which a conversation without a tag is clearly without a need
_BESIDE = ("time", "product")  # with id and text, what tells two rows apart

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Place = tuple[str | None, str]  # kind of conversation, need


@dataclass(frozen=True)
class Drawn:
    """The conversations of one kind and need that are looked at.

    Attributes
    ----------
    rows : ndarray of int64
        Their numbers in the whole table, in the order of their hashes.
    hashes : ndarray of uint64
    total : int
        How many there are.
    """

    rows: Ints
    hashes: Hashes
    total: int

    def and_more(self, other: Drawn, most: int) -> Drawn:
        """Return the first of both."""
        rows = np.concatenate([self.rows, other.rows])
        hashes = np.concatenate([self.hashes, other.hashes])
        first = np.argsort(hashes, kind="stable")[:most]
        return Drawn(rows[first], hashes[first], self.total + other.total)

    @property
    def part(self) -> float:
        """Which part of all is looked at."""
        return len(self.rows) / self.total if self.total else 1.0


def draw(digest: Digest, *, text: str, most: int) -> dict[Place, Drawn]:
    """Draw up to ``most`` conversations of each kind and need, by a hash of what they say.

    Parameters
    ----------
    digest : Digest
    text : str
        The column of the customers' words.
    most : int

    Returns
    -------
    dict of (kind, need) to Drawn
        For every need, ``untagged`` and ``none`` (no tag, and clearly so); no places are left
        out that have conversations.
    """
    apart = digest.kinds() != [None]
    drawn: dict[Place, Drawn] = {}
    for piece in digest.map(_drawn, text, most, apart, text=True):
        for place, more in piece.items():
            drawn[place] = drawn[place].and_more(more, most) if place in drawn else more
    return drawn


def _drawn(tagged: Tagged, first: int, text: str, most: int, apart: bool) -> dict[Place, Drawn]:  # noqa: FBT001
    hashes = hashes_of(tagged, text)
    kinds = (
        np.asarray([v or UNKNOWN for v in slice_values(tagged, KIND).to_pylist()], dtype=object)
        if apart
        else np.full(len(tagged), None, dtype=object)
    )
    found = {}
    for need, mine in _groups(tagged):
        for kind in sorted(set(kinds[mine]), key=str):
            rows = np.flatnonzero(mine & (kinds == kind))
            chosen = rows[np.argsort(hashes[rows], kind="stable")[:most]]
            found[kind, need] = Drawn(chosen + first, hashes[chosen], len(rows))
    return found


def _groups(tagged: Tagged) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    for j, need in enumerate(tagged.needs):
        yield need, tagged.tags[:, j]
    bare = tagged.ok & ~tagged.tags.any(axis=1)
    clear = np.nan_to_num(tagged.p_none, nan=0.0) >= _CLEARLY
    yield UNTAGGED, bare & ~clear
    yield "none", bare & clear


def hashes_of(tagged: Tagged, text: str) -> Hashes:
    """Return a hash per row of its id, words, time and product: never of its place.

    Examples
    --------
    >>> import pyarrow as pa
    >>> rows = {"text": ["a", "b"], "needs": [[], []], "p_x": [0.1, 0.1]}
    >>> table = pa.table({**rows, "needs_status": ["ok", "ok"]})
    >>> there = hashes_of(Tagged.of(table), "text")
    >>> back = hashes_of(Tagged.of(table.take([1, 0])), "text")
    >>> there.tolist() == back[::-1].tolist()
    True
    """
    names = [n for n in dict.fromkeys(["id", text, *_BESIDE]) if n in tagged.table.column_names]
    told = [_told(tagged, name) for name in names]
    joined = pc.binary_join_element_wise(
        *told, pa.scalar(b"\x1f", pa.large_binary()), null_handling="replace", null_replacement=""
    )
    found = b"".join(blake2b(row, digest_size=8).digest() for row in joined.to_pylist())
    return np.frombuffer(found, dtype=">u8").astype(np.uint64)


def _told(tagged: Tagged, name: str) -> pa.Array:
    """Return a column as the UTF-8 of what :func:`str` makes of its values; nothing stays nothing."""
    column = tagged.table[name].combine_chunks()
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        with suppress(pa.ArrowInvalid):  # where it tells parts of a second
            column = column.cast(pa.timestamp("s")).cast(pa.string())
    if not pa.types.is_string(column.type):
        values = [None if value is None else str(value) for value in tagged.column(name)]
        told = [v if v is None else v.encode("utf-8", "surrogatepass") for v in values]
        return pa.array(told, pa.large_binary())
    return column.cast(pa.large_binary())
