"""n-grams and their columns: pinned, the same in any company, blind to how a text is typed."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from convcat.classifier import bags
from convcat.classifier.bags import distinct
from convcat.classifier.featurizers import Featurizer, NgramFeaturizer, from_config
from convcat.classifier.ngrams import NgramSpec, char_ngrams, word_ngrams
from convcat.classifier.tokens import tokenize

TINY = NgramFeaturizer(NgramSpec(bits=10))
WIDE = NgramFeaturizer(NgramSpec(words=(1, 2, 3), skips=True, chars=(2, 3, 4, 5, 6), bits=12))
TEXT = "Where’s my parcel?? Ordered 3 Café chairs (£120) on 2 May, tracking says “delivered” 😡"
anything = st.text(st.characters(codec=None), max_size=40)


def digest(matrix: sparse.csr_matrix) -> str:
    parts = (matrix.indices.astype("<i4"), matrix.data.astype("<f4"), matrix.indptr.astype("<i4"))
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()[:16]


class TestColumns:
    @pytest.mark.parametrize(
        ("featurizer", "pinned"),
        [
            (NgramFeaturizer(), "c57c913019a4a758"),
            (TINY, "930478dffec520bf"),
            (WIDE, "1df68d89deaf391a"),
        ],
        ids=["shipped", "tiny", "wide"],
    )
    def test_a_text_has_the_same_columns_on_every_platform(self, featurizer, pinned):
        """A stored model is lost if a hash drifts: these never change within a format."""
        assert digest(featurizer([TEXT, "", "中文 текст नमस्ते \ud800"])) == pinned

    def test_each_block_has_unit_length(self):
        """Long texts do not shout; a text without a word has no feature."""
        matrix = TINY([TEXT, "", "a", "\ud800"])
        half = TINY.spec.columns
        for block in (matrix[:, :half], matrix[:, half:]):
            length = np.asarray(block.multiply(block).sum(axis=1)).ravel()
            assert length == pytest.approx([1, 0, 1, 0], abs=1e-5)

    def test_the_matrix_is_what_scipy_says_it_is(self):
        """Sorted, without doubles, in bounds: no reader has to clean it."""
        matrix = WIDE([TEXT, "no", "", TEXT * 3])
        again = sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), matrix.shape)
        assert again.has_canonical_format
        matrix.check_format(full_check=True)
        assert matrix.dtype == np.float32

    def test_no_text_at_all(self):
        """An empty list gives an empty matrix of the right width."""
        assert TINY([]).shape == (0, TINY.columns)

    def test_what_n_grams_cover(self):
        """Words within one text; characters within one word, its borders included."""
        spec = NgramSpec(words=(1, 2), skips=True, chars=(3,), bits=20)
        tokens = tokenize(["one two three", "four"])
        assert np.bincount(word_ngrams(tokens, spec).text).tolist() == [3 + 2 + 1, 1]
        assert np.bincount(char_ngrams(tokens, spec).text).tolist() == [3 + 3 + 5, 4]

    def test_spread_over_the_columns(self):
        """Different words rarely share a column."""
        spec = NgramSpec(words=(1,), chars=(), bits=18)
        vocabulary = [
            f"{a}{b}{c}q" for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyzabcd"
        ]
        columns = word_ngrams(tokenize(vocabulary), spec).column
        assert len(set(columns.tolist())) >= 990
        assert columns.min() >= 0
        assert columns.max() < spec.columns


class TestSums:
    @given(st.lists(anything | st.sampled_from([TEXT, "no no no", "it? it"]), max_size=5))
    def test_reading_and_training_have_the_same_features(self, texts):
        """What a model adds up without a matrix is the matrix's product."""
        levels = np.random.default_rng(0).integers(-127, 128, (WIDE.columns, 3), dtype=np.int8)
        scale = np.full(3, 1 / 64, dtype=np.float32)
        product = WIDE(texts).astype(np.float64) @ (levels * scale)
        assert WIDE.sums(levels, scale)(texts) == pytest.approx(product, abs=1e-9)

    @given(st.lists(anything | st.sampled_from([TEXT, "no no no", "it? it"]), max_size=5))
    def test_evidence_has_the_same_features(self, texts):
        """Where n-grams stand, found word by word, is what the matrix counts."""
        found, matrix = WIDE.occurrences(texts), WIDE(texts)
        for row in range(len(texts)):
            columns = [grams.column[grams.text == row] for grams in found.blocks]
            assert np.unique(np.concatenate(columns)).tolist() == matrix[row].indices.tolist()

    @given(st.lists(st.integers(0, 20) | st.integers(0, 2**64 - 1), max_size=60))
    def test_equal_keys_are_found(self, keys):
        """Each key once, the last of its like; also where every table is crowded."""
        array = np.array(keys, dtype=np.uint64)
        last = {key: place for place, key in enumerate(keys)}
        for factors in (bags._FACTORS, (np.uint64(0),) * 2):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(bags, "_FACTORS", factors)
                place, label = distinct(array)
            assert place.tolist() == sorted(last.values())
            assert (array[place][label] == array).all()


class TestCompany:
    @given(st.lists(anything, min_size=1, max_size=6), st.randoms())
    def test_features_do_not_depend_on_mates_or_order(self, texts, random):
        """Alone, together or shuffled: the same to the bit."""
        together = WIDE(texts)
        for row, text in enumerate(texts):
            assert digest(WIDE([text])) == digest(together[row])
        order = random.sample(range(len(texts)), len(texts))
        assert digest(WIDE([texts[i] for i in order])) == digest(together[order])

    def test_a_large_neighbour_changes_nothing(self):
        """Tables grow with the batch; what they hold does not."""
        alone, beside = TINY([TEXT]), TINY(["word " * 30_000, TEXT])
        assert digest(alone) == digest(beside[1])


class TestTyping:
    @given(
        st.lists(
            st.sampled_from(["Café", "naïve", "don’t", "“no”", "Straße", "ÅNGSTRÖM", "ok", "Ñandú", "3", "Київ"]),
            min_size=1, max_size=6,
        )
    )  # fmt: skip
    def test_accents_quotes_and_case_make_no_difference(self, parts):
        """However a keyboard or a phone writes it, the features are equal."""
        import unicodedata

        text = " ".join(parts)
        same = digest(TINY([text]))
        straight = text.replace("’", "'").replace("“", '"').replace("”", '"')
        for other in (
            unicodedata.normalize("NFD", text),
            unicodedata.normalize("NFC", text),
            text.lower(),
            straight,
            text.replace(" ", "\n\n"),
            text.replace(" ", "\u00a0"),
            "\ufeff" + text,
        ):
            assert digest(TINY([other])) == same
        if "ß" not in text:  # its capitals are two letters
            assert digest(TINY([text.upper()])) == same


class TestConfig:
    @pytest.mark.parametrize("featurizer", [NgramFeaturizer(), TINY, WIDE])
    def test_it_is_rebuilt_from_what_it_says(self, featurizer):
        """The configuration is all that a model folder keeps of it."""
        assert from_config(featurizer.config()) == featurizer
        assert isinstance(featurizer, Featurizer)

    @pytest.mark.parametrize(
        "change",
        [
            {"kind": "pickle"},
            {"bits": 40},
            {"bits": 0},
            {"limit": 0},
            {"limit": 10**12},
            {"words": [], "chars": []},
            {"chars": [0]},
            {"chars": [99]},
            {"words": [1] * 1_000},
        ],
    )
    def test_absurd_settings_are_refused(self, change):
        """A model file cannot ask for all of the memory."""
        with pytest.raises(ValueError, match=r"unknown|out of range"):
            from_config({**TINY.config(), **change})
