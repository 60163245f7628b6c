"""Labelled files: texts with the needs that a careful reader found in them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError, did_you_mean

_REVIEW = "review"
_ENDINGS = (".jsonl", ".jsonl.gz", ".csv")


@dataclass(frozen=True)
class LabelledCorpus:
    """Labelled texts as columns.

    Attributes
    ----------
    ids, texts, sources, kinds, channels : tuple of str
        ``sources`` says which shop or stream a text comes from; ``kinds`` is "review" or
        "support".
    needs : tuple of tuple of str
    failed : ndarray of float
        1 where something went wrong, 0 where it is only asked, NaN where not known.
    drawn : ndarray of bool
        Rows that were drawn at random within their source: shares and error rates rest on these.
    digest : str
        SHA-256 of texts and labels.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    failed: npt.NDArray[np.float64]
    drawn: npt.NDArray[np.bool_]
    digest: str

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        return (
            f"LabelledCorpus({len(self)} texts, {len(set(self.sources))} sources, "
            f"{int(self.drawn.sum())} drawn at random)"
        )


def read_labelled(
    *paths: str | Path,
    needs: Sequence[str],
    corrections: Iterable[str | Path] = (),
) -> LabelledCorpus:
    """Read labelled texts from JSON lines or CSV files, or folders of them.

    Parameters
    ----------
    *paths : str or path
        Every record has ``text`` and ``needs`` (a list, or ids joined by ``;``) and may have
        ``id``, ``shop`` or ``source`` (else the file's name), ``channel``, ``rating``, ``stance`` ("asked",
        "failed", "both", "neither") and ``selection`` ("random", or how else it was chosen). A
        record without ``needs`` is used where ``corrections`` hold its id, and passed over else.
    needs : sequence of str
        The ids that may occur.
    corrections : iterable of paths
        JSON lines with ``id`` and ``needs`` (and perhaps ``stance``): the labels of the record
        with that id, in place of its own.

    Returns
    -------
    LabelledCorpus

    Raises
    ------
    InputError
        If a file cannot be read, or a record lacks a field or names an unknown need; the file
        and line are named.
    """
    mended: dict[str, dict[str, Any]] = {}
    for path in corrections:
        for line, record in _records(Path(path)):
            if not record.get("id"):
                raise InputError(f"{Path(path).name}, line {line} has no 'id' to correct.")
            mended[str(record["id"])] = record
    rows: list[dict[str, Any]] = []
    seen: set[Any] = set()
    for path in _files(paths):
        for line, record in _records(path):
            own_id = record.get("id")
            labelled = "needs" in record or not mended
            if not labelled and (own_id not in mended or own_id in seen):
                continue  # no labels, or read before with labels of its own
            seen.add(own_id)
            rows.append(_row(record, f"{path.name}, line {line}", path.stem, needs, mended))
    if not rows:
        raise InputError("There is no labelled text in the files that were given.")
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps([row["text"], row["needs"], row["failed"]]).encode())
    return LabelledCorpus(
        ids=tuple(row["id"] for row in rows),
        texts=tuple(row["text"] for row in rows),
        needs=tuple(tuple(row["needs"]) for row in rows),
        sources=tuple(row["source"] for row in rows),
        kinds=tuple(row["kind"] for row in rows),
        channels=tuple(row["channel"] for row in rows),
        failed=np.array([np.nan if r["failed"] is None else r["failed"] for r in rows]),
        drawn=np.array([row["drawn"] for row in rows], dtype=bool),
        digest=digest.hexdigest(),
    )


def read_texts(*paths: str | Path) -> Iterator[tuple[str, str]]:
    """Yield id and text of every record that has a text, labelled or not.

    Raises
    ------
    InputError
        If a file cannot be read; the file and line are named.
    """
    for path in _files(paths):
        for line, record in _records(path):
            text = record.get("text")
            if isinstance(text, str) and text.strip():
                yield str(record.get("id") or f"{path.stem}-{line}"), text


def _files(paths: Iterable[str | Path]) -> list[Path]:
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.name.endswith(_ENDINGS))
            if not inside:
                raise InputError(f"The folder {str(path)!r} holds no .jsonl or .csv file.")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise InputError(f"There is no file or folder {str(path)!r}.")
    return found


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        packed = path.suffix == ".gz"
        with (gzip.open if packed else open)(path, "rt", encoding="utf-8-sig", newline="") as lines:
            if path.suffix == ".csv":
                reader = csv.DictReader(lines)
                for row in reader:
                    yield reader.line_num, row
                return
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, _parsed(line, f"{path.name}, line {number}")
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise InputError(f"Cannot read {str(path)!r}: {reason}.") from None
    except csv.Error as error:
        raise InputError(f"{path.name} is not a CSV file that can be read: {error}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{str(path)!r} is not UTF-8 text.") from None


def _parsed(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{where} is not JSON.") from None
    if not isinstance(record, dict):
        raise InputError(f"{where} is not a JSON object.")
    return record


def _row(
    record: dict[str, Any],
    where: str,
    stem: str,
    needs: Sequence[str],
    mended: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    text, labels = record.get("text"), record.get("needs")
    by_id = mended.get(str(record.get("id")))
    labels = by_id.get("needs") if by_id is not None and labels is None else labels
    if not isinstance(text, str) or labels is None:
        missing = "text" if not isinstance(text, str) else "needs"
        raise InputError(f"{where} has no {missing!r}: a labelled record needs 'text' and 'needs'.")
    own_id = str(record.get("id") or f"{stem}-{where.rsplit(' ', 1)[-1]}")
    own = set(record)
    if own_id in mended:
        record = {**record, **{k: v for k, v in mended[own_id].items() if k in ("needs", "stance")}}
        labels = record["needs"]
    if not isinstance(labels, str | list):
        raise InputError(f"{where}: 'needs' must be a list of ids, or ids joined by ';'.")
    names = [n.strip() for n in labels.split(";")] if isinstance(labels, str) else labels
    names = [name for name in names if name and name != "none"]
    for name in names:
        if name not in needs:
            near = did_you_mean(str(name), needs)
            raise InputError(f"{where} names an unknown need {str(name)!r}.{near}")
    channel = str(record.get("channel") or "")
    review = channel == _REVIEW or record.get("rating") not in (None, "")
    return {
        "id": own_id,
        "text": text,
        "needs": sorted(names, key=list(needs).index),
        "source": str(record.get("shop") or record.get("source") or stem),
        "kind": _REVIEW if review else "support",
        "channel": channel,
        "failed": _failed(record.get("stance"), review=review, has_need=bool(names)),
        "drawn": record.get("selection", "random" if "needs" in own else "chosen") == "random",
    }


def _failed(stance: Any, *, review: bool, has_need: bool) -> float | None:
    """Say whether something went wrong: by the reader's word, else what a low review implies."""
    if stance in ("failed", "both"):
        return 1.0
    if stance in ("asked", "neither"):
        return 0.0
    if review:
        return float(has_need)
    return None if has_need else 0.0
