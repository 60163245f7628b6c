"""Which words carry a need, for an encoder: those without which the tag goes.

The vector of a text is the mean of its tokens' vectors, so the score is a sum of one share per
token, exactly (``word_shares``). But a token's vector knows the tokens around it: a share says
where the score stands, not what it hangs on. So a few of the words with the largest shares are
taken out in turn; the one that the score misses most stays out, and so on with what is left of
the text, until the need is no tag any more, also when what is left is read anew
(``carrying_words``; erasure: Li, Monroe and Jurafsky, "Understanding neural networks through
representation erasure", 2016).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from convcat.classifier.calibration import sigmoid, tagged
from convcat.classifier.pieces import shortened
from convcat.classifier.stretches import (
    WHOLE,
    Places,
    hopeful,
    in_doubt,
    joined,
    stretches,
    united,
)

if TYPE_CHECKING:
    from convcat.classifier.encoder import EncoderFeaturizer
    from convcat.classifier.model import NeedModel
    from convcat.classifier.pieces import Pieces

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ROUNDS = 12  # words that are taken out, at most
_GLANCES = 3  # of a need that is no tag
_TRIED = 4  # words that are tried at once ...
_MOST = 15  # ... and in a round
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def word_shares(model: NeedModel, text: str) -> tuple[Ints, Floats]:
    """Return each word's range in the text and its share of each need's log-odds.

    The shares of all words, those of the two marks around a text (and around its best stretch) and
    the heads' own constant add up to the log-odds.

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
    read = _Erasable(model, text)
    shares = np.zeros((len(read.ranges), len(model.needs_)))
    for column in range(len(model.needs_)):
        shares[:, column] = read.shares(column)
    return read.ranges, shares


def carrying_words(model: NeedModel, text: str, need: str) -> tuple[Ints, Floats]:
    """Return the words on which a need hangs, and what its log-odds lose with each.

    Parameters
    ----------
    model : NeedModel
        With an encoder.
    text : str
    need : str

    Returns
    -------
    ranges : ndarray of int, shape (words of the text, 2)
        Start and end in code points, end exclusive.
    losses : ndarray of float, shape (words of the text,)
        Zero for words on which the need does not hang. Where it hangs on no one word, the word with
        the largest share has that share.
    """
    read = _Erasable(model, text)
    ranges, losses = read.ranges, np.zeros(len(read.ranges))
    own = np.arange(len(ranges))  # the text's word that each word of what is read is
    column = model.needs_.index(need)
    tag = _is_tag(model, read.odds, column)
    for _ in range(_ROUNDS if tag else _GLANCES):
        shares = read.shares(column)
        speaks = np.array([read.text[a].isalnum() for a, _ in read.ranges], dtype=bool)
        likely = np.flatnonzero(speaks & (shares > 0) & (losses[own] == 0))
        likely = likely[np.argsort(-shares[likely], kind="stable")][:_MOST]
        for few in (likely[i : i + _TRIED] for i in range(0, len(likely), _TRIED)):
            trials = read.without_each(few.tolist())
            best = int(np.argmin([trial.odds[column] for trial in trials]))
            loss = float(read.odds[column] - trials[best].odds[column])
            if loss > 0:
                break
        else:
            if likely.size and not losses.any():  # it hangs on no one word: where it stands
                losses[own[likely[0]]] = shares[likely[0]]
            break
        losses[own[few[best]]], read = loss, trials[best]
        if tag and not _is_tag(model, read.odds, column):
            # Read anew without the words: other stretches may carry it now.
            read, own = _reread(model, text, ranges, losses > 0)
            if not _is_tag(model, read.odds, column):
                break
    return ranges, losses


def _reread(
    model: NeedModel, text: str, ranges: Ints, out: npt.NDArray[np.bool_]
) -> tuple[_Erasable, Ints]:
    """Read a text without some of its words; return which of its words each word left is."""
    kept = np.ones(len(text), dtype=bool)
    for start, end in ranges[out]:
        kept[start:end] = False
    left = np.flatnonzero(kept)
    read = _Erasable(model, "".join(text[place] for place in left))
    starts = left[read.ranges[:, 0]] if len(read.ranges) else np.empty(0, dtype=np.int64)
    return read, np.searchsorted(ranges[:, 0], starts, side="right") - 1


class _Erasable:
    """A text in word pieces, in windows and in stretches, from which words can be taken out."""

    def __init__(self, model: NeedModel, text: str) -> None:
        self.model, self.text = model, text
        featurizer: EncoderFeaturizer = model.featurizer  # type: ignore[assignment]
        pieces = featurizer.reader.pieces(text)
        self.ranges, word = _words(text, pieces)
        places: Places = []
        if model.stretch:
            windows = featurizer.reader.windows(pieces.ids)
            places = stretches(text, model.stretch)
        else:
            windows = [shortened(np.arange(pieces.ids.size), featurizer.limit)]
        self.parts = [(pieces.ids[window], word[window]) for window in windows]
        self.windows = len(windows)
        if places:
            vectors, _, parts = featurizer.glance([text], [places])
            self.scores = list(model.heads.scores(vectors))
            needs = len(model.needs_)
            hint = model.heads.scores(parts[0])[:, :needs]
            for place in hopeful(in_doubt(self._whole[:needs]), hint, len(places)):
                start, end = places[place]
                inside = (pieces.start >= start) & (pieces.start < end)
                inside[[0, -1]] = True  # the marks
                self.parts.append((pieces.ids[inside], word[inside]))
        else:
            self.scores = self._scored([ids for ids, _ in self.parts])
        self.scores += self._scored([ids for ids, _ in self.parts[len(self.scores) :]])

    def without_each(self, words: list[int]) -> list[_Erasable]:
        """Return the text without each of some words, read in one go."""
        others, left = [], []
        for out in words:
            other = object.__new__(_Erasable)
            other.model, other.text = self.model, self.text
            other.ranges, other.windows = self.ranges, self.windows
            other.parts, other.scores = [], []
            for part, ((ids, word), score) in enumerate(zip(self.parts, self.scores, strict=True)):
                kept = word != out
                other.parts.append((ids[kept], word[kept]))
                other.scores.append(score)
                if not kept.all():
                    left.append((other, part))
            others.append(other)
        found = self._scored([other.parts[part][0] for other, part in left])
        for (other, part), score in zip(left, found, strict=True):
            other.scores[part] = score
        return others

    def _scored(self, texts: list[Ints]) -> list[Floats]:
        """Return the scores of texts in word pieces; those of one length share a run."""
        featurizer: EncoderFeaturizer = self.model.featurizer  # type: ignore[assignment]
        found: list[Floats] = [np.empty(0)] * len(texts)
        for size in {ids.size for ids in texts}:
            rows = [row for row, ids in enumerate(texts) if ids.size == size]
            vectors = featurizer.pooled(np.stack([texts[row] for row in rows]))
            for row, score in zip(rows, self.model.heads.scores(vectors), strict=True):
                found[row] = score
        return found

    @property
    def _doubt(self) -> npt.NDArray[np.bool_]:
        """For which outputs the stretches count."""
        needs = len(self.model.needs_)
        found = np.zeros(self.scores[0].size, dtype=bool)
        if len(self.parts) > self.windows:
            found[:needs] = in_doubt(self._whole[:needs])
        return found

    @property
    def _whole(self) -> Floats:
        """The scores before a stretch is read."""
        windows = np.array(self.scores[: self.windows])
        owners = np.zeros(self.windows, dtype=np.int64)
        return np.asarray(united(windows, owners, 1, len(self.model.needs_))[0])

    @property
    def odds(self) -> Floats:
        """The calibrated log-odds, shape (outputs,)."""
        scores = self._whole
        if len(self.parts) > self.windows:
            both = joined(scores, np.max(self.scores[self.windows :], axis=0))
            scores = np.where(self._doubt, both, scores)
        return self.model.heads.calibrated(scores)

    def shares(self, column: int) -> Floats:
        """Each word's share of a need's log-odds, shape (words,)."""
        found = np.zeros(len(self.ranges))
        each = np.array([score[column] for score in self.scores])
        weigh = [(0, 1.0)]
        if self.windows > 1:
            weigh = [(0, WHOLE), (1 + int(each[1 : self.windows].argmax()), 1 - WHOLE)]
        if self._doubt[column]:
            best = self.windows + int(each[self.windows :].argmax())
            weigh = [*((part, weight * WHOLE) for part, weight in weigh), (best, 1 - WHOLE)]
        featurizer: EncoderFeaturizer = self.model.featurizer  # type: ignore[assignment]
        heads = self.model.heads
        for part, weight in weigh:
            ids, word = self.parts[part]
            tokens = featurizer.tokens(ids[None])[0].astype(np.float64)
            share = tokens @ heads.weights[:, column] / len(tokens) * heads.slope[column] * weight
            np.add.at(found, word[word >= 0], share[word >= 0])
        return found


def _is_tag(model: NeedModel, odds: Floats, column: int) -> bool:
    p, k = sigmoid(odds)[None], len(model.needs_)
    return bool(tagged(p[:, :k], p[:, k], model.thresholds, model.odds_over_none)[0, column])


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
