"""Whether an audit sheet was drawn from this table: plain ids ("1", "2") are in every dump.

The sheet bears a fingerprint of each conversation's words. It is of the masked text and of letters
and digits alone, so that neither masking nor a spreadsheet's spaces and line breaks change it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from convcat.exceptions import InputError
from convcat.insight.population import ids_of
from convcat.tagged import Tagged

COLUMN = "fingerprint"
_OTHER = re.compile(r"[\W_]+")


def fingerprint_of(text: str) -> str:
    r"""Return what stands for a conversation's words; nothing of them can be read from it.

    Examples
    --------
    >>> fingerprint_of("Too small!") == fingerprint_of("too  small\r\n")
    True
    >>> fingerprint_of("Call +44 7700 900123") == fingerprint_of("Call <phone>")
    True
    """
    from convcat.privacy import mask

    said = _OTHER.sub("", mask(text)).casefold().encode("utf-8", "replace")
    # A letter before it, or a spreadsheet takes some of them for numbers.
    return f"t{hashlib.blake2b(said, digest_size=5).hexdigest()}"


def check_fingerprints(told: Mapping[str, str | None], table: Tagged) -> None:
    """Refuse a sheet most of whose conversations have other words in the table.

    A conversation that went on since the sheet was drawn has other words, so a few may differ. A
    table without texts is not looked at.

    Parameters
    ----------
    told : mapping of str to str or None
        The fingerprints in the sheet, by id; None where it has none.
    table : Tagged

    Raises
    ------
    InputError
        If more than half differ.
    """
    if "text" not in table.table.column_names or not any(told.values()):
        return
    texts = dict(zip(ids_of(table), table.column("text"), strict=True))
    known = [(one, str(texts[name])) for name, one in told.items() if one and texts.get(name)]
    other = sum(one != fingerprint_of(text) for one, text in known)
    if other > len(known) / 2:
        raise InputError(
            f"The audit sheet is of another dump: {other:,} of its {len(known):,} conversations "
            "have other words in this table, though their ids agree; draw a sheet from this table."
        )
