"""Texts -> words, without a Python object per word.

All texts of a batch are joined into one array of code points; words are ranges in it. Handles
(``@shop``) and web addresses are recognised as such and carry no words of their own: what they
say is where a text comes from, not what its writer needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from convcat.classifier.characters import (
    AT,
    BETWEEN,
    DROP,
    END,
    GAP,
    ODD_SYMBOL,
    ODD_WORD,
    fold,
    look_up,
)

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_SYMBOLS = (*b"!?$", ODD_SYMBOL)
_ADDRESS_STARTS = (b"http", b"https", b"www")


@dataclass(frozen=True)
class Tokens:
    """The words of a batch of texts.

    Attributes
    ----------
    texts : sequence of str
        As they were read: the long ones shortened.
    codes : ndarray of uint32
        Folded code points of all texts, 0 at every character that is not part of a word; the
        first and last are 0.
    letters : ndarray of uint8
        The same where a code is a byte below 128, else ODD_WORD or ODD_SYMBOL; some 0 behind.
    start, end : ndarray of int64, shape (words,)
        The range of each word in ``codes``.
    text : ndarray of int64, shape (words,)
        The index of the text that each word stands in; ascending.
    """

    texts: Sequence[str]
    codes: npt.NDArray[np.uint32]
    letters: Bytes
    start: Ints
    end: Ints
    text: Ints

    @cached_property
    def offset(self) -> Ints:
        """Where each text begins in the texts joined by one character; shape (texts + 1,)."""
        lengths = np.fromiter(map(len, self.texts), dtype=np.int64, count=len(self.texts))
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths + 1)])

    @cached_property
    def origin(self) -> Ints:
        """For each entry of ``codes``, its place in the joined texts, in code points."""
        joined = "\n".join(self.texts)
        raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        place = np.zeros(self.codes.size, dtype=np.int64)
        place[1:-1] = np.flatnonzero(look_up(raw)[1] != DROP)
        place[-1] = raw.size
        return place


def tokenize(texts: Sequence[str], *, limit: int = 20_000) -> Tokens:
    """Find the words of a batch of texts.

    Parameters
    ----------
    texts : sequence of str
    limit : int, default 20000
        Characters read of each text: of a longer one the first three quarters of the limit and
        the last quarter.

    Returns
    -------
    Tokens

    Examples
    --------
    >>> tokens = tokenize(["Où est l'Été?", "@shop 2 late"])
    >>> ["".join(map(chr, tokens.codes[a:b])) for a, b in zip(tokens.start, tokens.end)]
    ['ou', 'est', 'lete', '?', '0', 'late']
    >>> tokens.text.tolist()
    [0, 0, 0, 0, 1, 1]
    """
    if max(map(len, texts), default=0) > limit:
        texts = [_shorten(text, limit) if len(text) > limit else text for text in texts]
    joined = BETWEEN.join(["", *texts, ""])
    if joined.count(BETWEEN) > len(texts) + 1:
        joined = BETWEEN.join(["", *(text.replace(BETWEEN, " ") for text in texts), ""])
    raw, odd = fold(joined)
    folded = np.frombuffer(raw, dtype=np.uint8)
    symbol = np.zeros(folded.size, dtype=bool)
    for one in _SYMBOLS:
        symbol |= folded == one
    spoken = folded > ord(" ")
    in_word = spoken & ~symbol
    start = np.flatnonzero((in_word[1:] & ~in_word[:-1]) | symbol[1:]) + 1
    end = np.flatnonzero((in_word[:-1] & ~in_word[1:]) | symbol[:-1]) + 1
    if (keep := _not_an_address(raw, folded, start, end)) is not None:
        start, end = start[keep], end[keep]
    first = np.searchsorted(start, np.flatnonzero(folded == END))
    text = np.repeat(np.arange(len(texts)), np.diff(first))
    letters = np.zeros(folded.size + 16, dtype=np.uint8)
    np.multiply(folded, spoken, out=letters[: folded.size])
    codes = letters[: folded.size].astype(np.uint32)
    if odd.size:
        codes[np.flatnonzero(folded >= ODD_WORD)] = odd
    return Tokens(texts, codes, letters, start, end, text)


def _shorten(text: str, limit: int) -> str:
    tail = limit // 4
    return text[: limit - tail - 1] + " " + text[-tail:]


def original_place(place: Ints, length: int, limit: int) -> Ints:
    """Return where a character of a text that was read shortened stands in the whole text.

    Parameters
    ----------
    place : ndarray of int64
        Places in the text as it was read, of one text alone.
    length : int
        Length of the whole text.
    limit : int
        What :func:`tokenize` was given.

    Examples
    --------
    >>> text = "a" * 150 + "b" * 50
    >>> tokens = tokenize([text], limit=100)
    >>> original_place(tokens.origin[tokens.start], len(text), 100).tolist()
    [0, 175]
    """
    cut = limit - limit // 4
    return place + max(0, length - limit) * (place >= cut)


def _not_an_address(
    raw: bytes, folded: Bytes, start: Ints, end: Ints
) -> npt.NDArray[np.bool_] | None:
    """Tell the words that stand neither in a handle nor in a web address; None where all are."""
    gone = np.zeros(start.size, dtype=bool)
    gone[_begin_at(_places(folded, bytes([AT])) + 1, start)] = True
    places = np.concatenate([_places(folded, b"http"), _places(folded, b"www")])
    heads = _begin_at(places, start)
    heads = heads[_spells(folded, start[heads], end[heads], _ADDRESS_STARTS)]
    for head, at in zip(heads.tolist(), start[heads].tolist(), strict=True):
        # A web address reaches to the next white space.
        stop = raw.index(END, at)
        gap = raw.find(GAP, at, stop)
        gone[head : np.searchsorted(start, stop if gap < 0 else gap)] = True
    return ~gone if gone.any() else None


def _places(folded: Bytes, word: bytes) -> Ints:
    """Return where a word stands, alone or within another."""
    size = max(0, folded.size - len(word) + 1)
    found = folded[:size] == word[0]
    for i, char in enumerate(word[1:], 1):
        found &= folded[i : size + i] == char
    return np.flatnonzero(found)


def _begin_at(places: Ints, start: Ints) -> Ints:
    """Return the words that begin at one of some places."""
    found = np.searchsorted(start, places)
    inside = np.flatnonzero(found < start.size)
    at = found[inside]
    return np.asarray(at[start[at] == places[inside]])


def _spells(
    folded: Bytes, start: Ints, end: Ints, words: tuple[bytes, ...]
) -> npt.NDArray[np.bool_]:
    """Tell the words that are one of a few ASCII words."""
    found = np.zeros(start.size, dtype=bool)
    length = end - start
    for word in words:
        same = np.flatnonzero(length == len(word))
        for i, char in enumerate(word):
            same = same[folded[start[same] + i] == char]
        found[same] = True
    return found
