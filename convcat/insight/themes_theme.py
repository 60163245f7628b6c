"""One theme: its words, its share, its trend, its quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.insight.intervals import wilson
from convcat.insight.multiplicity import q_values
from convcat.insight.themes_beside import trend_word
from convcat.insight.themes_groups import Cluster
from convcat.insight.themes_quotes import quotes_of
from convcat.insight.themes_texts import Texts

_IDS = 100  # of a theme that are named
_QUOTES, _LOOK = 3, 40
_WORDS = 6  # of a theme that are shown

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Theme:
    """A theme with what it is a theme of."""

    of: Texts
    need: str
    group: Ints
    cluster: Cluster
    trend: str = ""
    before: float | None = None
    after: float | None = None

    @property
    def members(self) -> Ints:
        """The texts of the theme."""
        return self.group[self.cluster.members]

    def words(self) -> list[str]:
        """Return the phrases that are shown: no word that a phrase before it holds."""
        shown: list[str] = []
        stems: set[str] = set()
        for phrase in self.cluster.phrases:
            key = self.of.phrases.key(phrase)
            if not set(key) <= stems:
                shown.append(self.of.phrases.spelled(phrase))
                stems.update(key)
            if len(shown) == _WORDS:
                break
        return shown

    def growth(self) -> tuple[float, float, float] | None:
        """Return the p-value of its growth, and its shares of all before and recently."""
        calendar, part = self.of.calendar, self.of.drawn[self.need].part
        if not calendar.months:
            return None
        months = self.of.months[self.members]
        recent = int(np.isin(months, calendar.months).sum())
        before = int((months != "").sum()) - recent
        p = calendar.p_value(recent, before, part)
        return p, before / part / calendar.before, recent / part / calendar.recent

    def row(self, level: float, *, apart: bool) -> dict[str, Any]:
        """Return the theme as a row of the table; with its kind where there is more than one."""
        words, n, of = self.words(), int(self.cluster.members.sum()), len(self.group)
        low, high = wilson(n, of, level)
        return {
            "need": self.need,
            **({"kind": self.of.kind} if apart else {}),
            "theme": words[0],
            "share": n / of,
            "low": low,
            "high": high,
            "n": n,
            "of": of,
            "words": ", ".join(words[1:]),
            "trend": self.trend,
            "before": self.before,
            "after": self.after,
            "about": self.of.about[self.cluster.phrases[0]],
            "ids": ";".join(name for name, _ in self._told(self.members[:_IDS])),
        }

    def quotes(self, *, masked: bool) -> list[tuple[str, str]]:
        """Return a few quotes: texts that hold most of its phrases and tell of something failed."""
        holds = self.of.phrases.holds[self.members][:, list(self.cluster.phrases)]
        held = np.asarray(holds.sum(axis=1)).reshape(-1).clip(max=3)
        lead = np.asarray(holds[:, [0]].sum(axis=1)).reshape(-1)
        failed = self.of.table.p_failed[self.of.order[self.members]]
        telling = (held + 2 * lead) * (0.5 + np.where(np.isfinite(failed), failed, 0.5))
        best = self.members[np.argsort(-np.round(telling, 3), kind="stable")[:_LOOK]]
        spelled = [self.of.phrases.spelled(p) for p in self.cluster.phrases[:3]]
        return quotes_of(self._told(best), spelled, _QUOTES, self.of.hide if masked else str)

    def _told(self, texts: Ints) -> Iterator[tuple[str, str]]:
        of = self.of
        names = of.table.table["id"] if "id" in of.table.table.column_names else None
        for i in texts.tolist():
            at = int(of.order[i])
            own = None if names is None else names[at].as_py()
            yield (f"row {of.rows[at] + 1}" if own is None else str(own)), of.texts[i]


def with_trends(found: Sequence[Theme], level: float) -> list[Theme]:
    """Say which themes are new or growing, all judged together."""
    grown = [theme.growth() for theme in found]
    known = [growth[0] for growth in grown if growth is not None]
    q = iter(np.round(q_values(known), 9).tolist())
    return [
        theme
        if growth is None
        else replace(
            theme,
            trend=trend_word(next(q), growth[1], growth[2], level),
            before=growth[1],
            after=growth[2],
        )
        for theme, growth in zip(found, grown, strict=True)
    ]
