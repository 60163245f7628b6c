"""Words -> hashed n-grams: the features of the fast model, in numpy on one buffer.

Every n-gram is a range of the joined code points, and the hash of any range comes from one
prefix sum: with an odd base B and a value v per character,

    prefix[i] = sum of v[c_j] * B**j for j < i   (mod 2**64),   hash(a, b) = (prefix[b] - prefix[a]) * B**-a

(a polynomial rolling hash as in R. M. Karp and M. O. Rabin, 1987, over the ring of 64-bit
integers), then mixed by the finaliser of MurmurHash3. No Python object is made per token.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.classifier.tokens import Ints, Tokens

Hashes = npt.NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15  # odd, so it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)
_WORD_STEP = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True)
class Ngrams:
    """Occurrences of hashed n-grams in a batch of texts.

    Attributes
    ----------
    column : ndarray of int32
        The feature of each occurrence.
    text : ndarray of int64
        The text of each occurrence.
    start, end : ndarray of int64
        The range of each occurrence in ``tokens.codes``.
    """

    column: npt.NDArray[np.int32]
    text: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class NgramSpec:
    """Which n-grams are features, and into how many columns they are hashed.

    Parameters
    ----------
    words : tuple of int
        Lengths of word n-grams.
    skips : bool
        Whether pairs of words with one word between them count too.
    chars : tuple of int
        Lengths of character n-grams inside a word, its borders included.
    bits : int
        There are ``2 ** bits`` columns.
    """

    words: tuple[int, ...] = (1, 2)
    skips: bool = False
    chars: tuple[int, ...] = (3, 4, 5)
    bits: int = 18

    @property
    def columns(self) -> int:
        """Number of columns."""
        return 1 << self.bits


@functools.lru_cache(maxsize=4)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Return B**i and B**-i for i below ``size``."""

    def table(base: int) -> Hashes:
        factors = np.full(size, base, dtype=np.uint64)
        factors[0] = 1
        return np.multiply.accumulate(factors)

    return table(_BASE), table(_INVERSE)


def _mix(values: Hashes) -> Hashes:
    """Spread the bits of 64-bit values (MurmurHash3's finaliser); works in place."""
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values


class _Ranges:
    """Hashes of ranges of one buffer of code points."""

    def __init__(self, codes: npt.NDArray[np.uint32]) -> None:
        size = 1 << max(16, int(codes.size).bit_length())
        power, self._inverse = _powers(size)
        values = codes.astype(np.uint64)
        values *= np.uint64(0x2545F4914F6CDD1D)
        values += np.uint64(0x9E6C63D0876A9A47)
        values *= power[: codes.size]
        self._prefix = np.zeros(codes.size + 1, dtype=np.uint64)
        np.cumsum(values, out=self._prefix[1:])

    def hash(self, start: Ints, end: Ints) -> Hashes:
        values = self._prefix[end]
        values -= self._prefix[start]
        values *= self._inverse[start]
        return values


def word_ngrams(tokens: Tokens, spec: NgramSpec) -> Ngrams:
    """Return the word n-grams of a batch, in columns of ``spec``."""
    ranges = _Ranges(tokens.codes)
    single = _mix(ranges.hash(tokens.start, tokens.end))
    parts: list[tuple[Hashes, Ints, Ints, Ints]] = []
    joined = single
    for n in range(1, max(spec.words, default=0) + 1):
        if n > 1:
            joined = joined[:-1] * _WORD_STEP + single[n - 1 :]
        if n in spec.words:
            parts.append(_same_text(tokens, _mix(joined + np.uint64(n)), n - 1))
    if spec.skips:
        pair = single[:-2] * _WORD_STEP + single[2:]
        parts.append(_same_text(tokens, _mix(pair ^ _WORD_STEP), 2))
    return _gather(parts, spec)


def _same_text(tokens: Tokens, hashes: Hashes, reach: int) -> tuple[Hashes, Ints, Ints, Ints]:
    """Keep the n-grams whose first and last word stand in the same text."""
    last = slice(reach, None)
    first = slice(None, hashes.size)
    inside = tokens.text[first] == tokens.text[last]
    return (
        hashes[inside],
        tokens.text[first][inside],
        tokens.start[first][inside],
        tokens.end[last][inside],
    )


def char_ngrams(tokens: Tokens, spec: NgramSpec) -> Ngrams:
    """Return the character n-grams inside the words of a batch, in columns of ``spec``."""
    ranges = _Ranges(tokens.codes)
    parts: list[tuple[Hashes, Ints, Ints, Ints]] = []
    border = tokens.start - 1
    for n in spec.chars:
        count = np.maximum(tokens.end - border + 2 - n, 0)
        before = np.cumsum(count) - count
        start = np.repeat(border - before, count) + np.arange(int(count.sum()))
        text = np.repeat(tokens.text, count)
        hashes = ranges.hash(start, start + n)
        hashes += np.uint64(0x51ED270B * n)
        parts.append((_mix(hashes), text, start, start + n))
    return _gather(parts, spec)


def _gather(parts: Sequence[tuple[Hashes, Ints, Ints, Ints]], spec: NgramSpec) -> Ngrams:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Ngrams(none.astype(np.int32), none, none, none)
    hashes, text, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    column = (hashes >> np.uint64(64 - spec.bits)).astype(np.int32)
    return Ngrams(column, text, start, end)
