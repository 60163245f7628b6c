"""English asked of many texts at once: the same answers as one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from convcat.conversations.language import reads_english
from convcat.conversations.language_many import plainly_english, read_english

WORDS = st.sampled_from(
    ["where", "Is", "my", "order", "paket", "wo", "ist", "mein", "naïve", "it’s", "don´t", "£5", "♥\ufe0f", "👍🏽",
     "brand™", "e\u0301", "的", "ſent", "I", "refund", "THE", "\ud800", "#ab", "a@b.c", "2nd", "½", "\u00a0", "…the"]
)  # fmt: skip
SAID = st.lists(WORDS, max_size=25).flatmap(
    lambda words: st.sampled_from([" ", "", "\n", "-"]).map(lambda gap: gap.join(words))
)


class TestReadEnglish:
    """One answer, whatever stands beside a text."""

    @given(texts=st.lists(st.one_of(SAID, st.text(max_size=60), st.none()), max_size=20))
    def test_as_one_by_one(self, texts):
        """Letters, signs and halves of them beyond ASCII change nothing."""
        wanted = [text is None or reads_english(text) for text in texts]
        assert read_english(texts) == wanted

    @given(text=SAID)
    def test_plain_is_never_wrong(self, text):
        """What needs no other question is English."""
        assert not plainly_english([text])[0] or reads_english(text)

    def test_most_need_no_other_question(self):
        """Curly quotes, prices and hearts do not make a text doubtful."""
        said = "It’s been three weeks – where is my refund of £20? I want my money back ❤️"
        assert plainly_english([said, said.upper()]).all()

    def test_many_batches(self):
        """Texts keep their order across batches."""
        texts = [
            "Where is my order and the refund?",
            "Wo bleibt denn nur mein Paket, bitte sehr?",
        ] * 2_500
        assert read_english(texts) == [True, False] * 2_500

    def test_none(self):
        """No texts, no answers."""
        assert read_english([]) == []
