"""Finds the turns of a record where its maker calls them by a name of his own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

Record = dict[str, Any]

_WORDS = frozenset({"body", "text", "message", "content", "contents", "bodytext", "plainbody", "bodyhtml", "htmlbody", "msg", "utterance"})  # fmt: skip
_SPEAKERS = frozenset(
    ["author", "from", "sender", "role", "speaker", "who", "actor", "sentby", "direction", "incoming", "inbound", "sendertype",
     "senderrole", "authortype", "authorrole", "usertype", "iscustomer", "fromcustomer", "isfromcustomer", "isagent", "fromagent",
     "participant", "party", "creator"]
)  # fmt: skip
# A record that says something itself is a review or a ticket, and the list holds answers to it.
_SAID = _WORDS | {"review", "comment", "description", "reviewtext", "reviewbody", "feedback"}
_RATED = frozenset({"rating", "stars", "score", "starrating", "reviewrating", "reviewscore"})
_OTHER = re.compile(r"[\W_]+")
ANSWERS = frozenset({"comments", "replies", "notes", "history", "events", "items", "conversations"})
"""Lists that hold, within a review, what others say of it."""
APART = frozenset({"comments", "replies", "threads"})
"""Lists before which the first message stands in the record itself."""
_OWN = ("message", "body", "text", "content", "question")
_YES = frozenset({"iscustomer", "fromcustomer", "isfromcustomer", "incoming", "inbound"})


def with_turns(record: Record, known: tuple[str, ...]) -> Record:
    """Return a record with its turns as ``messages``, wherever it keeps them.

    Parameters
    ----------
    record : dict
    known : tuple of str
        Names under which turns are found as they are.

    Examples
    --------
    >>> said = [{"author": "customer", "text": "Hi"}]
    >>> with_turns({"id": 1, "dialog": said}, ("messages",)) == {"id": 1, "messages": said}
    True
    >>> with_turns({"id": 1, "messages": {"-N1": said[0]}}, ("messages",)) == {"id": 1, "messages": said}
    True
    """
    record = _with_lists(record)
    held = [name for name, value in record.items() if isinstance(value, list | dict)]
    if not held or any(isinstance(record[name], list) for name in held if name in known):
        return record
    if any(isinstance(value, str) and plain_name(name) in _SAID for name, value in record.items()):
        return record
    for name in held:
        turns = value = record[name]
        if isinstance(value, dict) and len(value) > 0 and all(map(_is_turn, value.values())):
            turns = [*value.values()]
        elif not isinstance(value, list) or name in known:
            continue
        if are_turns(turns):
            return {**{key: one for key, one in record.items() if key != name}, "messages": turns}
    return record


def _with_lists(record: Record) -> Record:
    """Return a record whose turns are a list, where they were written as a text of JSON."""
    for name, value in record.items():
        if not isinstance(value, str) or not value.lstrip().startswith("[{"):
            continue
        try:
            turns = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            continue
        if are_turns(turns):
            return {**record, name: turns}
    return record


def is_review(record: Record) -> bool:
    """Return whether a record has stars and words of its own.

    Examples
    --------
    >>> is_review({"stars": 2, "text": "Too thin"}), is_review({"rating": 2, "subject": "Thin"})
    (True, False)
    """
    names = {plain_name(name): value for name, value in record.items() if value is not None}
    if names.keys().isdisjoint(_RATED):
        return False
    words = (value for name, value in names.items() if name in _SAID and name != "description")
    return any(isinstance(said, str) and said.strip() for said in words)


def opening(record: Record, turns: list[Record]) -> list[Record]:
    """Return what a record says itself as its first turn, a customer's, if no turn says the same.

    Examples
    --------
    >>> opening({"message": "It is torn"}, [{"author": "agent", "body": "Sorry"}])
    [{'body': 'It is torn', 'author': 'customer'}]
    """
    said = next((record[name] for name in _OWN if isinstance(record.get(name), str)), "")
    if " " not in said.strip() or "requester_id" in record:
        return []
    first = next((turn for turn in turns if _is_turn(turn)), None)
    if first is None:
        return []
    words = next((name for name in first if plain_name(name) in _WORDS), None)
    who = next((name for name in first if plain_name(name) in _SPEAKERS), None)
    plain = _OTHER.sub("", said)
    if words is None or who is None or any(_same(turn.get(words), plain) for turn in turns):
        return []
    times = ("created_at", "createdAt", "created", "date", "time", "timestamp")
    at = {name: record[name] for name in times if name in record and name in first}
    return [{words: said, who: _customer(who, first[who]), **at}]


def _same(other: Any, plain: str) -> bool:
    return isinstance(other, str) and _OTHER.sub("", other) == plain


def _customer(name: str, other: Any) -> Any:
    """Return the customer in the form in which a turn names who speaks."""
    if isinstance(other, bool):
        return plain_name(name) in _YES
    return {"type": "customer"} if isinstance(other, dict) else "customer"


def are_turns(value: Any) -> bool:
    """Return whether a value is a list of turns: most say something, and who says it.

    Examples
    --------
    >>> are_turns([{"from": "user", "text": "Hi"}]), are_turns([{"rating": 2, "text": "Thin"}])
    (True, False)
    """
    return isinstance(value, list) and 0 < len(value) <= 2 * sum(map(_is_turn, value))


def _is_turn(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    names = {plain_name(name) for name in value}
    return not (names.isdisjoint(_WORDS) or names.isdisjoint(_SPEAKERS))


@lru_cache(maxsize=1024)  # records of one export have the same names
def plain_name(name: str) -> str:
    """Return a field's name as letters and digits in lower case."""
    return _OTHER.sub("", name).lower()
