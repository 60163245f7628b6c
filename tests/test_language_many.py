"""English asked of many texts at once: the same answers as one by one."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from convcat.conversations.language import reads_english, words_of
from convcat.conversations.language_many import plainly_english, read_english
from convcat.patterns import FOREIGN

WORDS = st.sampled_from(
    ["where", "Is", "my", "order", "paket", "wo", "ist", "mein", "naïve", "it’s", "don´t", "£5", "♥\ufe0f", "👍🏽",
     "brand™", "e\u0301", "的", "ſent", "I", "refund", "THE", "\ufffd", "#ab", "a@b.c", "2nd", "½", "\u00a0", "…the"]
)  # fmt: skip
SAID = st.lists(WORDS, max_size=25).flatmap(
    lambda words: st.sampled_from([" ", "", "\n", "-"]).map(lambda gap: gap.join(words))
)
WHATEVER = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


class TestReadEnglish:
    """One answer, whatever stands beside a text."""

    @given(texts=st.lists(st.one_of(SAID, WHATEVER, st.none()), max_size=20))
    def test_as_one_by_one(self, texts):
        """Letters, signs and halves of them beyond ASCII change nothing."""
        wanted = [text is None or reads_english(text) for text in texts]
        assert read_english(pa.array(texts, pa.string())).tolist() == wanted

    @given(text=SAID)
    def test_plain_is_never_wrong(self, text):
        """What needs no other question is English."""
        assert not plainly_english(pa.array([text]))[0] or reads_english(text)

    def test_most_need_no_other_question(self):
        """Curly quotes, prices and hearts do not make a text doubtful."""
        said = "It’s been three weeks – where is my refund of £20? I want my money back ❤️"
        assert plainly_english(pa.array([said, said.upper()])).all()

    def test_many_batches(self):
        """Texts keep their order across batches."""
        texts = [
            "Where is my order and the refund?",
            "Wo bleibt denn nur mein Paket, bitte sehr?",
        ] * 2_500
        assert read_english(pa.array(texts)).tolist() == [True, False] * 2_500

    def test_none(self):
        """No texts, no answers."""
        assert read_english(pa.array([], pa.string())).tolist() == []

    def test_a_slice(self):
        """Where texts begin in their buffer does not show."""
        texts = pa.array(
            ["Wo bleibt denn nur mein Paket, bitte sehr?", "Where is my refund?", None]
        )
        assert read_english(texts.slice(1)).tolist() == [True, True]

    def test_signs_beyond_ascii(self):
        """Signs that are taken for blanks part words, whatever stands beside them."""
        signs = [chr(code) for code in range(128, 0x20000) if not 0xD800 <= code < 0xE000]
        foreign = pc.match_substring_regex(pa.array(signs), FOREIGN).to_pylist()
        for sign, other in zip(signs, foreign, strict=True):
            if not other:
                joins = unicodedata.category(sign).startswith("M") and sign != "\ufe0f"
                assert not any([sign.isalnum(), sign.isspace(), words_of(sign), joins])
