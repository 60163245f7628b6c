"""Month against month: what is called a change, where there is one and where there is none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from distribution_parts.worlds import SHARES, SIZE, World

from convcat import frames
from convcat.insight.comparison import compare


def change(months, seed):
    """Pairs of months: what is called a change where nothing changed, and where something did."""
    print("\n## Month against month (3,000 conversations each, F1 .75)")
    rng = np.random.default_rng([seed, 5])
    world = World(0.75, rng)
    needs = tuple(f"n{j}" for j in range(len(SHARES)))
    record = world.profile.to_dict() | {"needs": list(needs)}
    for part in ("spread", "transfers"):
        record[part] = dict(zip(needs, record[part].values(), strict=True))

    def tagged(shares, strength):
        p = world.month(shares, SIZE, strength)[1]
        tags = [[needs[j] for j in np.flatnonzero(row)] for row in p >= world.cut]
        columns = {f"p_{need}": p[:, j] for j, need in enumerate(needs)}
        table = pa.table({"needs": tags, **columns, "needs_status": ["ok"] * SIZE})
        return frames.with_metadata(table, {"needs": list(needs), "profile": record})

    print(
        "| reading | change | any false verdict | found | coverage (all needs) | width, 30 % need |"
    )
    print("|---" * 6 + "|")
    for strength, reading in ((0.0, "known"), (1.0, "wrong, alike in both months")):
        for factor in (1.0, 1.25, 1.5):
            moved = SHARES.copy()
            moved[2] *= factor
            false, found, inside, width = [], [], [], []
            for _ in range(months):
                rows = compare(tagged(SHARES, strength), tagged(moved, strength)).rows
                said = [row["verdict"] != "noise" for row in rows[: len(needs)]]
                false.append(any(s for j, s in enumerate(said) if factor == 1.0 or j != 2))
                found.append(said[2])
                truth = moved - SHARES
                inside += [
                    row["low"] <= t <= row["high"] for row, t in zip(rows, truth, strict=False)
                ]
                width.append(rows[0]["high"] - rows[0]["low"])
            cells = f"{np.mean(false):.3f} | {np.mean(found):.3f} | {np.mean(inside):.3f} | {np.median(width):.3f}"
            print(f"| {reading} | 10 % x {factor:g} | {cells} |")
