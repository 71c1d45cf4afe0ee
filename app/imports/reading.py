"""Opening a workbook in a child process that may die without hurting the program."""

from __future__ import annotations

import contextlib
import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from app.imports import wire
from app.imports.child import SWITCH
from app.problem import Problem
from app.storage.paths import ROOT
from app.storage.sniff import ZIP_FAULTS, Sniffed, damaged, farthest_cell, locked, sniff, too_large

Cell = str | int | float | bool | dt.date | dt.datetime | None
Line = list[Any]
"""A row as it comes from the child: its 1-based number, then its cells; trailing blanks are cut off."""


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: bytes of memory, seconds of processor and of waiting."""

    memory: int = 1536 * 1024 * 1024
    seconds: int = 45
    wait: float = 120.0


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book. `merges` are (first row, first column, last row, last column), 1-based."""

    index: int
    name: str
    hidden: bool = False
    rows: int = 0
    columns: int = 0
    merges: tuple[tuple[int, int, int, int], ...] = ()


@dataclass
class Book:
    """An open workbook. Rows stream from the child; close it (or leave the `with`) to end the child."""

    path: Path
    sniffed: Sniffed
    sheets: list[Sheet]
    base: int
    _talk: _Talk = field(repr=False)

    @property
    def name(self) -> str:
        return self.path.name

    def lines(self, sheet: int, most: int = 0) -> Iterator[Line]:
        """The rows of a sheet that hold anything, top to bottom; `most` stops near that row. Read it to the end."""
        self._talk.ask({"do": "rows", "sheet": sheet, "most": most})
        while True:
            answer = self._talk.answer()
            yield from answer["rows"]
            if answer.get("end"):
                return

    def ask_hidden(self, sheet: int) -> None:
        """Let the child look for hidden rows while the parent does something else."""
        self._talk.ask({"do": "hidden", "sheet": sheet})

    def hidden(self) -> list[int]:
        """The answer to `ask_hidden`: numbers of the hidden rows."""
        return list(self._talk.answer()["hidden"])

    def close(self) -> None:
        self._talk.close()

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_book(path: Path, limits: Limits | None = None) -> Book:
    """Open `path` whatever its name says.

    Raises Problem E_NO_FILE, E_BOOK_EMPTY, E_BOOK_TYPE, E_BOOK_LOCKED, E_BOOK_DAMAGED, E_BOOK_LARGE, E_BOOK_FAR,
    E_BOOK_CELL, E_BOOK_SLOW or E_BOOK_NO_TABLE; the child is gone then.
    """
    limits = limits or Limits()
    sniffed = sniff(path)
    talk = _Talk(path, sniffed, limits)
    try:
        old = sniffed.old
        talk.ask(
            {
                "do": "open",
                "path": str(path.resolve()),
                "form": sniffed.form,
                "encoding": sniffed.encoding,
                "version": old.version if old else 8,
                "codepage": old.codepage if old else 1200,
                "memory": limits.memory,
                "seconds": limits.seconds,
            }
        )
        found = talk.answer()["sheets"]
    except BaseException:
        talk.close()
        raise
    sheets = [
        Sheet(
            i,
            s["name"],
            s["hidden"],
            s["rows"],
            s["columns"],
            tuple((a, b, c, d) for a, b, c, d in s["merges"]),
        )
        for i, s in enumerate(found)
    ]
    return Book(path, sniffed, sheets, int(found[0].get("base", sniffed.base)) if found else 1900, talk)


class _Talk:
    """The child and the pipe to it."""

    def __init__(self, path: Path, sniffed: Sniffed, limits: Limits) -> None:
        self._path = path
        self._form = sniffed.form
        self._late = False
        self._process = subprocess.Popen(
            _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **_quiet()
        )
        self._timer = threading.Timer(limits.wait, self._stop)
        self._timer.daemon = True
        self._timer.start()

    def ask(self, message: dict[str, Any]) -> None:
        try:
            wire.send(self._stdin, message)
        except OSError as error:
            raise self._death() from error

    def answer(self) -> dict[str, Any]:
        try:
            message = wire.receive(self._stdout)
        except ValueError as error:
            raise damaged(self._path.name) from error
        if message is None:
            raise self._death()
        if "refused" in message:
            raise self._refusal(message["refused"], message["facts"])
        return dict(message)

    def close(self) -> None:
        self._timer.cancel()
        if self._process.poll() is None:
            self._process.kill()
        for stream in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                stream.close()
        self._process.wait()

    @property
    def _stdin(self) -> BinaryIO:
        assert self._process.stdin is not None
        return self._process.stdin  # type: ignore[return-value]

    @property
    def _stdout(self) -> BinaryIO:
        assert self._process.stdout is not None
        return self._process.stdout  # type: ignore[return-value]

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def _death(self) -> Problem:
        """Why the child ended without a word."""
        name = self._path.name
        status = self._process.wait()
        if self._late or status == -24:
            return Problem("E_BOOK_SLOW", f"“{name}”读得太久，已停止，请删去多余的工作表和空白行列后再导入")
        if self._form == "xlsx":
            with contextlib.suppress(*ZIP_FAULTS):
                far = farthest_cell(self._path)
                if far and int("".join(c for c in far if c.isdigit())) >= 100_000:
                    return _far(name, far)
        return Problem(
            "E_BOOK_LARGE",
            f"“{name}”读取时超出内存限制，请把要导入的区域复制到新的工作簿里再导入",
            status=status,
        )

    def _refusal(self, code: str, facts: dict[str, Any]) -> Problem:
        name = self._path.name
        match code:
            case "E_BOOK_LARGE":
                return too_large(name)
            case "E_BOOK_LOCKED":
                return locked(name)
            case "E_BOOK_FAR":
                return _far(name, str(facts.get("cell", "")))
            case "E_BOOK_CELL":
                said = (
                    f"“{name}”第 {facts['row']} 行有一格超过 {wire.CELL_LIMIT} 个字，不予读取，请缩短后再导入"
                )
                return Problem("E_BOOK_CELL", said, **facts)
            case "E_BOOK_NO_TABLE":
                return Problem("E_BOOK_NO_TABLE", f"“{name}”里没有表格，请换成 Excel、WPS 表格或 CSV 文件")
        return damaged(name)


def _far(name: str, cell: str) -> Problem:
    said = f"“{name}”在 {cell} 这样远的地方有内容，超出可读范围，请删去多余的行列，或把表格复制到新的工作簿"
    return Problem("E_BOOK_FAR", said, cell=cell)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, SWITCH]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from app.imports.child import main; main()"
    return [sys.executable, "-I", "-X", "utf8", "-c", code]


def _quiet() -> dict[str, Any]:
    """No console window on Windows, own session elsewhere so that Ctrl+C in the terminal reaches us first."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
