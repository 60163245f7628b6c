"""Everything that was looked at, as arrays, and as rows with words when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from convcat.insight.intervals import z_of
from convcat.insight.residuals import FEWEST
from convcat.insight.screen import Screened
from convcat.insight.slice_sums import SliceSums

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
JOIN = " × "
_PSEUDO = 5.0  # conversations' worth of pooled variance lent to a slice's own
_LOW = "not shown: not higher than elsewhere"
_CHANCE = "not shown: within chance"
_READING = "not shown: a slice that is read differently could look like this"


class Place(NamedTuple):
    """Where a result stands: family, slice in it, need."""

    family: int
    slice: int
    need: int


@dataclass(frozen=True)
class Family:
    """Slices of one kind of conversation, of one or of two columns."""

    kind: str | None
    sums: SliceSums
    screened: Screened


@dataclass(frozen=True)
class Looked:
    """Everything that was looked at.

    Attributes
    ----------
    families : tuple of Family
    q : tuple of ndarray of float, each of shape (slices, needs)
        q-values per family.
    into : mapping of Place to Place
        Findings that are explained by stronger ones.
    needs : tuple of str
    level : float
    assumed : bool
        Whether the model's errors were assumed.
    """

    families: tuple[Family, ...]
    q: tuple[Floats, ...]
    into: Mapping[Place, Place]
    needs: tuple[str, ...]
    level: float
    assumed: bool

    def __len__(self) -> int:
        return sum(q.size for q in self.q)

    def found(self) -> list[Place]:
        """Return what passed the error control and tells its own story, best first.

        Best is the most conversations that would not have failed at elsewhere's rate, after
        shrinking: what is known less well counts for less (empirical Bayes with a normal prior,
        its variance by moments as in DerSimonian and Laird 1986, Controlled Clinical Trials 7:177).
        """
        ranked = []
        for f, (family, q) in enumerate(zip(self.families, self.q, strict=True)):
            seen = family.screened
            noise = seen.sampling + seen.unread
            least = (0.25 * seen.moments.share * seen.moments.separation) ** 2
            some = np.argwhere(q <= 1 - self.level)
            true = np.maximum((seen.right**2 - noise).mean(axis=0), least) if len(some) else least
            worth = seen.right / seen.moments.separation * seen.slices.n[:, None]
            worth = worth * true / np.maximum(true + noise, 1e-300)
            ranked += [(-float(worth[i, j]), Place(f, int(i), int(j))) for i, j in some]
        return [at for _, at in sorted(ranked) if at not in self.into]

    def unclear(self) -> list[Place]:
        """Return what chance alone does not explain and an uneven reading may, clearest first."""
        told = []
        for f, (family, q) in enumerate(zip(self.families, self.q, strict=True)):
            seen = family.screened
            z = seen.difference / np.sqrt(np.maximum(seen.sampling, 1e-300))
            open_ = (z > self._far) & (q > 1 - self.level) & ~seen.slices.pair[:, None]
            told += [(-float(z[i, j]), Place(f, int(i), int(j))) for i, j in np.argwhere(open_)]
        return [at for _, at in sorted(told)]

    def rows(self, places: list[Place]) -> list[dict[str, Any]]:
        """Return some results as rows."""
        told = []
        for f, i, j in places:
            held = self.columns(f, np.asarray([i]), np.asarray([j]))
            told.append({name: values[0] for name, values in held.items()})
        return told

    def everything(self) -> dict[str, list[Any]]:
        """Return all results as columns, family by family."""
        every: dict[str, list[Any]] = {}
        for f, q in enumerate(self.q):
            i, j = np.indices(q.shape).reshape(2, -1)
            for name, values in self.columns(f, i, j).items():
                every.setdefault(name, []).extend(values)
        return every

    def columns(self, f: int, i: Places, j: Places) -> dict[str, list[Any]]:
        """Return slices ``i`` and needs ``j`` of a family as columns."""
        family = self.families[f]
        seen, slices = family.screened, family.screened.slices
        n, rest = slices.n[i], family.sums.n - slices.n[i]
        apart, raw, pooled = seen.moments.separation[j], seen.right[i, j], seen.moments.variance[j]
        # Means of calibrated scores lean to the overall share; stretched back, they do not.
        elsewhere = np.clip(seen.moments.share[j] - raw * n / (n + rest) / apart, 0.0, 1.0)
        share = np.clip(elsewhere + raw / apart, 0.0, 1.0)
        own = slices.s2[i, j] - slices.s1[i, j] ** 2 / n + _PSEUDO * pooled
        # A slice that happens to hold no clear case is not surer for that: never below the pooled.
        own = np.maximum(own / (n - 1 + _PSEUDO), pooled)
        noise = own / n + pooled / rest + seen.unread[i, j]
        half = z_of(self.level) * np.sqrt(np.maximum(noise, 0.0)) / apart
        gap = share - elsewhere
        lift = np.where(elsewhere > 0, share / np.maximum(elsewhere, 1e-300), np.nan)
        numbers = {"share": share, "elsewhere": elsewhere, "lift": lift, "low": gap - half}
        numbers |= {"high": gap + half, "n": n, "tagged": slices.tagged[i, j], "excess": n * gap}
        numbers["low"], numbers["high"] = (
            np.maximum(numbers["low"], -1),
            np.minimum(numbers["high"], 1),
        )
        numbers |= {"p_value": seen.p[i, j], "q_value": self.q[f][i, j]}
        for name in ("n", "tagged"):
            numbers[name] = numbers[name].astype(np.int64)
        plain = {name: values.tolist() for name, values in numbers.items()}
        plain["lift"] = [value if value == value else None for value in plain["lift"]]  # noqa: PLR0124
        kind = {} if family.kind is None else {"kind": [family.kind] * len(i)}
        need = [self.needs[k] for k in j]
        return {
            "need": need,
            **kind,
            **self._where(family, i),
            **plain,
            "sure": self._sure(f, i, j),
        }

    def _where(self, family: Family, i: Places) -> dict[str, list[str | None]]:
        slices, cells = family.screened.slices, family.sums
        held: dict[str, list[str | None]] = {name: [None] * len(i) for name in cells.columns}
        names, values = [], []
        for row, s in enumerate(i):
            ends = [(slices.left[s], slices.a[s]), (slices.right[s], slices.b[s])]
            where = {cells.columns[k]: cells.values[k][code] for k, code in ends if k >= 0}
            names.append(JOIN.join(where))
            values.append(JOIN.join(where.values()))
            for name, value in where.items():
                held[name][row] = value
        return {"slice": names, "value": values, **held}  # type: ignore[dict-item]

    def _sure(self, f: int, i: Places, j: Places) -> list[str]:
        seen = self.families[f].screened
        d, z = seen.difference[i, j], seen.sampling[i, j]
        z = d / np.sqrt(np.maximum(z, 1e-300))
        far = (z > self._far) & ~seen.slices.pair[i]
        told = np.where(d <= 0, _LOW, np.where(far, _READING, _CHANCE)).tolist()
        for k in np.flatnonzero(self.q[f][i, j] <= 1 - self.level):
            told[k] = self._sure_of(Place(f, int(i[k]), int(j[k])))
        return [str(words) for words in told]

    def _sure_of(self, at: Place) -> str:
        """Return in words how sure a finding is."""
        if at in self.into:
            by = self.into[at]
            where = self._where(self.families[by.family], np.asarray([by.slice]))
            return f"folded: explained by {where['slice'][0]} = {where['value'][0]}"
        seen = self.families[at.family].screened
        sure = bool(seen.full[at.slice, at.need] <= self._limits[at.family])
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
    def _far(self) -> float:
        """How many standard errors chance alone would hardly reach anywhere (Bonferroni)."""
        return z_of(1 - 2 * (1 - self.level) / max(len(self), 1))

    @cached_property
    def _limits(self) -> tuple[float, ...]:
        """Per family, the largest p-value that passed."""
        return tuple(
            float(family.screened.p[q <= 1 - self.level].max(initial=0.0))
            for family, q in zip(self.families, self.q, strict=True)
        )
