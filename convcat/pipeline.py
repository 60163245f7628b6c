"""Conversations -> tagged parts on disk: by all cores, in bounded memory, resumable.

One process reads; workers tag and write a part each. A part that is there already, of the same
plan, is not tagged again. Parts hold so many rows each whatever the batches they came in, so that
neither the readers nor the number of workers shows in them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from convcat.exceptions import InputError
from convcat.labelling import read_part, tag_table
from convcat.part_files import ARROW
from convcat.parts import fingerprint, is_whole, write_part
from convcat.tagged import STATUS, names_beside
from convcat.workers import in_workers

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel

ROWS = 10_000
"""Rows of a part."""
_BYTES = 64 << 20  # a part of long texts holds fewer rows
_MANY = 64 << 20  # bytes of a file that takes longer to tag than workers take to start
MASKED = "text, masked"
"""The last column of parts that hold the masked texts beside the original ones."""


def write_parts(
    batches: Iterable[pa.Table],
    folder: Path,
    model: NeedModel,
    *,
    rename: bool,
    masked: bool,
    n_jobs: int | None,
    say: Callable[[str], None],
) -> tuple[Path, ...]:
    """Tag conversations and write them in parts.

    Parameters
    ----------
    batches : iterable of pyarrow.Table
        Of :meth:`Conversations.batches <convcat.conversations.reading.Conversations.batches>`.
    folder : path
        Where parts go; those that are there are kept.
    model : NeedModel
    rename : bool
        Whether a column that bears one of our names becomes ``<name>_input``.
    masked : bool
        Whether the parts get the masked texts too, as their last column.
    n_jobs : int, optional
        Workers (joblib); -1 is all cores. The bytes written do not depend on it.
    say : callable

    Returns
    -------
    tuple of Path
        The parts in order.

    Raises
    ------
    InputError
        If there is no row, or a column bears a name of ours.
    OutputError
        If a worker was killed.
    """
    parts: list[Path] = []
    counts = {"tagged": 0, "resumed": 0}

    def tasks() -> Iterator[tuple[Any, ...]]:
        for number, table in enumerate(regrouped(batches, ROWS, _BYTES)):
            own = [name for name in table.column_names if name != STATUS]
            names = names_beside(own, model.needs_, where="The dump", rename=rename)
            part = folder / f"part-{number:06d}{ARROW}"
            parts.append(part)
            if is_whole(part, table.num_rows):
                counts["resumed"] += table.num_rows
            else:
                yield part, table, names, model, masked

    for rows in in_workers(tag_part, tasks(), n_jobs):
        counts["tagged"] += rows
        say(f"tagged {counts['tagged'] + counts['resumed']:,} conversations")
    if not parts:
        raise InputError("The dumps hold no row to read.")
    if counts["resumed"]:
        say(f"went on where a run had stopped: {counts['resumed']:,} conversations were tagged")
    return tuple(parts)


def check_columns(
    schema: pa.Schema, model: NeedModel, *, by: Sequence[str] | None, rename: bool
) -> None:
    """Refuse names that are taken and slice columns that are not there before any work is done.

    Parameters
    ----------
    schema : pyarrow.Schema
        Of the conversations.
    model : NeedModel
    by : sequence of str or None
    rename : bool
        As for :func:`write_parts`.

    Raises
    ------
    InputError
        If a name is taken, or a column is missing or cannot be sliced by.
    """
    from convcat.insight.slice_columns import check_slice

    kept = pa.schema([field for field in schema if field.name != STATUS])
    names = names_beside(kept.names, model.needs_, where="The dump", rename=rename)
    renamed = [field.with_name(name) for field, name in zip(kept, names, strict=True)]
    for name in by or ():
        check_slice(pa.schema(renamed), name)


def are_many(dumps: Sequence[Any]) -> bool:
    """Return whether dumps hold so much that workers are better started before it is asked for."""
    paths = [Path(dump) for dump in dumps if isinstance(dump, str | Path)]
    return any(path.is_file() and path.stat().st_size >= _MANY for path in paths)


def ready_workers(model: NeedModel, n_jobs: int | None) -> None:
    """Start workers and have them load what tagging takes, while the dumps are looked at.

    Parameters
    ----------
    model : NeedModel
    n_jobs : int, optional
        As for :func:`write_parts`.
    """
    from joblib import effective_n_jobs

    for _ in in_workers(read_part, [(model, [""])] * effective_n_jobs(n_jobs), n_jobs):
        pass


def fingerprint_dumps(dumps: Sequence[Any]) -> str:
    """Return a hash of dumps, names and bytes, or nothing where one can be read but once.

    Parameters
    ----------
    dumps : sequence of paths, folders, file objects, frames
    """
    from convcat.conversations.sources import sources_of

    if not all(isinstance(dump, str | Path) and str(dump) != "-" for dump in dumps):
        return ""
    digest = hashlib.sha256()
    for source in sources_of(tuple(dumps)):
        digest.update(json.dumps([source.name, fingerprint(source.path)]).encode())
    return digest.hexdigest()


def regrouped(batches: Iterable[pa.Table], rows: int, size: int) -> Iterator[pa.Table]:
    """Yield the same rows in tables of so many rows each, of fewer where they are large.

    Parameters
    ----------
    batches : iterable of pyarrow.Table
        Of one schema.
    rows : int
    size : int
        Bytes.

    Examples
    --------
    >>> tables = [pa.table({"x": range(n)}) for n in (3, 1, 3)]
    >>> [table.num_rows for table in regrouped(tables, 2, 1 << 20)]
    [2, 2, 2, 1]
    """
    held: pa.Table | None = None
    for batch in batches:
        held = batch if held is None else pa.concat_tables([held, batch])
        while held.num_rows >= rows or (held.nbytes > size and held.num_rows > 1):
            fit = rows if held.nbytes <= size else max(1, held.num_rows * size // held.nbytes)
            fit = min(fit, rows)
            yield held.slice(0, fit).combine_chunks()
            held = held.slice(fit)
    if held is not None and held.num_rows:
        yield held.combine_chunks()


def tag_part(part: Path, table: pa.Table, names: list[str], model: NeedModel, masked: bool) -> int:  # noqa: FBT001 - a task, sent by position
    """Tag some conversations and write them as a part; return how many they are."""
    texts, status = table["text"].to_pylist(), table[STATUS].to_pylist()
    tags = tag_table(texts, model, status, n_jobs=1)
    columns = dict(zip(names, table.drop_columns([STATUS]).columns, strict=True))
    columns |= dict(zip(tags.column_names, tags.columns, strict=True))
    if masked:
        from convcat.privacy import mask

        hidden = [None if text is None else mask(text) for text in texts]
        columns[_free(MASKED, names)] = pa.array(hidden, pa.string())
    write_part(part, pa.table(columns))
    return int(table.num_rows)


def _free(name: str, taken: Iterable[str]) -> str:
    while name in taken:
        name += " "
    return name
