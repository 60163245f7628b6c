"""From labelled files to a model folder, its figures and its card."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from convcat.classifier import load
from convcat.classifier.featurizers import NgramFeaturizer
from convcat.classifier.ngrams import NgramSpec
from convcat.exceptions import InputError
from convcat.taxonomy import Taxonomy
from convcat.training import evaluate, evaluate_files, read_labelled, train

IDS = Taxonomy.load().ids
CORPUS = Path(__file__).parent.parent / "data" / "corpus"


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def record(text="a", needs=("wismo",), **more):
    return {"text": text, "needs": needs, **more}


class TestCorpus:
    def test_every_field_and_its_default(self, tmp_path):
        """What a record does not say is taken from the file's name, or is not known."""
        path = write(
            tmp_path / "shop.jsonl",
            record("a", ["delay", "wismo"], id="x1", channel="email", stance="asked", source="s"),
            record("b", [], rating=2, selection="chosen"),
            record("c", "sizing; none", stance="both"),
        )
        corpus = read_labelled(path, needs=IDS)
        assert len(corpus) == 3
        assert corpus.ids == ("x1", "shop-2", "shop-3")
        assert corpus.needs == (("wismo", "delay"), (), ("sizing",))
        assert corpus.sources == ("s", "shop", "shop")
        assert corpus.kinds == ("support", "review", "support")
        assert corpus.channels == ("email", "", "")
        assert corpus.failed.tolist() == [0.0, 0.0, 1.0]
        assert corpus.drawn.tolist() == [True, False, True]
        assert "3 texts, 2 sources, 2 drawn" in repr(corpus)

    def test_what_a_low_review_implies(self, tmp_path):
        """A review with a need failed; a message with one may only ask; without one nothing did."""
        path = write(
            tmp_path / "a.jsonl",
            record("a", ["quality"], rating=3),
            record("b", ["wismo"]),
            record("c", []),
        )
        assert np.array_equal(
            read_labelled(path, needs=IDS).failed, [1.0, np.nan, 0.0], equal_nan=True
        )

    def test_csv_and_folders(self, tmp_path):
        """A folder is its files, in order of their names; others in it are left alone."""
        (tmp_path / "b.csv").write_text("text,needs\nwhere is it,wismo\nfine,\n", "utf-8-sig")
        write(tmp_path / "a.jsonl", record("too small", ["sizing"]))
        (tmp_path / "README.md").write_text("notes")
        corpus = read_labelled(tmp_path, needs=IDS)
        assert corpus.texts == ("too small", "where is it", "fine")
        assert corpus.needs == (("sizing",), ("wismo",), ())

    def test_corrections_replace_labels_by_id(self, tmp_path):
        """Labels and stance, nothing else; the digest follows."""
        path = write(
            tmp_path / "a.jsonl",
            record("a", ["wismo"], id="1", stance="asked"),
            record("b", id="2"),
        )
        mend = write(
            tmp_path / "mend.jsonl",
            {"id": "1", "needs": ["delay"], "stance": "failed", "text": "x"},
        )
        before = read_labelled(path, needs=IDS)
        after = read_labelled(path, needs=IDS, corrections=[mend])
        assert after.texts == before.texts
        assert after.needs == (("delay",), ("wismo",))
        assert after.failed[0] == 1.0
        assert after.digest != before.digest == read_labelled(path, needs=IDS).digest

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ('{"text": "a", "needs": []}\n\n{"text": "a"', "a.jsonl, line 3 is not JSON"),
            ("[1, 2]", "a.jsonl, line 1 is not a JSON object"),
            ('{"needs": []}', "a.jsonl, line 1 has no 'text'"),
            ('{"text": "a"}', "a.jsonl, line 1 has no 'needs'"),
            ('{"text": "a", "needs": ["wizmo"]}', "line 1 names an unknown need 'wizmo'.*'wismo'"),
            ('{"text": "a", "needs": 3}', "line 1: 'needs' must be a list"),
            ('{"text": "a", "needs": [["x"]]}', "line 1 names an unknown need"),
            ('{"text": "a", "n": ' + "9" * 6_000 + "}", "line 1 is not JSON"),
            ("", "no labelled text"),
            ("[" * 100_000, "a.jsonl, line 1 is not JSON"),
            (b"\xff\xfe\xff", "not UTF-8"),
        ],
    )
    def test_faults_are_named_with_file_and_line(self, tmp_path, content, said):
        """And never with the customer's words."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(InputError, match=said):
            read_labelled(path, needs=IDS)

    def test_files_that_are_not_there(self, tmp_path):
        """Nor any in a folder, nor a file of corrections."""
        with pytest.raises(InputError, match="no file or folder"):
            read_labelled(tmp_path / "none", needs=IDS)
        with pytest.raises(InputError, match=r"holds no \.jsonl or \.csv"):
            read_labelled(tmp_path, needs=IDS)
        path = write(tmp_path / "a.jsonl", record())
        with pytest.raises(InputError, match="Cannot read"):
            read_labelled(path, needs=IDS, corrections=[tmp_path / "none.jsonl"])
        with pytest.raises(InputError, match=r"a.jsonl, line 1 has no 'id' to correct"):
            read_labelled(path, needs=IDS, corrections=[path])

    def test_csv_faults_name_the_line(self, tmp_path):
        """Lines as an editor counts them, though a text may span several."""
        path = tmp_path / "a.csv"
        path.write_text('text,needs\n"two\nlines",wismo\nthree,wizmo\n')
        with pytest.raises(InputError, match=r"a.csv, line 4 names an unknown need 'wizmo'"):
            read_labelled(path, needs=IDS)
        before = csv.field_size_limit(100)
        try:
            path.write_text("text,needs\n" + "x" * 200 + ",wismo\n")
            with pytest.raises(InputError, match="is not a CSV file that can be read"):
                read_labelled(path, needs=IDS)
        finally:
            csv.field_size_limit(before)

    def test_the_project_s_own_corpus(self):
        """Large enough, every need in it, no text twice, none of it drawn at random."""
        corpus = read_labelled(CORPUS, needs=IDS)
        assert len(corpus) >= 1_500
        assert len(set(corpus.texts)) == len(corpus)
        assert len(set(corpus.ids)) == len(corpus)
        counts = {need: sum(need in own for own in corpus.needs) for need in IDS}
        assert min(counts.values()) >= 20, counts
        assert sum(not own for own in corpus.needs) >= 100
        assert not corpus.drawn.any()


class TestEvaluation:
    RNG = np.random.default_rng(3)
    TRUTH = RNG.random((400, 4)) < [0.3, 0.1, 0.05, 0.2]
    P = np.clip(np.where(TRUTH, 0.7, 0.2) + RNG.normal(0, 0.2, TRUTH.shape), 0.001, 0.999)
    TAGS = P >= 0.5
    NEEDS = ("a", "b", "c", "other")
    FOUND = evaluate("test", NEEDS, TRUTH, TAGS, P, failed=(TRUTH[:, 0].astype(float), P[:, 0]))

    @pytest.mark.parametrize(
        ("figures", "score"), [("f1", f1_score), ("precision", precision_score), ("recall", recall_score)]
    )  # fmt: skip
    def test_figures_are_scikit_learn_s(self, figures, score):
        """Per need, to the last digit, with the count behind them."""
        for j, need in enumerate(self.NEEDS):
            figure = getattr(self.FOUND, figures)[need]
            assert figure.value == pytest.approx(score(self.TRUTH[:, j], self.TAGS[:, j]))
            assert figure.low <= figure.value <= figure.high
            assert figure.n == self.TRUTH[:, j].sum()

    def test_macro_f1_leaves_other_out(self):
        """The mean over the needs."""
        expected = f1_score(self.TRUTH[:, :3], self.TAGS[:, :3], average="macro")
        assert self.FOUND.macro_f1.value == pytest.approx(expected)
        assert self.FOUND.macro_f1.low < expected < self.FOUND.macro_f1.high

    def test_quiet_and_silent(self):
        """Texts without a need that get no tag; texts with one that get none."""
        tagged, carries = self.TAGS.any(axis=1), self.TRUTH.any(axis=1)
        assert self.FOUND.quiet.value == pytest.approx((~tagged[~carries]).mean())
        assert self.FOUND.silent.value == pytest.approx((~tagged[carries]).mean())
        assert self.FOUND.quiet.n + self.FOUND.silent.n == 400

    def test_failed(self):
        """F1 at a half; unknown rows do not count; None where nothing is known."""
        expected = f1_score(self.TRUTH[:, 0], self.P[:, 0] >= 0.5)
        assert self.FOUND.failed_f1.value == pytest.approx(expected)
        nothing = (np.full(400, np.nan), self.P[:, 0])
        again = evaluate("t", self.NEEDS, self.TRUTH, self.TAGS, self.P, failed=nothing)
        assert again.failed_f1 is None

    def test_calibration_error_of_perfect_and_poor_probabilities(self):
        """Small where probabilities come true, large where they do not."""
        rng = np.random.default_rng(0)
        p = rng.random((6_000, 1))
        truth = rng.random(p.shape) < p
        honest = evaluate("t", ("a",), truth, p > 0.5, p).calibration_error["a"]
        boastful = evaluate("t", ("a",), truth, p > 0.5, np.sqrt(p)).calibration_error["a"]
        assert honest < 0.03 < 0.1 < boastful

    def test_intervals_cover(self):
        """About 95 of 100 samples hold the truth."""
        rng = np.random.default_rng(5)
        hits = 0
        for _ in range(30):
            truth = rng.random((100, 1)) < 0.4
            tags = np.where(truth, rng.random(truth.shape) < 0.8, rng.random(truth.shape) < 0.1)
            figure = evaluate("t", ("a",), truth, tags, tags.astype(float)).recall["a"]
            hits += figure.low <= 0.8 <= figure.high
        assert hits >= 25

    def test_the_same_on_repeat(self):
        """The bootstrap has a seed."""
        again = evaluate("test", self.NEEDS, self.TRUTH, self.TAGS, self.P)
        assert again.f1 == self.FOUND.f1

    def test_texts_without_any_need_or_any_text(self):
        """Nothing to measure is no error; it is JSON all the same."""
        for n in (0, 3, 12):
            none = np.zeros((n, 2), dtype=bool)
            found = evaluate("t", ("a", "other"), none, none, none.astype(float))
            assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["n"] == n
            assert "macro-F1" in str(found)

    def test_as_text_and_as_data(self):
        """One line per need; everything JSON-able."""
        assert len(str(self.FOUND).splitlines()) == 1 + 4 + 3
        assert json.loads(json.dumps(self.FOUND.to_dict()))["f1"]["a"]["n"] > 0


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Three sources of a hundred texts each, and a file kept apart."""
    folder = tmp_path_factory.mktemp("labelled")
    for name in ("reviews", "support-short", "hard-cases"):
        lines = (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()
        records = [{**json.loads(line), "selection": "random"} for line in lines[:130]]
        write(folder / f"{name}.jsonl", *records[:100])
        with (folder / "apart.held").open("a", encoding="utf-8") as apart:
            apart.writelines(json.dumps({**r, "source": name}) + "\n" for r in records[100:])
    return folder


@pytest.fixture(scope="module")
def few_columns():
    """Train with a thousand columns instead of half a million."""
    with pytest.MonkeyPatch.context() as patch:
        tiny = NgramFeaturizer(NgramSpec(bits=10))
        patch.setattr("convcat.classifier.estimator.NgramFeaturizer", _Tiny)
        yield tiny


class _Tiny(NgramFeaturizer):
    def __init__(self, spec=None, limit=20_000):
        super().__init__(spec or NgramSpec(bits=10), limit)


@pytest.fixture(scope="module")
def trained(small, few_columns, tmp_path_factory):
    said = []
    out = tmp_path_factory.mktemp("models") / "mine"
    model, evaluations = train(
        small, out=out, held_out=[small / "apart.held"], sources="texts of a test", folds=3,
        scores=out.with_suffix(".npz"), say=said.append,
    )  # fmt: skip
    return model, evaluations, out, said


class TestTrain:
    def test_a_folder_that_loads(self, trained):
        """The model that was trained is the one that is loaded."""
        model, _, out, said = trained
        again = load(out)
        assert again.hash == model.hash
        assert (again.id, again.version) == ("mine", "1.0")
        texts = ["where is my order", "too small", "thanks"]
        assert (again.predict_proba(texts) == model.predict_proba(texts)).all()
        assert said[0].startswith("read LabelledCorpus(300 texts, 3 sources")
        assert said[-1] == f"saved {out}"

    def test_sources_are_held_out(self, trained):
        """And the figures say so; the file kept apart has figures of its own."""
        _, evaluations, _, _ = trained
        assert [e.name for e in evaluations] == [
            "sources held out, texts drawn at random",
            "sources held out, all texts",
            "held out: apart.held",
        ]
        assert [e.n for e in evaluations] == [300, 300, 90]
        assert 0 < evaluations[0].macro_f1.value < 1

    def test_the_scores_out_of_fold(self, trained):
        """What the figures rest on can be looked at: numbers and labels, no text."""
        _, evaluations, out, _ = trained
        with np.load(out.with_suffix(".npz")) as scores:
            assert scores["p"].shape == scores["y"].shape == (300, len(IDS))
            assert scores["needs"].tolist() == list(IDS)
            assert set(scores["selection"]) == {"random"}
            assert set(scores["source"]) == {"reviews", "support-short", "hard-cases"}
            assert "text" not in scores
            assert scores["y"].sum() == sum(evaluations[1].f1[need].n for need in IDS)

    def test_the_model_carries_its_errors_and_facts(self, trained):
        """For the findings and the card."""
        model = trained[0]
        assert model.profile_["needs"] == [*IDS, "none", "failed"]
        assert model.facts["texts"] == 300
        assert model.facts["sources"] == 3
        assert len(model.facts["evaluations"]) == 3
        assert model.metadata()["profile"] == model.profile_

    def test_no_training_text_is_in_the_folder(self, trained, small):
        """Weights and counts only."""
        _, _, out, _ = trained
        content = (out / "model.json").read_text("utf-8") + (out / "README.md").read_text("utf-8")
        for line in (small / "support-short.jsonl").read_text("utf-8").splitlines():
            assert json.loads(line)["text"][:40] not in content

    def test_the_card(self, trained):
        """Data, figures per need with intervals, limits."""
        model, evaluations, out, _ = trained
        card = (out / "README.md").read_text("utf-8")
        for part in ("# mine, version 1.0", "300 texts of 3 sources: texts of a test", "## Limits",
                     model.hash[:16], model.facts["data_sha256"][:16]):  # fmt: skip
            assert part in card
        for e in evaluations:
            assert f"### {e.name} ({e.n} texts)" in card
            assert f"**{e.macro_f1.value:.3f}**" in card
        assert card.count("| wismo |") == 3
        assert "nan" not in card.lower().replace("finance", "")

    def test_trained_twice_the_bytes_are_the_same(self, trained, small, few_columns, tmp_path):
        """With any number of jobs."""
        out = tmp_path / "mine"
        train(small, out=out, held_out=[small / "apart.held"], sources="texts of a test", folds=3, n_jobs=2)  # fmt: skip
        for name in ("model.json", "weights.safetensors", "README.md"):
            assert (out / name).read_bytes() == (trained[2] / name).read_bytes(), name

    def test_corrections_and_a_single_source(self, small, few_columns, tmp_path):
        """One file is one source: then single texts are held out, and the card says so."""
        path = small / "support-short.jsonl"
        first = json.loads(path.read_text("utf-8").splitlines()[0])
        mend = write(tmp_path / "m.jsonl", {"id": first["id"], "needs": ["price"]})
        plain, _ = train(path, out=tmp_path / "a", folds=2)
        mended, (evaluation,) = train(path, out=tmp_path / "b", folds=2, corrections=[mend])
        assert mended.facts["data_sha256"] != plain.facts["data_sha256"]
        assert evaluation.name.startswith("out of fold")
        assert load(tmp_path / "b").id == "b"

    def test_single_texts_held_out_of_many_sources(self, small, few_columns, tmp_path):
        """On request, and both the figures and the model say so."""
        model, (evaluation, *_) = train(small, out=tmp_path / "m", folds=2, hold_out="texts")
        assert evaluation.name.startswith("out of fold")
        assert model.facts["settings"]["hold_out"] == "texts"

    def test_where_nothing_is_known_of_failing(self, few_columns, tmp_path):
        """`p_failed` stays unknown, in the model and in its profile."""
        said = ["where is order", "parcel lost", "no tracking here", "late parcel"]
        path = write(
            tmp_path / "a.jsonl",
            *(record(f"{s} {a}{b}") for s in said for a in "abc" for b in "xyz"),
        )
        model, (evaluation,) = train(path, out=tmp_path / "m", folds=2)
        assert not model.has_failed
        assert evaluation.failed_f1 is None
        assert load(tmp_path / "m").profile_ == model.profile_

    def test_evaluating_files(self, trained, small):
        """Another set, another day: the figures are those of the training."""
        model, evaluations, out, _ = trained
        again = evaluate_files(small / "apart.held", model=out)
        assert again.macro_f1 == evaluations[-1].macro_f1
        assert again.name == "mine 1.0 on apart.held"
        assert evaluate_files(small / "apart.held", model=model).f1 == again.f1


class TestLabelsById:
    """Texts of one file, labels of another."""

    def test_only_labelled_records_are_read(self, tmp_path):
        """A record without labels counts where a file of labels holds its id, and never as drawn."""
        texts, labels = tmp_path / "texts.jsonl.gz", tmp_path / "labels.jsonl"
        with gzip.open(texts, "wt", encoding="utf-8") as lines:
            for number in range(3):
                lines.write(
                    json.dumps({"id": f"t{number}", "text": f"text {number}", "source": "s"}) + "\n"
                )
        labels.write_text(
            '{"id": "t1", "needs": ["wismo"], "stance": "asked"}\n{"id": "t2", "needs": []}\n'
        )
        corpus = read_labelled(texts, needs=("wismo", "other"), corrections=[labels])
        assert corpus.ids == ("t1", "t2")
        assert corpus.needs == (("wismo",), ())
        assert corpus.failed.tolist() == [0.0, 0.0]
        assert not corpus.drawn.any()


class TestFewDrawn:
    """A corpus in which hardly any text was drawn at random."""

    def test_error_rates_rest_on_all_texts(self, tmp_path):
        """A handful of drawn texts does not decide calibration and thresholds; it is said."""
        texts = [("where is my order %d", ["wismo"]), ("too small for me %d", ["sizing"])]
        records = [
            {"text": text % i, "needs": needs, "selection": "random" if i < 3 else "written"}
            for i in range(60)
            for text, needs in texts
        ]
        path = tmp_path / "mixed.jsonl"
        path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
        said: list[str] = []
        model, (out_of_fold,) = train(path, out=tmp_path / "m", folds=3, say=said.append)
        assert out_of_fold.n == len(records)
        assert any("rest on all 120 texts" in line for line in said)
        assert model.tag("where is my order").needs == ("wismo",)
        assert "None were drawn at random" in (tmp_path / "m" / "README.md").read_text("utf-8")
