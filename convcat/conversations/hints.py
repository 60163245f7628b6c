"""Which of many texts are worth a closer look, asked of all of them at once.

Most texts hold no trace of a mail's frame, of a machine or of a sale. A linear automaton
(:mod:`convcat.patterns`) goes over a batch in a fraction of the time that asking each one takes;
it may let a text through too many, never one too few.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from convcat.conversations import automatic, cleaning
from convcat.conversations.cleaning import clean
from convcat.conversations.markup import ENTITY, TAGS
from convcat.conversations.rows import strings
from convcat.patterns import FOREIGN, any_of, holds, widened

Bools = npt.NDArray[np.bool_]

_ENDS = r"\A\z|\A[^!-~]|[^!-~]\z"  # nothing said, or perhaps blanks at an end
# Letters that Python alone takes for i, and those it takes for s and k at the edge of a word.
_FOLDED = "(?-i:[\u0130\u0131\u017f\u212a])"
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


def may_be_automatic(texts: pa.Array) -> Bools:
    """Return which texts a machine may have written."""
    return np.ones(len(texts), bool) if len(texts) < _FEW else holds(texts, _machine())


def may_be_pitch(texts: pa.Array) -> Bools:
    """Return which texts may want to sell something."""
    return np.ones(len(texts), bool) if len(texts) < _FEW else holds(texts, _sale())


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
def _machine() -> str:
    whole = rf"\A(?:{automatic.MACHINE.pattern}|{automatic.CLICK.pattern})"
    patterns = (whole, automatic.BOUNCE.pattern, automatic.AWAY.pattern)
    sought = "|".join(widened(one, counted=False) for one in patterns)
    for end in (r"\b", r"\z", "$"):  # they are sought at the top of a text, which is cut anywhere
        sought = sought.replace(end, "")
    return f"{sought}|{FOREIGN}"


@functools.cache
def _sale() -> str:
    *signs, _ = automatic.PITCH  # where two of four signs meet there is one of three
    sought = (widened(one.pattern, counted=False) for one in (*signs, automatic.SPAM))
    return "|".join([*sought, FOREIGN])
