"""The part of the page that says what needs go along with, and how fast answers were."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from convcat import charts
from convcat.reporting import figures as say
from convcat.reporting.facts import name_of, rows_of, told
from convcat.reporting.figures import Row, known
from convcat.reporting.shares import axis
from convcat.reporting.wording import Key, Sentence
from convcat.taxonomy import Taxonomy

_NAMES = {
    "csat": ("Satisfaction (CSAT)", "satisfaction"),
    "rating": ("Stars", "stars"),
    "nps": ("Net promoter score", "net promoter score"),
    "repeat": ("Wrote again", "share who wrote again"),
    "answered_in_time": ("Answered in time", "share answered in time"),
    "response_minutes": ("Wait for the first answer", "wait"),
    "order_value": ("Order value", "order value"),
}
_ORDER = tuple(_NAMES)
_WORSE = {"csat": "lower", "rating": "lower", "nps": "lower", "answered_in_time": "lower"}
_WORSE |= {"repeat": "higher", "response_minutes": "higher"}
_UNITS = {
    "response_minutes": "Times as long",
    "answered_in_time": "Difference, points",
    "repeat": "Difference, points",
}
_TIMES = tuple(math.log(times) for times in (1.5, 2, 3, 4, 6, 10))


def facts_of(found: Any, taxonomy: Taxonomy) -> dict[str, Any]:
    """Return what the section shows as JSON-able values; empty where there is nothing.

    Parameters
    ----------
    found : Impact, its dictionary, or None
    taxonomy : Taxonomy
    """
    if found is None:
        return {}
    rows = [{**row, "name": name_of(str(row["need"]), taxonomy)} for row in rows_of(found)]
    facts = {**told(found), "rows": rows}
    return facts if rows or facts.get("response") else {}


def section(facts: Mapping[str, Any], kind: str | None, *, only: bool) -> dict[str, Any] | None:
    """Return the strings and pictures of one kind of conversation; ``None`` where there are none.

    Parameters
    ----------
    facts : mapping
        What :func:`facts_of` returned.
    kind : str or None
    only : bool
        Whether the page has one kind alone, so that every row is its own.
    """
    if not facts:
        return None
    rows = [r for r in facts["rows"] if only or "kind" not in r or r["kind"] == kind]
    waits = None if kind == "review" else _response(facts)
    groups = [
        _outcome(name, [r for r in rows if r["outcome"] == name], facts["outcomes"])
        for name in sorted({r["outcome"] for r in rows}, key=_ORDER.index)
    ]
    if not groups and waits is None:
        return None
    return {"sentence": _sentence(rows, facts["outcomes"]), "groups": groups, "waits": waits}


def _outcome(name: str, rows: Sequence[Row], says: Mapping[str, str]) -> dict[str, Any]:
    """Return one outcome's rows: what is beyond chance first, by how much."""
    even = 1.0 if rows[0]["scale"] == "ratio" else 0.0
    move = math.log if even else float
    beyond = [r for r in rows if r["verdict"] != "not shown"]
    reach = _reach(_sizes(rows, move), _sizes(beyond, move), _TIMES if even else None)
    ranked = sorted(rows, key=lambda r: (-abs(move(r["difference"])), r["need"]))
    grid = (0.0, reach / 2, reach, 1.5 * reach, 2 * reach)
    marks = [(g, _difference(name, math.exp(g - reach) if even else g - reach)) for g in grid[::2]]
    shown = [r for r in ranked if r["verdict"] != "not shown"]
    return {
        "name": _NAMES[name][0],
        "outcome": name,
        "says": says.get(name, ""),
        "unit": _UNITS.get(name, "Difference"),
        "axis": charts.axis_row(marks, top=2 * reach),
        "shown": [_row(name, r, reach, grid, move) for r in shown],
        "rest": [_row(name, r, reach, grid, move) for r in ranked if r not in shown],
    }


def _sizes(rows: Sequence[Row], move: Any) -> list[float]:
    return [abs(move(r[end])) for r in rows for end in ("low", "high", "difference")]


def _reach(
    sizes: Sequence[float], whole: Sequence[float], steps: Sequence[float] | None = None
) -> float:
    """Return half the width of an axis: a round number that holds nearly all ends.

    Those of ``whole`` it holds every one: they are what the eye compares.
    """
    some = sorted(size for size in sizes if math.isfinite(size))
    most = some[int(0.9 * (len(some) - 1))] if some else 1.0
    most = max([most, *filter(math.isfinite, whole)])
    if steps is None:
        unit = 10.0 ** math.floor(math.log10(most)) if most > 0 else 1.0
        steps = [m * unit for m in (1, 1.5, 2, 3, 4, 5, 7.5, 10)]
    return next((step for step in steps if step >= most), steps[-1])


def _row(name: str, row: Row, reach: float, grid: Sequence[float], move: Any) -> dict[str, Any]:
    worse = _WORSE.get(name)
    tone: charts.Tone = "main" if worse is None else "bad" if row["verdict"] == worse else "good"
    tone = "quiet" if row["verdict"] == "not shown" else tone
    low, high, middle = (move(row[k]) for k in ("low", "high", "difference"))
    return {
        "name": row["name"],
        "need": row["need"],
        "tone": tone,
        "with": value_of(name, row["with"]),
        "without": value_of(name, row["without"]),
        "difference": _difference(name, row["difference"]),
        "interval": f"{_difference(name, row['low'])} to {_difference(name, row['high'])}",
        "n": say.number(row["n_with"]),
        "picture": charts.interval_row(
            min(max(middle, -reach), reach) + reach,
            max(low, -reach) + reach,
            min(high, reach) + reach,
            top=2 * reach,
            beside=reach,
            tone=tone,
            grid=grid,
        ),
    }


def value_of(name: str, value: float | None) -> str:
    """Write a mean, a share or a wait.

    Examples
    --------
    >>> value_of("csat", 3.456), value_of("repeat", 0.123), value_of("order_value", 1234.5)
    ('3.5', '12%', '1,234')
    >>> value_of("response_minutes", 7.2), value_of("response_minutes", 753.5), value_of("csat", None)
    ('7 min', '12.6 h', '\u2013')
    """
    if not known(value):
        return "\u2013"
    if name in ("repeat", "answered_in_time"):
        return say.percent(value)
    if name == "response_minutes":
        return f"{value:.0f} min" if value < 99.5 else f"{value / 60:.1f} h"
    if name == "order_value":
        return say.number(value) if abs(value) >= 19.5 else f"{value:.1f}"
    if name == "rating":
        return f"{value:.2f}"
    return _signed(value, 0) if name == "nps" else f"{value:.1f}"


def _difference(name: str, value: float) -> str:
    """Write a difference with its sign, a share's in points, a ratio as times."""
    if name in ("repeat", "answered_in_time"):
        return say.points(value)
    if name == "response_minutes":
        return f"{value:.2f}\u00d7" if value < 9.95 else f"{value:.0f}\u00d7"
    if name in ("order_value", "nps"):
        return _signed(value, 0 if abs(value) >= 9.95 else 1)
    return _signed(value, 2 if name == "rating" else 1)


def _signed(value: float, digits: int) -> str:
    size = f"{abs(value):,.{digits}f}"
    if not float(size.replace(",", "")):
        finer = f"{abs(value):.{digits + 1}f}"  # an end that only just leaves nought
        if digits == 0 or not float(finer):
            return "0"
        size = finer
    return f"{'+' if value > 0 else chr(0x2212)}{size}"


def _sentence(rows: Sequence[Row], says: Mapping[str, str]) -> Sentence:
    """Say what goes with the largest loss of satisfaction, stars or points; empty without one."""
    for name in ("csat", "rating", "nps"):
        low = [r for r in rows if r["outcome"] == name and r["verdict"] == "lower"]
        if low:
            worst = min(low, key=lambda r: (r["difference"], r["need"]))
            return [
                "What goes with the lowest ",
                f"{_NAMES[name][1]}: ",
                Key(str(worst["name"])),
                (
                    f", {value_of(name, worst['with'])} against {value_of(name, worst['without'])} "
                    f"without it (a difference of {_difference(name, worst['difference'])}, between "
                    f"{_difference(name, worst['low'])} and {_difference(name, worst['high'])}; "
                    f"{says.get(name, '')})."
                ),
            ]
    return []


def _response(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return first answers per channel: measured, tagged, and how content customers were."""
    found = facts.get("response")
    if not found or not found["rows"]:
        return None
    rows = found["rows"] if len(found["rows"]) > 2 else found["rows"][:1]
    top = charts.top_of([v for r in rows for v in (r["high"], r["within"])])
    grid = charts.ticks(top)
    share = "satisfied" in str(facts["outcomes"].get("csat", ""))
    total = rows[0]
    scored = any(r["n_routine"] or r["n_complaints"] for r in rows)
    return {
        "line": f"{found['line']:g}",
        "says": found["says"],
        "axis": axis(grid, top),
        "scored": scored,
        "tagged": any(r["speed"] is not None for r in rows),
        "rows": [_channel(r, top, grid, share=share) for r in rows],
        "sentence": _waits(total, found["line"]),
        "content": [_content(r, share=share) for r in facts.get("content") or ()],
    }


def _waits(row: Row, line: float) -> Sentence:
    said: Sentence = [
        "As measured, ",
        Key(say.percent(row["within"], row["n"])),
        (
            f" of first answers came within {line:g} minutes "
            f"({say.span(row['low'], row['high'], row['n'])}; half of them within "
            f"{value_of('response_minutes', row['median'])})."
        ),
    ]
    if row["speed"] is not None:
        said += [
            " As tagged, ",
            Key(say.percent(row["speed"], row["read"])),
            (
                f" of conversations speak of a slow answer or solution "
                f"({say.span(row['speed_low'], row['speed_high'], row['read'])})."
            ),
        ]
    return said


def _channel(row: Row, top: float, grid: Sequence[float], *, share: bool) -> dict[str, Any]:
    n, read = row["n"], row["read"]
    scores = {}
    for name in ("routine", "complaints"):
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        scores[name] = _score(row[name], share=share)
        told = known(low) and known(high)
        span = f"{_score(low, share=share)}\u2013{_score(high, share=share)}" if told else ""
        scores[f"{name}_span"] = f"{span} from {say.number(row[f'n_{name}'])}".strip()
    return {
        "channel": row["channel"],
        "n": say.number(n),
        "median": value_of("response_minutes", row["median"]),
        "within": say.percent(row["within"], n, beside=row["high"]),
        "interval": say.span(row["low"], row["high"], n),
        "speed": say.percent(row["speed"], read, beside=row["speed_high"]),
        "speed_span": say.span(row["speed_low"], row["speed_high"], read),
        "picture": charts.interval_row(
            row["within"], row["low"], row["high"], top=top, tone="main", grid=grid
        ),
        **scores,
    }


def _content(row: Row, *, share: bool) -> dict[str, Any]:
    sign = say.points if share else (lambda value: _signed(value, 1))
    return {
        "stance": {"routine": "Routine queries", "complaint": "Complaints"}[row["stance"]],
        "in_time": _score(row["in_time"], share=share),
        "later": _score(row["later"], share=share),
        "n_in_time": say.number(row["n_in_time"]),
        "n_later": say.number(row["n_later"]),
        "difference": sign(row["difference"]),
        "interval": f"{sign(row['low'])} to {sign(row['high'])}",
        "shown": row["verdict"] != "not shown",
    }


def _score(value: float | None, *, share: bool) -> str:
    return value_of("repeat" if share else "csat", value)
