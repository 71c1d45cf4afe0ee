"""The chain of deeds: how one line is made and checked. The table is append-only."""

from __future__ import annotations

import hashlib
import os
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select

from app.canon import canonical
from models.schema import journal as journal_table

GENESIS = bytes(32)
LINES_LOOKED_AT = 1_000


class Stamp(Struct, frozen=True):
    """Who did it and when: `at` is the UTC instant (information only), `on` the business date (decision 18)."""

    at: str
    on: str
    clerk: str


class Head(Struct):
    """The end of one stream while a deed is being written."""

    stream: str
    seq: int
    hash: bytes


def line(head: Head, stamp: Stamp, verb: str, subject: str, rev: int, body: dict[str, Any]) -> dict[str, Any]:
    """The next row of the journal after `head`, which moves on. The header carries a salted digest of the body."""
    text = canonical(body)
    salt = os.urandom(16)
    digest = hashlib.sha256(salt + text).digest()
    row: dict[str, Any] = {
        "stream": head.stream,
        "seq": head.seq + 1,
        "at": stamp.at,
        "on": stamp.on,
        "clerk": stamp.clerk,
        "verb": verb,
        "subject": subject,
        "rev": rev,
    }
    hashed = link(head.hash, row, digest)
    row.update(body=text.decode(), salt=salt, digest=digest, prev=head.hash, hash=hashed)
    head.seq += 1
    head.hash = hashed
    return row


def link(prev: bytes, row: dict[str, Any], digest: bytes) -> bytes:
    """The hash of a line: H(0x02 ‖ prev ‖ JCS(header)), where the header holds the body's salted digest."""
    header = canonical(
        {
            "stream": row["stream"],
            "seq": row["seq"],
            "at": row["at"],
            "on": row["on"],
            "clerk": row["clerk"],
            "verb": row["verb"],
            "subject": row["subject"],
            "rev": row["rev"],
            "digest": digest.hex(),
        }
    )
    return hashlib.sha256(b"\x02" + prev + header).digest()


def fault(prev: bytes, expected_seq: int, row: dict[str, Any]) -> str:
    """'' when `row` follows `prev` truthfully, else what is wrong with it. A stub (body None) is checked by header."""
    if row["seq"] != expected_seq:
        return f"第 {expected_seq} 条记录缺失"
    if bytes(row["prev"]) != prev:
        return f"第 {row['seq']} 条记录与前一条接不上"
    if row["body"] is not None:
        digest = hashlib.sha256(bytes(row["salt"]) + row["body"].encode()).digest()
        if digest != bytes(row["digest"]):
            return f"第 {row['seq']} 条记录的内容被改动"
    if link(prev, row, bytes(row["digest"])) != bytes(row["hash"]):
        return f"第 {row['seq']} 条记录的签头被改动"
    return ""


def latest_day(connection: Connection, stream: str) -> str:
    """The last day told by the newest lines of a record, '' for none: all of a long one are not read for it."""
    t = journal_table.c
    newest = select(t.on).where(t.stream == stream).order_by(t.seq.desc()).limit(LINES_LOOKED_AT).subquery()
    return str(connection.scalar(select(func.max(newest.c.on))) or "")
