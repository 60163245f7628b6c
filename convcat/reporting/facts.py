"""The numbers of a report: one part per kind of conversation, computed once or taken as given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.exceptions import InputError
from convcat.insight.slices import PREFERRED
from convcat.insight.slicing import MAX_VALUES, slice_values
from convcat.insight.summaries import OUTSIDE
from convcat.reporting.counts import Heat, groups_of, heat_of, stances_of
from convcat.reporting.figures import NOUNS, Row, month
from convcat.tagged import STATUSES, Tagged
from convcat.taxonomy import Taxonomy


@dataclass(frozen=True)
class Part:
    """Everything that is found among the conversations of one kind.

    Attributes
    ----------
    kind : {"support", "review"} or None
    total, read : int
        Conversations that were kept, and those of them that were read.
    unread : tuple of (str, int)
        Why the others were not, in words.
    distribution, failures, changes, trend : tuple of dict, or None
        Rows of the findings, each with the need's ``name``; ``None`` where there was nothing to
        compute them from.
    looked_at : int or None
        How many slices the failures were sought in.
    failed_only : bool
        Whether failures count what failed, rather than all that carries the need.
    before, after : str
        What the two sides of ``changes`` are called.
    stances : tuple of dict
        Per need: ``tagged``, ``failed`` and ``asked`` as shares of the tagged.
    heat : tuple of Heat
    groups : tuple of dict
        Rows per group of each roll-up.
    """

    kind: str | None
    total: int
    read: int
    unread: tuple[tuple[str, int], ...]
    distribution: tuple[Row, ...] = ()
    failures: tuple[Row, ...] | None = None
    looked_at: int | None = None
    failed_only: bool = False
    changes: tuple[Row, ...] | None = None
    before: str = ""
    after: str = ""
    trend: tuple[Row, ...] | None = None
    stances: tuple[Row, ...] = ()
    heat: tuple[Heat, ...] = ()
    groups: tuple[Row, ...] = ()

    @property
    def noun(self) -> tuple[str, str]:
        """What the part counts, in the singular and the plural."""
        return NOUNS.get(self.kind, NOUNS[None])


def kept_rows(tagged: Tagged) -> npt.NDArray[np.bool_]:
    """Return the rows that count: all but those left out by a filter or as duplicates."""
    return np.asarray([status not in OUTSIDE for status in tagged.status], dtype=bool)


def split(tagged: Tagged, shares: Sequence[Row]) -> list[tuple[str | None, Tagged]]:
    """Return each kind of conversation with its rows, support first, as the shares are split."""
    if "kind" not in tagged.table.column_names or not any("kind" in row for row in shares):
        return [(_only_kind(tagged), tagged)]
    kinds = {row.get("kind") for row in shares}
    known = [kind for kind in ("support", "review") if kind in kinds]
    others = sorted((kind for kind in kinds - set(known)), key=lambda k: (k is None, str(k)))
    values = slice_values(tagged, "kind")
    return [
        (
            kind,
            only(tagged, pc.is_null(values) if kind is None else pc.equal(values, pa.scalar(kind))),
        )
        for kind in [*known, *others]
    ]


def _only_kind(tagged: Tagged) -> str | None:
    if "kind" not in tagged.table.column_names:
        return None
    found = slice_values(tagged, "kind").unique().to_pylist()
    return found[0] if len(found) == 1 and found[0] in NOUNS else None


def months_of(tagged: Tagged) -> tuple[str, ...]:
    """Return the months that the table spans, in order; empty without dates."""
    if "time" not in tagged.table.column_names:
        return ()
    try:
        values = slice_values(tagged, "month")
    except InputError:
        return ()
    return tuple(sorted({v for v in values.to_pylist() if v}))


def only(tagged: Tagged, rows: pa.BooleanArray) -> Tagged:
    """Return some rows of a tagged table; a null leaves its row out."""
    chosen = np.asarray(pc.fill_null(rows, fill_value=False), dtype=bool)
    if chosen.all():
        return tagged
    return replace(
        tagged,
        table=tagged.table.filter(pa.array(chosen)),
        ok=tagged.ok[chosen],
        p=tagged.p[chosen],
        p_none=tagged.p_none[chosen],
        p_failed=tagged.p_failed[chosen],
        tags=tagged.tags[chosen],
        status=tagged.status[chosen],
    )


def period(months: Sequence[str]) -> str:
    """Say which months a table spans.

    Examples
    --------
    >>> period(["2026-09", "2026-10"]), period(["2026-10"]), period([])
    ('September to October 2026', 'October 2026', '')
    """
    if not months:
        return ""
    first, last = month(months[0]), month(months[-1])
    if first == last:
        return last
    return f"{first.removesuffix(last[-5:])} to {last}"


def slices_of(tagged: Tagged, by: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns to look into: those asked for, else the preferred ones that vary."""
    if by is not None:
        for name in by:
            slice_values(tagged, name)
        return tuple(by)
    chosen = []
    for name in PREFERRED:
        try:
            values = slice_values(tagged, name)
        except InputError:
            continue
        if 1 < len(values.drop_null().unique()) <= MAX_VALUES:
            chosen.append(name)
    return tuple(chosen)


def part_of(
    tagged: Tagged,
    kind: str | None,
    *,
    taxonomy: Taxonomy,
    rows: Mapping[str, Sequence[Row] | None],
    by: tuple[str, ...],
    looked_at: int | None = None,
    failed_only: bool = False,
    sides: tuple[str, str] = ("", ""),
) -> Part:
    """Put one kind's numbers together."""
    kept = kept_rows(tagged)
    statuses = Counter(str(s) for s in tagged.status[kept] if s != "ok")
    shares = named(rows.get("distribution") or (), taxonomy)

    def given(name: str) -> tuple[Row, ...] | None:
        found = rows.get(name)
        return None if found is None else named(found, taxonomy)

    return Part(
        kind=kind,
        total=int(kept.sum()),
        read=int((tagged.ok & kept).sum()),
        unread=tuple(
            (STATUSES.get(status, status), n)
            for status, n in sorted(statuses.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        distribution=shares,
        failures=given("failures"),
        looked_at=looked_at,
        failed_only=failed_only,
        changes=given("changes") or None,
        before=sides[0],
        after=sides[1],
        trend=given("trend"),
        stances=named(stances_of(tagged), taxonomy),
        heat=tuple(heat_of(tagged, column) for column in by),
        groups=groups_of(tagged, shares, taxonomy),
    )


def named(rows: Sequence[Row], taxonomy: Taxonomy) -> tuple[Row, ...]:
    """Return the rows with the name of their need for people."""
    return tuple({**row, "name": name_of(str(row["need"]), taxonomy)} for row in rows)


def name_of(need: str, taxonomy: Taxonomy) -> str:
    """Return a need's name for people; the id itself where the taxonomy does not know it."""
    if need in taxonomy:
        return taxonomy[need].name
    return {"none": "No need at all", "unread": "Not read"}.get(need, need)


def told(result: Any) -> dict[str, Any]:
    """Return what a result says of itself beside its rows."""
    said = result.to_dict() if hasattr(result, "to_dict") else result
    return dict(said) if isinstance(said, Mapping) else {}


def rows_of(result: Any) -> list[Row]:
    """Return the rows of a result object, of its dictionary, or rows as they are."""
    rows = getattr(result, "rows", None)
    if rows is None and isinstance(result, Mapping):
        rows = result.get("rows")
    if rows is None:
        rows = result
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError("A finding must be a result of convcat.distribution, failures or compare.")
    return [dict(row) for row in rows]
