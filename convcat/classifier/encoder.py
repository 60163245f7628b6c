"""The encoder as features: text -> word pieces -> a small transformer -> one vector.

onnxruntime reads int8 weights (see ``convcat.training.encoder_graph`` for the arithmetic). Texts of
one length in tokens share a run, so that nothing is padded and a vector is the same to the bit
whatever stands beside its text, in whatever order, on however many threads.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.classifier.graphs import check_graph
from convcat.classifier.pieces import Ints, PieceReader, Pieces, shortened
from convcat.exceptions import ModelError

Floats = npt.NDArray[np.float32]

ENCODER, TOKENIZER = "encoder.onnx", "tokenizer.json"

_RUN_TOKENS = 512  # of a run: enough for full speed, and its arrays stay within the caches


@dataclass(frozen=True, eq=False)
class EncoderFeaturizer:
    """A fine-tuned encoder's mean-pooled vectors.

    Parameters
    ----------
    graph : bytes
        The content of ``encoder.onnx``.
    tokenizer : bytes
        The content of ``tokenizer.json``.
    columns : int
        The length of a vector.
    limit : int, default 160
        Tokens that are read in one go. A longer text's vector is that of its first 70 % and last
        30 % of the limit; a glance reads all of it, window by window.
    """

    graph: bytes = field(repr=False)
    tokenizer: bytes = field(repr=False)
    columns: int
    limit: int = 160
    kind: str = field(default="encoder", init=False)

    def __reduce__(self) -> Any:
        return type(self), (self.graph, self.tokenizer, self.columns, self.limit)

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return vectors, shape (texts, columns), float32.

        Runs are spread over as many threads as there are processors, or as ``OMP_NUM_THREADS``
        says where that is set (joblib sets it in its workers).
        """
        ids = [shortened(self.reader.ids(text), self.limit) for text in texts]
        out = np.empty((len(ids), self.columns), dtype=np.float32)

        def run(rows: list[int]) -> None:
            found = self.session.run(["pooled"], {"ids": np.stack([ids[row] for row in rows])})
            out[rows] = found[0]

        _spread(run, _runs([own.size for own in ids]))
        return out

    def glance(
        self, texts: Sequence[str], places: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Floats, Ints, list[Floats]]:
        """Return vectors of texts, window by window, and of stretches as they look within them.

        Parameters
        ----------
        texts : sequence of str
        places : sequence of lists of (start, end)
            Where each text's stretches stand, in code points.

        Returns
        -------
        vectors : ndarray of float32, shape (windows, columns)
        owners : ndarray of int, shape (windows,)
            The text of each window, in order; most texts are one window. Of a text with more, the
            first is the text shortened to the limit.
        stretches : list of ndarray of float32, shape (stretches of the text, columns)
            The mean over a stretch's tokens; NaN where none of them was read.
        """
        read = [
            self.reader.pieces(text) if own else self.reader.ids(text)
            for text, own in zip(texts, places, strict=True)
        ]
        ids = [own.ids if isinstance(own, Pieces) else own for own in read]
        windows = [
            (text, window) for text, own in enumerate(ids) for window in self.reader.windows(own)
        ]
        out = np.empty((len(windows), self.columns), dtype=np.float32)
        seen: list[tuple[Floats, Ints] | None] = [None] * len(windows)

        def run(rows: list[int]) -> None:
            own_windows = [windows[row] for row in rows]
            long = any(places[text] for text, _ in own_windows)
            found = self.session.run(
                ["pooled", "tokens"] if long else ["pooled"],
                {"ids": np.stack([ids[text][window] for text, window in own_windows])},
            )
            out[rows] = found[0]
            for place, (row, (text, window)) in enumerate(zip(rows, own_windows, strict=True)):
                own = read[text]
                if isinstance(own, Pieces):
                    seen[row] = _sums(found[1][place], own.start[window], places[text])

        _spread(run, _runs([window.size for _, window in windows]))
        owners = np.array([text for text, _ in windows], dtype=np.int64)
        return out, owners, self._means(owners, seen, places)

    def _means(
        self,
        owners: Ints,
        seen: Sequence[tuple[Floats, Ints] | None],
        places: Sequence[Sequence[tuple[int, int]]],
    ) -> list[Floats]:
        """Return the mean of the tokens of each text's stretches over its windows."""
        sums = [np.zeros((len(own), self.columns), dtype=np.float32) for own in places]
        counts = [np.zeros(len(own), dtype=np.int64) for own in places]
        for row, part in zip(owners.tolist(), seen, strict=True):
            if part is not None:
                sums[row] += part[0]
                counts[row] += part[1]
        return [
            np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], np.nan).astype(
                np.float32
            )
            for total, count in zip(sums, counts, strict=True)
        ]

    def tokens(self, ids: Ints) -> Floats:
        """Return a vector per token, shape (texts, tokens, columns), of ids of one length."""
        return np.asarray(self.session.run(["tokens"], {"ids": ids})[0], dtype=np.float32)

    def pooled(self, ids: Ints) -> Floats:
        """Return a vector per text, shape (texts, columns), of ids of one length."""
        most = max(1, _RUN_TOKENS // ids.shape[1])
        parts = [ids[i : i + most] for i in range(0, len(ids), most)]
        return np.concatenate([self.session.run(["pooled"], {"ids": part})[0] for part in parts])

    def config(self) -> dict[str, Any]:
        """Return what rebuilds it, with the hashes of its files."""
        return {
            "kind": self.kind,
            "columns": self.columns,
            "limit": self.limit,
            "sha256": {name: hashlib.sha256(raw).hexdigest() for name, raw in self.files().items()},
        }

    def files(self) -> dict[str, bytes]:
        """Return what stands beside the weights in a model's folder."""
        return {ENCODER: self.graph, TOKENIZER: self.tokenizer}

    @cached_property
    def reader(self) -> PieceReader:
        """The tokenizer."""
        try:
            return PieceReader(self.tokenizer, self.limit)
        except ImportError:
            raise _missing("tokenizers") from None

    @cached_property
    def session(self) -> Any:
        """The graph, made ready by onnxruntime after it was looked through."""
        try:
            import onnxruntime as ort
        except ImportError:
            raise _missing("onnxruntime") from None
        check_graph(self.graph, inputs=("ids",), outputs=("pooled", "tokens"))
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it would keep a plan for every length
        options.log_severity_level = 4
        try:
            found = ort.InferenceSession(self.graph, options, providers=["CPUExecutionProvider"])
            # The last id and the longest text must have their rows.
            longest = np.full((1, self.limit), self.reader.size - 1, dtype=np.int64)
            longest[0, :2] = self.reader.ids("")  # the two marks
            shape = found.run(["pooled"], {"ids": longest})[0].shape
        except Exception as error:  # noqa: BLE001 - onnxruntime has an error class per cause
            raise ValueError(f"onnxruntime refuses {ENCODER} ({type(error).__name__})") from None
        if shape != (1, self.columns):
            raise ValueError(f"the encoder's vectors have {shape[-1]} columns, not {self.columns}")
        return found


def from_files(config: dict[str, Any], files: dict[str, bytes]) -> EncoderFeaturizer:
    """Rebuild an encoder from what ``config()`` and ``files()`` gave, and try it.

    Raises
    ------
    ValueError
        If a file or a value is not as it must be.
    ModelError
        If onnxruntime or tokenizers is not installed.
    """
    columns, limit = int(config["columns"]), int(config["limit"])
    if not (1 <= columns <= 4096 and 8 <= limit <= 512):
        raise ValueError("feature sizes out of range")
    found = EncoderFeaturizer(files[ENCODER], files[TOKENIZER], columns, limit)
    found.session  # noqa: B018 - made here, so that a damaged model is refused when it is loaded
    return found


def _sums(tokens: Floats, starts: Ints, places: Sequence[tuple[int, int]]) -> tuple[Floats, Ints]:
    """Return the sum of the tokens of each place, and how many there are."""
    found = np.zeros((len(places), tokens.shape[1]), dtype=np.float32)
    count = np.zeros(len(places), dtype=np.int64)
    for row, (start, end) in enumerate(places):
        inside = (starts >= start) & (starts < end)
        count[row] = int(inside.sum())
        if count[row]:
            found[row] = tokens[inside].sum(axis=0)
    return found, count


def _spread(run: Callable[[list[int]], None], runs: list[list[int]]) -> None:
    """Do all runs, on as many threads as there may be."""
    threads = min(_threads(), len(runs))
    if threads < 2:
        for rows in runs:
            run(rows)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, runs))


def _runs(sizes: list[int]) -> list[list[int]]:
    """Return rows of one size each, in runs of bounded length, the longest texts first."""
    by_size: dict[int, list[int]] = {}
    for row, size in enumerate(sizes):
        by_size.setdefault(size, []).append(row)
    runs = []
    for size in sorted(by_size, reverse=True):
        rows, most = by_size[size], max(1, _RUN_TOKENS // size)
        runs += [rows[i : i + most] for i in range(0, len(rows), most)]
    return runs


def _threads() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(cores, int(told))) if told.isdigit() else cores


def _missing(package: str) -> ModelError:
    return ModelError(
        f"This model needs the package {package}, which is not installed: pip install {package}, "
        'or use the model "ecommerce-en-fast".'
    )
