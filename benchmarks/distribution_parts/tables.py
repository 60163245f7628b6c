"""The tables of the simulated months, and whether they show what they must."""

from __future__ import annotations

import numpy as np
from distribution_parts.worlds import BIG, NEEDS, SHARES

from convcat.insight.intervals import wilson

LEAST = 0.93  # coverage of an audit, in any cell


def show_alone(f1, world, cells):
    print(f"\n## F1 {f1}, world {world!r}, no audit: mean absolute error in points")
    keys = [k for k in cells.values if k not in ("cover", "width")]
    print("| need | " + " | ".join(keys) + " | coverage | width | Wilson on 50 |")
    print("|---" * (len(keys) + 4) + "|")
    mean = {k: cells.get(k).mean(axis=0) for k in (*keys, "cover")}
    width = np.median(cells.get("width"), axis=0)
    plain = np.array([np.subtract(*wilson(50 * s, 50)[::-1]) for s in SHARES])
    for j, need in enumerate(NEEDS):
        row = " | ".join(f"{100 * mean[k][j]:.2f}" for k in keys)
        print(f"| {need} | {row} | {mean['cover'][j]:.3f} | {width[j]:.3f} | {plain[j]:.3f} |")
    over = {k: 100 * float(np.sqrt(np.sum(cells.error(k) ** 2))) / len(NEEDS) for k in keys}
    print("all: " + ", ".join(f"{k} {100 * mean[k].mean():.2f} +- {over[k]:.2f}" for k in keys)
          + f"; coverage {mean['cover'].mean():.3f} +- {cells.error('cover').mean():.3f}")  # fmt: skip
    months = {len(cells.values[k]) for k in keys}
    print(
        f"({len(cells.values['cover'])} months; the others of the same simulation, the first {min(months)})"
    )
    checks = []
    if world == "shares":
        half = mean["convcat"].mean() <= mean["counting"].mean() / 2
        checks.append(("no audit, only shares change: error at most half of counting's", half))
    if world != "wording":
        checks += [(f"no audit, world {world!r}: coverage of .90", c >= 0.9) for c in mean["cover"]]
        checks += [(f"no audit, world {world!r}, 5 % and more: narrower than Wilson on 50", c)
                   for c in (width < plain)[BIG]]  # fmt: skip
    return checks


def show_audited(f1, world, n, cells):
    mean = {k: cells.get(k).mean(axis=0) for k in cells.values}
    middle = {k: np.median(cells.get(k), axis=0) for k in ("width", "wilson_width", "effective")}
    error, ratio = cells.error("cover"), middle["width"] / middle["wilson_width"]
    gain, ppi = mean["wilson_error"] / mean["error"], "ppi_cover" in mean
    print(f"\n## F1 {f1}, world {world!r}, audit of {n} ({len(cells.values['cover'])} months)")
    print("| need | coverage | width | of Wilson's | n_eff / n (error) | n_eff / n (width) | Wilson cover |"
          + (" PPI++ cover | PPI++ width |" if ppi else ""))  # fmt: skip
    print("|---" * (9 if ppi else 7) + "|")
    bad = mean["cover"] < LEAST - 1.645 * error
    for j, need in enumerate(NEEDS):
        line = (f"| {need} | {mean['cover'][j]:.3f} +- {error[j]:.3f}{' (!)' if bad[j] else ''} | {middle['width'][j]:.3f} "
                f"| {ratio[j]:.2f}{' (!)' if ratio[j] > 1.05 else ''} | {gain[j]:.1f} | {middle['effective'][j]:.1f} "
                f"| {mean['wilson_cover'][j]:.3f} |")  # fmt: skip
        if ppi:
            line += f" {mean['ppi_cover'][j]:.3f} +- {cells.error('ppi_cover')[j]:.3f} | {mean['ppi_width'][j]:.3f} |"
        print(line)
    checks = [(f"audit of {n}: coverage not below .93", not b) for b in bad]
    print(
        f"alarm {mean['alarm']:.3f} +- {cells.error('alarm'):.3f}, audit alone {mean['blind']:.3f}"
    )
    if world != "wording":
        checks.append(
            (f"audit of {n}: the alarm is silent in 95 % of quiet months", mean["alarm"] <= 0.05)
        )
    if f1 >= 0.75 and world == "shares" and n == 50:
        checks += [("audit of 50, F1 .75 and more, shares, 5 % and more: width at most .65 of Wilson's", r <= 0.65)
                   for r in ratio[BIG]]  # fmt: skip
        checks += [("audit of 50, F1 .75 and more, shares, 5 % and more: 3 times the checks (squared error)", g >= 3)
                   for g in gain[BIG]]  # fmt: skip
    checks += [
        (f"audit of {n}: never wider than Wilson's by more than 5 %", r <= 1.05) for r in ratio
    ]
    return checks
