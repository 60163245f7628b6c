"""Brings records of platforms with ways of their own into the shape that all others have."""

from __future__ import annotations

import re
from typing import Any

from convcat.conversations.authors import is_meta, is_telegram

# What stands for a heart, a picture or a call in a download of Meta's messages.
_NO_WORDS = re.compile(
    r"(?:liked a message|reacted .{1,16} to your message|[^\n]{1,60} sent (?:an attachment|a photo|a video|a voice message)"
    r"|[^\n]{1,60} (?:missed|started|ended) (?:a|an|the|your) (?:audio|video|voice)? ?(?:call|chat))\.?\s*",
    re.IGNORECASE,
)


def reshaped(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with letters, texts and answers as other platforms have them.

    Examples
    --------
    >>> answer = {"field": {"ref": "why"}, "type": "text", "text": "Too slow"}
    >>> reshaped({"answers": [answer]})
    {'answers': {'text': 'Too slow'}}
    """
    if is_meta(record):
        record = _readable(record)
        said = record.get("messages")
        return {**record, "messages": [_said_on_meta(one) for one in said]} if said else record
    if is_telegram(record):
        return {**record, "messages": [_said_on_telegram(one) for one in record["messages"]]}
    return _answered(record)


def _said_on_meta(message: Any) -> Any:
    said = message.get("content") if isinstance(message, dict) else None
    if isinstance(said, str) and _NO_WORDS.fullmatch(said):
        return {**message, "content": None}
    return message


def _said_on_telegram(message: Any) -> Any:
    """Return a message with its text in one, which stands in parts where there are links."""
    parts = message.get("text") if isinstance(message, dict) else None
    if not isinstance(parts, list):
        return message
    said = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return {**message, "text": "".join(one for one in said if isinstance(one, str))}


def _readable(value: Any) -> Any:
    """Return what Meta writes, whose downloads hold every byte of UTF-8 as a character."""
    if isinstance(value, dict):
        return {name: _readable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_readable(inner) for inner in value]
    if isinstance(value, str) and not value.isascii():
        try:
            return value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return value
    return value


def _answered(record: dict[str, Any]) -> dict[str, Any]:
    """Return a response of Typeform with its answers in words as one text, the others by question."""
    given = record.get("answers")
    if not isinstance(given, list) or not all(
        isinstance(one, dict) and isinstance(one.get("field"), dict) for one in given
    ):
        return record
    answers: dict[str, Any] = {}
    for one in given:
        kind, field = one.get("type"), one["field"]
        value = one.get(kind) if isinstance(kind, str) else None
        if kind == "text" and isinstance(value, str):
            answers["text"] = "\n".join(filter(None, (answers.get("text"), value)))
        else:
            answers[str(field.get("ref") or field.get("id"))] = value
    return {**record, "answers": answers}
