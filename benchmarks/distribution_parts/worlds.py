"""Months whose truth is known: one classifier, calibrated where it was trained, applied elsewhere."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import norm

from convcat.insight.profile import ErrorProfile

SHARES = np.array([0.30, 0.20, 0.10, 0.07, 0.05, 0.02, 0.01])
NEEDS = tuple(f"{100 * s:g} %" for s in SHARES)
BIG = SHARES >= 0.05
SIZE, RECORDS, SOURCES = 3000, 20, 18
LOST, GAINED, APART = 0.75, 0.40, 0.3


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
