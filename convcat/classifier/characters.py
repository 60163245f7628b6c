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
