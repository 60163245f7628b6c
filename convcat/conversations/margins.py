"""Rows of a table that are no record: headers below the header, sums below the last row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from convcat.conversations.headers import folded

EMPTY_LINE = "an empty line"
HEADER_AGAIN = "the header again"
SUM = "a sum or an average below the table"
_SUMS = frozenset(
    ["total", "totals", "grand total", "subtotal", "sum", "average", "averages", "avg", "mean", "median", "count",
     "gesamt", "gesamtsumme", "summe", "durchschnitt", "mittelwert", "anzahl", "total general", "moyenne", "somme",
     "promedio", "media", "suma", "totale", "somma", "totaal", "gemiddelde", "som"]
)  # fmt: skip
FIRST = 2  # records that may go on with the header
_MOST_WORDS = 3  # of a cell beside a sum

Record = TypeVar("Record", bound=Sequence[str | None])


def records_of(
    records: Iterable[Record],
    header: Sequence[str | None],
    broken: Counter[str],
    text_at: int | None,
    number: int = 0,
) -> Iterator[Record]:
    """Give the records of a table; what stands in its margins is counted in `broken`.

    Parameters
    ----------
    records : iterable of sequence of str or None
        Below the header, blank ones left out.
    header : sequence of str or None
        As it stands in the file.
    broken : Counter
    text_at : int or None
        Where the customer's words stand, if that is known: there, "Average" is a review.
    number : int, default 0
        How many records stand before the first of these.

    Examples
    --------
    >>> broken = Counter()
    >>> rows = [["Response", "Open-Ended Response"], ["1", "Too small"], ["Total", "1"]]
    >>> list(records_of(rows, ["Respondent ID", "Why?"], broken, None)), sum(broken.values())
    ([['1', 'Too small']], 2)
    """
    again = list(header)
    waiting: list[Record] = []
    for at, record in enumerate(records, number):
        if (at < FIRST and goes_on(record, header)) or record == again:
            broken[HEADER_AGAIN] += 1
            continue
        if is_sum(record, text_at):
            waiting.append(record)  # the last rows only: a customer may well write "Average"
            continue
        if waiting:
            yield from waiting
            waiting.clear()
        yield record
    broken[SUM] += len(waiting)


def is_sum(record: Sequence[str | None], text_at: int | None) -> bool:
    """Return whether a record sums others up."""
    if record[0] and record[0].strip(" :").lower() not in _SUMS:
        return False
    filled = ((i, cell) for i, cell in enumerate(record) if cell and cell.strip())
    at, first = next(filled, (None, ""))
    if at is None or at == text_at or folded(first) not in _SUMS:
        return False
    return all(len(cell.split()) <= _MOST_WORDS for _, cell in filled)


def goes_on(record: Sequence[str | None], header: Sequence[str | None]) -> bool:
    """Return whether a record is a second header, as makers of surveys write them."""
    cells = {folded(cell) for cell in record if cell}
    names = [folded(name or "") for name in header]
    if any(cell and cell.startswith('{"ImportId"') for cell in record):  # Qualtrics
        return True
    if "respondent id" in names:  # SurveyMonkey
        return not cells.isdisjoint({"open ended response", "response"})
    same = sum(
        bool(cell) and folded(cell or "") == name for cell, name in zip(record, names, strict=False)
    )
    return same >= 3 and same > len(cells) // 3
