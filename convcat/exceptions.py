"""What can go wrong, as one small tree.

    ConvcatError(ValueError)        catch this one: the message is one sentence for a person
    ├── InputError                  a dump, a frame, a column or a text is not as it must be
    ├── TaxonomyError               a taxonomy file breaks its rules (all errors are listed)
    ├── ModelError                  a model folder is missing, damaged, tampered with or too new
    ├── OutputError                 a result cannot be written where it was asked for
    └── MissingExtraError           an optional dependency is not installed (also ImportError)

No message ever holds a customer's words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ConvcatError(ValueError):
    """Base of every error that convcat raises on purpose; its text is one clear sentence.

    Examples
    --------
    >>> import convcat
    >>> try:
    ...     convcat.read_conversations("no-such-dump.csv")
    ... except convcat.ConvcatError as error:
    ...     print(error)
    There is no file 'no-such-dump.csv'.
    """


class InputError(ConvcatError):
    """A dump, a frame, a column or a text is not as it must be."""


class TaxonomyError(ConvcatError):
    """A taxonomy file breaks its rules; ``errors`` lists every one of them.

    Parameters
    ----------
    message : str
        The summary, one sentence.
    errors : iterable of str
        One line per error, each with its place in the file.
    """

    def __init__(self, message: str, errors: Iterable[str] = ()) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join((message, *(f"  - {line}" for line in self.errors))))


class ModelError(ConvcatError):
    """A model folder is missing, damaged, tampered with or of a later version."""


class OutputError(ConvcatError):
    """A result cannot be written where it was asked for."""


class MissingExtraError(ConvcatError, ImportError):
    """An optional dependency is not installed.

    Parameters
    ----------
    package : str
        The package that could not be imported.
    extra : str
        The extra of convcat that brings it.
    purpose : str
        What it is needed for, in the user's words.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package}, which is not installed: "
            f'pip install "convcat[{extra}]".'
        )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest known name, or an empty string.

    Examples
    --------
    >>> did_you_mean("chanel", ["channel", "product"])
    " Did you mean 'channel'?"
    >>> did_you_mean("zzz", ["channel"])
    ''
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f" Did you mean {folded[near[0]]!r}?" if near else ""
