"""Conversations to read today, whatever their number: danger, the law, the bank, personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, NamedTuple

import numpy as np

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.digest import Digest, piece_ids
from convcat.insight.results import Result
from convcat.insight.urgent_patterns import IDIOMS, REASONS, Reason
from convcat.insight.urgent_quotes import Passage, quoted
from convcat.insight.urgent_screen import held_by
from convcat.tagged import Tagged

MOST = 1_000
"""Conversations that are listed per reason, unless told otherwise: the latest."""
_LOOKED_AT = ("ok", "filtered", "not_english", "too_long")
_NAMES = {reason.id: reason.name for reason in REASONS}
_RANK = {reason.id: i for i, reason in enumerate(REASONS)}
_BREAK = re.compile(r"[.!?;\n]")
_BACK = 60  # characters before a find in which it can be taken back
_NEAR = 100  # characters around a stem in which the whole phrase stands
_LONGEST = 20_000  # what is said later than this in one conversation is not looked at
_ANYWHERE = (0,) * len(REASONS)
_QUOTED = 500  # rows of the list that are quoted at once
_AT_ONCE = 40_000  # conversations: patterns take long to prepare
_CURLY = str.maketrans("\u2018\u2019\u02bc`\u00b4", "'''''")


class Found(NamedTuple):
    """Words that tell of a reason to read a text today."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, repr=False)
class ReadToday(Result):
    """Conversations to read today; see :func:`read_today`.

    Attributes
    ----------
    rows : tuple of dict
        ``reason`` (the gravest), ``reasons`` (all, joined by ``;``), ``id``, ``kind``,
        ``channel``, ``time``, ``quote`` (masked, around the words), ``words`` (masked) and
        ``row`` (its place in the table); the gravest reasons first, then the latest. Where a
        reason has very many, the latest alone.
    looked_at : int
        Conversations whose words were looked at.
    masked : bool
        Whether personal data in the quotes is masked.
    found : dict of str to int
        How many conversations there are by their gravest reason, listed or not.
    """

    rows: tuple[dict[str, Any], ...]
    looked_at: int
    masked: bool
    kind: frames.Kind = "pyarrow"
    found: dict[str, int] = field(default_factory=dict)
    what: str = field(default="read_today", init=False)
    columns = {"row": int}  # noqa: RUF012

    @property
    def counts(self) -> dict[str, int]:
        """How many conversations there are by their gravest reason, gravest first."""
        found = self.found or Counter(row["reason"] for row in self.rows)
        return {reason.id: found[reason.id] for reason in REASONS if found.get(reason.id)}

    def headline(self) -> str:
        """Return the sentence that stands above the rows."""
        if not self.rows:
            return f"Nothing to read today in {self.looked_at:,} conversations."
        told = ", ".join(f"{n} {_NAMES[reason].lower()}" for reason, n in self.counts.items())
        n = sum(self.counts.values())
        return f"Read today: {n} of {self.looked_at:,} conversations ({told})."

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        names = {reason.id: reason.name for reason in REASONS}
        return {
            "looked_at": self.looked_at, "counts": self.counts, "names": names,
            "masked": self.masked,
        }  # fmt: skip


def read_today(
    tagged: Any, *, text: str = "text", masked: bool = True, most: int | None = MOST
) -> ReadToday:
    """List the conversations to read today: one is enough.

    Looked for are threats of self-harm or violence, injuries, allergies, unsafe products, legal
    threats, chargebacks and bank disputes, and data-protection requests, by a list of English
    phrases (:mod:`~convcat.insight.urgent_patterns`). Reviews that a filter of stars left out are
    looked at too. A phrase can be missed and a figure of speech can be taken at its word: the
    list saves time, it does not replace reading.

    Parameters
    ----------
    tagged : dataframe, path to Parquet, Tagged or Digest
        A tagged table.
    text : str, default "text"
        The column of the customers' words; without it nothing is found.
    masked : bool, default True
        Mask personal data in the quotes.
    most : int or None, default 1000
        Conversations that are listed per reason, the latest; all are counted. ``None`` lists all.

    Returns
    -------
    ReadToday

    Raises
    ------
    InputError
        If it is no tagged table, a column asked for is missing, or ``most`` is below 1.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({
    ...     "id": ["a", "b"],
    ...     "text": ["The lamp caught fire, write to jo@example.com", "A killer dress, to die for"],
    ...     "needs": [["quality"], []], "p_quality": [0.9, 0.1], "needs_status": ["ok", "ok"],
    ... })
    >>> [(row["id"], row["reason"], row["quote"]) for row in read_today(table).rows]
    [('a', 'safety', 'The lamp caught fire, write to <email>')]
    """
    table = Digest.of(tagged)
    if text not in table.schema.names and text != "text":
        raise InputError(f"The tagged table has no column {text!r} to read.")
    if most is not None and most < 1:
        raise InputError(f"most must be at least 1, not {most}.")
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    looked_at = 0
    for looked, found in table.map(_piece, text, text=True, rows=_AT_ONCE):
        looked_at += looked
        counts.update(row["reason"] for row in found)
        rows += found
        if most is not None and len(rows) > 2 * most * len(REASONS):
            rows = _listed(rows, most)
    listed = table.share(quoted, _listed(rows, most), masked, each=_QUOTED)
    return ReadToday(tuple(listed), looked_at, masked, table.kind, dict(counts))


def _listed(rows: list[dict[str, Any]], most: int | None) -> list[dict[str, Any]]:
    """Return rows in the order of the list, of each reason no more than so many."""
    rows.sort(key=lambda row: row["row"])
    rows.sort(key=lambda row: row["time"] or "", reverse=True)
    rows.sort(key=lambda row: _RANK[row["reason"]])
    if most is None or len(rows) <= most:
        return rows
    of_reason = groupby(rows, key=lambda row: row["reason"])
    return [row for _, own in of_reason for row in islice(own, most)]


def _piece(tagged: Tagged, first: int, text: str) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows of a piece were looked at, and what was found."""
    names = tagged.table.column_names
    if text not in names:
        return 0, []
    looked = np.asarray([status in _LOOKED_AT for status in tagged.status], dtype=bool)
    column = tagged.table[text]
    held = held_by(column)
    found = []
    for i in map(int, np.flatnonzero(looked & (held >= 0).any(axis=1))):
        said = str(column[i].as_py() or "")
        if why := found_in(said, held[i].tolist()):
            found.append((i, said, why))
    ids = piece_ids(tagged, first) if found else []
    beside = [name for name in ("kind", "channel", "time") if name in names]
    rows = [
        {
            "reason": why[0].reason,
            "reasons": ";".join(one.reason for one in why),
            "id": ids[i],
            "passage": Passage.of(said, why[0].start, why[0].end),
            **dict.fromkeys(("kind", "channel", "time")),
            **{name: _told(tagged.table[name][i].as_py()) for name in beside},
            "row": first + i,
        }
        for i, said, why in found
    ]
    return int(looked.sum()), rows


def found_in(text: str, begin: Sequence[int] = _ANYWHERE) -> list[Found]:
    """Return what a text holds that has to be read today, the gravest reason first.

    Parameters
    ----------
    text : str
    begin : sequence of int
        For each reason the byte before which it is not, -1 where it is not at all
        (:func:`~convcat.insight.urgent_screen.held_by`); all are sought by default.

    Examples
    --------
    >>> [(f.reason, text[f.start : f.end]) for text in ["It burnt my hand."] for f in found_in(text)]
    [('injury', 'burnt my hand')]
    >>> found_in("Nobody got injured, and to add insult to injury it is burnt orange")
    []
    """
    plain = text[:_LONGEST].translate(_CURLY)
    told = (
        _first(plain, reason, _place(plain, at))
        for reason, at in zip(REASONS, begin, strict=True)
        if at >= 0
    )
    return [found for found in told if found is not None]


def _first(text: str, reason: Reason, begin: int) -> Found | None:
    """Return what first tells of a reason from some place on, most often at that place."""
    match = reason.find.match(text, begin)
    if match and _tells(text, match, reason):
        return Found(*match.span(), reason.id)
    return next(_finds(text, text.lower(), reason, begin), None)


def _tells(text: str, match: re.Match[str], reason: Reason) -> bool:
    """Return whether words are meant, and not taken back."""
    return not (_taken_back(text, match.start(), reason) or _idiom(text, *match.span()))


def _place(text: str, byte: int) -> int:
    """Return which letter of a text a byte belongs to."""
    if text.isascii():
        return byte
    return len(text.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "ignore"))


def _finds(text: str, low: str, reason: Reason, begin: int) -> Iterator[Found]:
    """Yield what tells of a reason; the phrases are sought near their stems alone."""
    for start, end in _near(low, reason.stems):
        for match in reason.find.finditer(text, max(start, begin), end):
            if _tells(text, match, reason):
                yield Found(*match.span(), reason.id)


def _near(low: str, stems: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the stretches around the stems, in order, merged."""
    places = []
    for stem in stems:
        if stem not in low:
            continue
        at = low.find(stem)
        while at >= 0:
            places.append(at)
            at = low.find(stem, at + _NEAR)
    merged: list[tuple[int, int]] = []
    for at in sorted(places):
        start, end = max(0, at - _NEAR), at + 2 * _NEAR
        if merged and start <= merged[-1][1]:
            start = merged.pop()[0]
        merged.append((start, end))
    return merged


def _taken_back(text: str, at: int, reason: Reason) -> bool:
    if reason.unless is None:
        return False
    before = _BREAK.split(text[max(0, at - _BACK) : at])[-1]
    return reason.unless.search(before) is not None


def _idiom(text: str, start: int, end: int) -> bool:
    """Return whether a find is part of a figure of speech."""
    near = IDIOMS.finditer(text, max(0, start - _BACK), min(len(text), end + _BACK))
    return any(found.start() < end and start < found.end() for found in near)


def _told(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat(timespec="minutes") if hasattr(value, "isoformat") else str(value)
