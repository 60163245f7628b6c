"""What a search for failures gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from convcat import frames
from convcat.insight.looked import Looked
from convcat.insight.multiplicity import Control
from convcat.insight.population import UNKNOWN
from convcat.insight.results import Result
from convcat.insight.slice_columns import slice_values
from convcat.tagged import Tagged

_MOST_TO_READ = 20
_TOLD = ("need", "kind", "slice", "value", "share", "elsewhere", "n")
TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64()}


@dataclass(frozen=True, repr=False)
class Failures(Result):
    """Where a need fails more than elsewhere.

    Attributes
    ----------
    rows : tuple of dict
        What passed the error control, best first.
    looked : Looked
        Everything looked at, as arrays.
    control : {"bh", "by"}
        How false discoveries were controlled, over everything looked at.
    by : tuple of str
        What was sliced by.
    left_out : dict of str to str
        What was not, and why.
    min_size : int
        Conversations that a slice had to have.
    failed_only : bool
        Whether needs were weighed by the probability that they failed.
    kind : str
        The kind of dataframe of ``table``.
    """

    rows: tuple[dict[str, Any], ...]
    looked: Looked
    control: Control
    by: tuple[str, ...]
    left_out: dict[str, str]
    min_size: int
    failed_only: bool
    kind: frames.Kind = "pyarrow"
    what = "failures"

    @classmethod
    def of(cls, looked: Looked, **facts: Any) -> Failures:
        """Make the rows of what was found."""
        return cls(rows=tuple(looked.rows(looked.found())), looked=looked, **facts)

    @property
    def columns(self) -> dict[str, type]:  # type: ignore[override]
        """Column names of the tables, with their types."""
        kinds = {"kind": str} if any(family.kind for family in self.looked.families) else {}
        numbers = dict.fromkeys(("share", "elsewhere", "lift", "low", "high"), float)
        rest = {"n": int, "tagged": int, "excess": float, "p_value": float, "q_value": float}
        words = dict.fromkeys(("slice", "value", *self.by), str)
        return {"need": str, **kinds, **words, **numbers, **rest, "sure": str}

    @cached_property
    def to_read(self) -> tuple[dict[str, Any], ...]:
        """What is beyond chance but may be the reading: some conversations read there would tell.

        The same rows as ``rows``; an ``audit=`` with a few dozen conversations of the slice, and
        of elsewhere, makes findings of them or lays them to rest.
        """
        return tuple(self.looked.rows(self.looked.unclear()))

    @cached_property
    def looked_at(self) -> Any:
        """Everything looked at, the findings included, least likely to be chance first."""
        held = self.looked.everything()
        order = np.argsort(held.get("p_value", []), kind="stable")
        arrow = pa.table({
            name: pa.array(held.get(name, []), TYPES[kind]) for name, kind in self.columns.items()
        })  # fmt: skip
        return frames.from_arrow(arrow.take(pa.array(order, pa.int64())), self.kind)

    def members(self, tagged: Any, row: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return which rows of the tagged table are the conversations behind a finding's ``n``.

        Parameters
        ----------
        tagged : dataframe, path to Parquet or Tagged
            The table that was searched.
        row : mapping
            One of ``rows``.
        """
        tagged = Tagged.of(tagged)
        inside: npt.NDArray[np.bool_] = tagged.ok.copy()
        if row.get("kind") is not None:
            kind = [value or UNKNOWN for value in tagged.column("kind")]
            inside &= np.asarray(kind, dtype=object) == row["kind"]
        for name in self.by:
            if row[name] is not None:
                values = slice_values(tagged, name).to_pylist()
                inside &= np.asarray(values, dtype=object) == row[name]
        return np.asarray(inside, dtype=bool)

    def facts(self) -> dict[str, Any]:
        """Return how was searched, as JSON-able values."""
        return {
            "level": self.looked.level,
            "control": self.control,
            "looked_at": len(self.looked),
            "by": list(self.by),
            "left_out": dict(self.left_out),
            "min_size": self.min_size,
            "failed_only": self.failed_only,
            "to_read": [
                {name: row[name] for name in _TOLD if name in row}
                for row in self.to_read[:_MOST_TO_READ]
            ],
            "assumed_errors": self.looked.assumed,
        }

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        found = (
            "No finding"
            if not self.rows
            else f"{len(self.rows)} finding{'s'[: len(self.rows) > 1]}"
        )
        name = {"bh": "Benjamini-Hochberg", "by": "Benjamini-Yekutieli"}[self.control]
        return (
            f"{found} among {len(self.looked):,} looked at by {', '.join(self.by) or 'no column'}; "
            f"false ones held to {1 - self.looked.level:.0%} ({name})."
        )

    def _brief(self) -> list[dict[str, Any]]:
        names = ("need", "kind", "slice", "value")
        return [
            {
                **{name: row[name] for name in names if name in row},
                "share": row["share"],
                "elsewhere": f"{row['elsewhere']:.1%}",
                "n": row["n"],
                "excess": round(row["excess"]),
                "sure": row["sure"].split(":")[0],
            }
            for row in self.rows
        ]
