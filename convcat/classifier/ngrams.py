"""Words -> hashed n-grams: the features of the fast model, in numpy on one buffer.

Every n-gram is a range of the joined code points, and the hash of any range comes from one
prefix sum: with an odd base B and a value v per character,

    prefix[i] = sum of v[c_j] * B**j for j < i   (mod 2**64),   hash(a, b) = (prefix[b] - prefix[a]) * B**-a

(a polynomial rolling hash as in R. M. Karp and M. O. Rabin, 1987, over the ring of 64-bit
integers), then mixed by the finaliser of MurmurHash3. No Python object is made per token.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
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


class Ranges:
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
        """Return the hash of each range; equal ranges, equal hashes (and hardly any others)."""
        values = self._prefix[end]
        values -= self._prefix[start]
        values *= self._inverse[start]
        return values

    def words(self, start: Ints, end: Ints) -> Hashes:
        """Return what :func:`of_words` asks of each word."""
        return _mix(self.hash(start, end))

    def chars(self, start: Ints, n: int, spec: NgramSpec) -> Ints:
        """Return the columns of the character n-grams of one length that begin at ``start``."""
        hashes = self.hash(start, start + n)
        hashes += np.uint64(0x51ED270B * n)
        return _column(hashes, spec)


def of_single(single: Hashes, spec: NgramSpec) -> Ints:
    """Return the column of each word by itself."""
    return _column(single + np.uint64(1), spec)


def of_words(single: Hashes, spec: NgramSpec, least: int = 1) -> Iterator[tuple[int, Ints]]:
    """Yield the columns of the n-grams of a row of words, and how far they reach.

    Parameters
    ----------
    single : ndarray of uint64, shape (words,)
        A hash of each word.
    spec : NgramSpec
    least : int, default 1
        Words that an n-gram has at least.

    Yields
    ------
    reach : int
        How many words the last word of such an n-gram stands behind its first.
    columns : ndarray of int64, shape (words - reach,)
    """
    joined = single
    for n in range(1, max(spec.words, default=0) + 1):
        if n > 1:
            joined = joined[:-1] * _WORD_STEP + single[n - 1 :]
        if n in spec.words and n >= least:
            yield n - 1, _column(joined + np.uint64(n), spec)
    if spec.skips:
        pair = single[:-2] * _WORD_STEP + single[2:]
        yield 2, _column(pair ^ _WORD_STEP, spec)


def of_chars(start: Ints, end: Ints, spec: NgramSpec) -> Iterator[tuple[int, Ints, Ints]]:
    """Yield the lengths of character n-grams, how many each word has, and where those begin."""
    border = start - 1
    for n in spec.chars:
        count = np.maximum(end - border + 2 - n, 0)
        yield n, count, ranges(border, count)


def ranges(start: Ints, count: Ints) -> Ints:
    """Return ``count`` whole numbers from each ``start`` on.

    Examples
    --------
    >>> ranges(np.array([5, 9, 2]), np.array([3, 0, 2])).tolist()
    [5, 6, 7, 2, 3]
    """
    end = np.cumsum(count)
    found: Ints = np.repeat(start - (end - count), count)
    found += np.arange(found.size)
    return found


def word_ngrams(tokens: Tokens, spec: NgramSpec) -> Ngrams:
    """Return the word n-grams of a batch, in columns of ``spec``."""
    single = Ranges(tokens.codes).words(tokens.start, tokens.end)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    for reach, column in of_words(single, spec):
        first, last = slice(None, column.size), slice(reach, None)
        inside = tokens.text[first] == tokens.text[last]
        own = (column, tokens.text[first], tokens.start[first], tokens.end[last])
        parts.append((own[0][inside], own[1][inside], own[2][inside], own[3][inside]))
    return _gather(parts)


def char_ngrams(tokens: Tokens, spec: NgramSpec) -> Ngrams:
    """Return the character n-grams inside the words of a batch, in columns of ``spec``."""
    hashes = Ranges(tokens.codes)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    for n, count, start in of_chars(tokens.start, tokens.end, spec):
        text = np.repeat(tokens.text, count)
        parts.append((hashes.chars(start, n, spec), text, start, start + n))
    return _gather(parts)


def _column(hashes: Hashes, spec: NgramSpec) -> Ints:
    """Return the columns of n-grams; works in place."""
    values = _mix(hashes)
    values >>= np.uint64(64 - spec.bits)
    return values.view(np.int64)


def _gather(parts: Sequence[tuple[Ints, Ints, Ints, Ints]]) -> Ngrams:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Ngrams(none.astype(np.int32), none, none, none)
    column, text, start, end = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Ngrams(column.astype(np.int32), text, start, end)
