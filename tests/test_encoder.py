"""The encoder: a text's vector is its own, to the bit; what a folder holds is what was saved."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

import convcat
from convcat.classifier import EncoderTransformer, encoder_evidence, load
from convcat.classifier.encoder_evidence import _Erasable
from convcat.classifier.evidence import spans, word_weights
from convcat.classifier.featurizers import StoredFeaturizer
from convcat.classifier.graphs import check_graph
from convcat.classifier.model import Heads, NeedModel
from convcat.classifier.pieces import PieceReader
from convcat.exceptions import InputError, ModelError
from convcat.taxonomy import Taxonomy

onnx = pytest.importorskip("onnx", reason="encoders are written with the package onnx")
pytest.importorskip("onnxruntime", reason="encoders are read with onnxruntime")
pytest.importorskip("tokenizers", reason="encoders read word pieces")

from convcat.training.export import export_encoder  # noqa: E402 - needs onnx

HIDDEN, LAYERS, LIMIT = 32, 2, 24
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [
    "where",
    "is",
    "my",
    "parcel",
    "the",
    "coat",
    "too",
    "small",
    "refund",
    "it",
    "not",
    "fit",
    "me",
    "don",
    "t",
    "'",
    ".",
    ",",
    "?",
    "!",
]
LETTERS = list("abcdefghijklmnopqrstuvwxyz") + [f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"]
SIZING = "The coat is far too small, it don’t fit me!"


def tokenizer_json() -> dict:
    """Return a WordPiece tokenizer as BERT has it, with truncation and padding left on."""
    words = [*MARKS, *WORDS, *(c for c in LETTERS if c not in WORDS)]
    mark = lambda own: {"SpecialToken": {"id": own, "type_id": 0}}  # noqa: E731
    first = {"Sequence": {"id": "A", "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": {
            "max_length": 6,
            "strategy": "LongestFirst",
            "stride": 0,
            "direction": "Right",
        },
        "padding": {
            "strategy": {"Fixed": 6},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "[PAD]",
        },
        "added_tokens": [
            {
                "id": i,
                "content": own,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for i, own in enumerate(MARKS)
        ],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark("[CLS]"), first, mark("[SEP]")],
            "pair": [mark("[CLS]"), first, mark("[SEP]")],
            "special_tokens": {
                m: {"id": m, "ids": [MARKS.index(m)], "tokens": [m]} for m in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: i for i, word in enumerate(words)},
        },
    }


def random_weights(seed: int = 0) -> dict[str, np.ndarray]:
    """Return a trunk of random weights under BertModel's names."""
    draw = np.random.default_rng(seed)
    rows = len(tokenizer_json()["model"]["vocab"])
    shapes = {
        "embeddings.word_embeddings.weight": (rows, HIDDEN),
        "embeddings.position_embeddings.weight": (LIMIT + 8, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        own = f"encoder.layer.{layer}."
        inner = {
            "attention.self.query": (HIDDEN, HIDDEN),
            "attention.self.key": (HIDDEN, HIDDEN),
            "attention.self.value": (HIDDEN, HIDDEN),
            "attention.output.dense": (HIDDEN, HIDDEN),
            "intermediate.dense": (4 * HIDDEN, HIDDEN),
            "output.dense": (HIDDEN, 4 * HIDDEN),
        }
        for name, shape in inner.items():
            shapes |= {f"{own}{name}.weight": shape, f"{own}{name}.bias": shape[:1]}
        norms += [f"{own}attention.output.LayerNorm", f"{own}output.LayerNorm"]
    arrays = {f"trunk.{n}": draw.normal(0, 0.25, s).astype(np.float32) for n, s in shapes.items()}
    for name in norms:
        arrays[f"trunk.{name}.weight"] = draw.uniform(0.5, 1.5, HIDDEN).astype(np.float32)
        arrays[f"trunk.{name}.bias"] = draw.normal(0, 0.1, HIDDEN).astype(np.float32)
    return arrays


def by_hand(arrays: dict[str, np.ndarray], ids: np.ndarray, heads: int) -> np.ndarray:
    """Return the pooled vector of one text, by the book (Devlin et al., 2019), in numpy."""
    from scipy.special import erf

    w = {name.removeprefix("trunk."): a.astype(np.float64) for name, a in arrays.items()}

    def norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * w[f"{name}.weight"] + w[f"{name}.bias"]

    def dense(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    x = (
        w["embeddings.word_embeddings.weight"][ids]
        + w["embeddings.position_embeddings.weight"][: len(ids)]
    )
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        own = f"encoder.layer.{layer}."
        q, k, v = (
            dense(x, f"{own}attention.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        share = np.exp(scores - scores.max(-1, keepdims=True))
        share /= share.sum(-1, keepdims=True)
        seen = (share @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(
            x + dense(seen, f"{own}attention.output.dense"), f"{own}attention.output.LayerNorm"
        )
        y = dense(x, f"{own}intermediate.dense")
        y = y * 0.5 * (1 + erf(y / np.sqrt(2)))
        x = norm(x + dense(y, f"{own}output.dense"), f"{own}output.LayerNorm")
    return x.mean(0)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    path.write_text(json.dumps(tokenizer_json()))
    return path


@pytest.fixture(scope="module")
def encoder(tokenizer):
    return export_encoder(random_weights(), tokenizer, heads=4, limit=LIMIT)


@pytest.fixture(scope="module")
def model(encoder):
    """A model of random heads under the tiny encoder."""
    draw = np.random.default_rng(1)
    taxonomy = Taxonomy.load()
    k = len(taxonomy.ids)
    return NeedModel(
        id="tiny-encoder",
        version="1.0",
        taxonomy=taxonomy,
        featurizer=encoder,
        heads=Heads(
            draw.normal(0, 1, (HIDDEN, k + 2)).astype(np.float32),
            draw.normal(0, 0.1, k + 2),
            np.full(k + 2, 1.5),
            np.zeros(k + 2),
        ),
        thresholds=np.full(k, 0.5),
    )


@pytest.fixture
def folder(model, tmp_path):
    return model.save(tmp_path / "model")


class TestArithmetic:
    def test_the_graph_is_the_encoder(self, tokenizer):
        """In float32 it is what the paper says."""
        plain = export_encoder(random_weights(), tokenizer, heads=4, limit=LIMIT, int8=False)
        for text in (SIZING, "", "refund?"):
            expected = by_hand(random_weights(), plain.reader.ids(text), heads=4)
            assert plain([text])[0] == pytest.approx(expected, abs=1e-4)

    def test_int8_is_near(self, encoder, tokenizer):
        """Quantised vectors point where the others point."""
        plain = export_encoder(random_weights(), tokenizer, heads=4, limit=LIMIT, int8=False)
        a, b = encoder([SIZING, "where is it"]), plain([SIZING, "where is it"])
        cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        assert (cosine > 0.99).all()

    def test_exported_twice_the_bytes_are_the_same(self, encoder, tokenizer):
        """No time, no chance."""
        again = export_encoder(random_weights(), tokenizer, heads=4, limit=LIMIT)
        assert (again.graph, again.tokenizer) == (encoder.graph, encoder.tokenizer)


class TestInvariance:
    @settings(max_examples=25, deadline=None)
    @given(
        texts=st.lists(
            st.text(st.sampled_from("abz .?é👗\ud800"), max_size=30), min_size=1, max_size=12
        )
    )
    def test_a_vector_does_not_depend_on_its_neighbours(self, encoder, texts):
        """Alone, together, in another order: the same bits."""
        whole = encoder(texts)
        assert np.isfinite(whole).all()
        assert (np.concatenate([encoder([text]) for text in texts]) == whole).all()
        assert (encoder(texts[::-1])[::-1] == whole).all()

    def test_every_length_alone_and_in_company(self, encoder):
        """From nothing to far beyond the limit."""
        texts = [" ".join(["small"] * n) for n in range(LIMIT + 9)]
        assert (
            encoder(texts * 3)[: len(texts)] == np.concatenate([encoder([t]) for t in texts])
        ).all()

    def test_threads_change_nothing(self, encoder, monkeypatch):
        """One thread or four."""
        texts = [f"where is {'it ' * n}" for n in range(20)]
        monkeypatch.setenv("OMP_NUM_THREADS", "1")
        one = encoder(texts)
        monkeypatch.setattr("convcat.classifier.encoder._threads", lambda: 4)
        assert (encoder(texts) == one).all()

    def test_it_travels_to_other_processes(self, encoder):
        """Pickled and back, opened or not."""
        again = pickle.loads(pickle.dumps(encoder))
        assert (again([SIZING]) == encoder([SIZING])).all()

    def test_no_text(self, encoder):
        """Nothing in, nothing out."""
        assert encoder([]).shape == (0, HIDDEN)

    def test_probabilities_do_not_depend_on_the_batch(self, model):
        """Nor do what the heads make of the vectors, in stretches too."""
        reader = replace(model, stretch=3)
        texts = [SIZING, "where is my parcel. it is small. don't fit", "", "the coat"] * 9
        together = reader.predict_proba(texts)
        for rows in ([0], [1, 2], range(7, 30)):
            assert (reader.predict_proba([texts[i] for i in rows]) == together[list(rows)]).all()


class TestLongTexts:
    def test_the_beginning_and_the_end_are_read(self, encoder):
        """A text's one vector is of seventy and thirty of a hundred; the middle changes nothing."""
        full = "where " * 40 + "refund " * 40
        assert (encoder([full]) == encoder(["where " * 30 + "coat " * 9 + "refund " * 30])).all()

    @pytest.mark.parametrize("words", [1, 22, 23, 30, 45, 200])
    def test_windows_hold_every_word_once(self, encoder, words):
        """Between two marks, and no window is longer than the limit."""
        ids = encoder.reader.ids("where is my coat " * (words // 4) + "small " * (words % 4))
        windows = encoder.reader.windows(ids)
        assert all(window.size <= LIMIT for window in windows)
        assert all((window[0], window[-1]) == (0, ids.size - 1) for window in windows)
        assert windows[0].size == min(ids.size, LIMIT)  # shortened
        assert (len(windows) > 1) == (ids.size > 1.5 * LIMIT)
        if len(windows) > 1:
            read = np.concatenate([window[1:-1] for window in windows[1:]])
            assert read.tolist() == [*range(1, ids.size - 1)]

    def test_windows_end_with_a_sentence(self, encoder):
        """Where one ends near the even cut."""
        reader = PieceReader(encoder.tokenizer, 60)
        ids = reader.ids("where is my coat " * 8 + "refund . " + "small coat " * 29)
        _, first, second, _ = reader.windows(ids)
        assert ids[first[-2]] == reader.ids(".")[1]
        assert ids[second[1]] == reader.ids("small")[1]

    @pytest.mark.parametrize("stretch", [1000, 3])
    def test_the_middle_is_read(self, model, stretch):
        """The window that speaks most for a need has a say in it; evidence sees the same."""
        reader = replace(model, stretch=stretch)
        text = "where " * 40 + SIZING + " refund" * 40
        assert (reader.log_odds([text]) != reader.log_odds(["where " * 40 + "refund " * 40])).any()
        erasable = _Erasable(reader, text)
        assert erasable.odds == pytest.approx(reader.log_odds([text])[0], abs=1e-4)
        if stretch == 1000:
            ids = model.featurizer.reader.ids(text)
            windows = [ids[w] for w in model.featurizer.reader.windows(ids)]
            vectors = np.concatenate([model.featurizer.pooled(own[None]) for own in windows])
            each, k = model.heads.scores(vectors), len(model.needs_)
            found = reader.scores([text])[0]
            best = each[1:, :k].max(axis=0)
            assert found[:k] == pytest.approx((each[0, :k] + best) / 2, abs=1e-5)
            assert found[k] == pytest.approx((each[0, k] + each[1:, k].min()) / 2, abs=1e-5)

    def test_millions_of_characters(self, encoder):
        """The end is read where it stands."""
        text = "where " * 500_000 + SIZING
        pieces = encoder.reader.pieces(text)
        last = pieces.start >= 0
        assert text[pieces.start[last][-1] : pieces.end[last][-1]] == "!"


class TestFolder:
    def test_saved_and_loaded_it_says_the_same(self, model, folder):
        """To the bit, evidence too."""
        again = load(folder)
        assert sorted(path.name for path in folder.iterdir()) == [
            "encoder.onnx",
            "model.json",
            "tokenizer.json",
            "weights.safetensors",
        ]
        twice = load(again.save(folder.parent / "twice"))
        assert (again.predict_proba([SIZING]) == twice.predict_proba([SIZING])).all()
        assert again.predict_proba([SIZING]) == pytest.approx(
            model.predict_proba([SIZING]), abs=0.05
        )
        assert again.tag(SIZING) == twice.tag(SIZING)
        assert again.hash == twice.hash
        for path in folder.iterdir():
            assert path.read_bytes() == (folder.parent / "twice" / path.name).read_bytes()

    @pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
    def test_a_changed_file_is_refused(self, folder, name):
        """One byte, anywhere; an empty file; none; one that is too large."""
        path = folder / name
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            changed = bytearray(whole)
            changed[place] ^= 1
            path.write_bytes(changed)
            with pytest.raises(ModelError, match=f"{name} fails its checksum"):
                load(folder)
        path.write_bytes(b"")
        with pytest.raises(ModelError, match=f"{name} fails its checksum"):
            load(folder)
        path.unlink()
        with pytest.raises(ModelError, match=f"it has no {name}"):
            load(folder)
        with path.open("wb") as big:
            big.truncate(65 << 20)
        with pytest.raises(ModelError, match="MB; it is refused"):
            load(folder)

    def test_another_encoder_is_another_model(self, model, tokenizer):
        """The hash covers the trunk."""
        other = export_encoder(random_weights(1), tokenizer, heads=4, limit=LIMIT)
        assert replace(model, featurizer=other).hash != model.hash


def skilled(folder, name, raw, **features) -> None:
    """Write a changed file with every hash in order, as a skilled hand would."""
    (folder / name).write_bytes(raw)
    manifest = json.loads((folder / "model.json").read_text())
    manifest["features"]["sha256"][name] = hashlib.sha256(raw).hexdigest()
    manifest["features"] |= features
    del manifest["checksum"]
    manifest["checksum"] = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "model.json").write_text(text)


def foreign_domain(graph):
    graph.opset_import.add(domain="com.acme", version=1)
    graph.graph.node[0].domain = "com.acme"


def outside_data(graph):
    tensor = graph.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")


def inner_graph(graph):
    graph.graph.node[0].attribute.add(name="body", type=onnx.AttributeProto.GRAPH).g.name = "x"


def loop(graph):
    graph.graph.node[0].op_type = "Loop"


def function(graph):
    graph.functions.add(name="f", domain="")


def other_output(graph):
    graph.graph.output[0].name = "words.x"


def broken(graph):
    graph.graph.node[3].input[0] = "nowhere"


class TestGraphs:
    @pytest.mark.parametrize(
        "harm", [foreign_domain, outside_data, inner_graph, loop, function, other_output, broken]
    )
    def test_a_graph_with_more_than_arithmetic_is_refused(self, folder, harm):
        """Its hashes in order, in one sentence, before onnxruntime makes anything of it."""
        graph = onnx.load_from_string((folder / "encoder.onnx").read_bytes())
        harm(graph)
        skilled(folder, "encoder.onnx", graph.SerializeToString())
        with pytest.raises(ModelError, match="is damaged") as caught:
            load(folder)
        assert "\n" not in str(caught.value)
        assert "passwd" not in str(caught.value)

    @settings(max_examples=200, deadline=None)
    @given(raw=st.binary(max_size=80))
    def test_noise_is_refused(self, raw):
        """Whatever the bytes are."""
        with pytest.raises(ValueError, match=r"[a-z]"):
            check_graph(raw, ("ids",), ("pooled", "tokens"))

    def test_cut_short_anywhere(self, encoder):
        """Half a file is no file."""
        for size in range(0, len(encoder.graph) - 1, 997):
            with pytest.raises(ValueError, match=r"[a-z]"):
                check_graph(encoder.graph[:size], ("ids",), ("pooled", "tokens"))

    @pytest.mark.parametrize(
        "change",
        [
            {
                "pre_tokenizer": {
                    "type": "Split",
                    "pattern": {"Regex": "(a+)+$"},
                    "behavior": "Removed",
                    "invert": False,
                }
            },
            {"model": {"type": "BPE", "vocab": {}, "merges": []}},
            {
                "model": {
                    **tokenizer_json()["model"],
                    "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 10**9},
                }
            },
            {
                "model": {
                    **tokenizer_json()["model"],
                    "vocab": {**tokenizer_json()["model"]["vocab"], "zz": 5_000},
                }
            },
            {"normalizer": None},
        ],
    )
    def test_another_tokenizer_is_refused(self, folder, change):
        """One that could run for ever, one of another kind, one beyond the encoder's rows."""
        skilled(folder, "tokenizer.json", json.dumps(tokenizer_json() | change).encode())
        with pytest.raises(ModelError, match="is damaged"):
            load(folder)

    @pytest.mark.parametrize(
        "features", [{"columns": 31}, {"limit": 500}, {"limit": 0}, {"columns": "many"}]
    )
    def test_sizes_that_do_not_fit_are_refused(self, folder, features):
        """More tokens than positions, other columns than the graph's."""
        skilled(folder, "tokenizer.json", (folder / "tokenizer.json").read_bytes(), **features)
        with pytest.raises(ModelError, match="is damaged"):
            load(folder)


class TestExport:
    def test_what_cannot_be_exported(self, tokenizer, tmp_path):
        """One sentence each: what is missing or does not fit."""
        arrays = random_weights()
        with pytest.raises(InputError, match="not a BERT encoder"):
            export_encoder({"head.weight": np.zeros(3)}, tokenizer)
        with pytest.raises(InputError, match="do not divide"):
            export_encoder(arrays, tokenizer, heads=5, limit=LIMIT)
        with pytest.raises(InputError, match="positions"):
            export_encoder(arrays, tokenizer, limit=160)
        with pytest.raises(InputError, match="no file"):
            export_encoder(tmp_path / "none.pt", tokenizer)
        missing = {n: a for n, a in arrays.items() if "layer.1.output.dense.bias" not in n}
        with pytest.raises(InputError, match="hold no array"):
            export_encoder(missing, tokenizer, limit=LIMIT)
        small = {**arrays, "trunk.embeddings.word_embeddings.weight": np.ones((9, HIDDEN))}
        with pytest.raises(InputError, match="more word pieces"):
            export_encoder(small, tokenizer, limit=LIMIT)

    def test_safetensors_do_as_well(self, encoder, tokenizer, tmp_path):
        """The same arrays, the same file."""
        from safetensors.numpy import save_file

        save_file(random_weights(), tmp_path / "w.safetensors")
        again = export_encoder(tmp_path / "w.safetensors", tokenizer, heads=4, limit=LIMIT)
        assert again.graph == encoder.graph


class TestEvidence:
    def test_shares_add_up_to_the_score(self, model):
        """Words, the two marks and the constant: exactly the log-odds."""
        ids = model.featurizer.reader.ids(SIZING)
        marks = model.featurizer.tokens(ids[None])[0][[0, -1]].sum(0) / ids.size
        k = len(model.needs_)
        rest = (marks @ model.heads.weights + model.heads.bias) * model.heads.slope
        _, shares = word_weights(model, SIZING)
        odds = model.log_odds([SIZING])[0]
        assert shares.sum(0) + rest[:k] == pytest.approx(odds[:k], abs=1e-4)

    def test_ranges_are_the_words(self, model):
        """As the customer typed them, an apostrophe within."""
        ranges, _ = word_weights(model, "Don’t FIT, 👗 é")
        assert [("Don’t FIT, 👗 é")[a:b] for a, b in ranges] == ["Don’t", "FIT", ",", "👗", "é"]

    def test_without_its_evidence_a_need_is_less_likely(self, model):
        """For the likeliest needs of a text; what is marked matters."""
        likely = [model.needs_[j] for j in np.argsort(-model.predict_proba([SIZING])[0])[:3]]
        found = spans(model, SIZING, tuple(likely))
        assert found
        assert all(span.weight > 0 for span in found)

    def test_no_tag_is_left_without_a_word(self, model, monkeypatch):
        """Even where no one word, taken out, makes a need less likely."""
        monkeypatch.setattr(encoder_evidence._Erasable, "without_each", lambda self, _: [self])
        need = model.needs_[int(np.argmax(word_weights(model, SIZING)[1].max(axis=0)))]
        assert len(spans(model, SIZING, (need,))) == 1

    def test_what_is_left_is_read_anew(self):
        """The shipped model: a stretch that nobody had marked does not keep the tag alive."""
        shipped = convcat.load("ecommerce-en")
        text = (
            "wedding present from my best friend. built to last, i'd say. unfortunately still have no "
            "refund for the one i sent back. 😩"
        )
        found = shipped.tag(text)
        assert found.needs
        for need in found.needs:
            marks = [(span.start, span.end) for span in found.evidence if span.need == need]
            assert marks
            rest = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in marks))
            assert need not in shipped.tag(rest).needs

    @settings(max_examples=40, deadline=None)
    @given(text=st.text(st.characters(codec=None), max_size=60))
    def test_spans_lie_in_any_text(self, model, text):
        """In order, within the text, whatever it holds."""
        found = spans(model, text, model.needs_)
        assert list(found) == sorted(found, key=lambda s: (s.start, s.end, s.need))
        for span in found:
            assert 0 <= span.start < span.end <= len(text)


class TestEstimator:
    THINGS = (
        "coat",
        "hat",
        "bag",
        "desk",
        "lamp",
        "rug",
        "bed",
        "cup",
        "pan",
        "tie",
        "sock",
        "belt",
    )
    TEXTS = tuple(t for x in THINGS for t in (f"where where is my {x}", f"too too small {x}"))
    NEEDS = (["wismo"], ["sizing"]) * len(THINGS)

    def test_heads_over_an_encoder_are_saved_with_it(self, folder, tmp_path):
        """Trained, saved, loaded: the same scores."""
        features = EncoderTransformer(folder)
        clf = convcat.NeedClassifier(features=features, folds=2, C=10.0).fit(self.TEXTS, self.NEEDS)
        again = load(clf.save(tmp_path / "mine"))
        assert (again.predict_proba(self.TEXTS) == clf.predict_proba(self.TEXTS)).all()
        assert again.featurizer.kind == "encoder"
        assert clf.score(self.TEXTS, self.NEEDS) > 0.9

    def test_a_transformer_like_any_other(self, folder, encoder):
        """Cloned, in a pipeline, with names for its columns."""
        own = make_pipeline(clone(EncoderTransformer(folder)))
        assert (own.fit_transform(self.TEXTS) == encoder(self.TEXTS)).all()
        assert own.get_feature_names_out().size == HIDDEN
        with pytest.raises(InputError, match="Row 1"):
            own.transform(["a", 3])

    def test_a_model_without_an_encoder(self, tiny_folder):
        """Said, with its name."""
        with pytest.raises(ModelError, match="'tiny' has no encoder"):
            EncoderTransformer(tiny_folder).fit()

    def test_both_featurizers_can_be_stored(self, encoder, tiny_model):
        """And a transformer of one's own cannot."""
        assert isinstance(encoder, StoredFeaturizer)
        assert isinstance(tiny_model.featurizer, StoredFeaturizer)


class TestLightness:
    def test_without_onnxruntime_the_sentence_says_what_to_do(self, folder, monkeypatch):
        """Install it, or use the fast model."""
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
        with pytest.raises(ModelError, match="pip install onnxruntime"):
            load(folder)

    def test_the_fast_model_never_imports_it(self):
        """A fresh interpreter reads with n-grams alone."""
        import subprocess

        code = "import sys, convcat; convcat.load('ecommerce-en-fast').tag('small'); sys.exit(bool({'onnxruntime', 'tokenizers', 'onnx'} & set(sys.modules)))"
        subprocess.run([sys.executable, "-c", code], check=True)


def test_a_copy_of_the_folder_is_the_same_model(folder, tmp_path):
    """Nothing depends on where it lies."""
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "copy")
    assert load(copy).hash == load(folder).hash
