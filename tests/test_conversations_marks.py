"""Memory that does not grow: marks and messages wait on disk and come back the same."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.conversations import marks
from convcat.conversations.filters import Seen
from convcat.conversations.marks import MarkSet, mark_of
from convcat.conversations.threads import Message, Threads, put_together


class TestMarks:
    def test_the_same_everywhere(self):
        """Marks are the same in every process and on every machine."""
        assert mark_of("a", 1, None) == 15261849538860162654
        assert mark_of("a", "b") != mark_of("ab", "")

    @given(st.lists(st.lists(st.integers(0, 40), max_size=9), max_size=30))
    @settings(max_examples=60, deadline=None)
    def test_as_a_set(self, batches):
        """With runs on disk it knows exactly what a set knows."""
        small, many = marks._RECENT, marks._RUNS
        marks._RECENT, marks._RUNS = 3, 2
        try:
            ours, theirs = MarkSet(), set()
            for batch in batches:
                wanted = []
                for mark in batch:
                    wanted.append(mark in theirs)
                    theirs.add(mark)
                assert ours.add(batch) == wanted
        finally:
            marks._RECENT, marks._RUNS = small, many


class TestNames:
    @given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=6))
    @settings(max_examples=60, deadline=None)
    def test_every_row_has_its_own(self, batches):
        """Taken ids get their place, however often they are taken."""
        seen, given_, number = Seen(several=False), [], 0
        for batch in batches:
            places = [f"f:{number + i}" for i in range(len(batch))]
            given_ += seen.names(batch, places)
            number += len(batch)
        assert len(set(given_)) == len(given_)
        firsts = dict.fromkeys(name for batch in batches for name in batch)
        assert [name for name in given_ if " " not in name] == list(firsts)

    def test_many_that_are_taken_are_asked_at_once(self, monkeypatch):
        """A dump of ids that come again costs a look a batch, not one a row."""
        asked = []
        add = MarkSet.add
        monkeypatch.setattr(MarkSet, "add", lambda self, m: asked.append(len(m)) or add(self, m))
        Seen(several=False).names(["a"] * 500, [str(i) for i in range(500)])
        assert asked == [500, 499]


def message(
    text: str | None, *, minute: int | None = None, role: str = "customer", **values
) -> Message:
    time = None if minute is None else datetime(2024, 5, 1, 9, minute)
    return Message(role, time, None, text, values if role == "customer" else None)


class TestThreads:
    def test_first_seen_first_given(self):
        """Conversations come in the order of their first message, messages in theirs."""
        threads = Threads()
        threads.add(["b", "a", "b"], [message("1"), message("2"), message("3")], [1, 2, 3])
        threads.add(["a", "b"], [message("4"), message("3")], [4, 3])
        found = [(key, [m.text for m in group]) for key, group in threads]
        assert found == [("b", ["1", "3"]), ("a", ["2", "4"])]

    def test_values_come_back(self):
        """Times, figures and words are the same after the wait."""
        threads = Threads()
        first = message("Hm", minute=3, csat=2.5, n=7, yes=True, name="ö")
        threads.add(["a"], [first], [1])
        assert next(iter(threads))[1] == [first]


class TestPutTogether:
    def test_without_times_the_file_decides(self):
        """The order of the file stands where a time lacks."""
        thread = put_together(
            [message("late", minute=9), message("later"), message("last", minute=1)]
        )
        assert thread.turns == ("late", "later", "last")

    def test_what_the_first_row_lacks_is_filled(self):
        """A score that comes with the last message is the conversation's."""
        thread = put_together([message("a", csat=None, team="x"), message("b", csat=2.0, team="y")])
        assert (thread.values["csat"], thread.values["team"]) == (2.0, "x")

    def test_the_answer_comes_after_the_question(self):
        """An agent who wrote before the customer has not answered yet."""
        thread = put_together(
            [
                message("All well?", minute=1, role="agent"),
                message("No.", minute=5),
                message("Oh!", minute=8, role="agent"),
            ]
        )
        assert thread.values["response_minutes"] == 3.0

    def test_the_shop_alone(self):
        """Without a customer there is no turn, but a time."""
        thread = put_together([message("Hello?", minute=4, role="agent")])
        assert (thread.turns, thread.messages) == ((), 0)
        assert thread.values["time"] == datetime(2024, 5, 1, 9, 4)
