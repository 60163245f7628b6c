"""How many texts without a need get no tag, and how many with one, on scores given out of fold."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from convcat.classifier.calibration import tagged
from convcat.training.evaluation import evaluate


def silence(model, path: Path) -> None:
    """Print quiet and silent of scores of ``convcat train --scores``, by the model's own rule.

    What was trained for the scores chose thresholds of its own; the model's are used instead.
    """
    held = np.load(path)
    p, none, truth = held["p"], held["p_none"], held["y"].astype(bool)
    scored = np.isfinite(p).all(axis=1)
    tags = tagged(p, none, model.thresholds, model.odds_over_none)
    print(f"\n### Silence out of fold: {path.name}, thresholds of {model.id} {model.version}\n")
    print("| texts | n | macro-F1 | quiet | silent |\n| --- | --- | --- | --- | --- |")
    for name, rows in (
        ("all", scored),
        ("drawn at random", scored & (held["selection"] == "random")),
    ):
        found = evaluate(name, model.needs_, truth[rows], tags[rows], p[rows])
        print(f"| {name} | {found.n:,} | {found.macro_f1} | {found.quiet} | {found.silent} |")
