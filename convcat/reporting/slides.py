"""The page's charts and tables one by one, for slides and sheets.

Each chart is an SVG and, where ``convcat[png]`` is installed, a PNG; each table is a CSV with the
figures in full and a Markdown table with the words of the page. The names follow from what is
shown: ``distribution-support``, ``heat-support-channel``, ``trend-review-late-delivery``.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from convcat.charts import Picture, plain
from convcat.files import unwritable, write_whole
from convcat.reporting import slide_charts, slide_tables
from convcat.reporting.figures import Row
from convcat.reporting.slide_tables import Table
from convcat.safety import spreadsheet_cell

if TYPE_CHECKING:
    from convcat.reporting.page import Report

_T = TypeVar("_T")
_LONGEST = 80  # letters of a name
_MARKS = re.compile(r"([\\`*_\[\]|~!#])")
_NUMBER = re.compile(r"[<>+\u2212-]?\d[\d,.]*[%\u00d7]?|\u2013|\u00b7|")


def charts_of(report: Report) -> dict[str, Picture]:
    """Return every chart of a page as a picture of its own, by name."""
    return dict(_named(slide_charts.charts_of(report)))


def tables_of(report: Report) -> dict[str, Table]:
    """Return every table of a page, by name."""
    return dict(_named(slide_tables.tables_of(report)))


def draws_png() -> bool:
    """Return whether what draws a PNG is installed."""
    return importlib.util.find_spec("resvg_py") is not None


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
    pixels = draws_png() if png is None else png
    written = []
    for name, chart in charts_of(report).items():
        written.append(chart.write_svg(home / f"{name}.svg"))
        if pixels:
            written.append(chart.write_png(home / f"{name}.png"))
    for name, table in tables_of(report).items():
        for ending, content in (
            ("csv", as_csv(table.rows)),
            ("md", as_markdown(table.shown) if table.shown else ""),
        ):
            if not content:
                continue
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
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(spreadsheet_cell, names))
    for row in rows:
        writer.writerow(spreadsheet_cell(_flat(row.get(name))) for name in names)
    return out.getvalue()


def as_markdown(rows: Sequence[Mapping[str, str]]) -> str:
    r"""Return words as a Markdown table that holds whatever the cells hold.

    Parameters
    ----------
    rows : sequence of mapping
        Heading -> words; every row has the headings of the first.

    Examples
    --------
    >>> print(as_markdown([{"Need": "a|b", "Share": "12%", "Tags": "1,240"}]).strip())
    | Need | Share | Tags |
    | --- | ---: | ---: |
    | a\|b | 12% | 1,240 |
    """
    heads = list(rows[0])
    right = [all(_NUMBER.fullmatch(row[head]) for row in rows) for head in heads]
    lines = [
        map(_marked, heads),
        ["---:" if numbers else "---" for numbers in right],
        *(map(_marked, row.values()) for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _named(found: Iterable[tuple[tuple[str, ...], _T]]) -> Iterator[tuple[str, _T]]:
    """Give each a file name that no other has: of names alike, the later ones are numbered."""
    used: set[str] = set()
    for words, one in found:
        name = stem = "-".join(filter(None, map(_slug, words[:3])))[:_LONGEST]
        if len(words) > 3 and not _slug(words[2]):  # a name without a Latin letter
            name = stem = "-".join(filter(None, map(_slug, (*words[:2], words[3]))))[:_LONGEST]
        again = 1
        while name in used:
            again += 1
            name = f"{stem}-{again}"
        used.add(name)
        yield name, one


def _slug(text: str) -> str:
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def _flat(value: object) -> object:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {one}" for key, one in value.items())
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _marked(text: str) -> str:
    line = _MARKS.sub(r"\\\1", plain(text))
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
