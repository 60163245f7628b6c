"""Words that were met: each is read once, and what it adds to a text's scores is kept.

Customers say the same few thousand words. What a word adds does not depend on when it was met or
beside what; so a lexicon changes how long reading takes and nothing else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from convcat.classifier.bags import bounds_of, distinct, of_each, ones
from convcat.classifier.levels import Levels
from convcat.classifier.ngrams import Hashes, NgramSpec, Ranges, of_single, ranges
from convcat.classifier.tokens import Ints, Tokens

Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.floating[Any]]

_MOST = 1 << 16  # words that are kept; those beyond are read anew in each batch
_MOST_CHARS = 1 << 21  # and their character n-grams
_BITS = 17
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_KEPT = np.array([(1 << 8 * size) - 1 for size in range(8)] + [2**64 - 1], dtype=np.uint64)
_ODD = np.uint64(0x8080808080808080)  # bits of characters that are no byte


class Lexicon:
    """Different words, numbered from 1 as they were met.

    Parameters
    ----------
    spec : NgramSpec
    levels : ndarray of int8, shape (2 * spec.columns, outputs)
        Of the weights; of word n-grams, then of character n-grams.
    exact : dtype
        In which they are added up.

    Attributes
    ----------
    exact : dtype
    single : ndarray of uint64
        Of each word, what n-grams of several words rest on.
    column : ndarray of int64
        The column of the word by itself.
    sums : ndarray of exact, shape (words, 2, outputs)
        Levels of the word by itself, and the sum over its different character n-grams.
    """

    def __init__(self, spec: NgramSpec, levels: Levels, exact: np.dtype[Any]) -> None:
        self._spec, self._levels, self.exact = spec, levels, exact
        self._kept = self._size = 1  # number 0 is no word
        self._number: dict[int, int] = {}
        self._slots = np.zeros(1 << _BITS, dtype=np.int32)  # most numbers, found at once
        self._key = np.zeros(1, dtype=np.uint64)
        self._bounds = np.zeros(2, dtype=np.int32)
        self._chars = np.zeros(0, dtype=np.int32)
        self.single = np.zeros(1, dtype=np.uint64)
        self.column = np.zeros(1, dtype=np.int64)
        self.sums = np.zeros((1, 2, levels.shape[1]), dtype=exact)
        self._index()

    def numbers(self, tokens: Tokens) -> Numbers:
        """Return the number of each word of some texts; it holds until more texts are read."""
        self._size = self._kept
        key = keys_of(tokens)
        slot = ((key * _FACTOR) >> np.uint64(64 - _BITS)).view(np.int64)
        found: Numbers = self._slots.take(slot)
        missed = np.flatnonzero(self._key.take(found) != key)
        if missed.size:
            place, label = distinct(key[missed])
            place = missed[place]
            known = [self._number.get(one, 0) for one in key[place].tolist()]
            number = np.array(known, dtype=np.int32)
            new = np.flatnonzero(number == 0)
            if new.size:
                number[new] = np.arange(self._size, self._size + new.size)
                self._learn(tokens, place[new], key[place[new]], slot[place[new]])
            found[missed] = number[label]
        return found

    def each_once(self, numbers: Numbers, bounds: Numbers) -> sparse.csr_matrix:
        """Return which words stand in which texts, shape (texts, words).

        Parameters
        ----------
        numbers : ndarray of int32
            As :meth:`numbers` gave them.
        bounds : ndarray of int32
            Where each text's words begin.
        """
        found = ones(numbers, bounds, self._one.shape[0], np.bool_) @ self._one
        return ones(found.indices, found.indptr, self._one.shape[0], self.exact)

    def chars(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the columns of the words' character n-grams, and where each word's begin."""
        found = self._grams[numbers]
        return found.indices, found.indptr

    def _learn(self, tokens: Tokens, place: Ints, key: Hashes, slot: Ints) -> None:
        first = self._size
        spec, outputs = self._spec, self.sums.shape[2]
        single, columns, count = of_each(tokens.codes, tokens.start[place], tokens.end[place], spec)
        grams = ones(columns.astype(np.int32), bounds_of(count), spec.columns, np.bool_)
        grams.sum_duplicates()
        rows = np.take(self._levels[spec.columns :], grams.indices, axis=0).astype(self.exact)
        sums = np.zeros((key.size, 2, outputs), dtype=self.exact)
        sums[:, 1] = sums_of(rows, grams.indptr)
        column = np.zeros(key.size, dtype=np.int64)
        if 1 in spec.words:
            column = of_single(single, spec)
            sums[:, 0] = np.take(self._levels[: spec.columns], column, axis=0)
        self._key = _put(self._key, first, key)
        self.single = _put(self.single, first, single)
        self.column = _put(self.column, first, column)
        self.sums = _put(self.sums, first, sums)
        begin = int(self._bounds[first])
        self._chars = _put(self._chars, begin, grams.indices)
        self._bounds = _put(self._bounds, first + 1, begin + grams.indptr[1:])
        self._size += key.size
        fit = np.searchsorted(grams.indptr[1:], _MOST_CHARS - begin, side="right")
        kept = min(int(fit), max(0, _MOST - first))
        self._kept += kept
        self._number.update(zip(key[:kept].tolist(), range(first, self._kept), strict=True))
        free = np.flatnonzero(self._slots[slot[:kept]] == 0)
        self._slots[slot[free]] = first + free
        self._index()

    def _index(self) -> None:
        """Make the matrices that :meth:`each_once` and :meth:`chars` look into."""
        size = self._size
        number = np.arange(size + 1, dtype=np.int32)
        self._one = ones(number[:size], number, size, np.bool_)
        bounds = self._bounds[: size + 1]
        self._grams = ones(self._chars[: bounds[-1]], bounds, self._spec.columns, np.bool_)


def keys_of(tokens: Tokens) -> Hashes:
    """Return what a word's n-grams rest on, as a number: its characters and the two beside it.

    Up to eight are the number; of up to sixteen the second half is mixed into it.
    """
    first, length = tokens.start - 1, tokens.end - tokens.start + 2
    whole = tokens.letters
    eight = np.ndarray(whole.size - 7, dtype="<u8", buffer=whole, strides=(1,))
    key: Hashes = eight[first] & _KEPT.take(length, mode="clip")
    long = np.flatnonzero(length > 8)
    more = eight[first[long] + 8] & _KEPT.take(length[long] - 8, mode="clip")
    odd = key & _ODD
    odd[long] |= more & _ODD
    more *= _FACTOR
    more ^= more >> np.uint64(32)
    more *= _FACTOR
    key[long] ^= more
    far = np.flatnonzero((length > 16) | (odd > 0))
    if far.size:
        start, length = first[far], length[far]
        end = np.cumsum(length)
        key[far] = Ranges(tokens.codes[ranges(start, length)]).hash(end - length, end)
    return key


def sums_of(rows: Floats, bounds: Numbers) -> Floats:
    """Return the sums of rows that stand together.

    Examples
    --------
    >>> rows = np.array([[1.0], [2.0], [4.0]])
    >>> sums_of(rows, np.array([0, 2, 2, 3], dtype=np.int32)).tolist()
    [[3.0], [0.0], [4.0]]
    """
    table = ones(np.arange(len(rows), dtype=np.int32), bounds, len(rows), rows.dtype)
    return np.asarray(table @ rows)


def _put(array: Any, first: int, values: Any) -> Any:
    """Return an array with values from a place on; it grows by doubling."""
    end = first + len(values)
    if end > len(array):
        larger = np.zeros((max(end, 2 * len(array)), *array.shape[1:]), dtype=array.dtype)
        larger[:first] = array[:first]
        array = larger
    array[first:end] = values
    return array
