"""Columns that say that a message was never meant for, or never came from, the customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from convcat.conversations.roles import NO, YES, Role

# Names of columns, folded, that say it by yes or no.
_FLAGS: dict[str, tuple[frozenset[str], Role]] = {
    **dict.fromkeys(
        ("private", "is private", "internal", "is internal", "is note", "is internal note",
         "internal note", "is agent note", "private note", "note", "draft", "is draft"),
        (YES, "note"),
    ),
    **dict.fromkeys(("public", "is public", "comment public"), (NO, "note")),
    **dict.fromkeys(("automated", "is automated", "is automatic"), (YES, "bot")),
    **dict.fromkeys(("spam", "is spam", "marked as spam"), (YES, "spam")),
    **dict.fromkeys(("deleted", "is deleted"), (YES, "deleted")),
}  # fmt: skip
# Names of columns that say it by a word, and the words.
_KINDS = ("message type", "thread type", "part type", "content type", "entry type", "comment type", "type", "visibility")  # fmt: skip
_NOTES = frozenset({"note", "internal", "private", "agents", "agent only", "staff"})
_MODERATED = ("comment approved", "moderation status", "curated", "status")
_SPAM = frozenset({"spam", "trash"})
_ANYWHERE = frozenset({"spam", "deleted"})


def aside_columns(known: Mapping[str, str], used: Iterable[str], *, talk: bool) -> tuple[str, ...]:
    """Return the (folded) names of columns that may set a row aside.

    Parameters
    ----------
    known : mapping of str to str
        The columns by their folded names.
    used : iterable of str
        Columns that are taken for other fields.
    talk : bool
        Whether the rows are messages of customers and of the shop; reviews can only be spam
        or deleted.

    Examples
    --------
    >>> aside_columns({"private": "private", "body": "body"}, ["body"], talk=True)
    ('private',)
    """
    names = [name for name, (_, role) in _FLAGS.items() if talk or role in _ANYWHERE]
    names += [*(_KINDS if talk else ()), *_MODERATED]
    taken = set(used)
    return tuple(name for name in names if name in known and known[name] not in taken)


def aside_of(cell: str | None, name: str) -> Role | None:
    """Return what a cell makes of its row, or ``None`` where it says nothing of the kind.

    Parameters
    ----------
    cell : str or None
    name : str
        The column's folded name.

    Examples
    --------
    >>> aside_of("true", "private"), aside_of("f", "public"), aside_of("f", "private")
    ('note', 'note', None)
    >>> aside_of("INTERNAL_NOTE", "message type"), aside_of("spam", "comment approved")
    ('note', 'spam')
    """
    value = (cell or "").strip().lower()
    if not value:
        return None
    if name in _FLAGS:
        values, role = _FLAGS[name]
        return role if value in values else None
    if name in _MODERATED:
        return "spam" if value in _SPAM else None
    words = {value, *value.replace("-", "_").replace(" ", "_").split("_")}
    return None if _NOTES.isdisjoint(words) else "note"
