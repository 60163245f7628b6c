"""Themes of one group of conversations: its own phrases, grouped by standing together.

A phrase is the group's own where it is more common there than elsewhere (log-odds with an
informative prior). Phrases that stand in the same conversations are joined (normalised pointwise
mutual information, average linkage), and a few groups that tell of different conversations are
kept. Everything is counted in whole numbers or rounded, and ties are broken by what the phrases
spell: no order of rows and no machine changes a theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.insight.themes_words import Phrases

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_PRIOR = 100.0  # texts that the prior weighs
_OWN = 3.0  # standard errors above elsewhere from which a phrase is the group's own
_CANDIDATES = 120
_SMALL = 50  # texts of a group in which nothing is too common
_TOGETHER = 0.35  # mean NPMI from which phrases are one theme
_UNIT = 1_000_000  # of rounded figures
_NEW = 0.6  # share of a theme's conversations that no theme before it may hold
_SINGLE, _NAME = 0.6, 0.01  # weight of themes that a single word leads, that a name leads
_LED = 0.4  # of a word's conversations: a phrase that holds so many speaks for it


@dataclass(frozen=True)
class Cluster:
    """Phrases that stand together.

    Attributes
    ----------
    phrases : tuple of int
        The leading one first.
    members : ndarray of bool, shape (texts of the group,)
    own : float
        How many standard errors the theme is more common here than elsewhere; less where a
        single word leads it.
    """

    phrases: tuple[int, ...]
    members: Bools
    own: float


def clusters(
    phrases: Phrases,
    group: Ints,
    away: Bools,
    weights: Floats,
    distinct: Bools,
    allowed: Bools,
    *,
    least: int,
    most: int,
    common: float = 1.0,
    marked: Bools | None = None,
    of_one: Callable[[Ints], bool] | None = None,
) -> list[Cluster]:
    """Return the themes of a group, the strongest first.

    Parameters
    ----------
    phrases : Phrases
        Of all texts.
    group : ndarray of int64
        The texts of the group that are looked at.
    away : ndarray of bool
        Per text, whether it is outside the group.
    weights : ndarray of float
        Per text, how many it stands for.
    distinct : ndarray of bool
        Per text, whether it is the first with these words.
    allowed : ndarray of bool
        Per phrase, whether it may belong to a theme.
    least : int
        Distinct texts that a phrase must stand in.
    most : int
        How many themes at most.
    common : float, default 1
        Share of the group from which a phrase is the group itself, not a theme in it.
    marked : ndarray of bool, optional
        Per phrase, whether it is a name of a product or shop: such themes come last.
    of_one : callable, optional
        Tells of some texts whether one product or customer stands behind them all: such phrases
        belong to no theme.
    """
    here = phrases.holds[group[distinct[group]]]
    away = away & distinct
    there = phrases.holds[np.flatnonzero(away)]
    n, weight = here.shape[0], weights[away]
    count = np.asarray(here.sum(axis=0), dtype=np.float64)
    rest = weight @ there if len(weight) else np.zeros(len(count))
    size = float(weight.sum())
    effective = size**2 / float((weight**2).sum()) if size else 0.0
    share = np.asarray(rest) / max(size, 1e-12)
    own = log_odds(count, float(n), share * effective, effective)
    fit = allowed & (count >= least) & (own >= _OWN) & ((count <= common * n) | (n < _SMALL))
    chosen = np.flatnonzero(fit)
    # Phrases are ordered by what they spell, so a stable sort breaks ties by that.
    chosen = chosen[np.argsort(-own[chosen], kind="stable")[: 2 * _CANDIDATES]]
    if of_one is not None:
        columns = phrases.holds[group].tocsc()[:, chosen]
        lone = [of_one(group[columns.indices[a:b]]) for a, b in pairwise(columns.indptr)]
        chosen = chosen[~np.asarray(lone, dtype=bool)]
    chosen = np.sort(chosen[:_CANDIDATES])
    if not len(chosen):
        return []
    here = here[:, chosen]
    joined = _joined(_npmi(here))
    # Few columns are left: which texts hold which is looked up a hundred times.
    here, there = here.toarray() > 0, there[:, chosen].toarray() > 0
    texts = phrases.holds[group][:, chosen].toarray() > 0
    found = []
    for together in joined:
        mine = chosen[together]
        held = texts[:, together].any(axis=1)
        k = float(here[:, together].any(axis=1).sum())
        outside = there[:, together].any(axis=1).astype(np.float64)
        y = float(weight @ outside) if size else 0.0
        score = log_odds(
            np.array([k]), float(n), np.array([y / max(size, 1e-12) * effective]), effective
        )
        led = _led(phrases, mine[np.argsort(-own[mine], kind="stable")], count)
        # A phrase of two tells more than a word; a name is a name.
        told = 1.0 if phrases.second[led[0]] >= 0 else _SINGLE
        told *= _NAME if marked is not None and marked[led[0]] else 1.0
        found.append(Cluster(tuple(map(int, led)), held, round(told * float(score[0]), 6)))
    return list(_different(found, most))


def log_odds(here: Floats, n: float, there: Floats, m: float) -> Floats:
    """Return how many standard errors phrases are more common in one group than elsewhere.

    Parameters
    ----------
    here, there : ndarray of float
        Texts that hold each phrase.
    n, m : float
        Texts in all.

    Notes
    -----
    The log-odds ratio with an informative Dirichlet prior [1]_, on texts that hold a phrase: the
    prior is the share in both groups together, and weighs 100 texts.

    References
    ----------
    .. [1] Monroe, B. L., Colaresi, M. P. and Quinn, K. M. (2008). Fightin' words: lexical feature
       selection and evaluation for identifying the content of political conflict. Political
       Analysis 16, 372-403.

    Examples
    --------
    >>> log_odds(np.array([30.0, 10.0]), 100, np.array([100.0, 100.0]), 1000).round(1).tolist()
    [4.7, 0.0]
    """
    prior = _PRIOR * np.clip((here + there + 0.5) / (n + m + 1), 1e-9, 1 - 1e-9)
    a, b = here + prior, there + prior
    odds = np.log(a / (n + _PRIOR - a)) - np.log(b / (m + _PRIOR - b))
    return np.asarray(np.round(odds / np.sqrt(1 / a + 1 / b), 6))


def _npmi(holds: Any) -> Ints:
    """Return how much phrases stand together, from -1 to 1, in millionths.

    Normalised pointwise mutual information: Bouma, G. (2009). Proceedings of GSCL, 31-40.
    """
    both = np.asarray((holds.T @ holds).todense(), dtype=np.float64)
    n, alone = holds.shape[0], np.diag(both)
    together = np.maximum(both, 0.1)  # phrases that never meet: far apart, not infinitely
    score = np.log(together * n / np.outer(alone, alone)) / -np.log(np.minimum(together / n, 0.99))
    same = (both == alone) & (both == alone[:, None])
    return np.asarray(np.rint(np.where(same, 1, np.clip(score, -1, 1)) * _UNIT), dtype=np.int64)


def _joined(alike: Ints) -> list[Ints]:
    """Join what is alike on average (average linkage), in whole numbers: exact everywhere."""
    size = len(alike)
    total = alike.copy()
    np.fill_diagonal(total, -4 * _UNIT)
    number = np.ones(size, dtype=np.int64)
    parts = [[i] for i in range(size)]
    alive = np.ones(size, dtype=bool)
    while alive.sum() > 1:
        mean = total / np.outer(number, number)
        mean[~alive] = mean[:, ~alive] = -9 * _UNIT
        np.fill_diagonal(mean, -9 * _UNIT)
        i, j = divmod(int(np.argmax(mean)), size)
        if mean[i, j] < _TOGETHER * _UNIT:
            break
        i, j = min(i, j), max(i, j)
        total[i] += total[j]
        total[:, i] = total[i]
        number[i] += number[j]
        parts[i] += parts[j]
        alive[j] = False
    return [np.asarray(sorted(parts[i])) for i in np.flatnonzero(alive)]


def _led(phrases: Phrases, ranked: Ints, count: Floats) -> list[int]:
    """Put first what names a theme best: a phrase of two rather than the word that it explains."""
    first = int(ranked[0])
    if phrases.second[first] < 0:
        stem = phrases.first[first]
        longer = [
            int(p) for p in ranked
            if phrases.second[p] >= 0 and stem in (phrases.first[p], phrases.second[p])
            and count[p] >= _LED * count[first]
        ]  # fmt: skip
        first = longer[0] if longer else first
    return [first, *(int(p) for p in ranked if p != first)]


def _different(found: list[Cluster], most: int) -> Iterator[Cluster]:
    """Yield themes, strongest first, that mostly tell of conversations not told of before."""
    told = np.zeros(len(found[0].members), dtype=bool) if found else np.zeros(0, dtype=bool)
    left = most
    order = sorted(range(len(found)), key=lambda i: -found[i].own)
    for i in order:
        theme = found[i]
        size = int(theme.members.sum())
        if not left or not size or (theme.members & ~told).sum() < _NEW * size:
            continue
        told |= theme.members
        left -= 1
        yield theme
