"""From every figure to the conversations behind it: which they are, and the most telling of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError
from convcat.insight.digest import Digest, piece_ids
from convcat.insight.looked import JOIN
from convcat.insight.population import UNKNOWN
from convcat.insight.slice_columns import slice_values
from convcat.reporting.facts import rows_of, told
from convcat.reporting.figures import Row
from convcat.reporting.voices import telling
from convcat.tagged import Tagged

MOST_IDS = 50
"""How many conversations are named per figure; the others are found by its ``where``."""
_MOST_PLACES = 60
_NOTE = (
    "The ids are those of the most telling conversations; all of a figure's are the rows of the "
    "tagged table that carry the need and have the values of 'where'."
)
_APART = frozenset({"none", "unread"})

Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Claim:
    """A figure's conversations: those that carry a need, of a kind, in a place.

    Attributes
    ----------
    key : str
        Short and unique on the page.
    need : str
    where : tuple of (column, value)
        ``kind`` among them, where kinds are kept apart; empty for all.
    tagged : int
        How many conversations there are.
    rows : tuple of int
        The most telling ones, by their place in the table.
    ids : tuple of str
        The same, by their ids.
    """

    key: str
    need: str
    where: Where
    tagged: int = 0
    rows: tuple[int, ...] = field(default=(), repr=False)
    ids: tuple[str, ...] = field(default=(), repr=False)

    @property
    def place(self) -> Where:
        """Where, beside the kind."""
        return tuple(pair for pair in self.where if pair[0] != "kind")


@dataclass(frozen=True)
class Evidence:
    """The conversations behind the figures.

    Attributes
    ----------
    claims : tuple of Claim
    """

    claims: tuple[Claim, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Per figure its ``need``, ``where`` (column to value), ``tagged`` and some ``ids``."""
        return tuple(
            {"need": c.need, "where": dict(c.where), "tagged": c.tagged, "ids": list(c.ids)}
            for c in self.claims
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the rows as JSON-able values, and how all conversations of a figure are found."""
        return {"what": "evidence", "rows": list(self.rows), "note": _NOTE}


def evidence_of(tagged: Any, found: Mapping[str, Any]) -> Evidence:
    """Return the conversations behind every need's share and behind every place that stands out.

    Parameters
    ----------
    tagged : dataframe, path to Parquet, Tagged or Digest
    found : mapping
        Findings: ``distribution`` and ``failures`` are looked up.
    """
    table = Digest.of(tagged)
    asked = [(need, where) for need, where in _asked(found) if need in table.needs]
    claims = [Claim(f"c{i}", need, where) for i, (need, where) in enumerate(asked)]
    counts = [0] * len(claims)
    best: list[list[tuple[float, int, str]]] = [[] for _ in claims]
    for piece in table.map(_find, tuple(claims)):
        for i, (n, some) in enumerate(piece):
            counts[i] += n
            best[i] = sorted(best[i] + some)[:MOST_IDS]
    return Evidence(
        tuple(
            replace(
                claim,
                tagged=n,
                rows=tuple(row for _, row, _ in some),
                ids=tuple(name for *_, name in some),
            )
            for claim, n, some in zip(claims, counts, best, strict=True)
        )
    )


def where_of(row: Mapping[str, Any], columns: Sequence[str] = ()) -> Where:
    """Return where a row of a finding speaks of: its kind, and its values of some columns."""
    kind = (("kind", str(row["kind"] or UNKNOWN)),) if "kind" in row else ()
    named = (name for name in columns if name != "kind" and row.get(name) is not None)
    return kind + tuple((name, str(row[name])) for name in named)


class Proofs:
    """The claims that something is shown for, to be found from a row of a finding.

    Parameters
    ----------
    claims : sequence of Claim
    shown : collection of str
        The keys of those that the page has conversations of.
    """

    def __init__(self, claims: Sequence[Claim], shown: Collection[str]) -> None:
        self._keys = {(c.need, frozenset(c.where)): c.key for c in claims if c.key in shown}

    def key(self, row: Mapping[str, Any]) -> str:
        """Return the key of a row's conversations; an empty string where none is shown."""
        columns = str(row.get("slice") or "").split(JOIN)
        return self._keys.get((str(row["need"]), frozenset(where_of(row, columns))), "")


def _asked(found: Mapping[str, Any]) -> dict[tuple[str, Where], None]:
    """Return what to look up, in the order of the page, each once."""
    asked: dict[tuple[str, Where], None] = {}
    for row in rows_of(found["distribution"]) if found.get("distribution") is not None else ():
        if row["need"] not in _APART:
            asked[str(row["need"]), where_of(row)] = None
    failures = found.get("failures")
    if failures is not None:
        by = told(failures).get("by") or ()
        for row in rows_of(failures)[:_MOST_PLACES]:
            asked[str(row["need"]), where_of(row, by)] = None
    return asked


def _find(
    tagged: Tagged, first: int, claims: Sequence[Claim]
) -> list[tuple[int, list[tuple[float, int, str]]]]:
    """Return, per claim, how many rows of a piece are its own, and the most telling of them."""
    ids = piece_ids(tagged, first)
    inside = inside_of(tagged, claims)
    needs = tuple(dict.fromkeys(claim.need for claim in claims))
    score = dict(zip(needs, telling(tagged, 0, needs, most=len(tagged)), strict=True))
    found = []
    for claim, mine in zip(claims, inside, strict=True):
        rows, how = score[claim.need]
        kept = np.flatnonzero(mine[rows])[:MOST_IDS]
        some = [(-float(how[k]), first + int(rows[k]), ids[int(rows[k])]) for k in kept]
        found.append((int(mine.sum()), some))
    return found


def inside_of(tagged: Tagged, claims: Sequence[Claim]) -> list[npt.NDArray[np.bool_]]:
    """Return which rows of a table are the conversations of each claim."""
    places: dict[tuple[str, str], npt.NDArray[np.bool_]] = {}
    columns: dict[str, npt.NDArray[np.object_] | None] = {}
    for name, value in dict.fromkeys(pair for claim in claims for pair in claim.where):
        if name not in columns:
            try:
                values = slice_values(tagged, name).to_pylist()
                named = [(v or UNKNOWN) if name == "kind" else v for v in values]
                columns[name] = np.asarray(named, dtype=object)
            except InputError:
                columns[name] = None
        held = columns[name]
        places[name, value] = (
            np.zeros(len(tagged), dtype=bool)
            if held is None
            else np.asarray(held == value, dtype=bool)
        )
    return [
        np.logical_and.reduce(
            [
                tagged.tags[:, tagged.needs.index(claim.need)],
                *(places[pair] for pair in claim.where),
            ]
        )
        for claim in claims
    ]
