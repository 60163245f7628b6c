"""What an encoder is taught beside the labelled texts, in its last fitting.

Texts that nobody has labelled, with what a finished model says of them (distillation: Hinton,
Vinyals and Dean, 2015; a student of its teacher's size: Xie et al., 2020), and labelled texts
joined two by two, so that a need is found wherever it stands among others. The fittings with
sources held out do without: the teacher has seen all sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from convcat.classifier.calibration import sigmoid
from convcat.exceptions import InputError

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_WORDS = 220  # longer texts cost much and are rare
_LETTERS = 15  # shorter texts say too little
_SAME = 120  # letters and digits from the start by which two texts are the same
_JOINED = (320, 560)  # characters: of one text, and of two
_CHUNK = 512
_DRAW = 7  # beside the seed: not the draws of other steps


@dataclass(frozen=True, eq=False)
class Lessons:
    """Texts with probabilities as targets.

    Attributes
    ----------
    texts : tuple of str
    targets : ndarray of float, shape (texts, outputs)
        Needs, then ``none`` and ``failed``; NaN where not known.
    """

    texts: tuple[str, ...]
    targets: Floats

    def __add__(self, other: Lessons) -> Lessons:
        return Lessons(self.texts + other.texts, np.vstack([self.targets, other.targets]))


def taught(teacher: NeedModel, texts: Sequence[str]) -> Lessons:
    """Return texts with what the teacher thinks of them, before calibration.

    Parameters
    ----------
    teacher : NeedModel
    texts : sequence of str

    Returns
    -------
    Lessons
    """
    odds = np.empty((len(texts), len(teacher.needs_) + 2))
    order = np.argsort([len(text) for text in texts], kind="stable")
    for start in range(0, len(order), _CHUNK):
        rows = order[start : start + _CHUNK]
        odds[rows] = teacher.scores([texts[row] for row in rows])
    targets = sigmoid(odds)
    if not teacher.has_failed:
        targets[:, -1] = np.nan
    return Lessons(tuple(texts), targets)


def new_texts(records: Iterable[tuple[str, str]], known: Iterable[tuple[str, str]]) -> list[str]:
    """Return the texts of records that are not known already, each once.

    Parameters
    ----------
    records : iterable of (id, text)
    known : iterable of (id, text)
        Texts for training and for testing: neither they nor texts that begin as they do.

    Returns
    -------
    list of str
    """
    ids, seen = set(), set()
    for own_id, text in known:
        ids.add(own_id)
        seen.add(_start(text))
    found = []
    for own_id, text in records:
        start = _start(text)
        if own_id in ids or start in seen or len(start) < _LETTERS or len(text.split()) > _WORDS:
            continue
        seen.add(start)
        found.append(text)
    return found


def joined(
    texts: Sequence[str], targets: Floats, sources: Sequence[str], *, share: float, seed: int
) -> Lessons:
    """Return short texts joined two by two with another of their source.

    Parameters
    ----------
    texts : sequence of str
    targets : ndarray of float, shape (texts, outputs)
    sources : sequence of str
    share : float
        Of a source's short texts that are the first of a pair.
    seed : int

    Returns
    -------
    Lessons
        A need of either text is a need of both; ``none`` where neither has one.

    Raises
    ------
    InputError
        If the share is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        raise InputError(f"The share of joined texts must be from 0 to 1, not {share:g}.")
    rng = np.random.default_rng(seed + _DRAW)
    size = np.array([len(text) for text in texts])
    source = np.array(sources)
    one, two = _JOINED
    short = (size > _LETTERS) & (size <= one)
    pairs = [
        (first, second)
        for name in np.unique(source)
        for first, second in _pairs(rng, np.flatnonzero((source == name) & short), share)
        if first != second and size[first] + size[second] <= two
    ]
    either = np.array([(first, second) for first, second in pairs], dtype=np.int64).reshape(-1, 2)
    first, second = targets[either[:, 0]], targets[either[:, 1]]
    both = 1 - (1 - first) * (1 - second)
    both[:, -2] = first[:, -2] * second[:, -2]
    return Lessons(
        tuple(f"{texts[a].rstrip()}\n{texts[b].lstrip()}" for a, b in pairs),
        both,
    )


def _pairs(rng: np.random.Generator, rows: Ints, share: float) -> Iterator[tuple[int, int]]:
    count = round(len(rows) * share)
    return zip(rng.permutation(rows)[:count], rng.permutation(rows)[:count], strict=True)


def _start(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()[:_SAME]
