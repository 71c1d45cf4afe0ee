"""Pages of a spoilt database that nothing leads to any more: each is shown to SQLite as the one page a table begins with."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

PAGE = 4096
_KINDS = {True: (b"\x0d", b"\x05"), False: (b"\x0a", b"\x02")}
"""How a page of a table begins, with and without a rowid: one that holds rows alone, one that leads to others."""
_ROOT, _CHANGED, _SIZE, _VALID = 2, 24, 28, 92


def views(file: Path, table: str, made_by: str) -> Iterator[sqlite3.Connection]:
    """A connection over and over, in which `table` begins with another page of `file`; for each use it before the next.

    `made_by` is the statement that made the table. `file` is left as it is; beside it lies a copy meanwhile.
    """
    scratch = file.with_name("loose.db")
    shutil.copyfile(file, scratch)
    try:
        head = _head(made_by)
        pages, kinds = file.stat().st_size // PAGE, _KINDS["WITHOUT ROWID" not in made_by.upper()]
        with (
            file.open("rb") as source,
            scratch.open("r+b", buffering=0) as sink,
            closing(sqlite3.connect(scratch, isolation_level=None)) as link,
        ):
            link.text_factory = lambda raw: raw.decode("utf-8", "replace")
            for count, page in enumerate(_pages(source, pages, kinds)):
                _begin(sink, head, pages, count + 1, page)
                yield link
    finally:
        scratch.unlink(missing_ok=True)


def _head(made_by: str) -> bytes:
    """The first page of a database that knows this one table, beginning at page 2."""
    with closing(sqlite3.connect(":memory:")) as link:
        link.execute(f"PRAGMA page_size={PAGE}")
        link.execute(made_by)
        return link.serialize()[:PAGE]


def _pages(source: BinaryIO, pages: int, kinds: tuple[bytes, ...]) -> Iterator[bytes]:
    for number in range(1, pages):
        source.seek(number * PAGE)
        page = source.read(PAGE)
        if page[:1] in kinds:
            yield page


def _begin(sink: BinaryIO, head: bytes, pages: int, count: int, page: bytes) -> None:
    """Put `page` where the table begins. The count of changes makes SQLite forget what it has read."""
    first = bytearray(head)
    first[_SIZE : _SIZE + 4] = pages.to_bytes(4, "big")
    for at in (_CHANGED, _VALID):
        first[at : at + 4] = count.to_bytes(4, "big")
    sink.seek(0)
    sink.write(bytes(first) + page)
