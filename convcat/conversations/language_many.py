"""Which of many texts are plainly English, asked of all of them at once.

Words of ASCII of up to eight letters are compared as whole numbers, so that no object is made for
a word. What is found here is what :func:`~convcat.conversations.language.reads_english` finds; it
is asked about the rest.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from convcat.conversations.language import CLEAR, common_words, reads_english, words_of

Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

_LONGEST = 8  # letters of a word that is one number
_BITS = 15
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SIGNS = ((0x80, 0x250), (0x2000, 0x2C00), (0xFE0F, 0xFE10), (0x1F000, 0x1FB00))
_END = 0x1FB00
_EMOJI = 0xFE0F  # asks for the coloured form of the sign before it, which is no letter
_TEXTS = 1_000  # looked at together
_LETTERS = bytes(b + 32 if 65 <= b <= 90 else b if 97 <= b <= 122 else 32 for b in range(256))
_KEPT = np.array([(1 << 8 * size) - 1 for size in range(_LONGEST)] + [2**64 - 1], dtype=np.uint64)


class _Table(NamedTuple):
    """Words by their hash: which one has a slot, and its number."""

    word: Words
    number: npt.NDArray[np.intp]
    size: int


def read_english(texts: Sequence[str | None]) -> list[bool]:
    """Return of each text whether it is English, or at least not plainly something else.

    Parameters
    ----------
    texts : sequence of str or None
        Nothing is English.

    Examples
    --------
    >>> read_english(["Where is my order?", "Wo bleibt mein Paket denn nun?", None])
    [True, False, True]
    """
    out: list[bool] = []
    for first in range(0, len(texts), _TEXTS):
        some = texts[first : first + _TEXTS]
        plain = plainly_english(some).tolist()
        out += [
            sure or text is None or reads_english(text)
            for sure, text in zip(plain, some, strict=True)
        ]
    return out


def plainly_english(texts: Sequence[str | None]) -> Bools:
    """Return which texts hold so many English words that no other question is needed.

    Parameters
    ----------
    texts : sequence of str or None

    Examples
    --------
    >>> plainly_english(["I still want my money back, where is it?", "Wo ist es?"]).tolist()
    [True, False]
    """
    asked = ["" if text is None else text for text in texts]
    if beyond := [i for i, text in enumerate(asked) if not text.isascii()]:
        for i, plain in zip(beyond, _in_ascii([asked[i] for i in beyond]), strict=True):
            asked[i] = plain
    table = _table()
    joined = " ".join(["", *asked, " " * _LONGEST]).encode("ascii").translate(_LETTERS)
    letter = np.frombuffer(joined, dtype=np.uint8) > ord(" ")
    edges = np.flatnonzero(letter[1:] != letter[:-1]) + 1
    start, length = edges[::2], edges[1::2] - edges[::2]
    bounds = np.cumsum([0, *(len(text) + 1 for text in asked)])
    at = np.searchsorted(start, bounds)
    short = np.flatnonzero(length <= _LONGEST)
    eight = np.ndarray(len(joined) - 7, dtype="<u8", buffer=joined, strides=(1,))
    word = eight[start[short]] & _KEPT[length[short]]
    slot = (word * _FACTOR) >> np.uint64(64 - _BITS)
    slot = slot.view(np.int64)
    hit = np.flatnonzero(table.word[slot] == word)
    text = np.repeat(np.arange(len(asked)), np.diff(at))[short[hit]]
    present = np.zeros((len(asked), 8 * -(-table.size // 8)), dtype=np.uint8)
    present[text, table.number[slot[hit]]] = 1
    # Eight bytes are added up at once; of up to 2,040 words none grows beyond 255.
    count = present.view(np.uint64).sum(axis=1).view(np.uint8).reshape(-1, 8).sum(axis=1)
    # A word that is there twice is counted once above and twice below: never too high a share.
    share = count / np.maximum(np.diff(at), 1)
    clear = [(count >= least) & (share >= part) for least, part in CLEAR]
    return np.asarray(np.any(clear, axis=0), dtype=np.bool_)


def _in_ascii(texts: Sequence[str]) -> list[str]:
    """Return texts with blanks for their signs beyond ASCII; nothing where one may be a letter."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = np.cumsum([len(text) for text in texts])
    high = np.flatnonzero(codes > 127)
    narrow = codes.astype(np.uint8)
    narrow[high] = ord(" ")
    joined = narrow.tobytes().decode("ascii")
    found = [joined[end - len(text) : end] for text, end in zip(texts, ends.tolist(), strict=True)]
    letters = high[~_parting()[np.minimum(codes[high], _END)]]
    for i in np.unique(np.searchsorted(ends, letters, side="right")).tolist():
        found[i] = ""
    return found


@functools.cache
def _parting() -> Bools:
    """Return which characters part words, whatever stands beside them, or are of ASCII."""
    found = np.zeros(_END + 1, dtype=bool)
    found[:128] = True
    for first, end in _SIGNS:
        for code in range(first, end):
            char = chr(code)
            joins = unicodedata.category(char).startswith("M") and code != _EMOJI
            found[code] = not joins and not words_of(char)
    return found


@functools.cache
def _table() -> _Table:
    """Return the words that only English has; the few that meet in one slot are left out."""
    short = sorted(word for word in common_words().only_english if len(word) <= _LONGEST)
    words = np.array([int.from_bytes(word, "little") for word in short], dtype=np.uint64)
    slot = ((words * _FACTOR) >> np.uint64(64 - _BITS)).view(np.int64)
    table, number = np.zeros(1 << _BITS, dtype=np.uint64), np.zeros(1 << _BITS, dtype=np.intp)
    table[slot], number[slot] = words, np.arange(words.size)
    return _Table(table, number, words.size)
