"""The phrase bank: lists of expressions, and how one of them becomes a sentence."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

PHRASES = Path(__file__).parent.parent / "phrases"

_choice = re.compile(r"\[([^\[\]]*)\]")
_slot = re.compile(r"\{(\w+)\}")
_article = re.compile(r"\b([Aa]) (?=[aeio]|un|8\b|18\b)(?!one\b|eu)", re.IGNORECASE)


@cache
def table(name: str) -> dict[str, Any]:
    """Read one file of phrases, its text blocks as lists of lines."""
    return _listed(tomllib.loads((PHRASES / f"{name}.toml").read_text(encoding="utf-8")))


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(inner) for key, inner in value.items()}
    if isinstance(value, str) and "\n" in value:
        return tuple(line.strip() for line in value.splitlines() if line.strip())
    return value


@cache
def expressions(need: str, stance: str, kind: str) -> tuple[str, ...]:
    """All expressions of a need that suit a kind of product, from every file that has some."""
    found: list[str] = []
    for name in ("orders", "goods", "money", "people"):
        section = table(name).get(need, {})
        found += section.get(stance, ())
        found += section.get(f"{stance}_{kind}", ())
    return tuple(found)


@cache
def review_expressions(need: str, kind: str) -> tuple[str, ...]:
    """Expressions of a failed need in the voice of reviews."""
    section = table("reviews").get(need, {})
    return section.get("failed", ()) + section.get(f"failed_{kind}", ())


@cache
def suits(template: str, traits: tuple[str, ...]) -> bool:
    """Tell whether a template can be said of a product with these traits (shop.toml, unfit)."""
    bare = _slot.sub("", template)
    unfit = table("shop")["unfit"]
    return not any(re.search(unfit[t], bare, re.IGNORECASE) for t in traits if t in unfit)


def fill(rng: Random, template: str, slots: Mapping[str, str]) -> str:
    """Choose among ``[a|b]``, fill ``{slots}`` (which may hold both again)."""
    text = template
    while True:
        if match := _choice.search(text):
            chosen = rng.choice(match[1].split("|"))
        elif match := _slot.search(text):
            chosen = slots[match[1]]
        else:
            break
        text = text[: match.start()] + chosen + text[match.end() :]
    text = re.sub(r" +", " ", text).replace("\\n", "\n").strip()
    text = re.sub(r" ([,.?!])", r"\1", text)
    return _article.sub(r"\1n ", text)


def sentence(text: str) -> str:
    """Give a phrase a capital and a full stop where they are missing."""
    text = text.strip()
    capital = text[:1].upper() + text[1:]
    capital = re.sub(r"([.!?] )([a-z])", lambda m: m[1] + m[2].upper(), capital)
    if text and (text[-1].isalnum() or text[-1] in "\"')%"):
        return capital + "."
    return capital


def uncapped(text: str) -> str:
    """Lower the first letter of a phrase that goes on after another, except "I" and names."""
    first = text.split(" ", 1)[0]
    keep = first in {"I", "Klarna", "PayPal", "Apple", "Swiftly", "NorthPost", "ParcelHare", "Blue"}
    return (
        text if keep or first.startswith("I'") or first.isupper() else text[:1].lower() + text[1:]
    )
