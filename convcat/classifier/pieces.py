"""Text -> word pieces: the encoder's tokenizer, and where each piece stands in the text."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.classifier.tokens import original_place

Ints = npt.NDArray[np.int64]

_LIMIT = 20_000  # characters that are read of a text; what lies between is not
_HEAD = 0.7  # of the token limit that a longer text's beginning gets; its end gets the rest
_ONE_GO = 1.5  # times the limit: of a text up to this length enough is read in one go
_WINDOW = 0.7  # of the token limit: about so long are the windows of a longer text ...
_NEAR = 0.1  # ... give or take so much, that they end with a sentence
_ENDS = ".", "!", "?", "\u2026", "\u3002"
_KINDS: dict[str, set[str | None]] = {
    "model": {"WordPiece"},
    "normalizer": {"BertNormalizer"},
    "pre_tokenizer": {"BertPreTokenizer"},
    "post_processor": {"TemplateProcessing"},
    "decoder": {"WordPiece", None},
}
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Pieces:
    """The word pieces of one text.

    Attributes
    ----------
    ids : ndarray of int64
        The two marks at the ends included.
    start, end : ndarray of int64
        Code points of the original text, end exclusive; -1 for the marks.
    """

    ids: Ints
    start: Ints
    end: Ints


class PieceReader:
    """A WordPiece tokenizer from the bytes of a ``tokenizer.json``.

    Parameters
    ----------
    raw : bytes
    limit : int
        Tokens that are read in one go.

    Raises
    ------
    ValueError
        If it is not a WordPiece tokenizer as BERT has it.
    """

    def __init__(self, raw: bytes, limit: int) -> None:
        from tokenizers import Tokenizer

        words = vocabulary(raw)
        self.size = 1 + max(words.values())
        self.mask = words.get("[MASK]", words["[UNK]"])
        self.limit = limit
        self._ends = np.array([words[end] for end in _ENDS if end in words], dtype=np.int64)
        self._tokenizer = Tokenizer.from_str(raw.decode("utf-8"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def ids(self, text: str) -> Ints:
        """Return the ids of a text's pieces."""
        return np.array(self._encode(text).ids, dtype=np.int64)

    def pieces(self, text: str) -> Pieces:
        """Return the pieces of a text with their places."""
        found = self._encode(text)
        edges = np.array(found.offsets, dtype=np.int64)
        edges[:, 1] -= 1  # the last character, so that it is moved with its own
        edges = original_place(edges, len(text), _LIMIT) + np.array([0, 1])
        edges[np.array(found.special_tokens_mask, dtype=bool)] = -1
        return Pieces(np.array(found.ids, dtype=np.int64), edges[:, 0], edges[:, 1])

    def windows(self, ids: Ints) -> list[Ints]:
        """Return which of a text's pieces are read together.

        Parameters
        ----------
        ids : ndarray of int64
            Of a whole text, the marks included.

        Returns
        -------
        list of ndarray of int64
            Places in ``ids``, each with those of the two marks. First the text shortened to the
            limit; then, unless that is most of it, all of it in windows.
        """
        whole = shortened(np.arange(ids.size), self.limit)
        if ids.size <= self.limit * _ONE_GO:
            return [whole]
        inner = ids.size - 2
        count = int(np.ceil(inner / (self.limit * _WINDOW)))
        near = int(self.limit * _NEAR)
        after = 1 + np.flatnonzero(np.isin(ids[1:-1], self._ends)) + 1  # where a sentence begins
        cuts = [1]
        for part in range(1, count):
            even = 1 + inner * part // count
            close = after[np.abs(after - even) <= near]
            cuts.append(int(close[np.abs(close - even).argmin()]) if close.size else even)
        cuts.append(ids.size - 1)
        ends = np.array([0]), np.array([ids.size - 1])
        windows = [
            np.concatenate([ends[0], np.arange(start, stop), ends[1]])
            for start, stop in itertools.pairwise(cuts)
        ]
        return [whole, *windows]

    def _encode(self, text: str) -> Any:
        if len(text) > _LIMIT:
            text = text[: _LIMIT - _LIMIT // 4] + text[-(_LIMIT // 4) :]
        # Half a character cannot be written as UTF-8; the tokenizer passes over its stand-in.
        # One text at a time: it uses no threads of its own, which a forked process would miss.
        return self._tokenizer.encode(_SURROGATES.sub("\ufffd", text))


def shortened(values: Ints, limit: int) -> Ints:
    """Return the first 70 % and the last 30 % of a limit, of a text with more tokens."""
    if values.size <= limit:
        return values
    head = int(limit * _HEAD)
    return np.concatenate([values[:head], values[values.size - (limit - head) :]])


def vocabulary(raw: bytes) -> dict[str, int]:
    """Return the word pieces of a ``tokenizer.json`` and their ids.

    Raises
    ------
    ValueError
        If it is not a WordPiece tokenizer as BERT has it.
    """
    try:
        found = json.loads(raw)
        kinds = {part: (found.get(part) or {}).get("type") for part in _KINDS}
        words = found["model"]["vocab"]
        added = {str(own["content"]): own["id"] for own in found.get("added_tokens") or ()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("the tokenizer's file is not a tokenizer.json") from None
    if any(not _is_one_of(kind, _KINDS[part]) for part, kind in kinds.items()):
        raise ValueError("the tokenizer is not a WordPiece tokenizer as BERT has it")
    if not isinstance(words, dict) or not {"[UNK]", "[CLS]", "[SEP]"} <= words.keys():
        raise ValueError("the tokenizer's vocabulary lacks a mark that every text needs")
    numbers = [*words.values(), *added.values()]
    if not all(type(n) is int and 0 <= n < 1_000_000 for n in numbers):
        raise ValueError("the tokenizer's vocabulary has a number out of range")
    return {**words, **added}


def _is_one_of(kind: object, known: set[str | None]) -> bool:
    return (kind is None or isinstance(kind, str)) and kind in known
