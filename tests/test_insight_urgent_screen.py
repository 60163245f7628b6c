"""The screen says where a phrase may begin: never later than where it does."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from convcat.insight.urgent import found_in, read_today
from convcat.insight.urgent_patterns import REASONS
from convcat.insight.urgent_screen import held_by

SAID = (
    "It burnt my hand",
    "I\u2019m going to sue you",
    "the lamp caught fire",
    "my bank opened a chargeback",
    "please delete my account",
    "allergic reaction",
    "to add insult to injury",
    "lovely dress \U0001f525 to die for",
    "caf\u00e9 \u00a35",
    "\u201cgreat\u201d \u2026",
    "it burnt\u00a0my\u2003hand",
    "sue you, \u00e9t\u00e9",
    "I will \u00e9ventually \u017fue you",
    "article\u3000\uff11\uff17",
    "l\u00e9gal action",
)


@given(st.lists(st.lists(st.sampled_from(SAID), max_size=5).map(". ".join), max_size=8))
def test_what_is_found_from_there_on_is_all_there_is(texts):
    """Whatever stands before it: signs of several bytes, curly quotes, other letters."""
    held = held_by(pa.chunked_array([pa.array(texts, pa.string())])).tolist()
    for text, begin in zip(texts, held, strict=True):
        assert found_in(text, begin) == found_in(text)


def test_masking_moves_what_was_found():
    """What is masked before the words found, or in them, moves them."""
    text = ["Call +44 7700 900123, the lamp caught fire", "It burnt my hand"]
    table = pa.table({
        "text": text, "needs": [[], []], "p_quality": [0.1, 0.1], "needs_status": ["ok", "ok"],
    })  # fmt: skip
    rows = read_today(table).rows
    assert [row["quote"] for row in rows] == [text[1], "Call <phone>, the lamp caught fire"]
    assert [row["words"] for row in rows] == ["burnt my hand", "caught fire"]


def test_letters_beyond_ascii_are_screened_as_any_other():
    """An accent somewhere sends a text to no pattern whose words are not in it."""
    texts = pa.chunked_array([["caf\u00e9: the lamp caught fire", "na\u00efve, in case of fire"]])
    ids = [[REASONS[j].id for j, begin in enumerate(row) if begin >= 0] for row in held_by(texts)]
    assert ids == [["safety"], []]
