"""The command line: ``convcat run DUMP... --out FOLDER`` and the parts of it.

``commands`` lists the commands, each a module of its name; ``parameters`` is what they share,
``typed`` turns what was typed into the library's arguments; ``progress``, ``summary`` and
``output`` are what is seen on the terminal.
"""

from __future__ import annotations

import sys

_MISTAKE = 2
_INTERRUPTED = 130


def main() -> None:
    """Run the command line; a mistake of the user's is one sentence and exit code 2."""
    try:
        _run()
    except KeyboardInterrupt:
        _stopped()
    except SystemExit as end:  # what typer makes of an interrupt
        if end.code == _INTERRUPTED:
            _stopped()
        raise


def _run() -> None:
    """Import and run the commands: both stand inside what an interrupt ends in one sentence."""
    from convcat.cli.commands import app
    from convcat.cli.output import echo
    from convcat.exceptions import ConvcatError

    try:
        app()
    except ConvcatError as error:
        echo(f"convcat: {error}", err=True)
        raise SystemExit(_MISTAKE) from None
    except OSError as error:
        what = error.strerror or type(error).__name__
        echo(f"convcat: {what}: {error.filename or ''}", err=True)
        raise SystemExit(_MISTAKE) from None


def _stopped() -> None:
    sys.stderr.write("convcat: stopped; nothing half-written was left.\n")
    raise SystemExit(_INTERRUPTED) from None
