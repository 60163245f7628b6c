"""What a search for failures gives back: rows for people, tables to compute with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from convcat import frames
from convcat.insight.intervals import z_of
from convcat.insight.multiplicity import Control
from convcat.insight.residuals import FEWEST
from convcat.insight.results import Result, html_table, text_table
from convcat.insight.screen import Screened
from convcat.insight.slices import Cells
from convcat.insight.slicing import slice_values
from convcat.tagged import Tagged

Floats = npt.NDArray[np.float64]
JOIN = " × "
UNKNOWN = "unknown"
"""The kind of conversations that no kind was given for, where others have one."""
_PSEUDO = 5.0  # conversations' worth of pooled variance lent to a slice's own


class Place(NamedTuple):
    """Where a result stands: family, slice in it, need."""

    family: int
    slice: int
    need: int


@dataclass(frozen=True)
class Family:
    """Slices of one kind of conversation, of one or of two columns."""

    kind: str | None
    cells: Cells
    screened: Screened


@dataclass(frozen=True)
class Looked:
    """Everything that was looked at, as arrays; rows are made when they are asked for."""

    families: tuple[Family, ...]
    q: tuple[Floats, ...]
    into: Mapping[Place, Place]
    needs: tuple[str, ...]
    level: float
    assumed: bool

    def __len__(self) -> int:
        return sum(q.size for q in self.q)

    def places(self) -> Iterator[Place]:
        """Return every place, in the order of the families."""
        for f, q in enumerate(self.q):
            for i, j in np.ndindex(q.shape):
                yield Place(f, i, j)

    def found(self) -> list[Place]:
        """Return what passed the error control and tells its own story, best first.

        Best is the most conversations that would not have failed at elsewhere's rate, after
        shrinking: what is known less well counts for less (empirical Bayes, normal prior, as in
        DerSimonian and Laird 1986).
        """
        passed = [
            Place(f, int(i), int(j))
            for f, q in enumerate(self.q)
            for i, j in np.argwhere(q <= 1 - self.level)
        ]
        prior = {f: self._heterogeneity(f) for f in {at.family for at in passed}}

        def worth(at: Place) -> tuple[float, Place]:
            seen, here = self.families[at.family].screened, (at.slice, at.need)
            known = prior[at.family][at.need] / (
                prior[at.family][at.need] + seen.sampling[here] + seen.unread[here]
            )
            difference = seen.right[here] / seen.moments.separation[at.need]
            return (-float(known * difference * seen.slices.n[at.slice]), at)

        return sorted((at for at in passed if at not in self.into), key=worth)

    def _heterogeneity(self, family: int) -> Floats:
        """Return the variance of each need's true differences between slices."""
        seen = self.families[family].screened
        more = (seen.right**2 - seen.sampling - seen.unread).mean(axis=0)
        return np.asarray(
            np.maximum(more, (0.25 * seen.moments.mean * seen.moments.separation) ** 2)
        )

    def row(self, at: Place) -> dict[str, Any]:
        """Return one result as a row."""
        family, j = self.families[at.family], at.need
        seen, here = family.screened, (at.slice, at.need)
        cells, slices = family.cells, seen.slices
        n, rest = float(slices.n[at.slice]), float(cells.n.sum() - slices.n[at.slice])
        base, apart = float(seen.moments.mean[j]), float(seen.moments.separation[j])
        raw = float(seen.right[here])
        # Means of calibrated scores lean to the overall share; stretched back, they do not.
        elsewhere = min(max(base - raw * n / (n + rest) / apart, 0.0), 1.0)
        share = min(max(elsewhere + raw / apart, 0.0), 1.0)
        own = (slices.s2[here] - slices.s1[here] ** 2 / n + _PSEUDO * seen.moments.variance[j]) / (
            n - 1 + _PSEUDO
        )
        noise = own / n + seen.moments.variance[j] / rest + seen.unread[here]
        half = z_of(self.level) * float(np.sqrt(max(noise, 0.0))) / apart
        return {
            "need": self.needs[j],
            **({} if family.kind is None else {"kind": family.kind}),
            **self._where(family, at.slice),
            "share": share,
            "elsewhere": elsewhere,
            "lift": share / elsewhere if elsewhere > 0 else None,
            "low": max(share - elsewhere - half, -1.0),
            "high": min(share - elsewhere + half, 1.0),
            "n": int(n),
            "tagged": int(slices.tagged[here]),
            "excess": n * (share - elsewhere),
            "p_value": float(seen.p[here]),
            "q_value": float(self.q[at.family][here]),
            "sure": self._sure(at),
        }

    def _where(self, family: Family, i: int) -> dict[str, Any]:
        slices, cells = family.screened.slices, family.cells
        at = [(slices.left[i], slices.a[i])]
        if slices.right[i] >= 0:
            at.append((slices.right[i], slices.b[i]))
        held = {cells.columns[k]: cells.values[k][code] for k, code in at}
        return {
            "slice": JOIN.join(held),
            "value": JOIN.join(held.values()),
            **{name: held.get(name) for name in cells.columns},
        }

    def _name(self, at: Place) -> str:
        where = self._where(self.families[at.family], at.slice)
        return f"{where['slice']} = {where['value']}"

    @cached_property
    def _far(self) -> float:
        """How many standard errors chance alone would hardly reach anywhere (Bonferroni)."""
        return z_of(1 - 2 * (1 - self.level) / max(len(self), 1))

    def _sure(self, at: Place) -> str:
        seen, here = self.families[at.family].screened, (at.slice, at.need)
        if at in self.into:
            return f"folded: explained by {self._name(self.into[at])}"
        if self.q[at.family][here] > 1 - self.level:
            if seen.difference[here] <= 0:
                return "not shown: not higher than elsewhere"
            z = seen.difference[here] / np.sqrt(max(seen.sampling[here], 1e-300))
            if z > self._far and not seen.slices.pair[at.slice]:
                return "not shown: a slice that is read differently could look like this"
            return "not shown: within chance"
        sure = bool(seen.full[here] <= self._limits[at.family])
        if (read := int(seen.checked[at.slice])) >= FEWEST:
            return f"{'sure' if sure else 'likely'}: beyond chance, and borne out by {read} read by hand"
        if sure:
            source = "assumed" if self.assumed else "known"
            return f"sure: beyond chance, and beyond the {source} unevenness of reading"
        return (
            "likely: beyond chance, and the slice's other needs are read as elsewhere; "
            "this need alone misread here could look like it: read a few to be sure"
        )

    @cached_property
    def _limits(self) -> tuple[float, ...]:
        """Per family, the largest p-value that passed."""
        return tuple(
            float(family.screened.p[q <= 1 - self.level].max(initial=0.0))
            for family, q in zip(self.families, self.q, strict=True)
        )


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
        return cls(rows=tuple(looked.row(at) for at in looked.found()), looked=looked, **facts)

    @property
    def columns(self) -> dict[str, type]:  # type: ignore[override]
        """Column names of the tables, with their types."""
        kinds = {"kind": str} if any(family.kind for family in self.looked.families) else {}
        numbers = dict.fromkeys(("share", "elsewhere", "lift", "low", "high"), float)
        rest = {"n": int, "tagged": int, "excess": float, "p_value": float, "q_value": float}
        words = dict.fromkeys(("slice", "value", *self.by), str)
        return {"need": str, **kinds, **words, **numbers, **rest, "sure": str}

    @cached_property
    def looked_at(self) -> Any:
        """Everything looked at, the findings included, least likely to be chance first."""
        rows = sorted(map(self.looked.row, self.looked.places()), key=lambda row: row["p_value"])
        return replace(self, rows=tuple(rows)).table

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
        inside = tagged.ok.copy()
        if row.get("kind") is not None:
            kind = [value or UNKNOWN for value in tagged.column("kind")]
            inside &= np.asarray(kind, dtype=object) == row["kind"]
        for name in self.by:
            if row[name] is not None:
                values = slice_values(tagged, name).to_pylist()
                inside &= np.asarray(values, dtype=object) == row[name]
        return inside

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

    def __repr__(self) -> str:
        return "\n".join([self.headline(), *(text_table(self._brief()) if self.rows else ())])

    def _repr_html_(self) -> str:
        return html_table(self.headline(), self._brief())

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
