"""The main job on real exports, without a flag: every row accounted for, every count the same."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from convcat.running import FILES, run
from convcat.taxonomy import Taxonomy

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
    _asked_again(page, read)
    _places_again(page, read, out / "failures.csv")


def _lines(part: str) -> list[list[str]]:
    """Return the cells of every row of tables, as text."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [
        [html.unescape(" ".join(re.sub(r"<[^>]*>", " ", c).split())) for c in row] for row in cells
    ]


def _asked_again(page: str, read: list[dict[str, Any]]) -> None:
    """Count again, per need, what went wrong and what was only asked."""
    if '<section id="asked"' not in page:
        return
    section = page.split('<section id="asked"', 1)[1].split("</section>", 1)[0]
    shown = {line[0]: line for line in _lines(section) if line}
    seen = 0
    for need in Taxonomy.load().needs:
        own = [one["p_failed"] for one in read if need.id in one["needs"]]
        if need.name in shown:
            failed, asked = (
                int(cell.split()[0].replace(",", "")) for cell in shown[need.name][2:4]
            )
            assert abs(failed - sum(own)) <= 0.5 + 1e-6, need.id
            assert failed + asked == len(own), need.id
            seen += 1
    assert seen > 5


def _places_again(page: str, read: list[dict[str, Any]], table: Path) -> None:
    """Count again how many conversations every place has, and how many carry its need."""
    with table.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        names, values = row["slice"].split(" × "), row["value"].split(" × ")
        if len(names) != len(values) or any(name not in read[0] for name in names):
            continue  # a month, which is no column of its own
        own = [
            one
            for one in read
            if all(str(one[name]) == value for name, value in zip(names, values, strict=True))
        ]
        assert int(row["n"]) == len(own), row["value"]
        assert int(row["tagged"]) == sum(row["need"] in one["needs"] for one in own), row["value"]
        assert float(row["low"]) <= float(row["share"]) - float(row["elsewhere"])
        assert float(row["share"]) - float(row["elsewhere"]) <= float(row["high"])
    where = page.split('<section id="where"', 1)
    if rows and len(where) == 2:
        places = where[1].split("</section>", 1)[0].split("<details", 1)[0]
        sizes = [
            int(found[1].replace(",", ""))
            for line in _lines(places)
            if len(line) > 3 and (found := re.search(r"of ([\d,]+)$", line[3]))
        ]
        assert sizes
        assert set(sizes) <= {int(row["n"]) for row in rows}
