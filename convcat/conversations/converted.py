"""Brings JSON that a converter made of XML into the shape in which programs write JSON.

There, a value may be an object of its text and its attributes, a list stands in an object of one
name, and names are parted by hyphens: so it is with the exports of Freshdesk's and Zendesk's that
are XML.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]

_TEXTS = ("#text", "$t", "_text", "$")
_FLAGS = frozenset({"incoming", "private", "public", "spam", "deleted", "trained"})
_CALLED = {
    "helpdesk_notes": "notes",
    "helpdesk_note": "note",
    "is_public": "public",
    "nice_id": "id",
}
_DEEPEST = 12


def of_xml(record: Record) -> Record:
    """Return a record as it would be if it never had been XML; any other stays.

    Examples
    --------
    >>> of_xml({"display-id": {"@type": "integer", "#text": "12"}, "helpdesk-notes": {
    ...     "@type": "array", "helpdesk-note": [{"body": "Hi", "incoming": "true"}]}})
    {'display_id': '12', 'notes': [{'body': 'Hi', 'incoming': True}]}
    """
    if not any(map(_is_hyphened, record)) and not any(map(_is_element, record.values())):
        return record
    return {_called(name): _plain(value, _called(name)) for name, value in record.items()}


def _is_hyphened(name: str) -> bool:
    return "-" in name and name.islower() and " " not in name


def _is_element(value: Any) -> bool:
    return isinstance(value, dict) and any(name[:1] in ("@", "#") for name in value)


def _called(name: str) -> str:
    name = name.replace("-", "_")
    return _CALLED.get(name, name)


def _plain(value: Any, name: str, depth: int = 0) -> Any:
    if isinstance(value, list) and depth < _DEEPEST:
        return [_plain(one, name, depth + 1) for one in value]
    if isinstance(value, str):
        return value == "true" if name in _FLAGS and value in ("true", "false") else value
    if not isinstance(value, dict) or depth >= _DEEPEST:
        return value
    inner = {key: one for key, one in value.items() if key[:1] != "@" and key not in _TEXTS}
    if not inner and len(inner) < len(value):  # a text, or nothing
        return _plain(next((value[key] for key in _TEXTS if key in value), None), name)
    held = {_called(key): _plain(one, _called(key), depth + 1) for key, one in inner.items()}
    if len(held) == 1:
        ((key, one),) = held.items()
        if isinstance(one, list):
            return one
        if isinstance(one, dict) and name.endswith((f"{key}s", f"{key}es")):
            return [one]
    if "body" not in held and isinstance(held.get("value"), str):  # a comment of Zendesk's
        held["body"] = held.pop("value")
    return held
