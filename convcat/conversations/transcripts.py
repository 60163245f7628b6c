"""Chats that stand whole in one cell: the customer's turns are told from the shop's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from convcat.conversations.markup import html_to_text, is_html
from convcat.conversations.roles import Role, role_of
from convcat.conversations.speakers import shop_among

# "(08:00:30) ", "[2026-03-01 10:00] ", "10:02 AM - ": the moment before a turn.
_STAMP = r"[\[(]?(?:\d{1,4}[-./]\d{1,2}[-./]\d{1,4},?[T ]+)?\d{1,2}:\d\d(?::\d\d)?(?:[ \u202f]?[AaPp]\.?[Mm]\.?)?(?: ?(?:UTC|GMT))?[\])]?"
_TIMED = re.compile(
    rf"\W{{0,3}}{_STAMP}[\s\-\u2013]{{1,3}}(?P<who>[^:\n]{{1,60}}?)\s*:(?: |$)(?P<said>.*)"
)
_SYSTEM = re.compile(rf"\W{{0,3}}{_STAMP}(?:[\s\-\u2013]|$)|\s*\*\*\*")
# "Customer: Hi", "Kim (Agent): Hello", "Visitor 4711 (10:02): Hi"; a name alone might be a heading.
_NAMED = re.compile(
    r"\W{0,3}(?P<who>[^\W\d_][^:\n?!.,]{1,50}?)(?: ?[\[(]\d[^\])\n]{3,20}[\])])?\s*:(?: |$)(?P<said>.*)"
)
_PIPES = re.compile(r"\|{1,2}\s*(?=[^\W\d_][^:|\n]{1,40}:)")
# A form's "Contact: Ann", "Company: Lumo" is no turn, so fewer words count where there is no moment.
_SPEAKERS = frozenset(
    ["customer", "visitor", "client", "shopper", "buyer", "guest", "caller", "agent", "support", "operator", "bot", "chatbot",
     "assistant", "advisor", "representative", "rep", "system", "staff"]
)  # fmt: skip
_SHARE = 0.3  # of cells that hold more than one turn: fewer are mails that quote a chat
_LOOKED_AT = 200


@dataclass(frozen=True)
class Turn:
    """What one side says at a time; `timed` is whether the moment stands before it."""

    who: str
    said: str
    timed: bool


@dataclass(frozen=True)
class Chats:
    """The chats of a column.

    Attributes
    ----------
    shop : frozenset of str
        Names (folded) that speak in more than one chat of the sample: the shop's.
    """

    shop: frozenset[str] = frozenset()

    def customer(self, cell: str) -> tuple[str | None, Role]:
        r"""Return what the customer says in a cell, and whose words the cell holds.

        A cell that is no chat, or in which nothing tells who is who, stays whole.

        Examples
        --------
        >>> Chats().customer("Visitor: The zip broke\nKim (Agent): Sorry! A new one?\nVisitor: Yes")
        ('The zip broke\nYes', 'customer')
        >>> Chats().customer("Agent: Are you still there?\nAgent: I close the chat now.")
        (None, 'agent')
        """
        turns = list(turns_of(cell))
        roles = self._roles({turn.who for turn in turns})
        if not roles or (len(turns) < 2 and not turns[0].timed):
            return cell, "customer"
        own = [turn.said for turn in turns if roles[turn.who] == "customer" and turn.said.strip()]
        return ("\n".join(own), "customer") if own else (None, "agent")

    def _roles(self, names: set[str]) -> dict[str, Role]:
        """Return who is who, or nothing if that cannot be told."""
        roles: dict[str, Role] = {who: role_of(who, "") for who in names}
        unknown = {who for who, role in roles.items() if role == "unknown"}
        shop = {who for who in unknown if who.casefold() in self.shop}
        sides = {role for who, role in roles.items() if who not in unknown}
        if "customer" in sides:  # whoever else speaks is of the shop
            return roles | dict.fromkeys(unknown, "agent")
        if not (sides or shop) or (unknown == shop and len(shop) > 1):
            return {}
        return roles | dict.fromkeys(shop, "agent") | dict.fromkeys(unknown - shop, "customer")


def chats_of(cells: Iterable[str | None]) -> Chats | None:
    """Return how to read the chats of a column, or ``None`` if it holds none.

    Parameters
    ----------
    cells : iterable of str or None
        Of a sample.
    """
    filled = [cell[:4_000] for cell in cells if cell][:_LOOKED_AT]
    chats = [turns for cell in filled if len(turns := list(turns_of(cell))) > 1]
    if len(chats) <= _SHARE * len(filled):
        return None
    # A form names each of its fields once; in a chat somebody speaks again, or at a moment.
    spoken = [{turn.who for turn in turns} for turns in chats]
    sure = sum(
        turns[0].timed or len(turns) > len(names)
        for turns, names in zip(chats, spoken, strict=True)
    )
    if sure <= _SHARE * len(chats):
        return None
    return Chats(shop_among(spoken))


def turns_of(cell: str) -> Iterator[Turn]:
    """Give the turns of a chat, oldest first; a text that is none has none.

    Parameters
    ----------
    cell : str
        Lines, each with the name of who speaks (and perhaps the time), or HTML of such.
    """
    text = html_to_text(cell) if is_html(cell) else cell
    if "\n" not in text.strip():
        text = _PIPES.sub("\n", text)
    who, timed, said = "", False, list[str]()
    for line in text.splitlines():
        head = at = _TIMED.match(line)
        if head is None and (named := _NAMED.match(line)):
            words = re.split(r"[\W\d_]+", named["who"].lower())
            head = None if _SPEAKERS.isdisjoint(words) else named
        if head is not None:
            if who:
                yield Turn(who, "\n".join(said).strip(), timed)
            who, timed, said = head["who"].strip(" *_"), at is not None, [head["said"]]
        elif who and not _SYSTEM.match(line):
            said.append(line)
    if who:
        yield Turn(who, "\n".join(said).strip(), timed)
