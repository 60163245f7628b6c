"""The tagged table: the seam between reading texts and finding what they say together.

A tagged table is any table with the columns named here. The classifier's side writes them, the
findings' side reads them, and neither knows the other.

    needs            list of need ids (in CSV and XLSX joined by ";")
    p_<need>         probability of each need, in [0, 1]; null where the row was not read
    p_none           probability that the text carries no need
    p_failed         probability that something went wrong, rather than is only asked
    needs_status     "ok" where the row was read, else why it was not (see STATUSES)
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat import frames
from convcat.exceptions import InputError, TaxonomyError, did_you_mean
from convcat.tagged_files import read_tagged_file

if TYPE_CHECKING:
    from convcat.taxonomy import Taxonomy

STATUSES = {
    "ok": "read and tagged",
    "empty": "no text of the customer's",
    "not_english": "in a language that the model does not read",
    "too_long": "longer than the limit",
    "not_a_customer": "written by an agent, a bot or a machine",
    "filtered": "left out by a filter that was asked for",
    "duplicate": "the same row or conversation again",
}
"""Every value of ``needs_status`` and what it means."""

NEEDS, STATUS = "needs", "needs_status"
P_NONE, P_FAILED = "p_none", "p_failed"
MOST_CHARACTERS = 5_000_000
"""A longer text is ``too_long``: a log, not a conversation."""


def names_beside(
    names: Sequence[str], needs: tuple[str, ...], *, where: str, rename: bool
) -> list[str]:
    """Return the names that an input's columns bear beside the columns of tagging.

    Parameters
    ----------
    names : sequence of str
    needs : tuple of str
    where : str
        What has the columns, for the error.
    rename : bool
        Whether a name that is taken becomes ``<name>_input``.

    Raises
    ------
    InputError
        If a name is taken and may not be changed.

    Examples
    --------
    >>> names_beside(["id", "needs"], ("wismo", "other"), where="The frame", rename=True)
    ['id', 'needs_input']
    """
    ours = set(columns_for(needs))
    taken = [name for name in names if name in ours]
    if taken and not rename:
        raise InputError(
            f"{where} has a column {taken[0]!r} already, a name that tagging writes: rename it, or "
            f"pass rename=True (--rename) to keep it as {taken[0] + '_input'!r}."
        )
    every, out = {*names, *ours}, []
    for name in names:
        new = name
        while name in ours and new in every:
            new += "_input"
        every.add(new)
        out.append(new)
    return out


def columns_for(needs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column names that tagging with these needs adds, in order.

    Examples
    --------
    >>> columns_for(("wismo", "other"))
    ('needs', 'p_wismo', 'p_other', 'p_none', 'p_failed', 'needs_status')
    """
    return (NEEDS, *(f"p_{need}" for need in needs), P_NONE, P_FAILED, STATUS)


@dataclass(frozen=True)
class Tagged:
    """A tagged table as arrays, for the findings.

    Attributes
    ----------
    table : pyarrow.Table
        Every column, as it came.
    needs : tuple of str
        Need ids, in column order.
    ok : ndarray of bool, shape (rows,)
        Rows that were read.
    p : ndarray of float, shape (rows, needs)
        Probabilities; NaN where not ok.
    p_none, p_failed : ndarray of float, shape (rows,)
        NaN where not ok, or where the table has no such column.
    tags : ndarray of bool, shape (rows, needs)
        Tags; False where not ok.
    status : ndarray of str objects, shape (rows,)
    metadata : dict
        What travels with the table: ``model`` (id, version, hash), ``taxonomy`` (id, version,
        hash), ``rules`` (a taxonomy that is not the built-in one) and ``profile`` (the model's
        known errors); empty where the frame carries none.
    kind : {"pandas", "polars", "pyarrow"}
        The kind of frame that results are given back in.
    """

    table: pa.Table
    needs: tuple[str, ...]
    ok: npt.NDArray[np.bool_]
    p: npt.NDArray[np.float64]
    p_none: npt.NDArray[np.float64]
    p_failed: npt.NDArray[np.float64]
    tags: npt.NDArray[np.bool_]
    status: npt.NDArray[np.object_]
    metadata: dict[str, Any] = field(default_factory=dict)
    kind: frames.Kind = "pyarrow"

    @classmethod
    def of(cls, tagged: Any) -> Tagged:
        """Read a tagged table: a dataframe, a path to its file or to a run, or a ``Tagged``.

        Raises
        ------
        InputError
            If it is no table, or lacks the columns of a tagged table.
        """
        if isinstance(tagged, Tagged):
            return tagged
        if isinstance(tagged, str | Path):
            table, kind = read_tagged_file(Path(tagged)), "pyarrow"
        else:
            table, kind = frames.to_arrow(tagged), frames.kind_of(tagged)
        table = _dated(_computable(table))
        names = set(table.column_names)
        metadata = frames.metadata_of(table) or {}
        named = metadata.get("needs")
        columns = (
            [f"p_{need}" for need in named]
            if isinstance(named, list)
            else _scores(table.column_names)
        )
        missing = sorted({NEEDS, STATUS, *columns} - names)
        if missing or not columns:
            raise InputError(
                f"This is not a tagged table: it has no column {missing[0] if missing else 'p_<need>'!r}; "
                "tag it first with convcat.label or `convcat label`."
            )
        needs = tuple(column.removeprefix("p_") for column in columns)
        status = _strings(table[STATUS])
        ok = status == "ok" if len(status) else np.zeros(0, dtype=bool)
        p = np.column_stack([_floats(table, column) for column in columns]).reshape(-1, len(needs))
        return cls(
            table=table,
            needs=needs,
            ok=ok,
            p=p,
            p_none=_floats(table, P_NONE),
            p_failed=_floats(table, P_FAILED),
            tags=_tag_matrix(table[NEEDS], needs) & ok[:, None],
            status=status,
            metadata=metadata,
            kind=kind,  # type: ignore[arg-type]
        )

    @property
    def taxonomy(self) -> Taxonomy:
        """The rules of the tags: those that travel with the table, else the built-in ones."""
        return taxonomy_of(self.metadata)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> list[Any]:
        """Return one column's values as Python objects.

        Raises
        ------
        InputError
            If there is no such column; the nearest name is offered.
        """
        if name not in self.table.column_names:
            near = did_you_mean(name, self.table.column_names)
            raise InputError(f"The tagged table has no column {name!r}.{near}")
        return list(self.table[name].to_pylist())


def taxonomy_of(metadata: dict[str, Any]) -> Taxonomy:
    """Return the rules that travel with a table, else the built-in ones."""
    from convcat.taxonomy import Taxonomy

    rules = metadata.get("rules")
    if isinstance(rules, dict):
        with suppress(TaxonomyError):
            return Taxonomy.from_dict(rules, name="the tagged table")
    return Taxonomy.load()


def _scores(names: Sequence[str]) -> list[str]:
    """Return the columns of scores: those that tagging wrote side by side, else every ``p_``."""
    found = [name for name in names if name.startswith("p_") and name not in (P_NONE, P_FAILED)]
    if NEEDS in names and STATUS in names:
        ours = set(names[names.index(NEEDS) : names.index(STATUS)])
        return [name for name in found if name in ours] or found
    return found


def _computable(table: pa.Table) -> pa.Table:
    """Return text in a layout that Arrow can filter and take from; it cannot do so with views."""
    for i, column in enumerate(table.schema):
        if pa.types.is_string_view(column.type):
            table = table.set_column(i, column.name, table[i].cast(pa.large_string()))
    return table


def _dated(table: pa.Table) -> pa.Table:
    """Read times that came as ISO text (from a CSV) as moments; other text stays as it is."""
    if "time" not in table.column_names or not _is_text(table.schema.field("time").type):
        return table
    column = pc.utf8_trim_whitespace(table["time"].cast(pa.string()))
    column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        with suppress(pa.ArrowInvalid):
            moments = pc.cast(column, kind)
            return table.set_column(table.column_names.index("time"), "time", moments)
    return table


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _strings(column: pa.ChunkedArray) -> npt.NDArray[np.object_]:
    """Return a column's values as objects: of few different ones, one object each."""
    coded = column.combine_chunks().dictionary_encode()
    known = np.asarray([*coded.dictionary.to_pylist(), None], dtype=object)
    return known[np.asarray(coded.indices.fill_null(-1), dtype=np.int64)]


def _floats(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    try:
        column = pc.cast(table[name], pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InputError(f"Column {name!r} must hold numbers, not {table[name].type}.") from None
    known = column.fill_null(float("nan")) if column.null_count else column
    return np.asarray(known.to_numpy(), dtype=np.float64)


def _tag_matrix(column: pa.ChunkedArray, needs: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Read tags from a list column or from ids joined by ``;``."""
    tags = np.zeros((len(column), len(needs)), dtype=bool)
    if pa.types.is_list(column.type) and pa.types.is_string(column.type.value_type):
        begin = 0
        for chunk in column.chunks:
            flat, known = pc.list_flatten(chunk), pa.array(needs, pa.string())
            need = pc.index_in(flat, value_set=known)
            if need.null_count:
                need = pc.index_in(pc.utf8_trim_whitespace(flat), value_set=known)
            at = np.asarray(need.fill_null(-1), dtype=np.int64)
            row = np.asarray(pc.list_parent_indices(chunk), dtype=np.int64) + begin
            tags[row[at >= 0], at[at >= 0]] = True
            begin += len(chunk)
        return tags
    places = {need: j for j, need in enumerate(needs)}
    for i, value in enumerate(column.to_pylist()):
        if not value:
            continue
        for need in value.split(";") if isinstance(value, str) else value:
            if (j := places.get(str(need).strip())) is not None:
                tags[i, j] = True
    return tags
