"""Needs per 1,000 orders: a growing shop hears more complaints without failing more often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from convcat.insight.distribution import Distribution

PER = 1_000


@dataclass(frozen=True)
class OrdersOf:
    """How many orders a period has, to set its conversations against.

    Attributes
    ----------
    orders : int
        0 where it is not known.
    months : dict of str to int
        The same by month (``2024-05``).
    """

    orders: int
    months: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class OrderedDistribution(Distribution):
    """The share of each need, and how many conversations carry it per 1,000 orders."""

    columns = {  # noqa: RUF012
        **Distribution.columns,
        **dict.fromkeys(("per_1000_orders", "per_1000_low", "per_1000_high"), float),
    }


def per_1000_orders(found: Distribution, orders: Mapping[str, OrdersOf]) -> Distribution:
    """Return a distribution that also tells each need per 1,000 orders of the period.

    Parameters
    ----------
    found : Distribution
    orders : mapping of str to OrdersOf
        By kind of conversation (``support``, ``review``), or under ``""`` where there is but one.

    Returns
    -------
    Distribution
        With ``per_1000_orders``, ``per_1000_low`` and ``per_1000_high``: the conversations that
        the share stands for, over the orders placed between the first and the last of them. The
        orders are counted, so the interval is the share's. Null where the orders are not known.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from convcat.insight import distribution
    >>> table = pa.table({"needs": [["wismo"], []], "p_wismo": [0.9, 0.1], "p_none": [0.1, 0.9],
    ...                   "needs_status": ["ok"] * 2})
    >>> row = per_1000_orders(distribution(table), {"": OrdersOf(400)}).rows[0]
    >>> row["need"], round(row["share"] * row["n"], 1), round(row["per_1000_orders"], 1)
    ('wismo', 1.0, 2.5)
    """
    told = {part.name: getattr(found, part.name) for part in fields(found) if part.init}
    told["rows"] = tuple({**row, **_rate(row, orders)} for row in found.rows)
    return OrderedDistribution(**told)


def _rate(row: Mapping[str, Any], orders: Mapping[str, OrdersOf]) -> dict[str, float | None]:
    period = orders.get(str(row.get("kind") or ""))
    if period is None and len(orders) == 1 and "kind" not in row:
        period = next(iter(orders.values()))
    placed = 0
    if period is not None:
        placed = period.months.get(str(row["month"]), 0) if "month" in row else period.orders
    names = {"per_1000_orders": "share", "per_1000_low": "low", "per_1000_high": "high"}
    return {
        name: row[share] * row["n"] / placed * PER if placed and row[share] is not None else None
        for name, share in names.items()
    }
