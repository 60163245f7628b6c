"""``convcat report``: a tagged table -> the page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convcat.cli import typed
from convcat.cli.output import echo
from convcat.cli.parameters import Tagged, Title


def report(
    tagged: Tagged,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The page to write.")
    ] = Path("report.html"),
    audit: Annotated[
        Path | None,
        typer.Option("--audit", metavar="SHEET", help="A filled audit sheet.", show_default=False),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="TAGGED",
            help="An earlier tagged table or run to compare with.",
            show_default=False,
        ),
    ] = None,
    title: Title = None,
    slides: Annotated[
        Path | None,
        typer.Option(
            "--slides",
            metavar="FOLDER",
            help="Write every chart and table of the page by itself too, to this folder.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the page from a tagged table."""
    from convcat import reporting

    page = reporting.report(
        tagged, audit=audit and typed.sheet_of(audit), previous=previous, title=title
    )
    page.write_html(out)
    echo(f"wrote {out}")
    if slides is not None:
        from convcat.cli.summary import of_slides

        echo(of_slides(slides, [path.name for path in page.write_slides(slides)]))
