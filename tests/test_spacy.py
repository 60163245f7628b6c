"""The spaCy component."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import convcat

spacy = pytest.importorskip("spacy", reason="needs the extra [spacy]")

TEXTS = [
    "Where is my parcel? It should have been here on Monday.",
    "Far too small for a size 12 😡 I want to send it back",
    "",
    "Thanks!",
]


@pytest.fixture(scope="module")
def nlp():
    pipeline = spacy.blank("en")
    pipeline.add_pipe("convcat_needs")
    return pipeline


class TestNeedsComponent:
    """Needs on a Doc."""

    def test_same_numbers_as_the_model(self, nlp) -> None:
        """One by one, in batches, or by the model itself: the same to the last digit."""
        model = convcat.load()
        expected = model.predict_proba(TEXTS)
        for docs in (list(nlp.pipe(TEXTS, batch_size=2)), [nlp(text) for text in TEXTS]):
            for row, doc in enumerate(docs):
                assert [doc.cats[need] for need in model.needs_] == expected[row].tolist()

    def test_spans_cover_the_evidence(self, nlp) -> None:
        """Every span of evidence lies within a span of whole tokens with its need as label."""
        model = convcat.load()
        for text in TEXTS:
            doc = nlp(text)
            spans = [(s.start_char, s.end_char, s.label_) for s in doc.spans["needs"]]
            for found in model.tag(text).evidence:
                assert any(
                    a <= found.start and found.end <= b and need == found.need
                    for a, b, need in spans
                )

    def test_keeps_what_others_wrote(self, nlp) -> None:
        """Scores of another component stay on the Doc."""
        doc = nlp.make_doc("Where is it?")
        doc.cats = {"urgent": 1.0}
        assert nlp.get_pipe("convcat_needs")(doc).cats["urgent"] == 1.0

    def test_round_trip_without_importing_convcat(self, nlp, tmp_path: Path) -> None:
        """A saved pipeline is restored by spacy.load alone, with the same numbers."""
        nlp.to_disk(tmp_path / "pipeline")
        code = (
            "import spacy, sys; nlp = spacy.load(sys.argv[1]);"
            "print(repr(nlp(sys.argv[2]).cats['wismo']))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "pipeline"), TEXTS[0]],
            capture_output=True,
            text=True,
            check=True,
        )
        assert float(done.stdout.strip().split("\n")[-1]) == nlp(TEXTS[0]).cats["wismo"]

    def test_memory_zone(self, nlp) -> None:
        """Words of a batch do not stay behind."""
        before = len(nlp.vocab.strings)
        with nlp.memory_zone():
            for doc in nlp.pipe([f"parcel qx{i}zz is late" for i in range(50)]):
                assert doc.cats["delay"] >= 0
        assert len(nlp.vocab.strings) < before + 40
