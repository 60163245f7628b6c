"""Sums of values and of their powers, exact, so that parts merge without losing a digit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_ONE = 10**6  # values are kept to six decimals, as whole numbers


@dataclass(frozen=True)
class Moments:
    """How many values, and the sums of their first three powers (in millionths, exact).

    Examples
    --------
    >>> some = Moments.of(np.array([1.0, 2.0, 6.0]))
    >>> some.n, some.mean, some.variance, some.third
    (3, 3.0, 7.0, 6.0)
    >>> Moments.of(np.array([1.0])) + Moments.of(np.array([2.0, 6.0])) == some
    True
    """

    n: int = 0
    s1: int = 0
    s2: int = 0
    s3: int = 0

    @classmethod
    def of(cls, values: Floats) -> Moments:
        """Sum some values; none may be missing."""
        found, counts = np.unique(np.rint(values * _ONE), return_counts=True)
        whole, times = [int(v) for v in found], [int(c) for c in counts]
        sums = [sum(c * v**k for v, c in zip(whole, times, strict=True)) for k in (1, 2, 3)]
        return cls(len(values), *sums)

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, self.s1 + other.s1, self.s2 + other.s2, self.s3 + other.s3)

    def __sub__(self, other: Moments) -> Moments:
        return Moments(self.n - other.n, self.s1 - other.s1, self.s2 - other.s2, self.s3 - other.s3)

    @property
    def mean(self) -> float:
        """The mean; NaN of nothing."""
        return self.s1 / (self.n * _ONE) if self.n else float("nan")

    @property
    def variance(self) -> float:
        """The variance with n - 1 below; zero of one value."""
        if self.n < 2:
            return 0.0
        return (self.n * self.s2 - self.s1**2) / (self.n * (self.n - 1) * _ONE**2)

    @property
    def third(self) -> float:
        """The third central moment."""
        if not self.n:
            return 0.0
        n, s1 = self.n, self.s1
        return (n**2 * self.s3 - 3 * n * s1 * self.s2 + 2 * s1**3) / (n**3 * _ONE**3)

    @property
    def hits(self) -> int:
        """How many ones there are among values that are 0 or 1."""
        return self.s1 // _ONE


@dataclass(frozen=True)
class Sums:
    """Moments by group, and how often each whole number of minutes occurs by channel.

    Attributes
    ----------
    groups : mapping of tuple to Moments
    minutes : mapping of str to mapping of int to int
    """

    groups: Mapping[tuple[Hashable, ...], Moments] = field(default_factory=dict)
    minutes: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def __add__(self, other: Sums) -> Sums:
        keys = dict.fromkeys([*self.groups, *other.groups])
        groups = {key: self.of(*key) + other.of(*key) for key in keys}
        minutes: dict[str, dict[int, int]] = {}
        for part in (self.minutes, other.minutes):
            for channel, counts in part.items():
                mine = minutes.setdefault(channel, {})
                for minute, n in counts.items():
                    mine[minute] = mine.get(minute, 0) + n
        return Sums(groups, minutes)

    def of(self, *key: Hashable) -> Moments:
        """Return a group's moments; empty where there is none."""
        return self.groups.get(key, Moments())

    def median(self, channel: str) -> float | None:
        """Return the median of a channel's minutes, kept as whole numbers."""
        counts = self.minutes.get(channel)
        if not counts:
            return None
        values = np.asarray(sorted(counts), dtype=np.int64)
        ends = np.cumsum([counts[int(v)] for v in values])
        low, high = (ends[-1] - 1) // 2, ends[-1] // 2
        ranks = np.searchsorted(ends, [low, high], side="right")
        return float(values[ranks].mean())


def moments_where(values: Floats, rows: Bools) -> Moments:
    """Return the moments of the known values in some rows."""
    return Moments.of(values[rows & np.isfinite(values)])
