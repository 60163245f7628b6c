"""Texts -> sums of n-gram weights, without a matrix of features.

A text has each n-gram once. So it gets what its different words add, less what several of them
add alike: few n-grams, which sorting brings side by side. N-grams of several words are looked up
one by one. Weights are whole numbers times a scale per output: they add up exactly, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.classifier.bags import bounds_of, last_equal, unit
from convcat.classifier.levels import Levels, Scale
from convcat.classifier.lexicon import Lexicon, Numbers, sums_of
from convcat.classifier.ngrams import NgramSpec, of_words
from convcat.classifier.tokens import Ints, Tokens, tokenize

Floats = npt.NDArray[np.floating[Any]]

_NEAR = 128  # texts whose weights are added up at once


class Sums:
    """Adds up the weights of the n-grams of texts; it remembers the words that it met.

    Parameters
    ----------
    spec : NgramSpec
    limit : int
        Characters read of each text.
    levels : ndarray of int8, shape (2 * spec.columns, outputs)
        Of the weights; of word n-grams, then of character n-grams.
    scale : ndarray of float32, shape (outputs,)
        What a level is worth.

    Examples
    --------
    >>> spec = NgramSpec(words=(1,), chars=(), bits=10)
    >>> levels, scale = np.ones((2048, 1), dtype=np.int8), np.ones(1, dtype=np.float32)
    >>> Sums(spec, 1_000, levels, scale)(["no", "no it is not so", ""]).round(2)
    array([[1.  ],
           [2.24],
           [0.  ]])
    """

    def __init__(self, spec: NgramSpec, limit: int, levels: Levels, scale: Scale) -> None:
        self._spec, self._limit, self._levels, self._scale = spec, limit, levels, scale
        self._lexicon = Lexicon(spec, levels, _exact(spec, limit))
        self._lock = Lock()  # threads may share a model

    def __reduce__(self) -> Any:
        return Sums, (self._spec, self._limit, self._levels, self._scale)

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return the product of the texts' features and the weights, shape (texts, outputs)."""
        tokens = tokenize(texts, limit=self._limit)
        if not tokens.start.size:
            return np.zeros((len(texts), self._scale.size))
        with self._lock:
            return self._of(tokens)

    def _of(self, tokens: Tokens) -> Floats:
        numbers = self._lexicon.numbers(tokens)
        texts = len(tokens.texts)
        bounds = bounds_of(np.bincount(tokens.text, minlength=texts))
        once = self._lexicon.each_once(numbers, bounds)
        sums = self._lexicon.sums[: once.shape[1]]
        both = (once @ sums.reshape(len(sums), -1)).reshape(texts, 2, -1)
        words, chars = both[:, 0], both[:, 1]
        by_words = self._words(tokens.text, numbers, once.indices, once.indptr, words)
        by_chars = self._chars(once.indices, once.indptr, chars)
        found = words.astype(np.float64) * unit(by_words)[:, None]
        found += chars.astype(np.float64) * unit(by_chars)[:, None]
        return np.asarray(found * self._scale)

    def _words(
        self, text: Ints, numbers: Numbers, once: Numbers, bounds: Numbers, sums: Floats
    ) -> Ints:
        """Turn sums over words into those over word n-grams; return how many each text has."""
        spec, lexicon = self._spec, self._lexicon
        shifted = text << spec.bits
        keys = []
        for reach, column in of_words(lexicon.single.take(numbers), spec, least=2):
            inside = text[: column.size] == text[reach:]
            keys.append((column | shifted[: column.size])[inside])
        single = np.zeros(0, dtype=np.int64)
        if 1 in spec.words:
            place = np.repeat(np.arange(bounds.size - 1) << spec.bits, np.diff(bounds))
            single = lexicon.column.take(once) | place
        # Of equal ones, the last stays: a single word, if one is among them.
        joined = np.concatenate([*keys, single])
        last = last_equal(joined.view(np.uint64)) == np.arange(joined.size)
        count = np.zeros(len(sums), dtype=np.int64)
        first = 0
        for several in keys:
            kept = several[last[first : first + several.size]]
            here = np.bincount(kept >> spec.bits, minlength=len(sums))
            sums += self._added(kept & (spec.columns - 1), bounds_of(here))
            count += here
            first += several.size
        again = single[~last[first:]]
        if again.size:  # of two words whose hashes meet
            np.subtract.at(sums, again >> spec.bits, self._rows(again & (spec.columns - 1)))
        count += np.bincount(single >> spec.bits, minlength=len(sums))
        return count - np.bincount(again >> spec.bits, minlength=len(sums))

    def _chars(self, once: Numbers, bounds: Numbers, sums: Floats) -> Ints:
        """Turn sums over words into those over character n-grams; return how many a text has."""
        columns, begins = self._lexicon.chars(once)
        ends = begins[bounds]
        first = 0
        for end in ends[1:].tolist():  # short rows of numbers are sorted by vector instructions
            columns[first:end].sort()
            first = end
        same = columns[1:] == columns[:-1]
        inner = ends[(ends > 0) & (ends < columns.size)]
        same[inner - 1] = False  # the next text's first
        again = np.flatnonzero(same)
        less = np.searchsorted(again, ends).astype(np.int32)
        sums -= self._added(columns[again] + self._spec.columns, less)
        return np.diff(ends - less).astype(np.int64)

    def _added(self, columns: npt.NDArray[Any], bounds: Numbers) -> Floats:
        """Return the sums of weights that stand together, a few texts at a time: they stay near."""
        found = np.empty((bounds.size - 1, self._scale.size), dtype=self._lexicon.exact)
        for first in range(0, len(found), _NEAR):
            part = bounds[first : first + _NEAR + 1]
            rows = self._rows(columns[part[0] : part[-1]])
            found[first : first + _NEAR] = sums_of(rows, part - part[0])
        return found

    def _rows(self, columns: npt.NDArray[Any]) -> Floats:
        return np.take(self._levels, columns, axis=0).astype(self._lexicon.exact)


def _exact(spec: NgramSpec, limit: int) -> np.dtype[Any]:
    """Return the smallest type of numbers in which no sum over a text's n-grams is rounded."""
    kinds = max(len(spec.chars), len(spec.words) + spec.skips)
    largest = 127 * kinds * 2 * limit  # of one kind, a word has fewer than twice its characters
    return np.dtype(np.float32 if largest < 1 << 24 else np.float64)
