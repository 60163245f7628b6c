"""What commands say on the terminal."""

from __future__ import annotations

import typer


def echo(text: str, *, err: bool = False) -> None:
    """Print lines of which none can act on the terminal.

    Parameters
    ----------
    text : str
    err : bool, default False
        Whether on standard error.
    """
    from convcat.safety import terminal_safe

    typer.echo("\n".join(terminal_safe(line) for line in text.split("\n")), err=err)
