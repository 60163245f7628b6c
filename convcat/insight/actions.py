"""What the shop did, and when: dated actions from a small file or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from convcat import frames
from convcat.exceptions import InputError, did_you_mean

_OTHER_NAMES = {"day": "date", "when": "date", "what": "action", "where": "slice"}
# Day or month first cannot be told in 3/12/2026, so only what reads one way is read.
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
_MOST = 1000


@dataclass(frozen=True)
class Action:
    """Something that was done on a day.

    Attributes
    ----------
    day : date
    action : str
        In the shop's words.
    needs : tuple of str
        What it was meant to help; empty for any.
    column, value : str or None
        Where: one value of a column, such as ``product`` ``Harbour jacket``; ``None`` for
        everywhere.
    """

    day: date
    action: str
    needs: tuple[str, ...] = ()
    column: str | None = None
    value: str | None = None

    @property
    def place(self) -> str:
        """Where it was done, in words; empty for everywhere."""
        return f"{self.column} = {self.value}" if self.column else ""


def read_actions(source: Any, needs: Sequence[str] | None = None) -> tuple[Action, ...]:
    """Read dated actions.

    Parameters
    ----------
    source : path, dataframe or sequence of Action
        Columns ``date`` (2026-03-12, or 12 March 2026) and ``action``; perhaps ``need`` (ids,
        joined by ``;``) and ``slice`` (``product = Harbour jacket``).
    needs : sequence of str, optional
        The known need ids; others are refused.

    Returns
    -------
    tuple of Action
        By date.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a row is not as it must be: which.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"date": ["2026-03-12"], "action": ["New size guide"], "need": ["sizing"]})
    >>> read_actions(table)
    (Action(day=datetime.date(2026, 3, 12), action='New size guide', needs=('sizing',), column=None, value=None),)
    """
    if isinstance(source, str | Path):
        name, rows = Path(source).name, _lines(Path(source))
    elif isinstance(source, Sequence) and all(isinstance(item, Action) for item in source):
        return tuple(sorted(source, key=lambda action: (action.day, action.action)))
    else:
        name, rows = "the actions", frames.to_arrow(source).to_pylist()
    if len(rows) > _MOST:
        raise InputError(f"{name} holds {len(rows):,} rows; at most {_MOST:,} actions are read.")
    found = [
        _action({_named(str(k)): v for k, v in row.items()}, f"{name}, row {i}", needs)
        for i, row in enumerate(rows, start=1)
        if any(value not in (None, "") for value in row.values())
    ]
    return tuple(sorted(found, key=lambda action: (action.day, action.action)))


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text; save it as CSV in UTF-8.") from None
    except OSError as error:
        raise InputError(f"Cannot read the actions {str(path)!r}: {error.strerror}.") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError(f"{path.name} is not a CSV file.") from None
    if not lines:
        return []
    head, *rows = lines
    # Cells beyond the header's are a comma in the words; the columns are read by name.
    return [dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in rows if row]


def _named(column: str) -> str:
    plain = column.strip().casefold()
    return _OTHER_NAMES.get(plain, plain.removesuffix("s") if plain == "needs" else plain)


def _action(row: Mapping[str, Any], where: str, needs: Sequence[str] | None) -> Action:
    for name in ("date", "action"):
        if name not in row:
            raise InputError(
                f"{where.partition(', row')[0]} has no column {name!r}: actions have the columns "
                "date and action, and perhaps need and slice."
            )
    words = " ".join(str(row["action"] or "").split())
    if not words:
        raise InputError(f"{where}: the action is empty; say what was done.")
    listed = row.get("need") or ()
    ids = listed.replace(",", ";").split(";") if isinstance(listed, str) else map(str, listed)
    asked = tuple(dict.fromkeys(name.strip() for name in ids if name.strip()))
    for need in asked if needs is not None else ():
        if need not in (needs or ()):
            near = did_you_mean(need, needs or ())
            raise InputError(f"{where}: there is no need {need!r}.{near}")
    column, value = _slice(str(row.get("slice") or "").strip(), where)
    return Action(_day(row["date"], where), words, asked, column, value)


def _day(value: Any, where: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    for form in _FORMATS:
        try:
            return datetime.strptime(text[:10] if form == "%Y-%m-%d" else text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise InputError(f"{where}: the date must read like 2026-03-12 or 12 March 2026.")


def _slice(text: str, where: str) -> tuple[str | None, str | None]:
    if not text:
        return None, None
    sign = "=" if "=" in text else ":"
    column, found, value = (part.strip() for part in text.partition(sign))
    if not (column and found and value):
        raise InputError(f"{where}: the slice must read like 'product = Harbour jacket'.")
    return column, value
