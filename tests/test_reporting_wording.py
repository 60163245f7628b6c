"""The report's sentences: singular and plural, nothing found, one month, nothing read."""

from __future__ import annotations

from typing import ClassVar

import pytest

from convcat.reporting import figures, wording
from convcat.reporting.figures import NOUNS
from convcat.reporting.wording import text_of

SUPPORT, REVIEW = NOUNS["support"], NOUNS["review"]


def share(need, value, low=None, high=None, n=1200, name=None):
    low, high = (value - 0.02, value + 0.02) if low is None else (low, high)
    return {
        "need": need, "name": name or need.title(), "share": value, "low": low, "high": high, "n": n
    }  # fmt: skip


def change(need, before, after, verdict):
    return {
        "need": need, "name": need.title(), "before": before, "after": after,
        "change": after - before, "n_before": 900, "n_after": 950, "verdict": verdict,
    }  # fmt: skip


class TestFailsMost:
    """The first sentence."""

    def test_share_interval_and_failure_are_said(self):
        """It names the need, how many speak of it, how sure that is, and how often it failed."""
        rows = [share("sizing", 0.16), share("price", 0.05), share("none", 0.4)]
        stances = [{"need": "sizing", "failed": 0.81}, {"need": "price", "failed": 0.5}]
        assert text_of(wording.fails_most(rows, stances, SUPPORT)) == (
            "What fails most: Sizing. About one in six support conversations speaks of it (16%; between "
            "14 and 18%), and in eight in ten of them something had gone wrong. Next: Price (5%)."
        )

    def test_what_failed_outranks_what_was_only_asked(self):
        """A question asked often does not stand above what went wrong."""
        rows = [share("information", 0.2), share("quality", 0.12)]
        stances = [{"need": "information", "failed": 0.1}, {"need": "quality", "failed": 0.9}]
        said = text_of(wording.fails_most(rows, stances, REVIEW))
        assert said.startswith("What fails most: Quality. About one in eight reviews speaks")

    def test_a_more_common_need_that_fails_less(self):
        """Why it comes second is said with its share."""
        rows = [share("wismo", 0.12), share("delay", 0.11)]
        stances = [{"need": "wismo", "failed": 0.67}, {"need": "delay", "failed": 0.81}]
        said = text_of(wording.fails_most(rows, stances, SUPPORT))
        assert said.startswith("What fails most: Delay.")
        assert said.endswith("Close behind: Wismo (12%, gone wrong in seven in ten).")

    def test_intervals_that_overlap_are_called_close(self):
        """A second need that could be the first is said to be close."""
        rows = [share("a", 0.16), share("b", 0.15)]
        assert "Close behind: B (15%)." in text_of(wording.fails_most(rows, [], SUPPORT))

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (0.5, "About half of all reviews speak of it"),
            (0.8, "Most reviews speak of it"),
            (0.001, "Few reviews speak of it"),
        ],
    )
    def test_large_shares(self, value, words):
        """Half and more have words of their own."""
        assert words in text_of(wording.fails_most([share("a", value)], [], REVIEW))

    @pytest.mark.parametrize("rows", [[], [share("none", 1.0)], [share("a", 0.0, 0.0, 0.1)]])
    def test_nothing_stands_out(self, rows):
        """No need, no claim."""
        said = text_of(wording.fails_most(rows, [], REVIEW))
        assert said == "No need stands out in the reviews that were read."

    def test_the_other_kind_in_a_few_words(self):
        """The same need in reviews is said to be the same."""
        said = wording.also_fails([share("a", 0.3)], [], REVIEW, "a")
        assert text_of(said) == "In reviews it is A too (30%)."

    def test_a_second_one_in_the_other_kind(self):
        """It is named where it may be as common as the first; else it is not close."""
        rows = [share("a", 0.3, 0.1, 0.6), share("b", 0.2, 0.1, 0.35)]
        said = text_of(wording.also_fails(rows, [], REVIEW, "a"))
        assert said == "In reviews it is A too (30%), close to B (20%)."
        rows[1] |= {"share": 0.08, "high": 0.2}
        assert "B" not in text_of(wording.also_fails(rows, [], REVIEW, "a"))
        assert "Next: B" in text_of(wording.fails_most(rows, [], REVIEW))


class TestGotWorse:
    """What changed."""

    def test_the_largest_rise_leads(self):
        """One sentence with both figures; the others are named."""
        rows = [
            change("delay", 0.05, 0.09, "up"),
            change("speed", 0.08, 0.1, "up"),
            change("price", 0.06, 0.03, "down"),
        ]
        assert text_of(wording.got_worse(rows, "September", "October")) == (
            "What got more common: Delay, 9% in October after 5% in September; also Speed. "
            "What got rarer: Price, 3% in October after 6% in September."
        )

    def test_only_better(self):
        """Good news stands alone."""
        said = text_of(wording.got_worse([change("price", 0.06, 0.03, "down")], "May", "June"))
        assert said == "What got rarer: Price, 3% in June after 6% in May."

    def test_noise_is_no_change(self):
        """A difference within chance is not a finding."""
        said = wording.got_worse([change("price", 0.03, 0.06, "noise")], "May", "June")
        assert text_of(said) == "From May to June, nothing changed by more than chance would."

    def test_too_few_to_tell(self):
        """A month of ten conversations says nothing, not that nothing changed."""
        few = [{**change("price", 0.03, 0.06, "noise"), "n_before": 10}]
        said = text_of(wording.got_worse(few, "July (in part)", "August"))
        assert said == (
            "What changed cannot be told yet, there are too few conversations: 10 in July (in part)."
        )

    def test_one_month_only(self):
        """Nothing to compare with is said, not hidden."""
        assert "no earlier month" in text_of(wording.got_worse(None, "", ""))

    def test_unread_and_none_are_no_news(self):
        """A rise in thanks is not something that got worse."""
        said = text_of(wording.got_worse([change("none", 0.2, 0.4, "up")], "May", "June"))
        assert "nothing changed" in said


class TestWhere:
    """Where it stands out."""

    ROW: ClassVar = {
        "need": "delay", "name": "Late delivery", "slice": "carrier", "value": "Hare",
        "carrier": "Hare", "share": 0.3, "elsewhere": 0.1, "lift": 3.0, "n": 200, "excess": 40.2,
    }  # fmt: skip

    def test_place_times_and_excess(self):
        """The sentence says where, how much more, and how many conversations that is."""
        assert text_of(wording.where([self.ROW])) == (
            "Where it stands out: Late delivery, carrier Hare: 3.0 times as common as elsewhere, about 40 "
            "conversations more than there would be otherwise."
        )

    def test_one_conversation_is_singular(self):
        """An excess of one is one conversation."""
        assert "about 1 conversation more" in text_of(wording.where([{**self.ROW, "excess": 1.2}]))

    def test_a_need_without_a_name_does_not_lead(self):
        """What has a name can be acted on: it is said first."""
        other = {**self.ROW, "need": "other", "name": "Another need"}
        assert "Late delivery" in text_of(wording.where([other, self.ROW]))
        assert "Another need" in text_of(wording.where([other]))

    def test_never_seen_elsewhere(self):
        """Without a ratio the share itself is said."""
        row = {**self.ROW, "lift": None, "elsewhere": 0.0, "excess": None}
        assert (
            text_of(wording.where([row]))
            == "Where it stands out: Late delivery, carrier Hare: 30%."
        )

    def test_nothing_found_and_nowhere_to_look(self):
        """Both are said, and differ."""
        assert "beyond chance" in text_of(wording.where([]))
        assert "no channel" in text_of(wording.where(None))

    def test_what_may_only_be_read_differently_is_not_called_chance(self):
        """It is named, with its doubt; a finding speaks for itself."""
        row = {**self.ROW, "elsewhere": 0.1}
        said = text_of(wording.where([], [row]))
        assert "Late delivery, carrier Hare (30% against 10% elsewhere)" in said
        assert "for sure" in said
        assert "read differently" in said
        assert wording.where([row], [row]) == wording.where([row])

    def test_a_value_that_holds_the_joining_sign(self):
        """Columns' own values are used rather than the joined text."""
        row = {
            "slice": "size \u00d7 channel", "value": "2 \u00d7 4 \u00d7 chat",
            "size": "2 \u00d7 4", "channel": "chat",
        }  # fmt: skip
        assert wording.place(row) == "size 2 \u00d7 4 and channel chat"


class TestNothingRead:
    """Empty tables and unread ones."""

    def test_empty(self):
        """An empty table is said to be empty."""
        assert "nothing to report" in text_of(wording.nothing_read(0, ()))

    def test_all_unread(self):
        """Why nothing could be read is said, with counts."""
        said = text_of(wording.nothing_read(120, (("in another language", 100), ("empty", 20))))
        assert said == (
            "None of the 120 conversations could be read: 100 (in another language) and 20 (empty)."
        )

    def test_one_unread(self):
        """One is one."""
        said = text_of(wording.nothing_read(1, (("empty", 1),)))
        assert said == "The one conversation could not be read (empty)."


class TestHowSure:
    """The words for sureness."""

    @pytest.mark.parametrize(
        ("q", "words"),
        [
            (0.0005, "almost certain"),
            (0.009, "very sure"),
            (0.05, "sure"),
            (0.2, "a hint, not proven"),
        ],
    )
    def test_from_the_q_value(self, q, words):
        """Words follow the error-controlled value where the row has none."""
        assert wording.how_sure({"q_value": q}) == words

    def test_missing_value(self):
        """Nothing known, nothing said."""
        assert wording.how_sure({"q_value": None, "sure": ""}) == ""


class TestFigures:
    """How numbers are written."""

    def test_an_interval_has_one_precision(self):
        """Both ends and the estimate get the same digits."""
        assert figures.span(0.029, 0.061, 2000) == "3\u20136%"
        assert figures.percent(0.041, 2000, beside=0.061) == "4%"
        assert figures.span(0.012, 0.034, 2000) == "1.2\u20133.4%"

    def test_never_zero_for_something(self):
        """A share above zero is never written as zero."""
        assert figures.percent(1e-9, 10) == "<1%"
        assert figures.percent(1e-9, 10_000) == "<0.1%"

    def test_points_have_a_sign(self):
        """A change shows its direction, and no change has none."""
        assert (figures.points(0.05), figures.points(-0.05)) == ("+5.0", "\u22125.0")
        assert figures.points(-0.0002) == "0"
