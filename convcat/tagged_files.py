"""Reads a tagged table back from the file that it was written to, with what travels beside it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa

from convcat import frames
from convcat.exceptions import InputError
from convcat.safety import from_spreadsheet

TAGGED_FILE = "tagged.parquet"
"""What the tagged table is called in the folder of a run."""
SIDECAR = ".convcat.json"
"""Ends the name of the file that tells, beside CSV and JSON lines, which model tagged them."""


def read_tagged_file(path: Path) -> pa.Table:
    """Read a tagged table from Parquet, CSV or JSON lines, or from the folder of a run.

    Parameters
    ----------
    path : Path

    Returns
    -------
    pyarrow.Table
        With the metadata of the file, or of the file ``<name>.convcat.json`` beside it.

    Raises
    ------
    InputError
        If there is no such file, or it is no table.
    """
    if (inside := path / TAGGED_FILE).is_file():
        path = inside
    elif path.is_dir():
        raise InputError(f"The folder {str(path)!r} is not of a run: it holds no {TAGGED_FILE}.")
    kinds = {".csv": _read_csv, ".jsonl": _read_jsonl}
    what = {".csv": "CSV", ".jsonl": "JSON lines"}.get(path.suffix, "Parquet")
    try:
        table = kinds.get(path.suffix, _read_parquet)(path)
        table.column_names  # noqa: B018 - names that are no UTF-8 raise when they are looked at
    except FileNotFoundError:
        raise InputError(f"There is no file {str(path)!r}.") from None
    except (OSError, pa.ArrowException, UnicodeDecodeError, csv.Error):
        raise InputError(f"{str(path)!r} is not a {what} file.") from None
    return _with_sidecar(table, path.with_name(path.name + SIDECAR))


def _read_parquet(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(path)


def _read_csv(path: Path) -> pa.Table:
    """Read text as text and scores as numbers; what was made harmless for a spreadsheet is undone."""
    from pyarrow import csv as arrow_csv

    with path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(iter(_records(lines.readline())), [])
    kinds = {n: pa.float64() if n.startswith("p_") else pa.string() for n in header}
    table = arrow_csv.read_csv(
        path,
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(column_types=kinds, strings_can_be_null=True),
    )
    for i, column in enumerate(table.schema):
        if pa.types.is_string(column.type):
            plain = [v and from_spreadsheet(v) for v in table[i].to_pylist()]
            table = table.set_column(i, column.name, pa.array(plain, pa.string()))
    return table


def _records(line: str) -> list[list[str]]:
    return list(csv.reader([line]))


def _read_jsonl(path: Path) -> pa.Table:
    from pyarrow import json as arrow_json

    table = arrow_json.read_json(path)
    table.validate(full=True)  # that strings are UTF-8
    return table


def _with_sidecar(table: pa.Table, path: Path) -> pa.Table:
    if frames.metadata_of(table) is not None or not path.is_file():
        return table
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        raise InputError(f"{str(path)!r} is damaged: tag the file again, or remove it.") from None
    return frames.with_metadata(table, metadata) if isinstance(metadata, dict) else table
