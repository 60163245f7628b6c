"""The page itself: one HTML document that needs nothing but itself."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from convcat.charts import plain
from convcat.reporting import change, facts, impact, method, places, shares, themes, today, wording
from convcat.reporting import figures as say
from convcat.reporting.counts import FEW
from convcat.reporting.evidence import MOST_IDS, Proofs
from convcat.reporting.voices import CARDS

if TYPE_CHECKING:
    from convcat.reporting.page import Report
    from convcat.reporting.voices import Quote

_CARD_NEEDS = 4
_ROWS = 240  # in the table of voices
_SAID = 5  # places of each kind that are given a quote


def page(report: Report) -> str:
    """Return the page of a report."""
    style, script = _asset("page.css"), _asset("page.js")
    voices = _voices(report)
    proofs = Proofs(report.claims, {key for row in voices["rows"] for key in row["proves"]})
    return _template().render(
        report=report,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704
        policy=(
            f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'"
        ),
        period=facts.period(report.months),
        figures=_figures(report),
        parts=[_part(report, part, proofs) for part in report.parts],
        today=today.section(report.today),
        unsaid=change.unsaid(report.change),
        voices=voices,
        account=method.account(report.method["rows"]),
        mapping=method.mapping(report.method["mapping"]),
        total=sum(part.total for part in report.parts),
        read=sum(part.read for part in report.parts),
        ids=MOST_IDS,
        few=FEW,
        say=say,
    )


def _part(report: Report, part: facts.Part, proofs: Proofs) -> dict[str, Any]:
    """Return what the sections show of one kind of conversation."""
    of_need = {row["need"]: proofs.key(row) for row in part.distribution}
    at_place = [proofs.key(row) for row in part.failures or ()]
    trends = shares.trends(part)
    return {
        "kind": part.kind,
        "proofs": of_need,
        "places": at_place,
        "said": _said(report, at_place),
        "noun": part.noun,
        "heading": _heading(part) if len(report.parts) > 1 else "",
        "read": part.read,
        "counts": wording.unread_sentence(part.total, part.read, part.unread, part.noun),
        "distribution": shares.distribution(part),
        "changes": shares.changes(part),
        "trends": trends,
        "trends_left": shares.left_out(part),
        "began": change.section(report.change, part.kind),
        "failures": None if part.failures is None else places.failures(part),
        "failed_only": part.failed_only,
        "heat": [shown for heat in part.heat if (shown := places.heat(part, heat))],
        "stances": places.stances(part),
        "gaps": places.gaps(part, report.taxonomy),
        "groups": shares.groups(part, report.taxonomy),
        "themes": themes.section(report.themes, part.kind),
        "impact": impact.section(report.impact, part.kind, only=len(report.parts) == 1),
    }


def _said(report: Report, places: Sequence[str]) -> list[dict[str, Any] | None]:
    """Return a quote for each of the first places, no quote twice."""
    said: list[dict[str, Any] | None] = []
    used: set[str] = set()
    for i, key in enumerate(places):
        mine = (q for q in report.quotes if key and key in q.proves and q.conversation not in used)
        found = next(mine, None) if i < _SAID else None
        if found is None:
            said.append(None)
            continue
        used.add(found.conversation)
        line = [(words.replace("\n", " "), carries) for words, carries in found.pieces]
        said.append({"pieces": line, "conversation": found.conversation})
    return said


def _heading(part: facts.Part) -> str:
    if part.kind in say.NOUNS and part.kind is not None:
        return part.noun[1].capitalize()
    return str(part.kind) if part.kind else "Of unknown kind"


def _figures(report: Report) -> list[dict[str, str]]:
    """Return the few figures that stand large under the headline."""
    figures: list[dict[str, str]] = []
    read = sorted((part for part in report.parts if part.read), key=lambda part: -part.read)
    for part in read:
        rows = wording.by_failure(part.distribution, part.stances)
        if rows and rows[0]["share"] > 0:
            top, n = rows[0], rows[0].get("n") or 0
            figures.append(
                {
                    "value": say.percent(top["share"], n, beside=top.get("high")),
                    "label": top["name"],
                    "note": f"of {part.noun[1]} ({say.span(top.get('low'), top.get('high'), n)})",
                    "href": "#distribution",
                    "tone": "main",
                }
            )
    worst = max(
        (r for p in read for r in p.changes or () if r.get("verdict") == "up"),
        key=lambda r: r["change"],
        default=None,
    )
    if worst:
        part = next(p for p in read if worst in (p.changes or ()))
        figures.append(
            {
                "value": f"{say.points(worst['change'])} pts",
                "label": worst["name"],
                "note": f"{part.after} against {part.before}",
                "href": "#change",
                "tone": "bad",
            }
        )
    places_ = next((p.failures for p in read if p.failures), None)
    found = wording.chief(places_) if places_ else None
    if found and (times := say.lift(found.get("lift"))):
        figures.append(
            {
                "value": times.replace(" times", "\u00d7"),
                "label": found["name"],
                "note": f"{wording.place(found)}, against elsewhere",
                "href": "#where",
                "tone": "bad",
            }
        )
    return figures


def _voices(report: Report) -> dict[str, Any]:
    """Return quotes as cards, and all of them as rows of one table."""
    names = {
        need: facts.name_of(need, report.taxonomy)
        for need in (*report.taxonomy.ids, *_needs(report))
    }
    by_need = _by_need(report)
    cards = [
        {"name": names[need], "quotes": [_quote(q, names) for q in quotes[:CARDS]]}
        for need, quotes in by_need.items()
        if need != "other"
    ][:_CARD_NEEDS]
    return {
        "cards": cards,
        "rows": [_quote(q, names) for q in quotes_shown(report)],
        "needs": [names[need] for need in by_need],
    }


def quotes_shown(report: Report) -> list[Quote]:
    """Return the quotes of the table of voices, need by need."""
    by_need, rows = _by_need(report), []
    deepest = max((len(quotes) for quotes in by_need.values()), default=0)
    for rank in range(deepest):  # the best of each need first, then the second best ...
        rows += [quotes[rank] for quotes in by_need.values() if rank < len(quotes)]
    order = {need: i for i, need in enumerate(by_need)}
    # What a place is proven by stays, whatever the cap.
    kept = {id(q) for q in rows[:_ROWS]} | {id(q) for q in report.quotes if q.of_place}
    return sorted((q for q in rows if id(q) in kept), key=lambda q: (order[q.need], -q.p))


def _by_need(report: Report) -> dict[str, list[Quote]]:
    found: dict[str, list[Quote]] = {}
    for quote in report.quotes:
        found.setdefault(quote.need, []).append(quote)
    return found


def _needs(report: Report) -> list[str]:
    return [quote.need for quote in report.quotes]


def _quote(quote: Quote, names: dict[str, str]) -> dict[str, Any]:
    return {
        "need": names[quote.need],
        "pieces": [(_lines(words), carries) for words, carries in quote.pieces],
        "also": [names.get(n, n) for n in quote.needs if n != quote.need],
        "conversation": quote.conversation,
        "month": say.month(quote.month),
        "when": quote.month,
        "rating": "" if quote.rating is None else f"{quote.rating:g}",
        "beside": quote.beside,
        "p": say.percent(quote.p),
        "proves": quote.proves,
    }


def _lines(words: str) -> Markup:
    return Markup("<br>").join(escape(_plain(line)) for line in words.split("\n"))


def _asset(name: str) -> str:
    # Stored and hashed with the same line ends everywhere: the policy names the exact bytes.
    text = resources.files("convcat.reporting").joinpath(name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(_asset),
        # Whatever stands in the page passes here: a customer's string is one line of plain text.
        finalize=lambda value: value if hasattr(value, "__html__") else _plain(value),
    )
    environment.filters["sentence"] = _sentence
    return environment.get_template("page.html.j2")


def _plain(value: Any) -> str:
    """Return a value as plain text, its outer spaces kept: pieces of a sentence are joined."""
    text = "" if value is None else str(value)
    inner = plain(text)
    if not inner:
        return " " if text else ""
    return f"{' ' * text[:1].isspace()}{inner}{' ' * text[-1:].isspace()}"


def _sentence(pieces: list[str]) -> Markup:
    """Write a sentence with its key pieces strong."""
    return Markup("").join(
        Markup("<strong><bdi>{}</bdi></strong>").format(plain(piece))
        if isinstance(piece, wording.Key)
        else escape(_plain(piece))
        for piece in pieces
    )
