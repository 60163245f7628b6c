"""Ways to find what fails in a month: convcat's, those in common use, and two limits."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
from failures_parts.months import MIN_SIZE, Finding, Month, value
from scipy.stats import binom

from convcat.insight.contrast import Moments, upper_tail
from convcat.insight.failures import failures
from convcat.insight.multiplicity import q_values

Method = Callable[[Month], list[Finding]]


def _found(month: Month, model: object) -> list[Finding]:
    result = failures(month.tagged(), min_size=MIN_SIZE, model=model)
    return [(r["slice"], r["value"], r["need"]) for r in result.rows]


def ours(month: Month) -> list[Finding]:
    return _found(month, None)


def ours_with_record(month: Month) -> list[Finding]:
    return _found(month, month.record)


def _looked(month: Month, hits: np.ndarray):
    """Slices with their counts, one-sided exact p-values against elsewhere, and lifts."""
    total, n = hits.sum(axis=0), len(hits)
    out = []
    for name, of, rows in month.slices():
        size, inside = int(rows.sum()), hits[rows].sum(axis=0)
        out.append((name, of, size, inside))
    size = np.array([o[2] for o in out])[:, None]
    inside = np.array([o[3] for o in out])
    rate = np.maximum((total - inside) / (n - size), 0.5 / n)
    p = binom.sf(inside - 1, size, rate)
    return out, p, inside / size / rate


def _ranked(month: Month, out, p, keep) -> list[Finding]:
    places = sorted(map(tuple, np.argwhere(keep)), key=lambda at: p[at])
    return [(out[i][0], out[i][1], month.needs[j]) for i, j in places]


def p_below(month: Month) -> list[Finding]:
    out, p, _ = _looked(month, month.tags)
    return _ranked(month, out, p, p < 0.05)


def lift_above(month: Month) -> list[Finding]:
    out, _, lift = _looked(month, month.tags)
    return _ranked(month, out, -lift, lift >= 1.5)


def bh_on(hits: Callable[[Month], np.ndarray]) -> Method:
    def method(month: Month) -> list[Finding]:
        out, p, _ = _looked(month, hits(month))
        return _ranked(month, out, p, q_values(p.ravel()).reshape(p.shape) <= 0.05)

    return method


def read_alike(month: Month) -> list[Finding]:
    """Squared scores, by chance alone: right where every slice is read alike, and only there."""
    scores = month.p**2
    size_all, total = len(scores), scores.sum(axis=0)
    moments = Moments.of(size_all, total, (scores**2).sum(axis=0), (scores**3).sum(axis=0))
    out, gaps, ends = [], [], []
    for name, of, rows in month.slices():
        size, inside = int(rows.sum()), scores[rows].sum(axis=0)
        out.append((name, of, size, inside))
        gaps.append(inside / size - (total - inside) / (size_all - size))
        ends.append((1 / size, 1 / (size_all - size)))
    a, b = np.array(ends).T[:, :, None]
    p = upper_tail(np.array(gaps), moments.variance * (a + b), moments.third * (a**2 - b**2))
    return _ranked(month, out, p, q_values(p.ravel()).reshape(p.shape) <= 0.05)


def subgroup(month: Month) -> list[Finding]:
    """pysubgroup's top 10 of each need by its standard quality; it has no error control."""
    import pandas as pd
    import pysubgroup as ps

    frame = pd.DataFrame({k: v.astype(str) for k, v in month.codes.items()})
    found = []
    for j, need in enumerate(month.needs):
        frame["hit"] = month.tags[:, j]
        target = ps.BinaryTarget("hit", True)
        task = ps.SubgroupDiscoveryTask(
            frame,
            target,
            ps.create_selectors(frame, ignore=["hit"]),
            result_set_size=10,
            depth=2,
            qf=ps.WRAccQF(),
        )
        for quality, rule, _ in ps.BeamSearch().execute(task).results:
            at = {s.attribute_name: int(s.attribute_value) for s in rule.selectors}
            order = [k for k in month.codes if k in at]
            values = " × ".join(value(k, at[k]) for k in order)
            found.append((quality, (" × ".join(order), values, need)))
    return [f for _, f in sorted(found, key=lambda f: -f[0])]


def slice_line(month: Month) -> list[Finding]:
    """sliceline's top 10 of each need, with the tag as the error; support is its only test."""
    from sliceline.slicefinder import Slicefinder

    x = np.column_stack([codes + 1 for codes in month.codes.values()])
    found = []
    for j, need in enumerate(month.needs):
        finder = Slicefinder(alpha=0.95, k=10, max_l=2, min_sup=MIN_SIZE, verbose=False)
        finder.fit(x, month.tags[:, j].astype(float))
        for rank, row in enumerate(finder.top_slices_):
            at = {k: int(v) - 1 for k, v in zip(month.codes, row, strict=True) if v is not None}
            values = " × ".join(value(k, v) for k, v in at.items())
            found.append((rank, (" × ".join(at), values, need)))
    return [f for _, f in sorted(found, key=lambda f: f[0])]


OURS = {"convcat": ours, "convcat, with a record": ours_with_record}
BH, TRUTH = "BH on tags", "BH on the truth"
USUAL: dict[str, Method] = {
    "p < .05 on tags": p_below,
    "lift >= 1.5 on tags": lift_above,
    BH: bh_on(lambda m: m.tags),
    "BH on scores, as if read alike": read_alike,
    TRUTH: bh_on(lambda m: m.truth),
}
PACKAGES: dict[str, tuple[str, Method]] = {
    "pysubgroup top 10": ("pysubgroup", subgroup),
    "sliceline top 10": ("sliceline", slice_line),
}


def packages() -> dict[str, Method]:
    """Return the methods of other packages that are installed."""
    held = {n: (p, m) for n, (p, m) in PACKAGES.items() if importlib.util.find_spec(p)}
    for name in PACKAGES.keys() - held.keys():
        print(f"({PACKAGES[name][0]} is not installed: left out)")
    return {name: method for name, (_, method) in held.items()}
