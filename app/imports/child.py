"""The process that opens a foreign workbook. It may be killed; it never touches an office.

Started by `app.imports.reading` as `python -c "…; child.main()"`, in the frozen program by the switch SWITCH.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Protocol

from app.imports import wire

SWITCH = "--read-book"
CHUNK = 1000
ROW_LIMIT, COLUMN_LIMIT = 1_048_576, 16_384
_MODULES = {
    "csv": "app.imports.delimited",
    "html": "app.imports.markup",
    "spreadsheetml": "app.imports.markup",
}
_PLAIN = frozenset({str, int, float, bool, type(None)})


class Refused(Exception):
    """The child's own verdict: a Problem's code and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Opened(Protocol):
    """What a format's `open_book(path, ask)` gives."""

    def sheets(self) -> list[dict[str, Any]]: ...

    def rows(self, sheet: int) -> Iterable[tuple[int, list[Any]]]: ...

    def hidden_rows(self, sheet: int) -> list[int]: ...


def main() -> None:
    """Answer requests on stdin until it closes. Limits come with the first request."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    book: Opened | None = None
    while (ask := wire.receive(source)) is not None:
        try:
            if ask["do"] == "open":
                _limit(ask["memory"], ask["seconds"])
                book = importlib.import_module(_MODULES.get(ask["form"], "app.imports.sheets")).open_book(ask)
                wire.send(sink, {"sheets": book.sheets()})
            elif book is not None and ask["do"] == "rows":
                _send_rows(sink, book.rows(ask["sheet"]), ask["most"])
            elif book is not None and ask["do"] == "hidden":
                wire.send(sink, {"hidden": book.hidden_rows(ask["sheet"])})
        except Refused as refused:
            wire.send(sink, {"refused": refused.code, "facts": refused.facts})
        except MemoryError:
            wire.send(sink, {"refused": "E_BOOK_LARGE", "facts": {}})
        except (KeyboardInterrupt, BrokenPipeError):
            return
        except BaseException as error:
            # Foreign bytes may raise anything here, Rust panics (BaseException) too; the parent gives the words.
            wire.send(sink, {"refused": "E_BOOK_DAMAGED", "facts": {"detail": type(error).__name__}})


def _limit(memory: int, seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        resource: Any = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send_rows(sink: BinaryIO, rows: Iterable[tuple[int, list[Any]]], most: int) -> None:
    """Chunks of [[row number, cell, …], …]; blank rows and trailing blanks are left out."""
    chunk: list[list[Any]] = []
    last = False
    for packed in _packed(rows):
        chunk.append(packed)
        if last := bool(most and packed[0] >= most):
            break
        if len(chunk) >= CHUNK:
            wire.send(sink, {"rows": chunk})
            chunk = []
    wire.send(sink, {"rows": chunk, "end": True, "cut": last})


def _packed(rows: Iterable[tuple[int, list[Any]]]) -> Iterator[list[Any]]:
    limit, plain = wire.CELL_LIMIT, _PLAIN
    for number, cells in rows:
        while cells and (cells[-1] == "" or cells[-1] is None):
            cells.pop()
        if not cells:
            continue
        longest = max([len(cell) for cell in cells if type(cell) is str], default=0)
        if longest > limit:
            column = next(i for i, c in enumerate(cells, 1) if type(c) is str and len(c) == longest)
            raise Refused("E_BOOK_CELL", row=number, column=column, length=longest)
        yield [number, *[cell if type(cell) in plain else wire.pack(cell) for cell in cells]]
