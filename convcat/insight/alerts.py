"""What a scheduled job should wake somebody for: needs that have become more common lately."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from convcat.insight.change_points import ChangePoints
from convcat.insight.comparison import Comparison

RECENT_WEEKS = 13
"""How long ago a change may have begun and still be an alert: a quarter."""


def alerts_of(
    found: ChangePoints | None, changes: Comparison | None = None, *, recent: int = RECENT_WEEKS
) -> list[dict[str, Any]]:
    """Return the alerts: what became more common within the last weeks and still is.

    Parameters
    ----------
    found : ChangePoints or None
    changes : Comparison or None
        Month against month: asked only where there are too few weeks for a change point, so that
        one error control, not two, stands behind the alerts.
    recent : int, default 13
        Weeks.

    Returns
    -------
    list of dict
        kind (where there are two), need, since, since_low, since_high, before, after, change, low,
        high, words; JSON-able, the largest change first.

    Examples
    --------
    >>> alerts_of(None)
    []
    """
    if found is not None and found.looked_at:
        rows = [_alert(row) for row in found.rows if _is_new(row, found, recent)]
    else:
        up = [row for row in (changes.rows if changes else ()) if row["verdict"] == "up"]
        rows = [_alert(row) for row in up if row["need"] not in ("none", "unread")]
    return sorted(rows, key=lambda row: (-row["change"], row["need"]))


def _is_new(row: dict[str, Any], found: ChangePoints, recent: int) -> bool:
    """Return whether a rise began lately and no later step took it back."""
    weeks = [line["week"] for line in found.series if line.get("kind") == row.get("kind")]
    oldest = date.fromisoformat(max(weeks)) - timedelta(weeks=recent - 1)
    same = [r for r in found.rows if (r.get("kind"), r["need"]) == (row.get("kind"), row["need"])]
    last = max(same, key=lambda r: r["since"])
    return row is last and row["verdict"] == "up" and row["since"] >= oldest.isoformat()


def _alert(row: dict[str, Any]) -> dict[str, Any]:
    names = (
        *("kind", "need", "since", "since_low", "since_high"),
        *("before", "after", "change", "low", "high"),
    )
    kept = {name: row[name] for name in names if name in row}
    of = {"support": "support conversations", "review": "reviews"}.get(
        str(row.get("kind")), "conversations"
    )
    when = f" since the week of {row['since']}" if "since" in row else ""
    words = (
        f"{row['need']} is more common{when}: {row['after']:.1%} of {of} after {row['before']:.1%} "
        f"(change {100 * row['low']:+.1f} to {100 * row['high']:+.1f} points)"
    )
    return {**kept, "words": words}
