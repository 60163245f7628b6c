"""What one month says of a need: by the model alone, with an audit, by an audit alone."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, logit

from convcat.insight.agreement import disagreement
from convcat.insight.audited import pull, usual
from convcat.insight.intervals import assisted
from convcat.insight.population import shift_to, steepness
from convcat.insight.signals import bin_of

EPS = 1e-9


class Reading:
    """What the model alone says of one need in one month."""

    def __init__(self, p, transfer):
        histogram = np.bincount(bin_of(p) // 2, minlength=16)
        self.forecast = transfer.forecast(histogram, float(p.mean()), float(p @ p) / len(p))
        self.share = self.forecast.share
        self.scores = np.round(logit(np.clip(p, 1e-5, 1 - 1e-5)) * 16) / 16
        self.distinct, self.counts = np.unique(self.scores, return_counts=True)
        self.shift = shift_to(self.distinct, self.counts.astype(float), self.share)
        self.steep = steepness(self.distinct, self.counts, self.shift)

    def audited(self, rows, answers):
        return assisted(
            self.distinct, self.counts, self.scores[rows], answers,
            shift=self.shift, scale=pull(len(rows), self.forecast.spread * self.steep),
        )  # fmt: skip

    def disagreement(self, rows, hits):
        return disagreement(
            self.scores[rows] + self.shift, hits, **usual(self.forecast, self.steep)
        )


def binomial_p(hits, n, share):
    """Return the exact two-sided p-value of a count (the likelier outcomes are kept)."""
    k, q = np.arange(n + 1), np.clip(share, 1e-6, 1 - 1e-6)
    log = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * np.log(q)
    chance = np.exp(log + (n - k) * np.log1p(-q))
    return min(1.0, float(chance[chance <= chance[hits] * (1 + 1e-7)].sum()))
