"""The part of the page that stands first when there is any: conversations to read today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from convcat.reporting import figures as say
from convcat.reporting.facts import rows_of, told
from convcat.reporting.figures import Row

_OPEN, _MOST = 2, 40  # per reason: shown at once, and in all
_FEW = 2  # reasons up to which that many are shown of each, else one
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
    counts = facts.get("counts") or Counter(row["reason"] for row in facts["rows"])
    first = _OPEN if len(counts) <= _FEW else 1
    for reason, n in counts.items():
        rows = [row for row in facts["rows"] if row["reason"] == reason]
        shown = [_row(row, names) for row in rows[:_MOST]]
        groups.append(
            {
                "name": names.get(reason, reason),
                "count": say.number(n),
                "first": shown[:first],
                "more": shown[first:],
                "others": say.number(n - first),
                "left": say.number(n - _MOST) if n > _MOST else "",
            }
        )
    listed = [f"{g['name'][0].lower()}{g['name'][1:]} ({g['count']})" for g in groups]
    told = f": {say.listing(listed)}" if len(groups) > 1 else ""
    found = say.count(sum(counts.values()), say.NOUNS[None])
    return {
        "groups": groups,
        "sentence": f"{found} should be read by a person today{told}.",
        "looked_at": say.number(facts["looked_at"]),
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
