"""What a run finds over time: its own weeks, or those of the months before with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convcat.exceptions import InputError
from convcat.insight.actions import read_actions
from convcat.insight.alerts import alerts_of
from convcat.insight.change_points_first import with_first_seen
from convcat.insight.found import Failures
from convcat.insight.history import History, options_of
from convcat.insight.history_month import months_of


def over_time(
    tagged: Any,
    found: Mapping[str, Any],
    *,
    history: str | Path | None = None,
    actions: Any = None,
    options: Mapping[str, Any] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[dict[str, Any], History]:
    """Return the findings over time, and the history that they come from.

    Parameters
    ----------
    tagged : dataframe, path to Parquet, Tagged or digest
        What was read now.
    found : mapping
        The findings so far: ``failures`` (dated, where there are any) and ``changes``.
    history : str or path, optional
        The folder of the months before. It is read, and written by ``keep()`` of what comes back:
        a run that fails later leaves it as it was.
    actions : path, dataframe or sequence of Action, optional
    options : mapping, optional
        Of the run.
    level : float, default 0.95
    seed : int, default 0

    Returns
    -------
    findings : dict
        ``failures`` (with ``first_seen``), ``change_points``, ``shift`` (the last change of
        months, split), ``effects``, ``alerts`` and ``warnings``; None where there is nothing.
    history : History

    Raises
    ------
    InputError
        If the actions cannot be read, or the history is damaged.
    """
    kept = History(history)
    told: dict[str, Any] = dict.fromkeys(("change_points", "shift", "effects"))
    listed = None if actions is None else read_actions(actions, _needs(tagged))
    warnings: list[str] = []
    try:
        months = months_of(tagged, options_of(options or {}))
    except InputError as error:  # no dates: everything else was found without them
        if history is not None or listed:
            warnings.append(f"Nothing is said of change over time. {error}")
        return {**told, "alerts": alerts_of(None, found.get("changes")), "warnings": warnings}, kept
    warnings += [f"History: {line}." for line in kept.hold(months) if "kept as it was" in line]
    over = kept
    try:
        kept.read_alike()
    except InputError as error:
        if history is not None:
            warnings.append(f"{error} Until then, only what was read now is looked at.")
        over = History()
        over.hold(months)
    if over.load():
        told["change_points"] = over.change_points(level=level, seed=seed)
        if len(over.months) > 1:
            told["shift"] = over.change(level=level)
        if listed:
            told["effects"] = over.effects(listed, level=level)
            warnings += told["effects"].warnings
    if isinstance(found.get("failures"), Failures):
        told["failures"] = with_first_seen(found["failures"], tagged, seed=seed)
    alerts = alerts_of(told["change_points"], found.get("changes"))
    return {**told, "alerts": alerts, "warnings": warnings}, kept


def _needs(tagged: Any) -> tuple[str, ...] | None:
    needs = getattr(tagged, "needs", None)
    return needs if isinstance(needs, tuple) else None
