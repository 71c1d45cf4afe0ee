"""The canonical form of what is hashed and signed: RFC 8785 on our value set, written fast and read strictly."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any

import msgspec

MOST_INTEGER = 2**53 - 1
DEPTH = 40
_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder()
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def canonical(value: Any) -> bytes:
    """Sorted compact UTF-8 JSON; equals RFC 8785 for text, integers, booleans, null, lists and objects.

    Floats are refused (TypeError): amounts travel as decimal strings. So are integers beyond 2^53 (ValueError).
    """
    _refuse_foreign(value, DEPTH)
    return _ENCODER.encode(value)


def fingerprint(value: Any) -> str:
    """SHA-256 of sorted compact JSON, hex; fractions are allowed, so it never stands in for `canonical`."""
    return hashlib.sha256(_ENCODER.encode(value)).hexdigest()


def strict_loads(data: bytes) -> Any:
    """The value of canonical JSON bytes. Raises ValueError, its text a Chinese reason, for anything else.

    Refused: duplicate keys, NaN, floats, other spellings, depth over 40, lone surrogates, control and
    bidirectional characters, text that is not NFC.
    """
    try:
        text = data.decode()
        value = _DECODER.decode(data)
        same = canonical(value) == data
    except UnicodeError as error:
        raise ValueError("文字编码有误") from error
    except (msgspec.DecodeError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("不是规范的 JSON") from error
    if not same:
        raise ValueError("不是规范写法（重复的键、多余的空白或别的写法）")
    if _BIDI.search(text):
        raise ValueError("含有改变文字方向的隐藏字符")
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("文字不是 NFC 规范形式")
    if _CONTROL.search(text) or ("\\" in text and _has_control(value)):
        raise ValueError("含有控制字符")
    return value


def _refuse_foreign(value: Any, depth: int) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if depth == 0:
        raise ValueError("套得太深")
    if kind is dict:
        for each in value.values():
            if type(each) is not str:  # nearly all there is
                _refuse_foreign(each, depth - 1)
    elif kind is list or kind is tuple:
        for each in value:
            _refuse_foreign(each, depth - 1)
    elif isinstance(value, float):
        raise TypeError("no floats in canonical JSON")
    elif isinstance(value, int) and not -MOST_INTEGER <= value <= MOST_INTEGER:
        raise ValueError("整数太大")


def _has_control(value: Any) -> bool:
    if isinstance(value, str):
        return _CONTROL.search(value) is not None
    if isinstance(value, dict):
        return any(_has_control(k) or _has_control(v) for k, v in value.items())
    return isinstance(value, list) and any(_has_control(v) for v in value)
