"""The months that were read, kept as counts: trend and change over any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcat.exceptions import InputError, did_you_mean
from convcat.insight.change_points import ChangePoints, find
from convcat.insight.change_points_series import CHANNEL, Series, series_of
from convcat.insight.history_month import Month, months_of
from convcat.insight.history_trend import trend_of
from convcat.insight.periods import Every
from convcat.insight.profile import ErrorProfile, profile_of
from convcat.insight.results import text_table
from convcat.insight.summaries import Summary, merge
from convcat.insight.trend import Trend

if TYPE_CHECKING:
    from convcat.insight.actions import Action
    from convcat.insight.actions_effect import Effects
    from convcat.insight.history_change import Change


class History:
    """A folder that keeps each month's counts, and what they show together.

    Parameters
    ----------
    folder : str or path, optional
        Made when the first month is added. One file per month and kind of conversation, counts
        only: no text, no id. Without one, months are held in memory.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import datetime, timedelta
    >>> import pyarrow as pa
    >>> days = [datetime(2026, 3, 1) + timedelta(hours=k) for k in range(24 * 61)]
    >>> late = [k % (10 if day.month == 3 else 3) == 0 for k, day in enumerate(days)]
    >>> table = pa.table({
    ...     "time": days,
    ...     "needs": [["delay"] if x else [] for x in late],
    ...     "p_delay": [0.95 if x else 0.02 for x in late],
    ...     "needs_status": ["ok"] * len(days),
    ... })
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     history = History(folder)
    ...     history.add(table)
    ...     history.months, [row["verdict"] for row in history.change().rows]
    ['2026-03: added', '2026-04: added']
    (('2026-03', '2026-04'), ['up'])
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        if not (folder is None or isinstance(folder, str | Path)):
            raise InputError(
                f"A history is a folder, not {type(folder).__name__}: History('folder').add(tagged)."
            )
        self.folder = None if folder is None else Path(folder)
        self._held: dict[str, Month] = {}
        if self.folder is not None and self.folder.exists() and not self.folder.is_dir():
            raise InputError(f"{str(folder)!r} is a file; a history is a folder.")

    def add(
        self,
        tagged: Any,
        *,
        options: Mapping[str, Any] | None = None,
        mix: str = CHANNEL,
        replace: bool = False,
    ) -> list[str]:
        """Keep the counts of a tagged table, month by month.

        Parameters
        ----------
        tagged : dataframe, path to Parquet or to the folder of a run, Tagged or Run
        options : mapping, optional
            What decides which conversations are in the table, such as ``{"stars": [2, 3]}``;
            known by itself of a run. Months of other options are not compared.
        mix : str, default "channel"
            The column whose parts a change is split by: another one where there is no channel.
        replace : bool, default False
            Whether a month is replaced even where the history holds more days of it.

        Returns
        -------
        list of str
            What became of each month. A month that is there already is replaced where the table
            covers as many days of it, and kept where it covers fewer: the last days of October in
            a dump of November do not wipe October out.

        Raises
        ------
        InputError
            If it is no tagged table or has no dates.
        OutputError
            If the folder cannot be written.
        """
        account = getattr(tagged, "account", None)
        if isinstance(account, Mapping):
            options = options or options_of(account.get("options") or {})
            tagged = tagged.out
        elif options is None:
            options = _options_beside(tagged)
        told = self.hold(months_of(tagged, options, mix=mix), replace=replace)
        self.keep()
        return told

    def hold(self, months: Iterable[Month], *, replace: bool = False) -> list[str]:
        """Take months in that were counted already, in memory until :meth:`keep`.

        Parameters
        ----------
        months : iterable of Month
            Of :func:`~convcat.insight.history_month.months_of`.
        replace : bool, default False
            As for :meth:`add`.

        Returns
        -------
        list of str
            What becomes of each month.
        """
        there, told = {month.file: month for month in self.load()}, []
        for month in months:
            name = " ".join(filter(None, (month.month, month.kind)))
            old = there.get(month.file)
            if old is not None and len(old.days) > len(month.days) and not replace:
                told.append(
                    f"{name}: kept as it was, for {len(old.days)} days are there and "
                    f"{len(month.days)} here"
                )
                continue
            self._held[month.file] = month
            told.append(f"{name}: {'added' if old is None else 'replaced'}")
        return told

    def keep(self) -> None:
        """Write what is held to the folder.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        if self.folder is not None:
            for month in self._held.values():
                month.write(self.folder)
            self._held.clear()

    @property
    def months(self) -> tuple[str, ...]:
        """The months that are kept, in order."""
        return tuple(sorted({month.month for month in self.load()}))

    def load(self) -> list[Month]:
        """Return every month of every kind, in order.

        Raises
        ------
        InputError
            If a file of the folder is damaged.
        """
        there = self.folder is not None and self.folder.is_dir()
        paths = sorted(self.folder.glob("*.parquet")) if there and self.folder else ()
        found = {
            path.name: Month.read(path)
            for path in paths
            if not path.name.startswith(".") and path.name not in self._held
        }
        return [month for _, month in sorted({**found, **self._held}.items())]

    def read_alike(self) -> list[Month]:
        """Return all months, if they were read alike: one model, taxonomy and set of options.

        Raises
        ------
        InputError
            If the history is empty, or months were read differently: which, and how to mend it.
        """
        months = self.load()
        if not months:
            raise InputError(f"The history {self._name} holds no month yet.")
        for kind in dict.fromkeys(month.kind for month in months):
            _check_alike([month for month in months if month.kind == kind])
        models = {str((m.facts.get("model") or {}).get("hash")) for m in months}
        if len(models) > 1:
            _check_alike([replace(m, kind=None, facts=_model_only(m)) for m in months])
        return months

    def summary(self, view: str = CHANNEL) -> Summary:
        """Return the counts of all months by (kind, a column, week).

        Parameters
        ----------
        view : str, default "channel"
            ``channel``, ``product``, ``carrier`` or ``country``, where the months have it.
        """
        months = self.read_alike()
        known = sorted({name for month in months for name in month.views})
        if view not in known:
            raise InputError(
                f"The history keeps no counts by {view!r}.{did_you_mean(view, known)} "
                f"It keeps them by {', '.join(known)}."
            )
        return together([month for month in months if view in month.views], view)

    @property
    def profile(self) -> ErrorProfile | None:
        """The known errors of the model that read the months."""
        months = self.load()
        return profile_of(months[-1].facts) if months else None

    def series(self) -> list[Series]:
        """Return the weekly series, one per kind."""
        return series_of(self.summary())

    def trend(self, *, by: Every = "month", level: float = 0.95) -> Trend:
        """Return the share of each need per month or week, as :func:`convcat.insight.trend` does.

        Raises
        ------
        InputError
            If months were read differently, or the history is empty.
        """
        return trend_of(self.read_alike(), by=by, level=level, profile=self.profile)

    def change_points(self, *, level: float = 0.95, seed: int = 0) -> ChangePoints:
        """Return what began when; see :func:`convcat.change_points`."""
        return find(self.series(), self.profile, level=level, seed=seed)

    def change(
        self, before: str | Sequence[str] | None = None, after: str | Sequence[str] | None = None,
        *, level: float = 0.95,
    ) -> Change:  # fmt: skip
        """Split the change between two months into volume, channel mix and the need itself.

        Parameters
        ----------
        before, after : str or sequence of str, optional
            Months (``"2026-09"``), each perhaps several; by default the last two.
        level : float, default 0.95

        Returns
        -------
        Change

        Raises
        ------
        InputError
            If a month is not there, there are fewer than two, or they were read differently.
        """
        from convcat.insight.history_change import change_between

        return change_between(self.load(), before, after, self.profile, level=level)

    def effects(self, actions: Any, *, level: float = 0.95) -> Effects:
        """Return what changed at dated actions; see :func:`convcat.insight.actions_effect.effects_of`.

        Parameters
        ----------
        actions : path, dataframe or sequence of Action
        level : float, default 0.95
        """
        from convcat.insight.actions import read_actions
        from convcat.insight.actions_effect import effects_of

        listed: Sequence[Action] = read_actions(actions, self.read_alike()[0].views[CHANNEL].needs)
        views = {CHANNEL: self.summary()}
        for name in {a.column for a in listed if a.column and a.column != CHANNEL}:
            views[name] = self.summary(name)
        steps = self.change_points(level=level).rows
        return effects_of(views, listed, self.profile, level=level, steps=steps)

    @property
    def _name(self) -> str:
        return "memory" if self.folder is None else repr(str(self.folder))

    def __repr__(self) -> str:
        rows = [
            {
                "month": month.month,
                "kind": month.kind or "",
                "n": month.n,
                "days": len(month.days),
                "model": str((month.facts.get("model") or {}).get("id") or "unknown"),
                "reading": month.reading[:8],
            }
            for month in self.load()
        ]
        return "\n".join([f"History in {self._name}", *text_table(rows, limit=60)])


def options_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return those options of a run that decide which conversations are read."""
    return {"stars": options["stars"]} if "stars" in options else {}


def together(months: Sequence[Month], view: str) -> Summary:
    """Return the counts of months by (kind, column, week); kind is left out where it is one."""
    from convcat.insight.population import KIND

    kinds = sorted({month.kind for month in months}, key=str)
    if len(kinds) < 2:
        return merge(month.views[view] for month in months)
    parts = []
    for month in months:
        own = month.views[view]
        cells = tuple((month.kind, *key) for key in own.cells)
        parts.append(replace(own, by=(KIND, *own.by), cells=cells))
    return merge(parts)


def _options_beside(tagged: Any) -> dict[str, Any]:
    """Return the options of a run's folder."""
    import json

    if not isinstance(tagged, str | Path):
        return {}
    path = Path(tagged)
    try:
        told = json.loads((path / "run.json").read_text(encoding="utf-8")) if path.is_dir() else {}
    except (OSError, ValueError):
        return {}
    found = told.get("options") if isinstance(told, dict) else None
    return options_of(found) if isinstance(found, dict) else {}


def _model_only(month: Month) -> dict[str, Any]:
    return {"model": month.facts.get("model")}


def _check_alike(months: Sequence[Month]) -> None:
    """Refuse months that were read differently, in one sentence."""
    last = months[-1]
    other = [month for month in months if month.reading != last.reading]
    if not other:
        return
    apart = next(
        (
            words
            for key, words in (("model", "model"), ("taxonomy", "taxonomy"), ("options", "options"))
            if any(month.facts.get(key) != last.facts.get(key) for month in other)
        ),
        "needs",
    )
    named = ", ".join(dict.fromkeys(month.month for month in other))
    raise InputError(
        f"The months of the history were not read alike: {named} with another {apart} than "
        f"{last.month}; read their dumps again with this one (`convcat run ... --history`), which "
        "replaces them, or move their files away."
    )
