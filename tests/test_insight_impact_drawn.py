"""Of a table too large for one memory customers are drawn: the same ones whatever the pieces."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convcat.insight.digest import Digest
from convcat.insight.impact import impact
from convcat.insight.impact_table import slim
from convcat.tagged_parts import TaggedParts

ROWS = 6_000


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Conversations of customers who come back, in order of time; late ones score low."""
    draw = np.random.default_rng(4)
    late = draw.random(ROWS) < 0.2
    return pa.table({
        "id": [str(i) for i in range(ROWS)],
        "order": [f"o{i}" for i in range(ROWS)],
        "customer": [f"c{k}" for k in draw.integers(0, 2_000, ROWS)],
        "time": [datetime(2026, 1, 1) + timedelta(minutes=10 * i) for i in range(ROWS)],
        "csat": np.where(late, draw.integers(1, 4, ROWS), draw.integers(3, 6, ROWS)).astype(float),
        "needs": [["delay"] if x else [] for x in late],
        "p_delay": np.where(late, 0.9, 0.1),
        "needs_status": ["ok"] * ROWS,
    })  # fmt: skip


@pytest.fixture(scope="module")
def cut(table, tmp_path_factory):
    """Give the table in pieces of some size."""

    def pieces(size: int, whole: pa.Table = table) -> Digest:
        folder = tmp_path_factory.mktemp("pieces")
        files = []
        for begin in range(0, ROWS, size):
            files.append(folder / f"{begin:06d}.parquet")
            pq.write_table(whole.slice(begin, size), files[-1])
        return Digest.of(TaggedParts.of(files, {"needs": ["delay"]}))

    return pieces


class TestDrawn:
    def test_all_of_a_small_table(self, table, cut):
        """Below the bound nothing is left out, and nothing differs from the table in memory."""
        assert impact(cut(700)).to_dict() == impact(table).to_dict()

    def test_the_same_ones_whatever_the_pieces(self, cut):
        """About as many as asked, and the same."""
        one, other = (slim(cut(size), most=1_500) for size in (700, 1_900))
        assert one.table.equals(other.table.combine_chunks()) or (
            one.table.to_pylist() == other.table.to_pylist()
        )
        assert 1_200 < len(one) < 1_800

    def test_whole_customers(self, table, cut):
        """Whoever is drawn is there with every conversation: coming back can be seen."""
        some = slim(cut(700), most=1_500)
        drawn = some.column("customer")
        every = table["customer"].to_pylist()
        assert all(drawn.count(name) == every.count(name) for name in set(drawn[:50]))

    def test_customers_who_are_once_in_each_piece(self, table, cut):
        """Whole customers are drawn though no piece holds anybody twice."""
        names = pa.array([f"c{i % 2_000}" for i in range(ROWS)])
        at = table.column_names.index("customer")
        digest = cut(1_000, table.set_column(at, "customer", names))
        drawn = slim(digest, most=1_500).column("customer")
        assert len(drawn) == 3 * len(set(drawn)) > 1_200

    def test_it_is_said(self, table, cut, monkeypatch):
        """How many were looked at stands beside the findings, which stay what they are."""
        monkeypatch.setattr("convcat.insight.impact.slim", lambda t, c: slim(t, c, 3_000))
        found, whole = impact(cut(700)), impact(table)
        assert "of 6,000" in found.left_out["conversations"]
        of = {(r["need"], r["outcome"]): r for r in whole.rows}
        for row in found.rows:
            assert row["difference"] == pytest.approx(
                of[row["need"], row["outcome"]]["difference"], abs=0.15
            )
