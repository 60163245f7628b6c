"""Trend: shares by month and week, with what is only partly covered marked."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from convcat.exceptions import InputError
from convcat.insight.trend import trend


def table(times, p, kind=None):
    p = np.asarray(p, dtype=float)
    return pa.table({
        "time": pa.array(times, pa.timestamp("us")),
        "needs": [["wismo"] if x > 0.5 else [] for x in p],
        "p_wismo": p,
        "needs_status": ["ok"] * len(p),
        **({"kind": kind} if kind else {}),
    })  # fmt: skip


def days(start, count):
    return [start + timedelta(days=k) for k in range(count)]


class TestTrend:
    def test_a_rise_is_seen(self):
        """A month whose rate doubled lies above, outside the other's interval."""
        rng = np.random.default_rng(0)
        times = days(datetime(2026, 1, 1), 59) * 40
        chance = [0.4 if t.month == 2 else 0.2 for t in times]
        rows = trend(table(times, np.where(rng.random(len(times)) < chance, 0.95, 0.05))).rows
        assert [row["period"] for row in rows] == ["2026-01", "2026-02"]
        assert rows[1]["low"] > rows[0]["high"]
        assert rows[1]["share"] - rows[0]["share"] == pytest.approx(0.2, abs=0.06)
        assert not rows[0]["partial"]

    def test_partly_covered_periods_are_marked(self):
        """A month that begins or ends inside the data is marked; the whole one between is not."""
        times = days(datetime(2026, 1, 20), 60)
        rows = trend(table(times, np.full(60, 0.3))).rows
        assert [row["partial"] for row in rows] == [True, False, True]

    def test_gaps_have_rows(self):
        """A month without conversations is a row with no share."""
        rows = trend(table([datetime(2026, 1, 31), datetime(2026, 3, 1)], [0.2, 0.9])).rows
        assert [(row["period"], row["n"], row["share"] is None) for row in rows] == [
            ("2026-01", 1, False), ("2026-02", 0, True), ("2026-03", 1, False),
        ]  # fmt: skip

    def test_weeks_begin_on_monday(self):
        """A Sunday and the next Monday are two weeks."""
        rows = trend(
            table([datetime(2026, 3, 1), datetime(2026, 3, 2)], [0.2, 0.9]), by="week"
        ).rows
        assert [row["period"] for row in rows] == ["2026-02-23", "2026-03-02"]

    def test_kinds_stand_apart_and_undated_rows_are_counted(self):
        """Reviews and support have rows of their own; no row is lost silently."""
        times = [datetime(2026, 1, 1), datetime(2026, 1, 31), None]
        result = trend(table(times, [0.9, 0.1, 0.5], kind=["review", "support", "support"]))
        assert [(row["kind"], row["n"]) for row in result.rows] == [("review", 1), ("support", 1)]
        assert result.undated == 1
        assert "1 without a date" in repr(result)

    def test_agrees_with_the_distribution(self):
        """The periods' shares, weighed by n, are the distribution's."""
        from convcat.insight.distribution import distribution

        rng = np.random.default_rng(0)
        given = table(days(datetime(2026, 1, 1), 59), rng.random(59))
        rows = trend(given).rows
        mean = sum(r["share"] * r["n"] for r in rows) / sum(r["n"] for r in rows)
        assert mean == pytest.approx(distribution(given).rows[0]["share"])

    def test_intervals_cover(self):
        """Nine in ten or more of the 95 % intervals hold the rate behind the month."""
        rng = np.random.default_rng(2)
        times = days(datetime(2026, 1, 1), 365)
        held = []
        for _ in range(12):
            p = np.where(rng.random(365) < 0.3, rng.beta(8, 2, 365), rng.beta(1, 12, 365))
            held += [row["low"] <= p.mean() <= row["high"] for row in trend(table(times, p)).rows]
        assert np.mean(held) >= 0.9

    def test_without_dates_it_says_so(self):
        """One sentence for a missing and for a wrong column, and for a wrong option."""
        plain = table([datetime(2026, 1, 1)], [0.5])
        with pytest.raises(InputError, match="no column 'time'"):
            trend(plain.drop(["time"]))
        with pytest.raises(InputError, match="no dates"):
            trend(plain.set_column(0, "time", pa.array(["x"])))
        with pytest.raises(InputError, match="'month' or 'week'"):
            trend(plain, by="day")
        assert trend(plain.slice(0, 0)).rows == ()
