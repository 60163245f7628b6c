"""Texts -> words, without a Python object per word.

All texts of a batch are joined into one array of code points; words are ranges in it. Handles
(``@shop``) and web addresses are recognised as such and carry no words of their own: what they
say is where a text comes from, not what its writer needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.classifier.characters import DROP, PUNCTUATION, SPACE, SYMBOL, WORD, look_up

Ints = npt.NDArray[np.int64]

_AT = ord("@")
_ADDRESS_STARTS = ("http", "https", "www")


@dataclass(frozen=True)
class Tokens:
    """The words of a batch of texts.

    Attributes
    ----------
    codes : ndarray of uint32
        Folded code points of all texts, 0 at every character that is not part of a word; the
        first and last are 0.
    origin : ndarray of int64
        For each entry of ``codes``, its place in the joined texts, in code points.
    start, end : ndarray of int64, shape (words,)
        The range of each word in ``codes``.
    text : ndarray of int64, shape (words,)
        The index of the text that each word stands in; ascending.
    offset : ndarray of int64, shape (texts + 1,)
        Where each text begins in the joined texts, in code points.
    """

    codes: npt.NDArray[np.uint32]
    origin: Ints
    start: Ints
    end: Ints
    text: Ints
    offset: Ints


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
    texts = [_shorten(text, limit) if len(text) > limit else text for text in texts]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    offset = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(lengths + 1, out=offset[1:])
    joined = "\n".join(texts)
    raw: npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
    if joined.isascii():
        raw = np.frombuffer(joined.encode("ascii"), dtype=np.uint8)
    else:
        raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    fold, kind = look_up(raw)
    origin = np.flatnonzero(kind != DROP)
    if origin.size < kind.size:
        fold, kind = fold[origin], kind[origin]

    # One separator before and after, so that every word has neighbours.
    codes = np.zeros(fold.size + 2, dtype=np.uint32)
    kinds = np.full(fold.size + 2, SPACE, dtype=np.uint8)
    codes[1:-1], kinds[1:-1] = fold, kind
    place = np.zeros(fold.size + 2, dtype=np.int64)
    place[1:-1], place[-1] = origin, raw.size

    in_word = kinds == WORD
    symbol = kinds == SYMBOL
    start = np.flatnonzero((in_word[1:] & ~in_word[:-1]) | symbol[1:]) + 1
    end = np.flatnonzero((in_word[:-1] & ~in_word[1:]) | symbol[:-1]) + 1
    codes[~(in_word | symbol)] = 0
    text = np.searchsorted(offset, place[start], side="right") - 1
    tokens = Tokens(codes, place, start, end, text, offset)
    return _without_addresses(tokens, raw, kinds)


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


def _without_addresses(
    tokens: Tokens,
    raw: npt.NDArray[np.uint8] | npt.NDArray[np.uint32],
    kinds: npt.NDArray[np.uint8],
) -> Tokens:
    """Leave out the words of handles and web addresses."""
    if not tokens.start.size:
        return tokens
    before = tokens.start - 1
    separated = kinds[before] == PUNCTUATION
    gone = np.zeros(tokens.start.size, dtype=bool)
    candidates = np.flatnonzero(separated)
    gone[candidates] = raw[tokens.origin[before[candidates]]] == _AT
    heads = np.flatnonzero(_spells(tokens, _ADDRESS_STARTS))
    if heads.size:
        # A web address reaches to the next white space.
        spaces = np.flatnonzero(kinds == SPACE)
        chunk = np.searchsorted(spaces, tokens.start)
        gone |= np.isin(chunk, chunk[heads]) & _after_head(chunk, heads)
    if not gone.any():
        return tokens
    keep = ~gone
    return Tokens(
        tokens.codes,
        tokens.origin,
        tokens.start[keep],
        tokens.end[keep],
        tokens.text[keep],
        tokens.offset,
    )


def _after_head(chunk: Ints, heads: Ints) -> npt.NDArray[np.bool_]:
    """Tell the words at or after the first head of their chunk."""
    first: Ints = np.full(int(chunk[-1]) + 1, chunk.size, dtype=np.int64)
    np.minimum.at(first, chunk[heads], heads)
    return np.arange(chunk.size) >= first[chunk]


def _spells(tokens: Tokens, words: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Tell the tokens that are one of a few ASCII words."""
    found = np.zeros(tokens.start.size, dtype=bool)
    length = tokens.end - tokens.start
    for word in words:
        same = np.flatnonzero(length == len(word))
        for i, char in enumerate(word):
            same = same[tokens.codes[tokens.start[same] + i] == ord(char)]
        found[same] = True
    return found
