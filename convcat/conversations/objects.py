"""Reads JSON lines and JSON documents as a stream of flat rows.

Nested objects become columns with dotted names; a list of messages within a record becomes one row
a message, with the record's own fields beside it.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

import msgspec
import pyarrow as pa

from convcat.conversations.archives import DAMAGE
from convcat.conversations.encodings import find_encoding
from convcat.conversations.nested import flat_rows
from convcat.conversations.rows import (
    BATCH_CHARS,
    LONGEST_CELL,
    NoConversationsError,
    names_apart,
    string_table,
)
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

NOT_JSON = "a line that is not JSON"
NOT_AN_OBJECT = "a JSON value that is no object"
CUT_OFF = "JSON that breaks off or is damaged"
_BLOCK = 1 << 20
# What the list is called that counts, in the object around it of an API or an account's export.
_LISTS = frozenset(
    ["tickets", "reviews", "conversations", "orders", "data", "items", "results", "records", "rows", "responses", "chats", "_results", "list", "entry"]
)  # fmt: skip
_SPACE = re.compile(r"[\s,]*")


class Objects:
    """The rows of a JSON file: one object a line, an array of objects, or an object that holds one.

    Parameters
    ----------
    source : Source
        The file.

    Raises
    ------
    InputError
        If it is empty or holds no objects.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self._source = source
        self._encoding = find_encoding(source)
        head = source.head(_BLOCK).decode(self._encoding, errors="ignore").lstrip("\ufeff")
        self._lines = _is_lines(head)
        # A later record may hold a field that no earlier one has, so all are looked at once.
        names: dict[str, None] = {}
        self._messages = False
        for number, record in enumerate(self._records(Counter()), 1):
            rows = flat_rows(record, f"{self.name}:{number}")
            self._messages = self._messages or len(rows) > 1
            for row in rows:
                names.update(dict.fromkeys(row))
        if not names:
            raise NoConversationsError(f"{source.name} holds no JSON objects with fields.")
        self.header = names_apart(list(names), source.name)
        self._keys = list(names)
        self.facts = {
            "format": "JSON lines" if self._lines else "JSON",
            "encoding": self._encoding,
        }

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del text_column  # nothing needs mending here
        rows: list[dict[str, str | None]] = []
        chars = 0
        for number, record in enumerate(self._records(broken), 1):
            for row in flat_rows(record, f"{self.name}:{number}"):
                rows.append(row)
                chars += sum(len(cell) for cell in row.values() if cell)
            if len(rows) >= size or chars > BATCH_CHARS:
                yield self._table(rows)
                rows, chars = [], 0
        if rows:
            yield self._table(rows)

    def _table(self, rows: list[dict[str, str | None]]) -> pa.Table:
        return string_table(self.header, [[row.get(key) for row in rows] for key in self._keys])

    def _records(self, broken: Counter[str]) -> Iterator[dict[str, Any]]:
        errors = "strict" if self._encoding.startswith("utf-8") else "replace"
        with self._source.open() as raw:
            stream = io.TextIOWrapper(raw, encoding=self._encoding, errors=errors)
            values = _lines(stream, broken) if self._lines else _document(stream, broken)
            try:
                for value in values:
                    if isinstance(value, dict):
                        yield value
                    else:
                        broken[NOT_AN_OBJECT] += 1
            except DAMAGE as error:
                raise InputError(f"{self.name} ends before its end: {error}.") from None


def _is_lines(head: str) -> bool:
    """One object a line, if the first line is whole by itself."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    return isinstance(_parsed(first), dict) and _wrapped(first) is None


def _wrapped(head: str, at: int = 0, depth: int = 2) -> int | None:
    """Return where the list begins that an object holds, or ``None`` if it is a record itself."""
    scan = json.JSONDecoder(strict=False).raw_decode
    at = _next(head, at)
    if head[at : at + 1] != "{":
        return None
    at = _next(head, at + 1)
    while head[at : at + 1] == '"':
        try:
            name, at = scan(head, at)
            at = _next(head, at)
            if name == "id" or head[at : at + 1] != ":":
                return None  # a record of its own, with its messages
            at = _next(head, at + 1)
            if head[at : at + 1] == "[" and name.lower() in _LISTS:
                return at
            if depth > 1 and (inner := _wrapped(head, at, depth - 1)) is not None:
                return inner
            _, at = scan(head, at)
        except (ValueError, RecursionError):
            return None
        at = _next(head, at)
    return None


def _next(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


def _parsed(line: str) -> Any:
    """Return the value that a line holds, or the exception that says why not."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        pass
    try:
        return json.loads(line)  # takes NaN and halves of surrogate pairs, which others write
    except (ValueError, RecursionError) as error:
        return error


def _lines(stream: TextIO, broken: Counter[str]) -> Iterator[Any]:
    while line := stream.readline(LONGEST_CELL):
        if not line.strip(" \t\r\n\x00\ufeff\x1e"):
            continue
        value = _parsed(line.strip("\x00\ufeff\x1e"))
        if isinstance(value, Exception):
            broken[NOT_JSON] += 1
        else:
            yield value


def _document(stream: TextIO, broken: Counter[str]) -> Iterator[Any]:
    """Give the members of an array one by one, never holding more than one and a block."""
    scan = json.JSONDecoder(strict=False).raw_decode
    buffer, at, more = stream.read(_BLOCK).lstrip("\ufeff"), 0, True
    at = _next(buffer, _wrapped(buffer) or 0)
    inside = buffer[at : at + 1] == "["
    at += inside
    while True:
        at = _next(buffer, at)
        if buffer[at : at + 1] == "]" and inside:
            return
        try:
            value, end = scan(buffer, at)
        except RecursionError:
            broken["JSON that is nested too deep"] += 1
            return
        except ValueError:
            end = -1
        # A number or word that touches the end of the buffer may go on in the next block.
        if 0 <= end < len(buffer) or (end > 0 and not more):
            yield value
            at = end
            continue
        block = stream.read(max(_BLOCK, len(buffer) - at)) if more else ""
        if not block:
            if more and end > 0:
                more = False
                continue
            if buffer[at:].strip() and len(buffer) - at > 0:
                broken[CUT_OFF] += 1
            return
        if len(buffer) - at > LONGEST_CELL:
            broken["a JSON value that is absurdly long"] += 1
            return
        buffer, at = buffer[at:] + block, 0
