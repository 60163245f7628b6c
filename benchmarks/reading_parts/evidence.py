"""Do the words that are said to carry a need carry it?"""

from __future__ import annotations

import random
import re


def evidence(models, dev, most: int) -> None:
    """Print whether a tag goes when the words that are said to carry it are taken out."""
    texts = random.Random(5).sample(list(dev.texts), min(most, len(dev)))
    print(f"\n### Evidence ({len(texts)} texts kept apart)\n")
    print(
        "| model | tags | tag goes without the words | so it does without as many others |", end=""
    )
    print(" characters marked |\n| --- | --- | --- | --- | --- |")
    for model in models:
        gone, others, marked, tags = 0, 0, 0.0, 0
        rng = random.Random(0)
        for text in texts:
            found = model.tag(text)
            for need in found.needs:
                spans = sorted((s.start, s.end) for s in found.evidence if s.need == need)
                words = [m.span() for m in re.finditer(r"\w+", text)]
                inside = [w for w in words if any(a < w[1] and w[0] < b for a, b in spans)]
                beside = [w for w in words if w not in inside]
                chance = rng.sample(beside, min(len(inside), len(beside)))
                gone += need not in model.tag(without(text, spans), explain=()).needs
                others += need not in model.tag(without(text, sorted(chance)), explain=()).needs
                marked += sum(b - a for a, b in spans) / len(text)
                tags += 1
        cells = [f"{n / max(1, tags):.2f}" for n in (gone, others, marked)]
        print(f"| {model.id} | {tags} |", " | ".join(cells), "|")


def without(text: str, spans) -> str:
    """Return a text without some places."""
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text
