"""Real texts: every source in turn is a shop that neither model nor record has seen."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
from distribution_parts.months import Reading
from distribution_parts.real_tables import LEVELS, show_months, show_sources
from scipy.special import expit, logit

from convcat.insight.drawing import draw
from convcat.insight.intervals import wilson
from convcat.insight.profile import ErrorProfile


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
        f"\n## Real texts, {Path(path).stem}: {len(p):,} drawn at random, {len(set(source))} sources, each held out in turn"
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
    return show_sources(np.array(sources), names) + show_months(np.array(months_of), audits)
