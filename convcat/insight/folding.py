"""Redundant slices folded: of findings that tell the same story, the strongest speaks.

When one product fails, its category fails, and so does the channel where its buyers write. A
finding stays when its slice is still higher than what is beside it among conversations that are
alike in every stronger finding (in or out of its slice), and folds into the finding that it shares
most conversations with when it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convcat.insight.slices import Cells

Floats = npt.NDArray[np.float64]
Inside = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Adjusted:
    """Difference of a slice from what is beside it, within strata of other slices.

    ``third`` is its third central moment; ``variance`` is 0 where no stratum has both sides.
    """

    difference: float
    variance: float
    third: float


def adjusted(
    cells: Cells, need: int, inside: Inside, others: Sequence[Inside], skew: float
) -> Adjusted:
    """Compare a slice with its surroundings where both are alike in the other slices.

    Parameters
    ----------
    cells : Cells
    need : int
        Which need.
    inside : ndarray of bool, shape (cells,)
        The slice.
    others : sequence of ndarray of bool
        The slices that conversations must be alike in.
    skew : float
        Third moment over variance of the need's scores.

    Returns
    -------
    Adjusted
        With the weights of Cochran (1954, Biometrics 10:417): strata count by the harmonic mean
        of the sizes of their two sides.
    """
    if others:
        _, stratum = np.unique(np.column_stack(others), axis=0, return_inverse=True)
        stratum = np.asarray(stratum).reshape(-1)
    else:
        stratum = np.zeros(len(cells.n), dtype=np.intp)
    size = int(stratum.max(initial=0)) + 1

    def sums(values: Floats, rows: Inside) -> Floats:
        found = np.bincount(stratum[rows], weights=values[rows], minlength=size)
        return found.astype(np.float64)

    n_in, n_out = sums(cells.n, inside), sums(cells.n, ~inside)
    both = (n_in > 0) & (n_out > 0)
    if not both.any():
        return Adjusted(0.0, 0.0, 0.0)
    s1, s2 = cells.s1[:, need], cells.s2[:, need]
    n_in, n_out = n_in[both], n_out[both]
    mean_in, mean_out = sums(s1, inside)[both] / n_in, sums(s1, ~inside)[both] / n_out
    n = n_in + n_out
    mean = (n_in * mean_in + n_out * mean_out) / n
    square = (sums(s2, inside) + sums(s2, ~inside))[both] / n
    weight = n_in * n_out / n
    weight /= weight.sum()
    spread = np.maximum(square - mean**2, 0.0)
    return Adjusted(
        float(weight @ (mean_in - mean_out)),
        float(weight**2 @ (spread * (1 / n_in + 1 / n_out))),
        float(weight**3 @ (skew * spread * (1 / n_in**2 - 1 / n_out**2))),
    )


def fold(
    insides: Sequence[Inside],
    stands: Callable[[int, list[Inside]], bool],
    sizes: Floats,
) -> tuple[list[int], dict[int, int]]:
    """Return which findings stay, and into which of them each of the others folds.

    Parameters
    ----------
    insides : sequence of ndarray of bool
        The cells of each finding of one need, strongest first.
    stands : callable
        Whether a finding still stands beside the given others.
    sizes : ndarray of float
        Conversations per cell.

    Returns
    -------
    list of int, dict of int to int
    """
    kept: list[int] = []
    for i in range(len(insides)):
        if not kept or stands(i, [insides[k] for k in kept]):
            kept.append(i)
    # What came first may be explained by those that followed (a category by two products).
    for i in tuple(kept):
        rest = [k for k in kept if k != i]
        if rest and not stands(i, [insides[k] for k in rest]):
            kept = rest
    folded = {
        i: max(kept, key=lambda k: (_overlap(insides[i], insides[k], sizes), -k))
        for i in range(len(insides))
        if i not in kept
    }
    return kept, folded


def _overlap(a: Inside, b: Inside, sizes: Floats) -> float:
    either = float(sizes[a | b].sum())
    return float(sizes[a & b].sum()) / either if either else 0.0
