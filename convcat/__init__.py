"""Find out where the customer experience of an online shop fails.

In reading order:

    load            a shipped model, or one of your own          -> NeedModel
    label           a dataframe of texts -> the tagged table     (label_file for files of any size)
    distribution    tagged table -> the share of each need, with honest intervals
    failures        tagged table -> where a need fails more than elsewhere
    compare         two months -> what changed
    change_points   tagged table -> what began when
    History         a folder of months -> trend, change, and what actions went with
    impact          tagged table -> what needs go along with: ratings, waiting, coming back, money
    read_today      tagged table -> what a person should read today: danger, the law, the bank
    themes          tagged table -> what customers speak of that no need names
    audit_sample    tagged table -> fifty conversations to read by hand
    report          tagged table -> one page to look at
    run             all of it: dumps -> a folder of findings

    NeedClassifier  train on your own labels (scikit-learn)
    Taxonomy        the needs, their rules and roll-ups
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convcat.classifier import NeedClassifier, NeedModel, load
    from convcat.conversations import inspect_dump, read_conversations
    from convcat.exceptions import ConvcatError
    from convcat.insight.audit import audit_sample
    from convcat.insight.change_points import change_points
    from convcat.insight.comparison import compare
    from convcat.insight.distribution import distribution
    from convcat.insight.failures import failures
    from convcat.insight.history import History
    from convcat.insight.impact import impact
    from convcat.insight.themes import themes
    from convcat.insight.urgent import read_today
    from convcat.label_files import label_file
    from convcat.labelling import label
    from convcat.orders import join_orders, read_orders
    from convcat.privacy import mask
    from convcat.reporting import report
    from convcat.running import run
    from convcat.taxonomy import Need, Taxonomy

# Names are imported when first used: `import convcat` and `convcat --help` stay light.
_HOMES = {
    "load": "classifier",
    "NeedModel": "classifier",
    "NeedClassifier": "classifier",
    "read_conversations": "conversations",
    "inspect_dump": "conversations",
    "label": "labelling",
    "label_file": "label_files",
    "distribution": "insight",
    "failures": "insight",
    "compare": "insight",
    "change_points": "insight.change_points",
    "History": "insight.history",
    "impact": "insight.impact",
    "read_today": "insight.urgent",
    "themes": "insight.themes",
    "audit_sample": "insight",
    "report": "reporting",
    "run": "running",
    "read_orders": "orders",
    "join_orders": "orders",
    "mask": "privacy",
    "Need": "taxonomy",
    "Taxonomy": "taxonomy",
    "ConvcatError": "exceptions",
}

__all__ = [  # noqa: RUF022 - reading order
    "load",
    "label",
    "label_file",
    "distribution",
    "failures",
    "compare",
    "change_points",
    "History",
    "impact",
    "read_today",
    "themes",
    "audit_sample",
    "report",
    "run",
    "read_conversations",
    "inspect_dump",
    "read_orders",
    "join_orders",
    "mask",
    "NeedModel",
    "NeedClassifier",
    "Need",
    "Taxonomy",
    "ConvcatError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("convcat")
    if name in _HOMES:
        # Kept in the module.
        value = getattr(importlib.import_module(f"convcat.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'convcat' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
