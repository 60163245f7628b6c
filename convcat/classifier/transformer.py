"""EncoderTransformer: a fine-tuned encoder as a scikit-learn transformer of texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from convcat.classifier.texts import as_texts
from convcat.exceptions import ModelError

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel

ENCODER_MODEL = "ecommerce-en"


class EncoderTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts -> vectors of a model's fine-tuned encoder.

    It learns nothing: ``fit`` loads the encoder. Use it in a pipeline, or as
    ``NeedClassifier(features=EncoderTransformer("models/mine"))``; such a classifier is saved
    with its encoder.

    Parameters
    ----------
    model : str, path or NeedModel, default "ecommerce-en"
        A shipped model's name, a model folder, or a model, with an encoder.

    Attributes
    ----------
    featurizer_ : EncoderFeaturizer
    n_features_out_ : int
    """

    def __init__(self, model: str | Path | NeedModel = ENCODER_MODEL) -> None:
        self.model = model

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.requires_fit = True
        return tags

    def fit(self, texts: Any = None, y: Any = None) -> EncoderTransformer:  # noqa: ARG002
        """Load the encoder.

        Parameters
        ----------
        texts, y : ignored

        Returns
        -------
        EncoderTransformer

        Raises
        ------
        ModelError
            If the model cannot be loaded or has no encoder.
        """
        from convcat.classifier.shipped import load

        model = load(self.model)
        if model.featurizer.kind != "encoder":
            raise ModelError(
                f"The model {model.id!r} has no encoder (its features are "
                f"{model.featurizer.kind}): name a model that has one."
            )
        self.featurizer_ = model.featurizer
        self.n_features_out_ = model.featurizer.columns
        return self

    def transform(self, texts: Any) -> npt.NDArray[np.float32]:
        """Return vectors, shape (texts, columns), float32.

        Raises
        ------
        InputError
            If something is not a text; the row is named.
        """
        check_is_fitted(self)
        return np.asarray(self.featurizer_(as_texts(texts)))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Return a name per column."""
        check_is_fitted(self)
        return np.array([f"encoder{i}" for i in range(self.n_features_out_)], dtype=object)
