"""Reads formats that know their columns: Parquet and dataframes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from convcat.conversations.rows import names_apart
from convcat.conversations.sound import sound
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

# What pyarrow raises; names that are no UTF-8 come through as they are.
_DAMAGE = (OSError, pa.ArrowException, UnicodeDecodeError)


class Frame:
    """The rows of a dataframe, types kept.

    Parameters
    ----------
    source : Source
        One that holds a frame.
    """

    def __init__(self, source: Source) -> None:
        assert source.frame is not None
        self.name = source.name
        self.notes: list[str] = []
        self.header = names_apart(source.frame.column_names, source.name)
        self._table = source.frame.rename_columns(list(self.header)).replace_schema_metadata(None)
        self.facts = {"format": "dataframe"}

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del broken, text_column
        for start in range(0, self._table.num_rows, size):
            yield sound(self._table.slice(start, size), self.name)


class Parquet:
    """The rows of a Parquet file, types kept.

    Parameters
    ----------
    source : Source
        The file.

    Raises
    ------
    InputError
        If it is damaged.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self._source = source
        try:
            with source.open() as stream:
                schema = self._file(stream).schema_arrow
        except _DAMAGE as error:
            raise InputError(f"{self.name} is a damaged Parquet file ({_first(error)}).") from None
        self.header = names_apart(schema.names, self.name)
        self.facts = {"format": "Parquet"}

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del broken, text_column
        try:
            with self._source.open() as stream:
                for batch in self._file(stream).iter_batches(batch_size=size):
                    table = pa.Table.from_batches([batch]).rename_columns(list(self.header))
                    yield sound(table.replace_schema_metadata(None), self.name)
        except _DAMAGE as error:
            raise InputError(f"{self.name} is a damaged Parquet file ({_first(error)}).") from None

    @staticmethod
    def _file(stream: Any) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(pa.PythonFile(stream, mode="r"))


def _first(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200].rstrip(".")
