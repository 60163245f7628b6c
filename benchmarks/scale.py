"""How fast and in how much memory a dump becomes findings, by size; beside plain scikit-learn.

    python benchmarks/scale.py                                   # 20,000 conversations
    python benchmarks/scale.py --rows 200000 1000000 2000000
    python benchmarks/scale.py --rows 100000 --jobs 1 2 --skip sklearn

Per size, one CSV is made of the texts of data/corpus (and of ../shared/corpora where present),
about 60 words each, with times, channels, products, carriers and countries. Then each engine does
the same work in a process of its own:

    copy      reads the CSV and writes it as Parquet (pyarrow): what no one can do without
    convcat   `convcat.run`: CSV -> tagged Parquet, findings, page, audit sheet
    sklearn   pandas and a FeatureUnion of TF-IDF over words and char_wb under one-vs-rest logistic
              regression, 10,000 rows at a time: CSV -> tagged Parquet, shares by slice as HTML.
              It is trained beforehand, on the same corpus; training is not counted.

Peak memory is the resident memory of the process and all its children together, looked at twenty
times a second (Linux).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "corpora"
WORDS = 60
CHANNELS, CARRIERS = ("email", "chat", "phone", "whatsapp"), ("Swiftly", "Royal", "Postbox")
COUNTRIES = ("UK", "US", "IE", "DE", "FR", "NL")
CHUNK = 10_000


def texts() -> list[str]:
    """Return every text at hand of at most 150 words."""
    found = []
    for path in [*sorted((ROOT / "data/corpus").glob("*.jsonl")), *sorted(SHARED.glob("*.gz"))]:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            found += [text for line in lines if (text := json.loads(line).get("text"))]
    return [text for text in found if len(text.split()) <= 150]


def make(path: Path, rows: int, seed: int = 0) -> None:
    """Write a dump of three months, a row at a time."""
    rng, pool, start = random.Random(seed), texts(), datetime(2026, 8, 1)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(
            ["conversation_id", "created_at", "channel", "product", "carrier", "country", "message"]
        )
        for i in range(rows):
            said, words = [], 0
            while words < WORDS - 20:  # the last text runs over
                said.append(rng.choice(pool))
                words += len(said[-1].split())
            time_ = start + timedelta(days=91 * i / rows)
            product = f"Product {min(int(rng.paretovariate(0.7)), 60)}"
            writer.writerow([
                f"c{i}", f"{time_:%Y-%m-%d %H:%M:%S}", rng.choice(CHANNELS), product,
                rng.choice(CARRIERS), rng.choice(COUNTRIES), " ".join(said),
            ])  # fmt: skip


def copy(dump: Path, out: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv as arrow_csv

    options = arrow_csv.ParseOptions(newlines_in_values=True)
    target = out / "copy.parquet"
    with (
        arrow_csv.open_csv(dump, parse_options=options) as batches,
        pq.ParquetWriter(target, batches.schema, compression="zstd") as writer,
    ):
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]))


def convcat_(dump: Path, out: Path, model: str, jobs: int) -> None:
    import convcat

    convcat.run(dump, out=out / "run", model=model, n_jobs=jobs)


def train(path: Path, most: int) -> None:
    """Fit the plain pipeline on the project's corpus."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import FeatureUnion, make_pipeline
    from sklearn.preprocessing import MultiLabelBinarizer

    rows = []
    for file in sorted((ROOT / "data/corpus").glob("*.jsonl")):
        rows += [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    random.Random(0).shuffle(rows)
    rows = [row for row in rows if row.get("text")][:most]
    names = MultiLabelBinarizer().fit([row.get("needs") or [] for row in rows])
    features = FeatureUnion([
        ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
        ("chars", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)),
    ])  # fmt: skip
    heads = OneVsRestClassifier(LogisticRegression(max_iter=50))
    pipeline = make_pipeline(features, heads)
    pipeline.fit([r["text"] for r in rows], names.transform([r.get("needs") or [] for r in rows]))
    path.write_bytes(pickle.dumps((pipeline, names.classes_.tolist())))


def sklearn_(dump: Path, out: Path, trained: Path) -> None:
    import numpy as np
    import pandas as pd

    pipeline, names = pickle.loads(trained.read_bytes())
    frame = pd.read_csv(dump, parse_dates=["created_at"])
    p = np.concatenate([
        pipeline.predict_proba(frame["message"].iloc[k : k + CHUNK].fillna(""))
        for k in range(0, len(frame), CHUNK)
    ])  # fmt: skip
    for j, name in enumerate(names):
        frame[f"p_{name}"] = p[:, j]
    frame["needs"] = [[names[j] for j in np.flatnonzero(row)] for row in p >= 0.5]
    frame.to_parquet(out / "sklearn.parquet", compression="zstd")
    frame["month"] = frame["created_at"].dt.strftime("%Y-%m")
    columns = [f"p_{name}" for name in names]
    pages = [frame[columns].mean().to_frame("share").to_html()]
    pages += [
        frame.groupby(by)[columns].mean().to_html()
        for by in ("channel", "product", "carrier", "country", "month")
    ]
    (out / "sklearn.html").write_text("".join(pages), encoding="utf-8")


def resident(pid: int) -> int:
    """Return the resident bytes of a process and of all its children."""
    total = 0
    try:
        total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(map(resident, map(int, (task / "children").read_text().split())))
    except OSError:  # it has ended
        pass
    return total


def measured(arguments: list[str]) -> tuple[float, int]:
    """Run an engine in a process of its own; return seconds and peak bytes."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, *arguments])
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.05)
    if process.returncode:
        sys.exit(f"{arguments[1]} failed")
    return time.perf_counter() - start, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--model", default="ecommerce-en-fast")
    parser.add_argument("--skip", nargs="*", default=[], choices=["copy", "convcat", "sklearn"])
    parser.add_argument("--train-rows", type=int, default=8_000)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder otherwise")
    parser.add_argument("--engine", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        name, *rest = given.engine
        {"copy": copy, "convcat": convcat_, "sklearn": sklearn_, "train": train}[name](
            *(int(r) if r.isdigit() else Path(r) if os.sep in r else r for r in rest)
        )
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        work = Path(folder)
        trained = work / "sklearn.pickle"
        if "sklearn" not in given.skip:
            train(trained, given.train_rows)
        print(f"{'rows':>10}  {'engine':<18}{'seconds':>9}{'per second':>12}{'peak MB':>9}")
        for rows in given.rows:
            dump, out = work / f"{rows}.csv", work / f"{rows}"
            make(dump, rows)
            out.mkdir()
            here = [str(dump), str(out)]
            engines = {
                "copy": [("copy", ["copy", *here])],
                "convcat": [
                    (f"convcat, {jobs} job{'s' * (jobs > 1)}", ["convcat", *here, given.model, str(jobs)])
                    for jobs in given.jobs
                ],
                "sklearn": [("sklearn", ["sklearn", *here, str(trained)])],
            }  # fmt: skip
            for kind, several in engines.items():
                for name, arguments in several if kind not in given.skip else ():
                    seconds, peak = measured(["--engine", *arguments])
                    rate, size = rows / seconds, peak / 1e6
                    print(
                        f"{rows:>10,}  {name:<18}{seconds:>9.1f}{rate:>12,.0f}{size:>9,.0f}",
                        flush=True,
                    )
            dump.unlink()


if __name__ == "__main__":
    main()
