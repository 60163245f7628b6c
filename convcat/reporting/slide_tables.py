"""The tables of the page: the rows in full for a sheet, and as the page shows them for a slide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from convcat.reporting import change, impact, places, render, shares, themes, today
from convcat.reporting import figures as say
from convcat.reporting.facts import name_of
from convcat.reporting.figures import Row

if TYPE_CHECKING:
    from convcat.reporting.facts import Part
    from convcat.reporting.page import Report

_SHARE = {"Estimate": "share", "Interval": "interval", "Tags": "tagged"}
_CHANGE = {"Before": "before", "After": "after", "Change, points": "change", "Interval": "interval"}


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    rows : sequence of dict
        The figures in full, to calculate with.
    shown : sequence of dict
        Heading -> words, as they stand on the page.
    """

    rows: Sequence[Row]
    shown: Sequence[Mapping[str, str]]


Named = Iterator[tuple[tuple[str, ...], Table]]


def tables_of(report: Report) -> Named:
    """Yield every table of a page that has rows, under the words that name it.

    Parameters
    ----------
    report : Report

    Yields
    ------
    tuple of (words, Table)
    """
    for part in report.parts:
        for name, table in chain(
            _shares(part, report),
            _over_time(part, report),
            _places(part, report),
            _impact(part, report),
            _themes(part, report),
        ):
            if table.rows:
                yield (name[0], part.kind or "", *name[1:]), table
    for one, table in (("read-today", _today(report)), ("voices", _voices(report))):
        if table.rows:
            yield (one,), table


def _shares(part: Part, report: Report) -> Named:
    told = shares.distribution(part)
    heads = {"Need": "name", **_SHARE, "Per order": "per"}
    yield (
        ("distribution",),
        Table(part.distribution, _shown([*told["rows"], *told["apart"]], heads)),
    )
    if part.kind != "review":
        heads = {"Need": "name", "Went wrong": "failed", "Only asked": "asked"}
        heads |= {"Share wrong": "share", "Interval": "interval"}
        yield ("failed-or-asked",), Table(part.stances, _shown(places.stances(part), heads))
    if part.read:
        views = shares.groups(part, report.taxonomy)
        for rollup, view in zip(report.taxonomy.rollups, views, strict=True):
            rows = [row for row in part.groups if row["rollup"] == rollup]
            heads = {"Group": "name", "Needs": "needs", **_SHARE}
            yield ("groups", rollup), Table(rows, _shown(view["rows"], heads))


def _over_time(part: Part, report: Report) -> Named:
    if told := shares.changes(part):
        heads = {"Need": "name", **_CHANGE, "Reads as": "verdict"}
        shown = _shown([*told["moved"], *told["still"]], heads)
        yield ("changes",), Table(part.changes or (), shown)
    months = [
        {
            "Need": row["name"],
            "Month": say.month(str(row["period"])),
            "Share": say.percent(row.get("share"), row.get("n") or 0),
            "Interval": say.span(row.get("low"), row.get("high"), row.get("n") or 0),
            "Conversations": say.number(row.get("n") or 0),
        }
        for row in part.trend or ()
        if row.get("period") is not None
    ]
    yield ("trend",), Table(part.trend or (), months)
    began = change.section(report.change, part.kind)
    if began is None:
        return
    steps = [{**step, "name": row["name"]} for row in began["shown"] for step in row["steps"]]
    heads = {"Need": "name", "Since the week of": "since", "Began": "between", **_CHANGE}
    yield (
        ("change-points",),
        Table(_own(report.change, "change_points", part), _shown(steps, heads)),
    )
    heads = {"Action": "action", "Date": "date", "Where": "where", "Need": "name", **_CHANGE}
    heads |= {"Reads as": "word", "Note": "notes"}
    yield ("actions",), Table(_own(report.change, "effects", part), _shown(began["actions"], heads))
    heads = {"Need": "name", "Conversations": "extra", "By volume": "by_volume"}
    heads |= {"By channel mix": "by_mix", "By the need itself": "by_itself"}
    heads |= {"Itself, points": "itself", "Interval": "interval"}
    shift = _shown((began["shift"] or {}).get("rows") or (), heads)
    yield ("volume-and-mix",), Table(_own(report.change, "shift", part), shift)


def _places(part: Part, report: Report) -> Named:
    heads = {"Need": "name", "Place": "place", "Here": "share", "Elsewhere": "elsewhere"}
    heads |= {
        "Times": "lift",
        "Too many": "excess",
        "Of": "n",
        "How sure": "sure",
        "Since": "since",
    }
    yield ("failures",), Table(part.failures or (), _shown(places.failures(part)["rows"], heads))
    for heat in part.heat:
        if (told := places.heat(part, heat)) is None:
            continue
        tops = [f"{value['name']} ({value['n']})" for value in told["values"]]
        shown = [
            {"Need": row["name"]} | {f"{i}": c["words"] for i, c in enumerate(row["cells"])}
            for row in told["rows"]
        ]
        heads = {"Need": "Need"} | {_apart(top, i, tops): f"{i}" for i, top in enumerate(tops)}
        rows = [
            {
                "need": need,
                "name": name_of(need, report.taxonomy),
                heat.column if heat.column not in ("need", "name") else "value": value,
                "conversations": n,
                "tags": tagged[i],
                "tag_share": tagged[i] / n if n else None,
            }
            for need, tagged in heat.tagged.items()
            for i, (value, n) in enumerate(zip(heat.values, heat.n, strict=True))
        ]
        yield ("heat", heat.column), Table(rows, _shown(shown, heads, bare=False))
    gaps = places.gaps(part, report.taxonomy) if part.read else []
    heads = {"Need": "name", "Share": "share", "The customer needs": "wants"}
    heads |= {"Fails at": "fails_at", "Closes the gap": "closes", "Start at": "start"}
    yield ("what-closes-the-gap",), Table(gaps, _shown(gaps, heads))


def _apart(top: str, i: int, tops: Sequence[str]) -> str:
    """Return a heading that no other column has: long values may be cut to the same words."""
    return top if tops.index(top) == i else f"{top} {i + 1}"


def _impact(part: Part, report: Report) -> Named:
    only = len(report.parts) == 1
    told = impact.section(report.impact, part.kind, only=only)
    if told is None:
        return
    for group in told["groups"]:
        rows = [
            row
            for row in report.impact["rows"]
            if row["outcome"] == group["outcome"]
            and (only or "kind" not in row or row["kind"] == part.kind)
        ]
        heads = {"Need": "name", "With": "with", "Without": "without", "From": "n"}
        heads |= {group["unit"]: "difference", "Interval": "interval", "Reads as": "reads"}
        ranked = [{**row, "reads": ""} for row in group["shown"]]
        ranked += [{**row, "reads": "within chance"} for row in group["rest"]]
        yield ("impact", group["outcome"]), Table(rows, _shown(ranked, heads))
    if (waits := told["waits"]) is None:
        return
    heads = {"Channel": "channel", "Conversations": "n", f"Within {waits['line']} min": "within"}
    heads |= {"Interval": "interval", "Half within": "median"}
    if waits["tagged"]:
        heads |= {"Speak of slowness": "speed", "Slowness, interval": "speed_span"}
    if waits["scored"]:
        heads |= {"CSAT, routine": "routine", "Routine, interval": "routine_span"}
        heads |= {"CSAT, complaints": "complaints", "Complaints, interval": "complaints_span"}
    rows = report.impact["response"]["rows"]
    yield ("first-answers",), Table(rows, _shown(waits["rows"], heads))
    heads = {"Conversations": "stance", "CSAT in time": "in_time", "In time": "n_in_time"}
    heads |= {"CSAT later": "later", "Later": "n_later", "Difference": "difference"}
    content = _shown(waits["content"], heads | {"Interval": "interval"})
    yield ("csat-in-time-or-later",), Table(report.impact.get("content") or (), content)


def _themes(part: Part, report: Report) -> Named:
    told = themes.section(report.themes, part.kind) or {"beside": (), "inside": ()}
    rows = [
        {**row, "need": group["name"], "quote": row["quotes"][0]["text"] if row["quotes"] else ""}
        for group in (*told["beside"], *told["inside"])
        for row in group["rows"]
    ]
    heads = {"Need": "need", "Theme": "theme", "Words": "words", "A name in": "about"}
    heads |= {"Of them": "share", "Interval": "interval", "Conversations": "n"}
    heads |= {"Lately": "trend", "Of all": "change", "In their words": "quote"}
    full = [r for r in report.themes.get("rows") or () if "kind" not in r or r["kind"] == part.kind]
    yield ("themes",), Table(full, _shown(rows, heads))


def _today(report: Report) -> Table:
    told = today.section(report.today)
    if told is None:
        return Table((), ())
    rows = [
        {
            **row,
            "reason": group["name"],
            "words": "".join(words for words, _ in row["pieces"]),
            "beside": ", ".join(map(str, row["beside"])),
            "also": say.listing(row["also"]),
        }
        for group in told["groups"]
        for row in (*group["first"], *group["more"])
    ]
    heads = {"Why": "reason", "Words": "words", "Where": "beside", "When": "time"}
    return Table(report.today["rows"], _shown(rows, heads | {"Also": "also", "Id": "id"}))


def _voices(report: Report) -> Table:
    rows = [
        {
            "need": quote.need,
            "name": name_of(quote.need, report.taxonomy),
            "words": quote.text,
            "where": ", ".join(value for _, value in quote.beside),
            "month": quote.month,
            "rating": quote.rating,
            "id": quote.conversation,
            "probability": quote.p,
            "also": [need for need in quote.needs if need != quote.need],
        }
        for quote in render.quotes_shown(report)
    ]
    shown = [{**row, "rate": "" if row["rating"] is None else f"{row['rating']:g}"} for row in rows]
    heads = {"Need": "name", "Words": "words", "Where": "where", "When": "month"}
    return Table(rows, _shown(shown, heads | {"Rating": "rate", "Id": "id"}))


def _own(facts: Mapping[str, Any], name: str, part: Part) -> list[Row]:
    rows = (facts.get(name) or {}).get("rows") or ()
    return [row for row in rows if "kind" not in row or row["kind"] == part.kind]


def _shown(
    rows: Sequence[Mapping[str, Any]], heads: Mapping[str, str], *, bare: bool = True
) -> list[dict[str, str]]:
    """Return what stands under each heading; a column in which nothing stands is left out."""
    told = {head: key for head, key in heads.items() if not bare or any(row[key] for row in rows)}
    return [{head: str(row[key]) for head, key in told.items()} for row in rows]
