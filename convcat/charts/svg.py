"""SVG as text: elements whose attributes and words are always escaped."""

from __future__ import annotations

import html
import re
from pathlib import Path

from markupsafe import Markup, escape

from convcat.exceptions import OutputError
from convcat.files import unwritable, write_whole

XMLNS = "http://www.w3.org/2000/svg"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_INK, _WIDTH = "#1b2026", 720
_THEMED = re.compile(r"var\(--[\w-]+, ([^()]+)\)")

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

    def __repr__(self) -> str:
        title = str(self).partition("<title>")[2].partition("</title>")[0]
        return f"Picture({html.unescape(title)!r})"

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
        return _written(Path(path), f"{self.alone()}\n".encode())

    def write_png(self, path: str | Path, *, scale: float = 2.0) -> Path:
        """Write the picture as pixels, for slides: all of it or nothing.

        Parameters
        ----------
        path : str or path
        scale : float, default 2.0
            Pixels per unit of the picture.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        OutputError
            If it cannot be written there, or what draws it is not installed.
        """
        try:
            import resvg_py
        except ImportError:
            raise OutputError(
                "Pictures as PNG need resvg: pip install 'convcat[png]', or write an SVG."
            ) from None
        drawn = resvg_py.svg_to_bytes(svg_string=str(self.alone()), zoom=scale, background="white")
        return _written(Path(path), bytes(drawn))

    def alone(self) -> Picture:
        """Return the picture as it stands outside a page: light colours, a size of its own.

        Examples
        --------
        >>> row = picture(element("rect", fill="var(--cc-main, #1b5e8c)"), title="", width="100%")
        >>> print(row.alone()[-28:])
        <rect fill="#1b5e8c"/></svg>
        """
        head, end, rest = str(self).partition(">")
        head = head.replace(' width="100%"', f' width="{_WIDTH}"').replace(
            ' overflow="visible"', ""
        )
        if " xmlns=" not in head:
            head = head.replace("<svg", f'<svg xmlns="{XMLNS}" font-family="{FONT}"', 1)
        light = _THEMED.sub(r"\1", f"{head}{end}{rest}").replace('"currentColor"', f'"{_INK}"')
        return Picture(light)


def _written(path: Path, content: bytes) -> Path:
    try:
        write_whole(path, content)
    except OSError as error:
        raise unwritable(path, error, what="the picture") from None
    return path


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
