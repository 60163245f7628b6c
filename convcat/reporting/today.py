"""The part of the page that stands first when there is any: conversations to read today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convcat.reporting import figures as say
from convcat.reporting.facts import rows_of, told
from convcat.reporting.figures import Row

_OPEN, _MOST = 2, 40  # per reason: shown at once, and in all
_BESIDE = {"support": "support", "review": "review"}


def facts_of(found: Any) -> dict[str, Any]:
    """Return what the section shows as JSON-able values; empty where there is nothing.

    Parameters
    ----------
    found : ReadToday, its dictionary, or None
    """
    if found is None or not (rows := rows_of(found)):
        return {}
    return {**told(found), "rows": rows}


def section(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the strings of the section; ``None`` where there is nothing to read."""
    if not facts:
        return None
    names, groups = facts.get("names") or {}, []
    for reason in facts.get("counts") or dict.fromkeys(r["reason"] for r in facts["rows"]):
        rows = [row for row in facts["rows"] if row["reason"] == reason]
        shown = [_row(row, names) for row in rows[:_MOST]]
        groups.append(
            {
                "name": names.get(reason, reason),
                "count": say.number(len(rows)),
                "first": shown[:_OPEN],
                "more": shown[_OPEN:],
                "others": say.number(len(rows) - _OPEN),
                "left": say.number(len(rows) - _MOST) if len(rows) > _MOST else "",
            }
        )
    listed = [f"{g['name'][0].lower()}{g['name'][1:]} ({g['count']})" for g in groups]
    n, noun = len(facts["rows"]), ("conversation", "conversations")
    return {
        "groups": groups,
        "sentence": f"{say.number(n)} of {say.count(facts['looked_at'], noun)} should be read by a "
        f"person today: {say.listing(listed)}.",
    }


def _row(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    before, words, after = row["quote"].partition(row["words"] or "\0")
    also = [names.get(r, r) for r in str(row["reasons"]).split(";") if r != row["reason"]]
    return {
        "pieces": [piece for piece in ((before, False), (words, True), (after, False)) if piece[0]],
        "also": also,
        "id": row["id"],
        "beside": [v for v in (_BESIDE.get(str(row.get("kind"))), row.get("channel")) if v],
        "time": str(row.get("time") or "").replace("T", " ").removesuffix(" 00:00"),
    }
