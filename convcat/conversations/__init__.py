"""Dumps become conversations: one row each, with the customer's words and all there is to slice by.

In reading order:

    sources     what the user names -> files, streams, frames (archives: what a zip file holds)
    formats     the reader that fits: delimited (dialects, encodings), objects (nested), workbooks,
                tables (sound: cells that can be read)
    columns     which column is what (headers, profiles, fits, roles); layout settles one file
    blocks      cells -> canonical values (values, times); whole chats -> turns (transcripts)
    threads     messages -> conversations
    filters     stars, duplicates
    finishing   status, id and place in the table (cleaning, language)
    account     what became of every row
    reading     all of it, as a stream
    inspection  what was recognised, before anything runs
"""

from __future__ import annotations

from convcat.conversations.account import RowAccount
from convcat.conversations.found import Found
from convcat.conversations.inspection import Inspection, inspect_dump
from convcat.conversations.reading import Conversations, read_conversations

__all__ = [
    "Conversations",
    "Found",
    "Inspection",
    "RowAccount",
    "inspect_dump",
    "read_conversations",
]
