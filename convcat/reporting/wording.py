"""Findings in words: every sentence of the report that depends on a figure is built here.

A sentence is a list of pieces; a :class:`Key` piece is one that the eye should land on. Joined,
they are plain text. Nothing here escapes: the template does.
"""

from __future__ import annotations

from collections.abc import Sequence

from convcat.charts import shorten
from convcat.reporting.figures import (
    NOUNS,
    Noun,
    Row,
    count,
    known,
    lift,
    listing,
    month,
    number,
    of_ten,
    one_in,
    percent,
    span,
)

Sentence = list[str]

_CROSS = " \u00d7 "
_FEW = 30  # conversations on a side from which a comparison says anything
_NOT_A_NEED = frozenset({"none", "other", "unread"})


class Key(str):
    """A piece of a sentence that carries its weight."""

    __slots__ = ()


def text_of(sentence: Sentence) -> str:
    """Join a sentence's pieces."""
    return "".join(sentence)


def how_sure(row: Row) -> str:
    """Say how sure a finding is: the row's own words, else from its error-controlled q-value.

    Examples
    --------
    >>> how_sure({"q_value": 0.0004}), how_sure({"q_value": 0.03}), how_sure({})
    ('almost certain', 'sure', '')
    >>> how_sure({"sure": "likely: read a few to be sure", "q_value": 0.0})
    'likely'
    """
    if row.get("sure"):
        return str(row["sure"]).partition(": ")[0]
    q = row.get("q_value")
    if not known(q):
        return ""
    return next(
        (
            words
            for most, words in ((0.001, "almost certain"), (0.01, "very sure"), (0.05, "sure"))
            if q <= most
        ),
        "a hint, not proven",
    )


def why_sure(row: Row) -> str:
    """Say what lies behind :func:`how_sure`, where the row tells it.

    Examples
    --------
    >>> why_sure({"sure": "likely: read a few to be sure"}), why_sure({})
    ('read a few to be sure', '')
    """
    return str(row.get("sure") or "").partition(": ")[2]


def place(row: Row) -> str:
    """Say where a failure is: ``carrier ParcelRun``, ``channel chat and product Linen dress``.

    Examples
    --------
    >>> place({"slice": "carrier", "value": "ParcelRun"})
    'carrier ParcelRun'
    >>> place({"slice": "channel \u00d7 month", "value": "chat \u00d7 2026-10"})
    'channel chat and month October 2026'
    """
    column, value = str(row.get("slice", "")), str(row.get("value", ""))
    columns = column.split(_CROSS)
    # A value may itself hold the sign: the columns' own values are surer than splitting.
    values = [str(row[c]) for c in columns if row.get(c) is not None] or value.split(_CROSS)
    if len(columns) != len(values):
        columns, values = [column], [value]
    pairs = [
        f"{shorten(column, 40)} {month(value) if column == 'month' else shorten(value, 60)}"
        for column, value in zip(columns, values, strict=True)
    ]
    return listing(pairs)


def needs_of(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of needs, highest share first; ``none``, ``other``, ``unread`` are left out."""
    kept = [r for r in rows if r["need"] not in _NOT_A_NEED and known(r.get("share"))]
    return sorted(kept, key=lambda r: (-r["share"], r["need"]))


def unread_sentence(total: int, read: int, unread: Sequence[tuple[str, int]], noun: Noun) -> str:
    """Say how many were read and why others were not.

    Examples
    --------
    >>> unread_sentence(120, 100, [("empty", 15), ("in another language", 5)], NOUNS["review"])
    '100 of 120 reviews were read; 20 could not be: 15 (empty) and 5 (in another language).'
    >>> unread_sentence(120, 105, [("empty", 15)], NOUNS["review"])
    '105 of 120 reviews were read; 15 could not be (empty).'
    >>> unread_sentence(1, 1, [], NOUNS["review"])
    '1 review was read.'
    """
    if total == read:
        return f"{count(read, noun)} {'was' if read == 1 else 'were'} read."
    start = f"{number(read)} of {count(total, noun)} {'was' if read == 1 else 'were'} read"
    return f"{start}; {number(total - read)} could not be{_reasons(unread)}."


def _reasons(unread: Sequence[tuple[str, int]]) -> str:
    """Write why rows were not read: the one reason, or each with its number."""
    if len(unread) == 1:
        return f" ({unread[0][0]})"
    return f": {listing([f'{number(n)} ({words})' for words, n in unread])}"


def fails_most(rows: Sequence[Row], stances: Sequence[Row], noun: Noun) -> Sentence:
    """Say which need fails most, with its share, its interval and how often it went wrong.

    Parameters
    ----------
    rows : sequence of dict
        Rows of a distribution of one kind.
    stances : sequence of dict
        Per need: ``failed``, the share of its conversations in which something went wrong; may
        be empty.
    noun : (str, str)
        What the rows count.
    """
    ranked = by_failure(rows, stances)
    if not ranked or ranked[0]["share"] <= 0:
        return [f"No need stands out in the {noun[1]} that were read."]
    top = ranked[0]
    n, often = top.get("n") or 0, one_in(top["share"])
    if often == "every second one":
        told = f"About half of all {noun[1]} speak of it"
    elif often:
        told = f"About {often} {noun[1]} speaks of it"
    else:
        told = f"{'Most' if top['share'] > 0.5 else 'Few'} {noun[1]} speak of it"
    # A name may be a whole question ("Where is my order"): no sentence is built around it.
    sentence: Sentence = [
        "What fails most: ",
        Key(str(top["name"])),
        f". {told} ({percent(top['share'], n, beside=top.get('high'))}",
    ]
    if known(top.get("low")) and known(top.get("high")) and n:
        sentence.append(
            f"; between {span(top['low'], top['high'], n).replace(chr(0x2013), ' and ')}"
        )
    sentence.append(")")
    failed = {r["need"]: r["failed"] for r in stances}
    share = failed.get(top["need"])
    if share is not None and round(10 * share) >= 1:
        sentence.append(f", and in {of_ten(share)} of them something had gone wrong")
    sentence.append(".")
    if len(ranked) > 1 and ranked[1]["share"] > 0:
        near = ranked[1]
        sentence.append(f" {'Close behind' if _close(top, near) else 'Next'}: ")
        told = percent(near["share"], near.get("n") or 0)
        often_wrong = failed.get(near["need"])
        # A need that is more common fails less where less of it went wrong: that is said.
        if near["share"] > top["share"] and known(often_wrong) and round(10 * often_wrong) >= 1:
            told += f", gone wrong in {of_ten(often_wrong)}"
        sentence += [Key(str(near["name"])), f" ({told})."]
    return sentence


def also_fails(rows: Sequence[Row], stances: Sequence[Row], noun: Noun, first: str) -> Sentence:
    """Say in a few words what fails most in the other kind of conversation.

    Parameters
    ----------
    rows, stances, noun
        As for :func:`fails_most`.
    first : str
        The need that the first kind's sentence named.
    """
    ranked = by_failure(rows, stances)
    if not ranked or ranked[0]["share"] <= 0:
        return [f"No need stands out in the {noun[1]} that were read."]
    top = ranked[0]
    too = " too" if top["need"] == first else ""
    share = percent(top["share"], top.get("n") or 0)
    said: Sentence = [f"In {noun[1]} it is ", Key(str(top["name"])), f"{too} ({share})"]
    if len(ranked) > 1 and _close(top, ranked[1]):
        near = ranked[1]
        said += [", close to ", Key(str(near["name"])), f" ({percent(near['share'], near['n'])})"]
    return [*said, "."]


def _close(top: Row, near: Row) -> bool:
    """Return whether the second could be as common as the first is estimated to be."""
    high = near.get("high")
    return near["share"] > 0 and known(high) and high >= top["share"]


def by_failure(rows: Sequence[Row], stances: Sequence[Row]) -> list[Row]:
    """Return the rows of needs by how often they failed, where that is known."""
    failed = {r["need"]: r["failed"] for r in stances if known(r.get("failed"))}
    return sorted(
        needs_of(rows), key=lambda r: (-r["share"] * failed.get(r["need"], 1.0), r["need"])
    )


def got_worse(changes: Sequence[Row] | None, before: str, after: str) -> Sentence:
    """Say what got worse, else what got better, else that nothing changed beyond chance.

    Parameters
    ----------
    changes : sequence of dict or None
        Rows of a comparison; ``None`` where there is nothing to compare with.
    before, after : str
        What the two sides are called.
    """
    if changes is None:
        return ["There is no earlier month to compare with yet."]
    real = [r for r in changes if r["need"] not in {"none", "unread"} and known(r.get("change"))]
    up = sorted((r for r in real if r.get("verdict") == "up"), key=lambda r: -r["change"])
    down = sorted((r for r in real if r.get("verdict") == "down"), key=lambda r: r["change"])
    if not up and not down and (few := too_few(real, before, after)):
        return [few]
    if not up and not down:
        return [f"From {before} to {after}, nothing changed by more than chance would."]
    sentence: Sentence = []
    if up:
        sentence += ["What got more common: ", *_moved(up, before, after)]
    if down:
        sentence += [f"{' ' if up else ''}What got rarer: ", *_moved(down, before, after)]
    return sentence


def too_few(rows: Sequence[Row], before: str, after: str) -> str:
    """Say that a side is too small to tell what changed; nothing where both are large enough."""
    if not rows:
        return ""
    sides = ((before, rows[0].get("n_before") or 0), (after, rows[0].get("n_after") or 0))
    few = [f"{number(n)} in {name}" for name, n in sides if n < _FEW]
    if not few:
        return ""
    return f"What changed cannot be told yet, there are too few conversations: {listing(few)}."


def _moved(rows: Sequence[Row], before: str, after: str) -> Sentence:
    """Name the first row with its figures, the next ones by name."""
    first, *rest = rows
    most = max(first["before"], first["after"])
    now = percent(first["after"], first.get("n_after") or 0, beside=most)
    then = percent(first["before"], first.get("n_before") or 0, beside=most)
    also = f"; also {listing([str(row['name']) for row in rest[:3]])}" if rest else ""
    return [Key(str(first["name"])), f", {now} in {after} after {then} in {before}{also}."]


def where(failures: Sequence[Row] | None, to_read: Sequence[Row] = ()) -> Sentence:
    """Say where a need stands out most.

    Parameters
    ----------
    failures : sequence of dict or None
        Findings, best first; ``None`` where there was no column to slice by.
    to_read : sequence of dict
        What is beyond chance and may be the reading, clearest first: said where nothing is found.
    """
    if failures is None:
        return ["The table has no channel, product or month to look into."]
    if not failures:
        if not to_read:
            return ["No channel, product or month stands out beyond chance."]
        top = to_read[0]
        shares = f"{percent(top['share'], top['n'])} against {percent(top['elsewhere'], top['n'])}"
        return ["No place stands out for sure. Perhaps ", Key(str(top["name"])), ", ",
                Key(place(top)), f" ({shares} elsewhere): beyond chance, if it is not only read differently there."]  # fmt: skip
    top = chief(failures)
    times = lift(top.get("lift"))
    sentence: Sentence = [
        "Where it stands out: ",
        Key(str(top["name"])),
        ", ",
        Key(place(top)),
        f": {times} as common as elsewhere" if times else f": {percent(top['share'], top['n'])}",
    ]
    excess = top.get("excess")
    if known(excess) and round(excess) >= 1:
        sentence.append(
            f", about {count(round(excess), NOUNS[None])} more than there would be otherwise"
        )
    sentence.append(".")
    return sentence


def joined(first: Sentence, second: Sentence) -> tuple[Sentence, ...]:
    """Join two sentences that find nothing; one that finds something stands for itself.

    Examples
    --------
    >>> [text_of(said) for said in joined(["Nothing changed."], ["No place stands out."])]
    ['Nothing changed, and no place stands out.']
    """
    if any(isinstance(piece, Key) for piece in (*first, *second)):
        return first, second
    start, end = text_of(first).removesuffix("."), text_of(second)
    return ([f"{start}, and {end[0].lower()}{end[1:]}"],)


def chief(failures: Sequence[Row]) -> Row:
    """Return the finding to name first: of a need that has a name, where there is one."""
    return next((row for row in failures if row["need"] not in _NOT_A_NEED), failures[0])


def what_to_do(name: str, start: str, closes: str) -> Sentence:
    """Say what would close the gap that comes first.

    Parameters
    ----------
    name : str
        The need.
    start : str
        Where to begin; may be empty.
    closes : str
        What closes the gap, as the taxonomy has it.

    Examples
    --------
    >>> text_of(what_to_do("Slow support", "channel chat", "an answer within ten minutes"))
    'Start with: Slow support, channel chat. What closes the gap: an answer within ten minutes.'
    """
    about: Sentence = ["Start with: ", Key(name)]
    about += [", ", Key(start)] if start else []
    return [*about, f". What closes the gap: {closes}."]


def nothing_read(total: int, unread: Sequence[tuple[str, int]]) -> Sentence:
    """Say that there is nothing to report on, and why."""
    if not total:
        return ["There are no conversations in this table, so there is nothing to report."]
    lead = "The one conversation" if total == 1 else f"None of the {count(total, NOUNS[None])}"
    return [f"{lead} could {'not ' if total == 1 else ''}be read{_reasons(unread)}."]


def why_they_differ(rows: Sequence[Row]) -> str:
    """Say in one sentence why the count of tags and the estimate are not the same.

    Examples
    --------
    >>> why_they_differ([{"need": "wismo", "method": "audit, with the model's scores as help"}])[:60]
    'The tags are what the model read; the estimate corrects thei'
    """
    methods = {str(row.get("method", "")) for row in rows if row["need"] != "unread"}
    if any("audit" in method for method in methods):
        return (
            "The tags are what the model read; the estimate corrects their count by the "
            "conversations that a person read by hand."
        )
    if any("assumed" in method for method in methods):
        return (
            "The tags are what the model read; the estimate is the mean of its scores. Nothing is "
            "known of this model\u2019s mistakes, so the interval assumes usual ones."
        )
    return (
        "The tags are what the model read; the estimate corrects their count for the mistakes "
        "that this model is known to make, so it can be higher or lower."
    )
