"""Months of real texts: their channels are sources that the reader has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from distribution_parts.real import thresholded
from failures_parts.cells import Kept, Tally, share, told
from failures_parts.methods import OURS, USUAL, Method
from failures_parts.months import COLUMNS, Finding, Month, value

from convcat.insight.profile import ErrorProfile

SIZE = 3_000
FEWEST = 6  # carriers in a channel, for a need's share to be set at will
THINNED = 3.0  # shares are made equal, unless that takes more than two thirds of the carriers
HIGHER = 1.2  # a finding whose need fails less than so many times as often as elsewhere is false
LEAST = 100  # conversations of a channel
FACTORS, PARTS = (1.5, 2.0, 3.0), {0.05: ("product", 5), 0.10: ("product", 0)}
FORCED = "quiet, however much that thins"
Planted = tuple[str, int, float]  # column, code, factor


@dataclass(frozen=True)
class Layout:
    """Which sources are the channels of a month."""

    kind: str
    channels: int
    each: int  # sources in a channel

    def __str__(self) -> str:
        return f"{self.kind}, {self.channels} channels of {self.each} source{'s'[: self.each > 1]} each"


LAYOUTS = (Layout("review", 4, 2), Layout("review", 5, 1), Layout("support", 3, 1))


@dataclass
class Texts:
    """Labelled texts with the scores of a reader from which their source was held."""

    y: np.ndarray
    p: np.ndarray
    failed: np.ndarray  # whether it failed, or was only asked; all true where not known
    p_failed: np.ndarray
    tags: np.ndarray
    source: np.ndarray
    kind: np.ndarray
    drawn: np.ndarray  # at random within the source: others say nothing of a reader's errors
    needs: tuple[str, ...]
    records: dict[tuple[str, ...], ErrorProfile] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Texts:
        with np.load(path) as data:
            d = dict(data)
        known = set(d["source"][d["selection"] == "random"])
        use = np.isin(d["source"], list(known)) & np.isfinite(d["p"]).all(axis=1)
        y, p, source, kind = (d[name][use] for name in ("y", "p", "source", "kind"))
        y, drawn = y.astype(float), d["selection"][use] == "random"
        failed, p_failed = np.ones(len(p), dtype=bool), np.full(len(p), np.nan)
        if "p_failed" in d:
            failed, p_failed = d["failed"][use] > 0.5, d["p_failed"][use]
        needs = tuple(str(need) for need in d["needs"])
        tags = thresholded(p, y, source)
        return cls(y, p, failed, p_failed, tags, source, kind, drawn, needs)

    def record(self, held: tuple[str, ...]) -> ErrorProfile:
        """Return how the reader did on all other sources."""
        if held not in self.records:
            own = self.drawn & ~np.isin(self.source, held)
            parts = (a[own] for a in (self.y, self.p, self.tags, self.source, self.kind))
            self.records[held] = ErrorProfile.from_predictions(*parts, self.needs)
        return self.records[held]


def tilted(y: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the weights, nearest to equal ones, under which the needs have the target shares.

    Exponential tilting, by Newton's method on its convex dual.
    """
    at = np.zeros(y.shape[1])
    weight = np.full(len(y), 1 / len(y))
    for _ in range(50):
        gap = weight @ y - target
        if np.abs(gap).max() < 1e-9:
            break
        spread = (y * weight[:, None]).T @ y - np.outer(weight @ y, weight @ y)
        step = np.linalg.solve(spread + 1e-9 * np.eye(len(at)), gap)
        at -= step * min(1.0, 1.0 / max(np.abs(step).max(), 1e-12))
        odds = y @ at
        weight = np.exp(odds - odds.max())
        weight /= weight.sum()
    return weight


def compose(
    texts: Texts,
    layout: Layout,
    planted: Planted | None,
    rng: np.random.Generator,
    thinned: float = THINNED,
) -> tuple[Month, Finding | None]:
    """Draw a month: some sources of a kind as channels, each need failing as often in every one.

    That is as often as where it is rarest, or a third as often as drawn; no text is drawn twice.
    """
    of = Counter(texts.source[texts.kind == layout.kind])
    names = sorted(name for name, n in of.items() if n >= LEAST)
    shape = (layout.channels, layout.each)
    groups = rng.choice(names, shape, replace=False)
    held = tuple(sorted(groups.ravel()))
    mine = [np.flatnonzero((texts.kind == layout.kind) & np.isin(texts.source, g)) for g in groups]
    truth = texts.y * texts.failed[:, None]
    shares = np.array([truth[rows].mean(axis=0) for rows in mine])
    some = np.array([truth[rows].sum(axis=0) >= FEWEST for rows in mine])
    target = np.maximum(shares.min(axis=0), shares / thinned)
    common = np.flatnonzero(
        some.all(axis=0) & (np.ptp(target, axis=0) < 1e-12) & (target[0] >= 0.02)
    )
    if not len(common):
        return compose(texts, layout, planted, rng, thinned)
    need = int(rng.choice(common))
    picked, codes = [], []
    for c, rows in enumerate(mine):
        own = {k: rng.choice(len(w), len(rows), p=w / w.sum()) for k, w in COLUMNS.items()}
        own["channel"] = np.full(len(rows), c)
        inside = np.zeros(len(rows), dtype=bool)
        if planted:
            inside = own[planted[0]] == planted[1]
        for part, factor in ((~inside, 1.0), (inside, planted[2] if planted else 1.0)):
            if not part.any():
                continue
            here = target[c].copy()
            here[need] = min(factor * here[need], 0.9)
            able = some[c] & (truth[rows[part]].sum(axis=0) > 0)
            weight = tilted(truth[rows[part]][:, able], here[able])
            size = min(SIZE / layout.channels * part.mean(), 1 / weight.max())
            took = np.flatnonzero(part)[rng.random(part.sum()) < size * weight]
            picked.append(rows[took])
            codes.append({k: v[took] for k, v in own.items()})
    at = np.concatenate(picked)
    month = Month(
        {k: np.concatenate([part[k] for part in codes]) for k in COLUMNS},
        truth[at] > 0.5,
        texts.p[at],
        texts.tags[at] & (np.nan_to_num(texts.p_failed[at], nan=1.0) >= 0.5)[:, None],
        texts.needs,
        texts.record(held),
        texts.p_failed[at],
    )
    if planted is None:
        return month, None
    return month, (planted[0], value(planted[0], planted[1]), texts.needs[need])


def real(path: Path, seed: int, part: float, packages: Mapping[str, Method], kept: Kept) -> None:
    """Print quiet months and planted failures of real texts."""
    texts = Texts.read(path)
    print(f"\n## Real texts, {path.stem}: {len(texts.p):,} of {len(set(texts.source))} sources")
    quiet, months = max(4, round(200 * part)), max(4, round(60 * part))
    for k, layout in enumerate(LAYOUTS):
        words = str(layout)
        cells = [("quiet", None, quiet), (FORCED, None, quiet)]
        cells += [(f"{s:.0%} of a product x {f}", (*PARTS[s], f), months) for s in PARTS for f in FACTORS]  # fmt: skip
        cells += [(f"a channel x {f}", ("channel", 0, f), months) for f in FACTORS]
        for i, (name, planted, n) in enumerate(cells):
            rivals = packages if i in {0, 3} else {}
            found = kept.cell(
                f"real {seed} {path} {words} {name} {n}",
                lambda: _run(texts, layout, name, planted, n, [seed, 400, k, i], rivals),  # noqa: B023
            )
            print(f"\n{words}: {name} ({found['rows']:,.0f} conversations)")
            for method, tally in found.items():
                if method == "rows":
                    continue
                alerts = share(tally["alerts"], tally["months"])
                print(f"  {method:32s} {told(tally) if planted else alerts}", flush=True)


def _run(texts, layout, name, planted, months, seed, packages):
    rng, sizes = np.random.default_rng(seed), []
    tallies = {which: Tally() for which in (*OURS, *USUAL, *packages)}
    thinned = np.inf if name == FORCED else THINNED
    for at in range(months):
        month, finding = compose(texts, layout, planted, rng, thinned)
        sizes.append(len(month.p))
        methods = {**OURS, **USUAL, **(packages if at < 2 else {})}
        for which, method in methods.items():
            tallies[which].add(judged(month, method(month), finding), finding)
    return {**tallies, "rows": float(np.mean(sizes))}


def judged(month: Month, found: list[Finding], planted: Finding | None) -> list[Finding]:
    """Return the findings less those that the labels bear out beside what was planted."""
    inside = {(name, of): rows for name, of, rows in month.slices()} if found else {}

    def false(finding: Finding) -> bool:
        rows = inside.get(finding[:2])
        if rows is None:  # of a package that knows no least size
            return True
        hits = month.truth[:, month.needs.index(finding[2])]
        return hits[rows].mean() < HIGHER * hits[~rows].mean()

    return [f for f in found if f == planted or false(f)]
