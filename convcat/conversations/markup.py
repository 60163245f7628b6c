"""Turns the HTML body of a mail into text.

A scanner of its own rather than ``html.parser``: mail is seldom well-formed, and every release of
the parser has had inputs on which its time grows with the square of the length. Here each tag is
met once.
"""

from __future__ import annotations

import html
import re

_BLOCKS = frozenset(
    ["address", "article", "aside", "br", "center", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"]
)  # fmt: skip
_INLINE = frozenset(
    ["a", "abbr", "acronym", "b", "base", "big", "body", "button", "caption", "cite", "code", "col", "colgroup", "del", "em", "font", "html", "i", "img", "input", "ins", "kbd", "label", "link", "map", "mark", "meta", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "wbr"]
)  # fmt: skip
_OFFICE = frozenset({"o", "v", "w", "x", "m", "st1", "st2"})
_HIDDEN = frozenset({"head", "script", "style", "title", "noscript", "svg", "template"})
TAGS = _BLOCKS | _INLINE | _HIDDEN | {"blockquote"}
"""Names of the tags that make a text HTML."""

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*)(?=[\s/>])[^<>]*>|<[!?][^<>]*>")
ENTITY = re.compile(
    r"&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|pound|euro);",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LINES = re.compile(r" *\n[ \n]*")


def is_html(text: str) -> bool:
    """Return whether a text is marked up: it holds a tag of HTML, not just ``<3`` or ``a < b``."""
    return "<" in text and any(
        match.group(2) and _name(match) in TAGS for match in _TAG.finditer(text)
    )


def without_entities(text: str) -> str:
    """Return a text with the marks that HTML writes for signs as these signs.

    Examples
    --------
    >>> without_entities("Q&A: too small &amp; late, it&#39;s")
    "Q&A: too small & late, it's"
    """
    return html.unescape(text).replace("\u00a0", " ") if ENTITY.search(text) else text


def html_to_text(markup: str) -> str:
    r"""Return the text that a reader of an HTML mail sees, without the mail that it answers.

    Styles, scripts and quoted history (``<blockquote>``) are left out, unless nothing else is
    there. A tag that HTML does not know is text.

    Parameters
    ----------
    markup : str
        The body of a mail.

    Returns
    -------
    str

    Examples
    --------
    >>> html_to_text("<style>p {}</style><p>Too small &amp; late<br>Ann</p>")
    'Too small & late\nAnn'
    >>> html_to_text("<div>Still no answer</div><blockquote>Dear Ann, ...</blockquote>")
    'Still no answer'
    """
    markup = _without_comments(markup)
    own = _visible(markup, _HIDDEN | {"blockquote"})
    return own or _visible(markup, _HIDDEN)


def _name(match: re.Match[str]) -> str:
    name = match.group(2).lower()
    # Office's own tags are of one kind; a link in angle brackets is none.
    return "o:p" if ":" in name and name.split(":")[0] in _OFFICE else name


def _visible(markup: str, hidden: frozenset[str]) -> str:
    pieces: list[str] = []
    inside: list[str] = []  # hidden elements that are open
    at = 0
    for match in _TAG.finditer(markup):
        name = _name(match) if match.group(2) else ""
        if name and name not in TAGS:
            continue
        if not inside:
            pieces.append(_SPACE.sub(" ", markup[at : match.start()]))
            if name in _BLOCKS or name == "blockquote":
                pieces.append("\n")
        at = match.end()
        if name in hidden:
            if not match.group(1):
                inside.append(name)
            elif name in inside[-1:]:
                inside.pop()
    # A hidden element that is never closed hides nothing: a cut mail must not lose its words.
    if inside:
        return _visible(markup, frozenset(hidden) - set(inside))
    pieces.append(_SPACE.sub(" ", markup[at:]))
    text = html.unescape("".join(pieces)).replace("\u00a0", " ")
    return _LINES.sub("\n", text).strip()


def _without_comments(markup: str) -> str:
    pieces: list[str] = []
    at = 0
    while (start := markup.find("<!--", at)) >= 0:
        end = markup.find("-->", start + 4)
        if end < 0:
            break
        pieces.append(markup[at:start])
        at = end + 3
    pieces.append(markup[at:])
    return "".join(pieces)
