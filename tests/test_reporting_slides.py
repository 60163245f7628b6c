"""Charts and tables for slides: each exists, stands alone, and says what the page says."""

from __future__ import annotations

import csv
import re
import struct
import xml.etree.ElementTree as ET

import pytest

from convcat.exceptions import OutputError
from convcat.reporting import report, slides

HOSTILE = "=cmd|' /C calc'!A0<script>alert(1)</script>|[x](javascript:1)\n"


@pytest.fixture(scope="module")
def made(tagged_table, reader):
    months = ("2026-01", "2026-02", "2026-03")
    return report(tagged_table(600, months=months, csat=lambda i: 1.0 + i % 5), model=reader)


@pytest.fixture(scope="module")
def written(made, tmp_path_factory):
    paths = made.write_slides(tmp_path_factory.mktemp("slides") / "new")
    return {path.name: path for path in paths}


class TestCharts:
    """Pictures."""

    def test_every_chart_is_there(self, written):
        """Shares, change and a trend per need, as lines and as pixels."""
        pytest.importorskip("resvg_py")
        for name in ("distribution", "changes", "trend-late-delivery"):
            assert {f"{name}.svg", f"{name}.png"} <= written.keys()

    def test_an_svg_stands_alone(self, written):
        """Valid by itself, with a size and colours that need no page around it."""
        for name, path in written.items():
            if name.endswith(".svg"):
                text = path.read_text(encoding="utf-8")
                root = ET.fromstring(text)
                assert root.tag == "{http://www.w3.org/2000/svg}svg"
                assert float(root.get("width")) > 300
                assert float(root.get("height")) > 50
                assert "var(" not in text
                assert "currentColor" not in text

    def test_a_png_has_pixels(self, written):
        """Twice as many as the picture is wide, and not of one colour."""
        pytest.importorskip("resvg_py")
        content = written["distribution.png"].read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", content[16:24])[0] == 1440
        assert len(content) > 10_000

    def test_the_shares_are_the_pages(self, made, written):
        """The words at the right edge are those of the findings."""
        text = written["distribution.svg"].read_text(encoding="utf-8")
        for row in made.parts[0].distribution:
            if row["need"] in {"delay", "sizing"}:
                assert f"{100 * row['share']:.0f}% (" in text
                assert row["name"] in text


class TestTables:
    """Rows."""

    def test_csv_holds_the_numbers(self, made, written):
        """In full, to calculate with."""
        with written["distribution.csv"].open(encoding="utf-8", newline="") as file:
            shown = {row["need"]: row for row in csv.DictReader(file)}
        for row in made.parts[0].distribution:
            assert float(shown[row["need"]]["share"]) == pytest.approx(row["share"])
            assert int(shown[row["need"]]["tagged"]) == row["tagged"]

    def test_every_csv_has_its_markdown(self, written):
        """Of as many rows."""
        tables = [path for name, path in written.items() if name.endswith(".csv")]
        assert len(tables) >= 4
        for path in tables:
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
            lines = path.with_suffix(".md").read_text(encoding="utf-8").splitlines()
            assert len(lines) == len(rows) + 1
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1

    def test_hostile_cells(self):
        """A cell neither runs in a spreadsheet nor makes markup or a new column."""
        rows = [{"name": HOSTILE, "share": 0.5}]
        assert next(csv.reader([slides.as_csv(rows).split("\n", 1)[1]]))[0].startswith("'=")
        line = slides.as_markdown(rows).splitlines()[2]
        assert "<script" not in line
        assert "\\[x" in line
        assert len(re.findall(r"(?<!\\)\|", line)) == 3


class TestEdges:
    """Little or nothing to write."""

    def test_nothing_read(self, tagged_table, tmp_path):
        """No picture of nothing; the table says how many were not read."""
        paths = report(tagged_table(40).slice(39, 1)).write_slides(tmp_path / "x")
        assert {path.suffix for path in paths} == {".csv", ".md"}
        assert "unread" in (tmp_path / "x" / "distribution.md").read_text()

    def test_a_folder_that_cannot_be(self, made, tmp_path):
        """A file stands in its way."""
        (tmp_path / "taken").write_text("x")
        with pytest.raises(OutputError):
            made.write_slides(tmp_path / "taken")
