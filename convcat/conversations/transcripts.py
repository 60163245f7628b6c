"""Chats that stand whole in one cell: the customer's turns are told from the shop's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from convcat.conversations.context import question_before
from convcat.conversations.markup import html_to_text, is_html
from convcat.conversations.roles import Role, role_of
from convcat.conversations.speakers import shop_among
from convcat.conversations.times import parse_time

# "(08:00:30) ", "[2026-03-01 10:00] ", "10:02 AM - ": the moment before a turn.
# "( 1m 10s ) ": since the chat began.
_STAMP = r"(?:\( ?(?:\d{1,3}[hms] ?){1,3}\)|[\[(]?(?:\d{1,4}[-./]\d{1,2}[-./]\d{1,4},?[T ]+)?\d{1,2}:\d\d(?::\d\d)?(?:[ \u202f]?[AaPp]\.?[Mm]\.?)?(?: ?(?:UTC|GMT))?[\])]?)"
_TIMED = re.compile(
    rf"\W{{0,3}}(?P<at>{_STAMP})[\s\-\u2013]{{1,3}}(?P<who>[^:\n]{{1,60}}?)\s*:(?: |$)(?P<said>.*)"
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
     "assistant", "advisor", "representative", "rep", "system", "staff", "kunde", "kundin", "mitarbeiter", "mitarbeiterin",
     "berater", "beraterin", "besucher", "besucherin", "cliente", "conseiller", "visiteur", "agente", "operatore", "klant",
     "medewerker"]
)  # fmt: skip
_SHARE = 0.3  # of cells that hold more than one turn: fewer are mails that quote a chat
_CHAT_WITH = re.compile(
    r"\W*(?:chat|conversation|transcript)(?: transcript)? (?:with|from|of) (.{2,60})$",
    re.IGNORECASE,
)
_LOOKED_AT, _LONGEST_NAME = 200, 60


@dataclass(frozen=True)
class Turn:
    """What one side says at a time; `at` is the moment that stands before it, if one does."""

    who: str
    said: str
    at: str | None

    @property
    def timed(self) -> bool:
        """Whether the moment stands before it."""
        return self.at is not None


class Told(NamedTuple):
    """What a cell with a chat tells.

    Attributes
    ----------
    text : str or None
        The customer's turns, a line each.
    role : Role
        Whose words the cell holds.
    context : str or None
        The question that a few words of the customer's answer.
    minutes : float or None
        From the customer's first words to the shop's next ones.
    """

    text: str | None
    role: Role
    context: str | None = None
    minutes: float | None = None


class _Spoken(NamedTuple):
    role: Role
    text: str


class People(NamedTuple):
    """Whom a row names beside its chat: its customer and its agent, folded, in full and by first name."""

    customers: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return self.customers | self.agents

    def with_title(self, title: str) -> People:
        """Return them with whom a title names ("Conversation with Ann Lee").

        Examples
        --------
        >>> NOBODY.with_title("Chat with Ann Lee").role("Ann")
        'customer'
        """
        named = _CHAT_WITH.match(title)
        return self._replace(customers=self.customers | _called([named[1]])) if named else self

    def role(self, who: str) -> Role | None:
        """Return who a speaker is, if the row names them.

        Examples
        --------
        >>> Ann = people_named(["Ann Lee"], ["Bo"])
        >>> Ann.role("Ann"), Ann.role("Bo"), Ann.role("Kim")
        ('customer', 'agent', None)
        """
        name = who.strip().casefold()
        if name in self.customers:
            return None if name in self.agents else "customer"
        return "agent" if name in self.agents else None


NOBODY = People()


def people_named(customers: Iterable[str | None], agents: Iterable[str | None]) -> People:
    """Return the people of a row, by its cells."""
    return People(_called(customers), _called(agents))


def _called(cells: Iterable[str | None]) -> frozenset[str]:
    names = [
        cell.strip().casefold() for cell in cells if cell and 1 < len(cell.strip()) < _LONGEST_NAME
    ]
    return frozenset([*names, *(name.split()[0] for name in names if len(name.split()[0]) > 1)])


@dataclass(frozen=True)
class Chats:
    """The chats of a column.

    Attributes
    ----------
    shop : frozenset of str
        Names (folded) that speak in more than one chat of the sample: the shop's.
    among_mails : bool
        Whether the column holds messages, some of which are chats: those whose every turn has
        its moment.
    """

    shop: frozenset[str] = frozenset()
    among_mails: bool = False

    def read(self, cell: str, people: People = NOBODY) -> Told:
        r"""Return what the customer says in a cell, and what the chat tells besides.

        A cell that is no chat, or in which nothing tells who is who, stays whole.

        Examples
        --------
        >>> chat = "[10:02] Visitor: Too small\n[10:07] Kim (Agent): A new one?\n[10:08] Visitor: Yes"
        >>> Chats().read(chat)
        Told(text='Too small\nYes', role='customer', context='A new one?', minutes=5.0)
        >>> Chats().read("Agent: Are you still there?\nAgent: I close the chat now.")
        Told(text=None, role='agent', context=None, minutes=None)
        """
        turns = list(turns_of(cell, people.names))
        if self.among_mails and not _is_sure(turns):
            return Told(cell, "customer")
        roles = self._roles({turn.who for turn in turns}, people)
        if not roles or (len(turns) < 2 and not turns[0].timed):
            return Told(cell, "customer")
        own = [turn.said for turn in turns if roles[turn.who] == "customer" and turn.said.strip()]
        if not own:
            return Told(None, "agent")
        context = question_before([_Spoken(roles[turn.who], turn.said) for turn in turns])
        return Told("\n".join(own), "customer", context, _until_answered(turns, roles))

    def _roles(self, names: set[str], people: People) -> dict[str, Role]:
        """Return who is who, or nothing if that cannot be told."""
        roles: dict[str, Role] = {who: people.role(who) or role_of(who, "") for who in names}
        unknown = {who for who, role in roles.items() if role == "unknown"}
        shop = {who for who in unknown if who.casefold() in self.shop}
        sides = {role for who, role in roles.items() if who not in unknown}
        if "customer" in sides:  # whoever else speaks is of the shop
            return roles | dict.fromkeys(unknown, "agent")
        if not (sides or shop) or (unknown == shop and len(shop) > 1):
            return {}
        return roles | dict.fromkeys(shop, "agent") | dict.fromkeys(unknown - shop, "customer")


def chats_of(
    cells: Iterable[str | None], people: Iterable[People] = (), *, among_mails: bool = False
) -> Chats | None:
    """Return how to read the chats of a column, or ``None`` if it holds none.

    Parameters
    ----------
    cells : iterable of str or None
        Of a sample.
    people : iterable of People
        Whom each cell's row names; empty where no row names anybody.
    among_mails : bool
        Whether rows are messages, few of which may be chats.
    """
    if among_mails:
        told = [turns for cell in cells if cell and _is_sure(turns := list(turns_of(cell[:4_000])))]
        shop = shop_among([{turn.who for turn in turns} for turns in told])
        return Chats(shop, among_mails=True) if told else None
    beside = zip_longest(cells, people, fillvalue=None)
    filled = [(cell[:4_000], who or NOBODY) for cell, who in beside if cell]
    filled = filled[:_LOOKED_AT]
    chats = [turns for cell, who in filled if len(turns := list(turns_of(cell, who.names))) > 1]
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


def turns_of(cell: str, known: frozenset[str] = frozenset()) -> Iterator[Turn]:
    """Give the turns of a chat, oldest first; a text that is none has none.

    Parameters
    ----------
    cell : str
        Lines, each with the name of who speaks (and perhaps the time), or HTML of such.
    known : frozenset of str
        Names (folded) of which it is known that they speak.
    """
    text = html_to_text(cell) if is_html(cell) else cell
    if "\n" not in text.strip():
        text = _PIPES.sub("\n", text)
    who, at, said = "", None, list[str]()
    for line in text.splitlines():
        head = timed = _TIMED.match(line)
        if head is None and (named := _NAMED.match(line)):
            words = re.split(r"[\W\d_]+", named["who"].lower())
            is_one = not _SPEAKERS.isdisjoint(words) or named["who"].casefold() in known
            head = named if is_one else None
        if head is not None:
            if who:
                yield Turn(who, "\n".join(said).strip(), at)
            who, said = head["who"].strip(" *_"), [head["said"]]
            at = timed["at"] if timed is not None else None
        elif who and not _SYSTEM.match(line):
            said.append(line)
    if who:
        yield Turn(who, "\n".join(said).strip(), at)


def _is_sure(turns: list[Turn]) -> bool:
    """Return whether turns are those of a chat for sure: two speak, each at a moment."""
    return len({turn.who for turn in turns}) > 1 and all(turn.timed for turn in turns)


def _until_answered(turns: list[Turn], roles: dict[str, Role]) -> float | None:
    """Return the minutes from the customer's first words to the next of an agent."""
    first = next(turn for turn in turns if roles[turn.who] == "customer" and turn.said.strip())
    later = turns[turns.index(first) :]
    answer = next((turn for turn in later if roles[turn.who] == "agent"), None)
    if answer is None or first.at is None or answer.at is None:
        return None
    begun, ended = _minutes(first.at), _minutes(answer.at)
    if begun is None or ended is None:
        return None
    if ended >= begun:
        return round(ended - begun, 3) if ended - begun < _MOST else None
    # Past midnight; further back, the turns do not stand in the order of time.
    return round(ended - begun + _DAY, 3) if begun - ended > _DAY / 2 and begun < _DAY else None


def _minutes(stamp: str) -> float | None:
    """Return the minutes since the day, or the chat, began; since 1970 where a day is named."""
    if since := _SINCE.findall(stamp):
        return sum(int(number) * _UNITS[unit] for number, unit in since)
    stamp = stamp.strip("[]() ").replace("\u202f", " ")
    if (moment := parse_time(stamp)) is not None:
        return (moment - _EPOCH).total_seconds() / 60
    if (clock := _TIME_OF_DAY.search(stamp)) is None:
        return None
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3])
    if half := clock["half"]:
        hour = hour % 12 + (12 if half in "pP" else 0)
    return hour * 60 + minute + second / 60


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - moments of a chat are only compared
_DAY = 24 * 60
_MOST = 90 * _DAY  # further apart, one of the moments has no day
_UNITS = {"h": 60.0, "m": 1.0, "s": 1 / 60}
_SINCE = re.compile(r"(\d{1,3})([hms])(?= |\)|\d)")
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))? ?(?:(?P<half>[AaPp])\.?[Mm])?")
