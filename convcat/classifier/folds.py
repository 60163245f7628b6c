"""Which texts are held out together: whole groups in one fold, the same on every machine."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError


def groups_of(texts: list[str], groups: Any) -> npt.NDArray[np.object_]:
    """Return a group per text; equal texts (but for case and punctuation) share one."""
    if groups is not None:
        own = np.asarray(groups, dtype=object)
        if own.shape != (len(texts),):
            raise InputError(f"groups has shape {own.shape}; {len(texts)} texts make another.")
        return own
    return np.array([re.sub(r"\W+", " ", text.lower()).strip() for text in texts], dtype=object)


def folds_of(groups: npt.NDArray[np.object_], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Assign whole groups to folds of like size, the same on every machine."""
    names, inverse, counts = np.unique(groups.astype(str), return_inverse=True, return_counts=True)
    shuffled = [
        hashlib.sha256(f"{seed}:{name}".encode("utf-8", "replace")).digest() for name in names
    ]
    order = sorted(
        range(len(names)), key=lambda i: (-int(counts[i] > 1) * int(counts[i]), shuffled[i])
    )
    size = np.zeros(max(2, folds), dtype=np.int64)
    of_group = np.zeros(len(names), dtype=np.int64)
    for i in order:
        of_group[i] = int(size.argmin())
        size[of_group[i]] += counts[i]
    return of_group[inverse]
