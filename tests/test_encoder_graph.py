"""The graph of an encoder: close to float32, its texts apart to the bit, plain to look through."""

from __future__ import annotations

import json

import numpy as np
import pytest

from convcat.classifier.graphs import OPERATORS, check_graph

onnx = pytest.importorskip("onnx", reason="encoders are written with the package onnx")
ort = pytest.importorskip("onnxruntime", reason="encoders are read with onnxruntime")

from convcat.training.encoder_graph import encoder_graph, steady  # noqa: E402 - needs onnx
from convcat.training.export import export_encoder  # noqa: E402
from convcat.training.graph_nodes import loan  # noqa: E402
from convcat.training.spans import spans_of  # noqa: E402

WORDS, HIDDEN, LAYERS, LIMIT, HEADS = 200, 64, 2, 40, 4
WAYS = ["rows", "fixed"]


def trunk(seed: int = 0) -> dict[str, np.ndarray]:
    """Return a random trunk in which one column reaches far, as in trained ones."""
    draw = np.random.default_rng(seed)

    def normal(*shape: int, size: float = 1.0) -> np.ndarray:
        return draw.normal(0, size, shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": normal(WORDS, HIDDEN),
        "embeddings.position_embeddings.weight": normal(LIMIT, HIDDEN, size=0.1),
        "embeddings.token_type_embeddings.weight": normal(2, HIDDEN, size=0.1),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        own = f"encoder.layer.{layer}."
        for name, rows, columns in (
            *((f"attention.self.{part}", HIDDEN, HIDDEN) for part in ("query", "key", "value")),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", 4 * HIDDEN, HIDDEN),
            ("output.dense", HIDDEN, 4 * HIDDEN),
        ):
            found[f"{own}{name}.weight"] = normal(rows, columns, size=columns**-0.5)
            found[f"{own}{name}.bias"] = normal(rows, size=0.1)
        norms += [f"{own}attention.output.LayerNorm", f"{own}output.LayerNorm"]
    for name in norms:
        found[f"{name}.weight"] = 1 + normal(HIDDEN, size=0.1)
        found[f"{name}.weight"][3] = 8.0
        found[f"{name}.bias"] = normal(HIDDEN, size=0.1)
    return found


def ids(texts: int, tokens: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, WORDS, (texts, tokens))


def graph(weights: dict[str, np.ndarray], way: str, share: float = 1.0) -> bytes:
    spans = None
    if way == "fixed":
        spans = {
            name: (low * share, high * share)
            for name, (low, high) in spans_of(
                weights, list(ids(30, LIMIT, seed=2)), heads=HEADS, limit=LIMIT
            ).items()
        }
    return encoder_graph(weights, heads=HEADS, limit=LIMIT, int8=way != "float32", spans=spans)


def session(raw: bytes):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(raw, options, providers=["CPUExecutionProvider"])


def read(raw: bytes, texts: np.ndarray) -> np.ndarray:
    return session(raw).run(["pooled"], {"ids": texts})[0]


def cosines(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return (one * two).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(two, axis=1)


class TestArithmetic:
    def test_close_to_float32(self):
        """On texts that fixed no step; closer where steps are fixed, as a column reaches far."""
        texts = ids(20, 25)
        true = read(graph(trunk(), "float32"), texts)
        near = {way: cosines(true, read(graph(trunk(), way), texts)) for way in WAYS}
        assert min(own.min() for own in near.values()) > 0.99
        assert near["fixed"].mean() > near["rows"].mean() > 0.9995

    @pytest.mark.parametrize("way", [*WAYS, "float32"])
    def test_the_texts_beside_it_change_no_bit(self, way):
        """Alone, among others, in any order, at any length; tokens too."""
        run = session(graph(trunk(), way)).run
        for tokens in (2, 3, 7, 16, 17, 31, LIMIT):
            texts = ids(13, tokens, seed=tokens)
            pooled, inner = run(["pooled", "tokens"], {"ids": texts})
            for rows in ([0], [12], [5, 2], [*range(12, 3, -1)]):
                some = run(["pooled", "tokens"], {"ids": texts[rows]})
                assert (some[0] == pooled[rows]).all()
                assert (some[1] == inner[rows]).all()

    def test_the_same_bytes_on_every_call(self):
        """However often it is written."""
        for way in WAYS:
            assert graph(trunk(), way) == graph(trunk(), way)
        assert graph(trunk(), "fixed") != graph(trunk(), "rows")

    def test_what_reaches_further_than_the_spans_is_cut_off(self):
        """It stays a number, and not far off."""
        texts = ids(20, 25)
        true = read(graph(trunk(), "float32"), texts)
        found = read(graph(trunk(), "fixed", share=0.7), texts)
        assert cosines(true, found).min() > 0.9

    @pytest.mark.parametrize("way", WAYS)
    def test_columns_that_are_never_used(self, way):
        """Dead columns, rows of zeros, values of zero: numbers still."""
        weights = trunk()
        for name, array in weights.items():
            if "self.value" in name:
                array[:] = 0
            elif "LayerNorm" in name:
                array[10:20] = 0
            elif "dense.weight" in name:
                array[5:9] = 0
                array[:, 30:33] = 0
        assert np.isfinite(read(graph(weights, way), ids(3, 9))).all()


class TestSpans:
    def test_a_span_per_column(self):
        """Of tensors whose reach is about the same in every token."""
        texts = list(ids(4, 9))
        found = spans_of(trunk(), texts, heads=HEADS, limit=LIMIT)
        assert sorted(found) == sorted(steady(LAYERS))
        assert not any("gelu" in name for name in found)
        for low, high in found.values():
            assert low.shape == high.shape == (HIDDEN,)
            assert (low <= high).all()
        fewer = spans_of(trunk(), texts[:1], heads=HEADS, limit=LIMIT)
        assert all((fewer[name][1] <= found[name][1]).all() for name in found)

    def test_far_columns_lend_to_their_weights(self):
        """What is divided here is multiplied there."""
        reach = np.array([1.0, 1.0, 30.0], dtype=np.float32)
        found = loan((-reach, reach), np.ones((3, 5), dtype=np.float32))
        assert found[2] > found[0] == found[1]
        assert np.exp(np.log(found).mean()) == pytest.approx(1)

    def test_texts_fix_the_steps_of_an_export(self, tmp_path):
        """The same texts, the same file; none of them, a step for every token."""
        pytest.importorskip("tokenizers", reason="encoders read word pieces")
        from test_encoder import random_weights, tokenizer_json

        path = tmp_path / "tokenizer.json"
        path.write_text(json.dumps(tokenizer_json()))
        texts = [f"where is my parcel {'it ' * (n % 40)}" for n in range(300)]
        made = [
            export_encoder(random_weights(), path, heads=4, limit=24, texts=own)
            for own in (texts, texts, ())
        ]
        assert made[0].graph == made[1].graph != made[2].graph
        vectors = [own(texts[:9]) for own in made]
        assert (vectors[0] == np.concatenate([made[0]([text]) for text in texts[:9]])).all()
        assert vectors[0] == pytest.approx(vectors[2], abs=0.3)


class TestLookedThrough:
    @pytest.mark.parametrize("way", [*WAYS, "float32"])
    def test_what_is_written_is_let_through(self, way):
        """Nothing but operators on the list."""
        check_graph(graph(trunk(), way), ("ids",), ("pooled", "tokens"))

    @pytest.mark.parametrize(
        ("operator", "domain"),
        [
            ("MultiHeadAttention", ""),
            ("Gelu", "com.microsoft"),
            ("Tokenizer", "com.microsoft"),
            ("MultiHeadAttention", "com.acme"),
        ],
    )
    def test_an_operator_counts_with_its_domain(self, operator, domain):
        """onnxruntime has more of its own than an encoder needs."""
        changed = onnx.load_from_string(graph(trunk(), "rows"))
        node = next(n for n in changed.graph.node if n.op_type == "MultiHeadAttention")
        node.op_type, node.domain = operator, domain
        with pytest.raises(ValueError, match="not on the list"):
            check_graph(changed.SerializeToString(), ("ids",), ("pooled", "tokens"))

    def test_graphs_of_earlier_versions_are_let_through(self):
        """They are made of standard operators, some of which are no longer written."""
        assert OPERATORS[""] >= {"MatMulInteger", "Cast", "Div", "Softmax", "Split", "Transpose"}
