"""Learning, from labelled sources, how estimates for an unlabelled one turn out.

A mixed logistic regression over sources and signals at once: what is common to all signals is
learned from all, each signal departs from it as far as its own sources say, and so does the spread
between sources. A source that is unlike all others counts for less instead of widening everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.insight.transfer import TERMS, Transfer, corrections, precision

Floats = npt.NDArray[np.float64]

_FEW = 4  # with fewer sources the spread between them cannot be learned
_ROUNDS = 12
# Priors, in log-odds, each worth so many signals: how far a signal's own level and weights depart
# from the common ones; the common weights; the spread between sources.
_LEVEL, _OWN, _COMMON, _START = 0.2, 0.1, 1.0, 0.5
_WORTH, _SPREAD_WORTH = 2.0, 3.0
_TAILS = 3.0  # degrees of freedom between sources: odd ones are expected
_LEAST, _MOST = 0.05, 2.0
_EDGE = 1e-4


def fit_transfers(needs: Sequence[str], arrays: Mapping[str, Any]) -> dict[str, Transfer]:
    """Learn, per signal, the transfer to unseen sources from held-out ones.

    Parameters
    ----------
    needs : sequence of str
        The signals.
    arrays : mapping
        The arrays of an error profile.

    Notes
    -----
    The carriers among the texts of a source are binomial (less dispersed, as the scores are known)
    with log-odds ``logit(mean score) + level + weights . corrections + u``; ``u`` is Student with
    3 degrees of freedom per source and signal, as a scale mixture of normals [1]_. Weights are a
    common part and a signal's own, levels and own weights are normal with a variance learned over
    signals (empirical Bayes), spreads are shrunk to their common size. Fitted by penalised
    quasi-likelihood [2]_.

    References
    ----------
    .. [1] Lange, K. L., Little, R. J. A., Taylor, J. M. G. (1989). Robust statistical modeling
       using the t distribution. JASA 84, 881-896.
    .. [2] Breslow, N. E. and Clayton, D. G. (1993). Approximate inference in generalized linear
       mixed models. JASA 88, 9-25.
    """
    n, carry = (np.asarray(arrays[name], dtype=np.float64) for name in ("n", "carry"))
    total = np.maximum(n.sum(axis=0), 1e-9)
    base = np.clip(arrays["sum_p"].sum(axis=0) / total, 1e-3, 1 - 1e-3)
    enough = ((n > 0).sum(axis=0) >= _FEW) & (carry.sum(axis=0) > 0)
    at = np.flatnonzero(enough)
    result = {need: Transfer(base=float(base[j])) for j, need in enumerate(needs)}
    if len(at):
        mean, square = (
            arrays[name][:, at] / np.maximum(n[:, at], 1) for name in ("sum_p", "sum_pp")
        )
        read = np.asarray(arrays["read"], dtype=np.float64)
        terms = np.stack(
            [corrections(read[:, j], mean[:, i], base[j]) for i, j in enumerate(at)], 1
        )
        learned = _fit(n[:, at], carry[:, at], mean, precision(mean, square), terms)
        for i, j in enumerate(at.tolist()):
            result[needs[j]] = Transfer(known=True, base=float(base[j]), **learned[i])
    # As they will be read back: a model and its stored record say the same to the last digit.
    return {need: Transfer.from_list(found.to_list()) for need, found in result.items()}


def _fit(
    n: Floats, carry: Floats, mean: Floats, precise: Floats, terms: Floats
) -> list[dict[str, Any]]:
    """Return weights, their covariance, spread and df per signal."""
    signals = n.shape[1]
    seen = n > 0
    design, columns = _design(np.where(seen[..., None], terms, 0.0))
    start = np.clip(mean, _EDGE, 1 - _EDGE)
    offset = np.log(start / (1 - start))
    eta, odd = np.zeros(n.shape), np.ones(n.shape)
    spread, level, own = np.full(signals, _START**2), _LEVEL**2, np.full(TERMS, _OWN**2)
    for _ in range(_ROUNDS):
        q = 1 / (1 + np.exp(-np.clip(offset + eta, -7, 7)))
        told = np.maximum(n * precise * q * (1 - q), 0.05)
        answer = eta + np.clip((carry - n * q) / np.maximum(n * q * (1 - q), 0.3), -3, 3)
        between = spread * odd
        weight = seen / (1 / told + between)
        prior = np.r_[np.full(signals, level), np.full(TERMS, _COMMON**2), np.tile(own, signals)]
        covariance = np.linalg.inv((design * weight.reshape(-1, 1)).T @ design + np.diag(1 / prior))
        beta = covariance @ (design.T @ (weight * answer).ravel())
        fitted = (design @ beta).reshape(n.shape)
        leverage = ((design @ covariance) * design).sum(axis=1).reshape(n.shape)
        part = between / (1 / told + between)
        rest = part * (answer - fitted)
        eta = np.where(seen, fitted + rest, 0.0)
        squares = rest**2 + between * (1 - part) + part**2 * leverage
        odd = (_TAILS + squares / spread) / (_TAILS + 1)
        own_spread = (seen * squares / odd).sum(axis=0) / seen.sum(axis=0)
        common = float(np.exp(np.log(own_spread).mean()))
        many = seen.sum(axis=0)
        spread = (_SPREAD_WORTH * common + many * own_spread) / (_SPREAD_WORTH + many)
        spread = np.clip(spread, _LEAST**2, _MOST**2)
        sizes = beta**2 + np.diag(covariance)
        level = (_WORTH * _LEVEL**2 + sizes[:signals].sum()) / (_WORTH + signals)
        departures = sizes[signals + TERMS :].reshape(signals, TERMS).sum(axis=0)
        own = (_WORTH * _OWN**2 + departures) / (_WORTH + signals)
    return [
        {
            "weights": tuple(float(v) for v in columns[j] @ beta),
            "unsure": tuple(float(v) for v in (columns[j] @ covariance @ columns[j].T).ravel()),
            "spread": float(np.sqrt(spread[j])),
            "df": float(max(seen[:, j].sum() - 1, 3)),
        }
        for j in range(signals)
    ]


def _design(x: Floats) -> tuple[Floats, Floats]:
    """Return the design matrix (source and signal by parameter), and each signal's part of it.

    Parameters are the signals' levels, the common weights, and each signal's own departures.
    """
    sources, signals, _ = x.shape
    parts = np.zeros((signals, TERMS + 1, signals + TERMS + signals * TERMS))
    for j in range(signals):
        parts[j, 0, j] = 1
        for k in range(TERMS):
            parts[j, k + 1, [signals + k, signals + TERMS + j * TERMS + k]] = 1
    ones = np.concatenate([np.ones((sources, signals, 1)), x], axis=2)
    return np.einsum("sjk,jkd->sjd", ones, parts).reshape(sources * signals, -1), parts
