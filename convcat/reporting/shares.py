"""Numbers to strings and pictures: the sections that show shares and their change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcat import charts
from convcat.reporting import figures as say
from convcat.reporting import wording
from convcat.reporting.counts import FEW
from convcat.reporting.facts import Part
from convcat.reporting.figures import Row, known
from convcat.taxonomy import Taxonomy

_APART = ("other", "none", "unread")
_VERDICTS: dict[str, tuple[str, str, charts.Tone]] = {
    "up": ("\u25b2", "more common", "bad"),
    "down": ("\u25bc", "rarer", "good"),
    "noise": ("", "within chance", "quiet"),
}


def axis(grid: Sequence[float], top: float) -> charts.Picture:
    """Draw the tick labels for rows of shares."""
    return charts.axis_row([(g, f"{100 * g:g}%") for g in grid], top=top)


def distribution(part: Part) -> dict[str, Any]:
    """Return rows of needs, sorted, then ``other``, ``none`` and ``unread`` apart."""
    by_need = {row["need"]: row for row in part.distribution}
    apart = [by_need[need] for need in _APART if need in by_need]
    rows = wording.needs_of(part.distribution)
    top = charts.top_of(v for row in [*rows, *apart] for v in (row.get("high"), row.get("counted")))
    grid = charts.ticks(top)
    return {
        "axis": axis(grid, top),
        "rows": [_share(row, top, grid, "main") for row in rows],
        "apart": [_share(row, top, grid, "quiet") for row in apart],
        "why": wording.why_they_differ(part.distribution),
    }


def _share(row: Row, top: float, grid: Sequence[float], tone: charts.Tone) -> dict[str, Any]:
    exact, n = row["need"] == "unread", row.get("n") or 0
    low, high = (None, None) if exact else (row.get("low"), row.get("high"))
    return {
        "need": row["need"],
        "name": row["name"],
        "share": say.percent(row.get("share"), n, beside=high),
        "interval": "" if exact else say.span(low, high, n),
        "per": "" if exact else _per_orders(row),
        "tagged": say.number(row.get("tagged") or 0),
        "picture": charts.interval_row(
            row.get("share"),
            low,
            high,
            top=top,
            beside=None if exact else row.get("counted"),
            tone=tone,
            grid=grid,
        ),
    }


def _per_orders(row: Row) -> str:
    """Say how many conversations there were per 1,000 orders, where orders are known."""
    rate, low, high = (row.get(f"per_1000_{end}") for end in ("orders", "low", "high"))
    if not known(rate):
        return ""
    between = f" ({low:.1f}\u2013{high:.1f})" if known(low) and known(high) else ""
    return f"{rate:.1f}{between} per 1,000 orders"


def changes(part: Part) -> dict[str, Any] | None:
    """Return rows of before and after: what moved first, then the rest."""
    if part.changes is None:
        return None
    rows = [
        r for r in part.changes if r["need"] not in {"none", "unread"} and known(r.get("change"))
    ]
    moved = [r for r in rows if r.get("verdict") in {"up", "down"}]
    moved.sort(key=lambda r: (r["verdict"] == "down", -abs(r["change"]), r["need"]))
    still = sorted((r for r in rows if r not in moved), key=lambda r: (-r["after"], r["need"]))
    top = charts.top_of(
        v for r in rows for v in (r["before"], r["after"], r["before"] + (r.get("high") or 0.0))
    )
    grid = charts.ticks(top)
    return {
        "axis": axis(grid, top),
        "moved": [_change(row, top, grid) for row in moved],
        "still": [_change(row, top, grid) for row in still],
        "before": part.before,
        "after": part.after,
        "sentence": wording.got_worse(rows, part.before, part.after),
        "few": bool(wording.too_few(rows, part.before, part.after)),
    }


def _change(row: Row, top: float, grid: Sequence[float]) -> dict[str, Any]:
    sign, words, tone = _VERDICTS.get(str(row.get("verdict")), _VERDICTS["noise"])
    low, high, before, after = row.get("low"), row.get("high"), row["before"], row["after"]
    n_before, n_after, most = row.get("n_before") or 0, row.get("n_after") or 0, max(before, after)
    told = known(low) and known(high)
    return {
        "name": row["name"],
        "before": say.percent(before, min(n_before, n_after), beside=most),
        "after": say.percent(after, min(n_before, n_after), beside=most),
        "n": f"{say.number(n_before)} and {say.number(n_after)}",
        "change": say.points(row["change"]),
        "interval": f"{say.points(low)} to {say.points(high)}" if told else "",
        "sign": sign,
        "verdict": words,
        "tone": tone,
        "picture": charts.interval_row(
            after,
            before + low if known(low) else None,
            before + high if known(high) else None,
            top=top,
            beside=before,
            beside_as="ring",
            tone=tone,
            grid=grid,
        ),
    }


def trends(part: Part, most: int = 9) -> list[dict[str, Any]]:
    """Return one small picture per need, where there are three months or more."""
    rows = part.trend or ()
    sizes = _months(rows)
    enough = sorted(month for month, n in sizes.items() if n >= FEW)
    if len(enough) < 3:
        return []
    months = [month for month in sorted(sizes) if enough[0] <= month <= enough[-1]]
    at = {(r["need"], str(r["period"])): r for r in rows if sizes.get(str(r["period"]), 0) >= FEW}
    verdicts = {r["need"]: str(r.get("verdict")) for r in part.changes or ()}
    shown = []
    for need in [row["need"] for row in wording.needs_of(part.distribution)][:most]:
        series = [at.get((need, month), {}) for month in months]
        told = [
            (month, r) for month, r in zip(months, series, strict=True) if known(r.get("share"))
        ]
        if not told:
            continue
        points = [(r.get("share"), r.get("low"), r.get("high")) for r in series]
        (first, start), (last, end) = told[0], told[-1]
        verdict = verdicts.get(need, "")
        tone: charts.Tone = _VERDICTS[verdict][2] if verdict in {"up", "down"} else "main"
        now, then = (say.percent(r["share"], r.get("n") or 0) for r in (end, start))
        title = f"{end['name']}: {then} in {say.month(first)}, {now} in {say.month(last)}"
        top = charts.top_of(v for p in points for v in (p[0], p[2]))
        shown.append(
            {
                "name": end["name"],
                "need": need,
                "last": now,
                "picture": charts.trend(points, top=top, tone=tone, title=title),
                "top": say.percent(top),
                "from": say.month(first),
                "to": say.month(last),
            }
        )
    return shown


def left_out(part: Part) -> int:
    """Return how many months of the trends have too few conversations to be drawn."""
    return sum(n < FEW for n in _months(part.trend or ()).values())


def _months(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many conversations each month of a trend has."""
    sizes: dict[str, int] = {}
    for row in rows:
        if row.get("period") is not None:
            month = str(row["period"])
            sizes[month] = max(sizes.get(month, 0), row.get("n") or 0)
    return sizes


def groups(part: Part, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return the coarser views of the taxonomy, one table each."""
    views = []
    for rollup, spec in taxonomy.rollups.items():
        rows = [r for r in part.groups if r["rollup"] == rollup and r["needs"]]
        rows.sort(key=lambda r: (r["group"] == "other", -(r.get("share") or 0.0), r["group"]))
        measured = {r["group"] for r in rows}
        top = charts.top_of(v for r in rows for v in (r.get("high"), r["tagged"] / max(r["n"], 1)))
        grid = charts.ticks(top)
        views.append(
            {
                "name": spec.name,
                "axis": axis(grid, top),
                "unmeasured": say.listing([g for g in spec.groups if g not in measured]),
                "rows": [_group(row, taxonomy, top, grid) for row in rows],
            }
        )
    return views


def _group(row: Row, taxonomy: Taxonomy, top: float, grid: Sequence[float]) -> dict[str, Any]:
    n, group = row["n"], str(row["group"])
    names = [taxonomy[need].name for need in row["needs"] if need in taxonomy]
    alone = row["needs"] == [group] and group != "other"
    if len(names) > 4:
        names = [*names[:3], f"{len(names) - 3} more"]
    return {
        "name": names[0] if alone else group.replace("_", " ").capitalize(),
        "needs": "" if alone else say.listing(names),
        "share": say.percent(row.get("share"), n, beside=row.get("high")),
        "interval": say.span(row.get("low"), row.get("high"), n),
        "tagged": say.number(row["tagged"]),
        "picture": charts.interval_row(
            row.get("share"),
            row.get("low"),
            row.get("high"),
            top=top,
            beside=row["tagged"] / n if n else None,
            tone="quiet" if group == "other" else "main",
            grid=grid,
        ),
    }
