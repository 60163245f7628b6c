"""What needs go along with: recomputed by hand, sound when groups are small, worded as association."""

from __future__ import annotations

import datetime as dt
import json
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.exceptions import InputError
from convcat.insight.failures import failures
from convcat.insight.impact import impact, impact_of, sums_of
from convcat.insight.impact_differences import of_mean, of_means, of_shares
from convcat.insight.impact_outcomes import amount, repeat_of, scores_of
from convcat.insight.impact_sums import Moments, Sums
from convcat.tagged import Tagged

DRAW = random.Random(7)
CSAT = {f"c{i}": float(DRAW.choice((1, 2, 3, 4, 5))) for i in range(2000)}


@pytest.fixture(scope="module")
def talk(tagged_table):
    """Support conversations on two channels; mail is slow; late parcels score low."""
    draw = random.Random(3)
    return tagged_table(
        900,
        kind="support",
        channel=lambda i: "mail" if i % 2 else "chat",
        response_minutes=lambda i: float(90 + i % 200) if i % 2 else float(i % 12),
        csat=lambda i: (
            None if i % 3 == 2 else float(draw.randint(1, 3) if i % 3 == 0 else 4 + i % 2)
        ),
        order_value=lambda i: f"£{20 + i % 50}.50",
        NPS=lambda i: str(i % 11),
    )


def by_hand(table, need, outcome):
    rows = [r for r in table.to_pylist() if r["needs_status"] == "ok" and r[outcome] is not None]
    sides = [[r[outcome] for r in rows if (need in r["needs"]) is has] for has in (True, False)]
    return [float(np.mean(side)) for side in sides], [len(side) for side in sides]


class TestImpact:
    """Every figure can be had again from the tagged table."""

    def test_an_outcome_is_no_place(self, talk):
        """What customers answered afterwards is held against needs, not looked for failures in."""
        left = failures(talk).to_dict()["left_out"]
        assert left["NPS"] == left["csat"]
        assert "measure" in left["order_value"]
        assert set(failures(talk, by=["NPS"]).looked_at["slice"].to_pylist()) == {"NPS"}

    def test_means_and_numbers_are_the_tables(self, talk):
        """With, without, difference and both numbers, by hand."""
        rows = [r for r in impact(talk).rows if r["outcome"] == "csat"]
        assert {r["need"] for r in rows} == {"delay", "sizing", "quality"}
        for row in rows:
            means, numbers = by_hand(talk, row["need"], "csat")
            assert [row["with"], row["without"]] == pytest.approx(means)
            assert [row["n_with"], row["n_without"]] == numbers
            assert row["difference"] == pytest.approx(means[0] - means[1])
            assert row["low"] < row["difference"] < row["high"]

    def test_what_is_planted_is_found_and_the_rest_is_not(self, talk):
        """Late parcels (one carrier's) score low; sizing does not."""
        verdicts = {r["need"]: r["verdict"] for r in impact(talk).rows if r["outcome"] == "csat"}
        assert verdicts == {"delay": "lower", "sizing": "not shown", "quality": "not shown"}

    def test_response_time_is_a_share_and_a_ratio(self, talk):
        """In time is a share; minutes are typical ones and their ratio."""
        rows = {(r["need"], r["outcome"]): r for r in impact(talk, line=10).rows}
        share, ratio = rows["delay", "answered_in_time"], rows["delay", "response_minutes"]
        ok = [r for r in talk.to_pylist() if r["needs_status"] == "ok" and "delay" in r["needs"]]
        assert share["with"] == pytest.approx(np.mean([r["response_minutes"] <= 10 for r in ok]))
        assert ratio["scale"] == "ratio"
        typical = np.expm1(np.mean(np.log1p([r["response_minutes"] for r in ok])))
        assert ratio["with"] == pytest.approx(typical, rel=1e-5)

    def test_money_and_nps_are_read_from_an_exports_own_columns(self, talk):
        """``£20.50`` is money, and 0 to 10 are promoters and detractors."""
        found = impact(talk)
        assert found.outcomes["order_value"] == "money, from 'order_value'"
        row = next(r for r in found.rows if (r["need"], r["outcome"]) == ("delay", "nps"))
        scores = [
            int(r["NPS"]) for r in talk.to_pylist()
            if r["needs_status"] == "ok" and "delay" in r["needs"]
        ]  # fmt: skip
        points = 100 * (np.mean([s > 8 for s in scores]) - np.mean([s < 7 for s in scores]))
        assert row["with"] == pytest.approx(points)

    def test_false_discoveries_are_controlled_over_everything(self, tagged_table):
        """Outcomes that have nothing to do with the needs show nothing, in most months."""
        alarms = 0
        for seed in range(20):
            draw = random.Random(seed)
            table = tagged_table(
                300, seed=seed, csat=lambda _, d=draw: float(d.randint(1, 5)),
                order_total=lambda _, d=draw: d.lognormvariate(4, 1),
            )  # fmt: skip
            alarms += any(r["verdict"] != "not shown" for r in impact(table).rows)
        assert alarms <= 3

    def test_few_are_not_compared(self, talk):
        """A side of fewer than ``min_size`` makes no row."""
        assert impact(talk, min_size=2000).rows == ()

    def test_reviews_and_support_stay_apart(self, tagged_table):
        """Each kind is compared within itself."""
        both = tagged_table(
            800, kind=lambda i: "review" if i % 2 else "support", rating=lambda i: float(2 + i % 2)
        )
        assert {r["kind"] for r in impact(both).rows} == {"review", "support"}

    def test_files_of_different_scales_are_not_pooled(self, tagged_table):
        """Scores of 0 and 1 and scores to 5 have no common mean."""
        table = tagged_table(300, file=lambda i: "ab"[i % 2], csat=lambda i: float((1, 5)[i % 2]))
        assert impact(table).left_out == {"csat": "the files score it on different scales"}

    def test_it_says_association(self, talk):
        """Nothing is called a cause."""
        found = impact(talk)
        assert "not what it causes" in found.headline()
        assert "not what it causes" in found._repr_html_()
        assert json.loads(json.dumps(found.to_dict()))["note"] == found.to_dict()["note"]
        assert len(repr(found).splitlines()) < 60

    def test_the_table_is_of_the_callers_kind(self, talk):
        """pandas in, pandas out."""
        frame = impact(talk.to_pandas()).table
        assert type(frame).__module__.startswith("pandas")
        assert {"need", "outcome", "difference", "low", "high", "verdict"} <= set(frame.columns)

    @pytest.mark.parametrize("rows", [0, 1, 5])
    def test_tiny_tables(self, talk, rows):
        """Next to nothing makes no row and no error."""
        assert impact(talk.slice(0, rows)).rows == ()

    def test_nothing_to_hold_needs_against(self, table):
        """A table without such columns has no impact."""
        assert impact_of(table) is None
        assert impact(table).rows == ()

    @pytest.mark.parametrize(
        ("option", "word"),
        [({"level": 2}, "level"), ({"min_size": 1}, "min_size"), ({"line": 0}, "line"),
         ({"control": "x"}, "control"), ({"customer": "nam"}, "nam"), ({"hours": "9 to 5"}, "Mon-Fri")],
    )  # fmt: skip
    def test_bad_options_are_refused(self, talk, option, word):
        """In one sentence that names them."""
        with pytest.raises(InputError, match=word):
            impact(talk, **option)


class TestRepeatContact:
    """Who wrote again."""

    def table(self, tagged_table):
        # Customer i % 50 writes on day i % 28 of either month.
        return tagged_table(200, customer_email=lambda i: f" U{i % 50}@example.com")

    def test_counted_by_hand(self, tagged_table):
        """The next conversation of the same customer within the days, the last days not judged."""
        table = self.table(tagged_table)
        found = repeat_of(Tagged.of(table), None, 7).values
        rows = [r for r in enumerate(table.to_pylist()) if r[1]["needs_status"] != "duplicate"]
        week, last = dt.timedelta(days=7), max(r["time"] for _, r in rows)
        for i, row in rows:
            again = [
                r for k, r in rows
                if k != i and r["customer_email"] == row["customer_email"]
                and (row["time"], i) < (r["time"], k) and r["time"] - row["time"] <= week
            ]  # fmt: skip
            if again:
                assert found[i] == 1
            elif row["time"] + week > last:
                assert np.isnan(found[i])
            else:
                assert found[i] == 0

    def test_a_column_of_ids_that_never_repeat_says_nothing(self, tagged_table):
        """Where no customer comes twice there is nothing to measure."""
        assert repeat_of(Tagged.of(tagged_table(50, customer_id=str)), None, 7) is None
        assert repeat_of(Tagged.of(tagged_table(50)), None, 7) is None


class TestDifferences:
    """Intervals for small and skewed groups."""

    def test_no_skew_is_welch(self):
        """Without skewness, and without the lent variance, it is scipy's Welch test."""
        from scipy import stats

        a, b = np.arange(200.0), np.arange(300.0) * 0.7 + 30
        found = of_means(Moments.of(a), Moments.of(b))
        theirs = stats.ttest_ind(a, b, equal_var=False)
        assert found.p_value == pytest.approx(theirs.pvalue, rel=0.05)
        span = theirs.confidence_interval()
        assert (found.low, found.high) == pytest.approx((span.low, span.high), rel=0.02)

    def test_it_covers_skewed_money_better_than_welch(self):
        """Twenty sums against two hundred: both tails are kept."""
        rng = np.random.default_rng(0)
        held = 0
        for _ in range(300):
            a, b = (Moments.of(np.exp(rng.normal(3, 0.8, n))) for n in (20, 200))
            found = of_means(a, b)
            held += found.low <= 0 <= found.high
        assert held >= 0.9 * 300

    def test_equal_scores_are_no_certainty(self):
        """Two of the same lend no zero-width interval; constant everywhere says nothing."""
        few, many = Moments.of(np.array([1.0, 1.0])), Moments.of(np.array([1.0, 5.0] * 50))
        assert of_means(few, many).high > 0 > of_means(few, many).low
        assert of_means(few, few).p_value == 1.0
        assert of_mean(Moments.of(np.array([1.0]))) is None

    @given(st.integers(0, 40), st.integers(0, 60))
    def test_shares_agree_with_statsmodels(self, k, j):
        """Newcombe's interval, as another library has it."""
        proportion = pytest.importorskip("statsmodels.stats.proportion")
        a, b = Moments.of(np.arange(40) < k), Moments.of(np.arange(60) < j)
        theirs = proportion.confint_proportions_2indep(k, 40, j, 60, method="newcomb")
        found = of_shares(a, b)
        assert (found.low, found.high) == pytest.approx(theirs, abs=1e-6)
        assert 0 <= found.p_value <= 1


class TestSums:
    """Parts add up."""

    def test_halves_are_the_whole(self, talk):
        """To the last digit, in any order."""
        whole = Tagged.of(talk)
        halves = [Tagged.of(talk.slice(0, 333)), Tagged.of(talk.slice(333))]
        parts = [sums_of(half, scores_of(half, {}))[0] for half in halves]
        assert parts[0] + parts[1] == sums_of(whole, scores_of(whole, {}))[0]
        assert parts[1] + parts[0] == parts[0] + parts[1]

    @given(st.lists(st.integers(0, 500), min_size=1, max_size=30))
    def test_medians(self, minutes):
        """The median of the counts is the median of the values."""
        counts = {m: minutes.count(m) for m in minutes}
        assert Sums(minutes={"mail": counts}).median("mail") == np.median(minutes)

    def test_moments_are_numpys(self):
        """Mean, variance and third moment."""
        values = np.array([1.5, 2.25, 9.0, 4.0])
        some = Moments.of(values)
        assert some.mean == values.mean()
        assert some.variance == pytest.approx(values.var(ddof=1))
        assert some.third == pytest.approx(((values - values.mean()) ** 3).mean())


class TestAmounts:
    """Money as exports write it."""

    @pytest.mark.parametrize(
        ("cell", "value"),
        [("1,234.5", 1234.5), ("$12", 12.0), ("-5.00", -5.0), ("1 299,00 kr", 1299.0), ("", None),
         ("n/a", None), ("12'500.10 CHF", 12500.1), ("7", 7.0), ("x" * 50 + "1", None)],
    )  # fmt: skip
    def test_cells(self, cell, value):
        """Currency signs, thousands and decimals of many countries."""
        assert amount(cell) == value

    @given(st.text(max_size=60))
    def test_never_raises(self, cell):
        """Whatever stands in a cell."""
        amount(cell)


def test_a_text_column_of_scores_is_read(tagged_table):
    """Scores that came as text are numbers all the same; words are not."""
    table = tagged_table(300, csat=lambda i: str(1 + i % 5), nps=lambda _: "fine")
    assert set(impact(table).outcomes) == {"csat"}
    assert isinstance(table, pa.Table)
