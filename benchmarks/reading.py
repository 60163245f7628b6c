"""How well do the models read? By need, source, channel and length; beside baselines; under noise.

    python benchmarks/reading.py [apart slices reliability noise outside evidence curve speed frontier]
        [silence --scores FILE] [--models ecommerce-en ecommerce-en-fast] [--gold FOLDER] [--corpora FOLDER] [--quick]

Needs the labelled texts (`train.jsonl`, `dev.jsonl`), which cannot be shipped. `dev.jsonl` was never
trained on. Baselines are trained on `train.jsonl` in the same run, their thresholds chosen out of
fold, and stand once on `dev.jsonl` and once with whole sources held out; for the shipped models the
latter stands in their own files, where training wrote it. Intervals are 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from pathlib import Path

from reading_parts.accuracy import apart, curve, reliability, slices
from reading_parts.baselines import BASELINES, baseline
from reading_parts.evidence import evidence
from reading_parts.figures import NEEDS, judged
from reading_parts.frontier import frontier
from reading_parts.hardship import noise, outside
from reading_parts.silence import silence
from reading_parts.speed import speed

import convcat
from convcat.classifier.shipped import home
from convcat.training import read_labelled

ROOT = Path(__file__).parent.parent
PARTS = (
    "apart",
    "slices",
    "reliability",
    "noise",
    "outside",
    "evidence",
    "curve",
    "speed",
    "frontier",
    "silence",
)


def main() -> None:
    """Run the parts that were asked for."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    ask.add_argument("--models", nargs="+", default=["ecommerce-en", "ecommerce-en-fast"])
    ask.add_argument("--gold", type=Path, default=ROOT.parent / "shared" / "gold")
    ask.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "corpora")
    ask.add_argument("--quick", action="store_true", help="no baselines, fewer texts")
    ask.add_argument("--runs", type=int, default=5)
    ask.add_argument("--scores", type=Path, help="of `convcat train --scores`, for silence")
    given = ask.parse_args()
    if not given.gold.is_dir():
        sys.exit(f"There are no labelled texts in {given.gold}: name their folder with --gold.")
    models = [convcat.load(name) for name in given.models]
    train = read_labelled(given.gold / "train.jsonl", needs=NEEDS)
    dev = read_labelled(given.gold / "dev.jsonl", needs=NEEDS)
    print(f"convcat {convcat.__version__}, {os.cpu_count()} cores;", *models, sep="\n")
    rates: dict[str, float] = {}
    if "apart" in given.parts:
        apart(models, train, dev, quick=given.quick)
    if "slices" in given.parts:
        slices(models, dev)
    if "reliability" in given.parts:
        reliability(models, dev)
    if "noise" in given.parts:
        noise(models, dev)
    if "outside" in given.parts:
        outside(models, given.corpora, 60 if given.quick else 300)
    if "evidence" in given.parts:
        evidence(models, dev, 50 if given.quick else 200)
    if "curve" in given.parts:
        curve(train, dev, (600, 2_400) if given.quick else (600, 1_200, 2_400, 4_800, 9_600))
    if "silence" in given.parts and given.scores:
        silence(models[0], given.scores)
    if "speed" in given.parts or "frontier" in given.parts:
        rates = speed(models, train, runs=given.runs)
    if "frontier" in given.parts:
        points = {}
        for model in models:
            reading = model.read(dev.texts)
            found = judged("", dev, reading.tags, reading.p).macro_f1
            points[model.id] = (rates[model.id], found.value, found.low, found.high)
        if not given.quick:
            found = baseline(BASELINES[1], train, dev)[0].macro_f1
            points["scikit-learn"] = (rates["scikit-learn"], found.value, found.low, found.high)
        frontier(points, ROOT / "docs" / "images" / "frontier.svg")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(f"models from {home()}")


if __name__ == "__main__":
    main()
