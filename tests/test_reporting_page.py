"""The page: safe whatever stands in a field, alone, accessible; and the customers' own words."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from types import SimpleNamespace as Simple

import pyarrow as pa
import pytest

from convcat import frames
from convcat.reporting import report
from convcat.reporting.voices import evidence_of, excerpt, marked
from convcat.taxonomy import Taxonomy

NEEDS = Taxonomy.load().ids
HOSTILE = (
    "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202egpj\x00\ud7ff{{7*7}}"
)


@pytest.fixture(scope="module")
def hostile(tagged_table, reader):
    bad = tagged_table(
        300,
        **{
            name: lambda i: f"{HOSTILE}{i % 3}"
            for name in ("id", "channel", "product", "country", HOSTILE.replace("\x00", ""))
        },
        kind=lambda i: "review" if i % 4 == 0 else "support",
        rating=2.0,
    )
    at = bad.column_names.index("text")
    texts = [t and f"{HOSTILE} {t}" for t in bad["text"].to_pylist()]
    bad = bad.set_column(at, "text", pa.array(texts))
    bad = frames.with_metadata(
        bad, {"needs": list(NEEDS), "model": dict.fromkeys(("id", "version", "hash"), HOSTILE)}
    )
    taxonomy = Taxonomy.load()
    hostile_need = taxonomy["delay"].model_copy(
        update=dict.fromkeys(("name", "wants", "fails_at", "closes"), HOSTILE)
    )
    taxonomy = taxonomy.model_copy(
        update={"needs": tuple(hostile_need if n.id == "delay" else n for n in taxonomy.needs)}
    )
    return report(
        bad,
        model=reader,
        taxonomy=taxonomy,
        title=HOSTILE,
        by=["channel", "product", HOSTILE.replace("\x00", "")],
        run={
            "rows": {"read": 300, "filtered": {HOSTILE: 3}, "unread": {HOSTILE: 1}},
            "mapping": {HOSTILE: {HOSTILE: {"columns": [HOSTILE]}}},
            "warnings": [HOSTILE],
            "version": HOSTILE,
        },
    )


class TestSafety:
    """Whatever stands in a field stays text."""

    def test_no_field_makes_markup(self, hostile, page, seen):
        """Only the page's own elements and attributes exist."""
        found = seen(hostile.html())
        assert found.tags.count("script") == 1
        assert set(found.tags) <= {*page.tags, "h3", "h4", "br"}
        assert "img" not in found.tags
        for tag, name, value in found.attributes:
            assert not name.startswith("on"), (tag, name)
            assert name != "style"
            assert not value.strip().lower().startswith("javascript:")

    def test_no_control_or_override_reaches_the_page(self, hostile):
        """Nothing can reorder what is read, and nothing is evaluated."""
        html = hostile.html()
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", html)
        assert "{{7*7}}" in html
        html.encode("utf-8")

    def test_the_notebooks_frame_holds_it(self, hostile, seen):
        """The snippet is one frame, sandboxed, whatever it holds."""
        snippet = seen(hostile._repr_html_())
        assert snippet.tags == ["iframe"]
        assert ("iframe", "sandbox", "") in snippet.attributes

    def test_lone_surrogates_are_written(self, table, tmp_path, reader):
        """A broken character in a title does not stop the page."""
        made = report(table, title="a\ud800b", model=reader)
        assert "a\ufffdb" in made.write_html(tmp_path / "r.html").read_text(encoding="utf-8")


class TestPage:
    """The page stands alone."""

    def test_the_policy_names_the_only_style_and_script(self, made, page):
        """The hashes in the policy are those of what is there; nothing else may run."""
        (policy,) = [
            v for t, n, v in page.attributes if (t, n) == ("meta", "content") and "src" in v
        ]
        for kind in ("style", "script"):
            (block,) = page.blocks[kind]
            digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy
        assert policy.startswith("default-src 'none'")

    def test_nothing_is_loaded(self, page):
        """No address leads out of the page."""
        for tag, name, value in page.attributes:
            assert name not in {"src", "srcset", "action", "style"}, (tag, name)
            if name in {"href", "xlink:href"}:
                assert value.startswith("#")
        assert "url(" not in page.blocks["style"][0]
        assert "@import" not in page.blocks["style"][0]

    def test_every_anchor_leads_somewhere(self, page):
        """Links within the page have their targets."""
        ids = {value for _, name, value in page.attributes if name == "id"}
        assert {v[1:] for _, n, v in page.attributes if n == "href"} <= ids

    def test_it_asks_not_to_be_indexed(self, page):
        """Search engines are told to stay away."""
        assert ("meta", "content", "noindex, nofollow") in page.attributes

    def test_every_picture_is_named_or_hidden(self, page):
        """A screen reader meets no nameless image."""
        svgs = [i for i, tag in enumerate(page.tags) if tag == "svg"]
        named = sum(1 for t, n, v in page.attributes if t == "svg" and (n, v) == ("role", "img"))
        hidden = sum(
            1 for t, n, v in page.attributes if t == "svg" and (n, v) == ("aria-hidden", "true")
        )
        nested = sum(1 for t, n, _ in page.attributes if t == "svg" and n == "preserveaspectratio")
        assert named + hidden + nested == len(svgs)

    def test_it_is_small(self, tagged_table, reader):
        """A page travels by mail: what could grow is capped, and every cap is reached here."""
        draw = random.Random(0)
        letters = "abcdefghijklmnopqrstuvwxyz"
        words = [f"{start}{'longish' * 2}{end}" for start in letters for end in letters]

        def telling(i):
            said = " ".join(draw.sample(words, 55))
            return f"{said} promised narrow holes. It caught fire." if i % 40 != 39 else None

        table = tagged_table(
            900,
            kind=lambda i: "review" if i % 4 == 0 else "support",
            months=[f"2025-{month:02}" for month in range(1, 13)],
            channel=lambda i: f"a channel with a very long name, number {i % 25}",
            product=lambda i: f"a product with a name that is longer than any page, {i % 300}",
            csat=lambda i: float(1 + i % 5),
        )
        at = table.column_names.index("text")
        texts = [telling(i) for i in range(len(table))]
        table = table.set_column(at, "text", pa.array(texts, pa.string()))
        html = report(table, model=reader).html()
        assert html.count("<tr data-proves=") > 100
        assert html.split('id="today"', 1)[1].split("</section>", 1)[0].count("<li>") == 40
        assert len(html.encode()) < 1_000_000


class TestVoices:
    """The customers' own words."""

    def test_quotes_are_masked_before_anything_sees_them(self, table, reader):
        """Neither the page nor the model gets an address to read."""
        heard = []

        class Listening(type(reader)):
            def tag(self, text, *, explain=None):
                heard.append(text)
                return super().tag(text, explain=explain)

        texts = [t and f"{t} Write to jo.doe@example.org" for t in table["text"].to_pylist()]
        at = table.column_names.index("text")
        with_address = table.set_column(at, "text", pa.array(texts))
        made = report(with_address, model=Listening())
        assert heard
        assert not any("jo.doe" in text for text in heard)
        assert "jo.doe" not in made.html()
        assert "jo.doe" in report(with_address, model=reader, mask=False).html()

    def test_the_words_that_carry_the_need_are_marked(self, made):
        """Evidence is marked in the very words shown."""
        quote = next(q for q in made.quotes if q.need == "delay")
        assert [words for words, carries in quote.pieces if carries] == ["promised"]
        assert "<mark>promised</mark>" in made.html()

    def test_few_quotes_are_explained(self, tagged_table, reader):
        """Evidence is dear: it is sought for the quotes that stand by themselves alone."""
        heard = []

        class Listening(type(reader)):
            def tag(self, text, *, explain=None):
                heard.append(text)
                return super().tag(text, explain=explain)

        draw, letters = random.Random(1), "abcdefghijklmnopqrstuvwxyz"
        words = [f"{start}olong{end}" for start in letters for end in letters]
        table = tagged_table(400)
        at = table.column_names.index("text")
        texts = [f"{' '.join(draw.sample(words, 20))} was promised." for _ in range(400)]
        made = report(table.set_column(at, "text", pa.array(texts)), model=Listening())
        assert len(made.quotes) > 50
        assert 0 < len(heard) < len(made.quotes) / 2
        first = {quote.need: quote.text for quote in reversed(made.quotes) if not quote.of_place}
        assert set(first.values()) <= set(heard)

    def test_marks_survive_masking(self, table, reader):
        """Offsets are of the masked text, not of the original."""
        text = "Mail jo.doe@example.org: my desk was promised for Tuesday and never came at all, so"
        one = table.slice(0, 1)
        needs = pa.array([["delay"]], pa.list_(pa.string()))
        one = one.set_column(1, "text", pa.array([f"{text} I waited in vain."]))
        one = one.set_column(one.column_names.index("needs"), "needs", needs)
        (quote,) = report(one, model=reader).quotes
        assert [w for w, carries in quote.pieces if carries] == ["promised"]

    def test_quotes_differ(self, made):
        """The same complaint twice is shown once."""
        delay = [q for q in made.quotes if q.need == "delay" and q.needs == ("delay",)]
        assert len(delay) == 1

    def test_no_model_no_marks(self, table, seen):
        """Without a model the page says that nothing is marked."""
        html = report(table).html()
        assert "<mark>" not in html
        assert "No words are marked" in seen(html).words

    def test_long_texts_are_cut_around_the_evidence(self):
        """The words that matter stay, whole words only, with ellipses."""
        words = "so " * 100 + "promised " + "then " * 100
        at = words.index("promised")
        shown, ((start, end),) = excerpt(words, [(at, at + 8)])
        assert shown[start:end] == "promised"
        assert shown.startswith("… so")
        assert shown.endswith("then …")
        assert len(shown.split()) == 62

    def test_overlapping_evidence_is_one_mark(self):
        """Spans that touch become one."""

        spans = [(0, 3, "a"), (2, 5, "a"), (4, 99, "a"), (0, 1, "b")]
        evidence = [Simple(start=s, end=e, need=n, weight=1.0) for s, e, n in spans]
        model = Simple(tag=lambda _, explain: Simple(evidence=evidence))
        assert marked("late again", evidence_of(model, "late again", "a")) == (
            ("late again", True),
        )
