"""Brings Zendesk's ticket audits and ticket events into the shape of its tickets.

A ticket is told there as a list of changes, and a comment is one of them; who asked stands only in
the first change of the ticket. So all are looked at before the first is read.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]

NO_WORDS = "a change of a ticket without words"
"""Why an audit is set aside."""

_LISTS = ("events", "child_events")
_FORMS = ("plain_body", "body", "html_body")


def is_audit(record: Record) -> bool:
    """Return whether a record is one change of a ticket, as Zendesk's audits and events list them.

    Examples
    --------
    >>> is_audit({"ticket_id": 7, "author_id": 3, "events": [{"type": "Comment", "body": "Hi"}]})
    True
    >>> is_audit({"ticket_id": 7, "events": [{"speaker": "Ann", "text": "Hi"}]})
    False
    """
    if record.get("ticket_id") is None:
        return False
    events = _events(record)
    return (
        bool(events)
        and all("type" in event or "event_type" in event for event in events)
        and not {"author_id", "updater_id"}.isdisjoint(record)
    )


class Audits:
    """Who asked in which ticket, and who else wrote: what the first look over a file finds."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._database.executescript(
            "PRAGMA journal_mode = OFF;"
            "CREATE TABLE tickets (ticket TEXT PRIMARY KEY, requester TEXT);"
            "CREATE INDEX asked ON tickets (requester);"
            "CREATE TABLE authors (author TEXT PRIMARY KEY, ticket TEXT, shop INTEGER);"
        )

    def note(self, record: Record) -> None:
        """Remember who asked, and who wrote in more than one ticket or a note: the shop's people."""
        ticket = str(record["ticket_id"])
        for event in _events(record):
            if _kind(event) == "Create" and (asked := _requester(event)) is not None:
                self._database.execute(
                    "INSERT OR IGNORE INTO tickets VALUES (?, ?)", (ticket, asked)
                )
            if _kind(event) == "Comment":
                self._database.execute(
                    "INSERT INTO authors VALUES (?, ?, ?) ON CONFLICT (author) DO UPDATE SET "
                    "shop = MAX(shop, excluded.shop, ticket <> excluded.ticket)",
                    (_author(event, record), ticket, int(not _is_public(event))),
                )

    def ticket_of(self, record: Record) -> Record | None:
        """Return the ticket with the comments of one change, or ``None`` if it has none."""
        ticket = str(record["ticket_id"])
        said = [event for event in _events(record) if _kind(event) == "Comment"]
        if not said:
            return None
        asked = self._requester(ticket, _author(said[0], record))
        via = record.get("via")
        return {
            "id": ticket,
            "requester_id": asked,
            "subject": next(filter(None, map(_subject, _events(record))), None),
            "via": via if isinstance(via, dict) else {"channel": via},
            "comments": list(_comments(record)),
        }

    def _requester(self, ticket: str, author: str) -> str | None:
        """Return who asked in a ticket; of one that began before the export, who seems to."""
        find = self._database.execute
        if found := find("SELECT requester FROM tickets WHERE ticket = ?", (ticket,)).fetchone():
            return str(found[0])
        if find("SELECT 1 FROM tickets WHERE requester = ?", (author,)).fetchone():
            return author
        shop = find("SELECT shop FROM authors WHERE author = ?", (author,)).fetchone()
        return author if not (shop and shop[0]) else ""


def told_by_audits(record: Record) -> Record:
    """Return a ticket that holds its audits with the comments among them as its comments.

    Examples
    --------
    >>> said = {"type": "Comment", "author_id": 3, "body": "Hi", "public": True}
    >>> ticket = told_by_audits({"id": 7, "audits": [{"author_id": 3, "events": [said]}]})
    >>> [comment["body"] for comment in ticket["comments"]]
    ['Hi']
    """
    audits = record.get("audits")
    if record.get("comments") or not isinstance(audits, list):
        return record
    changes = [one for one in audits if isinstance(one, dict)]
    comments = [comment for one in changes for comment in _comments(one)]
    return {**record, "comments": comments} if comments else record


def _comments(record: Record) -> Iterator[Record]:
    """Give the comments of one change."""
    at = record.get("created_at") or record.get("timestamp")
    for event in _events(record):
        if _kind(event) == "Comment":
            yield {
                "id": event.get("id"),
                "author_id": _author(event, record),
                **{form: event.get(form) for form in _FORMS},
                "public": _is_public(event),
                "created_at": event.get("created_at") or at,
            }


def _events(record: Record) -> list[Record]:
    for name in _LISTS:
        events = record.get(name)
        if isinstance(events, list) and all(isinstance(event, dict) for event in events):
            return events
    return []


def _kind(event: Record) -> str:
    return str(event.get("event_type") or event.get("type"))


def _author(event: Record, record: Record) -> str:
    own = event.get("author_id")
    return str(own if own is not None else record.get("author_id", record.get("updater_id")))


def _is_public(event: Record) -> bool:
    return event.get("public", event.get("comment_public")) is not False


def _requester(event: Record) -> str | None:
    named = event.get("field_name") == "requester_id"
    asked = event.get("value") if named else event.get("requester_id")
    return None if asked is None else str(asked)


def _subject(event: Record) -> str | None:
    if _kind(event) != "Create":
        return None
    named = event.get("field_name") == "subject"
    subject = event.get("value") if named else event.get("subject")
    return subject if isinstance(subject, str) else None
