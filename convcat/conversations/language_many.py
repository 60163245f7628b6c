"""Which of many texts are plainly English, asked of all of them at once.

Words of ASCII of up to eight letters are compared as whole numbers, so that no object is made for
a word. What is found here is what :func:`~convcat.conversations.language.reads_english` finds; it
is asked about the rest.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.conversations.language import CLEAR, common_words, reads_english
from convcat.patterns import FOREIGN, holds

Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

_LONGEST = 8  # letters of a word that is one number
_BITS = 15
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_TEXTS = 1_000  # looked at together
_LETTERS = bytes(b + 32 if 65 <= b <= 90 else b if 97 <= b <= 122 else 32 for b in range(256))
_KEPT = np.array(  # by the length of a word; of a longer one nothing
    [(1 << 8 * size) - 1 for size in range(_LONGEST)] + [2**64 - 1, 0], dtype=np.uint64
)
_OFFSETS = {pa.string(): np.int32, pa.large_string(): np.int64}


class _Table(NamedTuple):
    """Words by their hash: which one has a slot, and its number."""

    word: Words
    number: npt.NDArray[np.intp]
    size: int


def read_english(texts: pa.Array) -> Bools:
    """Return of each text whether it is English, or at least not plainly something else.

    Parameters
    ----------
    texts : pyarrow.Array of string
        Nothing is English.

    Examples
    --------
    >>> texts = pa.array(["Where is my order?", "Wo bleibt mein Paket denn nun?", None])
    >>> read_english(texts).tolist()
    [True, False, True]
    """
    found = plainly_english(texts)
    rows = np.flatnonzero(~found)
    unsure = texts.take(pa.array(rows)).to_pylist()
    found[rows] = [text is None or reads_english(text) for text in unsure]
    return found


def plainly_english(texts: pa.Array) -> Bools:
    """Return which texts hold so many English words that no other question is needed.

    Parameters
    ----------
    texts : pyarrow.Array of string

    Examples
    --------
    >>> plainly_english(pa.array(["I still want my money back, where is it?", "Wo ist es?"])).tolist()
    [True, False]
    """
    found = np.zeros(len(texts), dtype=bool)
    for first in range(0, len(texts), _TEXTS):
        found[first : first + _TEXTS] = _clear(texts.slice(first, _TEXTS))
    # Signs beyond ASCII count as blanks above; a letter may join what stands beside it.
    beyond = np.flatnonzero(~np.asarray(pc.fill_null(pc.string_is_ascii(texts), fill_value=True)))
    found[beyond[holds(texts.take(pa.array(beyond)), FOREIGN)]] = False
    return found


def _clear(texts: pa.Array) -> Bools:
    """Tell which texts hold many English words, whatever else they hold."""
    table = _table()
    blank = pc.binary_join_element_wise(texts, "", " ", null_handling="replace")
    _, places, content = blank.buffers()
    bounds = np.frombuffer(places, dtype=_OFFSETS[texts.type])[blank.offset :][: len(texts) + 1]
    said = memoryview(content)[bounds[0] : bounds[-1]]
    joined = b"".join([b" ", said, b" " * _LONGEST]).translate(_LETTERS)
    letter = np.frombuffer(joined, dtype=np.uint8) > ord(" ")
    edges = np.flatnonzero(letter[1:] != letter[:-1]) + 1
    start, length = edges[::2], edges[1::2] - edges[::2]
    at = np.searchsorted(start, bounds - bounds[0] + 1)
    eight = np.ndarray(len(joined) - 7, dtype="<u8", buffer=joined, strides=(1,))
    word = eight[start] & _KEPT[np.minimum(length, _LONGEST + 1)]
    slot = ((word * _FACTOR) >> np.uint64(64 - _BITS)).view(np.int64)
    hit = np.flatnonzero(table.word[slot] == word)
    text = np.repeat(np.arange(len(texts)), np.diff(at))[hit]
    present = np.zeros((len(texts), 8 * -(-table.size // 8)), dtype=np.uint8)
    present[text, table.number[slot[hit]]] = 1
    # Eight bytes are added up at once; of up to 2,040 words none grows beyond 255.
    count = present.view(np.uint64).sum(axis=1).view(np.uint8).reshape(-1, 8).sum(axis=1)
    # A word that is there twice is counted once above and twice below: never too high a share.
    share = count / np.maximum(np.diff(at), 1)
    clear = [(count >= least) & (share >= part) for least, part in CLEAR]
    return np.asarray(np.any(clear, axis=0), dtype=np.bool_)


@functools.cache
def _table() -> _Table:
    """Return the words that only English has; the few that meet in one slot are left out."""
    short = sorted(word for word in common_words().only_english if len(word) <= _LONGEST)
    words = np.array([int.from_bytes(word, "little") for word in short], dtype=np.uint64)
    slot = ((words * _FACTOR) >> np.uint64(64 - _BITS)).view(np.int64)
    table, number = np.ones(1 << _BITS, dtype=np.uint64), np.zeros(1 << _BITS, dtype=np.intp)
    table[slot], number[slot] = words, np.arange(words.size)
    return _Table(table, number, words.size)
