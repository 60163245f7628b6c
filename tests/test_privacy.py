"""Personal data is found and masked by kind, and what a shop sells is left alone."""

from __future__ import annotations

import random
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat.privacy import KINDS, Span, find, mask

_LABEL = re.compile(r"\{\{(\w+):(.*?)\}\}")
_BED = Path(__file__).parent / "data" / "privacy_bed.txt"


def labelled(line: str) -> tuple[str, list[Span]]:
    """Read "call {{phone:555 0100}}" as the text and the spans that it must show."""
    text, spans, at = "", [], 0
    for match in _LABEL.finditer(line):
        text += line[at : match.start()]
        start, at = len(text), match.end()
        text += match.group(2)
        if match.group(1) in KINDS:
            spans.append(Span(start, len(text), match.group(1)))
    return text + line[at:], spans


def _digits(rng: random.Random, pattern: str) -> str:
    """Fill a pattern: 9 is any digit, 8 a digit from 2 to 8, * a capital; the rest stands."""
    fill = {"9": string.digits, "8": "2345678", "*": string.ascii_uppercase}
    return "".join(rng.choice(fill[c]) if c in fill else c for c in pattern)


def _luhn(rng: random.Random) -> str:
    body = [int(c) for c in _digits(rng, "4" + "9" * 14)]
    total = sum(body[-2::-2]) + sum(2 * d - 9 * (d > 4) for d in body[::-2])
    number = "".join(map(str, body)) + str(-total % 10)
    sep = rng.choice(["", " ", "-"])
    return sep.join(number[i : i + 4] for i in range(0, 16, 4))


def _iban(rng: random.Random) -> str:
    country, length = rng.choice([("DE", 22), ("ES", 24), ("FR", 27), ("AT", 20), ("PL", 28)])
    body = _digits(rng, "9" * (length - 4))
    check = 98 - int("".join(str(int(c, 36)) for c in body + country + "00")) % 97
    number = f"{country}{check:02d}{body}"
    return rng.choice([number, " ".join(number[i : i + 4] for i in range(0, length, 4))])


_MAKERS = {
    "email": lambda rng: (
        f"{rng.choice(['ann', 'j.smith', 'K_Lee', 'o-b'])}{rng.randint(1, 999)}@"
        f"{rng.choice(['example.com', 'mail.example.org', 'example.co.uk'])}"
    ),
    "phone": lambda rng: _digits(
        rng,
        rng.choice(
            [
                "+44 7700 900999",
                "07700 900999",
                "+1 888-555-0199",
                "(888) 555-0199",
                "+49 30 9999999",
                "+91 98999 99999",
                "0161 496 0999",
            ]
        ),
    ),
    "card": _luhn,
    "iban": _iban,
    "order": lambda rng: _digits(
        rng, rng.choice(["#89999", "#**-89999", "899-9999999-9999999", "ORD-89999", "OD9999999999"])
    ),
    "tracking": lambda rng: _digits(
        rng,
        rng.choice(
            ["1Z999**99999999999", "**999999999GB", "TBA899999999999", "JD9999999999999999"]
        ),
    ),
    "address": lambda rng: (
        f"{rng.randint(1, 250)} {rng.choice(['Elm', 'Old Mill', 'Victoria', 'Station'])} "
        f"{rng.choice(['Street', 'Road', 'Avenue', 'Lane', 'Close', 'Drive'])}"
    ),
    "url": lambda rng: (
        f"https://example.com/{rng.choice(['t?id=', 'reset?token=', 'o/x?k='])}{rng.randint(1000, 99999)}"
    ),
    "handle": lambda rng: f"@{rng.choice(['lucy', 'tom_k', 'MrsB'])}{rng.randint(1, 99)}",
}
_FRAMES = (
    "{} please",
    "it is {}.",
    "Hello, I wrote yesterday ({}) and nobody answered",
    "size 10-12 for £45.99, {} is mine",
    "Nothing since 12/03/2024!! {}\nThanks, Ann",
    "see {}, the 32DD is too small",
)


def generated() -> list[tuple[str, list[Span]]]:
    rng = random.Random(7)
    cases = []
    for kind, make in _MAKERS.items():
        for turn in range(30):
            before, _, after = _FRAMES[turn % len(_FRAMES)].partition("{}")
            value = make(rng)
            cases.append((before + value + after, [Span(len(before), len(before + value), kind)]))
    return cases


def written() -> list[tuple[str, list[Span]]]:
    return [labelled(line) for line in _BED.read_text(encoding="utf-8").splitlines()]


def measured(cases: list[tuple[str, list[Span]]]) -> dict[str, tuple[int, float, float]]:
    """Return per kind: how many there are, precision, recall (exact spans)."""
    right, found, there = Counter(), Counter(), Counter()
    for text, spans in cases:
        got = set(find(text))
        there.update(span.kind for span in spans)
        found.update(span.kind for span in got)
        right.update(span.kind for span in got & set(spans))
    return {
        kind: (there[kind], right[kind] / max(1, found[kind]), right[kind] / there[kind])
        for kind in KINDS
    }


class TestTestBed:
    """Measured on cases of our own, by kind."""

    @pytest.mark.parametrize("cases", [written, generated])
    def test_precision_and_recall(self, cases):
        """At least 95 of 100 are found, and 95 of 100 that are found are right."""
        for kind, (count, precision, recall) in measured(cases()).items():
            assert count >= 6
            assert precision >= 0.95, (kind, precision)
            assert recall >= 0.95, (kind, recall)

    def test_size(self):
        """The bed is several hundred cases."""
        assert len(written()) + len(generated()) >= 400


class TestLeftAlone:
    """What is no one's data stays."""

    @pytest.mark.parametrize("line", [text for text, spans in written() if not spans])
    def test_sizes_prices_dates_models(self, line):
        """Sizes, prices, dates, models and brands are not masked."""
        assert mask(line) == line

    def test_brand_page(self):
        """A plain link to a page tells nothing about a person."""
        assert (
            mask("https://example.com/women/blue-dress") == "https://example.com/women/blue-dress"
        )


class TestMask:
    """How masked text looks."""

    def test_by_kind(self):
        """Each piece is replaced by its kind."""
        text = (
            "Order #48213: mail ann@example.com, ring 07700 900123, live at 12 Elm Street, @ann_b"
        )
        assert (
            mask(text) == "Order <order>: mail <email>, ring <phone>, live at <address>, <handle>"
        )

    def test_parts_of_an_address_are_one(self):
        """Street, town and postcode become one mark."""
        assert mask("at 7 Park Lane, Leeds LS1 4DY please") == "at <address> please"

    def test_check_digits_count(self):
        """A number that fails its own check is no card and no IBAN."""
        kinds = [s.kind for s in find("4111 1111 1111 1112 and DE89 3704 0044 0532 0130 01")]
        assert "card" not in kinds
        assert "iban" not in kinds

    @given(st.text(alphabet="a1 @.#+-/:()\nZ0'£é😀", max_size=80))
    def test_spans_are_sorted_and_apart(self, text):
        """Spans lie in the text, in order, without overlap, whatever is written."""
        end = 0
        for span in find(text):
            assert end <= span.start < span.end <= len(text)
            assert span.kind in KINDS
            end = span.end

    @given(st.text(max_size=60))
    def test_any_text(self, text):
        """No text breaks it."""
        assert isinstance(mask(text), str)

    @pytest.mark.parametrize(("text", "spans"), generated()[::9])
    def test_twice_is_once(self, text, spans):
        """Masking what is masked changes nothing."""
        assert spans
        assert mask(mask(text)) == mask(text)
