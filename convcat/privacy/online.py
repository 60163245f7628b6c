"""Finds links that tell who followed them, e-mail addresses and social handles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convcat.privacy.spans import Span

_LINK = re.compile(
    r"(?<![\w@.-])(?:https?://|www\.|(?=[\w.-]+/)(?:[a-z0-9-]++\.)+?"
    r"(?:com|net|org|info|io|co|uk|de|fr|it|es|nl|pl|in|au|ie|ca|us|eu|ly|me|gl|app|link|shop))"
    r"(?=[/?#\w])[^\s<>\"')\]]++",
    re.IGNORECASE,
)
# A part of a path that looks like a key: letters with digits, mixed case, or a long number.
_KEY = re.compile(
    r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[\w-]{7,}|(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])\w{8,}|\d{6,}"
)

_PROVIDER = r"(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|icloud|aol|proton(?:mail)?|gmx)"
_EMAIL = re.compile(
    r"(?<![\w.+%-])(?<!\w')\w[\w.+%'-]*+(?:"
    r"@[\w-]++(?:\.[\w-]++)++"
    rf"| ?@ ?{_PROVIDER} ?(?:\.|dot) ?[a-z]{{2,3}}\b(?:\.[a-z]{{2}}\b)?"
    rf"|@{_PROVIDER}\b"
    r"| ?[(\[]at[)\]] ?[\w-]++(?: ?(?:\.|[(\[]dot[)\]]|dot) ?[a-z]{2,6}\b)++"
    rf"| at {_PROVIDER} ?(?:\.|dot) ?[a-z]{{2,3}}\b"
    r")",
    re.IGNORECASE,
)
_SPOKEN_AT = re.compile(rf"[(\[]at[)\]]| at {_PROVIDER} ?(?:\.|dot)", re.IGNORECASE)
# One of these is in whatever the pattern above finds.
_PROVIDERS = "gmail googlem yahoo ymail hotmail outlook live icloud aol proton gmx"
_SPOKEN = ("(at)", "[at]", "(at]", "[at)", *(f" at {name}" for name in _PROVIDERS.split()))
# "ray dot fox at gmail dot com"
_SPOKEN_DOT = re.compile(
    r"(?<![\w.+%-])(?:[\w.+%-]{1,20} (?:dot|underscore|dash|hyphen) ){1,2}$", re.IGNORECASE
)
# "o.fox @ example.com": "seen @ example.com" is none.
_SPACED = re.compile(
    r"(?<![\w.+%-])(?=[\w+%-]*[._\d])[^\W\d][\w.+%-]{1,40} ?@ [\w-]{1,40}(?:\.[a-z]{2,6}){1,2}\b",
    re.IGNORECASE,
)
_NETWORKS = (
    *(
        "insta",
        "twitter",
        "tiktok",
        "tik tok",
        "snap",
        "ebay",
        "etsy",
        "vinted",
        "depop",
        "facebook",
    ),
    *("telegram", "discord", "user name", "username", "handle"),
)
# "my instagram is ann_fox": only what no plain word looks like, and a full stop only in a name:
# "my instagram is down.Please" has lost a blank.
_NETWORK = re.compile(
    r"\b(?:(?P<named>user ?name)|insta(?:gram)?|twitter|tik ?tok|snap(?:chat)?|ebay|etsy|vinted|depop|facebook|telegram|discord|handle)"
    r"(?: (?:(?P<name_of>user ?name|name)|handle|id|account))?(?: is|:| =|=) ?"
    r"(?P<name>(?=[a-z]\w*_[a-z\d]|[a-z]{3,}\d|(?(named)[a-z]{2,}\.[a-z]{2}|(?(name_of)[a-z]{2,}\.[a-z]{2}|(?!))))[a-z]\w*(?:\.\w+)*)",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<![\w@/+-])@(?:[^\W\d]\w{1,29}+(?:\.[a-z]\w++|-[a-z]\w*+)*+|\d{5,}+)(?![\w@])"
)


def links(text: str) -> Iterator[Span]:
    """Find links that carry a query or a key; a plain link to a page tells nothing."""
    if "/" not in text and "www." not in text:
        return
    for match in _LINK.finditer(text):
        link = match.group().rstrip(".,;:!?…")
        path = link.partition("://")[2].partition("/")[2] or link.partition("/")[2]
        if set(link) & set("?=@") or any(map(_KEY.fullmatch, path.split("/"))):
            yield Span(match.start(), match.start() + len(link), "url")


def emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses, also spelt out: ``ann (at) example dot com``."""
    if "@" in text or _spells_at(text):
        for match in _EMAIL.finditer(text):
            start, end = match.span()
            if "@" not in match.group() and (
                spoken := _SPOKEN_DOT.search(text, max(0, start - 48), start)
            ):
                start = spoken.start()
            yield Span(start, end, "email")
        if "@ " in text:
            for match in _SPACED.finditer(text):
                yield Span(*match.span(), "email")


def _spells_at(text: str) -> bool:
    if text.isascii():  # letters beyond may stand for others
        lower = text.lower()
        for word in _SPOKEN:
            if word in lower:
                break
        else:
            return False
    return _SPOKEN_AT.search(text) is not None


def handles(text: str) -> Iterator[Span]:
    """Find handles of social media: ``@name``."""
    if "@" in text:
        for match in _HANDLE.finditer(text):
            yield Span(*match.span(), "handle")


def named_handles(text: str) -> Iterator[Span]:
    """Find handles without the sign, after the name of a network: ``my instagram is ann_fox``."""
    if " is " in text or ":" in text or "=" in text:
        lower = text.lower()
        for network in _NETWORKS:
            if network in lower:
                for match in _NETWORK.finditer(text):
                    yield Span(*match.span("name"), "handle")
                return
