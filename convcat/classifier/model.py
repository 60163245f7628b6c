"""NeedModel: a fitted reader of texts. Plain numpy; scikit-learn is not imported.

A model is a featurizer, one linear head per output (each need, then ``none`` and ``failed``),
a calibration per head and a threshold per need; a tag must also be likelier than ``none``. Scores of a text do not depend on the texts
beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.classifier.calibration import sigmoid, tagged
from convcat.classifier.featurizers import Featurizer, NgramFeaturizer, glance_of
from convcat.classifier.levels import Levels, Scale, quantise
from convcat.classifier.stretches import with_stretches
from convcat.classifier.sums import Sums
from convcat.classifier.texts import as_texts
from convcat.exceptions import InputError
from convcat.taxonomy import Taxonomy

Floats = npt.NDArray[np.float64]

_BATCH_CHARACTERS = 100_000
_BATCHES_OF_NGRAMS = 4  # at once: their steps are many and short


@dataclass(frozen=True)
class Span:
    """Words of a text that carry a need.

    Attributes
    ----------
    start, end : int
        Code points of the original text, end exclusive.
    need : str
    weight : float
        What the words add to the need's log-odds.
    """

    start: int
    end: int
    need: str
    weight: float


@dataclass(frozen=True)
class TextTags:
    """What a model reads in one text.

    Attributes
    ----------
    needs : tuple of str
        The tags.
    probabilities : dict of str to float
        Per need, and for ``none`` and ``failed``.
    evidence : tuple of Span
        The words that carry the tags, in the text's order.
    """

    needs: tuple[str, ...]
    probabilities: dict[str, float]
    evidence: tuple[Span, ...]


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model reads in many texts.

    Attributes
    ----------
    p : ndarray of float, shape (texts, needs)
    p_none, p_failed : ndarray of float, shape (texts,)
    tags : ndarray of bool, shape (texts, needs)
    """

    p: Floats
    p_none: Floats
    p_failed: Floats
    tags: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Heads:
    """Linear heads with their calibration, one column per output.

    Attributes
    ----------
    weights : ndarray of float32, shape (features, outputs)
    bias : ndarray of float64, shape (outputs,)
    slope, shift : ndarray of float64, shape (outputs,)
        ``probability = sigmoid(slope * score + shift)`` (Platt, 1999).
    """

    weights: npt.NDArray[np.float32]
    bias: Floats
    slope: Floats
    shift: Floats

    @classmethod
    def of_levels(
        cls, levels: Levels, scale: Scale, bias: Floats, slope: Floats, shift: Floats
    ) -> Heads:
        """Return heads with the weights of a model file, which stay as small as they are there."""
        heads = object.__new__(cls)
        vars(heads).update(quantised=(levels, scale), bias=bias, slope=slope, shift=shift)
        return heads

    def __getattr__(self, name: str) -> Any:
        # Weights of a file are spelled out when somebody asks: n-grams are added up without.
        if name != "weights" or "quantised" not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        levels, scale = self.quantised
        weights = vars(self)["weights"] = levels.astype(np.float32)
        weights *= scale
        return weights

    @cached_property
    def quantised(self) -> tuple[Levels, Scale]:
        """The weights as a model file holds them."""
        return quantise(self.weights)

    def scores(self, features: Any) -> Floats:
        """Return what is calibrated, shape (texts, outputs)."""
        if isinstance(features, np.ndarray):  # row by row: a product of matrices rounds a row
            rows = [row @ self.weights for row in features]  # by how many there are beside it
            found = np.array(rows, dtype=np.float64).reshape(len(features), self.bias.size)
        else:
            found = np.asarray(features @ self.weights, dtype=np.float64)
        return np.asarray(found + self.bias)

    def calibrated(self, scores: Floats) -> Floats:
        """Return calibrated log-odds, shape (texts, outputs)."""
        return np.asarray(scores * self.slope + self.shift)


@dataclass(frozen=True, eq=False)
class NeedModel:
    """A fitted model: texts -> calibrated probabilities, tags and evidence.

    Get one with :func:`convcat.load`, or from a fitted ``NeedClassifier`` (its ``model_``).

    Attributes
    ----------
    id, version : str
    taxonomy : Taxonomy
    featurizer : Featurizer
    heads : Heads
        Outputs: the needs in the taxonomy's order, ``none``, ``failed``.
    thresholds : ndarray of float, shape (needs,)
        A need is a tag where its probability reaches this ...
    odds_over_none : float
        ... and its odds are at least so many times the odds of ``none``.
    stretch : int
        Words of the stretches in which longer texts are read beside the whole, where the whole
        leaves a doubt; 0 reads the whole alone.
    has_failed : bool
        Whether the ``failed`` output was trained; its probability is NaN otherwise.
    profile_ : dict
        The model's known errors, for the findings; see ``convcat.insight.profile``.
    facts : dict
        What was trained on what, for the card.
    folder : path or None
        Where it was loaded from; not of a copy that ``dataclasses.replace`` made.

    Examples
    --------
    >>> import convcat
    >>> model = convcat.load("ecommerce-en-fast")
    >>> model.tag("Where is my parcel? It should have been here on Monday.").needs[0]
    'wismo'
    >>> model.predict_proba(["Far too small for a size 12.", "Thanks!"]).shape
    (2, 14)
    """

    id: str
    version: str
    taxonomy: Taxonomy
    featurizer: Featurizer
    heads: Heads
    thresholds: Floats
    odds_over_none: float = 0.0
    stretch: int = 0
    has_failed: bool = True
    profile_: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    folder: Path | None = field(default=None, init=False)  # a changed copy has none

    def __reduce__(self) -> Any:
        # A model from a folder travels to other processes as its path and is loaded once in each.
        if self.folder is not None:
            from convcat.classifier.shipped import reload

            return reload, (self.folder, self.hash)
        return super().__reduce__()

    @property
    def needs_(self) -> tuple[str, ...]:
        """Need ids in column order."""
        return self.taxonomy.ids

    @property
    def language(self) -> str:
        """The language that the model reads, as an ISO 639 code."""
        return self.taxonomy.language

    @cached_property
    def hash(self) -> str:
        """SHA-256 over everything that decides a score; equal models, equal hash."""
        from convcat.classifier.storage import fingerprint

        return fingerprint(self)

    @cached_property
    def _sums(self) -> Sums | None:
        """What adds the n-grams' weights up, and keeps what the words it met add."""
        read = self.featurizer
        return read.sums(*self.heads.quantised) if isinstance(read, NgramFeaturizer) else None

    def metadata(self) -> dict[str, Any]:
        """Return what travels with a table that this model tagged."""
        taxonomy = self.taxonomy
        return {
            "needs": list(self.needs_),
            "model": {"id": self.id, "version": self.version, "hash": self.hash},
            "taxonomy": {"id": taxonomy.id, "version": taxonomy.version, "hash": taxonomy.hash},
            "thresholds": dict(zip(self.needs_, self.thresholds.tolist(), strict=True)),
            "odds_over_none": self.odds_over_none,
            "profile": self.profile_,
            **({} if taxonomy == Taxonomy.load() else {"rules": taxonomy.model_dump(mode="json")}),
        }

    def read(self, texts: Any) -> Reading:
        """Return everything that the model says of many texts.

        Parameters
        ----------
        texts : iterable of str

        Returns
        -------
        Reading
        """
        found = as_texts(texts)
        k = len(self.needs_)
        p = np.empty((len(found), k + 2))
        size = _BATCH_CHARACTERS * (1 if self._sums is None else _BATCHES_OF_NGRAMS)
        for rows in _batches(found, size):
            p[rows] = sigmoid(self.log_odds([found[row] for row in rows]))
        if not self.has_failed:
            p[:, k + 1] = np.nan
        tags = tagged(p[:, :k], p[:, k], self.thresholds, self.odds_over_none)
        return Reading(p[:, :k], p[:, k], p[:, k + 1], tags)

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """Return calibrated log-odds of texts, shape (texts, needs + 2)."""
        return self.heads.calibrated(self.scores(texts))

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return the heads' own scores of texts, before calibration, shape (texts, needs + 2)."""
        read, heads = self.featurizer, self.heads

        def scores(parts: Sequence[str]) -> Floats:
            if self._sums is not None:
                return self._sums(parts) + heads.bias
            return heads.scores(read(parts))

        return with_stretches(
            texts, self.stretch, len(self.needs_), scores, glance_of(read, heads.scores)
        )

    def predict_proba(self, texts: Any) -> Floats:
        """Return calibrated probabilities per need.

        Parameters
        ----------
        texts : iterable of str

        Returns
        -------
        ndarray of float, shape (texts, needs)
            In [0, 1]; a text may carry several needs, so rows need not sum to 1.

        Raises
        ------
        InputError
            If something is not a text; the row is named.
        """
        return self.read(texts).p

    def predict(self, texts: Any) -> npt.NDArray[np.int64]:
        """Return tags as a 0/1 matrix, shape (texts, needs)."""
        return self.read(texts).tags.astype(np.int64)

    def tag(self, text: str, *, explain: Sequence[str] | None = None) -> TextTags:
        """Read one text and say which words carry its needs.

        Parameters
        ----------
        text : str
        explain : sequence of str, optional
            The needs whose words are sought, where they are tags; all of them by default. An
            encoder takes longer to explain a need than to find it.

        Returns
        -------
        TextTags

        Raises
        ------
        InputError
            If ``text`` is not a string.
        """
        from convcat.classifier.evidence import spans

        if not isinstance(text, str):
            raise InputError(f"tag() reads one text, not {type(text).__name__}; see predict().")
        reading = self.read([text])
        values = np.append(reading.p[0], (reading.p_none[0], reading.p_failed[0]))
        names = (*self.needs_, "none", "failed")
        needs = tuple(n for n, tagged in zip(self.needs_, reading.tags[0], strict=True) if tagged)
        wanted = needs if explain is None else tuple(n for n in needs if n in explain)
        return TextTags(
            needs=needs,
            probabilities=dict(zip(names, values.tolist(), strict=True)),
            evidence=spans(self, text, wanted),
        )

    def save(self, folder: str | Path) -> Path:
        """Write the model as a folder of data; byte-identical on repeat.

        Raises
        ------
        ModelError
            If its features cannot be written as data.
        OutputError
            If the folder cannot be written.
        """
        from convcat.classifier.storage import save

        return save(self, Path(folder))

    def __repr__(self) -> str:
        return (
            f"NeedModel({self.id!r}, version {self.version}, {len(self.needs_)} needs, "
            f"{self.featurizer.kind} features, hash {self.hash[:8]})"
        )


def _batches(texts: Sequence[str], size: int) -> Iterator[list[int]]:
    """Yield row numbers in batches of bounded total length."""
    rows: list[int] = []
    filled = 0
    for row, text in enumerate(texts):
        filled += len(text) + 1
        rows.append(row)
        if filled >= size:
            yield rows
            rows, filled = [], 0
    if rows:
        yield rows
