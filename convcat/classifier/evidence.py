"""Which words carry a need: the linear model's own arithmetic (an encoder's: encoder_evidence.py).

Every n-gram adds ``weight * value`` to the log-odds of a need. That share is handed to the words
that the n-gram covers, in proportion to the characters that it covers of each; a word's weight is
what all n-grams over it add together. The weights of all words, and what the model says of an
empty text, add up to the log-odds of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from convcat.classifier.featurizers import NgramFeaturizer, StoredFeaturizer
from convcat.classifier.tokens import original_place

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel, Span

_SHARE = 0.6  # of the positive weight that the marked words hold together
_MOST = 3  # spans per need


def word_weights(
    model: NeedModel, text: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return each word's range in the text and what it adds to each need's log-odds.

    Parameters
    ----------
    model : NeedModel
        With n-gram features, or an encoder.
    text : str

    Returns
    -------
    ranges : ndarray of int, shape (words, 2)
        Start and end in code points, end exclusive.
    weights : ndarray of float, shape (words, needs)
    """
    featurizer = model.featurizer
    if featurizer.kind == "encoder":
        from convcat.classifier.encoder_evidence import word_shares

        return word_shares(model, text)
    if not isinstance(featurizer, NgramFeaturizer):
        raise TypeError("word weights need n-gram features")
    found = featurizer.occurrences([text])
    levels, scale = model.heads.quantised
    tokens, k = found.tokens, len(model.needs_)
    inside = np.zeros(tokens.codes.size + 1)
    inside[tokens.start] = 1
    inside[tokens.end] -= 1
    inside = np.cumsum(inside)  # 1 at every character of a word, 0 between words
    before = np.concatenate([[0.0], np.cumsum(inside)])
    along = np.zeros((tokens.codes.size + 1, k))
    for grams, value in zip(found.blocks, found.value, strict=True):
        if not grams.column.size:
            continue
        # A feature that stands in several places counts once: each place gets its part.
        _, inverse, times = np.unique(grams.column, return_inverse=True, return_counts=True)
        part = levels[grams.column, :k] * scale[:k]
        part = part * (value[0] / times[inverse])[:, None]
        part = part / np.maximum(before[grams.end] - before[grams.start], 1)[:, None]
        np.add.at(along, grams.start, part)
        np.subtract.at(along, grams.end, part)
    total = np.zeros((along.shape[0] + 1, k))
    np.cumsum(np.cumsum(along, axis=0) * inside[:, None], axis=0, out=total[1:])
    weights = (total[tokens.end] - total[tokens.start]) * model.heads.slope[:k]
    edges = tokens.origin[np.column_stack([tokens.start, tokens.end - 1])]
    return original_place(edges, len(text), featurizer.limit) + np.array([0, 1]), weights


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
        In the text's order; of n-grams, at most three per need; of an encoder, the words without
        which the need is no tag, where twelve are enough. Empty for features that cannot explain
        themselves.
    """
    from convcat.classifier.model import Span

    if not needs or not isinstance(model.featurizer, StoredFeaturizer):
        return ()
    found: list[Span] = []
    if model.featurizer.kind == "encoder":
        from convcat.classifier.encoder_evidence import carrying_words

        for need in needs:
            ranges, column = carrying_words(model, text, need)
            found += [
                Span(int(ranges[first, 0]), int(ranges[last, 1]), need, round(weight, 6))
                for first, last, weight in _runs(column, least=0.0, gap=1)
            ]
        return _in_order(found)
    ranges, weights = word_weights(model, text)
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
    return _in_order(found)


def _in_order(found: list[Span]) -> tuple[Span, ...]:
    return tuple(sorted(found, key=lambda span: (span.start, span.end, span.need)))


def _runs(
    column: npt.NDArray[np.float64], *, least: float = 0.2, gap: int = 0
) -> list[tuple[int, int, float]]:
    """Return runs of neighbouring words that speak for a need: first, last, weight.

    ``least`` is the share of the largest weight from which a word counts; ``gap`` words between
    two such words do not part them.
    """
    if not column.size or column.max() <= 0:
        return []
    strong = np.flatnonzero((column > 0) & (column >= least * column.max()))
    parts = np.split(strong, np.flatnonzero(np.diff(strong) > 1 + gap) + 1)
    return [(int(p[0]), int(p[-1]), float(column[p].sum())) for p in parts]
