"""What a run says on the terminal when it is done: a dozen lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    rows = run.account["rows"]
    yield f"Read {rows['read']:,} rows, {rows['conversations']:,} conversations; kept {rows['kept']:,}."
    again = {"the same conversation again": rows["duplicates"]} if rows["duplicates"] else {}
    for reason, n in {**rows["filtered"], **again, **rows["unread"]}.items():
        yield f"  {n:,} not tagged: {reason}"
    found = [r for r in run.findings["distribution"].rows if r["share"] is not None]
    for kind in dict.fromkeys(row.get("kind") for row in found):
        own = [r for r in found if r.get("kind") == kind and r["need"] not in ("none", "unread")]
        own.sort(key=lambda row: -row["share"])
        yield ""
        yield f"{_KINDS.get(str(kind), 'Conversations')}, share that carries each need:"
        yield from (_share(row) for row in own[:_NEEDS_SHOWN])
    failures = list(run.findings["failures"].rows)
    yield ""
    if failures:
        yield f"Where it fails more than elsewhere ({len(failures)} found, the first {min(_FAILURES_SHOWN, len(failures))}):"
        yield from (_failure(row) for row in failures[:_FAILURES_SHOWN])
    else:
        yield "No slice fails more than the rest beyond chance."
    for warning in run.warnings:
        yield f"Note: {warning}"
    yield ""
    yield f"The page: {run.out / 'report.html'}"


def _share(row: dict[str, Any]) -> str:
    bar = "#" * round(40 * row["share"])
    return (
        f"  {row['need']:<12}{row['share']:>6.1%}  ({row['low']:.1%} to {row['high']:.1%})  {bar}"
    )


def _failure(row: dict[str, Any]) -> str:
    return (
        f"  {row['need']} in {row['slice']} {row['value']}: {row['share']:.1%} against "
        f"{row['elsewhere']:.1%} elsewhere, n = {row['n']:,}"
    )
