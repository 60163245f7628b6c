"""Which addresses of many mails are the shop's: those that most customers write to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Addresses at these are people's own, whoever they write to.
_PUBLIC = frozenset(
    ["gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "msn.com", "yahoo.com",
     "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "proton.me",
     "protonmail.com", "mail.com", "mail.ru", "yandex.ru", "qq.com", "163.com", "btinternet.com", "comcast.net",
     "orange.fr", "free.fr", "wanadoo.fr", "laposte.net", "libero.it", "ziggo.nl"]
)  # fmt: skip
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"']{1,190}")
_DESK = re.compile(
    r"(?:help|support|info|care|service|customer|contact|hello|hi|hey|team|shop|store|orders?|sales|returns|office|mail|kontakt|kundenservice|no-?reply)\b"
)
_SHARE, _FEW = 0.1, 3  # of the writers to the busiest address, for another one of the shop's
_KEPT = 1_000  # writers to one address that are counted


def addresses(cell: str) -> list[str]:
    """Return the mail addresses in a cell, in lower case, or the cell as a name if it holds none.

    Examples
    --------
    >>> addresses("Ann <Ann@mail.test>, bo@mail.test"), addresses(" Kay_Z ")
    (['ann@mail.test', 'bo@mail.test'], ['kay_z'])
    """
    found = [one.lower() for one in _ADDRESS.findall(cell[:4_000])]
    return found or [cell.strip().casefold()]


def shop_addresses(mails: Iterable[tuple[Sequence[str], Sequence[str]]]) -> frozenset[str]:
    """Return the addresses of the shop's side.

    That is the address which most others write to, others which many write to, and every address
    of their domains (but for those where anybody can have one).

    Parameters
    ----------
    mails : iterable of (senders, receivers)

    Examples
    --------
    >>> mails = [("ann@a.test", "help@shop.test"), ("bo@b.test", "help@shop.test")]
    >>> mails += [("kim@shop.test", "ann@a.test"), ("help@shop.test", "ann@a.test")]
    >>> sorted(shop_addresses(([who], [whom]) for who, whom in mails))
    ['help@shop.test', 'kim@shop.test']
    """
    writers: dict[str, set[str]] = {}
    seen: set[str] = set()
    for senders, receivers in mails:
        seen.update(senders)
        for one in receivers:
            to = writers.setdefault(one, set())
            if len(to) < _KEPT:
                to.update(who for who in senders if who != one)
    if not writers:
        return frozenset()
    # Colleagues who answer one customer are many, but of one domain.
    first = max(
        sorted(writers),
        key=lambda one: (len(_sides(writers[one])), _is_desk(one), len(writers[one])),
    )
    if len(writers[first]) < 2:
        return frozenset()
    own = _domain(first)
    within = sum(_domain(who) == own for who in writers[first])
    domains = {own} - {""} if within <= len(writers[first]) / 2 else set()
    shop = {first}
    for one, who in writers.items():
        others = sum(_domain(sender) not in domains and sender not in shop for sender in who)
        if others >= max(_FEW, _SHARE * len(writers[first])):
            shop.add(one)
            domains |= {_domain(one)} - {"", own}
    return frozenset(shop | {one for one in seen if _domain(one) in domains})


def _is_desk(address: str) -> bool:
    """Return whether an address is called like an office, not like a person."""
    return _DESK.match(address) is not None


def _sides(writers: Iterable[str]) -> set[str]:
    return {_domain(one) or one for one in writers}


def _domain(address: str) -> str:
    """Return the domain of an address; none where it is shared by people of all kinds."""
    domain = address.rpartition("@")[2] if "@" in address else ""
    return "" if domain in _PUBLIC else domain
