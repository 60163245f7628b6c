"""How fast models read, beside scikit-learn and fastText; memory, size."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from reading_parts.baselines import BASELINES, pipeline
from reading_parts.figures import truth_of
from reading_parts.passages import CORPUS, written


def fasttext_reader():
    """Return fastText with subwords and pairs of words, taught on the project's corpus, if it is here."""
    try:
        import fasttext
    except ImportError:
        print("\nfastText is not installed (pip install fasttext-wheel): it is left out.")
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        rows = [
            json.loads(raw)
            for own in sorted(CORPUS.glob("*.jsonl"))
            for raw in own.read_text(encoding="utf-8").splitlines()
        ]
        path.write_text(
            "".join(
                " ".join(
                    [
                        *(f"__label__{need}" for need in row["needs"] or ["none"]),
                        *row["text"].split(),
                    ]
                )
                + "\n"
                for row in rows
            ),
            encoding="utf-8",
        )
        taught = fasttext.train_supervised(
            str(path), minn=3, maxn=5, wordNgrams=2, loss="ova", epoch=1, thread=1, verbose=0
        )
    return lambda texts: taught.predict(texts, k=-1, threshold=0.3)


def speed(models, train, *, runs: int) -> dict[str, float]:
    """Print throughput in interleaved runs, beside the equal scikit-learn pipeline; memory, size."""
    rows = np.random.default_rng(0).permutation(len(train))[:6_000]
    plain = pipeline(BASELINES[1]).fit([train.texts[i] for i in rows], truth_of(train)[rows])
    readers = {model.id: model.read for model in models} | {"scikit-learn": plain.predict}
    if (taught := fasttext_reader()) is not None:
        readers["fastText"] = taught
    print("\n### Speed (texts a second, median of interleaved runs; ratio to scikit-learn)\n")
    print("| words |", " | ".join(readers), "| ratio |")
    print(f"|{' --- |' * (2 + len(readers))}")
    at_60 = {}
    for words in (15, 60, 150):
        rates: dict[str, list[float]] = {name: [] for name in readers}
        for run in range(runs + 1):
            for name, read in readers.items():
                texts = written(words, 240 if name == "ecommerce-en" else 2_000)
                start = time.perf_counter()
                read(texts)
                if run:  # the first one warms up
                    rates[name].append(len(texts) / (time.perf_counter() - start))
        middle = {name: statistics.median(own) for name, own in rates.items()}
        ratios = ", ".join(
            f"{n} {middle[n] / middle['scikit-learn']:.2f}" for n in readers if n != "scikit-learn"
        )
        print(f"| {words} |", " | ".join(f"{v:,.0f}" for v in middle.values()), f"| {ratios} |")
        at_60 = middle if words == 60 else at_60
    own = [text for text in train.texts if 55 <= len(text.split()) <= 65][:1_000]
    print(f"\nCustomers' own texts of 55 to 65 words ({len(own):,}), a second, {runs} runs:")
    for model in models:
        took = []
        for _ in range(runs):
            start = time.perf_counter()
            model.read(own)
            took.append(time.perf_counter() - start)
        print(f"- {model.id}:", ", ".join(f"{len(own) / one:,.0f}" for one in sorted(took)))
    print("\n| model | files, MB | load and first tag, s | peak memory, MB |")
    print("| --- | --- | --- | --- |")
    for model in models:
        folder = model.folder
        size = sum(p.stat().st_size for p in folder.iterdir()) / 1e6
        took, peak = cold(folder)
        print(f"| {model.id} | {size:.1f} | {took:.2f} | {peak:.0f} |")
    return at_60


def cold(folder: Path) -> tuple[float, float]:
    """Return seconds from a fresh interpreter to the first tag, and its peak memory."""
    code = (
        "import convcat, sys\n"
        "convcat.load(sys.argv[1]).tag('Where is my parcel?')\n"
        "told = open('/proc/self/status').read()\n"  # ru_maxrss starts at the parent's
        "print(float(told.split('VmHWM:')[1].split()[0]) / 1024)"
    )
    took, peak = [], 0.0
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)], capture_output=True, check=True, text=True
        )
        took.append(time.perf_counter() - start)
        peak = float(done.stdout)
    return statistics.median(took), peak
