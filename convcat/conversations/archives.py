"""Archives of exports: the dumps that a zip file holds, each read where it lies."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from typing import Any, BinaryIO, cast

from convcat.exceptions import InputError

DAMAGE = (OSError, EOFError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, NotImplementedError)
"""What is raised by packed files that are damaged, or packed in a way that Python does not know."""

_DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype", "Index/Document.iwa"})
_LOCKED = 1  # the flag of a member that asks for a password


def members_of(raw: BinaryIO, name: str) -> list[str] | None:
    """Return the names of the files in a zip archive.

    Parameters
    ----------
    raw : file object
        What may be an archive, from its start.
    name : str
        How it is called in messages.

    Returns
    -------
    list of str or None
        ``None`` if it is no archive, or a document (an Excel file is a zip archive as well).

    Raises
    ------
    InputError
        If it is damaged, locked with a password, or holds another archive.
    """
    if raw.read(4) not in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return None
    raw.seek(0)
    try:
        with zipfile.ZipFile(raw) as archive:
            members = archive.infolist()
    except (*DAMAGE, ValueError) as error:
        if name.lower().endswith(".zip"):
            raise InputError(f"{name} is a damaged archive ({_said(error)}).") from None
        return None
    if _DOCUMENTS & {member.filename for member in members}:
        return None
    if any(member.flag_bits & _LOCKED for member in members):
        raise InputError(f"{name} is locked with a password: unpack it and name the files in it.")
    names = [member.filename for member in members if member.filename.rstrip("/")]
    if len(set(names)) < len(names):
        twice = next(one for one in names if names.count(one) > 1)
        raise InputError(
            f"{name} holds two files of the name {twice!r}: unpack it and name the files in it."
        )
    if inner := next((one for one in names if one.lower().endswith(".zip")), None):
        raise InputError(
            f"{name} holds another archive, {inner!r}: unpack it and name the files in it."
        )
    return [one for one in names if not one.endswith("/")]


def open_member(file: Any, member: str, name: str) -> BinaryIO:
    """Return a stream of one file of an archive.

    Parameters
    ----------
    file : path or file object
    member : str
    name : str
        How it is called in messages.

    Raises
    ------
    InputError
        If it is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:  # the stream keeps the file open
            return cast("BinaryIO", archive.open(member))
    except (*DAMAGE, RuntimeError, KeyError, ValueError) as error:
        raise InputError(f"{name} cannot be unpacked ({_said(error)}).") from None


def _said(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:120].rstrip(".") or type(error).__name__
