"""Strings for the section on data and method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convcat.reporting import figures as say
from convcat.tagged import STATUSES


def account(rows: Mapping[str, Any]) -> str:
    """Say what became of every row, in one sentence.

    Examples
    --------
    >>> account({"read": 1200, "joined": 0, "conversations": 1200, "filtered": {"5 stars": 200}})
    '1,200 rows read; 1,200 conversations; left out: 200 (5 stars)'
    >>> account({"read": 9, "filtered": {"4 stars (only 2 are read)": 3, "5 stars (only 2 are read)": 2}})
    '9 rows read; left out (only 2 are read): 3 (4 stars) and 2 (5 stars)'
    """
    told = []
    for key, words in (
        ("read", "rows read"),
        ("joined", "joined to their conversation"),
        ("conversations", "conversations"),
        ("duplicates", "duplicates"),
        ("kept", "kept"),
    ):
        if isinstance(n := rows.get(key), int) and (n or key == "read"):
            told.append(f"{say.number(n)} {words}")
    for key, words in (
        ("set_aside", "set aside"),
        ("filtered", "left out"),
        ("unread", "not read"),
    ):
        if isinstance(reasons := rows.get(key), Mapping) and reasons:
            named = {STATUSES.get(why, str(why)): n for why, n in reasons.items()}
            shared, short = _shared(list(named))
            listed = [
                f"{say.number(n)} ({why})" for why, n in zip(short, named.values(), strict=True)
            ]
            told.append(f"{words}{f' ({shared})' if shared else ''}: {say.listing(listed)}")
    return "; ".join(told)


def _shared(reasons: list[str]) -> tuple[str, list[str]]:
    """Return the bracket that all reasons end with, where they do, and the reasons without it."""
    cut = [reason.removesuffix(")").partition(" (") for reason in reasons]
    ends = {end for _, _, end in cut}
    if len(reasons) < 2 or len(ends) > 1 or "" in ends:
        return "", reasons
    return ends.pop(), [start for start, _, _ in cut]


def mapping(files: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return per file which of its columns became which of ours.

    Examples
    --------
    >>> mapping({"may.csv": {"text": {"columns": ["Title", "Body"]}, "time": "Created"}})
    [('may.csv', 'text from Title and Body; time from Created')]
    """
    told = []
    for file, found in files.items():
        if not isinstance(found, Mapping):
            continue
        columns = []
        for ours, one in found.items():
            theirs = one.get("columns") if isinstance(one, Mapping) else one
            theirs = [theirs] if isinstance(theirs, str) else list(theirs or ())
            if theirs:
                columns.append(f"{ours} from {say.listing([str(name) for name in theirs])}")
        told.append((str(file), "; ".join(columns)))
    return told
