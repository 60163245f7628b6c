"""The part of the page on what customers speak of inside the needs, and beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convcat.reporting import figures as say
from convcat.reporting.facts import name_of, rows_of, told
from convcat.reporting.figures import Row
from convcat.taxonomy import Taxonomy

_BESIDE = ("other", "untagged")  # candidates for a new need
_UNTAGGED = "Unclear: no need was found"
_QUOTES, _WORDS = 2, 4  # per theme on the page


def facts_of(found: Any, taxonomy: Taxonomy) -> dict[str, Any]:
    """Return what the section shows as JSON-able values; empty where there is nothing.

    Parameters
    ----------
    found : Themes, its dictionary, or None
    taxonomy : Taxonomy
    """
    if found is None or not (groups := told(found).get("groups")):
        return {}
    names = {
        group["need"]: _UNTAGGED
        if group["need"] == "untagged"
        else name_of(str(group["need"]), taxonomy)
        for group in groups
    }
    return {**told(found), "rows": rows_of(found), "names": names}


def section(facts: Mapping[str, Any], kind: str | None) -> dict[str, Any] | None:
    """Return the strings of one kind of conversation; ``None`` where there is nothing.

    Parameters
    ----------
    facts : mapping
        What :func:`facts_of` returned.
    kind : str or None
        The kind; rows without a kind belong to every one.
    """
    groups = [_group(facts, group) for group in facts.get("groups") or () if _is_of(group, kind)]
    beside = [group for group in groups if group["need"] in _BESIDE]
    inside = [group for group in groups if group["need"] not in _BESIDE and group["rows"]]
    if not beside and not inside:
        return None
    return {
        "beside": beside,
        "inside": inside,
        "dated": any(row["trend"] for group in groups for row in group["rows"]),
        "since": _since(facts, kind),
    }


def _is_of(row: Row, kind: str | None) -> bool:
    return "kind" not in row or row["kind"] == kind


def _since(facts: Mapping[str, Any], kind: str | None) -> str:
    months = [
        month
        for recent in facts.get("recent") or ()
        if recent["kind"] in (None, kind)
        for month in recent["months"]
    ]
    return say.month(months[0]) if months else ""


def _group(facts: Mapping[str, Any], group: Row) -> dict[str, Any]:
    """Return one need: its themes, and what is left over."""

    def mine(row: Row) -> bool:
        return row["need"] == group["need"] and row.get("kind") == group.get("kind")

    rows = [row for row in facts["rows"] if mine(row)]
    quotes = [quote for quote in facts.get("quotes") or () if mine(quote)]
    n, looked = group["conversations"], group["looked_at"]
    told_of = "None of them stands" if not rows else f"{say.percent(group['left'], looked)} stand"
    part = "" if looked == n else f", of which {say.number(looked)} were looked at"
    return {
        "need": group["need"],
        "name": facts["names"].get(group["need"], group["need"]),
        "rows": [_row(row, quotes) for row in rows],
        "n": say.number(n),
        "left": f"{say.count(n, say.NOUNS[None])}{part}. {told_of} in "
        f"{'a theme: what they say is too mixed, or they are too few' if not rows else 'none of these themes'}.",
    }


def _row(row: Row, quotes: list[Row]) -> dict[str, Any]:
    words = [word for word in str(row["words"]).split(", ") if word]
    return {
        "theme": row["theme"],
        "words": ", ".join(words[:_WORDS]),
        "about": row["about"],
        "share": say.percent(row["share"], row["of"], beside=row["high"]),
        "interval": say.span(row["low"], row["high"], row["of"]),
        "n": say.number(row["n"]),
        "trend": row["trend"],
        "change": f"{say.percent(row['before'], 1000)} → {say.percent(row['after'], 1000)}"
        if row["trend"]
        else "",
        "quotes": [
            {"text": quote["text"], "id": quote["id"]}
            for quote in quotes
            if quote["theme"] == row["theme"]
        ][:_QUOTES],
    }
