"""What has to be read today: found whatever its number, figures of speech left alone, quotes masked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.exceptions import InputError
from convcat.insight.urgent import found_in, read_today
from convcat.insight.urgent_patterns import REASONS

BED = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "urgent_bed.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
]


def reasons(text):
    return {found.reason for found in found_in(text)}


class TestBed:
    """Own texts, each with the reasons that a careful person would see, or none."""

    @pytest.mark.parametrize(("wanted", "text"), BED, ids=[text[:40] for _, text in BED])
    def test_every_text(self, wanted, text):
        """Found for what it is, in capitals and with curly apostrophes too."""
        wanted = set(wanted.split(";")) - {"-"}
        assert reasons(text) == wanted
        assert reasons(text.upper().replace("'", "\u2019")) == wanted

    def test_it_is_large_and_fair(self):
        """Enough texts of both sorts, and of every reason."""
        assert len(BED) >= 120
        assert sum(wanted == "-" for wanted, _ in BED) >= 60
        for reason in REASONS:
            assert sum(reason.id in wanted.split(";") for wanted, _ in BED) >= 6

    @pytest.mark.parametrize(
        "text",
        ["Nobody was injured", "there is no fire hazard here", "I won't sue you", "no need for a chargeback",
         "She did not have an allergic reaction", "I don't want to delete my account",
         "It never caught fire", "without any choking hazard"],
    )  # fmt: skip
    def test_denied_is_not_said(self, text):
        """What words before it take back is no find."""
        assert reasons(text) == set()

    def test_a_denial_ends_with_its_sentence(self):
        """The next sentence stands on its own."""
        assert reasons("It is not what I wanted. It caught fire.") == {"safety"}

    @given(st.text(max_size=400))
    def test_never_raises_and_spans_are_of_the_text(self, text):
        """Whatever stands in it."""
        for found in found_in(text):
            assert 0 <= found.start < found.end <= len(text)

    def test_long_texts_take_no_time(self):
        """The time grows with the length, not with its square."""
        import time

        start = time.perf_counter()
        for piece in (
            "my ",
            "dispute my ",
            "it was very really ",
            "file a claim to ",
            "will take legal ",
        ):
            found_in(piece * 4000)
        assert time.perf_counter() - start < 3


@pytest.fixture(scope="module")
def table():
    texts = [
        ("a", "ok", "Where is my parcel?"),
        ("b", "ok", "Chargeback raised, write to jo.doe@example.com or +44 7700 900123."),
        ("c", "filtered", "Five stars, but the lamp caught fire after a year."),
        ("d", "duplicate", "I will sue you"),
        ("e", "empty", None),
        ("f", "ok", "It burnt my hand and I will sue you, I live at 3 Elm Street."),
        ("g", "ok", "The lamp caught fire."),
    ]
    return pa.table({
        "id": [i for i, _, _ in texts],
        "needs_status": [s for _, s, _ in texts],
        "text": [t for _, _, t in texts],
        "time": pa.array([86_400_000_000 * k for k in range(7)], pa.timestamp("us")),
        "channel": ["chat"] * 7,
        "needs": [[]] * 7,
        "p_wismo": [0.1] * 7,
    })  # fmt: skip


class TestReadToday:
    """The list that stands at the top of the page."""

    def test_gravest_first_then_latest(self, table):
        """One row per conversation, all its reasons named; reviews left out by stars looked at."""
        found = read_today(table)
        assert [(r["id"], r["reasons"]) for r in found.rows] == [
            ("f", "injury;legal"), ("g", "safety"), ("c", "safety"), ("b", "chargeback"),
        ]  # fmt: skip
        assert found.looked_at == 5
        assert found.counts == {"injury": 1, "safety": 2, "chargeback": 1}

    def test_quotes_are_masked(self, table):
        """No address and no number leaves by way of a quote, unless asked for."""
        told = json.dumps(read_today(table).to_dict())
        assert "jo.doe" not in told
        assert "900123" not in told
        assert "<email>" in told
        assert "jo.doe" in json.dumps(read_today(table, masked=False).to_dict())

    def test_quotes_hold_the_words(self, table):
        """What was found stands in its quote, which is cut at whole words."""
        long = table.set_column(
            2, "text", pa.array([f"{'so ' * 300}it caught fire{' then' * 300}"] * 7)
        )
        for row in read_today(long).rows:
            assert row["words"] in row["quote"]
            assert row["quote"].startswith("… so ")
            assert row["quote"].endswith(" then …")
            assert len(row["quote"]) < 400

    def test_the_row_leads_to_the_table(self, table):
        """``row`` is the place in the tagged table."""
        for row in read_today(table).rows:
            assert table["id"][row["row"]].as_py() == row["id"]

    def test_result_objects_ways(self, table):
        """A table of the caller's kind, text and a snippet."""
        found = read_today(table.to_pandas())
        assert list(found.table["id"]) == ["f", "g", "c", "b"]
        assert "Read today: 4 of 5" in repr(found)
        assert "caught fire" in found._repr_html_()

    def test_nothing_is_said_too(self, table):
        """An empty list is a result."""
        assert repr(read_today(table.slice(0, 1))).startswith("Nothing to read today in 1 conv")
        assert read_today(table.drop_columns(["text"])).rows == ()
        assert read_today(table.slice(0, 0)).rows == ()

    def test_a_column_that_is_not_there(self, table):
        """Is named."""
        with pytest.raises(InputError, match="Remarks"):
            read_today(table, text="Remarks")


class TestMany:
    """A list that nobody could read through is cut; its counts are not."""

    def table(self, n: int) -> pa.Table:
        return pa.table({
            "id": [f"c{i}" for i in range(n)],
            "text": ["The lamp caught fire." if i % 2 else "I will see you in court, my lawyer is going to sue you." for i in range(n)],
            "time": [datetime(2026, 5, 1) + timedelta(hours=i) for i in range(n)],
            "needs": [[]] * n,
            "p_quality": [0.1] * n,
            "needs_status": ["ok"] * n,
        })  # fmt: skip

    def test_the_latest_are_listed_and_all_are_counted(self):
        """Per reason the latest stay, whatever came first in the table."""
        found, every = (read_today(self.table(20), most=most) for most in (3, None))
        assert len(every.rows) == 20
        assert found.counts == every.counts
        for reason in found.counts:
            ids = [[r["id"] for r in f.rows if r["reason"] == reason] for f in (found, every)]
            assert ids[0] == ids[1][:3]
        assert "20 of 20" in found.headline()

    def test_cut_while_it_grows(self, tmp_path):
        """Of a table in pieces the same are listed as of one in memory."""
        table = self.table(90)
        for i in range(9):
            pq.write_table(table.slice(10 * i, 10), tmp_path / f"{i}.parquet")
        for most in (1, None):
            assert read_today(tmp_path, most=most).rows == read_today(table, most=most).rows

    def test_fewer_than_one(self):
        """No list of nothing."""
        with pytest.raises(InputError, match="most"):
            read_today(self.table(2), most=0)
