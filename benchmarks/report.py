"""How long the report of a large month takes after tagging, in how much memory, and how big it is.

    python benchmarks/report.py                    # 100,000 conversations
    python benchmarks/report.py --rows 20000 --stages

A tagged table is made of texts of data/corpus, read once by the fast model and repeated with
variations: each gets a few words of its own (a third an order number), its scores are moved a little, and it stands in one of 4
channels, 500 products, 5 carriers and 12 months, with rating, CSAT and minutes to the first response.
One product, one carrier and one channel fail more. The table is written as Parquet; then, in a process of its own,
`convcat.report` reads it and writes the page. Seconds are of the clock and of the processor: on a
machine that does other work the latter are the ones to look at.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHANNELS = ("email", "chat", "phone", "whatsapp")
CARRIERS = ("Swiftly", "Royal", "Postbox", "Parcelo", "Northline")
OPENINGS = ("Hello there.", "Hi!", "Good morning.", "Me again.", "To whom it may concern.", "Hey.")
THINGS = ("lamp", "dress", "kettle", "jacket", "rug", "pillow", "boots", "mug", "desk", "scarf")
WHEN = ("today", "on Monday", "last week", "at last", "by courier", "for my mother", "in a box")
LIMIT_SECONDS, LIMIT_PAGE = 10.0, 2_000_000


def make(path: Path, rows: int, distinct: int, seed: int = 0) -> None:
    """Write a tagged table."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    import convcat
    from convcat import frames

    rng = np.random.default_rng(seed)
    pool = []
    for corpus in sorted((ROOT / "data" / "corpus").glob("*.jsonl")):
        with corpus.open(encoding="utf-8") as lines:
            pool += [json.loads(line)["text"] for line in lines]
    pool = [text for text in pool if 5 < len(text.split()) < 120]
    said = [pool[i] for i in rng.permutation(len(pool))[:distinct]]
    read = convcat.label(pa.table({"text": said}), model="ecommerce-en-fast", n_jobs=1)
    metadata = frames.metadata_of(read)
    needs = metadata["needs"]
    ok = [i for i, status in enumerate(read["needs_status"].to_pylist()) if status == "ok"]
    which = rng.choice(ok, rows)
    product = np.minimum(rng.pareto(0.9, rows) * 12, 499).astype(int)
    channel, carrier = rng.integers(4, size=rows), rng.integers(5, size=rows)
    columns: dict[str, object] = {
        "id": [f"c{i}" for i in range(rows)],
        "text": [
            f"{OPENINGS[i % 6]} {said[k]} It is about the {THINGS[i % 10]} that came {WHEN[i % 7]}"
            + (f", order {100_000 + i}." if i % 3 == 0 else ".")
            for i, k in enumerate(which)
        ],
        "time": pa.array(
            np.datetime64(datetime(2025, 10, 1), "us")
            + np.sort(rng.integers(0, 365 * 86_400, rows)) * np.timedelta64(1_000_000, "us")
        ),
        "channel": np.array(CHANNELS)[channel],
        "product": np.array([f"Product {k:03d}" for k in range(500)])[product],
        "carrier": np.array(CARRIERS)[carrier],
        "rating": rng.integers(1, 6, rows).astype(float),
        "csat": np.where(rng.random(rows) < 0.3, rng.integers(1, 6, rows), np.nan),
        "response_minutes": np.round(rng.lognormal(3 + channel, 1.0)),
    }
    odds = np.zeros((rows, len(needs)))
    for j, need in enumerate(needs):
        p = np.clip(np.asarray(read[f"p_{need}"])[which], 1e-4, 1 - 1e-4)
        odds[:, j] = np.log(p / (1 - p)) + 0.3 * rng.normal(size=rows)
    for need, fails in (("sizing", product == 7), ("delay", carrier == 0), ("speed", channel == 3)):
        odds[fails & (rng.random(rows) < 0.15), needs.index(need)] += 6
    tags = odds > 0
    names = np.array(needs, dtype=object)
    columns["needs"] = [names[row].tolist() for row in tags]
    columns |= {f"p_{need}": 1 / (1 + np.exp(-odds[:, j])) for j, need in enumerate(needs)}
    for name in ("p_none", "p_failed"):
        columns[name] = np.asarray(read[name])[which]
    columns["needs_status"] = ["ok"] * rows
    pq.write_table(frames.with_metadata(pa.table(columns), metadata), path)


def timed(path: Path, *, stages: bool) -> dict[str, object]:
    """Make the page of a table: what it took. To be run in a process of its own."""
    import convcat

    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    profile = None
    if stages:
        import cProfile

        profile = cProfile.Profile()
        profile.enable()
    clock, cpu = time.perf_counter(), time.process_time()
    found = convcat.report(path)
    made = time.process_time() - cpu
    page = found.html()
    told = {
        "clock": round(time.perf_counter() - clock, 2),
        "cpu": round(time.process_time() - cpu, 2),
        "cpu of the findings": round(made, 2),
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "of it before MB": base // 1024,
        "page bytes": len(page.encode()),
        "failures found": sum(len(part.failures or ()) for part in found.parts),
    }
    if profile:
        import pstats

        profile.disable()
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(70)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--distinct", type=int, default=3_000, help="texts that are read")
    parser.add_argument("--table", type=Path, help="use, or keep, the table here")
    parser.add_argument("--stages", action="store_true", help="where the time goes (slower)")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(timed(args.worker, stages=args.stages)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = args.table or Path(folder) / "tagged.parquet"
        if not path.exists():
            make(path, args.rows, args.distinct)
        command = [sys.executable, __file__, "--worker", str(path), *["--stages"][: args.stages]]
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )
    told = json.loads(done.stdout)
    for name, value in told.items():
        print(f"{name:22s} {value:>12,}")
    kept = told["cpu"] < LIMIT_SECONDS and told["page bytes"] < LIMIT_PAGE
    print("within 10 s of one core and 2 MB" if kept else "NOT within 10 s of one core and 2 MB")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
