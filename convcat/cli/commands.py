"""The commands of ``convcat``, a module each, and what ``convcat --help`` says of them."""

from __future__ import annotations

from typing import Annotated

import typer

from convcat.cli import audit
from convcat.cli.evaluate import evaluate
from convcat.cli.inspect_dump import inspect_dump
from convcat.cli.label import label
from convcat.cli.report import report
from convcat.cli.run import run
from convcat.cli.train import train

app = typer.Typer(
    name="convcat",
    help=(
        "Find out where your customers' experience fails.\n\n"
        "The main job, on this month's exports:\n\n"
        "    convcat run support.csv reviews.csv --out october\n\n"
        "then open october/report.html. Nothing leaves this machine."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# A short help of its own where the first line of a command is cut off in the list.
app.command("run", short_help="Dumps in, a folder of findings and the page out.")(run)
app.command("inspect", short_help="Show what is recognised in dumps; nothing runs.")(inspect_dump)
app.command("label", short_help="Tag every row of a table and write it with the tags.")(label)
app.command("report", short_help="Write the page from a run or a tagged table.")(report)
app.add_typer(audit.app, short_help="Read fifty by hand, and make them count for more.")
app.command("train", short_help="Train a model on labelled texts.")(train)
app.command("evaluate", short_help="Say how well a model reads labelled texts.")(evaluate)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        import convcat

        typer.echo(f"convcat {convcat.__version__}")
        raise typer.Exit
