"""The parts that failures rest on: error control, tails, folding, the reader's unevenness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from statsmodels.stats.multitest import multipletests

from convcat.insight.contrast import Moments, upper_tail
from convcat.insight.folding import adjusted, fold
from convcat.insight.multiplicity import cut, q_values
from convcat.insight.slices import Cells, Column
from convcat.insight.uneven import SCALES, Uneven, learn

P = hnp.arrays(float, st.integers(1, 60), elements=st.floats(0, 1))


class TestMultiplicity:
    @given(P)
    @settings(max_examples=50, deadline=None)
    def test_agrees_with_statsmodels(self, p):
        """Benjamini-Hochberg and -Yekutieli are those of statsmodels."""
        for ours, theirs in (("bh", "fdr_bh"), ("by", "fdr_by")):
            expected = multipletests(p, method=theirs)[1]
            assert q_values(p, control=ours) == pytest.approx(expected)

    @given(P)
    @settings(max_examples=50, deadline=None)
    def test_equal_weights_change_nothing(self, p):
        """Weights count only against each other."""
        assert q_values(p, np.full(len(p), 7.0)) == pytest.approx(q_values(p))

    def test_weights_share_the_budget(self):
        """A hypothesis of more weight passes sooner, at the others' cost."""
        heavy = q_values([0.03, 0.03], [1.8, 0.2])
        assert heavy[0] < 0.05 < heavy[1]

    def test_nothing_is_fine(self):
        """No hypothesis, no q-value, no cut."""
        assert len(q_values([])) == 0
        assert cut([0.5], [0.5], 0.95) == 0.0


class TestTails:
    @pytest.mark.parametrize("mean", [2.0, 5.0, 30.0])
    def test_close_to_exact_counts_and_never_far_below(self, mean):
        """Around one in ten thousand the tail is at least the Poisson's, and at most twice it."""
        count = float(stats.poisson.isf(2e-4, mean))
        exact = stats.poisson.sf(count - 1, mean)
        ours = upper_tail(np.array([count - 0.5 - mean]), np.array([mean]), np.array([mean]))[0]
        assert 0.9 * exact <= ours <= 2 * exact

    def test_without_variance_there_is_no_evidence(self):
        """Zero variance gives one half, not a certainty."""
        assert upper_tail(np.array([1.0]), np.array([0.0]), np.array([0.0]))[0] == 0.5

    def test_separation_of_certain_scores_is_one(self):
        """Scores of 0 and 1 need no stretching."""
        y = np.array([[0.0], [1.0], [1.0], [0.0], [0.0]])
        moments = Moments.of(5, y.sum(0), y.sum(0), y.sum(0))
        assert moments.separation[0] == pytest.approx(1.0)
        assert moments.third[0] == pytest.approx(stats.moment(y[:, 0], 3))

    def test_separation_of_squares_is_that_of_carriers_and_others(self):
        """Of scores made of calibrated probabilities, mean score here and there follow."""
        rng = np.random.default_rng(0)
        p = rng.beta(0.3, 1.5, 200_000)
        y = rng.random(len(p)) < p
        sums = [np.array([(p**k).sum()]) for k in (2, 4, 6, 1, 3)]
        moments = Moments.of(len(p), *sums[:3], of=(sums[3], sums[4]))
        high, low = (p[y] ** 2).mean(), (p[~y] ** 2).mean()
        assert moments.separation[0] == pytest.approx(high - low, abs=0.01)
        assert moments.alarms[0] == pytest.approx(low, abs=0.005)


def width(between, needs=8):
    """A reading as wide as this at the full spread, per scale; no lean."""
    return np.tile(SCALES**2 * between, (needs, 1)), np.zeros((needs, len(SCALES)))


def unchecked(shape):
    return np.zeros(shape), np.full(shape, np.inf)


class TestUneven:
    def _learn(self, z, slices=30, needs=8, seed=0):
        rng = np.random.default_rng(seed)
        d = rng.normal(size=(slices, needs)) * 0.01
        d[0] += np.asarray(z) * 0.03
        flat = np.full(d.shape, 1e-4)
        group, share = np.zeros(slices, dtype=np.int64), np.full(needs, 0.1)
        reading = width(9e-4, needs)
        return d, flat, learn(d, flat, share, group, reading, unchecked(d.shape), known=False)

    def test_a_slice_that_is_off_in_all_needs_is_held_to_be_misread(self):
        """Its scale is learned from its other needs; its neighbours stay narrow."""
        d, _, uneven = self._learn([1, -1, 1, 1, -1, -1, 1, 1])
        scale = (uneven.weights @ SCALES).reshape(d.shape)
        assert scale[0].min() > 0.5
        assert np.median(scale[1:]) < 0.2

    def test_a_slice_that_is_off_in_one_need_is_not(self):
        """One need that stands out says little of how the slice is read."""
        d, _, uneven = self._learn([5, 0, 0, 0, 0, 0, 0, 0])
        scale = (uneven.weights @ SCALES).reshape(d.shape)
        assert scale[0, 0] < 0.3

    def test_where_all_slices_are_off_none_is_trusted(self):
        """A column whose slices are all read differently is wide for each of them, however small."""
        rng = np.random.default_rng(1)
        flat = np.full((20, 8), 4e-4)
        group, share = np.zeros(20, dtype=np.int64), np.full(8, 0.1)

        def scales(apart, *, known=False):
            d, checks = rng.normal(size=flat.shape) * apart, unchecked(flat.shape)
            learned = learn(d, flat, share, group, width(16e-4), checks, known=known)
            return learned.weights @ SCALES

        assert scales(0.02).max() < 0.3 < scales(0.02 * np.sqrt(5)).min()
        # Where the record says how uneven readings are, twice that is the most: the rest is what failed.
        assert scales(0.3).min() > 2
        assert scales(0.3, known=True).max() <= 2

    def test_checks_take_the_readings_part_away(self):
        """A difference that checks put down to the reading is worth nothing."""
        one = np.ones(1)
        weights = np.eye(len(SCALES))[[4]]
        wide = width(1e-3, 1)
        blind = Uneven(*wide, one * 0, one * np.inf, weights)
        refuted = Uneven(*wide, one * 0.1, one * 1e-6, weights)
        borne_out = Uneven(*wide, one * 0, one * 1e-6, weights)
        p = [u.tail(one * 0.1, one * 1e-4, one * 0)[0] for u in (refuted, blind, borne_out)]
        assert p[0] > 0.3 > p[1] > p[2]


class TestFolding:
    def _cells(self, chance, n=400):
        """Two crossed columns of two values; ``chance[a][b]`` is the rate."""
        a, b = np.repeat([0, 0, 1, 1], n), np.repeat([0, 1, 0, 1], n)
        hits = np.concatenate([
            np.arange(n) < chance[i][j] * n for i in (0, 1) for j in (0, 1)
        ]).astype(float)  # fmt: skip
        columns = [Column("a", a, ("x", "y")), Column("b", b, ("u", "v"))]
        every = np.ones(4 * n, dtype=bool)
        cells = Cells.of(columns, hits[:, None], hits[:, None] > 0, every)
        return cells, cells.codes[:, 0] == 1, cells.codes[:, 1] == 1

    def test_adjusting_takes_away_what_the_other_explains(self):
        """Beside the slice that explains it, nothing is left of a difference."""
        cells, a, b = self._cells([[0.1, 0.4], [0.1, 0.4]])
        assert adjusted(cells, 0, a, [b], 0.5).difference == pytest.approx(0)
        assert adjusted(cells, 0, b, [a], 0.5).difference == pytest.approx(0.3)

    def test_a_slice_inside_its_explanation_has_no_contrast(self):
        """The same slice twice leaves nothing to compare."""
        cells, a, _ = self._cells([[0.1, 0.1], [0.4, 0.4]])
        assert adjusted(cells, 0, a, [a], 0.5).variance == 0

    def test_the_first_folds_when_the_others_explain_it(self):
        """A finding that later ones make redundant goes too, into the nearest."""
        sizes = np.ones(6)
        wide = np.array([1, 1, 1, 1, 0, 0], dtype=bool)
        left, right = np.array([1, 1, 0, 0, 0, 0], bool), np.array([0, 0, 1, 0, 0, 0], bool)
        kept, into = fold([wide, left, right], lambda i, others: i != 0 or len(others) < 2, sizes)
        assert kept == [1, 2]
        assert into == {0: 1}
