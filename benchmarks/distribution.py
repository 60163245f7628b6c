"""Can the distribution be trusted? Coverage, width, error and alarm, with Monte Carlo error.

    python benchmarks/distribution.py                        2,000 months a cell: half an hour of CPU
    python benchmarks/distribution.py --months 200           a first look: three minutes
    python benchmarks/distribution.py --scores scores.npz    and on real texts

(a) Simulated months of 3,000 conversations and seven needs, 30 % to 1 %, read by twenty classifiers
per F1 (mean over the needs, at these shares; rare needs are read worse), each trained where the
shares were up to twice as large or half as large, and each with a record of its own (18 labelled
sources of 400). In the world "shares" only the shares change against training; in "wording" the classifier's errors change too, and nobody told it: every other need
loses recall (its carriers' scores fall by .75 standard deviations), the others gain false alarms
(+.4). In "shops" every shop has a wording of its own, the labelled ones too (.3), so that the record
knows by how much they differ.

(b) With --scores (one or several npz, as `convcat train ... --scores scores.npz` writes them: p, y, source, selection; perhaps also tags,
kind, needs; out of fold with whole sources held out): every source in turn is "another shop" that neither model nor record has
seen, as it is and in months with shifted shares.

QuaPy and ppi_py stand beside it on the first 500 months of each cell, where they are installed.
"""

from __future__ import annotations

import argparse
import time

from distribution_parts.alarm import power
from distribution_parts.cells import show_checks
from distribution_parts.closing import closing
from distribution_parts.pairs import change
from distribution_parts.real import real
from distribution_parts.simulated import simulate


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--months", type=int, default=2000)
    parser.add_argument("--n", type=int, nargs="*", default=[20, 50, 200])
    parser.add_argument("--f1", type=float, nargs="*", default=[0.6, 0.75, 0.9])
    parser.add_argument("--worlds", nargs="*", default=["shares", "wording", "shops"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--scores", nargs="*", default=[], help="npz of out-of-fold scores of labelled texts"
    )
    parser.add_argument("--only", choices=["simulated", "real", "alarm", "change", "closing"])
    o = parser.parse_args()
    start, checks = time.process_time(), []
    if o.only in (None, "closing"):
        checks += closing(o.seed)
    if o.only in (None, "simulated"):
        checks += simulate(o.months, o.n, o.f1, o.seed, o.worlds)
    if o.only in (None, "alarm"):
        power(max(100, o.months // 5), o.seed)
    if o.only in (None, "change"):
        change(max(40, o.months // 20), o.seed)
    if o.only in (None, "real"):
        for path in o.scores:
            checks += real(path, max(5, o.months // 50), o.seed)
        if not o.scores:
            print("\n(no --scores given: the part on real texts is left out)")
    show_checks(checks)
    print(f"\n{time.process_time() - start:.0f} s of CPU")


if __name__ == "__main__":
    main()
