"""``convcat train``: labelled texts -> a model folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from convcat.cli.output import echo
from convcat.cli.parameters import Jobs, Quiet


def train(
    data: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATA",
            help="Labelled files or folders (JSON lines or CSV with text and needs).",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FOLDER", help="The model folder to write.", show_default=False
        ),
    ],
    taxonomy: Annotated[
        str, typer.Option("--taxonomy", metavar="FILE", help="A taxonomy file, or ecommerce.")
    ] = "ecommerce",
    held_out: Annotated[
        list[Path] | None,
        typer.Option(
            "--held-out",
            metavar="FILE",
            help="Labelled files to evaluate on, not trained on. Repeatable.",
            show_default=False,
        ),
    ] = None,
    corrections: Annotated[
        list[Path] | None,
        typer.Option(
            "--corrections",
            metavar="FILE",
            help="Files of id and needs that replace labels. Repeatable.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="The model's id.", show_default=False),
    ] = None,
    version: Annotated[
        str, typer.Option("--version", metavar="VERSION", help="The model's version.")
    ] = "1.0",
    sources: Annotated[
        str, typer.Option("--sources", metavar="WORDS", help="What the texts are, for the card.")
    ] = "",
    encoder: Annotated[
        Path | None,
        typer.Option(
            "--encoder",
            metavar="FOLDER",
            help="A folder with a pre-trained encoder, to be fine-tuned (extra [train]); hashed "
            "n-grams without it.",
            show_default=False,
        ),
    ] = None,
    epochs: Annotated[
        int, typer.Option("--epochs", metavar="N", min=1, help="Of the fine-tuning.")
    ] = 2,
    folds: Annotated[
        int | None,
        typer.Option(
            "--folds",
            metavar="N",
            min=1,
            help="Parts for calibration: 8 for n-grams, 2 for an encoder. 1 holds half of the "
            "sources out once.",
            show_default=False,
        ),
    ] = None,
    hold_out: Annotated[
        Literal["sources", "texts"],
        typer.Option(
            "--hold-out",
            metavar="WHAT",
            help="What the parts are made of: whole sources, as shops that the model has not seen, or "
            "single texts, an easier test.",
        ),
    ] = "sources",
    teacher: Annotated[
        str | None,
        typer.Option(
            "--teacher",
            metavar="MODEL",
            help="A model whose opinions of the --untagged texts the encoder is taught too.",
            show_default=False,
        ),
    ] = None,
    untagged: Annotated[
        list[Path] | None,
        typer.Option(
            "--untagged",
            metavar="FILE",
            help="Files of texts without labels. Repeatable.",
            show_default=False,
        ),
    ] = None,
    joined: Annotated[
        float,
        typer.Option(
            "--joined",
            metavar="SHARE",
            min=0,
            max=1,
            help="Share of short texts that the encoder reads once more, joined to another.",
        ),
    ] = 0.0,
    scores: Annotated[
        Path | None,
        typer.Option(
            "--scores",
            metavar="FILE",
            help="A file for the out-of-fold probabilities beside the labels (npz).",
            show_default=False,
        ),
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(
            "--checkpoints",
            metavar="FOLDER",
            help="A folder from which a fine-tuning that was broken off goes on.",
            show_default=False,
        ),
    ] = None,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Train a model on labelled texts, evaluate it, and write it with its card."""
    from convcat import training

    say: Callable[[str], None] = (lambda _: None) if quiet else echo
    training.train(
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
        else training.FineTuning(encoder, training.Recipe(epochs=epochs), checkpoints, say),
        teacher=teacher,
        untagged=untagged or (),
        joined_share=joined,
        folds=folds,
        hold_out=hold_out,
        scores=scores,
        n_jobs=jobs,
        say=say,
    )
