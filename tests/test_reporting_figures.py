"""The figures of the page's later sections, each counted again from the tagged table."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from convcat.reporting import report
from convcat.reporting.impact import value_of
from convcat.reporting.places import failures as _places

GRAVE = {7: "It caught fire at once.", 11: "I will sue you.", 12: "It caught fire in my hand."}


@pytest.fixture(scope="module")
def talk(tagged_table):
    table = tagged_table(
        600,
        kind="support",
        channel=lambda i: ("chat", "mail", "phone")[i // 3 % 3],
        response_minutes=lambda i: float((3, 40, 8)[i // 3 % 3] + i % 7),
        csat=lambda i: float(1 + (i * 7) % 5),
    )
    at = table.column_names.index("text")
    texts = [GRAVE.get(i, t) for i, t in enumerate(table["text"].to_pylist())]
    return table.set_column(at, "text", pa.array(texts, pa.string()))


@pytest.fixture(scope="module")
def rows(talk):
    return [row for row in talk.to_pylist() if row["needs_status"] == "ok"]


@pytest.fixture(scope="module")
def made(talk, reader):
    return report(talk, model=reader, by=["carrier"])


@pytest.fixture(scope="module")
def html(made):
    return made.html()


def section(html, name):
    return html.split(f'<section id="{name}"', 1)[1].split("</section>", 1)[0]


def cells(row):
    """Return a row's cells as text, a space where an element ends."""
    found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in found]


def lines(html):
    return [cells(row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)]


class TestFigures:
    """What is printed is what the tagged rows give."""

    def test_answers_of_every_channel(self, html, rows):
        """How many, the share in time, the middle wait, and satisfaction by kind of query."""
        table = section(html, "impact").split('<table class="waits">', 1)[1]
        shown = {line[0].split()[0]: line for line in lines(table) if line}
        for channel in ("chat", "mail", "phone"):
            own = [row for row in rows if row["channel"] == channel]
            waits = [row["response_minutes"] for row in own]
            name, _, within, median, _, routine, complaints = shown[channel]
            assert name == f"{channel} {len(own)}"
            assert within.startswith(f"{100 * np.mean([w <= 10 for w in waits]):.0f}% ")
            assert median == value_of("response_minutes", float(np.median(waits)))
            for cell, failed in ((routine, False), (complaints, True)):
                scores = [r["csat"] for r in own if r["needs"] and (r["p_failed"] > 0.5) is failed]
                mean = value_of("csat", float(np.mean(scores))) if scores else "\u2013"
                assert cell.startswith(mean)
                assert cell.endswith(f"from {len(scores)}")

    def test_failed_and_only_asked(self, html, rows):
        """Every need's conversations, by how likely it is that something went wrong."""
        shown = {line[0]: line for line in lines(section(html, "asked"))}
        for need, name in (("delay", "Late delivery"), ("sizing", "Size and fit")):
            own = [row for row in rows if need in row["needs"]]
            failed = round(sum(row["p_failed"] for row in own))
            assert int(shown[name][2].split()[0]) == failed
            assert int(shown[name][3].split()[0]) == len(own) - failed

    def test_the_map_of_needs(self, html, rows):
        """Share of tags per need and carrier."""
        heat = next(h for h in section(html, "where").split("<details") if "<bdi>carrier<" in h)
        shown = {line[0]: line for line in lines(heat)}
        columns = [head.split() for head in shown.get("Need", next(iter(shown.values())))[1:]]
        for at, (carrier, n) in enumerate(columns, start=1):
            own = [row for row in rows if row["carrier"] == carrier]
            assert int(n) == len(own)
            late = 100 * np.mean(["delay" in row["needs"] for row in own])
            assert shown["Late delivery"][at].startswith(f"{late:.0f}%")

    def test_places(self, html, made, rows):
        """The size of every place in the list."""
        shown = lines(section(html, "where").split("<details", 1)[0])[1:]
        quotes = [line for line in shown if len(line) == 1]
        assert 0 < len(quotes) <= 5
        shown = [line for line in shown if len(line) > 1]
        found = made.parts[0].failures
        assert len(shown) == len(found) == len(_places(made.parts[0])["rows"]) > 0
        for line, row in zip(shown, found, strict=True):
            own = sum(one[row["slice"]] == row["value"] for one in rows)
            assert line[3].endswith(f"of {own}")

    def test_before_and_after(self, html, made, rows):
        """How many conversations stand on either side of the change."""
        part = made.parts[0]
        n = [sum(row["time"].month == month for row in rows) for month in (3, 4)]
        assert f"from {n[0]} and {n[1]} support conversations" in section(html, "change")
        moved = [r for r in part.changes if r["verdict"] in {"up", "down"}]
        assert len(re.findall(r'class="verdict"><span', section(html, "change"))) == len(moved)

    def test_what_to_read_today(self, html):
        """Every grave conversation once, under its reason."""
        shown = section(html, "today")
        assert shown.count("<li>") == len(GRAVE)
        assert re.search(r"Unsafe product <span>2</span>", shown)
        assert re.search(r"Legal threat <span>1</span>", shown)

    def test_themes(self, html, made, rows):
        """The conversations that are looked into for themes are those that carry the need."""
        groups = {group["need"]: group for group in made.themes["groups"]}
        looked = {"delay", "sizing", "quality"} & set(groups)
        assert looked
        for need in looked:
            assert groups[need]["conversations"] == sum(need in row["needs"] for row in rows)
        for row in made.themes["rows"]:
            assert row["share"] == pytest.approx(row["n"] / row["of"])
            assert row["theme"] in section(html, "themes")


class TestOnePage:
    """The sections stand in the order in which they are read, and none says what another did."""

    ORDER = (
        *("today", "distribution", "asked", "change", "where", "close"),
        *("impact", "voices", "themes", "groups", "method"),
    )

    def test_order(self, html):
        """What, where and what to do first; then the words behind it, then how it was done."""
        found = re.findall(r'<section id="(\w+)"', html)
        assert found == [name for name in self.ORDER if name in found]
        assert {"distribution", "change", "where", "close", "voices", "method"} <= {*found}
        links = re.findall(r'<a href="#(\w+)">', html.split("</nav>", 1)[0].split("<nav", 1)[1])
        assert links == [name for name in found if name in links]

    def test_headings_do_not_skip_a_level(self, html):
        """With one kind of conversation too."""
        levels = [int(level) for level in re.findall(r"<h(\d)", html)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_explanations_stand_once(self, html):
        """No paragraph is printed twice."""
        said = re.findall(r'<p class="(?:intro|aside)">(.*?)</p>', html, re.DOTALL)
        long = [words for words in said if len(words) > 120]
        assert len(long) == len(set(long))

    def test_reviews_alone_have_no_questions(self, tagged_table, reader):
        """An empty section is left out: in a review of few stars a need has failed."""
        html = report(tagged_table(200, kind="review", rating=2.0), model=reader).html()
        assert '<section id="asked"' not in html
        assert '<section id="distribution"' in html
