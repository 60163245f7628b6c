"""Texts that are harder than usual: misspelt, broken off, of other trades."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import numpy as np
from reading_parts.figures import NEEDS, judged


def typos(text: str, rate: float, rng: random.Random) -> str:
    """Return a text in which a share of the letters was swapped, dropped, doubled or mistyped."""
    out = []
    for c in text:
        if not c.isalpha() or rng.random() >= rate:
            out.append(c)
            continue
        way = rng.randrange(4)
        if way == 0 and out:
            out.insert(len(out) - 1, c)
        elif way == 1:
            out += [c, c]
        elif way == 2:
            out.append(rng.choice("abcdefghijklmnopqrstuvwxyz"))
    return "".join(out)


def noise(models, dev) -> None:
    """Print curves: typing errors, case, texts that break off."""
    rng = random.Random(0)
    ways = {"as it is": list(dev.texts)}
    for rate in (0.02, 0.05, 0.1):
        ways[f"{rate:.0%} of letters mistyped"] = [typos(t, rate, rng) for t in dev.texts]
    ways["all capitals"] = [t.upper() for t in dev.texts]
    ways["no punctuation"] = [
        "".join(c if c.isalnum() or c.isspace() else " " for c in t) for t in dev.texts
    ]
    for most in (40, 20, 10):
        ways[f"first {most} words"] = [" ".join(t.split()[:most]) for t in dev.texts]
    print("\n### Under noise (macro-F1)\n")
    print("| texts |", " | ".join(m.id for m in models), "|")
    print(f"|{' --- |' * (1 + len(models))}")
    for way, texts in ways.items():
        cells = []
        for model in models:
            reading = model.read(texts)
            cells.append(f"{judged('', dev, reading.tags, reading.p).macro_f1.value:.3f}")
        print(f"| {way} |", " | ".join(cells), "|")


def outside(models, corpora: Path, most: int) -> None:
    """Print how often needs are read into texts of other trades."""
    by_source: dict[str, list[str]] = {}
    with gzip.open(corpora / "out_of_domain.jsonl.gz", "rt", encoding="utf-8") as lines:
        for raw in lines:
            row = json.loads(raw)
            by_source.setdefault(row["source"], []).append(row["text"])
    print("\n### Other trades: share of texts with any tag, and the commonest tags\n")
    print("| source | texts |", " | ".join(m.id for m in models), "|")
    print(f"|{' --- |' * (2 + len(models))}")
    for source, texts in sorted(by_source.items()):
        some = random.Random(0).sample(texts, min(most, len(texts)))
        cells = []
        for model in models:
            tags = model.read(some).tags
            top = np.argsort(-tags.mean(axis=0), kind="stable")[:2]
            names = ", ".join(f"{NEEDS[j]} {tags[:, j].mean():.0%}" for j in top)
            cells.append(f"{tags.any(axis=1).mean():.0%} ({names})")
        print(f"| {source} | {len(some)} |", " | ".join(cells), "|")
