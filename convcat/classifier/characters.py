"""What each character counts as, fixed once and for every platform.

Reading a text begins with one table look-up per character: letters lose case and accents, digits
become one digit, apostrophes and invisible marks vanish, currency signs become one sign. The
table rests on Unicode 3.2, which Python carries frozen (``unicodedata.ucd_3_2_0``), so that it is
the same under every version of Python; what is newer or beyond it is ruled by ranges.
"""

from __future__ import annotations

import functools
from unicodedata import ucd_3_2_0 as unicode

import numpy as np
import numpy.typing as npt

DROP, SPACE, PUNCTUATION, WORD, SYMBOL = range(5)
"""Kinds: vanishes, white space, other separator, part of a word, a word of its own."""

BETWEEN = "\x1e"
"""Stands between texts that :func:`fold` reads together; a kind of white space, were it in one."""

OTHER, AT, GAP, END = range(4)
"""Folded bytes of what parts words: white space is GAP, ``BETWEEN`` is END."""
ODD_WORD, ODD_SYMBOL = 0x80, 0x81
"""Folded bytes of characters whose folded code is no byte."""

_END = 0x3000  # above, characters are ruled by ranges
_APOSTROPHES = "'\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032"
_DIGIT, _MONEY = ord("0"), ord("$")


@functools.cache
def tables() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Return the folded code and the kind of every character below U+3000."""
    fold = np.zeros(_END, dtype=np.uint32)
    kind = np.zeros(_END, dtype=np.uint8)
    for code in range(_END):
        fold[code], kind[code] = _rule(chr(code))
    return fold, kind


def _rule(char: str) -> tuple[int, int]:
    if char in _APOSTROPHES:
        return 0, DROP
    category = unicode.category(char)
    if char.isspace() or category in ("Cc", "Zs", "Zl", "Zp"):
        return 0, SPACE
    if category in ("Mn", "Me", "Cf"):
        return 0, DROP
    if char in "!?":
        return ord(char), SYMBOL
    if category == "Sc":
        return _MONEY, SYMBOL
    if category[0] == "N":
        return _DIGIT, WORD
    if category[0] in "LM":
        base = unicode.normalize("NFKD", char)[0].lower()[0]
        return ord(base), WORD
    if 0x2600 <= ord(char) < 0x27C0 or 0x2B00 <= ord(char) < 0x2C00:  # hearts, crosses, stars
        return ord(char), SYMBOL
    return 0, PUNCTUATION


def look_up(
    codes: npt.NDArray[np.uint8] | npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    r"""Return the folded code and the kind of each code point.

    Parameters
    ----------
    codes : ndarray of uint8 or uint32
        Code points.

    Returns
    -------
    fold : ndarray of uint32
        The folded code; meaningless where the kind is not WORD or SYMBOL.
    kind : ndarray of uint8

    Examples
    --------
    >>> fold, kind = look_up(np.array([ord(c) for c in "Né 7’!"], dtype=np.uint32))
    >>> "".join(map(chr, fold)), kind.tolist()
    ('ne\x000\x00!', [3, 3, 1, 3, 0, 4])
    """
    fold_of, kind_of = tables()
    if codes.dtype == np.uint8:
        return fold_of[codes], kind_of[codes]
    at = np.minimum(codes, np.uint32(_END - 1))
    fold, kind = fold_of[at], kind_of[at]
    high = np.flatnonzero(codes >= _END)
    if high.size:
        fold[high], kind[high] = codes[high], _kind_of_high(codes[high].astype(np.uint32))
    return fold, kind


@functools.cache
def _bytes() -> tuple[bytes, bytes]:
    """Return the folded byte of each byte that :func:`fold` may meet, and the bytes that vanish."""
    codes, kinds = tables()
    table = bytearray(256)
    for code in range(128):
        if kinds[code] in (WORD, SYMBOL):
            table[code] = int(codes[code])
        elif kinds[code] == SPACE:
            table[code] = GAP
    table[ord("@")], table[ord(BETWEEN)] = AT, END
    table[ODD_WORD], table[ODD_SYMBOL] = ODD_WORD, ODD_SYMBOL
    return bytes(table), bytes(code for code in range(128) if kinds[code] == DROP)


def fold(joined: str) -> tuple[bytes, npt.NDArray[np.uint32]]:
    r"""Return one byte per character that does not vanish: its folded code, or what it stands for.

    Bytes from "!" are characters of words and symbols, those below part words.

    Parameters
    ----------
    joined : str

    Returns
    -------
    folded : bytes
    odd : ndarray of uint32
        The folded codes of the characters that are ODD_WORD or ODD_SYMBOL, in their order.

    Examples
    --------
    >>> folded, odd = fold("Né 7’!我")
    >>> folded, chr(odd[0])
    (b'ne\x020!\x80', '我')
    """
    table, dropped = _bytes()
    if joined.isascii():
        return joined.encode("ascii").translate(table, dropped), np.zeros(0, dtype=np.uint32)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    high = np.flatnonzero(codes > 127)
    own, kind = look_up(codes[high])
    same, same_kind = look_up(own)  # most are written as an ASCII letter, digit or sign is
    odd = (kind >= WORD) & ~((own < 128) & (same == own) & (same_kind == kind))
    bytes_of_kinds = np.array([ord("'"), ord(" "), ord("-"), 0, 0], dtype=np.uint8)
    stand_in = np.where(kind >= WORD, own, bytes_of_kinds[kind]).astype(np.uint8)
    stand_in[odd] = np.where(kind[odd] == WORD, ODD_WORD, ODD_SYMBOL)
    narrow = codes.astype(np.uint8)
    narrow[high] = stand_in
    return narrow.tobytes().translate(table, dropped), own[odd]


def _kind_of_high(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """Rule the characters from U+3000: scripts are words, emoji are words of their own."""
    kind = np.full(codes.shape, WORD, dtype=np.uint8)

    def rule(first: int, last: int, value: int) -> None:
        kind[(codes >= first) & (codes <= last)] = value

    rule(0x3000, 0x3000, SPACE)
    rule(0x3001, 0x3004, PUNCTUATION)
    rule(0x3008, 0x3020, PUNCTUATION)
    rule(0xD800, 0xF8FF, PUNCTUATION)  # surrogates, private use
    rule(0xFE00, 0xFE0F, DROP)  # variation selectors
    rule(0xFE10, 0xFE6F, PUNCTUATION)
    rule(0xFEFF, 0xFEFF, DROP)
    rule(0xFF00, 0xFF0F, PUNCTUATION)
    rule(0xFF1A, 0xFF20, PUNCTUATION)
    rule(0xFFF0, 0xFFFF, PUNCTUATION)
    rule(0x1F000, 0x1FAFF, SYMBOL)
    rule(0x1F3FB, 0x1F3FF, DROP)  # skin tones
    rule(0xE0000, 0x10FFFF, DROP)  # tags, private planes
    return kind
