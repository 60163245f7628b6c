"""Can the distribution be trusted? Coverage, width, error and alarm, with Monte Carlo error.

    python benchmarks/distribution.py                        2,000 months a cell: half an hour of CPU
    python benchmarks/distribution.py --months 200           a first look: three minutes
    python benchmarks/distribution.py --scores scores.npz    and on real texts

(a) Simulated months of 3,000 conversations and seven needs, 30 % to 1 %, read by twenty classifiers
per F1 (mean over the needs, at these shares; rare needs are read worse), each trained where the shares were up to twice as large or half as large, and each with a
record of its own (18 labelled sources of 400). In the world "shares" only the shares change against
training; in "wording" the classifier's errors change too, and nobody told it: every other need
loses recall (its carriers' scores fall by .75 standard deviations), the others gain false alarms
(+.4). In "shops" every shop has a wording of its own, the labelled ones too (.3), so that the record
knows by how much they differ.

(b) With --scores (npz: p, y, source, selection; perhaps also tags, kind, needs; out of fold with
whole sources held out): every source in turn is "another shop" that neither model nor record has
seen, as it is and in months with shifted shares.

QuaPy and ppi_py are tried beside it, on every fifth month, where they are installed.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import defaultdict

import numpy as np
import pyarrow as pa
from scipy.optimize import brentq
from scipy.special import expit, gammaln, logit
from scipy.stats import norm

from convcat import frames
from convcat.insight.agreement import disagreement, holm
from convcat.insight.audited import pull, usual
from convcat.insight.comparison import compare
from convcat.insight.drawing import draw
from convcat.insight.intervals import assisted, effective_checks, wilson
from convcat.insight.population import shift_to
from convcat.insight.profile import ErrorProfile
from convcat.insight.summaries import bin_of
from convcat.insight.transfer import Transfer

SHARES = np.array([0.30, 0.20, 0.10, 0.07, 0.05, 0.02, 0.01])
NEEDS = tuple(f"{100 * s:g} %" for s in SHARES)
BIG = SHARES >= 0.05
SIZE, RECORDS, SOURCES = 3000, 20, 18
LOST, GAINED, APART = 0.75, 0.40, 0.3
LEAST, RARELY = 0.93, 5
EPS = 1e-9


def separation(f1):
    """Return d' of two unit normals at which the best thresholds reach a mean F1 over the needs."""
    cut = np.linspace(-6, 10, 800)[:, None]

    def reached(d):
        hit, false = SHARES * norm.sf(cut - d), (1 - SHARES) * norm.sf(cut)
        return (2 * hit / (hit + false + SHARES)).max(axis=0)

    d = brentq(lambda d: reached(d).mean() - f1, 0.02, 9)
    return d, reached(d)


class World:
    """Months of one classifier: calibrated where it was trained, applied elsewhere."""

    def __init__(self, f1, rng, kind="shares"):
        self.rng, self.kind = rng, kind
        self.trained = np.clip(SHARES * 2 ** rng.uniform(-1, 1, len(SHARES)), 0.005, 0.4)
        self.d = np.full(len(SHARES), separation(f1)[0])
        self.cut = np.array([self._threshold(j) for j in range(len(SHARES))])
        shares = [
            expit(logit(self.trained) + rng.normal(0, 0.6, len(SHARES))) for _ in range(SOURCES)
        ]
        sources = [self.month(s, 400, labelled=True) for s in shares]
        y, p = (np.vstack([source[k] for source in sources]) for k in (0, 1))
        self.profile = ErrorProfile.from_predictions(
            y, p, p >= self.cut, np.repeat(np.arange(SOURCES), 400), ["review"] * len(y), NEEDS
        )
        self.tpr = np.array([p[y[:, j], j].mean() for j in range(len(SHARES))])
        self.fpr = np.array([p[~y[:, j], j].mean() for j in range(len(SHARES))])

    def _threshold(self, j):
        grid, t = np.linspace(0.05, 0.8, 200), self.trained[j]
        x = (logit(grid) - logit(t) + self.d[j] ** 2 / 2) / self.d[j]
        hit, false = t * norm.sf(x - self.d[j]), (1 - t) * norm.sf(x)
        return grid[np.argmax(2 * hit / (hit + false + t))]

    def month(self, shares=SHARES, size=SIZE, strength=None, *, labelled=False):
        """Return truth and scores; ``strength`` 1 is the full change of wording."""
        rng, odd = self.rng, np.arange(len(SHARES)) % 2
        if self.kind == "shops":
            lost, gained = rng.normal(0, APART, (2, len(SHARES)))
        else:
            full = self.kind == "wording" and not labelled
            strength = float(full) if strength is None else strength
            lost, gained = LOST * (1 - odd) * strength, GAINED * odd * strength
        y = rng.random((size, len(SHARES))) < shares
        x = rng.normal(size=y.shape) + np.where(y, self.d - lost, gained)
        score = logit(self.trained) + self.d * x - self.d**2 / 2
        return y, np.clip(expit(score), 1e-6, 1 - 1e-6)


class Reading:
    """What the model alone says of one need in one month."""

    def __init__(self, p, transfer):
        histogram = np.bincount(bin_of(p) // 2, minlength=16)
        self.forecast = transfer.forecast(histogram, float(p.mean()), float(p @ p) / len(p))
        self.share = self.forecast.share
        self.scores = np.round(logit(np.clip(p, 1e-5, 1 - 1e-5)) * 16) / 16
        self.distinct, self.counts = np.unique(self.scores, return_counts=True)
        self.shift = shift_to(self.distinct, self.counts.astype(float), self.share)

    def audited(self, rows, answers):
        return assisted(
            self.distinct, self.counts, self.scores[rows], answers,
            shift=self.shift, scale=pull(len(rows), self.forecast.spread),
        )  # fmt: skip

    def disagreement(self, rows, hits):
        return disagreement(self.scores[rows] + self.shift, hits, **usual(self.forecast))


def binomial_p(hits, n, share):
    """Return the exact two-sided p-value of a count (the likelier outcomes are kept)."""
    k, q = np.arange(n + 1), np.clip(share, 1e-6, 1 - 1e-6)
    log = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * np.log(q)
    chance = np.exp(log + (n - k) * np.log1p(-q))
    return min(1.0, float(chance[chance <= chance[hits] * (1 + 1e-7)].sum()))


def rivals():
    """Return the other methods that are installed."""
    found, ppi = {}, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from quapy.functional import solve_adjustment_binary
            from quapy.method.aggregative import EMQ

        def pacc(p, base, tpr, fpr):
            mean = np.array([1 - p.mean(), p.mean()])
            return float(np.clip(np.asarray(solve_adjustment_binary(mean, tpr, fpr))[1], 0, 1))

        found["EMQ (QuaPy)"] = lambda p, base, tpr, fpr: EMQ.EM(
            np.array([1 - base, base]), np.column_stack([1 - p, p])
        )[0][1]
        found["PACC (QuaPy)"] = pacc
    except Exception as error:  # noqa: BLE001 - whatever hinders it, it is left out
        print(f"without QuaPy: {type(error).__name__}")
    try:
        from ppi_py import ppi_mean_ci as ppi
    except Exception as error:  # noqa: BLE001
        print(f"without ppi_py: {type(error).__name__}")
    return found, ppi


class Cells:
    """Figures by month and need, and which record each month belongs to."""

    def __init__(self):
        self.values, self.records = defaultdict(list), defaultdict(list)

    def add(self, record, **values):
        for name, value in values.items():
            self.values[name].append(value)
            self.records[name].append(record)

    def get(self, name):
        return np.array(self.values[name], dtype=float)

    def error(self, name):
        """Return the Monte Carlo error of a mean: months of one record are not independent."""
        values, record = self.get(name), np.array(self.records[name])
        means = np.array([values[record == r].mean(axis=0) for r in np.unique(record)])
        plain = values.std(axis=0) / np.sqrt(len(values))
        return (
            np.maximum(plain, means.std(axis=0, ddof=1) / np.sqrt(len(means)))
            if len(means) > 1
            else plain
        )


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
                    rare = m % RARELY == 0
                    one_month(
                        world,
                        record,
                        alone,
                        audited,
                        others if rare else {},
                        ppi if rare else None,
                        rng,
                    )
            checks += show_alone(f1, kind, alone)
            for n, cells in audited.items():
                checks += show_audited(f1, kind, n, cells)
            print(f"({time.process_time() - start:.0f} s of CPU so far)", flush=True)
    print("\n## What it must show")
    for what, good, bad in sorted(summed(checks)):
        print(f"- {what}: {good} of {good + bad} cells{'' if not bad else ' (!)'}")


def summed(checks):
    found = defaultdict(lambda: [0, 0])
    for what, good in checks:
        found[what][not good] += 1
    return [(what, *counts) for what, counts in found.items()]


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
            line += f" {mean['ppi_cover'][j]:.3f} | {mean['ppi_width'][j]:.3f} |"
        print(line)
    checks = [(f"audit of {n}: coverage not below .93", not b) for b in bad]
    if "alarm" in mean:
        print(
            f"alarm {mean['alarm']:.3f} +- {cells.error('alarm'):.3f}, audit alone {mean['blind']:.3f}"
        )
        if world != "wording":
            quiet = mean["alarm"] <= 0.05 + 1.645 * cells.error("alarm")
            checks.append((f"audit of {n}: the alarm is silent in 95 % of quiet months", quiet))
    if f1 >= 0.75 and world == "shares" and n == 50:
        checks += [("audit of 50, F1 .75 and more, shares, 5 % and more: width at most .65 of Wilson's", r <= 0.65)
                   for r in ratio[BIG]]  # fmt: skip
        checks += [("audit of 50, F1 .75 and more, shares, 5 % and more: 3 times the checks (squared error)", g >= 3)
                   for g in gain[BIG]]  # fmt: skip
    checks += [
        (f"audit of {n}: never wider than Wilson's by more than 5 %", r <= 1.05) for r in ratio
    ]
    return checks


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


def closing(seed):
    """At n = all the interval is the truth; nothing raises, whatever n and the answers."""
    rng = np.random.default_rng(seed)
    tried = 0
    for size in (1, 2, 7, 60, 400):
        p = rng.beta(0.3, 2, size)
        reading = Reading(p, Transfer())
        for answers in (np.zeros(size), np.ones(size), rng.random(size) < p, rng.random(size)):
            for n in range(1, size + 1):
                rows = rng.permutation(size)[:n]
                found = reading.audited(rows, answers[rows])
                assert 0 <= found.low <= found.share <= found.high <= 1
                tried += 1
            assert found.low == found.high, "does not close"
    print(
        f"\n## Any n, any answers: {tried:,} audits of 1 to 400, no error; with all read it closes"
    )


def read_scores(path):
    """Return the texts drawn at random: labels, scores, tags, source, kind; and the needs."""
    with np.load(path) as data:
        d = dict(data)
    first = lambda *names: next((d[n] for n in names if n in d), None)  # noqa: E731
    p, y = d["p"].astype(float), d["y"].astype(float)
    source, kind, tags = (first(*n) for n in (("source", "sources"), ("kind", "kinds"), ("tags",)))
    use = np.isfinite(p).all(axis=1)
    if "selection" in d:
        use &= d["selection"] == "random"
    needs = [str(n) for n in d.get("needs", [f"need {j}" for j in range(p.shape[1])])]
    kind = np.full(len(p), "conversation") if kind is None else kind
    p, y, source, kind = (a[use] for a in (p, y, source, kind))
    tags = thresholded(p, y, source) if tags is None else tags[use].astype(bool)
    return y, p, tags, source, kind, needs


def thresholded(p, y, source):
    """Return tags at the thresholds that are best on all other sources."""
    tags, grid = np.zeros(p.shape, dtype=bool), np.linspace(0.1, 0.7, 25)
    for s in np.unique(source):
        own = source == s
        for j in range(p.shape[1]):
            q, truth = p[~own, j], y[~own, j] > 0.5
            f1 = [2 * (truth & (q >= t)).sum() / max(1, (q >= t).sum() + truth.sum()) for t in grid]
            tags[own, j] = p[own, j] >= grid[int(np.argmax(f1))]
    return tags


def real(path, months, seed):
    y, p, tags, source, kind, names = read_scores(path)
    needs = [n for n in names if n != "failed"]
    rng, sources, months_of, audits = np.random.default_rng([seed, 3]), [], [], defaultdict(list)
    print(
        f"\n## Real texts: {len(p):,} drawn at random, {len(set(source))} sources, each held out in turn"
    )
    for g, s in enumerate(sorted(set(source))):
        own = source == s
        record = ErrorProfile.from_predictions(
            y[~own], p[~own], tags[~own], source[~own], kind[~own], names
        )
        for need in needs:
            j = names.index(need)
            transfer, label, score, tag = record.transfers[need], y[own, j], p[own, j], tags[own, j]
            r = Reading(score, transfer)
            spans = [v for level in LEVELS for v in r.forecast.interval(level)]
            a, b = wilson(50 * label.mean(), 50)
            sources.append((g, j, label.mean(), r.share, tag.mean(), score.mean(), b - a, *spans))
            carriers, others = np.flatnonzero(label > 0.5), np.flatnonzero(label <= 0.5)
            if len(carriers) < 10 or len(score) < 100:
                continue
            for _ in range(months):
                share = expit(logit(label.mean()) + rng.normal(0, 0.7))
                size = int(min(len(carriers) / share, len(others) / (1 - share), 1000))
                if size < 60:
                    continue
                k = round(share * size)
                rows = np.concatenate([
                    rng.choice(carriers, k, replace=False),
                    rng.choice(others, size - k, replace=False),
                ])  # fmt: skip
                month, truth = Reading(score[rows], transfer), label[rows].mean()
                months_of.append(
                    (
                        g,
                        truth,
                        month.share,
                        tag[rows].mean(),
                        score[rows].mean(),
                        *month.forecast.interval(),
                    )
                )
                for n in (20, 50):
                    picked = draw(score[rows][:, None], n, rng)
                    found, hits = (
                        month.audited(picked, label[rows][picked]),
                        label[rows][picked].sum(),
                    )
                    left = 1 - n / size
                    a, b = wilson(hits / left, n / left)  # finite population
                    audits[n].append(
                        (g, truth, found.low, found.high, b - a, found.share, hits / n)
                    )
    show_sources(np.array(sources), names)
    show_months(np.array(months_of), audits)


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


def show_months(m, audits):
    if not len(m):
        return
    group, truth = m[:, 0], m[:, 1]
    held = (m[:, 5] <= truth + EPS) & (truth <= m[:, 6] + EPS)
    print(f"no audit, {len(m)} months with shifted shares: coverage {by_source(held, group)}; mean absolute error: "
          + ", ".join(f"{k} {100 * np.abs(m[:, c] - truth).mean():.2f}" for k, c in (("convcat", 2), ("counting", 3), ("PCC", 4))) + " points")  # fmt: skip
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


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--months", type=int, default=2000)
    parser.add_argument("--n", type=int, nargs="*", default=[20, 50, 200])
    parser.add_argument("--f1", type=float, nargs="*", default=[0.6, 0.75, 0.9])
    parser.add_argument("--worlds", nargs="*", default=["shares", "wording", "shops"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scores", help="npz of out-of-fold scores of labelled texts")
    parser.add_argument("--only", choices=["simulated", "real", "alarm", "change", "closing"])
    o = parser.parse_args()
    start = time.process_time()
    if o.only in (None, "closing"):
        closing(o.seed)
    if o.only in (None, "simulated"):
        simulate(o.months, o.n, o.f1, o.seed, o.worlds)
    if o.only in (None, "alarm"):
        power(max(100, o.months // 5), o.seed)
    if o.only in (None, "change"):
        change(max(40, o.months // 20), o.seed)
    if o.only in (None, "real"):
        if o.scores:
            real(o.scores, max(5, o.months // 50), o.seed)
        else:
            print("\n(no --scores given: the part on real texts is left out)")
    print(f"\n{time.process_time() - start:.0f} s of CPU")


if __name__ == "__main__":
    main()
