"""How fast does an encoder read, and is a text's vector its own? Speed, memory, size, invariance.

    python benchmarks/encoder.py MODEL_FOLDER [--words 15 60 150] [--texts 240] [--runs 3]

Texts are the project's own corpus, cut or joined to a number of words. Every measurement is a
process of its own with as many threads as it names; wall seconds (the median of the runs, after a
warm-up) and processor seconds are shown, since a busy machine spoils the first alone. The aim is
150 texts of 60 words a second on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from reading_parts.passages import written


def measure(folder: str, words: int, count: int, runs: int) -> dict[str, float]:
    """Read texts in this process."""
    import convcat

    model = convcat.load(folder)
    texts = written(words, count)
    tokens = float(np.mean([model.featurizer.reader.ids(text).size for text in texts]))
    model.read(texts[: count // 4])
    wall, cpu = [], []
    for _ in range(runs):
        start, used = time.perf_counter(), time.process_time()
        model.read(texts)
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    return {
        "tokens": tokens,
        "wall": count / statistics.median(wall),
        "best": count / min(wall),
        "cpu": count / statistics.median(cpu),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def apart(folder: str, threads: int, *arguments: object) -> dict[str, float]:
    """Measure in a fresh process with a number of threads."""
    done = subprocess.run(
        [sys.executable, __file__, folder, "--one", *map(str, arguments)],
        env=os.environ | {"OMP_NUM_THREADS": str(threads)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def invariant(folder: str) -> tuple[int, int]:
    """Return how many vectors were compared to the bit, and how many differed."""
    import convcat

    featurizer = convcat.load(folder).featurizer
    texts = [t for words in (1, 3, 8, 15, 31, 60, 150, 400) for t in written(words, 12)]
    whole = featurizer(texts)
    order = np.random.default_rng(0).permutation(len(texts))
    others = [
        np.concatenate([featurizer([text]) for text in texts]),  # each alone
        featurizer([texts[i] for i in order])[np.argsort(order)],  # in another order
        np.concatenate([featurizer(texts[i : i + 7]) for i in range(0, len(texts), 7)]),
        featurizer(texts * 3)[: len(texts)],  # among more
    ]
    return len(texts) * len(others), sum(int((o != whole).any(axis=1).sum()) for o in others)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--words", type=int, nargs="+", default=[15, 60, 150])
    parser.add_argument("--texts", type=int, default=240)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", type=int, nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.folder, *asked.one)))
        return
    for path in sorted(Path(asked.folder).iterdir()):
        print(f"{path.name:<22}{path.stat().st_size / 2**20:>8.2f} MB")
    compared, differ = invariant(asked.folder)
    print(f"vectors compared to the bit: {compared}, different: {differ}")
    print(f"load average {os.getloadavg()[0]:.2f}")
    print(
        f"{'words':>6}{'tokens':>8}{'cores':>7}{'texts/s':>9}{'best':>8}{'per CPU s':>11}{'peak MB':>9}"
    )
    for words in asked.words:
        for threads in (1, 2):
            own = apart(asked.folder, threads, words, asked.texts, asked.runs)
            print(
                f"{words:>6}{own['tokens']:>8.1f}{threads:>7}{own['wall']:>9.0f}"
                f"{own['best']:>8.0f}{own['cpu']:>11.0f}{own['peak']:>9.0f}"
            )
    print(f"load average {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
