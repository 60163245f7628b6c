"""A piece of personal data and the order in which pieces are kept."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A piece of personal data: code points ``start`` to ``end`` of the text, and its kind."""

    start: int
    end: int
    kind: str
