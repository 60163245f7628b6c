"""Two months: what changed, and what is noise."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from convcat.exceptions import InputError
from convcat.insight.comparison import changes, compare

NEEDS = ("wismo", "sizing", "other")
SHARES = (0.25, 0.10, 0.03)


def month(shares=SHARES, n=1500, seed=0, **columns):
    """Return a month and its truth, read with scores that were calibrated at SHARES."""
    rng = np.random.default_rng(seed)
    truth = rng.random((n, 3)) < shares
    base = np.log(np.array(SHARES) / (1 - np.array(SHARES)))
    p = expit(base + 2.5 * (rng.normal(size=(n, 3)) + 2.5 * truth) - 2.5**2 / 2)
    table = pa.table(
        {
            "id": [f"c{i}" for i in range(n)],
            **columns,
            "needs": [[NEEDS[j] for j in np.flatnonzero(row > 0.5)] for row in p],
            **{f"p_{need}": p[:, j] for j, need in enumerate(NEEDS)},
            "p_none": np.prod(1 - p, axis=1),
            "needs_status": ["ok"] * n,
        }
    )
    return table, truth


def audit(truth, n):
    answers = [";".join(NEEDS[j] for j in np.flatnonzero(row)) or "none" for row in truth[:n]]
    return pa.table({"id": [f"c{i}" for i in range(n)], "audit_needs": answers})


class TestCompare:
    """Month against month."""

    def test_rows(self):
        """The promised columns; before + change = after."""
        found = compare(month()[0], month(seed=1)[0])
        assert [row["need"] for row in found.rows] == [*NEEDS, "none"]
        for row in found.rows:
            assert set(row) == {
                "need", "before", "after", "change", "low", "high", "n_before", "n_after", "verdict",
            }  # fmt: skip
            assert row["after"] == pytest.approx(row["before"] + row["change"])
            assert row["low"] <= row["change"] <= row["high"]

    def test_noise_is_called_noise(self):
        """Forty pairs of months with the same rates: in hardly any is one need said to move."""
        moved = [
            any(
                row["verdict"] != "noise"
                for row in compare(month(seed=s)[0], month(seed=s + 500)[0]).rows
            )
            for s in range(40)
        ]
        assert sum(moved) <= 5

    def test_a_real_change_is_found_and_covered(self):
        """wismo from 25 % to 35 %: up, and the interval holds ten points in most pairs."""
        inside, up = [], []
        for s in range(25):
            found = compare(month(seed=s)[0], month((0.35, 0.10, 0.03), seed=s + 100)[0])
            row = found.rows[0]
            inside.append(row["low"] <= 0.10 <= row["high"])
            up.append(row["verdict"] == "up")
        assert np.mean(up) >= 0.85
        assert np.mean(inside) >= 0.9

    def test_shared_errors_are_not_counted_twice(self):
        """The change is known far better than either month's level."""
        from convcat.insight.distribution import distribution

        before, after = month()[0], month(seed=1)[0]
        change = compare(before, after).rows[0]
        level = distribution(after).rows[0]
        assert change["high"] - change["low"] < 0.6 * (level["high"] - level["low"])

    def test_audits_in_both_months_are_weighed_in(self):
        """A change of wording that scores miss is found by the readers."""
        before, truth = month(n=1000)
        after, _ = month(n=1000, seed=1)
        moved = np.random.default_rng(3).random((1000, 3)) < (0.6, 0.1, 0.03)
        blind = compare(before, after).rows[0]
        found = compare(
            before, after, audit_before=audit(truth, 300), audit_after=audit(moved, 300)
        ).rows[0]
        assert blind["verdict"] == "noise"
        assert found["verdict"] == "up"
        assert found["change"] > 0.25

    def test_kinds_are_kept_apart(self):
        """Reviews against reviews, support against support."""
        kind = ["review"] * 500 + ["support"] * 1000
        found = compare(month(kind=kind)[0], month(seed=1, kind=kind)[0])
        assert {(row["kind"], row["n_after"]) for row in found.rows} == {
            ("review", 500),
            ("support", 1000),
        }

    def test_other_needs_are_refused_and_empty_months_give_no_rows(self):
        """Two models cannot be compared; an empty month cannot either, without an error."""
        table, _ = month(n=20)
        with pytest.raises(InputError, match="different needs"):
            compare(table, table.drop_columns(["p_other"]))
        assert compare(table.slice(0, 0), table).rows == ()


class TestChanges:
    """The last month of a table against the one before."""

    def test_last_two_months(self):
        """Three months in a table: the last two are compared."""
        time = [datetime(2024, 1 + i % 3, 15) for i in range(1500)]
        found = changes(month(time=time)[0])
        assert {(row["n_before"], row["n_after"]) for row in found.rows} == {(500, 500)}

    def test_a_month_that_has_hardly_begun_waits(self):
        """Three days of March say little: February is compared with January, if they are there."""
        time = [datetime(2024, 1 + (i % 10 > 5) + (i % 10 > 8), 1 + i % 3) for i in range(1500)]
        found = changes(month(time=time)[0])
        assert {(row["n_before"], row["n_after"]) for row in found.rows} == {(900, 450)}
        two = [datetime(2024, 2 + (i % 10 > 8), 1 + i % 3) for i in range(1500)]
        found = changes(month(time=two)[0])
        assert {(row["n_before"], row["n_after"]) for row in found.rows} == {(1350, 150)}

    def test_previous_comes_first_and_nothing_is_none(self):
        """previous= is used where given; one month alone has nothing to be compared with."""
        table, _ = month(n=50)
        assert changes(table) is None
        assert changes(table, previous=table).rows[0]["change"] == 0
        assert changes(month(n=50, time=[datetime(2024, 1, 5)] * 50)[0]) is None
