"""The arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Dumps = Annotated[
    list[str],
    typer.Argument(
        metavar="DUMP",
        help="Exports as they are: CSV, JSON lines, Parquet, XLSX, gzip or zip of these, chat "
        "transcripts, folders, or - for standard input.",
        show_default=False,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="MODEL",
        help="A shipped model's name or a model folder.",
        show_default=False,
    ),
]
Fast = Annotated[
    bool, typer.Option("--fast", help="Use ecommerce-en-fast: less exact, for dumps of millions.")
]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="OURS=YOURS",
        help="Name a column that was not found by itself, e.g. --map text='Customer Remarks'. Repeatable.",
        show_default=False,
    ),
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="review or support, where it was not found by itself.",
        show_default=False,
    ),
]
Stars = Annotated[
    str,
    typer.Option(
        "--stars", metavar="STARS", help="Stars of the reviews that are read: 2,3 or 1,2,3 or all."
    ),
]
Level = Annotated[float, typer.Option("--level", metavar="LEVEL", help="Level of the intervals.")]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", metavar="N", help="Worker processes; -1 is all cores.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Rename = Annotated[
    bool,
    typer.Option("--rename", help="Keep a column that bears a name of ours as <name>_input."),
]
Tagged = Annotated[
    Path,
    typer.Argument(
        metavar="TAGGED",
        help="The folder of a run, or a tagged table: .parquet, or the .csv or .jsonl of label.",
    ),
]
Title = Annotated[
    str | None,
    typer.Option("--title", metavar="TITLE", help="Title of the page.", show_default=False),
]
