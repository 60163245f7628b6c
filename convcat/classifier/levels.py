"""Weights as a model file holds them: whole numbers of one byte, and what one is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.int8]
Scale = npt.NDArray[np.float32]


def quantise(weights: npt.NDArray[Any]) -> tuple[Levels, Scale]:
    """Return int8 weights and the float32 scale of each output (column).

    A scale is the largest weight's 127th part. Weights that were quantised before stay as they are.
    """
    scale = (np.abs(weights).max(axis=0, initial=0.0) / 127.0).astype(np.float32)
    for _ in range(2):  # rounding: 127 times a scale, divided by 127, may be its neighbour
        scale = np.asarray(scale * np.float32(127)) / np.float32(127)
    safe = np.where(scale > 0, scale, np.float32(1))
    return np.rint(weights / safe).astype(np.int8), scale
