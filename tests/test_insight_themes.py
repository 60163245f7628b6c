"""Themes: found where planted, named by their own words, the same in any order, nobody's name."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcat
from convcat.exceptions import InputError
from convcat.insight.themes import themes
from convcat.insight.themes_beside import Calendar
from convcat.insight.themes_words import phrases_of, words_of
from convcat.reporting import themes as page

_PLAIN = (
    "where has the parcel gone", "the parcel is lost i fear", "any news of my parcel", "track the van",
    "the box never turned up here", "still waiting at home for it", "courier shows an odd status",
)  # fmt: skip
_GIFT = (
    "do you offer gift wrapping for orders", "could it be sent with gift wrap and a card",
    "is gift wrapping possible at checkout", "i would pay extra for gift wrap",
)  # fmt: skip
_FILL = (
    "blue",
    "green",
    "small",
    "tall",
    "warm",
    "soft",
    "round",
    "fresh",
    "plain",
    "quiet",
    "loud",
    "brisk",
)


def said(i, bank):
    """A text of a bank with words of its own, so that no two are alike."""
    return f"{bank[i % len(bank)]} {_FILL[i % 12]} {_FILL[i // 12 % 12]} {_FILL[i // 144 % 12]}"


def table(extra=40, plain=300, *, gift=_GIFT, **columns):
    """Conversations about parcels, and some without a tag that ask for gift wrapping."""
    texts = [said(i, _PLAIN) for i in range(plain)] + [said(i, gift) for i in range(extra)]
    n = len(texts)
    tagged = np.arange(n) < plain
    return pa.table({
        "id": [f"c{i}" for i in range(n)],
        "text": texts,
        "needs": [["wismo"] if t else [] for t in tagged],
        "p_wismo": np.where(tagged, 0.9, 0.1),
        "p_none": np.where(tagged, 0.0, 0.2),
        "p_failed": np.full(n, 0.5),
        "needs_status": ["ok"] * n,
        **columns,
    })  # fmt: skip


class TestFound:
    def test_a_planted_theme_leads_what_has_no_tag(self):
        """It is named by its words, with its share, interval and quotes."""
        found = themes(table(), "untagged")
        row = found.rows[0]
        assert "gift" in row["theme"]
        assert row["low"] < row["share"] <= row["high"]
        assert row["n"] == round(row["share"] * row["of"])
        assert set(row["ids"].split(";")) <= {f"c{i}" for i in range(300, 340)}
        assert 1 <= len([q for q in found.quotes if q["theme"] == row["theme"]]) <= 3

    def test_what_is_left_is_counted(self):
        """Every need that was looked at says how many conversations stand in no theme."""
        found = themes(table())
        assert [(g["need"], g["conversations"]) for g in found.groups] == [
            ("wismo", 300),
            ("untagged", 40),
        ]
        for group in found.groups:
            assert group["left"] == pytest.approx(1 - group["in_themes"] / group["looked_at"])

    def test_few_themes_per_need(self):
        """No more than were asked for."""
        found = themes(table(), most=1)
        assert all(sum(r["need"] == g["need"] for r in found.rows) <= 1 for g in found.groups)

    def test_clearly_none_is_left_alone(self):
        """Thanks and chatter are no candidates for a need."""
        thanks = table().set_column(4, "p_none", pa.array([0.95] * 340))
        assert themes(thanks, "untagged").rows == ()

    def test_one_customer_is_no_theme(self):
        """What one customer writes again and again stands behind no theme, nor does one product."""
        one = table(customer=["a" if i < 300 else "b" for i in range(340)])
        assert themes(one, "untagged").rows == ()

    def test_one_text_many_times_is_no_theme(self):
        """A text sent forty times is one text."""
        same = table().set_column(
            1, "text", pa.array([said(i, _PLAIN) for i in range(300)] + ["gift wrap"] * 40)
        )
        assert themes(same, "untagged").rows == ()

    def test_kinds_stand_apart(self):
        """Reviews and support conversations are not pooled."""
        found = themes(table(kind=["review" if i % 2 else "support" for i in range(340)]))
        assert {row["kind"] for row in found.rows} == {"review", "support"}
        assert {g["conversations"] for g in found.groups if g["need"] == "wismo"} == {150}

    def test_new_months(self):
        """A theme that begins in the last month is new; what stays is neither new nor growing."""
        months = [9 + i % 2 for i in range(300)] + [10] * 40
        found = themes(table(time=[datetime(2026, m, 5) for m in months]))
        assert {row["trend"] for row in found.rows if row["need"] == "untagged"} == {"new"}
        assert {row["trend"] for row in found.rows if row["need"] == "wismo"} <= {""}

    def test_a_sample_says_so(self):
        """Of a large need a part is looked at."""
        found = themes(table(), sample=100)
        group = next(g for g in found.groups if g["need"] == "wismo")
        assert (group["conversations"], group["looked_at"]) == (300, 100)
        assert all(row["of"] <= 100 for row in found.rows)


class TestSame:
    @settings(max_examples=8, deadline=None)
    @given(st.randoms(use_true_random=False), st.sampled_from([100, 2000]))
    def test_in_any_order(self, random, sample):
        """Rows in another order give the same themes, quotes and samples."""
        rows = list(range(340))
        random.shuffle(rows)
        there = themes(table(), sample=sample)
        here = themes(table().take(rows), sample=sample)
        assert here.to_dict() == there.to_dict()

    def test_whole_or_in_parts(self, tmp_path):
        """A table in many pieces gives what the whole gives."""
        import pyarrow.parquet as pq

        from convcat import frames
        from convcat.tagged_parts import TaggedParts

        whole = frames.with_metadata(table(), {"needs": ["wismo"]})
        pq.write_table(whole, tmp_path / "t.parquet", row_group_size=70)
        parts = TaggedParts.of_file(tmp_path / "t.parquet")
        assert len(parts.pieces) == 5
        assert themes(parts, sample=120).to_dict() == themes(whole, sample=120).to_dict()


class TestPersonal:
    @pytest.mark.parametrize(
        "bank",
        [
            ("i spoke with Zebulon about it and he was", "it was Zebulon who took the call so"),
            ("dear zebulon this is what i got", "hello zebulon this is what i got"),
            ("i spoke with priya about it", "it was priya on the line"),
        ],
    )
    def test_names_of_people(self, bank):
        """Written with a capital, addressed, or a common name: no part of a theme."""
        found = themes(table(gift=bank), "untagged")
        told = json.dumps([(row["theme"], row["words"]) for row in found.rows]).lower()
        assert "zebulon" not in told
        assert "priya" not in told

    def test_names_in_the_rows_own_column(self):
        """A name that stands in the row's own column of people is a name, however it is written."""
        bank = ("so says walrus on the phone", "it was walrus again today")
        assert "walrus" in json.dumps(themes(table(gift=bank), "untagged").rows)
        people = table(
            gift=bank, author_name=[f"Ann {i}" if i < 300 else f"Bo Walrus {i}" for i in range(340)]
        )
        assert "walrus" not in json.dumps(themes(people, "untagged").rows)

    def test_numbers_and_addresses(self):
        """Order numbers and mail addresses end a phrase and never stand in one."""
        bank = (
            "order 4821377 gift wrap bo@example.com",
            "order #4821377 wants gift wrap, bo@example.com",
        )
        found = themes(table(gift=bank), "untagged")
        assert found.rows
        told = json.dumps(found.to_dict()).lower()
        assert "4821377" not in told
        assert "example" not in told

    def test_a_product_is_marked_and_comes_last(self):
        """A product's name may be a theme where it says so."""
        bank = ("so now the Osprey Lamp is it", "it is about my Osprey Lamp then")
        products = [
            "Heron Rug" if i < 300 else ("Osprey Lamp", "Osprey Lamp Large")[i % 2]
            for i in range(340)
        ]
        texts = [said(i, _PLAIN) for i in range(300)]
        texts += [f"{bank[i % 2]} {'abcdefgh'[i // 5]}{'vwxyz'[i % 5]}" for i in range(40)]
        named = table(product=products).set_column(1, "text", pa.array(texts))
        rows = themes(named, "untagged").rows
        marked = [row for row in rows if "osprey" in row["theme"] or "lamp" in row["theme"]]
        assert marked, rows
        assert all(row["about"] == "product" for row in marked)


class TestWords:
    def test_phrases_reach_over_function_words_alone(self):
        """Marks, numbers and masked data end a phrase."""
        found = phrases_of(
            ["waste of my money", "Waste, money", "waste 22 money", "waste <order> money"], 1
        )
        told = {found.spelled(i) for i in range(len(found.first))}
        assert "waste of my money" in told
        assert told == {"money", "waste", "waste of my money"}

    def test_not_is_part_of_a_phrase(self):
        """What is denied is told as denied."""
        found = phrases_of(["it did not work", "it doesn't work"], 2)
        assert [found.spelled(i) for i in range(len(found.first))] == ["doesn't work", "work"]

    @given(st.lists(st.text(max_size=60), max_size=6))
    def test_any_text(self, texts):
        """Nothing breaks it, and words are counted in their own texts."""
        found = words_of(texts)
        assert len(found.stem) == len(found.text) == len(found.run)
        assert (found.text < max(len(texts), 1)).all()

    def test_hostile_texts_are_quick(self):
        """A long word or a row of underscores takes no time."""
        phrases_of(["a_" * 100_000, "x" * 200_000, "'" * 100_000, "é1" * 100_000], 1)


class TestCalls:
    def test_empty_and_without_texts(self):
        """No text, no themes, no error."""
        assert themes(table().drop_columns(["text"])).rows == ()
        assert themes(table().slice(0, 0)).rows == ()
        assert "No themes" in repr(themes(table().slice(0, 0)))

    @pytest.mark.parametrize(
        "options", [{"need": "wismoo"}, {"level": 1}, {"most": 0}, {"text": "words"}]
    )
    def test_wrong_options(self, options):
        """One sentence, and the nearest name."""
        with pytest.raises(InputError):
            themes(table(), **options)

    def test_shows_itself(self):
        """As a table of the caller's kind, as text, as escaped HTML, as JSON, and from the top."""
        import pandas as pd

        found = convcat.themes(table().to_pandas())
        assert isinstance(found.table, pd.DataFrame)
        assert {"need", "theme", "share", "low", "high", "n", "words", "ids"} <= set(
            found.table.columns
        )
        assert "gift" in repr(found)
        assert "<table>" in found._repr_html_()
        json.dumps(found.to_dict(), allow_nan=False)

    def test_unmasked_quotes_on_request(self):
        """Quotes are masked unless told otherwise."""
        bank = ("gift wrap please, bo@example.com", "more gift wrap, write to bo@example.com")
        assert "<email>" in json.dumps(themes(table(gift=bank)).quotes)
        assert "bo@example.com" in json.dumps(themes(table(gift=bank), masked=False).quotes)


class TestMonths:
    def test_there_must_be_something_to_compare_with(self):
        """Too little before, no calendar."""
        assert Calendar.of([("2026-09", 3), ("2026-10", 400)]).months == ()

    def test_few_recent_ones_prove_nothing(self):
        """Chance is told from growth."""
        calendar = Calendar.of([("2026-09", 1000), ("2026-10", 1000)])
        assert calendar.p_value(6, 4, 1.0) > 0.1
        assert calendar.p_value(30, 2, 1.0) < 1e-6


class TestPage:
    def test_section(self):
        """Beside the needs first; each with what is left over; markup is left to the page."""
        from convcat.taxonomy import Taxonomy

        bank = ("<b>gift wrap</b> please", "more gift wrap <script>")
        facts = page.facts_of(themes(table(gift=bank)), Taxonomy.load())
        shown = page.section(json.loads(json.dumps(facts)), None)
        assert [group["need"] for group in shown["beside"]] == ["untagged"]
        assert "in none of these themes" in shown["beside"][0]["left"]
        assert page.section(page.facts_of(None, Taxonomy.load()), None) is None
