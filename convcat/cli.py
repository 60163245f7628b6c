"""The command line: ``convcat run DUMP... --out FOLDER`` and the parts of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from convcat import options
from convcat.exceptions import ConvcatError, InputError
from convcat.progress import Progress

_INTERRUPTED = 130
_ALERT = 3  # 1 is an error that nobody foresaw, 2 a mistake of the user's

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
audit_app = typer.Typer(
    name="audit",
    help="Read fifty conversations by hand, and make them count for more.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(audit_app)

Dumps = Annotated[
    list[str],
    typer.Argument(
        metavar="DUMP...",
        help="Exports as they are: CSV, JSON lines, Parquet, XLSX, gzip of these, folders, or - for standard input.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", help="The folder to write.", show_default=False)]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", help="A shipped model's name or a model folder.", show_default=False
    ),
]
Fast = Annotated[
    bool, typer.Option("--fast", help="Use the model for dumps of millions, ecommerce-en-fast.")
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
        "--kind", help="review or support, where it was not found by itself.", show_default=False
    ),
]
Stars = Annotated[
    str, typer.Option("--stars", help="Stars of the reviews that are read: 2,3 or 1,2,3 or all.")
]
Level = Annotated[float, typer.Option("--level", help="Level of the intervals.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", help="Worker processes; -1 is all cores.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        import convcat

        typer.echo(f"convcat {convcat.__version__}")
        raise typer.Exit


@app.command("run")
def run_command(
    dumps: Dumps,
    out: Out,
    model: Model = None,
    fast: Fast = False,
    mapping: Mapping = None,
    kind: Kind = None,
    stars: Stars = "2,3",
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="Columns to look for failures in, joined by commas.", show_default=False
        ),
    ] = None,
    level: Level = 0.95,
    audit: Annotated[
        Path | None,
        typer.Option("--audit", help="A filled audit sheet of these dumps.", show_default=False),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", help="The folder of an earlier run to compare with.", show_default=False
        ),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(
            "--history",
            help="A folder that keeps each month's counts; this run's are added.",
            show_default=False,
        ),
    ] = None,
    actions: Annotated[
        Path | None,
        typer.Option(
            "--actions",
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
    alert: Annotated[
        bool,
        typer.Option("--alert", help="Exit with code 3 where a need became more common lately."),
    ] = False,
    text: Annotated[
        str, typer.Option("--text", help="Texts in tagged.parquet: original, masked or none.")
    ] = "original",
    title: Annotated[
        str | None, typer.Option("--title", help="Title of the page.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the audit sample.")] = 0,
    jobs: Jobs = -1,
    rename: Annotated[
        bool,
        typer.Option("--rename", help="Keep a column that bears a name of ours as <name>_input."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write into a folder that holds other things.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Read dumps, tag every conversation by need, and write findings, page and audit sheet."""
    from convcat.running import run

    with Progress(quiet=quiet) as say:
        done = run(
            *dumps,
            out=out,
            model=options.model_of(model, fast=fast),
            mapping=options.mapping_of(mapping),
            kind=options.kind_of(kind),
            stars=options.stars_of(stars),
            by=options.names_of(by),
            level=options.level_of(level),
            audit=audit,
            previous=previous,
            history=history,
            actions=actions,
            orders=orders or None,
            text=options.text_of(text),
            title=title,
            seed=seed,
            n_jobs=jobs,
            rename=rename,
            force=force,
            say=say,
        )
    if not quiet:
        from convcat.summary import lines

        for line in lines(done):
            _echo(line)
    if alert and done.alerts:
        raise typer.Exit(_ALERT)


@app.command("label")
def label_command(
    source: Annotated[str, typer.Argument(help="A table with one text per row.")],
    target: Annotated[
        Path, typer.Argument(help="The tagged table to write: .parquet, .csv or .jsonl.")
    ],
    text: Annotated[
        str | None,
        typer.Option(
            "--text",
            help="The column of texts, where it was not found by itself.",
            show_default=False,
        ),
    ] = None,
    model: Model = None,
    fast: Fast = False,
    rename: Annotated[
        bool,
        typer.Option("--rename", help="Keep a column that bears a name of ours as <name>_input."),
    ] = False,
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
            model=options.model_of(model, fast=fast),
            rename=rename,
            n_jobs=jobs,
            say=say,
        )
    if not quiet:
        _echo(str(written))


@app.command("report")
def report_command(
    tagged: Annotated[
        Path, typer.Argument(help="A tagged table (Parquet) or the folder of a run.")
    ],
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
    title: Annotated[
        str | None, typer.Option("--title", help="Title of the page.", show_default=False)
    ] = None,
) -> None:
    """Write the page from a tagged table."""
    from convcat.reporting import report

    report(tagged, audit=audit, previous=previous, title=title).write_html(out)
    _echo(f"wrote {out}")


@audit_app.command("draw")
def audit_draw(
    tagged: Annotated[
        Path, typer.Argument(help="A tagged table (Parquet) or the folder of a run.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The sheet: .xlsx or .csv.")] = Path(
        "audit.xlsx"
    ),
    n: Annotated[int, typer.Option("-n", help="Conversations to read.")] = 50,
    seed: Annotated[
        int, typer.Option("--seed", help="Another seed draws other conversations.")
    ] = 0,
    show_tags: Annotated[
        bool, typer.Option("--show-tags", help="Show the model's tags; they sway a reader.")
    ] = False,
) -> None:
    """Draw conversations to read by hand, as a sheet."""
    from convcat.insight import audit_sample

    sheet = audit_sample(tagged, n=n, seed=seed, show_tags=show_tags)
    if out.suffix not in (".xlsx", ".csv"):
        raise InputError(f"{out.name}: the sheet is written as .xlsx or .csv.")
    if out.suffix == ".csv":
        sheet.write_csv(out)
    else:
        sheet.write_xlsx(out)
    _echo(f"wrote {out}: fill the column audit_needs, then: convcat audit read {tagged} {out}")


@audit_app.command("read")
def audit_read(
    tagged: Annotated[
        Path, typer.Argument(help="A tagged table (Parquet) or the folder of a run.")
    ],
    sheet: Annotated[Path, typer.Argument(help="The filled sheet.")],
    level: Level = 0.95,
) -> None:
    """Estimate the distribution with a filled audit sheet, and say whether it agrees."""
    from convcat.insight import distribution

    _echo(repr(distribution(tagged, audit=sheet, level=options.level_of(level))))


@app.command("train")
def train_command(
    data: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATA...",
            help="Labelled files or folders (JSON lines or CSV with text and needs).",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The model folder to write.", show_default=False)
    ],
    taxonomy: Annotated[
        str, typer.Option("--taxonomy", help="A taxonomy file, or ecommerce.")
    ] = "ecommerce",
    held_out: Annotated[
        list[Path] | None,
        typer.Option(
            "--held-out",
            help="Labelled files to evaluate on, not trained on. Repeatable.",
            show_default=False,
        ),
    ] = None,
    corrections: Annotated[
        list[Path] | None,
        typer.Option(
            "--corrections",
            help="Files of id and needs that replace labels. Repeatable.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The model's id.", show_default=False)
    ] = None,
    version: Annotated[str, typer.Option("--version", help="The model's version.")] = "1.0",
    sources: Annotated[
        str, typer.Option("--sources", help="What the texts are, for the card.")
    ] = "",
    encoder: Annotated[
        Path | None,
        typer.Option(
            "--encoder",
            help="A folder with a pre-trained encoder, to be fine-tuned (extra [train]); hashed "
            "n-grams without it.",
            show_default=False,
        ),
    ] = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Of the fine-tuning.")] = 2,
    folds: Annotated[
        int | None,
        typer.Option(
            "--folds",
            min=1,
            help="Parts for calibration: 8 for n-grams, 2 for an encoder. 1 holds half of the "
            "sources out once.",
            show_default=False,
        ),
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(
            "--checkpoints",
            help="A folder from which a fine-tuning that was broken off goes on.",
            show_default=False,
        ),
    ] = None,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Train a model on labelled texts, evaluate it, and write it with its card."""
    from convcat.training import FineTuning, Recipe, train

    say: Callable[[str], None] = (lambda _: None) if quiet else _echo

    train(
        *data,
        out=out,
        name=name,
        version=version,
        taxonomy=taxonomy,
        held_out=held_out or (),
        corrections=corrections or (),
        sources=sources,
        fine_tuning=None
        if encoder is None
        else FineTuning(encoder, Recipe(epochs=epochs), checkpoints, say),
        folds=folds,
        n_jobs=jobs,
        say=say,
    )


@app.command("evaluate")
def evaluate_command(
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA...", help="Labelled files or folders.")
    ],
    model: Model = None,
    fast: Fast = False,
) -> None:
    """Say how well a model reads labelled texts, with intervals."""
    from convcat.training import evaluate_files

    _echo(str(evaluate_files(*data, model=options.model_of(model, fast=fast))))


@app.command("inspect")
def inspect_command(
    dumps: Dumps,
    mapping: Mapping = None,
    kind: Kind = None,
    stars: Stars = "2,3",
) -> None:
    """Show what was recognised in dumps (columns, platform, rows), before anything runs."""
    from convcat.conversations import inspect_dump

    found = inspect_dump(
        *dumps,
        mapping=options.mapping_of(mapping),
        kind=options.kind_of(kind),
        stars=options.stars_of(stars),
    )
    _echo(repr(found))


def _echo(line: str) -> None:
    from convcat.safety import terminal_safe

    typer.echo("\n".join(terminal_safe(part) for part in line.split("\n")))


def main() -> None:
    """Run the command line; a mistake of the user's is one sentence and exit code 2."""
    try:
        app()
    except ConvcatError as error:
        from convcat.safety import terminal_safe

        message = "\n".join(terminal_safe(line) for line in str(error).split("\n"))
        typer.echo(f"convcat: {message}", err=True)
        raise SystemExit(2) from None
    except OSError as error:
        typer.echo(
            f"convcat: {error.strerror or type(error).__name__}: {error.filename or ''}", err=True
        )
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        _stopped()
    except SystemExit as end:  # what typer makes of an interrupt
        if end.code == _INTERRUPTED:
            _stopped()
        raise


def _stopped() -> None:
    typer.echo("convcat: stopped; nothing half-written was left.", err=True)
    raise SystemExit(_INTERRUPTED) from None
