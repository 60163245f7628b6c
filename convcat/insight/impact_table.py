"""What impact needs of a tagged table: tags and a few columns, without texts and probabilities."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa

from convcat.insight.digest import Digest
from convcat.insight.impact_outcomes import CUSTOMER, NPS, VALUE
from convcat.tagged import Tagged

_OURS = ("rating", "csat", "response_minutes", "time", "kind", "channel", "file")


def slim(tagged: Any, customer: str | None = None) -> Tagged:
    """Return a tagged table to hold needs against outcomes, whatever its size on disk.

    Of a table of many pieces only these columns are held: about a hundred bytes a conversation.

    Parameters
    ----------
    tagged : dataframe, path to Parquet, Tagged or Digest
    customer : str, optional
        A column beside those that are known by their names.
    """
    if not isinstance(tagged, Digest):
        return Tagged.of(tagged)
    if isinstance(tagged.table, Tagged):
        return tagged.table
    known = {*NPS, *VALUE, *CUSTOMER}
    names = tuple(
        name
        for name in tagged.schema.names
        if name in _OURS or name == customer or re.sub(r"[^a-z0-9]", "", name.lower()) in known
    )
    pieces = list(tagged.map(_piece, names))
    tables, ok, failed, tags, status = zip(*pieces, strict=True)
    nothing = np.full((sum(map(len, ok)), 0), np.nan)
    return Tagged(
        table=pa.concat_tables(tables, promote_options="permissive"),
        needs=tagged.needs,
        ok=np.concatenate(ok),
        p=nothing,
        p_none=nothing.sum(axis=1),
        p_failed=np.concatenate(failed),
        tags=np.concatenate(tags),
        status=np.concatenate(status),
        metadata=tagged.metadata,
        kind=tagged.kind,
    )


def _piece(tagged: Tagged, first: int, names: tuple[str, ...]) -> tuple[Any, ...]:
    del first
    table = tagged.table.select(list(names)).replace_schema_metadata(None)
    return table, tagged.ok, tagged.p_failed, tagged.tags, tagged.status
