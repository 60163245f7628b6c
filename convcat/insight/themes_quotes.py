"""A few quotes of a theme: different from each other, masked, around its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

_SPACE = re.compile(r"\s+")
_MOST_WORDS, _BEST_WORDS = 45, range(8, 46)
_ALIKE = 0.5  # share of common words from which two quotes say the same


def quotes_of(
    told: Iterator[tuple[str, str]], lead: Sequence[str], most: int, mask: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Choose quotes among conversations, those of a good length first.

    Parameters
    ----------
    told : iterator of (id, text)
        The most telling first.
    lead : sequence of str
        What the theme's first phrases look like; a long text is cut around the first of them.
    most : int
    mask : callable
        Masks personal data; applied before anything else sees the text.

    Examples
    --------
    >>> quotes_of(iter([("7", "Do you gift wrap?  Write to me"), ("8", "do you gift wrap?")]),
    ...           ["gift wrap"], 3, str)
    [('7', 'Do you gift wrap? Write to me')]
    """
    texts = [(name, _SPACE.sub(" ", mask(text)).strip()) for name, text in told]
    texts.sort(key=lambda pair: len(pair[1].split()) not in _BEST_WORDS)
    chosen: list[tuple[str, str]] = []
    bags: list[frozenset[str]] = []
    for name, text in texts:
        bag = frozenset(re.findall(r"\w{3,}", text.casefold()))
        if not bag or any(len(bag & b) > _ALIKE * min(len(bag), len(b)) for b in bags):
            continue
        chosen.append((name, _around(text, lead)))
        bags.append(bag)
        if len(chosen) == most:
            break
    return chosen


def _around(text: str, lead: Sequence[str]) -> str:
    """Cut a long text to some words around a phrase."""
    words = text.split(" ")
    if len(words) <= _MOST_WORDS:
        return text
    low = text.lower()
    places = [at for phrase in lead if (at := low.find(phrase)) >= 0]
    middle = low[: places[0]].count(" ") if places else 0
    start = max(0, min(middle - _MOST_WORDS // 2, len(words) - _MOST_WORDS))
    end = start + _MOST_WORDS
    return f"{'… ' * (start > 0)}{' '.join(words[start:end])}{' …' * (end < len(words))}"
