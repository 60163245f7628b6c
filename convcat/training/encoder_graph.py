"""The small encoder as an ONNX graph: int8 weights, nothing that is not used.

A text's vector must not depend on the texts beside it, so no activation is quantised with a step
that is taken from several texts (``convcat.training.graph_nodes`` has the arithmetic). Texts of one
length share a run: there is no padding, and so no mask. MultiHeadAttention is onnxruntime's own,
which parts and joins the heads in the same pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from convcat.training.graph_nodes import OWN_DOMAIN, Nodes, Span, loan, quantised

Floats = npt.NDArray[np.float32]

OPSET, IR_VERSION = 21, 10


def encoder_graph(
    weights: Mapping[str, Floats],
    *,
    heads: int,
    limit: int,
    epsilon: float = 1e-12,
    int8: bool = True,
    spans: Mapping[str, Span] | None = None,
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
    spans : mapping of str to (least, most), optional
        Per column, of the tensors that get a fixed step (``convcat.training.spans``): a tenth
        faster, and closer to float32. Without, every token has a step of its own.

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
    nodes = Nodes(int8=int8, spans=spans)
    x = _embeddings(nodes, weights, limit, epsilon)
    for layer in range(layers(weights)):
        x = _layer(nodes, weights, layer, x, heads=heads, epsilon=epsilon)
    _mean(nodes, x, limit)
    return _model(nodes, hidden=int(weights["embeddings.word_embeddings.weight"].shape[1]))


def layers(weights: Mapping[str, Floats]) -> int:
    """Return how many layers the trunk has."""
    found = [re.match(r"encoder\.layer\.(\d+)\.", name) for name in weights]
    return 1 + max((int(match[1]) for match in found if match), default=-1)


def steady(count: int) -> list[str]:
    """Return which tensors of a trunk of so many layers can have a fixed step.

    They reach about as far in every token: what a layer normalisation gave, and means of values.
    A Gelu's output does not.
    """
    return [
        name for layer in range(count) for name in (_input(layer), f"{layer}.context", f"{layer}.y")
    ]


def _input(layer: int) -> str:
    return "x" if layer == 0 else f"{layer - 1}.x"


def _embeddings(nodes: Nodes, w: Mapping[str, Floats], limit: int, epsilon: float) -> str:
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
    return nodes.norm("sum", _input(0), w[f"{norm}weight"], w[f"{norm}bias"], epsilon)


def _layer(
    nodes: Nodes, w: Mapping[str, Floats], layer: int, x: str, *, heads: int, epsilon: float
) -> str:
    own, out = f"encoder.layer.{layer}.", f"{layer}."

    def part(name: str) -> tuple[Floats, Floats]:
        return w[f"{own}{name}.weight"].T, w[f"{own}{name}.bias"]

    def norm(name: str, inputs: list[str], output: str) -> str:
        nodes.add("Add", inputs, f"{output}.sum")
        gain, shift = w[f"{own}{name}.weight"], w[f"{own}{name}.bias"]
        return nodes.norm(f"{output}.sum", output, gain, shift, epsilon)

    three = {f"{out}{name}": part(f"attention.self.{name}") for name in ("query", "key", "value")}
    context, dense = f"{out}context", part("attention.output.dense")
    lent = None
    if context in nodes.spans:  # means of values: what a column lends is lent by them
        lent = loan(nodes.spans[context], dense[0])
        values, shift = three[f"{out}value"]
        three[f"{out}value"] = values / lent, shift / lent
    parts = nodes.linear(x, three)
    nodes.add("MultiHeadAttention", parts, context, domain=OWN_DOMAIN, num_heads=heads)
    o = nodes.linear(context, {f"{out}o": dense}, lent=lent)
    y = norm("attention.output.LayerNorm", [*o, x], f"{out}y")
    first = nodes.linear(y, {f"{out}f1": part("intermediate.dense")})
    gelu = nodes.add("Gelu", first, f"{out}gelu")
    second = nodes.linear(gelu, {f"{out}f2": part("output.dense")}, gelu=True)
    last = layer == layers(w) - 1
    return norm("output.LayerNorm", [*second, y], "tokens" if last else _input(layer + 1))


def _mean(nodes: Nodes, x: str, limit: int) -> None:
    """Write the mean as a product: ReduceMean sums one text in another order than several."""
    nodes.constant("ones", np.ones((1, limit), dtype=np.float32))
    nodes.add("Slice", ["ones", "from", "length", nodes.constant("second", [1])], "each")
    nodes.add("MatMul", ["each", x], "total")
    nodes.add("Squeeze", ["total", "second"], "sums")
    nodes.add("Cast", ["length"], "count", to=1)
    nodes.add("Div", ["sums", "count"], "pooled")


def _model(nodes: Nodes, *, hidden: int) -> bytes:
    from onnx import helper, numpy_helper

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
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(OWN_DOMAIN, 1)]
    model = helper.make_model(graph, opset_imports=versions, ir_version=IR_VERSION)
    return bytes(model.SerializeToString(deterministic=True))
