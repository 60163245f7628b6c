"""One customer's scene: the product, the order, the dates and the names that slots are filled from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from generator.bank import fill, table

if TYPE_CHECKING:
    from random import Random

COUNTRIES = {
    "GB": "the UK",
    "US": "the US",
    "IE": "Ireland",
    "IN": "India",
    "DE": "Germany",
    "FR": "France",
    "NL": "the Netherlands",
}
COLOURS = ("teal", "lilac", "beige", "bright pink", "brown", "lime", "pale grey", "royal blue")
STREETS = (
    "Alder Lane",
    "Quarry Rise",
    "Saltmarsh Row",
    "Tanner's Yard",
    "Linnet Close",
    "Mill Brow",
)
TOWNS = ("Wexcombe", "Northerby", "Port Alder", "Little Marrow", "Castle Yarrow", "Hollin Bridge")


@dataclass(frozen=True)
class Scene:
    """What one customer writes about."""

    product: dict[str, Any]
    carrier: str
    country: str
    customer: str
    agent: str
    slots: dict[str, str]

    @property
    def kind(self) -> str:
        """The kind of the product: wear, kids, shoe or home."""
        return self.product["kind"]

    @property
    def traits(self) -> tuple[str, ...]:
        """What decides which phrases suit: kind, cut, and whether one says "they"."""
        plural = ("plural",) if self.product.get("plural", False) else ()
        return (self.kind, self.product.get("cut", ""), *plural)


def draw_product(rng: Random) -> dict[str, Any]:
    """Draw a product by how often it is written about."""
    products = table("shop")["product"]
    return rng.choices(products, [product["weight"] for product in products])[0]


def draw_scene(rng: Random, product: dict[str, Any], carrier: str, when: datetime) -> Scene:
    """Draw everything else about a customer."""
    shop = table("shop")
    countries = shop["countries"]
    country = rng.choices(list(countries), list(countries.values()))[0]
    first = rng.choice(" ".join(shop["people"]["first"]).split())
    last = rng.choice(" ".join(shop["people"]["last"]).split())
    agent = rng.choice(shop["people"]["agents"])
    slots = (
        _product_slots(rng, product)
        | _money_slots(rng, product["price"])
        | _time_slots(rng, when)
        | _people_slots(rng, first, last)
        | {
            "agent": agent,
            "carrier": carrier,
            "country_name": COUNTRIES[country],
            "order": f"FF-{rng.randint(1_040_000, 1_399_999)}",
            "order2": f"FF-{rng.randint(1_040_000, 1_399_999)}",
            "track": f"{carrier[:2].upper()}{rng.randint(10**8, 10**9 - 1)}",
            "n": str(rng.randint(3, 7)),
            "days": rng.choice(["four", "five", "6", "7", "eight", "9", "ten", "11"]),
            "long": rng.choice([str(n) for n in range(9, 27)] + ["ten", "twelve", "fifteen"]),
            "cm": str(rng.randint(84, 118)),
        }
    )
    return Scene(product, carrier, country, f"{first} {last}", agent, slots)


def _product_slots(rng: Random, product: dict[str, Any]) -> dict[str, str]:
    plural = product.get("plural", False)
    colour = rng.choice(product["colours"])
    others = [name for name in product["colours"] if name != colour] or ["navy"]
    parts = rng.sample(product["parts"], 2)
    spots = rng.sample(product.get("spots", ["middle", "edges"]), 2)
    sizes = product["sizes"]
    at = rng.randrange(1, max(2, len(sizes) - 1))
    bought = rng.choice([p["short"] for p in table("shop")["product"] if p is not product])
    return {
        "name": product["name"],
        "short": product["short"],
        "item": product["item"],
        "a_short": f"{'a pair of' if plural else 'a'} {product['short']}",
        "fabric": product["fabric"],
        "colour": colour,
        "colour2": rng.choice(others),
        "wrong_colour": rng.choice(COLOURS),
        "a_wrong": f"the {bought}",
        "part": parts[0],
        "spot": spots[0],
        "spot2": spots[1],
        "goal": rng.choice(product.get("goal", ["the space I have"])),
        "size": sizes[at],
        "down": sizes[at - 1],
        "up": sizes[min(at + 1, len(sizes) - 1)],
        "up2": sizes[min(at + 2, len(sizes) - 1)],
        "other": rng.choice([size for size in sizes if size != sizes[at]]),
        "it": "they" if plural else "it",
        "obj": "them" if plural else "it",
        "is": "are" if plural else "is",
        "was": "were" if plural else "was",
        "has": "have" if plural else "has",
        "hasnt": "haven't" if plural else "hasn't",
        "do_not": "don't" if plural else "doesn't",
        "s": "" if plural else "s",
        "es": "" if plural else "es",
    }


def _money_slots(rng: Random, price: int) -> dict[str, str]:
    code = rng.choice(["FERN", "AUTUMN", "COSY", "LEAF", "WELCOME", "HALFTERM"])
    percent = rng.choice(["10", "15", "20", "25"])
    return {
        "price": str(price),
        "price2": str(price + rng.choice([5, 12, 20, price])),
        "price_words": rng.choice([f"£{price}", f"{price} pounds", f"{price} quid"]),
        "lower": str(round(price * rng.choice([0.6, 0.7, 0.75, 0.8]))),
        "small": rng.choice(["3.95", "4.50", "5.95", "6", "7.50", "8.99", "12"]),
        "code": code + percent,
        "pct": percent,
    }


def _time_slots(rng: Random, when: datetime) -> dict[str, str]:
    age = rng.randint(4, 24)
    ordered, due = when - timedelta(days=age), when - timedelta(days=rng.randint(1, 3))
    style = rng.randrange(4)
    ago = f"{age} days ago" if age % 7 or rng.random() < 0.3 else f"{age // 7} weeks ago"
    return {
        "ordered": _day(ordered, style),
        "due": _day(due, style),
        "ago": ago.replace("1 weeks", "a week"),
        "weekday": rng.choice(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")),
        "month": rng.choice(("spring", "June", "July", "August", "last autumn", "the summer")),
        "day": str(ordered.day),
        "month_no": str(ordered.month),
    }


MONTHS = ("August", "September", "October", "November")


def _day(day: datetime, style: int) -> str:
    month = MONTHS[day.month - 8]
    ordinal = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(day.day, "th")
    return (
        f"{day.day} {month}",
        f"{month} {day.day}",
        f"the {day.day}{ordinal}",
        f"{day.day:02}/{day.month:02}",
    )[style]


def _people_slots(rng: Random, first: str, last: str) -> dict[str, str]:
    frame = table("frame")
    who = rng.choice(frame["who"])
    number = rng.choice(["{:03}", "+44 7700 900{:03}", "07700 900{:03}", "+44 7700900{:03}"][1:])
    dot = rng.choice([".", "_", ""])
    slots = {
        "who": who,
        "who_cap": who[:1].upper() + who[1:],
        "who_pos": f"{who}'s",
        "who_f": rng.choice(frame["who_f"]),
        "who_home": rng.choice(frame["who_home"]),
        "self": f"{first} {last}",
        "self_first": first,
        "first": rng.choice(["Murray", "Jones", "D. Brook", "Sam", "L. Hart", "Reception"]),
        "phone": number.format(rng.randrange(1000)),
        "email": f"{first}{dot}{last}{rng.choice(['', '', str(rng.randint(1, 99))])}@example.com".lower(),
        "address": f"{rng.randint(1, 98)} {rng.choice(STREETS)}, {rng.choice(TOWNS)}",
    }
    slots["event"] = fill(rng, rng.choice(frame["event"]), slots | {"month": "October"})
    return slots
