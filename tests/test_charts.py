"""Pictures: valid, accessible, escaped, and drawn where the numbers say."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcat import charts

HOSTILE = '"><script>alert(1)</script>&\u202e\x00\ud800'
SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: str) -> ET.Element:
    """Parse a picture as XML; rows carry no namespace of their own."""
    return ET.fromstring(picture)


def local(element: ET.Element) -> str:
    return element.tag.removeprefix(SVG)


class TestPlain:
    """Any value becomes one line of text that shows what it says."""

    @given(st.text())
    def test_any_text_can_be_stored_and_parsed(self, text):
        """No text leaves control characters, overrides or lone surrogates behind."""
        line = charts.plain(text)
        line.encode("utf-8")
        ET.fromstring(charts.dot_chart([charts.Dot(text, 0.1)], title=text or "t"))
        assert "\n" not in line
        assert "\u202e" not in line

    def test_ordinary_words_of_any_script_stay(self):
        """Accents, emoji sequences and right-to-left words are left alone."""
        for words in ("Größe é", "👩\u200d👧", "שלום", "a < b & c"):
            assert charts.plain(words) == words


class TestAccessibility:
    """Every picture says what it is, or is decoration."""

    def test_a_titled_picture_is_an_image_with_title_and_desc(self):
        """Screen readers get a role, a name and a description."""
        root = parsed(charts.trend([(0.1, 0.05, 0.2)], top=0.2, title="Sizing", desc="rising"))
        assert root.get("role") == "img"
        assert [c.text for c in root if local(c) in {"title", "desc"}] == ["Sizing", "rising"]

    def test_a_picture_without_title_is_hidden(self):
        """Rows whose figures stand beside them are not read out twice."""
        assert parsed(charts.interval_row(0.1, 0, 0.2, top=0.2)).get("aria-hidden") == "true"

    def test_colours_follow_the_theme(self):
        """Colours are custom properties with a fallback, never bare."""
        picture = charts.interval_row(0.1, 0.05, 0.2, top=0.2, beside=0.12, grid=[0.1])
        for element in parsed(picture).iter():
            for name in ("fill", "stroke"):
                colour = element.get(name)
                assert colour is None or colour.startswith("var(--cc-")

    def test_no_inline_style_or_handler(self):
        """A strict policy allows neither."""
        for picture in every_picture("label"):
            for element in parsed(picture).iter():
                assert not [n for n in element.attrib if n == "style" or n.startswith("on")]


def every_picture(label: str) -> list[str]:
    return [
        charts.interval_row(0.1, 0.0, 0.2, top=0.2, title=label, desc=label),
        charts.split_row(2, 3, top=5, title=label, desc=label),
        charts.axis_row([(0.1, label)], top=0.2),
        charts.trend([(0.1, 0.0, 0.2), (None, None, None), (0.2, 0.1, 0.3)], top=0.3, title=label),
        charts.dot_chart([charts.Dot(label, 0.1, 0.0, 0.2, 0.1, label)], title=label, desc=label),
    ]


class TestHostileText:
    """A label is data."""

    @pytest.mark.parametrize("i", range(5))
    def test_markup_stays_text(self, i):
        """No label makes an element, an attribute or broken XML."""
        root = parsed(every_picture(HOSTILE)[i])
        assert {local(e) for e in root.iter()} <= {
            *("svg", "title", "desc", "line", "rect", "circle", "path", "text", "g")
        }


class TestGeometry:
    """Numbers stand where they should."""

    def test_a_value_stands_at_its_share_of_the_width(self):
        """0.1 of 0.2 is the middle."""
        root = parsed(charts.interval_row(0.1, 0.05, 0.15, top=0.2))
        assert root.find("circle").get("cx") == "50.00%"
        assert (root.find("rect").get("x"), root.find("rect").get("width")) == ("25.00%", "50.00%")

    @pytest.mark.parametrize("value", [None, math.nan, math.inf])
    def test_what_is_not_known_is_not_drawn(self, value):
        """A missing value leaves the row empty."""
        root = parsed(charts.interval_row(value, value, value, top=0.2, beside=value))
        assert len(root) == 0

    def test_a_value_beyond_the_axis_stays_inside(self):
        """Nothing is drawn outside its row."""
        root = parsed(charts.interval_row(0.9, -0.5, 1.5, top=0.2))
        assert root.find("circle").get("cx") == "100.00%"
        assert root.find("rect").get("width") == "100.00%"

    def test_a_gap_breaks_the_line(self):
        """A missing month is not bridged."""
        points = [(0.1, 0.0, 0.2), (0.1, 0.0, 0.2), (None, None, None), (0.2, 0.1, 0.3)]
        root = parsed(charts.trend(points, top=0.3, title="t"))
        assert len(root.findall(".//path")) == 4
        assert len(root.findall("circle")) == 3

    @given(st.lists(st.floats(0, 1), max_size=5))
    def test_the_axis_ends_above_every_value(self, values):
        """The top is a round tick no smaller than any value, with few ticks."""
        top = charts.top_of(values)
        ticks = charts.ticks(top)
        assert all(v <= top + 1e-9 for v in values)
        assert 2 <= len(ticks) <= 6
        assert ticks[0] == 0

    def test_equal_input_gives_equal_bytes(self):
        """Pictures are deterministic."""
        assert every_picture("a") == every_picture("a")


class TestPicture:
    """A picture is a string that knows how to be saved and shown."""

    def test_it_is_written_whole(self, tmp_path):
        """The file holds a standalone SVG and nothing else is left in the folder."""
        chart = charts.dot_chart([charts.Dot("Size", 0.2)], title="t")
        path = chart.write_svg(tmp_path / "a.svg")
        assert ET.parse(path).getroot().tag == f"{SVG}svg"
        assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]

    def test_notebooks_show_it(self):
        """``_repr_svg_`` is the picture itself, and templates need not escape it."""
        chart = charts.dot_chart([charts.Dot("Size", 0.2)], title="t")
        assert chart._repr_svg_() == str(chart)
        assert len(repr(chart)) < 100  # a console shows its title, not its source
        assert chart.__html__() == str(chart)
