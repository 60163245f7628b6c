"""The page's charts and tables one by one, for slides and sheets."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcat.charts import Dot, Picture, dot_chart, framed, plain
from convcat.files import unwritable, write_whole
from convcat.reporting import change, shares, wording
from convcat.reporting import figures as say
from convcat.reporting.facts import Part
from convcat.reporting.figures import Row, known
from convcat.safety import spreadsheet_cell

if TYPE_CHECKING:
    from convcat.reporting.page import Report

_MOST = 12  # places in a chart
_SHARES = frozenset(
    {"share", "low", "high", "counted", "before", "after", "change", "elsewhere", "failed"}
)


def charts_of(report: Report) -> dict[str, Picture]:
    """Return every chart of a page as a picture of its own, by name."""
    drawn: dict[str, Picture] = {}
    for part in report.parts:
        if not part.read:
            continue
        drawn[_name("distribution", part)] = _distribution(part)
        if rows := [r for r in part.changes or () if known(r.get("change"))]:
            drawn[_name("changes", part)] = _changes(part, rows)
        if part.failures:
            drawn[_name("failures", part)] = _failures(part)
        for line in shares.trends(part):
            heading = f"{line['name']}, month by month: {line['last']}"
            drawn[_name("trend", part, line["name"])] = framed(
                line["picture"], heading, (line["from"], f"from 0 to {line['top']}", line["to"])
            )
        began = change.section(report.change, part.kind) or {}
        for line in began.get("shown") or ():
            heading = f"{line['name']}, week by week: {line['word']}"
            drawn[_name("weeks", part, line["name"])] = framed(
                line["picture"], heading, (line["from"], f"from 0 to {line['top']}", line["to"])
            )
    return drawn


def tables_of(report: Report) -> dict[str, list[Row]]:
    """Return every table of a page as rows, by name."""
    found: dict[str, list[Row]] = {}
    for part in report.parts:
        for name in ("distribution", "stances", "changes", "failures", "trend"):
            if rows := getattr(part, name):
                found[_name(name, part)] = [dict(row) for row in rows]
    for name, section in (
        ("change-points", report.change.get("change_points")),
        ("actions", report.change.get("effects")),
        ("volume-and-mix", report.change.get("shift")),
        ("impact", report.impact),
        ("themes", report.themes),
        ("read-today", report.today),
    ):
        if section and section.get("rows"):
            found[name] = [dict(row) for row in section["rows"]]
    return found


def write(report: Report, folder: str | Path, *, png: bool | None = None) -> list[Path]:
    """Write every chart as SVG (and PNG), every table as CSV and Markdown.

    Parameters
    ----------
    report : Report
    folder : str or path
        Made where it is missing; files of the same names are replaced.
    png : bool, optional
        By default where it can be drawn (``convcat[png]``).

    Returns
    -------
    list of Path
        What was written.
    """
    home = Path(folder)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(home, error, what="the slides") from None
    pixels = importlib.util.find_spec("resvg_py") is not None if png is None else png
    written = []
    for name, chart in charts_of(report).items():
        written.append(chart.write_svg(home / f"{name}.svg"))
        if pixels:
            written.append(chart.write_png(home / f"{name}.png"))
    for name, rows in tables_of(report).items():
        for ending, content in (("csv", as_csv(rows)), ("md", as_markdown(rows))):
            path = home / f"{name}.{ending}"
            try:
                write_whole(path, content.encode("utf-8", "replace"))
            except OSError as error:
                raise unwritable(path, error, what="the table") from None
            written.append(path)
    return written


def as_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV in which no cell can run in a spreadsheet.

    Examples
    --------
    >>> print(as_csv([{"need": "=1+1", "share": 0.125}]).splitlines()[1])
    '=1+1,0.125
    """
    names = _names(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(spreadsheet_cell, names))
    for row in rows:
        writer.writerow(spreadsheet_cell(_flat(row.get(name))) for name in names)
    return out.getvalue()


def as_markdown(rows: Sequence[Row]) -> str:
    r"""Return rows as a Markdown table, shares in percent, that holds whatever the cells hold.

    Examples
    --------
    >>> print(as_markdown([{"need": "a|b", "share": 0.125, "n": 40}]).strip())
    | need | share | n |
    | --- | ---: | ---: |
    | a\|b | 12.5% | 40 |
    """
    names = _names(rows)
    right = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in names]
    lines = [
        [_marked(name) for name in names],
        ["---:" if numbers else "---" for numbers in right],
        *([_marked(_words(name, row.get(name))) for name in names] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _name(what: str, part: Part, need: str = "") -> str:
    words = [what, *([part.kind] if part.kind else []), *([need] if need else [])]
    safe = "-".join(words).lower()
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in safe)[:80]


def _distribution(part: Part) -> Picture:
    rows = wording.needs_of(part.distribution)
    dots = [
        Dot(
            row["name"],
            row["share"],
            row.get("low"),
            row.get("high"),
            beside=row.get("counted"),
            words=_told(row["share"], row.get("low"), row.get("high"), row.get("n") or 0),
        )
        for row in rows
    ]
    return dot_chart(dots, title=f"What {part.noun[1]} speak of", headed=True)


def _changes(part: Part, rows: Sequence[Row]) -> Picture:
    rows = sorted(
        (r for r in rows if r["need"] not in {"none", "unread"}),
        key=lambda r: (-r["after"], r["need"]),
    )
    tones: Mapping[str, Any] = {"up": "bad", "down": "good"}
    dots = [
        Dot(
            row["name"],
            row["after"],
            row["before"] + row["low"] if known(row.get("low")) else None,
            row["before"] + row["high"] if known(row.get("high")) else None,
            beside=row["before"],
            beside_as="ring",
            words=f"{say.points(row['change'])} points",
            tone=tones.get(str(row.get("verdict")), "quiet"),
        )
        for row in rows
    ]
    title = f"{part.after} against {part.before}, {part.noun[1]}"
    return dot_chart(dots, title=f"{title[:1].upper()}{title[1:]}", headed=True)


def _failures(part: Part) -> Picture:
    dots = [
        Dot(
            f"{row['name']}, {wording.place(row)}",
            row["share"],
            row["elsewhere"] + row["low"] if known(row.get("low")) else None,
            row["elsewhere"] + row["high"] if known(row.get("high")) else None,
            beside=row.get("elsewhere"),
            beside_as="ring",
            words=f"{say.percent(row['share'])} / {say.percent(row.get('elsewhere'))}",
            tone="bad",
        )
        for row in (part.failures or ())[:_MOST]
    ]
    title = f"Where it fails more than elsewhere, {part.noun[1]}"
    return dot_chart(dots, title=title, headed=True, width=820, label=330)


def _told(share: float, low: float | None, high: float | None, n: int) -> str:
    return f"{say.percent(share, n, beside=high)} ({say.span(low, high, n)})"


def _names(rows: Sequence[Row]) -> list[str]:
    return [*dict.fromkeys(name for row in rows for name in row)]


def _flat(value: object) -> object:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {one}" for key, one in value.items())
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _words(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{100 * value:.1f}%" if name in _SHARES else f"{value:.3g}"
    return str(_flat(value))


def _marked(text: str) -> str:
    line = plain(text).replace("\\", "\\\\").replace("|", "\\|")
    return line.replace("<", "&lt;").replace("[", "\\[").replace("`", "\\`")
