"""Charts and tables for slides: each of the page is there, stands alone, and says what it says."""

from __future__ import annotations

import csv
import datetime as dt
import html as entities
import io
import re
import struct
import sys
import xml.etree.ElementTree as ET

import pyarrow as pa
import pytest

from convcat import frames
from convcat.cli.summary import of_slides
from convcat.exceptions import OutputError
from convcat.insight.history_findings import over_time
from convcat.reporting import report, slides
from convcat.safety import spreadsheet_safe
from convcat.taxonomy import Taxonomy

HOSTILE = "=cmd|' /C calc'!A0<script>alert(1)</script>|[x](javascript:1)\n"
NEEDS = Taxonomy.load().ids
FIRST = dt.date(2026, 1, 5)  # a Monday
STEP = 9  # the week that one need steps up in, and another down
RATES = {"delay": (12, 48), "sizing": (30, 30), "quality": (48, 12)}  # before and after, of 120
FILL = (
    "blue",
    "green",
    "small",
    "tall",
    "warm",
    "soft",
    "round",
    "fresh",
    "plain",
    "loud",
    "brisk",
)
GIFT = (
    "do you offer gift wrapping for",
    "could it be sent with gift wrap and",
    "I would pay for gift wrap,",
)
WORDS = {"delay": "It came late.", "sizing": "Too narrow, look.", "quality": "It tore in a week."}
GRAVE = {7: "It caught fire at once <script>alert(1)</script>.", 11: "I will sue you."}

# What the page calls its tables -> the name of their files, before and after the kind.
PAGE = {
    r"Needs in ": ("distribution",),
    r"Conversations per need in which": ("failed-or-asked",),
    r"Share of each need": ("changes",),
    r"Where a need is more common": ("failures",),
    r"Share of tags per need and (\w+)": ("heat", r"\1"),
    r"Satisfaction \(CSAT\) with each": ("impact", "csat"),
    r"Answered in time with each": ("impact", "answered-in-time"),
    r"Wait for the first answer with": ("impact", "response-minutes"),
    r"First answers per channel": ("first-answers",),
    r"Shares before and after each action": ("actions",),
    r"Conversations that came more or less": ("volume-and-mix",),
    r"The core four in ": ("groups", "core"),
    r"The ten core needs.* in ": ("groups", "ten"),
    r"Themes: ": ("themes",),
    r"Quotes with their need": ("voices",),
}
ALONE = {"voices", "read-today"}  # of all kinds together


def months_of_talk():
    """Sixteen weeks of both kinds, with all that the page has a section for."""
    rows = []
    for n in range(16 * 120):
        week, i = divmod(n, 120)
        needs = [
            need
            for k, (need, rate) in enumerate(RATES.items())
            if (i * 7 + 40 * k + week) % 120 < rate[week >= STEP]
        ]
        words = " ".join(WORDS[need] for need in needs) or "All is well, thank you."
        gift = not needs and n % 3 == 0
        if gift:
            words = f"{GIFT[n % 7 % 3]} {FILL[n % 11]} {FILL[n // 11 % 11]} {FILL[n // 121 % 11]}."
        support = i % 4 < 3
        rows.append(
            {
                "id": f"c{n}",
                "text": GRAVE.get(n, words if gift else f"{words} Number {n}."),
                "kind": "support" if support else "review",
                "channel": ("chat", "mail", "phone")[i % 3],
                "product": (HOSTILE, "Mug", "Rug")[i // 3 % 3],
                "csat": float(1 + (i * 7) % 5) - ("delay" in needs) * 0.5 if support else None,
                "response_minutes": float((3, 40)[i % 2] + i % 7) if support else None,
                "time": dt.datetime.combine(FIRST, dt.time(9)) + dt.timedelta(weeks=week, days=i % 7),
                "needs": needs,
                **{f"p_{need}": 0.95 if need in needs else 0.01 for need in NEEDS},
                "p_none": 0.02 if needs else 0.2 if gift else 0.97,
                "p_failed": 0.9 if needs and i % 3 else 0.05,
                "needs_status": "ok" if n % 50 else "empty",
            }
        )  # fmt: skip
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns["needs"] = pa.array(columns["needs"], pa.list_(pa.string()))
    return frames.with_metadata(pa.table(columns), {"needs": list(NEEDS)})


@pytest.fixture(scope="module")
def made(reader):
    table = months_of_talk()
    acted = (FIRST + dt.timedelta(weeks=STEP)).isoformat()
    actions = [{"date": acted, "action": HOSTILE, "need": "delay"}]
    told, _ = over_time(table, {}, actions=pa.Table.from_pylist(actions))
    found = {name: told[name] for name in ("change_points", "shift", "effects")}
    place = {"need": "delay", "slice": "product", "value": HOSTILE, "product": HOSTILE}
    place |= {"share": 0.31, "elsewhere": 0.12, "lift": 2.58, "low": 0.1, "high": 0.28}
    place |= {"n": 480, "tagged": 149, "excess": 91.0, "p_value": 1e-9, "q_value": 1e-7}
    found["failures"] = {"rows": [{**place, "kind": "support", "sure": "likely"}], "looked_at": 40}
    return report(table, model=reader, findings=found, by=["channel", "product", "month"])


@pytest.fixture(scope="module")
def page(made, seen):
    """What a reader of the page sees, in one line."""
    return seen(made.html())


@pytest.fixture(scope="module")
def written(made, tmp_path_factory):
    paths = made.write_slides(tmp_path_factory.mktemp("slides") / "new")
    return {path.name: path for path in paths}


def of_kind(parts, kind):
    return "-".join([parts[0], *([] if parts[0] in ALONE else [kind]), *parts[1:]])


def tables_on(made):
    """Return per table of the page its files' name, and whether pictures stand in it."""
    found = set()
    for table in re.findall(r"<table.*?</table>", made.html(), re.DOTALL):
        caption = entities.unescape(re.search(r"<caption[^>]*>(.*?)</caption>", table)[1])
        pattern = next((p for p in PAGE if re.match(p, caption)), None)
        assert pattern, f"a table that has no files: {caption}"
        parts = [re.match(pattern, caption).expand(part) for part in PAGE[pattern]]
        drawn = "<svg" in table or parts[0] == "heat"
        found |= {(of_kind(parts, kind), drawn) for kind in kinds_of(parts[0], caption)}
    return found


def kinds_of(first, caption):
    if first in {"distribution", "groups"}:
        return ["review" if "reviews" in caption else "support"]
    only = {"failed-or-asked", "failures", "impact", "first-answers"}
    return ["support"] if first in only else ["support", "review"]


class TestThePage:
    """Nothing of the page is left out, and no figure is another."""

    def test_every_table_has_its_files(self, made, written):
        """CSV and Markdown; a table with pictures also as one chart."""
        tables = tables_on(made)
        assert len({name for name, _ in tables}) >= 25
        # A kind has no themes, or no action that can be judged: then neither has the page.
        missing = {name for name, _ in tables if f"{name}.csv" not in written}
        assert all(re.match("themes|actions", name) for name in missing), missing
        assert any(re.match("themes", name) for name in written)
        assert any(re.match("actions", name) for name in written)
        for name, drawn in tables:
            if name not in missing:
                assert f"{name}.md" in written, name
            if drawn:
                assert f"{name}.svg" in written, name

    def test_every_line_over_time_has_its_picture(self, made, written):
        """Months and weeks."""
        html = made.html()
        lists = re.findall(r'<ul class="trends(?: weekly)?">(.*?)</ul>', html, re.DOTALL)
        assert len(lists) == 4
        lines = sum(len(re.findall("<li[ >]", found)) for found in lists)
        files = [name for name in written if re.match(r"(trend|weeks)-.*\.svg", name)]
        assert lines == len(files)
        assert {"weeks-support-late-delivery.svg", "weeks-review-product-quality.svg"} <= set(files)
        assert "trend-support-size-and-fit.svg" in files

    def test_what_is_no_table_there_is_one_here(self, written):
        """What closes the gap, when a step began, what to read today."""
        for name in ("what-closes-the-gap-support", "change-points-review", "read-today"):
            assert {f"{name}.csv", f"{name}.md"} <= written.keys()

    def test_the_words_of_every_table_are_the_pages(self, made, page):
        """Each cell stands on the page, letter for letter."""
        cells = 0
        for name, table in slides.tables_of(made).items():
            if name.startswith("trend"):
                continue  # the page draws it
            for row in table.shown:
                for head, cell in row.items():
                    for words in re.split(", " if head == "Where" else "\0", cell):
                        assert " ".join(words.split()) in page.words, (name, head)
                        cells += 1
        assert cells > 1000

    def test_the_figures_of_every_chart_are_the_pages(self, made, page):
        """The words beside the pictures, those with figures in them."""
        figures = 0
        for name, chart in slides.charts_of(made).items():
            for text in ET.fromstring(chart).iter("{http://www.w3.org/2000/svg}text"):
                for figure in re.findall(r"[<>+\u2212]?\d[\d.,\u2013]*%?", text.text or ""):
                    assert figure.rstrip(".,") in page.words, (name, text.text)
                    figures += 1
        assert figures > 500

    def test_the_pictures_are_the_pages(self, made, page):
        """Of a chart's rows, each is the very picture of the page."""
        html, rows = made.html(), 0
        for name, chart in slides.charts_of(made).items():
            if re.match("weeks|trend|heat", name):
                continue
            for row in re.findall(r'<svg x="[^>]*>(.*?)</svg>', chart, re.DOTALL):
                assert row in html, name
                rows += 1
        assert rows > 60

    def test_csv_holds_the_numbers(self, made, written):
        """In full, to calculate with."""
        part = made.parts[0]
        with written["distribution-support.csv"].open(encoding="utf-8", newline="") as file:
            shown = {row["need"]: row for row in csv.DictReader(file)}
        for row in part.distribution:
            assert float(shown[row["need"]]["share"]) == pytest.approx(row["share"])
            assert int(shown[row["need"]]["tagged"]) == row["tagged"]
        with written["heat-support-channel.csv"].open(encoding="utf-8", newline="") as file:
            heat = list(csv.DictReader(file))
        of = next(heat for heat in part.heat if heat.column == "channel")
        assert len(heat) == len(NEEDS) * 3
        for row in heat:
            i = of.values.index(row["channel"])
            assert int(row["tags"]) == of.tagged[row["need"]][i]
            assert float(row["tag_share"]) == pytest.approx(of.tagged[row["need"]][i] / of.n[i])

    def test_again_the_same(self, made, written, tmp_path):
        """Names and bytes."""
        again = {path.name: path for path in made.write_slides(tmp_path / "again", png=False)}
        assert list(again) == [name for name in written if not name.endswith(".png")]
        for name, path in again.items():
            assert path.read_bytes() == written[name].read_bytes(), name


class TestCharts:
    """Pictures."""

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
        """Each chart has one: twice as many as the picture is wide, and not of one colour."""
        pytest.importorskip("resvg_py")
        for name in [name for name in written if name.endswith(".svg")]:
            content = written[name.replace(".svg", ".png")].read_bytes()
            wide = float(ET.fromstring(written[name].read_bytes()).get("width"))
            assert content[:8] == b"\x89PNG\r\n\x1a\n"
            assert struct.unpack(">II", content[16:24])[0] == 2 * wide
            assert len(content) > 2_000

    def test_without_what_draws_png(self, made, monkeypatch, tmp_path):
        """The SVG alone, and it is said."""
        monkeypatch.setitem(sys.modules, "resvg_py", None)
        monkeypatch.setattr(slides, "draws_png", lambda: False)
        names = [path.name for path in made.write_slides(tmp_path)]
        assert {name.rpartition(".")[2] for name in names} == {"svg", "csv", "md"}
        assert "convcat[png]" in of_slides(tmp_path, names)
        assert "convcat[png]" not in of_slides(tmp_path, [*names, "distribution.png"])

    def test_nothing_is_cut(self, made):
        """Words at the right edge end before it, and no row's words are shortened."""
        for name, chart in slides.charts_of(made).items():
            root = ET.fromstring(chart)
            left, _, width, _ = map(float, root.get("viewBox").split())
            for text in root.findall("{http://www.w3.org/2000/svg}text"):
                x, anchor = float(text.get("x")), text.get("text-anchor", "start")
                wide = 0.5 * float(text.get("font-size")) * len(text.text or "")
                if not text.get("transform"):
                    start = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
                    assert left <= start, (name, text.text)
                    assert start + wide <= left + width, (name, text.text)
                if re.match(r"[\d<+\u2212]", text.text or ""):
                    assert "\u2026" not in text.text


class TestInert:
    """What a stranger wrote is shown, and does nothing."""

    def test_no_markup_in_a_picture(self, written):
        """The words stand in it as words."""
        assert "&lt;script" in written["heat-support-product.svg"].read_text(encoding="utf-8")
        for name, path in written.items():
            if name.endswith(".svg"):
                text = path.read_text(encoding="utf-8")
                assert "<script" not in text
                assert {one.tag.rpartition("}")[2] for one in ET.fromstring(text).iter()} <= {
                    *("svg", "title", "text", "rect", "line", "circle", "path"),
                }

    def test_no_formula_in_a_sheet(self, written):
        """No cell of any table would run; the hostile one is there."""
        cells = 0
        for name, path in written.items():
            if name.endswith(".csv"):
                with path.open(encoding="utf-8", newline="") as file:
                    for row in csv.reader(file):
                        for cell in row:
                            assert spreadsheet_safe(cell) == cell or cell.startswith("'")
                            cells += "'=cmd" in cell
        assert cells > 10

    def test_no_markup_in_markdown(self, written):
        """Neither a tag nor a link nor another column."""
        for name, path in written.items():
            if name.endswith(".md"):
                text = path.read_text(encoding="utf-8")
                lines = text.splitlines()
                assert "<" not in text
                assert not re.search(r"(?<!\\)\[", text)
                assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1, name
        assert "&lt;script&gt;" in written["read-today.md"].read_text(encoding="utf-8")

    def test_hostile_cells(self):
        """A cell neither runs in a spreadsheet nor makes markup or a new column."""
        text = slides.as_csv([{"name": HOSTILE, "share": 0.5}])
        assert list(csv.reader(io.StringIO(text)))[1][0].startswith("'=")
        line = slides.as_markdown([{"name": HOSTILE, "share": "50%"}]).splitlines()[2]
        assert "<script" not in line
        assert "\\[x" in line
        assert len(re.findall(r"(?<!\\)\|", line)) == 3

    def test_names_of_files(self):
        """Plain ones, whatever the columns are called, and no two alike."""
        words = [("heat", "", "../a"), ("heat", "", "A"), ("trend", "", "\u9045\u308c", "late")]
        named = dict(slides._named((one, 1) for one in [*words, ("heat", "", "x" * 300)]))
        assert list(named) == ["heat-a", "heat-a-2", "trend-late", "heat-" + "x" * 75]


class TestEdges:
    """Little or nothing to write."""

    def test_nothing_read(self, tagged_table, tmp_path):
        """No picture of nothing; the table says how many were not read."""
        paths = report(tagged_table(40).slice(39, 1)).write_slides(tmp_path / "x")
        assert {path.suffix for path in paths} == {".csv", ".md"}
        assert "Not read" in (tmp_path / "x" / "distribution.md").read_text()

    def test_a_folder_that_cannot_be(self, made, tmp_path):
        """A file stands in its way."""
        (tmp_path / "taken").write_text("x")
        with pytest.raises(OutputError):
            made.write_slides(tmp_path / "taken")
