"""A long text is read whole and in stretches: the need of one sentence is not drowned by the rest.

A need that the whole leaves in doubt has the mean of the whole's score and of the best stretch's
(instances and bags: Dietterich, Lathrop and Lozano-Perez, "Solving the multiple instance problem
with axis-parallel rectangles", 1997). A short text is its own only stretch. A text that is far
too long to be read in one go is read shortened and window by window, with the mean of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Places = list[tuple[int, int]]
Glance = Callable[[Sequence[str], Sequence[Places]], tuple[Floats, Ints, list[Floats]]]

WHOLE = 0.5  # of a score; the best stretch has the rest
_UNLIKELY, _EVEN = -2.0, 0.0  # log-odds of a need that one sentence may hold, as the head says
_UNSEEN = 4  # stretches that are read although nothing is known of them, at most
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
        How many of the outputs, from the first on, are needs; the next one is ``none``.
    scores : callable
        Texts -> scores, shape (texts, outputs): log-odds before calibration.
    glance : callable, optional
        Texts and where their stretches stand -> scores as ``united`` takes them, the text of each,
        and for each text what its stretches seem to hold (stretches, outputs), NaN where one was
        not seen. Then a need in doubt has its most hopeful stretch read, and not all of them.

    Returns
    -------
    ndarray of float, shape (texts, outputs)
    """
    if not words:
        return np.asarray(scores(texts), dtype=np.float64)
    places = [stretches(text, words) for text in texts]
    if glance is None:
        whole, hints = np.asarray(scores(texts), dtype=np.float64), None
    else:
        windows, owners, hints = glance(texts, places)
        whole = united(windows, owners, len(texts), needs)
    doubt = np.zeros(whole.shape, dtype=bool)
    parts, own = [], []
    for row, where in enumerate(places):
        if where:
            hint = None if hints is None else hints[row][:, :needs]
            doubt[row, :needs] = in_doubt(whole[row, :needs])
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


def united(windows: Floats, owners: Ints, texts: int, needs: int) -> Floats:
    """Return the scores of texts from those of their windows.

    Parameters
    ----------
    windows : ndarray of float, shape (windows, outputs)
        Of each text first as it is shortened, then of its windows if it has any.
    owners : ndarray of int, shape (windows,)
        The text of each, in order.
    texts : int
    needs : int
        How many of the outputs, from the first on, are needs; the next one is ``none``.

    Returns
    -------
    ndarray of float, shape (texts, outputs)
        Of a text with windows, the mean of the first and of the highest of any window (of
        ``none``: the lowest).

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[0.0, 0.0, 0.0], [1.0, -4.0, 0.0], [-2.0, 3.0, 1.0]])
    >>> united(scores, np.array([0, 0, 0]), 1, 1)
    array([[ 0.5, -2. ,  0.5]])
    """
    first = np.searchsorted(owners, np.arange(texts))
    whole = windows[first].astype(np.float64)
    parts = np.setdiff1d(np.arange(len(owners)), first)
    if parts.size:
        best = np.full(whole.shape, -np.inf)
        np.maximum.at(best, owners[parts], windows[parts])
        best[:, needs] = np.inf
        np.minimum.at(best[:, needs], owners[parts], windows[parts, needs])
        rows = np.unique(owners[parts])
        whole[rows] = joined(whole[rows], best[rows])
    return whole


def in_doubt(whole: Floats) -> Bools:
    """Return which needs a text may hold although the score of the whole does not show it.

    Parameters
    ----------
    whole : ndarray of float, shape (needs,)
        Log-odds before calibration.

    Returns
    -------
    ndarray of bool, shape (needs,)
    """
    return np.asarray((whole > _UNLIKELY) & (whole < _EVEN))


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
        In order: for each need in doubt the one that seems to hold it, and what was not seen.
    """
    if not doubt.any():
        return []
    if hint is None:
        return list(range(count))
    unseen = np.asarray(np.isnan(hint).any(axis=1))
    found = set(np.flatnonzero(unseen)[:_UNSEEN].tolist())
    if not unseen.all():
        found.update(np.where(unseen[:, None], -np.inf, hint)[:, doubt].argmax(axis=0).tolist())
    return sorted(found)


def joined(whole: Floats, best: Floats) -> Floats:
    """Return what a whole text's score and its best stretch's make together."""
    return np.asarray(WHOLE * whole + (1 - WHOLE) * best)
