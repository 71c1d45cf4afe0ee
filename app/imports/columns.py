"""Reading the cells of a draft column by column, each distinct cell once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.imports import matters
from app.imports.drafts import BLANK, CellProblem, DraftRow, text_of
from app.imports.filling import DITTO
from app.imports.mapping import ROW_ID, SEQ, Column, split_target
from app.imports.matters import Legend, MatterReader, Question
from app.problem import Problem
from app.values import kinds
from app.values.cells import Cell, Context
from app.words import wording
from app.words.templates import Field, Loaded

Fixes = Mapping[tuple[int, str], str]
ValueFixes = Mapping[tuple[str, str], str]
UNKNOWN = "待核"
"""What a matter is whose cell cannot be read (decision 13)."""


class ColumnReader:
    """Reads the mapped columns of one sheet into its rows; a cell that cannot be read is a problem of its row."""

    def __init__(
        self,
        loaded: Loaded,
        year: int | None,
        base: int,
        fixes: Fixes,
        value_fixes: ValueFixes,
        unexplained: str = "",
        literal: bool = False,
    ) -> None:
        """`literal` takes texts as they stand: a project of our own sheet may well be called 同上."""
        self.loaded = loaded
        self.year = year
        self.base = base
        self.fixes = fixes
        self.value_fixes = value_fixes
        self.unexplained = UNKNOWN if literal else unexplained
        self.literal = literal

    def read(
        self, rows: list[DraftRow], columns: Sequence[Column], said: Legend, given: Mapping[str, str]
    ) -> list[Question]:
        """Read every mapped column into the rows; returns what only a person can say."""
        reader = MatterReader(self.loaded)
        questions: list[Question] = []
        for column in columns:
            if column.target in ("", SEQ):
                continue
            if column.target == ROW_ID:
                for row in rows:
                    row.entry_id = text_of(_cell(row, column.index)).strip()
                continue
            if column.target in self.loaded.fields:
                self._column(rows, column, self.loaded.fields[column.target], "")
                continue
            code, part = split_target(column.target)
            if part == "state":
                questions += self._matters(rows, column, code, reader, said)
            else:
                self._column(rows, column, self.loaded.item_fields[part], code)
        self._defaults(rows, given)
        self._require(rows)
        if any("." in column.target for column in columns):
            self._settle(rows)
        return questions

    def _column(self, rows: list[DraftRow], column: Column, field_: Field, code: str) -> None:
        """Read one column of a field, each distinct cell once."""
        listed = self.loaded.codes.get(field_.choices) if field_.choices else None
        context = Context(column.unit or None, self.year, self.base, rounds=True, literal=self.literal)
        read = kinds.reader(field_, listed, context)
        seen: dict[Any, Any] = {}
        place, key, mended = column.index, field_.id, self._mended(column.target)
        for row in rows:
            source = row.source
            cell = source[place] if place < len(source) else None
            if mended is not None:
                cell = mended(row.row, cell)
            if cell is None or cell == "":
                continue
            kind = type(cell)
            found = seen.get(cell) if kind is not bool else None
            if found is None:
                found = read_cell(field_, read, cell, literal=self.literal)
                if kind is not bool:
                    seen[cell] = found
            value, note, problem = found
            if value is not None:
                if code:
                    row.items[code] = {**row.items.get(code, {}), key: value}
                else:
                    row.cells[key] = value
            if note:
                row.notes.append((column.target, note))
            if problem is not None and not self._kept_as_text(row, field_, code, cell):
                row.problems.append(_left_blank(row.row, column, problem, cell, field_))

    def _kept_as_text(self, row: DraftRow, field_: Field, code: str, cell: Cell) -> bool:
        """`长期`, `尽快` in a limit: kept in the field that holds its words (`due_date` -> `due_text`)."""
        beside = self.loaded.fields.get(f"{field_.id.removesuffix('_date')}_text")
        if code or field_.kind != "date" or beside is None or not isinstance(cell, str):
            return False
        text = wording.one_line(cell)
        if any(c.isdigit() for c in text) or len(text) > 30 or "年" in text or "月" in text:
            return False
        row.cells[beside.id] = text
        row.notes.append((field_.id, f"“{text}”不是日期，原话记在“{beside.title}”"))
        return True

    def _matters(
        self, rows: list[DraftRow], column: Column, code: str, reader: MatterReader, said: Legend
    ) -> list[Question]:
        """Read one column of states; an empty cell is 待核 where the matter is always there."""
        always = self.loaded.preset_of(code).always and "." not in code
        seen: dict[Any, Any] = {}
        asked: dict[str, int] = {}
        place, mended = column.index, self._mended(column.target)
        for row in rows:
            cell = row.source[place] if place < len(row.source) else None
            if mended is not None:
                cell = mended(row.row, cell)
            if (cell is None or cell == "") and not always:
                continue
            found = seen.get(cell)
            if found is None:
                seen[cell] = found = read_matter(reader, cell, said, column)
            matter, unsaid, problem = found
            if problem is not None:
                kept = UNKNOWN if problem.code == "E_STATE" else ""
                row.problems.append(_cell_problem(row.row, column, problem, cell, kept))
                if kept:
                    row.items[code] = {**row.items.get(code, {}), "state": kept}
                continue
            got = matter.cells
            if not always and got.get("state") == "待核" and not matter.mark and not text_of(cell).strip():
                continue
            if unsaid and self.unexplained:
                got = {"state": self.unexplained}
                problem = _unexplained(column, matter.mark, said, self.unexplained)
                row.problems.append(_cell_problem(row.row, column, problem, cell, self.unexplained))
            elif unsaid:
                asked[matter.mark] = asked.get(matter.mark, 0) + 1
            row.items[code] = {**row.items[code], **got} if code in row.items else got
            if matter.note:
                row.notes.append((column.target, matter.note))
        return [
            Question(column.head, column.target, mark, count, said.usual(mark))
            for mark, count in asked.items()
        ]

    def _mended(self, target: str) -> Callable[[int, Cell], Cell] | None:
        """The mending of one column, None when nothing of it is mended."""
        by_row = {row: text for (row, field_), text in self.fixes.items() if field_ == target}
        by_value = {raw: text for (field_, raw), text in self.value_fixes.items() if field_ == target}
        if not by_row and not by_value:
            return None

        def mend(row: int, cell: Cell) -> Cell:
            if row in by_row:
                return by_row[row]
            return by_value.get(text_of(cell), cell) if by_value else cell

        return mend

    def _defaults(self, rows: list[DraftRow], given: Mapping[str, str]) -> None:
        """Texts given for every row, and the mending of fields that have no column."""
        for key, text in given.items():
            field_ = self.loaded.fields[key]
            listed = self.loaded.codes.get(field_.choices) if field_.choices else None
            reading = kinds.parse(field_, listed, text, year=self.year)
            if reading is not None:
                for row in rows:
                    row.cells.setdefault(key, reading.value)
        self._extra_fixes(rows)

    def _extra_fixes(self, rows: list[DraftRow]) -> None:
        wanted = [(r, f, t) for (r, f), t in self.fixes.items() if f in self.loaded.fields]
        by_row = {row.row: row for row in rows} if wanted else {}
        for number, key, text in wanted:
            row = by_row.get(number)
            if row is None or key in row.cells or any(p.field == key for p in row.problems):
                continue
            field_ = self.loaded.fields[key]
            listed = self.loaded.codes.get(field_.choices) if field_.choices else None
            value, _, problem = _parsed(kinds.reader(field_, listed, Context(None, self.year)), text)
            if problem is not None:
                row.problems.append(
                    CellProblem(number, key, problem.code, problem.text, text, head=field_.title)
                )
            elif value is not None:
                row.cells[key] = value

    def _require(self, rows: list[DraftRow]) -> None:
        """Required fields are there."""
        for field_ in (f for f in self.loaded.t.fields if f.need == "create" and not f.default):
            for row in rows:
                if field_.id not in row.cells and not any(p.field == field_.id for p in row.problems):
                    said = f"“{field_.title}”不能空，请补上"
                    row.problems.append(
                        CellProblem(row.row, field_.id, "E_REQUIRED", said, head=field_.title)
                    )

    def _settle(self, rows: list[DraftRow]) -> None:
        """A matter that got only a date or number still has a state."""
        for row in rows:
            for code, item in row.items.items():
                if not item.keys() & {"state", "needed", "result"} and item.keys() & {"d_done", "doc_no"}:
                    row.items[code] = {**item, "state": "办结"}


def _cell(row: DraftRow, index: int) -> Cell:
    return row.source[index] if index < len(row.source) else None


def read_cell(
    field_: Field, read: kinds.Read, cell: Cell, *, literal: bool = False
) -> tuple[Any, str, Problem | None]:
    """(value, note, problem) of one cell; texts that read well and yet must not pass are problems too."""
    found = _parsed(read, cell)
    suspected = _suspected(field_, cell, literal) if isinstance(cell, str) and found[2] is None else None
    return suspected or found


def _parsed(read: kinds.Read, cell: Cell) -> tuple[Any, str, Problem | None]:
    try:
        reading = read(cell)
    except Problem as problem:
        return None, "", problem
    return (None, "", None) if reading is None else (reading.value, reading.note, None)


def read_matter(
    reader: MatterReader, cell: Cell, said: Legend, column: Column
) -> tuple[matters.Matter, bool, Problem | None]:
    """A matter's cell with its mark read by the legend, and whether nobody has said what the mark means."""
    try:
        matter = reader.read(cell)
    except Problem as problem:
        return matters.Matter({}), False, problem
    if not matter.mark:
        return matter, False, None
    state = said.meaning(matter.mark, column.head, split_target(column.target)[0])
    unsaid = not state and matter.mark != matters.BLANK_MARK
    state = state or said.usual(matter.mark)
    cells = {"state": state, **matter.cells} if state == matters.DONE else {"state": state}
    return replace(matter, cells=cells), unsaid, None


def _unexplained(column: Column, mark: str, said: Legend, kept: str) -> Problem:
    why = (
        f"说“{mark}”是“{said.unclear[mark]}”，看不出算不算办结"
        if mark in said.unclear
        else f"没有说明“{mark}”是什么意思"
    )
    return Problem(
        "E_STATE", f"表里{why}，“{column.head}”这一格先按“{kept}”", near=["在办", "未办", matters.DONE]
    )


def _brief(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"


def _cell_problem(row: int, column: Column, problem: Problem, cell: Cell, kept: str = "") -> CellProblem:
    near = tuple(problem.facts.get("near", ()))
    return CellProblem(
        row, column.target, problem.code, _brief(problem.text), text_of(cell), near, column.head, kept
    )


def _left_blank(row: int, column: Column, problem: Problem, cell: Cell, field_: Field) -> CellProblem:
    """A word that is not on the list stays out and its row comes in, unless the row cannot be without the field.

    The word itself is kept with the original cells, so nothing is lost.
    """
    found = _cell_problem(row, column, problem, cell)
    if problem.code != "E_CODE" or (field_.need == "create" and not field_.default):
        return found
    return replace(found, text=f"{found.text}，这一格没有填进去", kept=BLANK)


_SECRET = re.compile(
    "涉密|绝密|机密级|秘密级|密级[:：]"
    "|[秘机]密[★☆*＊]"  # as it stands on papers: 秘密★10年 (GB/T 9704)
    "|^[（(〔【\\[]?[秘机]密[)）〕】\\]]?$|[（(〔【\\[][秘机]密[)）〕】\\]]"
)
_NOT_SECRET = re.compile("(?:不|非|无|未|是否|不属于|不属)涉密|涉密(?:情况)?[:：]?(?:否|无)|脱密|解密")


def secret(text: str) -> bool:
    """Whether a cell speaks of 涉密: each such cell is asked about, in every list anew (decision 11)."""
    return "密" in text and _SECRET.search(_NOT_SECRET.sub("", text).strip()) is not None


def _suspected(field_: Field, text: str, literal: bool) -> tuple[None, str, Problem] | None:
    """Texts that read well and yet must not pass: 涉密 words (S53 三(二), decision 11), a 同上 with nothing above."""
    if secret(text):
        said = (
            f"{field_.title}写有“涉密”字样，涉密项目由各部门自行保管，这一行不得导入；确不涉密的请改正这一格"
        )
        return None, "", Problem("E_SECRET_WORD", said, field=field_.id)
    if not literal and len(text) < 6 and text.strip() in DITTO:
        said = f"{field_.title}写着“{text.strip()}”，上面一行却是空的，请补上"
        return None, "", Problem("E_VALUE", said, field=field_.id)
    return None
