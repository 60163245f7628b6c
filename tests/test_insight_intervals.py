"""Intervals that hold, whatever is asked of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from statsmodels.stats.proportion import proportion_confint

from convcat.insight.agreement import disagreement, holm
from convcat.insight.intervals import assisted, effective_checks, wilson
from convcat.insight.population import steepness


def population(size: int, seed: int = 0, slope: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and answers of a reader that is right about its own doubt (slope 1)."""
    rng = np.random.default_rng(seed)
    scores = np.round(rng.normal(-3, 2.5, size) * 4) / 4
    return scores, (rng.random(size) < expit(slope * scores)).astype(float)


def audit(scores, answers, rows, **options):
    distinct, counts = np.unique(scores, return_counts=True)
    return assisted(distinct, counts, scores[rows], answers[rows], **options)


class TestWilson:
    """The plain interval of checks alone."""

    @pytest.mark.parametrize(("k", "n"), [(0, 50), (1, 50), (25, 50), (50, 50), (3, 7)])
    def test_is_that_of_statsmodels(self, k, n):
        """The same to twelve digits."""
        expected = proportion_confint(k, n, method="wilson")
        assert wilson(k, n) == pytest.approx(expected, abs=1e-12)

    def test_no_checks_say_nothing(self):
        """Zero checks: anything may be true."""
        assert wilson(0, 0) == (0.0, 1.0)


class TestAssisted:
    """Checks with the model's scores as help."""

    @pytest.mark.parametrize("k", [0, 1, 5, 30, 50])
    def test_scores_that_say_nothing_give_wilson(self, k):
        """One score for all and no pull: Wilson's interval, to four digits."""
        answers = [1.0] * k + [0.0] * (50 - k)
        found = assisted([0.0], [1e9], [0.0] * 50, answers, scale=float("inf"))
        assert (found.low, found.high) == pytest.approx(wilson(k, 50), abs=1e-4)

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(st.tuples(st.floats(-12, 12), st.floats(0, 1)), min_size=1, max_size=40),
        st.data(),
    )
    def test_never_raises_never_leaves_and_closes(self, rows, data):
        """Any scores, answers (also between 0 and 1), weights and number of checks."""
        scores, answers = np.array(rows).T
        n = data.draw(st.integers(0, len(rows)))
        shift = data.draw(st.floats(-20, 20))
        weights = data.draw(st.lists(st.floats(0.5, 30), min_size=n, max_size=n))
        found = audit(scores, answers, np.arange(n), shift=shift, weights=weights)
        assert 0 <= found.low <= found.share <= found.high <= 1
        if n == len(rows):
            assert found.low == found.high == pytest.approx(answers.mean())
        # What was seen stays possible: the truth if all others are 0, or all are 1.
        assert found.high * len(rows) >= answers[:n].sum() - 1e-6
        assert (1 - found.low) * len(rows) >= (1 - answers[:n]).sum() - 1e-6

    def test_good_scores_narrow_it_and_many_checks_more(self):
        """Half of Wilson's width at fifty checks; a fifth of that at two thousand."""
        scores, answers = population(3000)
        fifty = audit(scores, answers, np.arange(50))
        many = audit(scores, answers, np.arange(2000))
        low, high = wilson(answers[:50].sum(), 50)
        assert fifty.high - fifty.low < 0.75 * (high - low)
        assert many.high - many.low < 0.2 * (fifty.high - fifty.low)
        assert many.low <= answers.mean() <= many.high

    @pytest.mark.parametrize("shift", [-2.0, 0.0, 2.0])
    def test_covers_when_the_scores_are_wrong(self, shift):
        """Scores two log-odds off, and overconfident: 95 % intervals still cover at 92 % or more."""
        rng, covered = np.random.default_rng(5), 0
        for seed in range(200):
            scores, answers = population(1500, seed, slope=0.6)
            found = audit(scores, answers, rng.permutation(1500)[:50], shift=shift)
            covered += found.low <= answers.mean() <= found.high
        assert covered >= 184

    def test_weights_correct_an_uneven_sample(self):
        """High scores drawn three times as often: with weights the share comes out right."""
        scores, answers = population(4000, 3)
        rng = np.random.default_rng(0)
        chance = np.where(scores > -2, 0.3, 0.1)
        rows = np.flatnonzero(rng.random(4000) < chance)
        found = audit(scores, answers, rows, weights=1 / chance[rows], scale=float("inf"))
        assert found.low <= answers.mean() <= found.high
        assert found.share == pytest.approx(answers.mean(), abs=0.02)

    def test_without_checks_the_model_speaks(self):
        """No audit: the model's own share, with all the room of the prior."""
        scores, answers = population(500)
        found = audit(scores, answers, np.arange(0))
        assert found.share == pytest.approx(expit(scores).mean(), abs=0.02)
        assert found.high - found.low > 0.3

    def test_effective_checks_of_wilson_are_its_checks(self):
        """A plain audit of 80 counts as 80."""
        assert effective_checks(0.25, *wilson(20, 80)) == pytest.approx(80, rel=1e-6)


class TestDisagreement:
    """The alarm, which must be silent when nothing is wrong."""

    def test_false_alarms_keep_their_level(self):
        """Readers who answer as the scores expect: p <= .05 in at most about 5 % of audits."""
        rng = np.random.default_rng(1)
        fired = 0
        for _ in range(400):
            scores = rng.normal(-3, 2, 50) + rng.normal(0, 0.3)
            hits = (rng.random(50) < expit(scores)).sum()
            fired += disagreement(scores, hits, spread=0.3) <= 0.05
        assert fired <= 30

    def test_far_tails_of_the_difference_between_shops_count(self):
        """An alarm of many needs looks far out: there too, chance stays chance."""
        rng = np.random.default_rng(2)
        fired = 0
        for _ in range(1500):
            scores = rng.normal(-1, 2, 50)
            hits = (rng.random(50) < expit(scores + 0.6 * rng.standard_t(5))).sum()
            fired += disagreement(scores, hits, spread=0.6, df=5.0) <= 0.01
        assert fired <= 25

    def test_sure_scores_need_a_larger_shift(self):
        """What moves a share by so many log-odds moves sure scores by more."""
        scores, counts = np.array([-4.0, 3.0]), np.array([800.0, 200.0])
        steep = steepness(scores, counts, 0.0)
        share, moved = ((expit(scores + d) @ counts) / 1000 for d in (0.0, 0.01 * steep))
        change = np.log(moved / (1 - moved)) - np.log(share / (1 - share))
        assert change == pytest.approx(0.01, rel=0.1)
        assert steep > 5

    def test_rare_needs_raise_no_false_alarm(self):
        """One surprise of a rare need is chance; eight are not."""
        scores = np.full(50, -5.0)
        assert disagreement(scores, 1, spread=0.3) > 0.2
        assert disagreement(scores, 8, spread=0.3) < 1e-4

    def test_large_audits_agree_with_exact_counting(self):
        """The normal curve beyond 400 checks continues what is exact below."""
        few = disagreement(np.full(400, -2.0), 60, spread=0.1)
        many = disagreement(np.full(401, -2.0), 60, spread=0.1)
        assert many == pytest.approx(few, rel=0.1)
        assert disagreement([], 0, spread=0.1) == 1.0

    def test_holm_is_that_of_statsmodels(self):
        """Adjusted as the reference does."""
        from statsmodels.stats.multitest import multipletests

        p = [0.001, 0.04, 0.03, 0.2, 0.9, 0.012]
        assert holm(p) == pytest.approx(multipletests(p, method="holm")[1].tolist())
