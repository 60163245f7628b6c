"""How much personal data is found, and how much of what is found is right, by kind?

    python benchmarks/masking.py

On the test bed of tests/test_privacy.py: texts of the project's own writing
(tests/data/privacy_bed.txt) and generated ones; a span counts only if it is exact. The table is the
one in docs/privacy.md.
"""

from __future__ import annotations

import runpy
from pathlib import Path

BED = Path(__file__).resolve().parents[1] / "tests" / "test_privacy.py"


def main() -> None:
    """Print the table."""
    bed = runpy.run_path(str(BED))
    cases = [*bed["written"](), *bed["generated"]()]
    bare = sum(not spans for _, spans in bed["written"]())
    print(f"{len(cases)} cases, of which {bare} hold nothing personal\n")
    print("| kind | cases | precision | recall |\n| --- | --- | --- | --- |")
    for kind, (count, precision, recall) in bed["measured"](cases).items():
        print(f"| `<{kind}>` | {count} | {precision:.3f} | {recall:.3f} |")


if __name__ == "__main__":
    main()
