"""``convcat evaluate``: how well a model reads labelled texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convcat.cli import typed
from convcat.cli.output import echo
from convcat.cli.parameters import Fast, Model


def evaluate(
    data: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATA",
            help="Labelled files or folders (JSON lines or CSV with text and needs).",
        ),
    ],
    model: Model = None,
    fast: Fast = False,
) -> None:
    """Say how well a model reads labelled texts, with intervals."""
    from convcat.training import evaluate_files

    echo(str(evaluate_files(*data, model=typed.model_of(model, fast=fast))))
