"""Finds postal addresses that follow a pattern, and joins their parts.

The search goes from number to number, since an address without one is none: what stands before
and after it decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcat.privacy.codes import hint_before
from convcat.privacy.spans import Span

_NUMBER = re.compile(r"\d{1,6}(?:[-/]\d{1,4})?(?:[A-Za-z](?!\w))?")
_NO_HOUSE = frozenset(".,/#-\u00a3$\u20ac\u20b9_")

# "12 Elm Street": the first words only a street bears, the second also stand elsewhere ("hard
# drive", "best place") and count only when written with a capital, as is every word before them.
_STREET = re.compile(
    r",? (?:(?P<name>(?:[\w'.-]{1,20} ){1,3}?)"
    r"(?i:street|road|avenue|lane|blvd|boulevard|crescent|str|ave|rd|ln|nagar|marg)"
    r"|(?P<Name>(?:[A-Z][\w'.-]{0,20} ){1,3}?)"
    r"(?:St|Drive|Dr|Close|Court|Ct|Way|Place|Pl|Terrace|Gardens?|Grove|Square|Sq|Hill|Park|Parade|Highway"
    r"|Hwy|Mews|Row|Walk|Circle|Trail|Parkway|Pkwy|Quay|Wharf|Cres|Rise|View)"
    r"|The (?:Green|Avenue|Grove|Crescent|Close|Drive|Lane|Paddocks?|Mews|Square|Parade|Orchards?|Ridings|Spinney|Maltings|Glebe|Hollies))\b(?:(?:(?<=St|Rd|Dr|Ct|Pl|Sq|Ln)|(?<=Ave|Str))\.)?"
)
_NO_NAME = re.compile(
    r"\b(?:a|an|the|on|in|off|of|to|at|and|or|for|from|with|by|is|was|near|this|that|my|your|different|other"
    r"|whole|each|star|way|day|week|month|year|hour|gb|tb|usb|hard|flash|pen|test|disk|first|second|best|same|more"
    r"|wrong|minute|mile|km)s?\b",
    re.IGNORECASE,
)
# "21 Jump Street poster", "2 Park Lane Candles": what is called like a street.
_GOODS = re.compile(
    r" (?:[a-z]+ )?(?:mug|poster|print|chair|table|lamp|candle|coffee|sign|puzzle|jigsaw|t-?shirt|tee|hoodie|cap|game|dvd|blu-?ray|vinyl|album|soundtrack"
    r"|collection|edition|perfume|edp|edt|whisky|gin|vodka|beer|wine|chocolate|sofa|rug|cushion|jeans|trainer|tote)s?\b",
    re.IGNORECASE,
)
_FLAT_BEFORE = re.compile(
    r"(?<!\w)(?:(?:flat|apt\.?|apartment|unit|suite|level|floor|house(?: no\.?)?|door no\.?) ?#?(?:\d\w{0,4}|[a-z]\d{0,3}),? ?"
    r"(?:(?-i:(?:The )?[A-Z][\w']{1,20}(?: [A-Z]\w{1,20})? (?:House|Court|Mill|Building|Lodge|Heights|Tower|Point|Apartments)),? )?|(?:unit|flat|apt|apartment|suite) )$",
    re.IGNORECASE,
)
_ROAD_ABROAD = re.compile(
    r",? (?:bis |ter )?(?:[Rr]ue|[Cc]hemin|[Ii]mpasse|[Aa]ll\u00e9e|[Qq]uai|avenue|boulevard|bd|place) "
    r"(?:(?:de|du|des|la|le|les) |l'|d'){0,3}[A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30}){0,2}"
)
_ROAD_BEFORE = re.compile(
    r"(?<!\w)(?:[A-Z\u00c4\u00d6\u00dc][\w-]{1,30}?"
    r"(?:[Ss]tra(?:\u00df|ss)e|[Ss]tr\.|[Ww]eg|[Pp]latz|[Aa]llee|gasse|straat|laan|gracht|kade|plein|singel|gatan|v\u00e4gen) "
    r"|(?:C/ ?|(?:ul|Av)\. ?|(?:Calle|Via|Viale|Piazza|Corso|Rua|Avenida|Avda\.?|ulica) )"
    r"(?:[a-z]{1,3} ){0,2}[A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30}){0,2},? (?:n[\u00ba\u00b0.] ?)?"
    r"|(?i:p\.? ?o\.? ?box) )$"
)
# "Am Markt 3, 99084 Erfurt": a street only because a code and a town follow.
_ROAD_BY_PLACE = re.compile(
    r"(?<!\w)(?:(?:Am|Im|Zum|Zur|An de[mnr]|Auf de[mnr]|In de[nr]|Unter den|Hinter de[mnr]|Alte[rn]?|Neue[rn]?|Gro\u00dfe[rn]?) )?"
    r"[A-Z\u00c4\u00d6\u00dc][\w\u00df-]{2,30} $"
)
_GERMAN_TOWN = re.compile(r", ?(?:D-)?\d{5} [A-Z\u00c4\u00d6\u00dc][\w\u00df-]{2,24}(?!\w)")
# One of these, or "box", is in every text that holds the pattern above.
_ROOTS = (
    "tra\u00dfe", "trasse", "tr.", "eg ", "latz", "llee", "gasse", "straat", "laan", "gracht", "kade", "plein", "singel", "gatan",
    "v\u00e4gen", "C/", "ul.", "Av", "Calle", "Via", "Piazza", "Corso", "Rua", "ulica",
)  # fmt: skip

# What stands behind a street: ", 75001 Paris", ", Indiranagar, Bengaluru 560038", ", Sydney NSW 2000".
_TOWN = r"[A-Z\u00c0-\u00d6\u00d8-\u00de][\w'.-]{1,24}(?: [A-Z\u00c0-\u00d6\u00d8-\u00de][\w'-]{1,24}){0,2}"
_TAIL = re.compile(
    rf"(?:, ?(?:#\d{{1,3}}-\d{{1,4}}|{_TOWN})){{0,2}}?"
    rf"(?:, ?(?:[A-Z]{{1,2}}-)?(?:\d{{4,5}}(?: [A-Z]{{2}})?|\d{{3}} \d{{2}}|\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}}) {_TOWN}"
    rf"|,? {_TOWN}?,? ?(?:(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT),? \d{{4}}|(?<=\w[ ,])\d{{6}}))(?!\w)"
)

_STATES_TAIL = re.compile(
    rf"(?:,? (?:Apt\.?|Suite|Ste\.?|Unit|#) ?#?\w{{1,6}})?,? ?{_TOWN},? (?P<state>[A-Z]{{2}}),? (?P<zip>\d{{5}})(?:-\d{{4}})?(?![\w-])"
)

# First digit of the zip codes of each state: "PAID ME 15000" is no place in Maine.
_ZIP = {
    state: str(digit)
    for digit, states in enumerate((
        "CT MA ME NH NJ RI VT PR", "DE NY PA", "DC MD NC SC VA WV", "AL FL GA MS TN", "IN KY MI OH",
        "IA MN MT ND SD WI", "IL KS MO NE", "AR LA OK TX", "AZ CO ID NM NV UT WY", "AK CA HI OR WA",
    ))
    for state in states.split()
}  # fmt: skip
_STATE_BEFORE = re.compile(
    r"(?<!\w)(?P<town>(?:[A-Z][a-z]{1,20} ?){0,3})(?P<comma>, ?)?(?<!\w)(?P<state>[A-Z]{2}),? $"
)
_ZIP_BEFORE = re.compile(
    r"\b(?:pin(?: ?code)?|zip(?: ?code)?|post ?code|postal code)[^\w\n]{0,3}(?:(?:is|was|no|number)\b[^\w\n]{0,3})?$",
    re.IGNORECASE,
)
_PLUS_FOUR = re.compile(r"-\d{4}(?![\w-])")

_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY"
    " G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR"
    " NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA"
    " WC WD WF WN WR WS WV YO ZE"
)
_UK_AREAS = frozenset(_AREAS.split())
_UK = re.compile(
    r"(?<![\w-])(?P<area>[A-Za-z]{1,2})\d[\dA-Za-z]?(?P<space> ?)\d(?P<unit>[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2})(?![\w-])"
)
_UK_END = re.compile(r"\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}(?![\w-])")
_CANADA_MIDDLE = re.compile(r"\d[A-Z] \d[A-Z]\d")
_CANADA = re.compile(r"(?<![\w-])[ABCEGHJ-NPR-TVXY]\d[A-Z] \d[A-Z]\d(?![\w-])")

# Ireland's routing keys; the other half tells the house.
_EIRCODE = re.compile(
    r"(?<![\w-])(?:D(?:0[1-9]|1\d|2[0-24]|6W)|[AC-FHKNPRTV-Y]\d\d) (?=[0-9AC-FHKNPRTV-Y]{0,3}\d)(?=[0-9]{0,3}[AC-FHKNPRTV-Y])[0-9AC-FHKNPRTV-Y]{4}(?![\w-])"
)
_EIRCODE_SHAPE = re.compile(r"\d[\dW] [0-9AC-FHKNPRTV-Y]{4}(?![\w-])")
_KEYS = (
    "A41 A42 A45 A63 A67 A75 A81 A82 A83 A84 A85 A86 A91 A92 A94 A96 A98 C15 E21 E25 E32 E34 E41 E45 E53 E91 F12 F23 F26 F28 F31 F35"
    " F42 F45 F52 F56 F91 F92 F93 F94 H12 H14 H16 H18 H23 H53 H54 H62 H65 H71 H91 K32 K34 K36 K45 K56 K67 K78 N37 N39 N41 N91"
    " P12 P14 P17 P24 P25 P31 P32 P36 P43 P47 P51 P56 P61 P67 P72 P75 P81 P85 R14 R21 R32 R35 R42 R45 R51 R56 R93 R95"
    " T12 T23 T34 T45 T56 V14 V15 V23 V31 V35 V42 V92 V93 V94 V95 W12 W23 W34 W91 X35 X42 X91 Y14 Y21 Y25 Y34 Y35"
)
_IRISH = frozenset(_KEYS.split())
_BETWEEN = re.compile(r"[,\s]*(?:[A-Z][\w'.-]*[,\s]+){0,4}")


def addresses(text: str) -> Iterator[Span]:
    """Find house number and street, postcode, state and zip, PO box."""
    found = list(_by_number(text))
    if _UK_END.search(text):
        found += _uk_postcodes(text)
    if _CANADA_MIDDLE.search(text):
        found += (Span(*match.span(), "address") for match in _CANADA.finditer(text))
    if _EIRCODE_SHAPE.search(text):
        found += _eircodes(text)
    end = 0
    for span in sorted(found):
        if span.start >= end:
            yield span
            end = span.end


def joined(spans: list[Span], text: str) -> list[Span]:
    """Join parts of one address: street, town, postcode."""
    result: list[Span] = []
    for span in spans:
        before = result[-1] if result else None
        if (
            before
            and before.kind == span.kind == "address"
            and span.start - before.end <= 40
            and _BETWEEN.fullmatch(text, before.end, span.start)
        ):
            result[-1] = Span(before.start, span.end, "address")
        else:
            result.append(span)
    return result


def _by_number(text: str) -> Iterator[Span]:
    abroad_before = any(root in text for root in _ROOTS) or "box" in text.lower()
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before = text[start - 1 : start]
        if before in _NO_HOUSE or before.isalnum() or text[end : end + 1].isalnum():
            continue
        window = max(0, start - 80)
        follows = text[end : end + 1] in (" ", ",")
        word_before = not text[start - 2 : start - 1].isdecimal()
        abroad = _ROAD_ABROAD.match(text, end) if follows else None
        street = _STREET.match(text, end) if follows and not abroad else None
        if street and not (
            _NO_NAME.search(street["name"] or street["Name"] or "")
            or _GOODS.match(text, street.end())
        ):
            flat = _FLAT_BEFORE.search(text, window, start)
            yield Span(flat.start() if flat else start, _with_town(text, street.end()), "address")
        elif abroad:
            yield Span(start, _with_town(text, abroad.end()), "address")
        elif abroad_before and word_before and (road := _ROAD_BEFORE.search(text, window, start)):
            yield Span(road.start(), _with_town(text, end), "address")
        elif follows and word_before and (town := _GERMAN_TOWN.match(text, end)):
            if road := _ROAD_BY_PLACE.search(text, window, start):
                yield Span(road.start(), town.end(), "address")
        elif (zip_at := _zip_start(text, match, window)) is not None:
            plus_four = _PLUS_FOUR.match(text, end)
            yield Span(zip_at, plus_four.end() if plus_four else end, "address")


def _with_town(text: str, end: int) -> int:
    """Return where an address ends that a street ends at, with the town and its code behind it."""
    if tail := _TAIL.match(text, end):
        return tail.end()
    states = _STATES_TAIL.match(text, end)
    known = states and _ZIP.get(states["state"]) == states["zip"][0]
    return states.end() if states and known else end


def _zip_start(text: str, match: re.Match[str], window: int) -> int | None:
    """Return where town, state and zip code begin, or None if the number is no zip code."""
    code = match.group()
    if not (code.isdecimal() and len(code) in (5, 6)):
        return None
    if _ZIP_BEFORE.search(text, window, match.start()):
        return match.start()
    state = _STATE_BEFORE.search(text, window, match.start()) if len(code) == 5 else None
    if state is None or _ZIP.get(state["state"]) != code[0]:
        return None
    if state["comma"]:
        return state.start("town")
    return state.start("state") if state["town"] else None


def _uk_postcodes(text: str) -> Iterator[Span]:
    for match in _UK.finditer(text):
        code, area, unit = match.group(), match["area"].upper(), match["unit"].upper()
        if area not in _UK_AREAS or hint_before(text, match.start()) == "thing":
            continue
        if unit in ("ST", "ND", "RD", "TH") and not code.isupper():
            continue  # "so2 3rd"
        if len(area) == 1 and (unit in ("GB", "TB", "XL") or not match["space"]):
            continue  # a Moto G5 2GB, a Galaxy S20FE
        if code.isupper() or match["space"]:
            yield Span(*match.span(), "address")


def _eircodes(text: str) -> Iterator[Span]:
    for match in _EIRCODE.finditer(text):
        key = match.group()[:3]
        if (key[0] == "D" or key in _IRISH) and hint_before(text, match.start()) != "thing":
            yield Span(*match.span(), "address")
