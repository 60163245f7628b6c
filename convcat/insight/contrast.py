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
        which for calibrated scores is their variance over that of the truth. A difference of
        means over it is the difference of shares (Bella et al. 2010, ICDM: probabilistic
        adjusted count).
    """

    mean: Floats
    variance: Floats
    third: Floats
    separation: Floats

    @classmethod
    def of(cls, n: float, s1: Floats, s2: Floats, s3: Floats) -> Moments:
        """Return the moments from sums of scores, their squares and their cubes.

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
        truth = np.maximum(mean * (1 - mean), 1e-12)
        # Below .1 the correction would blow noise up tenfold: the reader hardly tells them apart.
        return cls(mean, variance, third, np.clip(variance / truth, 0.1, 1.0))


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
