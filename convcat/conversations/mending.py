"""Reads JSON that is damaged: commas too many, quotes within quotes, Python's way of writing."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Collection
from typing import Any, NamedTuple

_PLAIN = json.JSONDecoder(strict=False).raw_decode
_STRING = r'"(?:[^"\\]|\\.)*+"'
_MARK = re.compile(rf"{_STRING}|[\[\]{{}}]", re.DOTALL)
_MARK_OF_BOTH = re.compile(rf"{_STRING}|'(?:[^'\\]|\\.)*+'|[\[\]{{}}]", re.DOTALL)
_COMMA = re.compile(rf"{_STRING}|,(?=\s*[,\]}}])", re.DOTALL)
_INNER = re.compile(r'(?<![{\[,:\\\s])\s*+"(?!\s*[,:\]}])')  # neither begins a string nor ends one
_START = re.compile(r'\{\s*"')
_NEAR = 16  # characters from the end: a word or an escape may go on behind it
_TRIES = 10_000
_LONGEST = 1 << 20  # characters of a literal; Python reads it a hundred times slower than JSON
_ALIKE = 0.6
_HOPELESS = 1_000  # records that were lost, after which no more are tried


class Mended(NamedTuple):
    """What was made of a damaged record.

    Attributes
    ----------
    value : object
        As it was meant; ``None`` if it is lost.
    end : int
        Where the next one may begin.
    """

    value: Any
    end: int


def is_damaged(error: ValueError, size: int) -> bool:
    """Return whether a text is damaged that could not be read, and does not just break off.

    Parameters
    ----------
    error : ValueError
        Of the reader.
    size : int
        Characters of the text.
    """
    if not isinstance(error, json.JSONDecodeError) or error.msg.startswith("Unterminated"):
        return False
    return error.pos < size - _NEAR


class Mender:
    r"""Reads the damaged records of one file, and counts them.

    A file in which hardly anything can be mended is not tried for long.

    Attributes
    ----------
    healed, lost : int
        Damaged records that were read as they were meant, and those that were not.

    Examples
    --------
    >>> mender = Mender()
    >>> mender.read('{"id": 1, "tags": ["a",],}', 0).value, mender.healed
    ({'id': 1, 'tags': ['a']}, 1)
    >>> mender.read("{'id': 1, 'text': \"I don't\", 'x': None}", 0).value
    {'id': 1, 'text': "I don't", 'x': None}
    >>> mender.read('{"text": "He said "no" to me"}', 0).value
    {'text': 'He said "no" to me'}
    """

    def __init__(self) -> None:
        self.healed = self.lost = 0

    @property
    def begun(self) -> bool:
        """Whether anything was damaged so far."""
        return self.healed + self.lost > 0

    def read(self, text: str, at: int, like: Collection[str] = ()) -> Mended | None:
        """Return the record that begins at a place, or where the next one begins.

        Parameters
        ----------
        text : str
        at : int
        like : collection of str
            The fields of the record before it: the next one has most of them.

        Returns
        -------
        Mended or None
            ``None`` if the text ends before either shows.
        """
        if text[at : at + 1] != "{":
            return None
        ends = []
        for marks in (_MARK, _MARK_OF_BOTH):
            if (end := _end(text, at, marks)) < 0:
                continue
            ends.append(end)
            said = text[at:end]
            if isinstance(value := _strict(said), dict):
                return Mended(value, end)
            if not self._hopeless and isinstance(value := _meant(said), dict):
                self.healed += 1
                return Mended(value, end)
        # Lost; a quote that is never closed hides where it ends, so the next of its kind is sought.
        following = None if self._hopeless else _next_like(text, at + 1, like)
        if following is None and not ends:
            return None
        self.lost += 1
        return Mended(None, min(ends) if following is None else following)

    @property
    def _hopeless(self) -> bool:
        return self.lost > _HOPELESS and self.lost > 10 * self.healed


def _end(text: str, at: int, marks: re.Pattern[str]) -> int:
    depth = 0
    for mark in marks.finditer(text, at):
        depth += (mark[0] in "[{") - (mark[0] in "]}")
        if depth == 0:
            return mark.end()
    return -1


def _strict(said: str) -> Any:
    try:
        value, end = _PLAIN(said)
    except (ValueError, RecursionError):
        return None
    return value if end == len(said) else None


def _meant(said: str) -> Any:
    plain = _COMMA.sub(_without_comma, said)
    for form in (plain, _INNER.sub(_escaped, plain)):
        if (value := _strict(form)) is not None:
            return value
    if "'" not in said or len(said) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes
            return ast.literal_eval(said)  # values alone, no code
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _without_comma(match: re.Match[str]) -> str:
    return "" if match[0] == "," else match[0]


def _escaped(match: re.Match[str]) -> str:
    return match[0].replace('"', '\\"')


def _next_like(text: str, at: int, like: Collection[str]) -> int | None:
    """Return where the next sound record with most of the fields begins."""
    if not like:
        return None
    for _, start in zip(range(_TRIES), _START.finditer(text, at), strict=False):
        try:
            value, _ = _PLAIN(text, start.start())
        except (ValueError, RecursionError):
            continue
        if sum(name in value for name in like) >= _ALIKE * len(like):
            return start.start()
    return None
