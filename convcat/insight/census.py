"""One pass over a tagged table: everything in it that is counted, additively.

Pieces of a table are counted each for itself and added up; no order of adding changes a digit.
What could grow with the table is bounded: columns that tell conversations apart are given up once
they have shown more values than anybody slices by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError
from convcat.insight.population import KIND
from convcat.insight.signals import ONE, Signals
from convcat.insight.slice_columns import REST, Ints, Key, check_slice, coded, slice_values
from convcat.insight.summaries import Summary, merge
from convcat.tagged import Tagged

ROWS, KEPT, READ = range(3)
"""The first counts of a value: all rows, those kept, those read; then the tags of each need."""
_MOST_NAMED, _MOST_FOUND = 50_000, 2_000  # values of a column that was named, that was not
_MOST_MONTHS = 600

Slot = tuple[str | None, str | None]  # kind of conversation, value


@dataclass
class Census:
    """What was counted; add pieces with :meth:`add`.

    Attributes
    ----------
    rows : int
    summary : Summary or None
        By kind of conversation and month, where the table has them.
    statuses : Counter of (kind, status)
        Of the rows that were kept.
    failed : dict of kind to ndarray, shape (2, needs)
        Per need, tagged rows with a known ``p_failed``, and its sum in fixed point.
    tagsets : Counter of (kind, bytes)
        Rows that were read, by the set of their tags (packed bits).
    days : tuple of date, or None
        The first and the last day of a row that was read.
    values : dict of str to (dict of (kind, value) to ndarray, or int)
        Per column that may be sliced by, the counts of each value; a number where it has more
        values than that, and was given up.
    named : tuple of str
        Columns that were asked for: they may have more values.
    """

    rows: int = 0
    summary: Summary | None = None
    statuses: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    failed: dict[str | None, Ints] = field(default_factory=dict)
    tagsets: Counter[tuple[str | None, bytes]] = field(default_factory=Counter)
    days: tuple[date, date] | None = None
    values: dict[str, dict[Slot, Ints] | int] = field(default_factory=dict)
    named: tuple[str, ...] = ()

    def add(self, other: Census) -> Census:
        """Add the counts of another piece to these, in place."""
        self.rows += other.rows
        if other.summary is not None:
            both = [other.summary] if self.summary is None else [self.summary, other.summary]
            self.summary = newest(merge(both))
        self.statuses.update(other.statuses)
        self.tagsets.update(other.tagsets)
        for kind, sums in other.failed.items():
            self.failed[kind] = self.failed.get(kind, 0) + sums
        if other.days is not None:
            mine = self.days or other.days
            self.days = min(mine[0], other.days[0]), max(mine[1], other.days[1])
        for name, found in other.values.items():
            most = _most(name, self.named)
            self.values[name] = _added(self.values.get(name, {}), found, most)
        return self

    def total(self, name: str) -> dict[str | None, Ints]:
        """Return the counts of each value of a column, all kinds together."""
        found = self.values[name]
        assert not isinstance(found, int)
        total: dict[str | None, Ints] = {}
        for (_, value), counts in found.items():
            total[value] = total.get(value, 0) + counts
        return total


def count(tagged: Tagged, first: int, named: Sequence[str], found: Sequence[str]) -> Census:
    """Count a piece of a table.

    Parameters
    ----------
    tagged : Tagged
    first : int
        Unused: where the piece begins.
    named, found : sequence of str
        Columns to count the values of: those that were asked for, and others.
    """
    del first
    names = tagged.table.column_names
    signals = Signals.of(tagged)
    kept = signals.kept
    kinds, kind = _kinds(tagged)
    census = Census(rows=len(tagged), days=_days(tagged), named=tuple(named))
    census.summary = newest(
        Summary.of(tagged, summary_columns(tagged.table.schema), max_values=None, signals=signals)
    )
    keys = zip(kind[kept].tolist(), tagged.status[kept].tolist(), strict=True)
    census.statuses = Counter({(kinds[k], str(s)): n for (k, s), n in Counter(keys).items()})
    packed = np.packbits(tagged.tags, axis=1)
    packed = packed.view(f"V{packed.shape[1]}").reshape(-1)
    known = np.isfinite(tagged.p_failed)
    for k, name in enumerate(kinds):
        mine = kind == k
        sets = Counter(packed[mine & tagged.ok].tolist())
        census.tagsets.update({(name, tags): sets[tags] for tags in sorted(sets)})
        rows = mine & known
        fixed = np.rint(tagged.p_failed[rows] * ONE).astype(np.int64)
        tags = tagged.tags[rows].astype(np.int64)
        census.failed[name] = np.stack([tags.sum(axis=0), fixed @ tags])
    counted = np.column_stack([np.ones(len(tagged), dtype=np.int64), kept, tagged.ok, tagged.tags])
    for name in dict.fromkeys([*named, *found]):
        if name in names or name == "month":
            most = _most(name, named)
            held = _values(tagged, name, counted, kinds, kind, most)
            census.values[name] = _added({}, held, most)
    return census


def summary_columns(schema: pa.Schema) -> tuple[str, ...]:
    """Return what the summary of a census is by: kind and month, where the table has them."""
    found = []
    for name in (KIND, "month"):
        if name in schema.names or (name == "month" and "time" in schema.names):
            with suppress(InputError):  # a column that holds no such thing
                check_slice(schema, name)
                found.append(name)
    return tuple(found)


def newest(summary: Summary, most: int = _MOST_MONTHS) -> Summary:
    """Pool all but the last so many months: what is kept of parts is what is kept of the whole."""
    if "month" not in summary.by:
        return summary
    at = summary.by.index("month")
    months = sorted({m for key in summary.cells if (m := key[at]) is not None and m != REST})
    if len(months) <= most:
        return summary
    old = set(months[:-most])
    return summary.renamed(
        [_with(key, at, REST) if key[at] in old else key for key in summary.cells]
    )


def _with(key: Key, at: int, value: str) -> Key:
    return (*key[:at], value, *key[at + 1 :])


def _kinds(tagged: Tagged) -> tuple[list[str | None], npt.NDArray[np.int64]]:
    """Return the kinds of conversation and which of them each row is."""
    if KIND not in tagged.table.column_names:
        return [None], np.zeros(len(tagged), dtype=np.int64)
    every = np.ones(len(tagged), dtype=bool)
    codes, names, _ = coded(slice_values(tagged, KIND), every, None)
    present = np.unique(codes).tolist()
    to = np.zeros(len(names), dtype=np.int64)
    to[present] = np.arange(len(present))
    return [names[k] for k in present], to[codes]


def _days(tagged: Tagged) -> tuple[date, date] | None:
    if "time" not in tagged.table.column_names:
        return None
    column = tagged.table["time"]
    if not pa.types.is_temporal(column.type) or pa.types.is_time(column.type):
        return None
    zone = column.type.tz if pa.types.is_timestamp(column.type) else None
    days = pc.cast(pc.cast(column, pa.timestamp("us", zone)), pa.date32())
    ends = pc.min_max(days.filter(pa.array(tagged.ok))).as_py()
    return None if ends["min"] is None else (ends["min"], ends["max"])


def _values(
    tagged: Tagged,
    name: str,
    counted: Ints,
    kinds: Sequence[str | None],
    kind: npt.NDArray[np.int64],
    most: int,
) -> dict[Slot, Ints] | int:
    """Count the values of one column: by kind, rows, kept, read and tagged."""
    from scipy.sparse import csc_array

    try:
        column = slice_values(tagged, name)
    except InputError:
        return {}
    if pc.count_distinct(column).as_py() > most:
        return most
    rows = len(tagged)
    codes, values, _ = coded(column, np.ones(rows, dtype=bool), None)
    size = len(kinds) * len(values)
    slot = kind * len(values) + codes
    of = csc_array((np.ones(rows, dtype=np.int64), slot, np.arange(rows + 1)), (size, rows))
    counts = np.asarray(of @ counted)
    seen = np.flatnonzero(counts[:, ROWS]).tolist()
    return {(kinds[s // len(values)], values[s % len(values)]): counts[s] for s in seen}


def _most(name: str, named: Sequence[str]) -> int:
    return _MOST_NAMED if name in named else _MOST_FOUND


def _added(
    mine: dict[Slot, Ints] | int, yours: dict[Slot, Ints] | int, most: int
) -> dict[Slot, Ints] | int:
    if isinstance(mine, int) or isinstance(yours, int):
        return most
    for slot, counts in yours.items():
        mine[slot] = mine[slot] + counts if slot in mine else counts
    return mine if len(mine) <= most else most
