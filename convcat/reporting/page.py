"""The report: findings, quotes and method put together, and the page that shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from convcat import frames
from convcat.exceptions import ConvcatError, InputError
from convcat.files import unwritable, write_whole
from convcat.insight.digest import Digest
from convcat.reporting import (
    change,
    evidence,
    facts,
    impact,
    render,
    themes,
    today,
    wording,
)
from convcat.reporting.evidence import Claim
from convcat.reporting.facts import Part
from convcat.reporting.figures import NOUNS, Row, count
from convcat.reporting.headline import headline
from convcat.reporting.voices import Quote, candidates, quotes_in, quotes_of
from convcat.reporting.wording import Sentence
from convcat.tagged import Tagged
from convcat.taxonomy import Taxonomy

_PLACES, _IN_PLACE = 24, 8  # places that are quoted from, and quotes of each


@dataclass(frozen=True)
class Report:
    """One page on where the customers' experience fails.

    Attributes
    ----------
    title : str
    months : tuple of str
        The months that the table spans; empty without dates.
    parts : tuple of Part
        The findings, support conversations and reviews apart.
    headline : tuple of list of str
        What the findings say, in sentences.
    quotes : tuple of Quote
        The customers' words.
    method : dict
        Model, taxonomy, level, masking, warnings, row account and mapping of columns.
    today : dict
        The conversations to read today; empty where there are none.
    themes : dict
        What customers speak of inside the needs and beside them; empty without texts.
    impact : dict
        What needs go along with; empty where the table has nothing to hold them against.
    change : dict
        What began when, and what actions went with; empty without dates.
    claims : tuple of Claim
        The conversations behind the figures.
    """

    title: str
    months: tuple[str, ...]
    parts: tuple[Part, ...]
    headline: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    method: Row = field(repr=False)
    taxonomy: Taxonomy = field(repr=False)
    frame_kind: frames.Kind = "pyarrow"
    today: Row = field(default_factory=dict, repr=False)
    themes: Row = field(default_factory=dict, repr=False)
    impact: Row = field(default_factory=dict, repr=False)
    change: Row = field(default_factory=dict, repr=False)
    claims: tuple[Claim, ...] = field(default=(), repr=False)

    def html(self) -> str:
        """Return the page: one self-contained HTML document."""
        return render.page(self)

    def write_html(self, path: str | Path) -> Path:
        """Write the page to a file, all of it or nothing.

        Parameters
        ----------
        path : str or path
            Where to; a file of that name is replaced.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        OutputError
            If it cannot be written there.
        """
        target, content = Path(path), self.html()
        try:
            write_whole(target, content.encode())
        except OSError as error:
            raise unwritable(target, error, what="the report") from None
        return target

    def write_slides(self, folder: str | Path, *, png: bool | None = None) -> list[Path]:
        """Write every chart as SVG and PNG, and every table as CSV and Markdown, to a folder.

        Parameters
        ----------
        folder : str or path
            Made where it is missing; files of the same names are replaced.
        png : bool, optional
            Whether to draw PNGs too; by default where ``convcat[png]`` is installed.

        Returns
        -------
        list of Path
            What was written.

        Raises
        ------
        OutputError
            If it cannot be written there.
        """
        from convcat.reporting import slides

        return slides.write(self, folder, png=png)

    @property
    def table(self) -> Any:
        """The shares of the page as a dataframe of the kind that was given; see ``distribution``."""
        rows = [row for part in self.parts for row in part.distribution]
        names = list(dict.fromkeys(name for row in rows for name in row))
        plain = {n: [row.get(n) for row in rows] for n in names}
        return frames.from_arrow(pa.table(plain), self.frame_kind)

    def to_dict(self) -> dict[str, Any]:
        """Return every number and sentence of the page as JSON-able values."""
        found = {
            "what": "report",
            "title": self.title,
            "months": self.months,
            "headline": [wording.text_of(sentence) for sentence in self.headline],
            "parts": [asdict(part) for part in self.parts],
            "today": self.today,
            "themes": self.themes,
            "impact": self.impact,
            "change": self.change,
            "evidence": list(evidence.Evidence(self.claims).rows),
            "quotes": [asdict(quote) | {"text": quote.text} for quote in self.quotes],
            "method": self.method,
        }
        plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
        return plain

    def __repr__(self) -> str:
        read = sum(part.read for part in self.parts)
        lines = [f"{self.title} ({count(read, NOUNS[None])} read)"]
        lines += [f"  {wording.text_of(sentence)}" for sentence in self.headline]
        return "\n".join([*lines, '  .write_html("report.html") writes the page.'])

    def _repr_html_(self) -> str:
        # A frame of its own keeps the notebook's styles and the page's apart, and runs no script.
        return Markup(
            '<iframe sandbox srcdoc="{}" title="{}" width="100%" height="760" '
            'style="border:1px solid #8886;border-radius:8px"></iframe>'
        ).format(self.html(), self.title)


def report(
    tagged: Any,
    *,
    audit: Any = None,
    previous: Any = None,
    model: Any = None,
    taxonomy: Taxonomy | None = None,
    title: str | None = None,
    by: Sequence[str] | None = None,
    findings: Mapping[str, Any] | None = None,
    run: Mapping[str, Any] | None = None,
    level: float = 0.95,
    text: str = "text",
    mask: bool = True,
    quotes: int = 40,
) -> Report:
    """Put the findings of a tagged table on one page.

    Parameters
    ----------
    tagged : dataframe or path to Parquet
        A tagged table.
    audit : dataframe or path, optional
        The conversations that were read by hand.
    previous : dataframe or path, optional
        The tagged table of an earlier month, to compare with; without it the months of the table
        are compared.
    model : NeedModel, str or path, optional
        Marks the words that carry a need; by default the model that tagged the table, where it
        can be loaded.
    taxonomy : Taxonomy, optional
        The built-in one unless given.
    title : str, optional
    by : sequence of str, optional
        The columns to look into for failures; found by themselves otherwise.
    findings : mapping, optional
        Ready results under ``distribution``, ``failures``, ``changes``, ``trend``, ``impact`` and
        ``read_today``: what is here is not computed again.
    run : mapping, optional
        What ``run.json`` holds: the row account (``rows``), the ``mapping`` of columns, the
        ``version``, and ``warnings``; shown under data and method.
    level : float, default 0.95
        Of the intervals.
    text : str, default "text"
        The column of the customers' words.
    mask : bool, default True
        Mask personal data in every quote.
    quotes : int, default 40
        How many conversations per need at most, in the cards and the table of voices.

    Returns
    -------
    Report

    Raises
    ------
    InputError
        If it is no tagged table, or a column asked for is missing.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({
    ...     "needs": [["wismo"], []], "p_wismo": [0.9, 0.1], "needs_status": ["ok", "ok"],
    ... })
    >>> page = report(table, title="October")
    >>> page.html().count("<title>October"), page.to_dict()["parts"][0]["read"]
    (1, 2)
    """
    from convcat.reporting.findings import beside, columns_of, find, parts_of, sides_of, warnings_of

    table = Digest.of(tagged, by=by)
    taxonomy = taxonomy or table.taxonomy
    looked_into = facts.slices_of(table, by)
    run = run or {}
    found = find(
        table,
        given=findings or {},
        by=None if by is None else looked_into,
        audit=audit,
        previous=previous,
        model=model,
        level=level,
    )
    found = beside(table, found, level=level, text=text, mask=mask)
    found = change.complete(table, found, level=level)
    looked_into = columns_of(table, found, looked_into)
    earlier = previous
    if earlier is None and (run.get("options") or {}).get("previous"):
        earlier = True  # the run has compared with a table that is not at hand
    parts = parts_of(
        table,
        found,
        taxonomy=taxonomy,
        by=looked_into,
        sides=sides_of(table, found, earlier),
    )
    reader = _reader(model, table)
    claims = found["evidence"].claims
    chosen = _quotes(table, parts, claims, quotes, reader, text, mask=mask)
    months = table.months()
    return Report(
        frame_kind=table.kind,
        title=title or "Where the experience fails",
        months=months,
        parts=parts,
        headline=headline(parts, taxonomy),
        quotes=chosen,
        method={
            "model": dict(table.metadata.get("model") or {}),
            "taxonomy": {"id": taxonomy.id, "version": taxonomy.version, "hash": taxonomy.hash},
            "level": level,
            "masked": mask,
            "evidence": reader is not None,
            "audit": audited(parts),
            "slices": list(looked_into),
            "rows": dict(run.get("rows") or {}),
            "mapping": dict(run.get("mapping") or {}),
            "orders": str((run.get("orders") or {}).get("said") or ""),
            "version": str(run.get("version") or version("convcat")),
            "warnings": list(
                dict.fromkeys([*map(str, run.get("warnings") or ()), *warnings_of(found)])
            ),
            "covers": str(facts.told(found["distribution"]).get("covers") or ""),
        },
        taxonomy=taxonomy,
        today=today.facts_of(found["read_today"]),
        themes=themes.facts_of(found["themes"], taxonomy),
        impact=impact.facts_of(found["impact"], taxonomy),
        change=change.facts_of(found, taxonomy),
        claims=claims,
    )


def audited(parts: Sequence[Part]) -> bool:
    """Return whether conversations read by hand are in the estimates."""
    return any("audit" in str(row.get("method")) for part in parts for row in part.distribution)


def _reader(model: Any, table: Digest) -> Any:
    """Return a model that can show its evidence, or ``None``."""
    if model is not None:
        if not isinstance(model, str | Path):
            return model if hasattr(model, "tag") else None
        from convcat.classifier import load

        return load(model)
    wrote = table.metadata.get("model") or {}
    try:
        from convcat.classifier.shipped import load, shipped

        # A table names its model; it may not name a folder of this machine.
        reader = load(str(wrote["id"])) if wrote.get("id") in shipped() else None
    except (ConvcatError, ImportError):
        return None  # the page says that no words are marked
    return reader if reader is not None and reader.hash == wrote.get("hash") else None


def _quotes(
    table: Digest,
    parts: Sequence[Part],
    claims: Sequence[Claim],
    each: int,
    reader: Any,
    text: str,
    *,
    mask: bool,
) -> tuple[Quote, ...]:
    """Choose quotes for the needs in the order of the page, then for the places that stand out."""
    from convcat.privacy import mask as masked

    ranked = [wording.by_failure(part.distribution, part.stances) for part in parts]
    # The first of each kind, then the second of each: a page has room for few cards.
    order = [row["need"] for rank in zip_longest(*ranked) for row in rank if row is not None]
    order += [row["need"] for part in parts for row in wording.needs_of(part.distribution)]
    needs = [need for need in dict.fromkeys([*order, "other"]) if need in table.needs]
    if text not in table.schema.names and text != "text":
        raise InputError(f"The tagged table has no column {text!r} to quote from.")
    how: dict[str, Any] = {"mask": masked if mask else str, "model": reader, "text": text}
    rows = candidates(table, needs)
    proves = _proves(rows, claims)
    quotes = list(quotes_of(rows, needs, each=each, proves=proves, **how))
    places = [claim for claim in claims if claim.place][:_PLACES] if each else []
    rows = table.rows_at(sorted({row for claim in places for row in claim.rows}))
    proves = _proves(rows, claims)
    there = {(quote.need, quote.conversation) for quote in quotes}
    for claim in places:
        mine = dict(proves)[claim.key]
        for quote in quotes_in(rows, claim.need, mine, each=_IN_PLACE, proves=proves, **how):
            if (quote.need, quote.conversation) not in there:
                there.add((quote.need, quote.conversation))
                quotes.append(quote)
    return tuple(quotes)


def _proves(rows: Tagged, claims: Sequence[Claim]) -> list[tuple[str, Any]]:
    inside = evidence.inside_of(rows, claims)
    return [(claim.key, mine) for claim, mine in zip(claims, inside, strict=True)]
