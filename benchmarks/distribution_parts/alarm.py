"""How often the alarm fires, by size of the change of wording."""

from __future__ import annotations

import numpy as np
from distribution_parts.months import Reading, binomial_p
from distribution_parts.worlds import NEEDS, RECORDS, SIZE, World

from convcat.insight.agreement import holm
from convcat.insight.drawing import draw


def power(months, seed):
    print("\n## The alarm: how often it fires, by size of the change of wording (F1 .75)")
    sizes, strengths = (20, 50, 200), (0, 0.5, 1, 1.5, 2)
    fired = {(n, s): [] for n in sizes for s in strengths}
    for record in range(RECORDS):
        rng = np.random.default_rng([seed, 7, record])
        world = World(0.75, rng)
        for s in strengths:
            for _ in range(max(1, months // RECORDS)):
                y, p = world.month(strength=s)
                readings = [
                    Reading(p[:, j], world.profile.transfers[k]) for j, k in enumerate(NEEDS)
                ]
                for n in sizes:
                    rows, plain = draw(p, n, rng), rng.choice(SIZE, n, replace=False)
                    tests = [
                        r.disagreement(rows, float(y[rows, j].sum()))
                        for j, r in enumerate(readings)
                    ]
                    blind = [
                        binomial_p(y[plain, j].sum(), n, r.share) for j, r in enumerate(readings)
                    ]
                    fired[n, s].append((min(holm(tests)) <= 0.05, min(holm(blind)) <= 0.05))
    most = 0.5 / np.sqrt(len(fired[50, 0]))
    print(f"(each +- {most:.3f} or less)")
    print("| checks | test | " + " | ".join(f"{s:g}" for s in strengths) + " |")
    print("|---" * 7 + "|")
    for n in sizes:
        for k, test in enumerate(("convcat", "audit alone")):
            row = " | ".join(f"{np.mean([f[k] for f in fired[n, s]]):.3f}" for s in strengths)
            print(f"| {n} | {test} | {row} |")
