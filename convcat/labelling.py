"""Texts -> the tagged table: a dataframe in, the same kind out, no row lost.

A row that cannot be read keeps its place, with null probabilities and the reason in
``needs_status``. Equal texts are read once. The result does not depend on the number of workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from convcat import frames
from convcat.classifier.texts import as_texts
from convcat.exceptions import InputError, did_you_mean
from convcat.tagged import MOST_CHARACTERS, NEEDS, P_FAILED, P_NONE, STATUS, names_beside

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel, Reading

_PART_ROWS = 4_000  # rows that a worker reads at once
_WORTH_WORKERS = 20_000  # fewer rows are read sooner by one process


def label(
    frame: Any,
    text: str = "text",
    model: NeedModel | str | Path | None = None,
    *,
    rename: bool = False,
    n_jobs: int | None = None,
) -> Any:
    """Tag every row of a dataframe by the needs that its text carries.

    Parameters
    ----------
    frame : pandas, polars or pyarrow dataframe
    text : str, default "text"
        The column of texts.
    model : NeedModel, str or path, optional
        A model, its name or folder; the shipped default where none is given.
    rename : bool, default False
        Whether a column of the frame that bears one of our names becomes ``<name>_input``;
        otherwise it is refused.
    n_jobs : int, optional
        Worker processes (joblib); worth it from some ten thousand rows on.

    Returns
    -------
    dataframe of the same kind
        All columns and rows of ``frame`` with ``needs``, ``p_<need>``, ``p_none``, ``p_failed``
        and ``needs_status`` beside them. What the findings need to know of the model travels in
        ``attrs`` (pandas) or the schema's metadata (pyarrow); polars has no place for it: pass
        ``model=`` to the findings.

    Raises
    ------
    InputError
        If there is no such column, it holds something other than text, or a name is taken.
    ModelError
        If the model cannot be loaded.

    Examples
    --------
    >>> import convcat, pyarrow as pa
    >>> frame = pa.table({"text": ["Far too small for a size 12.", None]})
    >>> tagged = convcat.label(frame)
    >>> tagged["needs"].to_pylist(), tagged["needs_status"].to_pylist()
    ([['sizing'], None], ['ok', 'empty'])
    """
    from convcat.classifier import load

    reader = load(model)
    kind = frames.kind_of(frame)
    names = frames.names_of(frame)
    if text not in names:
        raise InputError(f"The frame has no column {text!r} to read.{did_you_mean(text, names)}")
    kept = names_beside(names, reader.needs_, where="The frame", rename=rename)
    if kind == "pyarrow":
        frame = frames.to_arrow(frame)
    values = frame.iloc[:, names.index(text)] if kind == "pandas" else frame[text]
    tags = tag_table(as_texts(values, where=f"Column {text!r}, row"), reader, n_jobs=n_jobs)
    changed = {name: new for name, new in zip(names, kept, strict=True) if name != new}
    if kind == "pandas":
        result = frame.rename(columns=changed).assign(**_pandas_columns(tags, frame.index))
        result.attrs = {**frame.attrs, frames.METADATA_KEY: frames.Metadata(reader.metadata())}
        return result
    if kind == "polars":
        import polars as pl

        return pl.concat([frame.rename(changed), pl.from_arrow(tags)], how="horizontal")
    table = frame.rename_columns(kept)
    for name in tags.column_names:
        table = table.append_column(tags.schema.field(name), tags[name])
    table = table.replace_schema_metadata(frame.schema.metadata)
    return frames.with_metadata(table, reader.metadata())


def _pandas_columns(tags: pa.Table, index: Any) -> dict[str, Any]:
    """Return the tags as pandas series; lists of needs stay lists."""
    import pandas as pd

    added = {name: tags[name].to_pandas().set_axis(index) for name in tags.column_names}
    added[NEEDS] = pd.Series(tags[NEEDS].to_pylist(), index=index, dtype=object)
    return added


def tag_table(
    texts: Sequence[str | None],
    model: NeedModel,
    statuses: Sequence[str] | None = None,
    *,
    n_jobs: int | None = None,
) -> pa.Table:
    """Return the columns that tagging adds, one row per text.

    Parameters
    ----------
    texts : sequence of str or None
    model : NeedModel
    statuses : sequence of str, optional
        Rows whose status is not ``"ok"`` are not read and keep it; without this every row is
        looked at.
    n_jobs : int, optional
        Worker processes.

    Returns
    -------
    pyarrow.Table
        The columns of :func:`convcat.tagged.columns_for`.
    """
    status = _statuses(texts, model.language) if statuses is None else list(statuses)
    rows = [i for i, value in enumerate(status) if value == "ok"]
    # Equal texts are read once.
    place: dict[str, int] = {}
    which = np.fromiter(
        (place.setdefault(texts[i] or "", len(place)) for i in rows),
        dtype=np.int64,
        count=len(rows),
    )
    k = len(model.needs_)
    p = np.full((len(texts), k + 2), np.nan)
    tags = np.zeros((len(texts), k), dtype=bool)
    if rows:
        readings = list(_readings(list(place), model, n_jobs))
        found = np.concatenate([np.column_stack([r.p, r.p_none, r.p_failed]) for r in readings])
        p[rows] = found[which]
        tags[rows] = np.concatenate([r.tags for r in readings])[which]
    return _columns(model, p, tags, status)


def _statuses(texts: Sequence[str | None], language: str) -> list[str]:
    from convcat.conversations.language import reads_english

    def status(text: str | None) -> str:
        if text is None or not text.strip():
            return "empty"
        if len(text) > MOST_CHARACTERS:
            return "too_long"
        if language == "en" and not reads_english(text):
            return "not_english"
        return "ok"

    return [status(text) for text in texts]


def _readings(texts: list[str], model: NeedModel, n_jobs: int | None) -> Iterator[Reading]:
    """Read texts in parts, by several processes where that is sooner."""
    if n_jobs == 0:
        raise InputError(
            "n_jobs (--jobs) is a number of worker processes, or -1 for all cores, not 0."
        )
    if len(texts) < _WORTH_WORKERS or n_jobs == 1:
        yield model.read(texts)
        return
    from joblib import Parallel, delayed

    parts = (texts[i : i + _PART_ROWS] for i in range(0, len(texts), _PART_ROWS))
    work: Iterable[Any] = (delayed(read_part)(model, part) for part in parts)
    yield from Parallel(n_jobs=n_jobs, return_as="generator")(work)


def read_part(model: NeedModel, texts: list[str]) -> Reading:
    """Read one part; a plain function, so that any engine can send it to a worker."""
    return model.read(texts)


def _columns(model: NeedModel, p: Any, tags: Any, status: list[str]) -> pa.Table:
    unread = np.array([value != "ok" for value in status], dtype=bool)
    needs = pa.array(model.needs_, pa.string())
    tags = tags & ~unread[:, None]
    ends = np.concatenate([[0], np.cumsum(tags.sum(axis=1))]).astype(np.int32)
    lists = pa.ListArray.from_arrays(
        pa.array(ends), needs.take(pa.array(np.nonzero(tags)[1])), mask=pa.array(unread)
    )
    columns: dict[str, pa.Array] = {NEEDS: lists}
    names = [*(f"p_{need}" for need in model.needs_), P_NONE, P_FAILED]
    for j, name in enumerate(names):
        columns[name] = pa.array(p[:, j], type=pa.float64(), mask=np.isnan(p[:, j]))
    columns[STATUS] = pa.array(status, type=pa.string())
    return pa.table(columns)
