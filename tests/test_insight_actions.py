"""Dated actions: read from what people write, and what went with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given as given_that
from hypothesis import strategies as st

from convcat.exceptions import InputError
from convcat.insight.actions import Action, read_actions
from convcat.insight.history import History

NEEDS = ("wismo", "delay", "sizing")


class TestReading:
    def test_a_file_as_people_write_it(self, tmp_path):
        """Byte order mark, semicolons, blank lines, other names, either way of a date."""
        path = tmp_path / "actions.csv"
        path.write_text(
            "\ufeffDate;Action;Needs;Where\n12 March 2026;New size guide;sizing;product: Kite\n;;;\n"
            "2026-02-01;Courier changed;wismo, delay;\n",
            encoding="utf-8",
        )
        assert read_actions(path, NEEDS) == (
            Action(date(2026, 2, 1), "Courier changed", ("wismo", "delay")),
            Action(date(2026, 3, 12), "New size guide", ("sizing",), "product", "Kite"),
        )
        assert read_actions(path)[1].place == "product = Kite"

    def test_a_dataframe(self):
        """Dates of any kind that a frame holds."""
        frame = pd.DataFrame({"date": pd.to_datetime(["2026-03-12"]), "action": ["Guide"]})
        assert read_actions(frame) == (Action(date(2026, 3, 12), "Guide"),)

    @pytest.mark.parametrize(
        ("lines", "match"),
        [
            ("date,what else\n2026-01-01,x", "no column 'action'"),
            ("when,action\n3/12/2026,x", "row 1: the date must read like 2026-03-12"),
            ("date,action\n2026-02-30,x", "row 1: the date"),
            ("date,action\n2026-01-01, ", "the action is empty"),
            ("date,action,need\n2026-01-01,x,sizin", "Did you mean 'sizing'"),
            ("date,action,slice\n2026-01-01,x,Kite", "the slice must read like"),
        ],
    )
    def test_a_mistake_is_one_sentence(self, tmp_path, lines, match):
        """It says which row, and how it must be."""
        path = tmp_path / "a.csv"
        path.write_text(lines)
        with pytest.raises(InputError, match=match) as raised:
            read_actions(path, NEEDS)
        assert "\n" not in str(raised.value)

    def test_files_that_are_none(self, tmp_path):
        """Missing, not text, too long, empty."""
        with pytest.raises(InputError, match="Cannot read the actions"):
            read_actions(tmp_path / "none.csv")
        path = tmp_path / "a.csv"
        path.write_bytes(b"date,action\n2026-01-01,\xff\xfe")
        with pytest.raises(InputError, match="not UTF-8"):
            read_actions(path)
        path.write_text("date,action\n" + "2026-01-01,x\n" * 1001)
        with pytest.raises(InputError, match="at most 1,000"):
            read_actions(path)
        path.write_text("")
        assert read_actions(path) == ()

    @given_that(st.text(max_size=60))
    def test_anything_is_read_or_refused(self, tmp_path_factory, text):
        """No text of a file leads to anything but actions or one sentence."""
        path = tmp_path_factory.mktemp("wild") / "a.csv"
        path.write_bytes(("date,action,need,slice\n" + text).encode("utf-8", "replace"))
        try:
            found = read_actions(path)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - either way is right
        else:
            assert all(action.action for action in found)


def history(tmp_path, *, factor=1.0, since=70, product=None, days=140, a_day=40, seed=0, slope=0.0):
    """Return a history in which sizing changes from a day on, perhaps of one product only."""
    rng = np.random.default_rng(seed)
    n = days * a_day
    day = np.arange(n) // a_day
    thing = np.where(np.arange(n) % 2, "Kite", "Lamp")
    touched = (day >= since) & ((thing == product) | (product is None))
    chance = {"wismo": 0.2, "delay": 0.12, "sizing": 0.15 * np.where(touched, factor, 1.0)}
    chance["sizing"] = chance["sizing"] * np.exp(-slope * day / 7)
    tags = np.column_stack([rng.random(n) < chance[need] for need in NEEDS])
    p = np.where(tags, rng.beta(9, 1, tags.shape), rng.beta(1, 25, tags.shape))
    start = datetime(2026, 1, 5)
    table = pa.table({
        "time": pa.array([start + timedelta(days=int(d)) for d in day], pa.timestamp("us")),
        "product": thing,
        "needs": [[need for need, tag in zip(NEEDS, row, strict=True) if tag] for row in p > 0.5],
        **{f"p_{need}": p[:, j] for j, need in enumerate(NEEDS)},
        "needs_status": ["ok"] * n,
    })  # fmt: skip
    kept = History(tmp_path / f"{seed}-{factor}-{since}-{product}-{slope}")
    kept.add(table)
    return kept


GUIDE = Action(date(2026, 3, 16), "New size guide", ("sizing",))  # day 70


class TestEffects:
    def test_an_effect_is_found_and_held(self, tmp_path):
        """Before and after are right, the interval holds it, the words do not claim a cause."""
        found = history(tmp_path, factor=0.5).effects([GUIDE])
        (row,) = found.rows
        assert (row["need"], row["verdict"]) == ("sizing", "down")
        assert row["low"] <= -0.075 <= row["high"] < 0
        assert row["weeks_before"] >= 9
        assert "association" in found.headline()
        assert "because" not in found.headline() + row["words"]

    def test_nothing_happened(self, tmp_path):
        """No difference where there was none, nine times in ten or more."""
        rows = [history(tmp_path, seed=seed).effects([GUIDE]).rows[0] for seed in range(12)]
        assert sum(row["verdict"] != "no clear difference" for row in rows) <= 2
        assert sum(row["low"] <= 0 <= row["high"] for row in rows) >= 10

    def test_where_it_was_done(self, tmp_path):
        """An action for one product is judged by that product's conversations."""
        kept = history(tmp_path, factor=0.4, product="Kite")
        kite, lamp = (
            kept.effects([Action(GUIDE.day, "Guide", ("sizing",), "product", name)]).rows[0]
            for name in ("kite", "Lamp")
        )
        assert kite["verdict"] == "down"
        assert lamp["verdict"] == "no clear difference"
        assert kite["n_before"] + kite["n_after"] == pytest.approx(140 * 20, abs=60)

    def test_without_a_need_only_what_moved(self, tmp_path):
        """All needs are judged together; where none moved, that is said."""
        action = Action(GUIDE.day, "Something")
        moved = history(tmp_path, factor=0.5).effects([action])
        assert [row["need"] for row in moved.rows] == ["sizing"]
        still = history(tmp_path).effects([action])
        assert still.rows == ()
        assert "no need moved beyond chance" in still.warnings[0]

    def test_an_action_does_not_earn_what_came_before_it(self, tmp_path):
        """A step five weeks earlier is a step of its own."""
        kept = history(tmp_path, factor=0.4, since=35)
        (row,) = kept.effects([GUIDE]).rows
        assert row["verdict"] == "no clear difference"

    def test_two_at_once_cannot_be_told_apart(self, tmp_path):
        """Each names the other."""
        both = [GUIDE, Action(date(2026, 3, 20), "New photos", ("sizing",))]
        rows = history(tmp_path, factor=0.5).effects(both).rows
        assert "not to be told apart from 'New photos'" in rows[0]["words"]
        assert "'New size guide'" in rows[1]["words"]

    def test_what_was_falling_already_is_said(self, tmp_path):
        """A share that had been falling all along is not given to the action alone."""
        kept = history(tmp_path, slope=0.11, a_day=120, days=112)
        (row,) = kept.effects([GUIDE]).rows
        assert row["verdict"] == "no clear difference" or "falling before already" in row["words"]

    def test_too_early_to_say(self, tmp_path):
        """An action of last week, or of before the first conversation, is not judged."""
        kept = history(tmp_path)
        early = [Action(date(2026, 5, 20), "x", ("sizing",)), Action(date(2025, 5, 1), "y")]
        found = kept.effects(early)
        assert found.rows == ()
        assert [line.partition(": ")[2] for line in found.warnings] == [
            "fewer than 2 weeks of conversations lie before.",
            "fewer than 2 weeks of conversations lie after so far.",
        ]

    def test_what_is_planned_is_one_note(self, tmp_path):
        """However many actions lie ahead, a scheduled job says so once."""
        ahead = [Action(date(2027, 1, day), "x", ("sizing",)) for day in range(1, 10)]
        (told,) = history(tmp_path).effects(ahead).warnings
        assert told.startswith("Actions of 2027-01-01, 2027-01-02,")
        assert "and 4 more days: fewer than 2 weeks of conversations lie after so far." in told

    def test_a_place_that_is_not_there(self, tmp_path):
        """A product that nobody wrote of is said, with the nearest; a column that is not kept too."""
        kept = history(tmp_path)
        found = kept.effects([Action(GUIDE.day, "x", ("sizing",), "product", "Kites")])
        assert "Did you mean 'Kite'" in found.warnings[0]
        with pytest.raises(InputError, match="no counts by 'shop'"):
            kept.effects([Action(GUIDE.day, "x", (), "shop", "A")])
