"""What changed and when: alerts in quiet histories, and power to find what is planted.

    python benchmarks/change.py                     100 histories of each kind, about twenty minutes
    python benchmarks/change.py --histories 400     in full: Monte Carlo errors half as large
    python benchmarks/change.py --only quiet

Histories are simulated: 30 weeks (and 12) of 400 conversations of ten needs (30 % to 1 %) in three
channels with shares and readings of their own, read by a calibrated reader of F1 about .78. In a quiet
history nothing changes but, where the world says so, how rough weeks are, which channels there are
and how many conversations come. A planted history multiplies one need's share from a week on.
Beside ``convcat.change_points`` stand what is in common use, on the tags: every week against all
weeks before it at p < .05, and the last month against the one before at p < .05; and the same scan on
the true labels, the best that any reader could reach.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
from scipy.special import expit
from scipy.stats import norm

from convcat.insight.alerts import alerts_of
from convcat.insight.change_points import change_points
from convcat.tagged import Tagged

SHARES = np.array([0.30, 0.20, 0.15, 0.12, 0.10, 0.08, 0.05, 0.03, 0.02, 0.01])
NEEDS = tuple(f"need{j}" for j in range(len(SHARES)))
CHANNELS = np.array(["mail", "chat", "whatsapp"])
MIX = np.array([0.6, 0.4, 0.0])
START = datetime(2024, 1, 1)  # a Monday


@dataclass(frozen=True)
class World:
    """How a history comes about."""

    name: str
    rough: float = 0.0  # standard deviation of a week's log-odds, each need on its own
    unlike: float = 0.0  # how much needs differ in it (standard deviation of its logarithm)
    lasting: float = 0.0  # how much of it is left in the next week
    apart: float = 0.4  # of channels' log-odds, each need on its own
    misread: float = 0.0  # of channels' scores
    grows: bool = False  # a third channel comes half way and takes half of the mix
    volume: float = 1.0  # of the last week, relative to the first
    season: float = 0.0  # of the year, in log-odds
    weeks: int = 30
    size: int = 400
    planted: tuple[int, int, float] | None = None  # need, week, factor

    def history(self, rng: np.random.Generator) -> tuple[Tagged, np.ndarray]:
        """Return a tagged table and the truth."""
        sizes = rng.poisson(self.size * np.linspace(1, self.volume, self.weeks))
        week = np.repeat(np.arange(self.weeks), sizes)
        n = len(week)
        mix = np.tile(MIX, (self.weeks, 1))
        if self.grows:
            late = np.clip((np.arange(self.weeks) - self.weeks // 2) / 4, 0, 1)[:, None] * 0.5
            mix = mix * (1 - late) + late * np.array([0, 0, 1.0])
        channel = (rng.random(n)[:, None] > np.cumsum(mix, axis=1)[week]).sum(axis=1)
        odds = np.log(SHARES / (1 - SHARES)) + self.apart * rng.normal(size=(3, len(SHARES)))
        noise = rng.normal(size=(self.weeks, len(SHARES)))
        for w in range(1, self.weeks):
            keep = self.lasting
            noise[w] = keep * noise[w - 1] + np.sqrt(1 - keep**2) * noise[w]
        noise *= np.exp(self.unlike * rng.normal(size=len(SHARES)))
        phase = rng.uniform(0, 2 * np.pi, len(SHARES))
        year = np.sin(2 * np.pi * np.arange(self.weeks)[:, None] / 52.18 + phase)
        chance = expit(odds[channel] + (self.rough * noise + self.season * year)[week])
        if self.planted:
            need, since, factor = self.planted
            chance[week >= since, need] *= factor
        truth = rng.random(chance.shape) < np.minimum(chance, 1)
        x = rng.normal(size=chance.shape) + 3 * truth
        x += (self.misread * rng.normal(size=(3, len(SHARES))))[channel]
        p = expit(3 * x - 4.5 + np.log(SHARES / (1 - SHARES)))
        return _tagged(week, channel, p, p > 0.5, rng), truth


def _tagged(week, channel, p, tags, rng) -> Tagged:
    days = week * 7 + rng.integers(0, 7, len(week))
    table = pa.table({
        "time": pa.array(np.datetime64(START, "us") + days * np.timedelta64(1, "D")),
        "channel": CHANNELS[channel],
    })  # fmt: skip
    n = len(week)
    none = np.full(n, np.nan)
    return Tagged(
        table, NEEDS, np.ones(n, dtype=bool), p, none, none, tags, np.full(n, "ok", dtype=object)
    )


def _weeks(tagged: Tagged) -> np.ndarray:
    days = tagged.table["time"].to_numpy() - np.datetime64(START, "us")
    return days // np.timedelta64(7, "D")


def ours(tagged: Tagged, truth: np.ndarray):
    found = change_points(tagged)
    return found.rows, bool(alerts_of(found))


def on_truth(tagged: Tagged, truth: np.ndarray):
    """The same scan, had every conversation been read without error."""
    return ours(replace(tagged, p=truth.astype(float), tags=truth), truth)


def each_week(tagged: Tagged, truth: np.ndarray):
    """Every need, the last week's tags against all weeks before, p < .05."""
    week = _weeks(tagged)
    last = week == week.max()
    return [], bool((_p(tagged.tags[~last], tagged.tags[last]) < 0.05).any())


def any_week(tagged: Tagged, truth: np.ndarray):
    """The same, looked at each week of the last half."""
    week = _weeks(tagged)
    hits = [
        (_p(tagged.tags[week < w], tagged.tags[week == w]) < 0.05).any()
        for w in range(week.max() // 2, week.max() + 1)
    ]
    return [], bool(any(hits))


def month_on_month(tagged: Tagged, truth: np.ndarray):
    """The last four weeks against the four before, p < .05."""
    ago = _weeks(tagged).max() - _weeks(tagged)
    return [], bool((_p(tagged.tags[(ago >= 4) & (ago < 8)], tagged.tags[ago < 4]) < 0.05).any())


def _p(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """One-sided two-proportion z-tests, needs side by side."""
    a, b = before.mean(axis=0), after.mean(axis=0)
    rate = (before.sum(axis=0) + after.sum(axis=0)) / (len(before) + len(after))
    error = np.sqrt(np.maximum(rate * (1 - rate), 1e-9) * (1 / len(before) + 1 / len(after)))
    return norm.sf((b - a) / error)


METHODS: dict[str, Callable] = {
    "convcat": ours,
    "scan on the truth": on_truth,
    "tags, last week, p < .05": each_week,
    "tags, any of the last weeks": any_week,
    "tags, month on month": month_on_month,
}

QUIET = [
    World("nothing happens"),
    World("12 weeks", weeks=12),
    World("8 weeks of 150", weeks=8, size=150),
    World("weeks are rough (.15)", rough=0.15),
    World("weeks are rough (.3)", rough=0.3),
    World("rough, lasting two weeks or so", rough=0.15, lasting=0.4),
    World("rough, lasting two months or so", rough=0.15, lasting=0.8),
    World("some needs rougher than others", rough=0.15, unlike=0.5),
    World("9 weeks of 250, rough", weeks=9, size=250, rough=0.15),
    World("a channel comes and grows", grows=True),
    World("a channel comes that is read otherwise", grows=True, misread=0.5),
    World("a channel comes, weeks are rough", grows=True, rough=0.15),
    World("volume triples", volume=3.0),
    World("volume triples, weeks are rough", volume=3.0, rough=0.15),
    World("two years, a yearly rhythm", weeks=110, size=200, season=0.3),
]


def share(k: float, n: int) -> str:
    return f"{k / max(n, 1):.2f} ± {np.sqrt(max(k * (n - k) / max(n, 1), 0.25)) / max(n, 1):.2f}"


def quiet(histories: int, methods: list[str], seed: int) -> None:
    print(f"\nQuiet histories: share with any change found / any alert, {histories} each")
    for world in QUIET:
        rng = np.random.default_rng([seed, 1])
        found, alerts = dict.fromkeys(methods, 0), dict.fromkeys(methods, 0)
        for _ in range(histories):
            tagged, truth = world.history(rng)
            for name in methods:
                rows, alert = METHODS[name](tagged, truth)
                found[name] += bool(rows)
                alerts[name] += alert
        told = "   ".join(
            f"{name}: {share(found[name], histories)} / "
            * (name in ("convcat", "scan on the truth"))
            + f"{'' if name in ('convcat', 'scan on the truth') else name + ': '}{share(alerts[name], histories)}"
            for name in methods
        )
        print(f"  {world.name:40s} {told}", flush=True)


def planted(histories: int, methods: list[str], seed: int) -> None:
    print(
        f"\nPlanted at week 20 of 30: found, interval holds the week, change's interval holds it, {histories} each"
    )
    methods = [m for m in methods if m in ("convcat", "scan on the truth")]
    for need in (1, 4, 7):
        for factor in (1.3, 1.6, 2.0, 3.0):
            world = World("planted", rough=0.1, planted=(need, 20, factor))
            for name in methods:
                hits = held = sized = 0
                off, wide, false = [], [], 0
                rng = np.random.default_rng([seed, 2])
                for _ in range(histories):
                    tagged, truth = world.history(rng)
                    rows, _ = METHODS[name](tagged, truth)
                    mine = [r for r in rows if r["need"] == NEEDS[need] and r["verdict"] == "up"]
                    false += len(rows) - len(mine)
                    if not mine:
                        continue
                    row = max(mine, key=lambda r: abs(r["change"]))
                    week = _week_of(row["since"])
                    hits += 1
                    low, high = _week_of(row["since_low"]), _week_of(row["since_high"])
                    held += low <= 20 <= high
                    off.append(abs(week - 20))
                    wide.append(high - low + 1)
                    late = _weeks(tagged) >= 20
                    real = truth[late, need].mean() - truth[~late, need].mean()
                    sized += row["low"] <= real <= row["high"]
                print(
                    f"  need of {SHARES[need]:.0%} x {factor}  {name:18s} found {share(hits, histories)}"
                    + (
                        f"  week held {share(held, hits)} (off by {np.mean(off):.1f}, {np.mean(wide):.1f} wide)"
                        f"  change held {share(sized, hits)}"
                        if hits
                        else ""
                    )
                    + f"  false {false / histories:.2f}",
                    flush=True,
                )


def delay(histories: int, methods: list[str], seed: int) -> None:
    """Looked at every week from the plant on: how many weeks until an alert."""
    print(f"\nWeeks until found (planted at week 16, looked at every week), {histories // 2} each")
    methods = [m for m in methods if m in ("convcat", "scan on the truth")]
    for need, factor in ((1, 1.6), (4, 1.6), (4, 2.0), (4, 3.0), (7, 3.0)):
        world = World("planted", rough=0.1, weeks=30, planted=(need, 16, factor))
        for name in methods:
            rng, taken = np.random.default_rng([seed, 3]), []
            for _ in range(histories // 2):
                tagged, truth = world.history(rng)
                week = _weeks(tagged)
                for last in range(16, 30):
                    cut = week <= last
                    part = _cut(tagged, cut)
                    rows, _ = METHODS[name](part, truth[cut])
                    if any(r["need"] == NEEDS[need] and r["verdict"] == "up" for r in rows):
                        taken.append(last - 15)
                        break
                else:
                    taken.append(np.inf)
            print(
                f"  need of {SHARES[need]:.0%} x {factor}  {name:18s} median {np.median(taken):.0f},"
                f" 80 % within {np.quantile(taken, 0.8, method='higher'):.0f} weeks,"
                f" found in 14: {share(np.isfinite(taken).sum(), len(taken))}",
                flush=True,
            )


def _cut(tagged: Tagged, rows: np.ndarray) -> Tagged:
    names = ("ok", "p", "p_none", "p_failed", "tags", "status")
    return replace(
        tagged,
        table=tagged.table.filter(pa.array(rows)),
        **{k: getattr(tagged, k)[rows] for k in names},
    )


def _week_of(monday: str) -> int:
    return (datetime.fromisoformat(monday) - START) // timedelta(weeks=1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--only", choices=["quiet", "planted", "delay"])
    parser.add_argument("--seed", type=int, default=2, help="1 was used while the method was made")
    parser.add_argument("--alone", action="store_true", help="convcat only")
    args = parser.parse_args()
    methods = ["convcat"] if args.alone else list(METHODS)
    start = time.perf_counter()
    for name, part in (("quiet", quiet), ("planted", planted), ("delay", delay)):
        if args.only in (None, name):
            part(args.histories, methods, args.seed)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
