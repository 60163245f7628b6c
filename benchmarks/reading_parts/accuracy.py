"""How well models read texts of known needs: by need, by slice, by what they are sure of."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from reading_parts.baselines import BASELINES, baseline
from reading_parts.figures import NEEDS, header, judged, line, truth_of

import convcat


def apart(models, train, dev, *, quick: bool) -> None:
    """Print the main tables."""
    rows, sources = [], []
    for model in models:
        reading = model.read(dev.texts)
        rows.append(line(f"{model.id} {model.version}", judged("", dev, reading.tags, reading.p)))
        for own in model.facts.get("evaluations", ())[:1]:
            cells = [f"{own['f1'][n]['value']:.2f}" for n in NEEDS]
            macro = "{value:.3f} ({low:.3f} to {high:.3f})".format(**own["macro_f1"])
            quiet, silent = own["quiet"]["value"], own["silent"]["value"]
            head = f"| {model.id} | {macro} | {quiet:.2f} | {silent:.2f} | "
            sources.append(head + " | ".join(cells) + " |")
    for kind in () if quick else BASELINES:
        on_dev, held = baseline(kind, train, dev)
        rows.append(line(kind, on_dev))
        sources.append(line(kind, held))
    print(f"\n### Texts kept apart ({len(dev):,})\n", header("reader"), *rows, sep="\n")
    print("\n### Whole sources held out (texts drawn at random)\n", header("reader"), sep="\n")
    print(*sources, sep="\n")


def slices(models, dev) -> None:
    """Print macro-F1 by source, channel and length."""
    words = np.array([len(text.split()) for text in dev.texts])
    edges = np.quantile(words, [0.25, 0.5, 0.75]).round()
    lengths = np.array([f"quarter {1 + int((w > edges).sum())} of lengths" for w in words])
    truth = truth_of(dev)
    print(f"\n### By slice (micro-F1 of all needs; lengths part at {edges.tolist()} words)\n")
    print("| slice | texts |", " | ".join(m.id for m in models), "|")
    print(f"|{' --- |' * (2 + len(models))}")
    read = [model.read(dev.texts) for model in models]
    for column in (np.array(dev.sources), np.array(dev.channels), lengths):
        for value in np.unique(column):
            rows = column == value
            if rows.sum() < 25:
                continue
            cells = []
            for reading in read:
                tags = reading.tags[rows]
                hits = (tags & truth[rows]).sum()
                cells.append(f"{2 * hits / max(1, tags.sum() + truth[rows].sum()):.2f}")
            print(f"| {value or '-'} | {rows.sum()} |", " | ".join(cells), "|")


def reliability(models, dev) -> None:
    """Print how often a need is there, by how likely the model says it is."""
    truth = truth_of(dev)
    edges = np.array([0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    print("\n### Reliability (texts kept apart, all needs together)\n")
    print("| the model says |", " | ".join(f"{m.id}: said, found, n" for m in models), "|")
    print(f"|{' --- |' * (1 + len(models))}")
    read = [model.read(dev.texts).p for model in models]
    for low, high in pairwise(edges):
        cells = []
        for p in read:
            own = (p >= low) & ((p < high) | (high == 1))
            said, found = (p[own].mean(), truth[own].mean()) if own.any() else (np.nan, np.nan)
            cells.append(f"{said:.2f}, {found:.2f}, {own.sum():,}")
        print(f"| {low:.2f} to {high:.2f} |", " | ".join(cells), "|")
    print("\n| share of texts | found |", " | ".join(m.id for m in models), "|")
    print(f"|{' --- |' * (2 + len(models))}")
    for j, need in enumerate(NEEDS):
        cells = [f"{p[:, j].mean():.3f}" for p in read]
        print(f"| {need} | {truth[:, j].mean():.3f} |", " | ".join(cells), "|")


def curve(train, dev, sizes) -> None:
    """Print the n-gram model's learning curve, trained here."""
    rng = np.random.default_rng(0)
    order = rng.permutation(len(train))
    print("\n### Learning curve, hashed n-grams (macro-F1 on the texts kept apart)\n")
    print("| labels | macro-F1 (95 %) |\n| --- | --- |")
    for size in [s for s in sizes if s < len(train)] + [len(train)]:
        rows = order[:size]
        clf = convcat.NeedClassifier(folds=4).fit(
            [train.texts[i] for i in rows], [list(train.needs[i]) for i in rows]
        )
        reading = clf.model_.read(dev.texts)
        print(f"| {size:,} | {judged('', dev, reading.tags, reading.p).macro_f1} |", flush=True)
