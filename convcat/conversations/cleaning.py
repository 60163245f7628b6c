"""What the customer wrote, without the mail around it."""

from __future__ import annotations

import quopri
import re

from convcat.conversations.forms import without_form
from convcat.conversations.markup import html_to_text, is_html, without_entities
from convcat.conversations.screens import Screen, folded

# ---- where quoted history begins ----------------------------------------------------------

_DIVIDER = re.compile(
    r"\s*(?:[-_*]{2,}\s*(?:original message|forwarded message|reply message|urspr\u00fcngliche nachricht"
    r"|weitergeleitete nachricht|message d.origine|message transf\u00e9r\u00e9|mensaje original|mensaje reenviado"
    r"|messaggio originale|messaggio inoltrato|mensagem original|oorspronkelijk bericht|doorgestuurd bericht"
    r"|ursprungligt meddelande|oprindelig meddelelse|wiadomo\u015b\u0107 oryginalna)\s*:?\s*[-_*]*"
    r"|\s*#*-*\s*please (?:type|write) your reply above this line.*|begin forwarded message:)\s*$",
    re.IGNORECASE,
)
# "On Mon, 3 Nov 2025 at 10:12, Shop <help@example.com> wrote:", on one line or wrapped over three.
_WROTE = re.compile(
    r"\s*(?:on|am|le|el|il(?: giorno)?|em|op|den|p\u00e5|dnia|w dniu)\b(?=[^\n]{0,250}[\d@<])[^\n]{4,250}?"
    r"(?:wrote|a \u00e9crit|escribi\u00f3|ha scritto|escreveu"
    r"|(?:schrieb|schreef|skrev|napisa\u0142)[^\n:]{0,80})\s?:(?:\s*$|\s{2,}\S)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"[^\n!?<>]{2,80}<[^\s<>@]{1,64}@[^\s<>]{1,80}>\s*"
    r"(?:wrote|schrieb|a \u00e9crit|escribi\u00f3|ha scritto|escreveu|schreef|skrev|napisa\u0142|kirjoitti|\u00edrta|napsal)[^\n:]{0,40}:\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"[\s*>]*(?:from|von|de|da|van|fr\u00e5n|fra|od)\s?:\*?\s?\S", re.IGNORECASE)
_HEADER = re.compile(
    r"[\s*>]*(?:sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoy\u00e9|\u00e0|objet|enviado|fecha|para|asunto"
    r"|inviato|data|a|oggetto|assunto|verzonden|aan|onderwerp|skickat|till|\u00e4mne|sendt|til|emne|wys\u0142ano|do|temat)\s?:",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s*>(?:[\s>]|$|(?=[A-Za-z\"']))")

# ---- signatures ---------------------------------------------------------------------------

_SIGNATURE = re.compile(r"--\s*$")
_DEVICE = re.compile(
    r"(?:(?:^|(?<=[\s.,!?]))(?:sent from (?:my|yahoo|outlook|mail for|proton|samsung|a mobile)\b|sent via (?:the samsung|my)\b"
    r"|get outlook for\b|get \[?outlook for|von meinem \w+ gesendet|gesendet von mein|gesendet mit der\b|envoy\u00e9 de mon\b"
    r"|envoy\u00e9 depuis mon\b|enviado desde mi\b|enviado do meu\b|inviato da(?:l mio)? \w+|verzonden vanaf mijn\b|skickat fr\u00e5n min\b"
    r"|wys\u0142ane z\b|sent with proton|yahoo mail: search)[^\n.!?<]{0,60}(?:<https?://[^\s<>]{1,120}>)?[.!]?)\s*$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\W*(?:this (?:e-?mail|message|communication)(?: and any (?:attachments?|files)[^\n]{0,60})?(?: (?:is|are|may be|contains?))[^\n]{0,80}"
    r"(?:confidential|privileged|intended)|confidentiality (?:notice|note) ?:|diese e-?mail enth\u00e4lt vertrauliche"
    r"|please consider the environment before printing)",
    re.IGNORECASE,
)
MAY_NAME_DEVICE = Screen(
    "sent from", "sent via", "outlook for", "gesendet", "envoy", "enviado d", "inviato d", "verzonden vanaf",
    "skickat fr", "wys", "sent with", "yahoo mail",
)  # fmt: skip
MAY_DISCLAIM = Screen(
    "confidential", "privileged", "intended", "vertrauliche", "consider the environment"
)
# "Kind regards," and a name with a post and a number below it.
_CLOSING = re.compile(
    r"\s*(?:(?:with )?(?:kind|best|warm|kindest|warmest)? ?regards|(?:yours |most )?sincerely(?: yours)?|yours (?:truly|faithfully)"
    r"|(?:with )?best wishes|mit freundlichen gr\u00fc(?:\u00df|ss)en|cordialement|bien \u00e0 vous|saludos cordiales"
    r"|un saludo|cordiali saluti|met vriendelijke groet(?:en)?)[,.!]?\s*$",
    re.IGNORECASE,
)
MAY_CLOSE = Screen(
    "regards", "sincerely", "yours truly", "yours faithfully", "best wishes", "freundlichen", "cordialement", "bien ",
    "saludo", "cordiali", "vriendelijke",
)  # fmt: skip
_NO_CARD = re.compile(
    r"[?!]|\b(?:order|parcel|package|track\w*|ticket|ref|refund|please|p\.?s)\b|#|(?:\w+\W+){8}",
    re.IGNORECASE,
)
# "Also the zip broke" is no name, no post and no address: two words without a capital.
_PLAIN = re.compile(
    r"(?<![\w@./:+'\u2019-])(?!(?:of|and|for|at|the|de|von|van|der|du|la|on|my)\b)[a-z]{2,}(?![\w@./:-])"
)
_REACHED = re.compile(r"[@|]|\bwww\.|\d[\d ()/-]{6}")
# Without one of these a text has no quoted history.
FRAME = re.compile(
    r"^[\s*]*>|:[ \t]*$|:[ \t]{2}|^\s*(?:[-_*]{2,}|#)|reply above this line"
    r"|^[\s*]*(?:from|von|de|da|van|fr\u00e5n|fra|od)\s?:",
    re.IGNORECASE | re.MULTILINE,
)
_MAY_FRAME = Screen(
    ">", ":", "#", "--", "__", "**", "-_", "-*", "_-", "_*", "*-", "*_", "reply above this line"
)
# What stands for a sign beyond ASCII where the transfer form of a mail was never undone.
QUOTED_PRINTABLE = re.compile(r"=E2=80=[89AB][0-9A-F]|=C[23]=[89AB][0-9A-F]|=F0=9F=[89AB][0-9A-F]")
# Google's reviews bear their translation into the reader's language beside the original.
_TRANSLATED = re.compile(
    r"\(Translated by Google\)\s*(?P<first>\S.*?)\s*\(Original\).*|.+?\(Translated by Google\)\s*(?P<last>\S.*)",
    re.DOTALL,
)
# A line break that an export wrote as two signs; "C:\new" has none.
ESCAPED = re.compile(r"(?<![:\\\w])(?:\\r)?\\n|(?<=\w)(?:\\r)?\\n(?=\\|[\sA-Z]|$)")
_LONGEST_LINE = 600  # no line of a mail's frame is longer
_RULE = re.compile(r"[-_=*\s]*")
_CARD = 12  # lines of the longest card with a greeting above it
_LETTER = re.compile(r"[^\W_]")


def clean(text: str) -> str:
    r"""Return the customer's own words of a message.

    HTML becomes text; the mail that is answered (quoted lines, headers) and signatures are cut.
    A text is never emptied: where nothing would be left, it stays. A plain text with ``<3`` or
    ``a < b`` is not HTML and stays as it is, but for white space at its ends.

    Parameters
    ----------
    text : str
        The body of a message as it was exported.

    Returns
    -------
    str

    Examples
    --------
    >>> clean("Still too small!\n\nOn Mon, 3 Nov 2025 Shop <help@example.com> wrote:\n> Dear Ann")
    'Still too small!'
    >>> clean("<p>Where is it?</p><p>Sent from my iPhone</p>")
    'Where is it?'
    >>> clean("I <3 it, but 32 < 34")
    'I <3 it, but 32 < 34'
    """
    if is_html(text) or ("&" in text and is_html(text := without_entities(text))):
        text = html_to_text(text)
    if "=" in text and QUOTED_PRINTABLE.search(text):
        text = _printed(text)
    text = without_form(text.replace("\r\n", "\n").strip())
    if "(Translated by Google)" in text and (told := _TRANSLATED.fullmatch(text)):
        text = told["first"] or told["last"]
    if "\\n" in text and "\n" not in text:
        text = ESCAPED.sub("\n", text)
    lines = text.split("\n")
    lower = folded(text)
    framed = _MAY_FRAME(lower) and FRAME.search(text)
    kept = _without_history(lines) if framed else lines
    if "--" in text or MAY_DISCLAIM(lower) or MAY_CLOSE(lower):
        kept = _without_closing(kept)
    if MAY_NAME_DEVICE(lower):
        kept = _without_device(kept)
    return "\n".join(kept).strip() if kept != lines else text


def _without_history(lines: list[str]) -> list[str]:
    """Cut quoted lines and everything from the head of the mail that is answered."""
    kept: list[str] = []
    has_words = False
    skip_to = 0
    for at, line in enumerate(lines):
        if at < skip_to:
            continue
        head = _head_length(lines, at)
        if head:
            below = next((other for other in lines[at + head : at + head + 3] if other.strip()), "")
            if has_words and not _QUOTED.match(below):
                while kept and _RULE.fullmatch(kept[-1]):
                    kept.pop()
                break
            skip_to = at + head  # the answer stands below the quoted lines, or there is none
        elif not _QUOTED.match(line):
            kept.append(line)
            has_words = has_words or _LETTER.search(line) is not None
    return kept if has_words else lines


def _head_length(lines: list[str], at: int) -> int:
    """Return how many lines from ``at`` on are the head of a quoted mail."""
    line = lines[at]
    if not line or line.isspace() or len(line) > _LONGEST_LINE:
        return 0
    if _DIVIDER.match(line):
        return 1
    if _FROM.match(line):
        heads = 1
        while heads < 6 and at + heads < len(lines) and _HEADER.match(lines[at + heads][:80]):
            heads += 1
        return heads if heads >= 3 else 0
    if _NAMED.match(line):
        return 1
    for count in (1, 2, 3):
        if _is_wrote(lines[at : at + count]):
            # The last line alone may be the head, and the one before it the customer's.
            return count if count == 1 or not _is_wrote(lines[at + 1 : at + count]) else 0
    return 0


def _is_wrote(lines: list[str]) -> bool:
    joined = " ".join(map(str.strip, lines))
    return all(lines) and len(joined) <= _LONGEST_LINE and _WROTE.match(joined) is not None


def _without_closing(lines: list[str]) -> list[str]:
    """Cut what follows ``--``, a disclaimer, or a greeting with a card below it."""
    first = next((at for at, line in enumerate(lines) if _LETTER.search(line)), len(lines))
    for at in range(first + 1, len(lines)):
        signs = _SIGNATURE.match(lines[at]) and _is_card(lines, at + 1)
        if signs or _DISCLAIMER.match(lines[at][:_LONGEST_LINE]):
            lines = lines[:at]
            break
    for at in range(max(first + 1, len(lines) - _CARD), len(lines)):
        if _CLOSING.match(lines[at][:_LONGEST_LINE]) and _names_alone(lines, at + 1):
            return lines[:at]
    return lines


def _without_device(lines: list[str]) -> list[str]:
    """Cut the line that names the device."""
    kept = [*lines]
    for at in range(len(kept) - 1, max(-1, len(kept) - 12), -1):
        if kept[at].strip():
            line = kept[at]
            kept[at] = line[:-200] + _DEVICE.sub("", line[-200:])
    return kept if any(map(_LETTER.search, kept)) else lines


def _is_card(lines: list[str], at: int) -> bool:
    """Return whether the rest is a name and an address, not the letter going on after a rule."""
    return len(lines) - at <= 10 and all(len(line) <= 80 for line in lines[at:])


def _names_alone(lines: list[str], at: int) -> bool:
    """Return whether a card follows that says nothing of an order, and has more than a name."""
    rest = [line for line in lines[at:] if line.strip()]
    said = any(
        _NO_CARD.search(line) or (len(_PLAIN.findall(line)) > 1 and not _REACHED.search(line))
        for line in rest
    )
    return len(rest) > 1 and _is_card(lines, at) and not said


def _printed(text: str) -> str:
    """Return a mail's text out of the form in which it was sent (RFC 2045, section 6.7)."""
    try:
        return quopri.decodestring(text.encode()).decode()
    except UnicodeError:
        return text
