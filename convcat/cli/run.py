"""``convcat run``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convcat.cli import typed
from convcat.cli.output import echo
from convcat.cli.parameters import (
    Dumps,
    Fast,
    Jobs,
    Kind,
    Level,
    Mapping,
    Model,
    Quiet,
    Rename,
    Stars,
    Title,
)
from convcat.cli.progress import Progress

ALERT = 3  # the exit code; 1 is an error that nobody foresaw, 2 a mistake of the user's


def run(
    dumps: Dumps,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FOLDER", help="The folder to write.", show_default=False
        ),
    ],
    model: Model = None,
    fast: Fast = False,
    mapping: Mapping = None,
    kind: Kind = None,
    stars: Stars = "2,3",
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="COLUMNS",
            help="Columns to look for failures in, joined by commas; picked by themselves otherwise.",
            show_default=False,
        ),
    ] = None,
    level: Level = 0.95,
    audit: Annotated[
        Path | None,
        typer.Option(
            "--audit",
            metavar="SHEET",
            help="The audit sheet of these dumps, filled in.",
            show_default=False,
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="FOLDER",
            help="The folder of an earlier run to compare with.",
            show_default=False,
        ),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(
            "--history",
            metavar="FOLDER",
            help="A folder that keeps each month's counts; this run's are added.",
            show_default=False,
        ),
    ] = None,
    actions: Annotated[
        Path | None,
        typer.Option(
            "--actions",
            metavar="FILE",
            help="What was done and when: a CSV of date, action, perhaps need and slice.",
            show_default=False,
        ),
    ] = None,
    orders: Annotated[
        list[str] | None,
        typer.Option(
            "--orders",
            metavar="FILE",
            help="The shop's orders of the same days (Shopify's export or any table). Repeatable.",
            show_default=False,
        ),
    ] = None,
    hours: Annotated[
        str | None,
        typer.Option(
            "--hours",
            metavar="HOURS",
            help="When questions are answered: 'Mon-Fri 09:00-18:00 Europe/London'.",
            show_default=False,
        ),
    ] = None,
    alert: Annotated[
        bool,
        typer.Option("--alert", help="Exit with code 3 where a need became more common lately."),
    ] = False,
    text: Annotated[
        str,
        typer.Option(
            "--text", metavar="HOW", help="Texts in tagged.parquet: original, masked or none."
        ),
    ] = "original",
    title: Title = None,
    slides: Annotated[
        bool,
        typer.Option(
            "--slides", help="Write every chart and table of the page by itself too, to slides/."
        ),
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the audit sample.")] = 0,
    jobs: Jobs = -1,
    rename: Rename = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write into a folder that holds other things.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Read dumps, tag every conversation by need, and write findings, page and audit sheet."""
    from convcat import running

    with Progress(quiet=quiet) as say:
        done = running.run(
            *dumps,
            out=out,
            model=typed.model_of(model, fast=fast),
            mapping=typed.mapping_of(mapping),
            kind=typed.kind_of(kind),
            stars=typed.stars_of(stars),
            by=typed.names_of(by),
            level=typed.level_of(level),
            audit=audit,
            previous=previous,
            history=history,
            actions=actions,
            orders=orders or None,
            hours=hours,
            text=typed.text_of(text),
            title=title,
            slides=slides,
            seed=typed.seed_of(seed),
            n_jobs=jobs,
            rename=rename,
            force=force,
            say=say,
        )
    if not quiet:
        from convcat.cli.summary import lines

        for line in lines(done):
            echo(line)
    if alert and done.alerts:
        raise typer.Exit(ALERT)
