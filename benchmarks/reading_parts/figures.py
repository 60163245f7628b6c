"""Figures of tags on labelled texts, and how a table of readers is written."""

from __future__ import annotations

import numpy as np

import convcat
from convcat.training import evaluate

NEEDS = convcat.Taxonomy.load().ids


def truth_of(corpus) -> np.ndarray:
    """Return labels as a matrix."""
    return np.array([[need in own for need in NEEDS] for own in corpus.needs], dtype=bool)


def judged(name, corpus, tags, p):
    """Return figures of tags on a corpus."""
    return evaluate(name, NEEDS, truth_of(corpus), tags, p)


def line(name, found) -> str:
    """Return one row of the main table."""
    cells = [name, str(found.macro_f1), f"{found.quiet.value:.2f}", f"{found.silent.value:.2f}"]
    cells += [f"{found.f1[need].value:.2f}" for need in NEEDS]
    return "| " + " | ".join(cells) + " |"


def header(what: str) -> str:
    """Return the head of the main table."""
    cells = [what, "macro-F1 (95 %)", "quiet", "silent", *NEEDS]
    return f"| {' | '.join(cells)} |\n|{' --- |' * len(cells)}"
