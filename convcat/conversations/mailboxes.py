"""Reads a mailbox (mbox): a row a mail, with what the customer wrote in it."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from typing import cast

import pyarrow as pa

from convcat.conversations.correspondence import addresses, shop_addresses
from convcat.conversations.marks import mark_of
from convcat.conversations.roles import Role
from convcat.conversations.rows import string_table
from convcat.conversations.sources import Source

_HEADER = ("conversation id", "message id", "author role", "customer email", "created at", "subject", "message", "channel")  # fmt: skip
_BEGINS = re.compile(rb"From \S+.{0,80}\d{4}")
_ESCAPED = re.compile(rb">+From ")
_LONGEST_LINE = 1 << 20
_LONGEST = 1 << 20  # bytes of a mail that are looked at: its words stand before what is attached
_LOOKED_AT = 20_000  # mails that tell which addresses are the shop's
_AUTOMATIC = frozenset({"bulk", "junk", "auto_reply", "auto-reply", "list"})
_HEADS, _WHOLE = BytesHeaderParser(policy=compat32), BytesParser(policy=compat32)
_PARTS = 200  # of a mail that are looked at
_IDS = re.compile(r"<[^<>\s]{3,250}>")


class Mailbox:
    """The mails of a mailbox, a row each, streamed.

    Parameters
    ----------
    source : Source
        The file.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.header = _HEADER
        self.facts = {"format": "mailbox"}
        self._source = source
        self.notes: list[str] = []
        self._shop = shop_addresses(self._sides())
        if not self._shop:
            self.notes.append(
                "Nothing tells which of these mails the shop wrote: all are taken for customers', but "
                "for those that a program sent."
            )

    def batches(
        self, size: int, broken: Counter[str], text_column: str | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in batches (see `Rows`)."""
        del broken, text_column
        rows: list[tuple[str | None, ...]] = []
        for mail in self._mails():
            rows.append(self._row(mail))
            if len(rows) >= size:
                yield string_table(self.header, list(zip(*rows, strict=True)))
                rows = []
        if rows:
            yield string_table(self.header, list(zip(*rows, strict=True)))

    def _sides(self) -> Iterator[tuple[list[str], list[str]]]:
        for number, mail in enumerate(self._mails(heads=True)):
            if number >= _LOOKED_AT:
                return
            if _role(mail) is None:
                yield _from(mail), _to(mail)

    def _row(self, mail: Message) -> tuple[str | None, ...]:
        sender = _from(mail)
        role = _role(mail) or ("agent" if self._shop & set(sender) else "customer")
        whole = _text(mail, "message-id")
        own = next(iter(_IDS.findall(whole)), None)
        other = sender if role != "agent" else _to(mail)
        return (
            f"mail {_thread(mail, own or '|'.join([*sender, _text(mail, 'date')])):016x}",
            own,
            role,
            next((one for one in other if "@" in one), None),
            _moment(mail),
            _text(mail, "subject") or None,
            _words(mail),
            "email",
        )

    def _mails(self, *, heads: bool = False) -> Iterator[Message]:
        for lines in self._blocks():
            whole = b"".join(lines)
            parser = _HEADS if heads else _WHOLE
            try:
                yield parser.parsebytes(whole)
            except RecursionError:  # mails within mails, without end
                yield _HEADS.parsebytes(whole)

    def _blocks(self) -> Iterator[list[bytes]]:
        """Give the lines of each mail, as many as are looked at."""
        lines: list[bytes] = []
        size, blank = 0, True
        # A stream that was copied to disk has no buffer of its own.
        with self._source.open() as raw, io.BufferedReader(cast("io.RawIOBase", raw)) as stream:
            while line := stream.readline(_LONGEST_LINE):
                if blank and _BEGINS.match(line):
                    if lines:
                        yield lines
                    lines, size = [], 0
                elif size < _LONGEST:
                    lines.append(line[1:] if _ESCAPED.match(line) else line)
                    size += len(line)
                blank = not line.strip()
        if lines:
            yield lines


def _role(mail: Message) -> Role | None:
    """Return whose a mail is by its head alone, where that tells."""
    labels = {one.strip(' "').lower() for one in _text(mail, "x-gmail-labels").split(",")}
    if "spam" in labels:
        return "spam"
    if labels & {"drafts", "draft"}:
        return "note"
    automatic = _text(mail, "auto-submitted").lower()
    if (
        (automatic and not automatic.startswith("no"))
        or _text(mail, "precedence").strip().lower() in _AUTOMATIC
        or mail.get_content_type() == "multipart/report"
        or any(name in mail for name in ("x-autoreply", "x-autorespond", "list-unsubscribe"))
    ):
        return "bot"
    return "agent" if "sent" in labels else None


def _thread(mail: Message, own: str) -> int:
    """Return a number for the conversation: that of the mail that all others answer."""
    if known := _text(mail, "x-gm-thrid").strip():
        return mark_of("gmail", known)
    above = _IDS.findall(_text(mail, "references")) or _IDS.findall(_text(mail, "in-reply-to"))
    return mark_of("mail", above[0] if above else own)


def _from(mail: Message) -> list[str]:
    return addresses(_text(mail, "from") or _text(mail, "sender"))


def _to(mail: Message) -> list[str]:
    return addresses(",".join([_text(mail, "to"), _text(mail, "delivered-to")]))


def _text(mail: Message, name: str) -> str:
    """Return a field of the head as text, whatever bytes it holds."""
    value = mail.get(name)
    if value is None:
        return ""
    try:
        parts: Iterable[tuple[str | bytes, str | None]] = decode_header(value)
        said = "".join(
            _decoded(part, charset) if isinstance(part, bytes) else part for part, charset in parts
        )
    except (ValueError, LookupError, AttributeError):  # the library's own errors are of these
        said = str(value)
    return " ".join(said.split())


def _moment(mail: Message) -> str | None:
    try:
        return parsedate_to_datetime(_text(mail, "date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _words(mail: Message) -> str | None:
    """Return the mail's text, else its page, without what is attached."""
    found: dict[str, str] = {}
    for part in itertools.islice(mail.walk(), _PARTS):
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or kind in found or part.get_filename():
            continue
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and body.strip():
            found[kind] = _decoded(body, part.get_content_charset())
    plain = found.get("text/plain")
    return plain if plain and plain.strip() else found.get("text/html")


def _decoded(body: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "cp1252"):
        try:
            return body.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return body.decode("latin-1")
