"""``convcat label``: a table of texts -> the same table, tagged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convcat.cli import typed
from convcat.cli.output import echo
from convcat.cli.parameters import Fast, Jobs, Model, Quiet, Rename
from convcat.cli.progress import Progress


def label(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="Texts, one per row: CSV, JSON lines, Parquet or XLSX, a folder of Parquet files, "
            "or - for standard input.",
        ),
    ],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="TARGET",
            help="The tagged table to write: .parquet, .csv or .jsonl; a folder where the source is one.",
        ),
    ],
    text: Annotated[
        str | None,
        typer.Option(
            "--text",
            metavar="COLUMN",
            help="The column of texts, where it was not found by itself.",
            show_default=False,
        ),
    ] = None,
    model: Model = None,
    fast: Fast = False,
    rename: Rename = False,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Tag every row of a table, of any size, and write it with the tags beside."""
    from convcat.label_files import label_file

    with Progress(quiet=quiet) as say:
        written = label_file(
            source,
            target,
            text=text,
            model=typed.model_of(model, fast=fast),
            rename=rename,
            n_jobs=jobs,
            say=say,
        )
    if not quiet:
        echo(str(written))
