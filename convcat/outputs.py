"""What a run writes: tables that no spreadsheet runs, JSON, and the tagged table from its parts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from convcat import frames

_GROUP_ROWS = 30_000  # of a row group of the tagged table


def write_csv(path: Path, table: Any) -> None:
    """Write a table as CSV in which no cell can run in a spreadsheet.

    Parameters
    ----------
    path : path
    table : dataframe
    """
    from convcat.safety import spreadsheet_cell

    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        arrow = frames.to_arrow(table)
        writer.writerow(map(spreadsheet_cell, arrow.column_names))
        for row in zip(*(column.to_pylist() for column in arrow.columns), strict=True):
            writer.writerow(map(spreadsheet_cell, row))


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write plain values as JSON that any program reads: no number in it is not finite."""
    text = json.dumps(content, indent=1, ensure_ascii=False, default=str, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_tagged(
    path: Path,
    parts: Sequence[Path],
    columns: Sequence[str],
    metadata: dict[str, Any],
    *,
    text: str | None = "text",
) -> None:
    """Join parts to one Parquet file, a group of rows at a time.

    Parameters
    ----------
    path : path
    parts : sequence of Path
        Parquet files of one schema.
    columns : sequence of str
        Which of their columns, in this order.
    metadata : dict
        What travels with the table.
    text : str, optional
        The column that becomes ``text``; by default itself.
    """
    schema = pq.read_schema(parts[0])
    fields = [schema.field(text if name == "text" and text else name) for name in columns]
    plain = pa.schema([field.with_name(name) for field, name in zip(fields, columns, strict=True)])
    schema = frames.with_metadata(plain.empty_table(), metadata).schema
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(parts, [field.name for field in fields]):
            writer.write_table(pa.Table.from_arrays(group.columns, schema=schema))


def _groups(parts: Sequence[Path], names: list[str]) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    for part in parts:
        held.append(pq.read_table(part, columns=names).select(names))
        if sum(table.num_rows for table in held) >= _GROUP_ROWS:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)
