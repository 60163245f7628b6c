"""Order numbers as shops and customers write them: ``#1001``, ``1001``, ``R-100234``, ``0001001``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PARTS = re.compile(r"[0-9]+|[A-Z]+")
_TOKEN = re.compile(r"(?<![^\W_])(?:[A-Za-z]{1,8}[-_/#]{0,2})?[0-9][0-9A-Za-z/_-]*")
_FLOAT = re.compile(r"([0-9]+)\.0+")
_DATE = re.compile(r"[0-9]{1,4}([-/])[0-9]{1,2}\1[0-9]{1,4}")
# Words that say that a number is one, and no part of it.
_GENERIC = frozenset(
    {"ORDER", "ORDERS", "ORDERNO", "ORD", "NO", "NR", "NUMBER", "NUM", "ID", "REF"}
)
FEWEST_DIGITS = 3
"""A number of fewer digits is found in a column, never in a text."""
_LONGEST = 64


class Number(NamedTuple):
    """An order number taken apart.

    Attributes
    ----------
    form : str
        Letters and digits without zeros in front; runs of digits stay apart. Two ways to write one
        number have one form.
    letters : str
        The prefix and suffix.
    bare : str
        The longest run of digits, the last of these; empty where it has fewer than three.
    """

    form: str
    letters: str
    bare: str


class Token(NamedTuple):
    """A piece of a text that may be an order number: its place, and what it is taken apart."""

    start: int
    end: int
    number: Number


def number_of(cell: str) -> Number | None:
    """Return an order number taken apart, or ``None`` if the cell has no digit.

    Examples
    --------
    >>> [number_of(cell).form for cell in ("#1001", "0001001", "Order no. 1001", "1001.0")]
    ['1001', '1001', '1001', '1001']
    >>> number_of("R-00100234")
    Number(form='R100234', letters='R', bare='100234')
    """
    cell = cell.strip()
    if len(cell) > _LONGEST:
        return None
    if match := _FLOAT.fullmatch(cell):
        cell = match[1]
    form, letters, digits = "", "", []
    for part in _PARTS.findall(cell.upper()):
        if part in _GENERIC:
            continue
        if part[0] in "0123456789":
            part = part.lstrip("0") or "0"  # noqa: PLW2901
            form += "-" if form[-1:].isdigit() else ""
            digits.append(part)
        else:
            letters += part
        form += part
    if not digits:
        return None
    longest = max(reversed(digits), key=len)
    return Number(form, letters, longest if len(longest) >= FEWEST_DIGITS else "")


def tokens_of(text: str) -> Iterator[Token]:
    """Give the pieces of a text that may be order numbers; dates are none.

    Examples
    --------
    >>> [token.number.form for token in tokens_of("#1001, en-2002 or 3003/3004, of 2024-05-02")]
    ['1001', 'EN2002', '3003', '3004']
    """
    for match in _TOKEN.finditer(text):
        said = match[0].rstrip("/_-")
        if _DATE.fullmatch(said):
            continue
        at = match.start()
        for piece in said.split("/"):
            number = number_of(piece)
            if number is not None and number.bare:
                yield Token(at, at + len(piece), number)
            at += len(piece) + 1
