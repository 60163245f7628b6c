"""NeedClassifier: train a reader of texts on labels (scikit-learn)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from convcat.classifier.calibration import Floats
from convcat.classifier.featurizers import (
    Featurizer,
    NgramFeaturizer,
    StoredFeaturizer,
    glance_of,
)
from convcat.classifier.folds import folds_of, groups_of
from convcat.classifier.heads import as_saved, fit_heads
from convcat.classifier.labels import column, label_matrix
from convcat.classifier.learnt import LearntFeatures, TransformerFeaturizer
from convcat.classifier.model import Heads, NeedModel, TextTags
from convcat.classifier.settling import settle
from convcat.classifier.stretches import with_stretches
from convcat.classifier.texts import as_texts
from convcat.classifier.transformer import EncoderTransformer
from convcat.exceptions import InputError, did_you_mean
from convcat.taxonomy import Taxonomy


class NeedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Multi-label classifier of texts by customer need.

    One logistic regression per need over one set of features, calibrated and given a threshold
    on out-of-fold scores; groups (sources, conversations) never stand on both sides of a fold.

    Parameters
    ----------
    taxonomy : Taxonomy, str or path, optional
        The needs; the built-in taxonomy by default.
    features : {"ngrams", "encoder"}, featurizer or transformer, default "ngrams"
        Hashed word and character n-grams; the shipped encoder's vectors (or those of another
        model's encoder: ``EncoderTransformer``); an encoder that is fine-tuned on these labels
        (``convcat.training.FineTuning``); or any scikit-learn transformer of a list of texts (a
        model with a transformer of your own predicts, and cannot be saved as data).
    C : float, default 2.0
        Inverse strength of the ridge penalty.
    folds : int, default 5
        Folds for calibration and thresholds. With 1, about half of the groups are held out once,
        and calibration rests on them: for features that take long to learn.
    max_iter : int, default 60
        Iterations of the solver (L-BFGS).
    stretch : int, default 0
        Words of the stretches in which longer texts are read beside the whole (15 serves an
        encoder), where the whole leaves a doubt; 0 reads the whole alone.
    n_jobs : int, optional
        Heads fitted at once; the result does not depend on it.
    random_state : int, default 0
        Decides which groups form a fold.

    Attributes
    ----------
    needs_ : tuple of str
        Need ids in column order.
    classes_ : ndarray of str
        The same, as scikit-learn names it.
    model_ : NeedModel
        What predicts; it needs no scikit-learn.
    oof_proba_ : ndarray of float, shape (texts, needs + 2)
        Out-of-fold calibrated probabilities of the training texts; the last columns are
        ``none`` and ``failed``.
    oof_tags_ : ndarray of bool, shape (texts, needs)

    Examples
    --------
    >>> import convcat
    >>> things = ["coat", "shoes", "lamp", "bag", "rug", "desk", "hat", "bike"]
    >>> texts = [f"where is my {thing}" for thing in things]
    >>> texts += [f"the {thing} is too small" for thing in things]
    >>> needs = [["wismo"]] * 8 + [["sizing"]] * 8
    >>> clf = convcat.NeedClassifier(folds=4).fit(texts, needs)
    >>> clf.tag("where is the sofa").needs
    ('wismo',)
    """

    def __init__(
        self,
        taxonomy: Taxonomy | str | None = None,
        features: Any = "ngrams",
        C: float = 2.0,  # noqa: N803 - scikit-learn's name
        folds: int = 5,
        max_iter: int = 60,
        stretch: int = 0,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.taxonomy = taxonomy
        self.features = features
        self.C = C
        self.folds = folds
        self.max_iter = max_iter
        self.stretch = stretch
        self.n_jobs = n_jobs
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = False
        tags.classifier_tags.multi_label = True
        return tags

    def fit(
        self,
        texts: Any,
        needs: Any,
        *,
        failed: Any = None,
        groups: Any = None,
        representative: Any = None,
        sample_weight: Any = None,
    ) -> NeedClassifier:
        """Train on labelled texts.

        Parameters
        ----------
        texts : iterable of str
        needs : list of lists of str, or 0/1 matrix of shape (texts, needs)
            Need ids of each text; an empty list is "no need". A series of lists, or of ids
            joined by ``;``, will do; the columns of a dataframe of 0 and 1 go by their names.
            scikit-learn's own splitters ask for the matrix, or for ``cv=KFold(5)``.
        failed : iterable of {0, 1, nan}, optional
            Whether something went wrong; nan where not known. Without it ``p_failed`` is NaN.
        groups : iterable, optional
            Texts of one group (a source, a conversation) stay in one fold. Equal texts always do.
        representative : iterable of bool, optional
            The rows that were drawn at random: calibration and thresholds rest on these alone.
        sample_weight : iterable of float, optional

        Returns
        -------
        NeedClassifier

        Raises
        ------
        InputError
            If texts and labels do not match, or a need is not in the taxonomy; the row is named.
        """
        found = as_texts(texts)
        taxonomy = (
            self.taxonomy
            if isinstance(self.taxonomy, Taxonomy)
            else Taxonomy.load(self.taxonomy or "ecommerce")
        )
        truth = label_matrix(needs, taxonomy.ids, len(found))
        if len(found) < 2:
            raise InputError(f"Training needs at least 2 texts, not {len(found)}.")
        known = column(failed, len(found), "failed", float)
        if known is not None and not np.isfinite(known).any():
            known = None
        weight = column(sample_weight, len(found), "sample_weight", float)
        random_rows = column(representative, len(found), "representative", bool)
        if random_rows is None or not random_rows.any():
            random_rows = np.ones(len(found), dtype=bool)
        weight = np.ones(len(found)) if weight is None else weight
        if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
            raise InputError("sample_weight must not be negative, nor zero for every text.")
        none: npt.NDArray[np.bool_] = ~np.asarray(truth.any(axis=1))
        outputs = np.column_stack(
            [truth, none, np.full(len(found), np.nan) if known is None else known]
        ).astype(np.float64)
        group = groups_of(found, groups)

        folds = folds_of(group, self.folds, self.random_state)
        featurizer, (weights, bias), scores = self._learn(found, outputs, weight, folds)

        learnt = isinstance(self.features, LearntFeatures)  # from a part of the texts, in a fold
        trust = 1 - 1 / max(2, self.folds) if learnt else 1.0
        settled = settle(scores, outputs, weight, random_rows, trust=trust)
        self.needs_ = taxonomy.ids
        self.classes_ = np.array(taxonomy.ids)
        self.oof_proba_ = settled.p
        self.oof_tags_ = settled.tags
        self.model_ = NeedModel(
            id="untitled",
            version="1.0",
            taxonomy=taxonomy,
            featurizer=featurizer,
            heads=Heads(weights.astype(np.float32), bias, settled.slope, settled.shift),
            thresholds=settled.thresholds,
            odds_over_none=settled.odds_over_none,
            stretch=self.stretch,
            has_failed=known is not None,
            facts={"texts": len(found)},
        )
        return self

    def _learn(
        self,
        texts: list[str],
        outputs: Floats,
        weight: Floats,
        folds: npt.NDArray[np.int64],
    ) -> tuple[Featurizer, tuple[Floats, Floats], Floats]:
        """Return features and heads of all texts, and each text's scores by the other folds'."""
        scores = np.full(outputs.shape, np.nan)
        parts = [
            (np.flatnonzero(folds != fold), np.flatnonzero(folds == fold))
            for fold in np.unique(folds)
        ]
        parts = parts[-1:] if self.folds == 1 else parts
        if isinstance(self.features, LearntFeatures):
            for inside, outside in parts:
                part, own_weights, own_bias = self.features.learn(
                    [texts[i] for i in inside], outputs[inside], weight[inside], held_out=True
                )
                scores[outside] = self._scores(
                    part, [texts[i] for i in outside], own_weights, own_bias
                )
            featurizer, weights, bias = self.features.learn(texts, outputs, weight)
            return featurizer, (as_saved(weights), bias), scores
        featurizer, matrix = self._features(texts)
        kind = featurizer.kind
        fixed = isinstance(featurizer, StoredFeaturizer)
        for inside, outside in parts:
            if fixed:
                other, train = featurizer, matrix[inside]
            else:  # a transformer of one's own may learn from the texts
                other, train = self._features([texts[i] for i in inside])
            weights, bias = self._heads(train, outputs[inside], weight[inside], kind)
            if fixed and not self.stretch:
                scores[outside] = matrix[outside] @ weights + bias
            else:
                scores[outside] = self._scores(other, [texts[i] for i in outside], weights, bias)
        weights, bias = self._heads(matrix, outputs, weight, kind)
        return featurizer, (as_saved(weights) if fixed else weights, bias), scores

    def _scores(
        self, featurizer: Featurizer, texts: list[str], weights: Floats, bias: Floats
    ) -> Floats:
        def scored(features: Any) -> Floats:
            return np.asarray(features @ weights + bias)

        return with_stretches(
            texts,
            self.stretch,
            len(bias) - 2,  # the last are none and failed
            lambda parts: scored(featurizer(parts)),
            glance_of(featurizer, scored),
        )

    def _features(self, texts: list[str]) -> tuple[Featurizer, Any]:
        features = self.features
        if isinstance(features, str):
            if features not in ("ngrams", "encoder"):
                near = did_you_mean(features, ["ngrams", "encoder"])
                raise InputError(
                    f"No features {features!r}: use 'ngrams', 'encoder' or a transformer.{near}"
                )
            features = NgramFeaturizer() if features == "ngrams" else EncoderTransformer()
        if isinstance(features, EncoderTransformer):
            features = clone(features).fit().featurizer_
        if isinstance(features, StoredFeaturizer):
            return features, features(texts)
        transformer = clone(features)
        matrix = transformer.fit_transform(texts)
        return TransformerFeaturizer(transformer, int(matrix.shape[1])), matrix

    def _heads(
        self, matrix: Any, outputs: Floats, weight: Floats, kind: str
    ) -> tuple[Floats, Floats]:
        return fit_heads(
            matrix, outputs, weight, kind=kind, C=self.C, max_iter=self.max_iter, n_jobs=self.n_jobs
        )

    def predict_proba(self, texts: Any) -> Floats:
        """Return calibrated probabilities, shape (texts, needs); see ``NeedModel``."""
        check_is_fitted(self)
        return self.model_.predict_proba(texts)

    def predict(self, texts: Any) -> npt.NDArray[np.int64]:
        """Return tags as a 0/1 matrix, shape (texts, needs)."""
        check_is_fitted(self)
        return self.model_.predict(texts)

    def tag(self, text: str) -> TextTags:
        """Read one text and say which words carry its needs; see ``NeedModel.tag``."""
        check_is_fitted(self)
        return self.model_.tag(text)

    def score(self, texts: Any, needs: Any, sample_weight: Any = None) -> float:
        """Return macro-F1 over the needs that occur in ``needs``."""
        from sklearn.metrics import f1_score

        check_is_fitted(self)
        found = as_texts(texts)
        truth = label_matrix(needs, self.needs_, len(found))
        occurs = truth.any(axis=0)
        if not occurs.any():
            return 0.0
        guess = self.predict(found)
        value = f1_score(
            truth[:, occurs],
            guess[:, occurs],
            average="macro",
            sample_weight=sample_weight,
            zero_division=0,
        )
        return float(value)

    def save(self, folder: Any) -> Any:
        """Write the fitted model as a folder of data; see ``NeedModel.save``."""
        check_is_fitted(self)
        return self.model_.save(folder)
