"""How well do the models read? By need, source, channel and length; beside baselines; under noise.

    python benchmarks/reading.py [apart slices reliability noise outside evidence curve speed frontier]
        [--models ecommerce-en ecommerce-en-fast] [--gold FOLDER] [--corpora FOLDER] [--quick]

Needs the labelled texts (`train.jsonl`, `dev.jsonl`), which cannot be shipped. `dev.jsonl` was never
trained on. Baselines are trained on `train.jsonl` in the same run, their thresholds chosen out of
fold, and stand once on `dev.jsonl` and once with whole sources held out; for the shipped models the
latter stands in their own files, where training wrote it. Intervals are 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

import convcat
from convcat.charts import Picture
from convcat.classifier.calibration import best_threshold
from convcat.classifier.shipped import home
from convcat.training import evaluate, read_labelled

ROOT = Path(__file__).parent.parent
NEEDS = convcat.Taxonomy.load().ids
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
)


def truth_of(corpus) -> np.ndarray:
    """Return labels as a matrix."""
    return np.array([[need in own for need in NEEDS] for own in corpus.needs], dtype=bool)


def judged(name, corpus, tags, p):
    """Return figures of tags on a corpus."""
    return evaluate(name, NEEDS, truth_of(corpus), tags, p)


def line(name, found) -> str:
    """Return one row of the main table."""
    cells = [name, str(found.macro_f1), f"{found.quiet.value:.2f}", f"{found.silent.value:.2f}"]
    cells += [f"{found.f1[need].value:.2f}" for need in NEEDS]
    return "| " + " | ".join(cells) + " |"


def header(what: str) -> str:
    """Return the head of the main table."""
    cells = [what, "macro-F1 (95 %)", "quiet", "silent", *NEEDS]
    return f"| {' | '.join(cells)} |\n|{' --- |' * len(cells)}"


# --- baselines -----------------------------------------------------------------------------------


def pipeline(kind: str):
    """Return a plain scikit-learn pipeline."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    if kind == "words, logistic regression":
        return Pipeline(
            [("x", words), ("y", OneVsRestClassifier(LogisticRegression(C=10, max_iter=200)))]
        )
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3)
    both = FeatureUnion([("words", words), ("chars", chars)])
    return Pipeline([("x", both), ("y", OneVsRestClassifier(LinearSVC(C=0.3)))])


BASELINES = ("words, logistic regression", "words + chars, linear SVC")


def scores(model, texts) -> np.ndarray:
    """Return decision values."""
    return np.asarray(model.decision_function(list(texts)))


def squashed(values: np.ndarray) -> np.ndarray:
    """Return values in [0, 1], for thresholds and bins."""
    return 1 / (1 + np.exp(-values))


def baseline(kind: str, train, dev):
    """Fit, choose thresholds with sources held out, and judge on dev and on those folds."""
    from sklearn.model_selection import GroupKFold

    truth, texts = truth_of(train), np.array(train.texts, dtype=object)
    held = np.zeros(truth.shape)
    for inside, outside in GroupKFold(5).split(texts, groups=train.sources):
        held[outside] = scores(pipeline(kind).fit(texts[inside], truth[inside]), texts[outside])
    held = squashed(held)
    rows = train.drawn
    limits = np.array(
        [best_threshold(held[rows, j], truth[rows, j].astype(float)) for j in range(len(NEEDS))]
    )
    p = squashed(scores(pipeline(kind).fit(texts, truth), dev.texts))
    apart = judged(kind, dev, p >= limits, p)
    sources = evaluate(kind, NEEDS, truth[rows], (held >= limits)[rows], held[rows])
    return apart, sources


# --- parts ---------------------------------------------------------------------------------------


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


def evidence(models, dev, most: int) -> None:
    """Print whether a tag goes when the words that are said to carry it are taken out."""
    texts = random.Random(5).sample(list(dev.texts), min(most, len(dev)))
    print(f"\n### Evidence ({len(texts)} texts kept apart)\n")
    print(
        "| model | tags | tag goes without the words | so it does without as many others |", end=""
    )
    print(" characters marked |\n| --- | --- | --- | --- | --- |")
    for model in models:
        gone, others, marked, tags = 0, 0, 0.0, 0
        rng = random.Random(0)
        for text in texts:
            found = model.tag(text)
            for need in found.needs:
                spans = sorted((s.start, s.end) for s in found.evidence if s.need == need)
                words = [m.span() for m in re.finditer(r"\w+", text)]
                inside = [w for w in words if any(a < w[1] and w[0] < b for a, b in spans)]
                beside = [w for w in words if w not in inside]
                chance = rng.sample(beside, min(len(inside), len(beside)))
                gone += need not in model.tag(without(text, spans)).needs
                others += need not in model.tag(without(text, sorted(chance))).needs
                marked += sum(b - a for a, b in spans) / len(text)
                tags += 1
        cells = [f"{n / max(1, tags):.2f}" for n in (gone, others, marked)]
        print(f"| {model.id} | {tags} |", " | ".join(cells), "|")


def without(text: str, spans) -> str:
    """Return a text without some places."""
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


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


def written(words: int, count: int) -> list[str]:
    """Return texts of so many words from the project's own corpus."""
    stream = [
        word
        for path in sorted((ROOT / "data" / "corpus").glob("*.jsonl"))
        for raw in path.read_text(encoding="utf-8").splitlines()
        for word in json.loads(raw)["text"].split()
    ]
    step = max(1, (len(stream) - words) // count)
    return [" ".join(stream[i * step : i * step + words]) for i in range(count)]


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
            for own in sorted((ROOT / "data" / "corpus").glob("*.jsonl"))
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


def frontier(points: dict[str, tuple[float, float, float, float]], out: Path) -> None:
    """Draw macro-F1 (with interval) over texts a second."""
    width, height, left, bottom = 720, 360, 70, 50
    low = min(p[2] for p in points.values()) - 0.02
    high = max(p[3] for p in points.values()) + 0.02
    speeds = [p[0] for p in points.values()]
    least, most = np.log10(min(speeds)) - 0.3, np.log10(max(speeds)) + 0.5

    def x(value: float) -> float:
        return left + (np.log10(value) - least) / (most - least) * (width - left - 20)

    def y(value: float) -> float:
        return 20 + (high - value) / (high - low) * (height - bottom - 20)

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13"><title>Macro-F1 over speed</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
    )
    levels = [
        f'<path d="M{left} {y(tick):.1f}H{width - 20}" stroke="#ddd"/>'
        f'<text x="{left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.2f}</text>'
        for tick in np.arange(np.ceil(low * 20) / 20, high, 0.05)
    ]
    decades = [
        f'<text x="{x(10.0**power):.1f}" y="{height - 28}" text-anchor="middle">{10**power:,}</text>'
        for power in range(int(np.ceil(least)), int(np.floor(most)) + 1)
    ]
    parts = [head, *levels, *decades]
    parts.append(
        f'<text x="{(left + width) / 2}" y="{height - 8}" text-anchor="middle">texts of 60 words a '
        "second, two cores (logarithmic)</text>"
    )
    for name, (rate, value, below, above) in points.items():
        side = 1 if x(rate) < 0.7 * width else -1
        colour = "#0b6e99" if name.startswith("ecommerce") else "#777"
        parts.append(
            f'<path d="M{x(rate):.1f} {y(below):.1f}V{y(above):.1f}" stroke="{colour}" '
            f'stroke-width="2"/><circle cx="{x(rate):.1f}" cy="{y(value):.1f}" r="5" '
            f'fill="{colour}"/><text x="{x(rate) + side * 9:.1f}" y="{y(value) + 4:.1f}" '
            f'text-anchor="{"start" if side > 0 else "end"}">{name}</text>'
        )
    Picture("".join(parts) + "</svg>").write_svg(out)
    print(f"\nwrote {out}")


def main() -> None:
    """Run the parts that were asked for."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    ask.add_argument("--models", nargs="+", default=["ecommerce-en", "ecommerce-en-fast"])
    ask.add_argument("--gold", type=Path, default=ROOT.parent / "shared" / "gold")
    ask.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "corpora")
    ask.add_argument("--quick", action="store_true", help="no baselines, fewer texts")
    ask.add_argument("--runs", type=int, default=5)
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
