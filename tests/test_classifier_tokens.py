"""Reading characters and words: any text, the same everywhere, offsets into the original."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convcat.classifier.characters import (
    BETWEEN,
    DROP,
    ODD_SYMBOL,
    ODD_WORD,
    SYMBOL,
    WORD,
    fold,
    look_up,
    tables,
)
from convcat.classifier.tokens import original_place, tokenize

ODD = ["\ud800", "\udfff", "\x00", "👩‍👩‍👧", "👍🏽", "e\u0301\u0323", "\u202eabc", "שלום", "مرحبا", "\ufeff", "ﬁ", "🇬🇧",
       "\U0010ffff", "नमस्ते", "한국어", "が", "Ａ", "½", "\u200b", "İ", "ß", "a\x1eb", "µ\u037a"]  # fmt: skip
anything = st.text(st.characters(codec=None), max_size=60)
texts_of_any_kind = st.lists(anything | st.sampled_from(ODD), max_size=6)


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def words(text: str, **options) -> list[str]:
    tokens = tokenize([text], **options)
    return [
        "".join(map(chr, tokens.codes[a:b])) for a, b in zip(tokens.start, tokens.end, strict=True)
    ]


LETTERS = [
    char
    for char in map(chr, range(0x3000))
    if unicodedata.ucd_3_2_0.category(char)[0] == "L" and not 0x1100 <= ord(char) < 0x1200
]


class TestCharacters:
    def test_every_letter_has_one_case(self):
        """Upper and lower case fold to the same code, in every script of the table."""
        odd = "ıς"  # the dotless i of Turkish and the last sigma of a Greek word stand alone
        for char in set(LETTERS) - set(odd):
            for other in (char.lower(), char.upper()):
                known = unicodedata.ucd_3_2_0.category(other[0]) != "Cn"
                if len(other) == 1 and known and other != char and ord(other) < 0x3000:
                    fold, kind = look_up(codes(char + other))
                    assert fold[0] == fold[1], (char, other)
                    assert kind[0] == kind[1], (char, other)

    def test_composed_and_decomposed_accents_are_one(self):
        """A letter with its accent beside it reads as the letter that bears it."""
        for char in LETTERS:
            parts = unicodedata.ucd_3_2_0.normalize("NFD", char)
            if len(parts) > 1 and all(unicodedata.category(c) == "Mn" for c in parts[1:]):
                fold, kind = look_up(codes(char + parts))
                assert fold[0] == fold[1], char
                assert (kind[2:] == DROP).all(), char

    def test_the_table_is_pinned(self):
        """A drift between platforms or versions of Python would spoil every model."""
        import hashlib

        fold, kind = tables()
        digest = hashlib.sha256(fold.astype("<u4").tobytes() + kind.tobytes()).hexdigest()
        assert digest == "0c444670735a089f934f2ce65f65e031f283f73a9a8933a06f09a0b51a0783b3"

    @pytest.mark.parametrize(
        ("char", "kind"), [("👍", SYMBOL), ("❤", SYMBOL), ("\ufe0f", DROP), ("🏽", DROP), ("中", WORD), ("€", SYMBOL), ("7", WORD)]
    )  # fmt: skip
    def test_kinds_of_a_few(self, char, kind):
        """Emoji and currencies are words of their own; what is invisible vanishes."""
        assert look_up(codes(char))[1].tolist() == [kind]


class TestFold:
    @given(anything)
    @example("".join(map(chr, range(0x3100))))
    def test_bytes_say_what_the_table_says(self, text):
        """One byte for each character that stays; the others' codes beside them."""
        folded, odd = fold(text)
        own, kind = look_up(codes(text))
        own, kind = own[kind != DROP], kind[kind != DROP]
        read = np.frombuffer(folded, dtype=np.uint8)
        stand_in = (read == ODD_WORD) | (read == ODD_SYMBOL)
        spoken = kind >= WORD
        assert ((read > ord(" ")) == spoken).all()
        assert (read[spoken & ~stand_in] == own[spoken & ~stand_in]).all()
        assert (own[stand_in] == odd).all()
        assert ((read[stand_in] == ODD_WORD) == (kind[stand_in] == WORD)).all()

    def test_what_parts_texts_may_stand_in_one(self):
        """It is white space there, and offsets stay."""
        tokens = tokenize([f"one{BETWEEN}two", "", f"{BETWEEN}three"])
        assert tokens.text.tolist() == [0, 0, 2]
        assert (tokens.origin[tokens.start] - tokens.offset[tokens.text]).tolist() == [0, 4, 1]


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Where's my parcel?", ["wheres", "my", "parcel", "?"]),
            ("Where\u2019s my parcel?", ["wheres", "my", "parcel", "?"]),
            ("order #12345", ["order", "00000"]),
            ("£20 or 20 €", ["$", "00", "or", "00", "$"]),
            ("@shop still nothing", ["still", "nothing"]),
            ("see https://a.example/x?y=z now", ["see", "now"]),
            ("write to me@example.org", ["write", "to", "me", "org"]),
            ("www.example.com\nbroken", ["broken"]),
            ("ÉTÉ été e\u0301te\u0301", ["ete", "ete", "ete"]),
            ("great👍🏽👍", ["great", "👍", "👍"]),
            ("a\x00b", ["a", "b"]),
            ("\ud83d\ude00 x", ["x"]),
            ("", []),
            (" \n\t…—", []),
        ],
    )
    def test_words_of_a_text(self, text, expected):
        """Case, accents, quotes, digits and addresses as the module says."""
        assert words(text) == expected

    @given(texts_of_any_kind)
    @example(ODD)
    @example(["", "@", "http", "\n", "@\ud800", "www"])
    def test_any_text_is_read_and_offsets_point_into_it(self, texts):
        """Never an error; every word is a range of its own text, in order."""
        tokens = tokenize(texts)
        first = tokens.origin[tokens.start] - tokens.offset[tokens.text]
        last = tokens.origin[tokens.end - 1] - tokens.offset[tokens.text]
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        assert (first >= 0).all()
        assert (first <= last).all()
        assert (last < lengths[tokens.text]).all()
        assert (np.diff(tokens.text) >= 0).all()
        assert (tokens.end[:-1] <= tokens.start[1:]).all()
        for at, a, b in zip(tokens.text, first, last, strict=True):
            kind = look_up(codes(texts[at][a] + texts[at][b]))[1]
            assert set(kind.tolist()) <= {WORD, SYMBOL}

    @given(texts_of_any_kind)
    def test_a_text_has_the_same_words_in_any_company(self, texts):
        """Neither mates nor their scripts change what is read."""
        together = tokenize(texts)
        for at, text in enumerate(texts):
            mine = np.flatnonzero(together.text == at)
            found = [
                "".join(map(chr, together.codes[together.start[i] : together.end[i]])) for i in mine
            ]
            assert found == words(text)


class TestLongTexts:
    def test_beginning_and_end_are_read(self):
        """Of a text over the limit, three quarters from its start and one from its end."""
        found = words("start " + "x " * 5_000 + "finish", limit=1_000)
        assert (found[0], found[-1]) == ("start", "finish")
        assert len(found) < 520

    @given(st.integers(100, 400), st.integers(0, 900))
    def test_offsets_still_point_into_the_whole_text(self, limit, length):
        """Words of the end are found at the end."""
        text = "".join(f"w{chr(97 + i % 26)} " for i in range(length // 3)) + "finish"
        tokens = tokenize([text], limit=limit)
        start = original_place(tokens.origin[tokens.start], len(text), limit)
        end = original_place(tokens.origin[tokens.end - 1], len(text), limit) + 1
        assert text[start[-1] : end[-1]] == "finish"
        assert text[start[0] : end[0]] in ("wa", "finish")
        if len(text) <= limit:
            assert (start == tokens.origin[tokens.start]).all()
