"""Reviews: stars, a title, a body of four to a hundred and fifty words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from generator import plan
from generator.bank import fill, sentence, table, uncapped
from generator.scene import draw_product, draw_scene
from generator.voices import draw_voice
from generator.wording import Statement, frame, more, praise, review_statements

if TYPE_CHECKING:
    from generator.scene import Scene

COLUMNS = (
    "review_id",
    "product",
    "title",
    "body",
    "rating",
    "created_at",
    "country",
    "verified",
    "reviewer",
)
STARS = {1: 12, 2: 20, 3: 26, 4: 17, 5: 25}


@dataclass
class Review:
    """A review, written."""

    when: datetime
    scene: Scene
    rating: int
    needs: tuple[str, ...] = ()
    language: str = "en"
    title: str = ""
    body: str = ""

    @property
    def words(self) -> str:
        """All that the customer said."""
        return self.body


def draw_review(rng: Random, when: datetime) -> Review:
    """Draw a review's product and stars, its needs, and write it."""
    product = draw_product(rng)
    rating = rng.choices(list(STARS), list(STARS.values()))[0]
    scene = draw_scene(rng, product, _carrier(rng), when)
    needs = plan.draw_needs(rng, "review", plan.REVIEWS, plan.NONE[rating])
    if rating > 3:
        needs = needs[:1]
    needs = plan.plant_review(rng, needs, when, product["name"], rating)
    review = Review(when, scene, rating)
    if (odd := rng.random()) < 0.006:
        review.language = ""
    elif odd < 0.021:
        _write_foreign(rng, review)
    else:
        _write(rng, review, review_statements(rng, scene, needs, when))
    return review


def _carrier(rng: Random) -> str:
    return rng.choice(list(table("shop")["carriers"]))


def _write_foreign(rng: Random, review: Review) -> None:
    low = review.rating <= 3
    texts = [t for t in table("foreign")["text"] if t["kind"] == "review" and t["failed"] == low]
    text = rng.choice(texts)
    review.language, review.needs = text["language"], tuple(text["needs"])
    review.body = fill(rng, text["body"], review.scene.slots)


def _write(rng: Random, review: Review, said: list[Statement]) -> None:
    review.needs = tuple(need for statement in said for need in statement.needs)
    scene, good = review.scene, review.rating > 3
    home = "_home" if scene.kind == "home" else ""
    length = rng.choices(("short", "middle", "long"), (24, 50, 26))[0]
    lines: list[str] = []
    if length != "short" and rng.random() < 0.7:
        low = bool(said) and not good and rng.random() < 0.3
        lines.append(frame(rng, scene, "opening_low" if low else f"opening{home}", "reviews"))
    grown = scene.kind == "wear" and "sizing" in review.needs
    if grown and length != "short" and rng.random() < 0.35:
        lines.append(frame(rng, scene, "opening_sizing", "reviews"))
    if said:
        lines += _complaint(rng, scene, said, length, good=good)
    elif good:
        count = {"short": 1, "middle": 2, "long": 4}[length]
        lines += [sentence(text) for text in praise(rng, scene, (), count + rng.randrange(2))]
        general = table("praise")[f"general{home}"]
        lines.append(sentence(fill(rng, rng.choice(general), scene.slots)))
    else:
        lines.append(_indifferent(rng, scene))
    if length == "long":
        extra = [frame(rng, scene, f"context{home}", "reviews") for _ in range(rng.randint(2, 5))]
        for text in dict.fromkeys(extra):
            lines.insert(rng.randint(1, len(lines)), text)
    if said and not good and length != "short" and rng.random() < 0.5:
        lines.append(frame(rng, scene, "closing", "reviews"))
    voice = draw_voice(rng, scene.country, "review")
    mood = "cross" if said else "glad" if good else "plain"
    review.body = voice.write(rng, " ".join(dict.fromkeys(lines)), mood)
    if length == "long" and rng.random() < 0.2:
        review.body = review.body.replace(". ", ".\n\n", 1)
    if rng.random() < 0.8:
        quiet = replace(voice, emoji=0.0)
        review.title = quiet.write(rng, _title(rng, scene, said, good=good), "plain")


def _complaint(
    rng: Random, scene: Scene, said: list[Statement], length: str, *, good: bool
) -> list[str]:
    needs = [need for statement in said for need in statement.needs]
    texts = [sentence(statement.text) for statement in said]
    for i in range(1, len(texts)):
        link = frame(rng, scene, "and", "reviews")
        if rng.random() < 0.7 and not any(text.startswith(link) for text in texts):
            texts[i] = f"{link} {uncapped(texts[i])}"
    added = {"short": 0.0, "middle": 0.55, "long": 0.9}[length] * (0.4 if good else 1.0)
    for i, statement in enumerate(said):
        if rng.random() < added and (extra := more(rng, scene, statement)):
            texts[i] += f" {extra}"
            if rng.random() < added - 0.4 and (second := more(rng, scene, statement)) != extra:
                texts[i] += f" {second}"
    share = 0.9 if good else {"short": 0.15, "middle": 0.4, "long": 0.55}[length]
    if rng.random() >= share:
        return texts
    liked = praise(rng, scene, needs, 1 + (rng.random() < 0.3))
    front = [sentence(text) for text in liked]
    if rng.random() < 0.7:
        texts[0] = f"{frame(rng, scene, 'but', 'reviews')} {uncapped(texts[0])}"
    elif rng.random() < 0.3 and not good:
        return texts + front
    return front + texts


def _indifferent(rng: Random, scene: Scene) -> str:
    liked = sentence(" and ".join(praise(rng, scene, ("price",), 1)))
    low = table("reviews")["none"]["low"]
    picked = rng.sample(low, rng.choice((1, 1, 2)))
    return " ".join(
        sentence(fill(rng, text, scene.slots | {"praise": liked[:-1]})) for text in picked
    )


def _title(rng: Random, scene: Scene, said: list[Statement], *, good: bool) -> str:
    if not said:
        return frame(rng, scene, "title_good" if good else "title_none", "reviews")
    name = f"title_{said[0].needs[0]}"
    if good or name not in table("reviews")["frame"] or rng.random() < 0.45:
        name = "title"
    if good:
        return rng.choice(
            ("Nearly perfect", "Almost", "Lovely, but", "Four stars", "Good, one snag")
        )
    return frame(rng, scene, name, "reviews")


def as_row(rng: Random, review: Review, number: int) -> dict[str, str]:
    """Turn a review into the row of the export."""
    first, last = review.scene.customer.split(" ", 1)
    shown = rng.choice((f"{first} {last[0]}.", first, f"{first} {last}", f"{first[0]}. {last}", ""))
    row = {
        "review_id": f"R-{number:05}",
        "product": review.scene.product["name"],
        "title": review.title,
        "body": review.body,
        "rating": str(review.rating),
        "created_at": f"{review.when:%Y-%m-%d}",
        "country": review.scene.country,
        "verified": rng.choices(("true", "false"), (85, 15))[0],
        "reviewer": shown,
    }
    return {column: row[column] for column in COLUMNS}
