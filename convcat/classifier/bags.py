"""Texts -> which n-grams each has, with every different word read once.

In a batch of texts most words stand many times, so a word's character n-grams are found for each
different word alone. Which of them a text has is then a product of two sparse matrices, texts by
words and words by n-grams, whose entries say how often: being there is what counts. The order of
a text's entries follows from the text alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from convcat.classifier.ngrams import Hashes, NgramSpec, Ranges, of_chars, of_words, ranges
from convcat.classifier.tokens import Ints, Tokens

# Odd factors that spread keys over a table (multiplicative hashing; Knuth, "The Art of Computer
# Programming", volume 3, 6.4), one for each attempt.
_FACTORS = tuple(
    map(np.uint64, (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F, 0xFF51AFD7ED558CCD))
)


@dataclass(frozen=True)
class Bags:
    """The n-grams of a batch of texts, each once per text.

    Attributes
    ----------
    columns : ndarray of int64
        The features that occur in the batch.
    labels : ndarray of int32
        Each text's features, as places in ``columns``.
    bounds : ndarray of int32, shape (texts + 1,)
        Where each text's labels begin.
    """

    columns: Ints
    labels: npt.NDArray[np.int32]
    bounds: npt.NDArray[np.int32]

    @property
    def count(self) -> Ints:
        """Number of features of each text."""
        return np.diff(self.bounds).astype(np.int64)


def bags_of(tokens: Tokens, spec: NgramSpec) -> tuple[Bags, Bags]:
    """Return the word n-grams and the character n-grams of texts.

    Parameters
    ----------
    tokens : Tokens
    spec : NgramSpec

    Returns
    -------
    words, chars : Bags
    """
    texts = len(tokens.texts)
    if not tokens.start.size:
        none = np.zeros(0, dtype=np.int32)
        empty = Bags(none.astype(np.int64), none, np.zeros(texts + 1, dtype=np.int32))
        return empty, empty
    # What a word's n-grams rest on is the word with the characters beside it.
    whole = Ranges(tokens.codes).hash(tokens.start - 1, tokens.end + 1)
    place, word = distinct(whole)
    single, columns, count = of_each(tokens.codes, tokens.start[place], tokens.end[place], spec)
    return _words(single[word], tokens, spec), _chars(columns, count, word, tokens)


def of_each(
    codes: npt.NDArray[np.uint32], start: Ints, end: Ints, spec: NgramSpec
) -> tuple[Hashes, Ints, Ints]:
    """Return what the n-grams of different words rest on.

    Parameters
    ----------
    codes : ndarray of uint32
        Of :class:`Tokens`.
    start, end : ndarray of int64, shape (words,)
        The range of each word.
    spec : NgramSpec

    Returns
    -------
    single : ndarray of uint64, shape (words,)
        As :func:`~convcat.classifier.ngrams.of_words` takes it.
    columns : ndarray of int64
        The columns of the character n-grams, word by word, some perhaps twice.
    count : ndarray of int64, shape (words,)
        How many of these each word has.
    """
    first, length = start - 1, end - start + 2
    hashes = Ranges(codes[ranges(first, length)])
    end = np.cumsum(length) - 1
    start = end - length + 2
    return hashes.words(start, end), *_char_columns(hashes, start, end, spec)


def _words(single: Hashes, tokens: Tokens, spec: NgramSpec) -> Bags:
    parts = list(of_words(single, spec))
    keys = np.full((single.size, len(parts)), -1, dtype=np.int64)
    shifted = tokens.text << spec.bits
    for j, (reach, column) in enumerate(parts):
        inside = tokens.text[: column.size] == tokens.text[reach:]
        keys[: column.size, j] = np.where(inside, column | shifted[: column.size], -1)
    key = keys[keys >= 0]
    key = key[distinct(key.view(np.uint64))[0]]
    return Bags(
        key & (spec.columns - 1),
        np.arange(key.size, dtype=np.int32),
        bounds_of(np.bincount(key >> spec.bits, minlength=len(tokens.texts))),
    )


def _char_columns(hashes: Ranges, start: Ints, end: Ints, spec: NgramSpec) -> tuple[Ints, Ints]:
    """Return the columns of the character n-grams of words, word by word, and how many each has."""
    parts = [(count, hashes.chars(at, n, spec)) for n, count, at in of_chars(start, end, spec)]
    total = np.zeros(start.size, dtype=np.int64)
    for count, _ in parts:
        total += count
    columns = np.empty(int(total.sum()), dtype=np.int64)
    here = np.cumsum(total) - total
    for count, column in parts:
        columns[ranges(here, count)] = column
        here += count
    return columns, total


def _chars(columns: Ints, count: Ints, word: npt.NDArray[np.int32], tokens: Tokens) -> Bags:
    place, label = distinct(columns.view(np.uint64))
    bounds = bounds_of(np.bincount(tokens.text, minlength=len(tokens.texts)))
    of_texts = ones(word, bounds, count.size, np.int32)
    of_words = ones(label, bounds_of(count), place.size, np.int32)
    found = of_texts @ of_words
    return Bags(columns[place], found.indices, found.indptr)


def distinct(keys: Hashes) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Return where one of each different key stands, and which of these each key equals.

    Parameters
    ----------
    keys : ndarray of uint64

    Returns
    -------
    place : ndarray of int64
        Ascending.
    label : ndarray of int32, shape of ``keys``
        ``keys[place][label]`` are the keys.

    Examples
    --------
    >>> place, label = distinct(np.array([7, 5, 7, 7, 9], dtype=np.uint64))
    >>> place.tolist(), label.tolist()
    ([1, 3, 4], [1, 0, 1, 1, 2])
    """
    equal = last_equal(keys)
    own = np.zeros(keys.size, dtype=bool)
    own[equal] = True
    place = np.flatnonzero(own)
    label = np.empty(keys.size, dtype=np.int32)
    label[place] = np.arange(place.size, dtype=np.int32)
    return place, label[equal]


def last_equal(keys: Hashes, attempt: int = 0) -> npt.NDArray[np.int32]:
    """Return where each key, or one equal to it, stands last.

    A table is written and read again: who finds a key that is not his own tries another table
    with his like.
    """
    if attempt == len(_FACTORS):
        _, first, label = np.unique(keys[::-1], return_index=True, return_inverse=True)
        return np.asarray(keys.size - 1 - first[label][::-1], dtype=np.int32)
    bits = max(12, (2 * keys.size).bit_length())
    spread = keys * _FACTORS[attempt]
    spread >>= np.uint64(64 - bits)
    slot = spread.view(np.int64)
    table = np.empty(1 << bits, dtype=np.int32)
    table[slot] = np.arange(keys.size, dtype=np.int32)  # of several, the last one stays
    found = table[slot]
    others = np.flatnonzero(keys[found] != keys)
    if others.size:
        found[others] = others[last_equal(keys[others], attempt + 1)]
    return found


def bounds_of(count: Ints) -> npt.NDArray[np.int32]:
    """Return where each text's entries begin if it has so many; and where the last ones end."""
    bounds = np.zeros(count.size + 1, dtype=np.int32)
    np.cumsum(count, out=bounds[1:])
    return bounds


def ones(
    labels: npt.NDArray[np.int32], bounds: npt.NDArray[np.int32], width: int, dtype: Any
) -> sparse.csr_matrix:
    """Return a matrix of ones at some labels of each row, as ``bounds`` parts them."""
    table = sparse.csr_matrix((bounds.size - 1, width), dtype=dtype)
    table.indptr, table.indices, table.data = bounds, labels, np.ones(labels.size, dtype=dtype)
    return table


def unit(count: Ints) -> npt.NDArray[np.float32]:
    """Return the value that gives ``count`` equal entries unit length."""
    return (1.0 / np.sqrt(np.maximum(count, 1))).astype(np.float32)
