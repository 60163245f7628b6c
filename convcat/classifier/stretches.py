"""A long text is read whole and in stretches: the need of one sentence is not drowned by the rest.

A score is the mean of the whole text's and of the best stretch's, for each output by itself
(instances and bags: Dietterich, Lathrop and Lozano-Perez, "Solving the multiple instance problem
with axis-parallel rectangles", 1997). A short text is its own only stretch; one that leaves no
doubt as a whole is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WHOLE = 0.5  # of a score; the best stretch has the rest
_UNLIKELY, _EVEN = -2.0, 0.0  # log-odds of a need that one sentence may hold, as the head says
_WORD = re.compile(r"\S+")
_END = re.compile(r"[.!?\u2026\u3002]+[\"'\u2019\u201d)\]]*$")


def stretches(text: str, words: int) -> list[tuple[int, int]]:
    """Return where a text's stretches stand.

    A stretch ends with the sentence or line in which it reaches ``words`` words, or at twice as
    many.

    Parameters
    ----------
    text : str
    words : int

    Returns
    -------
    list of (start, end)
        Code points, end exclusive. Empty where the text is no longer than one stretch.

    Examples
    --------
    >>> text = "The coat is lovely. It took a month to come! Nobody answered me."
    >>> [text[a:b] for a, b in stretches(text, 4)]
    ['The coat is lovely.', 'It took a month to come!', 'Nobody answered me.']
    >>> stretches(text, 20)
    []
    """
    found: list[tuple[int, int]] = []
    start, count, last = 0, 0, 0
    for word in _WORD.finditer(text):
        if count and count >= words and "\n" in text[last : word.start()]:
            found.append((start, last))
            count = 0
        if not count:
            start = word.start()
        count, last = count + 1, word.end()
        if count >= 2 * words or (count >= words and _END.search(word[0])):
            found.append((start, last))
            count = 0
    if count:
        found.append((start, last))
    return found if len(found) > 1 else []


def with_stretches(
    texts: Sequence[str], words: int, needs: int, scores: Callable[[Sequence[str]], Any]
) -> Floats:
    """Return the scores of texts, read whole and, where that leaves a doubt, in stretches.

    Parameters
    ----------
    texts : sequence of str
    words : int
        Of a stretch; 0 reads whole texts alone.
    needs : int
        How many of the outputs, from the first on, are needs.
    scores : callable
        Texts -> scores, shape (texts, outputs).

    Returns
    -------
    ndarray of float, shape (texts, outputs)
    """
    whole: Floats = np.asarray(scores(texts), dtype=np.float64)
    if not words:
        return whole
    parts, own = [], []
    for row in np.flatnonzero(in_doubt(whole, needs)).tolist():
        text = texts[row]
        for start, end in stretches(text, words):
            parts.append(text[start:end])
            own.append(row)
    if not parts:
        return whole
    best = np.full(whole.shape, -np.inf)
    np.maximum.at(best, np.array(own), np.asarray(scores(parts), dtype=np.float64))
    long = np.unique(own)
    whole[long] = joined(whole[long], best[long])
    return whole


def in_doubt(whole: Floats, needs: int) -> npt.NDArray[np.bool_]:
    """Return which texts may hold a need that the score of the whole does not show.

    Parameters
    ----------
    whole : ndarray of float, shape (texts, outputs)
        Log-odds before calibration.
    needs : int
        How many of the outputs, from the first on, are needs.

    Returns
    -------
    ndarray of bool, shape (texts,)
        True where a need is not likely, and not quite unlikely either.
    """
    own = whole[:, :needs]
    return np.asarray(((own > _UNLIKELY) & (own < _EVEN)).any(axis=1))


def joined(whole: Floats, best: Floats) -> Floats:
    """Return what a whole text's score and its best stretch's make together."""
    return np.asarray(WHOLE * whole + (1 - WHOLE) * best)
