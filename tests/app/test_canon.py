"""The canonical form against the RFC 8785 package, and what the strict reader refuses."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.canon import MOST_INTEGER, canonical, strict_loads

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KEYS = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST_INTEGER, MOST_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(VALUES)
def test_the_fast_route_equals_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_is_read_strictly_is_what_was_written(value):
    data = canonical(value)
    try:
        assert strict_loads(data) == value
    except ValueError as error:
        assert "字符" in str(error) or "NFC" in str(error)


@pytest.mark.parametrize("value", [1.5, float("nan"), {"a": [0.0]}])
def test_floats_are_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"[NaN]",
        b"[Infinity]",
        b"[1e999]",
        b"[1.0]",
        b"[1E2]",
        b"[-0]",
        b"[9007199254740993]",
        b"[123456789012345678901234567890]",
        b'["\\ud800"]',
        b'["\\u4e2d"]',
        b'["\\u0000"]',
        b'["\xed\xa0\x80"]',
        b'["\xff"]',
        '["合同\u202eexe"]'.encode(),
        '["e\u0301"]'.encode(),
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 41 + b"]" * 41,
        b"",
        b"[1]x",
        b"\xef\xbb\xbf[]",
        b'["\x7f"]',
    ],
    ids=lambda d: repr(d[:24]),
)
def test_other_spellings_are_refused(data):
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        strict_loads(data)


def test_chinese_beyond_the_basic_plane_survives():
    value = {"name": "䶮㙓𬭸", "note": "第一行\n第二行\t尾"}
    assert strict_loads(canonical(value)) == value
