"""The question that a short answer is an answer to: "yes, both" says nothing without it.

It is kept beside the conversation for the people who read it. It is never tagged and never quoted
as the customer's: what an agent asks is the shop's own words, and a model cannot tell "do you want
to return it?" from a customer who does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from convcat.conversations.cleaning import clean
from convcat.privacy import mask

FEW_WORDS = 6
"""A conversation in which the customer says fewer words keeps the question before them."""
_LONGEST = 300  # characters
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_END = re.compile(r"(?<=[.!?])\s+|\n")
_ASKS = frozenset({"agent", "bot"})


class Turn(Protocol):
    """A message: who wrote it, and what."""

    @property
    def role(self) -> str:
        """Who wrote it."""

    @property
    def text(self) -> str | None:
        """What."""


def question_before(turns: Sequence[Turn]) -> str | None:
    """Return the last question before the customer's last words, where these words are few.

    Parameters
    ----------
    turns : sequence
        The messages of a conversation, oldest first.

    Returns
    -------
    str or None
        One sentence, personal data masked; ``None`` where the customer says enough, or nobody
        asked.

    Examples
    --------
    >>> from convcat.conversations.threads import Message
    >>> turns = [("customer", "Hi"), ("agent", "Hello! Shall I swap the shirt?"), ("customer", "Yes, both")]
    >>> question_before([Message(role, None, None, text, None) for role, text in turns])
    'Shall I swap the shirt?'
    """
    answers = [i for i, turn in enumerate(turns) if turn.role == "customer" and _words(turn.text)]
    if not answers or sum(_words(turns[i].text) for i in answers) >= FEW_WORDS:
        return None
    for turn in reversed(turns[: answers[-1]]):
        if turn.role in _ASKS and turn.text and "?" in turn.text:
            said = _END.split(mask(clean(turn.text)))
            asked = [one.strip() for one in said if one.rstrip().endswith("?")]
            if asked:
                return asked[-1][:_LONGEST]
    return None


def _words(text: str | None) -> int:
    return len(_WORD.findall(text)) if text else 0
