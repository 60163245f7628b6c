"""Texts -> needs.

characters, tokens, ngrams   reading text as numbers, without an object per token
bags, featurizers            which of these a text has; texts -> a matrix
lexicon, sums                what the words of a text add to its scores, without a matrix
encoder, pieces, graphs      texts -> vectors of a small transformer, by onnxruntime
model                        NeedModel: calibrated probabilities, tags
evidence                     the words that carry a need
calibration, settling, estimator  NeedClassifier: training (scikit-learn)
transformer                  an encoder's vectors for scikit-learn pipelines
storage, shipped             a model as a folder of data; the shipped ones by name
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convcat.classifier.model import NeedModel, Reading, Span, TextTags
from convcat.classifier.shipped import load, shipped

if TYPE_CHECKING:
    from convcat.classifier.estimator import NeedClassifier
    from convcat.classifier.transformer import EncoderTransformer

__all__ = [
    "EncoderTransformer",
    "NeedClassifier",
    "NeedModel",
    "Reading",
    "Span",
    "TextTags",
    "load",
    "shipped",
]


def __getattr__(name: str) -> Any:
    # Training brings scikit-learn; reading does not need it.
    if name == "NeedClassifier":
        from convcat.classifier.estimator import NeedClassifier

        return NeedClassifier
    if name == "EncoderTransformer":
        from convcat.classifier.transformer import EncoderTransformer

        return EncoderTransformer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
