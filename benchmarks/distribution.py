"""Can the distribution be trusted? Coverage, width, error and alarm, with Monte Carlo error.

    python benchmarks/distribution.py                        a few minutes
    python benchmarks/distribution.py --months 2000          every figure to about half a point
    python benchmarks/distribution.py --scores scores.npz    and on real texts

(a) Simulated months of 3,000 conversations and seven needs, 30 % to 1 %. In the world "shares" only
the shares change against training; in "wording" the classifier's errors change too, and nobody told
it: every other need loses recall (its carriers' scores fall by .75 standard deviations), the others
gain false alarms (+.4). The model's record (18 sources) knows changes of share only.

(b) With --scores (npz: sources, kinds, selection, y, p, tags, needs; out of fold with whole sources
held out): every source in turn is "another shop" that neither model nor record has seen, as it is
and in months with shifted shares.

QuaPy and ppi_py are tried beside it where they are installed.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import defaultdict

import numpy as np
import pyarrow as pa
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import binomtest, norm

from convcat import frames
from convcat.insight.agreement import disagreement, holm
from convcat.insight.audited import _DRIFT, pull
from convcat.insight.comparison import compare
from convcat.insight.drawing import draw
from convcat.insight.intervals import assisted, effective_checks, wilson
from convcat.insight.population import shift_to
from convcat.insight.profile import ErrorProfile
from convcat.insight.summaries import BINS, bin_of
from convcat.insight.transfer import Transfer

SHARES = np.array([0.30, 0.20, 0.10, 0.07, 0.05, 0.02, 0.01])
TRAINED = np.array([0.20, 0.15, 0.10, 0.05, 0.05, 0.02, 0.01])
NEEDS = tuple(f"{100 * s:g} %" for s in SHARES)
SIZE = 3000
LOST, GAINED = 0.75, 0.40
NOMINAL, LEAST = 0.95, 0.93


def separation(f1, share):
    """Return d' of two unit normals at which the best threshold reaches an F1."""
    cut = np.linspace(-6, 10, 800)

    def best(d):
        hit, false = share * norm.sf(cut - d), (1 - share) * norm.sf(cut)
        return (2 * hit / (hit + false + share)).max() - f1

    return brentq(best, 0.2, 9)


class World:
    """Months of one classifier: calibrated where it was trained, applied elsewhere."""

    def __init__(self, f1, rng):
        self.f1, self.rng = f1, rng
        self.d = np.array([separation(f1, t) for t in TRAINED])
        self.cut = np.array([self._threshold(j) for j in range(len(SHARES))])
        sources = [self.month(self._shifted(), 400, 0.0) for _ in range(18)]
        y, p = (np.vstack([source[k] for source in sources]) for k in (0, 1))
        name = np.repeat(np.arange(18), 400)
        self.profile = ErrorProfile.from_predictions(
            y, p, p >= self.cut, name, ["review"] * len(y), NEEDS
        )
        flat = y.astype(bool)
        self.tpr = np.array([p[flat[:, j], j].mean() for j in range(len(SHARES))])
        self.fpr = np.array([p[~flat[:, j], j].mean() for j in range(len(SHARES))])
        self.base = TRAINED

    def _threshold(self, j):
        grid = np.linspace(0.05, 0.8, 200)
        x = (logit(grid) - logit(TRAINED[j]) + self.d[j] ** 2 / 2) / self.d[j]
        hit, false = TRAINED[j] * norm.sf(x - self.d[j]), (1 - TRAINED[j]) * norm.sf(x)
        return grid[np.argmax(2 * hit / (hit + false + TRAINED[j]))]

    def _shifted(self):
        return expit(logit(TRAINED) + self.rng.normal(0, 0.6, len(TRAINED)))

    def month(self, shares, size, strength):
        """Return truth and scores; ``strength`` 1 is the full change of wording."""
        y = self.rng.random((size, len(SHARES))) < shares
        lost = np.where(np.arange(len(SHARES)) % 2 == 0, LOST, 0.0) * strength
        gained = np.where(np.arange(len(SHARES)) % 2 == 1, GAINED, 0.0) * strength
        x = self.rng.normal(size=y.shape) + np.where(y, self.d - lost, gained)
        return y, np.clip(expit(logit(TRAINED) + self.d * x - self.d**2 / 2), 1e-6, 1 - 1e-6)


class Reading:
    """What the model alone says of one need in one month."""

    def __init__(self, p, transfer):
        histogram = np.bincount(bin_of(p), minlength=BINS).reshape(-1, 2).sum(axis=1)
        self.transfer = transfer
        self.share = transfer.share(histogram, float(p.mean()))
        self.span = transfer.interval(self.share, len(p))
        self.scores = np.round(logit(np.clip(p, 1e-5, 1 - 1e-5)) * 16) / 16
        self.distinct, self.counts = np.unique(self.scores, return_counts=True)
        self.shift = shift_to(self.distinct, self.counts.astype(float), self.share)

    def audited(self, rows, answers):
        return assisted(
            self.distinct, self.counts, self.scores[rows], answers,
            shift=self.shift, scale=pull(len(rows), self.transfer.spread),
        )  # fmt: skip

    def disagreement(self, rows, hits):
        return disagreement(
            self.scores[rows] + self.shift, hits,
            spread=max(self.transfer.spread, _DRIFT), df=self.transfer.df,
        )  # fmt: skip


def rivals():
    """Return the other methods that are installed."""
    found = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from quapy.functional import solve_adjustment_binary
            from quapy.method.aggregative import EMQ
        found["EMQ (QuaPy)"] = lambda p, base, tpr, fpr: EMQ.EM(
            np.array([1 - base, base]), np.column_stack([1 - p, p])
        )[0][1]
        found["PACC (QuaPy)"] = lambda p, base, tpr, fpr: float(
            np.clip(
                np.asarray(solve_adjustment_binary(np.array([1 - p.mean(), p.mean()]), tpr, fpr))[
                    1
                ],
                0,
                1,
            )
        )
    except Exception as error:  # noqa: BLE001 - whatever hinders it, it is left out
        print(f"without QuaPy: {type(error).__name__}")
    try:
        from ppi_py import ppi_mean_ci

        found["PPI++ (ppi_py)"] = ppi_mean_ci
    except Exception as error:  # noqa: BLE001
        print(f"without ppi_py: {type(error).__name__}")
    return found


def simulate(months, sizes, f1s, seed, others):
    ppi = others.pop("PPI++ (ppi_py)", None)
    for f1 in f1s:
        rng = np.random.default_rng([seed, int(100 * f1)])
        world = World(f1, rng)
        for name, strength in (("shares", 0.0), ("wording", 1.0)):
            alone = defaultdict(list)
            audited = {n: defaultdict(list) for n in sizes}
            for _ in range(months):
                y, p = world.month(SHARES, SIZE, strength)
                truth = y.mean(axis=0)
                readings = [
                    Reading(p[:, j], world.profile.transfers[need]) for j, need in enumerate(NEEDS)
                ]
                spans = np.array([r.span for r in readings])
                ours = np.array([r.share for r in readings])
                alone["convcat"].append(np.abs(ours - truth))
                alone["cover"].append((spans[:, 0] <= truth) & (truth <= spans[:, 1]))
                alone["width"].append(spans[:, 1] - spans[:, 0])
                alone["counting"].append(np.abs((p >= world.cut).mean(axis=0) - truth))
                alone["PCC"].append(np.abs(p.mean(axis=0) - truth))
                for rival, call in others.items():
                    got = [
                        call(p[:, j], world.base[j], world.tpr[j], world.fpr[j])
                        for j in range(len(NEEDS))
                    ]
                    alone[rival].append(np.abs(np.array(got) - truth))
                for n in sizes:
                    rows, plain = draw(p, n, rng), rng.choice(SIZE, n, replace=False)
                    out, tests, blind = audited[n], [], []
                    for j, r in enumerate(readings):
                        found = r.audited(rows, y[rows, j])
                        hits = int(y[plain, j].sum())
                        low, high = wilson(hits, n)
                        tests.append(r.disagreement(rows, float(y[rows, j].sum())))
                        blind.append(
                            binomtest(hits, n, float(np.clip(r.share, 1e-6, 1 - 1e-6))).pvalue
                        )
                        out["cover", j].append(found.low <= truth[j] <= found.high)
                        out["width", j].append(found.high - found.low)
                        out["error", j].append(found.share - truth[j])
                        out["effective", j].append(
                            effective_checks(found.share, found.low, found.high)
                        )
                        out["plain cover", j].append(low <= truth[j] <= high)
                        out["plain width", j].append(high - low)
                        out["plain error", j].append(hits / n - truth[j])
                        if ppi is not None:
                            with warnings.catch_warnings():
                                warnings.simplefilter("ignore")
                                a, b = ppi(
                                    y[plain, j].astype(float), p[plain, j], p[:, j], alpha=0.05
                                )
                            out["ppi cover", j].append(
                                float(np.ravel(a)[0]) <= truth[j] <= float(np.ravel(b)[0])
                            )
                            out["ppi width", j].append(float(np.ravel(b)[0] - np.ravel(a)[0]))
                    out["alarm"].append(min(holm(tests)) <= 0.05)
                    out["blind"].append(min(holm(blind)) <= 0.05)
            show_alone(f1, name, alone)
            for n in sizes:
                show_audited(f1, name, n, audited[n])


def show_alone(f1, world, alone):
    print(f"\n## F1 {f1}, world {world!r}, no audit: mean absolute error in points")
    keys = [k for k in alone if k not in ("cover", "width")]
    print("| need | " + " | ".join(keys) + " | coverage | width | Wilson on 50 |")
    print("|---" * (len(keys) + 4) + "|")
    arrays = {k: np.array(v, dtype=float) for k, v in alone.items()}
    for j, need in enumerate(NEEDS):
        cells = [f"{100 * arrays[k][:, j].mean():.2f}" for k in keys]
        a, b = wilson(50 * SHARES[j], 50)
        cover, width = arrays["cover"][:, j].mean(), np.median(arrays["width"][:, j])
        print(f"| {need} | " + " | ".join(cells) + f" | {cover:.3f} | {width:.3f} | {b - a:.3f} |")
    total = {k: 100 * arrays[k].mean() for k in keys}
    error = 100 * arrays["convcat"].mean(axis=1).std() / np.sqrt(len(arrays["convcat"]))
    print(
        "all: "
        + ", ".join(f"{k} {v:.2f}" for k, v in total.items())
        + f" (Monte Carlo error {error:.2f})"
    )


def show_audited(f1, world, n, out):
    months = len(out["cover", 0])
    error = np.sqrt(LEAST * (1 - LEAST) / months)
    ppi = ("ppi cover", 0) in out
    print(f"\n## F1 {f1}, world {world!r}, audit of {n} ({months} months; coverage +- {error:.4f})")
    print("| need | coverage | width | of Wilson's | n_eff / n (error) | n_eff / n (width) | Wilson cover |"
          + (" PPI++ cover | PPI++ width |" if ppi else ""))  # fmt: skip
    print("|---" * (9 if ppi else 7) + "|")
    for j, need in enumerate(NEEDS):
        cover, width = np.mean(out["cover", j]), np.median(out["width", j])
        plain = np.median(out["plain width", j])
        gain = np.mean(np.square(out["plain error", j])) / np.mean(np.square(out["error", j]))
        effective = np.median(out["effective", j]) / n
        flag = " (!)" if cover < LEAST - 1.645 * error else ""
        line = f"| {need} | {cover:.3f}{flag} | {width:.3f} | {width / plain:.2f} | {gain:.1f} | {effective:.1f} "
        line += f"| {np.mean(out['plain cover', j]):.3f} |"
        if ppi:
            line += f" {np.mean(out['ppi cover', j]):.3f} | {np.median(out['ppi width', j]):.3f} |"
        print(line)
    print(f"alarm {np.mean(out['alarm']):.3f}, audit alone {np.mean(out['blind']):.3f}")


def power(months, seed):
    print("\n## The alarm: how often it fires, by size of the change of wording (F1 .75)")
    rng = np.random.default_rng([seed, 7])
    world = World(0.75, rng)
    print("| checks | test | " + " | ".join(f"{s:g}" for s in (0, 0.5, 1, 1.5, 2)) + " |")
    print("|---" * 7 + "|")
    for n in (50, 200):
        fired = {"convcat": [], "audit alone": []}
        for strength in (0.0, 0.5, 1.0, 1.5, 2.0):
            hits = np.zeros((months, 2))
            for m in range(months):
                y, p = world.month(SHARES, SIZE, strength)
                rows, plain = draw(p, n, rng), rng.choice(SIZE, n, replace=False)
                tests, blind = [], []
                for j, need in enumerate(NEEDS):
                    r = Reading(p[:, j], world.profile.transfers[need])
                    tests.append(r.disagreement(rows, float(y[rows, j].sum())))
                    blind.append(
                        binomtest(
                            int(y[plain, j].sum()), n, float(np.clip(r.share, 1e-6, 1))
                        ).pvalue
                    )
                hits[m] = min(holm(tests)) <= 0.05, min(holm(blind)) <= 0.05
            fired["convcat"].append(hits[:, 0].mean())
            fired["audit alone"].append(hits[:, 1].mean())
        for test, values in fired.items():
            print(f"| {n} | {test} | " + " | ".join(f"{v:.3f}" for v in values) + " |")


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


def real(path, months, seed):
    with np.load(path) as data:
        d = {k: data[k] for k in ("sources", "kinds", "selection", "y", "p", "tags", "needs")}
    use = d["selection"] == "random"
    y, p, tags, source, kind = (d[k][use] for k in ("y", "p", "tags", "sources", "kinds"))
    needs = [str(n) for n in d["needs"] if n != "failed"]
    rng, rows_out = np.random.default_rng([seed, 3]), []
    shifted, audits = [], defaultdict(list)
    print(
        f"\n## Real texts: {use.sum():,} drawn at random, {len(set(source))} sources, each held out in turn"
    )
    for s in sorted(set(source)):
        own = source == s
        record = ErrorProfile.from_predictions(
            y[~own], p[~own], tags[~own], source[~own], kind[~own], d["needs"]
        )
        for j, need in enumerate(needs):
            transfer = record.transfers[need]
            label, score, tag = y[own, j], p[own, j], tags[own, j]
            r = Reading(score, transfer)
            low, high = r.span
            a, b = wilson(50 * label.mean(), 50)
            rows_out.append(
                (j, label.mean(), r.share, low, high, b - a, tag.mean(), score.mean(), len(score))
            )
            carriers, others = np.flatnonzero(label > 0.5), np.flatnonzero(label <= 0.5)
            if len(carriers) < 10 or len(score) < 100:
                continue
            for _ in range(months):
                share = expit(logit(label.mean()) + rng.normal(0, 0.7))
                size = int(min(len(carriers) / share, len(others) / (1 - share), 1000))
                if size < 60:
                    continue
                k = round(share * size)
                rows = np.concatenate(
                    [
                        rng.choice(carriers, k, replace=False),
                        rng.choice(others, size - k, replace=False),
                    ]
                )
                month = Reading(score[rows], transfer)
                truth = label[rows].mean()
                low, high = month.span
                shifted.append(
                    (j, truth, month.share, low, high, tag[rows].mean(), score[rows].mean())
                )
                for n in (20, 50):
                    picked = draw(score[rows][:, None], n, rng)
                    found = month.audited(picked, label[rows][picked])
                    left = 1 - n / size
                    a, b = wilson(label[rows][picked].sum() / left, n / left)  # finite population
                    audits[n].append(
                        (
                            truth,
                            found.low,
                            found.high,
                            b - a,
                            found.share,
                            label[rows][picked].mean(),
                        )
                    )
    show_real(np.array(rows_out), needs, np.array(shifted), audits)


def show_real(o, needs, shifted, audits):
    cover = (o[:, 3] <= o[:, 1] + 1e-12) & (o[:, 1] <= o[:, 4] + 1e-12)
    width = o[:, 4] - o[:, 3]
    print("no audit, the source as it is:")
    print(f"  coverage {cover.mean():.3f} of {len(o)} (needs x sources); mean absolute error: convcat "
          f"{100 * np.abs(o[:, 2] - o[:, 1]).mean():.2f}, counting {100 * np.abs(o[:, 6] - o[:, 1]).mean():.2f}, "
          f"PCC {100 * np.abs(o[:, 7] - o[:, 1]).mean():.2f} points")  # fmt: skip
    big = o[:, 1] >= 0.05
    print(f"  needs of 5 % and more: coverage {cover[big].mean():.3f} of {big.sum()}, median width "
          f"{np.median(width[big]):.3f}, Wilson on 50 {np.median(o[big, 5]):.3f}, narrower in "
          f"{(width[big] < o[big, 5]).mean():.2f}")  # fmt: skip
    print("| need | coverage | median width | Wilson on 50 |\n|---|---|---|---|")
    for j, need in enumerate(needs):
        at = o[:, 0] == j
        print(
            f"| {need} | {cover[at].mean():.2f} | {np.median(width[at]):.3f} | {np.median(o[at, 5]):.3f} |"
        )
    if not len(shifted):
        return
    held = (shifted[:, 3] <= shifted[:, 1] + 1e-12) & (shifted[:, 1] <= shifted[:, 4] + 1e-12)
    print(f"no audit, months with shifted shares: coverage {held.mean():.3f} of {len(held)}; mean absolute error: "
          f"convcat {100 * np.abs(shifted[:, 2] - shifted[:, 1]).mean():.2f}, counting "
          f"{100 * np.abs(shifted[:, 5] - shifted[:, 1]).mean():.2f}, PCC "
          f"{100 * np.abs(shifted[:, 6] - shifted[:, 1]).mean():.2f} points")  # fmt: skip
    for n, found in audits.items():
        a = np.array(found)
        for name, at in (
            ("all", a[:, 0] >= 0),
            ("5 % and more", a[:, 0] >= 0.05),
            ("under 5 %", a[:, 0] < 0.05),
        ):
            if at.any():
                inside = (a[at, 1] <= a[at, 0] + 1e-12) & (a[at, 0] <= a[at, 2] + 1e-12)
                gain = np.mean((a[at, 5] - a[at, 0]) ** 2) / np.mean((a[at, 4] - a[at, 0]) ** 2)
                print(f"audit of {n}, {name}: coverage {inside.mean():.3f} of {at.sum()}, median width "
                      f"{np.median(a[at, 2] - a[at, 1]):.3f}, of Wilson's {np.median((a[at, 2] - a[at, 1]) / a[at, 3]):.2f}, "
                      f"n_eff / n (error) {gain:.1f}")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--months", type=int, default=200)
    parser.add_argument("--n", type=int, nargs="*", default=[20, 50, 200])
    parser.add_argument("--f1", type=float, nargs="*", default=[0.6, 0.75, 0.9])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scores", help="npz of out-of-fold scores of labelled texts")
    parser.add_argument("--only", choices=["simulated", "real", "alarm", "change", "closing"])
    o = parser.parse_args()
    start = time.perf_counter()
    if o.only in (None, "closing"):
        closing(o.seed)
    if o.only in (None, "simulated"):
        simulate(o.months, o.n, o.f1, o.seed, rivals())
    if o.only in (None, "alarm"):
        power(max(100, o.months // 4), o.seed)
    if o.only in (None, "change"):
        change(max(40, o.months // 5), o.seed)
    if o.only in (None, "real"):
        if o.scores:
            real(o.scores, max(5, o.months // 50), o.seed)
        else:
            print("\n(no --scores given: the part on real texts is left out)")
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
