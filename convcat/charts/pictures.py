"""Whole pictures, with their labels: for notebooks and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from convcat.charts.rows import COLOUR, GRID, PAPER, Tone
from convcat.charts.scale import known, ticks, top_of
from convcat.charts.svg import FONT, XMLNS, Picture, element, picture, shorten

_INK = "var(--cc-ink, currentColor)"


@dataclass(frozen=True)
class Dot:
    """One line of a dot chart: a label, a value with its interval, words at the right edge."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    beside: float | None = None
    words: str = ""
    tone: Tone = "main"


def dot_chart(
    rows: Sequence[Dot],
    *,
    title: str,
    desc: str = "",
    width: int = 720,
    label: int = 210,
) -> Picture:
    """Draw one labelled line per value: a dot on its interval.

    Parameters
    ----------
    rows : sequence of Dot
        In the order to be drawn.
    title, desc : str
        What a screen reader says.
    width : int, default 720
        In the units of the picture; it scales down with its place.
    label : int, default 210
        How much of it the labels take.

    Returns
    -------
    Picture

    Examples
    --------
    >>> chart = dot_chart([Dot("Size and fit", 0.16, 0.14, 0.18)], title="Shares")
    >>> chart.count("<circle")
    1
    """
    height, head, left, right = 30, 26, label, 130
    top = top_of(v for row in rows for v in (row.value, row.high, row.beside))

    def x(value: float) -> float:
        return left + (width - left - right) * min(max(value / top, 0.0), 1.0)

    bottom = head + height * len(rows)
    parts: list[Markup] = []
    for tick in ticks(top):
        parts.append(element("line", x1=x(tick), x2=x(tick), y1=head, y2=bottom, stroke=GRID))
        parts.append(
            _text(
                f"{100 * tick:g}%",
                x(tick),
                head - 9,
                anchor="middle",
                fill=COLOUR["quiet"],
                size=11,
            )
        )
    for i, row in enumerate(rows):
        y, colour = head + height * (i + 0.5), COLOUR[row.tone]
        parts.append(_text(shorten(row.label, round(left / 8)), left - 14, y + 4.5, anchor="end"))
        parts.append(_text(row.words, width - right + 14, y + 4.5, size=12))
        if known(row.low) and known(row.high):
            parts.append(
                element(
                    "rect",
                    x=x(row.low),
                    y=y - 4.5,
                    width=x(row.high) - x(row.low),
                    height=9,
                    rx=4.5,
                    fill=colour,
                    fill_opacity=0.26,
                )
            )
        if known(row.value):
            parts.append(element("circle", cx=x(row.value), cy=y, r=5.5, fill=colour, stroke=PAPER))
        if known(row.beside):
            at = x(row.beside)
            parts.append(
                element(
                    "line", x1=at, x2=at, y1=y - 9, y2=y + 9, stroke=COLOUR["quiet"], stroke_width=2
                )
            )
    return _whole(parts, width, bottom + 6, title, desc)


def heat_step(value: float | None, top: float) -> int | None:
    """Return the shade of a share, 0 (palest) to 5, on a scale that ends at ``top``.

    Examples
    --------
    >>> heat_step(0.0, 0.3), heat_step(0.3, 0.3), heat_step(None, 0.3)
    (0, 5, None)
    """
    if not known(value):
        return None
    return 0 if top <= 0 else min(5, max(0, int(6 * value / top)))


def _text(
    words: str, x: float, y: float, *, anchor: str = "start", fill: str = _INK, size: float = 13
) -> Markup:
    return element("text", words, x=x, y=y, text_anchor=anchor, fill=fill, font_size=size)


def _whole(parts: list[Markup], width: float, height: float, title: str, desc: str) -> Picture:
    return picture(
        *parts,
        title=title,
        desc=desc,
        xmlns=XMLNS,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        font_family=FONT,
    )
