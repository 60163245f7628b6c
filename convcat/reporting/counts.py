"""Plain counts of a tagged table that the page shows beside the findings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from convcat.insight.census import READ
from convcat.insight.digest import Digest
from convcat.insight.intervals import wilson
from convcat.insight.signals import ONE
from convcat.reporting.figures import Row
from convcat.taxonomy import Taxonomy

_WIDEST = 12  # columns of a heat map that still fit a page
FEW = 20  # conversations below which a share says too little to be shown


@dataclass(frozen=True)
class Heat:
    """Plain shares of tags, per need and value of one column."""

    column: str
    values: tuple[str, ...]
    n: tuple[int, ...]
    tagged: dict[str, tuple[int, ...]]
    left_out: int
    missing: int = 0  # conversations read that have no such value


@dataclass(frozen=True)
class Own:
    """The counts of one kind of conversation, or of all.

    Attributes
    ----------
    digest : Digest
    kind : str or None
    every : bool
        Whether all kinds are meant.
    """

    digest: Digest
    kind: str | None = None
    every: bool = True

    def has(self, kind: str | None) -> bool:
        """Return whether a kind is meant."""
        return self.every or kind == self.kind

    @property
    def statuses(self) -> Counter[str]:
        """How many rows that were kept have each status."""
        found: Counter[str] = Counter()
        for (kind, status), n in self.digest.census.statuses.items():
            if self.has(kind):
                found[status] += n
        return found


def stances_of(own: Own) -> tuple[Row, ...]:
    """Return per need in how many of its conversations something went wrong.

    The share is the mean of the calibrated ``p_failed`` over the need's conversations; its
    interval is Wilson's and covers sampling alone.
    """
    rows: list[Row] = []
    parts = [sums for kind, sums in own.digest.census.failed.items() if own.has(kind)]
    for j, need in enumerate(own.digest.needs):
        n = int(sum(part[0, j] for part in parts))
        if not n:
            continue
        share = float(sum(part[1, j] for part in parts)) / ONE / n
        low, high = wilson(share * n, n)
        rows.append({"need": need, "tagged": n, "failed": share, "low": low, "high": high})
    return tuple(rows)


def heat_of(own: Own, column: str) -> Heat:
    """Count tags per need and value of one column: the largest values, months in order."""
    found = own.digest.census.values.get(column)
    counts: dict[str, Any] = {}
    missing = 0
    for (kind, value), n in found.items() if isinstance(found, dict) else ():
        if not own.has(kind):
            continue
        if value is None:
            missing += int(n[READ])
        else:
            counts[value] = counts.get(value, 0) + n
    usable = sorted(value for value, n in counts.items() if n[READ] > 0)
    if column == "month":
        enough = [value for value in usable if counts[value][READ] >= FEW]
        shown = (enough if len(enough) > 1 else usable)[-_WIDEST:]
    else:
        shown = sorted(usable, key=lambda value: (-int(counts[value][READ]), value))[:_WIDEST]
    return Heat(
        column=column,
        values=tuple(shown),
        n=tuple(int(counts[value][READ]) for value in shown),
        tagged={
            need: tuple(int(counts[value][READ + 1 + j]) for value in shown)
            for j, need in enumerate(own.digest.needs)
        },
        left_out=len(usable) - len(shown),
        missing=missing,
    )


def groups_of(own: Own, rows: Sequence[Row], taxonomy: Taxonomy) -> tuple[Row, ...]:
    """Roll the distribution up to the taxonomy's coarser views.

    A group's count is of conversations with any of its needs. Its estimate moves that count as
    the estimates of its needs move theirs; its interval adds theirs up, which is cautious.
    """
    of_need = {row["need"]: row for row in rows}
    needs, tagsets = own.digest.needs, own.digest.census.tagsets
    mine = [(tags, n) for (kind, tags), n in tagsets.items() if own.has(kind)]
    packed = np.frombuffer(b"".join(tags for tags, _ in mine), dtype=np.uint8)
    sets = np.unpackbits(packed.reshape(len(mine), (len(needs) + 7) // 8), axis=1)
    sizes = np.asarray([n for _, n in mine], dtype=np.int64)
    read = int(sizes.sum())
    result: list[Row] = []
    for rollup in taxonomy.rollups:
        group_of = taxonomy.groups(rollup)
        for group in taxonomy.rollups[rollup].groups:
            members = [n for n in needs if group_of.get(n) == group and n in of_need]
            columns = [needs.index(n) for n in members]
            count = int(sizes[sets[:, columns].any(axis=1)].sum()) if members else 0
            row: Row = {
                "rollup": rollup,
                "group": group,
                "needs": members,
                "tagged": count,
                "n": read,
            }
            if members and read:
                sums = {
                    key: math.fsum(of_need[n][key] or 0.0 for n in members)
                    for key in ("share", "low", "high", "counted")
                }
                scale = count / read / sums["counted"] if sums["counted"] else 1.0
                row |= {key: min(1.0, sums[key] * scale) for key in ("share", "low", "high")}
            result.append(row)
    return tuple(result)
