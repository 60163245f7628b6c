"""Fifty conversations to read by hand: drawing them, and the sheet that a person fills in.

Every conversation has the same, known chance to be drawn, one sample serves all needs,
and each need gets its due of sure, doubtful and unlikely cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from convcat import frames
from convcat.exceptions import InputError
from convcat.files import unwritable
from convcat.insight.digest import Digest, piece_ids
from convcat.insight.drawing import drawn
from convcat.insight.fingerprints import COLUMN, fingerprint_of
from convcat.insight.population import KIND, ids_of
from convcat.insight.results import Result
from convcat.tagged import Tagged
from convcat.taxonomy import NONE, Taxonomy

_CELL = 32_000  # a spreadsheet cell holds 32,767 characters


@dataclass(frozen=True, repr=False)
class AuditSheet(Result):
    """Conversations to read by hand, with what the estimate needs to know of each.

    Attributes
    ----------
    rows : tuple of dict
        id, text (personal data masked), audit_needs (empty: to be filled with need ids joined by
        ``;``, or ``none``), context (what the shop asked before an answer of few words, where there
        is any), inclusion_probability, stratum, fingerprint (of the words, by which a sheet of
        another dump is recognised); and the model's tags, where asked for.
    needs : tuple of str
        The ids that may be filled in.
    size : int
        How many conversations the sample speaks for.
    """

    rows: tuple[dict[str, Any], ...]
    needs: tuple[str, ...]
    size: int
    taxonomy: Taxonomy | None = None
    kind: frames.Kind = "pyarrow"
    what: str = field(default="audit sample", init=False)
    columns = {"inclusion_probability": float}  # noqa: RUF012

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        return (
            f"{len(self.rows)} of {self.size:,} conversations to read by hand: "
            "fill audit_needs with need ids joined by ';', or 'none'."
        )

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {"needs": list(self.needs), "size": self.size}

    def __repr__(self) -> str:
        ids = ", ".join(str(row["id"]) for row in self.rows[:8])
        return f"{self.headline()}\nids: {ids}{', ...' if len(self.rows) > 8 else ''}"

    def write_csv(self, path: str | Path) -> None:
        """Write the sheet as CSV, no cell of which can run in a spreadsheet.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        import csv

        from convcat.safety import spreadsheet_cell

        names = [*self._names(), "reader"]
        try:
            with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(names)
                for row in self.rows:
                    writer.writerow(spreadsheet_cell(row.get(name, "")) for name in names)
        except OSError as error:
            raise unwritable(path, error) from None

    def write_xlsx(self, path: str | Path) -> None:
        """Write the sheet as a workbook: drop-downs to fill in, the tagging rules on a second page.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        from convcat.insight.workbook import write_workbook

        try:
            write_workbook(Path(path), self._names(), self.rows, self.codebook())
        except OSError as error:
            raise unwritable(path, error) from None

    def write_label_studio(self, path: str | Path) -> None:
        """Write the sheet as tasks for Label Studio (JSON), one per conversation.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        import json

        tasks = [
            {"data": {k: v for k, v in row.items() if k != "audit_needs"}} for row in self.rows
        ]
        try:
            Path(path).write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")
        except OSError as error:
            raise unwritable(path, error) from None

    def codebook(self) -> list[tuple[str, str, str, str]]:
        """Return one line per answer: id, name, tag it when, leave it when."""
        known = {need.id: need for need in (self.taxonomy or Taxonomy.load()).needs}
        lines = []
        for need in self.needs:
            rule = known.get(need)
            lines.append(
                (need, rule.name, rule.tag_when, rule.leave_when) if rule else (need, need, "", "")
            )
        return [*lines, (NONE, "No need", "thanks, praise, chatter: nothing is asked or wrong", "")]

    def _names(self) -> list[str]:
        shown = ["id", "text", "audit_needs"]
        return shown + [n for n in dict.fromkeys(k for r in self.rows for k in r) if n not in shown]


def audit_sample(
    tagged: Any,
    *,
    n: int = 50,
    seed: int = 0,
    show_tags: bool = False,
    mask: bool = True,
    taxonomy: Taxonomy | None = None,
) -> AuditSheet:
    """Draw conversations to read by hand, for a distribution that can be trusted.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
        A tagged table with a ``text`` column.
    n : int, default 50
        How many; all that were read where there are fewer, none where none was read.
    seed : int, default 0
    show_tags : bool, default False
        Whether to show the model's tags. They anchor a reader, so they are hidden.
    mask : bool, default True
        Whether to mask personal data.
    taxonomy : Taxonomy, optional
        For the codebook; the one that travels with the table by default.

    Returns
    -------
    AuditSheet

    Raises
    ------
    InputError
        If ``n`` is not positive, the seed is negative, or the table has no texts.

    References
    ----------
    Madow, W. G. (1949). On the theory of systematic sampling, II. Ann. Math. Stat. 20, 333-354.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({
    ...     "text": ["Where is it? Call +44 7700 900123", "Lovely", ""],
    ...     "needs": [["wismo"], [], None],
    ...     "p_wismo": [0.9, 0.1, None],
    ...     "needs_status": ["ok", "ok", "empty"],
    ... })
    >>> sheet = audit_sample(table, n=2)
    >>> sorted(row["text"] for row in sheet.rows)
    ['Lovely', 'Where is it? Call <phone>']
    """
    digest = Digest.of(tagged)
    if n < 1:
        raise InputError(f"An audit needs at least 1 conversation, not {n}.")
    if seed < 0:
        raise InputError(f"A seed is a whole number from 0 on, not {seed}.")
    if "text" not in digest.schema.names:
        raise InputError(
            "The tagged table has no column 'text', so there is nothing to read by hand."
        )
    numbers, population = drawn(digest, n, seed)
    table = digest.rows_at(numbers)
    place = np.searchsorted(np.sort(numbers), numbers)
    whole = digest.table
    ids = (
        [ids_of(whole)[k] for k in numbers]
        if isinstance(whole, Tagged)
        else [piece_ids(table, 0)[k] for k in place]
    )
    kinds = table.column(KIND) if KIND in table.table.column_names else [None] * len(table)
    texts = table.column("text")
    asked = (
        table.column("context") if "context" in table.table.column_names else [None] * len(table)
    )
    hide = _masker() if mask else str
    rows = []
    for name, i in zip(ids, place, strict=True):
        row: dict[str, Any] = {
            "id": name,
            "text": hide(str(texts[i] or ""))[:_CELL],
            "audit_needs": "",
            **({"context": hide(str(asked[i] or ""))[:_CELL]} if any(asked) else {}),
            "inclusion_probability": len(numbers) / population,
            "stratum": str(kinds[i] or "all"),
            COLUMN: fingerprint_of(str(texts[i] or "")),
        }
        if show_tags:
            carried = [need for need, has in zip(table.needs, table.tags[i], strict=True) if has]
            row["model_needs"] = ";".join(carried) or NONE
        rows.append(row)
    return AuditSheet(
        tuple(rows), digest.needs, population, taxonomy or digest.taxonomy, digest.kind
    )


def _masker() -> Any:
    from convcat.privacy import mask

    return mask
