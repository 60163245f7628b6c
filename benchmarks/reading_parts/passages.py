"""Texts of a given length, from the project's own corpus."""

from __future__ import annotations

import json
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


def written(words: int, count: int) -> list[str]:
    """Return texts of so many words from the project's own corpus."""
    stream = [
        word
        for path in sorted(CORPUS.glob("*.jsonl"))
        for raw in path.read_text(encoding="utf-8").splitlines()
        for word in json.loads(raw)["text"].split()
    ]
    step = max(1, (len(stream) - words) // count)
    return [" ".join(stream[i * step : i * step + words]) for i in range(count)]
