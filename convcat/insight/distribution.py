"""The share of each need among the conversations of a dump, with an interval that is honest.

Every conversation was read, by a model that errs. Without an audit, its scores are adjusted by how
its readings of labelled sources turned out, and the interval is as wide as those sources differ.
With an audit, what people read is the measure and the scores are help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from convcat import frames
from convcat.exceptions import InputError
from convcat.insight.audited import Checked, estimate
from convcat.insight.checks import Audit, read_audit
from convcat.insight.digest import Digest, source_of, summary_of
from convcat.insight.intervals import effective_checks, wilson
from convcat.insight.population import columns_by
from convcat.insight.profile import ErrorProfile, profile_of
from convcat.insight.results import Result
from convcat.insight.scored import Scored, cell_of
from convcat.insight.summaries import Summary
from convcat.insight.unaudited import unaudited
from convcat.taxonomy import NONE

UNREAD = "unread"
METHODS = {
    "audit": "audit, with the model's scores as help",
    "known": "scores, adjusted for known errors",
    "assumed": "scores, errors assumed",
    "tags": "tags, errors assumed",
    "exact": "exact",
}
_NOTES = {
    "audit": (
        "'tagged' is what the model tagged; 'share' corrects it by the {checks} conversations that "
        "people read, so the two differ where the model was wrong."
    ),
    "known": (
        "'tagged' is what the model tagged; 'share' corrects it for the errors the model is known to "
        "make on shops it has not seen, so it can be higher or lower."
    ),
    "assumed": (
        "'tagged' is what the model tagged; 'share' is the mean of its scores. Nothing is known of "
        "this model's errors, so the interval assumes errors as large as are usual between shops; "
        "where a step in between has lost them, pass model=."
    ),
}
_COVERS = {
    "audit": "all conversations of this dump, read and not read by people",
    "known": "the model's errors on a shop that it has not seen, as large as between labelled shops",
    "assumed": "errors of an assumed, usual size: this model's own are not known",
}


@dataclass(frozen=True, repr=False)
class Distribution(Result):
    """The share of each need; see :func:`distribution`.

    Attributes
    ----------
    rows : tuple of dict
        The ``by`` columns, need, share, low, high, n, method, tagged, counted.
    level : float
    note : str
        Why the estimate differs from the count of tags, in one sentence.
    covers : str
        What the interval covers.
    effective : tuple of dict
        With an audit: per row, how many plain checks would give as narrow an interval.
    checked : Checked or None
        With an audit: how many were read, how readers agree, where they contradict the model.
    warnings : tuple of str
        What a reader must know before trusting the rows.
    """

    rows: tuple[dict[str, Any], ...]
    level: float
    note: str
    covers: str
    effective: tuple[dict[str, Any], ...] = ()
    checked: Checked | None = None
    warnings: tuple[str, ...] = ()
    kind: frames.Kind = "pyarrow"
    what: str = field(default="distribution", init=False)
    columns = {  # noqa: RUF012
        **dict.fromkeys(("share", "low", "high", "counted"), float),
        **dict.fromkeys(("n", "tagged"), int),
    }

    @property
    def alarm(self) -> tuple[str, ...]:
        """Needs on which the audit contradicts the model more than chance allows."""
        return self.checked.alarm if self.checked else ()

    def headline(self) -> str:
        """Return the sentences that stand above the rows."""
        covers = f"Shares of conversations; {100 * self.level:g} % intervals cover {self.covers}."
        return " ".join([covers, self.note, *self.warnings])

    def facts(self) -> dict[str, Any]:
        """Return what is to be known beside the rows."""
        return {
            "level": self.level,
            "note": self.note,
            "covers": self.covers,
            "warnings": list(self.warnings),
            "audit": self.checked.to_dict() if self.checked else None,
            "effective_checks": [dict(row) for row in self.effective],
        }

    def plot(self) -> Any:
        """Return the shares as a picture (SVG): a dot on its interval per need."""
        from convcat.charts import Dot, dot_chart

        by = (
            [n for n in self.rows[0] if n not in (*self.columns, "need", "method")]
            if self.rows
            else []
        )
        dots = [
            Dot(
                " · ".join(str(row[name]) for name in (*by, "need")),
                row["share"],
                row["low"],
                row["high"],
                beside=row["counted"],
            )
            for row in self.rows
            if row["need"] != UNREAD
        ]
        return dot_chart(dots, title="Share of conversations by need", desc=self.note)


def distribution(
    tagged: Any,
    *,
    audit: Any = None,
    level: float = 0.95,
    by: str | Sequence[str] | None = None,
    model: Any = None,
) -> Distribution:
    """Estimate the share of each need among the conversations of a tagged table.

    Parameters
    ----------
    tagged : dataframe, path to Parquet or Tagged
        A tagged table.
    audit : Audit, path or dataframe, optional
        A filled sheet of :func:`audit_sample`; any number of conversations.
    level : float, default 0.95
        Confidence level of the intervals.
    by : str or sequence of str, optional
        Columns to slice by (``"month"`` is made from ``time``). Reviews and support conversations
        are kept apart whether asked for or not.
    model : object, optional
        Anything with ``profile_``; by default the profile that travels with the table.

    Returns
    -------
    Distribution
        A row per need, then ``none`` (read, and no need) and ``unread``.

    Raises
    ------
    InputError
        If it is no tagged table, a column is missing, the level is not between 0 and 1, or none of
        the audited conversations is in the table.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({
    ...     "needs": [["wismo"], [], [], []],
    ...     "p_wismo": [0.9, 0.1, 0.2, 0.2],
    ...     "p_none": [0.1, 0.9, 0.8, 0.8],
    ...     "needs_status": ["ok"] * 4,
    ... })
    >>> found = distribution(table)
    >>> [(row["need"], round(row["share"], 2), row["tagged"]) for row in found.rows]
    [('wismo', 0.35, 1), ('none', 0.65, 3), ('unread', 0.0, 0)]
    """
    if not 0 < level < 1:
        raise InputError(f"The level must lie between 0 and 1 (for example 0.95), not {level}.")
    table = source_of(tagged)
    columns = columns_by(table, by)
    profile = profile_of(table.metadata, model)
    summary = summary_of(table, columns)
    read = read_audit(audit, table.needs) if audit is not None else None
    checked = scored = None
    if read is not None and len(read):
        digest = Digest.of(table)
        checked = Checked.of(digest, read, profile, level)
        scored = Scored.of(digest, summary)
    rows, effective = _rows(summary, profile, checked, scored, level)
    kind = "audit" if checked else "known" if profile else "assumed"
    return Distribution(
        rows=tuple(rows),
        level=level,
        note=_NOTES[kind].format(checks=f"{checked.n:,}" if checked else ""),
        covers=_COVERS[kind],
        effective=tuple(effective),
        checked=checked,
        warnings=tuple(_warnings(summary, read, checked)),
        kind=table.kind,
    )


def _rows(
    summary: Summary,
    profile: ErrorProfile | None,
    checked: Checked | None,
    scored: Scored | None,
    level: float,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    needs = (*summary.needs, NONE)
    cell = cell_of(checked.table, summary.by, summary.cells) if checked else np.zeros(0)
    rows, effective = [], []
    for i, key in enumerate(summary.cells):
        where = dict(zip(summary.by, key, strict=True))
        n, unread = int(summary.n[i]), int(summary.unread[i])
        for need in needs:
            if n == 0:
                rows.append(_row(where, need, None, (0.0, 1.0), 0, METHODS["assumed"], 0))
                continue
            reading = unaudited(summary, i, need, profile)
            share, method = reading.share, reading.method
            low, high = reading.interval(level)
            found = (
                estimate(scored, checked, need, i, cell == i, reading, level)
                if checked and scored
                else None
            )
            if found:
                share, low, high, method = found.share, found.low, found.high, "audit"
                effective.append({
                    **where,
                    "need": need,
                    "checks": int(found.checks),
                    "effective": round(effective_checks(share, low, high, level), 1),
                    "plain_low": wilson(found.hits, found.checks, level)[0],
                    "plain_high": wilson(found.hits, found.checks, level)[1],
                })  # fmt: skip
            tags = int(summary.tagged[i, summary.signals.index(need)])
            rows.append(_row(where, need, share, (low, high), n, METHODS[method], tags))
        gone = unread / (n + unread) if n + unread else 0.0
        rows.append(_row(where, UNREAD, gone, (gone, gone), n + unread, METHODS["exact"], unread))
    return rows, effective


def _row(
    where: dict[str, Any],
    need: str,
    share: float | None,
    interval: tuple[float, float],
    n: int,
    method: str,
    tags: int,
) -> dict[str, Any]:
    return {
        **where,
        "need": need,
        "share": None if share is None else float(share),
        "low": float(interval[0]),
        "high": float(interval[1]),
        "n": n,
        "method": method,
        "tagged": tags,
        "counted": tags / n if n else None,
    }


def _warnings(summary: Summary, read: Audit | None, checked: Checked | None) -> list[str]:
    told = [
        f"{gone} small values of {name!r} were put together as '(rest)'."
        for name, gone in summary.folded.items()
    ]
    if read is not None and not len(read):
        told.append("The audit holds no finished row yet, so it was left aside.")
    if checked and checked.unmatched:
        told.append(f"{checked.unmatched} audited conversations are not among those read here.")
    if checked and checked.alarm:
        told.append(
            f"Audit and model disagree more than chance allows on {', '.join(checked.alarm)}: "
            "the shop's wording may be new to the model; read more there."
        )
    return told
