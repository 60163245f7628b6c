"""A tagged table as the findings see it: its counts, and its rows piece by piece.

The table may stand in one memory or in many files; what is found is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from convcat import frames
from convcat.insight.census import READ, ROWS, Census, count
from convcat.insight.population import KIND, UNKNOWN, take
from convcat.insight.slices import PREFERRED, may_slice
from convcat.insight.summaries import Summary, merge
from convcat.tagged import Tagged, taxonomy_of
from convcat.tagged_files import TAGGED_FILE
from convcat.tagged_parts import TaggedParts, parquet_files
from convcat.taxonomy import Taxonomy
from convcat.workers import in_workers

_LARGE = 300_000  # rows of a file from which on it is not held in memory


@dataclass(frozen=True)
class Digest:
    """A tagged table with its counts.

    Attributes
    ----------
    table : Tagged or TaggedParts
    census : Census

    Examples
    --------
    >>> table = pa.table({
    ...     "needs": [["wismo"], [], None], "p_wismo": [0.9, 0.2, None],
    ...     "needs_status": ["ok", "ok", "empty"],
    ... })
    >>> digest = Digest.of(table)
    >>> digest.summary().n.tolist(), digest.summary().unread.tolist()
    ([2], [1])
    """

    table: Tagged | TaggedParts
    census: Census = field(repr=False)

    @classmethod
    def of(cls, tagged: Any, *, by: Sequence[str] | None = None) -> Digest:
        """Count a tagged table: a dataframe, a path, or parts.

        Parameters
        ----------
        tagged : dataframe, path to Parquet or to a run, Tagged, TaggedParts or Digest
            A folder of Parquet files or a large one are not held in memory.
        by : sequence of str, optional
            Columns that are asked for beside those that are found.

        Raises
        ------
        InputError
            If it is no tagged table.
        """
        if isinstance(tagged, Digest):
            return tagged
        table = tagged if isinstance(tagged, TaggedParts) else _opened(tagged)
        schema = table.schema if isinstance(table, TaggedParts) else table.table.schema
        named = tuple(dict.fromkeys([*PREFERRED, *(by or ())]))
        found = tuple(field.name for field in schema if may_slice(field, table.needs))
        census = Census(named=named)
        for piece in over(table, count, named, found):
            census.add(piece)
        return cls(table, census)

    @property
    def needs(self) -> tuple[str, ...]:
        """Need ids, in column order."""
        return self.table.needs

    @property
    def metadata(self) -> dict[str, Any]:
        """What travels with the table."""
        return self.table.metadata

    @property
    def kind(self) -> frames.Kind:
        """The kind of frame that results are given back in."""
        return self.table.kind

    @property
    def schema(self) -> pa.Schema:
        """The columns of the table."""
        table = self.table
        return table.schema if isinstance(table, TaggedParts) else table.table.schema

    @property
    def taxonomy(self) -> Taxonomy:
        """The rules of the tags: those that travel with the table, else the built-in ones."""
        return taxonomy_of(self.metadata)

    @property
    def read(self) -> int:
        """Rows that were read."""
        return int(self.summary().n.sum())

    def __len__(self) -> int:
        return self.census.rows

    def summary(self, by: Sequence[str] = ()) -> Summary:
        """Return the summary by some columns, as :meth:`Summary.of` does of a table."""
        counted = self.census.summary
        if counted is not None and set(by) <= set(counted.by):
            return counted.over(*by)
        if isinstance(self.table, Tagged):
            return Summary.of(self.table, by)
        return merge(self.table.map(_summary, tuple(by)))

    def kinds(self) -> list[str | None]:
        """Return the kinds of conversation that findings are kept apart by; None where it is one.

        Reviews and support conversations are written, and read, too differently to be pooled.
        """
        if KIND not in self.schema.names:
            return [None]
        summary = self.summary((KIND,))
        cells = zip(summary.cells, summary.n, strict=True)
        found: list[str | None] = [*sorted({key[0] or UNKNOWN for key, n in cells if n})]
        return found if len(found) > 1 else [None]

    def months(self) -> tuple[str, ...]:
        """Return the months that the table spans, in order; empty without dates."""
        counts = self.census.values.get("month")
        if "time" not in self.schema.names or not isinstance(counts, dict):
            return ()
        return tuple(sorted({v for (_, v), n in counts.items() if v and n[ROWS]}))

    def values(self, name: str) -> list[str]:
        """Return the values of a column that was counted, whether read or not."""
        counts = self.census.values.get(name)
        return sorted({v for _, v in counts if v}) if isinstance(counts, dict) else []

    def read_values(self, name: str) -> dict[str | None, int]:
        """Return how many rows that were read have each value of a column."""
        return {value: int(n[READ]) for value, n in self.census.total(name).items()}

    def at(self, month: str) -> Digest:
        """Return the digest of one month: counts by kind alone."""
        assert self.census.summary is not None
        return replace(self, census=Census(summary=self.census.summary.at("month", month)))

    def map(
        self, work: Callable[..., Any], *given: Any, text: bool = False, rows: int = 0
    ) -> Iterator[Any]:
        """Do some work on every piece and yield what it returns, in order.

        Parameters
        ----------
        work : callable
            A plain function of a ``Tagged``, the number of its first row, and ``given``.
        *given
        text : bool, default False
            Whether the work sees the column of texts, the bulk of the table.
        rows : int, optional
            As for :meth:`TaggedParts.map <convcat.tagged_parts.TaggedParts.map>`.
        """
        yield from over(self.table, work, *given, text=text, rows=rows)

    def share(
        self, work: Callable[..., Sequence[Any]], items: Sequence[Any], *given: Any, each: int
    ) -> Iterator[Any]:
        """Do some work on a list, so many items at once, by whom the pieces are gone over.

        Parameters
        ----------
        work : callable
            A plain function of some items and ``given``; it returns a value for each item.
        items : sequence
        *given
        each : int
        """
        n_jobs = self.table.workers if isinstance(self.table, TaggedParts) else 1
        tasks = ((items[i : i + each], *given) for i in range(0, len(items), each))
        yield from chain.from_iterable(in_workers(work, tasks, n_jobs))

    def rows_of(self, ids: Sequence[str]) -> Tagged:
        """Return the rows that were read and bear one of some ids, as a small table."""
        if isinstance(self.table, Tagged):
            return self.table
        found = list(self.table.map(_places_of, frozenset(ids)))
        return self.rows_at(np.concatenate(found))

    def rows_at(self, numbers: npt.ArrayLike) -> Tagged:
        """Return some rows by their numbers, texts included, in the order of the table."""
        at = np.unique(np.asarray(numbers, dtype=np.int64))
        if isinstance(self.table, Tagged):
            return take(self.table, at)
        table = self.table.take(at)
        return Tagged.of(frames.with_metadata(table, self.metadata))


def over(
    table: Tagged | TaggedParts,
    work: Callable[..., Any],
    *given: Any,
    text: bool = False,
    rows: int = 0,
) -> Iterator[Any]:
    """Do some work on a table: at once where it is one, else piece by piece."""
    if isinstance(table, Tagged):
        yield work(table, 0, *given)
    else:
        yield from table.map(work, *given, text=text, rows=rows)


def summary_of(table: Tagged | Digest, by: Sequence[str]) -> Summary:
    """Return the summary by some columns of a table or of a digest."""
    return table.summary(by) if isinstance(table, Digest) else Summary.of(table, by)


def source_of(tagged: Any) -> Tagged | Digest:
    """Return a table, or the digest of one that is not to be held in one memory."""
    if isinstance(tagged, Digest | Tagged):
        return tagged
    table = tagged if isinstance(tagged, TaggedParts) else _opened(tagged)
    return Digest.of(table) if isinstance(table, TaggedParts) else table


def _opened(tagged: Any) -> Tagged | TaggedParts:
    if isinstance(tagged, str | Path):
        path = Path(tagged)
        path = inside if (inside := path / TAGGED_FILE).is_file() else path
        if path.is_file() and path.suffix == ".parquet" and _rows(path) > _LARGE:
            return TaggedParts.of_file(path)
        if path.is_dir() and (files := parquet_files(path)):
            return TaggedParts.of_files(files)
    return Tagged.of(tagged)


def _rows(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return 0


def _summary(tagged: Tagged, first: int, by: tuple[str, ...]) -> Summary:
    del first
    return Summary.of(tagged, by, max_values=None)


def _places_of(tagged: Tagged, first: int, ids: frozenset[str]) -> npt.NDArray[np.int64]:
    names = piece_ids(tagged, first)
    mine = [first + i for i, name in enumerate(names) if name in ids and tagged.ok[i]]
    return np.asarray(mine, dtype=np.int64)


def piece_ids(tagged: Tagged, first: int) -> list[str]:
    """Return one id per row of a piece: its own, or the number of the row in the whole table."""
    own = tagged.column("id") if "id" in tagged.table.column_names else [None] * len(tagged)
    return [f"row {first + k + 1}" if v is None else str(v) for k, v in enumerate(own)]
