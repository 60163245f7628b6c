"""The conversations of a run with their orders: the one place where the main job meets orders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from convcat.conversations import Conversations
    from convcat.insight.distribution import Distribution


class Ordered:
    """Conversations with the columns of their orders, where orders are given; else as they are.

    Parameters
    ----------
    conversations : Conversations
    orders : Orders, path, dataframe or several of these, optional

    Attributes
    ----------
    given : tuple
        What the orders are read from.
    """

    def __init__(self, conversations: Conversations, orders: Any = None) -> None:
        self._conversations = conversations
        self.given: tuple[Any, ...] = ()
        if orders is None:
            return
        from convcat.orders import Joiner, Orders, read_orders

        self.given = tuple(orders) if isinstance(orders, list | tuple) else (orders,)
        self._orders = orders if isinstance(orders, Orders) else read_orders(*self.given)
        self._joiner = Joiner(self._orders)

    @property
    def schema(self) -> pa.Schema:
        """The schema of the batches."""
        schema = self._conversations.schema
        return self._joiner.schema(schema) if self.given else schema

    def batches(self) -> Iterator[pa.Table]:
        """Give the batches of the conversations, joined before anything is masked."""
        batches = self._conversations.batches()
        return self._joiner.batches(batches) if self.given else batches

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of orders, once the batches are drawn."""
        return (*self._orders.notes, *self._joiner.account.warnings) if self.given else ()

    def facts(self) -> dict[str, Any]:
        """Return the account of the join under ``orders``; nothing where none were given."""
        if not self.given:
            return {}
        files = [Path(str(file)).name for file in self._orders.columns]
        return {"orders": {**self._joiner.account.to_dict(), "files": files}}

    def rated(self, found: Distribution) -> Distribution:
        """Return a distribution that tells each need per 1,000 orders too."""
        if not self.given:
            return found
        from convcat.insight.per_orders import OrdersOf, per_1000_orders

        periods = self._joiner.account.periods
        return per_1000_orders(
            found, {kind: OrdersOf(one.orders, one.months) for kind, one in periods.items()}
        )
