"""Chooses the reader for a source by what its first bytes are."""

from __future__ import annotations

import re

from convcat.conversations.rows import NoConversationsError, Rows
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

# An array of JSON, not the moment in brackets before a line of a chat.
_ARRAY = re.compile(rb"\[[\s\x00]*(?:[\[{\]\"]|\Z|null\b|true\b|false\b|-?\d+[\s.,\]](?!\d*-))")
# The head of a mail as programs store it, alone or in a mailbox.
_MAIL = re.compile(
    rb"(?:From \S+ [^\n]{10,60}\r?\n)?(?:(?:[A-Z][\w-]{1,40}: [^\n]*|[ \t]+\S[^\n]*)\r?\n){2,}"
)
# "From ann@example.com Mon Mar  2 10:00:00 2026" above a mail's head, which may be long.
_MAILBOX = re.compile(
    rb"From \S+ [^\n]{10,60}\d{4}[^\n]{0,10}\r?\n[A-Za-z][\w-]{1,60}: ?[^\n]*\r?\n"
)
_MAIL_FIELDS = (b"subject: ", b"message-id: ", b"received: ")
_FOREIGN = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls), or one that is locked with a password: save it as .xlsx "
    "without a password, or as CSV",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "an archive: unpack it and name the files in it",
    b"7z\xbc\xaf": "an archive: unpack it and name the files in it",
    b"SQLite format 3": "a database: export its table as CSV",
    b"{\\rtf": "a text document",
}


def open_rows(source: Source) -> Rows:
    """Return the rows of a source, whatever its format.

    Raises
    ------
    InputError
        If it is empty, or no table in any format that is known.
    """
    from convcat.conversations import delimited, objects, tables, workbooks
    from convcat.conversations.chatlogs import ChatLog, is_chat_log
    from convcat.conversations.mailboxes import Mailbox
    from convcat.conversations.unfolding import unfolded

    if source.frame is not None:
        return unfolded(tables.Frame(source))
    head = source.head(4096)
    if source.sheet is not None and not head.startswith(b"PK"):
        raise InputError(f"{source.name} asks for a sheet, and the file is no workbook.")
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise NoConversationsError(f"{source.name} is empty.")
    if head.startswith(b"PAR1"):
        return unfolded(tables.Parquet(source))
    if head.startswith(b"PK"):
        return workbooks.Sheet(source)
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise InputError(f"{source.name} is {what}; it is not a table.")
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if text.startswith(b"<") and not _has_delimiters(text):
        raise InputError(f"{source.name} is a page or XML, not a table: export it as CSV or JSON.")
    if _is_binary(head):
        raise InputError(f"{source.name} is not a table: it is no text in any known format.")
    if is_chat_log(text.decode("utf-8", "ignore")):
        return ChatLog(source)
    mail = (found := _MAIL.match(text)) and found[0].lower()
    if _MAILBOX.match(text):
        return Mailbox(source)
    if mail and b"from: " in mail and any(one in mail for one in _MAIL_FIELDS):
        raise InputError(
            f"{source.name} is a single mail, not a table: export the folder of mails as one mailbox "
            "(.mbox), or write a CSV with one row a mail (from, to, date, subject, text)."
        )
    if text.startswith(b"{") or _ARRAY.match(text):
        return objects.Objects(source)
    return unfolded(delimited.Delimited(source))


def _has_delimiters(text: bytes) -> bool:
    first = text.split(b"\n", 1)[0].lower()
    return not first.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")) and b"," in first


def _is_binary(head: bytes) -> bool:
    """Text in UTF-16 has zeros in every second place only; other text has hardly any."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    head = head.rstrip(b"\x00") or head  # what a file system leaves where the power failed
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    zeros = head.count(0)
    if max(head[::2].count(0), head[1::2].count(0)) > 0.9 * zeros > 0.3 * len(head):
        return False
    return control > 0.1 * len(head)
