"""Plain scikit-learn pipelines, with thresholds that were chosen out of fold."""

from __future__ import annotations

import numpy as np
from reading_parts.figures import NEEDS, judged, truth_of

from convcat.classifier.calibration import best_threshold
from convcat.training import evaluate

BASELINES = ("words, logistic regression", "words + chars, linear SVC")


def pipeline(kind: str):
    """Return a plain scikit-learn pipeline."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    if kind == "words, logistic regression":
        return Pipeline(
            [("x", words), ("y", OneVsRestClassifier(LogisticRegression(C=10, max_iter=200)))]
        )
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3)
    both = FeatureUnion([("words", words), ("chars", chars)])
    return Pipeline([("x", both), ("y", OneVsRestClassifier(LinearSVC(C=0.3)))])


def scores(model, texts) -> np.ndarray:
    """Return decision values."""
    return np.asarray(model.decision_function(list(texts)))


def squashed(values: np.ndarray) -> np.ndarray:
    """Return values in [0, 1], for thresholds and bins."""
    return 1 / (1 + np.exp(-values))


def baseline(kind: str, train, dev):
    """Fit, choose thresholds with sources held out, and judge on dev and on those folds."""
    from sklearn.model_selection import GroupKFold

    truth, texts = truth_of(train), np.array(train.texts, dtype=object)
    held = np.zeros(truth.shape)
    for inside, outside in GroupKFold(5).split(texts, groups=train.sources):
        held[outside] = scores(pipeline(kind).fit(texts[inside], truth[inside]), texts[outside])
    held = squashed(held)
    rows = train.drawn
    limits = np.array(
        [best_threshold(held[rows, j], truth[rows, j].astype(float)) for j in range(len(NEEDS))]
    )
    p = squashed(scores(pipeline(kind).fit(texts, truth), dev.texts))
    apart = judged(kind, dev, p >= limits, p)
    sources = evaluate(kind, NEEDS, truth[rows], (held >= limits)[rows], held[rows])
    return apart, sources
