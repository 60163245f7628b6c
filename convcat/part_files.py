"""Files that parts of a table stand in: as Arrow has them in memory, or Parquet.

A run goes over its parts a dozen times. What it writes for itself it writes as Arrow files, which
are mapped into memory and need no decoding; other tables come as Parquet.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_WINDOWS = os.name == "nt"

ARROW = ".arrow"
"""Ends the name of a part that is an Arrow file."""


def stored(table: pa.Table) -> pa.Table:
    """Return a table with the types that it would have come back with from Parquet.

    What is written at last is Parquet: what is found of the parts is found of what will be read.

    Examples
    --------
    >>> stored(pa.table({"at": pa.array([7], pa.timestamp("s"))})).schema.field("at").type
    TimestampType(timestamp[ms])
    """
    schema = _stored_schema(table.schema)
    # Schemas are equal whatever the items of lists are called, and files are not.
    same = table.schema.serialize().equals(schema.serialize())
    return table if same else table.cast(schema)


@functools.lru_cache(maxsize=8)
def _stored_schema(schema: pa.Schema) -> pa.Schema:
    sink = pa.BufferOutputStream()
    pq.write_table(schema.empty_table(), sink)
    return pq.read_schema(pa.BufferReader(sink.getvalue()))


def rows_in(path: Path) -> int:
    """Return how many rows a file holds, by what its end says.

    Raises
    ------
    OSError, pyarrow.ArrowException
        If it is not there, or not whole.
    """
    if path.suffix != ARROW:
        return int(pq.read_metadata(path).num_rows)
    with _opened(path) as file, pa.ipc.open_file(file) as reader:
        return sum(reader.get_batch(i).num_rows for i in range(reader.num_record_batches))


def schema_of(path: Path) -> pa.Schema:
    """Return the columns of a file."""
    if path.suffix != ARROW:
        return pq.read_schema(path)
    with _opened(path) as file, pa.ipc.open_file(file) as reader:
        return reader.schema


def read_columns(path: Path, columns: Sequence[str]) -> pa.Table:
    """Read some columns of a file, in this order."""
    if path.suffix != ARROW:
        return pq.read_table(path, columns=list(columns)).select(list(columns))
    with _opened(path) as file, pa.ipc.open_file(file) as reader:
        return reader.read_all().select(list(columns))


def _opened(path: Path) -> pa.NativeFile:
    """Map a file into memory; on Windows, where a mapped file cannot be removed, read it."""
    return pa.OSFile(str(path)) if _WINDOWS else pa.memory_map(str(path))
