"""A short answer keeps the question that it answers, and is read without it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.conversations import read_conversations
from convcat.conversations.context import question_before
from convcat.conversations.threads import Message
from convcat.insight import audit_sample

# What a shop asks, and what a customer answers in a few words.
PAIRS = [
    ("Would you like to return the shirt?", "Yes please"),
    ("Do you want to exchange both pairs for a larger size?", "yes, both"),
    ("Which colour should we send instead?", "the blue one"),
    ("Has your parcel arrived by now?", "No"),
    ("Was the box damaged when it came?", "It was"),
    ("Shall I cancel the order for you?", "Yes"),
    ("Did the refund reach your account?", "Not yet"),
    ("Is the missing item the charger?", "Correct"),
    ("Do you need the size guide?", "no thanks"),
    ("May I send a replacement?", "please do"),
    ("Was the discount code refused at checkout?", "exactly"),
    ("Did the courier leave it with a neighbour?", "nope"),
    ("Should it go to the same address?", "same one"),
    ("Is it the left or the right shoe that leaks?", "left"),
    ("Would a voucher be fine for you?", "ok"),
    ("Have you tried to charge it overnight?", "I have"),
    ("Are you asking about the delivery time?", "yes"),
    ("Which of the two lamps flickers?", "The brass one"),
    ("Do you still want the invoice?", "Sure"),
    ("Would you rather have a refund?", "Rather that"),
    ("Is the fabric see-through?", "a little"),
    ("Shall we collect the table?", "Friday works"),
    ("Did the tracking page show anything?", "nothing"),
    ("Do you want to change the address?", "yes, please"),
    ("Was it the wrong colour or the wrong size?", "Size"),
    ("Does the zip get stuck?", "sometimes"),
    ("Would you like us to call the carrier?", "That would help"),
    ("Were you charged twice?", "twice, yes"),
    ("Is your subscription to be paused?", "paused"),
    ("Did somebody answer your first mail?", "nobody"),
    ("Should I reorder the sold out one for you?", "both of them"),
    ("Is the print faded after washing?", "totally"),
    ("Do you want the gift wrapped?", "no"),
    ("Which payment method failed?", "the card"),
    ("Have you got the return label?", "not so far"),
    ("Did the app log you out?", "again"),
    ("Would Monday suit for delivery?", "Monday is good"),
    ("Is the lid broken or missing?", "missing"),
    ("Do you mean the large or the small one?", "large"),
    ("Are all four chairs wobbly?", "three"),
    ("Did you order the 50 ml bottle?", "the other one"),
    ("Can we keep the old card on file?", "better not"),
]


def dump(*turns: tuple[str, str, str]) -> io.StringIO:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["conversation_id", "sender", "message", "sent_at"])
    for i, (key, who, said) in enumerate(turns):
        writer.writerow([key, who, said, f"2024-05-02 {8 + i // 60:02}:{i % 60:02}"])
    out.seek(0)
    return out


def rows(*turns: tuple[str, str, str]) -> list[dict[str, object]]:
    return read_conversations(dump(*turns), language=None).to_table().to_pylist()


class TestPairs:
    def test_the_question_stands_beside_and_never_within(self):
        """What is tagged and quoted is the customer's alone; the question is at hand."""
        turns = [
            turn
            for i, (question, answer) in enumerate(PAIRS)
            for turn in (
                (f"k{i}", "agent", f"Thanks for writing. {question}"),
                (f"k{i}", "customer", answer),
            )
        ]
        found = rows(*turns)
        assert len(found) == len(PAIRS) >= 40
        for row, (question, answer) in zip(found, PAIRS, strict=True):
            assert (row["text"], row["context"]) == (answer, question)

    def test_reading_does_not_see_the_question(self):
        """The texts, and so the tags, are the same as if the shop had said nothing."""
        with_agent = [
            turn
            for i, (question, answer) in enumerate(PAIRS)
            for turn in ((f"k{i}", "agent", question), (f"k{i}", "customer", answer))
        ]
        alone = [turn for turn in with_agent if turn[1] == "customer"]
        drop = ("context", "time", "file")
        one, other = (
            [{k: v for k, v in row.items() if k not in drop} for row in rows(*turns)]
            for turns in (with_agent, alone)
        )
        assert one == other


class TestWhen:
    def test_enough_words_need_no_question(self):
        """A customer who says what is the matter is read without the shop."""
        said = "The left shoe leaks since the first rain"
        (row,) = rows(("a", "agent", "Which shoe?"), ("a", "customer", said))
        assert row["context"] is None

    def test_the_last_question_before_the_last_answer(self):
        """A question after the answer, or an earlier one, is not what was answered."""
        (row,) = rows(
            ("a", "customer", "Hi"),
            ("a", "agent", "Hello! Is it about an order?"),
            ("a", "customer", "yes"),
            ("a", "bot", "Return or exchange?"),
            ("a", "customer", "exchange"),
            ("a", "agent", "Anything else?"),
        )
        assert row["context"] == "Return or exchange?"

    def test_statements_are_no_questions(self):
        """Where nobody asked there is no context."""
        (row,) = rows(("a", "agent", "It is on its way."), ("a", "customer", "great"))
        assert row["context"] is None

    def test_masked(self):
        """A question may name an address; it does not stand in the table."""
        (row,) = rows(("a", "agent", "Is ann@example.com still right?"), ("a", "customer", "yes"))
        assert row["context"] == "Is <email> still right?"

    def test_internal_notes_do_not_count(self):
        """What colleagues ask each other was never asked of the customer."""
        turns = [("note", "Is she a reseller?"), ("customer", "yes please")]
        assert question_before([Message(r, None, None, t, None) for r, t in turns]) is None

    def test_tables_without_turns_have_no_such_column(self):
        """Reviews have no questions; a column of that name in a dump keeps its words."""
        read = read_conversations(io.StringIO("review,stars,context\nToo small,2,mine\n"))
        assert "context" not in read.schema.names
        assert read.to_table()["context_input"].to_pylist() == ["mine"]

    @given(
        st.lists(
            st.tuples(st.sampled_from(["customer", "agent", "bot", "note"]), st.text(max_size=40))
        )
    )
    def test_any_turns(self, turns):
        """Whatever is said, a context is a question, and there is an answer to it."""
        found = question_before([Message(role, None, None, text, None) for role, text in turns])
        if found is not None:
            assert "?" in found
            assert any(role == "customer" for role, _ in turns)


class TestSheet:
    @pytest.mark.parametrize("some", [True, False])
    def test_shown_to_who_reads_by_hand(self, some):
        """The sheet shows the question beside the text where any conversation has one."""
        import pyarrow as pa

        table = pa.table({
            "text": ["yes, both", "Where is it?"], "context": ["Return both?" if some else None, None],
            "needs": [[], ["wismo"]], "p_wismo": [0.1, 0.9], "p_none": [0.9, 0.1],
            "needs_status": ["ok", "ok"],
        })  # fmt: skip
        shown = {row["text"]: row.get("context") for row in audit_sample(table, n=2).rows}
        assert shown == {
            "yes, both": "Return both?" if some else None,
            "Where is it?": "" if some else None,
        }
