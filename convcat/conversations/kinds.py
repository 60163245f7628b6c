"""Whether the rows of a file are reviews, or what customers wrote to support."""

from __future__ import annotations

from collections.abc import Mapping

from convcat.conversations.doubts import REVIEW_WORDS
from convcat.conversations.found import Found
from convcat.conversations.headers import Platform, folded


def kind_of(
    platform: Platform | None, fields: Mapping[str, Found], known: Mapping[str, str]
) -> str:
    """Return "review" or "support", by the export, by what was found, by words of the header.

    Parameters
    ----------
    platform : Platform or None
    fields : mapping of str to Found
        What was found, by canonical name; the text is.
    known : mapping of str to str
        The columns by their folded names.

    Examples
    --------
    >>> text = {"text": Found(("Comment",), "its name says so", "sure")}
    >>> kind_of(None, text, {}), kind_of(None, {**text, "rating": text["text"]}, {})
    ('support', 'review')
    """
    if platform is not None:
        return platform.kind
    if "role" in fields or "csat" in fields:
        return "support"
    words = {word for column in known for word in column.split()}
    talk = "conversation" in fields or "channel" in fields
    if "rating" not in fields:  # reviews without stars that can be read
        said = set(folded(fields["text"].columns[0]).split())
        return "review" if said & {"review", "reviews"} and not talk else "support"
    return "support" if talk and not words & REVIEW_WORDS else "review"
