"""What is said of an action's effect, in words: what changed with it, never because of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAMED = 5  # days that are named in one warning


def judged_row(row: Mapping[str, Any], p: float, level: float) -> dict[str, Any]:
    """Return the row of an effect with its verdict and words, by its adjusted p-value."""
    clear = p <= 1 - level
    verdict = "no clear difference" if not clear else "up" if row["change"] > 0 else "down"
    told = {k: v for k, v in row.items() if k not in ("p", "moving", "with")}
    return {**told, "verdict": verdict, "words": _words(row, verdict)}


def _words(row: Mapping[str, Any], verdict: str) -> str:
    span = f"{100 * row['low']:+.1f} to {100 * row['high']:+.1f} points"
    word = "rarer" if verdict == "down" else "more common"
    told = f"{row['need']} was {word} after it: {row['after']:.1%}, before {row['before']:.1%} ({span})"
    if verdict == "no clear difference":
        told = f"{row['need']}: no clear difference after it ({span})"
    moving = {1: "rising", -1: "falling"}.get(int(row["moving"]), "")
    if moving and verdict != "no clear difference" and (row["change"] > 0) == (row["moving"] > 0):
        told += f"; it had been {moving} before already"
    if row["with"]:
        told += f"; not to be told apart from {' and '.join(repr(name) for name in row['with'])}"
    return told


def silence(days: list[str], why: str) -> str:
    """Return why nothing is said of the actions of some days, in a sentence.

    Examples
    --------
    >>> silence(["2026-03-12", "2026-04-20"], "no need moved beyond chance")
    'Actions of 2026-03-12 and 2026-04-20: no need moved beyond chance.'
    """
    if len(days) > _NAMED:
        days = [*days[:_NAMED], f"{len(days) - _NAMED} more days"]
    named = days[0] if len(days) == 1 else f"{', '.join(days[:-1])} and {days[-1]}"
    return f"Actions of {named}: {why}."
