"""Change points: what began when is found, and what only looks like it is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from convcat.exceptions import InputError
from convcat.insight.alerts import alerts_of
from convcat.insight.change_points import change_points, find
from convcat.insight.change_points_first import with_first_seen
from convcat.insight.change_points_scan import Scan, Space
from convcat.insight.change_points_series import mondays, series_of, weekly
from convcat.insight.comparison import compare
from convcat.insight.failures import failures
from convcat.tagged import Tagged

START = datetime(2026, 1, 5)  # a Monday
NEEDS = {"wismo": 0.2, "delay": 0.12, "sizing": 0.1, "returns": 0.08, "payment": 0.05}


def table(weeks=20, size=200, *, rates=None, channels=None, kind=None, seed=0, rough=0.0):
    """Return a history; ``rates(need, week, channel)`` is the share of a need."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), size)
    n = len(week)
    channel = np.asarray(channels(week, rng)) if channels else np.full(n, "mail")
    off = np.exp(rough * rng.normal(size=(weeks, len(NEEDS))))
    tags = np.zeros((n, len(NEEDS)), dtype=bool)
    for j, (need, share) in enumerate(NEEDS.items()):
        chance = rates(need, week, channel) if rates else share
        tags[:, j] = rng.random(n) < np.broadcast_to(chance, n) * off[week, j]
    p = np.where(tags, rng.beta(8, 2, tags.shape), rng.beta(1, 20, tags.shape))
    days = week * 7 + rng.integers(0, 7, n)
    return pa.table({
        "time": pa.array([START + timedelta(days=int(d)) for d in days], pa.timestamp("us")),
        "channel": channel,
        **({"kind": kind(week)} if kind else {}),
        "needs": [[need for need, tag in zip(NEEDS, row, strict=True) if tag] for row in p > 0.5],
        **{f"p_{need}": p[:, j] for j, need in enumerate(NEEDS)},
        "needs_status": ["ok"] * n,
    })  # fmt: skip


def stepped(need, since, factor, until=10**9):
    """Return rates in which one need steps up for a while."""
    return lambda name, week, _: (
        NEEDS[name] * np.where((name == need) & (week >= since) & (week < until), factor, 1.0)
    )


def week_of(monday):
    return (datetime.fromisoformat(monday) - START) // timedelta(weeks=1)


class TestFound:
    def test_a_rise_is_dated(self):
        """The need, the week and the size are right; nothing else is found."""
        found = change_points(table(rates=stepped("delay", 12, 2.0)))
        (row,) = found.rows
        assert (row["need"], row["verdict"]) == ("delay", "up")
        assert week_of(row["since_low"]) <= 12 <= week_of(row["since_high"])
        assert abs(week_of(row["since"]) - 12) <= 1
        assert row["low"] <= 0.12 <= row["high"]
        assert row["n_before"] + row["n_after"] == 20 * 200
        assert found.looked_at == 5

    def test_what_got_better_is_found(self):
        """A fall is a change too, and no alert."""
        found = change_points(table(rates=stepped("wismo", 10, 0.4)))
        assert [row["need"] for row in found.improved] == ["wismo"]
        assert alerts_of(found) == []

    def test_up_and_down_again(self):
        """Two steps of one need are both found, and the line goes up and down with them."""
        found = change_points(table(weeks=36, rates=stepped("sizing", 10, 2.5, until=24)))
        assert [(r["need"], r["verdict"]) for r in found.rows] == [
            ("sizing", "down"), ("sizing", "up"),
        ]  # fmt: skip
        assert [
            abs(week_of(r["since"]) - w) <= 1 for r, w in zip(found.rows, (24, 10), strict=True)
        ]
        line = [row["fitted"] for row in found.series if row["need"] == "sizing"]
        assert line[0] < line[15] > line[-1]

    def test_kinds_stand_apart(self):
        """A rise in support is not one in reviews."""

        def both(week):
            return np.where(np.arange(len(week)) % 2, "support", "review")

        support = np.arange(20 * 600) % 2 == 1
        given = table(
            size=600,
            kind=both,
            rates=lambda need, week, _: (
                NEEDS[need] * np.where((need == "delay") & (week >= 12) & support, 2.2, 1.0)
            ),
        )
        found = change_points(given)
        assert [(row["kind"], row["need"]) for row in found.rows] == [("support", "delay")]
        assert found.looked_at == 10

    def test_the_same_every_time_and_in_any_order(self):
        """Neither repeating it nor the order of the rows changes a figure."""
        given = table(rates=stepped("delay", 12, 1.6))
        turned = given.take(pa.array(np.random.default_rng(1).permutation(given.num_rows)))
        assert change_points(given).to_dict() == change_points(turned).to_dict()


class TestNotFound:
    def test_quiet_histories_are_quiet(self):
        """In 30 quiet histories with rough weeks there is next to no alert."""
        alerts = [
            bool(alerts_of(change_points(table(12, 120, seed=seed, rough=0.15))))
            for seed in range(30)
        ]
        assert sum(alerts) <= 3

    def test_a_new_channel_is_no_change(self):
        """A line that is opened where people ask for their orders does not look like a failure."""

        def channels(week, rng):
            return np.where(
                rng.random(len(week)) < np.where(week >= 10, 0.5, 0.0), "whatsapp", "mail"
            )

        def rates(need, week, channel):
            more = (need == "wismo") & (channel == "whatsapp")
            return NEEDS[need] * np.where(more, 2.5, 1.0)

        given = table(channels=channels, rates=rates, size=300)
        assert change_points(given).rows == ()
        # Not allowed for, it would be one: the test can fail.
        blind = change_points(given.drop(["channel"]))
        assert [row["need"] for row in blind.rows] == ["wismo"]

    def test_volume_alone_is_no_change(self):
        """Three times as many conversations of the same kind are no change of share."""
        size = np.linspace(100, 400, 20).astype(int)
        assert change_points(table(size=size)).rows == ()

    def test_a_year_comes_round(self):
        """From two years on a yearly rhythm is no change; the note says so."""

        def rates(need, week, _):
            return NEEDS[need] * np.exp(0.5 * np.sin(2 * np.pi * week / 52.18))

        found = change_points(table(weeks=120, size=80, rates=rates))
        assert found.rows == ()
        assert "time of the year" in found.note
        assert "needs two years" not in found.note

    def test_too_few_weeks(self):
        """It says how many weeks it takes, and the weeks are there to be drawn."""
        found = change_points(table(weeks=4))
        assert found.rows == ()
        assert found.looked_at == 0
        assert "6 weeks" in found.note
        assert len(found.series) == 4 * len(NEEDS)

    def test_gaps_and_nulls(self):
        """Empty weeks, conversations without a date and unread rows do no harm."""
        given = table(rates=stepped("delay", 12, 2.0))
        days = given["time"].to_pylist()
        days[:50] = [None] * 50
        given = given.set_column(0, "time", pa.array(days, pa.timestamp("us")))
        gap = [d is None or not 35 <= (d - START).days < 49 for d in days]
        found = change_points(given.filter(pa.array(gap)))
        assert [row["need"] for row in found.rows] == ["delay"]
        empty = [row for row in found.series if row["n"] == 0]
        assert len(empty) == 2 * len(NEEDS)
        assert all(row["share"] is None for row in empty)

    def test_nothing_at_all(self):
        """An empty table has no change."""
        found = change_points(table(weeks=1).slice(0, 0))
        assert (found.rows, found.series, found.looked_at) == ((), (), 0)
        assert found.table.num_rows == 0

    def test_it_says_what_is_missing(self):
        """One sentence for no dates, no such column, an impossible level."""
        given = table(weeks=2)
        with pytest.raises(InputError, match="no column 'time'"):
            change_points(given.drop(["time"]))
        with pytest.raises(InputError, match="holds no dates"):
            change_points(given.set_column(0, "time", pa.array(["soon"] * given.num_rows)))
        with pytest.raises(InputError, match="no column 'shop'"):
            change_points(given, mix="shop")
        with pytest.raises(InputError, match="level"):
            change_points(given, level=1.0)


class TestScan:
    def test_p_values_are_uniform_where_nothing_changed(self):
        """About one in ten quiet needs reaches p < .1, at most."""
        p = []
        for seed in range(16):
            (series,) = series_of(weekly(Tagged.of(table(12, 150, seed=seed))))
            space = Space.of(series)
            rng = np.random.default_rng(seed)
            p += [Scan.of(space, series, j).p_value(rng) for j in range(len(NEEDS))]
        assert np.mean(np.asarray(p) < 0.1) < 0.2
        assert 0.35 < np.mean(p) < 0.75

    def test_roughness_is_seen(self):
        """Rough weeks are told from smooth ones."""
        rough = [
            Space.of(series_of(weekly(Tagged.of(table(30, 600, seed=2, rough=r))))[0]).rough
            for r in (0.0, 0.3)
        ]
        assert rough[0] < 0.1 < rough[1]

    def test_a_channel_that_is_new_says_nothing_of_before(self):
        """The evidence of a step is that of the channels that were there on both sides."""

        def channels(week, rng):
            return np.where(week >= 10, np.where(rng.random(len(week)) < 0.5, "new", "old"), "old")

        given = table(channels=channels)
        old = given.filter(pa.array([name == "old" for name in given["channel"].to_pylist()]))
        at_ten = []
        for part in (given, old):
            (series,) = series_of(weekly(Tagged.of(part)))
            step = (np.arange(20) >= 10).astype(float)
            at_ten.append((Space._lasting(series.n, 0.0).shapes(step) ** 2).sum())
        assert at_ten[0] == pytest.approx(at_ten[1], rel=1e-6)

    def test_mondays_have_no_gap(self):
        """Over the end of a year too."""
        assert mondays("2025-12-22", "2026-01-05") == ("2025-12-22", "2025-12-29", "2026-01-05")


class TestAlerts:
    def test_a_new_rise_is_an_alert(self):
        """It says since when, from what to what, in words, as plain values."""
        import json

        (alert,) = alerts_of(change_points(table(rates=stepped("delay", 14, 2.2))))
        assert alert["need"] == "delay"
        assert alert["words"].startswith("delay is more common since the week of 2026-04-")
        assert json.loads(json.dumps(alert)) == alert

    def test_an_old_rise_is_none(self):
        """What began more than a quarter ago was alerted then."""
        found = change_points(table(weeks=40, rates=stepped("delay", 10, 2.2)))
        assert found.rows
        assert alerts_of(found) == []
        assert alerts_of(found, recent=40)

    def test_a_rise_that_went_away_is_none(self):
        """A later fall takes the alert back."""
        found = change_points(table(weeks=32, rates=stepped("delay", 21, 3.0, until=28)))
        assert [row["verdict"] for row in found.rows] == ["down", "up"]
        assert alerts_of(found) == []

    def test_with_few_weeks_months_are_compared(self):
        """Two months without enough weeks: the comparison's verdicts are the alerts."""
        before, after = (
            table(weeks=2, size=400),
            table(weeks=2, size=400, seed=1, rates=stepped("delay", 0, 2.5)),
        )
        few = change_points(after)
        (alert,) = alerts_of(few, compare(before, after))
        assert alert["need"] == "delay"
        assert "since" not in alert
        # Where there are weeks enough, one error control stands behind the alerts, not two.
        assert alerts_of(change_points(table()), compare(before, after)) == []
        assert find([], None).looked_at == 0


class TestFirstSeen:
    def _seen(self, rate):
        """Rates of one product per week, against a tenth elsewhere; when it was first seen."""
        rng = np.random.default_rng(3)
        weeks, size = 20, 240
        week = np.repeat(np.arange(weeks), size)
        lamp = rng.random(len(week)) < 0.2
        has = rng.random(len(week)) < np.where(lamp, rate(week), 0.1)
        held = pa.table({
            "time": pa.array([datetime(2026, 1, 5) + timedelta(weeks=int(w)) for w in week]),
            "product": np.where(lamp, "lamp", "rug"),
            "needs": [["delay"] if x else [] for x in has],
            "p_delay": np.where(has, 0.95, 0.02),
            "needs_status": ["ok"] * len(week),
        })  # fmt: skip
        (row,) = with_first_seen(failures(held, by="product"), held).rows
        return row["first_seen"]

    def test_a_failure_that_began_is_dated(self):
        """What was as elsewhere and then tripled is dated to about that week."""
        assert (
            abs(week_of(self._seen(lambda w: np.where(w < 10, 0.1, 0.35))) - week_of("2026-03-16"))
            <= 1
        )

    def test_a_failure_that_was_there_and_got_worse_is_not_new(self):
        """A slice that stood out all along is not dated to the week in which it got worse."""
        assert self._seen(lambda w: np.where(w < 16, 0.25, 0.6)) == "from the start"
