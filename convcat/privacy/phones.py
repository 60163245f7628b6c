"""Finds phone numbers, by their shape or by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcat.privacy.codes import hint_before
from convcat.privacy.spans import Span

_PHONE = re.compile(
    r"(?<![\w.,/#\u00a3$\u20ac\u20b9+-])(?:"
    r"(?P<plus>\(?\+\(?\d(?:[ .()/-]{0,2}\d){7,14}|00[1-9](?:[ .()/-]{0,2}\d){8,12})"
    r"|(?P<shape>(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}"  # US, Canada
    r"|\(0\d{1,4}\) ?\d{3,4}[ -]?\d{3,4}|0\d{2}[ -]\d{4}[ -]\d{4}|0\d{2,3}[ -]\d{3}[ -]\d{3,4}"
    r"|0\d{4}[ -]\d{3}[ -]?\d{3}|0\d{9,10}|0\d(?:[ .-]\d\d){4}|0\d[ -]\d{4}[ -]\d{4}"
    r"|0\d{2,4}\.\d{3,4}\.\d{3,4}|0\d{2,4}[ /-]\d{5,8}|06[ -]\d{8}|[6-9]\d{4}[ -]\d{5}|1800[ -]\d{3}[ -]\d{3,4}|[6-9]\d{9})"
    r")(?P<extension> ?(?:ext\.?|extension|x) ?\d{1,5})?(?![\w]|[.,-]\d)",
    re.IGNORECASE,
)
_PHONE_HINT = re.compile(
    r"\b(?:(?:tele)?phone|tel|mob(?:ile)?|cell|call(?:ed|ing)?|text(?:ed)?|ring|whats ?app|contact|reach|dial"
    r"|fax|ph|landline|sms|my (?:number|digits))\b[^\d\n.;!?<>]{0,24}(?:\bno\. ?)?$",
    re.IGNORECASE,
)
_DATE = r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|(?:19|20)\d\d)"
_DATES = re.compile(rf"{_DATE}(?:[ /-]+{_DATE})?")


def phones(text: str) -> Iterator[Span]:
    """Find phone numbers of any country: written with ``+`` or in a known shape."""
    for match in _PHONE.finditer(text):
        number = match.group()
        # Ten bare digits are a phone, unless the words before say that they are an order.
        if (
            number.isdecimal()
            and not _PHONE_HINT.search(text, max(0, match.start() - 40), match.start())
            and hint_before(text, match.start())
        ):
            continue
        end = match.end()
        stray = _STRAY.search(number) if match["plus"] and not match["extension"] else None
        if stray and sum(map(str.isdecimal, number[: stray.start()])) >= 11:
            end = match.start() + stray.start()
        yield Span(match.start() + (number[0] == "(" and ")" not in number), end, "phone")


def announced_phones(text: str) -> Iterator[Span]:
    """Find numbers of seven to twelve digits that the words before call a phone."""
    for match in _ANY_NUMBER.finditer(text):
        number = match.group().strip("() ")
        if (
            7 <= sum(map(str.isdecimal, number)) <= 12
            and not _DATES.fullmatch(number)
            and _PHONE_HINT.search(text, max(0, match.start() - 40), match.start())
        ):
            start = match.start() + match.group().index(number)
            yield Span(start, start + len(number), "phone")


_ANY_NUMBER = re.compile(
    r"(?<![\w.,/#\u00a3$\u20ac\u20b9+-])\(?\d[\d ().-]{5,13}\d(?![\w]|[.,-]\d)"
)
_STRAY = re.compile(r" \d{1,2}$")  # "+44 7700 900123 2 weeks ago"
