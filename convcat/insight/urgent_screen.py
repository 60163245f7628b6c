"""Which texts may hold a phrase to read today: a few passes of a linear automaton over all of them.

The phrases in full are Python's own patterns, dear and exact. Here each stands as RE2 reads it, a
little wider (:mod:`convcat.patterns`). What it lets through is looked at again; what a phrase
matches, it lets through. It knows the letters and blanks of ASCII alone, so a text with others is
let through for its stem.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.insight.urgent_patterns import REASONS
from convcat.patterns import any_of, begins, foreign, holds, widened

_AT_ONCE = 2  # reasons: most texts that hold a stem of any hold none of these
_CURLY = "\u2018\u2019\u02bc`\u00b4"


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
    texts = pc.cast(column, pa.large_string()).combine_chunks()
    found = np.full((len(column), len(REASONS)), -1, dtype=np.int64)
    rows = np.flatnonzero(holds(texts, any_of(s for reason in REASONS for s in reason.stems)))
    texts = texts.take(pa.array(rows))
    texts = _straight(texts)
    beyond = foreign(texts)
    found[rows[beyond]] = 0
    for first in range(0, len(REASONS), _AT_ONCE):
        some = range(len(REASONS))[first : first + _AT_ONCE]
        stems = any_of(stem for j in some for stem in REASONS[j].stems)
        ours = np.flatnonzero(~beyond & holds(texts, stems))
        held = texts.take(pa.array(ours))
        for j in some:
            mine = np.flatnonzero(holds(held, any_of(REASONS[j].stems)))
            found[rows[ours[mine]], j] = begins(held.take(pa.array(mine)), _patterns()[j])
    return found


def _straight(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return texts with straight quotes for curly ones; most have none."""
    curly = pc.match_substring_regex(texts, f"[{_CURLY}]")
    some = texts.filter(curly)
    for quote in _CURLY:
        some = pc.replace_substring(some, quote, "'")
    return pc.replace_with_mask(texts, curly, some)


@functools.cache
def _patterns() -> tuple[str, ...]:
    return tuple(widened(reason.find.pattern) for reason in REASONS)
