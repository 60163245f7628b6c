"""Round ticks for shares."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeGuard

_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


def known(value: float | None) -> TypeGuard[float]:
    """Return whether a value can be drawn: neither ``None`` nor NaN nor infinite."""
    return value is not None and math.isfinite(value)


def top_of(values: Iterable[float | None], *, least: float = 0.05) -> float:
    """Return the share at which an axis should end: the first round tick above all values.

    Examples
    --------
    >>> top_of([0.02, 0.171, None])
    0.2
    >>> top_of([])
    0.05
    """
    finite = [v for v in values if known(v)]
    highest = min(1.0, max([least, *finite]))
    step = next((s for s in _STEPS if highest / s <= 5), _STEPS[-1])
    return min(1.0, round(math.ceil(highest / step - 1e-9) * step, 6))


def ticks(top: float) -> tuple[float, ...]:
    """Return the round shares from 0 to ``top``, at most six.

    Examples
    --------
    >>> ticks(0.2)
    (0.0, 0.05, 0.1, 0.15, 0.2)
    """
    step = next((s for s in _STEPS if top / s <= 5 + 1e-9), _STEPS[-1])
    return tuple(round(i * step, 6) for i in range(math.floor(top / step + 1e-9) + 1))
