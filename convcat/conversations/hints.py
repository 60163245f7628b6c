"""Which of many texts are worth a closer look, asked of all of them at once.

Most texts hold no trace of a mail's frame, of a machine or of a sale. A linear automaton
(:mod:`convcat.patterns`) goes over a batch in a fraction of the time that asking each one takes;
it may let a text through too many, never one too few.
"""

from __future__ import annotations

import functools
import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.conversations import automatic, cleaning, pitches
from convcat.conversations.cleaning import clean
from convcat.conversations.markup import ENTITY, TAGS
from convcat.conversations.rows import strings
from convcat.patterns import FOREIGN, any_of, holds, widened

Bools = npt.NDArray[np.bool_]

_ENDS = r"\A\z|\A[^!-~]|[^!-~]\z"  # nothing said, or perhaps blanks at an end
# Letters that Python alone takes for i, and those it takes for s and k at the edge of a word.
_FOLDED = "(?-i:[\u0130\u0131\u017f\u212a])"
_BEYOND = f"{FOREIGN}|{_FOLDED}"
_FEW = 64  # texts that are looked at sooner one by one


def cleaned(texts: pa.Array) -> pa.Array:
    """Return what :func:`~convcat.conversations.cleaning.clean` makes of each text.

    Parameters
    ----------
    texts : pyarrow.Array of string

    Returns
    -------
    pyarrow.Array
        Null where nothing is left.

    Examples
    --------
    >>> cleaned(pa.array(["Too small!  ", None, "<p>Where is it?</p>"])).to_pylist()
    ['Too small!', None, 'Where is it?']
    """
    framed = np.ones(len(texts), bool) if len(texts) < _FEW else holds(texts, _frame())
    said = texts.filter(pa.array(framed)).to_pylist()
    own = strings([(text and clean(text)) or None for text in said])
    return pc.replace_with_mask(texts, pa.array(framed), own)


def may_be_no_customers(texts: pa.Array) -> tuple[Bools, Bools]:
    """Return which texts a machine may have written, and which may want to sell something."""
    machine, sale = np.ones(len(texts), bool), np.ones(len(texts), bool)
    if len(texts) < _FEW:
        return machine, sale
    machine, sale = holds(texts, _top()), np.zeros(len(texts), bool)
    rows = np.flatnonzero(holds(texts, _traces()))
    some = texts.take(pa.array(rows))
    beyond = holds(some, _BEYOND)
    machine[rows] |= beyond | holds(some, _machine())
    sale[rows] = beyond | ~holds(some, _bought())
    return machine, sale


@functools.cache
def _frame() -> str:
    words = (
        *cleaning.MAY_NAME_DEVICE.words,
        *cleaning.MAY_DISCLAIM.words,
        *cleaning.MAY_CLOSE.words,
        "\r",
        "--",
        "contact form",
        "\\n",
        "(translated by google)",
    )
    frame = cleaning.FRAME.pattern.replace(r":[ \t]*$", r":\s*$")  # blanks at the end go first
    tag = widened(rf"</?(?:{any_of(sorted(TAGS))}|[a-z0-9]+:[a-z0-9:]*)[\s/>]", beyond=True)
    parts = [f"(?m:{widened(frame, beyond=True)})", tag, widened(ENTITY.pattern)]
    parts += [widened(cleaning.QUOTED_PRINTABLE.pattern), any_of(words)]
    return "|".join([_ENDS, *parts, _FOLDED])


@functools.cache
def _top() -> str:
    """Return how a text begins that a machine wrote."""
    top = (automatic.MACHINE, automatic.CLICK, automatic.RECEIPT)
    return rf"\A(?:{_anywhere(*top)})"


@functools.cache
def _traces() -> str:
    """Return the words of which some are in whatever is looked at more closely."""

    def word(words: frozenset[str]) -> str:
        return rf"\b(?:{any_of(words)})\b"

    # One rare word of the trade is none without another.
    alone = word(pitches.SELDOM | pitches.LURES | pitches.BAITS)
    rare, others = word(pitches.RARE), word(pitches.RARE | pitches.COMMON)
    two = rf"{rare}(?s:.*){others}|{word(pitches.COMMON)}(?s:.*){rare}"
    return rf"{alone}|{two}|\b(?:{automatic.TRACES})|{_BEYOND}"


@functools.cache
def _machine() -> str:
    patterns = (automatic.BOUNCE, automatic.AWAY, automatic.GONE, automatic.ROBOT)
    return _anywhere(*patterns)


@functools.cache
def _bought() -> str:
    return widened(automatic.CUSTOMER.pattern)


def _widely(pattern: str) -> str:
    return widened(pattern, counted=False)


def _anywhere(*patterns: re.Pattern[str]) -> str:
    """Return any of some patterns, cut anywhere: they are sought at the top of a text."""
    sought = "|".join(_widely(one.pattern) for one in patterns)
    for end in (r"\b", r"\z", "$"):
        sought = sought.replace(end, "")
    return sought
