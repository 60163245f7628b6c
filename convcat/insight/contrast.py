"""Is a mean of calibrated probabilities higher here than there? Tails that hold far out.

False discovery control over thousands of slices asks for p-values near one in a hundred thousand,
where the normal approximation fails: the mass of a rare need in a small slice is skewed. The tails
here match the third moment too (a shifted gamma, Pearson's type III); beside a Poisson count of
mean 5 they are right to a third at two in ten thousand, on the safe side, where the normal tail is
wrong by a factor of twenty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_PLAIN = 0.02
"""One-sided normal p-value above which the skew is left out: such a cell can never pass."""


@dataclass(frozen=True)
class Moments:
    """Mean, variance, third central moment and spread of scores of each need, over all rows.

    Attributes
    ----------
    mean, variance, third : ndarray of float, shape (needs,)
    separation : ndarray of float, shape (needs,)
        Mean score of the conversations that have it minus mean score of those that have not,
        which for calibrated probabilities is their covariance with the scores over the variance of
        the truth. A difference of means over it is the difference of shares (Bella et al. 2010,
        ICDM: probabilistic adjusted count).
    share : ndarray of float, shape (needs,)
        Mean probability; of scores that are probabilities, their mean.
    """

    mean: Floats
    variance: Floats
    third: Floats
    separation: Floats
    share: Floats

    @property
    def alarms(self) -> Floats:
        """Mean score of the conversations that do not have it."""
        return np.maximum(self.mean - self.share * self.separation, 0.0)

    @classmethod
    def of(
        cls,
        n: float,
        s1: Floats,
        s2: Floats,
        s3: Floats,
        of: tuple[Floats, Floats] | None = None,
    ) -> Moments:
        """Return the moments from sums of scores, their squares and their cubes.

        ``of`` are the sums of the probabilities that the scores were made of, and of scores times
        probabilities, where scores are no probabilities themselves.

        Examples
        --------
        >>> one = np.ones(1)
        >>> Moments.of(10, 2 * one, 2 * one, 2 * one).separation.round(6).tolist()
        [1.0]
        """
        n = max(n, 1)
        mean = s1 / n
        variance = np.maximum(s2 / n - mean**2, 0.0)
        third = s3 / n - 3 * mean * s2 / n + 2 * mean**3
        share = mean if of is None else of[0] / n
        shared = variance if of is None else of[1] / n - mean * share
        truth = np.maximum(share * (1 - share), 1e-12)
        # Far below the correction would blow noise up: the reader hardly tells them apart.
        least = 0.1 if of is None else 0.05
        return cls(mean, variance, third, np.clip(shared / truth, least, 1.0), share)


def upper_tail(difference: Floats, variance: Floats, third: Floats) -> Floats:
    """Return P(X >= difference) for a mean-zero X of this variance and third moment.

    Examples
    --------
    A Poisson count of mean 5 that reaches 15 (at 14.5, half a count off for its steps); the
    exact tail is 0.000226, the normal one 0.0000109.

    >>> tail = upper_tail(np.array([9.5]), np.array([5.0]), np.array([5.0]))
    >>> round(float(tail[0]), 6)
    0.000302
    """
    from scipy.special import gammainc, gammaincc, ndtr

    difference, variance, third = np.broadcast_arrays(difference, variance, third)
    # Without any spread nothing was measured: no evidence.
    z = np.where(variance > 0, difference / np.sqrt(np.maximum(variance, 1e-300)), 0.0)
    p = np.asarray(ndtr(-z), dtype=np.float64)
    far = p < _PLAIN
    skew = third[far] / np.maximum(variance[far], 1e-300) ** 1.5
    bent = np.abs(skew) > 1e-3
    if bent.any():
        z_far, g = z[far][bent], skew[bent]
        k = 4 / g**2
        x = np.maximum(k + np.sign(g) * z_far * np.sqrt(k), 0.0)
        tail = p[far]
        tail[bent] = np.where(g > 0, gammaincc(k, x), gammainc(k, x))
        p[far] = tail
    return p
