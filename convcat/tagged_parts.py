"""A tagged table in files, gone through piece by piece: never in memory as a whole.

Whatever is computed of it is computed of each piece, by all cores, and added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from convcat import frames
from convcat.exceptions import InputError
from convcat.part_files import read_columns, rows_in, schema_of
from convcat.tagged import Tagged
from convcat.workers import in_workers

_FEW = 8  # pieces that are gone through sooner by one process
_ROWS = 20_000  # up to so many, small files are put together
_LARGEST = 128 << 20  # and up to so many bytes
_TEXT = "text"


@dataclass(frozen=True)
class Piece:
    """Some rows of a file: all of it, or one of its row groups.

    Attributes
    ----------
    path : Path
    group : int or None
    first : int
        The number of its first row in the whole table.
    rows : int
    """

    path: Path
    group: int | None
    first: int
    rows: int

    def read(self, columns: list[str]) -> pa.Table:
        """Read some of its columns."""
        if self.group is None:
            return read_columns(self.path, columns)
        with pq.ParquetFile(self.path) as file:
            return file.read_row_group(self.group, columns=columns)


@dataclass(frozen=True)
class TaggedParts:
    """A tagged table in files: Parquet, or the parts of a run.

    Attributes
    ----------
    pieces : tuple of Piece
    schema : pyarrow.Schema
        Of every piece.
    metadata : dict
        What travels with the table; see :class:`~convcat.tagged.Tagged`.
    n_jobs : int, optional
        Worker processes.
    """

    pieces: tuple[Piece, ...]
    schema: pa.Schema = field(repr=False)
    metadata: dict[str, Any] = field(repr=False)
    n_jobs: int | None = 1
    kind: Literal["pyarrow"] = field(default="pyarrow", init=False)

    @classmethod
    def of(
        cls,
        files: Sequence[Path],
        metadata: dict[str, Any],
        *,
        n_jobs: int | None = 1,
        hidden: int = 0,
    ) -> TaggedParts:
        """Return the table that some files make up, in this order.

        Parameters
        ----------
        files : sequence of Path
            At least one; of one schema.
        metadata : dict
        n_jobs : int, optional
        hidden : int, default 0
            How many of the last columns are not of the table.
        """
        pieces, first = [], 0
        for path in files:
            rows = rows_in(path)
            pieces.append(Piece(path.absolute(), None, first, rows))
            first += rows
        fields = list(schema_of(files[0]))
        schema = pa.schema(fields[: len(fields) - hidden])
        return cls(tuple(pieces), schema, metadata, n_jobs)

    @classmethod
    def of_files(cls, files: Sequence[Path], *, n_jobs: int | None = None) -> TaggedParts:
        """Return the table of some files of any size; what travels with it stands in the first.

        Raises
        ------
        InputError
            If one is no Parquet file of a tagged table.
        """
        pieces: list[Piece] = []
        first = 0
        for path in files:
            try:
                known = pq.read_metadata(path)
            except (OSError, pa.ArrowException):
                raise InputError(f"{str(path)!r} is not a Parquet file.") from None
            for group in range(known.num_row_groups):
                rows = known.row_group(group).num_rows
                pieces.append(Piece(path.absolute(), group, first, rows))
                first += rows
        schema = pq.read_schema(files[0])
        head = Tagged.of(schema.empty_table())  # complains where it is no tagged table
        metadata = {**head.metadata, "needs": list(head.needs)}
        return cls(tuple(pieces), schema, metadata, n_jobs)

    @classmethod
    def of_file(cls, path: Path, *, n_jobs: int | None = None) -> TaggedParts:
        """Return the table of one file, its row groups as pieces."""
        return cls.of_files([path], n_jobs=n_jobs)

    @property
    def needs(self) -> tuple[str, ...]:
        """Need ids, in column order."""
        return tuple(self.metadata["needs"])

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    @property
    def workers(self) -> int | None:
        """How many processes go over the pieces: one where they are few."""
        return 1 if len(self.pieces) <= _FEW else self.n_jobs

    @property
    def files(self) -> tuple[Path, ...]:
        """The files, in order."""
        return tuple(dict.fromkeys(piece.path for piece in self.pieces))

    def __len__(self) -> int:
        return sum(piece.rows for piece in self.pieces)

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
            Small files are put together up to so many rows, 20,000 by default: each piece takes
            some preparing.
        """
        names = [name for name in self.names if text or name != _TEXT]
        needs = {"needs": list(self.needs)}
        several = _together(self.pieces, rows or _ROWS)
        tasks = ((work, some, names, needs, given) for some in several)
        yield from in_workers(_on_piece, tasks, self.workers)

    def take(self, numbers: npt.NDArray[np.int64]) -> pa.Table:
        """Return some rows by their numbers, in order; only the files that hold them are read."""
        found = [self.schema.empty_table()]
        for piece in self.pieces:
            begin, end = np.searchsorted(numbers, [piece.first, piece.first + piece.rows])
            if end > begin:
                found.append(piece.read(self.names).take(numbers[begin:end] - piece.first))
        return pa.concat_tables(found, promote_options="permissive").combine_chunks()


def parquet_files(folder: Path) -> list[Path]:
    """Return the Parquet files of a folder and of those within, in order of name."""
    return sorted(
        path
        for path in folder.rglob("*.parquet")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )


def _on_piece(
    work: Callable[..., Any],
    pieces: Sequence[Piece],
    names: list[str],
    metadata: dict[str, Any],
    given: tuple[Any, ...],
) -> Any:
    read = [piece.read(names) for piece in pieces]
    table = read[0] if len(read) == 1 else pa.concat_tables(read, promote_options="permissive")
    return work(Tagged.of(frames.with_metadata(table, metadata)), pieces[0].first, *given)


def _together(pieces: Sequence[Piece], rows: int) -> Iterator[list[Piece]]:
    """Yield pieces in order, whole files together while they are small."""
    held: list[Piece] = []
    for piece in pieces:
        some = [*held, piece]
        large = piece.group is not None or sum(one.rows for one in some) > rows
        if held and (large or sum(one.path.stat().st_size for one in some) > _LARGEST):
            yield held
            some = [piece]
        held = some
    if held:
        yield held
