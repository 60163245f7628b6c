"""Python's patterns as a linear automaton reads them: many texts in one pass, without going back.

Arrow brings RE2 (Cox 2010, "Regular expression matching in the wild"). It asks a hundred times as
fast as Python, but knows no conditions that look ahead. So patterns are widened: whatever
Python's matches, the widened one matches too, and Python has the last word on the few that are
left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_BLANKS = r"\s\x0b\x1c-\x1f"  # what Python takes for white space in ASCII
_COUNT = re.compile(r"\{\d*,?\d*\}")
_BEYOND = r"\x{85}\pZ"  # and beyond

FOREIGN = (
    r"[^\x00-\x{7f}\x{a1}-\x{a9}\x{2010}-\x{2027}\x{20a9}-\x{20c0}\x{2600}-\x{2775}\x{fe0f}"
    r"\x{1f300}-\x{1f6ff}\x{1f900}-\x{1f9ff}]"
)
"""A sign beyond ASCII that may be a letter, a figure or a blank: quotes, money, pictures are none."""


def holds(texts: pa.Array | pa.ChunkedArray, pattern: str) -> npt.NDArray[np.bool_]:
    """Return which texts hold a pattern of RE2, whatever the case of letters; null holds none.

    Examples
    --------
    >>> holds(pa.array(["Sent from my iPhone", None, "Late"]), any_of(["sent from", "(c)"])).tolist()
    [True, False, False]
    """
    held = pc.match_substring_regex(texts, pattern, ignore_case=True)
    return np.asarray(pc.fill_null(held, fill_value=False), dtype=bool)


def begins(texts: pa.Array | pa.ChunkedArray, pattern: str) -> npt.NDArray[np.int64]:
    """Return the byte at which a pattern of RE2 first stands in each text; -1 where nowhere.

    Examples
    --------
    >>> begins(pa.array(["My lamp caught FIRE", None]), "fire").tolist()
    [15, -1]
    """
    found = pc.find_substring_regex(texts, pattern, ignore_case=True)
    return np.asarray(pc.fill_null(found, fill_value=-1), dtype=np.int64)


def any_of(words: Iterable[str]) -> str:
    """Return the pattern of any of some words as they stand; in order, it is read twice as fast."""
    return "|".join(map(re.escape, sorted(set(words))))


def widened(pattern: str, *, beyond: bool = False, counted: bool = True) -> str:
    r"""Return a pattern for RE2 that matches whatever Python's matches in ASCII, and perhaps more.

    Parameters
    ----------
    pattern : str
        Of :mod:`re`.
    beyond : bool, default False
        Whether blanks beyond ASCII count too, which takes long to prepare in long patterns.
    counted : bool, default True
        Whether what is repeated so many times is counted, which takes long to prepare too.

    Examples
    --------
    >>> print(widened(r"\bfire(?!\s(?:sale|pit))\w+\Z"))
    \bfire\w+\z
    >>> print(widened(r"\bfires?[^\n]{0,80}\.", counted=False))
    \bfires?[^\n]*\.
    """
    blanks = _BLANKS + _BEYOND * beyond
    out: list[str] = []
    at, in_class = 0, False
    while at < len(pattern):
        two = pattern[at : at + 2]
        if two[0] == "\\":
            if two == r"\u":
                out.append(f"\\x{{{pattern[at + 2 : at + 6]}}}")
                at += 4
            else:
                known = {r"\s": blanks if in_class else f"[{blanks}]", r"\Z": r"\z"}
                out.append(known.get(two, two))
            at += 2
        elif not in_class and pattern.startswith(_LOOKS, at):
            at = _closed(pattern, at)
        elif not counted and not in_class and (count := _COUNT.match(pattern, at)):
            out.append("*")
            at = count.end()
        else:
            in_class = two[0] == "[" or (in_class and two[0] != "]")
            out.append(two[0])
            at += 1
    return "".join(out)


def _closed(pattern: str, at: int) -> int:
    """Return where the group that opens at a place ends."""
    depth, in_class = 0, False
    while True:
        char = pattern[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
            if not depth:
                return at + 1
        at += 1
