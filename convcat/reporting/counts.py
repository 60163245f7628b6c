"""Plain counts of a tagged table that the page shows beside the findings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convcat.insight.intervals import wilson
from convcat.insight.summaries import Summary
from convcat.reporting.figures import Row
from convcat.tagged import Tagged
from convcat.taxonomy import Taxonomy

_WIDEST = 12  # columns of a heat map that still fit a page


@dataclass(frozen=True)
class Heat:
    """Plain shares of tags, per need and value of one column."""

    column: str
    values: tuple[str, ...]
    n: tuple[int, ...]
    tagged: dict[str, tuple[int, ...]]
    left_out: int


def stances_of(tagged: Tagged) -> tuple[Row, ...]:
    """Return per need in how many of its conversations something went wrong.

    The share is the mean of the calibrated ``p_failed`` over the need's conversations; its
    interval is Wilson's and covers sampling alone.
    """
    rows: list[Row] = []
    for j, need in enumerate(tagged.needs):
        p = tagged.p_failed[tagged.tags[:, j]]
        p = p[np.isfinite(p)]
        if not len(p):
            continue
        share = float(p.mean())
        low, high = wilson(share * len(p), len(p))
        rows.append({"need": need, "tagged": len(p), "failed": share, "low": low, "high": high})
    return tuple(rows)


def heat_of(tagged: Tagged, column: str) -> Heat:
    """Count tags per need and value of one column: the largest values, months in order."""
    cells = Summary.of(tagged, by=[column])
    usable = [i for i, key in enumerate(cells.cells) if key[0] is not None and cells.n[i] > 0]
    if column == "month":
        shown = usable[-_WIDEST:]
    else:
        shown = sorted(usable, key=lambda i: (-int(cells.n[i]), str(cells.cells[i][0])))[:_WIDEST]
    return Heat(
        column=column,
        values=tuple(str(cells.cells[i][0]) for i in shown),
        n=tuple(int(cells.n[i]) for i in shown),
        tagged={
            need: tuple(int(cells.tagged[i, j]) for i in shown)
            for j, need in enumerate(tagged.needs)
        },
        left_out=len(usable) - len(shown),
    )


def groups_of(tagged: Tagged, rows: Sequence[Row], taxonomy: Taxonomy) -> tuple[Row, ...]:
    """Roll the distribution up to the taxonomy's coarser views.

    A group's count is of conversations with any of its needs. Its estimate moves that count as
    the estimates of its needs move theirs; its interval adds theirs up, which is cautious.
    """
    of_need = {row["need"]: row for row in rows}
    read = int(tagged.ok.sum())
    result: list[Row] = []
    for rollup in taxonomy.rollups:
        group_of = taxonomy.groups(rollup)
        for group in taxonomy.rollups[rollup].groups:
            members = [n for n in tagged.needs if group_of.get(n) == group and n in of_need]
            columns = [tagged.needs.index(n) for n in members]
            count = int(tagged.tags[:, columns].any(axis=1).sum()) if members else 0
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
