"""Scores become probabilities that come true, and thresholds that give the best F1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from convcat.classifier.calibration import (
    best_odds_over_none,
    best_threshold,
    fit_sigmoid,
    sigmoid,
    steady_threshold,
    tagged,
)

RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=4_000)
TRUTH = (RNG.random(4_000) < sigmoid(1.7 * SCORES - 0.8)).astype(float)


class TestSigmoid:
    def test_it_finds_the_curve_that_made_the_data(self):
        """And agrees with scikit-learn's unpenalised fit."""
        slope, shift = fit_sigmoid(SCORES, TRUTH)
        reference = LogisticRegression(C=np.inf).fit(SCORES[:, None], TRUTH)
        assert slope == pytest.approx(reference.coef_[0, 0], rel=0.02)
        assert shift == pytest.approx(reference.intercept_[0], abs=0.02)

    def test_weights_count_as_repetitions(self):
        """A row of weight two is two rows."""
        weight = np.where(TRUTH > 0, 2.0, 1.0)
        twice = np.concatenate([np.arange(4_000), np.flatnonzero(TRUTH > 0)])
        assert fit_sigmoid(SCORES, TRUTH, weight) == pytest.approx(
            fit_sigmoid(SCORES[twice], TRUTH[twice]), abs=1e-3
        )

    def test_scores_that_tell_nothing_give_the_base_rate(self):
        """And scores that tell the wrong way round are not turned about."""
        slope, shift = fit_sigmoid(np.zeros(98), np.repeat([0.0, 1.0], [73, 25]))
        assert slope == 0
        assert sigmoid(np.array(shift)) == pytest.approx(26 / 100)
        assert fit_sigmoid(-SCORES, TRUTH)[0] == pytest.approx(0, abs=1e-6)

    def test_separable_scores_stay_finite(self):
        """Platt's targets keep the slope in bounds."""
        slope, shift = fit_sigmoid(np.array([-1.0, -0.9, 0.9, 1.0]), np.array([0.0, 0, 1, 1]))
        assert np.isfinite([slope, shift]).all()

    def test_extreme_scores_do_not_overflow(self):
        """No warning, no NaN."""
        assert sigmoid(np.array([-1e300, 0.0, 1e300])).tolist() == [0.0, 0.5, 1.0]


class TestThreshold:
    @given(
        st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=40).filter(
            lambda rows: any(truth for _, truth in rows)
        )
    )
    def test_no_other_threshold_gives_a_better_f1(self, rows):
        """Checked against every threshold there is, ties included."""
        p = np.array([score / 20 for score, _ in rows])
        truth = np.array([float(carries) for _, carries in rows])
        chosen = best_threshold(p, truth)
        every = [2 * truth[p >= t].sum() / ((p >= t).sum() + truth.sum()) for t in (*p, chosen)]
        assert every[-1] == pytest.approx(max(every))
        assert 0 < chosen <= 1

    def test_where_nothing_is_true_the_default_stands(self):
        """A need that was never seen is tagged when it is likelier than not."""
        assert best_threshold(np.array([0.2, 0.4]), np.zeros(2)) == 0.5

    def test_weights_move_it(self):
        """Rows that weigh nothing decide nothing."""
        p, truth = np.array([0.2, 0.5, 0.8]), np.array([1.0, 0.0, 1.0])
        assert best_threshold(p, truth, np.array([0.0, 1.0, 1.0])) == pytest.approx(0.65)


class TestOddsOverNone:
    P_NONE = np.concatenate([np.linspace(0.01, 0.4, 50), np.linspace(0.5, 0.95, 50)])
    P = np.column_stack([1 - P_NONE, np.full(100, 0.1)])
    TRUTH = np.column_stack([np.arange(100) < 50, np.zeros(100, dtype=bool)])
    THRESHOLDS = np.array([0.04, 0.5])

    def test_it_parts_texts_with_and_without_a_need(self):
        """Whatever their number: a shop with more praise does not move it."""
        found = best_odds_over_none(self.P, self.P_NONE, self.THRESHOLDS, self.TRUTH)
        tags = tagged(self.P, self.P_NONE, self.THRESHOLDS, found)
        assert (tags.any(axis=1) == self.TRUTH.any(axis=1)).all()
        rows = np.concatenate([np.arange(100), *[np.arange(50, 100)] * 9])
        more = best_odds_over_none(
            self.P[rows], self.P_NONE[rows], self.THRESHOLDS, self.TRUTH[rows]
        )
        assert more == found

    def test_it_does_not_silence_texts_that_carry_a_need(self):
        """Where no need and some need are hard to tell apart, F1 goes before quiet."""
        rng = np.random.default_rng(0)
        p_none = rng.uniform(0.2, 0.8, 400)
        truth = np.column_stack([np.arange(400) < 300])
        p = np.where(truth[:, 0], 0.6, 0.4)[:, None] + rng.normal(0, 0.15, (400, 1))
        p = p.clip(0.01, 0.99)
        found = best_odds_over_none(p, p_none, np.array([0.3]), truth)
        f1 = [
            2 * (tags & truth).sum() / (tags.sum() + truth.sum())
            for tags in (tagged(p, p_none, np.array([0.3]), k) for k in (0.0, found))
        ]
        assert f1[1] >= f1[0] - 0.004

    def test_nothing_to_gain_or_nothing_to_tell_apart(self):
        """The thresholds alone decide."""
        strict = np.array([0.55, 0.5])
        assert best_odds_over_none(self.P, self.P_NONE, strict, self.TRUTH) == 0.0
        for truth in (np.ones((100, 2), dtype=bool), np.zeros((100, 2), dtype=bool)):
            assert best_odds_over_none(self.P, self.P_NONE, self.THRESHOLDS, truth) == 0.0

    def test_certainty_makes_no_nan(self):
        """Probabilities of 0 and 1 are compared like any other."""
        p, none = np.array([[1.0], [0.0], [1.0]]), np.array([0.0, 1.0, 1.0])
        assert tagged(p, none, np.array([0.5]), 2.0)[:, 0].tolist() == [True, False, True]


class TestSteadyThreshold:
    def test_the_less_was_learnt_from_the_nearer_the_usual(self):
        """What is peculiar to the texts it is chosen on counts for less."""
        for move in (-2.0, 0.0, 2.0):
            best = best_threshold(sigmoid(SCORES + move), TRUTH)
            own = np.log(best / (1 - best))
            assert steady_threshold(SCORES + move, TRUTH) == pytest.approx(own, abs=1e-5)
            found = steady_threshold(SCORES + move, TRUTH, trust=0.5)
            assert found == pytest.approx((own - 0.2) / 2, abs=1e-5)

    @pytest.mark.parametrize("truth", [np.zeros(3), np.ones(3)])
    def test_it_is_a_number_where_there_is_nothing_to_choose_on(self, truth):
        """Texts that all carry a need, or none."""
        found = steady_threshold(np.array([-1.0, 0.0, 1.0]), truth, trust=0.8)
        assert np.isfinite(found)
        assert found < 0
