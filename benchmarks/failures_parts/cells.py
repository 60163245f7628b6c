"""Cells of the tables: counted once, kept in a file, printed with n and error."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from failures_parts.months import Finding
from scipy.stats import beta


@dataclass
class Tally:
    """What one method found in the months of a cell."""

    months: int = 0
    alerts: int = 0  # months with any finding
    false: int = 0  # findings that are not what was planted
    wrong: int = 0  # months with such a finding
    hits: int = 0
    ranks: list[int] = field(default_factory=list)

    def add(self, found: list[Finding], planted: Finding | None) -> None:
        false = sum(not tells(f, planted) for f in found)
        self.months += 1
        self.alerts += bool(found)
        self.false += false
        self.wrong += bool(false)
        if planted in found:
            self.hits += 1
            self.ranks.append(found.index(planted) + 1)


def tells(found: Finding, planted: Finding | None) -> bool:
    """Whether a finding is the planted one, or a part of it."""
    if planted is None or found[2] != planted[2]:
        return False
    return planted[1] in found[1].split(" × ")


def share(k: int, n: int) -> str:
    """Return a share with its exact 95 % interval (Clopper and Pearson 1934, Biometrika 26:404)."""
    if not n:
        return "-"
    low = beta.ppf(0.025, k, n - k + 1) if k else 0.0
    high = beta.ppf(0.975, k + 1, n - k) if k < n else 1.0
    return f"{k / n:.3f} ({low:.3f} to {high:.3f}; n {n})"


class Kept:
    """Cells that were counted before, by what they are of; a line of JSON each."""

    def __init__(self, path: Path | None):
        self.path, self.cells = path, {}
        if path and path.exists():
            for line in path.read_text().splitlines():
                cell = json.loads(line)
                self.cells[cell["of"]] = cell["found"]

    def cell(self, of: str, count: Callable[[], Any]) -> Any:
        """Return what was counted, now or before."""
        if of not in self.cells:
            start = time.process_time()
            found = plain(count())
            self.cells[of] = found
            if self.path:
                line = {"of": of, "cpu": round(time.process_time() - start, 1), "found": found}
                with self.path.open("a") as file:
                    file.write(json.dumps(line) + "\n")
        return self.cells[of]


def plain(found: Any) -> Any:
    """Return tallies as what JSON can hold."""
    if isinstance(found, Tally):
        return vars(found)
    if isinstance(found, Mapping):
        return {name: plain(part) for name, part in found.items()}
    return found


def told(tally: Mapping[str, Any]) -> str:
    """Return how often, at which rank, with how many false findings a month."""
    rank = f"{np.mean(tally['ranks']):.1f}" if tally["ranks"] else "-"
    false = f"{tally['false'] / max(tally['months'], 1):.2f}"
    return f"found {share(tally['hits'], tally['months'])} rank {rank} false {false}"
