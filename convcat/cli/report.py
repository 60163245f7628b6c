"""``convcat report``: a tagged table -> the page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convcat.cli.output import echo
from convcat.cli.parameters import Tagged, Title


def report(
    tagged: Tagged,
    out: Annotated[Path, typer.Option("--out", "-o", help="The page to write.")] = Path(
        "report.html"
    ),
    audit: Annotated[
        Path | None, typer.Option("--audit", help="A filled audit sheet.", show_default=False)
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", help="An earlier tagged table or run.", show_default=False),
    ] = None,
    title: Title = None,
) -> None:
    """Write the page from a tagged table."""
    from convcat import reporting

    reporting.report(tagged, audit=audit, previous=previous, title=title).write_html(out)
    echo(f"wrote {out}")
