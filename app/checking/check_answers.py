"""What a returned check list says: answers by row, contests, added rows, and everything that could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.checking.check_lists import Key, Mark

BLANK = "一格没填，像是发出去的原表"
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
    sheet: str = ""


@dataclass(frozen=True)
class Guess:
    """A date that was not written as a day (`八月初`): `value` is only what the program makes of the words `raw`."""

    row: int
    column: int
    key: Key
    field: str
    title: str
    value: str
    raw: str
    sheet: str = ""

    @property
    def text(self) -> str:
        return (
            f"猜的日期：“{self.raw}”不是准确日期，程序只能猜作 {self.value}，没有人确认就不采用；"
            "请写成 2022-08-05 这样的日期"
        )

    @property
    def brief(self) -> str:
        return f"猜的日期，原话“{self.raw}”"


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
    sheet: str = ""


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
    sheet: str = ""


@dataclass(frozen=True)
class Unplaced:
    """A row of which nobody can tell what it stands for, with all that stands in it."""

    row: int
    reason: str
    texts: tuple[str, ...]
    sheet: str = ""


@dataclass(frozen=True)
class Note:
    """How an unusual cell was read, or what was noticed of the sheet (row 0).

    `aside`: some of what the department wrote stands in no cell of the ledger for it, so that a person has to see it.
    """

    row: int
    title: str
    text: str
    aside: bool = False
    sheet: str = ""


@dataclass(frozen=True)
class CheckReturn:
    """A returned list, judged. `answers` hold only fields whose column came back (`carried`).

    `mark_lost` says why the mark was not found, '' when it was. `rows` are the sheet rows of every key placed,
    `missing` the keys no row stands for. `contests_carried`: whether an empty contest means that there is none.
    `filled` counts the cells that do not say what was sent; `sheets` names the sheet of a key's rows where it is not
    `sheet`.
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
    guesses: tuple[Guess, ...] = ()
    filled: int = 0
    sheets: Mapping[Key, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nobody answered anything: a list as it went out."""
        faults = [f for f in self.faults if f.code != "E_MERGED"]
        said = (self.filled, faults, self.added, self.unplaced, self.touched, self.guesses, self.asides)
        return not any(said)

    @property
    def asides(self) -> tuple[Note, ...]:
        """What they wrote where it could not be taken over, and what was noticed of the sheet."""
        return tuple(note for note in self.notes if note.aside)

    @property
    def said(self) -> str:
        """One line for the status bar."""
        parts = [f"认出 {len(self.answers):,} 行", *([BLANK] if self.blank else ())]
        counted = (
            (len(self.contests), "行有异议"),
            (len(self.added), "行补报"),
            (len(self.missing), "行没有回来"),
            (len(self.unplaced), "行对不上号"),
            (len(self.faults), "处要改"),
            (len(self.guesses), "处日期是猜的"),
            (len(self.touched), "处改了锁定的内容（没有采用）"),
            (len(self.asides), "处写在别处的话"),
        )
        return "，".join(parts + [f"{count} {words}" for count, words in counted if count])

    @property
    def left_out(self) -> str:
        """What stands in the sheet and is taken by nobody, in one sentence; '' when all was."""
        counted = (
            (len(self.faults), "处要改"),
            (len(self.unplaced), "行对不上号"),
            (len(self.touched), "处改了锁定的内容"),
            (len(self.asides), "处写在别处的话"),
        )
        found = "、".join(f"{count} {words}" for count, words in counted if count)
        return f"表里有 {found}，没有采用" if found else ""
