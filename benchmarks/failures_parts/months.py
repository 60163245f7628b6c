"""Months whose truth is known: four columns of slices, ten needs, a reader of a given separation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import pyarrow as pa
from scipy.special import expit, logit

from convcat.insight.profile import ErrorProfile
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
RECORDS = 20  # readers whose labelled sources were drawn anew; a month is read by any of them
OWN_ERRORS = 0.35  # standard deviations by which a slice's, or a source's, scores are off
Finding = tuple[str, str, str]  # column (or "a × b"), value, need


@dataclass
class Month:
    """One month; values are codes, ``record`` what is known of the reader's errors."""

    codes: dict[str, np.ndarray]
    truth: np.ndarray
    p: np.ndarray
    tags: np.ndarray
    needs: tuple[str, ...] = NEEDS
    record: ErrorProfile | None = None
    p_failed: np.ndarray | None = None

    def tagged(self) -> Tagged:
        n = len(self.p)
        table = pa.table({k: [value(k, c) for c in codes] for k, codes in self.codes.items()})
        unknown = np.full(n, np.nan)
        return Tagged(
            table=table,
            needs=self.needs,
            ok=np.ones(n, dtype=bool),
            p=self.p,
            p_none=unknown,
            p_failed=unknown if self.p_failed is None else self.p_failed,
            tags=self.tags,
            status=np.full(n, "ok", dtype=object),
        )

    def slices(self):
        """Every slice of at least MIN_SIZE conversations: its name, value and rows."""
        for name, codes in self.codes.items():
            for code in np.unique(codes):
                yield name, value(name, code), codes == code
        for a, b in combinations(self.codes, 2):
            for x in np.unique(self.codes[a]):
                inside = self.codes[a] == x
                for y in np.unique(self.codes[b][inside]):
                    rows = inside & (self.codes[b] == y)
                    if rows.sum() >= MIN_SIZE:
                        yield f"{a} × {b}", f"{value(a, x)} × {value(b, y)}", rows

    def first(self, rows: int) -> Month:
        """Return what had come in by then."""
        codes = {k: c[:rows] for k, c in self.codes.items()}
        return Month(codes, self.truth[:rows], self.p[:rows], self.tags[:rows])


def value(column: str, code: int) -> str:
    return f"{column[:2]}{code:02d}"


@dataclass
class World:
    """How a month comes about: which slices are read differently, what fails."""

    name: str
    read: Callable[[np.random.Generator, dict], tuple[np.ndarray, np.ndarray]] | None = None
    planted: tuple[str, int, int, float] | None = None  # column, code, need, factor
    separation: float = 3.0
    threshold: float | None = None  # of the score, for tags; by default a probability of one half
    drift: float = 0.0  # log-odds by which this month's shares differ from the training ones

    @property
    def finding(self) -> Finding | None:
        """What should be found."""
        if self.planted is None:
            return None
        column, code, need, _ = self.planted
        return column, value(column, code), NEEDS[need]

    def month(self, rng: np.random.Generator, n: int) -> Month:
        codes = {k: rng.choice(len(w), n, p=w / w.sum()) for k, w in COLUMNS.items()}
        shares = expit(logit(SHARES) + self.drift * rng.normal(size=len(SHARES)))
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
        p = expit(d * x - d**2 / 2 + logit(SHARES))
        tags = p > 0.5 if self.threshold is None else x > self.threshold
        return Month(codes, truth, p, tags, record=record(d, int(rng.integers(RECORDS))))


@cache
def record(separation: float, at: int, sources: int = 18, size: int = 400) -> ErrorProfile:
    """Return what is known of a reader: how it read labelled sources, each with its own errors."""
    rng = np.random.default_rng([5, at])
    source = np.repeat(np.arange(sources), size)
    shares = expit(logit(SHARES) + 0.6 * rng.normal(size=(sources, len(SHARES))))[source]
    miss, alarm = OWN_ERRORS * rng.normal(size=(2, sources, len(SHARES)))
    truth = rng.random(shares.shape) < shares
    x = rng.normal(size=truth.shape) + np.where(truth, separation - miss[source], alarm[source])
    p = expit(separation * x - separation**2 / 2 + logit(SHARES))
    return ErrorProfile.from_predictions(truth, p, p > 0.5, source, ["review"] * len(p), NEEDS)


def _chat(miss: float, alarm: float):
    """Scores of chat are off in every need: lower where the need is there, higher where not."""

    def read(rng, codes):
        chat = (codes["channel"] == 1)[:, None] * np.ones(len(SHARES))
        return miss * chat, alarm * chat

    return read


def drawn(column: str, size: float, part: float = 1.0):
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
    channel, product = drawn("channel", size), drawn("product", size)

    def read(rng, codes):
        a, b = channel(rng, codes), product(rng, codes)
        return a[0] + b[0], a[1] + b[1]

    return read


QUIET = (
    World("read alike"),
    World("shares drifted since training, read alike", drift=0.5),
    # Tags of recall .88 and false alarms .015 elsewhere, .70 and .05 in chat, in every need.
    World("chat: recall .70 for .88, alarms .05 for .015", _chat(0.65, 0.525), None, 3.345, 2.17),
    World("chat: twice that", _chat(1.3, 1.05), None, 3.345, 2.17),
    World("every channel its own errors", drawn("channel", OWN_ERRORS)),
    World("every product its own errors", drawn("product", OWN_ERRORS)),
    World("every product, every channel", _both(OWN_ERRORS)),
    World("every product, half as much", drawn("product", OWN_ERRORS / 2)),
    World("one need of one channel misread", drawn("channel", OWN_ERRORS, part=0.0)),
    World("one cell in fifty of product misread", drawn("product", OWN_ERRORS, part=0.02)),
    World("weak reader (F1 about .5), read alike", separation=2.0),
)
