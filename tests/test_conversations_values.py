"""Cells to values: what exports write for times, stars, scores and durations."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.conversations.blocks import unit_of
from convcat.conversations.times import day_or_month_first, parse_time
from convcat.conversations.values import parse_minutes, parse_rating, parse_score

_DAY = datetime(2024, 3, 14)


class TestTimes:
    @pytest.mark.parametrize(
        ("cell", "moment"),
        [
            ("2024-03-14", _DAY),
            ("2024-03-14 09:05", datetime(2024, 3, 14, 9, 5)),
            ("2024-03-14T09:05:10Z", datetime(2024, 3, 14, 9, 5, 10)),
            ("2024-03-14T09:05:10.250+02:00", datetime(2024, 3, 14, 7, 5, 10, 250_000)),
            ("2024-03-14 09:05:10 +0200", datetime(2024, 3, 14, 7, 5, 10)),
            ("2024-03-14 00:00:00 UTC", _DAY),
            ("2024/3/14", _DAY),
            ("14/03/2024", _DAY),
            ("14.03.2024 09:05", datetime(2024, 3, 14, 9, 5)),
            ("14-03-24", _DAY),
            ("3/14/2024 9:05 PM", datetime(2024, 3, 14, 21, 5)),
            ("3/14/2024, 12:05:10 AM", datetime(2024, 3, 14, 0, 5, 10)),
            ("14-Mar-24", _DAY),
            ("14 March 2024", _DAY),
            ("March 14, 2024", _DAY),
            ("Mar 14, 2024 at 9:05 am", datetime(2024, 3, 14, 9, 5)),
            ("Thursday, 14th of March 2024", _DAY),
            ("Thu, 14 Mar 2024 09:05:10 GMT", datetime(2024, 3, 14, 9, 5, 10)),
            ("Thu, 14 Mar 2024 09:05:10 -0500", datetime(2024, 3, 14, 14, 5, 10)),
            ("Thu Mar 14 09:05:10 +0000 2024", datetime(2024, 3, 14, 9, 5, 10)),
            ("Thu Mar 14 09:05:10 2024", datetime(2024, 3, 14, 9, 5, 10)),
            ("1710407110", datetime(2024, 3, 14, 9, 5, 10)),
            ("1710407110250", datetime(2024, 3, 14, 9, 5, 10, 250_000)),
        ],
    )
    def test_forms(self, cell, moment):
        """Every form that exports are known to write."""
        assert parse_time(cell) == moment

    @pytest.mark.parametrize(
        "cell",
        ["", "soon", "12", "2 days ago", "31/31/2024", "0000-00-00", "9999-12-31", "mber 19, 2017"],
    )
    def test_not_a_time(self, cell):
        """What names no moment is none."""
        assert parse_time(cell) is None

    def test_order_of_day_and_month(self):
        """The column decides; a figure over 12 decides for itself."""
        assert parse_time("03/04/2024", day_first=False) == datetime(2024, 3, 4)
        assert parse_time("13/04/2024", day_first=False) == datetime(2024, 4, 13)
        assert day_or_month_first(["01/02/2024", "01/13/2024"]) == "month"

    @given(
        st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)).map(
            lambda t: t.replace(microsecond=0)
        )
    )
    def test_every_moment_comes_back(self, moment):
        """Any moment, in any form, is read as itself."""
        for form in (
            "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d %B %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p",
            "%a %b %d %H:%M:%S +0000 %Y", "%a, %d %b %Y %H:%M:%S +0000",
        ):  # fmt: skip
            assert parse_time(moment.strftime(form)) == moment


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "stars"),
        [
            ("2", 2), ("2.0", 2), ("2,5", 2.5), ("2/5", 2), ("4/10", 2), ("2 out of 5", 2),
            ("2 stars", 2), ("1 star", 1), ("Rated 3 stars", 3), ("★★", 2), ("★★☆☆☆", 2), ("⭐⭐⭐", 3),
            ("TWO", 2), ("FIVE_STARS", 5), ("STAR_RATING_THREE", 3), ("three stars", 3), ("2 of 5 stars", 2),
            ("good", None), ("", None), ("7/5", None), ("nan", None),
        ],
    )  # fmt: skip
    def test_stars(self, cell, stars):
        """Stars in every way of writing them."""
        assert parse_rating(cell) == stars

    @pytest.mark.parametrize(
        ("cell", "score"),
        [
            ("4", 4),
            ("87 %", 87),
            ("4/5", 4),
            ("Good", 1),
            ("bad, with comment", None),
            ("nan", None),
            ("-1", -1),
        ],
    )
    def test_scores(self, cell, score):
        """Scores stay on their own scale; words are good or bad."""
        assert parse_score(cell) == score

    @pytest.mark.parametrize(
        ("cell", "minutes"),
        [
            ("12", 12), ("1,440", 1440), ("0:05:30", 5.5), ("2:30", 150), ("1 day, 02:00:00", 1560),
            ("1h 20m", 80), ("90 seconds", 1.5), ("1 hour, 5 min", 65), ("-5", None), ("soon", None),
            ("nan", None), ("inf", None),
        ],
    )  # fmt: skip
    def test_minutes(self, cell, minutes):
        """Durations in every way of writing them."""
        assert parse_minutes(cell) == minutes

    def test_units_by_header(self):
        """The header says what bare numbers count."""
        assert unit_of("First response time (in hrs)") == "h"
        assert unit_of("first_response_seconds") == "s"

    @given(st.text(max_size=60))
    def test_nothing_raises(self, cell):
        """Any cell is read or is nothing."""
        for parse in (parse_time, parse_rating, parse_score, parse_minutes):
            assert parse(cell) is None or parse(cell) == parse(cell)
