"""The main job on real exports, without a flag: every row accounted for, every count the same."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from convcat.running import FILES, run

DUMPS = Path(__file__).resolve().parents[2] / "shared" / "dumps"
pytestmark = pytest.mark.skipif(
    not DUMPS.is_dir(), reason="the real exports are not on this machine"
)
NAMES = (
    "trustpilot-reviews.csv",
    "support-csat-2023-08.csv",
    "help-desk-messages.csv",
    "clothing-reviews.jsonl",
)


@pytest.mark.parametrize("name", NAMES)
def test_counts_agree_everywhere(name: str, tmp_path: Path) -> None:
    """Account, table, distribution and page say the same, to the digit."""
    run(DUMPS / name, out=tmp_path / "out", model="ecommerce-en-fast", n_jobs=1)
    out = tmp_path / "out"
    assert sorted(p.name for p in out.iterdir()) == sorted(FILES)

    rows = json.loads((out / "run.json").read_text(encoding="utf-8"))["rows"]
    table = pq.read_table(out / "tagged.parquet").to_pylist()
    assert rows["read"] == rows["conversations"] + rows["joined"] + sum(rows["set_aside"].values())
    assert rows["conversations"] == len(table)
    assert (
        rows["conversations"] == rows["kept"] + sum(rows["filtered"].values()) + rows["duplicates"]
    )
    read = [row for row in table if row["needs_status"] == "ok"]
    assert rows["kept"] - sum(rows["unread"].values()) == len(read)

    with (out / "distribution.csv").open(encoding="utf-8") as lines:
        found = {row["need"]: row for row in csv.DictReader(lines)}
    page = (out / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="distribution">', 1)[1].split("</section>", 1)[0]
    for need, row in found.items():
        if need == "unread":
            counted = rows["kept"] - len(read)
        elif need == "none":
            counted = sum(not one["needs"] for one in read)
        else:
            counted = sum(need in one["needs"] for one in read)
        assert int(row["tagged"]) == counted, need
        assert int(row["n"]) == (rows["kept"] if need == "unread" else len(read))
        assert float(row["low"]) <= float(row["share"]) <= float(row["high"])
    shown = [
        int(re.sub(r"\D", "", html.unescape(cell)))
        for cell in re.findall(r'class="num tags">(?:<a [^>]*>)?([\d,]+)<', section)
    ]
    assert sorted(shown) == sorted(int(row["tagged"]) for row in found.values())
