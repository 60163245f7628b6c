"""First answers: opening hours given or inferred and said so, the ten-minute line, CSAT apart."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.exceptions import InputError
from convcat.insight.impact import impact
from convcat.insight.intervals import wilson
from convcat.insight.response_hours import BusinessHours, local
from convcat.insight.response_inferred import infer_hours

OFFICE = "Mon-Fri 09:00-17:30 Europe/London"


def moments(*texts):
    return np.array(texts, "datetime64[us]")


class TestHours:
    """Opening hours as people write them."""

    @pytest.mark.parametrize(
        ("text", "words"),
        [(OFFICE, "Monday to Friday, 09:00 to 17:30, Europe/London"),
         ("mon to sun 0-24", "round the clock"),
         ("Sat 10:00 - 14:00 America/New_York", "Saturday, 10:00 to 14:00, America/New_York"),
         ("Fri-Mon 8-20 UTC", "Friday to Monday, 08:00 to 20:00, UTC"),
         ("Thursday–Friday 9–17", "Thursday, Friday, 09:00 to 17:00, UTC"),
         ("Mon-Fri 22:00-06:00", "Monday to Friday, 22:00 to 06:00, UTC"),
         ("Mon-Fri 9-18, Sat 10-14 Europe/London",
          "Monday to Friday, 09:00 to 18:00 and Saturday, 10:00 to 14:00, Europe/London"),
         ("Mon-Fri 9-12; Mon-Fri, 13-17, closed on 2026-12-25, 2026-12-28",
          "Monday to Friday, 09:00 to 12:00 and Monday to Friday, 13:00 to 17:00, UTC, closed on 2 days")],
    )  # fmt: skip
    def test_they_are_read(self, text, words):
        """Days, hours and zone."""
        assert BusinessHours.parse(text).words == words

    @pytest.mark.parametrize(
        "text", ["", "9-17", "Mon-Fri", "Xyz 9-17", "Mon-Fri 9-25", "Mon-Fri 9-17 Mars/Base",
                 "Mon-Fri 9-17, closed 25 December", "Mon-Fri 9-17, Sat", "closed 2026-12-25",
                 "Mon 9:75-17", "T-F 9-17", "Mon-Fri 9-9", "Mon-Fri 09:00-17:00 Europe/London or so"]
    )  # fmt: skip
    def test_nonsense_is_refused(self, text):
        """In one sentence."""
        with pytest.raises(InputError):
            BusinessHours.parse(text)

    @pytest.mark.parametrize(
        ("asked", "wait", "opened"),
        [("2026-03-04T10:00", 25, 25), ("2026-03-04T08:00", 65, 5), ("2026-03-04T08:00", 30, 0),
         ("2026-03-06T17:25", 3 * 1440 - 500, 10), ("2026-03-07T12:00", 2880, 180),
         ("2026-07-01T08:00", 10, 10), ("2026-03-04T17:29:30", 10, 0.5)],
    )  # fmt: skip
    def test_only_opening_minutes_count(self, asked, wait, opened):
        """Nights, weekends and summer time (in July London is an hour ahead) do not count."""
        hours = BusinessHours.parse(OFFICE)
        assert hours.between(moments(asked), np.array([float(wait)])).tolist() == [opened]

    def test_past_midnight(self):
        """A late shift belongs to the day on which it began."""
        hours = BusinessHours.parse("Fri 22:00-02:00")
        asked = moments("2026-03-07T01:00", "2026-03-08T01:00")  # Saturday, Sunday
        assert hours.between(asked, np.array([30.0, 30.0])).tolist() == [30.0, 0.0]

    @pytest.mark.parametrize(
        ("asked", "wait", "opened"),
        [("2026-12-24T17:55", 4 * 1440 - 530, 10), ("2026-12-26T11:00", 30, 0),
         ("2026-12-25T10:00", 60, 0), ("2026-12-19T13:55", 2 * 1440 - 290, 10),
         ("2026-12-28T09:00", 20, 20)],
    )  # fmt: skip
    def test_holidays_and_saturdays(self, asked, wait, opened):
        """A day that is closed does not count; a Saturday has its own hours."""
        hours = BusinessHours.parse("Mon-Fri 9-18, Sat 10-14, closed 2026-12-25 2026-12-26")
        assert hours.between(moments(asked), np.array([float(wait)])).tolist() == [opened]

    @given(st.integers(0, 20000), st.integers(0, 9000), st.integers(0, 9000))
    def test_minutes_add_up(self, start, first, second):
        """Waiting twice is waiting once for as long, and never longer than the clock."""
        hours = BusinessHours.parse(
            "Tue-Sat 7:15-19:00, Sun 22:00-03:00 Asia/Kolkata, closed 2026-02-03 2026-02-08"
        )
        at = moments("2026-02-01T00:00") + np.timedelta64(start, "m")
        both = hours.between(at, np.array([float(first + second)]))
        one = hours.between(at, np.array([float(first)]))
        two = hours.between(at + np.timedelta64(first, "m"), np.array([float(second)]))
        assert both == pytest.approx(one + two)
        assert (both <= first + second).all()

    def test_unknown_stays_unknown(self):
        """No time or no wait gives no minutes."""
        hours = BusinessHours.parse(OFFICE)
        asked = moments("NaT", "2026-03-04T10:00")
        assert np.isnan(hours.between(asked, np.array([5.0, np.nan]))).all()


class TestInference:
    """Hours read off the answers."""

    def asked(self):
        days = np.arange("2026-03-02", "2026-04-13", dtype="datetime64[D]")
        return (days[:, None] + np.arange(0, 1440, 37) * np.timedelta64(1, "m")).ravel()

    @pytest.mark.parametrize(
        "text",
        ["Mon-Fri 09:00-17:00", "Mon-Sat 08:00-20:00", "Mon-Sun 14:00-02:00", "Mon-Sun 0-24"],
    )
    def test_a_shop_that_answers_in_its_hours(self, text):
        """What it keeps is what is found."""
        hours, asked = BusinessHours.parse(text), self.asked().astype("datetime64[us]")
        wait = np.array([hours.until_open(one) + 2 for one in asked])
        found = infer_hours(asked, wait)
        assert (found.days, found.opens) == (hours.days, hours.opens)
        assert abs(found.closes - hours.closes) <= 60  # two minutes after the last hour is one more
        assert found.inferred

    @pytest.mark.parametrize(
        ("zone", "day", "found"),
        [("Europe/London", "2026-03-01", "Europe/London"), ("UTC", "2026-03-01", "UTC"),
         ("Europe/Berlin", "2026-10-01", "Europe/London"), ("Asia/Kolkata", "2026-10-01", "UTC"),
         ("America/New_York", "2026-03-01", "America/New_York"), ("Europe/London", "2026-06-01", "UTC")],
    )  # fmt: skip
    def test_summer_time(self, zone, day, found):
        """A month in which the clock changes has one set of hours, on the clock that changes."""
        hours = BusinessHours.parse(f"Mon-Fri 9-17 {zone}")
        asked = moments(day) + np.arange(0, 31 * 1440, 29) * np.timedelta64(1, "m")
        there = local(asked, zone)
        wait = np.array([hours.until_open(one) + 2 for one in there])
        answer = asked + (wait * 60e6).astype("timedelta64[us]")  # a clock that changed meanwhile
        wait += ((there - asked) - (local(answer, zone) - answer)) / np.timedelta64(1, "m")
        told = infer_hours(asked, wait)
        assert told.zone == found
        assert (told.between(asked, wait) <= 10).mean() > 0.98
        assert ("on the clock of" in told.words) == (found != "UTC")

    def test_too_little_to_tell(self):
        """Few answers, or dates without a clock, say nothing."""
        asked = self.asked().astype("datetime64[us]")
        assert infer_hours(asked[:30], np.ones(30)) is None
        dates = asked.astype("datetime64[D]").astype("datetime64[us]")
        assert infer_hours(dates, np.ones(len(dates))) is None


@pytest.fixture(scope="module")
def waits(tagged_table):
    return tagged_table(
        600,
        kind=lambda i: "review" if i % 5 == 4 else "support",
        channel=lambda i: (None, "chat", "mail")[i % 3] if i % 5 != 4 else None,
        response_minutes=lambda i: None if i % 5 == 4 or i % 3 == 0 else float(i % 30),
        csat=lambda i: float(1 + i % 5) if i % 2 else None,
    )


class TestResponse:
    """A row per channel, and one of all."""

    def test_by_hand(self, waits):
        """Waits, shares, tags and CSAT of every row, from the tagged table."""
        found = impact(waits, hours="Mon-Sun 0-24").response
        read = [
            r for r in waits.to_pylist() if r["needs_status"] == "ok" and r["kind"] == "support"
        ]
        assert found.rows[0]["channel"] == "all channels"
        for row in found.rows:
            channels = {row["channel"]} & {"chat", "mail"} or {"chat", "mail"}
            own = [r for r in read if r["channel"] in channels]
            minutes = [r["response_minutes"] for r in own]
            assert (row["n"], row["read"]) == (len(minutes), len(own))
            assert row["median"] == np.median(minutes)
            soon = sum(w <= 10 for w in minutes)
            assert (row["within"], row["low"], row["high"]) == pytest.approx(
                (soon / len(own), *wilson(soon, len(own)))
            )
            assert row["tagged"] == sum("speed" in r["needs"] for r in own)
            for name, failed in (("routine", False), ("complaints", True)):
                scores = [
                    r["csat"] for r in own
                    if r["needs"] and (r["p_failed"] >= 0.5) is failed and r["csat"] is not None
                ]  # fmt: skip
                assert row[f"n_{name}"] == len(scores)
                assert row[name] == (pytest.approx(np.mean(scores)) if scores else None)

    def test_it_says_whose_hours_they_are(self, waits):
        """Given hours are said to be given; inferred ones inferred."""
        given_hours = impact(waits, hours=OFFICE).response
        assert "as given" in given_hours.says
        assert not given_hours.inferred
        bare = impact(waits).response
        assert "inferred from when answers went out" in bare.says
        assert bare.to_dict()["inferred"]

    def test_without_times_the_clock_on_the_wall_counts(self, waits):
        """That is said too."""
        said = impact(waits.drop_columns(["time"])).response.says
        assert "by the clock on the wall" in said

    def test_routine_queries_and_complaints_apart(self, tagged_table):
        """CSAT of those answered in time and later, for each."""
        table = tagged_table(
            900, channel="chat", response_minutes=lambda i: float((5, 50)[i % 2]),
            csat=lambda i: float((5, 3)[i % 2]) - (i % 7 == 0),
        )  # fmt: skip
        flipped = [
            None if p is None else (0.1 if i % 2 else 0.9)
            for i, p in enumerate(table["p_failed"].to_pylist())
        ]
        at = table.column_names.index("p_failed")
        mixed = table.set_column(at, "p_failed", pa.array([
            None if p is None else (0.1 if i // 2 % 2 else 0.9) for i, p in enumerate(flipped)
        ]))  # fmt: skip
        found = impact(mixed, hours="Mon-Sun 0-24")
        assert [r["stance"] for r in found.content] == ["routine", "complaint"]
        for row in found.content:
            assert row["difference"] == pytest.approx(row["in_time"] - row["later"])
            assert row["verdict"] == "higher"

    def test_no_waits_no_response(self, waits):
        """Without a response time there is no section."""
        assert impact(waits.drop_columns(["response_minutes"])).response is None
