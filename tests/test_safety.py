"""A stranger's text is harmless in a sheet, a terminal and a page."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.safety import from_spreadsheet, spreadsheet_safe, terminal_safe

_WILD = st.text(alphabet=st.characters(), max_size=40)  # lone surrogates too
_NASTY = st.text(alphabet="'=+-@\t\r\n ＝＠1.5e\x1b[]\x07\x9bmA\u202e\u2066\ud800\x00", max_size=12)


class TestSpreadsheet:
    """No cell is a formula, and nothing is lost."""

    @pytest.mark.parametrize(
        "value",
        [
            "=1+1",
            "+1 555",
            "-x",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
            "＋x",
            "－x",
            "＠x",
            "\u200b=1",
            "-",
            "\n@x",
        ],
    )
    def test_formula(self, value):
        """A text that would start a formula gets an apostrophe."""
        assert spreadsheet_safe(value) == "'" + value

    @pytest.mark.parametrize(
        "value", ["-3.5", "+4", "-1e6", "0", "", "size 8", "a=b", "'tis", "<3", "10-12"]
    )
    def test_harmless(self, value):
        """Numbers and plain words stay as they are."""
        assert spreadsheet_safe(value) == value

    @given(st.one_of(_WILD, _NASTY))
    def test_reversible(self, value):
        """Every value comes back exactly."""
        assert from_spreadsheet(spreadsheet_safe(value)) == value

    @given(st.one_of(_WILD, _NASTY))
    def test_never_a_formula(self, value):
        """What begins like a formula after white space is a number or has its apostrophe."""
        safe = spreadsheet_safe(value)
        if unicodedata.normalize("NFKC", safe.strip())[:1] in ("=", "@"):
            pytest.fail("a formula")


class TestTerminal:
    """No text commands a terminal."""

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("\x1b[2Jgone", "gone"),
            ("\x1b]0;title\x07text", "text"),
            ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("\x9b31mred", "red"),
            ("a\x08b", "a\ufffdb"),
            ("\u202egnp.exe", "gnp.exe"),
            ("tab\tand\nline", "tab\tand\nline"),
            ("\x1b]0;never closed", "0;never closed"),
        ],
    )
    def test_sequences(self, text, shown):
        """Sequences and overrides go, the words stay."""
        assert terminal_safe(text) == shown

    def test_one_line(self):
        """Line breaks of every kind become one space on request."""
        assert terminal_safe("a\r\nb\u2028c\td", one_line=True) == "a b c d"

    @given(st.one_of(_WILD, _NASTY), st.booleans())
    def test_no_control_left(self, text, one_line):
        """No control character, override or half pair is left."""
        safe = terminal_safe(text, one_line=one_line)
        kept = set("" if one_line else "\t\n")
        assert not [c for c in safe if unicodedata.category(c) in ("Cc", "Cs") and c not in kept]
        assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        safe.encode()

    @pytest.mark.parametrize("unit", ["\x1b]", "\x9d", "\x1b[", "\x1b[1;", "\x1bP a"])
    def test_long_attack(self, unit):
        """A megabyte of half sequences is soon read."""
        assert len(terminal_safe(unit * 300_000)) <= 1_200_000
