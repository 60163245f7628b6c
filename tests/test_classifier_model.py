"""NeedModel: the same numbers in any company, with any number of workers, and without scikit-learn."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.classifier import NeedModel
from convcat.exceptions import InputError
from convcat.labelling import tag_table

TEXTS = [
    "Where is my order? It has been two weeks.",
    "",
    "The shoes are too narrow and I want my money back.",
    "Merci beaucoup 🙂",
    "x" * 30_000,
    "Thanks, all good!",
]


class TestScores:
    def test_probabilities_per_need(self, tiny_model):
        """Each in [0, 1]; tags are what reaches the threshold, and is likelier than no need."""
        p = tiny_model.predict_proba(TEXTS)
        assert p.shape == (len(TEXTS), 14)
        assert ((p >= 0) & (p <= 1)).all()
        none, k = tiny_model.read(TEXTS).p_none[:, None], tiny_model.odds_over_none
        expected = (p >= tiny_model.thresholds) & (p / (1 - p) >= k * none / (1 - none))
        assert (tiny_model.predict(TEXTS) == expected).all()
        assert set(np.unique(tiny_model.predict(TEXTS))) <= {0, 1}

    def test_it_reads_with_some_sense(self, tiny_model):
        """Even four hundred texts teach the plainest needs."""
        assert "wismo" in tiny_model.tag("Where is my parcel, has it been dispatched?").needs
        assert "sizing" in tiny_model.tag("Far too small, I usually take a 12").needs
        reading = tiny_model.read(["Thank you so much, lovely service"])
        assert reading.p_none.shape == reading.p_failed.shape == (1,)

    @settings(max_examples=30)
    @given(
        texts=st.lists(
            st.sampled_from(TEXTS) | st.text(st.characters(codec=None), max_size=50), max_size=8
        ),
        random=st.randoms(),
    )
    def test_batch_mates_and_order_change_no_bit(self, tiny_model, texts, random):
        """A text's scores are its own."""
        together = tiny_model.read(texts)
        order = random.sample(range(len(texts)), len(texts))
        shuffled = tiny_model.read([texts[i] for i in order])
        assert (shuffled.p == together.p[order]).all()
        for row, text in enumerate(texts):
            alone = tiny_model.read([text])
            assert (alone.p[0] == together.p[row]).all()
            assert alone.p_none[0] == together.p_none[row]
            assert alone.p_failed[0] == together.p_failed[row]

    def test_one_worker_or_two(self, tiny_model, tiny_corpus, monkeypatch):
        """Processes change no bit either."""
        monkeypatch.setattr("convcat.labelling._WORTH_WORKERS", 10)
        monkeypatch.setattr("convcat.labelling._PART_ROWS", 70)
        texts = tiny_corpus.texts[:200]
        one = tag_table(texts, tiny_model, n_jobs=1)
        assert tag_table(texts, tiny_model, n_jobs=2).equals(one)

    def test_batches_of_any_length(self, tiny_model, tiny_corpus, monkeypatch):
        """Where a batch is cut does not show."""
        whole = tiny_model.predict_proba(tiny_corpus.texts)
        monkeypatch.setattr("convcat.classifier.model._BATCH_CHARACTERS", 500)
        assert (tiny_model.predict_proba(tiny_corpus.texts) == whole).all()

    def test_no_texts(self, tiny_model):
        """Nothing in, nothing out, in the right shape."""
        assert tiny_model.predict_proba([]).shape == (0, 14)
        assert tiny_model.predict([]).shape == (0, 14)

    def test_a_row_that_is_no_text_is_named(self, tiny_model):
        """The error says where."""
        with pytest.raises(InputError, match="Row 2 holds int"):
            tiny_model.predict_proba(["a", None, 3])


class TestTag:
    def test_one_text(self, tiny_model):
        """Tags, every probability, and the words that carry the tags."""
        tags = tiny_model.tag(TEXTS[0])
        assert set(tags.probabilities) == {*tiny_model.needs_, "none", "failed"}
        assert {span.need for span in tags.evidence} == set(tags.needs)
        assert tags.probabilities["wismo"] == tiny_model.predict_proba([TEXTS[0]])[0, 0]

    @pytest.mark.parametrize("thing", [None, ["a"], b"a", 3])
    def test_what_is_not_one_text_is_refused(self, tiny_model, thing):
        """The sentence points to predict()."""
        with pytest.raises(InputError, match=r"predict\(\)"):
            tiny_model.tag(thing)

    def test_failed_is_unknown_where_it_was_not_trained(self, tiny_model):
        """Rather than a number that means nothing."""
        model = replace(tiny_model, has_failed=False)
        assert np.isnan(model.read(TEXTS).p_failed).all()
        assert not np.isnan(model.read(TEXTS).p_none).any()


class TestIdentity:
    def test_the_hash_follows_what_decides_a_score(self, tiny_model):
        """Another threshold is another model; a copy is the same."""
        assert replace(tiny_model).hash == tiny_model.hash
        assert replace(tiny_model, odds_over_none=0.123).hash != tiny_model.hash
        assert replace(tiny_model, thresholds=tiny_model.thresholds / 2).hash != tiny_model.hash
        heads = replace(tiny_model.heads, bias=tiny_model.heads.bias + 1)
        assert replace(tiny_model, heads=heads).hash != tiny_model.hash

    def test_comparing_models_is_no_error(self, tiny_model):
        """They are compared by hash; `==` is identity, as for arrays nothing else is safe."""
        assert tiny_model == tiny_model
        assert tiny_model != replace(tiny_model)
        assert len({tiny_model, replace(tiny_model)}) == 2

    def test_metadata_is_what_findings_need(self, tiny_model):
        """The model, the taxonomy, the needs and the error profile, as JSON-able values."""
        note = tiny_model.metadata()
        assert set(note) >= {"needs", "model", "taxonomy", "profile"}
        assert note["needs"] == list(tiny_model.needs_)
        assert note["model"]["hash"] == tiny_model.hash

    def test_repr_is_one_line(self, tiny_model):
        """It says which model this is."""
        assert "'tiny'" in repr(tiny_model)
        assert "\n" not in repr(tiny_model)

    def test_pickled_whole_where_it_has_no_folder(self, tiny_model):
        """A model fresh from training travels with its weights."""
        again = pickle.loads(pickle.dumps(tiny_model))
        assert (again.predict_proba(TEXTS) == tiny_model.predict_proba(TEXTS)).all()

    def test_pickled_as_its_path_where_it_has_one(self, tiny_folder):
        """A loaded model is a few hundred bytes to a worker; a changed copy travels whole."""
        from convcat.classifier import load

        model = load(tiny_folder)
        assert len(pickle.dumps(model)) < 1_000
        assert pickle.loads(pickle.dumps(model)).hash == model.hash
        changed = replace(model, thresholds=model.thresholds / 2)
        assert pickle.loads(pickle.dumps(changed)).hash == changed.hash

    def test_reading_needs_no_scikit_learn(self, tiny_folder):
        """A reader starts light."""
        code = (
            "import sys, convcat; m = convcat.load(sys.argv[1]); m.tag('where is my order');"
            "print(sorted({'sklearn', 'pandas', 'polars', 'spacy'} & set(sys.modules)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tiny_folder)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == "[]"


def test_the_public_class_is_the_one_that_is_loaded(tiny_model):
    """convcat.NeedModel is what everything gives."""
    assert isinstance(tiny_model, NeedModel)
