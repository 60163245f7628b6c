"""Screens change no answer: whatever a pattern matches, its screen lets through."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convcat.conversations import automatic, cleaning
from convcat.conversations.screens import Screen, folded

PAIRS = {
    "bounce": (automatic.BOUNCE, (automatic._MAY_BOUNCE,)),
    "away": (automatic.AWAY, (automatic._MAY_BE_AWAY,)),
    "device": (cleaning._DEVICE, (cleaning.MAY_NAME_DEVICE,)),
    "disclaimer": (cleaning._DISCLAIMER, (cleaning.MAY_DISCLAIM,)),
    "closing": (cleaning._CLOSING, (cleaning.MAY_CLOSE,)),
    "frame": (cleaning.FRAME, (cleaning._MAY_FRAME,)),
    "signature": (cleaning._SIGNATURE, (Screen("--"),)),
}
LETTERS = {"i": "iI\u0131\u0130", "s": "sS\u017f", "k": "kK\u212a"}
WORDS = sorted({w for _, screens in PAIRS.values() for screen in screens for w in screen.words})


def in_other_letters(text: str, rng) -> str:
    """The same text in letters that a pattern without regard to case takes for the same."""
    return "".join(rng.choice(LETTERS.get(c.lower(), c.lower() + c.upper())) for c in text)


@pytest.mark.parametrize("name", PAIRS)
class TestNothingIsLost:
    @settings(
        max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
    )
    @given(data=st.data())
    def test_what_a_pattern_matches_passes(self, name, data):
        """In any letters that count as the same, with anything around it."""
        pattern, screens = PAIRS[name]
        text = data.draw(st.from_regex(pattern))
        text = in_other_letters(text, data.draw(st.randoms(use_true_random=False)))
        if pattern.search(text):
            assert any(screen(folded(text)) for screen in screens)

    @given(
        st.lists(st.sampled_from([*WORDS, "your", "our", "an", " ", "\n", "5.1.1 "]), max_size=9)
    )
    def test_made_of_its_words(self, name, words):
        """Words of the patterns thrown together."""
        pattern, screens = PAIRS[name]
        for text in (" ".join(words), "".join(words), "\n".join(words)):
            if pattern.search(text):
                assert any(screen(folded(text)) for screen in screens)


def unscreened_automatic(text: str) -> bool:
    head = text[: automatic.HEAD]
    if automatic.MACHINE.match(head) or automatic.CLICK.fullmatch(head):
        return True
    if automatic.BOUNCE.search(head):
        return True
    receipt = automatic.RECEIPT.match(head) and automatic._BESIDES.search(head)
    if receipt and not automatic._SOMEONE.search(head):
        return automatic.CUSTOMER.search(head) is None
    if automatic.ROBOT.search(head):
        return "?" not in head and automatic.CUSTOMER.search(head) is None
    away = automatic.AWAY.search(head) and automatic._BACK.search(head)
    left = automatic._MY_RETURN.sub(" ", head)
    return bool((away or automatic.GONE.search(head)) and not automatic.CUSTOMER.search(left))


def unscreened_clean(text: str) -> str:
    if cleaning.is_html(text):
        text = cleaning.html_to_text(text)
    text = text.replace("\r\n", "\n").strip()
    lines = text.split("\n")
    kept = cleaning._without_history(lines) if cleaning.FRAME.search(text) else lines
    kept = cleaning._without_device(cleaning._without_closing(kept))
    return "\n".join(kept).strip() if kept != lines else text


PIECES = st.one_of(
    st.sampled_from([
        *WORDS, "I am out of the office", "I will reply to your mail when I return", "On Mon, 3 Nov 2025 at 10:12, Ann <a@example.com> wrote:",
        "> quoted", "From: a\nSent: b\nTo: c", "-- \nAnn", "Sent from my iPhone", "we are an SEO agency", "a free audit?",
        "would you be interested in more traffic to your store", "where is my order", "<p>hello</p>", "\r\n", "\n", "\u017fent from my phone",
        "This e-mail is confidential", "no\u212ata", "5.1.1", "550 5.7.1 no", "let me know if you're interested",
    ]),
    st.text(max_size=12),
)  # fmt: skip


class TestTheSameAnswers:
    @settings(max_examples=400)
    @given(st.lists(PIECES, max_size=8), st.sampled_from([" ", "\n", ""]))
    def test_with_and_without(self, pieces, between):
        """Machines, and what is left of a mail."""
        text = between.join(pieces)
        assert automatic.is_automatic(text) == unscreened_automatic(text)
        assert cleaning.clean(text) == unscreened_clean(text)

    def test_letters_are_folded_as_patterns_fold_them(self):
        """Every letter that a pattern takes for an ASCII one."""
        for code in range(0x80, 0x2_0000):
            for letter in "abcdefghijklmnopqrstuvwxyz":
                if 0xD800 <= code < 0xE000:
                    continue
                if chr(code).lower() == letter or chr(code) in "\u0131\u0130\u017f":
                    same = re.match(chr(code), letter, re.IGNORECASE) is not None
                    assert not same or folded(chr(code)) == letter
