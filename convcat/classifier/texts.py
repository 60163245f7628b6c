"""Whatever holds texts -> a list of strings, with errors that say which row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from convcat.exceptions import InputError


def as_texts(texts: Any, *, where: str = "Row", first: int = 0) -> list[str]:
    """Return texts as a list of strings; a missing value becomes an empty text.

    Parameters
    ----------
    texts : iterable of str
        A list, an array, a pandas or polars series, an Arrow column, a generator.
    where : str, default "Row"
        What stands before the row's number in an error.
    first : int, default 0
        The number of the first row.

    Returns
    -------
    list of str

    Raises
    ------
    InputError
        If it is one string, a dataframe, has no order, or holds something that is not text.

    Examples
    --------
    >>> as_texts(["Where is it?", None])
    ['Where is it?', '']
    """
    if isinstance(texts, str | bytes):
        raise InputError("Expected several texts, not one: put it in a list, or use tag(text).")
    if hasattr(texts, "columns") or hasattr(texts, "column_names"):
        raise InputError("Expected one column of texts, not a whole dataframe: pass frame['text'].")
    if hasattr(texts, "to_pylist"):
        texts = texts.to_pylist()
    elif hasattr(texts, "tolist"):
        if getattr(texts, "ndim", 1) != 1:
            raise InputError(f"Expected one column of texts, not an array of shape {texts.shape}.")
        texts = texts.tolist()
    elif not isinstance(texts, Iterable) or isinstance(texts, Mapping | AbstractSet):
        raise InputError(f"Expected texts, not {type(texts).__name__}.")
    found = list(texts)
    for row, text in enumerate(found):
        if isinstance(text, str):
            continue
        if not _is_missing(text):
            raise InputError(
                f"{where} {first + row} holds {type(text).__name__} where a text is expected: "
                "make it str first."
            )
        found[row] = ""
    return found


def _is_missing(value: Any) -> bool:
    """Tell None, NaN and the nulls of pandas."""
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 - NaN differs from itself
    return value is None or type(value).__name__ in ("NAType", "NaTType")
