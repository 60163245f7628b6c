"""Finds order and tracking numbers, by their shape or by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcat.privacy.spans import Span

_SHAPE = re.compile(
    r"(?<![\w-])(?:"
    r"(?P<tracking>1Z(?: ?[0-9A-Z]{3}){2} ?[0-9A-Z]{2}(?: ?[0-9A-Z]{4}){2}|1z[0-9a-z]{16}"
    r"|[A-Z]{2} ?\d{3} ?\d{3} ?\d{3} ?[A-Z]{2}|[A-Z]{2} \d{4} \d{4} \d ?[A-Z]{2}|DT\d{12}|[a-z]{2}\d{9}[a-z]{2}"
    r"|TBA\d{9,12}|JJ?D\d{10,20}|[HT]0(?=\w*\d{6})[0-9A-Z]{14,16}"
    r"|9[1-5]\d{2}(?: ?\d{4}){4}(?: ?\d{2,4})?)"
    r"|(?P<order>\d{3}-\d{7}-\d{7}|OD\d{10,}(?=[A-Z]?[a-z]*\b)"
    r"|(?:ORD(?:ER)?|INV|RMA|REF|TKT|TICKET|CASE)[-_/#]?\d{3,}[\w/-]*"
    r"|(?:PO|SO|CS|SR|WO)-\d{4,}|PO \d{6,}|[A-Z]{2,4}-\d{6,})"
    r")(?![\w])",
)


_DIGITS = re.compile(r"\d+")
_REST = re.compile(r"[\w/-]*")
_NO_START = frozenset("&@\u00a3$\u20ac\u20b9")  # before money, an entity, a handle

# Words that announce a number. After a strong one the number may follow at once ("parcel
# 12345678"); after a weak one only with "number", "no.", "id", ":" or "#" between. What a number
# of a "thing" names is no person's.
_HINTS = {
    word: kind
    for kind, words in {
        "thing": "model modal sku item items isbn ean upc part parts art article style product version asin barcode"
        " size color colour shade lot batch firmware store shop flight gate seat room suite bus train route",
        "tracking": "track tracking tracked awb waybill consignment shipment parcel package courier ups usps fedex"
        " dhl dpd evri hermes yodel royal dtdc delhivery bluedart dart ekart gls tnt colissimo chronopost poste laposte postnl"
        " postnord inpost bpost correos seur auspost purolator aramex yanwen yunexpress cainiao lasership ontrac sendle"
        " parcelforce budbee paket paketnummer sendung sendungsnummer colis suivi zending pakketje paczka spedizione rastreo",
        "order": "order orders ord orderid orderno invoice booking purchase chat ticket rma txn utr confirmation"
        " commande zam\u00f3wienie zam\u00f3wienia zamowienie bestellung bestellnummer auftrag bestelling bestelnummer pedido encomenda ordine ordre rechnung facture factura fattura",
        "reference": "ref reference",
        "weak": "case return returns refund transaction complaint customer account acct member membership client"
        " incident receipt card voucher loyalty claim enquiry inquiry query request policy payment po",
        "name": "id",
    }.items()
    for word in words.split()
}
_WORD = re.compile(r"[a-z\u00df-\u017f]+", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"\b(?:numbers?|num|no|nr|nbr|id|code|ref(?:erence)?|nummer|numero|n\u00famero)\b|\bn[\u00b0\u00ba.]|#|:",
    re.IGNORECASE,
)
_LINKED = re.compile(
    r"[\s:#=()\[\]\"'*-]*(?:(?:is|was|are|with|under|number|no|nr|my|mail|nummer|numero)\b[\s:#=()\"'*-]*|n[\u00b0\u00ba.][\s:#=.]*|pin\b\s*)*",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[;!?,\n]|(?<!o)(?<!\bnr)(?<!\bn)\.\s|\b(?:paid|pay|costs?|priced?|worth|for rs)\b",
    re.IGNORECASE,
)
_IS_A = re.compile(
    r"(?:\W{0,3}(?:is|was|=|as)\s|\s?\()(?:my|the|our)?\s?(?:(?P<tracking>tracking|awb)"
    r"|(?P<order>order|invoice|booking|reference|ticket))\b",
    re.IGNORECASE,
)

# What a number is when it is no code.
_MONEY_BEFORE = re.compile(
    r"(?:[\u00a3$\u20ac\u20b9]|\b(?:rs|inr|usd|eur|gbp|aud|mrp|rupees|worth|paid|pay|costs?|priced?|amount"
    r"|total|spent|under|over|than|about|around)\b)[.:]?\s?(?:of |at |rs\.? ?)?$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"\s?(?:[%\u00a3$\u20ac\u20b9\"\u2033]|(?:rs|inr|usd|eur|gbp|aud|cad|rupees?|rupay|dollars?|euros?|pounds?|bucks|quid"
    r"|cents?|k|mah|[kmgt]b|kg|lbs?|oz|ft|feet|g|ml|l|cm|mm|in|inch|inches|pcs|pieces?|units?|times|days?|hours?|hrs|mins?|minutes|weeks?"
    r"|months?|years?|people|points?|words|miles?|km|watts?|w|v|volts?|hz|rpm|followers|reviews|customers|orders|steps)\b)"
    r"|[.,:]\d|\s?/-",
    re.IGNORECASE,
)
_DATE = r"(?:\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]?[A-Za-z]{3,9}[-/]?\d{2,4}|(?:19|20)\d\d)"
_NO_CODE = re.compile(
    rf"{_DATE}(?:[-/]{_DATE})?|\d{{1,4}}[A-Za-z]{{1,5}}|\d{{1,4}}(?:[-/x]\d{{1,3}}){{1,3}}"
)
_GLUED = re.compile(r"(?<=\d{4})[A-Z]?[a-z]{2,}$")  # a full stop or a space is missing
_LONG = re.compile(r"(?<!\d)(?:\d{9,}|0\d{7,})")
# "7712 3456 7890", as couriers print them: a parcel's where a word before it says so.
_SPACED = re.compile(r"(?<![\w-])\d{4}(?: \d{4}){2,4}(?: \d{2,3})?(?![\w-])")
_SIXTEEN = re.compile(r"(?!(?:(?:19|20)\d\d[ ]?)+$|(?:\d\d00 ?)+$)\d{4}(?: \d{4}){3}")
_POST = re.compile(r"\b(?:post|mail|carrier|shipping)\b", re.IGNORECASE)
# "KX7Q2P": letters and figures by turns, no product's "COVID19".
_MIXED = re.compile(r"(?=.{5,12}$)(?:[A-Z]+\d+[A-Z]|\d+[A-Z]+\d)[A-Z\d]*")
_AND = re.compile(r"\s?(?:[,&+/]|and|or)\s?(?:also )?", re.IGNORECASE)
_LISTED = 5  # digits of a number that needs no word of its own behind another one
_HASHED = re.compile(r"#(?!(?:19|20)\d\d$)[A-Z]{0,4}[-_]?\d+(?:-[A-Z]{1,4})?")


def shaped_codes(text: str) -> Iterator[Span]:
    """Find order and tracking numbers that their shape gives away."""
    for match in _SHAPE.finditer(text):
        yield Span(*match.span(), str(match.lastgroup))


def spaced_codes(text: str) -> Iterator[Span]:
    """Find the numbers of parcels that are printed in groups of four."""
    for match in _SPACED.finditer(text):
        kind = hint_before(text, match.start())
        if kind == "tracking" or _POST.search(text, max(0, match.start() - 24), match.start()):
            yield Span(*match.span(), "tracking")
        elif kind != "thing" and _SIXTEEN.fullmatch(match.group()):
            yield Span(*match.span(), kind or "order")  # a gift card, a mistyped card


def codes(text: str) -> Iterator[Span]:
    """Find numbers that the words around them call an order or a parcel, and long bare ones."""
    before: Span | None = None
    for start, end in _words_with_digits(text):
        code = _GLUED.sub("", text[start:end].rstrip("-/_"))
        digits = sum(map(str.isdecimal, code))
        if (digits >= 3 or _MIXED.fullmatch(code)) and not _UNIT_AFTER.match(text, end):
            kind = _kind(text, start, code, digits)
            if (
                not kind
                and before
                and digits >= _LISTED
                and _AND.fullmatch(text, before.end, start)
            ):
                kind = before.kind  # "orders 88120 and 88121"
            before = Span(start, start + len(code), kind) if kind else None
            if before:
                yield before


def _words_with_digits(text: str) -> Iterator[tuple[int, int]]:
    """Walk over the words that hold a digit, with the hash before them."""
    end = 0
    for match in _DIGITS.finditer(text):
        if match.start() < end:
            continue
        start = match.start()
        while start > end and (text[start - 1].isalnum() or text[start - 1] in "-/_"):
            start -= 1
        rest = _REST.match(text, match.end())
        end = rest.end() if rest else match.end()
        before = text[start - 1 : start]
        decimal = before in (".", ",") and text[start - 2 : start - 1].isdecimal()
        if before not in _NO_START and not decimal:
            yield start - (before == "#"), end


def is_quantity(text: str, start: int, end: int) -> bool:
    """Return whether what stands around a number says that it is money or so many of something."""
    before = _MONEY_BEFORE.search(text, max(0, start - 16), start)
    return before is not None or _UNIT_AFTER.match(text, end) is not None


def hint_before(text: str, at: int) -> str:
    """Return what the words before a number call it: order, tracking, thing or an empty string."""
    kind, _ = _hint(text, at)
    return kind


def _hint(text: str, at: int) -> tuple[str, bool]:
    """Return the kind that the nearest hint before ``at`` gives, and whether it is announced."""
    kind, announced = "", False
    for word in _WORD.finditer(text, max(0, at - 48), at):
        group = _HINTS.get(word.group().lower())
        if group is None:
            continue
        between = text[word.end() : at]
        if len(between) > 32 or _BREAK.search(between):
            continue
        called = _ANNOUNCED.search(between) is not None
        if not called and (group in ("weak", "name") or not _LINKED.fullmatch(between)):
            continue
        if group in ("reference", "name"):  # "courier ref", "booking reference", "tracking id"
            kind, announced = kind or "order", True
        else:
            kind, announced = "order" if group == "weak" else group, called
    return kind, announced


def _kind(text: str, start: int, code: str, digits: int) -> str:
    if _MONEY_BEFORE.search(text, max(0, start - 16), start):
        return ""
    kind, announced = _hint(text, start)
    announced |= code[0] == "#"
    is_a = _IS_A.match(text, start + len(code))
    if is_a:
        kind, announced = str(is_a.lastgroup), True
    if kind == "thing" or _NO_CODE.fullmatch(code):
        return ""
    if kind and digits >= (3 if announced else 5):
        return kind
    if kind and announced and code[0] != "#" and _MIXED.fullmatch(code):
        return kind
    if digits >= 4 and _HASHED.fullmatch(code):
        return "order"
    if _LONG.search(code) and not code.endswith("00000"):
        return "tracking" if len(code) == digits >= 18 else "order"
    return ""
