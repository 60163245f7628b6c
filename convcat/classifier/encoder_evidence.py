"""Which words carry a need, for an encoder: shares of the score, then what is lost without a word.

The vector of a text is the mean of its tokens' vectors, so the score is a sum of one share per
token, exactly (``word_shares``). But a token's vector knows the tokens around it: a share says
where the score stands, not what it hangs on. So the words with the largest shares are hidden,
one after the other, and what the score loses is their weight (``word_losses``; occlusion: Zeiler
and Fergus, 2014; Li, Monroe and Jurafsky, 2016).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from convcat.classifier.encoder import EncoderFeaturizer
    from convcat.classifier.model import NeedModel
    from convcat.classifier.pieces import Pieces

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_HIDDEN = 12  # words that are hidden in turn, per need
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def word_shares(model: NeedModel, text: str) -> tuple[Ints, Floats]:
    """Return each word's range in the text and its share of each need's log-odds.

    The shares of all words, those of the two marks around a text and the heads' own constant add
    up to the log-odds.

    Parameters
    ----------
    model : NeedModel
        With an encoder.
    text : str

    Returns
    -------
    ranges : ndarray of int, shape (words, 2)
        Start and end in code points, end exclusive.
    shares : ndarray of float, shape (words, needs)
    """
    featurizer: Any = model.featurizer
    pieces = featurizer.pieces(text)
    ranges, word = _words(text, pieces)
    return ranges, _shares(model, pieces, word, len(ranges))


def word_losses(model: NeedModel, text: str, needs: tuple[str, ...]) -> tuple[Ints, Floats]:
    """Return each word's range and what each need's log-odds lose when the word is hidden.

    Only words that matter for one of ``needs`` are tried; the others weigh nothing.

    Parameters
    ----------
    model : NeedModel
        With an encoder.
    text : str
    needs : tuple of str

    Returns
    -------
    ranges : ndarray of int, shape (words, 2)
    losses : ndarray of float, shape (words, needs)
    """
    featurizer: EncoderFeaturizer = model.featurizer  # type: ignore[assignment]
    pieces = featurizer.pieces(text)
    ranges, word = _words(text, pieces)
    shares = _shares(model, pieces, word, len(ranges))
    losses = np.zeros(shares.shape)
    speaks = np.array([text[a].isalnum() for a, _ in ranges], dtype=bool)
    tried: set[int] = set()
    for need in needs:
        column = np.where(speaks, shares[:, model.needs_.index(need)], -np.inf)
        best = np.argsort(-column, kind="stable")[:_HIDDEN]
        tried.update(int(w) for w in best if column[w] > 0)
    if not tried:
        return ranges, losses
    rows = sorted(tried)
    hidden = np.repeat(pieces.ids[None], len(rows) + 1, axis=0)
    for row, w in enumerate(rows):
        hidden[row, word == w] = featurizer.reader.mask
    odds = model.heads.log_odds(featurizer.pooled(hidden))[:, : len(model.needs_)]
    losses[rows] = odds[-1] - odds[:-1]
    return ranges, losses


def _words(text: str, pieces: Pieces) -> tuple[Ints, Ints]:
    """Return the ranges of the words that were read, and the word of each piece (-1: a mark)."""
    word = np.full(pieces.ids.size, -1, dtype=np.int64)
    ranges: list[tuple[int, int]] = []
    for place in np.flatnonzero(pieces.start >= 0):
        start, end = int(pieces.start[place]), int(pieces.end[place])
        if not ranges or start >= ranges[-1][1]:
            found = _WORD.match(text, start)
            ranges.append((start, max(end, found.end() if found else end)))
        word[place] = len(ranges) - 1
    return np.array(ranges, dtype=np.int64).reshape(-1, 2), word


def _shares(model: NeedModel, pieces: Pieces, word: Ints, words: int) -> Floats:
    featurizer: EncoderFeaturizer = model.featurizer  # type: ignore[assignment]
    k = len(model.needs_)
    tokens = featurizer.tokens(pieces.ids[None])[0].astype(np.float64)
    parts = tokens @ model.heads.weights[:, :k] / len(tokens) * model.heads.slope[:k]
    shares = np.zeros((words, k))
    np.add.at(shares, word[word >= 0], parts[word >= 0])
    return shares
