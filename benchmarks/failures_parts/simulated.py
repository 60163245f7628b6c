"""The tables of the simulated months: quiet ones, planted failures, weeks, intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from failures_parts.cells import Kept, Tally, share, told
from failures_parts.methods import BH, OURS, TRUTH, USUAL, Method
from failures_parts.months import MIN_SIZE, OWN_ERRORS, QUIET, SHARES, SLICE, Month, World, drawn

from convcat.insight.failures import failures

# Months a cell per size: convcat's, of all other tests, of the packages that search for subgroups.
QUIET_MONTHS = {3_000: (300, 40, 4), 10_000: (150, 30, 2), 50_000: (60, 10, 1)}
POWER_MONTHS = {3_000: (60, 60, 4), 10_000: (60, 60, 2), 50_000: (15, 15, 1)}
RIVALS_IN = {QUIET[0].name, QUIET[2].name, QUIET[4].name}  # packages are slow, and alert anywhere
FACTORS, PARTS, PLANTED = (1.5, 2.0, 3.0), (0.02, 0.05, 0.10), (4, 7)  # needs of 10 % and of 3 %
WEEKLY, WEEKS = 750, (1, 2, 3, 4, 6, 8, 10, 13, 17, 21, 26)


def _run(world: World, seed: list[int], n: int, several: list[tuple[int, Mapping[str, Method]]]):
    """Count what methods find, each in the first months of a cell: as many as are given."""
    rng = np.random.default_rng([*seed, n])
    tallies = {name: Tally() for _, methods in several for name in methods}
    for at in range(max(months for months, _ in several)):
        month = world.month(rng, n)
        for months, methods in several:
            for name, method in methods.items() if at < months else ():
                tallies[name].add(method(month), world.finding)
    return tallies


def _several(months: tuple[int, int, int], part: float, packages: Mapping[str, Method]):
    own, usual, slow = (max(1, round(part * m)) for m in months)
    return [(own, OURS), (usual, USUAL), (slow, packages)]


def quiet(seed: int, sizes: list[int], part: float, packages: Mapping[str, Method], kept: Kept):
    print("\n## Quiet months: share with any finding (95 % interval; months)")
    for n in sizes:
        for k, world in enumerate(QUIET):
            several = _several(QUIET_MONTHS[n], part, packages if world.name in RIVALS_IN else {})
            of = f"quiet {seed} {n} {world.name} {several[0][0]}"
            found = kept.cell(of, lambda: _run(world, [seed, k], n, several))  # noqa: B023
            print(f"\nn={n:,}, {world.name}")
            for name, tally in found.items():
                print(f"  {name:32s} {share(tally['alerts'], tally['months'])}", flush=True)


def power(seed: int, sizes: list[int], part: float, packages: Mapping[str, Method], kept: Kept):
    print("\n## Planted failures: found, mean rank where found, false findings a month")
    cells = [(n, j, size, f) for n in sizes for j in PLANTED for size in PARTS for f in FACTORS]
    for k, (n, need, size, factor) in enumerate(cells):
        middle = need == PLANTED[0] and size == PARTS[1]
        several = _several(POWER_MONTHS[n], part, packages if middle else {})
        world = World("planted", planted=(*SLICE[size], need, factor))
        words = f"n={n:,}, a need of {SHARES[need]:.0%}, slice of {size:.0%}, x {factor}"
        of = f"power {seed} {words} {several[0][0]}"
        found = kept.cell(of, lambda: _run(world, [seed, 100 + k], n, several))  # noqa: B023
        print(f"\n{words}")
        for name, tally in found.items():
            print(f"  {name:32s} {told(tally)}", flush=True)


def weeks(seed: int, part: float, kept: Kept):
    """Weeks of 750 conversations until a failure that began in the first is found."""
    runs = max(4, round(40 * part))
    print(f"\n## Weeks until found ({WEEKLY} a week, need of 10 %, slice of 5 %; {runs} runs each)")
    methods = {**OURS, BH: USUAL[BH], TRUTH: USUAL[TRUTH]}
    for factor in FACTORS:
        found = kept.cell(f"weeks {seed} {factor} {runs}", lambda: _weeks(seed, factor, runs, methods))  # fmt: skip # noqa: B023
        for name, taken in found.items():
            taken = np.array([np.inf if week is None else week for week in taken])  # noqa: PLW2901
            late = np.quantile(taken, [0.5, 0.8], method="higher")
            words = [f"{w:.0f}" if np.isfinite(w) else "more than 26" for w in late]
            print(f"  x {factor} {name:24s} median {words[0]}, 80 % within {words[1]}; "
                  f"within 26 {share(int(np.isfinite(taken).sum()), len(taken))}", flush=True)  # fmt: skip


def _weeks(seed: int, factor: float, runs: int, methods: Mapping[str, Method]):
    world = World("planted", planted=(*SLICE[0.05], 4, factor))
    rng = np.random.default_rng([seed, 200, round(10 * factor)])
    taken: dict[str, list[int | None]] = {name: [] for name in methods}
    for _ in range(runs):
        whole = world.month(rng, WEEKLY * WEEKS[-1])
        for name, method in methods.items():
            taken[name].append(_week(whole, world, method))
    return taken


def _week(whole: Month, world: World, method: Method) -> int | None:
    return next((w for w in WEEKS if world.finding in method(whole.first(WEEKLY * w))), None)


def coverage(seed: int, part: float, kept: Kept) -> None:
    """Intervals of the difference in a planted slice and in its quiet neighbours."""
    months = max(5, round(100 * part))
    print(f"\n## Intervals of the difference (95 %): share that hold the truth, {months} months")
    for k, world in enumerate((
        World("read alike", planted=("product", 5, 4, 2.0)),
        World("channels read differently", drawn("channel", OWN_ERRORS), ("product", 5, 4, 2.0)),
    )):  # fmt: skip
        found = kept.cell(
            f"coverage {seed} {world.name} {months}",
            lambda: _coverage(world, [seed, 300 + k], months),  # noqa: B023
        )
        print(f"  {world.name:28s} planted {share(*found['planted'])}, quiet {found['quiet']:.3f}")


def _coverage(world: World, seed: list[int], months: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    hit: dict[str, list[bool]] = {"planted": [], "quiet": []}
    for _ in range(months):
        result = failures(world.month(rng, 3000).tagged(), pairs=False, min_size=MIN_SIZE)
        for row in result.looked_at.to_pylist():
            if row["need"] == "need4" and row["product"] == "pr05":
                hit["planted"].append(row["low"] <= 0.10 <= row["high"])
            elif row["need"] != "need4":
                hit["quiet"].append(row["low"] <= 0 <= row["high"])
    planted = (sum(hit["planted"]), len(hit["planted"]))
    return {"planted": planted, "quiet": float(np.mean(hit["quiet"]))}
