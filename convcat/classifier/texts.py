"""Whatever holds texts -> a list of strings, with errors that say which row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from convcat.exceptions import InputError


def as_texts(texts: Any) -> list[str]:
    """Return texts as a list of strings; a missing value becomes an empty text.

    Parameters
    ----------
    texts : iterable of str
        A list, an array, a pandas or polars series, an Arrow column, a generator.

    Returns
    -------
    list of str

    Raises
    ------
    InputError
        If it is one string, a dataframe, or holds something that is not text.

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
    elif not isinstance(texts, Iterable):
        raise InputError(f"Expected texts, not {type(texts).__name__}.")
    found = list(texts)
    for row, text in enumerate(found):
        if isinstance(text, str):
            continue
        if text is None or text != text:  # noqa: PLR0124 - NaN and NaT differ from themselves
            found[row] = ""
        else:
            kind = type(text).__name__
            raise InputError(f"Row {row} holds {kind} where a text is expected: make it str first.")
    return found
