"""What the page says first, in sentences: what fails, what grew, where, and where to start."""

from __future__ import annotations

from collections.abc import Sequence

from convcat.reporting import places, wording
from convcat.reporting.facts import Part
from convcat.reporting.wording import Sentence
from convcat.taxonomy import Taxonomy


def headline(parts: Sequence[Part], taxonomy: Taxonomy) -> tuple[Sentence, ...]:
    """Return what the parts say, most conversations first: what fails, what grew, where, what to do."""
    total = sum(part.total for part in parts)
    if not sum(part.read for part in parts):
        reasons: dict[str, int] = {}
        for part in parts:
            for words, n in part.unread:
                reasons[words] = reasons.get(words, 0) + n
        return (wording.nothing_read(total, tuple(reasons.items())),)
    read = sorted((part for part in parts if part.read), key=lambda part: -part.read)
    first, *rest = read
    sentences = [wording.fails_most(first.distribution, first.stances, first.noun)]
    named = next((r["need"] for r in wording.by_failure(first.distribution, first.stances)), "")
    for part in rest:
        sentences[0] += [
            " ",
            *wording.also_fails(part.distribution, part.stances, part.noun, named),
        ]
    moved = [p for p in read if any(r.get("verdict") in {"up", "down"} for r in p.changes or ())]
    main = (moved or read)[0]
    changed = wording.got_worse(main.changes, main.before, main.after)
    found = [p for p in read if p.failures]
    told = (found or [p for p in read if p.to_read] or read)[0]
    sentences += wording.joined(changed, wording.where(told.failures, told.to_read))
    if first_of := places.first_gap(read, taxonomy):
        sentences.append(wording.what_to_do(*first_of))
    return tuple(sentences)
