"""Learning, from labelled sources, how estimates for an unlabelled one turn out.

A mixed logistic regression over sources and signals at once. It starts from theory: if sources
differ in nothing but their shares, the likeliest share is right. How far that is off, beyond
chance, says how far to depart from it: what is common to all signals is learned from all, each
signal departs from it as far as its own sources say, and so does the spread between sources. A
source that is unlike all others counts for less instead of widening everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.insight.transfer import TERMS, Transfer, calibrated_at, corrections, precision

Floats = npt.NDArray[np.float64]

_FEW = 4  # with fewer sources the spread between them cannot be learned
_ROUNDS = 30
# Prior deviations as parts of what theory leaves unexplained, each worth so many observations of
# its own: a signal's level, its own weights, the common weights.
_LEVEL, _OWN, _COMMON = 1.0, 0.3, 2.0
_WORTH, _SPREAD_WORTH = 2.0, 2.0
_START = 0.5
_TAILS = 3.0  # degrees of freedom between sources: odd ones are expected
_LEAST, _MOST = 0.005, 2.0
_EDGE = 1e-4
_THEORY = np.r_[np.zeros(TERMS), 1.0]  # weights: the likeliest share, and nothing else


@dataclass(frozen=True)
class _Sources:
    """Labelled sources; arrays are of shape (sources, signals), designs one row for each."""

    n: Floats
    carry: Floats
    precise: Floats
    apart: Floats
    theory: Floats  # log-odds of the likeliest share
    design: Floats
    parts: Floats  # each signal's weights, from all parameters
    size: Floats  # mean square of each correction

    @classmethod
    def of(
        cls, n: Floats, carry: Floats, mean: Floats, precise: Floats, terms: Floats, apart: Floats
    ) -> _Sources:
        seen = n > 0
        terms = np.where(seen[..., None], terms, 0.0)
        start = np.clip(mean, _EDGE, 1 - _EDGE)
        design, parts = _design(terms)
        size = (terms**2).sum(axis=(0, 1)) / max(float(seen.sum()), 1.0) + 1e-6
        theory = np.log(start / (1 - start)) + terms[..., -1]
        return cls(n, carry, precise, apart, theory, design, parts, size)


@dataclass(frozen=True)
class _Fit:
    """What has been learned so far: departures from theory, and variances between sources."""

    beta: Floats
    covariance: Floats
    departure: Floats  # of each source and signal, its own part included
    odd: Floats  # how many times the usual variance each has
    spread: Floats  # per signal
    common: float

    def weights(self, sources: _Sources) -> Floats:
        """Return the weights of each signal."""
        return np.asarray(_THEORY + sources.parts @ self.beta)

    def improved(self, sources: _Sources, prior: Floats | None) -> _Fit:
        """Return the fit after another round; without a prior, with theory's weights."""
        n, seen = sources.n, sources.n > 0
        q = 1 / (1 + np.exp(-np.clip(sources.theory + self.departure, -7, 7)))
        told = np.maximum(n * sources.precise * q * (1 - q), 0.05)
        residual = (sources.carry - n * q) / np.maximum(n * q * (1 - q), 0.3)
        answer = self.departure + np.clip(residual, -3, 3)
        unclear = self.weights(sources)[:, -1] * sources.apart / sources.precise
        noise, between = 1 / told + unclear**2, self.spread * self.odd
        x, beta = sources.design, np.zeros_like(self.beta)
        covariance: Floats = np.zeros_like(self.covariance)
        if prior is not None:
            weight = (seen / (noise + between)).reshape(-1, 1)
            covariance = np.asarray(np.linalg.inv((x * weight).T @ x + np.diag(1 / prior)))
            beta = covariance @ (x.T @ (weight[:, 0] * answer.ravel()))
        fitted = (x @ beta).reshape(n.shape)
        part = between / (noise + between)
        rest = part * (answer - fitted)
        seen_in = rest**2 + part**2 * ((x @ covariance) * x).sum(axis=1).reshape(n.shape)
        odd = (_TAILS + (seen_in + between * (1 - part)) / self.spread) / (_TAILS + 1)
        # MacKay's rule: squares over the number of sources that they speak for
        squares, known = (seen * seen_in / odd).sum(axis=0), (seen * part).sum(axis=0)
        common = squares.sum() / max(known.sum(), 1e-9)
        spread = (_SPREAD_WORTH * common + squares) / (_SPREAD_WORTH + known)
        return _Fit(
            beta,
            covariance,
            np.where(seen, fitted + rest, 0.0),
            odd,
            np.clip(spread, _LEAST**2, _MOST**2),
            float(np.clip(common, _LEAST**2, _MOST**2)),
        )


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
    with log-odds ``likeliest + level + weights . corrections + u``; ``u`` is Student with 3 degrees
    of freedom per source and signal, as a scale mixture of normals [1]_. Levels and weights are
    normal around zero, with a variance in proportion to what they may explain: the variance that
    likeliest shares leave beyond chance. Weights are a common part and a signal's own; the
    variances of levels and own parts are learned over signals (empirical Bayes), spreads are
    shrunk to their common size. Fitted by penalised quasi-likelihood [2]_, variances by MacKay's
    fixed point [3]_.

    References
    ----------
    .. [1] Lange, K. L., Little, R. J. A., Taylor, J. M. G. (1989). Robust statistical modeling
       using the t distribution. JASA 84, 881-896.
    .. [2] Breslow, N. E. and Clayton, D. G. (1993). Approximate inference in generalized linear
       mixed models. JASA 88, 9-25.
    .. [3] MacKay, D. J. C. (1992). Bayesian interpolation. Neural Computation 4, 415-447.
    """
    n, carry = (np.asarray(arrays[name], dtype=np.float64) for name in ("n", "carry"))
    read = np.asarray(arrays["read"], dtype=np.float64)
    every = zip(read.sum(axis=0), carry.sum(axis=0), strict=True)
    base = [float(np.clip(calibrated_at(h, float(k)), 1e-3, 1 - 1e-3)) for h, k in every]
    enough = ((n > 0).sum(axis=0) >= _FEW) & (carry.sum(axis=0) > 0)
    at = np.flatnonzero(enough).tolist()
    result = {need: Transfer(base=base[j]) for j, need in enumerate(needs)}
    if at:
        mean, square = (
            arrays[name][:, at] / np.maximum(n[:, at], 1) for name in ("sum_p", "sum_pp")
        )
        found = [corrections(read[:, j], mean[:, i], base[j]) for i, j in enumerate(at)]
        terms, apart = (np.stack(parts, axis=1) for parts in zip(*found, strict=True))
        precise = precision(mean, square)
        learned = _fit(_Sources.of(n[:, at], carry[:, at], mean, precise, terms, apart))
        for j, values in zip(at, learned, strict=True):
            result[needs[j]] = Transfer(known=True, base=base[j], **values)
    # As they will be read back: a model and its stored record say the same to the last digit.
    return {need: Transfer.from_list(found.to_list()) for need, found in result.items()}


def _fit(sources: _Sources) -> list[dict[str, Any]]:
    """Return weights, their covariance, spread and df per signal."""
    signals, count = sources.n.shape[1], sources.design.shape[1]
    fit = _Fit(
        np.zeros(count),
        np.zeros((count, count)),
        np.zeros(sources.n.shape),
        np.ones(sources.n.shape),
        np.full(signals, _START**2),
        _START**2,
    )
    for _ in range(_ROUNDS):
        fit = fit.improved(sources, None)
    left = fit.common / np.r_[1.0, sources.size, sources.size]
    start = np.r_[_LEVEL, np.full(TERMS, _OWN), np.full(TERMS, _COMMON)] ** 2 * left
    share = np.r_[float(signals), np.full(TERMS, float(signals)), np.ones(TERMS)]
    variance = start
    for _ in range(_ROUNDS):
        level, own, usual = np.split(variance, [1, 1 + TERMS])
        fit = fit.improved(sources, np.r_[np.repeat(level, signals), usual, np.tile(own, signals)])
        sizes = fit.beta**2 + np.diag(fit.covariance)
        departures = sizes[signals + TERMS :].reshape(signals, TERMS).sum(axis=0)
        common = sizes[signals : signals + TERMS]
        squares = np.r_[sizes[:signals].sum(), departures, common]
        variance = (_WORTH * start + squares) / (_WORTH + share)
    weights, many = fit.weights(sources), (sources.n > 0).sum(axis=0)
    return [
        {
            "weights": tuple(float(v) for v in weights[j]),
            "unsure": tuple(float(v) for v in (part @ fit.covariance @ part.T).ravel()),
            "spread": float(np.sqrt(fit.spread[j])),
            "df": float(max(many[j] - 1, 3)),
        }
        for j, part in enumerate(sources.parts)
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
