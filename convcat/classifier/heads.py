"""Fit linear heads: one logistic regression per output over one set of features."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.classifier.levels import quantise

Floats = npt.NDArray[np.float64]


def fit_heads(
    matrix: Any,
    outputs: Floats,
    weight: Floats,
    *,
    kind: str,
    C: float,  # noqa: N803 - scikit-learn's name
    max_iter: int,
    n_jobs: int | None,
) -> tuple[Floats, Floats]:
    """Return the heads' weights and bias.

    Parameters
    ----------
    matrix : ndarray or sparse matrix, shape (texts, features)
    outputs : ndarray of float, shape (texts, outputs)
        0, 1, or NaN where not known.
    weight : ndarray of float, shape (texts,)
    kind : str
        Of the features: n-grams are weighed by how rare they are, an encoder's columns are
        brought to one spread.
    C : float
        Inverse strength of the ridge penalty.
    max_iter : int
    n_jobs : int, optional

    Returns
    -------
    weights : ndarray of float, shape (features, outputs)
    bias : ndarray of float, shape (outputs,)
    """
    from joblib import Parallel, delayed
    from sklearn.exceptions import ConvergenceWarning

    columns, scale = None, np.ones(1, dtype=np.float32)
    if kind == "ngrams":
        width = matrix.shape[1]
        columns, scale = _informative(matrix)
        matrix = matrix[:, columns].multiply(scale).tocsr()
    elif kind == "encoder":  # columns of one spread: C means the same for every encoder
        width, spread = matrix.shape[1], matrix.std(axis=0)
        columns = np.arange(width)
        scale = (1.0 / np.where(spread > 0, spread, 1.0)).astype(np.float32)
        matrix = matrix * scale
    with warnings.catch_warnings():  # here, not in the threads: filters are the process's
        # Stopping early is a second regulariser; the out-of-fold scores judge it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = Parallel(n_jobs=n_jobs, prefer="threads")(
            delayed(_fit_head)(matrix, outputs[:, j], weight, C, max_iter)
            for j in range(outputs.shape[1])
        )
    weights = np.column_stack([w for w, _ in fitted])
    if columns is not None:
        full = np.zeros((width, weights.shape[1]))
        full[columns] = weights * scale[:, None]
        weights = full
    return weights, np.array([b for _, b in fitted])


def as_saved(weights: Floats) -> Floats:
    """Return the weights as a model file holds them: what is saved predicts from the start."""
    levels, scale = quantise(weights)
    return np.asarray(levels.astype(np.float32) * scale)


def _informative(matrix: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the columns that occur in two texts or more, and how freely each may speak.

    The scale is the inverse document frequency: a rare n-gram pays less for a large weight. It is
    folded into the weights, so that reading a text needs no second table.
    """
    occurs = np.bincount(matrix.indices, minlength=matrix.shape[1])
    columns = np.flatnonzero(occurs >= 2)
    if not columns.size:
        columns = np.flatnonzero(occurs >= 0)[:1]
    inverse = np.log((1 + matrix.shape[0]) / (1 + occurs[columns])) + 1
    return columns, (inverse / 5).astype(np.float32)


def _fit_head(
    matrix: Any, target: Floats, weight: Floats, strength: float, max_iter: int
) -> tuple[Floats, float]:
    """Fit one logistic regression; rows with an unknown target are left out."""
    from sklearn.linear_model import LogisticRegression

    rows = np.flatnonzero(np.isfinite(target))
    if rows.size < target.size:
        matrix, target, weight = matrix[rows], target[rows], weight[rows]
    positive = float(target @ weight)
    rate = (positive + 0.5) / (float(weight.sum()) + 1.0)
    if len(np.unique(target)) < 2:  # nothing to tell apart: the base rate alone
        return np.zeros(matrix.shape[1]), float(np.log(rate / (1 - rate)))
    head = LogisticRegression(C=strength, solver="lbfgs", max_iter=max_iter, tol=1e-6)
    head.fit(matrix, target.astype(np.int64), sample_weight=weight)
    return np.asarray(head.coef_[0], dtype=np.float64), float(head.intercept_[0])
