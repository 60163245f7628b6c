"""Which words carry a need: the linear model's own arithmetic.

Every n-gram adds ``weight * value`` to the log-odds of a need. That share is handed to the words
that the n-gram covers, in proportion to the characters that it covers of each; a word's weight is
what all n-grams over it add together (an exact decomposition of the score, less the bias).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from convcat.classifier.featurizers import NgramFeaturizer

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel, Span

_SHARE = 0.6  # of the positive weight that the marked words hold together
_MOST = 3  # spans per need


def word_weights(model: NeedModel, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return each word's range in the text and what it adds to each need's log-odds.

    Parameters
    ----------
    model : NeedModel
        With n-gram features.
    text : str

    Returns
    -------
    ranges : ndarray of int, shape (words, 2)
        Start and end in code points, end exclusive.
    weights : ndarray of float, shape (words, needs)
    """
    featurizer = model.featurizer
    if not isinstance(featurizer, NgramFeaturizer):
        raise TypeError("word weights need n-gram features")
    found = featurizer.occurrences([text])
    tokens, k = found.tokens, len(model.needs_)
    along = np.zeros((tokens.codes.size + 1, k))
    for grams, value in zip(found.blocks, found.value, strict=True):
        if not grams.column.size:
            continue
        # A feature that stands in several places counts once: each place gets its part.
        _, inverse, times = np.unique(grams.column, return_inverse=True, return_counts=True)
        part = model.heads.weights[grams.column, :k] * (value[0] / times[inverse])[:, None]
        part = part / (grams.end - grams.start)[:, None]
        np.add.at(along, grams.start, part)
        np.subtract.at(along, grams.end, part)
    # What lies on a border between two words goes to both in halves.
    total = np.zeros((along.shape[0] + 1, k))
    np.cumsum(np.cumsum(along, axis=0), axis=0, out=total[1:])
    at = np.cumsum(along, axis=0)
    weights = total[tokens.end] - total[tokens.start]
    weights += 0.5 * (at[tokens.start - 1] + at[np.minimum(tokens.end, at.shape[0] - 1)])
    weights *= model.heads.slope[:k]
    ranges = np.column_stack([tokens.origin[tokens.start], tokens.origin[tokens.end - 1] + 1])
    return ranges, weights


def spans(model: NeedModel, text: str, needs: tuple[str, ...]) -> tuple[Span, ...]:
    """Return the words that carry each of the needs, as spans of the text.

    Parameters
    ----------
    model : NeedModel
    text : str
    needs : tuple of str
        The needs to explain.

    Returns
    -------
    tuple of Span
        In the text's order; at most three per need. Empty for features that cannot explain
        themselves.
    """
    from convcat.classifier.model import Span

    if not needs or not isinstance(model.featurizer, NgramFeaturizer):
        return ()
    ranges, weights = word_weights(model, text)
    found: list[Span] = []
    for need in needs:
        column = weights[:, model.needs_.index(need)]
        runs = _runs(column)
        enough = _SHARE * float(np.maximum(column, 0).sum())
        held = 0.0
        for first, last, weight in sorted(runs, key=lambda run: (-run[2], run[0]))[:_MOST]:
            start, end = int(ranges[first, 0]), int(ranges[last, 1])
            found.append(Span(start, end, need, round(weight, 6)))
            held += weight
            if held >= enough:
                break
    return tuple(sorted(found, key=lambda span: (span.start, span.end, span.need)))


def _runs(column: npt.NDArray[np.float64]) -> list[tuple[int, int, float]]:
    """Return runs of neighbouring words that speak for a need: first, last, weight."""
    if not column.size or column.max() <= 0:
        return []
    strong = column >= 0.2 * column.max()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], strong, [False]]).astype(np.int8)))
    return [
        (int(a), int(b) - 1, float(column[a:b].sum()))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
