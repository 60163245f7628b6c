"""Conversations read by hand tell a slice that is read differently from one that fails.

Each check gives a residual: what the reader found minus the score. A slice whose residuals are
those of elsewhere is read as elsewhere, so the spread between sources no longer has to be held
against it; a slice that is read worse is set right by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError
from convcat.insight.checks import read_audit
from convcat.insight.contrast import Moments
from convcat.insight.digest import Digest
from convcat.insight.population import ids_of
from convcat.insight.slice_sums import kind_rows
from convcat.insight.slices import Choice, Slices
from convcat.tagged import Tagged

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEWEST = 5  # checks, in the slice and elsewhere, below which they tell nothing of a slice


@dataclass(frozen=True)
class Residuals:
    """The conversations that were read by hand, of one table.

    Attributes
    ----------
    table : Tagged
        The table, or its rows that were read by hand.
    row : ndarray of int, shape (checks,)
        Their rows in it.
    weight : ndarray of float, shape (checks,)
        How many conversations each stands for.
    residual : ndarray of float, shape (checks, needs)
        What was found minus the score.
    codes : ndarray of int, shape (checks, columns + 1)
        Their values of the slice columns; the last is always -1, where a slice has no second.
    """

    table: Tagged
    row: Ints
    weight: Floats
    residual: Floats
    codes: Ints

    def within(self, kind: str | None) -> Residuals:
        """Return the checks of one kind of conversation; ``None`` is all kinds."""
        mine = kind_rows(self.table, kind)[self.row]
        return replace(
            self,
            row=self.row[mine],
            weight=self.weight[mine],
            residual=self.residual[mine],
            codes=self.codes[mine],
        )

    def misread(
        self, slices: Slices, moments: Moments, difference: Floats
    ) -> tuple[Floats, Floats, Ints]:
        """Return what the checks of each slice say of how it is read.

        With d the difference of mean scores, k the separation and r that of the residuals, a
        slice that differs by D in truth and by b in reading has d = k D + b and r = D - d, so
        that (1 - k) d - k r estimates b.

        Returns
        -------
        misread, noise : ndarray of float, shape (slices, needs)
            What the reading adds to each difference, and the variance of that estimate: infinite
            where too few were read.
        count : ndarray of int, shape (slices,)
            How many conversations of each slice were read by hand.
        """
        codes, weight, residual = self.codes, self.weight, self.residual
        inside = (codes[:, slices.left] == slices.a) & (codes[:, slices.right] == slices.b)
        inner = inside.T.astype(np.float64)
        count = inner.sum(axis=1)
        r_in, v_in = _mean(inner, weight, residual, moments)
        r_out, v_out = _mean(1 - inner, weight, residual, moments)
        enough = ((count >= FEWEST) & (len(codes) - count >= FEWEST))[:, None]
        k = moments.separation
        misread = (1 - k) * difference - k * (r_in - r_out)
        noise = np.where(enough, np.maximum(k**2 * (v_in + v_out), 1e-12), np.inf)
        return np.where(enough, misread, 0.0), noise, count.astype(np.int64)


def residuals_of(digest: Digest, audit: Any, choices: Sequence[Choice]) -> Residuals:
    """Match an audit with its tagged table.

    Parameters
    ----------
    digest : Digest
    audit : path, dataframe, AuditSheet or Audit
        See :func:`~convcat.insight.checks.read_audit`.
    choices : sequence of Choice
        The slice columns.

    Raises
    ------
    InputError
        If it is no audit, or none of its conversations was read in this table.
    """
    read = read_audit(audit, digest.needs)
    tagged = digest.rows_of(read.ids)
    place = {key: i for i, key in enumerate(ids_of(tagged)) if tagged.ok[i]}
    mine = np.asarray([k for k, key in enumerate(read.ids) if key in place], dtype=np.int64)
    if not len(mine):
        raise InputError("None of the audited conversations is among those read in this table.")
    read.check_words(tagged)
    row = np.asarray([place[read.ids[k]] for k in mine], dtype=np.int64)
    truth = np.column_stack([read.share_of(need)[mine] for need in tagged.needs])
    drawn = np.nan_to_num(np.asarray(read.probabilities)[mine], nan=1.0)
    failed = np.nan_to_num(tagged.p_failed[row], nan=1.0)
    columns = [choice.codes(tagged).codes[row] for choice in choices]
    return Residuals(
        table=tagged,
        row=row,
        weight=1 / np.clip(drawn, 1e-6, 1.0),
        residual=truth * failed[:, None] - (np.nan_to_num(tagged.p[row]) * failed[:, None]) ** 2,
        codes=np.column_stack([*columns, np.full(len(row), -1, dtype=np.int64)]),
    )


def _mean(
    inner: Floats, weight: Floats, residual: Floats, moments: Moments
) -> tuple[Floats, Floats]:
    """Return the weighted mean residual of each slice and its variance."""
    total = inner @ weight
    size = np.maximum(total, 1e-12)[:, None]
    mean = inner @ (weight[:, None] * residual) / size
    effective = np.maximum(total**2 / np.maximum(inner @ weight**2, 1e-12), 1.0)[:, None]
    # What calibrated scores expect; seen residuals may be more (a rare need unseen is not none).
    truth = moments.share * (1 - moments.share)
    expected = np.maximum(truth * (1 - 2 * moments.separation) + moments.variance, 0.0)
    seen = inner @ (weight[:, None] * residual**2) / size
    return mean, np.maximum(expected, seen) / effective
