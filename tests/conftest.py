"""What tests share: a tiny model; a small tagged table, a model that reads, a page as seen."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import settings

from convcat import frames
from convcat.taxonomy import Taxonomy

NEEDS = Taxonomy.load().ids
WORDS = {
    "delay": "The desk was promised for Tuesday and came the week after, with no word in between "
    "although I had taken the day off to let the driver in at number",
    "sizing": "The coat is cut far too narrow at the shoulders and the sleeves end well above my "
    "wrist, so that I can neither drive nor carry a bag in it, order",
    "quality": "After four washes the blanket has holes along the hem and sheds blue fluff over "
    "every chair in the house, which I did not expect from wool, lot",
}


def make_table(n=400, *, seed=0, months=("2026-03", "2026-04"), kind=None, **columns) -> pa.Table:
    """Return a small tagged table in which delay fails with the carrier Snail."""
    draw = random.Random(seed)
    rows = []
    for i in range(n):
        carrier = ("Snail", "Hare", "Hare")[i % 3]
        rates = {"delay": 0.7 if carrier == "Snail" else 0.1, "sizing": 0.15, "quality": 0.1}
        needs = [need for need in NEEDS if draw.random() < rates.get(need, 0.0)]
        status = "empty" if i % 40 == 39 else "duplicate" if i % 100 == 98 else "ok"
        ok = status == "ok"
        needs = needs if ok else []
        words = " ".join(f"{WORDS[need]} {i}." for need in needs) or f"All is well, thank you {i}."
        year, month = map(int, months[i % len(months)].split("-"))
        rows.append(
            {
                "id": f"c{i}",
                "text": words if ok else None,
                "carrier": carrier,
                "time": dt.datetime(year, month, 1 + i % 28, 9),
                "needs": needs,
                **{
                    f"p_{need}": (0.95 if need in needs else 0.01) if ok else None for need in NEEDS
                },
                "p_none": (0.02 if needs else 0.97) if ok else None,
                "p_failed": (0.9 if needs else 0.05) if ok else None,
                "needs_status": status,
                **({"kind": kind(i) if callable(kind) else kind} if kind else {}),
                **{name: value(i) if callable(value) else value for name, value in columns.items()},
            }
        )
    schema = {"text": pa.string(), "needs": pa.list_(pa.string()), "p_none": pa.float64()}
    schema |= {f"p_{need}": pa.float64() for need in NEEDS} | {"p_failed": pa.float64()}
    arrays = {name: pa.array([row[name] for row in rows], schema.get(name)) for name in rows[0]}
    model = {"id": "tiny", "version": "1", "hash": "ab" * 32}
    return frames.with_metadata(pa.table(arrays), {"needs": list(NEEDS), "model": model})


class Reader:
    """A model that shows two words as its evidence."""

    class Span:
        def __init__(self, start, end, need, weight=1.0):
            self.start, self.end, self.need, self.weight = start, end, need, weight

    def tag(self, text, *, explain=None):
        spans = [
            self.Span(m.start(), m.end(), need)
            for need, word in (("delay", "promised"), ("sizing", "narrow"), ("quality", "holes"))
            for m in re.finditer(word, text)
        ]
        return type("Tags", (), {"evidence": spans})()


class Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text, self.blocks = [], [], [], {}
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._open = tag

    def handle_endtag(self, tag):
        self._open = ""

    def handle_data(self, data):
        if self._open in {"script", "style"}:
            self.blocks.setdefault(self._open, []).append(data)
        else:
            self.text.append(data)

    @property
    def words(self):
        return re.sub(r"\s+", " ", "".join(self.text))


@pytest.fixture(autouse=True)
def _pieces_apart(monkeypatch):
    """What tests hold in several files is gone through file by file, small as they are."""
    monkeypatch.setattr("convcat.tagged_parts._ROWS", 1)


@pytest.fixture(scope="session")
def tagged_table():
    """Make a small tagged table; columns may be added."""
    return make_table


@pytest.fixture(scope="session")
def reader():
    """A model that shows a few words as its evidence."""
    return Reader()


@pytest.fixture(scope="session")
def seen():
    """See a page as a browser does: its tags, attributes and words."""
    return Page


@pytest.fixture(scope="session")
def table():
    return make_table()


@pytest.fixture(scope="session")
def made(table):
    from convcat.reporting import report

    return report(table, model=Reader())


@pytest.fixture(scope="session")
def page(made):
    return Page(made.html())


# Times on a busy machine say nothing; on CI every run tries the same examples.
settings.register_profile("convcat", deadline=None, max_examples=60, derandomize="CI" in os.environ)
settings.load_profile("convcat")

CORPUS = Path(__file__).parent.parent / "data" / "corpus"


@pytest.fixture(scope="session")
def tiny_corpus():
    """A few hundred labelled texts of the project's own corpus."""
    from convcat.training import read_labelled

    return read_labelled(CORPUS / "support-short.jsonl", needs=NEEDS)


@pytest.fixture(scope="session")
def tiny_classifier(tiny_corpus):
    """A classifier fitted in a second or two, with few columns."""
    from convcat.classifier import NeedClassifier
    from convcat.classifier.featurizers import NgramFeaturizer
    from convcat.classifier.ngrams import NgramSpec

    features = NgramFeaturizer(NgramSpec(bits=10))
    clf = NeedClassifier(features=features, folds=2, max_iter=20)
    return clf.fit(tiny_corpus.texts, tiny_corpus.needs, failed=tiny_corpus.failed)


@pytest.fixture(scope="session")
def tiny_model(tiny_classifier):
    """A small model that reads with some sense; not from a folder."""
    return replace(tiny_classifier.model_, id="tiny", profile_={"version": 1})


@pytest.fixture(scope="session")
def tiny_folder(tiny_model, tmp_path_factory):
    """The folder of the tiny model; not to be changed (copy it first)."""
    return tiny_model.save(tmp_path_factory.mktemp("models") / "tiny")
