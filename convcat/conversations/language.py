"""Tells whether a text is English, so that a text in another language is not mis-read.

A wrong refusal loses a customer, so English is the answer wherever there is doubt: short texts,
names of brands, order numbers, emoji, typos and non-native English are read, and so is a mixed
text with a real English part. Refused is what is plainly in another script or language.

The method is the oldest one that works: the common words of each language give it away
(Ingle 1976; Grefenstette 1995, "Comparing two language identification schemes"). The words stand
in ``function_words.txt``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Below this many words a text is English, unless its letters or nearly all of its words say otherwise.
_SHORT = 4
_NAME = 5

CLEAR = ((2, 0.2), (10, 0.125))
"""How many words that only English has, and which share of all, make a text English."""

# Letters of other scripts, two at a time: a face such as ¯\\_(ツ)_/¯ is no Japanese.
_OTHER_SCRIPT = re.compile(
    "[\u0370-\u1cff\u2c00-\u2dff\u2e80-\ud7ff\uf900-\ufdff\U00010000-\U0001bcff\U00020000-\U0003ffff]{2,}"
)
# Latin letters that English and the names of well-known brands do without.
_MARKED = re.compile("[ãäåæçñõøß\u0101-\u0113\u0116-\u017f\u01a0-\u01b0\u0218-\u021b\u1ea0-\u1ef9]")
_WEB = re.compile(r"https?://\S+|www\.\S+|\S*@\S+|#\w+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
# Every ASCII byte that is no letter becomes a space; words of UTF-8 stay whole.
_ASCII_LETTERS = bytes(b if b >= 128 or chr(b).isalpha() else 32 for b in range(256))
# Little words that names carry (Oscar de la Renta, van der Berg) prove nothing alone.
_PARTICLES = frozenset(b"da de del den der des di du el et la las le les los van von y".split())


class CommonWords(NamedTuple):
    """Common words, as UTF-8 in lower case.

    Of English, of it alone, of each other language, and of any of these.
    """

    english: frozenset[bytes]
    only_english: frozenset[bytes]
    others: tuple[frozenset[bytes], ...]
    any_other: frozenset[bytes]


@functools.cache
def common_words() -> CommonWords:
    """Return the common words of each language."""
    content = resources.files(__package__).joinpath("function_words.txt").read_bytes()
    lists = {
        code: frozenset(words)
        for code, *words in map(bytes.split, content.splitlines())
        if code != b"#"
    }
    english = lists.pop(b"en")
    others = tuple(lists.values())
    any_other = frozenset(word for words in others for word in words)
    return CommonWords(english, english.difference(*others), others, any_other)


def reads_english(text: str) -> bool:
    """Return whether a text is English, or at least not plainly something else.

    Parameters
    ----------
    text : str
        A customer's words.

    Returns
    -------
    bool
        False if the text is plainly in another language or script.

    Examples
    --------
    >>> reads_english("Parcel not here, 3 weeks now!!")
    True
    >>> reads_english("¿Dónde está mi pedido? No me ha llegado nada.")
    False
    >>> reads_english("Hermès Terre d'Hermès"), reads_english("#10482"), reads_english("👎")
    (True, True, True)
    >>> reads_english("Mera paisa wapas karo"), reads_english("Где мой заказ?")
    (False, False)
    """
    known = common_words()
    words = words_of(text)
    if _is_clear(words, known):
        return True
    if not text.isascii() and _other_script(text, words, known):
        return False
    clear = False
    if "@" in text or "#" in text or "://" in text or "www." in text:
        words = words_of(_WEB.sub(" ", text))  # addresses and handles are of no language
        clear = _is_clear(words, known)
    if len(words) < _SHORT:
        return not _briefly_other(text, words, known)
    if len(words) <= _NAME and text.istitle():
        return True  # what is called so: "La Vie Est Belle"
    return clear or not _other_language(words, known)


def english_mask(texts: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Return whether each text is English: :func:`reads_english` for many.

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> english_mask(["Where is my order?", "Wo bleibt mein Paket?"]).tolist()
    [True, False]
    """
    return np.fromiter(map(reads_english, texts), dtype=np.bool_)


def words_of(text: str) -> set[bytes]:
    """Return the distinct words of a text as UTF-8, in lower case."""
    if text.isascii():
        return set(text.lower().encode().translate(_ASCII_LETTERS).split())
    text = _NO_LETTERS.sub(" ", unicodedata.normalize("NFKC", text).lower())
    return set(text.encode("utf-8", "replace").split())


def _is_clear(words: set[bytes], known: CommonWords) -> bool:
    """Return whether enough of the words are English and nothing else."""
    count = len(words & known.only_english)
    share = count / len(words) if words else 0.0
    return any(count >= least and share >= part for least, part in CLEAR)


def _other_script(text: str, words: set[bytes], known: CommonWords) -> bool:
    """Return whether letters of another script prevail, with no English sentence beside them."""
    other = sum(map(len, _OTHER_SCRIPT.findall(unicodedata.normalize("NFKC", text))))
    latin = sum(len(word) for word in words if word.isascii())
    # A sign of Chinese or Japanese holds about as much as two letters.
    return other > 0 and 2 * other >= latin and len(words & known.english) < 3


def _briefly_other(text: str, words: set[bytes], known: CommonWords) -> bool:
    """Return whether two or three words are of one other language, and no name ("Casa Bella")."""
    if len(words) < 2 or words & known.english:
        return False
    told = {word for word in words if len(word) > 1} - _PARTICLES
    if len(told & known.any_other) < 2:
        return False
    best = max(len(told & other) for other in known.others)
    return best >= 2 and 3 * best >= 2 * len(words) and not text.istitle()


def _other_language(words: set[bytes], known: CommonWords) -> bool:
    """Return whether the words speak for one other language far louder than for English."""
    count = len(words)
    words = {word for word in words if len(word) > 1}
    english = len(words & known.english)
    marked = {word for word in words if not word.isascii() and _MARKED.search(word.decode())}

    def louder(own: set[bytes]) -> bool:
        enough = len(own) >= 3 or english == 0
        return enough and len(own) >= 2 * english and 3 * len(own) >= count

    # No language speaks louder than all of them together.
    if not louder((words & known.any_other) | marked):
        return False
    best = max(((words & other) | marked for other in known.others), key=len)
    return len(best - _PARTICLES) >= 2 and louder(best)
