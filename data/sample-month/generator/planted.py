"""PLANTED.md: what was planted, with the true shares counted from the files themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median

from generator import plan

Row = dict[str, str]
Cell = Callable[[Row], bool]

INTRO = """\
# The planted failures

Written by `make.py` from the files beside it. A share is the share of conversations (or reviews)
that were written to carry the need, after `truth.csv`, without the empty texts and those in other
languages. Reviews are those of two and three stars, which `convcat` reads by default. Elsewhere is
every other row of the same file, those with a blank cell among them. Rates were planted, texts
were drawn: shares move by chance around what was planted, and an unplanted slice may stand out by
chance, too.

"""
TABLE_HEAD = """\
| no. | file | slice | need | share there | n there | share elsewhere | n elsewhere | lift |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
STORIES = f"""
What each line is about:

1. The {plan.LINEN} runs small from October on: `sizing` is planted at
   {plan.LIFTS["small"]} times the background, in support and in reviews; in September nothing is wrong with it.
2. {plan.LATE_CARRIER} delivers late in October: `wismo` and `delay` are planted at twice the background.
3. The {plan.SLOW_CHANNEL} channel is answered slowly in both months: `speed` at {plan.LIFTS["slow"]} times
   the background, and long times to the first response (below).
4. The {plan.CUSHION} (rust) does not have the colour of its photo: `accuracy` at
   {plan.LIFTS["rust"]:.0f} times the background in support and {plan.LIFTS["rust_reviews"]} times in reviews, in both months.
5. Discount codes fail from {plan.CODES_FROM} to 31 October: `payment` at {plan.LIFTS["codes"]:.0f} times the background.
6. Something that got better: after a new returns portal, a third of the `returns` conversations of
   support are gone in October. (In reviews nothing changes.)

Nothing else depends on month, channel, product, carrier or country, except by way of these: a
product's kind decides its words, CSAT is lower where something failed.
"""


def month(row: Row) -> str:
    """The month in which a conversation began."""
    return row["created_at"][:7]


def joined_units(rows: Iterable[Row], truth: Iterable[Row], id_: str) -> list[Row]:
    """One row per readable conversation or review, with its needs."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row[id_], row)
    return [
        first[line["id"]] | {"needs": line["needs"]}
        for line in truth
        if line["language"] == "en" and line["id"] in first
    ]


def share(units: list[Row], need: str) -> float:
    """The share of units that carry a need."""
    return sum(need in unit["needs"].split(";") for unit in units) / max(1, len(units))


def cells() -> list[tuple[str, str, str, tuple[str, ...], Cell]]:
    """Planted cells: number, file, slice, needs, the cell."""

    def linen(row: Row) -> bool:
        return row["product"] == plan.LINEN and month(row) == "2026-10"

    def late(row: Row) -> bool:
        return row["carrier"] == plan.LATE_CARRIER and month(row) == "2026-10"

    def codes(row: Row) -> bool:
        return row["created_at"][:10] >= f"2026-10-{plan.CODES_FROM}"

    def cushion(row: Row) -> bool:
        return row["product"] == plan.CUSHION

    linen_name, cushion_name = f"product = {plan.LINEN}, October", f"product = {plan.CUSHION}"
    return [
        ("1", "support", linen_name, ("sizing",), linen),
        ("1", "reviews", linen_name, ("sizing",), linen),
        ("2", "support", f"carrier = {plan.LATE_CARRIER}, October", ("wismo", "delay"), late),
        ("3", "support", f"channel = {plan.SLOW_CHANNEL}", ("speed",),
         lambda row: row["channel"] == plan.SLOW_CHANNEL),
        ("4", "support", cushion_name, ("accuracy",), cushion),
        ("4", "reviews", cushion_name, ("accuracy",), cushion),
        ("5", "support", f"{plan.CODES_FROM} to 31 October", ("payment",), codes),
        ("5", "support", "October", ("payment",), lambda row: month(row) == "2026-10"),
        ("6", "support", "October", ("returns",), lambda row: month(row) == "2026-10"),
    ]  # fmt: skip


def planted(messages: list[Row], reviews: list[Row], truth: list[Row]) -> str:
    """Write the page."""
    support_units = joined_units(messages, truth, "conversation_id")
    review_units = joined_units(reviews, truth, "review_id")
    low = [unit for unit in review_units if unit["rating"] in {"2", "3"}]
    lines = []
    for number, file, where, needs, cell in cells():
        units = support_units if file == "support" else low
        inside = [unit for unit in units if cell(unit)]
        outside = [unit for unit in units if not cell(unit)]
        for need in needs:
            there, elsewhere = share(inside, need), share(outside, need)
            lines.append(
                f"| {number} | {file} | {where} | {need} | {there:.3f} | {len(inside)} "
                f"| {elsewhere:.3f} | {len(outside)} | {there / elsewhere:.2f} |\n"
            )
    return (
        INTRO
        + TABLE_HEAD
        + "".join(lines)
        + STORIES
        + _response_times(support_units)
        + _distribution(support_units, low)
    )


def _response_times(units: list[Row]) -> str:
    text = "\n## Minutes to the first response (median)\n\n| channel | minutes | n |\n| --- | --- | --- |\n"
    for channel in sorted({unit["channel"] for unit in units}):
        values = [
            int(unit["first_response_minutes"])
            for unit in units
            if unit["channel"] == channel and unit["first_response_minutes"]
        ]
        text += f"| {channel} | {median(values):.0f} | {len(values)} |\n"
    return text


def _distribution(support_units: list[Row], low: list[Row]) -> str:
    september = [unit for unit in support_units if month(unit) == "2026-09"]
    october = [unit for unit in support_units if month(unit) == "2026-10"]
    columns = (support_units, september, october, low)
    text = (
        "\n## True distribution\n\n"
        "| need | support | support, September | support, October | reviews, 2 and 3 stars |\n"
        "| --- | --- | --- | --- | --- |\n"
    )
    for need in plan.SUPPORT:
        text += f"| {need} | " + " | ".join(f"{share(u, need):.3f}" for u in columns) + " |\n"
    none = [sum(not unit["needs"] for unit in u) / max(1, len(u)) for u in columns]
    text += "| none | " + " | ".join(f"{value:.3f}" for value in none) + " |\n"
    return text + "| n | " + " | ".join(str(len(u)) for u in columns) + " |\n"
