"""Finds payment cards and bank accounts, both checked by their own check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcat.privacy.spans import Span

# Length of an IBAN by country, from the registry of ISO 13616.
_IBAN_LENGTH = {
    code: int(length)
    for length, codes in {
        "15": "NO", "16": "BE", "18": "DK FI FO GL NL", "19": "MK SI", "20": "AT BA EE KZ LT LU XK",
        "21": "CH HR LI LV", "22": "BG BH CR DE GB GE IE ME RS", "23": "AE GI IL IQ TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR",
        "27": "FR GR IT MC MR SM", "28": "AL AZ CY DO GT HU LB PL SV", "29": "BR EG PS QA UA",
        "30": "JO KW MU", "31": "MT SC",
    }.items()
    for code in codes.split()
}  # fmt: skip
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})\d\d(?=[ -]?[A-Za-z0-9]{4})")


def ibans(text: str) -> Iterator[Span]:
    """Find bank accounts: right length for the country, and right modulo 97."""
    for match in _IBAN_START.finditer(text):
        length = _IBAN_LENGTH.get(match.group(1).upper())
        window = text[match.start() : match.start() + 48]
        places = [i for i, char in enumerate(window) if char not in " -"][:length]
        account = "".join(window[i] for i in places)
        if length and len(account) == length and account.isascii() and account.isalnum():
            moved = account[4:] + account[:4]
            if int("".join(str(int(char, 36)) for char in moved)) % 97 == 1:
                yield Span(match.start(), match.start() + places[-1] + 1, "iban")


_CARD = re.compile(
    r"(?<![\w.,-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|3\d{3}([ -]?)\d{6}\2\d{4,5}|3[068]\d\d([ -])\d{4}\3\d{4}\3\d\d|4\d{12})"
    r"(?![\w-])"
)
_LAST_FOUR = re.compile(
    r"(?<![\w*])(?:[xX*\u2022]{4}[ -]?){1,3}(?P<masked>\d{4})\b"
    r"|(?P<order>\border [^\d\n]{0,8})?\b(?:ending (?:in |with )?|(?:card|visa|mastercard|amex) (?:that )?ends (?:in|with) |last (?:four|4) digits? (?:of (?:my|the) card )?(?:are |is |: ?)?)(?P<ending>\d{4})\b",
    re.IGNORECASE,
)


def cards(text: str) -> Iterator[Span]:
    """Find whole numbers of payment cards, by Luhn's check digit."""
    for match in _CARD.finditer(text):
        digits = [int(char) for char in match.group() if char.isdecimal()]
        if digits[0] in (2, 3, 4, 5, 6) and _passes_luhn(digits):
            yield Span(*match.span(), "card")


def card_ends(text: str) -> Iterator[Span]:
    """Find the last four figures of a card where the words or signs before say so."""
    if (
        "ending " in text
        or "ends " in text
        or " digit" in text
        or "**" in text
        or "xx" in text
        or "XX" in text
    ):
        for match in _LAST_FOUR.finditer(text):
            start = match.start("masked" if match["ending"] is None else "ending")
            whole = match.start() if match["masked"] else start
            yield Span(whole, match.end(), "order" if match["order"] else "card")


def _passes_luhn(digits: list[int]) -> bool:
    doubled = (2 * digit - 9 * (digit > 4) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
