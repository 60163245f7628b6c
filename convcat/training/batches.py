"""Texts as tokens, in batches of like length."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from convcat.classifier.pieces import shortened
from convcat.exceptions import InputError
from convcat.training.network import package

Ints = npt.NDArray[np.int64]

_STEP = 16  # of the length of a batch in tokens


def token_ids(base: str | Path, texts: Sequence[str], limit: int) -> list[Ints]:
    """Return each text's tokens, cut as the model will cut them when it reads.

    Raises
    ------
    InputError
        If the folder holds no tokenizer.
    """
    path = Path(base) / "tokenizer.json"
    try:
        tokenizer = package("tokenizers").Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # noqa: BLE001 - tokenizers raises Exception itself
        raise InputError(f"Cannot read {str(path)!r}: {type(error).__name__}.") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    readable = [text.encode("utf-8", "replace").decode() for text in texts]
    found = tokenizer.encode_batch(readable)
    return [shortened(np.array(own.ids, dtype=np.int64), limit) for own in found]


def batches(sizes: Ints, batch: int, *, seed: int) -> list[Ints]:
    """Return rows in random batches of texts of like length.

    Parameters
    ----------
    sizes : ndarray of int, shape (texts,)
        Lengths in tokens.
    batch : int
        Texts of a batch.
    seed : int

    Returns
    -------
    list of ndarray of int
        Every row once.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(sizes))
    found: list[Ints] = []
    for start in range(0, len(shuffled), batch * 40):
        part = shuffled[start : start + batch * 40]
        part = part[np.argsort(sizes[part], kind="stable")]
        found += [part[i : i + batch] for i in range(0, len(part), batch)]
    return [found[i] for i in rng.permutation(len(found))]


def padded(ids: Sequence[Ints], pad: int) -> tuple[Ints, Ints]:
    """Return ids of one length, and where they are a text's own.

    Lengths are multiples of 16: for every new shape the library prepares its kernels anew.
    """
    longest = -(-max(own.size for own in ids) // _STEP) * _STEP
    filled = np.full((len(ids), longest), pad, dtype=np.int64)
    mask = np.zeros((len(ids), longest), dtype=np.int64)
    for row, own in enumerate(ids):
        filled[row, : own.size], mask[row, : own.size] = own, 1
    return filled, mask
