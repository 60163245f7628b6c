"""Features that are not fixed: learned with the heads, or by a transformer of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from convcat.classifier.featurizers import Featurizer

Floats = npt.NDArray[np.float64]


@runtime_checkable
class LearntFeatures(Protocol):
    """Features that are learned together with the heads (``convcat.training.FineTuning``)."""

    def learn(
        self, texts: Sequence[str], targets: Floats, weight: Floats, *, held_out: bool = False
    ) -> tuple[Featurizer, Floats, Floats]:
        """Return the features, and the heads' weights and bias.

        ``held_out`` says that some texts are kept back, to be read by what is learned.
        """


class TransformerFeaturizer:
    """A fitted scikit-learn transformer as a featurizer; it cannot be saved as data."""

    kind = "transformer"

    def __init__(self, transformer: Any, columns: int) -> None:
        self.transformer = transformer
        self.columns = columns

    def __call__(self, texts: Sequence[str]) -> Any:
        """Return features, shape (texts, columns)."""
        return self.transformer.transform(list(texts))

    def config(self) -> dict[str, Any]:
        """Return its kind: there is no more to say as data."""
        return {"kind": self.kind}
