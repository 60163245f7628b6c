"""Does reading time grow with the length of a text, whatever it is made of?

    python benchmarks/hostile_texts.py [--characters 100000]

Masks, cleans and tells the language of texts that repeat one awkward piece, at one length and at
four times it, in turn. Linear work takes 4 times as long, quadratic work 16 times; the worst pieces
are printed, and the exit code is 1 where one is over 8.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from convcat.conversations.automatic import is_automatic, is_pitch
from convcat.conversations.cleaning import clean
from convcat.conversations.language import reads_english
from convcat.privacy import mask

WORK: dict[str, tuple[Callable[[str], object], ...]] = {
    "mask": (mask,),
    "clean": (clean, is_automatic, is_pitch),
    "language": (reads_english,),
}
UNITS = {
    "mask": (
        "a",
        "1",
        "1 ",
        "123 ",
        "a@",
        "a.",
        "+1",
        "/a",
        "#1",
        "Aa ",
        "GB82 ",
        "order ",
        "a'",
        "1Z 999 ",
        "xxxx-",
        "(at) ",
        "A1-",
    ),
    "clean": (
        "<",
        "<a ",
        "<!--",
        "<b>",
        "&",
        "> \n",
        "On 1 a\n",
        "from: a\n",
        "<style>",
        "On 1 <a@b ",
        "--\n",
        "a:\n",
        "-\nOn 1 a wrote:\n-\n",
        '<p a="',
    ),
    "language": ("a", "where is my ördér ", "1 ", "é", "ну "),
}


def seconds(name: str, text: str) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for work in WORK[name]:
            work(text)
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--characters", type=int, default=100_000)
    size = parser.parse_args().characters
    found = []
    for name, units in UNITS.items():
        for unit in units:
            short, long = (unit * (n // len(unit)) for n in (size, 4 * size))
            quick = seconds(name, short)
            found.append((seconds(name, long) / max(quick, 1e-4), quick, name, unit))
    found.sort(reverse=True)
    print(f"{'ratio':>6}  {'ms':>8}  work      piece")
    for ratio, quick, name, unit in found[:12]:
        print(f"{ratio:>6.1f}  {1e3 * quick:>8.1f}  {name:<8}  {unit!r}")
    return int(found[0][0] > 8)


if __name__ == "__main__":
    sys.exit(main())
