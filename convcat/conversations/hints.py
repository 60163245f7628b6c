"""Which of many texts are worth a closer look, asked of all of them at once.

Most texts hold no trace of a mail's frame, of a machine or of a sale. A linear automaton
(:mod:`convcat.patterns`) goes over a batch in a fraction of the time that asking each one takes;
it may let a text through too many, never one too few.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.conversations import automatic, cleaning
from convcat.conversations.cleaning import clean
from convcat.conversations.markup import TAGS
from convcat.patterns import any_of, foreign, holds, widened

Bools = npt.NDArray[np.bool_]

# Letters that Python alone takes for i, and those it takes for s and k at the edge of a word.
_FOLDED = "(?-i:[\u0130\u0131\u017f\u212a])"
_FEW = 64  # texts that are looked at sooner one by one


def cleaned(texts: Sequence[str | None]) -> list[str | None]:
    """Return what :func:`~convcat.conversations.cleaning.clean` makes of each text; null stays.

    Examples
    --------
    >>> cleaned(["Too small!  ", None, "<p>Where is it?</p>"])
    ['Too small!', None, 'Where is it?']
    """
    if len(texts) < _FEW or (said := _arrow(texts)) is None:
        return [text and clean(text) for text in texts]
    framed = holds(said, _frame()).tolist()
    return [
        text and (clean(text) if look else text.strip())
        for text, look in zip(texts, framed, strict=True)
    ]


def may_be_automatic(texts: Sequence[str | None]) -> list[bool]:
    """Return which texts a machine may have written."""
    if len(texts) < _FEW or (said := _arrow(texts)) is None:
        return [True] * len(texts)
    heads = pc.utf8_slice_codeunits(said, 0, automatic.HEAD)
    found: list[bool] = holds(heads, _machine()).tolist()
    return found


def may_be_pitch(texts: Sequence[str | None]) -> list[bool]:
    """Return which texts may want to sell something."""
    if len(texts) < _FEW or (said := _arrow(texts)) is None:
        return [True] * len(texts)
    rows = np.arange(len(said))
    for words in (_traces(), _wares()):
        held = np.flatnonzero(holds(said, words))
        rows, said = rows[held], said.take(pa.array(held))
    signs = np.sum([holds(said, sign) for sign in _signs()], axis=0)
    found = np.zeros(len(texts), dtype=bool)
    found[rows] = (signs >= 2) | holds(said, _spam()) | foreign(said)
    listed: list[bool] = found.tolist()
    return listed


def _arrow(texts: Sequence[str | None]) -> pa.Array | None:
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:  # half of a surrogate pair
        return None


@functools.cache
def _frame() -> str:
    words = (
        *cleaning.MAY_NAME_DEVICE.words,
        *cleaning.MAY_DISCLAIM.words,
        "\r",
        "--",
        "contact form",
    )
    frame = cleaning.FRAME.pattern.replace(r":[ \t]*$", r":\s*$")  # blanks at the end go first
    tag = widened(rf"</?(?:{any_of(sorted(TAGS))}|[a-z0-9]+:[a-z0-9:]*)[\s/>]", beyond=True)
    return f"(?m:{widened(frame, beyond=True)})|{tag}|{any_of(words)}|{_FOLDED}"


@functools.cache
def _machine() -> str:
    whole = rf"\A(?m:{automatic.MACHINE.pattern})|\A(?:{automatic.CLICK.pattern})\Z"
    patterns = (whole, automatic.BOUNCE.pattern, automatic.AWAY.pattern)
    return "|".join([*(widened(p, beyond=True) for p in patterns), _FOLDED])


@functools.cache
def _traces() -> str:
    return f"{any_of(automatic.TRACES)}|{_FOLDED}"


@functools.cache
def _wares() -> str:
    screens = (*automatic.MAY_BE, automatic.MAY_BE_SPAM)
    words = [word for screen in screens for word in screen.words]
    return f"{any_of(words)}|{_FOLDED}"


@functools.cache
def _signs() -> tuple[str, ...]:
    return tuple(widened(sign.pattern) for sign in automatic.PITCH)


@functools.cache
def _spam() -> str:
    return f"{widened(automatic.SPAM.pattern)}|{_FOLDED}"
