"""A shop's orders, joined to its conversations.

In reading order:

    numbers    order numbers, however they are written
    columns    which column of an export is what
    items      what an order holds, and which item a text names
    store      orders by number and by e-mail address, in memory or on disk
    reading    exports -> orders
    matching   a conversation -> its order
    account    how many found theirs, and the orders of the period
    joining    conversations -> conversations with their order's columns, and the join rate
"""

from __future__ import annotations

from convcat.orders.account import JoinAccount
from convcat.orders.joining import Joiner, join_orders
from convcat.orders.reading import Orders, read_orders

__all__ = ["JoinAccount", "Joiner", "Orders", "join_orders", "read_orders"]
