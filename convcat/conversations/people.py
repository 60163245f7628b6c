"""Who is who by the list of users that Zendesk puts beside its tickets."""

from __future__ import annotations

import json
import re
from typing import Any

Record = dict[str, Any]

_USERS = re.compile(r'"users"\s*:\s*(?=\[)')
_PLAIN = json.JSONDecoder(strict=False).raw_decode


def people_in(text: str) -> dict[str, str]:
    """Return the roles of the users that are listed in what stands around a list of tickets.

    Examples
    --------
    >>> people_in('], "users": [{"id": 7, "role": "end-user"}], "count": 2}')
    {'7': 'end-user'}
    """
    found: dict[str, str] = {}
    for listed in _USERS.finditer(text):
        try:
            users, _ = _PLAIN(text, listed.end())
        except (ValueError, RecursionError):
            continue
        for user in users:
            if isinstance(user, dict) and isinstance(user.get("role"), str) and "id" in user:
                found[str(user["id"])] = user["role"]
    return found


def with_people(record: Record, people: dict[str, str]) -> Record:
    """Return a ticket whose comments say what their authors are.

    Examples
    --------
    >>> ticket = {"requester_id": 1, "comments": [{"author_id": 7, "body": "Hi"}]}
    >>> with_people(ticket, {"7": "end-user"})["comments"][0]["author"]
    {'role': 'end-user'}
    """
    comments = record.get("comments")
    if not isinstance(comments, list) or "requester_id" not in record:
        return record
    return {**record, "comments": [_with_author(one, people) for one in comments]}


def _with_author(comment: Any, people: dict[str, str]) -> Any:
    if not isinstance(comment, dict) or "author" in comment:
        return comment
    role = people.get(str(comment.get("author_id")))
    return comment if role is None else {**comment, "author": {"role": role}}
