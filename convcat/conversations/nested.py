"""Flattens a nested record: dotted columns, and one row for each message that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from convcat.conversations.authors import author_of, customer_of, is_meta, is_telegram
from convcat.conversations.reshaping import each_review, reshaped
from convcat.conversations.spoken import ANSWERS, APART, is_review, opening, plain_name, with_turns

MESSAGE_LISTS = (
    "comments",
    "messages",
    "conversation_parts.conversation_parts",
    "conversation_parts",
    "conversations",
    "notes",
    "turns",
    "replies",
    "threads",
    "articles",
    "events",
    "transcript",
    "_embedded.threads",
    "thread.events",
    "history",
    "items",
)
"""Where platforms keep the messages of a conversation."""

_BODIES = frozenset(
    {
        "body",
        "text",
        "message",
        "content",
        "contents",
        "body_text",
        "plain_body",
        "body_html",
        "html_body",
        "msg",
    }
)
_DEEPEST = 12


class _Messages(NamedTuple):
    """The messages of a record: where they stand, and the first where it stands apart."""

    path: str
    messages: list[dict[str, Any]]
    opening: list[dict[str, Any]]


def flat_rows(
    record: dict[str, Any], place: str = "", *, talk: bool = False
) -> list[dict[str, str | None]]:
    """Return a record as one flat row, or as one row for each of its messages.

    Parameters
    ----------
    record : dict
    place : str
        Where it stands; the messages of one that has no name of its own are one conversation by it.
    talk : bool
        Whether others of its kind hold comments: one without any holds what was first written.

    Examples
    --------
    >>> flat_rows({"id": 7, "via": {"channel": "mail"}, "tags": ["vip", "late"]})
    [{'id': '7', 'via.channel': 'mail', 'tags': 'vip;late'}]
    >>> rows = flat_rows({"id": 7, "comments": [{"body": "Hello?"}, {"body": "Hi!"}]})
    >>> [row["comments.body"] for row in rows]
    ['Hello?', 'Hi!']
    """
    record = reshaped(with_turns(_unwrapped(record), MESSAGE_LISTS))
    if (several := each_review(record))[0] is not record:
        return [dict(_flat(one, "")) for one in several]
    found = _messages(record, talk=talk)
    if found is None:
        row = dict(_flat(record, ""))
        if "requester_id" in record and "status" in record:
            row["author role"] = customer_of(record)
        return [row]
    path, messages, opening = found
    outer = dict(_flat(_without(record, path), ""))
    if is_meta(record) or is_telegram(record):  # whose threads bear the customer's name
        outer = {name: cell for name, cell in outer.items() if name not in _NAMED_AFTER}
    if place and not (_is_named(record) or any(map(_is_named, messages))):
        outer["conversation id"] = place
    out = []
    for message in [*opening, *messages]:
        row = dict(outer)
        row.update(_flat(message, path))
        if (role := author_of(message, record)) is not None:
            row[f"{path}.role"] = role
        out.append(row)
    return out


# Names of a conversation, without what stands between their words.
_OWN = frozenset({"id", "uuid", "guid", "number", "key", "threadpath"})
_WITHIN = tuple(
    f"{what}{how}"
    for what in ("conversation", "conversations", "ticket", "chat", "session", "thread", "case", "dialog", "dialogue", "interaction")
    for how in ("id", "sid", "no", "number", "key")
)  # fmt: skip


def _is_named(record: dict[str, Any]) -> bool:
    """Return whether a record says which conversation it is, or a message to which it belongs."""
    names = set(map(plain_name, record))
    # A message's own number says nothing of its conversation.
    own = _OWN if not _BODIES & record.keys() else frozenset()
    return any(name in own or name.endswith(_WITHIN) for name in names)


_NAMED_AFTER = frozenset({"title", "participants", "name"})


def _unwrapped(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record within another: of an account's export, of GraphQL, of a JSON:API."""
    node, inside = record.get("node"), record.get("attributes")
    if isinstance(node, dict) and record.keys() <= {"node", "cursor"}:
        return node
    if isinstance(inside, dict) and any(holds_messages(inside.get(path)) for path in MESSAGE_LISTS):
        return {**inside, **{name: value for name, value in record.items() if name == "id"}}
    if len(record) == 1:
        (inner,) = record.values()
        if isinstance(inner, dict) and "id" in inner:
            return inner
    return record


def holds_messages(value: Any) -> bool:
    """Return whether a value is a list of messages.

    Examples
    --------
    >>> holds_messages([{"role": "user", "content": "Hi"}]), holds_messages([{"sku": 1}])
    (True, False)
    """
    return isinstance(value, list) and any(map(is_message, value))


def is_message(value: Any) -> bool:
    """Return whether a value is an object with words under a usual name."""
    return isinstance(value, dict) and not _BODIES.isdisjoint(value)


def _messages(record: dict[str, Any], *, talk: bool) -> _Messages | None:
    if (parts := _intercom(record)) is not None:
        return parts
    none = not record.get("comments") and ("comments" in record or talk)
    if none and isinstance(record.get("description"), str):
        # Exports list comments for most tickets; of the others the description is all there is.
        body = dict.fromkeys(("body", "plain_body"), record["description"])
        author = {"author_id": record.get("requester_id")}
        return _Messages(
            "comments", [], [{**body, **author, "created_at": record.get("created_at")}]
        )
    for path in MESSAGE_LISTS:
        value = _at(record, path)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            continue
        if path in _REPLIES:
            value = [_unwrapped_note(item) for item in value]
            if _is_freshdesk(record, value) and isinstance(record.get("description"), str):
                return _Messages(path, value, [_described(record, _REPLIES[path])])
            if path == "notes" and not _is_freshdesk(record, value):
                continue  # what somebody wrote about a review or an order: no messages
        if path in _SIGNS and not any(_SIGNS[path] & item.keys() for item in value):
            continue  # the items of an order, the history of a ticket's fields
        if any(_BODIES & item.keys() for item in value):
            if path in ANSWERS and is_review(record):
                continue
            return _Messages(path, value, opening(record, value) if path in APART else [])
    return None


# Lists by names that say little, with what messages in them have: Olark's and Zendesk Chat's.
_SIGNS = {
    "items": frozenset({"nickname", "operatorId"}),
    "history": frozenset({"sender_type", "sender", "author", "role", "from"}),
}

# Freshdesk keeps what the customer first wrote apart from the replies; how it calls their bodies.
_REPLIES = {"conversations": "body_text", "notes": "body"}
_OUTBOUND = 10  # its source of mails that an agent began
_TICKET = frozenset({"description_text", "description_html", "responder_id", "display_id"})


def _is_freshdesk(record: dict[str, Any], notes: list[dict[str, Any]]) -> bool:
    """Return whether a record with notes and a description is a ticket, no product or task."""
    if notes:
        return any("incoming" in note for note in notes)
    return not _TICKET.isdisjoint(record)


def _unwrapped_note(note: dict[str, Any]) -> dict[str, Any]:
    inner = note.get("note", note.get("helpdesk_note"))
    return inner if len(note) == 1 and isinstance(inner, dict) else note


def _described(record: dict[str, Any], body: str) -> dict[str, Any]:
    """Return the description of a ticket as its first message."""
    said = record.get("description_text")
    return {
        body: said if isinstance(said, str) and said.strip() else record["description"],
        "incoming": record.get("source") != _OUTBOUND,
        "created_at": record.get("created_at"),
    }


def _intercom(record: dict[str, Any]) -> _Messages | None:
    """Return Intercom's parts behind the message that opens them, which stands apart.

    Lists of conversations have no parts, and of a conversation that nobody answered they are empty.
    """
    parts: Any = record.get("conversation_parts")
    path = "conversation_parts"
    if not isinstance(parts, list):
        path = "conversation_parts.conversation_parts"
        parts = parts.get("conversation_parts") if isinstance(parts, dict) else None
    source = record.get("source")
    opens = isinstance(source, dict) and isinstance(source.get("body"), str)
    if not isinstance(parts, list):
        if not (opens and record.get("type") == "conversation"):
            return None
        parts = []
    if not all(isinstance(part, dict) for part in parts) or not (parts or opens):
        return None
    opening = (
        [{"created_at": record.get("created_at"), **source}] if isinstance(source, dict) else []
    )
    return _Messages(path, parts, opening)


def _at(record: dict[str, Any], path: str) -> Any:
    head, _, rest = path.partition(".")
    value = record.get(head)
    if not rest:
        return value
    return value.get(rest) if isinstance(value, dict) else None


def _without(record: dict[str, Any], path: str) -> dict[str, Any]:
    head = path.split(".", 1)[0]
    return {key: value for key, value in record.items() if key != head}


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
