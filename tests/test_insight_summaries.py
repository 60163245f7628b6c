"""Summaries add up, whatever the parts and their order."""

from __future__ import annotations

import itertools
import json
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.exceptions import InputError
from convcat.insight.signals import BINS, bin_of
from convcat.insight.slice_columns import REST, slice_values
from convcat.insight.summaries import Summary, bin_centres, merge
from convcat.tagged import Tagged

NEEDS = ("wismo", "sizing", "other")


def months(n: int = 60, seed: int = 0, **columns: list) -> pa.Table:
    rng = np.random.default_rng(seed)
    p = rng.beta(0.4, 1.5, (n, len(NEEDS)))
    status = rng.choice(["ok", "ok", "ok", "empty", "filtered"], n)
    table = {
        "channel": rng.choice(["chat", "mail", None], n).tolist(),
        "needs": [[need for need, x in zip(NEEDS, row, strict=True) if x > 0.5] for row in p],
    }
    for j, need in enumerate(NEEDS):
        table[f"p_{need}"] = [
            x if s == "ok" else None for x, s in zip(p[:, j], status, strict=True)
        ]
    table["p_none"] = [x if s == "ok" else None for x, s in zip(p[:, 0], status, strict=True)]
    return pa.table({**table, "needs_status": status.tolist(), **columns})


def same(a: Summary, b: Summary) -> bool:
    return a.to_dict() == b.to_dict()


class TestAdding:
    """``+`` gives to the digit what one pass over all rows gives."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(0, 60), max_size=4), st.integers(0, 5))
    def test_parts_add_up_to_the_whole_in_any_order(self, cuts, seed):
        """Split anywhere, merged in reverse: the same integers."""
        table = months(seed=seed)
        edges = [0, *sorted(cuts), table.num_rows]
        parts = [
            Summary.of(table.slice(a, b - a), by=["channel"]) for a, b in itertools.pairwise(edges)
        ]
        assert same(merge(parts[::-1]), Summary.of(table, by=["channel"]))

    def test_cells_add_up_to_the_uncut_summary(self):
        """Pooling over a column gives what was never sliced."""
        table = months()
        assert same(Summary.of(table, by=["channel"]).over(), Summary.of(table))

    def test_summaries_of_other_needs_are_refused(self):
        """Two taxonomies are never added."""
        table = months()
        with pytest.raises(InputError, match="cannot be added"):
            Summary.of(table) + Summary.of(table, by=["channel"])
        with pytest.raises(InputError, match="no summary"):
            merge([])


class TestCounting:
    """What is counted, and what stands outside."""

    def test_counts_are_those_of_the_rows(self):
        """n, tags, sums and co-occurrence equal a plain count of the rows."""
        table = months(200)
        tagged, summary = Tagged.of(table), Summary.of(table)
        assert summary.n.tolist() == [tagged.ok.sum()]
        assert summary.unread.tolist() == [(tagged.status == "empty").sum()]
        assert summary.tagged[0, :3].tolist() == tagged.tags.sum(axis=0).tolist()
        assert summary.tagged[0, 3] == (tagged.ok & ~tagged.tags.any(axis=1)).sum()
        np.testing.assert_allclose(summary.sum_p[0, :3], np.nansum(tagged.p, axis=0), rtol=1e-8)
        np.testing.assert_allclose(summary.sum_pp[0, :3], np.nansum(tagged.p**2, axis=0), rtol=1e-7)
        both = (tagged.tags[:, 0] & tagged.tags[:, 1]).sum()
        assert summary.together[0, 0, 1] == summary.together[0, 1, 0] == both
        assert summary.histogram.sum(axis=2).tolist() == summary.scored.tolist()

    def test_a_missing_column_of_scores_is_counted_as_not_scored(self):
        """No p_failed column: nothing scored, nothing tagged."""
        summary = Summary.of(months())
        assert summary.scored[0, -1] == summary.tagged[0, -1] == 0

    def test_empty_table_has_one_cell_of_nothing(self):
        """No rows is no error."""
        empty = Summary.of(months().slice(0, 0))
        assert empty.n.tolist() == [0]
        assert Summary.of(months().slice(0, 0), by=["channel"]).over().n.tolist() == [0]

    def test_bins_hold_their_centres(self):
        """Every bin's centre falls in that bin."""
        assert bin_of(bin_centres()).tolist() == list(range(BINS))

    def test_survives_json(self):
        """A summary on disk is the same summary."""
        summary = Summary.of(months(), by=["channel"])
        assert same(Summary.from_dict(json.loads(json.dumps(summary.to_dict()))), summary)
        with pytest.raises(InputError, match="not a summary"):
            Summary.from_dict({"needs": ["a"]})


class TestSlices:
    """Columns as values to slice by."""

    def test_small_values_fold_and_are_counted(self):
        """Beyond the cap the rarest values become (rest), said in ``folded``."""
        table = months(6, product=["a", "a", "b", "b", "c", "d"])
        table = table.set_column(
            table.column_names.index("needs_status"), "needs_status", [["ok"] * 6]
        )
        summary = Summary.of(table, by=["product"], max_values=2)
        assert summary.cells == ((REST,), ("a",), ("b",))
        assert summary.n.tolist() == [2, 2, 2]
        assert summary.folded == {"product": 2}

    def test_months_come_from_time_and_numbers_lose_their_point(self):
        """2.0 is 2; blank text is null; a date is its month."""
        times = [datetime(2024, 3, 1), datetime(2024, 4, 2), None]
        tagged = Tagged.of(months(3, time=times, rating=[2.0, 2.5, None], city=[" Rome", "", None]))
        assert slice_values(tagged, "month").to_pylist() == ["2024-03", "2024-04", None]
        assert slice_values(tagged, "rating").to_pylist() == ["2", "2.5", None]
        assert slice_values(tagged, "city").to_pylist() == ["Rome", None, None]

    def test_wrong_columns_are_refused_in_a_sentence(self):
        """The nearest name is offered; lists cannot be sliced by."""
        with pytest.raises(InputError, match="Did you mean 'channel'"):
            Summary.of(months(), by=["chanel"])
        with pytest.raises(InputError, match="cannot be sliced"):
            Summary.of(months(), by=["needs"])
        with pytest.raises(InputError, match="not sliced by"):
            Summary.of(months()).over("channel")
        with pytest.raises(InputError, match="no dates"):
            Summary.of(months(3, time=["a", "b", "c"]), by=["month"])


class TestMonths:
    @pytest.mark.parametrize("zone", [None, "UTC", "America/New_York", "Pacific/Apia"])
    def test_a_month_is_that_of_the_place(self, zone):
        """As every moment by itself would tell it."""
        moments = [datetime(2026, 1, 31, 23), None, datetime(2026, 2, 1, 2), datetime(1969, 12, 31)]
        times = pa.array(moments, pa.timestamp("us")).cast(pa.timestamp("us", zone))
        table = pa.table({
            "time": times, "needs": [[]] * 4, "p_x": [0.1] * 4, "needs_status": ["ok"] * 4,
        })  # fmt: skip
        found = slice_values(Tagged.of(table), "month").to_pylist()
        assert found == pc.strftime(times, format="%Y-%m").to_pylist()
