"""The customers' own words: few, telling, different from each other, masked and marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.charts import plain, shorten
from convcat.insight.digest import Digest
from convcat.tagged import Tagged

Mask = Callable[[str], str]
Proofs = Sequence[tuple[str, npt.NDArray[np.bool_]]]
_WORD = re.compile(r"\S+")
_MASKED = re.compile(r"<[a-z]+>")
_FEWEST, _MOST = 15, 60
_ALIKE = 0.4  # share of common words from which two quotes say the same
CARDS = 3
"""Quotes of each need that are shown by themselves; in them the words that carry it are marked."""
_LOOK = 300  # candidates read per need, best first
_LOOK_PLACE = 40  # candidates read per place
_BESIDE = ("channel", "product", "carrier", "country")


@dataclass(frozen=True)
class Quote:
    """One customer's words for one need.

    Attributes
    ----------
    need : str
    pieces : tuple of (str, bool)
        The words in order; true where they carry the need.
    p : float
        The probability of the need.
    needs : tuple of str
        Every need of the conversation.
    conversation : str
        The conversation's id, or its row number.
    month : str
    rating : float or None
    beside : tuple of (str, str)
        Channel, product and the like, where the table has them.
    proves : tuple of str
        The keys of the claims that it is evidence for.
    of_place : bool
        Whether it was chosen for a place, rather than for its need.
    """

    need: str
    pieces: tuple[tuple[str, bool], ...]
    p: float
    needs: tuple[str, ...]
    conversation: str
    month: str = ""
    rating: float | None = None
    beside: tuple[tuple[str, str], ...] = ()
    proves: tuple[str, ...] = ()
    of_place: bool = False

    @property
    def text(self) -> str:
        """The words without marks."""
        return "".join(words for words, _ in self.pieces)


def quotes_of(
    tagged: Tagged,
    needs: Sequence[str],
    *,
    each: int,
    mask: Mask,
    model: Any = None,
    text: str = "text",
    proves: Proofs = (),
) -> tuple[Quote, ...]:
    """Choose the most telling quotes of each need.

    A telling quote is surely about the need, about little else, tells of something that went
    wrong, and has 15 to 60 words; each says something that those before it do not.

    Parameters
    ----------
    tagged : Tagged
    needs : sequence of str
        In the order wanted.
    each : int
        How many per need at most.
    mask : callable
        Masks personal data; applied before anything else sees the text.
    model : NeedModel, optional
        Marks the words that carry the need, by its ``tag(text, explain=needs).evidence``, in the
        first quotes of each need and of each claim; asked from several threads.
    text : str, default "text"
        The column of the customers' words.
    proves : sequence of (str, ndarray of bool)
        Keys of claims with the rows that are evidence for each.

    Returns
    -------
    tuple of Quote
        By need, best first; empty where the table has no such column.
    """
    if text not in tagged.table.column_names or not len(tagged):
        return ()
    column = tagged.table[text]
    chosen: list[tuple[int, str, str]] = []
    shown: set[int] = set()
    for need, (best, _) in zip(needs, telling(tagged, 0, needs), strict=True):
        told = ((int(i), lines(mask(str(column[int(i)].as_py() or "")))) for i in best)
        shown.update(range(len(chosen), len(chosen) + CARDS))
        chosen += [(i, need, words) for i, words in _different(told, each)]
    for _, mine in proves:  # what stands beside a place is shown by itself too
        first = next((at for at, (i, _, _) in enumerate(chosen) if mine[i]), None)
        shown.update([] if first is None else [first])
    return _quoted(tagged, chosen, model, proves, shown)


def candidates(table: Digest, needs: Sequence[str]) -> Tagged:
    """Return the rows that quotes are chosen from: a small table where there are many files."""
    if isinstance(table.table, Tagged):
        return table.table
    kept = [(np.zeros(0, dtype=np.int64), np.zeros(0)) for _ in needs]
    for piece in table.map(telling, tuple(needs)):
        for j, found in enumerate(piece):
            rows, score = (np.concatenate(pair) for pair in zip(kept[j], found, strict=True))
            first = np.lexsort((rows, -score))[:_LOOK]
            kept[j] = rows[first], score[first]
    return table.rows_at(sorted({int(row) for rows, _ in kept for row in rows}))


def telling(
    tagged: Tagged, first: int, needs: Sequence[str], most: int = _LOOK
) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]:
    """Return, per need, the most telling rows of a piece of a table, best first, and how much so."""
    failed = np.where(np.isfinite(tagged.p_failed), tagged.p_failed, 0.5)
    focus = 1 / np.sqrt(np.maximum(tagged.tags.sum(axis=1), 1))
    found = []
    for need in needs:
        j = tagged.needs.index(need)
        rows = np.flatnonzero(tagged.tags[:, j])
        score = np.round(tagged.p[rows, j] * (0.4 + 0.6 * failed[rows]) * focus[rows], 6)
        score = np.nan_to_num(score)
        best = np.lexsort((rows, -score))[:most]
        found.append((rows[best] + first, score[best]))
    return found


def lines(text: str) -> str:
    r"""Return a text as plain lines, blank ones left out.

    Examples
    --------
    >>> lines("Too small\r\n\n  Runs a size\tsmall. ")
    'Too small\nRuns a size small.'
    """
    return "\n".join(line for part in text.splitlines() if (line := plain(part)))


def _different(told: Iterable[tuple[int, str]], most: int) -> Iterator[tuple[int, str]]:
    """Yield texts of a good length first, skipping what is much like one already chosen.

    No more texts are drawn than it takes.
    """
    chosen: list[frozenset[str]] = []
    for i, words in _by_length(told):
        if len(chosen) == most:
            return
        bag = frozenset(re.findall(r"\w{3,}", words.casefold()))
        if any(len(bag & other) > _ALIKE * min(len(bag), len(other)) for other in chosen if bag):
            continue
        chosen.append(bag)
        yield i, words


def _by_length(told: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield texts of a good length, then long ones, then short ones, those of most words first."""
    long: list[tuple[int, int, str]] = []
    short: list[tuple[int, int, str]] = []
    for i, text in told:
        words = len(_WORD.findall(text))
        if _FEWEST <= words <= _MOST:
            yield i, text
        elif words:
            (long if words > _MOST else short).append((words, i, text))
    short.sort(key=lambda one: -min(one[0], 8))
    yield from ((i, text) for _, i, text in (*long, *short))


def quotes_in(
    tagged: Tagged,
    need: str,
    rows: npt.NDArray[np.bool_],
    *,
    each: int,
    mask: Mask,
    model: Any = None,
    text: str = "text",
    proves: Proofs = (),
) -> tuple[Quote, ...]:
    """Choose the most telling quotes of a need among some rows, as :func:`quotes_of` does."""
    if text not in tagged.table.column_names:
        return ()
    ((best, _),) = telling(tagged, 0, [need], most=len(tagged))
    column = tagged.table[text]
    mine = best[rows[best]][:_LOOK_PLACE]
    told = ((int(i), lines(mask(str(column[int(i)].as_py() or "")))) for i in mine)
    chosen = [(i, need, words) for i, words in _different(told, each)]
    quotes = _quoted(tagged, chosen, model, proves, {0})
    return tuple(replace(quote, of_place=True) for quote in quotes)


def _quoted(
    tagged: Tagged,
    chosen: Sequence[tuple[int, str, str]],
    model: Any,
    proves: Proofs,
    shown: set[int],
) -> tuple[Quote, ...]:
    """Return quotes of rows, needs and words.

    Evidence takes most of a page's time: it is sought for those alone that are shown by
    themselves, by threads.
    """
    from joblib import cpu_count

    def quote(at: int) -> Quote:
        return _quote(tagged, *chosen[at], model if at in shown else None, proves)

    with ThreadPoolExecutor(cpu_count()) as pool:
        return tuple(pool.map(quote, range(len(chosen))))


def _quote(tagged: Tagged, i: int, need: str, words: str, model: Any, proves: Proofs) -> Quote:
    shown, spans = excerpt(words, evidence_of(model, words, need))
    names = tagged.table.column_names

    def value(name: str) -> Any:
        return tagged.table[name][i].as_py() if name in names else None

    time, rating, conversation = value("time"), value("rating"), value("id")
    return Quote(
        need=need,
        pieces=marked(shown, spans),
        p=float(tagged.p[i, tagged.needs.index(need)]),
        needs=tuple(n for n, has in zip(tagged.needs, tagged.tags[i], strict=True) if has),
        conversation=plain(conversation) if conversation is not None else f"row {i + 1}",
        month=f"{time:%Y-%m}" if hasattr(time, "year") else "",
        rating=float(rating) if isinstance(rating, int | float) and rating == rating else None,  # noqa: PLR0124
        beside=tuple(
            (name, text) for name in _BESIDE if (text := shorten(str(value(name) or ""), 60))
        ),
        proves=tuple(key for key, rows in proves if rows[i]),
    )


def evidence_of(model: Any, words: str, need: str) -> list[tuple[int, int]]:
    """Return where the words that carry the need stand, in the order of the text, merged."""
    if model is None:
        return []
    spans = sorted(
        (max(0, int(s.start)), min(len(words), int(s.end)))
        for s in model.tag(words, explain=(need,)).evidence
        if s.need == need and s.weight > 0
    )
    # What stands for masked data is no word of the customer's.
    masked = [match.span() for match in _MASKED.finditer(words)]
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if start >= end or any(a < end and start < b for a, b in masked):
            continue
        if merged and not words[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def excerpt(words: str, spans: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Cut a long text to 60 words around its evidence, at whole words, with an ellipsis.

    Examples
    --------
    >>> excerpt("it broke", [(3, 8)])
    ('it broke', [(3, 8)])
    >>> text, spans = excerpt("well " * 80 + "it broke", [(403, 408)])
    >>> text[:6], text[spans[0][0] : spans[0][1]]
    ('\u2026 well', 'broke')
    """
    places = [m.span() for m in _WORD.finditer(words)]
    if len(places) <= _MOST:
        return words, spans
    weight = [sum(s < end and start < e for s, e in spans) for start, end in places]
    totals = np.convolve(np.minimum(weight, 1), np.ones(_MOST, dtype=int), mode="valid")
    ties = np.flatnonzero(totals == totals.max())
    # The beginning reads best; else the evidence stands in the middle of the window.
    first = 0 if ties[0] == 0 else int(ties[len(ties) // 2])
    last = min(first + _MOST, len(places))
    start, end = places[first][0], places[last - 1][1]
    before, after = ("\u2026 " if first else ""), (" \u2026" if last < len(places) else "")
    shift = len(before) - start
    inside = [
        (max(s, start) + shift, min(e, end) + shift) for s, e in spans if s < end and e > start
    ]
    return before + words[start:end] + after, inside


def marked(words: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Split a text into pieces that carry the need and pieces that do not.

    Examples
    --------
    >>> marked("it broke at once", [(3, 8)])
    (('it ', False), ('broke', True), (' at once', False))
    """
    pieces, at = [], 0
    for start, end in spans:
        pieces += [(words[at:start], False), (words[start:end], True)]
        at = end
    pieces.append((words[at:], False))
    return tuple((text, carries) for text, carries in pieces if text)
