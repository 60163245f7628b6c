"""What an order holds, and which of its items a text speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SPLIT = re.compile(r"(?P<product>.+) - (?P<variant>[^-].*)", re.DOTALL)
_SIZE = re.compile(
    r"(?:x{0,4}[sml]|[2-6]xl|one size|(?:uk|us|eu|size) ?[0-9.]+|[0-9.,]+ ?(?:[a-z]{1,5})?)",
    re.IGNORECASE,
)
# Lines of an order that are no goods.
_NO_GOODS = re.compile(
    r"(?:shipping|package|delivery|order|route)\b.*\b(?:protection|insurance|guarantee)|tips?|gratuity"
    r"|gift[ -]?wrap(?:ping)?|donation|carbon.neutral.*|.*\bservice fee",
    re.IGNORECASE,
)


@cache
def _common() -> frozenset[str]:
    """Return words that every customer of a shop uses: alone they name no item."""
    text = files("convcat.orders").joinpath("common_words.txt").read_text("utf-8")
    return frozenset(text.split())


class Item(NamedTuple):
    """A line of an order.

    Attributes
    ----------
    product : str
    variant : str or None
    sku : str or None
    """

    product: str
    variant: str | None = None
    sku: str | None = None


def item_of(product: str | None, variant: str | None, sku: str | None) -> Item | None:
    """Return a line of an order, or ``None`` where it names no goods.

    A variant within the product's name, as Shopify's export has it, is taken out of it.

    Examples
    --------
    >>> item_of("Linen Shirt - Blue / M", None, "LS-1")
    Item(product='Linen Shirt', variant='Blue / M', sku='LS-1')
    >>> item_of("Shipping Protection", None, None) is None
    True
    """
    product = product or sku
    if not product or _NO_GOODS.fullmatch(product):
        return None
    if variant is None and (match := _SPLIT.fullmatch(product)) and _is_variant(match):
        product, variant = match["product"].strip(), match["variant"].strip()
    if variant and variant.casefold() == "default title":
        variant = None
    return Item(product, variant or None, sku or None)


def _is_variant(match: re.Match[str]) -> bool:
    """Tell a variant behind the dash from the rest of a title."""
    variant = match["variant"].strip()
    if " / " in variant or _SIZE.fullmatch(variant):
        return True
    return variant.count(" ") < 2 and " " in match["product"].strip()


def item_in(text: str, items: Sequence[Item]) -> tuple[str | None, str | None]:
    """Return the product and the variant of an order that a text is about, as far as that is sure.

    An order of one product is about that one. Of several, the text must name one and no other; a
    word that any customer uses ("box", "order", "top") names none.

    Parameters
    ----------
    text : str
        The customer's words.
    items : sequence of Item
        The lines of the order.

    Examples
    --------
    >>> items = [Item("Linen Shirt", "Blue / M"), Item("Oak Coffee Table")]
    >>> item_in("The shirt is far too small.", items)
    ('Linen Shirt', 'Blue / M')
    >>> item_in("Where is my order?", items)
    (None, None)
    """
    products = list(dict.fromkeys(item.product for item in items))
    if not products:
        return None, None
    said = _words(text)
    if len(products) == 1:
        product = products[0]
    else:
        skus = {item.sku.casefold(): item.product for item in items if item.sku}
        named = _named(said, products) | _by_sku(text, skus)
        if len(named) != 1:
            return None, None
        product = named.pop()
    variants = list(dict.fromkeys(item.variant for item in items if item.product == product))
    if len(variants) == 1:
        return product, variants[0]
    return product, _variant_in(said, [variant for variant in variants if variant])


def _words(text: str) -> list[str]:
    return [_singular(word) for word in _WORD.findall(text.casefold())]


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("\u2019s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _named(said: list[str], products: Sequence[str]) -> set[str]:
    """Return the products that the words name: by their whole title, two words of it, or one."""
    titles = {product: _words(product) for product in products}
    named = set()
    rest = list(said)
    # The longest title first: a "coffee table book" is no coffee table.
    for product in sorted(products, key=lambda one: -len(titles[one])):
        title = titles[product]
        whole = len(title) > 1 or (title and title[0] not in _common())
        if whole and _strike(rest, title):
            named.add(product)
    for product, title in titles.items():
        others = {word for other, words in titles.items() if other != product for word in words}
        own = {
            word for word in title if word not in others and not word.isdigit() and len(word) > 2
        }
        pairs = {pair for pair in pairwise(title) if own & {*pair}}
        if (own - _common()) & {*rest} or any(pair in pairs for pair in pairwise(rest)):
            named.add(product)
    return named


def _strike(words: list[str], title: list[str]) -> bool:
    """Strike a title out of the words, and tell whether it was there."""
    found = False
    for at in range(len(words) - len(title) + 1):
        if words[at : at + len(title)] == title:
            words[at : at + len(title)] = [""] * len(title)
            found = True
    return found


def _by_sku(text: str, skus: dict[str, str]) -> set[str]:
    folded = text.casefold()
    return {
        product
        for sku, product in skus.items()
        if len(sku) > 3
        and any(map(str.isdigit, sku))
        and re.search(rf"(?<!\w){re.escape(sku)}(?!\w)", folded)
    }


def _variant_in(said: list[str], variants: Sequence[str]) -> str | None:
    there: Callable[[str], bool] = {
        *(word for word in said if len(word) > 1),
        *(word for before, word in pairwise(said) if before == "size"),
    }.__contains__
    words = {variant: {*_words(variant)} for variant in variants}
    named = []
    for variant, own in words.items():
        others = {word for other, more in words.items() if other != variant for word in more}
        if any(map(there, own - others)):
            named.append(variant)
    return named[0] if len(named) == 1 else None
