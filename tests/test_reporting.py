"""The report's numbers: they agree with the tagged table, whatever table it is."""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pytest

import convcat
from convcat import frames
from convcat.exceptions import InputError, OutputError
from convcat.reporting import Report, report
from convcat.taxonomy import Taxonomy

NEEDS = Taxonomy.load().ids


class TestNumbers:
    """The page agrees with the tagged table to the digit."""

    def test_counts_are_the_tables(self, table, made):
        """Kept, read and unread add up, and tags are counted exactly."""
        status = table["needs_status"].to_pylist()
        (part,) = made.parts
        assert part.total == sum(s != "duplicate" for s in status)
        assert part.read == status.count("ok")
        assert part.unread == (("no text of the customer's", status.count("empty")),)
        tags = {row["need"]: row["tagged"] for row in part.distribution}
        for need in NEEDS:
            assert tags[need] == sum(need in needs for needs in table["needs"].to_pylist())

    def test_counts_stand_on_the_page(self, made, page):
        """What the dictionary says is what is written."""
        (part,) = made.parts
        assert f"{part.read} of {part.total} conversations were read" in page.words
        for row in part.distribution:
            assert row["name"] in page.words

    def test_heat_maps_count_tags(self, table, made):
        """Cells are the plain counts of the table."""
        heat = next(h for h in made.parts[0].heat if h.column == "carrier")
        rows = list(
            zip(*(table[c].to_pylist() for c in ("carrier", "needs", "needs_status")), strict=True)
        )
        snail = [needs for carrier, needs, status in rows if carrier == "Snail" and status == "ok"]
        at = heat.values.index("Snail")
        assert heat.n[at] == len(snail)
        assert heat.tagged["delay"][at] == sum("delay" in needs for needs in snail)

    def test_one_need_group_is_its_need(self, made):
        """A roll-up group of one need has that need's estimate and interval."""
        (part,) = made.parts
        need = next(r for r in part.distribution if r["need"] == "sizing")
        group = next(r for r in part.groups if (r["rollup"], r["group"]) == ("core", "sizing"))
        for key in ("share", "low", "high"):
            assert group[key] == pytest.approx(need[key])

    def test_unmeasured_core_needs_are_said(self, page):
        """The two core needs that no tag measures are named."""
        assert "personalisation and control" in page.words

    def test_given_findings_are_not_computed_again(self, table, made, reader):
        """Ready results are shown as they are."""
        given = {
            "distribution": [
                {"need": need, "share": 0.5, "low": 0.4, "high": 0.6, "n": 100, "tagged": 50,
                 "counted": 0.5, "method": "x"} for need in NEEDS
            ],
            "failures": {"rows": [], "looked_at": 7}, "changes": None, "trend": None,
        }  # fmt: skip
        (part,) = report(table, findings=given, model=reader).parts
        assert {row["share"] for row in part.distribution} == {0.5}
        assert (part.failures, part.looked_at, part.changes) == ((), 7, None)

    def test_same_table_same_bytes(self, table, made, reader):
        """The page is deterministic, and the same for every kind of frame."""
        assert report(table, model=reader).html() == made.html()
        as_pandas = frames.from_arrow(table, "pandas")
        assert report(as_pandas, model=reader).headline == made.headline


class TestHeadline:
    """What is said first."""

    def test_the_planted_failure_is_found(self, made):
        """Late delivery fails most, and it is the carrier's."""
        said = made.to_dict()["headline"]
        assert said[0].startswith("What fails most: Late delivery. About one in")
        assert said[-2].startswith("Where it stands out: Late delivery, carrier Snail:")
        assert said[-1].startswith(
            "Start with: Late delivery, carrier Snail. What closes the gap: "
        )

    def test_one_month_only(self, tagged_table, reader):
        """Without an earlier month that is said."""
        one = report(tagged_table(months=("2026-04",)), model=reader)
        assert "no earlier month" in one.to_dict()["headline"][1]

    def test_a_month_of_few(self, tagged_table, reader, seen):
        """Ten conversations before are too few to say that nothing changed, anywhere on the page."""
        table = pa.concat_tables(
            [tagged_table(10, months=("2026-03",)), tagged_table(400, months=("2026-04",))]
        )
        words = seen(report(table, model=reader).html()).words
        assert "What changed cannot be told yet, there are too few conversations: 10 in" in words
        assert "needs as far as can be told" in words
        assert "nothing changed" not in words

    def test_previous_month(self, table, tagged_table, reader):
        """A table of an earlier month is compared with."""
        earlier = tagged_table(300, seed=5, months=("2026-02",))
        (part,) = report(table, previous=earlier, model=reader).parts
        assert part.before == "February 2026"
        assert part.changes

    def test_three_months_make_a_trend(self, tagged_table, reader, seen):
        """From three months on each need has its small picture, in the order of time."""
        months = ("2026-01", "2026-02", "2026-03")
        html = report(tagged_table(600, months=months), model=reader).html()
        assert re.search(r"<title>Late delivery: \d+% in January 2026, \d+% in March 2026<", html)
        assert "Each picture begins at 0%" in seen(html).words

    def test_support_and_reviews_stay_apart(self, tagged_table, reader, seen):
        """Two kinds make two parts, and the page says which is which."""
        both = report(
            tagged_table(600, kind=lambda i: "review" if i % 4 == 0 else "support"), model=reader
        )
        assert [part.kind for part in both.parts] == ["support", "review"]
        words = seen(both.html()).words
        assert "In reviews it is" in words
        assert "Support conversations" in words

    def test_rows_of_unknown_kind_are_not_lost(self, tagged_table, reader):
        """A null kind is a part of its own."""
        kinds = tagged_table(600, kind=lambda i: ("review", "support", None)[i // 5 % 3])
        made = report(kinds, model=reader)
        assert sum(part.total for part in made.parts) == sum(
            s != "duplicate" for s in kinds["needs_status"].to_pylist()
        )


class TestEdges:
    """Tables with little or nothing in them."""

    @pytest.mark.parametrize("rows", [0, 1, 2])
    def test_tiny_tables(self, table, rows, reader):
        """A page is made of nothing, of one row and of two."""
        assert "<h1>" in report(table.slice(0, rows), model=reader).html()

    def test_empty_table_says_so(self, table, seen):
        """Nothing there is said in words."""
        assert "nothing to report" in seen(report(table.slice(0, 0)).html()).words

    def test_all_unread(self, table, seen):
        """A table without one readable row says why."""
        unread = [s == "empty" for s in table["needs_status"].to_pylist()]
        words = seen(report(table.filter(pa.array(unread))).html()).words
        assert "None of the 10 conversations could be read (no text of the customer" in words

    def test_only_the_tagged_columns(self, table, seen):
        """Without text, time and slices every other section still stands."""
        bare = table.drop_columns(["text", "carrier", "time", "id", "p_failed"])
        words = seen(report(bare).html()).words
        assert "no texts to quote" in words
        assert "no channel, product or month to look into" in words

    def test_a_bare_table_without_metadata(self, table, seen):
        """A table that says nothing of its model is reported all the same."""
        bare = table.replace_schema_metadata(None)
        assert "does not say which model" in seen(report(bare).html()).words

    def test_not_a_tagged_table(self, tagged_table):
        """Anything else is refused in one sentence."""
        with pytest.raises(InputError, match="not a tagged table"):
            report(pa.table({"a": [1]}))

    def test_a_column_that_is_not_there(self, table):
        """A missing column is named."""
        with pytest.raises(InputError, match="carier"):
            report(table, by=["carier"])
        with pytest.raises(InputError, match="Remarks"):
            report(table, text="Remarks")


class TestReport:
    """The object in hand."""

    def test_it_is_written_whole_or_not_at_all(self, made, tmp_path):
        """The file is the page; a failed write leaves nothing and says why."""
        path = made.write_html(tmp_path / "a.html")
        assert path.read_text(encoding="utf-8") == made.html()
        assert [p.name for p in tmp_path.iterdir()] == ["a.html"]
        with pytest.raises(OutputError, match="Cannot write the report"):
            made.write_html(tmp_path / "missing" / "a.html")

    def test_to_dict_is_json(self, made):
        """Everything on the page can be stored and read back."""
        found = made.to_dict()
        assert json.loads(json.dumps(found)) == found
        assert found["what"] == "report"

    def test_repr_is_a_screen_of_text(self, made):
        """The headline is what a terminal shows."""
        lines = repr(made).splitlines()
        assert lines[0].startswith("Where the experience fails (386 conversations read)")
        assert len(lines) < 10

    def test_public_name(self):
        """``convcat.report`` is it."""
        assert convcat.report is report
        assert isinstance(Report.__doc__, str)
