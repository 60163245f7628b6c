"""Reads the transcript that a chat program writes: a line a message.

WhatsApp writes a file for each customer, whose name is that of the file; in a plain log, words such
as Visitor and Agent say who speaks, and headings ("Chat 1204") part one chat from the next.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

import pyarrow as pa

from convcat.conversations.chatlines import Head, dated, day_of, hourly, is_system, named
from convcat.conversations.encodings import find_encoding
from convcat.conversations.marks import mark_of
from convcat.conversations.roles import role_of
from convcat.conversations.rows import LONGEST_CELL, string_table
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

# "--- Chat #1204 ---", "Conversation ID: a7-33"
_HEADING = re.compile(
    r"\W*(?:chat|conversation|ticket|session|case|thread)\b(?: ?(?:id|no|number|log))?\W{1,4}(?P<chat>[\w-]*\d[\w-]*)\W*",
    re.IGNORECASE,
)
_MARKS = str.maketrans(
    {
        "\u202f": " ",
        "\u00a0": " ",
        "\u200e": None,
        "\u200f": None,
        "\u202a": None,
        "\u202c": None,
        "\ufeff": None,
    }
)
# What stands for a picture or a voice message that was not exported.
_NO_WORDS = re.compile(
    r"<[^<>]{3,80}>|(?:image|video|audio|sticker|document|gif|contact card) omitted", re.IGNORECASE
)
# What the program adds to words, or says in their place.
_ADDED = re.compile(
    r" ?<this message was edited>|<attached: [^<>\n]{1,120}>|^[^\n/]{1,120}\.\w{2,5} \(file attached\)$"
    r"|^(?:this message was deleted|you deleted this message|missed (?:voice|video) call)[^\n]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
# "WhatsApp Chat with Ann.txt", "WhatsApp Chat - Ann.zip/_chat.txt", and so in other languages
_CUSTOMER = re.compile(
    r"whatsapp[^/]*?\s(?:with|mit|avec|con|met|com|med|-|\u2013)\s+(?P<name>[^/]+?)(?: ?\(\d+\))?(?:\.txt|\.zip|/)",
    re.IGNORECASE,
)
# "Chat started: 2 March 2026", "-----": a chat begins.
_BEGINS = re.compile(
    r"\W*(?:chat|conversation) (?:started|opened|begins|began)\b.*|[-=*_#]{5,}", re.IGNORECASE
)
# "Conversation with Ann Lee", "Name: Ann Lee": above the first message.
_WITH = re.compile(
    r"\W*(?:(?:conversation|chat|transcript|messages) (?:with|of)|(?:visitor|customer|client|contact)?(?: ?name)?:)\s*(?P<name>[^:\n]{1,60}?)\W*$",
    re.IGNORECASE,
)
_CELLS = re.compile(r"[,;\t|]\S|\"")  # of a table's header
_SPEAKS = re.compile(r"[^\W\d_][^:,;\t\n?!.]{1,40}:")
_WITH_DAY = re.compile(r"\d{1,4}[-./]\d")
_HEAD_BYTES, _LONGEST_HEADING, _PREAMBLE, _LOOKED_AT = 1 << 16, 80, 10, 40
_HEADER = ("conversation id", "author role", "created at", "message", "channel")


def is_chat_log(text: str) -> bool:
    r"""Return whether the beginning of a file is that of a transcript.

    Examples
    --------
    >>> is_chat_log("3/2/26, 10:14 AM - Ann: Hello?\\n"), is_chat_log("date,text\\n3/2/26,Hello: you")
    (True, False)
    """
    return _way_of(_first_lines(text)) is not None


def _first_lines(text: str) -> list[str]:
    lines = [line for line in text.translate(_MARKS).splitlines()[:_LOOKED_AT] if line.strip()]
    while lines and _HEADING.fullmatch(lines[0]):
        lines.pop(0)
    return lines


def _way_of(lines: list[str]) -> Callable[[str], Head | None] | None:
    """Return how to tell the heads of messages among the lines, or ``None`` if there are none."""
    heads = [dated(line) for line in lines[:20]]
    if heads and heads[0] is not None:
        return dated if any(head and head.who for head in heads) else None
    if lines and is_named_log(lines[:20]):
        return named
    found = [at for at, line in enumerate(lines) if hourly(line)]
    speakers = {head.who for line in lines if (head := hourly(line))}
    begins = (
        bool(found) and found[0] <= _PREAMBLE and not any(map(_CELLS.search, lines[: found[0]]))
    )
    return hourly if begins and len(speakers) > 1 and len(found) > 2 else None


def is_named_log(lines: list[str]) -> bool:
    """Return whether both sides of a chat are called by words for them, a line each.

    Examples
    --------
    >>> is_named_log(["Visitor: Hi", "Agent Lea: Hello"]), is_named_log(["Customer: Ann", "Order: 7"])
    (True, False)
    """
    said = [line for line in lines if not _HEADING.fullmatch(line)]
    roles = [role_of(line.split(":")[0], "") if _SPEAKS.match(line) else None for line in said]
    return roles[:1] != [None] and {"customer", "agent"} <= {*roles} and "unknown" not in roles


class ChatLog:
    """The messages of a transcript, a row each.

    The file's name says who the customer is, or the speakers' names do, or the lines above the
    first message.

    Parameters
    ----------
    source : Source
        The file.

    Raises
    ------
    InputError
        If nothing tells the customer from the shop.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.notes: list[str] = []
        self.header = _HEADER
        self._source = source
        self._encoding = find_encoding(source)
        place = source.path.resolve().as_posix() if source.path else ""
        called = _CUSTOMER.search(f"{place}/{source.member or ''}")
        customer = called["name"].translate(_MARKS).strip().casefold() if called else None
        head = source.head(_HEAD_BYTES).decode(self._encoding, errors="ignore")
        lines = _first_lines(head)
        self._head = _way_of(lines) or dated
        self._apart = False  # whether each customer's messages are a chat
        said = {(row[1], row[3]) for row in self._rows()}
        speakers = {who for who, _ in said if who}
        self._customers = {who for who in speakers if who.casefold() == customer}
        self._channel = "WhatsApp"
        self.facts = {"format": "chat transcript", "encoding": self._encoding}
        if not self._customers:
            self._customers = _customers_among(speakers, lines)
            self._channel, self._chat = "chat", source.name
            if self._customers and self._customers != speakers:
                chats = {chat for _, chat in said}
                self._apart = len(self._customers) > 1 and chats <= {"", "1"}
                if chats == {""} and not self._apart:
                    self.notes.append("The log names no chats: all of it is one conversation.")
                return
            raise InputError(
                f"{self.name} is a transcript of chats, not a table, and its name does not say which "
                "speaker is the customer: keep the name that WhatsApp gives it (WhatsApp Chat with "
                "NAME.txt), or export one row a message, with columns for conversation, author, "
                "message and time."
            )
        # The name or the number of a customer is no business of a table or a page.
        self._chat = f"chat {mark_of(customer) % 10**8:08d}"
        self.name = re.sub(re.escape(customer or ""), self._chat, source.name, flags=re.IGNORECASE)

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del broken, text_column
        rows: list[tuple[str | None, ...]] = []
        own = ""
        for at, who, said, chat in self._rows():
            role = "customer" if who in self._customers else _other(who)
            words = None if _NO_WORDS.fullmatch(said) else _ADDED.sub("", said).strip() or None
            if self._apart and role == "customer":
                own = f"{self._chat} {mark_of(who) % 10**8:08d}"
            rows.append((own or chat or self._chat, role, at or None, words, self._channel))
            if len(rows) >= size:
                yield string_table(self.header, list(zip(*rows, strict=True)))
                rows = []
        if rows:
            yield string_table(self.header, list(zip(*rows, strict=True)))

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Give moment, speaker (empty for the program itself), words and chat of every message."""
        errors = "strict" if self._encoding.startswith("utf-8") else "replace"
        last, chat, said, day, number = None, "", list[str](), None, 0
        with self._source.open() as raw:
            stream = io.TextIOWrapper(raw, encoding=self._encoding, errors=errors)
            while line := stream.readline(LONGEST_CELL):
                line = line.translate(_MARKS).rstrip("\r\n")
                short = len(line) < _LONGEST_HEADING
                heading = _HEADING.fullmatch(line) if short else None
                head = self._head(line)
                begins = head is None and short and _BEGINS.fullmatch(line) is not None
                if head is None and heading is None and not begins:
                    day = (day_of(line) if self._head is hourly else None) or day
                    if self._head is not hourly or not is_system(line):
                        said.append(line)
                    continue
                if last is not None:
                    yield last.at, last.who, "\n".join(said).strip(), chat
                last, said = head, [] if head is None else [head.said]
                if head is None:
                    number += begins
                    chat = heading["chat"] if heading else str(number)
                    day = (day_of(line) if self._head is hourly else None) or day
                elif self._head is hourly:
                    last = head._replace(at=_moment(head.at, day))
        if last is not None:
            yield last.at, last.who, "\n".join(said).strip(), chat


def _moment(at: str, day: datetime | None) -> str:
    """Return a moment with its day, where one is known; an hour alone is none."""
    if _WITH_DAY.match(at):
        return at
    return f"{day:%Y-%m-%d} {at}" if day is not None else ""


def _customers_among(speakers: set[str], lines: list[str]) -> set[str]:
    """Return who of the speakers is a customer, by their names or the lines above the first."""
    roles = {who: role_of(who, "") for who in speakers}
    if found := {who for who, role in roles.items() if role == "customer"}:
        return found
    told = {
        one["name"].strip().casefold() for line in lines[:_PREAMBLE] if (one := _WITH.match(line))
    }
    if found := {who for who in speakers if who.casefold() in told}:
        return found
    unknown = {who for who, role in roles.items() if role == "unknown"}
    return unknown if len(unknown) == 1 and "agent" in roles.values() else set()


def _other(who: str) -> str:
    """Return who speaks that is no customer: the program, a bot, or else an agent."""
    if not who:
        return "system"
    return "bot" if role_of(who, "") == "bot" else "agent"
