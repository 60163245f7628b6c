"""A long text is read whole and in stretches: the need of one sentence is not drowned by the rest.

A need that the whole leaves in doubt has the mean of the whole's score and of the best stretch's
(instances and bags: Dietterich, Lathrop and Lozano-Perez, "Solving the multiple instance problem
with axis-parallel rectangles", 1997). A short text is its own only stretch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = list[tuple[int, int]]
Glance = Callable[[Sequence[str], Sequence[Places]], tuple[Floats, list[Floats]]]

WHOLE = 0.5  # of a score; the best stretch has the rest
_UNLIKELY, _EVEN = -2.0, 0.0  # log-odds of a need that one sentence may hold, as the head says
_WORD = re.compile(r"\S+")
_END = re.compile(r"[.!?\u2026\u3002]+[\"'\u2019\u201d)\]]*$")


def stretches(text: str, words: int) -> Places:
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
    found: Places = []
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
    texts: Sequence[str],
    words: int,
    needs: int,
    scores: Callable[[Sequence[str]], Any],
    glance: Glance | None = None,
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
        Texts -> scores, shape (texts, outputs): log-odds before calibration.
    glance : callable, optional
        Texts and where their stretches stand -> scores of the whole, and for each text what its
        stretches seem to hold (stretches, outputs), NaN where one was not seen. Then a need in
        doubt has its most hopeful stretch read, and not all of them.

    Returns
    -------
    ndarray of float, shape (texts, outputs)
    """
    places = [stretches(text, words) if words else [] for text in texts]
    if glance is None:
        whole, hints = np.asarray(scores(texts), dtype=np.float64), None
    else:
        whole, hints = glance(texts, places)
    doubt = np.zeros(whole.shape, dtype=bool)
    parts, own = [], []
    for row, where in enumerate(places):
        if where:
            hint = None if hints is None else hints[row][:, :needs]
            doubt[row, :needs] = in_doubt(whole[row, :needs], hint)
            for place in hopeful(doubt[row, :needs], hint, len(where)):
                start, end = where[place]
                parts.append(texts[row][start:end])
                own.append(row)
    if not parts:
        return whole
    best = np.full(whole.shape, -np.inf)
    np.maximum.at(best, np.array(own), np.asarray(scores(parts), dtype=np.float64))
    whole[doubt] = joined(whole[doubt], best[doubt])
    return whole


def in_doubt(whole: Floats, hint: Floats | None = None) -> Bools:
    """Return which needs a text may hold although the score of the whole does not show it.

    Parameters
    ----------
    whole : ndarray of float, shape (needs,)
        Log-odds before calibration.
    hint : ndarray of float, shape (stretches, needs), optional
        NaN for a stretch that was no part of what was read as the whole: then a need may hide
        there, however unlikely it is elsewhere.

    Returns
    -------
    ndarray of bool, shape (needs,)
    """
    hidden = hint is not None and bool(np.isnan(hint).any())
    return np.asarray((whole > (-np.inf if hidden else _UNLIKELY)) & (whole < _EVEN))


def hopeful(doubt: Bools, hint: Floats | None, count: int) -> list[int]:
    """Return which of a text's stretches to read.

    Parameters
    ----------
    doubt : ndarray of bool, shape (needs,)
    hint : ndarray of float, shape (stretches, needs), optional
    count : int
        Stretches of the text.

    Returns
    -------
    list of int
        In order: for each need in doubt the one that seems to hold it, and those not seen yet.
    """
    if not doubt.any():
        return []
    if hint is None:
        return list(range(count))
    unseen = np.asarray(np.isnan(hint).any(axis=1))
    found = set(np.flatnonzero(unseen).tolist())
    if not unseen.all():
        found.update(np.where(unseen[:, None], -np.inf, hint)[:, doubt].argmax(axis=0).tolist())
    return sorted(found)


def joined(whole: Floats, best: Floats) -> Floats:
    """Return what a whole text's score and its best stretch's make together."""
    return np.asarray(WHOLE * whole + (1 - WHOLE) * best)
