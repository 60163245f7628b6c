"""``convcat audit draw`` and ``audit read``: the sheet that a person fills."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convcat.cli import typed
from convcat.cli.output import echo
from convcat.cli.parameters import Level, Tagged
from convcat.exceptions import InputError

app = typer.Typer(
    name="audit",
    help="Read fifty conversations by hand, and make them count for more.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("draw")
def draw(
    tagged: Tagged,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The sheet: .xlsx or .csv.")
    ] = Path("audit.xlsx"),
    n: Annotated[int, typer.Option("-n", metavar="N", help="Conversations to read.")] = 50,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another seed draws other conversations.")
    ] = 0,
    show_tags: Annotated[
        bool, typer.Option("--show-tags", help="Show the model's tags; they sway a reader.")
    ] = False,
) -> None:
    """Draw conversations to read by hand, as a sheet."""
    from convcat.insight import audit_sample

    sheet = audit_sample(tagged, n=n, seed=typed.seed_of(seed), show_tags=show_tags)
    kind = out.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise InputError(f"{out.name}: the sheet is written as .xlsx or .csv.")
    if kind == ".csv":
        sheet.write_csv(out)
    else:
        sheet.write_xlsx(out)
    how = "choose the needs from its lists" if kind == ".xlsx" else "fill the column audit_needs"
    echo(f"wrote {out}: {how}, then: convcat audit read {tagged} {out}")


@app.command("read")
def read(
    tagged: Tagged,
    sheet: Annotated[
        Path, typer.Argument(metavar="SHEET", help="The filled sheet: .xlsx, .csv or .parquet.")
    ],
    level: Level = 0.95,
) -> None:
    """Estimate the distribution with a filled sheet, and say whether it agrees."""
    from convcat.insight import distribution
    from convcat.tagged import Tagged as Table

    table = Table.of(tagged)
    echo(repr(distribution(table, audit=typed.sheet_of(sheet), level=typed.level_of(level))))
