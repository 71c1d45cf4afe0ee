"""A returned check list as it stands in the file, whatever form it was saved in: sheets, mark, hidden row ids."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.checking.check_lists import Mark, code_of, mark_of
from app.imports.reading import Limits, Line, open_book

KNOW_MERGES = frozenset({"xlsx", "xls", "ods", "html", "spreadsheetml"})
"""Forms whose reader tells which cells are merged."""
_LOOK = 60
_DIGEST_CHARS = 10


@dataclass(frozen=True)
class Grid:
    """One sheet: rows as [number, cell, …], merges as 1-based (top, left, bottom, right)."""

    name: str
    hidden: bool
    merges: tuple[tuple[int, int, int, int], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Returned:
    """A workbook as it came back. `code` is the visible code of its mark, `ids` the hidden digests' row ids.

    `mark_lost` says why there is no `mark`.
    """

    file: str
    form: str
    base: int
    grids: tuple[Grid, ...]
    mark: Mark | None
    mark_lost: str
    code: str
    ids: Mapping[str, tuple[str, ...]]

    @cached_property
    def digest(self) -> str:
        """64 hex digits of all that stands in its cells: the same for the same file, whatever it is called."""
        told = hashlib.sha256()
        for grid in self.grids:
            told.update(repr((grid.name, grid.lines)).encode("utf-8", "replace"))
        return told.hexdigest()

    @property
    def knows_merges(self) -> bool:
        return self.form in KNOW_MERGES


def look(path: Path, limits: Limits | None = None) -> Returned:
    """Read the whole file in the killable child. Raises the Problems of `reading.open_book`."""
    with open_book(path, limits) as book:
        grids = tuple(Grid(s.name, s.hidden, s.merges, tuple(book.lines(s.index))) for s in book.sheets)
        return returned(path.name, book.sniffed.form, book.base, grids)


def returned(file: str, form: str, base: int, grids: tuple[Grid, ...]) -> Returned:
    """The same from sheets already read."""
    marks = {mark for grid in grids for text in _texts(grid) if (mark := mark_of(text))}
    codes = list(dict.fromkeys(code for grid in grids for text in _texts(grid) if (code := code_of(text))))
    lost = "文件里的轮次标记没有了" if not marks else "文件里有两个不同的轮次标记" if len(marks) > 1 else ""
    mark = None if lost else next(iter(marks))
    return Returned(file, form, base, grids, mark, lost, codes[0] if len(codes) == 1 else "", _ids(grids))


def _texts(grid: Grid) -> Iterable[str]:
    for line in grid.lines[:_LOOK]:
        yield from (cell for cell in line[1:] if isinstance(cell, str))


def _ids(grids: tuple[Grid, ...]) -> dict[str, tuple[str, ...]]:
    """Digest of a row's name -> row ids, from the hidden sheet."""
    found: dict[str, list[str]] = defaultdict(list)
    for grid in grids:
        first = grid.lines[0][1:2] if grid.lines else []
        if not (first and isinstance(first[0], str) and mark_of(first[0])):
            continue
        for line in grid.lines[1:]:
            if len(line) > 2 and all(isinstance(cell, str) for cell in line[1:3]):
                row_id, digest = line[1].strip(), line[2].strip()
                if len(digest) == _DIGEST_CHARS:
                    found[digest].append(row_id)
    return {digest: tuple(dict.fromkeys(ids)) for digest, ids in found.items()}
