"""Pictures of numbers: small functions that return an SVG string and know nothing of needs.

    interval_row   one line: a value with its interval, and what it is compared with
    split_row      one line: two amounts end to end
    axis_row       the ticks that stand above such lines
    trend          a value over time with its band
    dot_chart      a whole picture: one labelled line per value
    framed         a stretching picture with a heading and words below, to stand by itself
    listed         such lines below each other with their labels, to stand by themselves
    heat_table     a table of shades

Rows stretch to the width of their place; whole pictures scale. Colours come from CSS custom
properties (``--cc-main``, ``--cc-bad``, ``--cc-good``, ``--cc-quiet``, ``--cc-ink``, ``--cc-grid``,
``--cc-paper``) and fall back to a palette that colour-blind readers can tell apart.
"""

from __future__ import annotations

from convcat.charts.pictures import Dot, dot_chart, heat_step
from convcat.charts.rows import Tone, axis_row, interval_row, split_row, trend
from convcat.charts.scale import ticks, top_of
from convcat.charts.standing import Cell, Line, framed, heat_table, listed
from convcat.charts.svg import Picture, plain, shorten

__all__ = [
    "Cell",
    "Dot",
    "Line",
    "Picture",
    "Tone",
    "axis_row",
    "dot_chart",
    "framed",
    "heat_step",
    "heat_table",
    "interval_row",
    "listed",
    "plain",
    "shorten",
    "split_row",
    "ticks",
    "top_of",
    "trend",
]
