"""Drawing conversations to read by hand, from a table of any size, whatever pieces it is in.

The sample is systematic along the model's reading (Madow 1949): conversations stand in order by
kind, by the need that the model sees most of and how surely, and every k-th is taken from a random
start. The order is of strata: who stands where within one is decided by a number drawn for each
conversation from the seed and its place in the table, so that two goes over the table, and a few
rows in memory, are enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convcat.insight.digest import Digest
from convcat.insight.slice_sums import kind_rows
from convcat.tagged import Tagged

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_STEPS = 256  # of how sure the model is


def drawn(digest: Digest, n: int, seed: int) -> tuple[Ints, int]:
    """Draw conversations that were read; each has the same chance.

    Parameters
    ----------
    digest : Digest
    n : int
        How many; all that were read where there are fewer.
    seed : int

    Returns
    -------
    ndarray of int, int
        The numbers of their rows in the table, in an order that tells nothing, and how many
        conversations were read.
    """
    kinds = digest.kinds()
    sizes = sum(digest.map(_sizes, kinds), start=np.zeros(1, dtype=np.int64))
    population = int(sizes.sum())
    if not population or n < 1:
        return np.zeros(0, dtype=np.int64), population
    rng = np.random.default_rng(seed)
    wanted = _wanted(sizes, min(n, population), rng.random())
    kept: list[tuple[Ints, Ints, npt.NDArray[np.uint64]]] = list(
        digest.map(_candidates, kinds, wanted, seed)
    )
    stratum, row, key = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    chosen = np.sort(row[_first(stratum, key, wanted)])
    return np.asarray(rng.permutation(chosen), dtype=np.int64), population


def draw(p: Floats, n: int, rng: np.random.Generator, kinds: Sequence[str] | None = None) -> Ints:
    """Return n of some rows, drawn as :func:`drawn` does.

    Parameters
    ----------
    p : ndarray of float, shape (rows, needs)
        Probabilities.
    n : int
        At most as many as there are rows.
    rng : numpy.random.Generator
    kinds : sequence, optional
        Kind of conversation of each row; each gets its part of the sample.
    """
    if n < 1 or len(p) == 0:
        return np.zeros(0, dtype=np.int64)
    code = np.zeros(len(p), dtype=np.int64)
    if kinds is not None:
        code = np.unique([str(v) for v in kinds], return_inverse=True)[1].reshape(-1)
    stratum = _strata(p, code)
    wanted = _wanted(np.bincount(stratum), n, rng.random())
    chosen = _first(stratum, rng.integers(1 << 63, size=len(p), dtype=np.uint64), wanted)
    return np.asarray(rng.permutation(chosen), dtype=np.int64)


def _strata(p: Floats, kind: Ints) -> Ints:
    """Return where each conversation stands in the order of the model's reading."""
    score = np.nan_to_num(p)
    top = score.argmax(axis=1)
    surest = np.clip(score[np.arange(len(p)), top], 0.0, 1.0)
    height = np.minimum((surest * _STEPS).astype(np.int64), _STEPS - 1)
    # Serpentine: neighbours across a change of need are alike in how sure the model is.
    height = np.where(top % 2 == 0, height, _STEPS - 1 - height)
    return np.asarray((kind * p.shape[1] + top) * _STEPS + height, dtype=np.int64)


def _read_strata(tagged: Tagged, kinds: Sequence[str | None]) -> tuple[Ints, Ints]:
    """Return the rows that were read and the stratum of each."""
    code = np.zeros(len(tagged), dtype=np.int64)
    for k, kind in enumerate(kinds):
        code[kind_rows(tagged, kind)] = k
    rows = np.flatnonzero(tagged.ok)
    return rows, _strata(tagged.p[rows], code[rows])


def _sizes(tagged: Tagged, first: int, kinds: Sequence[str | None]) -> Ints:
    del first
    size = len(kinds) * len(tagged.needs) * _STEPS
    return np.bincount(_read_strata(tagged, kinds)[1], minlength=size)


def _wanted(sizes: Ints, n: int, start: float) -> Ints:
    """Return how many of each stratum stand where every k-th is taken."""
    total = int(sizes.sum())
    at = np.minimum(np.floor((np.arange(n) + start) * total / n), total - 1)
    stratum = np.searchsorted(np.cumsum(sizes), at, side="right")
    return np.bincount(stratum, minlength=len(sizes))


def _candidates(
    tagged: Tagged, first: int, kinds: Sequence[str | None], wanted: Ints, seed: int
) -> tuple[Ints, Ints, npt.NDArray[np.uint64]]:
    """Return the rows of a piece that may be drawn: as many of each stratum as are wanted."""
    rows, stratum = _read_strata(tagged, kinds)
    some = wanted[stratum] > 0
    rows, stratum = rows[some], stratum[some]
    key = keys_of(rows + first, seed)
    best = _first(stratum, key, wanted)
    return stratum[best], rows[best] + first, key[best]


def _first(stratum: Ints, key: npt.NDArray[np.uint64], wanted: Ints) -> Ints:
    """Return the rows with the smallest keys, as many of each stratum as are wanted."""
    order = np.lexsort((key, stratum))
    own = stratum[order]
    rank = np.arange(len(own)) - np.searchsorted(own, own)
    return np.asarray(order[rank < wanted[own]], dtype=np.int64)


def keys_of(rows: Ints, seed: int) -> npt.NDArray[np.uint64]:
    """Return a random number for each row, the same whatever stands beside it.

    SplitMix64 (Steele, Lea, Flood 2014, OOPSLA, "Fast splittable pseudorandom number generators").
    """
    begin = np.random.default_rng(seed).integers(1 << 63, dtype=np.uint64)
    z = begin + (rows.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)))
