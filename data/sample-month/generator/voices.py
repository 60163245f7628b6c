"""Voices: what one hand does to a text that all hands write alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

AMERICAN = {
    "colour": "color",
    "colours": "colors",
    "coloured": "colored",
    "jumper": "sweater",
    "trainers": "sneakers",
    "trousers": "pants",
    "parcel": "package",
    "parcels": "packages",
    "postage": "shipping",
    "postcode": "zip code",
    "grey": "gray",
    "favourite": "favorite",
    "mum": "mom",
    "pyjamas": "pajamas",
    "flat": "apartment",
    "flatmate": "roommate",
    "posted": "mailed",
    "whilst": "while",
    "fortnight": "two weeks",
    "courier": "delivery guy",
    "basket": "cart",
    "cheque": "check",
    "centimetres": "centimeters",
    "lovely": "super cute",
    "shop": "store",
}
SHORT = {
    "you": "u",
    "your": "ur",
    "please": "pls",
    "because": "cos",
    "thanks": "thx",
    "are": "r",
    "order": "ordr",
    "message": "msg",
    "and": "&",
    "to": "2",
    "delivery": "delivry",
    "tomorrow": "tmrw",
    "really": "rly",
}
LEARNER = (
    (r"\bthe (\w+) (is|are|was)\b", r"\1 \2"),
    (r"\b(\d+|three|ten|twelve|fifteen) days\b", r"\1 day"),
    (r"\bI would like\b|\bI'd like\b", "I am wanting"),
    (r"\bvery\b", "very much"),
    (r"\bI ordered\b", "I have ordered"),
    (r"\bI bought\b", "I have bought"),
    (r"\bdoesn't\b", "don't"),
    (r"\bhasn't\b", "has not"),
    (r"\bsaid\b", "told"),
    (r"\bneed to\b", "must"),
    (r"\ba ", ""),
    (r"\bso\b", "such"),
)
INDIAN = (
    (r"\bplease\b", "kindly"),
    (r"\b[Tt]hanks\b", "Thanking you"),
    (r"\b[Hh]i\b(?! there)", "Hi sir/mam"),
    (r"\bnow\b", "now itself"),
    (r"\btell me\b", "revert back to me"),
    (r"\bI want\b", "I am wanting"),
    (r"\bparcel\b", "consignment"),
    (r"\byesterday\b", "yesterday only"),
)
SLIPS = {
    "received": "recieved",
    "definitely": "definately",
    "their": "thier",
    "quality": "qualty",
    "disappointed": "dissapointed",
    "address": "adress",
    "separate": "seperate",
    "because": "becuase",
    "refund": "refudn",
    "beautiful": "beutiful",
    "wearing": "wareing",
    "too": "to",
    "it's": "its",
    "arrived": "arived",
    "colour": "color",
    "tomorrow": "tommorow",
    "really": "realy",
    "which": "wich",
}
GLAD, CROSS, PLAIN = (
    ["😍", "❤️", "🥰", "✨", "💚", "👏"],
    ["😡", "😤", "🙄", "😞", "😭", "🤦\u200d♀️", "😩", "👎"],
    ["🙏", "🙂", "🌿", "😊", "🤔"],
)
# Codes, numbers, addresses and links are written as they are.
_kept = re.compile(r"\S*[\d@#/{}<>]\S*|\b[A-Z]{2,}\b")


@dataclass(frozen=True)
class Voice:
    """How somebody writes."""

    spelling: str = "british"
    lower: bool = False
    caps: bool = False
    short: bool = False
    loose: bool = False
    typos: float = 0.0
    emoji: float = 0.0

    def write(self, rng: Random, text: str, mood: str) -> str:
        """Write a text in this voice; mood is glad, cross or plain."""
        if self.spelling == "american":
            text = _words(text, AMERICAN)
        for pattern, new in {"indian": INDIAN, "learner": LEARNER}.get(self.spelling, ()):
            text = re.sub(
                pattern, lambda m, n=new: m.expand(n) if rng.random() < 0.6 else m[0], text
            )
        if self.short:
            text = _words(text, {k: v for k, v in SHORT.items() if rng.random() < 0.6})
        if self.typos:
            text = _each(text, lambda word: _slip(rng, word, self.typos))
        if self.loose:
            text = _loosen(rng, text)
        if self.lower:
            text = _each(text, str.lower)
        if self.caps:
            text = text.upper()
        if rng.random() < self.emoji:
            faces = {"glad": GLAD, "cross": CROSS}.get(mood, PLAIN)
            text = f"{text} {rng.choice(faces) * rng.choice((1, 1, 1, 2, 3))}"
        return text


def draw_voice(rng: Random, country: str, channel: str) -> Voice:
    """Draw a voice that fits a country and a channel."""
    spelling = "british"
    if country == "US":
        spelling = "american"
    elif country == "IN" and rng.random() < 0.7:
        spelling = "indian"
    elif country in {"DE", "FR", "NL"} and rng.random() < 0.6:
        spelling = "learner"
    quick = channel in {"chat", "whatsapp", "instagram", "phone"}
    lower = rng.random() < {"email": 0.06, "review": 0.13}.get(channel, 0.42)
    return Voice(
        spelling=spelling,
        lower=lower or channel == "phone",
        caps=rng.random() < 0.03 and channel != "phone",
        short=quick and channel != "phone" and rng.random() < 0.16,
        loose=channel == "phone" or rng.random() < (0.3 if quick else 0.1),
        typos=rng.choice((0.0, 0.0, 0.0, 0.02, 0.05)) if channel != "phone" else 0.0,
        emoji={"instagram": 0.35, "whatsapp": 0.2, "chat": 0.08, "review": 0.09}.get(channel, 0.02),
    )


def _each(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r"(\s+)", text)
    return "".join(part if _kept.fullmatch(part) else change(part) for part in parts)


def _words(text: str, table: dict[str, str]) -> str:
    def swap(match: re.Match[str]) -> str:
        new = table.get(match[0].lower())
        if new is None:
            return match[0]
        return new[:1].upper() + new[1:] if match[0][0].isupper() else new

    return re.sub(r"[A-Za-z']+", swap, text)


def _slip(rng: Random, word: str, rate: float) -> str:
    if word.lower() in SLIPS and rng.random() < 0.3:
        return SLIPS[word.lower()]
    if len(word) < 5 or not word.isascii() or not word.isalpha() or rng.random() >= rate:
        return word
    at = rng.randrange(1, len(word) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]


def _loosen(rng: Random, text: str) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return text.replace("'", "")
    if kind == 1:
        return re.sub(r"\.(\s|$)", r"\1", text)
    if kind == 2:
        return re.sub(r"([!?])", lambda m: m[0] * rng.randint(1, 4), text)
    return re.sub(r"\. ([A-HJ-Z])(?=[a-z])", lambda m: f", {m[1].lower()}", text)
