"""``convcat inspect``: what is recognised in dumps."""

from __future__ import annotations

from convcat.cli import typed
from convcat.cli.output import echo
from convcat.cli.parameters import Dumps, Kind, Mapping, Stars


def inspect_dump(
    dumps: Dumps,
    mapping: Mapping = None,
    kind: Kind = None,
    stars: Stars = "2,3",
) -> None:
    """Show what was recognised in dumps (columns, platform, rows), before anything runs."""
    from convcat import conversations

    found = conversations.inspect_dump(
        *dumps,
        mapping=typed.mapping_of(mapping),
        kind=typed.kind_of(kind),
        stars=typed.stars_of(stars),
    )
    echo(repr(found))
