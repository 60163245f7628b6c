"""A line that says what is going on: moving on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class Progress:
    """Show the latest line beside a spinner while a block runs.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing, as where standard error is no terminal.

    Examples
    --------
    >>> with Progress(quiet=True) as say:
    ...     say("reading")
    """

    def __init__(self, *, quiet: bool) -> None:
        self._status: Any = None
        if not quiet and sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("starting", spinner="dots")

    def __enter__(self) -> Callable[[str], None]:
        if self._status is not None:
            self._status.start()
        return self._say

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def _say(self, line: str) -> None:
        if self._status is not None:
            from rich.markup import escape

            self._status.update(escape(line))
