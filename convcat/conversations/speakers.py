"""Names that speak in conversations: whoever speaks in many of them is of the shop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa

from convcat.conversations.correspondence import addresses, shop_addresses
from convcat.conversations.headers import vocabulary
from convcat.conversations.profiles import Profile, cells_of
from convcat.conversations.roles import role_of

# A name is the shop's that speaks in such a share of chats, or to more than so many others.
_OFTEN, _SEVERAL = 0.3, 3
_COLUMNS = (
    "poster",
    "author name",
    "sender name",
    "from name",
    "user name",
    "name",
    "agent or customer",
    "author email",
    "sender email",
    "from email",
    "user email",
)


def shop_among(spoken: Sequence[set[str]]) -> frozenset[str]:
    """Return the names (folded) that are the shop's: they speak to many, customers to one or two.

    Parameters
    ----------
    spoken : sequence of set of str
        Who speaks in each conversation.

    Examples
    --------
    >>> sorted(shop_among([{"Ann", "Kim"}, {"Bo", "Kim"}, {"Cy", "Kim"}]))
    ['kim']
    """
    to: dict[str, set[str]] = {}
    times: Counter[str] = Counter()
    for names in spoken:
        folded = {who.casefold() for who in names if role_of(who, "") == "unknown"}
        times.update(folded)
        for who in folded:
            to.setdefault(who, set()).update(other.casefold() for other in names)
    often = max(2, _OFTEN * len(spoken))
    return frozenset(  # each is among those it speaks to itself
        who
        for who, n in times.items()
        if (n >= often and len(to[who]) > 2) or (n > 1 and len(to[who]) > _SEVERAL + 1)
    )


def named_speakers(
    sample: pa.Table, conversation: str, known: Mapping[str, str], profiles: Mapping[str, Profile]
) -> tuple[str, frozenset[str]] | None:
    """Return the column that names who speaks, and the names in it that are the shop's.

    Parameters
    ----------
    sample : pyarrow.Table
    conversation : str
        The column that says which conversation a message belongs to.
    known : mapping of str to str
        The columns by their folded names.
    profiles : mapping of str to Profile
        The columns by their names.
    """
    keys = cells_of(sample, conversation)
    for name in (*vocabulary().fields["role"], *_COLUMNS):
        column = known.get(name)
        if column is None or not profiles[column].filled or profiles[column].words > 4:
            continue
        spoken: dict[str, set[str]] = {}
        for key, who in zip(keys, cells_of(sample, column), strict=True):
            if key and who and who.strip():
                spoken.setdefault(key, set()).add(who.strip())
        several = [names for names in spoken.values() if len(names) > 1]
        shop = shop_among(several) if len(several) > 1 else frozenset()
        others = {who.casefold() for names in several for who in names} - shop
        if shop and others and all(len(who) > 2 for who in shop):
            return column, shop
    return None


_FROM = ("from", "from address", "from email", "sender email", "sender address", "sender")
_TO = ("to", "to address", "to email", "recipient email", "recipient address", "recipient")


def mail_sides(sample: pa.Table, known: Mapping[str, str]) -> tuple[str, frozenset[str]] | None:
    """Return the column of senders of a list of mails, and the senders in it that are the shop's.

    Parameters
    ----------
    sample : pyarrow.Table
    known : mapping of str to str
        The columns by their folded names.
    """
    sender = next((known[name] for name in _FROM if name in known), None)
    receiver = next((known[name] for name in _TO if name in known), None)
    if sender is None or receiver is None:
        return None
    pairs = zip(cells_of(sample, sender), cells_of(sample, receiver), strict=True)
    mails = [(who, whom) for who, whom in pairs if who and whom]
    own = shop_addresses((addresses(who), addresses(whom)) for who, whom in mails)
    # The column's cells may hold names beside the addresses.
    shop = {who.strip().casefold() for who, _ in mails if own & set(addresses(who))}
    others = {who.strip().casefold() for who, _ in mails} - shop
    return (sender, frozenset(shop)) if shop and others else None
