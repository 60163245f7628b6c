"""Figures in words: how numbers, shares, intervals and months are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeGuard

Row = dict[str, Any]
Noun = tuple[str, str]

NOUNS: dict[str | None, Noun] = {
    "support": ("support conversation", "support conversations"),
    "review": ("review", "reviews"),
    None: ("conversation", "conversations"),
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def number(value: float) -> str:
    """Write a whole number with separators.

    Examples
    --------
    >>> number(12345)
    '12,345'
    """
    return f"{round(value):,}"


def count(n: int, noun: Noun) -> str:
    """Write a number with its noun, in the singular or plural.

    Examples
    --------
    >>> count(1, NOUNS["review"]), count(0, NOUNS["review"])
    ('1 review', '0 reviews')
    """
    return f"{number(n)} {noun[0] if n == 1 else noun[1]}"


def percent(share: float | None, n: float = 0, *, beside: float | None = None) -> str:
    """Write a share with as many digits as ``n`` conversations bear.

    One decimal below 5 % from a thousand conversations on, else whole percents.

    Parameters
    ----------
    share : float or None
    n : float
        How many conversations it is a share of.
    beside : float, optional
        A larger share that stands beside it and decides on the digits: the end of its interval.

    Examples
    --------
    >>> percent(0.0434, 3000), percent(0.0434, 300), percent(0.1634, 3000)
    ('4.3%', '4%', '16%')
    >>> percent(0.0434, 3000, beside=0.06)
    '4%'
    >>> percent(0.002, 300), percent(0.0, 300), percent(0.998, 300), percent(None)
    ('<1%', '0%', '>99%', '\u2013')
    """
    if not known(share):
        return "\u2013"
    if share > 0 and n >= 1000 and max(share, beside or 0.0) < 0.0495:
        return f"{100 * share:.1f}%" if share >= 0.0005 else "<0.1%"
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 < share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def span(low: float | None, high: float | None, n: float = 0) -> str:
    """Write an interval of shares.

    Examples
    --------
    >>> span(0.14, 0.18), span(0.1, 0.1), span(None, 0.2)
    ('14\u201318%', '10%', '\u2013')
    """
    left, right = percent(low, n, beside=high), percent(high, n)
    if "\u2013" in (left, right):
        return "\u2013"
    if left == right:
        return left
    return f"{left.removesuffix('%')}\u2013{right}"


def points(change: float | None) -> str:
    """Write a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.032), points(-0.1234), points(0.0001)
    ('+3.2', '\u221212', '0')
    """
    if change is None or not math.isfinite(change):
        return "\u2013"
    size = abs(100 * change)
    digits = f"{size:.1f}" if size < 9.95 else f"{size:.0f}"
    if float(digits) == 0:
        return "0"
    sign = "+" if change > 0 else "\u2212"
    return f"{sign}{digits}"


def day(text: str) -> str:
    """Write a day as a person would.

    Examples
    --------
    >>> day("2026-03-02")
    '2 March 2026'
    """
    year, of_year, of_month = text.split("-")
    return f"{int(of_month)} {month(f'{year}-{of_year}')}"


def listing(items: Sequence[str]) -> str:
    """Join items as a person would.

    Examples
    --------
    >>> listing(["a", "b", "c"]), listing(["a"]), listing([])
    ('a, b and c', 'a', '')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def one_in(share: float) -> str:
    """Say a share as one in how many, or an empty string where that says nothing.

    Examples
    --------
    >>> one_in(0.16), one_in(0.49), one_in(0.02), one_in(0.9)
    ('one in six', 'every second one', 'one in 50', '')
    """
    if not 0.002 <= share <= 0.55:
        return ""
    many = round(1 / share)
    if many <= 2:
        return "every second one"
    return f"one in {_NUMBERS[many] if many <= 10 else number(float(f'{many:.1g}') if many > 20 else many)}"


def month(label: str) -> str:
    """Write ``2026-10`` as ``October 2026``; any other label stays as it is.

    Examples
    --------
    >>> month("2026-10"), month("week 3")
    ('October 2026', 'week 3')
    """
    year, _, rest = label.partition("-")
    if len(year) == 4 and year.isdigit() and rest.isdigit() and 1 <= int(rest) <= 12:
        return f"{_MONTHS[int(rest) - 1]} {year}"
    return label


def lift(value: float | None) -> str:
    """Say a ratio: ``3.1 times``; an empty string where there is nothing to divide by.

    Examples
    --------
    >>> lift(3.14), lift(12.2), lift(None)
    ('3.1 times', '12 times', '')
    """
    if value is None or not math.isfinite(value) or value <= 0:
        return ""
    return f"{value:.1f} times" if value < 9.95 else f"{value:.0f} times"


def of_ten(share: float) -> str:
    """Say a share as so many of ten, in words.

    Examples
    --------
    >>> of_ten(0.52), of_ten(0.81), of_ten(0.98)
    ('half', 'eight in ten', 'nearly all')
    """
    tens = round(10 * share)
    return {5: "half", 10: "nearly all"}.get(tens, f"{_NUMBERS[tens]} in ten")


def known(value: Any) -> TypeGuard[float]:
    """Return whether a value is a number: neither ``None`` nor NaN nor infinite."""
    return value is not None and math.isfinite(value)
