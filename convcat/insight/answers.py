"""What a reader wrote in the cells of one row: which needs it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from convcat.exceptions import did_you_mean
from convcat.insight.sheet_files import plain
from convcat.taxonomy import NONE, Taxonomy

_NOTHING = frozenset({NONE, "no", "no need", "no needs", "nothing"})
_SKIPPED = frozenset({
    *("?", "??", "???", "-", "--", "skip", "skipped", "unsure", "not sure", "unclear", "unknown"),
    *("n/a", "na", "#n/a", "don't know", "dont know", "can't tell", "cannot tell"),
})  # fmt: skip
_BETWEEN = re.compile(r"([;,|/+&\n]|\band\b|\s+)")
_AROUND = " \t\u00a0.,:;!'\"`()[]\u2018\u2019\u201c\u201d"


def names_of(needs: Sequence[str] | None) -> dict[str, str]:
    """Return what may stand in a sheet: ids, and the names that the codebook shows."""
    taxonomy = Taxonomy.load()
    ids = taxonomy.ids if needs is None else tuple(needs)
    named = {_even(need.name): need.id for need in taxonomy.needs if need.id in ids}
    return {**dict.fromkeys(_NOTHING, NONE), **named, **{_even(need): need for need in ids}}


def answer_of(cells: Iterable[Any], known: dict[str, str]) -> frozenset[str] | str | None:
    """Return the needs in the cells of one row.

    Parameters
    ----------
    cells : iterable
        Words, joined by any of ``; , | / + &``, "and" or a new line; or lists of words.
    known : dict of str to str
        What :func:`names_of` gave.

    Returns
    -------
    frozenset of str, str or None
        None where the row was left blank or skipped, and what is wrong where it says no needs.

    Examples
    --------
    >>> known = names_of(["wismo", "sizing"])
    >>> sorted(answer_of(["Wismo and sizing."], known)), answer_of(["unsure"], known)
    (['sizing', 'wismo'], None)
    >>> answer_of(["wismoo"], known)
    "'wismoo' is not a need of this taxonomy. Did you mean 'wismo'?"
    """
    found: set[str] = set()
    blank = True
    for cell in cells:
        listed = isinstance(cell, list | tuple)
        if listed and not cell:
            found.add(NONE)
            blank = False
        for part in cell if listed else [cell]:
            words = _even(plain(part))
            blank &= not words and not listed
            if words and (words in _SKIPPED or _skipped(plain(part))):
                return None
            meant = _needs_in(words, known)
            if isinstance(meant, str):
                return meant
            found |= meant
    if NONE in found and len(found) > 1:
        return f"it says {NONE!r} and a need, of which only one can be right."
    return None if blank or not found else frozenset(found - {NONE})


def _skipped(words: str) -> bool:
    return words.strip().casefold() in _SKIPPED


def _needs_in(words: str, known: dict[str, str]) -> set[str] | str:
    """Return the needs that words name: at each place the longest name that fits."""
    pieces = _BETWEEN.split(words)
    found, i = set(), 0
    while i < len(pieces):
        if i % 2 or not pieces[i].strip(_AROUND):
            i += 1
            continue
        for end in range(len(pieces), i, -1):
            need = known.get(_even("".join(pieces[i:end])))
            if need:
                found.add(need)
                i = end
                break
        else:
            # What stands up to the next mark, not its first word alone, was meant as one answer.
            rest = re.split(r"[;,|\n]", "".join(pieces[i:]))[0].strip(_AROUND)
            shown = repr(rest) if re.fullmatch(r"[\w-]{1,30}", rest) else "an answer"
            guess = did_you_mean(rest, known) if shown != "an answer" else ""
            return f"{shown} is not a need of this taxonomy.{guess}"
    return found


def _even(words: str) -> str:
    return re.sub(r"\s+", " ", words.strip(_AROUND).casefold())
