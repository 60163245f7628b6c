"""What every reader of a format gives: a header, facts, and batches of rows as Arrow tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from convcat.exceptions import InputError

MOST_COLUMNS = 10_000
LONGEST_CELL = 64 << 20
"""Characters; a longer cell or line is no message but a fault."""
BATCH_CHARS = 32 << 20
"""A batch is cut before it holds more characters than about this, however few rows that are."""


_BLANKS = re.compile("[ \t-\r\x85\u2028\u2029]+")


class NoConversationsError(InputError):
    """A file is sound, and nothing in it is what customers wrote."""


class Rows(Protocol):
    """The rows of one source, to be read as often as wanted."""

    @property
    def name(self) -> str:
        """How the source is called in messages."""

    @property
    def header(self) -> tuple[str, ...]:
        """Names of all columns, each once."""

    @property
    def facts(self) -> dict[str, str]:
        """What was recognised: format, encoding, delimiter, sheet."""

    @property
    def notes(self) -> list[str]:
        """Sentences for the user about what is odd."""

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches; rows that cannot be read are counted in `broken` by reason."""


def names_apart(names: Sequence[str | None], source: str) -> tuple[str, ...]:
    r"""Return column names that are all there, all different and of one line.

    Raises
    ------
    InputError
        If there are absurdly many columns.

    Examples
    --------
    >>> names_apart(["text", "", "text", "Review\nContent"], "a.csv")
    ('text', 'column 2', 'text (2)', 'Review Content')
    """
    if len(names) > MOST_COLUMNS:
        raise InputError(
            f"{source} has more than {MOST_COLUMNS:,} columns: that is no table of conversations."
        )
    taken: set[str] = set()
    out: list[str] = []
    for number, raw in enumerate(names, 1):
        base = _BLANKS.sub(_of_one_line, raw or "").replace("\ufeff", "").replace("\x00", "")
        base = base.strip() or f"column {number}"
        name, twin = base, 2
        while name in taken:
            name, twin = f"{base} ({twin})", twin + 1
        taken.add(name)
        out.append(name)
    return tuple(out)


def _of_one_line(blanks: re.Match[str]) -> str:
    return " " if blanks[0].strip(" ") else blanks[0]


def cut(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """Give the same rows so many at a time, fewer where they are long.

    Examples
    --------
    >>> [table.num_rows for table in cut([pa.table({"x": range(n)}) for n in (3, 1, 3)], 2)]
    [2, 2, 2, 1]
    """
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        rest = table
        while rows + rest.num_rows >= size or sum(t.nbytes for t in held) > BATCH_CHARS:
            fit = min(size - rows, rest.num_rows)
            yield pa.concat_tables([*held, rest.slice(0, fit)])
            held, rows, rest = [], 0, rest.slice(fit)
        if rest.num_rows:
            held.append(rest)
            rows += rest.num_rows
    if held:
        yield pa.concat_tables(held)


def string_table(header: Sequence[str], columns: Sequence[Sequence[str | None]]) -> pa.Table:
    """Return columns of strings as a table; empty cells are null."""
    arrays = [strings([cell or None for cell in column]) for column in columns]
    return pa.Table.from_arrays(arrays, names=list(header))


def strings(cells: Sequence[str | None]) -> pa.Array:
    """Return cells as an array, whatever broken characters they hold."""
    try:
        return pa.array(cells, pa.string())
    except UnicodeEncodeError:  # half of a surrogate pair, from broken escapes
        return pa.array([cell and whole(cell) for cell in cells], pa.string())


def whole(cell: str) -> str:
    r"""Return the text with halves of surrogate pairs joined, or replaced where one is alone.

    Examples
    --------
    >>> whole("a\ud800b")
    'a�b'
    """
    return cell.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
