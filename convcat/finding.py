"""Every finding of a run, each after those that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcat.tagged_parts import TaggedParts
from convcat.workers import are_ours, meanwhile

if TYPE_CHECKING:
    from convcat.insight import Audit
    from convcat.insight.actions import Action
    from convcat.insight.digest import Digest
    from convcat.insight.history import History
    from convcat.insight.response_hours import BusinessHours


def find(
    digest: Digest,
    *,
    by: Sequence[str] | None = None,
    level: float = 0.95,
    audit: Audit | None = None,
    previous: Any = None,
    hours: BusinessHours | None = None,
    history: str | Path | None = None,
    actions: Sequence[Action] | None = None,
    options: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> tuple[dict[str, Any], tuple[str, ...], History]:
    """Return the findings of a run, what the user should know, and the history with these months.

    Where workers go over the pieces, what the words say is found beside what the tags say: while
    the one adds up, they work for the other.
    """
    from convcat.insight import changes, distribution, failures, trend
    from convcat.insight.history_findings import over_time
    from convcat.insight.impact import impact_of
    from convcat.reporting.evidence import evidence_of

    table = digest.table
    apart = isinstance(table, TaggedParts) and are_ours(table.workers)
    with meanwhile(_said, digest, level, apart=apart) as said:
        found: dict[str, Any] = {
            "distribution": distribution(digest, audit=audit, level=level),
            "failures": failures(digest, by=by, level=level, audit=audit),
            "changes": changes(digest, previous=previous, level=level),
            "trend": trend(digest, level=level),
            "impact": impact_of(digest, level=level, hours=hours),
        }
        evidence = evidence_of(digest, found)
        told, kept = over_time(
            digest,
            found,
            history=history,
            actions=actions,
            options=options,
            level=level,
            seed=seed,
        )
        found |= {**said(), "evidence": evidence}
    warnings = [w for result in found.values() for w in getattr(result, "warnings", ())]
    warnings += told.pop("warnings")
    return found | told, tuple(dict.fromkeys(warnings)), kept


def _said(digest: Digest, level: float) -> dict[str, Any]:
    """Return what is found in the customers' words."""
    from convcat.insight.themes import themes
    from convcat.insight.urgent import read_today

    return {"read_today": read_today(digest), "themes": themes(digest, level=level)}
