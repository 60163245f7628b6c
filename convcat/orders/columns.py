"""Finds which column of an order export is what, by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convcat.conversations.headers import folded, vocabulary
from convcat.exceptions import InputError, did_you_mean

_MONEY = re.compile(r" (?:gbp|usd|eur|aud|cad|nzd|chf|sek|dkk|nok|pln|jpy|inr)$")
FIELDS: dict[str, tuple[str, ...]] = {
    "number": (
        "order number", "order no", "order name", "order id", "order reference", "order ref", "order",
        "orderid", "orderno", "order code", "increment id", "sales order", "amazon order id",
        "receipt id", "bestellnummer", "bestellnr", "auftragsnummer", "numero de commande", "n de commande",
        "numero de pedido", "pedido", "numero ordine", "bestelnummer", "name", "number", "reference", "id",
    ),
    "id": ("id", "order id"),
    "email": (
        "email", "customer email", "email address", "e mail", "contact email", "buyer email",
        "billing email", "email billing", "customer email address", "user email", "shipping email",
        "e mail adresse", "kunden e mail", "adresse e mail", "courriel", "correo electronico", "correo",
        "indirizzo email", "e mailadres",
    ),
    "time": (
        "created at", "order date", "order created at", "date created", "created", "purchase date",
        "ordered at", "placed at", "order time", "order placed", "processed at", "paid at", "sale date",
        "date", "bestelldatum", "auftragsdatum", "date de commande", "fecha del pedido", "fecha de pedido",
        "data ordine", "besteldatum", "datum", "timestamp", "day", "placed", "placed on", "ordered on", "purchased at",
    ),
    "product": (
        "lineitem name", "line item name", "lineitem title", "line title", "product title",
        "product name", "item name", "item title", "product", "item", "article", "title", "products",
        "items", "order items", "listing", "listing title", "product details", "item description", "product description", "item s", "ordered items", "items ordered",
        "products ordered", "product s", "line items summary",
    ),
    "variant": (
        "lineitem variant", "lineitem variant title", "line variant title", "variant title", "variant",
        "item variant", "product variant", "variation", "variations", "options", "option",
    ),
    "sku": ("lineitem sku", "line sku", "product sku", "variant sku", "item sku", "sku"),
    "carrier": ("tracking company", "fulfillment tracking company", "fulfilment carrier", "carrier used"),
    "method": (
        "shipping method", "shipping line title", "delivery method", "shipping service",
        "shipping method title", "ship service level", "versandart", "mode de livraison", "metodo de envio",
        "metodo di spedizione", "verzendmethode", "fulfillments", "shipping lines", "ship method", "shipping description", "courier service", "carrier service", "delivery option",
        "shipping information", "shipping option", "shipping type", "delivery service", "ship via", "shipped via",
        "versand", "versandmethode", "livraison", "envio", "spedizione", "shipping",
    ),
    "country": (
        "shipping country", "shipping country code", "shipping address country code",
        "shipping address country", "country code shipping", "ship country", "delivery country",
        "destination country", "country id", "recipient country", "shipping address country code v2", "ship to country", "country", "country code",
        "lieferland", "versandland", "pays de livraison", "pais de envio", "paese di spedizione",
        "billing country",
    ),
    "value": (
        "total", "order total", "order value", "total price", "grand total", "order total amount",
        "order amount", "total amount", "total price set shop money amount",
        "current total price set shop money amount", "amount", "value", "revenue", "subtotal",
        "gesamtbetrag", "gesamtsumme", "montant total", "importe total", "totale ordine", "totaal",
        "order total inc tax", "order total ex tax", "order total incl tax", "grand total base", "grand total purchased",
        "total inc tax", "total paid", "betrag", "bestellwert", "gesamtpreis", "summe", "montant", "importe", "importo", "bedrag",
    ),
    "currency": ("currency", "order currency", "currency code",
        "total price set shop money currency code", "current total price set shop money currency code", "wahrung", "devise", "moneda", "valuta"),
    "lines": ("line items", "lineitems", "line items nodes"),
}  # fmt: skip
"""What a column of orders can be, with the names that exports use, best first."""


def find_order_columns(
    header: Sequence[str], *, source: str, mapping: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Return the column of each field that is there.

    Parameters
    ----------
    header : sequence of str
    source : str
        For messages.
    mapping : mapping, optional
        Field to column where it is not found by its name; to ``None`` where there is none.

    Raises
    ------
    InputError
        If there is neither an order number nor an e-mail address, or a name is not there.

    Examples
    --------
    >>> find_order_columns(["Name", "Email", "Lineitem name", "Id"], source="orders.csv")
    {'number': 'Name', 'id': 'Id', 'email': 'Email', 'product': 'Lineitem name'}
    """
    mapping = mapping or {}
    _check(mapping, header, source)
    names: dict[str, str] = {}
    for name in header:
        names.setdefault(folded(name), name)
        names.setdefault(folded(name).replace("e mail", "email"), name)
        names.setdefault(_MONEY.sub("", folded(name)), name)
    found: dict[str, str] = {name: column for name, column in mapping.items() if column}
    # Shopify calls the number a name, and has a long id beside it that no customer ever sees.
    shopify = "lineitem name" in names and "name" in names
    for field, known in FIELDS.items():
        if field in mapping:
            continue
        more = vocabulary().fields[field] if field in ("carrier", "product", "country") else ()
        wanted = ("name", *known) if field == "number" and shopify else (*known, *more)
        column = next(
            (names[one] for one in wanted if one in names and names[one] not in found.values()),
            None,
        )
        if column is not None:
            found[field] = column
    if "number" not in found and "email" not in found:
        raise InputError(
            f"No column of {source} holds order numbers or e-mail addresses (columns: "
            f"{', '.join(header[:12])}{' ...' if len(header) > 12 else ''}); rename one to "
            '"order number", or name it with read_orders(..., mapping={"number": ...}).'
        )
    return {field: found[field] for field in FIELDS if field in found}


def _check(mapping: Mapping[str, str | None], header: Sequence[str], source: str) -> None:
    for field, column in mapping.items():
        if field not in FIELDS:
            near = did_you_mean(field, FIELDS)
            raise InputError(f"mapping names {field!r}, which no order has.{near}")
        if column is not None and column not in header:
            near = did_you_mean(column, header)
            raise InputError(f"There is no column {column!r} in {source}.{near}")
