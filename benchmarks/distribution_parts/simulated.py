"""Simulated months, every cell: F1, world, size of the audit."""

from __future__ import annotations

import time
import warnings

import numpy as np
from distribution_parts.cells import Cells
from distribution_parts.months import EPS, Reading, binomial_p
from distribution_parts.rivals import rivals
from distribution_parts.tables import show_alone, show_audited
from distribution_parts.worlds import NEEDS, RECORDS, SIZE, World, separation

from convcat.insight.agreement import holm
from convcat.insight.drawing import draw
from convcat.insight.intervals import effective_checks, wilson

OTHERS = 500  # the others are slow: the first months of each cell


def simulate(months, sizes, f1s, seed, worlds):
    others, ppi = rivals()
    checks, start = [], time.process_time()
    for f1 in f1s:
        d, each = separation(f1)
        print(f"\n# F1 {f1}: d' {d:.2f}; by need " + ", ".join(f"{v:.2f}" for v in each))
        for w, kind in enumerate(worlds):
            alone, audited = (
                Cells(),
                {n: Cells() for n in (sizes if kind != "shops" else sizes[1:2])},
            )
            for record in range(RECORDS):
                rng = np.random.default_rng([seed, int(100 * f1), w, record])
                world = World(f1, rng, kind)
                for m in range(max(1, months // RECORDS)):
                    beside = m < max(1, OTHERS // RECORDS)
                    one_month(
                        world,
                        record,
                        alone,
                        audited,
                        others if beside else {},
                        ppi if beside else None,
                        rng,
                    )
            checks += show_alone(f1, kind, alone)
            for n, cells in audited.items():
                checks += show_audited(f1, kind, n, cells)
            print(f"({time.process_time() - start:.0f} s of CPU so far)", flush=True)
    return checks


def one_month(world, record, alone, audited, others, ppi, rng):
    y, p = world.month()
    truth, columns = y.mean(axis=0), range(len(NEEDS))
    readings = [Reading(p[:, j], world.profile.transfers[need]) for j, need in enumerate(NEEDS)]
    spans = np.array([r.forecast.interval() for r in readings])
    ours = np.array([r.share for r in readings])
    alone.add(
        record,
        convcat=np.abs(ours - truth),
        cover=(spans[:, 0] <= truth + EPS) & (truth <= spans[:, 1] + EPS),
        width=spans[:, 1] - spans[:, 0],
        counting=np.abs((p >= world.cut).mean(axis=0) - truth),
        PCC=np.abs(p.mean(axis=0) - truth),
    )
    for rival, call in others.items():
        got = [call(p[:, j], world.trained[j], world.tpr[j], world.fpr[j]) for j in columns]
        alone.add(record, **{rival: np.abs(np.array(got) - truth)})
    for n, out in audited.items():
        rows, plain = draw(p, n, rng), rng.choice(SIZE, n, replace=False)
        found = [r.audited(rows, y[rows, j]) for j, r in enumerate(readings)]
        low, high, share = (
            np.array([getattr(f, k) for f in found]) for k in ("low", "high", "share")
        )
        hits = y[plain].sum(axis=0)
        a, b = np.array([wilson(k, n) for k in hits]).T
        out.add(
            record,
            cover=(low <= truth + EPS) & (truth <= high + EPS),
            width=high - low,
            error=(share - truth) ** 2,
            effective=np.array([effective_checks(f.share, f.low, f.high) / n for f in found]),
            wilson_cover=(a <= truth) & (truth <= b),
            wilson_width=b - a,
            wilson_error=(hits / n - truth) ** 2,
        )
        if n <= 50 or ppi is not None:
            tests = [r.disagreement(rows, float(y[rows, j].sum())) for j, r in enumerate(readings)]
            blind = [binomial_p(hits[j], n, ours[j]) for j in columns]
            out.add(record, alarm=min(holm(tests)) <= 0.05, blind=min(holm(blind)) <= 0.05)
        if ppi is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ends = np.array([
                    np.ravel(ppi(y[plain, j].astype(float), p[plain, j], p[:, j], alpha=0.05))
                    for j in columns
                ])  # fmt: skip
            out.add(
                record,
                ppi_cover=(ends[:, 0] <= truth) & (truth <= ends[:, 1]),
                ppi_width=ends[:, 1] - ends[:, 0],
            )
