"""What result objects share: rows for people and machines, a dataframe of the caller's kind."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from convcat import frames

_TYPES = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}


class Result:
    """Base of the findings' results: a frozen dataclass with ``rows`` and ``kind`` adds the rest.

    ``table`` is a dataframe of the kind that was given, ``to_dict()`` is JSON-able, and the object
    shows itself as text and as HTML.
    """

    rows: tuple[dict[str, Any], ...]
    kind: frames.Kind
    what: str
    columns: dict[str, type]

    @property
    def table(self) -> Any:
        """The rows as a dataframe of the kind that was given."""
        names = [*dict.fromkeys(name for row in self.rows for name in row)] or [*self.columns]
        arrays = {
            name: pa.array(
                [row.get(name) for row in self.rows], _TYPES[self.columns.get(name, str)]
            )
            for name in names
        }
        return frames.from_arrow(pa.table(arrays), self.kind)

    def to_dict(self) -> dict[str, Any]:
        """Return the rows and the facts about them as JSON-able values."""
        return {"what": self.what, "rows": [dict(row) for row in self.rows], **self.facts()}

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {}

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        return self.what

    def _brief(self) -> Sequence[dict[str, Any]]:
        """Return the rows as they are shown; those of many columns show the telling ones."""
        return self.rows

    def __repr__(self) -> str:
        return "\n".join([self.headline(), *text_table(self._brief())])

    def _repr_html_(self) -> str:
        return html_table(self.headline(), self._brief())


def text_table(rows: Sequence[dict[str, Any]], limit: int = 40) -> list[str]:
    """Return rows as aligned lines of text, cut to one screen.

    Examples
    --------
    >>> text_table([{"need": "wismo", "share": 0.125}])
    ['need   share', 'wismo  12.5%']
    """
    if not rows:
        return ["(nothing)"]
    names = [*dict.fromkeys(name for row in rows for name in row)]
    cells = [names, *([_cell(name, row.get(name)) for name in names] for row in rows[:limit])]
    widths = [max(len(line[j]) for line in cells) for j in range(len(names))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    more = [f"... and {len(rows) - limit} more rows"] if len(rows) > limit else []
    return lines + more


def html_table(headline: str, rows: Sequence[dict[str, Any]], limit: int = 200) -> str:
    """Return a self-contained, escaped HTML snippet of the rows.

    Examples
    --------
    >>> "&lt;b&gt;" in html_table("t", [{"need": "<b>", "share": 0.1}])
    True
    """
    names = [*dict.fromkeys(name for row in rows for name in row)]
    head = "".join(f"<th style='text-align:left'>{html.escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(_cell(name, row.get(name)))}</td>" for name in names)
        + "</tr>"
        for row in rows[:limit]
    )
    more = f"<p>... and {len(rows) - limit} more rows</p>" if len(rows) > limit else ""
    return (
        f"<div><p>{html.escape(headline)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>"
    )


_SHARES = frozenset({"share", "low", "high", "counted", "before", "after", "change"})


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{100 * value:.1f}%" if name in _SHARES else f"{value:.3g}"
    return str(value)
