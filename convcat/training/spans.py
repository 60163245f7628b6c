"""What the columns of an encoder's inner tensors reach on texts, in float32."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from convcat.training.encoder_graph import encoder_graph, layers, steady
from convcat.training.graph_nodes import Span

Floats = npt.NDArray[np.float32]


def spans_of(
    weights: Mapping[str, Floats],
    texts: Sequence[npt.NDArray[np.int64]],
    *,
    heads: int,
    limit: int,
) -> dict[str, Span]:
    """Return the least and the most of each column, of the tensors that can have a fixed step.

    Parameters
    ----------
    weights : mapping of str to ndarray
        Of a BERT trunk.
    texts : sequence of ndarray of int64
        Ids of texts, of at most ``limit`` tokens each; a few hundred do.
    heads, limit : int

    Returns
    -------
    dict of str to (least, most)

    Raises
    ------
    KeyError
        If an array is missing.
    """
    import onnxruntime as ort
    from onnx import helper, load_from_string

    names = steady(layers(weights))
    model = load_from_string(encoder_graph(weights, heads=heads, limit=limit, int8=False))
    model.graph.output.extend(helper.make_tensor_value_info(name, 1, None) for name in names)
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.log_severity_level = 4
    session = ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found: dict[str, Span] = {}
    for ids in texts:
        for name, array in zip(names, session.run(names, {"ids": ids[None]}), strict=True):
            low, high = found.get(name, (array[0, 0], array[0, 0]))
            found[name] = (
                np.minimum(low, array[0].min(axis=0)),
                np.maximum(high, array[0].max(axis=0)),
            )
    return found
