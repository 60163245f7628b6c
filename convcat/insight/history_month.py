"""One month of one kind as it is kept: additive counts and what they were read with, plain data.

A file per month and kind, ``2026-10-support.parquet``: one row per cell, no text, no id, nothing of
a single customer. ``view`` says what the cells are split by beside the week: the channel, a
product, a carrier, a country. The facts (model, taxonomy, options, the model's known errors) stand in the schema's
metadata as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from convcat.exceptions import InputError
from convcat.files import unwritable, write_whole
from convcat.insight.change_points_series import (
    CHANNEL,
    MONTH,
    WEEK,
    dated,
    folded,
    only,
    pieces_of,
)
from convcat.insight.population import KIND
from convcat.insight.signals import Signals, kept_in
from convcat.insight.slice_columns import REST, days_told
from convcat.insight.summaries import ARRAYS, Summary
from convcat.tagged import Tagged

VERSION = 1
VIEWS = ("product", "carrier", "country")
"""Beside the channel, what an action can be about."""
_MOST_VALUES = 60
_MOST_OF_A_PIECE = 2000
_LARGEST = 1 << 30  # bytes; a month of counts is a few hundred kilobytes
ALL = "all"
"""Stands in a file's name where conversations have no kind."""


@dataclass(frozen=True, eq=False)
class Month:
    """The counts of one month and one kind of conversation.

    Attributes
    ----------
    month : str
        ``"2026-10"``.
    kind : str or None
    days : tuple of str
        The days that conversations are from.
    views : dict of str to Summary
        ``channel`` by (channel, week); every other by (its column, week).
    facts : dict
        ``model``, ``taxonomy``, ``options``, ``profile``.
    """

    month: str
    kind: str | None
    days: tuple[str, ...]
    views: dict[str, Summary]
    facts: dict[str, Any]

    @property
    def n(self) -> int:
        """Conversations that were read."""
        return int(self.views[CHANNEL].n.sum())

    @property
    def reading(self) -> str:
        """What must be the same for two months to be compared: model, taxonomy and options."""
        named = {k: self.facts.get(k) for k in ("model", "taxonomy", "options")}
        named["needs"] = list(self.views[CHANNEL].needs)
        return sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.month}-{quote(self.kind or ALL, safe=' ')}.parquet"

    def __add__(self, other: Month) -> Month:
        if not isinstance(other, Month):
            return NotImplemented
        if (self.month, self.kind, self.reading) != (other.month, other.kind, other.reading):
            raise InputError("These counts are of different months, kinds or readings.")
        views = {
            name: view + other.views[name]
            for name, view in self.views.items()
            if name in other.views
        }
        return replace(self, days=tuple(sorted({*self.days, *other.days})), views=views)

    def write(self, folder: Path) -> Path:
        """Write the file, whole or not at all."""
        facts = {
            "version": VERSION,
            "month": self.month,
            "kind": self.kind,
            "days": list(self.days),
            "needs": list(self.views[CHANNEL].needs),
            **self.facts,
        }
        views = {name: folded(view, name, _MOST_VALUES) for name, view in self.views.items()}
        table = pa.concat_tables([_rows(name, view) for name, view in views.items()])
        table = table.replace_schema_metadata({b"convcat": json.dumps(facts, sort_keys=True)})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        path = folder / self.file
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, sink.getvalue().to_pybytes())
        except OSError as error:
            raise unwritable(path, error, what="the month's counts") from None
        return path

    @classmethod
    def read(cls, path: Path) -> Month:
        """Read a file that :meth:`write` wrote.

        Raises
        ------
        InputError
            If it is not one, or one of a later version.
        """
        try:
            if path.stat().st_size > _LARGEST:
                raise ValueError("size")
            table = pq.read_table(path)
            facts = json.loads((table.schema.metadata or {})[b"convcat"])
            later = int(facts.pop("version")) > VERSION
        except (OSError, KeyError, ValueError, TypeError, pa.ArrowException):
            raise InputError(f"{path.name} in the history is not a month's counts.") from None
        if later:
            raise InputError(f"{path.name} is of a later version; update convcat to read it.")
        try:
            needs = [str(need) for need in facts.pop("needs")]
            names = table["view"].unique().to_pylist()
            views = {name: _summary(name, table, needs) for name in names}
            month, kind, days = facts.pop("month"), facts.pop("kind"), facts.pop("days")
            found = cls(str(month), kind, tuple(map(str, days)), views, facts)
            if CHANNEL not in views or found.file != path.name:
                raise ValueError("name")
        except (KeyError, TypeError, ValueError, AttributeError, pa.ArrowException):
            raise InputError(f"{path.name} in the history is damaged.") from None
        return found


def months_of(
    tagged: Any, options: Mapping[str, Any] | None = None, *, mix: str = CHANNEL
) -> list[Month]:
    """Count a tagged table by month and kind; rows without a time are left out.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
    options : mapping, optional
        What decides which conversations are in the table, such as ``{"stars": [2, 3]}``.
    mix : str, default "channel"
        The column that is kept as the channel.
    """
    told = {**(options or {}), **({} if mix == CHANNEL else {"mix": mix})}
    found: dict[tuple[str, str | None], Month] = {}
    for piece in pieces_of(tagged, _months, told, mix):
        for month in piece:
            place = (month.month, month.kind)
            found[place] = found[place] + month if place in found else month
    return [found[place] for place in sorted(found, key=str)]


def _months(tagged: Tagged, first: int, options: dict[str, Any], mix: str) -> list[Month]:
    del first
    table = _slim(dated(tagged), mix)
    model, taxonomy = (dict(table.metadata.get(k) or {}) for k in ("model", "taxonomy"))
    facts = {
        "model": model,
        "taxonomy": taxonomy,
        "options": options,
        "profile": table.metadata.get("profile"),
    }
    months, kinds = _told(table, MONTH), _told(table, KIND)
    kept = kept_in(table) & (months != "")
    pairs = sorted({(m, k) for m, k in zip(months[kept], kinds[kept], strict=True)}, key=str)
    return [
        _month(
            only(table, kept & (months == month) & (kinds == kind)), month, kind or None, facts, mix
        )
        for month, kind in pairs
    ]


def _slim(table: Tagged, mix: str) -> Tagged:
    """Return a table with the columns alone that are counted by."""
    counted = {KIND, CHANNEL, mix, WEEK, MONTH, "time", *VIEWS}
    names = [name for name in table.table.column_names if name in counted]
    return replace(table, table=table.table.select(names))


def _told(table: Tagged, name: str) -> npt.NDArray[np.object_]:
    """Return a column's values as text, nothing where there is none: each is made once."""
    if name not in table.table.column_names:
        return np.full(len(table), "", dtype=object)
    coded = table.table[name].combine_chunks().dictionary_encode()
    known = np.asarray([*(str(v or "") for v in coded.dictionary.to_pylist()), ""], dtype=object)
    return known[np.asarray(coded.indices.fill_null(-1), dtype=np.int64)]


def _month(table: Tagged, month: str, kind: str | None, facts: dict[str, Any], mix: str) -> Month:
    names, signals = table.table.column_names, Signals.of(table)
    views = {CHANNEL: _view(table, mix if mix in names or mix != CHANNEL else None, signals)}
    views[CHANNEL] = replace(views[CHANNEL], by=(CHANNEL, WEEK))
    views |= {name: _view(table, name, signals) for name in VIEWS if name in names}
    days = days_told(table.table["time"].filter(pa.array(table.ok)))
    # Which stars were read says nothing of support conversations.
    options = {k: v for k, v in facts["options"].items() if k != "stars" or kind != "support"}
    return Month(month, kind, days, views, {**facts, "options": options})


def _view(table: Tagged, name: str | None, signals: Signals) -> Summary:
    if name is None:
        bare = Summary.of(table, (WEEK,), max_values=None, signals=signals)
        cells = tuple((None, *key) for key in bare.cells)
        return replace(bare, by=(CHANNEL, WEEK), cells=cells)
    return Summary.of(table, (name, WEEK), max_values=_MOST_OF_A_PIECE, signals=signals)


def _rows(view: str, summary: Summary) -> pa.Table:
    counts = {name: getattr(summary, name).reshape(len(summary), -1) for name in ARRAYS}
    return pa.table({
        "view": pa.array([view] * len(summary), pa.string()),
        "value": pa.array([key[0] for key in summary.cells], pa.string()),
        "week": pa.array([key[1] for key in summary.cells], pa.string()),
        **{name: pa.array(list(values), pa.list_(pa.int64())) for name, values in counts.items()},
    })  # fmt: skip


def _summary(view: str, table: pa.Table, needs: list[str]) -> Summary:
    rows = table.filter(pa.array([name == view for name in table["view"].to_pylist()]))
    keys = list(zip(rows["value"].to_pylist(), rows["week"].to_pylist(), strict=True))
    data = {name: rows[name].to_pylist() for name in ARRAYS}
    folded = {view: 1} if any(value == REST for value, _ in keys) else {}
    return Summary.from_dict(
        {"needs": needs, "by": [view, WEEK], "cells": keys, "folded": folded, **data}
    )
