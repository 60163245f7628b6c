"""What a search for themes gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convcat import frames
from convcat.insight.results import Result


@dataclass(frozen=True, repr=False)
class Themes(Result):
    """What customers speak of inside each need, named by their own words.

    Attributes
    ----------
    rows : tuple of dict
        By need, the largest theme first; see :func:`~convcat.insight.themes.themes`.
    groups : tuple of dict
        Per need (and kind): ``conversations``, how many of them were ``looked_at``, how many of
        those are ``in_themes``, and the share that is ``left`` over.
    quotes : tuple of dict
        Two or three per theme: ``need``, ``theme``, ``id``, ``text``.
    recent : tuple of (kind, months)
        The months that are held against those before them; empty without dates.
    level : float
        Of the intervals.
    most : int
        Conversations per need that were looked at, at most.
    masked : bool
        Whether personal data in the quotes is masked.
    """

    rows: tuple[dict[str, Any], ...]
    groups: tuple[dict[str, Any], ...] = ()
    quotes: tuple[dict[str, Any], ...] = ()
    recent: tuple[tuple[str | None, tuple[str, ...]], ...] = ()
    level: float = 0.95
    most: int = 0
    masked: bool = True
    kind: frames.Kind = "pyarrow"
    what = "themes"
    columns = {  # noqa: RUF012
        "need": str, "theme": str, "share": float, "low": float, "high": float, "n": int,
        "of": int, "words": str, "trend": str, "before": float, "after": float, "about": str,
        "ids": str,
    }  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {
            "level": self.level,
            "groups": [dict(group) for group in self.groups],
            "quotes": [dict(quote) for quote in self.quotes],
            "recent": [{"kind": kind, "months": list(months)} for kind, months in self.recent],
            "most": self.most,
            "masked": self.masked,
        }

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        looked = sum(group["looked_at"] for group in self.groups)
        told = sum(group["in_themes"] for group in self.groups)
        if not looked:
            return "No themes: there are no texts to look at."
        return (
            f"{len(self.rows)} themes in {len(self.groups)} needs; "
            f"{1 - told / looked:.0%} of their conversations are in none."
        )

    def _brief(self) -> list[dict[str, Any]]:
        names = ("kind", "need", "theme", "share", "low", "high", "n", "trend", "words")
        return [{name: row[name] for name in names if name in row} for row in self.rows]
