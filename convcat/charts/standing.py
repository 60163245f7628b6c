"""Pictures that stand by themselves: the rows and lines of a page under a heading of their own."""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from convcat.charts.rows import COLOUR
from convcat.charts.svg import FONT, XMLNS, Picture, element, picture, plain

_INK = "var(--cc-ink, currentColor)"
_HEAT = ("#f4f2ed", "#dbe7ef", "#b7d1e3", "#86b3d1", "#3a7cab", "#134b73")
_DEEP = 4  # the first shade on which words are white
_LEFT, _RIGHT, _GAP = 300, 400, 16  # the most that labels and words take, and the space beside them
_MARGIN = 16  # on a slide nothing stands at the very edge
_SLANT = math.radians(38)


@dataclass(frozen=True)
class Line:
    """One line of a list: a label, what stands small below it, a picture, words at the right."""

    label: str
    picture: Picture
    words: str = ""
    below: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a heat table: words on a shade of 0 to 5, or on none."""

    words: str
    step: int | None = None
    ringed: bool = False


def framed(inner: Picture, heading: str, ends: tuple[str, str, str], width: int = 720) -> Picture:
    """Put a picture that stretches under a heading, and words under its ends and its middle.

    Parameters
    ----------
    inner : Picture
        One with a ``height`` in pixels.
    heading : str
    ends : tuple of str
        What stands below at the left, in the middle and at the right.
    width : int, default 720

    Examples
    --------
    >>> from convcat.charts import trend
    >>> line = trend([(0.1, 0.05, 0.2)], top=0.2, title="Late")
    >>> framed(line, "Late delivery", ("May", "0 to 20%", "June")).count("<svg ")
    3
    """
    head, top = _heading(heading, "", width)
    y = top + _height(inner) + 22
    places = zip(ends, (8, width / 2, width - 8), ("start", "middle", "end"), strict=True)
    parts = [
        *head,
        _placed(inner, 8, top, width - 16),
        *(_text(w, x, y, anchor=a, fill=COLOUR["quiet"], size=12) for w, x, a in places),
    ]
    return _whole(parts, width, y + 10, heading)


def listed(
    lines: Sequence[Line],
    *,
    title: str,
    note: str = "",
    axis: Picture | None = None,
    width: int = 860,
) -> Picture:
    """Put pictures that stretch one below the other, with labels and words beside them.

    Parameters
    ----------
    lines : sequence of Line
        In the order to be drawn.
    title : str
        The heading, and what a screen reader says.
    note : str, optional
        What the marks mean: stands small under the heading.
    axis : Picture, optional
        The ticks' labels above the pictures.
    width : int, default 860

    Examples
    --------
    >>> from convcat.charts import interval_row
    >>> row = Line("Size and fit", interval_row(0.16, 0.14, 0.18, top=0.2), "16% (14 to 18%)")
    >>> listed([row], title="Shares").count("<circle")
    1
    """
    left = _GAP + max((min(_LEFT, _room(line)) for line in lines), default=0.0)
    right = _GAP + max((min(_RIGHT, _wide(line.words, 12)) for line in lines), default=0.0)
    parts, y = _heading(title, note, width)
    if axis is not None:
        parts.append(_placed(axis, left, y, width - left - right))
        y += 20
    for line in lines:
        height = 40 if line.below else 30
        middle = y + height / 2
        first = middle - 3 if line.below else middle + 4.5
        parts.append(_text(_fit(line.label, left - _GAP, 13), left - _GAP, first, anchor="end"))
        if line.below:
            below = _fit(line.below, left - _GAP, 11)
            quiet = COLOUR["quiet"]
            parts.append(_text(below, left - _GAP, middle + 11, anchor="end", fill=quiet, size=11))
        row = line.picture
        parts.append(_placed(row, left, middle - _height(row) / 2, width - left - right))
        words = _fit(line.words, right - _GAP, 12)
        parts.append(_text(words, width - right + _GAP, middle + 4.5, size=12))
        y += height
    return _whole(parts, width, y + 8, title)


def heat_table(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str, Sequence[Cell]]],
    *,
    title: str,
    note: str = "",
    width: int = 860,
) -> Picture:
    """Draw a table of shades.

    Parameters
    ----------
    columns : sequence of (str, str)
        What each is called, and what stands small below that.
    rows : sequence of (str, sequence of Cell)
        A label, and a cell for each column.
    title : str
        The heading, and what a screen reader says.
    note : str, optional
        Stands small under the heading.
    width : int, default 860

    Examples
    --------
    >>> chart = heat_table([("chat", "120")], [("Late", [Cell("8%", 3)])], title="By channel")
    >>> chart.count("<rect")
    1
    """
    left = _GAP + max((min(_LEFT, _wide(label, 13)) for label, _ in rows), default=0.0)
    names = [_fit(name, 190, 12) for name, _ in columns]
    longest = max((_wide(name, 12) for name in names), default=0.0)
    cell = min(110.0, (width - left) / max(len(columns), 1))
    slanted = longest > cell - 8
    if slanted:
        cell = min(cell, (width - left - longest * math.cos(_SLANT)) / len(columns))
    parts, y = _heading(title, note, width)
    y += (longest * math.sin(_SLANT) if slanted else 0) + 16
    for i, (name, (_, small)) in enumerate(zip(names, columns, strict=True)):
        x = left + cell * (i + 0.5)
        turn = f"rotate({-math.degrees(_SLANT):.0f} {x:.2f} {y:.2f})" if slanted else None
        anchor = "start" if slanted else "middle"
        parts.append(_text(name, x, y, anchor=anchor, size=12, turn=turn))
        parts.append(_text(small, x, y + 15, anchor="middle", fill=COLOUR["quiet"], size=11))
    y += 22
    for label, cells in rows:
        parts.append(_text(_fit(label, left - _GAP, 13), left - _GAP, y + 20, anchor="end"))
        for i, one in enumerate(cells):
            parts += _cell(one, left + cell * i, y, cell)
        y += 32
    return _whole(parts, width, y + 8, title)


def _cell(one: Cell, x: float, y: float, width: float) -> list[Markup]:
    parts: list[Markup] = []
    if one.step is not None:
        inset = 3.0 if one.ringed else 1.5
        parts.append(
            element(
                "rect",
                x=x + inset,
                y=y + inset,
                width=width - 2 * inset,
                height=32 - 2 * inset,
                rx=4,
                fill=f"var(--heat-{one.step}, {_HEAT[one.step]})",
                stroke=COLOUR["bad"] if one.ringed else None,
                stroke_width=2.5 if one.ringed else None,
            )
        )
    deep = one.step is not None and one.step >= _DEEP
    fill = "var(--heat-ink-deep, #ffffff)" if deep else _INK
    return [*parts, _text(one.words, x + width / 2, y + 20.5, anchor="middle", fill=fill)]


def _heading(title: str, note: str, width: float) -> tuple[list[Markup], float]:
    """Return a heading with its note, and where the picture below them begins."""
    head = _fit(title, width - 8, 17)
    parts = [element("text", head, x=0, y=20, fill=_INK, font_size=17, font_weight=600)]
    lines = textwrap.wrap(plain(note), int(width / (12 * 0.54)))
    for i, line in enumerate(lines):
        parts.append(_text(line, 0, 40 + 16 * i, fill=COLOUR["quiet"], size=12))
    return parts, 40 + 16 * len(lines)


def _placed(inner: Picture, x: float, y: float, width: float) -> Markup:
    """Give a picture that stretches its place in another."""
    start = f'<svg x="{x:g}" y="{y:g}" '
    moved = str(inner).replace("<svg ", start, 1).replace('"100%"', f'"{width:g}"', 1)
    return Markup(moved)  # noqa: S704 - a picture is markup already


def _height(inner: Picture) -> float:
    return float(re.search(r' height="([\d.]+)"', inner)[1])  # type: ignore[index]


def _room(line: Line) -> float:
    return max(_wide(line.label, 13), _wide(line.below, 11))


def _wide(text: str, size: float) -> float:
    """Return about how wide a text is: what draws it chooses the font."""
    return size * sum(1.05 if unicodedata.east_asian_width(c) in "WF" else 0.57 for c in text)


def _fit(text: str, room: float, size: float) -> str:
    """Return the text on one line, cut with an ellipsis where it is wider than its room."""
    line = plain(text)
    if _wide(line, size) <= room + 0.01:
        return line
    while line and _wide(f"{line}\u2026", size) > room:
        line = line[:-1]
    return f"{line.rstrip()}\u2026"


def _text(
    words: str,
    x: float,
    y: float,
    *,
    anchor: str = "start",
    fill: str = _INK,
    size: float = 13,
    turn: str | None = None,
) -> Markup:
    where: dict[str, str | float | None] = {"x": x, "y": y, "text_anchor": anchor}
    return element("text", words, **where, fill=fill, font_size=size, transform=turn)


def _whole(parts: Sequence[Markup], width: float, height: float, title: str) -> Picture:
    whole, high = width + 2 * _MARGIN, height + 2 * _MARGIN
    return picture(
        *parts,
        title=title,
        xmlns=XMLNS,
        viewBox=f"{-_MARGIN} {-_MARGIN} {whole:g} {high:g}",
        width=whole,
        height=high,
        font_family=FONT,
    )
