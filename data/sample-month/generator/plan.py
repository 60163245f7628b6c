"""Which needs a customer comes with: the background rates, and what is planted on top of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

SUPPORT = {
    "wismo": 0.22,
    "delay": 0.12,
    "delivery": 0.08,
    "sizing": 0.09,
    "speed": 0.08,
    "accuracy": 0.08,
    "quality": 0.10,
    "returns": 0.17,
    "payment": 0.07,
    "price": 0.03,
    "information": 0.10,
    "access": 0.05,
    "service": 0.07,
    "other": 0.03,
}
REVIEWS = {
    "wismo": 0.01,
    "delay": 0.05,
    "delivery": 0.03,
    "sizing": 0.30,
    "speed": 0.02,
    "accuracy": 0.15,
    "quality": 0.32,
    "returns": 0.04,
    "payment": 0.01,
    "price": 0.08,
    "information": 0.03,
    "access": 0.01,
    "service": 0.04,
    "other": 0.06,
}
NONE = {"support": 0.092, 1: 0.04, 2: 0.10, 3: 0.11, 4: 0.74, 5: 0.86}
# How many needs a customer with a need brings: one, two, three.
HOW_MANY = {"support": (0.66, 0.28, 0.06), "review": (0.74, 0.23, 0.03)}
# Where something went wrong rather than was only asked for.
FAILED = {
    "wismo": 0.6,
    "delay": 1.0,
    "delivery": 0.6,
    "sizing": 0.55,
    "speed": 0.93,
    "accuracy": 1.0,
    "quality": 1.0,
    "returns": 0.55,
    "payment": 0.72,
    "price": 0.7,
    "information": 0.12,
    "access": 0.78,
    "service": 0.9,
    "other": 0.4,
}
# Needs that come together more, or less, often than chance would have it.
TOGETHER = {
    ("wismo", "delay"): 2.6,
    ("returns", "speed"): 2.0,
    ("returns", "sizing"): 1.6,
    ("returns", "quality"): 1.6,
    ("returns", "accuracy"): 1.6,
    ("quality", "delivery"): 1.3,
    ("wismo", "speed"): 1.5,
    ("speed", "service"): 2.0,
    ("wismo", "quality"): 0.15,
    ("wismo", "sizing"): 0.15,
    ("wismo", "accuracy"): 0.2,
    ("wismo", "returns"): 0.4,
    ("wismo", "delivery"): 0.5,
}
# The draws above flatten rare and lift common needs; these factors undo it.
LEVEL = {"price": 1.35, "information": 1.12, "access": 1.2, "service": 0.88, "delay": 0.95}
ASKING = ("price", "information", "access")

LINEN, CUSHION = "Maren Linen Dress", "Ember Velvet Cushion Cover"
LATE_CARRIER, SLOW_CHANNEL = "Swiftly", "whatsapp"
CODES_FROM = 22  # of October
LIFTS = {"small": 2.2, "late": 2.0, "slow": 2.5, "rust": 4.0, "rust_reviews": 3.5, "codes": 3.0}
RETURNS_KEPT = 2 / 3


def draw_needs(
    rng: Random, kind: str, rates: dict[str, float], none: float, kept: float = 1.0
) -> list[str]:
    """Draw the background needs of one customer; `kept` is the share of returns that remain."""
    if rng.random() < none:
        return []
    rates = rates | {"returns": rates["returns"] * kept}
    if rng.random() < rates["other"] / (1 - none):
        return ["other"]
    needs: list[str] = []
    weights = {need: rate * LEVEL.get(need, 1.0) for need, rate in rates.items() if need != "other"}
    for _ in range(rng.choices((1, 2, 3), HOW_MANY[kind])[0]):
        names = [need for need in weights if need not in needs]
        needs.append(rng.choices(names, [weights[n] * _affinity(n, needs) for n in names])[0])
    return needs


def _affinity(need: str, needs: list[str]) -> float:
    factor = 1.0
    for other in needs:
        pair = TOGETHER.get((need, other), TOGETHER.get((other, need)))
        if pair is None:
            pair = 0.4 if need in ASKING or other in ASKING else 1.0
        factor *= pair
    return factor


def _added(rng: Random, needs: list[str], rate: float, lift: float, *extra: str) -> list[str]:
    """Add needs so that a share of `rate` becomes `lift` times as large and no other changes."""
    if needs == ["other"] or rng.random() >= (lift - 1) * rate / (1 - rate):
        return needs
    return needs + [need for need in extra if need not in needs]


def plant_support(
    rng: Random, needs: list[str], when: datetime, product: str, carrier: str, channel: str
) -> list[str]:
    """Add what is planted in support conversations."""
    october = when.month == 10
    if october and product == LINEN:
        needs = _added(rng, needs, SUPPORT["sizing"], LIFTS["small"], "sizing")
    if october and carrier == LATE_CARRIER:
        both = rng.random() < 0.6
        needs = _added(rng, needs, SUPPORT["wismo"], LIFTS["late"], *["wismo", "delay"][: 1 + both])
    if channel == SLOW_CHANNEL:
        needs = _added(rng, needs, SUPPORT["speed"], LIFTS["slow"], "speed")
    if product == CUSHION:
        needs = _added(rng, needs, SUPPORT["accuracy"], LIFTS["rust"], "accuracy")
    if october and when.day >= CODES_FROM:
        needs = _added(rng, needs, SUPPORT["payment"], LIFTS["codes"], "payment")
    return needs


def plant_review(
    rng: Random, needs: list[str], when: datetime, product: str, rating: int
) -> list[str]:
    """Add what is planted in reviews; happier customers meet the same trouble less often."""
    scale = 1.0 if rating <= 3 else 0.2
    if when.month == 10 and product == LINEN:
        needs = _added(rng, needs, REVIEWS["sizing"] * scale, LIFTS["small"], "sizing")
    if product == CUSHION:
        needs = _added(rng, needs, REVIEWS["accuracy"] * scale, LIFTS["rust_reviews"], "accuracy")
    return needs


def special_list(need: str, when: datetime, product: str) -> str | None:
    """Name the list of expressions that tells of a planted failure."""
    if need == "sizing" and product == LINEN and when.month == 10:
        return "small"
    if need == "accuracy" and product == CUSHION:
        return "rust"
    if need == "payment" and when.month == 10 and when.day >= CODES_FROM:
        return "code"
    return None
