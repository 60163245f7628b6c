"""Finds personal data in a customer's words and masks it by kind.

Masked are e-mail addresses, phone numbers, payment cards, IBANs, order and tracking numbers,
postal addresses that follow a pattern, links that carry a token or a query, and social handles.
**Names of people are not found**, nor is anything that only its meaning gives away; who passes
texts on should know that.

Every pattern starts at the edge of a word and does not go back over what it has read, so that
the time grows with the length of the text, whatever stands in it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable

from convcat.privacy.addresses import addresses, joined
from convcat.privacy.bank import card_ends, cards, ibans
from convcat.privacy.codes import codes, shaped_codes, spaced_codes
from convcat.privacy.online import emails, handles, links, named_handles
from convcat.privacy.phones import announced_phones, phones
from convcat.privacy.spans import Span

__all__ = ["KINDS", "Span", "find", "mask"]

KINDS = ("email", "phone", "card", "iban", "order", "tracking", "address", "url", "handle")
"""The kinds of personal data that are found, as they stand in the masked text."""

_DIGIT = re.compile(r"\d")
# What is surer comes first: it keeps its place when two kinds claim the same characters. The number
# says how many figures a text must hold for it: most hold a few, and need no closer look.
_IN_NUMBERS = (
    (ibans, 8),
    (cards, 12),
    (card_ends, 4),
    (shaped_codes, 3),
    (spaced_codes, 12),
    (phones, 8),
    (announced_phones, 7),
    (addresses, 1),
    (codes, 1),
)


def mask(text: str) -> str:
    """Replace personal data by its kind: ``<email>``, ``<phone>``, ``<order>`` ...

    Names of people are **not** masked: no pattern tells a name from a product safely.

    Parameters
    ----------
    text : str
        A customer's words.

    Returns
    -------
    str
        The text with each span of :func:`find` replaced; all else as it was.

    Examples
    --------
    >>> mask("Order #48213 never came, call +44 7700 900123 or write to ann@example.com")
    'Order <order> never came, call <phone> or write to <email>'
    >>> mask("The 32DD in UK 8 was £45.99 on 12/03/2024")
    'The 32DD in UK 8 was £45.99 on 12/03/2024'
    """
    pieces: list[str] = []
    at = 0
    for start, end, kind in find(text):
        pieces += (text[at:start], f"<{kind}>")
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def find(text: str) -> list[Span]:
    """Find personal data in a text.

    Parameters
    ----------
    text : str
        A customer's words.

    Returns
    -------
    list of Span
        In reading order, none overlapping another. Names of people are not among them.

    Examples
    --------
    >>> find("I am @ann_b, parcel 1Z999AA10123456784")
    [Span(start=5, end=11, kind='handle'), Span(start=20, end=38, kind='tracking')]
    """
    taken = _added([], links(text))
    taken = _added(taken, emails(text))
    figures = len(_DIGIT.findall(text))
    if figures:
        for finder, least in _IN_NUMBERS:
            if figures >= least:
                taken = _added(taken, finder(text))
        taken = joined(taken, text)
    taken = _added(taken, handles(text))
    if figures or "_" in text or "name" in text:
        taken = _added(taken, named_handles(text))
    return taken


def _added(taken: list[Span], found: Iterable[Span]) -> list[Span]:
    """Return the spans with those added that overlap nothing taken before."""
    new = []
    for span in found:
        at = bisect.bisect(taken, span)
        free_before = at == 0 or taken[at - 1].end <= span.start
        if free_before and (at == len(taken) or span.end <= taken[at].start):
            new.append(span)
    return sorted(taken + new) if new else taken
