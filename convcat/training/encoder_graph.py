"""The small encoder as an ONNX graph: int8 weights, standard operators, nothing that is not used.

A text's vector must not depend on the texts beside it, so every activation is quantised by the
row (one token), with a scale of its own, before an int8 product; integer sums are exact in any
order. Texts of one length share a run: there is no padding, and so no mask. Weights have seven
bits: sums of two products then fit 16 bits, and processors without VNNI read the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

OPSET, IR_VERSION = 21, 10
_TOP = 63  # the largest 7-bit weight
_GELU_LEAST = np.float32(0.17)  # Gelu is never below -0.17


class _Nodes:
    """Nodes and constants in the order in which they are written."""

    def __init__(self, *, int8: bool) -> None:
        self.int8 = int8
        self.nodes: list[Any] = []
        self.constants: dict[str, npt.NDArray[Any]] = {}

    def constant(self, name: str, array: Any) -> str:
        self.constants.setdefault(name, np.asarray(array))
        return name

    def add(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def linear(
        self, x: str, name: str, weights: Floats, bias: Floats, *, gelu: bool = False
    ) -> str:
        """Write ``x @ weights + bias``; ``gelu`` says that x is never below -0.17."""
        if not self.int8:
            self.add("MatMul", [x, self.constant(f"{name}.w", weights)], f"{name}.p")
            return self.add("Add", [f"{name}.p", self.constant(f"{name}.b", bias)], name)
        levels, scale = quantised(weights, axis=0)
        if gelu:  # all eight bits for what is above the least value; the shift joins the bias
            bias = bias - _GELU_LEAST * levels.sum(axis=0, dtype=np.float32) * scale
        least = self.constant("least", _GELU_LEAST)
        size = self.add(
            "ReduceMax",
            [x if gelu else self.add("Abs", [x], f"{x}.abs"), self.constant("last", [-1])],
            f"{x}.max",
        )
        part = self.constant("255th" if gelu else "127th", np.float32(1 / (255 if gelu else 127)))
        above = least if gelu else self.constant("tiny", np.float32(1e-9))
        self.add("Add", [size, above], f"{x}.range")
        row = self.add("Mul", [f"{x}.range", part], f"{x}.scale")
        shifted = self.add("Add", [x, least], f"{x}.shifted") if gelu else x
        self.add("Div", [shifted, row], f"{x}.steps")
        zero = self.constant("zero" if gelu else "middle", np.uint8(0 if gelu else 128))
        self.add(
            "QuantizeLinear", [f"{x}.steps", self.constant("one", np.float32(1)), zero], f"{x}.u8"
        )
        product = [f"{x}.u8", self.constant(f"{name}.w", levels)]
        self.add("MatMulInteger", product if gelu else [*product, zero], f"{name}.i")
        self.add("Cast", [f"{name}.i"], f"{name}.f", to=1)
        self.add("Mul", [f"{name}.f", self.constant(f"{name}.s", scale)], f"{name}.p")
        self.add("Mul", [f"{name}.p", row], f"{name}.r")
        return self.add("Add", [f"{name}.r", self.constant(f"{name}.b", bias)], name)

    def norm(self, x: str, name: str, gain: Floats, shift: Floats, epsilon: float) -> str:
        inputs = [x, self.constant(f"{name}.g", gain), self.constant(f"{name}.b", shift)]
        return self.add("LayerNormalization", inputs, name, epsilon=epsilon, axis=-1)


def quantised(weights: Floats, axis: int, top: int = _TOP) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return int8 levels and float32 scales, symmetric, with one scale along ``axis``."""
    scale = (np.abs(weights).max(axis=axis) / top).astype(np.float32)
    scale = np.where(scale > 0, scale, np.float32(1))
    return np.rint(weights / np.expand_dims(scale, axis)).astype(np.int8), scale


def encoder_graph(
    weights: Mapping[str, Floats],
    *,
    heads: int,
    limit: int,
    epsilon: float = 1e-12,
    int8: bool = True,
) -> bytes:
    """Write a BERT trunk with mean pooling as ONNX bytes, the same on every call.

    Parameters
    ----------
    weights : mapping of str to ndarray
        Under the names of Hugging Face's ``BertModel``; the pooler is not read.
    heads : int
        Attention heads of a layer.
    limit : int
        The longest text in tokens; position embeddings beyond it are left out.
    epsilon : float
        Of the layer normalisation.
    int8 : bool
        Whether weights and products are int8; otherwise all is float32.

    Returns
    -------
    bytes
        Input ``ids`` (texts, tokens), int64; outputs ``pooled`` (texts, hidden) and ``tokens``
        (texts, tokens, hidden), float32.

    Raises
    ------
    KeyError
        If an array is missing.
    """
    from onnx import helper, numpy_helper

    w = weights
    nodes = _Nodes(int8=int8)
    x = _embeddings(nodes, w, limit, epsilon)
    hidden = int(w["embeddings.word_embeddings.weight"].shape[1])
    width = hidden // heads
    nodes.constant("by head", np.array([0, 0, 3 * heads, width], dtype=np.int64))
    nodes.constant("joined", np.array([0, 0, hidden], dtype=np.int64))
    for layer in range(layers(w)):
        own = f"encoder.layer.{layer}."
        a, out = f"{own}attention.", f"{layer}."
        share = np.float32(1 / math.sqrt(width))  # of the softmax, here in the query's weights
        parts = [
            (w[f"{a}self.{part}.weight"].T, w[f"{a}self.{part}.bias"])
            for part in ("query", "key", "value")
        ]
        parts[0] = (parts[0][0] * share, parts[0][1] * share)
        nodes.linear(
            x,
            f"{out}qkv",
            np.concatenate([p[0] for p in parts], axis=1),
            np.concatenate([p[1] for p in parts]),
        )
        context = _attention(nodes, out)
        nodes.linear(context, f"{out}o", w[f"{a}output.dense.weight"].T, w[f"{a}output.dense.bias"])
        norm = f"{a}output.LayerNorm."
        nodes.add("Add", [f"{out}o", x], f"{out}sum1")
        y = nodes.norm(f"{out}sum1", f"{out}y", w[f"{norm}weight"], w[f"{norm}bias"], epsilon)
        first, second, norm = (
            f"{own}intermediate.dense.",
            f"{own}output.dense.",
            f"{own}output.LayerNorm.",
        )
        nodes.linear(y, f"{out}f1", w[f"{first}weight"].T, w[f"{first}bias"])
        nodes.add("Gelu", [f"{out}f1"], f"{out}gelu")
        nodes.linear(
            f"{out}gelu", f"{out}f2", w[f"{second}weight"].T, w[f"{second}bias"], gelu=True
        )
        nodes.add("Add", [f"{out}f2", y], f"{out}sum2")
        last = layer == layers(w) - 1
        x = nodes.norm(
            f"{out}sum2",
            "tokens" if last else f"{out}x",
            w[f"{norm}weight"],
            w[f"{norm}bias"],
            epsilon,
        )
    # The mean as a product: onnxruntime's ReduceMean sums one text in another order than several.
    nodes.constant("ones", np.ones((1, limit), dtype=np.float32))
    nodes.add("Slice", ["ones", "from", "length", nodes.constant("second", [1])], "each")
    nodes.add("MatMul", ["each", x], "total")
    nodes.add("Squeeze", ["total", "second"], "sums")
    nodes.add("Cast", ["length"], "count", to=1)
    nodes.add("Div", ["sums", "count"], "pooled")
    real = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes.nodes,
        "encoder",
        [real("ids", 7, ["texts", "length"])],
        [real("pooled", 1, ["texts", hidden]), real("tokens", 1, ["texts", "length", hidden])],
        [
            numpy_helper.from_array(np.ascontiguousarray(a), name)
            for name, a in nodes.constants.items()
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    return bytes(model.SerializeToString(deterministic=True))


def layers(weights: Mapping[str, Floats]) -> int:
    """Return how many layers the trunk has."""
    found = [re.match(r"encoder\.layer\.(\d+)\.", name) for name in weights]
    return 1 + max((int(match[1]) for match in found if match), default=-1)


def _embeddings(nodes: _Nodes, w: Mapping[str, Floats], limit: int, epsilon: float) -> str:
    words = w["embeddings.word_embeddings.weight"]
    places = w["embeddings.position_embeddings.weight"][:limit]
    if nodes.int8:
        levels, scale = quantised(words, axis=1, top=127)
        nodes.add("Gather", [nodes.constant("words", levels), "ids"], "words.i")
        nodes.add("Cast", ["words.i"], "words.f", to=1)
        nodes.add("Gather", [nodes.constant("words.s", scale[:, None]), "ids"], "words.r")
        nodes.add("Mul", ["words.f", "words.r"], "words.x")
    else:
        nodes.add("Gather", [nodes.constant("words", words), "ids"], "words.x")
    nodes.constant("places", places + w["embeddings.token_type_embeddings.weight"][0])
    nodes.add("Shape", ["ids"], "length", start=1, end=2)
    nodes.add("Slice", ["places", nodes.constant("from", np.array([0])), "length"], "places.x")
    nodes.add("Add", ["words.x", "places.x"], "sum")
    norm = "embeddings.LayerNorm."
    return nodes.norm("sum", "x", w[f"{norm}weight"], w[f"{norm}bias"], epsilon)


def _attention(nodes: _Nodes, out: str) -> str:
    from onnx import helper

    nodes.add("Reshape", [f"{out}qkv", "by head"], f"{out}heads")
    nodes.add("Transpose", [f"{out}heads"], f"{out}turned", perm=[0, 2, 1, 3])
    parts = [f"{out}query", f"{out}key", f"{out}value"]
    nodes.nodes.append(
        helper.make_node(
            "Split", [f"{out}turned"], parts, name=f"{out}split", axis=1, num_outputs=3
        )
    )
    nodes.add("Transpose", [parts[1]], f"{out}keys", perm=[0, 1, 3, 2])
    nodes.add("MatMul", [parts[0], f"{out}keys"], f"{out}scores")
    nodes.add("Softmax", [f"{out}scores"], f"{out}share", axis=-1)
    nodes.add("MatMul", [f"{out}share", parts[2]], f"{out}seen")
    nodes.add("Transpose", [f"{out}seen"], f"{out}back", perm=[0, 2, 1, 3])
    return nodes.add("Reshape", [f"{out}back", "joined"], f"{out}context")
