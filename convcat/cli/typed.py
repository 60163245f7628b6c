"""What is typed on the command line, as the library's arguments; each mistake is one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from convcat.exceptions import InputError


def model_of(model: str | None, *, fast: bool) -> str | None:
    """Return the model of ``--model`` and ``--fast``.

    Examples
    --------
    >>> model_of(None, fast=True), model_of("models/mine", fast=False)
    ('ecommerce-en-fast', 'models/mine')
    """
    if fast and model not in (None, "ecommerce-en-fast"):
        raise InputError("--fast and --model name two models: give one of them.")
    return "ecommerce-en-fast" if fast else model


def mapping_of(pairs: list[str] | None) -> dict[str, str] | None:
    """Return the columns of ``--map OURS=YOURS``.

    Examples
    --------
    >>> mapping_of(["text=Customer Remarks", "time = Date"])
    {'text': 'Customer Remarks', 'time': 'Date'}
    """
    found: dict[str, str] = {}
    for pair in pairs or ():
        ours, sign, yours = pair.partition("=")
        if not sign or not ours.strip() or not yours.strip():
            raise InputError(
                f"--map takes OURS=YOURS, such as text='Customer Remarks', not {pair!r}."
            )
        found[ours.strip()] = yours.strip()
    return found or None


def kind_of(kind: str | None) -> Literal["review", "support"] | None:
    """Return what ``--kind`` says the dumps are."""
    if kind not in (None, "review", "support"):
        raise InputError(f"--kind is review or support, not {kind!r}.")
    return cast("Literal['review', 'support'] | None", kind)


def text_of(text: str) -> Literal["original", "masked", "none"]:
    """Return what ``--text`` says the tagged table holds of the texts."""
    if text not in ("original", "masked", "none"):
        raise InputError(f"--text is original, masked or none, not {text!r}.")
    return cast("Literal['original', 'masked', 'none']", text)


def stars_of(stars: str) -> tuple[int, ...] | None:
    """Return the stars of ``--stars``; None for all.

    Examples
    --------
    >>> stars_of("3, 2"), stars_of("all")
    ((2, 3), None)
    """
    if stars.strip().lower() == "all":
        return None
    try:
        found = tuple(sorted({int(star) for star in stars.replace(" ", "").split(",") if star}))
    except ValueError:
        found = ()
    if not found or not set(found) <= {1, 2, 3, 4, 5}:
        raise InputError(
            f"--stars takes numbers from 1 to 5 joined by commas, or all, not {stars!r}."
        )
    return found


def level_of(level: float) -> float:
    """Return the level of ``--level``."""
    if not 0.5 <= level < 1:
        raise InputError(f"--level is from 0.5 to below 1, such as 0.95, not {level:g}.")
    return level


def seed_of(seed: int) -> int:
    """Return the seed of ``--seed``."""
    if seed < 0:
        raise InputError(f"--seed is a whole number from 0 on, not {seed}.")
    return seed


def sheet_of(sheet: Path) -> Path:
    """Return an audit sheet that somebody has begun to fill; a blank one is refused."""
    from convcat.insight import is_filled, read_audit

    if sheet.is_file() and not is_filled(sheet):
        read_audit(sheet)  # what is no sheet at all is told as such
        raise InputError(
            f"{sheet.name} holds no answer yet: fill in the needs of some conversations first."
        )
    return sheet


def names_of(names: str | None) -> list[str] | None:
    """Return the columns of ``--by``.

    Examples
    --------
    >>> names_of("channel, product")
    ['channel', 'product']
    """
    return [name.strip() for name in names.split(",") if name.strip()] if names else None
