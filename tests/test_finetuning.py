"""Fine-tuning an encoder: it learns, it can be broken off, and what it learnt can be shipped."""

from __future__ import annotations

import json

import numpy as np
import pytest

from convcat import NeedClassifier, load
from convcat.classifier.calibration import Floats
from convcat.exceptions import InputError, MissingExtraError
from convcat.training import FineTuning, Recipe, finetune, network, train
from convcat.training.batches import batches, padded
from convcat.training.finetune import fine_tune

THINGS = ["coat", "shoes", "lamp", "bag", "rug", "desk", "hat", "bike", "ring", "tent"]
TEXTS = [f"where is my {t}" for t in THINGS] + [f"the {t} is too small" for t in THINGS]
TARGETS: Floats = np.repeat(np.eye(2), 10, axis=0)
QUICK = Recipe(epochs=12, learning_rate=3e-3, layer_decay=1.0, batch=4, limit=16)


class TestBatches:
    def test_every_text_once_and_like_lengths_together(self):
        """Whatever the seed; another seed, another order."""
        sizes = np.random.default_rng(0).integers(3, 90, 1_000)
        found = batches(sizes, 32, seed=1)
        assert sorted(np.concatenate(found)) == list(range(1_000))
        assert np.mean([np.ptp(sizes[rows]) for rows in found]) < 8
        assert [b.tolist() for b in batches(sizes, 32, seed=1)] == [b.tolist() for b in found]
        assert [b.tolist() for b in batches(sizes, 32, seed=2)] != [b.tolist() for b in found]

    def test_padding_is_marked(self):
        """The mask is one exactly where a text has tokens; lengths are multiples of 16."""
        ids, mask = padded([np.array([5, 6, 7]), np.arange(17)], pad=1)
        assert ids.shape == mask.shape == (2, 32)
        assert ids[0].tolist() == [5, 6, 7, *[1] * 29]
        assert mask.sum(axis=1).tolist() == [3, 17]


class TestWithoutPyTorch:
    def test_it_says_what_to_install(self, tmp_path, monkeypatch):
        """In one sentence."""
        monkeypatch.setattr(network, "import_module", lambda name: __import__(f"no_{name}"))
        with pytest.raises(MissingExtraError, match=r"convcat\[train\]"):
            fine_tune(tmp_path, TEXTS, TARGETS)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A folder with a tiny encoder that knows nothing yet."""
    transformers = pytest.importorskip("transformers", reason="fine-tuning needs Transformers")
    torch = pytest.importorskip("torch", reason="fine-tuning needs PyTorch")
    pytest.importorskip("onnx", reason="encoders are written with the package onnx")
    folder = tmp_path_factory.mktemp("base") / "tiny-base"
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = [*marks, "where", "is", "my", "the", "too", "small", *THINGS]
    (folder / "x").parent.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    tokenizer = transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    transformers.BertModel(config).save_pretrained(folder)
    return folder


class TestFineTuning:
    def test_it_learns_and_what_it_learnt_is_an_encoder_of_ours(self, base):
        """The heads on the exported int8 vectors tell the two kinds of text apart."""
        featurizer, weights, bias = FineTuning(base, QUICK).learn(TEXTS, TARGETS, np.ones(20))
        odds = featurizer(["where is my sofa", "the sofa is too small"]) @ weights + bias
        assert (odds.argmax(axis=1) == [0, 1]).all()

    def test_a_run_that_was_broken_off_ends_as_if_it_had_not_been(
        self, base, tmp_path, monkeypatch
    ):
        """To the bit; and a finished run is not repeated."""
        whole = fine_tune(base, TEXTS, TARGETS, recipe=QUICK)
        monkeypatch.setattr(finetune, "_EVERY", 7)
        said: list[str] = []

        def take(run, rows, own=finetune._Run._take):
            if run.step == 17 and not said:
                raise KeyboardInterrupt
            return own(run, rows)

        monkeypatch.setattr(finetune._Run, "_take", take)
        with pytest.raises(KeyboardInterrupt):
            fine_tune(base, TEXTS, TARGETS, recipe=QUICK, checkpoints=tmp_path)
        said.append("broken off")
        again = fine_tune(base, TEXTS, TARGETS, recipe=QUICK, checkpoints=tmp_path, say=said.append)
        assert "going on from step 14 of 60" in said
        for name, array in whole.trunk.items():
            assert (again.trunk[name] == array).all(), name
        assert (again.weights == whole.weights).all()
        fine_tune(base, TEXTS, TARGETS, recipe=QUICK, checkpoints=tmp_path, say=said.append)
        assert said[-1].startswith("fine-tuned before")

    def test_what_is_not_known_teaches_nothing(self, base):
        """A NaN target has no gradient; a weight of zero neither."""
        targets = np.column_stack([TARGETS, np.full(20, np.nan)])
        tuned = fine_tune(base, TEXTS, targets, recipe=Recipe(epochs=1, batch=4, limit=16))
        assert tuned.bias[2] == 0
        tuned = fine_tune(base, TEXTS, TARGETS, np.zeros(20), recipe=Recipe(epochs=1, limit=16))
        assert (tuned.bias == 0).all()

    def test_a_folder_without_an_encoder(self, tmp_path):
        """Is named."""
        pytest.importorskip("torch", reason="fine-tuning needs PyTorch")
        with pytest.raises(InputError, match=r"tokenizer\.json"):
            fine_tune(tmp_path, TEXTS, TARGETS)

    def test_the_training_command_ships_it(self, base, tmp_path):
        """From a labelled file to a model folder that loads without PyTorch's help."""
        rows = [
            {"text": text, "needs": [need], "source": f"shop{i % 3}", "selection": "random"}
            for i, (text, need) in enumerate(
                zip(TEXTS, ["wismo"] * 10 + ["sizing"] * 10, strict=True)
            )
        ]
        data = tmp_path / "labelled.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows))
        model, figures = train(data, out=tmp_path / "mine", fine_tuning=FineTuning(base, QUICK))
        assert load(tmp_path / "mine").hash == model.hash
        assert model.tag("where is my tent").needs == ("wismo",)
        assert figures[0].macro_f1.value > 0.5
        assert model.facts["settings"]["base"] == "tiny-base"
        assert "tiny-base" in (tmp_path / "mine" / "README.md").read_text()

    def test_the_estimator_takes_it_as_features(self, base):
        """Cloned, fitted fold by fold, with out-of-fold figures."""
        needs = [["wismo"]] * 10 + [["sizing"]] * 10
        clf = NeedClassifier(features=FineTuning(base, QUICK), folds=2).fit(TEXTS, needs)
        p = clf.tag("the desk is too small").probabilities
        assert p["sizing"] == max(p.values())
        assert np.isfinite(clf.oof_proba_[:, :-1]).all()
