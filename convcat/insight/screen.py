"""Every slice against everything else, need by need: differences, their errors, p-values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from convcat.insight.contrast import Moments
from convcat.insight.reading import Spread
from convcat.insight.residuals import Residuals
from convcat.insight.slice_sums import SliceSums
from convcat.insight.slices import Slices
from convcat.insight.uneven import SCALES, Uneven, learn

Floats = npt.NDArray[np.float64]
_CLEAR = 3.0  # standard errors at which a doubled need gets the full weight in the error control
_LEAST_WEIGHT = 0.1
_PROMISING = 0.05  # p-values above it never pass: no second look


@dataclass(frozen=True)
class Screened:
    """What was looked at, as arrays of shape (slices, needs).

    Attributes
    ----------
    slices : Slices
    moments : Moments
        Of all rows.
    difference : ndarray
        Mean score in the slice minus elsewhere.
    sampling : ndarray
        Its sampling variance if nothing differed.
    uneven : Uneven
        What the reading may have added to it, one cell per slice and need.
    checked : ndarray of int, shape (slices,)
        How many conversations of each slice were read by hand.
    plain : ndarray
        p-value of the slice against elsewhere.
    p : ndarray
        p-value; of a pair, the largest of the contrasts with its single slices too.
    full : ndarray
        p-value of the slice against elsewhere at the full spread between sources.
    """

    slices: Slices
    moments: Moments
    difference: Floats
    sampling: Floats
    uneven: Uneven
    checked: npt.NDArray[np.int64]
    plain: Floats
    p: Floats
    full: Floats

    @cached_property
    def right(self) -> Floats:
        """Difference less what conversations read by hand say is the reading's."""
        return np.asarray(self.difference - self.uneven.shift.reshape(self.difference.shape))

    @cached_property
    def unread(self) -> Floats:
        """Variance that an uneven reading leaves in each difference."""
        return self.uneven.variance.reshape(self.difference.shape)

    @cached_property
    def weight(self) -> Floats:
        """How much of the error budget each cell is worth: what could show a doubling, the most.

        It knows sizes and overall shares only, not what differs. What could show nothing does not
        make it harder for the rest.
        """
        clear = (
            self.moments.share
            * self.moments.separation
            / np.sqrt(np.maximum(self.sampling, 1e-300))
        )
        return np.clip((clear / _CLEAR) ** 2, _LEAST_WEIGHT, 1.0)

    def cell(self, i: int, need: int) -> Uneven:
        """Return what the reading may have added to one difference."""
        return self.uneven.at(np.asarray([i * self.difference.shape[1] + need]))


def screen(
    sums: SliceSums,
    slices: Slices,
    moments: Moments,
    spread: Spread,
    checks: Residuals | None = None,
) -> Screened:
    """Compare every slice with everything else.

    Slices of two columns must also add to their single slices: be higher than the rest of either
    and than the sum of both effects (an intersection-union test, Berger 1982, Technometrics
    24:295: the largest p-value counts).
    """
    total_n, total = sums.n, sums.s1
    n, rest = slices.n[:, None], total_n - slices.n[:, None]
    difference = slices.s1 / n - (total - slices.s1) / rest
    sampling = moments.variance * (1 / n + 1 / rest)
    third = moments.third * (1 / n**2 - 1 / rest**2)
    misread, noise = np.zeros_like(difference), np.full_like(difference, np.inf)
    count = np.zeros(len(slices), dtype=np.int64)
    if checks is not None:
        misread, noise, count = checks.misread(slices, moments, difference)
    group = slices.left * (len(sums.columns) + 1) + slices.right
    reading = spread.at(SCALES, moments)
    uneven = learn(
        difference, sampling, moments.share, group, reading, (misread, noise), known=spread.known
    )

    plain = uneven.tail(difference.ravel(), sampling.ravel(), third.ravel())
    p, full = plain.copy(), np.ones_like(plain)
    some = np.flatnonzero(plain < _PROMISING)
    full[some] = (
        uneven.at(some).full().tail(*(x.ravel()[some] for x in (difference, sampling, third)))
    )
    both = some[np.repeat(slices.pair, difference.shape[1])[some]]
    if len(both):
        for parts in _beyond_singles(sums, slices, moments):
            p[both] = np.maximum(p[both], uneven.at(both).tail(*(x.ravel()[both] for x in parts)))
    shape = difference.shape
    return Screened(
        slices,
        moments,
        difference,
        sampling,
        uneven,
        count,
        *(x.reshape(shape) for x in (plain, p, full)),
    )


def _beyond_singles(
    sums: SliceSums, slices: Slices, moments: Moments
) -> list[tuple[Floats, Floats, Floats]]:
    """Return difference, variance and third moment of each pair against its single slices."""
    n_all, all_ = sums.n, sums.s1
    n, s = slices.n[:, None], slices.s1
    (n_a, a), (n_b, b) = (
        sums.single(at, code) for at, code in ((slices.left, slices.a), (slices.right, slices.b))
    )
    sides = [(n_a - n, a - s), (n_b - n, b - s), (n_all - n_a - n_b + n, all_ - a - b + s)]

    def part(size: Floats, mass: Floats) -> tuple[Floats, Floats, Floats]:
        # A side without rows cannot be compared with: its variance takes all evidence away.
        size = np.where(size > 0, size, 1e-9)
        return mass / size, moments.variance / size, moments.third / size**2

    m, v, t = part(n, s)
    (m_a, v_a, t_a), (m_b, v_b, t_b), (m_0, v_0, t_0) = (part(*side) for side in sides)
    return [
        (m - m_a, v + v_a, t - t_a),
        (m - m_b, v + v_b, t - t_b),
        (m - m_a - m_b + m_0, v + v_a + v_b + v_0, t - t_a - t_b + t_0),
    ]
