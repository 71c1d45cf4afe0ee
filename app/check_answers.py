"""What a returned check list says: answers by row, contests, added rows, and everything that could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.check_lists import Key, Mark

Answer = Any
"""A value in stored form, None where the cell is empty, or the Problem of a cell that could not be read."""


@dataclass(frozen=True)
class Fault:
    """Something in one cell that a clerk must put right. `column` counts from 1; 0 concerns the whole row."""

    row: int
    column: int
    title: str
    code: str
    text: str
    raw: str = ""


@dataclass(frozen=True)
class Touched:
    """A read-only cell that came back changed. What it says is not applied."""

    row: int
    column: int
    key: Key
    field: str
    title: str
    old: str
    new: str


@dataclass(frozen=True)
class Contest:
    """Why a department says that a row is not as it should be. `kind` is a word of the list, or a Problem."""

    kind: Answer
    reason: str


@dataclass(frozen=True)
class AddedRow:
    """A row the department adds. `entry` is the project's id where the list has it already, '' for a new project.

    `cells` are the project's, `fills` the matter's; `code` is '' where the matter could not be read.
    """

    row: int
    entry: str
    cells: Mapping[str, Answer]
    code: str
    fills: Mapping[str, Answer]
    reason: str


@dataclass(frozen=True)
class Unplaced:
    """A row of which nobody can tell what it stands for, with all that stands in it."""

    row: int
    reason: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """How an unusual cell was read, or what was noticed of the sheet (row 0)."""

    row: int
    title: str
    text: str


@dataclass(frozen=True)
class CheckReturn:
    """A returned list, judged. `answers` hold only fields whose column came back (`carried`).

    `mark_lost` says why the mark was not found, '' when it was. `rows` are the sheet rows of every key placed,
    `missing` the keys no row stands for. `contests_carried`: whether an empty contest means that there is none.
    """

    file: str
    form: str
    sheet: str
    mark: Mark | None
    mark_lost: str
    answers: Mapping[Key, Mapping[str, Answer]]
    contests: Mapping[Key, Contest]
    contests_carried: bool
    added: tuple[AddedRow, ...]
    unplaced: tuple[Unplaced, ...]
    missing: tuple[Key, ...]
    faults: tuple[Fault, ...]
    touched: tuple[Touched, ...]
    notes: tuple[Note, ...]
    carried: frozenset[str]
    rows: Mapping[Key, tuple[int, ...]]

    @property
    def said(self) -> str:
        """One line for the status bar."""
        parts = [f"认出 {len(self.answers)} 行"]
        counted = (
            (len(self.contests), "行有异议"),
            (len(self.added), "行补报"),
            (len(self.missing), "行没有回来"),
            (len(self.unplaced), "行对不上号"),
            (len(self.faults), "处要改"),
            (len(self.touched), "处改了锁定的内容（没有采用）"),
        )
        return "，".join(parts + [f"{count} {words}" for count, words in counted if count])

    @property
    def left_out(self) -> str:
        """What stands in the sheet and is taken by nobody, in one sentence; '' when all was."""
        counted = (
            (len(self.faults), "处要改"),
            (len(self.unplaced), "行对不上号"),
            (len(self.touched), "处改了锁定的内容"),
        )
        found = "、".join(f"{count} {words}" for count, words in counted if count)
        return f"表里有 {found}，没有采用" if found else ""
