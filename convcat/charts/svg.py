"""SVG as text: elements whose attributes and words are always escaped."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup, escape

from convcat.files import unwritable, write_whole

# Bidirectional controls can make a line read other than it is written; a lone surrogate cannot be
# stored as UTF-8; control characters and non-characters may not stand in XML at all.
_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_BROKEN = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def plain(value: object) -> str:
    r"""Return any value as one line of text that shows what it says.

    Control characters become spaces, direction overrides go, lone surrogates become ``\ufffd``.
    Markup is left as it is: escaping belongs to the place where the text is written.

    Examples
    --------
    >>> plain("blue\u202e\tdress\x00")
    'blue dress'
    >>> plain(None)
    ''
    """
    if value is None:
        return ""
    text = _BROKEN.sub("\ufffd", _UNSEEN.sub("", str(value)))
    return _CONTROL.sub(" ", text).strip()


def shorten(text: str, most: int) -> str:
    """Return the text on one line, cut with an ellipsis where it is longer than ``most``.

    Examples
    --------
    >>> shorten("Harbour jacket", 10)
    'Harbour j\u2026'
    """
    line = plain(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "\u2026"


class Picture(Markup):
    """An SVG picture: a string that notebooks show and that can be written to a file."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)

    def write_svg(self, path: str | Path) -> Path:
        """Write the picture to a file, all of it or nothing.

        Parameters
        ----------
        path : str or path

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        OutputError
            If it cannot be written there.
        """
        target = Path(path)
        try:
            write_whole(target, f"{self}\n".encode())
        except OSError as error:
            raise unwritable(target, error, what="the picture") from None
        return target


def number(value: float) -> str:
    """Return a coordinate with at most two decimals: ``12.5``, ``3``."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def element(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return an element; ``stroke_width`` becomes ``stroke-width``, ``None`` is left out.

    Examples
    --------
    >>> str(element("text", "a < b", x=1.5, text_anchor="end"))
    '<text x="1.5" text-anchor="end">a &lt; b</text>'
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(
            key.rstrip("_").replace("_", "-"),
            number(value) if isinstance(value, int | float) else plain(value),
        )
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(
        child if isinstance(child, Markup) else escape(plain(child)) for child in children
    )
    if not children:
        return Markup("<{}{}/>").format(Markup(name), written)  # noqa: S704 - our own names
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inner)  # noqa: S704


def picture(
    *children: str, title: str, desc: str = "", **attributes: str | float | None
) -> Picture:
    """Return an ``<svg>`` that a screen reader announces as one image.

    An empty title makes it decoration: hidden from screen readers, for pictures whose figures
    stand in words beside them.
    """
    said = [element("title", title)] if title else []
    if desc:
        said.append(element("desc", desc))
    role: dict[str, str | float | None] = (
        {"role": "img"} if title else {"aria_hidden": "true", "focusable": "false"}
    )
    return Picture(element("svg", *said, *children, **role, **attributes))
