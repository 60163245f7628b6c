"""Flattens a nested record: dotted columns, and one row for each message that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MESSAGE_LISTS = (
    "comments",
    "messages",
    "conversation_parts.conversation_parts",
    "conversation_parts",
    "conversations",
    "turns",
    "replies",
    "events",
    "transcript",
)
"""Where platforms keep the messages of a conversation."""

_BODIES = frozenset({"body", "text", "message", "content", "body_text", "plain_body", "body_html"})
_DEEPEST = 12


def flat_rows(record: dict[str, Any]) -> list[dict[str, str | None]]:
    """Return a record as one flat row, or as one row for each of its messages.

    Examples
    --------
    >>> flat_rows({"id": 7, "via": {"channel": "mail"}, "tags": ["vip", "late"]})
    [{'id': '7', 'via.channel': 'mail', 'tags': 'vip;late'}]
    >>> rows = flat_rows({"id": 7, "comments": [{"body": "Hello?"}, {"body": "Hi!"}]})
    >>> [row["comments.body"] for row in rows]
    ['Hello?', 'Hi!']
    """
    found = _messages(record)
    if found is None:
        return [dict(_flat(record, ""))]
    path, messages, opening = found
    outer = dict(_flat(_without(record, path), ""))
    out = []
    for message in [*opening, *messages]:
        row = dict(outer)
        row.update(_flat(message, path))
        if (role := _role(message, record)) is not None:
            row[f"{path}.role"] = role
        out.append(row)
    return out


def _messages(
    record: dict[str, Any],
) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]] | None:
    if record.get("comments") == [] and isinstance(record.get("description"), str):
        # Exports list comments for most tickets; of the others the description is all there is.
        body = {"body": record["description"], "author_id": record.get("requester_id")}
        return "comments", [{**body, "created_at": record.get("created_at")}], []
    for path in MESSAGE_LISTS:
        value: Any = record
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if (
            isinstance(value, list)
            and value
            and all(isinstance(item, dict) for item in value)
            and any(_BODIES & item.keys() for item in value)
        ):
            # Intercom keeps the first message apart from the parts that follow.
            source = record.get("source")
            first = path.startswith("conversation_parts") and isinstance(source, dict)
            opening = [{"created_at": record.get("created_at"), **source}] if first else []  # type: ignore[dict-item]
            return path, value, opening
    return None


def _without(record: dict[str, Any], path: str) -> dict[str, Any]:
    head = path.split(".", 1)[0]
    return {key: value for key, value in record.items() if key != head}


def _role(message: dict[str, Any], record: dict[str, Any]) -> str | None:
    """Say who wrote a message where only its flags or its author's number tell."""
    if message.get("public") is False or message.get("private") is True:
        return "note"
    if message.get("part_type") == "note":
        return "note"
    if isinstance(incoming := message.get("incoming"), bool):
        return "customer" if incoming else "agent"
    if isinstance(from_agent := message.get("from_agent"), bool):
        return "agent" if from_agent else "customer"
    requester = record.get("requester_id")
    if requester is not None and (author := message.get("author_id")) is not None:
        return "customer" if author == requester else "agent"
    author = message.get("author")
    kind = author.get("type") or author.get("role") if isinstance(author, dict) else None
    return kind if isinstance(kind, str) else None


def _flat(record: dict[str, Any], prefix: str, depth: int = 0) -> Iterator[tuple[str, str | None]]:
    for key, value in record.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, name, depth + 1)
        else:
            yield name, cell_of(value)


def cell_of(value: Any) -> str | None:
    """Return a JSON value as the text of a cell; lists of plain values are joined by ``;``.

    Examples
    --------
    >>> [cell_of(value) for value in ("a", 3.0, 2.5, True, None, ["x", 1])]
    ['a', '3', '2.5', 'true', None, 'x;1']
    """
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ";".join(cell_of(item) or "" for item in value)
    import msgspec

    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
