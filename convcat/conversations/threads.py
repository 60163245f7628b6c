"""Rows of messages become conversations: the customer's turns, in the order of time."""

from __future__ import annotations

import itertools
import sqlite3
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import msgspec

from convcat.conversations.blocks import minutes_between
from convcat.conversations.cleaning import clean
from convcat.conversations.context import question_before
from convcat.conversations.marks import MarkSet
from convcat.conversations.roles import Role


class Message(msgspec.Struct, frozen=True, array_like=True):
    """One message of a conversation; ``values`` are the columns of a customer's row, by name."""

    role: Role
    time: datetime | None
    title: str | None
    text: str | None
    values: dict[str, Any] | None


class Threads:
    """Messages by conversation, in the order in which conversations first appear.

    The one place that knows where messages wait until their conversation is whole: a temporary
    database, which SQLite holds in memory while it is small and on disk when it grows.
    """

    def __init__(self) -> None:
        self._marks = MarkSet()
        self._encode = msgspec.msgpack.Encoder().encode
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._database.execute("PRAGMA cache_size = -65536")  # KiB held in memory
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE threads (number INTEGER PRIMARY KEY, name TEXT UNIQUE)"
        )
        self._database.execute("CREATE TABLE messages (thread INTEGER, message BLOB)")

    def add(self, threads: list[str], messages: list[Message], marks: list[int]) -> list[bool]:
        """Keep messages, each with its thread; tell of each whether it was there before.

        Parameters
        ----------
        threads : list of str
            The conversation of each message.
        messages : list of Message
        marks : list of int
            What tells a message from others (see `convcat.conversations.marks.mark_of`).
        """
        known = self._marks.add(marks)
        new = [i for i, old in enumerate(known) if not old]
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR IGNORE INTO threads (name) VALUES (?)", ((threads[i],) for i in new)
        )
        self._database.executemany(
            "INSERT INTO messages SELECT number, ? FROM threads WHERE name = ?",
            ((self._encode(messages[i]), threads[i]) for i in new),
        )
        self._database.execute("COMMIT")
        return known

    def __iter__(self) -> Iterator[tuple[str, list[Message]]]:
        decode = msgspec.msgpack.Decoder(Message).decode
        found = self._database.execute(
            "SELECT name, message FROM messages JOIN threads ON number = thread "
            "ORDER BY thread, messages.rowid"
        )
        for thread, group in itertools.groupby(found, key=lambda row: str(row[0])):
            yield thread, [decode(row[1]) for row in group]


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
    """

    title: str | None
    turns: tuple[str, ...]
    messages: int
    values: dict[str, Any]
    context: str | None = None


_MIDNIGHT = time()
_FILLED = ("channel", "rating", "csat", "response_minutes", "product", "carrier", "country")


def put_together(messages: list[Message]) -> Thread:
    """Return the conversation that messages make up.

    Parameters
    ----------
    messages : list of Message
        In the order of the file; if every one has a time, that decides.
    """
    if all(message.time is not None for message in messages):
        messages = sorted(messages, key=lambda message: message.time)  # type: ignore[arg-type, return-value]
    messages = [_without_mail(message) for message in messages]
    customers = [message for message in messages if message.role == "customer"]
    if not customers:
        return Thread(None, (), 0, {"time": messages[0].time})
    first = customers[0]
    values = {"time": first.time, **(first.values or {})}
    for later in customers[1:]:
        for name in _FILLED:
            if values.get(name) is None:
                values[name] = (later.values or {}).get(name)
    if values.get("response_minutes") is None:
        values["response_minutes"] = _until_answered(first, messages)
    return Thread(
        title=next((message.title for message in customers if message.title), None),
        turns=tuple(message.text for message in customers if message.text and message.text.strip()),
        messages=len(customers),
        values=values,
        context=question_before(messages),
    )


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
