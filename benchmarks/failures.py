"""Where it fails: false alerts in quiet months, and power to find what is planted.

    python benchmarks/failures.py --kept cells.jsonl                 all: about half an hour of CPU
    python benchmarks/failures.py --part 0.1                         a first look: three minutes
    python benchmarks/failures.py --only quiet --sizes 3000          a part of it

(a) Simulated months: ten needs (30 % to 1 %), conversations with channel (5), product (20),
carrier (4) and country (8), and calibrated scores of a reader of a given separation. In a quiet
month nothing differs but, where the world says so, the reading. A planted month multiplies one
need's share in one slice. ``convcat`` knows nothing of the reader's errors; ``with a record`` it knows how the
reader did on 18 labelled sources of 400, each with errors of its own. Beside it stand the tests that are in common
use, and two limits: Benjamini-Hochberg on the true labels, the best that any reader could reach, and on the
scores as if they were read alike everywhere, the best that this reader could reach were that known.

(b) With --scores (npz files as ``convcat train ... --scores scores.npz`` writes them: out of fold, whole sources held
out): months of real texts, whose channels are sources that the reader has not seen, so that the reading
really differs; the record is of all other sources. Texts are drawn so that every need is as common in each channel,
or up in one slice.

Cells that are in the file given as --kept are not counted again, so that a run can be stopped and split.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

from failures_parts.cells import Kept
from failures_parts.methods import packages
from failures_parts.real import real
from failures_parts.simulated import coverage, power, quiet, weeks


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = ["quiet", "power", "weeks", "coverage", "real"]
    parser.add_argument("--only", choices=parts, nargs="+", default=parts)
    parser.add_argument("--sizes", type=int, nargs="+", default=[3000, 10_000, 50_000])
    parser.add_argument("--part", type=float, default=1.0, help="of the months of every cell")
    parser.add_argument(
        "--seed", type=int, default=47, help="1 to 4, 40 to 46, 101: seen while it was made"
    )
    parser.add_argument("--kept", type=Path, help="a file for cells that are done")
    parser.add_argument("--scores", type=Path, nargs="*", default=[], help="npz, for real texts")
    o = parser.parse_args()
    warnings.simplefilter("ignore")
    start, kept, others = time.process_time(), Kept(o.kept), packages()
    if "quiet" in o.only:
        quiet(o.seed, o.sizes, o.part, others, kept)
    if "power" in o.only:
        power(o.seed, o.sizes, o.part, others, kept)
    if "weeks" in o.only:
        weeks(o.seed, o.part, kept)
    if "coverage" in o.only:
        coverage(o.seed, o.part, kept)
    for path in o.scores if "real" in o.only else ():
        real(path, o.seed, o.part, others, kept)
    print(f"\n{time.process_time() - start:.0f} s of CPU")


if __name__ == "__main__":
    main()
