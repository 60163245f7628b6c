"""Audits add up: each is one more labelled source for the record of a model's errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from convcat.exceptions import InputError
from convcat.insight.checks import read_audit
from convcat.insight.population import KIND, ids_of
from convcat.insight.profile import ErrorProfile, profile_of
from convcat.tagged import Tagged
from convcat.taxonomy import NONE


def learn(tagged: Any, audit: Any, *, model: Any = None) -> ErrorProfile:
    """Return the error record with an audited month joined to it, for ``model=`` next month.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
        The month that was audited.
    audit : Audit, path or dataframe
        Its filled sheet, drawn by :func:`~convcat.audit_sample` (equal chances).
    model : object, optional
        Anything with ``profile_``; by default the record that travels with the table.

    Returns
    -------
    ErrorProfile
        The record so far and the audit as a source of its own (per kind of conversation).

    Raises
    ------
    InputError
        If it is no audit, or none of its conversations was read in this table.

    Examples
    --------
    >>> import pyarrow as pa
    >>> month = pa.table({
    ...     "id": ["a", "b"], "needs": [["wismo"], []], "p_wismo": [0.9, 0.2],
    ...     "needs_status": ["ok", "ok"],
    ... })
    >>> sheet = pa.table({"id": ["a", "b"], "audit_needs": ["wismo", "none"]})
    >>> int(learn(month, sheet).hits.sum())
    1
    """
    table = Tagged.of(tagged)
    known = profile_of(table.metadata, model)
    read = read_audit(audit, table.needs)
    place = {
        name: i for i, (name, ok) in enumerate(zip(ids_of(table), table.ok, strict=True)) if ok
    }
    here = [k for k, name in enumerate(read.ids) if name in place]
    if not here:
        raise InputError(
            f"None of the {len(read)} audited conversations is in this table; "
            "is it the sheet of another dump?"
        )
    read.check_words(table)
    rows = np.asarray([place[read.ids[k]] for k in here], dtype=np.intp)
    signals = known.needs if known else (*table.needs, NONE)
    y, p = (np.full((len(rows), len(signals)), np.nan) for _ in range(2))
    tags = np.zeros(y.shape, dtype=bool)
    for j, signal in enumerate(signals):
        if signal in table.needs:
            column = table.needs.index(signal)
            p[:, j], tags[:, j] = table.p[rows, column], table.tags[rows, column]
        elif signal == NONE:
            p[:, j], tags[:, j] = table.p_none[rows], ~table.tags[rows].any(axis=1)
        else:  # a reader is not asked whether something failed
            continue
        y[:, j] = np.rint(read.share_of(signal)[here])
    kinds = np.asarray(["audit"] * len(rows), dtype=object)
    if KIND in table.table.column_names:
        kinds = np.asarray([str(v) for v in table.column(KIND)], dtype=object)[rows]
    new = ErrorProfile.from_predictions(y, p, tags, kinds, kinds, signals)
    return known + new if known else new
