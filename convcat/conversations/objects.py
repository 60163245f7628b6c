"""Reads JSON lines and JSON documents as a stream of flat rows.

Nested objects become columns with dotted names; a list of messages within a record becomes one row
a message, with the record's own fields beside it.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, TextIO

import msgspec
import pyarrow as pa

from convcat.conversations.archives import DAMAGE
from convcat.conversations.audits import NO_WORDS, Audits, is_audit
from convcat.conversations.documents import (
    is_keyed,
    members_of,
    next_at,
    past,
    scan_named,
    scan_value,
    wrapped,
)
from convcat.conversations.encodings import find_encoding
from convcat.conversations.mending import Mender, is_damaged
from convcat.conversations.nested import flat_rows
from convcat.conversations.people import people_in, with_people
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
TOO_DEEP = "JSON that is nested too deep"
_BLOCK = 1 << 20
_MUCH = 8 << 20  # characters of a record; it may be a quote that is never closed
_AROUND = " \t\r\n\x00\ufeff\x1e"


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
        self._audits = Audits()
        self._people: dict[str, str] = {}
        people: dict[str, str] = {}
        self._talk = talk = False
        broken: Counter[str] = Counter()
        mender = Mender()
        for number, record in enumerate(self._records(broken, mender, people), 1):
            if is_audit(record):
                self._audits.note(record)
            talk = talk or (bool(record.get("comments")) and "requester_id" in record)
            rows = self._flat(record, number)
            self._messages = self._messages or len(rows) > 1
            for row in rows:
                names.update(dict.fromkeys(row))
        self._people, self._talk = people, talk
        if not names and (broken[CUT_OFF] or broken[NOT_JSON]):
            raise NoConversationsError(
                f"{source.name} holds no sound JSON object: the first one is damaged or breaks off "
                "(a comma or a bracket too many, or single quotes?)."
            )
        if not names:
            raise NoConversationsError(f"{source.name} holds no JSON objects with fields.")
        if n := mender.healed:
            self.notes.append(
                f"{n:,} record{'s' * (n != 1)} of damaged JSON (commas too many, single quotes, quotes "
                f"within quotes) {'is' if n == 1 else 'are'} read as meant."
            )
        if n := broken[CUT_OFF]:
            self.notes.append(
                f"Its JSON breaks off or is damaged in {n:,} place{'s' * (n != 1)}: what stands there "
                "cannot be read; export it again."
            )
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
            if self._people:
                record = with_people(record, self._people)  # noqa: PLW2901
            found = self._flat(record, number)
            broken[NO_WORDS] += not found
            for row in found:
                rows.append(row)
                chars += sum(len(cell) for cell in row.values() if cell)
            if len(rows) >= size or chars > BATCH_CHARS:
                yield self._table(rows)
                rows, chars = [], 0
        if rows:
            yield self._table(rows)

    def _flat(self, record: dict[str, Any], number: int) -> list[dict[str, str | None]]:
        """Return the rows of a record; none of a change of a ticket that says nothing."""
        place = f"{self.name}:{number}"
        if not is_audit(record):
            return flat_rows(record, place, talk=self._talk and "requester_id" in record)
        ticket = self._audits.ticket_of(record)
        return [] if ticket is None else flat_rows(ticket, place)

    def _table(self, rows: list[dict[str, str | None]]) -> pa.Table:
        return string_table(self.header, [[row.get(key) for row in rows] for key in self._keys])

    def _records(
        self,
        broken: Counter[str],
        mender: Mender | None = None,
        people: dict[str, str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        mender = Mender() if mender is None else mender
        errors = "strict" if self._encoding.startswith("utf-8") else "replace"
        with self._source.open() as raw:
            stream = io.TextIOWrapper(raw, encoding=self._encoding, errors=errors)
            values = (
                _lines(stream, broken, mender)
                if self._lines
                else _document(stream, broken, mender, people)
            )
            try:
                for value in values:
                    if isinstance(value, dict):
                        yield value
                    else:
                        broken[NOT_AN_OBJECT] += 1
            except DAMAGE as error:
                raise InputError(f"{self.name} ends before its end: {error}.") from None


def _is_lines(head: str) -> bool:
    """One object a line, if the first lines are whole by themselves."""
    lines = [line for line in head.split("\n") if line.strip()][:2]
    first = [_parsed(line.strip(_AROUND)) for line in lines]
    if first and isinstance(first[0], Exception):
        first = [_healed(line, Mender()) for line in lines]
    if not first or not isinstance(first[0], dict):
        return False
    if len(first) > 1 and isinstance(first[1], dict):
        return True
    return members_of(first[0]) is None and not is_keyed(lines[0])


def _parsed(line: str) -> Any:
    """Return the value that a line holds, or the exception that says why not."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        pass
    try:
        value, end = scan_value(line, next_at(line, 0))  # takes NaN, and halves of surrogate pairs
    except (ValueError, RecursionError) as error:
        return error
    return value if not line[end:].strip() else ValueError("more than one value")


def _healed(line: str, mender: Mender) -> Any:
    """Return the object that a damaged line was meant to hold, or ``None``."""
    line = line.strip(_AROUND)
    found = mender.read(line, 0)
    return found.value if found is not None and not line[found.end :].strip(" ,") else None


def _lines(stream: TextIO, broken: Counter[str], mender: Mender) -> Iterator[Any]:
    while line := stream.readline(LONGEST_CELL):
        if not line.strip(_AROUND):
            continue
        value = _parsed(line.strip("\x00\ufeff\x1e"))
        if isinstance(value, Exception) and (meant := _healed(line, mender)) is not None:
            value = meant
        if isinstance(value, Exception):
            broken[NOT_JSON] += 1
        elif isinstance(value, dict) and (members := members_of(value)) is not None:
            yield from members  # a page of an API on every line
        else:
            yield value


def _document(
    stream: TextIO,
    broken: Counter[str],
    mender: Mender,
    people: dict[str, str] | None = None,
) -> Iterator[Any]:
    """Give the members of an array one by one, never holding more than one and a block.

    Users who are listed beside it are noted in `people`.
    """
    buffer, at, more = stream.read(_BLOCK).lstrip("\ufeff"), 0, True
    keyed = is_keyed(buffer)
    begun = 0 if keyed else wrapped(buffer) or 0
    at = next_at(buffer, begun)
    around = buffer[:begun] + " "
    inside = buffer[at : at + 1] in ("[{" if keyed else "[")
    at += inside
    scan = scan_named if keyed else scan_value
    like: Collection[str] = ()
    while True:
        at = next_at(buffer, at)
        if buffer[at : at + 1] in ("]", "}") and inside:
            if begun:  # what follows in the object around a list is of another kind
                if people is not None:
                    people |= people_in(around + buffer[at:] + stream.read(LONGEST_CELL))
                return
            at, inside = at + 1, False
            continue
        found = mender.read(buffer, at, like) if mender.begun and not keyed else None
        try:
            value, end = scan(buffer, at) if found is None else (found.value, -1)
        except RecursionError:
            value, end = None, past(buffer, at)
            if 0 <= end < len(buffer):
                broken[TOO_DEEP] += 1
                at = end
                continue
        except ValueError as error:
            end = -1
            if not more or is_damaged(error, len(buffer)) or len(buffer) - at > _MUCH:
                found = mender.read(buffer, at, like)
        if found is not None:
            at = found.end
            if isinstance(found.value, dict):
                like = found.value
                yield found.value
            else:
                broken[CUT_OFF] += 1
            continue
        # A number or word that touches the end of the buffer may go on in the next block.
        if 0 <= end < len(buffer) or (end > 0 and not more):
            if isinstance(value, list) and not inside:
                yield from value  # one list behind another
            else:
                yield value
            like = value if isinstance(value, dict) else like
            at = end
            continue
        block = stream.read(max(_BLOCK, len(buffer) - at)) if more else ""
        if not block:
            if more:
                more = False
                continue
            if buffer[at:].strip() and len(buffer) - at > 0:
                broken[CUT_OFF] += 1
            return
        if len(buffer) - at > LONGEST_CELL:
            broken["a JSON value that is absurdly long"] += 1
            return
        buffer, at = buffer[at:] + block, 0
