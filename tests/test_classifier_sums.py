"""Scores added up word by word: the same as of the matrix, whatever was read before."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.classifier import lexicon
from convcat.classifier.featurizers import NgramFeaturizer
from convcat.classifier.lexicon import keys_of
from convcat.classifier.ngrams import NgramSpec
from convcat.classifier.tokens import tokenize

WORDS = [
    "the",
    "they",
    "banana",
    "ananas",
    "it?",
    "café",
    "我的包裹",
    "x",
    "$5",
    "delivery",
    "late",
]
SAID = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=12).map(" ".join)
CROWDED = NgramFeaturizer(NgramSpec(bits=8))  # hashes often meet
SPECS = [
    CROWDED.spec,
    NgramSpec(words=(1, 2, 3), skips=True, chars=(2, 6), bits=12),
    NgramSpec(words=(2,), chars=(), bits=9),
    NgramSpec(words=(), chars=(1, 3), bits=9),
]


def weights_for(featurizer: NgramFeaturizer) -> tuple[np.ndarray, np.ndarray]:
    """Return weights as a model file holds them: whole numbers and a scale."""
    levels = np.random.default_rng(0).integers(-127, 128, (featurizer.columns, 3), dtype=np.int8)
    return levels, np.array([0.37, 1.9, 0.011], dtype=np.float32)


def by_matrix(featurizer: NgramFeaturizer, texts: list[str]) -> np.ndarray:
    levels, scale = weights_for(featurizer)
    return featurizer(texts).astype(np.float64) @ (levels * scale.astype(np.float64))


class TestSums:
    @pytest.mark.parametrize("spec", SPECS)
    @settings(max_examples=15, deadline=None)
    @given(texts=st.lists(SAID, max_size=6))
    def test_as_the_matrix_says(self, spec, texts):
        """Each n-gram counts once, also where two words share it or two hashes meet."""
        featurizer = NgramFeaturizer(spec)
        found = featurizer.sums(*weights_for(featurizer))(texts)
        assert found == pytest.approx(by_matrix(featurizer, texts), abs=1e-4)

    @pytest.mark.parametrize("times", [127, 128, 255, 256, 257, 70_000])
    def test_a_word_said_very_often(self, times):
        """Said once or 256 times, it is there."""
        featurizer = NgramFeaturizer(NgramSpec(words=(1,)), limit=1_000_000)
        sums = featurizer.sums(*weights_for(featurizer))
        assert (sums(["late " * times]) == sums(["late"])).all()

    def test_the_same_word_in_the_next_text(self):
        """Texts do not share n-grams, words do."""
        featurizer = NgramFeaturizer(NgramSpec(chars=(3,)))
        sums = featurizer.sums(*weights_for(featurizer))
        assert (
            sums(["x", "x", "y"]) == np.concatenate([sums(["x"]), sums(["x"]), sums(["y"])])
        ).all()

    def test_no_words(self):
        """A text without a word adds nothing."""
        sums = CROWDED.sums(*weights_for(CROWDED))
        assert sums([]).shape == (0, 3)
        assert not sums(["", " \n"]).any()
        assert (sums(["", "late", ""])[1] == sums(["late"])[0]).all()


class TestMemory:
    @pytest.mark.parametrize(
        ("words", "chars", "bits"), [(1 << 16, 1 << 21, 17), (4, 1 << 21, 17), (1 << 16, 20, 2)]
    )
    @settings(max_examples=15, deadline=None)
    @given(before=st.lists(SAID, max_size=8), texts=st.lists(SAID, max_size=6))
    def test_what_was_read_before_does_not_show(self, words, chars, bits, before, texts):
        """To the bit, also where the memory is full or its slots are taken."""
        fresh = CROWDED.sums(*weights_for(CROWDED))(texts)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lexicon, "_MOST", words)
            patch.setattr(lexicon, "_MOST_CHARS", chars)
            patch.setattr(lexicon, "_BITS", bits)
            used = CROWDED.sums(*weights_for(CROWDED))
            for text in before:
                used([text])
            assert (used(texts) == fresh).all()
            assert (used(texts[::-1]) == fresh[::-1]).all()
            assert used._lexicon._kept <= max(1, words)

    def test_memory_is_bounded(self, monkeypatch):
        """A dump of ever new and long words does not fill it."""
        monkeypatch.setattr(lexicon, "_MOST", 50)
        monkeypatch.setattr(lexicon, "_MOST_CHARS", 1_000)
        sums = CROWDED.sums(*weights_for(CROWDED))
        for i in range(30):
            sums(
                [
                    f"{i}{'ab' * 40}{i} "
                    + " ".join(f"word{chr(97 + k)}{chr(97 + i)}" for k in range(9))
                ]
            )
        kept = sums._lexicon._kept
        assert kept <= 50
        assert sums._lexicon._bounds[kept] <= 1_000
        assert sums._lexicon.sums.shape[0] <= 200
        assert sums._lexicon._chars.size <= 4_000

    def test_threads_share_one(self):
        """Asked at once by several threads, it says the same."""
        texts = [" ".join([*WORDS[i % 11 :], f"w{'abcdefghij'[i % 10]}{i}"]) for i in range(60)]
        wanted = CROWDED.sums(*weights_for(CROWDED))(texts)
        shared = CROWDED.sums(*weights_for(CROWDED))
        with ThreadPoolExecutor(4) as pool:
            found = np.concatenate(list(pool.map(shared, ([text] for text in texts))))
        assert (found == wanted).all()

    def test_it_travels_without_its_memory(self):
        """Another process begins anew."""
        sums = CROWDED.sums(*weights_for(CROWDED))
        wanted = sums(WORDS)
        again = pickle.loads(pickle.dumps(sums))
        assert again._lexicon._kept == 1
        assert (again(WORDS) == wanted).all()


class TestKeys:
    @given(
        st.lists(
            st.text("abé我👍!? ", max_size=24).map(lambda text: f"{text} {text[::-1]}"), max_size=8
        )
    )
    def test_told_apart(self, texts):
        """Words are told apart by all their characters and those beside them, however many."""
        tokens = tokenize(texts)
        places = zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)
        words = [tuple(tokens.codes[start - 1 : end + 1].tolist()) for start, end in places]
        keys = keys_of(tokens).tolist()
        assert len(set(zip(words, keys, strict=True))) == len(set(words)) == len(set(keys))
