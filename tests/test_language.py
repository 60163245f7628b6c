"""English is read, what is plainly another language is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.conversations.language import english_mask, reads_english

_DATA = Path(__file__).parent / "data"


def bed(name: str) -> list[tuple[str, str]]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [(kind, text) for kind, text in (line.split("\t", 1) for line in lines)]


class TestEnglish:
    """A wrong refusal loses a customer."""

    @pytest.mark.parametrize(("kind", "text"), bed("english_bed.tsv"))
    def test_is_read(self, kind, text):
        """Short texts, brands, numbers, emoji, typos, foreign hands and mixed texts are read."""
        assert reads_english(text), kind

    @pytest.mark.parametrize("text", ["", " ", "?", "123", "a", "\ud800", "\x00"])
    def test_nothing_to_go_by(self, text):
        """Where there is nothing to go by, the text is English."""
        assert reads_english(text)

    def test_quoted_foreign_words(self):
        """A long English text with a foreign sentence is English."""
        text = (
            "I bought this for my mother and the label inside says: lavare a mano con acqua fredda."
        )
        assert reads_english(text)


class TestOtherLanguages:
    """What is plainly another language is not read."""

    @pytest.mark.parametrize(
        ("shortest", "longest", "floor"), [(4, 6, 0.93), (7, 12, 0.95), (13, 99, 1.0)]
    )
    def test_recall_by_length(self, shortest, longest, floor):
        """The longer the text, the surer."""
        texts = [t for _, t in bed("language_bed.tsv") if shortest <= len(t.split()) <= longest]
        assert 1 - english_mask(texts).mean() >= floor

    def test_every_language(self):
        """No language of the twelve is missed as a whole."""
        refused, seen = Counter(), Counter()
        for language, text in bed("language_bed.tsv"):
            if len(text.split()) >= 4:
                seen[language] += 1
                refused[language] += not reads_english(text)
        assert len([code for code, n in seen.items() if n >= 15]) >= 12
        assert min(refused[code] / n for code, n in seen.items()) >= 0.75

    @pytest.mark.parametrize(
        "text", ["Где мой заказ?", "谢谢你们", "أين طلبي", "मेरा पार्सल कहां है", "ขอบคุณ", "감사합니다"]
    )
    def test_other_scripts(self, text):
        """Another script needs no length."""
        assert not reads_english(text)

    def test_without_accents(self):
        """Accents are often left out on a phone."""
        assert not reads_english("el envio todavia no llego y nadie contesta")

    def test_decomposed_accents(self):
        """Accents may be written as marks of their own."""
        assert not reads_english("Ou\u0301 est ma commande ? Je n'ai rien rec\u0327u")


class TestMask:
    """Many texts at once."""

    def test_same_as_one_by_one(self):
        """The batch form says what the single form says."""
        texts = [text for _, text in bed("language_bed.tsv") + bed("english_bed.tsv")]
        mask = english_mask(iter(texts))
        assert mask.dtype == np.bool_
        assert mask.tolist() == [reads_english(text) for text in texts]
        assert english_mask([]).shape == (0,)

    @given(st.text(alphabet=st.characters(), max_size=60))
    def test_any_text(self, text):
        """No text breaks it, and its white space does not matter."""
        assert reads_english(text) == reads_english(f"  {text}\n")

    def test_a_long_text(self):
        """A megabyte is read."""
        assert reads_english("where is my ördér " * 60_000)


class TestFewWords:
    """Two or three words tell a language if nearly all of them are its common ones."""

    @pytest.mark.parametrize(
        "text",
        [
            "zu klein",
            "tr\u00e8s d\u00e9\u00e7u",
            "muy malo",
            "n\u00e3o chegou",
            "troppo piccolo",
            "niet ontvangen",
            "nie dotar\u0142o",
            "kargo gelmedi",
            "gde moy zakaz",
        ],
    )
    def test_other(self, text):
        """Complaints of two words."""
        assert not reads_english(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Casa Bella",
            "Piccolo Mondo",
            "La Vie Est Belle",
            "tr\u00e8s chic but itchy",
            "order status",
            "super bad",
            "Calvin Klein",
            "size M",
            "kaput already",
            "schlecht",
        ],
    )
    def test_english_or_a_name(self, text):
        """Names, words that many languages share, and single words are read."""
        assert reads_english(text)
