"""Finds the encoding of a text file by trying, over the whole file."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from convcat.conversations.archives import DAMAGE
from convcat.conversations.sources import Source
from convcat.exceptions import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_ESCAPED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
_UNDEFINED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})  # bytes that cp1252 gives no character


# What UTF-8 looks like to a program that takes it for Windows text: quotes, dashes, accents.
_TWICE = re.compile(
    "\u00e2\u20ac[\u2122\u02dc\u0153\x9d\u201c\u201d\u00a6\u00a2]|\u00c3[\u0080-\u00bf\u20ac\u0192\u2013-\u2122]"
)


def is_twice_encoded(sample: str) -> bool:
    """Return whether text was taken for Windows text once too often and written as UTF-8 again.

    Examples
    --------
    >>> is_twice_encoded("It\u2019s late".encode().decode("cp1252")), is_twice_encoded("It\u2019s late")
    (True, False)
    """
    return not sample.isascii() and _TWICE.search(sample) is not None


def once_encoded(cell: str) -> str:
    """Return what a cell says that was encoded twice; any other stays.

    Examples
    --------
    >>> once_encoded("It\u2019s late".encode().decode("cp1252")) == "It\u2019s late"
    True
    """
    if cell.isascii() or not is_twice_encoded(cell):
        return cell
    try:
        return b"".join(_byte(char) for char in cell).decode("utf-8")
    except UnicodeError:
        return cell


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")  # the five bytes that cp1252 has no character for


def find_encoding(source: Source) -> str:
    """Return the encoding of a source: UTF-8, UTF-16 or Windows' cp1252.

    A file that is UTF-8 but for a few bytes is broken and refused with the line; one in which no
    character beyond ASCII is UTF-8 is taken for cp1252.

    Raises
    ------
    InputError
        If the file is broken UTF-8, or no text at all.
    """
    head = source.head(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name if name != "utf-8-sig" else _utf8_or(source, "utf-8-sig")
    if unmarked := _utf16_without_mark(head):
        return unmarked
    return _utf8_or(source, "utf-8")


def _utf16_without_mark(head: bytes) -> str | None:
    """Every second byte of Western text in UTF-16 is zero."""
    half = len(head) // 2
    if half < 4:
        return None
    if head[1::2].count(0) > 0.8 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.8 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _utf8_or(source: Source, name: str) -> str:
    with source.open() as stream:
        try:
            if _is_sound(stream):
                return name
        except DAMAGE as error:
            raise InputError(f"{source.name} cannot be unpacked ({error}).") from None
    with source.open() as stream:
        broken = _survey(stream)
    if broken.whole >= broken.wrong or name == "utf-8-sig":
        raise InputError(
            f"{source.name} is UTF-8 with a broken character in line {broken.line:,} "
            f"(byte 0x{broken.byte:02X}): export it again as UTF-8, or mend that line."
        )
    if broken.undefined:
        raise InputError(
            f"{source.name} is neither UTF-8 nor Windows text (see line {broken.line:,}, "
            f"byte 0x{broken.byte:02X}): export it again as UTF-8."
        )
    return "cp1252"


def _is_sound(stream: BinaryIO) -> bool:
    rest = b""
    while block := stream.read(_BLOCK):
        whole = rest + block
        # The last character may go on in the next block; it begins at most four bytes from the end.
        last = (n for n in range(1, min(len(whole), 4) + 1) if whole[-n] & 0xC0 != 0x80)
        end = len(whole) - next(last, 0)
        if not _is_utf8(whole[:end]):
            return False
        rest = whole[end:]
    return _is_utf8(rest)


def _is_utf8(block: bytes) -> bool:
    try:
        pa.array([block], pa.binary()).cast(pa.string())  # eight times as fast as decoding it
    except pa.ArrowInvalid:
        return False
    return True


@dataclass
class _Broken:
    """Broken and whole characters beyond ASCII, and where the first broken one stands."""

    wrong: int = 0
    whole: int = 0
    undefined: int = 0
    line: int = 0
    byte: int = 0


def _survey(stream: BinaryIO) -> _Broken:
    # Python turns a byte 0xNN that is not UTF-8 into U+DCNN, which no sound text holds.
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    found, lines = _Broken(), 0
    while block := stream.read(_BLOCK):
        lines += _count(decoder.decode(block), found, lines)
    _count(decoder.decode(b"", final=True), found, lines)
    return found


def _count(text: str, found: _Broken, lines: int) -> int:
    if text.isascii():
        return text.count("\n")
    wrong = _ESCAPED.findall(text)
    if wrong and not found.wrong:
        found.line = lines + text.count("\n", 0, text.index(wrong[0])) + 1
        found.byte = ord(wrong[0]) - 0xDC00
    found.wrong += len(wrong)
    found.undefined += sum(ord(char) - 0xDC00 in _UNDEFINED for char in wrong)
    found.whole += len(_BEYOND_ASCII.findall(text))
    return text.count("\n")
