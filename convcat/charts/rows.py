"""Lines of a table as pictures: they stretch to the width of their cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from convcat.charts.scale import known
from convcat.charts.svg import Picture, element, picture

Tone = Literal["main", "bad", "good", "quiet"]

COLOUR: dict[str, str] = {
    "main": "var(--cc-main, #1b5e8c)",
    "bad": "var(--cc-bad, #b5400f)",
    "good": "var(--cc-good, #00735c)",
    "quiet": "var(--cc-quiet, #6d747c)",
}
GRID = "var(--cc-grid, #e4e1da)"
PAPER = "var(--cc-paper, #ffffff)"
_HEIGHT = 26
_DOTTED = 24  # times up to which each has its dot


def interval_row(
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    top: float,
    beside: float | None = None,
    beside_as: Literal["tick", "ring"] = "tick",
    tone: Tone = "main",
    grid: Sequence[float] = (),
    title: str = "",
    desc: str = "",
) -> Picture:
    """Draw a value as a dot on its interval, as wide as the place it stands in.

    Parameters
    ----------
    value, low, high : float or None
        The value and its interval; ``None`` or NaN is not drawn.
    top : float
        The value at the right edge; the left edge is 0.
    beside : float or None
        A second value to compare with: a ``"tick"``, or a ``"ring"`` joined to the dot.
    beside_as : {"tick", "ring"}
    tone : {"main", "bad", "good", "quiet"}
    grid : sequence of float
        Where the lines of the grid stand.
    title, desc : str
        What a screen reader says; without a title the row is decoration.

    Returns
    -------
    Picture

    Examples
    --------
    >>> print(interval_row(0.1, 0.05, 0.15, top=0.2, title="10%")[:42])
    <svg role="img" width="100%" height="26" o
    """
    middle, colour = _HEIGHT / 2, COLOUR[tone]
    parts: list[Markup] = [
        element("line", x1=_at(g, top), x2=_at(g, top), y1=0, y2=_HEIGHT, stroke=GRID) for g in grid
    ]
    if known(low) and known(high):
        left, right = max(0.0, low), min(top, high)
        parts.append(
            element(
                "rect",
                x=_at(left, top),
                y=middle - 4.5,
                width=_at(max(right - left, 0.0), top),
                height=9,
                rx=4.5,
                fill=colour,
                fill_opacity=0.26,
            )
        )
    if known(beside) and beside_as == "ring":
        if known(value):
            parts.append(
                element(
                    "line",
                    x1=_at(beside, top),
                    x2=_at(value, top),
                    y1=middle,
                    y2=middle,
                    stroke=colour,
                    stroke_width=1.5,
                )
            )
        parts.append(
            element(
                "circle",
                cx=_at(beside, top),
                cy=middle,
                r=4.5,
                fill=PAPER,
                stroke=COLOUR["quiet"],
                stroke_width=2,
            )
        )
    if known(value):
        parts.append(
            element(
                "circle",
                cx=_at(value, top),
                cy=middle,
                r=5.5,
                fill=colour,
                stroke=PAPER,
                stroke_width=1.5,
            )
        )
    if known(beside) and beside_as == "tick":
        parts.append(
            element(
                "line",
                x1=_at(beside, top),
                x2=_at(beside, top),
                y1=middle - 9,
                y2=middle + 9,
                stroke=COLOUR["quiet"],
                stroke_width=2,
            )
        )
    return picture(*parts, title=title, desc=desc, width="100%", height=_HEIGHT, overflow="visible")


def axis_row(marks: Sequence[tuple[float, str]], *, top: float) -> Picture:
    """Draw the ticks' labels that stand above rows of the same ``top``; decoration only."""
    return picture(
        *(
            element(
                "text",
                label,
                x=_at(value, top),
                y=12,
                text_anchor="middle",
                font_size=11,
                fill=COLOUR["quiet"],
            )
            for value, label in marks
        ),
        title="",
        width="100%",
        height=16,
        overflow="visible",
    )


def split_row(
    first: float, second: float, *, top: float, title: str = "", desc: str = ""
) -> Picture:
    """Draw two amounts end to end: what failed, solid, and what was only asked, pale.

    Parameters
    ----------
    first, second : float
        The amounts.
    top : float
        The amount at the right edge.
    title, desc : str
        What a screen reader says; without a title the row is decoration.

    Returns
    -------
    Picture
    """
    return picture(
        element("rect", x=0, y=7, width=_at(first, top), height=12, rx=2, fill=COLOUR["bad"]),
        element(
            "rect",
            x=_at(first, top),
            y=7.75,
            width=_at(second, top),
            height=10.5,
            rx=2,
            fill=COLOUR["main"],
            fill_opacity=0.22,
            stroke=COLOUR["main"],
            stroke_width=1.5,
        ),
        title=title,
        desc=desc,
        width="100%",
        height=_HEIGHT,
        overflow="visible",
    )


def trend(
    points: Sequence[tuple[float | None, float | None, float | None]],
    *,
    top: float,
    tone: Tone = "main",
    height: int = 56,
    title: str,
    desc: str = "",
) -> Picture:
    """Draw values over evenly spaced times with the band of their intervals.

    Parameters
    ----------
    points : sequence of (value, low, high)
        In time order; a missing value leaves a gap.
    top : float
        The value at the upper edge; the lower edge is 0.
    tone : {"main", "bad", "good", "quiet"}
    height : int
        In pixels; the width is that of its place.
    title, desc : str
        What a screen reader says.

    Returns
    -------
    Picture
    """
    colour, last = COLOUR[tone], max(len(points) - 1, 1)

    def xy(i: int, value: float) -> tuple[float, float]:
        return 100 * i / last, 100 * (1 - min(max(value, 0.0), top) / top)

    inner: list[Markup] = []
    for run in _runs(points):
        upper = [xy(i, high) for i, _, _, high in run]
        lower = [xy(i, low) for i, _, low, _ in reversed(run)]
        inner.append(element("path", d=_path(upper + lower) + "Z", fill=colour, fill_opacity=0.18))
        inner.append(
            element(
                "path",
                d=_path([xy(i, value) for i, value, _, _ in run]),
                fill="none",
                stroke=colour,
                stroke_width=2,
                stroke_linejoin="round",
                vector_effect="non-scaling-stroke",
            )
        )
    plot = element(
        "svg",
        element(
            "line", x1=0, x2=100, y1=100, y2=100, stroke=GRID, vector_effect="non-scaling-stroke"
        ),
        *inner,
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        width="100%",
        height=height,
        overflow="visible",
    )
    alone = {run[0][0] for run in _runs(points) if len(run) == 1}
    newest = max((i for i, (value, _, _) in enumerate(points) if known(value)), default=-1)
    dots = [
        element(
            "circle",
            cx=f"{x:.2f}%",
            cy=height * y / 100,
            r=4 if i == newest else 2,
            fill=colour,
        )
        for i, (value, _, _) in enumerate(points)
        if known(value) and (i == newest or i in alone or len(points) <= _DOTTED)
        for x, y in [xy(i, value)]
    ]
    return picture(
        plot, *dots, title=title, desc=desc, width="100%", height=height, overflow="visible"
    )


def _runs(
    points: Sequence[tuple[float | None, float | None, float | None]],
) -> list[list[tuple[int, float, float, float]]]:
    """Split at gaps."""
    runs: list[list[tuple[int, float, float, float]]] = [[]]
    for i, (value, low, high) in enumerate(points):
        if not known(value):
            runs.append([])
            continue
        runs[-1].append((i, value, low if known(low) else value, high if known(high) else value))
    return [run for run in runs if run]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _at(value: float, top: float) -> str:
    return f"{100 * min(max(value / top, 0.0), 1.0):.2f}%"
