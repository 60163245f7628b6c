"""A fine-tuned encoder's weights -> the two files that a model folder holds of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.classifier.encoder import EncoderFeaturizer
from convcat.classifier.pieces import PieceReader, shortened, vocabulary
from convcat.exceptions import InputError, MissingExtraError
from convcat.training.encoder_graph import encoder_graph, layers
from convcat.training.spans import spans_of

Floats = npt.NDArray[np.float32]

MOST_BYTES = 30 << 20
_LOOKED_AT = 256  # of the texts that fix the steps; 64 and 500 gave the same closeness to float32

_PREFIXES = ("trunk.", "bert.", "model.", "")  # how training code calls the BertModel
_WORDS = "embeddings.word_embeddings.weight"


def export_encoder(
    weights: str | Path | Mapping[str, Any],
    tokenizer: str | Path,
    *,
    heads: int | None = None,
    limit: int = 160,
    int8: bool = True,
    texts: Sequence[str] = (),
) -> EncoderFeaturizer:
    """Turn a BERT trunk into features that a model can be saved with.

    Parameters
    ----------
    weights : path or mapping of str to array
        A ``.safetensors`` file, a PyTorch state dict (read with PyTorch, data only), or arrays,
        under the names of Hugging Face's ``BertModel``, with ``trunk.``, ``bert.`` or nothing
        before them.
    tokenizer : path
        Its ``tokenizer.json``.
    heads : int, optional
        Attention heads of a layer; one per 32 columns where it is not given (MiniLM).
    limit : int, default 160
        Tokens read of a text.
    int8 : bool, default True
        Whether to quantise; float32 serves to compare.
    texts : sequence of str, optional
        Such as will be read, for the steps of int8; some of them are looked at. Without, steps
        are found anew for every token, which is a little slower and less close to float32.

    Returns
    -------
    EncoderFeaturizer

    Raises
    ------
    InputError
        If an array is missing or the tokenizer does not fit.
    MissingExtraError
        If the package onnx is not installed.
    """
    trunk = _trunk(read_weights(weights))
    hidden = int(trunk[_WORDS].shape[1])
    heads = heads or max(1, hidden // 32)
    if hidden % heads:
        raise InputError(f"{heads} attention heads do not divide {hidden} columns.")
    places = int(trunk["embeddings.position_embeddings.weight"].shape[0])
    if limit > places:
        raise InputError(f"The encoder has {places} positions; a limit of {limit} is too long.")
    cleaned = _tokenizer(Path(tokenizer), rows=int(trunk[_WORDS].shape[0]))
    try:
        spans = None
        if int8 and texts:
            reader = PieceReader(cleaned, limit)
            chosen = [texts[i] for i in range(0, len(texts), -(-len(texts) // _LOOKED_AT))]
            ids = [shortened(reader.ids(text), limit) for text in chosen]
            spans = spans_of(trunk, ids, heads=heads, limit=limit)
        graph = encoder_graph(trunk, heads=heads, limit=limit, int8=int8, spans=spans)
    except ImportError:
        raise MissingExtraError("onnx", "train", "Exporting an encoder") from None
    except KeyError as error:
        raise InputError(f"The weights hold no array {error.args[0]!r}.") from None
    if int8 and len(graph) > MOST_BYTES:
        raise InputError(f"The encoder has {len(graph) >> 20} MB, over {MOST_BYTES >> 20} MB.")
    return EncoderFeaturizer(graph, cleaned, hidden, limit)


def read_weights(weights: str | Path | Mapping[str, Any]) -> dict[str, Floats]:
    """Return arrays by name, float32.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    if isinstance(weights, Mapping):
        return {name: np.asarray(array, dtype=np.float32) for name, array in weights.items()}
    path = Path(weights)
    if not path.is_file():
        raise InputError(f"There is no file of weights {str(path)!r}.")
    if path.suffix == ".safetensors":
        from safetensors.numpy import load_file

        return {name: array.astype(np.float32) for name, array in load_file(path).items()}
    try:
        torch = import_module("torch")
    except ImportError:
        raise MissingExtraError("torch", "train", "Reading a PyTorch file") from None
    found = torch.load(path, map_location="cpu", weights_only=True)
    return {name: array.float().numpy() for name, array in found.items()}


def _trunk(arrays: dict[str, Floats]) -> dict[str, Floats]:
    """Return the encoder's own arrays under BertModel's names."""
    for prefix in _PREFIXES:
        if prefix + _WORDS in arrays:
            trunk = {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}
            if layers(trunk):
                return trunk
    raise InputError(f"The weights are not a BERT encoder's: there is no {_WORDS!r} with layers.")


def _tokenizer(path: Path, rows: int) -> bytes:
    """Return the tokenizer without truncation and padding, which are the reader's business."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {str(path)!r}: {error.strerror}.") from None
    try:
        words = vocabulary(raw)
    except ValueError as error:
        raise InputError(f"{str(path)!r} does not do: {error}.") from None
    if max(words.values()) >= rows:
        raise InputError(f"The tokenizer has more word pieces than the encoder has rows ({rows}).")
    found = json.loads(raw) | {"truncation": None, "padding": None}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
