"""A folder of Parquet files -> a folder of tagged ones: file by file, by all cores or a cluster.

Each file is a task of its own, which reads, tags and writes it whole or not at all, and says in the
written file of which bytes and by which model it is. So a task may be done twice, by a worker that
died and by another, and a run that is started again does only what is missing or has changed.
Workers read and write the files themselves: on a cluster, both folders stand where all can reach.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from convcat import frames
from convcat.exceptions import InputError, OutputError, did_you_mean
from convcat.parts import fingerprint, locked, plan_hash
from convcat.tagged import STATUS, names_beside
from convcat.tagged_parts import parquet_files
from convcat.workers import in_workers

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel

_ROWS = 10_000  # in memory at a time
_MADE_OF = b"convcat.made_of"


def label_folder(
    source: Path,
    target: Path,
    *,
    text: str | None,
    model: NeedModel,
    rename: bool,
    n_jobs: int | None,
    say: Callable[[str], None],
) -> tuple[int, dict[str, int], int]:
    """Tag every row of every Parquet file of a folder.

    Parameters
    ----------
    source, target : path
        Files keep their names, and their places in folders within.
    text : str, optional
        The column of texts; found in the first file otherwise.
    model : NeedModel
    rename : bool
    n_jobs : int, optional
    say : callable

    Returns
    -------
    int, dict of str to int, int
        Rows, rows per status, and rows that had been tagged before.

    Raises
    ------
    InputError
        If there is no Parquet file, or one lacks the column of texts.
    OutputError
        If the target is a file, is the source, or another run is writing it.
    """
    # Workers that live on from before may stand in another working directory.
    source, target = source.absolute(), target.absolute()
    files = parquet_files(source)
    if not files:
        raise InputError(
            f"The folder {str(source)!r} holds no Parquet file; `convcat run` reads other formats."
        )
    if target.exists() and not target.is_dir():
        raise OutputError(f"{str(target)!r} is a file; a folder of tables is tagged into a folder.")
    column = _text_column(files[0], text)
    statuses: Counter[str] = Counter()
    count = resumed = 0
    with locked(target.with_name(f".{target.name}.parts"), target, leave=False):
        tasks = ((path, target / path.relative_to(source), column, model, rename) for path in files)
        for rows, found, known in in_workers(label_part, tasks, n_jobs):
            count += rows
            resumed += rows if known else 0
            statuses.update(found)
            say(f"tagged {count:,} rows")
    return count, dict(sorted(statuses.items())), resumed


def label_part(
    source: Path,
    target: Path,
    column: str,
    model: NeedModel,
    rename: bool,  # noqa: FBT001 - a task, sent by position
) -> tuple[int, dict[str, int], bool]:
    """Tag one Parquet file; a task that may be done again, by anyone, to the same bytes.

    Returns
    -------
    int, dict of str to int, bool
        Rows, rows per status, and whether the file was there already.
    """
    from convcat.classifier.texts import as_texts
    from convcat.labelling import tag_table

    plan = {"input": fingerprint(source), "model": model.hash, "text": column, "rename": rename}
    made_of = plan_hash(plan).encode()
    if (known := _statuses(target, made_of)) is not None:
        return known.total(), dict(known), True
    statuses: Counter[str] = Counter()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    writer: pq.ParquetWriter | None = None
    first = 0
    try:
        with pq.ParquetFile(source) as file:
            header = file.schema_arrow.names
            if column not in header:
                near = did_you_mean(column, header)
                raise InputError(f"{source.name} has no column {column!r}.{near}")
            names = names_beside(header, model.needs_, where=source.name, rename=rename)
            empty = [file.schema_arrow.empty_table()] if not file.metadata.num_rows else []
            for batch in empty or file.iter_batches(_ROWS):
                table = batch if empty else pa.Table.from_batches([batch])
                texts = as_texts(table[column], where=f"{source.name}, row", first=first)
                tags = tag_table(texts, model, n_jobs=1)
                first += table.num_rows
                statuses.update(tags[STATUS].to_pylist())
                table = table.rename_columns(names)
                for name in tags.column_names:
                    table = table.append_column(tags.schema.field(name), tags[name])
                if writer is None:
                    schema = frames.with_metadata(table.schema.empty_table(), model.metadata())
                    known_of = {**(schema.schema.metadata or {}), _MADE_OF: made_of}
                    writer = pq.ParquetWriter(
                        partial, schema.schema.with_metadata(known_of), compression="zstd"
                    )
                writer.write_table(table.replace_schema_metadata(known_of))
        if writer is not None:
            writer.close()
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        partial.replace(target)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise OutputError(f"Cannot write {str(target)!r}: {error.strerror}.") from None
        raise InputError(f"{source.name} is not a Parquet file that can be read.") from None
    finally:
        partial.unlink(missing_ok=True)
    return first, dict(sorted(statuses.items())), False


def _text_column(path: Path, text: str | None) -> str:
    if text is not None:
        return text
    from convcat.conversations.columns import find_columns
    from convcat.conversations.formats import open_rows
    from convcat.conversations.layout import first_rows
    from convcat.conversations.sources import sources_of

    rows = open_rows(sources_of((path,))[0])
    return str(find_columns(first_rows(rows), source=rows.name).fields["text"].columns[0])


def _statuses(target: Path, made_of: bytes) -> Counter[str] | None:
    """Return the statuses of a file that was written before of the very same, or ``None``."""
    try:
        metadata: dict[bytes, Any] = pq.read_schema(target).metadata or {}
        if metadata.get(_MADE_OF) != made_of:
            return None
        return Counter(pq.read_table(target, columns=[STATUS])[STATUS].to_pylist())
    except (OSError, KeyError, pa.ArrowException):
        return None
