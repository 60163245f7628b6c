"""The numbers of a report: one part per kind of conversation, computed once or taken as given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convcat.exceptions import InputError
from convcat.insight.digest import Digest
from convcat.insight.slice_columns import MAX_VALUES, check_slice
from convcat.insight.slices import PREFERRED
from convcat.reporting.counts import Heat, Own, groups_of, heat_of, stances_of
from convcat.reporting.figures import NOUNS, Row, month
from convcat.tagged import STATUSES
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
    to_read : tuple of dict
        Places beyond chance that an uneven reading could make; reading a few there would tell.
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
    to_read: tuple[Row, ...] = ()
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


def split(digest: Digest, shares: Sequence[Row]) -> list[tuple[str | None, Own]]:
    """Return each kind of conversation with its counts, support first, as the shares are split."""
    if "kind" not in digest.schema.names or not any("kind" in row for row in shares):
        return [(_only_kind(digest), Own(digest))]
    kinds = {row.get("kind") for row in shares}
    known = [kind for kind in ("support", "review") if kind in kinds]
    others = sorted((kind for kind in kinds - set(known)), key=lambda k: (k is None, str(k)))
    return [(kind, Own(digest, kind, every=False)) for kind in [*known, *others]]


def _only_kind(digest: Digest) -> str | None:
    found = list(digest.census.failed)
    return found[0] if len(found) == 1 and found[0] in NOUNS else None


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


def slices_of(digest: Digest, by: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns to look into: those asked for, else the preferred ones that vary."""
    if by is not None:
        for name in by:
            check_slice(digest.schema, name)
        return tuple(by)
    return tuple(name for name in PREFERRED if 1 < len(digest.values(name)) <= MAX_VALUES)


def part_of(
    own: Own,
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
    statuses = own.statuses
    total, read = statuses.total(), statuses.pop("ok", 0)
    shares = named(rows.get("distribution") or (), taxonomy)

    def given(name: str) -> tuple[Row, ...] | None:
        found = rows.get(name)
        return None if found is None else named(found, taxonomy)

    return Part(
        kind=kind,
        total=total,
        read=read,
        unread=tuple(
            (STATUSES.get(status, status), n)
            for status, n in sorted(statuses.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        distribution=shares,
        failures=given("failures"),
        looked_at=looked_at,
        failed_only=failed_only,
        to_read=given("to_read") or (),
        changes=given("changes") or None,
        before=sides[0],
        after=sides[1],
        trend=given("trend"),
        stances=named(stances_of(own), taxonomy),
        heat=tuple(heat_of(own, column) for column in by),
        groups=groups_of(own, shares, taxonomy),
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
