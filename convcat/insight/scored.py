"""How many conversations have each score, per cell and need: what an audit is laid on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.insight.digest import Digest
from convcat.insight.population import STEPS, Floats, steps_of
from convcat.insight.slice_columns import REST, Ints, slice_values
from convcat.insight.summaries import Summary
from convcat.tagged import Tagged
from convcat.taxonomy import NONE

_WIDTH = 2 * STEPS + 1


@dataclass(frozen=True)
class Scored:
    """Scores of the conversations that were read, counted.

    Attributes
    ----------
    needs : tuple of str
        The needs, then ``none``.
    sizes : ndarray of int, shape (cells,)
        Conversations per cell.
    keys, counts : tuple of ndarray of int, one per need
        Cell and score (in sixteenths of log-odds) in one number, and how many have them.
    real : tuple of bool
        Per need, whether the table has a score for every conversation.
    """

    needs: tuple[str, ...]
    sizes: Ints
    keys: tuple[Ints, ...]
    counts: tuple[Ints, ...]
    real: tuple[bool, ...]

    @classmethod
    def of(cls, digest: Digest, summary: Summary) -> Scored:
        """Count the scores of a table per cell of its summary."""
        needs = (*digest.needs, NONE)
        sizes = np.zeros(len(summary), dtype=np.int64)
        found: list[list[tuple[Ints, Ints]]] = [[] for _ in needs]
        for size, pairs in digest.map(_count, summary.by, summary.cells):
            sizes += size
            for held, pair in zip(found, pairs, strict=True):
                held[:] = [_added([*held, pair])]
        keys, counts = zip(*(held[0] for held in found), strict=True)
        total = int(sizes.sum())
        return cls(needs, sizes, keys, counts, tuple(0 < int(n.sum()) == total for n in counts))

    def counted(self, need: str, cell: int) -> tuple[Floats, Floats]:
        """Return the distinct log-odds of one need in one cell, and how many have each."""
        j = self.needs.index(need)
        if not self.real[j]:  # all are alike
            return np.zeros(1), np.asarray([float(self.sizes[cell])])
        begin, end = np.searchsorted(self.keys[j], [cell * _WIDTH, (cell + 1) * _WIDTH])
        steps = self.keys[j][begin:end] - cell * _WIDTH - STEPS
        return steps / 16.0, self.counts[j][begin:end].astype(np.float64)

    def log_odds(self, table: Tagged, need: str) -> Floats:
        """Return the log-odds of one need in some rows."""
        j = self.needs.index(need)
        if not self.real[j]:
            return np.zeros(len(table))
        p = table.p_none if need == NONE else table.p[:, j]
        return steps_of(np.nan_to_num(p, nan=0.5)) / 16.0


def cell_of(table: Tagged, by: Sequence[str], cells: Sequence[tuple[str | None, ...]]) -> Ints:
    """Return which cell of a summary each row stands in; -1 where it was not read."""
    if not by:
        return np.where(table.ok, 0, -1)
    columns = [slice_values(table, name).to_pylist() for name in by]
    kept = [set(values) for values in zip(*cells, strict=True)] if cells else [set() for _ in by]
    place = {key: i for i, key in enumerate(cells)}
    found = [
        place.get(tuple(v if v in ok else REST for v, ok in zip(key, kept, strict=True)), -1)
        for key in zip(*columns, strict=True)
    ]
    return np.where(table.ok, np.asarray(found, dtype=np.int64), -1)


def _count(
    table: Tagged, first: int, by: tuple[str, ...], cells: tuple[tuple[str | None, ...], ...]
) -> tuple[Ints, list[tuple[Ints, Ints]]]:
    del first
    cell = cell_of(table, by, cells)
    pairs = []
    for j in range(len(table.needs) + 1):
        p = table.p[:, j] if j < len(table.needs) else table.p_none
        known: npt.NDArray[np.bool_] = np.isfinite(p) & (cell >= 0)
        key = cell[known] * _WIDTH + steps_of(p[known]) + STEPS
        pairs.append(np.unique(key, return_counts=True))
    return np.bincount(cell[cell >= 0], minlength=len(cells)), pairs


def _added(pairs: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    if len(pairs) == 1:
        return pairs[0]
    keys = np.concatenate([keys for keys, _ in pairs])
    counts = np.concatenate([counts for _, counts in pairs])
    found, place = np.unique(keys, return_inverse=True)
    return found, np.bincount(place, weights=counts).astype(np.int64)
