"""Garbage collection kept off what is there to stay, while much is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled() -> Iterator[None]:
    """Leave what is there already out of garbage collection while the block goes on.

    Modules and models stay; to look through them again and again takes a fourteenth of the time
    that reading a dump takes. What the caller keeps out himself stays out.

    Examples
    --------
    >>> with settled():
    ...     gc.get_freeze_count() > 0
    True
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
