"""Mails that a shop's contact form writes: the customer's words are one of its fields."""

from __future__ import annotations

import re

# Shopify's own: a sentence, then "Name:" above the name, and so on.
_OPENS = re.compile(
    r"\s*you(?:'ve| have)? received a new message from your (?:online )?(?:store|shop|website|site)'?s? contact form\W*",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"^[ \t]*(?:comments?|body|(?:your |customer )?message|(?:your )?question|how can we help(?: you)?\??)[ \t]*:[ \t]*(?:\n|(?=\S))",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(r"^[A-Z][\w /()'-]{1,40}:[ \t]*$", re.MULTILINE)
_TITLE = re.compile(
    r"(?:re: ?|fwd?: ?)*(?:new customer message on \w{3,9} \d{1,2}, \d{4} at \d{1,2}:\d\d ?[ap]m"
    r"|conversation with [^\W\d_][\w'.-]{0,30}(?: [^\W\d_][\w'.-]{0,30}){0,3})\s*",
    re.IGNORECASE,
)


def without_form(text: str) -> str:
    r"""Return the customer's words of a contact form's mail; another text stays as it is.

    Examples
    --------
    >>> head = "You received a new message from your online store's contact form.\n\n"
    >>> without_form(head + "Name:\nAnn\n\nComment:\nToo small.\n")
    'Too small.'
    >>> without_form("Too small.")
    'Too small.'
    """
    if _OPENS.match(text) is None or (found := _SAID.search(text)) is None:
        return text
    said = text[found.end() :]
    after = _FIELD.search(said)
    words = (said[: after.start()] if after else said).strip()
    return words or text


def is_form_title(title: str | None) -> bool:
    """Return whether a program gave a mail or a chat its title, from a date or a name.

    Examples
    --------
    >>> is_form_title("New customer message on April 1, 2026 at 10:00 am"), is_form_title("Hi")
    (True, False)
    """
    return bool(title and len(title) < 200 and _TITLE.fullmatch(title))
