"""What is known of a model's errors, and what follows for a shop that it has not seen."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.special import expit, logit

from convcat.exceptions import InputError
from convcat.insight.profile import ErrorProfile, profile_of
from convcat.insight.transfer import Forecast, Transfer, calibrated_at, likeliest

SIGNALS = (*(f"need{j}" for j in range(14)), "none", "failed")


def labelled(sources=18, each=150, signals=SIGNALS, *, lean=0.0, moved=0.5, seed=0):
    """Return labels and scores of sources whose shares differ (moved), and readings too (lean)."""
    rng = np.random.default_rng(seed)
    y, p, source = [], [], []
    for s in range(sources):
        shares = expit(logit(0.1) + rng.normal(0, moved, len(signals)))
        truth = rng.random((each, len(signals))) < shares
        x = rng.normal(size=truth.shape) + 3 * truth + rng.normal(0, lean, len(signals)) / 3
        y.append(truth)
        p.append(expit(logit(0.1) + 3 * x - 4.5))
        source += [f"shop-{s}"] * each
    return np.vstack(y).astype(float), np.vstack(p), np.array(source)


def profile(**options) -> ErrorProfile:
    signals = options.get("signals", SIGNALS)
    y, p, source = labelled(**options)
    return ErrorProfile.from_predictions(y, p, p > 0.4, source, ["review"] * len(y), signals)


class TestCounting:
    """The record is counts of right and wrong per held-out source."""

    def test_counts_are_those_of_the_predictions(self):
        """Sums over sources equal a plain count."""
        y, p, source = labelled(sources=5)
        y[0, 0] = np.nan
        found = ErrorProfile.from_predictions(y, p, p > 0.4, source, ["review"] * len(y), SIGNALS)
        known = np.isfinite(y)
        tags = (p > 0.4) & known
        assert found.n.sum(axis=0).tolist() == known.sum(axis=0).tolist()
        assert found.hits.sum(axis=0).tolist() == (tags & (y == 1)).sum(axis=0).tolist()
        assert found.carried.sum(axis=(0, 2)).tolist() == np.nansum(y, axis=0).tolist()
        np.testing.assert_allclose(
            found.sum_p.sum(axis=0), np.where(known, p, 0).sum(axis=0), atol=0.01
        )

    def test_is_small_and_survives_json(self):
        """Fourteen needs, eighteen sources: under 60 KB, and the same transfers read back."""
        found = profile()
        text = json.dumps(found.to_dict())
        assert len(text) < 60_000
        again = ErrorProfile.from_dict(json.loads(text))
        assert again.transfers.keys() == found.transfers.keys()
        assert again.transfers["need0"].spread == pytest.approx(
            found.transfers["need0"].spread, abs=1e-4
        )
        assert (again.read == found.read).all()
        assert again.to_dict() == json.loads(text)

    def test_sources_are_anonymous(self):
        """No source's name is anywhere in what is stored."""
        assert "shop" not in json.dumps(profile(signals=SIGNALS[:2]).to_dict())

    def test_order_of_the_rows_does_not_matter(self):
        """Shuffled predictions give the same record."""
        y, p, source = labelled(sources=6, signals=SIGNALS[:4])
        order = np.random.default_rng(1).permutation(len(y))
        a, b = (
            ErrorProfile.from_predictions(
                y[o], p[o], p[o] > 0.4, source[o], ["r"] * len(y), SIGNALS[:4]
            )
            for o in (np.arange(len(y)), order)
        )
        assert a.carry.tolist() == b.carry.tolist()
        assert a.transfers["need3"].spread == pytest.approx(b.transfers["need3"].spread)

    def test_an_audited_month_joins_as_a_source(self):
        """Profiles add; another taxonomy's is refused; a source can be taken out."""
        few = {"signals": SIGNALS[:2]}
        both = profile(sources=5, **few) + profile(sources=1, seed=9, **few)
        assert len(both.kinds) == 6
        assert len(both.without(0).kinds) == 5
        with pytest.raises(InputError, match="cannot be added"):
            both + profile(sources=4, signals=("a", "b"))

    @pytest.mark.parametrize("broken", [{}, {"version": 1}, {"version": 99}, {"version": "x"}])
    def test_damage_is_said_in_a_sentence(self, broken):
        """Not a KeyError: one sentence."""
        with pytest.raises(InputError, match="error profile"):
            ErrorProfile.from_dict(broken)
        with pytest.raises(InputError, match="shape"):
            ErrorProfile.from_predictions([[1]], [[0.5, 0.5]], [[1]], ["a"], ["b"], ["x"])

    def test_a_model_comes_before_the_table(self):
        """model= wins over what travels with the table; neither is no error."""
        travels, given = (
            profile(sources=4, signals=SIGNALS[:1]).to_dict(),
            profile(sources=5, signals=SIGNALS[:1]),
        )
        assert len(profile_of({"profile": travels}).kinds) == 4
        assert profile_of({"profile": travels}, given) is given
        assert len(profile_of({}, type("M", (), {"profile_": given.to_dict()})()).kinds) == 5
        assert profile_of({}) is None


class TestTransfer:
    """The estimate for a shop that was not labelled."""

    def test_only_shares_moved_and_the_likely_share_is_found(self):
        """Sources that differ in shares alone: a doubled share is found, counting scores is not enough."""
        found = profile(each=600, moved=0.7, signals=SIGNALS[:3]).transfers["need0"]
        y, p, _ = labelled(1, 4000, ("need0",), moved=0.0, seed=3)
        carriers, others = np.flatnonzero(y[:, 0] == 1), np.flatnonzero(y[:, 0] == 0)
        rows = np.concatenate([np.repeat(carriers, 3), others])
        truth, mean = y[rows].mean(), p[rows].mean()
        bins = np.clip(np.floor(logit(np.clip(p[rows, 0], 1e-9, 1 - 1e-9)) + 8), 0, 15).astype(int)
        square = float((p[rows] ** 2).mean())
        share = found.forecast(np.bincount(bins, minlength=16), float(mean), square).share
        assert abs(share - truth) < 0.5 * abs(mean - truth)

    def test_sources_that_are_read_differently_widen_the_interval(self):
        """More difference between sources, more width, and none is assumed away."""
        alike, apart = (
            profile(lean=lean, signals=SIGNALS[:3]).transfers["need0"] for lean in (0.0, 1.5)
        )
        assert apart.spread > 2 * alike.spread
        low, high = Forecast(0.1, 3000, alike.spread, alike.df).interval()
        wider = Forecast(0.1, 3000, apart.spread, apart.df).interval()
        assert wider[0] < low < 0.1 < high < wider[1]

    def test_held_out_sources_are_covered(self):
        """Each source in turn is new: its true shares are covered 9 times in 10 or more."""
        y, p, source = labelled(sources=10, signals=SIGNALS[:4], lean=0.8)
        covered = []
        for s in np.unique(source):
            own = source == s
            rest = ErrorProfile.from_predictions(
                y[~own], p[~own], p[~own] > 0.4, source[~own], ["r"] * (~own).sum(), SIGNALS[:4]
            )
            one = ErrorProfile.from_predictions(
                y[own], p[own], p[own] > 0.4, source[own], ["r"] * own.sum(), SIGNALS[:4]
            )
            for j, need in enumerate(SIGNALS[:4]):
                mean, square = p[own, j].mean(), (p[own, j] ** 2).mean()
                low, high = rest.transfers[need].forecast(one.read[0, j], mean, square).interval()
                covered.append(low <= y[own, j].mean() <= high)
        assert np.mean(covered) >= 0.9

    def test_few_sources_fall_back_to_an_assumption(self):
        """Three sources cannot show how sources differ: assumed, and said."""
        assert not profile(sources=3, signals=SIGNALS[:1]).transfers["need0"].known
        assert Forecast(0.1, 3000, Transfer().spread, Transfer().df).interval()[1] > 0.25

    def test_interval_stays_within_and_counts_whole_texts(self):
        """Tiny and huge shares, few texts: within [0, 1], symmetric under complement."""
        for share in (0.0001, 0.02, 0.45, 0.98, 0.9999):
            for n in (1, 5, 200):
                low, high = Forecast(share, n, 0.7, 8.0, precise=1.7).interval()
                assert 0 <= low <= share <= high <= 1
                assert (1 - high, 1 - low) == pytest.approx(
                    Forecast(1 - share, n, 0.7, 8.0, precise=1.7).interval(), abs=1e-9
                )
        assert Forecast(0.3, 0, 0.7, 8.0).interval() == (0.0, 1.0)

    def test_scores_that_tell_carriers_apart_leave_less_to_chance(self):
        """Knowing the scores, a count varies less: the interval is narrower."""
        blind, sighted = (
            Forecast(0.1, 100, 0.05, 17.0, precise).interval() for precise in (1.0, 4.0)
        )
        assert sighted[1] - sighted[0] < 0.7 * (blind[1] - blind[0])

    def test_one_odd_source_does_not_widen_everything(self):
        """A source that is unlike all others counts for less than an ordinary one."""
        y, p, source = labelled(sources=12, signals=SIGNALS[:4])
        odd = y.copy()
        odd[source == "shop-3"] = np.random.default_rng(0).random((150, 4)) < 0.6
        plain, marked = (
            ErrorProfile.from_predictions(t, p, p > 0.4, source, ["r"] * len(t), SIGNALS[:4])
            .transfers["need0"]
            .spread
            for t in (y, odd)
        )
        deviation = 2.6 / np.sqrt(12)  # of one source at 60 % where 10 % is usual
        assert plain < marked < 0.8 * deviation

    def test_a_source_without_labels_for_a_signal_says_nothing_of_it(self):
        """Missing labels are no zeros: the other signals' transfers are as they were."""
        y, p, source = labelled(sources=8, signals=SIGNALS[:3])
        y[source == "shop-1", 2] = np.nan
        found = ErrorProfile.from_predictions(
            y, p, p > 0.4, source, ["r"] * len(y), SIGNALS[:3]
        ).transfers
        assert found["need2"].df == found["need0"].df - 1
        assert all(np.isfinite(t.to_list()).all() for t in found.values())

    def test_a_record_of_the_first_version_is_read(self):
        """Its transfers had another form; they are learned again from its counts."""
        found = profile(sources=6, signals=SIGNALS[:2])
        old = found.to_dict() | {"version": 1, "transfers": {"need0": [0.25, 0, 0.5, 17, 1, 0.1]}}
        again = ErrorProfile.from_dict(old).transfers
        assert again["need1"].to_list() == pytest.approx(
            found.transfers["need1"].to_list(), abs=1e-3
        )

    def test_the_likeliest_share_of_nothing_is_the_base(self):
        """An empty month changes nothing."""
        log_odds, apart = likeliest(np.zeros((1, 16)), 0.2)
        assert expit(log_odds[0]) == pytest.approx(0.2)
        assert apart[0] > 1  # nor is anything known

    def test_many_texts_are_not_rounded_to_a_grid(self):
        """The likeliest share of a large month is as exact as its size allows."""
        rng = np.random.default_rng(4)
        for share in (0.17, 0.23, 0.31):
            y = rng.random(60_000) < share
            score = logit(0.2) + 4 * (rng.normal(size=len(y)) + 4 * y) - 8
            seen = np.bincount(np.clip(score + 8, 0, 15).astype(int), minlength=16)
            found = expit(likeliest(seen[None].astype(float), 0.2)[0][0])
            assert found == pytest.approx(y.mean(), abs=0.002)

    def test_where_scores_were_calibrated_follows_from_labels(self):
        """Sources with other shares than training's still tell at which share scores are right."""
        rng = np.random.default_rng(5)
        y = rng.random(40_000) < 0.3  # calibrated at a tenth
        score = logit(0.1) + 2 * (rng.normal(size=len(y)) + 2 * y) - 2
        seen = np.bincount(np.clip(score + 8, 0, 15).astype(int), minlength=16).astype(float)
        assert calibrated_at(seen, float(y.sum())) == pytest.approx(0.1, abs=0.01)

    def test_theory_is_taken_at_its_word_only_where_sources_do_not_contradict_it(self):
        """Only shares differ: the likeliest share. Scores right everywhere: their mean."""
        y, p, source = labelled(sources=18, each=400, signals=SIGNALS[:6], moved=0.6)
        kinds = ["review"] * len(y)
        shifted = ErrorProfile.from_predictions(y, p, p > 0.4, source, kinds, SIGNALS[:6])
        rng = np.random.default_rng(6)
        right = (rng.random(p.shape) < p).astype(float)
        calibrated = ErrorProfile.from_predictions(right, p, p > 0.4, source, kinds, SIGNALS[:6])
        weight = [[t.weights[-1] for t in r.transfers.values()] for r in (shifted, calibrated)]
        assert np.mean(weight[0]) > 0.8
        assert np.mean(weight[1]) < 0.3
