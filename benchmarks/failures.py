"""Where it fails: false alerts in quiet months, and power to find what is planted.

    python benchmarks/failures.py                    a few minutes
    python benchmarks/failures.py --months 400 --full

Months are simulated: ten needs (30 % to 1 %), conversations with channel (5), product (20),
carrier (4) and country (8), and calibrated scores of a reader of a given separation. In a quiet
month nothing differs but, where the world says so, the reading. A planted month multiplies one
need's share in one slice. Beside ``convcat.failures`` stand the tests that are in common use, and two
limits: Benjamini-Hochberg on the true labels, the best that any reader could reach, and on the scores
as if they were read alike everywhere, the best that this reader could reach were that known.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pyarrow as pa
from scipy.special import expit
from scipy.stats import binom

from convcat.insight.contrast import Moments, upper_tail
from convcat.insight.failures import failures
from convcat.insight.multiplicity import q_values
from convcat.tagged import Tagged

SHARES = np.array([0.30, 0.20, 0.15, 0.12, 0.10, 0.08, 0.05, 0.03, 0.02, 0.01])
NEEDS = tuple(f"need{j}" for j in range(len(SHARES)))
COLUMNS = {
    "channel": np.array([0.35, 0.30, 0.20, 0.10, 0.05]),
    "product": np.array([0.10] * 4 + [0.05] * 8 + [0.02] * 6 + [0.04] * 2),
    "carrier": np.array([0.4, 0.3, 0.2, 0.1]),
    "country": np.array([0.4, 0.2, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05]),
}
MIN_SIZE = 30
SLICE = {0.10: ("product", 0), 0.05: ("product", 5), 0.02: ("product", 13)}
Finding = tuple[str, str, int]  # column (or "a × b"), value, need


@dataclass
class Month:
    codes: dict[str, np.ndarray]
    truth: np.ndarray
    p: np.ndarray
    tags: np.ndarray

    @property
    def tagged(self) -> Tagged:
        n = len(self.p)
        table = pa.table({k: [f"{k[:2]}{c:02d}" for c in codes] for k, codes in self.codes.items()})
        return Tagged(
            table=table,
            needs=NEEDS,
            ok=np.ones(n, dtype=bool),
            p=self.p,
            p_none=np.full(n, np.nan),
            p_failed=np.full(n, np.nan),
            tags=self.tags,
            status=np.full(n, "ok", dtype=object),
        )

    def slices(self, *, pairs: bool = True):
        """Every slice of at least MIN_SIZE conversations: its name, value and rows."""
        for name, codes in self.codes.items():
            for value in np.unique(codes):
                yield name, f"{name[:2]}{value:02d}", codes == value
        for a, b in combinations(self.codes, 2) if pairs else ():
            for x in np.unique(self.codes[a]):
                inside = self.codes[a] == x
                for y in np.unique(self.codes[b][inside]):
                    rows = inside & (self.codes[b] == y)
                    if rows.sum() >= MIN_SIZE:
                        yield f"{a} × {b}", f"{a[:2]}{x:02d} × {b[:2]}{y:02d}", rows


@dataclass
class World:
    """How a month comes about: which slices are read differently, what fails."""

    name: str
    read: Callable[[np.random.Generator, dict], tuple[np.ndarray, np.ndarray]] | None = None
    planted: tuple[str, int, int, float] | None = None  # column, code, need, factor
    separation: float = 3.0
    threshold: float | None = None  # of the score, for tags; by default a probability of one half
    drift: float = 0.0  # log-odds by which this month's shares differ from the training ones

    def month(self, rng: np.random.Generator, n: int) -> Month:
        codes = {k: rng.choice(len(w), n, p=w / w.sum()) for k, w in COLUMNS.items()}
        shares = expit(np.log(SHARES / (1 - SHARES)) + self.drift * rng.normal(size=len(SHARES)))
        chance = np.tile(shares, (n, 1))
        if self.planted:
            column, code, need, factor = self.planted
            chance[codes[column] == code, need] *= factor
        truth = rng.random(chance.shape) < np.minimum(chance, 1)
        d = self.separation
        x = rng.normal(size=chance.shape) + d * truth
        if self.read:
            miss, alarm = self.read(rng, codes)
            x += np.where(truth, -miss, alarm)
        p = expit(d * x - d**2 / 2 + np.log(SHARES / (1 - SHARES)))
        return Month(codes, truth, p, p > 0.5 if self.threshold is None else x > self.threshold)


def _chat(miss: float, alarm: float):
    """Scores of chat are off in every need: lower where the need is there, higher where not."""

    def read(rng, codes):
        chat = (codes["channel"] == 1)[:, None] * np.ones(len(SHARES))
        return miss * chat, alarm * chat

    return read


def _drawn(column: str, size: float, part: float = 1.0):
    """Every value and need is off on its own; or one cell (part 0); or a part of the cells."""

    def read(rng, codes):
        shape = (len(COLUMNS[column]), len(SHARES))
        miss, alarm = size * rng.normal(size=shape), size * rng.normal(size=shape)
        if part < 1:
            mask = rng.random(shape) < part
            mask[rng.integers(shape[0]), rng.integers(shape[1])] |= part == 0
            miss, alarm = miss * mask, alarm * mask
        return miss[codes[column]], alarm[codes[column]]

    return read


def _both(size: float):
    channel, product = _drawn("channel", size), _drawn("product", size)

    def read(rng, codes):
        a, b = channel(rng, codes), product(rng, codes)
        return a[0] + b[0], a[1] + b[1]

    return read


QUIET = [
    World("read alike"),
    World("shares drifted since training, read alike", drift=0.5),
    # Tags of recall .88 and false alarms .015 elsewhere, .70 and .05 in chat, in every need.
    World("chat: recall .70 for .88, alarms .05 for .015", _chat(0.65, 0.525), None, 3.345, 2.17),
    World("chat: twice that", _chat(1.3, 1.05), None, 3.345, 2.17),
    World("every channel its own errors", _drawn("channel", 0.35)),
    World("every product its own errors", _drawn("product", 0.35)),
    World("every product, every channel", _both(0.35)),
    World("every product, half as much", _drawn("product", 0.18)),
    World("one need of one channel misread", _drawn("channel", 0.35, part=0.0)),
    World("one cell in fifty of product misread", _drawn("product", 0.35, part=0.02)),
    World("weak reader (F1 about .5), read alike", separation=2.0),
]


def ours(month: Month) -> list[Finding]:
    found = failures(month.tagged, min_size=MIN_SIZE)
    return [(r["slice"], r["value"], NEEDS.index(r["need"])) for r in found.rows]


def _looked(month: Month, hits: np.ndarray):
    """Slices with their counts, one-sided exact p-values against elsewhere, and lifts."""
    total, n = hits.sum(axis=0), len(hits)
    out = []
    for name, value, rows in month.slices():
        size, inside = int(rows.sum()), hits[rows].sum(axis=0)
        out.append((name, value, size, inside))
    size = np.array([o[2] for o in out])[:, None]
    inside = np.array([o[3] for o in out])
    rate = np.maximum((total - inside) / (n - size), 0.5 / n)
    p = binom.sf(inside - 1, size, rate)
    return out, p, inside / size / rate


def _ranked(out, p, keep) -> list[Finding]:
    places = sorted(map(tuple, np.argwhere(keep)), key=lambda at: p[at])
    return [(out[i][0], out[i][1], int(j)) for i, j in places]


def p_below(month: Month) -> list[Finding]:
    out, p, _ = _looked(month, month.tags)
    return _ranked(out, p, p < 0.05)


def lift_above(month: Month) -> list[Finding]:
    out, _, lift = _looked(month, month.tags)
    return _ranked(out, -lift, lift >= 1.5)


def bh_on(hits: Callable[[Month], np.ndarray]) -> Callable[[Month], list[Finding]]:
    def method(month: Month) -> list[Finding]:
        out, p, _ = _looked(month, hits(month))
        return _ranked(out, p, q_values(p.ravel()).reshape(p.shape) <= 0.05)

    return method


def read_alike(month: Month) -> list[Finding]:
    """Squared scores, by chance alone: right where every slice is read alike, and only there."""
    scores = month.p**2
    size_all, total = len(scores), scores.sum(axis=0)
    moments = Moments.of(size_all, total, (scores**2).sum(axis=0), (scores**3).sum(axis=0))
    out, gaps, ends = [], [], []
    for name, value, rows in month.slices():
        size, inside = int(rows.sum()), scores[rows].sum(axis=0)
        out.append((name, value, size, inside))
        gaps.append(inside / size - (total - inside) / (size_all - size))
        ends.append((1 / size, 1 / (size_all - size)))
    a, b = np.array(ends).T[:, :, None]
    p = upper_tail(np.array(gaps), moments.variance * (a + b), moments.third * (a**2 - b**2))
    return _ranked(out, p, q_values(p.ravel()).reshape(p.shape) <= 0.05)


def subgroup(month: Month) -> list[Finding]:
    """pysubgroup's top 10 of each need by its standard quality; it has no error control."""
    import pandas as pd
    import pysubgroup as ps

    frame = pd.DataFrame({k: v.astype(str) for k, v in month.codes.items()})
    found = []
    for j in range(len(SHARES)):
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
            at = sorted((s.attribute_name, int(s.attribute_value)) for s in rule.selectors)
            order = [k for k in COLUMNS if k in dict(at)]
            name = " × ".join(order)
            value = " × ".join(f"{k[:2]}{dict(at)[k]:02d}" for k in order)
            found.append((quality, (name, value, j)))
    return [f for _, f in sorted(found, key=lambda f: -f[0])]


def slice_line(month: Month) -> list[Finding]:
    """sliceline's top 10 of each need, with the tag as the error; support is its only test."""
    from sliceline.slicefinder import Slicefinder

    x = np.column_stack([codes + 1 for codes in month.codes.values()])
    found = []
    for j in range(len(SHARES)):
        finder = Slicefinder(alpha=0.95, k=10, max_l=2, min_sup=MIN_SIZE, verbose=False)
        finder.fit(x, month.tags[:, j].astype(float))
        for rank, row in enumerate(finder.top_slices_):
            at = {k: int(v) - 1 for k, v in zip(COLUMNS, row, strict=True) if v is not None}
            value = " × ".join(f"{k[:2]}{v:02d}" for k, v in at.items())
            found.append((rank, (" × ".join(at), value, j)))
    return [f for _, f in sorted(found, key=lambda f: f[0])]


METHODS: dict[str, Callable[[Month], list[Finding]]] = {
    "convcat": ours,
    "p < .05 on tags": p_below,
    "lift >= 1.5 on tags": lift_above,
    "BH on tags": bh_on(lambda m: m.tags),
    "BH on scores, as if read alike": read_alike,
    "BH on the truth": bh_on(lambda m: m.truth),
}


@dataclass
class Tally:
    months: int = 0
    alerts: int = 0  # months with any finding
    false: float = 0.0  # findings that are not what was planted
    hits: int = 0
    ranks: list[int] = field(default_factory=list)

    def add(self, found: list[Finding], planted: Finding | None) -> None:
        self.months += 1
        self.alerts += bool(found)
        self.false += sum(not _tells(f, planted) for f in found)
        if planted in found:
            self.hits += 1
            self.ranks.append(found.index(planted) + 1)


def _tells(found: Finding, planted: Finding | None) -> bool:
    """Whether a finding is the planted one, or a part of it."""
    if planted is None or found[2] != planted[2]:
        return False
    return planted[1] in found[1].split(" × ")


def share(k: int, n: int) -> str:
    return f"{k / n:5.2f} ± {np.sqrt(max(k * (n - k) / n, 0.25)) / n:.2f}"


def run(world: World, n: int, months: int, methods: list[str], seed: int) -> dict[str, Tally]:
    rng = np.random.default_rng([seed, n])
    planted = None
    if world.planted:
        column, code, need, _ = world.planted
        planted = (column, f"{column[:2]}{code:02d}", need)
    tallies = {name: Tally() for name in methods}
    for _ in range(months):
        month = world.month(rng, n)
        for name in methods:
            tallies[name].add(METHODS[name](month), planted)
    return tallies


def quiet(months: int, sizes: list[int], methods: list[str], seed: int) -> None:
    print(f"\nQuiet months: share with any finding (± Monte Carlo error), {months} months each")
    for world in QUIET:
        for n in sizes:
            tallies = run(world, n, months, methods, seed)
            told = "   ".join(f"{m} {share(t.alerts, t.months)}" for m, t in tallies.items())
            print(f"  {world.name:45s} n={n:<6d} {told}", flush=True)


def power(months: int, sizes: list[int], methods: list[str], seed: int, *, full: bool) -> None:
    print(
        f"\nPlanted failures: found (± Monte Carlo error), mean rank, false findings a month, {months} months each"
    )
    factors, parts, needs = (
        ((1.5, 2.0, 3.0), (0.02, 0.05, 0.10), (4, 7)) if full else ((1.5, 2.0, 3.0), (0.05,), (4,))
    )
    for n in sizes:
        for need in needs:
            for part in parts:
                for factor in factors:
                    world = World("planted", planted=(*SLICE[part], need, factor))
                    print(f"  n={n}, a need of {SHARES[need]:.0%}, slice of {part:.0%}, x {factor}")
                    for name, t in run(world, n, months, methods, seed + 1).items():
                        rank = f"{np.mean(t.ranks):6.1f}" if t.ranks else "     -"
                        print(
                            f"    {name:30s} {share(t.hits, t.months)}  rank {rank}  false {t.false / t.months:7.2f}",
                            flush=True,
                        )


def weeks(months: int, seed: int) -> None:
    """Weeks of 750 conversations until a failure that began in the first is found."""
    print(
        f"\nWeeks until found (750 conversations a week, need of 10 %, slice of 5 %), {months} runs each"
    )
    for factor in (2.0, 3.0):
        world = World("planted", planted=(*SLICE[0.05], 4, factor))
        rng = np.random.default_rng(seed + 2)
        taken: dict[str, list[float]] = {"convcat": [], "BH on the truth": []}
        for _ in range(months):
            whole = world.month(rng, 750 * 26)
            for name, all_ in taken.items():
                target = ("product", f"pr{SLICE[0.05][1]:02d}", 4)
                for week in (1, 2, 3, 4, 6, 8, 10, 13, 17, 21, 26):
                    cut = slice(0, 750 * week)
                    month = Month(
                        {k: c[cut] for k, c in whole.codes.items()},
                        whole.truth[cut],
                        whole.p[cut],
                        whole.tags[cut],
                    )
                    if target in METHODS[name](month):
                        all_.append(week)
                        break
                else:
                    all_.append(np.inf)
        for name, all_ in taken.items():
            print(
                f"  x {factor}  {name:18s} median {np.median(all_):.0f} weeks, 80 % within {np.quantile(all_, 0.8, method='higher'):.0f}"
            )


def coverage(months: int, seed: int) -> None:
    """Intervals of the difference in a planted slice and in its quiet neighbours."""
    print(f"\nIntervals of the difference (95 %): share that hold the truth, {months} months each")
    for world in (
        World("read alike", planted=("product", 5, 4, 2.0)),
        World("channels read differently", _drawn("channel", 0.35), planted=("product", 5, 4, 2.0)),
    ):
        rng = np.random.default_rng(seed + 3)
        hit = {"planted": [], "quiet": []}
        for _ in range(months):
            result = failures(world.month(rng, 3000).tagged, pairs=False, min_size=MIN_SIZE)
            for row in result.looked_at.to_pylist():
                if row["need"] == "need4" and row["product"] == "pr05":
                    hit["planted"].append(row["low"] <= 0.10 <= row["high"])
                elif row["need"] != "need4":
                    hit["quiet"].append(row["low"] <= 0 <= row["high"])
        told = ", ".join(f"{k} {np.mean(v):.3f}" for k, v in hit.items())
        print(f"  {world.name:28s} {told}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--months", type=int, default=40)
    parser.add_argument("--sizes", type=int, nargs="+", default=[3000, 10_000])
    parser.add_argument("--full", action="store_true", help="every slice size and need")
    parser.add_argument("--only", choices=["quiet", "power", "weeks", "coverage"])
    parser.add_argument("--alone", action="store_true", help="convcat only")
    parser.add_argument("--seed", type=int, default=40, help="1 to 4, 101: seen while it was made")
    args = parser.parse_args()
    for package, name, method in (
        ("pysubgroup", "pysubgroup top 10", subgroup),
        ("sliceline", "sliceline top 10", slice_line),
    ):
        if importlib.util.find_spec(package):
            METHODS[name] = method
        else:
            print(f"{package} is not installed: left out")
    methods = ["convcat"] if args.alone else list(METHODS)
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    if args.only in (None, "quiet"):
        quiet(args.months, args.sizes, methods, args.seed)
    if args.only in (None, "power"):
        power(args.months, args.sizes, methods, args.seed, full=args.full)
    if args.only in (None, "weeks"):
        weeks(args.months, args.seed)
    if args.only in (None, "coverage"):
        coverage(args.months, args.seed)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
