"""Makes a stranger's text harmless where it is shown: in a spreadsheet, a terminal.

The words of customers and the names of columns come from outside. A cell that begins with ``=``
is a program to a spreadsheet (OWASP, "CSV Injection"), an escape sequence is a command to a
terminal, an override of the writing direction makes a reader see what is not there
(CVE-2021-42574), and half a surrogate pair cannot be written as UTF-8 at all.
"""

from __future__ import annotations

import re
from typing import Any

# What a spreadsheet takes for the start of a formula, also after white space and full width.
_FORMULA = re.compile("[\\s\0\u200b-\u200f\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

_DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Sequences that command a terminal: CSI ... letter; OSC, DCS, SOS, PM, APC ... end; ESC letter.
_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])(?:[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\\\|\x9c))?"
    "|\x1b[ -/]*[0-~]?"
)
_CONTROL = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f{_DIRECTION}\u2028\u2029\ud800-\udfff]")
_BREAK = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")


def spreadsheet_safe(value: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula.

    A text that would start a formula gets a leading ``'``, and so does one that begins with ``'``
    before such a text, so that :func:`from_spreadsheet` gives back every value exactly. Plain
    numbers stay numbers.

    Parameters
    ----------
    value : str
        The text of a cell or a header.

    Returns
    -------
    str

    Examples
    --------
    >>> spreadsheet_safe("=HYPERLINK(1)"), spreadsheet_safe("-3.5"), spreadsheet_safe("size 8")
    ("'=HYPERLINK(1)", '-3.5', 'size 8')
    """
    return f"'{value}" if _needs_mark(value.lstrip("'")) else value


def spreadsheet_cell(value: Any) -> Any:
    """Return any value as a cell of CSV: text made safe, a list joined by ``;``, the rest as it is.

    Parameters
    ----------
    value : object

    Returns
    -------
    object

    Examples
    --------
    >>> [spreadsheet_cell(value) for value in ("=1+1", ["wismo", "delay"], 0.5, None)]
    ["'=1+1", 'wismo;delay', 0.5, None]
    """
    if isinstance(value, list | tuple):
        value = ";".join(map(str, value))
    return spreadsheet_safe(value) if isinstance(value, str) else value


def from_spreadsheet(value: str) -> str:
    """Return the value that :func:`spreadsheet_safe` was given.

    Parameters
    ----------
    value : str
        The text of a cell.

    Returns
    -------
    str

    Examples
    --------
    >>> from_spreadsheet("'=1+1"), from_spreadsheet("'tis fine")
    ('=1+1', "'tis fine")
    """
    return value[1:] if value[:1] == "'" and _needs_mark(value.lstrip("'")) else value


def _needs_mark(value: str) -> bool:
    return _FORMULA.match(value) is not None and _NUMBER.fullmatch(value) is None


def terminal_safe(text: str, *, one_line: bool = False) -> str:
    r"""Return text that cannot command a terminal.

    Escape sequences and overrides of the writing direction are removed, other control characters
    become U+FFFD. Tabs and line breaks stay, unless ``one_line`` asks for a space.

    Parameters
    ----------
    text : str
        A stranger's text.
    one_line : bool, default False
        Put a space for each run of line breaks and tabs.

    Returns
    -------
    str

    Examples
    --------
    >>> terminal_safe("\x1b[31mred\x1b[0m \x1b]0;title\x07text")
    'red text'
    >>> terminal_safe("two\nlines", one_line=True)
    'two lines'
    """
    text = _SEQUENCE.sub("", text)
    if one_line:
        text = _BREAK.sub(" ", text)
    return _CONTROL.sub(_visible, text.replace("\r\n", "\n"))


def _visible(match: re.Match[str]) -> str:
    char = match.group()
    if char in "\u2028\u2029":
        return "\n"
    return "" if char in _DIRECTION else "\ufffd"
