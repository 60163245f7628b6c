"""Numbers to strings and pictures: the sections that show where it fails and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcat import charts
from convcat.reporting import figures as say
from convcat.reporting import wording
from convcat.reporting.counts import FEW, Heat
from convcat.reporting.facts import Part
from convcat.reporting.figures import Row, known
from convcat.reporting.shares import axis
from convcat.taxonomy import Taxonomy

_HEAT_ROWS = 10
_MOST_TO_READ = 8
_TRIFLE = 0.01  # of all conversations: what a place must have too many to be begun with


def failures(part: Part, most: int = 12) -> dict[str, Any]:
    """Return the ranked list: here against elsewhere."""
    rows = (part.failures or ())[:most]
    top = charts.top_of(
        v
        for r in rows
        for v in (
            r["share"],
            r.get("elsewhere"),
            (r.get("elsewhere") or 0.0) + (r.get("high") or 0.0),
        )
    )
    grid = charts.ticks(top)
    return {
        "axis": axis(grid, top),
        "rows": [_failure(row, top, grid) for row in rows],
        "sureness": {wording.how_sure(r): why for r in rows if (why := wording.why_sure(r))},
        "more": max(0, len(part.failures or ()) - most),
        "sentence": wording.where(part.failures, part.to_read),
        "looked_at": None if part.looked_at is None else say.number(part.looked_at),
        "to_read": _to_read(part),
    }


def _to_read(part: Part) -> list[dict[str, str]]:
    """Return the places where a few conversations must be read to tell; each set of them once."""
    shown: dict[tuple[Any, ...], dict[str, str]] = {}
    for row in part.to_read:
        if not known(row.get("share")) or not known(row.get("elsewhere")):
            continue
        n, here, elsewhere = row.get("n") or 0, row["share"], row["elsewhere"]
        told = {
            "name": row["name"],
            "place": wording.place(row),
            "share": say.percent(here, n, beside=elsewhere),
            "elsewhere": say.percent(elsewhere, n, beside=here),
            "n": say.number(n),
        }
        shown.setdefault((row["need"], n, round(here, 6)), told)
    return list(shown.values())[:_MOST_TO_READ]


def _failure(row: Row, top: float, grid: Sequence[float]) -> dict[str, Any]:
    n, elsewhere, excess = row.get("n") or 0, row.get("elsewhere"), row.get("excess")
    low, high = row.get("low"), row.get("high")
    return {
        "name": row["name"],
        "place": wording.place(row),
        "share": say.percent(row["share"], n, beside=elsewhere),
        "elsewhere": say.percent(elsewhere, n, beside=row["share"]),
        "lift": say.lift(row.get("lift")),
        "n": say.number(n),
        "excess": say.number(excess) if known(excess) else "",
        "sure": wording.how_sure(row),
        "since": _since(row),
        "picture": charts.interval_row(
            row["share"],
            elsewhere + low if known(elsewhere) and known(low) else None,
            elsewhere + high if known(elsewhere) and known(high) else None,
            top=top,
            beside=elsewhere,
            beside_as="ring",
            tone="bad",
            grid=grid,
        ),
    }


def _since(row: Row) -> str:
    """Say since when it shows, where that is known."""
    first = str(row.get("first_seen") or "")
    if not first:
        return ""
    return f"seen since {say.day(first)}" if first[:1].isdigit() else f"seen {first}"


def heat(part: Part, of: Heat) -> dict[str, Any] | None:
    """Return a table of shades: needs by the values of one column."""
    order = [row["need"] for row in wording.needs_of(part.distribution)][:_HEAT_ROWS]
    order = [need for need in order if need in of.tagged]
    if len(of.values) < 2 or not order:
        return None
    ringed = {
        (row["need"], str(row.get("value")))
        for row in part.failures or ()
        if row.get("slice") == of.column
    }
    names = {row["need"]: row["name"] for row in part.distribution}
    shares = {
        need: [t / n if n >= FEW else None for t, n in zip(of.tagged[need], of.n, strict=True)]
        for need in order
    }
    top = max((s for line in shares.values() for s in line if s is not None), default=0.0)

    def cell(need: str, i: int) -> dict[str, Any]:
        share, n = shares[need][i], of.n[i]
        return {
            "words": "\u00b7" if share is None else say.percent(share, n),
            "step": charts.heat_step(share, top),
            "ringed": (need, of.values[i]) in ringed,
            "title": f"{say.number(of.tagged[need][i])} of {say.number(n)}",
        }

    values = [say.month(v) if of.column == "month" else charts.shorten(v, 40) for v in of.values]
    columns = range(len(values))
    rings = {(need, value) for need in order for value in of.values} & ringed
    return {
        "column": of.column,
        "values": [{"name": values[i], "n": say.number(of.n[i])} for i in columns],
        "rows": [
            {"name": names[need], "cells": [cell(need, i) for i in columns]} for need in order
        ],
        "left_out": _left_out(of),
        "missing": say.number(of.missing) if of.missing else "",
        "few": FEW if any(n < FEW for n in of.n) else 0,
        "ringed": bool(rings),
    }


def _left_out(of: Heat) -> str:
    if not of.left_out:
        return ""
    one = of.left_out == 1
    if of.column == "month":
        return f"{say.count(of.left_out, ('other month is', 'other months are'))} not shown."
    return f"{say.number(of.left_out)} smaller {'one is' if one else 'ones are'} not shown."


def stances(part: Part) -> list[dict[str, Any]]:
    """Return failed and asked per need, in conversations, most failed first."""
    rows = [r for r in part.stances if r["need"] != "other"]
    rows.sort(key=lambda r: (-r["failed"] * r["tagged"], r["need"]))
    top = max((r["tagged"] for r in rows), default=1)
    shown = []
    for row in rows:
        failed = round(row["failed"] * row["tagged"])
        shown.append(
            {
                "name": row["name"],
                "need": row["need"],
                "failed": say.number(failed),
                "asked": say.number(row["tagged"] - failed),
                "share": say.percent(row["failed"], row["tagged"]),
                "interval": say.span(row["low"], row["high"], row["tagged"]),
                "picture": charts.split_row(failed, row["tagged"] - failed, top=top),
            }
        )
    return shown


def first_gap(parts: Sequence[Part], taxonomy: Taxonomy) -> tuple[str, str, str] | None:
    """Return the need to begin with, where, and what closes its gap.

    What stands out in a place can be mended there, if it is more than a trifle of all; else what
    grew, else what fails most.

    Parameters
    ----------
    parts : sequence of Part
        Those that were read, most conversations first.
    taxonomy : Taxonomy

    Returns
    -------
    tuple of (name, place, what closes it), or None
    """
    named = [
        (row, wording.place(row))
        for part in parts
        for row in part.failures or ()
        if (row.get("excess") or 0.0) >= _TRIFLE * part.read
    ]
    grew = [row for part in parts for row in part.changes or () if row.get("verdict") == "up"]
    named += [(row, "") for row in sorted(grew, key=lambda row: -row["change"])]
    for part in parts:
        ranked = wording.by_failure(part.distribution, part.stances)
        named += [(row, "") for row in ranked if row["share"] > 0]
    for row, start in named:
        need = str(row["need"])
        if need in taxonomy and need != "other" and taxonomy[need].closes:
            return str(row["name"]), start, taxonomy[need].closes
    return None


def gaps(part: Part, taxonomy: Taxonomy, most: int = 4) -> list[dict[str, Any]]:
    """Return where the experience fails and what closes the gap, for what fails most."""
    start: dict[str, str] = {}
    for row in part.failures or ():
        start.setdefault(row["need"], wording.place(row))
    rows = [
        row
        for row in wording.by_failure(part.distribution, part.stances)
        if row["need"] in taxonomy and row["share"] > 0 and taxonomy[row["need"]].closes
    ]
    return [
        {
            "name": row["name"],
            "share": say.percent(row["share"], row.get("n") or 0, beside=row.get("high")),
            "wants": taxonomy[row["need"]].wants,
            "fails_at": taxonomy[row["need"]].fails_at,
            "closes": taxonomy[row["need"]].closes,
            "start": start.get(row["need"], ""),
        }
        for row in rows[:most]
    ]
