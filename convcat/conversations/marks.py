"""Remembers which rows were there before, in memory that does not grow with the dump."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_RECENT = 1 << 18
_RUNS = 16

Marks = npt.NDArray[np.uint64]


def mark_of(*parts: object) -> int:
    """Return a number of 64 bits that stands for some values, the same on every machine.

    Of ten million rows, two share a number by chance in one dump of some four hundred thousand.
    """
    text = "\x1f".join(["" if part is None else str(part) for part in parts])
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


class MarkSet:
    """A set of marks: the newest in memory, the others in sorted runs on disk.

    Runs are joined sixteen at a time, so that few have to be searched (O'Neil et al. 1996, "The
    log-structured merge-tree").

    Examples
    --------
    >>> marks = MarkSet()
    >>> marks.add([1, 2, 1])
    [False, False, True]
    >>> marks.add([2, 3])
    [True, False]
    """

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._small: list[Marks] = []
        self._large: list[Marks] = []

    def add(self, marks: Sequence[int]) -> list[bool]:
        """Add marks in order, and tell of each whether it was there before."""
        known = self._in_runs(np.array(marks, dtype=np.uint64))
        recent = self._recent
        out = []
        for mark, old in zip(marks, known, strict=True):
            if old or mark in recent:
                out.append(True)
            else:
                recent.add(mark)
                out.append(False)
        if len(recent) >= _RECENT:
            self._spill()
        return out

    def _in_runs(self, marks: Marks) -> list[bool]:
        known = np.zeros(len(marks), dtype=bool)
        for run in (*self._small, *self._large):
            at = np.minimum(np.searchsorted(run, marks), len(run) - 1)
            known |= run[at] == marks
        found: list[bool] = known.tolist()
        return found

    def _spill(self) -> None:
        marks = np.fromiter(self._recent, dtype=np.uint64, count=len(self._recent))
        self._small.append(_on_disk(np.sort(marks)))
        self._recent = set()
        if len(self._small) >= _RUNS:
            self._large.append(_on_disk(np.sort(np.concatenate(self._small))))
            self._small = []


def _on_disk(marks: Marks) -> Marks:
    """Return the array mapped from a temporary file that vanishes with it."""
    with tempfile.TemporaryFile() as file:
        marks.tofile(file)
        file.flush()
        return np.memmap(file, dtype=np.uint64, mode="r")
