"""Lines of a chat: who speaks at which moment, as chat programs write it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from convcat.conversations.roles import role_of
from convcat.conversations.times import parse_time

# "[02/03/2026, 10:14:33] Ann: Hi", "3/2/26, 10:14 AM - Ann: Hi", "02.03.26, 10:14 - Ann: Hi"
_DATED = re.compile(
    r"(?:\[(?P<in>[^\]\n]{8,30})\]|(?P<out>\d{1,4}[-./]\d{1,2}[-./]\d{1,4},?[T ]\d{1,2}:\d\d[^-\n]{0,8}) -) ?"
    r"(?:(?P<who>[^:,;\t\n]{1,60}): ?)?(?P<said>.*)"
)
_STAMP = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4},?[T ]\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?$"
)
# "[10:00:12] Ann: Hi", "10:02 AM - Ann: Hi": the hour alone stands before.
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?"
_DATE = r"(?:\d{1,4}[-./]\d{1,2}[-./]\d{1,4},? +)"
_HOURLY = re.compile(
    rf"[\[(]?(?P<at>{_DATE}?{_CLOCK})[\])]?(?: +[-\u2013])? +(?P<who>[^:,;|\t\n\d][^:,;|\t\n]{{0,50}}): ?(?P<said>.*)"
)
# "Ann (10:02 AM): Hi", "Ann [2026-03-02 10:02]: Hi": it stands behind the name.
_BEHIND = re.compile(
    rf"(?P<who>[^\W\d][^:,;|\t\n([]{{0,50}}?) ?[\[(](?P<at>{_DATE}?{_CLOCK})[\])]: ?(?P<said>.*)"
)
# "Visitor: Hi", "Agent Lea (support): Hello": who speaks in a log without moments.
_NAMED = re.compile(r"(?P<who>[^\W\d_][^:,;\t\n?!.]{1,40}): ?(?P<said>.*)")
_DAY = re.compile(
    r"\W*(?:[^\d\n]{0,40}?\b(?:on|at|date|started|from)\b:? +)?(?P<day>(?:\w{3,9},? +)?\d{1,4}[-./ ]\w{1,9}[-./ ]\d{2,4}|(?:\w{3,9},? +)?\w{3,9} \d{1,2},? \d{4})\b[^\n]{0,20}$",
    re.IGNORECASE,
)
_SYSTEM = re.compile(rf"[\[(]?{_DATE}?{_CLOCK}[\])]?(?:[\s\-\u2013]|$)|\s*\*\*\*")


class Head(NamedTuple):
    """The head of a message: the moment and who speaks (each may be empty), and what is said."""

    at: str
    who: str
    said: str


def dated(line: str) -> Head | None:
    """Return the head of a line that begins with a day and an hour, as WhatsApp writes it.

    Examples
    --------
    >>> dated("3/2/26, 10:14 AM - Ann: Hello?")
    Head(at='3/2/26, 10:14 AM', who='Ann', said='Hello?')
    """
    head = _DATED.match(line)
    if head is None or not _STAMP.match((head["in"] or head["out"]).strip()):
        return None
    return Head(head["in"] or head["out"], (head["who"] or "").strip(), head["said"])


def hourly(line: str) -> Head | None:
    """Return the head of a line in which an hour stands before or behind the name.

    Examples
    --------
    >>> hourly("[10:00:12] Ann: Hi"), hourly("Ann (10:02 AM): Hi"), hourly("Order: 7")
    (Head(at='10:00:12', who='Ann', said='Hi'), Head(at='10:02 AM', who='Ann', said='Hi'), None)
    """
    head = _HOURLY.match(line) or _BEHIND.match(line)
    return Head(head["at"], head["who"].strip(" *_-"), head["said"]) if head else None


def is_system(line: str) -> bool:
    """Return whether a line is of the program: a moment and no speaker, or stars.

    Examples
    --------
    >>> is_system("(10:02:40) *** Ann joined ***"), is_system("I called at 10:02")
    (True, False)
    """
    return _SYSTEM.match(line) is not None


def named(line: str) -> Head | None:
    """Return the head of a line that begins with a word for one of the sides.

    Examples
    --------
    >>> named("Visitor: Hi"), named("Order: 7")
    (Head(at='', who='Visitor', said='Hi'), None)
    """
    head = _NAMED.match(line)
    if head is None or role_of(head["who"], "") == "unknown":
        return None
    return Head("", head["who"].strip(), head["said"])


def day_of(line: str) -> datetime | None:
    """Return the day that a line between messages names.

    Examples
    --------
    >>> day_of("Started on March 3, 2026"), day_of("--- 3 March 2026 ---")
    (datetime.datetime(2026, 3, 3, 0, 0), datetime.datetime(2026, 3, 3, 0, 0))
    """
    found = _DAY.match(line) if len(line) < 90 else None
    return parse_time(found["day"]) if found else None
