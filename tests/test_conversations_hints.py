"""Many texts at once: asked together they are told the same as one by one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcat.conversations import automatic, cleaning, pitches
from convcat.conversations.hints import cleaned, may_be_no_customers
from convcat.patterns import FOREIGN, holds, widened

_WORDS = [
    *(
        "Where is my order?",
        "Sent from my iPhone",
        "-- \nAnn",
        "\n> I wrote",
        "From: me",
        "Sent: now",
    ),
    *("On 3 May Shop <help@example.com> wrote:", "<br>", "<3", "_____", "\r\n", "\u00a0", "\u2028"),
    *("automatic reply: ", "This is an automated message, do not reply", "I am out of the office"),
    *(
        "when I return",
        "[Button clicked] Track",
        "chat ended",
        "MAILER-DAEMON@",
        "550 5.1.1",
        "\u0130",
    ),
    *("we are an SEO agency", "boost your sales", "free audit", "your website", "viagra", "kin"),
    *(
        "caf\u00e9",
        "\u017fent from my phone",
        "This email is confid\u0131ential",
        ":",
        "#",
        " ",
        "\n",
    ),
    *(
        "We're an \u00e9lite marketing agency",
        "increase your \u00e9lan sales",
        "my order",
        "5 stars",
    ),
]
texts = st.lists(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=9
)


def many(said: list[str]) -> pa.Array:
    """Return so many texts that they are asked together."""
    return pa.array([*said, None, *["Fine, thank you."] * 80])


class TestTogether:
    @given(texts)
    @settings(max_examples=150, deadline=None)
    def test_cleaned_alike(self, said):
        """Cutting the mail's frame does not depend on the texts beside."""
        wanted = [cleaning.clean(text) or None for text in said]
        assert cleaned(many(said))[: len(said)].to_pylist() == wanted
        assert cleaned(pa.array(said)).to_pylist() == wanted

    @given(texts)
    @settings(max_examples=150, deadline=None)
    def test_no_machine_and_no_pitch_is_missed(self, said):
        """What is one by itself is worth a look among others."""
        machine, pitch = may_be_no_customers(many(said))
        for i, text in enumerate(said):
            assert machine[i] or not automatic.is_automatic(text)
            assert pitch[i] or not pitches.is_pitch(text)

    @pytest.mark.parametrize("text", ["Hm, \u017fmtp error from remote", "\u0130 am out of office"])
    def test_letters_that_stand_for_others(self, text):
        """A long s is an s at the edge of a word too."""
        assert may_be_no_customers(many([text]))[0][0]

    def test_codes_of_mail_are_ascii(self):
        """Figures of other scripts are no code of a mail server, whoever asks."""
        assert not automatic.is_automatic("550 5.1.\u0663")
        assert may_be_no_customers(many(["550 5.1.1 no such user"]))[0][0]

    def test_plain_words_need_no_look(self):
        """The many that hold no trace are left alone."""
        assert not np.any(may_be_no_customers(many([])))

    @pytest.mark.parametrize("text", ["", "  late", "late\n", "\u2003late", "late\x1f"])
    def test_blanks_at_the_ends(self, text):
        """They go, and a text of nothing else is none."""
        assert cleaned(many([text]))[0].as_py() == (text.strip() or None)

    def test_cut_off(self):
        """What a machine says may be cut off within a word, where the top of a text ends."""
        said = "When I return: " + "x" * 569 + " I am on holidays, you know"
        assert automatic.is_automatic(said)
        assert may_be_no_customers(many([said]))[0][0]


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "text"),
        [
            (r"\bfire(?! sale)", "Fire!"),
            (r"a\sb", "a\x0bb"),
            (r"[\s:]b\Z", "a\x1fb"),
            ("r\u00e9", "R\u00c9"),
        ],
    )
    def test_what_python_finds(self, pattern, text):
        """The widened pattern finds what Python's finds."""
        assert holds(pa.array([text, None, ""]), widened(pattern)).tolist() == [True, False, False]

    def test_foreign(self):
        """Signs and pictures are of no script; letters and blanks are."""
        told = holds(pa.array(["£5 👎 …", "naïve", "a\u00a0b", None, "plain"]), FOREIGN)
        assert told.tolist() == [False, True, True, False, False]
