"""The audit sheet as a workbook in which nothing can run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

PICKS = ("need 1", "need 2", "need 3", "need 4")
"""Columns with a drop-down; ``audit_needs`` takes the same, typed, joined by ``;``."""
_WIDTHS = {"id": 14, "text": 90, "context": 40, "audit_needs": 24, "comment": 24, "reader": 12}
_HIDDEN = frozenset({"inclusion_probability", "stratum", "fingerprint"})
_HELP = (
    "Read the text, then choose up to four needs from the drop-downs (or type their ids in "
    "audit_needs, joined by ;). Choose 'none' where no need is asked for or unmet. Leave a row "
    "blank if you cannot judge it. The rules are on the page Codebook."
)


def write_workbook(
    path: Path,
    names: Sequence[str],
    rows: Sequence[dict[str, Any]],
    codebook: Sequence[tuple[str, str, str, str]],
) -> None:
    """Write the sheet with drop-downs and the codebook; the same input gives the same bytes.

    Parameters
    ----------
    path : Path
    names : sequence of str
        Columns of the rows, in order.
    rows : sequence of dict
    codebook : sequence of (id, name, tag it when, leave it when)
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - same bytes every time
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet, rules = book.add_worksheet("Audit"), book.add_worksheet("Codebook")

    order = [*names[:2], *PICKS, *names[2:], "comment", "reader"]
    sheet.merge_range(0, 0, 0, 5, _HELP, wrapped)
    sheet.set_row(0, 48)
    for j, name in enumerate(order):
        sheet.write_string(1, j, name, bold)
        hidden = {"hidden": True} if name in _HIDDEN else {}
        sheet.set_column(j, j, _WIDTHS.get(name, 13), wrapped, hidden)
    for i, row in enumerate(rows, start=2):
        for j, name in enumerate(order):
            value = row.get(name, "")
            if isinstance(value, float):
                sheet.write_number(i, j, value, wrapped)
            elif value != "":
                sheet.write_string(i, j, str(value), wrapped)
    first = order.index(PICKS[0])
    sheet.data_validation(
        2,
        first,
        max(len(rows), 1) + 1,
        first + len(PICKS) - 1,
        {
            "validate": "list",
            "source": f"=Codebook!$A$2:$A${len(codebook) + 1}",
            "error_title": "Not a need",
            "error_message": "Choose one of the list, or leave the cell empty.",
        },
    )
    sheet.freeze_panes(2, 2)

    for j, (name, width) in enumerate(
        (("id", 14), ("name", 26), ("tag it when the customer", 80), ("leave it when", 60))
    ):
        rules.write_string(0, j, name, bold)
        rules.set_column(j, j, width, wrapped)
    for i, line in enumerate(codebook, start=1):
        for j, words in enumerate(line):
            rules.write_string(i, j, words, wrapped)
    rules.freeze_panes(1, 1)
    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else None
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from None
