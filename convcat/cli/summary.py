"""What a run says on the terminal when it is done: a dozen lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from convcat.running import Run

_NEEDS_SHOWN, _FAILURES_SHOWN = 6, 3
_KINDS = {"support": "Support conversations", "review": "Reviews"}


def lines(run: Run) -> Iterator[str]:
    """Yield the lines of the summary.

    Parameters
    ----------
    run : Run

    Yields
    ------
    str
    """
    told = run.account["rows"]
    yield (
        f"Read {_counted(told['read'], 'row')}, {_counted(told['conversations'], 'conversation')}; "
        f"kept {told['kept']:,}."
    )
    for reason, n in told["set_aside"].items():
        yield f"  {_counted(n, 'row')} set aside: {reason}"
    again = {"the same conversation again": told["duplicates"]} if told["duplicates"] else {}
    for reason, n in {**told["filtered"], **again, **told["unread"]}.items():
        yield f"  {n:,} not tagged: {reason}"
    if orders := run.account.get("orders"):
        yield orders["said"]
    rows = run.findings["distribution"].rows
    found = [r for r in rows if r["share"] is not None and r["need"] not in ("none", "unread")]
    if not found:
        yield ""
        yield "None of them could be read, so nothing can be said of needs."
        if told["filtered"] and not told["kept"]:
            yield "All were left out by a filter: --stars all reads reviews of every rating."
    for kind in dict.fromkeys(row.get("kind") for row in found):
        own = [r for r in found if r.get("kind") == kind]
        own.sort(key=lambda row: -row["share"])
        yield ""
        yield f"{_KINDS.get(str(kind), 'Conversations')}, share that carries each need:"
        yield from (_share(row) for row in own[:_NEEDS_SHOWN])
    if checked := run.findings["distribution"].checked:
        yield ""
        yield f"With {_counted(checked.n, 'conversation')} of the audit sheet, read by hand."
    failures = list(run.findings["failures"].rows)
    yield ""
    if failures:
        yield f"Where it fails more than elsewhere ({len(failures)} found, the first {min(_FAILURES_SHOWN, len(failures))}):"
        yield from (_failure(row) for row in failures[:_FAILURES_SHOWN])
    elif doubtful := run.findings["failures"].to_read:
        yield "No slice fails more than the rest for sure. Perhaps, if it is not only read differently there:"
        yield from (_failure(row) for row in doubtful[:_FAILURES_SHOWN])
    elif found:
        yield "No slice fails more than the rest beyond chance."
    for alert in run.alerts:
        yield f"Alert: {alert['words']}"
    for warning in run.warnings:
        yield f"Note: {warning}"
    yield ""
    yield f"The page: {run.out / 'report.html'}"
    if slides := run.account.get("slides"):
        yield of_slides(run.out / "slides", slides)


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


def of_slides(folder: Path, names: Sequence[str]) -> str:
    """Say where the charts and tables stand, and what they are short of.

    Parameters
    ----------
    folder : path
    names : sequence of str
        Of the files.
    """
    kinds = Counter(name.rpartition(".")[2] for name in names)
    told = f"The slides: {folder} ({kinds['svg']} charts, {kinds['csv']} tables)"
    if kinds["svg"] and not kinds["png"]:
        told += "; charts as SVG alone: for PNG too, pip install 'convcat[png]'"
    return told


def _share(row: dict[str, Any]) -> str:
    bar = "#" * round(40 * row["share"])
    told = f"  {row['need']:<12}{row['share']:>6.1%}  ({row['low']:.1%} to {row['high']:.1%})"
    if (rate := row.get("per_1000_orders")) is not None:
        told += f"  {rate:,.1f} per 1,000 orders"
    return f"{told}  {bar}"


def _failure(row: dict[str, Any]) -> str:
    return (
        f"  {row['need']} in {row['slice']} {row['value']}: {row['share']:.1%} against "
        f"{row['elsewhere']:.1%} elsewhere, n = {row['n']:,}"
    )
