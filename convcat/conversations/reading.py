"""Dumps of any format become one table of conversations, with an account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa

from convcat.conversations.account import RowAccount, Tally
from convcat.conversations.blocks import block_of
from convcat.conversations.filters import check_stars
from convcat.conversations.finishing import Finisher, Options
from convcat.conversations.formats import open_rows
from convcat.conversations.found import Found
from convcat.conversations.layout import CANONICAL, CONTEXT, Layout, lay_out
from convcat.conversations.mappings import ColumnMapping, check_mapping
from convcat.conversations.rows import NoConversationsError
from convcat.conversations.sources import Source, passed_over, sources_of
from convcat.conversations.threads import Threads
from convcat.exceptions import InputError
from convcat.tagged import MOST_CHARACTERS, STATUS

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def read_conversations(
    *sources: Any,
    mapping: ColumnMapping | None = None,
    kind: str | None = None,
    stars: Iterable[float] | None = (2, 3),
    language: str | None = "en",
    batch_rows: int = 5_000,
    longest: int = MOST_CHARACTERS,
) -> Conversations:
    r"""Return the conversations and reviews of one or more dumps.

    Parameters
    ----------
    *sources
        Paths of files or folders, ``"-"`` for standard input, open files, or dataframes. CSV and
        TSV in any common encoding, JSON lines, JSON, Parquet and Excel are told by their content,
        compressed or not.
    mapping : mapping of str to str, optional
        Which column is what, where it is not found: canonical name (``text``, ``title``, ``time``,
        ``rating``, ``channel``, ``conversation``, ``role``, ``id``, ``csat``, ``response_minutes``,
        ``product``, ``carrier``, ``country``) to the file's column; to ``None`` where there is none.
    kind : {"review", "support"}, optional
        What the rows are; found for each file if not given.
    stars : iterable of int or None
        Star ratings of the reviews that are read; ``None`` reads all.
    language : str or None
        ``"en"`` marks texts in other languages; ``None`` marks none.
    batch_rows : int
        Rows of the input that are held at a time.
    longest : int
        Characters; a longer text is marked ``too_long``.

    Returns
    -------
    Conversations

    Raises
    ------
    InputError
        If a source cannot be read at all; the sentence says which, why, and how to mend it.

    Examples
    --------
    >>> import io
    >>> dump = io.StringIO("review,stars\nToo small for me.,2\nLovely and so soft!,5\n")
    >>> read = read_conversations(dump)
    >>> read.to_table().select(["text", "rating", "needs_status"]).to_pylist()[0]
    {'text': 'Too small for me.', 'rating': 2.0, 'needs_status': 'ok'}
    >>> read.account.filtered
    {'5-star review (only 2 and 3 stars are read)': 1}
    """
    if kind not in (None, "review", "support"):
        raise InputError(f'kind must be "review" or "support", not {kind!r}.')
    if language not in (None, "en"):
        raise InputError(f'language must be "en" or None, not {language!r}.')
    if batch_rows < 1:
        raise InputError(f"batch_rows must be 1 or more, not {batch_rows}.")
    options = Options(check_stars(stars), language, longest, batch_rows)
    given = sources_of(sources)
    left: list[NoConversationsError] = []
    opened = [(one, rows) for one in given if (rows := _unless_none(one, left, open_rows, one))]
    check_mapping(mapping, {rows.name: rows.header for _, rows in opened})
    lay = partial(lay_out, mapping=mapping, kind=kind)
    files = [laid for one, rows in opened if (laid := _unless_none(one, left, lay, rows))]
    if not files:
        raise left[0]
    notes = [f"Left out: {error}" for error in left]
    if others := passed_over(sources):
        shown = ", ".join(map(repr, others[:12])) + (" ..." if len(others) > 12 else "")
        notes.append(
            f"Left out: {shown}, in a format that is not read; export as CSV, JSON or .xlsx."
        )
    return Conversations(tuple(files), options, tuple(notes))


def _unless_none(
    source: Source, left: list[NoConversationsError], do: Callable[[_In], _Out], given: _In
) -> _Out | None:
    """Do a step of opening a file; one that a folder happens to hold may hold no conversations."""
    try:
        return do(given)
    except NoConversationsError as error:
        if not source.found:
            raise
        left.append(error)
        return None


class Conversations:
    """Conversations of one or more dumps, read as a stream and as often as wanted.

    Made by `read_conversations`.

    Attributes
    ----------
    files : tuple of Layout
        How each file is read.
    schema : pyarrow.Schema
        Of the table and of every batch.
    """

    def __init__(
        self, files: tuple[Layout, ...], options: Options, notes: tuple[str, ...] = ()
    ) -> None:
        self.files = files
        self._notes = notes
        self.schema = _schema(files)
        self._options = options
        self._account: RowAccount | None = None
        self._unread_cells: dict[tuple[str, str], int] = {}
        self._apart: dict[tuple[str, str], int] = {}

    @property
    def mapping(self) -> dict[str, dict[str, Found]]:
        """Which column was taken for what: by file, then by canonical name."""
        return {layout.file: dict(layout.columns.fields) for layout in self.files}

    def mapping_dict(self) -> dict[str, dict[str, Any]]:
        """Return the mapping as plain, JSON-able values."""
        return {
            file: {
                name: {**asdict(one), "columns": list(one.columns)} for name, one in found.items()
            }
            for file, found in self.mapping.items()
        }

    @property
    def account(self) -> RowAccount:
        """What became of every row; the dumps are read through if they have not been yet."""
        if self._account is None:
            for _ in self.batches():
                pass
        assert self._account is not None
        return self._account

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know, a sentence each."""
        out = [*self._notes]
        out += [f"{layout.file}: {note}" for layout in self.files for note in layout.notes]
        if self._account is not None:
            out += [
                _unread_cells(file, field, self.mapping[file][field].columns, n)
                for (file, field), n in self._unread_cells.items()
                if n
            ]
            out += [
                f"{one} and {other} give {n:,} id{'s' * (n != 1)} to different conversations: these are "
                "kept apart, and the later ones bear their file's name."
                for (one, other), n in self._apart.items()
            ]
        return tuple(out)

    def batches(self) -> Iterator[pa.Table]:
        """Give the table in batches; `account` holds once the last one is drawn.

        Raises
        ------
        InputError
            If a file turns out to be damaged further on.
        """
        tally = Tally()
        finisher = Finisher(self._options, self.schema, tally, several=len(self.files) > 1)
        waiting: dict[tuple[str, ...], tuple[Threads, Layout]] = {}
        cells: dict[tuple[str, str], int] = {}
        names = [layout.file for layout in self.files]
        apart: Counter[tuple[int, int]] = Counter()
        for number, layout in enumerate(self.files):
            finisher.next_file()
            broken: Counter[str] = Counter()
            unread: Counter[str] = Counter()
            first = 1
            text = layout.columns.column("text")
            for batch in layout.rows.batches(self._options.batch_rows, broken, text):
                tally.read += batch.num_rows
                block = block_of(batch, layout, unread)
                if layout.columns.grouped:
                    # Exports of one kind may tell the same conversation on, from month to month.
                    threads, _ = waiting.setdefault(layout.rows.header, (Threads(), layout))
                    finisher.collect(block, layout, threads, first, number)
                else:
                    yield finisher.rows(block, layout, first)
                first += batch.num_rows
            tally.read += sum(broken.values())
            tally.set_aside.update(broken)
            cells |= {(layout.file, field): n for field, n in unread.items()}
        for threads, layout in waiting.values():
            yield from finisher.conversations(threads, layout, names)
            apart.update(threads.apart)
        self._unread_cells = cells
        self._apart = {(names[a], names[b]): n for (a, b), n in apart.items()}
        self._account = tally.account().check()

    def to_table(self) -> pa.Table:
        """Return the whole table."""
        return pa.Table.from_batches(
            [batch for table in self.batches() for batch in table.to_batches()], self.schema
        )

    def __repr__(self) -> str:
        lines = [f"Conversations of {len(self.files)} file{'s' * (len(self.files) != 1)}"]
        for layout in self.files:
            platform = layout.columns.platform
            looks = f", looks like {platform.name}" if platform else ""
            lines.append(
                f"  {layout.file}: {layout.rows.facts['format']}, {layout.columns.kind}{looks}"
            )
            lines += [
                f"    {name:<17}{' - '.join(found.columns)}  ({found.sure}: {found.reason})"
                for name, found in layout.columns.fields.items()
            ]
        if self._account is not None:
            lines.append(repr(self._account))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from html import escape

        account = self._account._repr_html_() if self._account is not None else ""
        head = repr(self).split("\n" + repr(self._account), 1)[0] if account else repr(self)
        return f"<pre>{escape(head)}</pre>{account}"


def _unread_cells(file: str, field: str, columns: tuple[str, ...], n: int) -> str:
    if len(columns) == 2:
        return f"{file}: in {n:,} row{'s' * (n != 1)} {columns[1]!r} is before {columns[0]!r}; {field} is left empty."
    return f"{file}: {n:,} cells of {columns[0]!r} hold no {field} that can be read; they are left empty."


def _schema(files: tuple[Layout, ...]) -> pa.Schema:
    """Return the columns of all files together: ours first, the others as they first appear."""
    others: dict[str, pa.DataType] = {}
    for layout in files:
        for name, kind in layout.types.items():
            same = others.setdefault(name, kind) == kind
            if not same:
                others[name] = pa.string()
    turns = any(
        layout.chats is not None or (layout.columns.grouped and layout.columns.column("role"))
        for layout in files
    )
    context = [(CONTEXT, pa.string())] if turns else []
    fields = [*CANONICAL.items(), *context, *others.items(), (STATUS, pa.string())]
    return pa.schema([pa.field(name, kind) for name, kind in fields])
