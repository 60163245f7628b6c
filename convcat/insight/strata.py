"""Cells of the few values in which something was found: enough to tell which finding explains which.

Crossing every column would make as many cells as there are conversations. A finding's slice asks
of a column only whether it has one of a few values, so all others are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convcat.insight.slice_sums import failed_scores, kind_rows
from convcat.insight.slices import Cells, Choice, Ints, sums
from convcat.tagged import Tagged


@dataclass(frozen=True)
class Group:
    """The findings of one need in one kind of conversation.

    Attributes
    ----------
    kind : str or None
    need : int
    wanted : tuple of tuple of int
        Per column, the codes of the values that findings are of.
    """

    kind: str | None
    need: int
    wanted: tuple[tuple[int, ...], ...]

    @property
    def cells(self) -> int:
        """How many cells there can be."""
        return int(np.prod([len(codes) + 1.0 for codes in self.wanted]))


def cells_of(
    tagged: Tagged,
    first: int,
    choices: Sequence[Choice],
    groups: Sequence[Group],
    known: bool,  # noqa: FBT001 - a task, sent by position
) -> list[Cells]:
    """Count a piece of a table, one group of findings after the other."""
    del first
    columns = [choice.codes(tagged) for choice in choices]
    failed, _ = failed_scores(tagged, known=known)
    whole = {
        kind: Cells.of(columns, failed**2, tagged.tags, kind_rows(tagged, kind))
        for kind in dict.fromkeys(group.kind for group in groups)
    }
    return [_narrowed(whole[group.kind], group) for group in groups]


def together(parts: Sequence[Cells]) -> Cells:
    """Add up cells of several pieces."""
    codes = np.concatenate([part.codes for part in parts])
    numbers = np.concatenate([np.column_stack([part.n, part.s1, part.s2]) for part in parts])
    return _pooled(parts[0], codes, numbers)


def _narrowed(cells: Cells, group: Group) -> Cells:
    codes = cells.codes.copy()
    for k, wanted in enumerate(group.wanted):
        codes[~np.isin(codes[:, k], wanted), k] = -1
    need = slice(group.need, group.need + 1)
    return _pooled(cells, codes, np.column_stack([cells.n, cells.s1[:, need], cells.s2[:, need]]))


def _pooled(cells: Cells, codes: Ints, numbers: np.ndarray) -> Cells:
    if codes.shape[1]:
        found, place = np.unique(codes, axis=0, return_inverse=True)
    else:
        found, place = codes[:1], np.zeros(len(codes), dtype=np.int64)
    total = sums(np.asarray(place).reshape(-1), numbers, len(found))
    return Cells(
        columns=cells.columns,
        values=cells.values,
        codes=found,
        n=total[:, 0],
        s1=total[:, 1:2],
        s2=total[:, 2:3],
        s3=np.zeros(1),
        tagged=np.zeros((len(found), 1)),
    )
