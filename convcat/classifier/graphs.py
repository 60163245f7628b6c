"""Look into an ONNX file before anything else does: only plain operators, only its own data.

An ONNX file is a Protocol Buffers message; this walks its wire format (fields of a number, a type
and a value; see protobuf.dev/programming-guides/encoding and onnx.proto3) as deep as the checks
need and builds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

_STANDARD = frozenset(
    [
        *("Abs", "Add", "Cast", "Div", "Expand", "Flatten", "Gather", "Gelu"),
        *("LayerNormalization", "MatMul", "MatMulInteger", "Max", "Mul", "QuantizeLinear"),
        *("ReduceMax", "Reshape", "Shape", "Slice", "Softmax", "Split", "Squeeze", "Transpose"),
    ]
)
OPERATORS = {
    "": _STANDARD,
    "ai.onnx": _STANDARD,
    "com.microsoft": frozenset(["MatMulIntegerToFloat", "MultiHeadAttention"]),  # onnxruntime's own
}

# Field numbers of onnx.proto3.
_MODEL_PLAIN = {1, 2, 3, 4, 5, 6, 7, 8, 14}  # no training_info, no functions
_MODEL_GRAPH, _MODEL_OPSETS = 7, 8
_GRAPH_PLAIN = {1, 2, 5, 10, 11, 12, 13}  # no sparse initializers, no annotations
_GRAPH_NODE, _GRAPH_CONSTANT, _GRAPH_INPUT, _GRAPH_OUTPUT = 1, 5, 11, 12
_NODE_PLAIN = {1, 2, 3, 4, 5, 6, 7}
_NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 5, 7
_ATTRIBUTE_PLAIN = {1, 2, 3, 4, 7, 8, 9, 13, 20}  # numbers and strings: no tensors, no graphs
_TENSOR_PLAIN = {1, 2, 8, 9, 12}  # dims, type, name and raw bytes: no external data
_NAME = 1

_MOST_NODES = 20_000


def check_graph(raw: bytes, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
    """Refuse an ONNX file that is anything but a plain graph of known operators.

    Parameters
    ----------
    raw : bytes
        The file.
    inputs, outputs : tuple of str
        The names that it must have.

    Raises
    ------
    ValueError
        If it cannot be read as ONNX, uses an operator that is not on the list, refers to other
        files, or holds a graph within an operator.
    """
    data = memoryview(raw)
    graphs = []
    for number, value in _fields(data):
        _known(number, _MODEL_PLAIN, "the graph's file")
        if number == _MODEL_GRAPH:
            graphs.append(_message(value))
        elif number == _MODEL_OPSETS:
            _plain_domain(value)
    if len(graphs) != 1:
        raise ValueError("the encoder's file does not hold one graph")
    names: dict[int, list[str]] = {_GRAPH_INPUT: [], _GRAPH_OUTPUT: []}
    nodes = 0
    for number, value in _fields(graphs[0]):
        _known(number, _GRAPH_PLAIN, "the graph")
        if number == _GRAPH_NODE:
            nodes += 1
            if nodes > _MOST_NODES:
                raise ValueError(f"the encoder's graph has over {_MOST_NODES} operators")
            _check_node(_message(value))
        elif number == _GRAPH_CONSTANT:
            for part, _ in _fields(_message(value)):
                _known(part, _TENSOR_PLAIN, "a constant")
        elif number in names:
            names[number] += [_text(v) for n, v in _fields(_message(value)) if n == _NAME]
    if (tuple(names[_GRAPH_INPUT]), tuple(names[_GRAPH_OUTPUT])) != (inputs, outputs):
        raise ValueError("the encoder's graph has other inputs or outputs than an encoder's")


def _check_node(node: memoryview) -> None:
    operators, domains = [""], [""]
    for number, value in _fields(node):
        _known(number, _NODE_PLAIN, "an operator")
        if number == _NODE_OPERATOR:
            operators.append(_text(value))
        elif number == _NODE_DOMAIN:
            domains.append(_text(value))
        elif number == _NODE_ATTRIBUTE:
            for part, _ in _fields(_message(value)):
                _known(part, _ATTRIBUTE_PLAIN, "an operator's option")
    # A reader takes the last of what is given twice.
    if operators[-1] not in OPERATORS.get(domains[-1], ()):
        raise ValueError("the encoder's graph has an operator that is not on the list")


def _plain_domain(value: memoryview | int) -> None:
    for number, domain in _fields(_message(value)):
        if number == _NAME and _text(domain) not in OPERATORS:
            raise ValueError("the encoder's graph asks for operators that are not on the list")


def _known(number: int, known: set[int], where: str) -> None:
    if number not in known:
        raise ValueError(f"{where} holds what an encoder has no use for (field {number})")


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError("the encoder's file is not ONNX")  # noqa: TRY004 - damage, not a type
    return value


def _text(value: memoryview | int) -> str:
    return bytes(_message(value)).decode("utf-8")


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Yield each field's number and value: an int, or the bytes of what is nested."""
    place, end = 0, len(data)
    while place < end:
        key, place = _varint(data, place)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, place = _varint(data, place)
            yield number, value
            continue
        if kind == 2:
            size, place = _varint(data, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError("the encoder's file is not ONNX")
        if place + size > end:
            raise ValueError("the encoder's file is cut short")
        yield number, data[place : place + size]
        place += size


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            raise ValueError("the encoder's file is cut short")
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise ValueError("the encoder's file is not ONNX")
