"""Where the experience fails: slices in which a need fails more than elsewhere, with proof."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.exceptions import InputError
from convcat.insight.digest import Digest
from convcat.insight.folding import adjusted, fold
from convcat.insight.found import Failures
from convcat.insight.looked import Family, Looked, Place
from convcat.insight.multiplicity import Control, cut, q_values
from convcat.insight.profile import profile_of
from convcat.insight.reading import spread_of
from convcat.insight.residuals import residuals_of
from convcat.insight.screen import screen
from convcat.insight.slice_sums import SliceSums, failed_scores, sum_slices
from convcat.insight.slices import Cells, Choice, pick_columns
from convcat.insight.strata import Group, cells_of, together
from convcat.insight.summaries import FAILED

__all__ = ["failed_scores", "failures"]

_SINGLES = 0.8  # how much of the false discovery budget slices of one column get
_MOST_CELLS = 100_000  # of the values that findings of one need are of
_MOST_FINDINGS = 200  # per kind and need; more are folded unread: nobody reads on

Floats = npt.NDArray[np.float64]


def failures(
    tagged: Any,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    audit: Any = None,
    model: Any = None,
    min_size: int = 30,
    pairs: bool = True,
    control: Control = "bh",
) -> Failures:
    """Find the slices in which a need fails more than elsewhere.

    What is compared is the mean of ``p_<need>`` times ``p_failed``, squared so that clear cases
    count the most: what failed, not what was only asked (where the table has no ``p_failed``, asked and failed count alike, and the result
    says so). Reviews and support conversations are never pooled.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
        A tagged table.
    by : str or sequence of str, optional
        Columns to slice by; by default channel, product, carrier, country, month (made from
        ``time``) and every other text column of 2 to 60 values. What is left out, and why, is
        in ``left_out``.
    level : float, default 0.95
        Level of the intervals; one minus it is the share of false findings that is allowed.
    audit : path, dataframe, AuditSheet or Audit, optional
        Conversations read by hand; slices that hold five or more of them are judged by them, the
        less by the spread between sources the more were read.
    model : optional
        Anything with ``profile_`` (known errors); by default what travels with the table.
    min_size : int, default 30
        Conversations that a slice, and what is beside it, must have.
    pairs : bool, default True
        Whether slices of two columns are looked at.
    control : {"bh", "by"}, default "bh"
        How false discoveries are controlled, see :func:`~convcat.insight.multiplicity.q_values`.

    Returns
    -------
    Failures
        ``.table`` with what passed, best first; ``.looked_at`` with everything looked at.

    Raises
    ------
    InputError
        If it is no tagged table, a column is missing, or an option is out of its range.

    Examples
    --------
    >>> import numpy as np, pyarrow as pa
    >>> rng = np.random.default_rng(0)
    >>> chat = np.arange(2000) % 4 == 0
    >>> p = rng.random(2000) < np.where(chat, 0.4, 0.1)
    >>> table = pa.table({
    ...     "channel": np.where(chat, "chat", "mail"),
    ...     "needs": [["wismo"] if x else [] for x in p],
    ...     "p_wismo": np.where(p, 0.95, 0.02),
    ...     "needs_status": ["ok"] * 2000,
    ... })
    >>> [(row["need"], row["slice"], row["value"]) for row in failures(table).rows]
    [('wismo', 'channel', 'chat')]
    """
    if not 0.5 <= level < 1:
        raise InputError(f"level must be at least 0.5 and below 1, not {level}.")
    if min_size < 2:
        raise InputError(f"min_size must be at least 2, not {min_size}.")
    if control not in ("bh", "by"):
        raise InputError(f"control must be 'bh' or 'by', not {control!r}.")
    named = [by] if isinstance(by, str) else by
    digest = Digest.of(tagged, by=named)
    if any(name not in digest.census.values for name in named or ()):
        digest = Digest.of(digest.table, by=named)
    choices, left_out = pick_columns(digest, named, min_size)
    profile = profile_of(digest.metadata, model)
    checks = None if audit is None else residuals_of(digest, audit, choices)
    kinds = digest.kinds()
    summary = digest.summary()
    weighed = bool(summary.scored[:, summary.signals.index(FAILED)].any())
    families, assumed = [], False
    pieces = digest.map(sum_slices, choices, kinds, weighed)
    for kind, total in zip(kinds, _added(pieces), strict=True):
        weight = total.s1 / np.maximum(total.mass, 1e-12)  # errors shrink with what failed
        moments = total.moments
        mine = checks.within(kind) if checks else None
        spread = spread_of(profile, digest.needs, moments, weight)
        assumed |= spread.assumed
        for slices in (total.of_one, total.of_two) if pairs else (total.of_one,):
            seen = screen(total, slices(min_size), moments, spread, mine)
            families.append(Family(kind, total, seen))
    q, limit = _control(families, level, control)
    into = _fold(digest, choices, families, q, limit, level, weighed=weighed)
    return Failures.of(
        Looked(tuple(families), q, into, digest.needs, level, assumed),
        control=control,
        by=tuple(choice.name for choice in choices),
        left_out=left_out,
        min_size=min_size,
        failed_only=weighed,
        kind=digest.kind,
    )


def _added(pieces: Iterable[list[SliceSums]]) -> list[SliceSums]:
    """Add the pieces of a table up, kind by kind."""
    return functools.reduce(
        lambda mine, more: [a + b for a, b in zip(mine, more, strict=True)], pieces
    )


def _control(
    families: Sequence[Family], level: float, control: Control
) -> tuple[tuple[Floats, ...], float]:
    """Return q-values per family, and the largest p-value (times weight) that passed.

    Slices of one column are few and pairs are many: each gets its own part of the budget, or a
    table with many columns would drown what it could show in what it could not. Within them, what
    could show a doubling weighs the most.
    """
    p = [family.screened.p for family in families]
    pair = [bool(family.screened.slices.pair.any()) for family in families]
    worth = [family.screened.weight for family in families]
    sizes = {True: 0.0, False: 0.0}
    for values, is_pair in zip(worth, pair, strict=True):
        sizes[is_pair] += float(values.sum())
    part = {False: _SINGLES, True: 1 - _SINGLES} if all(sizes.values()) else {False: 1.0, True: 1.0}
    weight = {two: part[two] / max(sizes[two], 1e-12) for two in (False, True)}
    weights = [weight[two] * values.ravel() for values, two in zip(worth, pair, strict=True)]
    flat = np.concatenate([values.ravel() for values in p])
    q = q_values(flat, np.concatenate(weights), control=control)
    ends = np.cumsum([values.size for values in p])[:-1]
    shaped = tuple(
        part.reshape(values.shape) for part, values in zip(np.split(q, ends), p, strict=True)
    )
    return shaped, cut(flat, q, level)


def _fold(
    digest: Digest,
    choices: Sequence[Choice],
    families: Sequence[Family],
    q: tuple[Floats, ...],
    limit: float,
    level: float,
    *,
    weighed: bool,
) -> dict[Place, Place]:
    """Return, for every finding that is explained by a stronger one, which one that is."""
    found: list[tuple[Group, list[Place]]] = []
    for kind in dict.fromkeys(family.kind for family in families):
        here = [f for f, family in enumerate(families) if family.kind == kind]
        needs = q[here[0]].shape[1]
        for need in range(needs):
            strongest = [
                (float(families[f].screened.plain[i, need]), f, int(i), need)
                for f in here
                for i in np.flatnonzero(q[f][:, need] <= 1 - level)
            ]
            places = [Place(f, i, j) for _, f, i, j in sorted(strongest)][:_MOST_FINDINGS]
            group = _group(families, kind, need, places)
            while group.cells > _MOST_CELLS:
                places = places[: len(places) // 2]
                group = _group(families, kind, need, places)
            if len(places) > 1:
                found.append((group, places))
    if not found:
        return {}
    groups = [group for group, _ in found]
    cells: list[Cells] = []
    for piece in digest.map(cells_of, choices, groups, weighed):
        pairs = zip(cells, piece, strict=True) if cells else ((one,) for one in piece)
        cells = [together(parts) for parts in pairs]
    into: dict[Place, Place] = {}
    for (_, places), whole in zip(found, cells, strict=True):
        into |= _fold_need(families, places, whole, limit)
    return into


def _group(families: Sequence[Family], kind: str | None, need: int, places: list[Place]) -> Group:
    """Return which values of each column the findings are of."""
    wanted: list[set[int]] = [set() for _ in families[0].sums.columns]
    for f, i, _ in places:
        slices = families[f].screened.slices
        for column, code in ((slices.left[i], slices.a[i]), (slices.right[i], slices.b[i])):
            if column >= 0:
                wanted[int(column)].add(int(code))
    return Group(kind, need, tuple(tuple(sorted(codes)) for codes in wanted))


def _fold_need(
    families: Sequence[Family], places: list[Place], cells: Cells, limit: float
) -> dict[Place, Place]:
    need = places[0].need
    insides = [families[at.family].screened.slices.members(at.slice, cells) for at in places]
    moments = families[places[0].family].screened.moments
    skew = float(moments.third[need] / max(moments.variance[need], 1e-300))

    def stands(i: int, others: list[npt.NDArray[np.bool_]]) -> bool:
        cell = families[places[i].family].screened.cell(places[i].slice, need)
        left = adjusted(cells, 0, insides[i], others, skew)
        p = cell.tail(*(np.asarray([x]) for x in (left.difference, left.variance, left.third)))
        return bool(p[0] <= limit)

    _, folded = fold(insides, stands, cells.n)
    return {places[i]: places[k] for i, k in folded.items()}
