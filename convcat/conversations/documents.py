"""Finds the records in a JSON document: in a list, in a list within an object, or by their names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from convcat.conversations.nested import MESSAGE_LISTS, holds_messages, is_message
from convcat.conversations.spoken import are_turns

# What the list is called that counts, in the object around it of an API or an account's export.
_LISTS = frozenset(
    ["tickets", "reviews", "conversations", "orders", "chats", "audits", "ticket_audits", "ticket_events",
     "ticket", "helpdesk-ticket", "feedbackdetail"]
)  # fmt: skip
# Names that a list within a record may have as well: the items of an order, the turns of a chat.
_VAGUE = frozenset(
    ["data", "items", "results", "records", "rows", "responses", "_results", "list", "entry", "edges", "nodes", "review", "feedback", "feedbacks", "entries", "documents", "hits"]
)  # fmt: skip
_OWN_NAME = re.compile(
    r"(?:order|conversation|ticket|thread|chat|session|case|message|dialog)[_ -]?(?:id|key|no|number)?|uuid|number",
    re.IGNORECASE,
)
# Records by their names, as databases of documents export them: `{"chat-17": {...}, ...}`.
_KEY = re.compile(r'(?=[^"\\]*\d)[^"\\]{1,80}')
_LOOKED_AT = 20
_DEPTH = 4
_SPACE = re.compile(r"[\s,]*")
_MARK = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_PLAIN = json.JSONDecoder(strict=False).raw_decode
_LARGE = json.JSONDecoder(strict=False, parse_int=str).raw_decode


def scan_value(text: str, at: int) -> tuple[Any, int]:
    """Return the value that begins at a place, and where it ends; numbers of any length are read.

    Raises
    ------
    ValueError
        If it is damaged, or goes on behind the text.
    RecursionError
        If it is nested too deep.

    Examples
    --------
    >>> scan_value('[1, {"a": NaN}]', 1)
    (1, 2)
    """
    try:
        return _PLAIN(text, at)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number of more digits than Python converts
        return _LARGE(text, at)


def scan_named(text: str, at: int) -> tuple[Any, int]:
    """Return the record (or the turns) behind the name that begins at a place, with it for an id.

    Examples
    --------
    >>> scan_named('{"c1": {"text": "Hi"}}', 1)
    ({'id': 'c1', 'text': 'Hi'}, 21)
    """
    name, at = _name(text, at)
    value, end = scan_value(text, at)
    if are_turns(value):
        return {"id": name, "messages": value}, end
    return ({"id": name, **value} if isinstance(value, dict) else value), end


def past(text: str, at: int) -> int:
    """Return where a value ends that is nested too deep to be read, or -1 if behind the text."""
    depth = 0
    for mark in _MARK.finditer(text, at):
        depth += (mark[0] in "[{") - (mark[0] in "]}")
        if depth == 0 and mark[0] in "]}":
            return mark.end()
    return -1


def is_keyed(head: str) -> bool:
    """Return whether a document is an object of records, each by its name.

    Examples
    --------
    >>> is_keyed('{"c1": {"text": "Hi"}, "c2": {"text": "Hello"}}')
    True
    >>> is_keyed('{"customer": {"name": "Ann"}, "text": "Hi"}')
    False
    """
    said = found = 0
    for name, at in _names(head):
        if not _KEY.fullmatch(name) or head[at : at + 1] not in ("{", "["):
            return False
        try:
            record, _ = scan_value(head, at)
        except (ValueError, RecursionError):
            break
        found += 1
        if isinstance(record, list):
            said += are_turns(record)
        else:
            held = (record.get(one) for one in MESSAGE_LISTS)
            said += is_message(record) or any(map(holds_messages, held))
        if found == _LOOKED_AT:
            break
    return found > 1 and said > found / 2


def members_of(value: dict[str, Any], depth: int = _DEPTH) -> list[Any] | None:
    """Return the list of records that an object holds, or ``None`` if it is a record itself.

    Examples
    --------
    >>> members_of({"data": {"reviews": [{"id": 1}]}}), members_of({"order_id": 7, "items": []})
    ([{'id': 1}], None)
    """
    if "id" in value:
        return None
    own = any(map(_OWN_NAME.fullmatch, value))
    for name, inner in value.items():
        known = name.lower() in _LISTS or (name.lower() in _VAGUE and not own)
        if known and isinstance(inner, list) and all(isinstance(one, dict) for one in inner[:1]):
            return inner
        if isinstance(inner, dict) and depth > 1:
            found = members_of(inner, depth - 1)
            if found is not None:
                return found
    return None


def wrapped(head: str, at: int = 0, depth: int = _DEPTH) -> int | None:
    """Return where the list begins that an object holds (see `members_of`), of a document's head.

    Examples
    --------
    >>> wrapped('{"count": 2, "tickets": [{"id": 1}, {"id"')
    24
    """
    own = False
    for name, value in _names(head, at):
        if name == "id":
            return None  # a record of its own, with its messages
        own = own or _OWN_NAME.fullmatch(name) is not None
        listed = name.lower() in _LISTS or (name.lower() in _VAGUE and not own)
        if listed and head[value : value + 1] == "[":
            return value
        if depth > 1 and (inner := wrapped(head, value, depth - 1)) is not None:
            return inner
    return None


def next_at(text: str, at: int) -> int:
    """Return where the next value begins."""
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


def _names(head: str, at: int = 0) -> Iterator[tuple[str, int]]:
    """Give the names within the object that begins at a place, each with where its value begins."""
    at = next_at(head, at)
    if head[at : at + 1] != "{":
        return
    at = next_at(head, at + 1)
    while head[at : at + 1] == '"':
        try:
            name, value = _name(head, at)
        except ValueError:
            return
        yield name, value
        try:
            _, at = scan_value(head, value)
        except (ValueError, RecursionError):
            return
        at = next_at(head, at)


def _name(text: str, at: int) -> tuple[str, int]:
    name, at = scan_value(text, at)
    at = next_at(text, at)
    if not isinstance(name, str) or text[at : at + 1] != ":":
        raise ValueError("no name")
    return name, next_at(text, at + 1)
