"""Figures by month and need, with their Monte Carlo error."""

from __future__ import annotations

from collections import defaultdict

import numpy as np


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


def show_checks(checks):
    """Say at the end in how many cells what it must show was shown."""
    found = defaultdict(lambda: [0, 0])
    for what, good in checks:
        found[what][not good] += 1
    print("\n## What it must show")
    for what, (good, bad) in sorted(found.items()):
        print(f"- {what}: {good} of {good + bad} cells{'' if not bad else ' (!)'}")
