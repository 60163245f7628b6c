"""The words that carry a need: exact arithmetic, ranges of the customer's own text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.classifier.evidence import spans, word_weights
from convcat.classifier.model import NeedModel

SIZING = "Lovely colour. It is far too small for me although I took my usual size 14."


class TestArithmetic:
    @pytest.mark.parametrize(
        "text",
        [
            SIZING,
            "Where is it?!  @shop https://a.example/b  ... Where   is it, (my) order",
            "é",
            "🙁 refund 🙁",
            "no " * 30,
        ],
    )
    def test_words_add_up_to_the_score(self, tiny_model, text):
        """All words together are the log-odds, less those of an empty text."""
        _, weights = word_weights(tiny_model, text)
        odds = tiny_model.log_odds([text, ""])
        k = len(tiny_model.needs_)
        assert weights.sum(axis=0) == pytest.approx((odds[0] - odds[1])[:k], abs=1e-4)

    def test_ranges_are_the_words(self, tiny_model):
        """Each range is one word as the customer typed it."""
        text = "Too SMALL, don’t fit 👎"
        ranges, _ = word_weights(tiny_model, text)
        assert [text[a:b] for a, b in ranges] == ["Too", "SMALL", "don’t", "fit", "👎"]


class TestSpans:
    def test_the_words_of_a_need_are_found(self, tiny_model):
        """Size is carried by the words about size."""
        found = spans(tiny_model, SIZING, ("sizing",))
        assert 1 <= len(found) <= 3
        assert any("small" in SIZING[span.start : span.end] for span in found)
        assert all(span.weight > 0 for span in found)

    def test_without_its_evidence_a_need_is_less_likely(self, tiny_model):
        """What is marked matters."""
        text = SIZING
        before = tiny_model.tag(text).probabilities["sizing"]
        for span in reversed(spans(tiny_model, text, ("sizing",))):
            text = text[: span.start] + text[span.end :]
        assert tiny_model.tag(text).probabilities["sizing"] < before / 2

    @settings(max_examples=50, deadline=None)
    @given(text=st.text(st.characters(codec=None), max_size=60))
    def test_spans_lie_in_any_text(self, tiny_model, text):
        """In order, within the text, whatever it holds; asking for every need breaks nothing."""
        found = spans(tiny_model, text, tiny_model.needs_)
        assert list(found) == sorted(found, key=lambda s: (s.start, s.end, s.need))
        for span in found:
            assert 0 <= span.start < span.end <= len(text)

    def test_the_end_of_a_long_text_is_marked_where_it_stands(self, tiny_model):
        """The middle of a very long text is not read; offsets count all the same."""
        text = "hello there " * 5_000 + SIZING
        assert len(text) > tiny_model.featurizer.limit
        marked = [text[span.start : span.end] for span in spans(tiny_model, text, ("sizing",))]
        assert marked
        assert all(words in SIZING for words in marked)

    def test_nothing_to_explain(self, tiny_model):
        """No need, no text, no n-grams: no span."""

        class Lengths:
            kind, columns = "lengths", 2048

            def __call__(self, texts):
                return np.zeros((len(texts), 2048), dtype=np.float32)

            def config(self):
                return {"kind": self.kind}

        assert spans(tiny_model, SIZING, ()) == ()
        assert spans(tiny_model, "", ("sizing",)) == ()
        other: NeedModel = replace(tiny_model, featurizer=Lengths())
        assert spans(other, SIZING, ("sizing",)) == ()
        with pytest.raises(TypeError, match="n-gram"):
            word_weights(other, SIZING)
