"""The page's figures over time, per order and in groups, each counted again from the tagged table."""

from __future__ import annotations

import datetime as dt
import re

import pyarrow as pa
import pytest

from convcat import frames
from convcat.insight import distribution
from convcat.insight.history_findings import over_time
from convcat.insight.per_orders import OrdersOf, per_1000_orders
from convcat.reporting import report
from convcat.taxonomy import Taxonomy

NEEDS = Taxonomy.load().ids
FIRST = dt.date(2026, 1, 5)  # a Monday
WEEKS, EACH, STEP = 16, 60, 9  # weeks, conversations in each, the week that a step begins in
RATES = {"delay": (6, 24), "sizing": (15, 15), "quality": (24, 6)}  # before and after, of EACH


@pytest.fixture(scope="module")
def weeks():
    """Sixteen weeks in which one need steps up, one down and one stays."""
    rows = []
    for week in range(WEEKS):
        for i in range(EACH):
            # Each need's conversations lie evenly over the week, and not upon the other needs'.
            needs = [
                need
                for k, (need, rate) in enumerate(RATES.items())
                if (i * 7 + 20 * k + week) % EACH < rate[week >= STEP]
            ]
            rows.append(
                {
                    "id": f"c{week}-{i}",
                    "channel": ("chat", "mail")[i % 2],
                    "time": dt.datetime.combine(FIRST, dt.time(9))
                    + dt.timedelta(weeks=week, days=i % 7),
                    "needs": needs,
                    **{f"p_{need}": 0.95 if need in needs else 0.01 for need in NEEDS},
                    "p_none": 0.02 if needs else 0.97,
                    "p_failed": 0.9 if needs else 0.05,
                    "needs_status": "ok",
                }
            )
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    table = pa.table(columns).set_column(
        3, "needs", pa.array(columns["needs"], pa.list_(pa.string()))
    )
    return frames.with_metadata(table, {"needs": list(NEEDS)})


@pytest.fixture(scope="module")
def rows(weeks):
    return weeks.to_pylist()


@pytest.fixture(scope="module")
def made(weeks):
    acted = FIRST + dt.timedelta(weeks=STEP)
    actions = [{"date": acted.isoformat(), "action": "New courier", "need": "delay"}]
    told, _ = over_time(weeks, {}, actions=pa.Table.from_pylist(actions))
    found = {name: told[name] for name in ("change_points", "shift", "effects")}
    return report(weeks, findings=found)


@pytest.fixture(scope="module")
def html(made):
    return made.html()


def bare(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def section(html, name):
    return bare(html.split(f'<section id="{name}"', 1)[1].split("</section>", 1)[0])


def in_weeks(rows, first, last):
    """Return the rows from one week on and before another."""
    days = [FIRST + dt.timedelta(weeks=week) for week in (first, last)]
    return [row for row in rows if days[0] <= row["time"].date() < days[1]]


def share(rows, need):
    return sum(need in row["needs"] for row in rows) / len(rows)


class TestChangePoints:
    """What began when."""

    def test_every_week_is_counted(self, made, rows):
        """A point per need and week, of as many conversations as the table has there."""
        series = made.change["change_points"]["series"]
        assert {line["need"] for line in series} >= {"delay", "quality"}
        for line in series:
            week = (dt.date.fromisoformat(line["week"]) - FIRST).days // 7
            own = in_weeks(rows, week, week + 1)
            assert line["n"] == len(own) == EACH
            assert line["share"] == pytest.approx(share(own, line["need"]), abs=0.02)

    def test_levels_and_sizes_on_either_side(self, made, rows):
        """Before and after are the shares of the weeks on either side, from all of their rows."""
        steps = {row["need"]: row for row in made.change["change_points"]["rows"]}
        assert {need: row["verdict"] for need, row in steps.items()} == {
            "delay": "up", "quality": "down"
        }  # fmt: skip
        for need, row in steps.items():
            at = (dt.date.fromisoformat(row["since"]) - FIRST).days // 7
            assert at == STEP
            before, after = in_weeks(rows, 0, at), in_weeks(rows, at, WEEKS)
            assert (row["n_before"], row["n_after"]) == (len(before), len(after))
            assert row["before"] == pytest.approx(share(before, need), abs=0.03)
            assert row["after"] == pytest.approx(share(after, need), abs=0.03)
            assert row["change"] == pytest.approx(row["after"] - row["before"])

    def test_they_are_printed(self, made, html):
        """Day, shares and points as they were found, what got better in a sentence."""
        shown = section(html, "change")
        day = FIRST + dt.timedelta(weeks=STEP)
        assert shown.count(f"Since the week of {day.day} {day:%B %Y}") == 2
        for row in made.change["change_points"]["rows"]:
            before, after = (f"{100 * row[side]:.0f}%" for side in ("before", "after"))
            points = f"{100 * abs(row['change']):.0f}"
            sign = "+" if row["verdict"] == "up" else "\u2212"
            assert f"{before} → {after}, {sign}{points} points" in shown
        assert "What got better, and can be shown to customers: Product quality" in shown

    def test_one_dot_a_week(self, html):
        """The pictures hold every week, and the steps."""
        charts = re.findall(r"<svg[^>]*>.{0,4}<title>[^<]*week by week.*?</svg>", html, re.DOTALL)
        assert [chart.count("<circle") for chart in charts] == [WEEKS, WEEKS]


class TestActions:
    """What went with an action."""

    def test_before_and_after_are_the_rows(self, made, html, rows):
        """Conversations on either side, and the need's share among them."""
        (row,) = made.change["effects"]["rows"]
        assert row["n_before"] + row["n_after"] <= len(rows)
        before, after = in_weeks(rows, 0, STEP), in_weeks(rows, STEP, WEEKS)
        assert (row["n_before"], row["n_after"]) == (len(before), len(after))
        assert row["before"] == pytest.approx(share(before, "delay"), abs=0.03)
        assert row["after"] == pytest.approx(share(after, "delay"), abs=0.03)
        shown = section(html, "change")
        assert f"{100 * row['before']:.0f}% → {100 * row['after']:.0f}%" in shown
        assert "1 New courier" in shown
        assert "not proof of the cause" in shown


class TestHistory:
    """The split of the last change of months."""

    def test_the_parts_add_up_to_the_rows(self, made, html, rows):
        """Volume, mix and the need itself make the conversations that came more."""
        shift = made.change["shift"]
        sides = [
            [row for row in rows if f"{row['time']:%Y-%m}" in shift[name]]
            for name in ("before", "after")
        ]
        shown = section(html, "change")
        for row in shift["rows"]:
            assert (row["n_before"], row["n_after"]) == tuple(len(side) for side in sides)
            parts = row["by_volume"] + row["by_mix"] + row["by_itself"]
            assert parts == pytest.approx(row["extra"], abs=1e-6)
            more = sum(row["need"] in r["needs"] for r in sides[1])
            more -= sum(row["need"] in r["needs"] for r in sides[0])
            assert row["extra"] == pytest.approx(more, abs=8)
        largest = max(shift["rows"], key=lambda row: abs(row["extra"]))
        sign = "+" if largest["extra"] > 0 else "\u2212"
        assert f"{largest['name']} {sign}{abs(largest['extra']):.0f} " in shown


class TestTrend:
    """One small picture per need, month by month."""

    def test_the_last_month(self, made, html, rows):
        """What stands beside the name is the last full month's share."""
        shown = section(html, "change")
        months = sorted({f"{row['time']:%Y-%m}" for row in rows})
        own = {m: [r for r in rows if f"{r['time']:%Y-%m}" == m] for m in months}
        enough = [month for month in months if len(own[month]) >= 20]
        last = dt.date.fromisoformat(f"{enough[-1]}-01")
        for line in made.parts[0].trend:
            if line["period"] == enough[-1] and line["need"] in RATES:
                assert line["n"] == len(own[enough[-1]])
                assert line["share"] == pytest.approx(
                    share(own[enough[-1]], line["need"]), abs=0.03
                )
                said = (
                    rf"{line['name']}: \d+% in \w+ \d+, {100 * line['share']:.0f}% in {last:%B %Y}"
                )
                assert re.search(said, shown)

    def test_a_month_of_few_is_not_drawn(self, tagged_table, reader):
        """Three conversations make no point of a trend, and the page says so."""
        months = ("2026-01", "2026-02", "2026-03")
        few = tagged_table(3, months=("2026-04",))
        table = pa.concat_tables([tagged_table(600, months=months), few])
        html = report(table, model=reader).html()
        assert re.search(r"<title>Late delivery: \d+% in January 2026, \d+% in March 2026<", html)
        assert "Months with fewer than 20 conversations are left out." in bare(html)


class TestOrders:
    """Per 1,000 orders."""

    def test_the_rate_of_every_need(self, weeks):
        """Share times conversations over orders, with the share's interval."""
        found = per_1000_orders(distribution(weeks), {"": OrdersOf(4000)})
        made = report(weeks, findings={"distribution": found, "themes": None})
        shown = section(made.html(), "distribution")
        named = [row for row in found.rows if row["need"] not in {"other", "none", "unread"}]
        assert shown.count("per 1,000 orders") == len(named)
        for row in found.rows:
            rates = [1000 * row[end] * row["n"] / 4000 for end in ("share", "low", "high")]
            if row["need"] in RATES:
                assert "{:.1f} ({:.1f}–{:.1f}) per 1,000 orders".format(*rates) in shown

    def test_without_orders_nothing_is_said(self, html):
        """Not even an empty place."""
        assert "1,000 orders" not in html


class TestGroups:
    """The wider view."""

    def test_a_group_counts_conversations_once(self, made, rows):
        """Any of its needs, however many."""
        taxonomy = Taxonomy.load()
        for group in made.parts[0].groups:
            named = [n for n, g in taxonomy.groups(group["rollup"]).items() if g == group["group"]]
            count = sum(bool({*named} & {*row["needs"]}) for row in rows)
            assert group["tagged"] == count
            assert group["n"] == len(rows)


class TestHeadline:
    """The figures that are read first."""

    def test_they_are_those_of_the_sections(self, made, html):
        """The share at the top stands in the table, and so does what grew."""
        said = made.to_dict()["headline"]
        part = made.parts[0]
        by_need = {row["name"]: row for row in part.distribution}
        top = next(name for name in by_need if f"What fails most: {name}." in said[0])
        row = by_need[top]
        assert f"({100 * row['share']:.0f}%; between " in said[0]
        assert f"{100 * row['share']:.0f}%" in section(html, "distribution")
        large = re.findall(
            r'<span class="value">([^<]*)</span> <span class="label"><bdi>([^<]*)', html
        )
        assert (f"{100 * row['share']:.0f}%", top) in large
