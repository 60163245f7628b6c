"""A value week by week, with the level it stepped to and what happened on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from convcat.charts.rows import COLOUR, GRID, Tone
from convcat.charts.scale import known
from convcat.charts.svg import Picture, element, picture

_HEAD = 16  # pixels above the plot, for the numbers of marks
_SPARSE = 60  # times up to which the intervals stand apart


def timeline(
    points: Sequence[tuple[float | None, float | None, float | None]],
    fitted: Sequence[float],
    *,
    top: float,
    spans: Sequence[tuple[int, int]] = (),
    marks: Sequence[tuple[float, str]] = (),
    tone: Tone = "main",
    height: int = 84,
    title: str,
    desc: str = "",
) -> Picture:
    """Draw values over evenly spaced times, the steps that run through them, and marks.

    Parameters
    ----------
    points : sequence of (value, low, high)
        In time order; a missing value leaves a gap.
    fitted : sequence of float
        The level at each time, drawn as steps.
    top : float
        The value at the upper edge; the lower edge is 0.
    spans : sequence of (int, int)
        Times, first and last, between which a step may lie: shaded.
    marks : sequence of (float, str)
        Times, perhaps between two, of what was done, each with a short label.
    tone : {"main", "bad", "good", "quiet"}
        Of the steps.
    height : int
        Of the plot, in pixels; the width is that of its place.
    title, desc : str
        What a screen reader says.

    Returns
    -------
    Picture

    Examples
    --------
    >>> chart = timeline([(0.1, 0.05, 0.15), (0.3, 0.2, 0.4)], [0.1, 0.3], top=0.4, title="Up")
    >>> chart.count("<circle")
    2
    """
    count = max(len(points), 1)

    def x(at: float) -> float:
        return 100 * min(max(at, 0.0), count) / count

    def y(value: float) -> float:
        return _HEAD + height * (1 - min(max(value, 0.0), top) / top)

    parts: list[Markup] = [
        element(
            "rect",
            x=f"{x(first):.2f}%",
            y=_HEAD,
            width=f"{x(last + 1) - x(first):.2f}%",
            height=height,
            fill=COLOUR[tone],
            fill_opacity=0.13,
        )
        for first, last in spans
    ]
    parts += [
        element("line", x1="0%", x2="100%", y1=y(value), y2=y(value), stroke=GRID)
        for value in (0.0, top / 2, top)
    ]
    for i, (value, low, high) in enumerate(points):
        centre = f"{x(i + 0.5):.2f}%"
        if known(low) and known(high):
            parts.append(
                element(
                    "line",
                    x1=centre,
                    x2=centre,
                    y1=y(high),
                    y2=y(low),
                    stroke=COLOUR["quiet"],
                    stroke_opacity=0.35 if count <= _SPARSE else 0.12,
                    stroke_width=1,
                )
            )
        if known(value):
            parts.append(element("circle", cx=centre, cy=y(value), r=1.8, fill=COLOUR["quiet"]))
    parts += _steps(fitted, x, y, COLOUR[tone])
    for at, label in marks:
        left = f"{x(at):.2f}%"
        parts.append(
            element(
                "line",
                x1=left,
                x2=left,
                y1=_HEAD - 2,
                y2=_HEAD + height,
                stroke="var(--cc-ink, currentColor)",
                stroke_width=1,
                stroke_dasharray="2 3",
            )
        )
        parts.append(
            element(
                "text",
                label,
                x=left,
                y=_HEAD - 5,
                text_anchor="middle" if 4 < x(at) < 96 else "start" if x(at) <= 4 else "end",
                font_size=11,
                fill="var(--cc-ink, currentColor)",
            )
        )
    return picture(
        *parts, title=title, desc=desc, width="100%", height=_HEAD + height + 1, overflow="visible"
    )


def _steps(
    fitted: Sequence[float],
    x: Callable[[float], float],
    y: Callable[[float], float],
    colour: str,
) -> list[Markup]:
    """Return one level line per stretch, and the risers between."""
    lines: list[Markup] = []
    start = 0
    for i in range(1, len(fitted) + 1):
        if i < len(fitted) and abs(fitted[i] - fitted[start]) < 1e-9:
            continue
        level = y(fitted[start])
        left, right = f"{x(start):.2f}%", f"{x(i):.2f}%"
        ends = [(left, right, level, level)]
        if i < len(fitted):
            ends.append((right, right, level, y(fitted[i])))
        lines += [
            element(
                "line",
                x1=x1,
                x2=x2,
                y1=y1,
                y2=y2,
                stroke=colour,
                stroke_width=2.5,
                stroke_linecap="round",
            )
            for x1, x2, y1, y2 in ends
        ]
        start = i
    return lines
