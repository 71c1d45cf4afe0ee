"""Journal lines as they travel: one canonical JSON line each, chunked, chained, strictly read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.canon import canonical, strict_loads
from app.journals import journal
from app.problem import Problem

MOST_LINE = 4 * 1024**2
MOST_CHUNK = 32 * 1024**2
_DECODED = msgspec.json.Decoder(msgspec.Raw)
_VERB = re.compile(r"[a-z][a-z_]{0,19}")
_SUBJECT = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """The shape of one line; a stub, whose body this receiver may not see, has neither body nor salt (decision 16)."""

    at: str
    clerk: str
    digest: str
    hash: str
    on: str
    prev: str
    rev: int
    seq: int
    stream: str
    subject: str
    verb: str
    body: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    salt: str | msgspec.UnsetType = msgspec.UNSET


_LINES = msgspec.json.Decoder(_Line)


def encode(row: Mapping[str, Any], *, stub: bool = False) -> bytes:
    """The line of a journal row (bytes columns become hex), with its line break; a stub leaves body and salt out."""
    told = {
        "at": row["at"],
        "clerk": row["clerk"],
        "digest": bytes(row["digest"]).hex(),
        "hash": bytes(row["hash"]).hex(),
        "on": row["on"],
        "prev": bytes(row["prev"]).hex(),
        "rev": row["rev"],
        "seq": row["seq"],
        "stream": row["stream"],
        "subject": row["subject"],
        "verb": row["verb"],
    }
    if not stub and row["body"] is not None:
        told["body"] = msgspec.Raw(row["body"].encode())
        told["salt"] = bytes(row["salt"]).hex()
    return canonical(told) + b"\n"


def write(lines: Iterable[bytes], folder: Path, chunk: int = MOST_CHUNK) -> list[Path]:
    """Write encoded lines as journal.jsonl, journal-2.jsonl … of at most `chunk` bytes each; returns the files."""
    out: list[Path] = []
    room = -1
    stream = None
    try:
        for line in lines:
            if len(line) > room:
                if stream is not None:
                    stream.close()
                out.append(folder / name_of(len(out) + 1))
                stream, room = out[-1].open("xb"), chunk
            assert stream is not None
            stream.write(line)
            room -= len(line)
    finally:
        if stream is not None:
            stream.close()
    if not out:
        out.append(folder / name_of(1))
        out[0].write_bytes(b"")
    return out


def name_of(number: int) -> str:
    return "journal.jsonl" if number == 1 else f"journal-{number}.jsonl"


def checked(files: Sequence[Path], stream: str, base_seq: int, base_head: str) -> Iterator[dict[str, Any]]:
    """The rows of the journal files, each checked against the form and the chain.

    Raises Problem E_CONTENT naming the line: form, another stream, a gap, a changed body or header.
    """
    prev, seq = bytes.fromhex(base_head), base_seq
    for number, data in _numbered(files):
        seq += 1
        try:
            strict_loads(data)
            row = _row(_LINES.decode(data))
            if row["stream"] != stream:
                raise ValueError("属于另一本台账的记录")
            if wrong := journal.fault(prev, seq, row):
                raise ValueError(wrong)
        except (ValueError, msgspec.MsgspecError) as error:
            raise refusal(number, str(error)) from error
        prev = row["hash"]
        yield row


def rows(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The rows again, after `checked` has passed over all of them."""
    for _, data in _numbered(files):
        yield _row(_LINES.decode(data))


def refusal(number: int, detail: str) -> Problem:
    """What is said of a bad line of the journal (counted from 1 over all chunks)."""
    return Problem(
        "E_CONTENT",
        f"包里第 {number} 条记录有误（{detail}），没有收，本单位数据没有动",
        line=number,
        detail=detail,
    )


def _numbered(files: Sequence[Path]) -> Iterator[tuple[int, bytes]]:
    number = 0
    for file in files:
        with file.open("rb") as stream:
            while data := stream.readline(MOST_LINE + 1):
                number += 1
                if not data.endswith(b"\n"):
                    raise refusal(number, "太长或没有写完")
                yield number, data[:-1]


def _row(line: _Line) -> dict[str, Any]:
    row: dict[str, Any] = {
        "stream": line.stream,
        "seq": line.seq,
        "at": line.at,
        "on": line.on,
        "clerk": line.clerk,
        "verb": line.verb,
        "subject": line.subject,
        "rev": line.rev,
        "body": None,
        "salt": b"",
        "digest": _digest(line.digest),
        "prev": _digest(line.prev),
        "hash": _digest(line.hash),
    }
    if (line.body is msgspec.UNSET) != (line.salt is msgspec.UNSET):
        raise ValueError("内容和盐要么都有，要么都没有")
    if line.body is not msgspec.UNSET and line.salt is not msgspec.UNSET:
        row["body"] = bytes(line.body).decode()
        row["salt"] = _hex(line.salt, 16)
        if not row["body"].startswith("{"):
            raise ValueError("内容不是一组键值")
    if not (_VERB.fullmatch(line.verb) and _SUBJECT.fullmatch(line.subject) and _AT.fullmatch(line.at)):
        raise ValueError("签头的写法不对")
    if (
        dt.date.fromisoformat(line.on).isoformat() != line.on
        or not 0 < len(line.clerk) <= 100
        or line.rev < 0
    ):
        raise ValueError("日期、经办人或次数不对")
    return row


def _digest(text: str) -> bytes:
    return _hex(text, 32)


def _hex(text: str, length: int) -> bytes:
    data = bytes.fromhex(text)
    if len(data) != length or data.hex() != text:
        raise ValueError("摘要的写法不对")
    return data
