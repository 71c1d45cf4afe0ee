"""Journal lines strictly read (attack 10): the line is named, the chain must hold."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.canon import canonical, strict_loads
from app.ids import new_id
from app.journals import journal
from app.problem import Problem
from sync.bundles import lines
from tests.sync.world import journal_rows

STREAM = new_id()
ROWS = journal_rows(3, STREAM)
GENESIS = journal.GENESIS.hex()


def reading(folder: Path, *encoded: bytes, stream: str = STREAM, base: int = 0, head: str = GENESIS):
    file = folder / "journal.jsonl"
    file.write_bytes(b"".join(encoded))
    return list(lines.checked([file], stream, base, head))


def refused(folder: Path, *encoded: bytes, **more) -> int:
    with pytest.raises(Problem) as caught:
        reading(folder, *encoded, **more)
    assert caught.value.code == "E_CONTENT"
    return int(caught.value.facts["line"])


def told(number: int, **changes) -> bytes:
    value = strict_loads(lines.encode(ROWS[number])[:-1])
    value.update(changes)
    return canonical({k: v for k, v in value.items() if v is not ...}) + b"\n"


def with_body(text: bytes) -> bytes:
    """A line whose body is these bytes, its digest and hash true: only the form can be wrong."""
    head = journal.Head(STREAM, 0, journal.GENESIS)
    row = journal.line(head, journal.Stamp(ROWS[0]["at"], "2022-08-25", "甲"), "add", "x", 1, {})
    digest = hashlib.sha256(row["salt"] + text).digest()
    row.update(digest=digest, hash=journal.link(journal.GENESIS, row, digest))
    return lines.encode(row).replace(b'"body":{}', b'"body":' + text)


def test_rows_come_back_as_they_went(tmp_path):
    encoded = [lines.encode(r) for r in ROWS]
    assert reading(tmp_path, *encoded) == ROWS
    assert list(lines.rows([tmp_path / "journal.jsonl"])) == ROWS
    assert reading(tmp_path, *encoded[1:], base=1, head=ROWS[0]["hash"].hex()) == ROWS[1:]


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1e999}',
        b'{"a":1.5}',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        '{"a":"合同\u202egnp.exe"}'.encode(),
        '{"a":"\u2066x\u2069"}'.encode(),
        b'{"a":"\\u0000"}',
        '{"a":"e\u0301"}'.encode(),
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":9007199254740993}',
        b"[]",
        b"1",
        b'"x"',
    ],
    ids=lambda b: repr(b[:24]),
)
def test_a_body_of_another_form_is_refused_by_its_line(tmp_path, body):
    assert refused(tmp_path, with_body(body)) == 1


def test_the_helper_itself_makes_good_lines(tmp_path):
    assert reading(tmp_path, with_body(b'{"a":1}'))[0]["body"] == '{"a":1}'


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": 1},
        {"verb": ...},
        {"verb": "Add"},
        {"verb": "add\n"},
        {"subject": "../x"},
        {"subject": ""},
        {"seq": 2},
        {"seq": "1"},
        {"rev": -1},
        {"rev": 2},
        {"on": "2022-13-01"},
        {"on": "2022-08-26"},
        {"at": "yesterday"},
        {"clerk": ""},
        {"clerk": "经办人乙"},
        {"clerk": "长" * 101},
        {"stream": "0" * 32},
        {"hash": "00" * 32},
        {"prev": "11" * 32},
        {"digest": "22" * 32},
        {"digest": "XX"},
        {"salt": "33" * 16},
        {"salt": ...},
        {"body": ...},
        {"body": None},
        {"body": {"new": {}}},
    ],
    ids=str,
)
def test_a_changed_header_or_body_is_refused_by_its_line(tmp_path, changes):
    assert refused(tmp_path, told(0, **changes)) == 1


def test_a_line_missing_doubled_or_moved_is_found(tmp_path):
    one, two, three = (lines.encode(r) for r in ROWS)
    assert refused(tmp_path, one, three) == 2
    assert refused(tmp_path, one, one) == 2
    assert refused(tmp_path, two, one) == 1
    assert refused(tmp_path, one, two, three, base=1) == 1
    assert refused(tmp_path, one, two, head="11" * 32) == 1
    assert refused(tmp_path, one, stream="0" * 32) == 1


def test_line_ends_and_lengths(tmp_path):
    one, two, three = (lines.encode(r) for r in ROWS)
    assert refused(tmp_path, one, two, three[:-1]) == 3
    assert refused(tmp_path, one, b"\n", two) == 2
    assert refused(tmp_path, one[:-1] + b"\r\n") == 1
    assert refused(tmp_path, b"\xef\xbb\xbf" + one) == 1
    assert refused(tmp_path, one, b'"' + b"x" * (5 << 20) + b'"\n') == 2


def test_a_hundred_megabyte_line_costs_no_memory(tmp_path):
    file = tmp_path / "journal.jsonl"
    with file.open("wb") as sink:
        sink.write(b'{"a":"')
        for _ in range(100):
            sink.write(b"x" * (1 << 20))
        sink.write(b'"}\n')
    tracemalloc.start()
    with pytest.raises(Problem):
        list(lines.checked([file], STREAM, 0, GENESIS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(tmp_path, data):
    good = b"".join(lines.encode(r) for r in ROWS)
    place = data.draw(st.integers(0, len(good) - 1))
    flip = data.draw(st.integers(1, 255))
    refused(tmp_path, good[:place] + bytes([good[place] ^ flip]) + good[place + 1 :])
