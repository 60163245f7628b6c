"""What an encoder is taught beside the labels."""

from __future__ import annotations

import json

import numpy as np
import pytest

from convcat.classifier import load
from convcat.exceptions import InputError
from convcat.training import FineTuning, train
from convcat.training.corpus import read_texts
from convcat.training.lessons import joined, new_texts, taught


@pytest.fixture(scope="module")
def fast():
    """Return the model of n-grams."""
    return load("ecommerce-en-fast")


class TestNewTexts:
    def test_no_text_of_training_or_testing(self):
        """A text that is known by its id, or begins as a known one does, teaches nothing."""
        known = [("a1", "The parcel never came, and nobody answers."), ("a2", "Too small")]
        records = [
            ("a1", "Another wording under the id of a known text."),
            ("b1", "the PARCEL never came - and nobody answers!!"),
            ("b2", "My voucher is refused at the till."),
            ("b3", "My voucher is refused at the till!"),
            ("b4", "ok"),
            ("b5", "word " * 400),
        ]
        assert new_texts(records, known) == ["My voucher is refused at the till."]


class TestTaught:
    def test_the_teachers_own_opinion(self, fast):
        """A target is what the teacher's heads say, whatever order the texts are read in."""
        texts = ["where is my parcel", "the zip broke after a week and the seam is open", "thanks"]
        lessons = taught(fast, texts)
        assert lessons.texts == tuple(texts)
        assert lessons.targets.shape == (3, len(fast.needs_) + 2)
        assert ((lessons.targets >= 0) & (lessons.targets <= 1)).all()
        assert lessons.targets[0].argmax() == fast.needs_.index("wismo")
        one = taught(fast, texts[1:2]).targets[0]
        assert np.allclose(lessons.targets[1], one, atol=1e-9)


class TestJoined:
    TEXTS = ("The sleeves are too short.", "Nobody answers my mails.", "Lovely, thank you all!")
    TARGETS = np.array([[1.0, 0, 0, 1], [0, 1, 0, np.nan], [0, 0, 1, 0]])

    def test_a_need_of_either_is_a_need_of_both(self):
        """Two texts joined have the needs of both, and none only where neither has one."""
        found = joined(self.TEXTS, self.TARGETS, ["s"] * 3, share=1, seed=0)
        assert found.texts
        for text, target in zip(found.texts, found.targets, strict=True):
            parts = [self.TARGETS[self.TEXTS.index(part)] for part in text.split("\n")]
            assert len(parts) == 2
            assert target[0] == max(parts[0][0], parts[1][0])
            assert target[1] == max(parts[0][1], parts[1][1])
            assert target[2] == min(parts[0][2], parts[1][2])
            assert np.isnan(target[3]) == any(np.isnan(part[3]) for part in parts)

    def test_only_of_one_source(self):
        """A text is never joined to one of another shop."""
        assert joined(self.TEXTS, self.TARGETS, ["a", "b", "c"], share=1, seed=0).texts == ()

    def test_the_same_for_a_seed(self):
        """The same seed joins the same texts; none are joined where the share is 0."""
        texts = [f"Text number {i} of a small shop." for i in range(40)]
        targets = np.zeros((40, 4))
        one = joined(texts, targets, ["s"] * 40, share=0.5, seed=3)
        assert one.texts == joined(texts, targets, ["s"] * 40, share=0.5, seed=3).texts
        assert 15 <= len(one.texts) <= 20
        assert joined(texts, targets, ["s"] * 40, share=0, seed=3).texts == ()

    def test_a_share_beyond_one(self):
        """A share that is none is said to be so."""
        with pytest.raises(InputError, match="from 0 to 1, not 2"):
            joined(self.TEXTS, self.TARGETS, ["s"] * 3, share=2, seed=0)


class TestTrain:
    @pytest.fixture
    def data(self, tmp_path):
        """Return a file of a few labelled texts."""
        path = tmp_path / "shop.jsonl"
        path.write_text(
            "".join(
                json.dumps({"text": f"where is it {i}", "needs": ["wismo"]}) + "\n"
                for i in range(4)
            )
        )
        return path

    def test_n_grams_have_no_teacher(self, data, tmp_path):
        """Said before any work is done."""
        with pytest.raises(InputError, match="Only an encoder"):
            train(data, out=tmp_path / "m", joined_share=0.2)

    def test_a_teacher_without_texts(self, data, tmp_path):
        """A teacher needs untagged texts, and they a teacher."""
        with pytest.raises(InputError, match="A teacher needs untagged texts"):
            train(
                data, out=tmp_path / "m", fine_tuning=FineTuning(tmp_path), teacher="ecommerce-en"
            )

    def test_every_record_with_a_text(self, tmp_path):
        """Labels do not matter to a text that is only taught; an empty one is passed over."""
        path = tmp_path / "more.jsonl"
        records = [{"id": "x", "text": "a b"}, {"text": "c", "needs": []}, {"id": "y", "text": " "}]
        path.write_text("".join(json.dumps(r) + "\n" for r in records))
        assert list(read_texts(path)) == [("x", "a b"), ("more-2", "c")]
