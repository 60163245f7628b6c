"""Themes inside each need and beside the needs: what the taxonomy does not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from convcat.exceptions import InputError, did_you_mean
from convcat.insight.digest import Digest
from convcat.insight.themes_found import Themes
from convcat.insight.themes_groups import clusters
from convcat.insight.themes_sample import UNTAGGED, draw
from convcat.insight.themes_texts import BESIDE, FEWEST, Texts
from convcat.insight.themes_theme import Theme, with_trends

_FEW = 20  # conversations of a need from which on themes are sought
_COMMON = 0.25  # share of a need from which a phrase is the need itself, not a theme in it


def themes(
    tagged: Any,
    need: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
    most: int = 6,
    sample: int = 1_000,
    text: str = "text",
    masked: bool = True,
) -> Themes:
    """Find what customers speak of inside each need, and where no need was found.

    Themes of ``other`` and of ``untagged`` (no tag, but not clearly without a need) are candidates
    for a new need. A theme is a few words and two-word phrases of the customers' own that are more
    common in the need than elsewhere and stand together. Nothing is drawn at random: the same
    conversations, in whatever order, give the same themes.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or to a run, or Tagged
        A tagged table.
    need : str or sequence of str, optional
        A need, ``"other"`` or ``"untagged"``; all of them by default.
    level : float, default 0.95
        Of the intervals; one minus it is the share of false ``new`` and ``growing``.
    most : int, default 6
        Themes per need.
    sample : int, default 1000
        Conversations per need that are looked at, the same ones every time (by a hash of what
        they say).
    text : str, default "text"
        The column of the customers' words.
    masked : bool, default True
        Mask personal data in the quotes. In the themes it never stands.

    Returns
    -------
    Themes
        ``.table``: ``need``, ``kind`` (where there is more than one), ``theme`` (its first
        phrase), ``share`` of the need's conversations with its interval (Wilson) ``low`` and
        ``high``, ``n`` conversations ``of`` those looked at, ``words``, ``trend`` (``new``,
        ``growing`` or empty) with the shares of all conversations ``before`` and ``after``,
        ``about`` (the column in which the theme is a name: a product, a shop) and ``ids``.

    Raises
    ------
    InputError
        If it is no tagged table, or a need or a column is missing.

    Examples
    --------
    >>> import pyarrow as pa
    >>> said = ["Do you gift wrap orders?", "Please gift wrap my order", "Where is my order?"]
    >>> table = pa.table({
    ...     "id": [str(i) for i in range(90)],
    ...     "text": [f"{said[i % 3]} {'abcdefghij'[i // 9]}{'klmnopqrs'[i % 9]}" for i in range(90)],
    ...     "needs": [[] if i % 3 < 2 else ["wismo"] for i in range(90)],
    ...     "p_wismo": [0.1 if i % 3 < 2 else 0.9 for i in range(90)],
    ...     "needs_status": ["ok"] * 90,
    ... })
    >>> [(row["need"], row["theme"], row["n"]) for row in themes(table, "untagged", most=1).rows]
    [('untagged', 'gift wrap', 60)]
    """
    if not 0.5 <= level < 1:
        raise InputError(f"level must be at least 0.5 and below 1, not {level}.")
    if most < 1 or sample < _FEW:
        raise InputError(f"most must be at least 1 and sample at least {_FEW}.")
    digest = Digest.of(tagged)
    asked = _asked(digest, need)
    if text not in digest.schema.names:
        if text != "text":
            raise InputError(f"The tagged table has no column {text!r} to find themes in.")
        return Themes((), level=level, most=sample, masked=masked, kind=digest.kind)
    drawn = draw(digest, text=text, most=sample)
    every = [Texts.of(digest, drawn, kind, text) for kind in digest.kinds()]
    found = [of_kind for of_kind in every if of_kind is not None]
    themes_ = [theme for of_kind in found for theme in _found(of_kind, asked, most)]
    themes_ = with_trends(themes_, level)
    apart = digest.kinds() != [None]
    groups = tuple(
        _group(theme_kind, name, themes_, apart=apart)
        for theme_kind in found
        for name in asked
        if name in theme_kind.drawn
    )
    shown = [theme.row(level, apart=apart) for theme in themes_]
    quotes = [
        {**{k: row[k] for k in ("need", "kind", "theme") if k in row}, "id": name, "text": said}
        for theme, row in zip(themes_, shown, strict=True)
        for name, said in theme.quotes(masked=masked)
    ]
    return Themes(
        rows=tuple(shown),
        groups=groups,
        quotes=tuple(quotes),
        recent=tuple((k.kind, k.calendar.months) for k in found if k.calendar.months),
        level=level,
        most=sample,
        masked=masked,
        kind=digest.kind,
    )


def _asked(digest: Digest, need: str | Sequence[str] | None) -> list[str]:
    known = [*(n for n in digest.needs if n != "other"), *({"other"} & {*digest.needs}), UNTAGGED]
    if need is None:
        return known
    names = [need] if isinstance(need, str) else list(need)
    for name in names:
        if name not in known:
            raise InputError(
                f"There is no need {name!r} to find themes in.{did_you_mean(name, known)}"
            )
    return [name for name in known if name in names]


def _found(texts: Texts, asked: Sequence[str], most: int) -> Iterator[Theme]:
    """Yield the themes of each need."""
    of_row = np.empty(len(texts.order), dtype=np.int64)
    of_row[texts.order] = np.arange(len(texts.order))
    for need in asked:
        drawn = texts.drawn.get(need)
        if drawn is None or len(drawn.rows) < _FEW:
            continue
        group = np.sort(of_row[np.searchsorted(texts.rows, drawn.rows)])
        least = max(FEWEST, -(-int(texts.distinct[group].sum()) // 100))
        found = clusters(
            texts.phrases,
            group,
            texts.away(need),
            texts.weights,
            texts.distinct,
            texts.allowed,
            least=least,
            most=most,
            common=1.0 if need in BESIDE else _COMMON,
            marked=np.asarray([bool(name) for name in texts.about], dtype=bool),
            of_one=texts.beside.of_one,
        )
        found.sort(key=lambda theme: -int(theme.members.sum()))
        for cluster in found:
            yield Theme(texts, need, group, cluster)


def _group(of: Texts, need: str, found: list[Theme], *, apart: bool) -> dict[str, Any]:
    """Return how many conversations of a need its themes tell of, and how many are left over."""
    drawn = of.drawn[need]
    mine = [theme.members for theme in found if theme.of is of and theme.need == need]
    told = len(np.unique(np.concatenate(mine))) if mine else 0
    looked = len(drawn.rows)
    return {
        "need": need,
        **({"kind": of.kind} if apart else {}),
        "conversations": drawn.total,
        "looked_at": looked,
        "in_themes": told,
        "left": 1 - told / looked,
    }
