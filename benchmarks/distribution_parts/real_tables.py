"""The tables of the real texts: coverage, width, error, with their errors between sources."""

from __future__ import annotations

import numpy as np
from distribution_parts.months import EPS
from distribution_parts.tables import LEAST

LEVELS = (0.95, 0.8, 0.85, 0.9, 0.975, 0.99)


def by_source(values, group):
    """Return a mean and its error; the texts of one source are not independent."""
    means = np.array([values[group == g].mean() for g in np.unique(group)])
    return f"{values.mean():.3f} +- {means.std(ddof=1) / np.sqrt(len(means)):.3f}"


def show_sources(o, names):
    group, truth, plain = o[:, 0], o[:, 2], o[:, 6]
    big = truth >= 0.05
    inside = [
        (o[:, 7 + 2 * i] <= truth + EPS) & (truth <= o[:, 8 + 2 * i] + EPS)
        for i in range(len(LEVELS))
    ]
    widths = [o[:, 8 + 2 * i] - o[:, 7 + 2 * i] for i in range(len(LEVELS))]
    print(
        f"no audit, sources as they are ({len(o)} needs x sources, {big.sum()} of 5 % and more); mean absolute error in points:"
    )
    for name, at in (("all", big | True), ("5 % and more", big)):
        print(
            f"  {name}: "
            + ", ".join(
                f"{k} {100 * np.abs(o[at, c] - truth[at]).mean():.2f}"
                for k, c in (("convcat", 3), ("counting", 4), ("PCC", 5))
            )
        )
    print(
        "| level | coverage | coverage, 5 % and more | width / Wilson on 50 (medians) | (means) | narrower |\n|---|---|---|---|---|---|"
    )
    for i in np.argsort(LEVELS):
        w, q = widths[i][big], plain[big]
        print(f"| {LEVELS[i]:g} | {by_source(inside[i], group)} | {by_source(inside[i][big], group[big])} "
              f"| {np.median(w):.3f} / {np.median(q):.3f} = {np.median(w) / np.median(q):.2f} | {w.mean() / q.mean():.2f} | {(w < q).mean():.2f} |")  # fmt: skip
    print(
        "| need | coverage | median width | Wilson on 50 | error | counting's |\n|---|---|---|---|---|---|"
    )
    for j in np.unique(o[:, 1]).astype(int):
        at = o[:, 1] == j
        print(f"| {names[j]} | {inside[0][at].mean():.2f} | {np.median(widths[0][at]):.3f} | {np.median(plain[at]):.3f} "
              f"| {100 * np.abs(o[at, 3] - truth[at]).mean():.2f} | {100 * np.abs(o[at, 4] - truth[at]).mean():.2f} |")  # fmt: skip

    w, q = widths[0][big], plain[big]
    error, counted = (np.abs(o[:, c] - truth).mean() for c in (3, 4))
    return [
        ("real sources held out: coverage of .90", inside[0].mean() >= 0.9),
        ("real sources held out, 5 % and more: coverage of .90", inside[0][big].mean() >= 0.9),
        ("real sources held out, 5 % and more: narrower than Wilson on 50", np.median(w) < np.median(q)),
        ("real sources held out: error less than counting's", error < counted),
    ]  # fmt: skip


def show_months(m, audits):
    if not len(m):
        return []
    checks = []
    group, truth = m[:, 0], m[:, 1]
    held = (m[:, 5] <= truth + EPS) & (truth <= m[:, 6] + EPS)
    print(f"no audit, {len(m)} months with shifted shares: coverage {by_source(held, group)}; mean absolute error: "
          + ", ".join(f"{k} {100 * np.abs(m[:, c] - truth).mean():.2f}" for k, c in (("convcat", 2), ("counting", 3), ("PCC", 4))) + " points")  # fmt: skip
    checks.append(("real sources, months with shifted shares: coverage of .90", held.mean() >= 0.9))
    for n, found in audits.items():
        a = np.array(found)
        for name, at in (
            ("all", a[:, 1] >= 0),
            ("5 % and more", a[:, 1] >= 0.05),
            ("under 5 %", a[:, 1] < 0.05),
        ):
            if at.any():
                inside = (a[at, 2] <= a[at, 1] + EPS) & (a[at, 1] <= a[at, 3] + EPS)
                width, gain = (
                    a[at, 3] - a[at, 2],
                    np.mean((a[at, 6] - a[at, 1]) ** 2) / np.mean((a[at, 5] - a[at, 1]) ** 2),
                )
                print(f"audit of {n}, {name}: coverage {by_source(inside, a[at, 0])} of {at.sum()}, median width {np.median(width):.3f}, "
                      f"of Wilson's {np.median(width / a[at, 4]):.2f}, n_eff / n (error) {gain:.1f}")  # fmt: skip
                if name == "all":
                    checks.append(
                        (
                            f"real sources, months, audit of {n}: coverage of .93",
                            inside.mean() >= LEAST,
                        )
                    )
    return checks
