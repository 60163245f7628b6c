"""Write the sample month: ``python data/sample-month/make.py [--out FOLDER]``.

Seeded and of the standard library alone: the same Python code and phrases always give the same
bytes. Every conversation has a generator of its own, seeded by its number, so that a new phrase
changes few texts.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from generator import conversation, reviews, support
from generator.planted import planted

SEED = "fern-and-fable-8"
# October has about 15 % more than September.
SUPPORT_PER_MONTH = {9: 1045, 10: 1200}
REVIEWS_PER_MONTH = {9: 672, 10: 773}
DUPLICATE_MESSAGES, DUPLICATE_REVIEWS = 12, 7
TRUTH_COLUMNS = ("id", "kind", "needs", "failed", "language")
# Fewer letters at night and at weekends.
HOURS = (1, 1, 0, 0, 0, 1, 3, 6, 9, 10, 11, 10, 10, 9, 8, 8, 8, 9, 10, 12, 13, 11, 7, 3)
WEEKDAYS = (1.25, 1.15, 1.1, 1.0, 0.95, 0.75, 0.8)

Written = TypeVar("Written", conversation.Conversation, reviews.Review)


def moments(kind: str, per_month: dict[int, int]) -> list[datetime]:
    """Draw when the customers write, in order."""
    rng = Random(f"{SEED}:{kind}:moments")
    drawn = []
    for month, count in per_month.items():
        days = [datetime(2026, month, 1) + timedelta(days=d) for d in range(30 + (month == 10))]
        weights = [WEEKDAYS[day.weekday()] for day in days]
        for day in rng.choices(days, weights, k=count):
            hour = rng.choices(range(24), HOURS)[0]
            drawn.append(day + timedelta(hours=hour, seconds=rng.randrange(3600)))
    return sorted(drawn)


def write_all(
    kind: str, per_month: dict[int, int], draw: Callable[[Random, datetime], Written]
) -> list[Written]:
    """Write every text; a text that was written before is written anew."""
    seen: set[str] = set()
    written = []
    for i, when in enumerate(moments(kind, per_month)):
        for attempt in range(6):
            item = draw(Random(f"{SEED}:{kind}:{i}:{attempt}"), when)
            if item.words.casefold() not in seen:
                break
        seen.add(item.words.casefold())
        written.append(item)
    return written


def with_duplicates(rows: list[dict[str, str]], count: int, kind: str) -> list[dict[str, str]]:
    """Repeat a few rows whole, as exports do where two pages meet."""
    rng = Random(f"{SEED}:{kind}:duplicates")
    again = set(rng.sample(range(len(rows)), count))
    return [row for i, one in enumerate(rows) for row in [one] * (1 + (i in again))]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    """Write rows as CSV, with the same line ends everywhere."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def truth_row(
    id_: str, kind: str, item: conversation.Conversation | reviews.Review
) -> dict[str, str]:
    """The needs that a text was written to carry."""
    failed = item.failed if isinstance(item, conversation.Conversation) else bool(item.needs)
    return {
        "id": id_,
        "kind": kind,
        "needs": ";".join(sorted(item.needs)),
        "failed": str(int(failed)),
        "language": item.language,
    }


def main() -> None:
    """Write the four files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    talks = write_all("support", SUPPORT_PER_MONTH, support.draw_conversation)
    opinions = write_all("review", REVIEWS_PER_MONTH, reviews.draw_review)
    messages: list[dict[str, str]] = []
    review_rows: list[dict[str, str]] = []
    truth: list[dict[str, str]] = []
    for number, talk in enumerate(talks, 1):
        rng = Random(f"{SEED}:support:{number}:row")
        messages += conversation.as_rows(rng, talk, number, len(messages) + 1)
        truth.append(truth_row(messages[-1]["conversation_id"], "support", talk))
    for number, opinion in enumerate(opinions, 1):
        rng = Random(f"{SEED}:review:{number}:row")
        review_rows.append(reviews.as_row(rng, opinion, number))
        truth.append(truth_row(review_rows[-1]["review_id"], "review", opinion))

    messages = with_duplicates(messages, DUPLICATE_MESSAGES, "support")
    review_rows = with_duplicates(review_rows, DUPLICATE_REVIEWS, "review")
    write_csv(out / "support.csv", conversation.COLUMNS, messages)
    write_csv(out / "reviews.csv", reviews.COLUMNS, review_rows)
    write_csv(out / "truth.csv", TRUTH_COLUMNS, truth)
    page = planted(messages, review_rows, truth)
    (out / "PLANTED.md").write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
