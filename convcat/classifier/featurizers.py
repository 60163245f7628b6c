"""Featurizers: texts -> a matrix, and back from a folder of data.

A featurizer is what a model computes before its linear heads. The one here hashes n-grams; the
other one is an encoder (``encoder.py``). A model names its featurizer in ``model.json`` and keeps
the featurizer's files beside the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from convcat.classifier.bags import bags_of, unit
from convcat.classifier.levels import Levels, Scale
from convcat.classifier.ngrams import Ngrams, NgramSpec, char_ngrams, word_ngrams
from convcat.classifier.stretches import Glance, Places
from convcat.classifier.sums import Sums
from convcat.classifier.tokens import Ints, Tokens, tokenize

Floats = npt.NDArray[np.float32]


@runtime_checkable
class Featurizer(Protocol):
    """Texts in, one row of features per text out; what it needs can be written as data."""

    @property
    def kind(self) -> str:
        """Name of the features, as ``model.json`` has it."""

    @property
    def columns(self) -> int:
        """Number of features."""

    def __call__(self, texts: Sequence[str]) -> Any:
        """Return features, shape (texts, columns), sparse or dense float32."""

    def config(self) -> dict[str, Any]:
        """Return what rebuilds it, as JSON-able values."""


@runtime_checkable
class GlancingFeaturizer(Protocol):
    """A featurizer that sees the stretches of a text while it reads the whole."""

    def glance(
        self, texts: Sequence[str], places: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Any, Ints, list[Any]]:
        """Return features of windows, whose text each is, and features of each text's stretches."""


@runtime_checkable
class StoredFeaturizer(Featurizer, Protocol):
    """A featurizer that a model can be saved with: its configuration and files are all of it."""

    def files(self) -> dict[str, bytes]:
        """Return the files that stand beside the weights, by name."""


@dataclass(frozen=True)
class Occurrences:
    """Every feature of a batch where it occurs: what evidence is made of.

    Attributes
    ----------
    tokens : Tokens
    blocks : tuple of Ngrams
        Occurrences per block, columns offset to the matrix's.
    value : tuple of ndarray of float32
        For each block, the matrix entry of one text's feature of it, per text.
    """

    tokens: Tokens
    blocks: tuple[Ngrams, ...]
    value: tuple[Floats, ...]


@dataclass(frozen=True)
class NgramFeaturizer:
    """Hashed word and character n-grams, present or not, each block scaled to unit length.

    Parameters
    ----------
    spec : NgramSpec
        Which n-grams, and how many columns each of the two blocks has.
    limit : int, default 20000
        Characters read of each text.

    Examples
    --------
    >>> matrix = NgramFeaturizer()(["Where is my parcel?", ""])
    >>> matrix.shape, matrix[0].nnz > 10, matrix[1].nnz
    ((2, 524288), True, 0)
    """

    spec: NgramSpec = field(default_factory=NgramSpec)
    limit: int = 20_000
    kind: str = field(default="ngrams", init=False)

    @property
    def columns(self) -> int:
        """Number of features: the word block, then the character block."""
        return 2 * self.spec.columns

    def __call__(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return features, shape (texts, columns), float32."""
        blocks = []
        for bags in bags_of(tokenize(texts, limit=self.limit), self.spec):
            data = np.repeat(unit(bags.count), bags.count)
            shape = (len(texts), self.spec.columns)
            blocks.append(sparse.csr_matrix((data, bags.columns[bags.labels], bags.bounds), shape))
        matrix = sparse.hstack(blocks, format="csr", dtype=np.float32)
        matrix.sort_indices()
        return matrix

    def sums(self, levels: Levels, scale: Scale) -> Sums:
        """Return what gives the product of texts' features and some weights, without a matrix.

        Parameters
        ----------
        levels : ndarray of int8, shape (columns, outputs)
        scale : ndarray of float32, shape (outputs,)
            As :func:`~convcat.classifier.levels.quantise` gives them.
        """
        return Sums(self.spec, self.limit, levels, scale)

    def occurrences(self, texts: Sequence[str]) -> Occurrences:
        """Return where each feature stands in the texts."""
        tokens = tokenize(texts, limit=self.limit)
        blocks, values = [], []
        for block, grams in enumerate(self._blocks(tokens)):
            column = grams.column + np.int32(block * self.spec.columns)
            blocks.append(Ngrams(column, grams.text, grams.start, grams.end))
            unique = np.unique(grams.text * self.columns + column)
            values.append(unit(_count(unique // self.columns, len(texts))))
        return Occurrences(tokens, tuple(blocks), tuple(values))

    def config(self) -> dict[str, Any]:
        """Return what rebuilds it."""
        return {
            "kind": self.kind,
            "words": list(self.spec.words),
            "skips": self.spec.skips,
            "chars": list(self.spec.chars),
            "bits": self.spec.bits,
            "limit": self.limit,
        }

    def files(self) -> dict[str, bytes]:
        """Return no files: the configuration says everything."""
        return {}

    def _blocks(self, tokens: Tokens) -> tuple[Ngrams, Ngrams]:
        return word_ngrams(tokens, self.spec), char_ngrams(tokens, self.spec)


def _count(text: Ints, texts: int) -> Ints:
    return np.bincount(text, minlength=texts).astype(np.int64)


def from_config(config: dict[str, Any], files: dict[str, bytes] | None = None) -> StoredFeaturizer:
    """Rebuild a featurizer from what ``config()`` and ``files()`` gave.

    Raises
    ------
    ValueError
        If the kind or a value is not known.
    """
    if config.get("kind") == "encoder":
        from convcat.classifier.encoder import from_files

        return from_files(config, files or {})
    if config.get("kind") != "ngrams":
        raise ValueError(f"unknown features {config.get('kind')!r}")
    words, chars = (tuple(int(n) for n in config[key]) for key in ("words", "chars"))
    bits, limit = int(config["bits"]), int(config["limit"])
    if not (8 <= bits <= 22 and 100 <= limit <= 10_000_000):
        raise ValueError("feature sizes out of range")
    lengths = (*words, *chars)
    if not all(1 <= n <= 8 for n in lengths) or not 1 <= len(lengths) <= 16:
        raise ValueError("n-gram lengths out of range")
    return NgramFeaturizer(NgramSpec(words, bool(config["skips"]), chars, bits), limit)


def glance_of(featurizer: Featurizer, scores: Callable[[Any], Any]) -> Glance | None:
    """Return how a featurizer glances at stretches, in the scores of heads; None if it cannot.

    Parameters
    ----------
    featurizer : Featurizer
    scores : callable
        Features -> scores, shape (texts, outputs).
    """
    if not isinstance(featurizer, GlancingFeaturizer):
        return None

    def glance(texts: Sequence[str], places: Sequence[Places]) -> tuple[Any, Ints, list[Any]]:
        windows, owners, parts = featurizer.glance(texts, places)
        return np.asarray(scores(windows)), owners, [np.asarray(scores(own)) for own in parts]

    return glance
