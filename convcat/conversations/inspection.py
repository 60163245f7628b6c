"""What was recognised in a dump, before anything runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from convcat.conversations.account import RowAccount
from convcat.conversations.layout import Layout
from convcat.conversations.mappings import ColumnMapping
from convcat.conversations.profiles import profile
from convcat.conversations.reading import read_conversations

_DIGITS, _LETTERS = re.compile(r"\d"), re.compile(r"[^\W\d_]+")
_FEW_VALUES = 12


@dataclass(frozen=True)
class InspectedColumn:
    """One column of a dump.

    Attributes
    ----------
    name : str
        What it is taken for; empty for a column that is carried along.
    columns : tuple of str
        Its name in the file (two for the time between two moments).
    reason : str
    sure : str
    looks : str
        The shape of its cells, never a customer's words.
    """

    name: str
    columns: tuple[str, ...]
    reason: str
    sure: str
    looks: str


@dataclass(frozen=True)
class InspectedFile:
    """One file of a dump: format, platform, kind and columns."""

    file: str
    facts: dict[str, str]
    platform: str | None
    kind: str
    rows_are: str
    columns: tuple[InspectedColumn, ...]
    others: tuple[InspectedColumn, ...]


@dataclass(frozen=True)
class Inspection:
    """What was recognised in the files of a dump, and what became of every row.

    Attributes
    ----------
    files : tuple of InspectedFile
    account : RowAccount
    warnings : tuple of str
    """

    files: tuple[InspectedFile, ...]
    account: RowAccount
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain, JSON-able values."""
        return {
            "what": "inspection",
            "files": [asdict(file) for file in self.files],
            "rows": self.account.to_dict(),
            "warnings": list(self.warnings),
        }

    def __repr__(self) -> str:
        lines: list[str] = []
        for file in self.files:
            lines += [f"{file.file}: {_sentence(file)}", ""]
            named = [
                (c.name, " - ".join(c.columns), c.looks, f"{c.sure}: {c.reason}")
                for c in file.columns
            ]
            carried = [("", " - ".join(c.columns), c.looks, "") for c in file.others]
            lines += [*_aligned([*named, *carried]), ""]
        lines.append(repr(self.account))
        if self.warnings:
            lines += ["", *(f"! {warning}" for warning in self.warnings)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from html import escape

        parts: list[str] = []
        for file in self.files:
            parts.append(f"<p><b>{escape(file.file)}</b>: {escape(_sentence(file))}</p>")
            cells = [
                (c.name or "(carried along)", " - ".join(c.columns), c.looks, c.sure, c.reason)
                for c in (*file.columns, *file.others)
            ]
            head = "".join(
                f"<th>{name}</th>" for name in ("taken for", "column", "looks like", "", "")
            )
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                for row in cells
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
        parts.append(self.account._repr_html_())
        parts += [f"<p>{escape(warning)}</p>" for warning in self.warnings]
        return "".join(parts)


def inspect_dump(
    *sources: Any,
    mapping: ColumnMapping | None = None,
    kind: str | None = None,
    stars: Iterable[float] | None = (2, 3),
    language: str | None = "en",
) -> Inspection:
    r"""Return what is recognised in a dump: formats, platforms, columns, and the row account.

    Parameters
    ----------
    *sources, mapping, kind, stars, language
        As for `read_conversations`.

    Returns
    -------
    Inspection

    Raises
    ------
    InputError
        If a source cannot be read at all.

    Examples
    --------
    >>> import io
    >>> found = inspect_dump(io.StringIO("Customer Remarks;Date\nStill no parcel!;14.03.2024\n"))
    >>> [(column.name, column.columns[0], column.looks) for column in found.files[0].columns]
    [('text', 'Customer Remarks', 'about 3 words'), ('time', 'Date', '99.99.9999')]
    """
    read = read_conversations(*sources, mapping=mapping, kind=kind, stars=stars, language=language)
    account = read.account
    return Inspection(tuple(_inspected(layout) for layout in read.files), account, read.warnings)


def _inspected(layout: Layout) -> InspectedFile:
    fields = layout.columns.fields
    platform = layout.columns.platform
    return InspectedFile(
        file=layout.file,
        facts=dict(layout.rows.facts),
        platform=platform.name if platform else None,
        kind=layout.columns.kind,
        rows_are="messages" if layout.columns.grouped else "conversations",
        columns=tuple(
            InspectedColumn(
                name, found.columns, found.reason, found.sure, looks(layout, name, found.columns)
            )
            for name, found in fields.items()
        ),
        others=tuple(
            InspectedColumn("", (column,), "", "", looks(layout, "", (column,)))
            for column in layout.others
        ),
    )


def looks(layout: Layout, name: str, columns: tuple[str, ...]) -> str:
    """Return the shape of a column's cells: figures as 9, letters as A, texts as their length."""
    said = profile(layout.sample, columns[-1])
    if not said.filled:
        return "empty in the first rows"
    if name in ("text", "title") or (name != "time" and said.words > 4):
        middle = sorted(value.count(" ") + 1 for value in said.values)[len(said.values) // 2]
        return f"about {middle} word{'s' * (middle != 1)}"
    values = Counter(said.values)
    # Values that many rows share are no person's own: channels, categories, authors' roles.
    shared = [value for value, n in values.most_common() if n > 1]
    if len(values) <= _FEW_VALUES and len(shared) == len(values):
        return ", ".join(_masked(value) for value in shared[:6]) + (
            ", ..." if len(shared) > 6 else ""
        )
    shapes = Counter(shape(value) for value in said.values)
    return ", ".join(one for one, _ in shapes.most_common(2))


def shape(value: str) -> str:
    """Return the shape of a cell: every figure as 9, every run of letters as A.

    Examples
    --------
    >>> shape("14/08/2023 00:32"), shape("order-AB12")
    ('99/99/9999 99:99', 'A-A99')
    """
    return _LETTERS.sub("A", _DIGITS.sub("9", value))[:40]


def _masked(value: str) -> str:
    from convcat.privacy import mask

    return mask(value)[:40]


def _sentence(file: InspectedFile) -> str:
    facts = [file.facts["format"], *(v for k, v in file.facts.items() if k != "format")]
    looks_like = f"looks like {file.platform}" if file.platform else "no platform recognised"
    rows = "one row a message" if file.rows_are == "messages" else f"one row a {_unit(file.kind)}"
    return f"{', '.join(facts)}; {looks_like}; {rows}"


def _unit(kind: str) -> str:
    return "review" if kind == "review" else "conversation"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    return [
        "  "
        + "  ".join(
            [*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]]
        ).rstrip()
        for row in rows
    ]
