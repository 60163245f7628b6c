"""Runs killed at random moments, and run again: do they end with the bytes of an undisturbed run?

    python benchmarks/kills.py                       # 20,000 conversations, 10 kills
    python benchmarks/kills.py --kills 200 --jobs 2

Every second kill takes the whole process group, as a power cut does; the others take the main
process alone, so that workers live on for a while and write what they had begun. The moment is
drawn evenly over the time of an undisturbed run. Each killed run is run again to its end, and
every file is compared.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from scale import make

RUN = """
import sys
from convcat import pipeline, running
pipeline.ROWS = running.ROWS = int(sys.argv[5])
running.run(sys.argv[1], out=sys.argv[2], model=sys.argv[3], n_jobs=int(sys.argv[4]))
"""


def command(dump: Path, out: Path, given: argparse.Namespace) -> list[str]:
    plan = (given.model, str(given.jobs), str(given.part_rows))
    return [sys.executable, "-c", RUN, str(dump), str(out), *plan]


def digests(out: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(out.iterdir())}


def stage_of(out: Path) -> str:
    """Return how far a killed run had come."""
    folder = out.with_name(f".{out.name}.parts")
    if not folder.exists():
        return "done" if (out / "run.json").exists() else "before any part"
    if any(folder.rglob("finished")):
        return "while writing"
    return "while tagging" if any(folder.rglob("part-*.arrow")) else "before any part"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--part-rows", type=int, default=1_000, help="more parts, more seams")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--model", default="ecommerce-en-fast")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        dump, out = Path(folder, "dump.csv"), Path(folder, "out")
        make(dump, given.rows)
        start = time.perf_counter()
        subprocess.run(command(dump, out, given), check=True)
        lasted = time.perf_counter() - start
        whole = digests(out)
        print(f"undisturbed: {given.rows:,} rows in {lasted:.1f} s, {len(whole)} files")
        stages: Counter[str] = Counter()
        wrong = kill = 0
        while kill < given.kills:
            shutil.rmtree(out, ignore_errors=True)
            start = time.perf_counter()
            process = subprocess.Popen(command(dump, out, given), start_new_session=True)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0, lasted))
                lasted = min(lasted, time.perf_counter() - start)  # over too soon: once more
                continue
            group = kill % 2 == 0
            (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
            process.wait()
            kill += 1
            stage = stage_of(out)
            subprocess.run(command(dump, out, given), check=True)
            same = digests(out) == whole
            left = [p.name for p in out.parent.iterdir() if p not in (out, dump)]
            stages[stage] += 1
            wrong += not same or bool(left)
            what = "group" if group else "process"
            print(
                f"kill {kill:>3} ({what}): {stage}; "
                f"{'the same bytes' if same else 'OTHER BYTES'}{f'; left: {left}' if left else ''}",
                flush=True,
            )
        print(
            f"{given.kills} kills ({', '.join(f'{n} {s}' for s, n in stages.items())}): {wrong} wrong"
        )
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
