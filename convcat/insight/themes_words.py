"""Texts -> the words and two-word phrases that each holds, without what is personal."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from convcat.insight.themes_lists import (
    CAPITALISED,
    FUNCTION,
    GENERIC,
    GIVEN_NAMES,
    GREETINGS,
    NEGATION,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# A word; or what ends a phrase: masked data, anything with a digit, a mark between sentences.
_TOKEN = re.compile(
    r"<[a-z]+>|\w{0,40}\d[\w'\u2019-]{0,40}|[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[.!?;:,()\"\n\u2026|/]"
)
_LONG_WORD = 24
_GAP = 2  # function words that may stand inside a phrase: "waste of money"
_VOWELS = frozenset("aeiouy")
_DENIED = frozenset(NEGATION - {"no", "without"})
_BREAK, _FUNCTION, _NEGATION, _WORD = range(4)
_SPELLINGS = 500  # of a phrase that are compared, in the order of the texts
_CAPITAL = 0.5  # share of capitals inside sentences from which a word is a name


@dataclass(frozen=True)
class Phrases:
    """Which words and phrases stand in which text.

    Attributes
    ----------
    holds : scipy.sparse.csr_array of int32, shape (texts, phrases)
        1 where a text holds a phrase.
    first, second : ndarray of int64, shape (phrases,)
        The stems of a phrase; ``second`` is -1 for a single word. Ordered by what they spell.
    stems : tuple of str
        Sorted.
    named : ndarray of bool, shape (phrases,)
        Whether a word of it looks like a name.
    """

    holds: Any
    first: Ints
    second: Ints
    stems: tuple[str, ...]
    named: Bools
    _words: Words = field(repr=False)

    def spelled(self, phrase: int) -> str:
        """Return a phrase as it is mostly written."""
        return self._words.spelled(self.first[phrase], self.second[phrase])

    def key(self, phrase: int) -> tuple[str, ...]:
        """Return the stems of a phrase."""
        a, b = int(self.first[phrase]), int(self.second[phrase])
        return (self.stems[a],) if b < 0 else (self.stems[a], self.stems[b])


@dataclass(frozen=True)
class Words:
    """The words of some texts, one entry per token that is not a break.

    Attributes
    ----------
    stem : ndarray of int64
        Index into ``stems``, -1 for function words.
    text, run : ndarray of int64
        The text of a token, and the stretch without a break that it stands in.
    sort : ndarray of int64
        What a token is.
    form : ndarray of int64
        Index into ``forms``, the words in lower case.
    """

    stem: Ints
    text: Ints
    run: Ints
    sort: Ints
    form: Ints
    forms: tuple[str, ...]
    stems: tuple[str, ...]
    name: Bools = field(repr=False)

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """The places of the first and the second word of every two-word phrase."""
        at = np.flatnonzero(self.stem >= 0)
        left, right = at[:-1], at[1:]
        near = (self.run[left] == self.run[right]) & (right - left <= _GAP + 1)
        near &= self.sort[right] == _WORD
        return left[near], right[near]

    @cached_property
    def _by_key(self) -> tuple[Ints, Ints, Ints]:
        """The places of words and pairs, and what they are, in the order of what they are."""
        one = np.flatnonzero(self.sort == _WORD)
        left, right = self.pairs
        key = np.concatenate([
            self.key(self.stem[one], np.full(len(one), -1)),
            self.key(self.stem[left], self.stem[right]),
        ])  # fmt: skip
        order = np.argsort(key, kind="stable")
        start, end = np.concatenate([one, left]), np.concatenate([one, right])
        return key[order], start[order], end[order]

    def key(self, first: Ints, second: Ints) -> Ints:
        """Return a number per phrase; a word comes before the phrases that begin with it."""
        return np.asarray(first * (len(self.stems) + 1) + 1 + second, dtype=np.int64)

    def spelled(self, first: Ints, second: Ints) -> str:
        """Return the commonest spelling of a phrase; of equals, the first by alphabet."""
        keys, start, end = self._by_key
        a, b = np.searchsorted(keys, [k := int(self.key(first, second)), k + 1])
        counts: dict[tuple[int, ...], int] = {}
        for i in range(a, min(b, a + _SPELLINGS)):
            told = tuple(self.form[start[i] : end[i] + 1].tolist())
            counts[told] = counts.get(told, 0) + 1
        written = {" ".join(self.forms[i] for i in told): n for told, n in counts.items()}
        return min(written, key=lambda words: (-written[words], words))


def phrases_of(texts: Sequence[str], least: int) -> Phrases:
    """Return the words and two-word phrases that stand in at least some texts.

    Parameters
    ----------
    texts : sequence of str
        What is masked in them ends a phrase.
    least : int
        Texts that a phrase must stand in.

    Examples
    --------
    >>> found = phrases_of(["No gift wrap?", "gift wraps, order 48213", "A gift"], 2)
    >>> [found.spelled(i) for i in range(len(found.first))]
    ['gift', 'gift wrap', 'wrap']
    """
    from scipy.sparse import csr_array

    words = words_of(texts)
    size = len(words.stems)
    one = np.flatnonzero(words.sort == _WORD)
    left, right = words.pairs
    text = np.concatenate([words.text[one], words.text[left]])
    key = np.concatenate([
        words.key(words.stem[one], np.full(len(one), -1)),
        words.key(words.stem[left], words.stem[right]),
    ])  # fmt: skip
    keys, place = np.unique(key, return_inverse=True)
    held = np.unique(text * max(len(keys), 1) + place)
    text, place = np.divmod(held, max(len(keys), 1))
    first, second = np.divmod(keys, size + 1)
    second -= 1
    empty = {stemmed(word) for word in (*GENERIC, *NEGATION)}
    telling = np.asarray([stem not in empty for stem in words.stems] + [False], dtype=np.bool_)
    kept = (np.bincount(place, minlength=len(keys)) >= least) & (telling[first] | telling[second])
    first, second = first[kept], second[kept]
    column = np.cumsum(kept) - 1
    mine = kept[place]
    holds = csr_array(
        (np.ones(int(mine.sum()), dtype=np.int32), (text[mine], column[place[mine]])),
        shape=(len(texts), int(kept.sum())),
    )
    named = words.name[first] | ((second >= 0) & words.name[second])
    return Phrases(holds, first, second, words.stems, named, words)


def words_of(texts: Sequence[str]) -> Words:
    """Split texts into words, and tell which may be names."""
    number: dict[str, int] = {}  # of a token; they are never all there at once
    numbers, size = array("q"), []
    for text in texts:
        found = [number.setdefault(token, len(number)) for token in _TOKEN.findall(text)]
        numbers.extend(found)
        size.append(len(found))
    tokens, at = list(number), np.array(numbers, dtype=np.int64)
    of_text = np.repeat(np.arange(len(size)), size)

    lower = [_plain(token) for token in tokens]
    sorts = np.asarray([_sort(t, w) for t, w in zip(tokens, lower, strict=True)], dtype=np.int64)
    stem = [
        "" if sort in (_BREAK, _FUNCTION) else stemmed(w)
        for w, sort in zip(lower, sorts.tolist(), strict=True)
    ]
    stems = tuple(sorted({s for s in stem if s}))
    forms = tuple(sorted(set(lower)))
    of_stem = {s: i for i, s in enumerate(stems)}
    of_form = {w: i for i, w in enumerate(forms)}
    stem_at = np.asarray([of_stem.get(s, -1) for s in stem], dtype=np.int64)
    form_at = np.asarray([of_form[w] for w in lower], dtype=np.int64)

    broken = sorts[at] == _BREAK if tokens else np.zeros(0, dtype=bool)
    opens = np.ones(len(at), dtype=bool)
    opens[1:] = broken[:-1] | (of_text[1:] != of_text[:-1])
    run = np.cumsum(opens)
    kept = ~broken
    name = _names(tokens, lower, stem_at, at[kept], of_text[kept], opens[kept], len(stems))
    given = {s for w, s in zip(lower, stem, strict=True) if w in GIVEN_NAMES}
    given -= {s for w, s in zip(lower, stem, strict=True) if w not in GIVEN_NAMES}
    name |= np.asarray([s in given for s in stems], dtype=bool)
    at = at[kept]
    return Words(
        stem_at[at], of_text[kept], run[kept], sorts[at], form_at[at], forms, stems, name
    )  # fmt: skip


def _names(
    tokens: list[str], lower: list[str], stem: Ints, at: Ints, text: Ints, opens: Bools, size: int,
) -> Bools:  # fmt: skip
    """Return which stems are written like names: with a capital inside sentences, after "dear"."""
    if not len(at):
        return np.zeros(size, dtype=bool)
    small = np.asarray([t[:1].islower() for t in tokens], dtype=bool)[at]
    title = np.asarray([t[:1].isupper() and t[1:].islower() for t in tokens], dtype=bool)[at]
    known = np.asarray([w in CAPITALISED for w in lower], dtype=bool)[at]
    texts = int(text[-1]) + 1
    usual = np.bincount(text, small, texts) > 0.6 * np.bincount(text, minlength=texts)
    mine = stem[at]
    inside = ~opens & usual[text] & (mine >= 0) & ~known
    seen = np.bincount(mine[inside], minlength=size)
    capital = np.bincount(mine[inside & title], minlength=size)
    # Addressed: the word before is a greeting.
    greeting = np.asarray([w in GREETINGS for w in lower], dtype=bool)[at]
    after = np.zeros(len(at), dtype=bool)
    after[1:] = greeting[:-1] & (text[1:] == text[:-1])
    every = np.bincount(mine[mine >= 0], minlength=size)
    addressed = np.bincount(mine[after & (mine >= 0)], minlength=size)
    by_case = (capital >= 2) & (capital >= _CAPITAL * seen)
    return np.asarray(by_case | ((addressed >= 2) & (addressed >= 0.25 * every)), dtype=bool)


def _plain(token: str) -> str:
    word = token.lower().replace("\u2019", "'")
    return word.removesuffix("'s")


def _sort(token: str, word: str) -> int:
    if not token[0].isalpha() or len(word) > _LONG_WORD:
        return _BREAK
    if not word.isalpha() and any(c.isdigit() for c in word):
        return _BREAK
    bare = word.replace("'", "")
    if bare in NEGATION or word.endswith("n't"):
        return _NEGATION
    return _FUNCTION if bare in FUNCTION or len(bare) < 2 or "'" in word else _WORD


def stemmed(word: str) -> str:
    """Return a word without what an inflection ends it by; what is denied becomes ``not``.

    The first step of Porter's stemmer, with doubled letters and a last ``e`` left out: words that
    differ in these alone count as one. Nobody sees a stem; phrases are shown as they are written.

    References
    ----------
    Porter, M. F. (1980). An algorithm for suffix stripping. Program 14, 130-137.

    Examples
    --------
    >>> stemmed("boxes"), stemmed("wrapping"), stemmed("received"), stemmed("policies"), stemmed("can't")
    ('box', 'wrap', 'receiv', 'policy', 'not')
    """
    if word.endswith("n't") or word.replace("'", "") in _DENIED:
        return "not"
    if len(word) > 4 and word.endswith("ies") and word[-4] not in "ae":
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and word[-2] not in "us'":
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and root[-1] != "e" and not _VOWELS.isdisjoint(root):
            word = root
            break
    if len(word) > 3 and word[-1] == word[-2]:
        return word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == "e" else word
