"""The part of the page that says what began when, what got better, and what actions went with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from convcat import charts
from convcat.charts.timeline import timeline
from convcat.insight.change_points import NO_MIX
from convcat.reporting import figures as say
from convcat.reporting import wording
from convcat.reporting.facts import name_of, rows_of, told
from convcat.reporting.figures import Row, known
from convcat.taxonomy import Taxonomy

NAMES = ("change_points", "effects", "shift")
"""The findings that are shown here, where a run or a report has them."""
_MOST = 12  # changes, and rows of a table
_TONES: dict[str, tuple[str, str, charts.Tone]] = {
    "up": ("\u25b2", "more common", "bad"),
    "down": ("\u25bc", "rarer", "good"),
}


def facts_of(found: Mapping[str, Any], taxonomy: Taxonomy) -> dict[str, Any]:
    """Return what the section shows, as JSON-able values; empty where there is nothing to show.

    Parameters
    ----------
    found : mapping
        Findings; ``change_points``, ``effects`` and ``shift`` (a history's change) are shown.
    taxonomy : Taxonomy
    """
    facts: dict[str, Any] = {}
    for name in NAMES:
        if found.get(name) is not None:
            rows = [{**r, "name": name_of(str(r["need"]), taxonomy)} for r in rows_of(found[name])]
            facts[name] = {**told(found[name]), "rows": rows}
    points = found.get("change_points")
    if points is not None:
        facts["change_points"]["series"] = [dict(line) for line in points.series]
    return facts


def section(facts: Mapping[str, Any], kind: str | None) -> dict[str, Any] | None:
    """Return the strings and pictures of one kind of conversation; ``None`` where there is nothing.

    Parameters
    ----------
    facts : mapping
        What :func:`facts_of` returned.
    kind : str or None
        The kind; rows without a kind belong to every one.
    """
    points = facts.get("change_points")
    if not points:
        return None
    effects = _own((facts.get("effects") or {}).get("rows") or (), kind)
    rows = _own(points["rows"], kind)
    lines = _own(points["series"], kind)
    marks = _marks(effects)
    needs = list(dict.fromkeys(row["need"] for row in rows))[:_MOST]
    shown = [_need([row for row in rows if row["need"] == need], lines, marks) for need in needs]
    return {
        "shown": shown,
        "better": _better(rows, sure=NO_MIX not in str(points.get("note"))),
        "note": str(points.get("note") or ""),
        "looked_at": points.get("looked_at") or 0,
        "actions": [_effect(row, marks) for row in effects[: 2 * _MOST]],
        "shift": _shift(facts.get("shift"), kind),
    }


def unsaid(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which actions could not be judged, and why; the same for every kind."""
    return tuple((facts.get("effects") or {}).get("warnings") or ())


def _own(rows: Sequence[Row], kind: str | None) -> list[Row]:
    return [row for row in rows if "kind" not in row or row["kind"] == kind]


def _need(
    rows: Sequence[Row], lines: Sequence[Row], marks: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    """Return the changes of one need, latest first, as words and one picture."""
    sign, word, tone = _TONES[rows[0]["verdict"]]
    series = [line for line in lines if line["need"] == rows[0]["need"]]
    weeks = [line["week"] for line in series]
    # The bars of a week may be far wider than what matters: the picture ends above its dots.
    most = [v for line in series for v in (line["share"], line["fitted"]) if known(v)]
    top = charts.top_of(1.15 * v for v in most)
    steps = [_step(row) for row in rows]
    points = [
        (line["share"], line["low"], min(line["high"], top) if known(line["high"]) else None)
        for line in series
    ]
    return {
        "name": rows[0]["name"],
        "need": rows[0]["need"],
        "sign": sign,
        "word": word,
        "tone": tone,
        "steps": steps,
        "top": say.percent(top),
        "from": say.day(weeks[0]),
        "to": say.day(weeks[-1]),
        "picture": timeline(
            points,
            [line["fitted"] for line in series],
            top=top,
            spans=[(weeks.index(r["since_low"]), weeks.index(r["since_high"])) for r in rows],
            marks=_at(marks, weeks[0], len(weeks)),
            tone=tone,
            title=f"{rows[0]['name']}, week by week: "
            + "; ".join(f"{s['after']} since the week of {s['since']}" for s in reversed(steps)),
        ),
    }


def _step(row: Row) -> dict[str, str]:
    n, most = min(row["n_before"], row["n_after"]), max(row["before"], row["after"])
    return {
        "before": say.percent(row["before"], n, beside=most),
        "after": say.percent(row["after"], n, beside=most),
        "change": say.points(row["change"]),
        "interval": f"{say.points(row['low'])} to {say.points(row['high'])}",
        "since": say.day(row["since"]),
        "between": between(row["since_low"], row["since_high"]),
    }


def _marks(effects: Sequence[Row]) -> dict[tuple[str, str], str]:
    """Return the actions' numbers by date, as they are marked in the pictures."""
    known_ = sorted({(str(row["date"]), str(row["action"])) for row in effects})
    return {place: str(i) for i, place in enumerate(known_, start=1)}


def _at(marks: Mapping[tuple[str, str], str], first: str, weeks: int) -> list[tuple[float, str]]:
    start = date.fromisoformat(first)
    places = [((date.fromisoformat(d) - start).days / 7, label) for (d, _), label in marks.items()]
    return [(at, label) for at, label in places if 0 <= at <= weeks]


def _effect(row: Row, marks: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    sign, word, tone = _TONES.get(row["verdict"], ("", "no clear difference", "quiet"))
    n = min(row["n_before"], row["n_after"])
    most = max(row["before"], row["after"])
    notes = str(row["words"]).partition(";")[2].strip()
    return {
        "mark": marks[str(row["date"]), str(row["action"])],
        "date": say.day(str(row["date"])),
        "action": row["action"],
        "where": row["slice"],
        "name": row["name"],
        "before": say.percent(row["before"], n, beside=most),
        "after": say.percent(row["after"], n, beside=most),
        "change": say.points(row["change"]),
        "interval": f"{say.points(row['low'])} to {say.points(row['high'])}",
        "sign": sign,
        "word": word,
        "tone": tone,
        "notes": notes,
    }


def _better(rows: Sequence[Row], *, sure: bool = True) -> wording.Sentence:
    """Say what got better: what a shop can show its customers, unless others may write now."""
    down = [row for row in rows if row["verdict"] == "down"]
    if not down:
        return []
    first, *rest = sorted(down, key=lambda row: row["change"])
    n = min(first["n_before"], first["n_after"])
    sentence: wording.Sentence = [
        "What got better, and can be shown to customers: " if sure else "What got rarer: ",
        wording.Key(str(first["name"])),
        (
            f", {say.percent(first['after'], n, beside=first['before'])} after "
            f"{say.percent(first['before'], n)} since the week of {say.day(first['since'])}"
        ),
    ]
    if rest:
        sentence.append(f"; also {say.listing([str(row['name']) for row in rest[:3]])}")
    if not sure:
        sentence.append("; whether it got better, or others write now, is not known")
    return [*sentence, "."]


def _shift(shift: Mapping[str, Any] | None, kind: str | None) -> dict[str, Any] | None:
    """Return the split of the last change into volume, mix and the need itself."""
    if not shift:
        return None
    rows = sorted(_own(shift["rows"], kind), key=lambda r: -abs(r["extra"]))[:_MOST]
    if not rows:
        return None
    return {
        "before": _months(shift["before"]),
        "after": _months(shift["after"]),
        "rows": [
            {
                "name": row["name"],
                "tone": _TONES[row["verdict"]][2] if row["verdict"] in _TONES else "quiet",
                **{
                    name: signed(row[name])
                    for name in ("extra", "by_volume", "by_mix", "by_itself")
                },
                "itself": say.points(row["itself"]),
                "interval": f"{say.points(row['itself_low'])} to {say.points(row['itself_high'])}",
            }
            for row in rows
        ],
    }


def _months(names: Sequence[str]) -> str:
    return say.listing([say.month(name) for name in names])


def signed(value: float) -> str:
    """Write a number of conversations with its sign.

    Examples
    --------
    >>> signed(12.4), signed(-1234.0), signed(0.2)
    ('+12', '\u22121,234', '0')
    """
    size = say.number(abs(value))
    return size if size == "0" else f"{'+' if value > 0 else chr(0x2212)}{size}"


def between(first: str, last: str) -> str:
    """Say between which days a change began, from the first and the last week it may lie in.

    Examples
    --------
    >>> between("2026-03-02", "2026-03-02"), between("2026-03-02", "2026-04-06")
    ('that very week', 'between 2 March and 12 April 2026')
    """
    if first == last:
        return "that very week"
    end = (date.fromisoformat(last) + timedelta(days=6)).isoformat()
    start = say.day(first).removesuffix(f" {first[:4]}") if first[:4] == end[:4] else say.day(first)
    return f"between {start} and {say.day(end)}"


def complete(table: Any, found: Mapping[str, Any], *, level: float) -> dict[str, Any]:
    """Return the findings with those over time, where they were not given."""
    if "change_points" in found:
        return dict(found)
    from convcat.insight.history_findings import over_time

    told, _ = over_time(table, found, level=level)
    return {**found, **{k: v for k, v in told.items() if k not in ("alerts", "warnings")}}
