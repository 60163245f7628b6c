"""Who wrote a message: the values of a column decide which authors are customers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal, cast

from convcat.conversations.headers import vocabulary

Role = Literal["customer", "agent", "bot", "note", "spam", "deleted", "unknown"]

YES, NO = frozenset({"true", "1", "yes", "t", "y"}), frozenset({"false", "0", "no", "f", "n"})
_OF_CUSTOMER = ("inbound", "incoming", "is customer", "from customer", "is user")
_OF_AGENT = ("from agent", "is agent", "is staff", "outbound", "is admin", "is operator", "is page", "is business",
             "from page", "from business", "from shop", "is shop", "is seller", "is merchant", "is employee")  # fmt: skip

REASONS: dict[Role, str] = {
    "agent": "written by an agent",
    "bot": "written by a bot",
    "note": "an internal note",
    "spam": "marked as spam in the export",
    "deleted": "deleted in the shop's own system",
    "unknown": "written by someone whose role is not known",
}
"""Why a message that is not a customer's is set aside."""


def names_a_role(header: str) -> bool:
    """Return whether a (folded) name ends as those of columns do that say who wrote.

    Examples
    --------
    >>> [names_a_role(name) for name in ("message sender type", "sender is page", "content type")]
    [True, True, False]
    """
    known = vocabulary().fields["role"]
    ends = (*_OF_CUSTOMER, *_OF_AGENT, *(name for name in known if " " in name))
    return any(header.endswith(f" {end}") or header == end for end in ends)


def role_of(cell: str | None, header: str) -> Role:
    """Return who a cell of an author column speaks of.

    Parameters
    ----------
    cell : str or None
        ``admin``, ``end-user``, ``true`` ...
    header : str
        The column's folded name: it decides what ``true`` means.

    Examples
    --------
    >>> [role_of(cell, "author type") for cell in ("Admin", "end-user", "Bot", "Maria", None)]
    ['agent', 'customer', 'bot', 'unknown', 'unknown']
    >>> role_of("True", "inbound"), role_of("True", "is agent")
    ('customer', 'agent')
    """
    value = (cell or "").strip().lower()
    if not value:
        return "unknown"
    if value in YES or value in NO:
        if header.endswith(_OF_CUSTOMER):
            return "customer" if value in YES else "agent"
        if header.endswith(_OF_AGENT):
            return "agent" if value in YES else "customer"
        return "unknown"
    if header.endswith("thread type") and value == "message":  # Help Scout's word for an answer
        return "agent"
    by_word = _by_word()
    words = (value, *value.translate(_APART).split())
    return next((by_word[word] for word in words if word in by_word), "unknown")


_APART = str.maketrans("-_:()[]", "       ")


@cache
def _by_word() -> dict[str, Role]:
    roles = vocabulary().roles
    return {word: cast("Role", role) for role, words in roles.items() for word in words}


def unknown_are_customers(cells: Iterable[str], header: str) -> bool:
    """Return whether authors of unknown role are the customers, called by their own names.

    So it is where agents are called agents and nobody is called a customer.

    Examples
    --------
    >>> unknown_are_customers(["Agent", "Maria", "Tom"], "sender")
    True
    >>> unknown_are_customers(["Agent", "Customer", "Tom"], "sender")
    False
    """
    roles = {role_of(cell, header) for cell in cells}
    return "customer" not in roles and bool(roles & {"agent", "bot"})


def staff_among(keys: Iterable[str | None], cells: Iterable[str | None]) -> frozenset[str]:
    """Return the values (folded) that name the shop's people where help desks call these users.

    Help Scout and Chatwoot do: there, a user speaks in the conversations of customers or contacts,
    and nobody is called an agent.

    Parameters
    ----------
    keys, cells : iterable of str or None
        The conversation of each message, and who wrote it.

    Examples
    --------
    >>> staff_among(["1", "1", "2"], ["Contact", "User", "Contact"])
    frozenset({'user'})
    >>> staff_among(["1", "1", "2"], ["user", "agent", "contact"])
    frozenset()
    """
    spoken: dict[str, set[str]] = {}
    for key, cell in zip(keys, cells, strict=True):
        if key and cell and cell.strip():
            spoken.setdefault(key, set()).add(cell.strip().lower())
    said = set().union(*spoken.values())
    if _USERS.isdisjoint(said) or any(role_of(value, "") == "agent" for value in said):
        return frozenset()
    beside = [bool(values & _CUSTOMERS) for values in spoken.values() if values & _USERS]
    return frozenset(said & _USERS) if sum(beside) > len(beside) / 2 else frozenset()


_USERS, _CUSTOMERS = frozenset({"user", "users"}), frozenset({"customer", "contact", "client"})


def tells_sides(cells: Iterable[str], header: str) -> bool:
    """Return whether a column tells customers from the shop, by its values.

    Examples
    --------
    >>> tells_sides(["User", "Agent"], "actor type"), tells_sides(["normal", "private"], "type")
    (True, False)
    """
    roles = {role_of(cell, header) for cell in cells}
    return "customer" in roles and bool(roles & {"agent", "bot"})


def tells_roles(cells: Iterable[str], header: str) -> bool:
    """Return whether a column says who wrote, by its values."""
    roles = [role_of(cell, header) for cell in cells]
    known = sum(role != "unknown" for role in roles)
    return known > 0.3 * len(roles) and known > 0
