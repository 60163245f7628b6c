r"""How fast and in how much memory a dump becomes findings, by size; beside plain scikit-learn.

    python benchmarks/scale.py                                   # 20,000 conversations
    python benchmarks/scale.py --rows 200000 1000000 2000000
    python benchmarks/scale.py --rows 200000 1000000 2000000 --jobs 2 \
        --sklearn-rows 1000000 --encoder-rows 2000               # the table of docs/scale.md
    python benchmarks/scale.py --skip convcat sklearn --encoder-rows 2000

Per size, one CSV is made of the texts of data/corpus (and of ../shared/corpora where present),
about 60 words each, with times, channels, products, carriers and countries. Then each engine does
its work in a process of its own:

    copy      pyarrow reads the CSV and writes it as Parquet: what no one can do without
    read      `convcat.read_conversations` to Parquet: any encoding and dialect, mail cleaned,
              duplicates, machines, pitches and other languages told, every row accounted for
    convcat   `convcat.run`: CSV -> tagged Parquet, findings, page, audit sheet
    sklearn   pandas and a FeatureUnion of TF-IDF over words (1-2) and char_wb (3-5) under
              one-vs-rest logistic regression, 10,000 rows at a time, in as many processes as
              convcat: CSV -> tagged Parquet, shares by slice as HTML. It cleans, masks and quotes
              nothing, and knows no intervals. It is trained beforehand, on the same corpus;
              training is not counted.
    encoder   `convcat.run` with the default model, on --encoder-rows conversations: on one and
              two workers, and on two workers of a Dask LocalCluster (where dask is installed)

CPU seconds are those of the process and of all that it started (getrusage): on a busy machine
they tell more than the clock. Peak memory is the resident memory of the process and all its
children together, looked at twenty times a second (Linux); pages that they share count for each.
"""

from __future__ import annotations

import argparse
import compileall
import csv
import gzip
import importlib.util
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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


def read(dump: Path, out: Path) -> None:
    import pyarrow.parquet as pq

    from convcat import read_conversations

    conversations = read_conversations(dump, batch_rows=CHUNK)
    with pq.ParquetWriter(out / "read.parquet", conversations.schema, compression="zstd") as writer:
        for batch in conversations.batches():
            writer.write_table(batch)


def convcat_(dump: Path, out: Path, model: str, jobs: int) -> None:
    import convcat

    convcat.run(dump, out=out / "run", model=model, n_jobs=jobs)


def dask(dump: Path, out: Path, model: str, jobs: int) -> None:
    from dask.distributed import Client, LocalCluster
    from joblib import parallel_config

    import convcat

    with (
        LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
        parallel_config(backend="dask"),
    ):
        convcat.run(dump, out=out / "dask", model=model, n_jobs=None)


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


def predict(trained: Path, texts: list[str]) -> tuple[Any, list[str]]:
    """Read a worker's share of the texts; return probabilities and the names of the needs."""
    import numpy as np

    pipeline, names = pickle.loads(trained.read_bytes())
    parts = (texts[k : k + CHUNK] for k in range(0, len(texts), CHUNK))
    return np.concatenate([pipeline.predict_proba(part) for part in parts]), names


def sklearn_(dump: Path, out: Path, trained: Path, jobs: int) -> None:
    import numpy as np
    import pandas as pd
    from joblib import Parallel, delayed

    frame = pd.read_csv(dump, parse_dates=["created_at"])
    texts = frame["message"].fillna("").tolist()
    share = -(-len(texts) // jobs)
    shares = (texts[k : k + share] for k in range(0, len(texts), share))
    found = Parallel(n_jobs=jobs)(delayed(predict)(trained, mine) for mine in shares)
    p, names = np.concatenate([p for p, _ in found]), found[0][1]
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


def measured(arguments: list[str]) -> tuple[float, float, int]:
    """Run an engine in a process of its own; return seconds, CPU seconds and peak bytes."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, *arguments])
    peak = 0
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        peak = max(peak, resident(process.pid))
        time.sleep(0.05)
    if status:
        sys.exit(f"{arguments[1]} failed")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, peak


def engines_of(given: argparse.Namespace, rows: int, trained: Path) -> list[tuple[str, list[str]]]:
    """Return what is to be run on a dump of so many rows: a name, and its arguments."""

    def on(name: str, jobs: int) -> str:
        return f"{name}, {jobs} job{'s' * (jobs > 1)}"

    found: list[tuple[str, list[str]]] = []
    if rows in given.rows:
        found += [("copy", ["copy"]), ("read", ["read"])]
        found += [(on("convcat", n), ["convcat", given.model, str(n)]) for n in given.jobs]
    if rows in given.rows and rows in (given.sklearn_rows or given.rows):
        found += [(on("sklearn", n), ["sklearn", str(trained), str(n)]) for n in given.jobs]
    if rows == given.encoder_rows:
        found += [(on("encoder", n), ["convcat", given.encoder, str(n)]) for n in (1, 2)]
        if importlib.util.find_spec("distributed"):
            found.append(("encoder, Dask of 2", ["dask", given.encoder, "2"]))
    return [(name, rest) for name, rest in found if name.split(",")[0] not in given.skip]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--model", default="ecommerce-en-fast")
    parser.add_argument("--encoder", default="ecommerce-en")
    parser.add_argument("--encoder-rows", type=int, default=0, help="0 leaves the encoder out")
    parser.add_argument(
        "--skip", nargs="*", default=[], choices=["copy", "read", "convcat", "sklearn", "encoder"]
    )
    parser.add_argument(
        "--sklearn-rows", type=int, nargs="+", help="sizes that it is held against; all otherwise"
    )
    parser.add_argument("--train-rows", type=int, default=8_000)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder otherwise")
    parser.add_argument("--engine", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        name, *rest = given.engine
        ENGINES[name](*(int(r) if r.isdigit() else Path(r) if os.sep in r else r for r in rest))
        return
    compileall.compile_dir(ROOT / "convcat", quiet=1)  # as pip leaves what it installs
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        work = Path(folder)
        trained = work / "sklearn.pickle"
        if "sklearn" not in given.skip:
            train(trained, given.train_rows)
        print(
            f"{'rows':>10}  {'engine':<20}{'seconds':>9}{'per second':>12}"
            f"{'CPU s':>9}{'per CPU s':>11}{'peak MB':>9}"
        )
        for rows in dict.fromkeys([*given.rows, *filter(None, [given.encoder_rows])]):
            dump, out = work / f"{rows}.csv", work / f"{rows}"
            make(dump, rows)
            out.mkdir()
            for name, (engine, *rest) in engines_of(given, rows, trained):
                wall, cpu, peak = measured(["--engine", engine, str(dump), str(out), *rest])
                print(
                    f"{rows:>10,}  {name:<20}{wall:>9.1f}{rows / wall:>12,.0f}"
                    f"{cpu:>9.1f}{rows / cpu:>11,.0f}{peak / 1e6:>9,.0f}",
                    flush=True,
                )
            dump.unlink()


ENGINES: dict[str, Callable[..., None]] = {
    "copy": copy,
    "read": read,
    "convcat": convcat_,
    "dask": dask,
    "sklearn": sklearn_,
}


if __name__ == "__main__":
    main()
