"""What a user may say of a file's columns, and whether it can be so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from convcat.exceptions import InputError, did_you_mean

ColumnMapping = Mapping[str, str | Iterable[str] | None]

FIELDS = (
    "id", "conversation", "role", "title", "text", "channel", "time", "rating", "csat",
    "response_minutes", "product", "carrier", "country",
)  # fmt: skip
"""What a column can be mapped to."""


def check_mapping(mapping: ColumnMapping | None, headers: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a mapping whose names or columns do not exist.

    Raises
    ------
    InputError
        With the nearest name that does.

    Examples
    --------
    >>> check_mapping({"text": "Remark"}, {"a.csv": ("Remarks", "Date")})
    Traceback (most recent call last):
    convcat.exceptions.InputError: There is no column 'Remark' in a.csv. Did you mean 'Remarks'?
    """
    known = list(dict.fromkeys(name for header in headers.values() for name in header))
    for name, asked in (mapping or {}).items():
        if name not in FIELDS:
            near = did_you_mean(name, FIELDS)
            raise InputError(
                f"A mapping has no field {name!r}; fields are {', '.join(FIELDS)}.{near}"
            )
        columns: tuple[Any, ...] = (asked,) if isinstance(asked, str) else tuple(asked or ())
        for column in columns:
            if column not in known:
                where = next(iter(headers)) if len(headers) == 1 else "any of the files"
                near = did_you_mean(str(column), known)
                raise InputError(f"There is no column {column!r} in {where}.{near}")
