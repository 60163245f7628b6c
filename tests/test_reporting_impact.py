"""The page's impact, what to read today and the evidence: every figure is the tagged table's."""

from __future__ import annotations

import json
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat.insight.digest import Digest
from convcat.insight.distribution import distribution
from convcat.insight.failures import failures
from convcat.insight.impact import impact
from convcat.insight.urgent import read_today
from convcat.reporting import report
from convcat.reporting.evidence import MOST_IDS, evidence_of
from convcat.reporting.impact import value_of
from convcat.tagged_parts import TaggedParts

GRAVE = {7: "It caught fire at once.", 11: "I will sue you, write to jo.doe@example.com."}


@pytest.fixture(scope="module")
def talk(tagged_table):
    table = tagged_table(
        500,
        kind="support",
        channel=lambda i: ("chat", "mail")[i % 2],
        response_minutes=lambda i: float((3, 40)[i % 2] + i % 5),
        csat=lambda i: float(1 + (i * 7) % 5) if i % 3 else 1.0,
    )
    at = table.column_names.index("text")
    texts = [GRAVE.get(i, t) for i, t in enumerate(table["text"].to_pylist())]
    return table.set_column(at, "text", pa.array(texts, pa.string()))


@pytest.fixture(scope="module")
def told(talk, reader):
    return report(talk, model=reader, by=["carrier"])


@pytest.fixture(scope="module")
def html(told):
    return told.html()


@pytest.fixture(scope="module")
def in_pieces(talk, tmp_path_factory):
    """The same table in a file of many groups of rows."""
    path = tmp_path_factory.mktemp("pieces") / "tagged.parquet"
    pq.write_table(talk, path, row_group_size=60)
    return Digest.of(TaggedParts.of_file(path))


def section(html, name):
    return html.split(f'<section id="{name}"', 1)[1].split("</section>", 1)[0]


def bare(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


class TestImpactOnThePage:
    """What goes along with it."""

    def test_every_mean_is_the_tables(self, talk, html):
        """With and without each need, recomputed from the tagged rows and found on the page."""
        shown = section(html, "impact")
        rows = [r for r in talk.to_pylist() if r["needs_status"] == "ok"]
        for need in ("delay", "sizing", "quality"):
            sides = [
                np.mean([r["csat"] for r in rows if (need in r["needs"]) is has])
                for has in (True, False)
            ]
            n = sum(need in r["needs"] for r in rows)
            with_, without = (value_of("csat", side) for side in sides)
            assert re.search(rf"{with_} / {without} <span[^>]*>from (<a[^>]*>)?{n}<", shown)

    def test_speed_measured_and_tagged_stand_side_by_side(self, talk, html):
        """Share in time, and conversations that speak of slowness, from the table."""
        shown = bare(section(html, "impact"))
        rows = [r for r in talk.to_pylist() if r["needs_status"] == "ok"]
        soon = np.mean([r["response_minutes"] <= 10 for r in rows])
        assert f"As measured, {100 * soon:.0f}% of first answers came within 10 minutes" in shown
        assert "As tagged, 0% of conversations speak of a slow answer" in shown
        assert "inferred from when answers went out" in shown

    def test_it_is_worded_as_association(self, html):
        """Never as a cause."""
        assert "not what it causes" in bare(section(html, "impact"))

    def test_without_such_columns_there_is_no_section(self, page):
        """Nor a link to it."""
        assert ("section", "id", "impact") not in page.attributes
        assert ("a", "href", "#impact") not in page.attributes

    @pytest.mark.parametrize("name", ["rating", "nps", "order_value", "customer_id"])
    def test_every_outcome_has_its_rows(self, tagged_table, reader, name):
        """Stars, points, money and coming back."""
        table = tagged_table(300, **{name: lambda i: float(i % 5) if name != "nps" else i % 11})
        outcome = "repeat" if name == "customer_id" else name
        made = report(table, model=reader)
        assert outcome in made.impact["outcomes"]
        assert 'class="shares impact"' in made.html()


class TestTodayOnThePage:
    """What to read today."""

    def test_it_stands_first_when_there_is_any(self, talk, html):
        """Before the shares, gravest first, masked, the words marked."""
        assert html.index('<section id="today"') < html.index('<section id="distribution"')
        shown = section(html, "today")
        assert "2 conversations should be read by a person today: unsafe" in bare(shown)
        looked = sum(s == "ok" for s in talk["needs_status"].to_pylist())
        assert f"Found among {looked} conversations" in bare(shown)
        assert "<mark>caught fire</mark>" in shown
        assert "jo.doe" not in html
        assert shown.index("Unsafe product") < shown.index("Legal threat")

    def test_without_any_there_is_no_section(self, page):
        """Nor a link to it."""
        assert ("a", "href", "#today") not in page.attributes


class TestEvidence:
    """From a figure to the conversations behind it."""

    def test_counts_and_ids_are_the_tables(self, talk, told):
        """Every need and every place: how many, and ids that are among them."""
        rows = {r["id"]: r for r in talk.to_pylist() if r["needs_status"] == "ok"}
        evidence = told.to_dict()["evidence"]
        assert any("carrier" in claim["where"] for claim in evidence)
        for claim in evidence:
            mine = {
                i for i, r in rows.items()
                if claim["need"] in r["needs"] and all(r[k] == v for k, v in claim["where"].items())
            }  # fmt: skip
            assert claim["tagged"] == len(mine)
            assert set(claim["ids"]) <= mine
            assert len(claim["ids"]) == min(len(mine), MOST_IDS)

    def test_a_places_count_is_its_findings(self, talk):
        """``tagged`` of a finding is that of its evidence."""
        found = {"distribution": distribution(talk), "failures": failures(talk)}
        claims = {(c.need, c.where): c for c in evidence_of(talk, found).claims}
        for row in found["failures"].rows:
            where = ((row["slice"], row["value"]),)
            assert claims[row["need"], where].tagged == row["tagged"]

    def test_every_link_leads_to_rows(self, html):
        """A figure that can be clicked has conversations in the table."""
        links = set(re.findall(r'data-proof="(\w+)"', html))
        rows = {
            key for keys in re.findall(r'<tr data-proves="([^"]*)"', html) for key in keys.split()
        }
        assert links
        assert links <= rows
        assert html.count('id="evidence"') == 1

    def test_findings_json_can_be_written(self, talk):
        """Plain values, with the way to all of a figure's conversations."""
        found = evidence_of(talk, {"distribution": distribution(talk)}).to_dict()
        assert json.loads(json.dumps(found)) == found
        assert "tagged table" in found["note"]


class TestPieces:
    """A table in many files says the same as one in memory."""

    def test_impact(self, talk, in_pieces):
        """Row by row."""
        assert impact(in_pieces).to_dict() == impact(talk).to_dict()

    def test_read_today(self, talk, in_pieces):
        """With the rows' places in the whole table."""
        assert read_today(in_pieces).rows == read_today(talk).rows

    def test_evidence(self, talk, in_pieces):
        """The same ids."""
        found = {"distribution": distribution(talk), "failures": failures(talk)}
        assert evidence_of(in_pieces, found) == evidence_of(talk, found)
