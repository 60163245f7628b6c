"""What a run writes: tables that no spreadsheet runs, JSON, and the tagged table from its parts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from convcat import frames
from convcat.part_files import read_columns, schema_of
from convcat.tagged import NEEDS, columns_for
from convcat.tagged_files import TAGGED_FILE

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel
    from convcat.tagged_parts import TaggedParts

AUDIT_FILE = "audit.xlsx"

FILES = (
    TAGGED_FILE,
    "distribution.csv",
    "failures.csv",
    "changes.csv",
    "impact.csv",
    "themes.csv",
    "findings.json",
    "report.html",
    AUDIT_FILE,
    "run.json",
)
"""What a run writes."""

SLIDES = "slides"
"""The folder of charts and tables that a run writes when asked to."""

_CHANGES = ("need", "before", "after", "change", "low", "high", "n_before", "n_after", "verdict")
_IMPACT = (
    *("need", "outcome", "scale", "with", "without", "difference", "low", "high"),
    *("n_with", "n_without", "p_value", "q_value", "verdict"),
)
_TABLES = {"distribution": (), "failures": (), "changes": _CHANGES, "impact": _IMPACT, "themes": ()}
"""The findings that are written as CSV, with the columns of an empty one."""

_GROUP_ROWS = 30_000  # of a row group of the tagged table


def write_findings(folder: Path, findings: dict[str, Any], facts: dict[str, Any]) -> None:
    """Write the findings as tables for people, and all of them for programs.

    Parameters
    ----------
    folder : path
    findings : dict
        The result objects by name; None where there was nothing to look at.
    facts : dict
        What is in ``run.json``.
    """
    for name, columns in _TABLES.items():
        result = findings[name]
        table = result.table if result is not None else pa.table({n: [] for n in columns})
        write_csv(folder / f"{name}.csv", table)
    plain = {name: r.to_dict() if hasattr(r, "to_dict") else r for name, r in findings.items()}
    write_json(folder / "findings.json", {**plain, "rows": facts["rows"], "model": facts["model"]})


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


def write_tagged(path: Path, table: TaggedParts, model: NeedModel, *, text: str) -> None:
    """Join parts to one Parquet file, a group of rows at a time: the dump's columns, then ours.

    Parameters
    ----------
    path : path
    table : TaggedParts
        The parts; where the texts were masked, that is the last column.
    model : NeedModel
        What read them; what is known of it travels with the table.
    text : {"original", "masked", "none"}
        What the file holds of the texts.
    """
    parts = table.files
    ours = columns_for(model.needs_)
    names = [name for name in table.names if name not in ours] + [*ours]
    if text == "none":
        names.remove("text")
    schema = schema_of(parts[0])
    source = schema.names[-1] if text == "masked" else "text"
    fields = [schema.field(source if name == "text" else name) for name in names]
    plain = pa.schema([field.with_name(name) for field, name in zip(fields, names, strict=True)])
    schema = frames.with_metadata(plain.empty_table(), model.metadata()).schema
    # No two rows have the same scores, ids or words: a list of values only takes time and room.
    repeated = [
        "needs.list.element" if field.name == NEEDS else field.name
        for field in schema
        if not pa.types.is_floating(field.type) and field.name not in ("id", "text")
    ]
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=repeated) as writer:
        for group in _groups(parts, [field.name for field in fields]):
            writer.write_table(pa.Table.from_arrays(group.columns, schema=schema))


def place(finished: Path, target: Path, slides: Sequence[str]) -> None:
    """Move what was written to where it belongs, and take away the slides of an earlier run.

    Slides of another month beside a new page would mislead; what a person put among them stays.

    Parameters
    ----------
    finished, target : path
        The folder that was written, and the one to hold it.
    slides : sequence of str
        The names of the slides that were written.
    """
    target.mkdir(exist_ok=True)
    home = target / SLIDES
    earlier = _slides_of(target / "run.json")
    for name in earlier:
        if name not in slides:
            (home / name).unlink(missing_ok=True)
    if slides:
        home.mkdir(exist_ok=True)
        for name in slides:
            (finished / SLIDES / name).replace(home / name)
        (finished / SLIDES).rmdir()
    elif earlier and home.is_dir() and not any(home.iterdir()):
        home.rmdir()
    for path in sorted(finished.iterdir()):
        path.replace(target / path.name)


def _slides_of(account: Path) -> list[str]:
    """Return the names of the slides that an earlier run wrote: plain names, nothing else."""
    try:
        told = json.loads(account.read_text(encoding="utf-8")).get("slides")
    except (OSError, ValueError, AttributeError):
        return []
    names = told if isinstance(told, list) else []
    return [name for name in names if isinstance(name, str) and name == Path(name).name]


def is_filled(sheet: Path) -> bool:
    """Return whether a person has begun to fill a sheet: their work is never written over."""
    from convcat import insight

    return sheet.is_file() and insight.is_filled(sheet)


def _groups(parts: Sequence[Path], names: list[str]) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    for part in parts:
        held.append(read_columns(part, names))
        if sum(table.num_rows for table in held) >= _GROUP_ROWS:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)
