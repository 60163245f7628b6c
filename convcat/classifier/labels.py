"""Whatever holds labels -> a 0/1 matrix, with errors that say which row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError, did_you_mean


def label_matrix(needs: Any, ids: tuple[str, ...], rows: int) -> npt.NDArray[np.bool_]:
    """Read labels given as lists of ids or as a 0/1 matrix.

    Parameters
    ----------
    needs : list of lists of str, series of such lists, or matrix
        Ids may also be joined by ``;``. A matrix may be an array, sparse, or a dataframe, whose
        columns go by their names.
    ids : tuple of str
        The needs, in column order.
    rows : int
        Number of texts.

    Returns
    -------
    ndarray of bool, shape (rows, needs)

    Raises
    ------
    InputError
        If the labels do not fit the texts or the needs; the row is named.

    Examples
    --------
    >>> label_matrix([["delay"], [], "delay;other"], ("delay", "other"), 3).astype(int).tolist()
    [[1, 0], [0, 0], [1, 1]]
    """
    if needs is None:
        raise InputError("This estimator requires y to be passed: the needs of each text.")
    if hasattr(needs, "columns"):
        needs = _in_order(needs, ids)
    elif hasattr(needs, "toarray"):
        needs = needs.toarray()
    if isinstance(needs, np.ndarray) and needs.ndim == 2 and needs.dtype.kind not in "US":
        if needs.shape != (rows, len(ids)):
            raise InputError(
                f"The label matrix is {needs.shape}; {rows} texts and {len(ids)} needs make it "
                f"({rows}, {len(ids)})."
            )
        if not np.isin(needs, (0, 1)).all():
            raise InputError("The label matrix must hold 0 and 1 alone.")
        return needs.astype(bool)
    for method in ("to_pylist", "to_list", "tolist"):  # Arrow, polars and pandas, numpy
        if hasattr(needs, method):
            needs = getattr(needs, method)()
            break
    if isinstance(needs, str | bytes) or not isinstance(needs, Iterable):
        raise InputError(f"Expected the needs of each text, not {type(needs).__name__}.")
    return _from_lists(list(needs), ids, rows)


def _in_order(frame: Any, ids: tuple[str, ...]) -> Any:
    """Return a dataframe of 0 and 1 as a matrix, its columns in the order of the needs."""
    names = [str(name) for name in getattr(frame, "column_names", None) or frame.columns]
    if sorted(names) != sorted(ids):
        odd = sorted(set(names) ^ set(ids))
        raise InputError(
            f"The label matrix must have one column per need; {', '.join(odd[:3])} differ"
            f"{'s' if len(odd) == 1 else ''}.{did_you_mean(odd[0], ids) if odd else ''}"
        )
    values = frame if hasattr(frame, "to_numpy") else frame.to_pandas()
    return np.asarray(values.to_numpy())[:, [names.index(need) for need in ids]]


def _from_lists(lists: list[Any], ids: tuple[str, ...], rows: int) -> npt.NDArray[np.bool_]:
    if len(lists) != rows:
        raise InputError(f"There are {rows} texts and {len(lists)} labels: they must match.")
    at = {need: j for j, need in enumerate(ids)}
    matrix = np.zeros((rows, len(ids)), dtype=bool)
    for row, labels in enumerate(lists):
        names = labels.split(";") if isinstance(labels, str) else labels
        if names is None or not isinstance(names, Iterable):
            raise InputError(f"Row {row} has no list of needs; an empty list means no need.")
        for raw in names:
            name = raw.strip() if isinstance(raw, str) else raw
            if name in ("", "none"):
                continue
            if not isinstance(name, str) or name not in at:
                near = did_you_mean(str(name), ids)
                raise InputError(f"Row {row} names a need {str(name)!r} of no taxonomy.{near}")
            matrix[row, at[name]] = True
    return matrix


def column(values: Any, rows: int, name: str, dtype: type) -> Any:
    """Return one value per text as an array, or None where none are given.

    Raises
    ------
    InputError
        If they are not one per text, or not numbers.
    """
    if values is None:
        return None
    try:
        array: npt.NDArray[Any] = np.asarray(values, dtype=dtype)
    except (TypeError, ValueError):
        raise InputError(f"{name} must hold one number per text.") from None
    if array.shape != (rows,):
        raise InputError(f"{name} has shape {array.shape}; {rows} texts make it ({rows},).")
    return array
