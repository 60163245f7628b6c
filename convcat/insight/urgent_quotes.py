"""What is quoted of a conversation to read today: the words found and what stands around them.

Only what is listed at last is masked: masking takes longer than finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from convcat.privacy import find

_AROUND = 160  # characters of a quote on each side of the words found
_WITHIN = 1_000  # characters on each side that tell whether something in it is personal


class Passage(NamedTuple):
    """Some of a customer's words, and where in them the words found stand.

    Attributes
    ----------
    text : str
    start, end : int
    begins, ends : bool
        Whether it is where the whole text begins, or ends.
    """

    text: str
    start: int
    end: int
    begins: bool
    ends: bool

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Passage:
        """Return what stands around some words of a text, cut at blanks.

        Examples
        --------
        >>> Passage.of("The lamp caught fire", 9, 20)
        Passage(text='The lamp caught fire', start=9, end=20, begins=True, ends=True)
        """
        first, last = _edge(text, start - _WITHIN, -1), _edge(text, end + _WITHIN, 1)
        return cls(text[first:last], start - first, end - first, not first, last == len(text))

    def masked(self) -> Passage:
        """Return it with what is personal replaced by its kind.

        Examples
        --------
        >>> Passage.of("ask jo@example.com, it caught fire", 23, 34).masked()
        Passage(text='ask <email>, it caught fire', start=16, end=27, begins=True, ends=True)
        """
        pieces, at, moved = [], 0, 0
        start, end = self.start, self.end
        for span in find(self.text):
            kind = f"<{span.kind}>"
            pieces += [self.text[at : span.start], kind]
            at, longer = span.end, len(kind) - (span.end - span.start)
            # Of words that are personal in part the whole name of the kind is shown.
            if span.end <= self.start:
                start += longer
            elif span.start < self.start:
                start = span.start + moved
            if span.end <= self.end:
                end += longer
            elif span.start < self.end:
                end = span.start + moved + len(kind)
            moved += longer
        return self._replace(text="".join([*pieces, self.text[at:]]), start=start, end=end)

    @property
    def words(self) -> str:
        """The words found, in one line."""
        return " ".join(self.text[self.start : self.end].split())

    @property
    def quote(self) -> str:
        """The words found and some around them, in one line; dots stand for what is left out."""
        first = _edge(self.text, self.start - _AROUND, -1)
        last = _edge(self.text, self.end + _AROUND, 1)
        told = " ".join(self.text[first:last].split())
        before = first > 0 or not self.begins
        after = last < len(self.text) or not self.ends
        return f"{'… ' * before}{told}{' …' * after}"


def quoted(rows: Sequence[dict[str, Any]], masked: bool) -> list[dict[str, Any]]:  # noqa: FBT001 - a task, sent by position
    """Return rows of the list with ``quote`` and ``words`` in place of the ``passage``."""
    return [_quoted(row, masked=masked) for row in rows]


def _quoted(row: dict[str, Any], *, masked: bool) -> dict[str, Any]:
    passage = row["passage"].masked() if masked else row["passage"]
    shown = {"quote": passage.quote, "words": passage.words}
    return {
        name: value
        for own, held in row.items()
        for name, value in (shown.items() if own == "passage" else [(own, held)])
    }


def _edge(words: str, at: int, step: int) -> int:
    """Return the nearest blank beyond a place, or the end of the text."""
    at = min(max(at, 0), len(words))
    while 0 < at < len(words) and not words[at - (step > 0)].isspace():
        at += step
    return at
