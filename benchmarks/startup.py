"""How soon is convcat there? Import, help, and the first tag, as whole processes.

    python benchmarks/startup.py [--runs 7]

Prints the median and the range of wall seconds of each, beside the interpreter alone; the targets
are those that the project set itself.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

CASES = {
    "python alone": ("pass", None),
    "import convcat": ("import convcat", 0.15),
    "convcat --help": (
        "import sys; sys.argv = ['convcat', '--help']; from convcat.cli import main; main()",
        0.4,
    ),
    "load and first tag": ("import convcat; convcat.load().tag('Where is my parcel?')", 2.0),
}


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    for code, _ in CASES.values():  # warm the disk cache
        seconds(code)
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(runs):  # interleaved, so that a busy moment touches all alike
        for name, (code, _) in CASES.items():
            times[name].append(seconds(code))
    print(f"{'':<20}{'median':>8}{'min':>8}{'max':>8}{'target':>8}")
    for name, (_, target) in CASES.items():
        own = times[name]
        limit = f"{target:.2f}" if target else ""
        print(f"{name:<20}{statistics.median(own):>8.3f}{min(own):>8.3f}{max(own):>8.3f}{limit:>8}")


if __name__ == "__main__":
    main()
