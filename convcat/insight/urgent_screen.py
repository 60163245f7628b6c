"""Which texts may hold a phrase to read today: a few passes of a linear automaton over all of them.

The phrases in full are Python's own patterns, dear and exact. Here each stands as RE2 reads it, a
little wider (:mod:`convcat.patterns`). What it lets through is looked at again; what a phrase
matches, it lets through. It knows the letters and blanks of ASCII alone, so others are read as
some that it knows.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.insight.urgent_patterns import REASONS, Reason, any_phrase
from convcat.patterns import FOREIGN, any_of, begins, holds, widened

_AT_ONCE = 2  # reasons: most texts that hold a stem of any hold none of these
_CURLY = "\u2018\u2019\u02bc`\u00b4"
_LIKE_ASCII = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}  # whatever the case
_HALVED = ("legal", "chargeback")  # patterns of more states than an automaton keeps at once


def held_by(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return where in which texts a phrase of which reason may begin, shape (texts, reasons).

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Of text; null is none.

    Returns
    -------
    ndarray of int
        The first byte, curly quotes taken for straight ones, from which on there may be one; -1
        where there is none.

    Examples
    --------
    >>> found = held_by(pa.chunked_array([["The lamp caught fire", "My hand bag", None]]))
    >>> [(REASONS[j].id, int(found[i, j])) for i, j in np.argwhere(found >= 0)]
    [('safety', 9)]
    """
    texts = pc.cast(column, pa.large_string())
    found = np.full((len(column), len(REASONS)), -1, dtype=np.int64)
    some_stem = holds(texts, any_of(stem for reason in REASONS for stem in reason.stems))
    rows = np.flatnonzero(some_stem)
    texts = texts.filter(pa.array(some_stem)).combine_chunks()
    texts, known = _in_ascii(_straight(texts))
    for first in range(0, len(REASONS), _AT_ONCE):
        some = range(len(REASONS))[first : first + _AT_ONCE]
        stems = any_of(stem for j in some for stem in REASONS[j].stems)
        ours = np.flatnonzero(holds(texts, stems))
        held = texts.take(pa.array(ours))
        for j in some:
            mine = np.flatnonzero(holds(held, any_of(REASONS[j].stems)))
            begin = _first_of(held.take(pa.array(mine)), _patterns()[j])
            found[rows[ours[mine]], j] = np.minimum(begin, known[ours[mine]])
    return found


def _straight(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return texts with straight quotes for curly ones; most have none."""
    curly = pc.match_substring_regex(texts, f"[{_CURLY}]")
    some = texts.filter(curly)
    for quote in _CURLY:
        some = pc.replace_substring(some, quote, "'")
    return pc.replace_with_mask(texts, curly, some)


def _in_ascii(texts: pa.LargeStringArray) -> tuple[pa.LargeStringArray, npt.NDArray[np.int64]]:
    """Return texts with letters, figures and blanks of ASCII alone, and how far bytes stay theirs."""
    known = np.full(len(texts), np.iinfo(np.int64).max)
    others = np.flatnonzero(~np.asarray(pc.string_is_ascii(texts), dtype=bool))
    others = others[holds(texts.take(pa.array(others)), FOREIGN)]
    known[others] = 0
    told = [text.translate(_STANDING_IN) for text in texts.take(pa.array(others)).to_pylist()]
    return pc.replace_with_mask(texts, known == 0, pa.array(told, texts.type)), known


class _StandingIn(dict[int, str]):
    """For a letter, a figure or a blank one of ASCII, made when it is met; else what it is."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign.isascii():
            found = sign
        elif sign.isspace():
            found = " "
        elif sign.isdecimal():
            found = "0"
        else:
            found = _LIKE_ASCII.get(sign, "x") if sign.isalnum() else sign
        return self.setdefault(code, found)


_STANDING_IN = _StandingIn()


def _first_of(texts: pa.LargeStringArray, patterns: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Return the byte at which the first of some patterns stands in each text; -1 where none."""
    found = np.stack([begins(texts, pattern) for pattern in patterns]).view(np.uint64)
    return np.asarray(found.min(axis=0).view(np.int64))  # -1 is the largest of them


@functools.cache
def _patterns() -> tuple[tuple[str, ...], ...]:
    return tuple(_widened(reason) for reason in REASONS)


def _widened(reason: Reason) -> tuple[str, ...]:
    half = len(reason.phrases) // 2
    split = reason.id in _HALVED
    parts = (reason.phrases[:half], reason.phrases[half:]) if split else (reason.phrases,)
    return tuple(widened(any_phrase(part)) for part in parts)
