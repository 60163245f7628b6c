"""Brings records of platforms with ways of their own into the shape that all others have."""

from __future__ import annotations

import re
from typing import Any

from convcat.conversations.audits import told_by_audits
from convcat.conversations.authors import is_meta, is_telegram
from convcat.conversations.converted import of_xml

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
    record = of_xml(record)
    if is_meta(record):
        record = _readable(record)
        said = record.get("messages")
        return {**record, "messages": [_said_on_meta(one) for one in said]} if said else record
    if is_telegram(record):
        return {**record, "messages": [_said_on_telegram(one) for one in record["messages"]]}
    if (said := _said_on_google_play(record)) is not None:
        return said
    return _answered(_in_one(_without_edges(told_by_audits(record))))


def each_review(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a review of Feefo's API as several: of the service, and of each product.

    Examples
    --------
    >>> product = {"review": "Loud", "rating": {"rating": 2}, "product": {"title": "Kettle"}}
    >>> [one["service"]["review"] for one in each_review(
    ...     {"service": {"review": "Late", "rating": {"rating": 3}}, "products": [product]})]
    ['Late', 'Loud']
    """
    products, service = record.get("products"), record.get("service")
    if not isinstance(products, list) or not all(map(_is_rated, products)) or not products:
        return [record]
    around = {name: one for name, one in record.items() if name not in ("products", "service")}
    own = [{**around, "service": service}] if _is_rated(service) else []
    return own + [
        {
            **around,
            "product": one.get("product"),
            "service": {k: v for k, v in one.items() if k != "product"},
        }
        for one in products
    ]


def _is_rated(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("rating"), dict)


def _said_on_google_play(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return a review of Google Play's API: the user's comment, without the developer's."""
    comments = record.get("comments")
    if not isinstance(comments, list) or not all(isinstance(one, dict) for one in comments):
        return None
    said = next((one["userComment"] for one in comments if "userComment" in one), None)
    if not isinstance(said, dict):
        return None
    at = said.get("lastModified")
    changed = {"lastModified": at.get("seconds")} if isinstance(at, dict) else {}
    return {
        **{name: value for name, value in record.items() if name != "comments"},
        **said,
        **changed,
    }


def _without_edges(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with GraphQL's lists as lists."""
    wrapped = [
        name
        for name, value in record.items()
        if isinstance(value, dict) and ("nodes" in value or "edges" in value)
    ]
    return {**record, **{name: _listed(record[name]) for name in wrapped}} if wrapped else record


def _listed(value: dict[str, Any]) -> Any:
    nodes, edges = value.get("nodes"), value.get("edges")
    if isinstance(nodes, list):
        return nodes
    if isinstance(edges, list) and all(isinstance(one, dict) and "node" in one for one in edges):
        return [one["node"] for one in edges]
    return value


def _in_one(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose messages have their words in one, where they stand in typed parts."""
    said = record.get("messages")
    if not isinstance(said, list):
        return record
    return {**record, "messages": [_joined(one) if isinstance(one, dict) else one for one in said]}


def _joined(message: dict[str, Any]) -> dict[str, Any]:
    parts = message.get("content")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return message
    words = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    return {**message, "content": "\n".join(words)}


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
