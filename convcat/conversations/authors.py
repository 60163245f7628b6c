"""Who wrote a message of a nested record: its flags, its author's kind or number tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Record = dict[str, Any]

_TAWK = {"v": "customer", "a": "agent", "s": "bot"}
_HELP_SCOUT = frozenset(
    ["customer", "message", "chat", "beaconchat", "phone", "forwardparent", "forwardchild", "lineitem", "note"]
)  # fmt: skip


def author_of(message: Record, record: Record) -> str | None:
    """Return who wrote a message, or ``None`` where nothing but a column of its own may tell.

    Parameters
    ----------
    message : dict
    record : dict
        The ticket or chat that holds it.

    Examples
    --------
    >>> author_of({"body": "Hm", "public": False}, {"requester_id": 5})
    'note'
    >>> author_of({"author_id": 5, "body": "Hi"}, {"requester_id": 5, "status": "deleted"})
    'deleted-ticket'
    """
    flags = (message.get("private"), message.get("note"), message.get("internal"))
    if message.get("public") is False or True in flags:
        return "note"
    if message.get("visibility") in ("agents", "private", "internal"):  # LiveChat, Zoho
        return "note"
    via = message.get("via")
    aside = isinstance(via, dict) and via.get("channel") == "side_conversation"  # Zendesk
    if aside or message.get("part_type") == "note":
        return "note"
    found = next((role for ask in _WAYS if (role := ask(message, record))), None)
    return customer_of(record) if found == "customer" else found


def customer_of(record: Record) -> str:
    """Return what a customer's words in a record count as: the shop may have thrown it away.

    Examples
    --------
    >>> customer_of({"spam": True}), customer_of({"status": "open"})
    ('spam', 'customer')
    """
    if record.get("spam") is True:
        return "spam"
    gone = (
        record.get("status") == "deleted"
        or record.get("state") == "deleted"
        or record.get("deleted") is True
        or bool(record.get("trashed_datetime"))
    )
    if gone:
        return "deleted-ticket"
    via = record.get("via")
    rung = isinstance(via, dict) and via.get("channel") == "voice"
    # Of a call, Zendesk writes down who rang whom, and nothing that was said.
    return "bot" if rung and str(record.get("description")).startswith("Call from") else "customer"


def _by_flag(message: Record, record: Record) -> str | None:
    del record
    if isinstance(from_agent := message.get("from_agent"), bool):  # Gorgias
        by_rule = message.get("rule_id") is not None
        return ("bot" if by_rule else "agent") if from_agent else "customer"
    if isinstance(incoming := message.get("incoming"), bool):  # Freshdesk
        return "customer" if incoming else "agent"
    user = message.get("user")
    if isinstance(user, dict) and isinstance(user.get("staff?"), bool):  # Re:amaze
        if message.get("visibility") == 1:
            return "note"
        return "agent" if user["staff?"] else "customer"
    return None


def _by_number(message: Record, record: Record) -> str | None:
    author = message.get("author_id")
    known = message.get("author")
    if author is not None and isinstance(known, dict) and isinstance(known.get("role"), str):
        return "customer" if known["role"] == "end-user" else "agent"  # Zendesk, users put in
    requester = record.get("requester_id")
    if requester is not None and author is not None:  # Zendesk
        return "customer" if str(author) == str(requester) else "agent"
    asked = record.get("requester", record.get("customer", record.get("contact")))
    if isinstance(asked, dict) and isinstance(known, str) and asked.get("name"):
        return "customer" if known in (asked["name"], asked.get("email")) else "agent"
    if isinstance(asked, dict) and isinstance(known, dict) and {"type", "role"}.isdisjoint(known):
        for own in ("id", "email", "name"):
            if asked.get(own) is not None and known.get(own) is not None:
                return "customer" if str(asked[own]) == str(known[own]) else "agent"
    users = record.get("users")
    if isinstance(users, list) and "author_id" in message:  # LiveChat
        kinds = {str(user.get("id")): user.get("type") for user in users if isinstance(user, dict)}
        return {"customer": "customer", "agent": "agent"}.get(str(kinds.get(str(author))), "bot")
    return None


def _by_kind(message: Record, record: Record) -> str | None:
    del record
    if str(message.get("kind")).startswith("MessageTo"):  # Olark
        return "customer" if message["kind"] == "MessageToOperator" else "agent"
    maker = message.get("createdBy")
    if isinstance(maker, dict) and str(message.get("type")) in _HELP_SCOUT:
        if message["type"] == "note" or message.get("state") in ("draft", "hidden"):
            return "note"
        if message["type"] == "lineitem":
            return "bot"
        return "customer" if maker.get("type") == "customer" else "agent"
    sender = message.get("sender")
    if isinstance(sender, dict) and str(sender.get("t")) in _TAWK:
        return _TAWK[sender["t"]]
    author = message.get("author", message.get("creator"))
    kind = author.get("type") or author.get("role") if isinstance(author, dict) else None
    return kind if isinstance(kind, str) else None


def _by_name(message: Record, record: Record) -> str | None:
    """Of a download of Meta's or Telegram's messages: a thread bears the other side's name."""
    if is_telegram(record):
        who = message.get("from")
        return "customer" if who and who == record["name"] else "agent" if who else None
    title = record.get("title")
    if not (is_meta(record) and title in [one.get("name") for one in record["participants"]]):
        return None
    return "customer" if message.get("sender_name") == title else "agent"


def is_telegram(record: Record) -> bool:
    """Return whether a record is a chat with one person of Telegram's export."""
    return (
        record.get("type") == "personal_chat"
        and isinstance(record.get("name"), str)
        and isinstance(record.get("messages"), list)
    )


def is_meta(record: Record) -> bool:
    """Return whether a record is a thread of Facebook's or Instagram's download."""
    people = record.get("participants")
    return (
        isinstance(people, list)
        and all(isinstance(one, dict) for one in people)
        and ("thread_path" in record or "is_still_participant" in record)
    )


_WAYS: tuple[Callable[[Record, Record], str | None], ...] = (
    _by_flag,
    _by_number,
    _by_kind,
    _by_name,
)
