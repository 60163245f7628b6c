"""Dataframes at the edge: any kind in, the same kind out, Arrow inside.

pandas, polars and pyarrow frames (any eager frame that narwhals knows) become a ``pyarrow.Table``
on the way in; results become the caller's kind again on the way out. What convcat knows about a
tagged table travels under the key ``convcat`` of the Arrow schema or of ``DataFrame.attrs``.
"""

from __future__ import annotations

import json
from typing import Any, Literal

import narwhals.stable.v2 as nw
import pyarrow as pa

from convcat.exceptions import InputError

Kind = Literal["pandas", "polars", "pyarrow"]
METADATA_KEY = "convcat"
_PANDAS_KEY = b"PANDAS_ATTRS"  # what pandas writes ``DataFrame.attrs`` under


class Metadata(dict[str, Any]):
    """Metadata in ``DataFrame.attrs``: nobody changes it, so pandas' copies may share it.

    pandas copies ``attrs`` in depth with nearly every step, which here took longer than the step.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Metadata:
        return self


def kind_of(frame: object) -> Kind:
    """Return which library's frames a result should be given back in.

    Raises
    ------
    InputError
        If the object is not a dataframe.

    Examples
    --------
    >>> import pyarrow as pa
    >>> kind_of(pa.table({"text": ["hello"]}))
    'pyarrow'
    """
    if isinstance(frame, pa.Table | pa.RecordBatch):
        return "pyarrow"
    try:
        native = nw.from_native(frame, eager_only=True)  # type: ignore[call-overload]
    except TypeError:
        raise InputError(
            f"Expected a dataframe (pandas, polars or pyarrow), not {type(frame).__name__}."
        ) from None
    name = native.implementation.name.lower()
    return name if name in ("pandas", "polars") else "pyarrow"


def names_of(frame: Any) -> list[str]:
    """Return the names of a dataframe's columns.

    Raises
    ------
    InputError
        If two columns have the same name.

    Examples
    --------
    >>> import pyarrow as pa
    >>> names_of(pa.table({"id": [1], "text": ["hello"]}))
    ['id', 'text']
    """
    arrow = isinstance(frame, pa.Table | pa.RecordBatch)
    names = [str(name) for name in (frame.schema.names if arrow else frame.columns)]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError(f"The frame has more than one column of the name {twice[0]!r}.")
    return names


def to_arrow(frame: Any) -> pa.Table:
    """Return any dataframe as an Arrow table, with convcat's metadata where the frame has it.

    Raises
    ------
    InputError
        If the object is not a dataframe, or holds a column that Arrow cannot represent.
    """
    if isinstance(frame, pa.RecordBatch):
        frame = pa.Table.from_batches([frame])
    if isinstance(frame, pa.Table):
        return frame
    kind = kind_of(frame)
    names_of(frame)
    try:
        if kind == "pandas":
            table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        else:
            table = nw.from_native(frame, eager_only=True).to_arrow()
    except UnicodeEncodeError:
        raise InputError(
            "The frame holds text with half of a surrogate pair, which no table can store: repair "
            "it first (text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace'))."
        ) from None
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        column = (
            str(error).rsplit("column ", 1)[-1].split(" ", 1)[0] if "column" in str(error) else "?"
        )
        raise InputError(
            f"Column {column} mixes kinds of values that cannot stand in one column; "
            "make them one kind first (for example text)."
        ) from None
    attrs = getattr(frame, "attrs", None)
    if isinstance(attrs, dict) and isinstance(attrs.get(METADATA_KEY), dict):
        table = with_metadata(table, attrs[METADATA_KEY])
    return table


def from_arrow(table: pa.Table, kind: Kind) -> Any:
    """Return an Arrow table as the asked kind of dataframe."""
    if kind == "pandas":
        frame = table.to_pandas()
        if (metadata := metadata_of(table)) is not None:
            frame.attrs[METADATA_KEY] = Metadata(metadata)
        return frame
    if kind == "polars":
        import polars as pl

        return pl.from_arrow(table)
    return table


def with_metadata(table: pa.Table, metadata: dict[str, Any]) -> pa.Table:
    """Return the table with convcat's metadata in its schema."""
    kept = {k: v for k, v in (table.schema.metadata or {}).items() if k != METADATA_KEY.encode()}
    kept[METADATA_KEY.encode()] = json.dumps(metadata, sort_keys=True).encode()
    return table.replace_schema_metadata(kept)


def metadata_of(table: pa.Table | pa.Schema) -> dict[str, Any] | None:
    """Return convcat's metadata of a table or schema, or ``None``."""
    held = (table.schema if isinstance(table, pa.Table) else table).metadata or {}
    found = _parsed(held.get(METADATA_KEY.encode()))
    if found is None:  # a file that pandas wrote
        found = (_parsed(held.get(_PANDAS_KEY)) or {}).get(METADATA_KEY)
    return found if isinstance(found, dict) else None


def _parsed(raw: bytes | None) -> dict[str, Any] | None:
    try:
        parsed = None if raw is None else json.loads(raw)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
