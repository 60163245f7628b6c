"""Failures: what is planted is found, what is quiet stays quiet, and everything is accounted for."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.special import expit

from convcat.exceptions import InputError
from convcat.insight.failures import failures

SHARES = np.array([0.25, 0.15, 0.1, 0.06, 0.03])
NEEDS = ["wismo", "sizing", "quality", "price", "other"]
CHANNELS = np.array(["chat", "mail", "phone", "social"])


def month(seed=0, n=4000, fail=None, misread=None, separation=3.0, **columns):
    """A simulated tagged table; ``fail(columns, truth chances)`` plants, ``misread`` reads badly."""
    rng = np.random.default_rng(seed)
    held = {
        "channel": CHANNELS[rng.integers(4, size=n)],
        "product": np.array([f"item {k:02d}" for k in range(12)])[rng.integers(12, size=n)],
    }
    held |= {name: make(rng, n, held) for name, make in columns.items()}
    chance = np.tile(SHARES, (n, 1))
    if fail:
        fail(held, chance)
    truth = rng.random(chance.shape) < chance
    x = rng.normal(size=truth.shape) + separation * truth
    if misread:
        x += misread(held, truth)
    p = expit(separation * x - separation**2 / 2 + np.log(SHARES / (1 - SHARES)))
    return pa.table({
        "id": [f"c{i}" for i in range(n)],
        **{name: list(values) for name, values in held.items()},
        "needs": [[NEEDS[j] for j in np.flatnonzero(row > 0.5)] for row in p],
        **{f"p_{need}": p[:, j] for j, need in enumerate(NEEDS)},
        "needs_status": ["ok"] * n,
    }), truth  # fmt: skip


def plant(column, value, need, factor):
    def fail(held, chance):
        chance[held[column] == value, NEEDS.index(need)] *= factor

    return fail


def found(result):
    return [(row["need"], row["slice"], row["value"]) for row in result.rows]


class TestWhatIsFound:
    def test_finds_a_product_whose_need_tripled(self):
        """A planted failure is the first finding, with the truth inside its interval."""
        table, _ = month(fail=plant("product", "item 03", "quality", 3.0))
        row = failures(table).rows[0]
        assert (row["need"], row["slice"], row["value"]) == ("quality", "product", "item 03")
        assert row["low"] <= 0.2 <= row["high"]
        assert row["share"] == pytest.approx(0.3, abs=0.07)
        assert row["elsewhere"] == pytest.approx(0.1, abs=0.02)
        assert row["lift"] == pytest.approx(row["share"] / row["elsewhere"])
        assert row["excess"] == pytest.approx(row["n"] * (row["share"] - row["elsewhere"]))
        assert row["sure"].startswith(("sure", "likely"))

    @pytest.mark.parametrize("seed", [0, 1, 3])
    def test_a_gross_failure_is_found_in_a_small_table_of_few_needs(self, tagged_table, seed):
        """Six in ten against one in twenty is no matter of reading, though three needs say so."""
        channels = ("chat", "mail", "phone")
        small = tagged_table(600, seed=seed, kind="support", channel=lambda i: channels[i // 3 % 3])
        assert found(failures(small)) == [("delay", "carrier", "Snail")]

    def test_finds_a_pair_and_folds_its_single_slices(self):
        """What fails for one product in one channel is told as that pair, once."""

        def fail(held, chance):
            both = (held["product"] == "item 03") & (held["channel"] == "chat")
            chance[both, 1] = 0.75

        table, _ = month(n=8000, fail=fail)
        assert found(failures(table)) == [("sizing", "channel × product", "chat × item 03")]

    def test_folds_a_category_into_its_product(self):
        """A category that is high only because of one product does not stand beside it."""
        table, _ = month(
            n=6000,
            fail=plant("product", "item 03", "quality", 4.0),
            category=lambda rng, n, held: np.where(
                np.isin(held["product"], ["item 03", "item 04"]), "dress", "shirt"
            ),
        )
        result = failures(table)
        assert found(result) == [("quality", "product", "item 03")]
        told = [r for r in result.looked_at.to_pylist() if r["value"] == "dress"]
        assert any(r["sure"] == "folded: explained by product = item 03" for r in told)

    def test_a_category_that_fails_as_a_whole_is_told_as_a_whole(self):
        """Products of a failing category fold into it, not the other way round."""

        def category(rng, n, held):
            return np.where(held["product"] < "item 04", "dress", "shirt")

        table, _ = month(n=6000, fail=plant("category", "dress", "quality", 2.5), category=category)
        assert found(failures(table, pairs=False)) == [("quality", "category", "dress")]

    def test_what_is_only_asked_is_no_failure(self):
        """A slice that asks more often, without failing, is not found; one that fails is."""
        table, _ = month(fail=plant("product", "item 03", "quality", 3.0))
        calm = table.append_column("p_failed", pa.array(np.full(len(table), 0.02)))
        asked = np.asarray(table["product"].to_pylist()) == "item 03"
        calm_there = table.append_column("p_failed", pa.array(np.where(asked, 0.02, 0.6)))
        assert found(failures(table))
        assert not found(failures(calm_there))
        assert failures(calm).failed_only

    def test_reviews_and_support_are_never_pooled(self):
        """A need that reviews speak of more is no failure of the channel that reviews come by."""

        def fail(held, chance):
            chance[held["kind"] == "review", 2] = 0.5

        table, _ = month(
            fail=fail,
            kind=lambda rng, n, held: np.where(held["channel"] == "chat", "review", "support"),
        )
        result = failures(table)
        assert result.rows == ()
        assert set(result.looked_at["kind"].to_pylist()) <= {"review", "support"}

    def test_months_are_made_from_time(self):
        """A month that got worse is found without a column of months."""
        table, _ = month(
            n=6000,
            fail=plant("when", 2, "wismo", 1.9),
            when=lambda rng, n, held: rng.integers(3, size=n),
        )
        times = [pd.Timestamp(2026, 1 + w, 5) for w in table["when"].to_pylist()]
        table = table.append_column("time", pa.array(times, pa.timestamp("us"))).drop(["when"])
        assert found(failures(table)) == [("wismo", "month", "2026-03")]


class TestQuiet:
    def test_quiet_months_stay_quiet(self):
        """Twenty months without any failure give at most one with a finding."""
        assert sum(bool(failures(month(seed)[0]).rows) for seed in range(20)) <= 1

    def test_a_channel_that_is_read_worse_is_no_finding(self):
        """Recall .70 for .88 and false alarms .05 for .015 in one channel fail nobody."""

        def misread(held, truth):
            chat = (held["channel"] == "chat")[:, None]
            return np.where(chat, np.where(truth, -0.65, 0.525), 0.0)

        alarms = [bool(failures(month(seed, misread=misread)[0]).rows) for seed in range(20)]
        assert sum(alarms) <= 1

    def test_what_reading_may_explain_is_offered_to_be_read(self):
        """A channel that is read worse is no finding, yet its needs are named for an audit."""

        def misread(held, truth):
            chat = (held["channel"] == "chat")[:, None]
            return np.where(chat, np.where(truth, 0.0, 0.525), 0.0)

        result = failures(month(n=8000, misread=misread)[0])
        assert not result.rows
        assert {row["value"] for row in result.to_read} == {"chat"}
        assert result.to_dict()["to_read"][0]["slice"] == "channel"

    def test_a_channel_read_worse_does_not_hide_a_product(self):
        """The widening of one column leaves the power of another."""

        def misread(held, truth):
            chat = (held["channel"] == "chat")[:, None]
            return np.where(chat, np.where(truth, -0.65, 0.525), 0.0)

        table, _ = month(misread=misread, fail=plant("product", "item 03", "quality", 4.0))
        assert found(failures(table)) == [("quality", "product", "item 03")]


class TestAudit:
    def test_checks_bear_out_what_reading_could_explain(self):
        """A modest failure of a whole channel passes once conversations of it were read by hand."""
        table, truth = month(n=12_000, fail=plant("channel", "chat", "wismo", 1.4))
        rows = np.random.default_rng(1).permutation(12_000)[:1500]
        audit = pa.table({
            "id": [f"c{i}" for i in rows],
            "audit_needs": [
                ";".join(NEEDS[j] for j in np.flatnonzero(truth[i])) or "none" for i in rows
            ],
        })  # fmt: skip
        chat = {"need": "wismo", "slice": "channel", "value": "chat"}

        def p_value(result):
            rows = result.looked_at.to_pylist()
            return next(r["p_value"] for r in rows if chat.items() <= r.items())

        with_checks = failures(table, audit=audit)
        assert p_value(with_checks) < p_value(failures(table)) / 3
        assert ("wismo", "channel", "chat") in found(with_checks)
        assert "read by hand" in with_checks.rows[0]["sure"]

    def test_checks_refute_a_misread_need(self):
        """A need that the model sees too often in one channel is set right by its checks."""

        def misread(held, truth):
            off = np.zeros(truth.shape)
            off[held["channel"] == "chat", 2] = 1.2
            return np.where(truth, 0, off)

        table, truth = month(n=8000, misread=misread)
        rows = np.random.default_rng(1).permutation(8000)[:1200]
        audit = pa.table({
            "id": [f"c{i}" for i in rows],
            "audit_needs": [
                ";".join(NEEDS[j] for j in np.flatnonzero(truth[i])) or "none" for i in rows
            ],
        })  # fmt: skip
        assert not found(failures(table, audit=audit))

    def test_an_audit_of_other_conversations_is_refused(self):
        """Checks that belong to another table say so."""
        audit = pa.table({"id": ["zz"], "audit_needs": ["none"]})
        with pytest.raises(InputError, match="audited conversations"):
            failures(month(n=200)[0], audit=audit)


class TestColumns:
    def test_what_cannot_be_sliced_by_is_left_out_and_said(self):
        """Ids, free text, ratings and near-unique columns are left out, each with its reason."""
        table, _ = month(
            n=300,
            rating=lambda rng, n, held: rng.integers(1, 6, size=n).astype(float),
            note=lambda rng, n, held: np.array([f"note {i}" for i in range(n)]),
            plan=lambda rng, n, held: np.array(["basic", "plus"])[rng.integers(2, size=n)],
            lonely=lambda rng, n, held: np.full(n, "same"),
            amount=lambda rng, n, held: rng.integers(0, 5, size=n),
        )
        result = failures(table, min_size=10)
        assert result.by == ("channel", "product", "plan")
        assert set(result.left_out) == {"id", "rating", "note", "lonely", "amount"}

    def test_columns_that_are_asked_for_are_taken(self):
        """by= takes a name or names, also of numbers."""
        table, _ = month(n=300, stars=lambda rng, n, held: rng.integers(1, 4, size=n))
        assert failures(table, by="stars").by == ("stars",)
        with pytest.raises(InputError, match="Did you mean 'channel'"):
            failures(table, by=["chanel"])

    def test_a_pair_that_is_the_same_slice_twice_is_no_finding(self):
        """Two columns that say the same thing give one finding."""
        table, _ = month(
            fail=plant("product", "item 03", "quality", 3.5),
            sku=lambda rng, n, held: np.char.add("sku ", held["product"]),
        )
        assert found(failures(table)) == [("quality", "product", "item 03")]

    @pytest.mark.parametrize(
        "wrong", [{"level": 1.0}, {"level": 0.1}, {"min_size": 1}, {"control": "holm"}]
    )
    def test_options_out_of_range_are_refused(self, wrong):
        """One sentence for each."""
        with pytest.raises(InputError, match=next(iter(wrong))):
            failures(month(n=100)[0], **wrong)


class TestResult:
    @pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
    def test_tables_are_of_the_callers_kind(self, kind):
        """A table comes back as it went in, with the same columns when nothing is found."""
        table, _ = month(n=500)
        frame = {"pandas": table.to_pandas, "polars": lambda: pl.from_arrow(table)}.get(
            kind, lambda: table
        )()
        result = failures(frame)
        assert type(result.table) is type(frame)
        names = list(getattr(result.table, "column_names", None) or result.table.columns)
        assert names[:5] == ["need", "slice", "value", "channel", "product"]
        assert names[-1] == "sure"

    def test_everything_looked_at_is_told(self):
        """looked_at holds findings and non-findings, each with words, and matches the count."""
        table, _ = month(fail=plant("product", "item 03", "quality", 3.0))
        result = failures(table)
        looked = result.looked_at.to_pylist()
        assert len(looked) == result.to_dict()["looked_at"]
        assert {row["sure"].split(":")[0] for row in looked} >= {"not shown"}
        assert all(
            0 <= row["p_value"] <= row["q_value"] <= 1 or row["q_value"] <= 1 for row in looked
        )
        assert all(row["n"] >= result.min_size for row in looked)

    def test_every_figure_leads_to_its_conversations(self):
        """members() gives as many rows as n and tagged say."""
        table, _ = month(fail=plant("product", "item 03", "quality", 3.0))
        result = failures(table)
        row = result.rows[0]
        inside = result.members(table, row)
        tags = [row["need"] in needs for needs in table["needs"].to_pylist()]
        assert inside.sum() == row["n"]
        assert (inside & tags).sum() == row["tagged"]

    def test_shows_itself(self):
        """Text, HTML and JSON, escaped."""
        table, _ = month(
            fail=plant("plan", "<b>plus</b>", "quality", 3.0),
            plan=lambda rng, n, held: np.array(["basic", "<b>plus</b>"])[rng.integers(2, size=n)],
        )
        result = failures(table)
        assert "quality" in repr(result)
        assert "<b>plus" not in result._repr_html_()
        assert json.loads(json.dumps(result.to_dict()))["rows"]

    def test_is_deterministic(self):
        """The same input gives the same rows, in whatever order they come."""
        table, _ = month(fail=plant("product", "item 03", "quality", 3.0))
        shuffled = table.take(np.random.default_rng(1).permutation(len(table)))
        a, b = failures(table).rows, failures(shuffled).rows
        assert [r["value"] for r in a] == [r["value"] for r in b]
        assert a[0]["p_value"] == pytest.approx(b[0]["p_value"], rel=1e-6)
        assert failures(table).to_dict() == failures(table).to_dict()

    @pytest.mark.parametrize("n", [0, 1, 40])
    def test_small_tables_give_an_empty_answer(self, n):
        """Empty and one-row tables are no error."""
        result = failures(month(n=4000)[0].slice(0, n))
        assert result.rows == ()
        assert "No finding" in repr(result)

    def test_rows_that_were_not_read_stand_outside(self):
        """Unread rows are in no n."""
        table, _ = month(n=600)
        status = pa.array(["ok"] * 300 + ["empty"] * 300)
        at = table.column_names.index("needs_status")
        result = failures(table.set_column(at, "needs_status", status))
        singles = [r for r in result.looked_at.to_pylist() if r["slice"] == "channel"]
        assert sum(r["n"] for r in singles if r["need"] == "wismo") == 300
