"""Files of any size -> tagged files: in parts, in constant memory, resumable.

Beside the target stands a folder of parts with a manifest (input, model, options) while the work
goes on; each part is written whole or not at all. A run that was stopped goes on where it was and
ends with the same bytes; another input, model or option starts anew and says so.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from convcat import frames
from convcat.exceptions import InputError, OutputError, did_you_mean
from convcat.files import unwritable, write_whole
from convcat.parts import (
    discarded_if_unreadable,
    fingerprint,
    part_column,
    parts_folder,
    write_part,
)
from convcat.tagged import STATUS, names_beside
from convcat.tagged_files import SIDECAR
from convcat.workers import in_workers

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel

_ROWS = 10_000  # rows of a part
_WRITERS = (".parquet", ".csv", ".jsonl")


@dataclass(frozen=True)
class Labelled:
    """What :func:`label_file` did.

    Attributes
    ----------
    target : path
    rows : int
        Rows read and written.
    statuses : dict of str to int
        Rows per ``needs_status``.
    resumed : int
        Rows that an earlier run had already tagged.
    unreadable : dict of str to int
        Lines of the source that are no rows, by reason.
    """

    target: Path
    rows: int
    statuses: dict[str, int]
    resumed: int
    unreadable: dict[str, int]

    def __str__(self) -> str:
        parts = ", ".join(f"{n:,} {status}" for status, n in self.statuses.items())
        text = f"wrote {self.target}: {self.rows:,} rows ({parts})"
        if self.resumed:
            text += f"; {self.resumed:,} of them were tagged before"
        for reason, n in self.unreadable.items():
            text += f"; {n:,} lines left out: {reason}"
        return text


def label_file(
    source: Any,
    target: str | Path,
    *,
    text: str | None = None,
    model: NeedModel | str | Path | None = None,
    rename: bool = False,
    n_jobs: int | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Labelled:
    r"""Tag every row of a file, of any size, and write it with the tags beside.

    Parameters
    ----------
    source : path, "-", file object or dataframe
        CSV, JSON lines, Parquet, XLSX, or these compressed; or a folder of Parquet files, each of
        which is tagged into a file of its name in the folder ``target`` (see ``docs/scale.md``).
    target : str or path
        ``.parquet``, ``.csv`` or ``.jsonl``; in CSV the needs are joined by ``;``, and what the
        findings need to know of the model stands beside it in ``<target>.convcat.json``.
    text : str, optional
        The column of texts; found by header and content otherwise.
    model : NeedModel, str or path, optional
        The shipped default where none is given.
    rename : bool, default False
        Whether a column that bears one of our names becomes ``<name>_input``.
    n_jobs : int, optional
        Worker processes; the bytes written do not depend on it.
    say : callable
        Receives a line as the work goes on.

    Returns
    -------
    Labelled

    Raises
    ------
    InputError
        If the source is no table, or there is no such column.
    OutputError
        If the target cannot be written, is the source, or another run is writing it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source = Path(folder, "in.csv")
    ...     _ = source.write_text("id,review\n1,Far too small for a size 12.\n2,\n")
    ...     done = label_file(source, Path(folder, "out.parquet"))
    >>> done.rows, done.statuses
    (2, {'empty': 1, 'ok': 1})
    """
    from convcat.classifier import load

    path = Path(target)
    if isinstance(source, str | Path) and path.resolve() == Path(source).resolve():
        raise OutputError(f"{path.name} is what is read: write the tagged table to another file.")
    if isinstance(source, str | Path) and Path(source).is_dir():
        from convcat.label_folders import label_folder

        rows, statuses, resumed = label_folder(
            Path(source),
            path,
            text=text,
            model=load(model),
            rename=rename,
            n_jobs=n_jobs,
            say=say,
        )
        return Labelled(path, rows, statuses, resumed, {})
    if path.suffix not in _WRITERS:
        near = did_you_mean(path.suffix, _WRITERS)
        raise OutputError(
            f"{path.name}: the tagged table is written as {', '.join(_WRITERS)}.{near}"
        )
    reader = load(model)
    table, column, names = _opened(source, text, reader, rename=rename)
    plan = {
        "source": table.name,
        "input": fingerprint(source),
        "model": reader.hash,
        "text": column,
        "columns": names,
        "rows": _ROWS,
    }
    try:
        with parts_folder(path, plan, say) as folder:
            with discarded_if_unreadable(folder):
                done = _tag_parts(table, folder, column, names, reader, n_jobs, say)
            say("writing")
            _join(sorted(folder.glob("part-*.parquet")), path, names, reader)
    except OSError as error:
        raise unwritable(path, error) from None
    return Labelled(path, *done)


def _opened(
    source: Any, text: str | None, model: NeedModel, *, rename: bool
) -> tuple[Any, str, list[str]]:
    """Open the source; return its rows, the column of texts and the names of the columns."""
    from convcat.conversations.columns import find_columns
    from convcat.conversations.formats import open_rows
    from convcat.conversations.layout import first_rows
    from convcat.conversations.sources import sources_of

    sources = sources_of((source,))
    if len(sources) != 1:
        raise InputError("Labelling reads one file; `convcat run` takes several and folders.")
    rows = open_rows(sources[0])
    header = list(rows.header)
    if text is not None and text not in header:
        raise InputError(f"{rows.name} has no column {text!r}.{did_you_mean(text, header)}")
    if text is None:
        text = find_columns(first_rows(rows), source=rows.name).fields["text"].columns[0]
    return rows, text, names_beside(header, model.needs_, where=rows.name, rename=rename)


def _tag_parts(
    rows: Any,
    folder: Path,
    column: str,
    names: list[str],
    model: NeedModel,
    n_jobs: int | None,
    say: Callable[[str], None],
) -> tuple[int, dict[str, int], int, dict[str, int]]:
    statuses: Counter[str] = Counter()
    unreadable: Counter[str] = Counter()
    count = resumed = 0

    def tasks() -> Iterator[tuple[Any, ...]]:
        nonlocal count, resumed
        for number, batch in enumerate(rows.batches(_ROWS, unreadable, column)):
            part = folder / f"part-{number:06d}.parquet"
            status = part_column(part, STATUS, batch.num_rows)
            if status is None:
                yield part, batch, column, names, model, count
            else:
                statuses.update(status)
                resumed += batch.num_rows
            count += batch.num_rows

    for found in in_workers(tag_rows, tasks(), n_jobs):
        statuses.update(found)
        say(f"tagged {statuses.total():,} rows")
    return count, dict(sorted(statuses.items())), resumed, dict(unreadable)


def tag_rows(
    part: Path, batch: pa.Table, column: str, names: list[str], model: NeedModel, first: int
) -> Counter[str]:
    """Tag some rows and write them as a part; return how many have each status."""
    from convcat.classifier.texts import as_texts
    from convcat.labelling import tag_table

    texts = as_texts(batch[column], where=f"Column {column!r}, row", first=first)
    tags = tag_table(texts, model, n_jobs=1)
    table = batch.rename_columns(names)
    for name in tags.column_names:
        table = table.append_column(tags.schema.field(name), tags[name])
    write_part(part, table)
    return Counter(tags[STATUS].to_pylist())


def _join(parts: list[Path], target: Path, names: list[str], model: NeedModel) -> None:
    """Write the parts as one file, moved into place when it is whole."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        if target.suffix == ".parquet":
            _join_parquet(parts, partial, names, model)
        else:
            _join_text(parts, partial, names, model, as_csv=target.suffix == ".csv")
            sidecar = target.with_name(target.name + SIDECAR)
            write_whole(sidecar, json.dumps(model.metadata(), sort_keys=True).encode())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _empty(names: list[str], model: NeedModel) -> pa.Table:
    """Return the tagged table of a source without a row."""
    from convcat.labelling import tag_table

    tags = tag_table([], model)
    nothing = [pa.array([], pa.string())] * len(names)
    return pa.Table.from_arrays([*nothing, *tags.columns], [*names, *tags.column_names])


def _join_parquet(parts: list[Path], target: Path, names: list[str], model: NeedModel) -> None:
    schemas = [pq.read_schema(part) for part in parts] or [_empty(names, model).schema]
    schema = pa.unify_schemas(schemas, promote_options="permissive")
    schema = frames.with_metadata(schema.empty_table(), model.metadata()).schema
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for part in parts:
            writer.write_table(pq.read_table(part).cast(schema))


def _join_text(
    parts: list[Path], target: Path, names: list[str], model: NeedModel, *, as_csv: bool
) -> None:
    from convcat.safety import spreadsheet_cell

    with target.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        if as_csv:
            writer.writerow(map(spreadsheet_cell, _empty(names, model).column_names))
        for part in parts:
            for row in pq.read_table(part).to_pylist():
                if as_csv:
                    writer.writerow(map(spreadsheet_cell, row.values()))
                else:
                    plain = {name: _finite(value) for name, value in row.items()}
                    lines.write(json.dumps(plain, ensure_ascii=False, default=str) + "\n")


def _finite(value: Any) -> Any:
    """JSON has no word for numbers that are not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
