"""Rows of messages become conversations: the customer's turns, in the order of time."""

from __future__ import annotations

import itertools
import sqlite3
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import msgspec

from convcat.conversations.blocks import minutes_between
from convcat.conversations.cleaning import clean
from convcat.conversations.context import question_before
from convcat.conversations.filters import says_much
from convcat.conversations.kinship import Kinship, Shared, Span, kinship
from convcat.conversations.marks import MarkSet
from convcat.conversations.roles import Role


class Message(msgspec.Struct, frozen=True, array_like=True):
    """One message of a conversation; ``values`` are the columns of a customer's row, by name.

    ``file`` is the number of the file it stands in; ``copy`` is whether another one held it before.
    """

    role: Role
    time: datetime | None
    title: str | None
    text: str | None
    values: dict[str, Any] | None
    file: int = 0
    copy: bool = False


class Threads:
    """Messages by conversation, in the order in which conversations first appear.

    The one place that knows where messages wait until their conversation is whole: a temporary
    database, which SQLite holds in memory while it is small and on disk when it grows.

    Attributes
    ----------
    apart : Counter of (int, int)
        Conversations that two files give the same id, once all have been drawn.
    again : int
        Messages that were left out for another file's, once all have been drawn.
    """

    def __init__(self) -> None:
        self.apart: Counter[tuple[int, int]] = Counter()
        self.again = 0
        self._spans: dict[int, Span] = {}
        self._marks = MarkSet()
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Message).decode
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._database.execute("PRAGMA cache_size = -65536")  # KiB held in memory
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE threads (number INTEGER PRIMARY KEY, name TEXT UNIQUE)"
        )
        self._database.execute("CREATE TABLE messages (thread INTEGER, file INTEGER, message BLOB)")

    def add(
        self,
        threads: list[str],
        messages: list[Message],
        marks: list[int],
        across: Sequence[tuple[int, int]] = (),
    ) -> list[Message | None]:
        """Keep messages, each with its thread; give each back, or nothing if it is there twice.

        Whether a message of another file is there twice shows once it is known whether the two
        mean the same conversation: until then it is a copy.

        Parameters
        ----------
        threads : list of str
            The conversation of each message.
        messages : list of Message
        marks : list of int
            What tells a message from others of its file (see `convcat.conversations.marks.mark_of`).
        across : sequence of (int, int)
            The place of a message and what tells it from those of other files, where there are some.
        """
        known = self._marks.add(marks)
        again = self._marks.add([mark for _, mark in across]) if across else []
        copies = {at for (at, _), old in zip(across, again, strict=True) if old}
        kept: list[Message | None] = []
        for at, message in enumerate(messages):
            one = msgspec.structs.replace(message, copy=True) if at in copies else message
            kept.append(None if known[at] else one)
            self._spans.setdefault(message.file, Span()).note(message.time)
        new = [(threads[at], one) for at, one in enumerate(kept) if one is not None]
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR IGNORE INTO threads (name) VALUES (?)", ((name,) for name, _ in new)
        )
        self._database.executemany(
            "INSERT INTO messages SELECT number, ?, ? FROM threads WHERE name = ?",
            ((one.file, self._encode(one), name) for name, one in new),
        )
        self._database.execute("COMMIT")
        return kept

    def __iter__(self) -> Iterator[tuple[str, list[Message]]]:
        kin = self._kinship() if len(self._spans) > 1 else None
        found = self._database.execute(
            "SELECT name, message FROM messages JOIN threads ON number = thread "
            "ORDER BY thread, messages.rowid"
        )
        for thread, group in itertools.groupby(found, key=lambda row: str(row[0])):
            messages = [self._decode(row[1]) for row in group]
            if kin is None or len({message.file for message in messages}) == 1:
                yield thread, messages
                continue
            parts = list(kin.parts(_shared(thread, messages)))
            self.apart.update((parts[0][0], other[0]) for other in parts[1:])
            for part in parts:
                there = [message for message in messages if message.file in part]
                # A copy of what a file of another conversation holds is a message of its own.
                said = [one for one in there if not (one.copy and one.file != part[0])]
                self.again += len(there) - len(said)
                yield thread, said

    def _kinship(self) -> Kinship:
        """Settle which files tell the same conversations on."""
        counted = self._database.execute(
            "SELECT file, COUNT(DISTINCT thread) FROM messages GROUP BY file"
        )
        for file, n in counted.fetchall():
            self._spans[file].conversations = n
        found = self._database.execute(
            "SELECT name, message FROM messages JOIN threads ON number = thread WHERE thread IN "
            "(SELECT thread FROM messages GROUP BY thread HAVING MIN(file) < MAX(file)) "
            "ORDER BY thread, messages.rowid"
        )
        groups = itertools.groupby(found, key=lambda row: str(row[0]))
        return kinship(
            (_shared(name, [self._decode(row[1]) for row in group]) for name, group in groups),
            self._spans,
        )


def _shared(name: str, messages: list[Message]) -> Shared:
    by_file: dict[int, list[Message]] = {}
    for message in messages:
        by_file.setdefault(message.file, []).append(message)
    repeated = {
        one.file for one in messages if one.copy and one.role == "customer" and says_much(one.text)
    }
    return Shared(name, by_file, frozenset(repeated))


@dataclass(frozen=True)
class Thread:
    """A conversation put together.

    Attributes
    ----------
    title : str or None
        The first that a customer's message bears.
    turns : tuple of str
        The customer's messages that hold words, without the mail around them, oldest first.
    messages : int
        The customer's messages.
    values : dict
        Columns of the conversation: those of the first customer's row, with what it lacks filled
        from the later ones; ``time``, and ``response_minutes`` until an agent first answered.
    context : str or None
        The question that a few words of the customer's answer.
    file : int
        The number of the file in which it begins.
    """

    title: str | None
    turns: tuple[str, ...]
    messages: int
    values: dict[str, Any]
    context: str | None = None
    file: int = 0


_MIDNIGHT = time()
_FILLED = ("channel", "rating", "csat", "response_minutes", "product", "carrier", "country")


def put_together(messages: list[Message]) -> Thread:
    """Return the conversation that messages make up.

    Parameters
    ----------
    messages : list of Message
        In the order of the file; if every one has a time, that decides.
    """
    file = messages[0].file
    if all(message.time is not None for message in messages):
        messages = sorted(messages, key=lambda message: message.time)  # type: ignore[arg-type, return-value]
    messages = [_without_mail(message) for message in messages]
    customers = [message for message in messages if message.role == "customer"]
    if not customers:
        return Thread(None, (), 0, {"time": messages[0].time}, file=file)
    first = customers[0]
    values = {"time": first.time, **(first.values or {})}
    for later in customers[1:]:
        for name in _FILLED:
            if values.get(name) is None:
                values[name] = (later.values or {}).get(name)
    if values.get("response_minutes") is None:
        asked = next((one for one in customers if one.text and one.text.strip()), first)
        values["response_minutes"] = _until_answered(asked, messages)
    return Thread(
        title=next((message.title for message in customers if message.title), None),
        turns=tuple(message.text for message in customers if message.text and message.text.strip()),
        messages=len(customers),
        values=values,
        context=question_before(messages) or _within(customers),
        file=file,
    )


def _within(customers: list[Message]) -> str | None:
    """Return the question before few words of a conversation that stands in one message."""
    return (customers[0].values or {}).get("context") if len(customers) == 1 else None


def _without_mail(message: Message) -> Message:
    if message.role != "customer" or not message.text:
        return message
    return msgspec.structs.replace(message, text=clean(message.text))


def _until_answered(first: Message, messages: list[Message]) -> float | None:
    times = {message.time for message in messages}
    if len(times) < 2 or not any(time and time.time() != _MIDNIGHT for time in times):
        return None  # the time of the whole conversation, or days
    after = False
    for message in messages:
        after = after or message is first
        if after and message.role == "agent":
            return minutes_between(first.time, message.time)
    return None
