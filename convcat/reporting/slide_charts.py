"""The charts of the page, each as a picture of its own: the page's rows under a heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from convcat import charts
from convcat.charts import Line, Picture
from convcat.reporting import change, impact, places, shares

if TYPE_CHECKING:
    from convcat.reporting.facts import Part
    from convcat.reporting.page import Report

Named = Iterator[tuple[tuple[str, ...], Picture]]
_TICKED = "Dot: estimate. Band: {level} interval. Tick: share of tags."


def charts_of(report: Report) -> Named:
    """Yield every chart of a page, under the words that name it.

    Parameters
    ----------
    report : Report

    Yields
    ------
    tuple of (words, Picture)
    """
    level = f"{100 * report.method['level']:g}%"
    for part in report.parts:
        if not part.read:
            continue
        kind = part.kind or ""
        for name, chart in (
            *_shares(part, report, level),
            *_over_time(part, report, level),
            *_places(part, level),
            *_impact(part, report, level),
        ):
            yield (name[0], kind, *name[1:]), chart


def _shares(part: Part, report: Report, level: str) -> Named:
    shown = shares.distribution(part)
    yield (
        ("distribution",),
        charts.listed(
            [_share(row, row["per"]) for row in (*shown["rows"], *shown["apart"])],
            title=f"What {part.noun[1]} speak of",
            note=_TICKED.format(level=level),
            axis=shown["axis"],
        ),
    )
    rows = places.stances(part) if part.kind != "review" else []
    if rows:
        lines = [
            Line(row["name"], row["picture"], f"{row['failed']} wrong, {row['asked']} asked")
            for row in rows
        ]
        note = "Solid: conversations in which something went wrong. Pale: only asked."
        chart = charts.listed(lines, title=f"Failed, or only asked: {part.noun[1]}", note=note)
        yield ("failed-or-asked",), chart
    for rollup, group in zip(
        report.taxonomy.rollups, shares.groups(part, report.taxonomy), strict=True
    ):
        if group["rows"]:
            lines = [_share(row, row["needs"]) for row in group["rows"]]
            title, note = f"{group['name']}: {part.noun[1]}", _TICKED.format(level=level)
            chart = charts.listed(lines, title=title, note=note, axis=group["axis"])
            yield ("groups", rollup), chart


def _share(row: dict[str, Any], below: str) -> Line:
    interval = f" ({row['interval']})" if row["interval"] else ""
    return Line(row["name"], row["picture"], f"{row['share']}{interval}", below)


def _over_time(part: Part, report: Report, level: str) -> Named:
    changes = shares.changes(part)
    if changes and (rows := [*changes["moved"], *changes["still"]]):
        title = f"{changes['after']} against {changes['before']}, {part.noun[1]}"
        lines = [
            Line(
                row["name"],
                row["picture"],
                f"{row['before']} \u2192 {row['after']}, {row['change']} points"
                + (f" ({row['interval']})" if row["interval"] else ""),
                f"{row['sign']} {row['verdict']}" if row["sign"] else "",
            )
            for row in rows
        ]
        note = (
            f"Ring: {changes['before']}. Dot: {changes['after']}. "
            f"Band: {level} interval of the change."
        )
        title = f"{title[:1].upper()}{title[1:]}"
        yield ("changes",), charts.listed(lines, title=title, note=note, axis=changes["axis"])
    for row in shares.trends(part):
        heading = f"{row['name']}, month by month: {row['last']}"
        yield ("trend", *_need(row)), _framed(row, heading)
    began = change.section(report.change, part.kind) or {}
    for row in began.get("shown") or ():
        yield ("weeks", *_need(row)), _framed(row, f"{row['name']}, week by week: {row['word']}")


def _need(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["name"]), str(row["need"])


def _framed(row: dict[str, Any], heading: str) -> Picture:
    return charts.framed(
        row["picture"], heading, (row["from"], f"from 0 to {row['top']}", row["to"])
    )


def _places(part: Part, level: str) -> Named:
    if part.failures:
        shown = places.failures(part)
        lines = [
            Line(
                row["name"],
                row["picture"],
                f"{row['share']} / {row['elsewhere']}"
                + (f", {row['lift']}" if row["lift"] else ""),
                row["place"],
            )
            for row in shown["rows"]
        ]
        title = f"Where it fails more than elsewhere: {part.noun[1]}"
        note = f"Ring: elsewhere. Dot: here. Band: {level} interval of the difference."
        yield ("failures",), charts.listed(lines, title=title, note=note, axis=shown["axis"])
    for heat in part.heat:
        if table := places.heat(part, heat):
            yield ("heat", heat.column), _heat(part, table)


def _heat(part: Part, table: dict[str, Any]) -> Picture:
    few, missing, column = table["few"], table["missing"], table["column"]
    notes = ["Plain shares of tags; the small figures are conversations read."]
    notes += [f"A dot: fewer than {few}, too few to say."] if few else []
    notes += ["A ring: fails more than elsewhere."] if table["ringed"] else []
    notes += [f"{missing} conversations have no {column}."] if missing else []
    notes += [table["left_out"]] if table["left_out"] else []
    return charts.heat_table(
        [(value["name"], value["n"]) for value in table["values"]],
        [
            (row["name"], [charts.Cell(c["words"], c["step"], c["ringed"]) for c in row["cells"]])
            for row in table["rows"]
        ],
        title=f"Needs by {column}: {part.noun[1]}",
        note=" ".join(notes),
    )


def _impact(part: Part, report: Report, level: str) -> Named:
    shown = impact.section(report.impact, part.kind, only=len(report.parts) == 1)
    if shown is None:
        return
    for group in shown["groups"]:
        lines = [
            Line(
                row["name"],
                row["picture"],
                f"{row['difference']} ({row['interval']}), from {row['n']}",
                f"{row['with']} with, {row['without']} without",
            )
            for row in (*group["shown"], *group["rest"])
        ]
        title = f"{group['name']} with each need and without it: {part.noun[1]}"
        notes = [f"Dot: {group['unit'][:1].lower()}{group['unit'][1:]}. Band: {level} interval."]
        notes += ["Grey: within chance."] if group["rest"] else []
        notes += [f"Measured: {group['says']}."] if group["says"] else []
        notes += ["What goes along with a need, not what it causes."]
        chart = charts.listed(lines, title=title, note=" ".join(notes), axis=group["axis"])
        yield ("impact", group["outcome"]), chart
    if waits := shown["waits"]:
        yield ("first-answers",), _waits(waits["rows"], waits, level)


def _waits(rows: Sequence[dict[str, Any]], waits: dict[str, Any], level: str) -> Picture:
    lines = [
        Line(
            row["channel"],
            row["picture"],
            f"{row['within']} ({row['interval']}), half within {row['median']}",
            f"{row['n']} conversations",
        )
        for row in rows
    ]
    title = f"First answers within {waits['line']} minutes"
    note = f"Dot: share in time. Band: {level} interval. {waits['says']}"
    return charts.listed(lines, title=title, note=note, axis=waits["axis"])
