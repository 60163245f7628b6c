"""From needs to what the customer says: one statement per need, or one for a pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import plan
from generator.bank import expressions, fill, review_expressions, suits, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from random import Random

    from generator.scene import Scene

# Pairs that are mostly said in one breath, and how often.
PAIRS = (
    ("wismo", "delay", 1.0),
    ("returns", "speed", 0.6),
    ("returns", "sizing", 0.55),
    ("quality", "delivery", 0.5),
)
GOODS = {"sizing", "accuracy", "quality"}
# Needs that only someone who holds the thing can have; said of another order beside `wismo`.
ARRIVED = {"accuracy", "quality", "returns"}


@dataclass(frozen=True)
class Statement:
    """Something that a customer says, and the needs that it carries."""

    needs: tuple[str, ...]
    text: str
    topic: str = ""  # the list of phrases.more that goes on with it; empty: nothing does
    failed: bool = True

    @property
    def of_arrived(self) -> bool:
        """Whether it is said of a thing that has arrived."""
        return bool(ARRIVED & set(self.needs)) or (
            self.failed and bool({"sizing", "delivery"} & set(self.needs))
        )


def _pick(rng: Random, scene: Scene, templates: Sequence[str]) -> str:
    fitting = [t for t in templates if suits(t, scene.traits)] or templates
    return fill(rng, rng.choice(fitting), scene.slots)


def support_statements(
    rng: Random, scene: Scene, needs: list[str], when: datetime
) -> list[Statement]:
    """Put the needs of a conversation into words, most pressing first."""
    left = list(needs)
    said: list[Statement] = []
    for one, two, share in PAIRS:
        if one in left and two in left and rng.random() < share:
            templates = expressions(f"{one}+{two}", "failed", scene.kind)
            said.append(Statement((one, two), _pick(rng, scene, templates), topic=one, failed=True))
            left = [need for need in left if need not in {one, two}]
    # A customer with a faulty thing in hand asks for the money back last.
    left.sort(key=lambda need: need == "returns")
    for need in left:
        if need == "returns" and GOODS & set(needs) and rng.random() < 0.7:
            text = _pick(rng, scene, expressions("returns", "after", scene.kind))
            said.append(Statement((need,), text, failed=False))
            continue
        said.append(_one(rng, scene, need, when, asked=_asks(rng, need, needs)))
    return said


def _asks(rng: Random, need: str, needs: list[str]) -> bool:
    # Who already complains of a thing does not also ask how it would fit.
    share = plan.FAILED[need]
    if need == "sizing" and {"returns", "quality", "accuracy"} & set(needs):
        share = 1.0
    return rng.random() >= share


def _one(rng: Random, scene: Scene, need: str, when: datetime, *, asked: bool) -> Statement:
    special = plan.special_list(need, when, scene.product["name"])
    if special and rng.random() < 0.85:
        text = _pick(rng, scene, expressions(need, special, scene.kind))
        return Statement((need,), text, "code" if special == "code" else need, failed=True)
    text = _pick(rng, scene, expressions(need, "asked" if asked else "failed", scene.kind))
    topic = {"returns": "returns_asked", "information": "information"}.get(need, "")
    return Statement((need,), text, topic if asked else need, failed=not asked)


def review_statements(
    rng: Random, scene: Scene, needs: list[str], when: datetime
) -> list[Statement]:
    """Put the needs of a review into words."""
    said = []
    for need in needs:
        special = plan.special_list(need, when, scene.product["name"])
        if special in {"small", "rust"} and rng.random() < 0.85:
            templates = expressions(need, special, scene.kind)
        else:
            templates = review_expressions(need, scene.kind)
            if need in GOODS:
                templates += expressions(need, "failed", scene.kind)
        said.append(Statement((need,), _pick(rng, scene, templates), need, failed=True))
    return said


def more(rng: Random, scene: Scene, statement: Statement) -> str:
    """Something that people add to such a statement; empty where there is nothing to add."""
    lists = table("more")
    templates = lists.get(statement.topic, ()) or lists.get(f"{statement.topic}_{scene.kind}", ())
    return _pick(rng, scene, templates) if templates else ""


def praise(rng: Random, scene: Scene, needs: Sequence[str], count: int = 1) -> list[str]:
    """Praise that touches none of the needs."""
    if "wismo" in needs:
        return []
    avoid = set(needs) | ({"delay", "delivery"} if {"wismo", "delay"} & set(needs) else set())
    if "returns" in avoid or "speed" in avoid:
        avoid.add("service")
    home = scene.kind == "home"
    topics = [t for t in ("quality", "sizing", "accuracy", "delay", "delivery", "service", "price")
              if t not in avoid]  # fmt: skip
    if not needs:
        topics += ["general"] * 4
    chosen: list[str] = []
    for topic in rng.sample(topics, min(count, len(topics))):
        lists = table("praise")
        templates = lists.get(f"{topic}_home", lists[topic]) if home else lists[topic]
        text = _pick(rng, scene, templates)
        if text not in chosen:
            chosen.append(text)
    return chosen


def frame(rng: Random, scene: Scene, name: str, section: str | None = None) -> str:
    """Something that stands round the needs: a greeting, an opening, a closing."""
    lists = table("reviews")["frame"] if section == "reviews" else table("frame")
    return _pick(rng, scene, lists[name])
