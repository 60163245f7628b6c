"""Reads the transcript that a chat program writes: a line a message.

WhatsApp writes a file for each customer, whose name is that of the file; in a plain log, words such
as Visitor and Agent say who speaks, and headings ("Chat 1204") part one chat from the next.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa

from convcat.conversations.encodings import find_encoding
from convcat.conversations.marks import mark_of
from convcat.conversations.roles import role_of
from convcat.conversations.rows import LONGEST_CELL, string_table
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

# "[02/03/2026, 10:14:33] Ann: Hi", "3/2/26, 10:14 AM - Ann: Hi", "02.03.26, 10:14 - Ann: Hi"
_HEAD = re.compile(
    r"(?:\[(?P<in>[^\]\n]{8,30})\]|(?P<out>\d{1,4}[-./]\d{1,2}[-./]\d{1,4},?[T ]\d{1,2}:\d\d[^-\n]{0,8}) -) ?"
    r"(?:(?P<who>[^:,;\t\n]{1,60}): ?)?(?P<said>.*)"
)
# "Visitor: Hi", "Agent Lea (support): Hello": who speaks in a log without moments.
_NAMED = re.compile(r"(?P<who>[^\W\d_][^:,;\t\n?!.]{1,40}): ?(?P<said>.*)")
# "--- Chat #1204 ---", "Conversation ID: a7-33"
_HEADING = re.compile(
    r"\W*(?:chat|conversation|ticket|session|case|thread)\b(?: ?(?:id|no|number|log))?\W{1,4}(?P<chat>[\w-]*\d[\w-]*)\W*",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4},?[T ]\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?$"
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
_HEAD_BYTES, _LONGEST_HEADING = 1 << 16, 80
_HEADER = ("conversation id", "author role", "created at", "message", "channel")


def is_chat_log(text: str) -> bool:
    r"""Return whether the beginning of a file is that of a transcript.

    Examples
    --------
    >>> is_chat_log("3/2/26, 10:14 AM - Ann: Hello?\\n"), is_chat_log("date,text\\n3/2/26,Hello: you")
    (True, False)
    """
    lines = [line for line in text.translate(_MARKS).splitlines()[:20] if line.strip()]
    while lines and _HEADING.fullmatch(lines[0]):
        lines.pop(0)
    heads = [_head(line) for line in lines]
    if heads and heads[0] is not None:
        return any(head and head["who"] for head in heads)
    return bool(lines) and is_named_log(lines)


def is_named_log(lines: list[str]) -> bool:
    """Return whether both sides of a chat are called by words for them, a line each.

    Examples
    --------
    >>> is_named_log(["Visitor: Hi", "Agent Lea: Hello"]), is_named_log(["Customer: Ann", "Order: 7"])
    (True, False)
    """
    said = [line for line in lines if not _HEADING.fullmatch(line)]
    roles = [role_of(head["who"], "") if (head := _NAMED.match(line)) else None for line in said]
    return roles[:1] != [None] and {"customer", "agent"} <= {*roles} and "unknown" not in roles


class ChatLog:
    """The messages of a transcript, a row each.

    The file's name says who the customer is, or the speakers' names do.

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
        named = _CUSTOMER.search(f"{place}/{source.member or ''}")
        customer = named["name"].translate(_MARKS).strip().casefold() if named else None
        head = source.head(_HEAD_BYTES).decode(self._encoding, errors="ignore").translate(_MARKS)
        lines = [line for line in head.splitlines()[:20] if line.strip()]
        self._timed = any(map(_head, lines))
        said = {(row[1], row[3]) for row in self._rows()}
        speakers = {who for who, _ in said if who}
        self._customers = {who for who in speakers if who.casefold() == customer}
        self._channel = "WhatsApp"
        self.facts = {"format": "chat transcript", "encoding": self._encoding}
        if not self._customers:
            self._customers = {who for who in speakers if role_of(who, "") == "customer"}
            self._channel, self._chat = "chat", source.name
            if self._customers and self._customers != speakers:
                if {chat for _, chat in said} == {""}:
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
        for at, who, said, chat in self._rows():
            role = "customer" if who in self._customers else _other(who)
            words = None if _NO_WORDS.fullmatch(said) else _ADDED.sub("", said).strip() or None
            rows.append((chat or self._chat, role, at or None, words, self._channel))
            if len(rows) >= size:
                yield string_table(self.header, list(zip(*rows, strict=True)))
                rows = []
        if rows:
            yield string_table(self.header, list(zip(*rows, strict=True)))

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Give moment, speaker (empty for the program itself), words and chat of every message."""
        errors = "strict" if self._encoding.startswith("utf-8") else "replace"
        at, who, chat, said, begun = "", "", "", list[str](), False
        with self._source.open() as raw:
            stream = io.TextIOWrapper(raw, encoding=self._encoding, errors=errors)
            while line := stream.readline(LONGEST_CELL):
                line = line.translate(_MARKS).rstrip("\r\n")
                heading = _HEADING.fullmatch(line) if len(line) < _LONGEST_HEADING else None
                head = _head(line) if self._timed else _named(line)
                if head is None and heading is None:
                    said.append(line)
                    continue
                if begun:
                    yield at, who, "\n".join(said).strip(), chat
                begun = head is not None
                if head is None:
                    chat, said = heading["chat"] if heading else "", []
                    continue
                at = (head["in"] or head["out"]) if self._timed else ""
                who, said = (head["who"] or "").strip(), [head["said"]]
        if begun:
            yield at, who, "\n".join(said).strip(), chat


def _head(line: str) -> re.Match[str] | None:
    head = _HEAD.match(line)
    return head if head and _STAMP.match((head["in"] or head["out"]).strip()) else None


def _named(line: str) -> re.Match[str] | None:
    head = _NAMED.match(line)
    return head if head and role_of(head["who"], "") != "unknown" else None


def _other(who: str) -> str:
    """Return who speaks that is no customer: the program, a bot, or else an agent."""
    if not who:
        return "system"
    return "bot" if role_of(who, "") == "bot" else "agent"
