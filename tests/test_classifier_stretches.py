"""A long text is read whole and in stretches."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.classifier.stretches import stretches, united, with_stretches

PRAISE = "The colours are lovely and my sister liked the card that came with it very much indeed. "
LATE = "Only it came three weeks late."


class TestStretches:
    @given(st.text(max_size=400), st.integers(1, 20))
    def test_they_hold_every_word_once_and_in_order(self, text, words):
        """Whatever the text holds."""
        found = stretches(text, words)
        assert [w for a, b in found for w in text[a:b].split()] in ([], text.split())
        assert all(a < b for a, b in found)
        assert all(one[1] <= two[0] for one, two in pairwise(found))
        assert len(found) != 1

    @given(st.lists(st.sampled_from(["a", "b.", "c!\n", "d,"]), max_size=60), st.integers(1, 9))
    def test_none_is_longer_than_twice_what_was_asked(self, parts, words):
        """A text without a full stop is cut all the same."""
        text = " ".join(parts)
        assert all(len(text[a:b].split()) <= 2 * words for a, b in stretches(text, words))

    def test_lines_and_sentences_end_them(self):
        """A turn of a conversation stands on a line of its own."""
        text = "hello there my friend\nmy parcel is lost\nthanks"
        found = [text[a:b] for a, b in stretches(text, 4)]
        assert found == ["hello there my friend", "my parcel is lost", "thanks"]


def counting(texts):
    """Log-odds by the number of x, and by the number of words."""
    return np.array([[t.count("x") / 4 - 1, -len(t.split()) / 8] for t in texts])


class TestScores:
    def test_a_short_text_is_read_once(self):
        """And as if there were no stretches."""
        seen = []

        def scores(texts):
            seen.extend(texts)
            return np.array([[-float(len(t)) / 4] for t in texts])

        assert with_stretches(["one two", "three"], 5, 1, scores).tolist() == [[-1.75], [-1.25]]
        assert seen == ["one two", "three"]

    def test_a_need_in_doubt_is_the_mean_of_the_whole_and_the_best_stretch(self):
        """For each need by itself; what is no need is read in the whole."""
        texts = ["x x. a b. c x.", "y"]
        assert with_stretches(texts, 2, 2, counting).tolist() == [[-0.375, -0.5], [-1.0, -0.125]]
        assert with_stretches(texts, 2, 1, counting).tolist() == [[-0.375, -0.75], [-1.0, -0.125]]

    @pytest.mark.parametrize(("score", "times"), [(-2.5, 1), (-1.0, 2), (0.5, 1)])
    def test_one_without_doubt_is_not_read_again(self, score, times):
        """Neither where a need is plain nor where it is out of the question."""
        read = []

        def scores(texts):
            read.append(len(texts))
            return np.full((len(texts), 3), [score, -1.0, -1.0])

        with_stretches(["a b. c d."], 2, 1, scores)
        assert len(read) == times


class TestGlance:
    def test_the_most_hopeful_stretch_is_read_alone(self):
        """And the one that was no part of what was read as the whole."""
        text = "x x. a b. c x. d e."
        seen = []

        def scores(texts):
            seen.extend(texts)
            return counting(texts)

        def glance(texts, _):
            return counting(texts), np.arange(len(texts)), [np.array(hints)] * len(texts)

        hints = [[-0.9, 0.0], [-0.2, 0.0], [-0.5, 0.0], [np.nan, np.nan]]
        with_stretches([text], 2, 1, scores, glance)
        assert seen == ["a b.", "d e."]

    def test_a_text_has_the_best_of_its_windows(self):
        """In the mean with the shortened text; the least of what speaks for no need at all."""
        windows = np.array([[-4.0, 3, 0.5], [1, 1, 1], [-9, 5, 0], [2, -1, 0.5], [0, 0, 0]])
        owners = np.array([0, 1, 1, 1, 2])
        assert united(windows, owners, 3, 1).tolist() == [
            [-4.0, 3.0, 0.5],
            [1.5, 0.0, 0.75],
            [0.0, 0.0, 0.0],
        ]


class TestModel:
    def test_one_sentence_is_not_drowned(self, tiny_model):
        """The need of a sentence within much else is likelier with stretches."""
        text = PRAISE * 4 + LATE + " " + PRAISE * 4
        heads = tiny_model.heads
        found = heads.scores(tiny_model.featurizer([text]))[0]
        whole = replace(tiny_model, heads=replace(heads, bias=heads.bias - found - 1))  # in doubt
        both = replace(whole, stretch=8)
        delay = both.needs_.index("delay")
        assert both.predict_proba([text])[0, delay] > whole.predict_proba([text])[0, delay]
        assert both.predict_proba([LATE]) == pytest.approx(whole.predict_proba([LATE]))

    def test_texts_do_not_depend_on_each_other(self, tiny_model):
        """To the bit, in any order."""
        model = replace(tiny_model, stretch=8)
        texts = [PRAISE * 3 + LATE, LATE, "", PRAISE * 9]
        together = model.predict_proba(texts)
        assert (model.predict_proba(texts[::-1])[::-1] == together).all()
        assert all(
            (model.predict_proba([t])[0] == row).all()
            for t, row in zip(texts, together, strict=True)
        )

    def test_it_is_part_of_the_model(self, tiny_model, tmp_path):
        """Saved, read back, and part of the hash."""
        from convcat.classifier import load

        model = replace(tiny_model, stretch=8)
        assert load(model.save(tmp_path / "m")).stretch == 8
        assert model.hash != tiny_model.hash
