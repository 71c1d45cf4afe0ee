"""The canonical form of what is hashed and signed: RFC 8785 on our value set."""

from __future__ import annotations

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> bytes:
    """Sorted compact UTF-8 JSON; equals RFC 8785 for text, integers, booleans, null, lists and objects.

    Floats are refused (TypeError): amounts travel as decimal strings.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("no floats in canonical JSON")
    if isinstance(value, dict):
        for each in value.values():
            _refuse_floats(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _refuse_floats(each)
