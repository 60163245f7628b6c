"""Ask the insight functions for what a report was not given, and lay it out by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convcat.insight.comparison import months_compared
from convcat.insight.digest import Digest
from convcat.insight.periods import spanned
from convcat.reporting import facts
from convcat.reporting.evidence import evidence_of
from convcat.reporting.facts import Part
from convcat.reporting.figures import month
from convcat.taxonomy import Taxonomy


def find(
    table: Digest,
    *,
    given: Mapping[str, Any],
    by: tuple[str, ...] | None = None,
    audit: Any = None,
    previous: Any = None,
    model: Any = None,
    level: float = 0.95,
) -> dict[str, Any]:
    """Return every finding: those given, the others computed.

    Parameters
    ----------
    table : Digest
    given : mapping
        Ready results; what is here, even ``None``, is not computed again.
    by : tuple of str, optional
        The columns to look into; by default those that ``failures`` finds by itself.
    audit, previous, model, level
        As for :func:`convcat.report`.

    Returns
    -------
    dict
        ``distribution``, ``failures``, ``changes`` and ``trend``; ``None`` where there is nothing
        to compute one from.
    """
    from convcat import insight

    found = dict(given)
    if audit is not None:
        audit = insight.read_audit(audit, table.needs)
    if found.get("distribution") is None:
        found["distribution"] = insight.distribution(table, audit=audit, model=model, level=level)
    some = table.read > 0
    if "failures" not in found and some:
        found["failures"] = insight.failures(table, by=by, audit=audit, model=model, level=level)
    if "changes" not in found and some:
        found["changes"] = insight.changes(table, previous=previous, model=model, level=level)
    if "trend" not in found and len(table.months()) > 2:
        found["trend"] = insight.trend(table, model=model, level=level)
    return found


def beside(
    table: Digest, found: Mapping[str, Any], *, level: float, text: str, mask: bool
) -> dict[str, Any]:
    """Return the findings with impact, what to read today, themes, and the evidence behind them."""
    from convcat.insight.impact import impact_of
    from convcat.insight.themes import themes
    from convcat.insight.urgent import read_today

    found = dict(found)
    if "impact" not in found:
        found["impact"] = impact_of(table, level=level) if table.read else None
    if "read_today" not in found:
        there = text in table.schema.names
        found["read_today"] = read_today(table, text=text, masked=mask) if there else None
    if "themes" not in found:
        there = text in table.schema.names
        found["themes"] = (
            themes(table, level=level, text=text, masked=mask) if there and table.read else None
        )
    if "evidence" not in found:
        found["evidence"] = evidence_of(table, found)
    return found


def parts_of(
    table: Digest,
    found: Mapping[str, Any],
    *,
    taxonomy: Taxonomy,
    by: tuple[str, ...],
    sides: tuple[str, str],
) -> tuple[Part, ...]:
    """Lay the findings out, one part per kind of conversation, as the distribution is split.

    Parameters
    ----------
    table : Digest
    found : mapping
        What :func:`find` returned.
    taxonomy : Taxonomy
    by : tuple of str
        The columns to show as heat maps.
    sides : (str, str)
        What the two sides of the changes are called.
    """
    rows = {
        name: None if found.get(name) is None else facts.rows_of(found[name])
        for name in ("distribution", "failures", "changes", "trend")
    }
    told = facts.told(found.get("failures"))
    if told.get("looked_at") == 0:  # no column to slice by is not the same as nothing found
        rows["failures"] = None
    rows["to_read"] = told.get("to_read") or []
    parts = []
    for kind, own in facts.split(table, rows["distribution"] or []):
        mine = {
            name: None
            if values is None
            else [r for r in values if own.every or r.get("kind") == kind]
            for name, values in rows.items()
        }
        parts.append(
            facts.part_of(
                own,
                kind,
                taxonomy=taxonomy,
                rows=mine,
                by=by,
                looked_at=told.get("looked_at"),
                failed_only=bool(told.get("failed_only")),
                sides=sides,
            )
        )
    return tuple(parts)


def sides_of(table: Digest, found: Mapping[str, Any], previous: Any) -> tuple[str, str]:
    """Return what the two sides of the changes are called: their months, where they are known."""
    told = facts.told(found.get("changes"))
    if told.get("before") and told.get("after"):
        return month(str(told["before"])), month(str(told["after"]))
    months = table.months()
    if previous is None:
        days = table.census.days
        partial = dict(zip(*spanned(*days, "month"), strict=True)) if months and days else {}
        pair = months_compared(table)
        one_year = len({m[:4] for m in pair}) == 1  # the page's head says which
        names = [
            (month(m).removesuffix(f" {m[:4]}") if one_year else month(m))
            + " (in part)" * partial.get(m, False)
            for m in pair
        ]
        return (names[0], names[1]) if len(names) > 1 else ("the month before", "this month")
    earlier = Digest.of(previous).months() if previous is not True else ()
    return facts.period(earlier) or "the earlier table", facts.period(months) or "this one"


def columns_of(table: Digest, found: Mapping[str, Any], by: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns to show as heat maps: ``by``, and those in which something was found."""
    rows = facts.rows_of(found["failures"]) if found.get("failures") is not None else []
    seen = (str(row.get("slice")) for row in rows)
    names = {"month", *table.schema.names}
    return tuple(dict.fromkeys([*by, *(name for name in seen if name in names)]))


def warnings_of(found: Mapping[str, Any]) -> list[str]:
    """Return what the findings themselves warn of."""
    return [str(w) for result in found.values() for w in facts.told(result).get("warnings") or ()]
