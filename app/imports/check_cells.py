"""The cells of a returned check list as stored values, read as every other list is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.checking.check_lists import CONTEST, CheckColumn, CheckSheet
from app.imports import matters
from app.imports.columns import read_cell, read_matter
from app.imports.drafts import text_of
from app.imports.mapping import Column, head_unit
from app.imports.matters import Legend, MatterReader
from app.problem import Problem
from app.values import dates, kinds
from app.values.cells import Cell, Context
from app.words import wording
from app.words.templates import Code, CodeList, Field, Loaded

STATE, UNSURE = "state", "待核"


@dataclass(frozen=True)
class Told:
    """One cell read. `more` are values of other columns said along with it (`已批复（某发〔2022〕3号）`).

    `guessed`: the value is a day that was not written as one (`八月初`).
    """

    value: Any = None
    note: str = ""
    problem: Problem | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    guessed: bool = False


class CellReader:
    """Reads cells column by column, each distinct cell once."""

    def __init__(self, loaded: Loaded, sent: CheckSheet, base: int, said: Legend) -> None:
        self._loaded = loaded
        self._base = base
        self._said = said
        self._matters = MatterReader(loaded)
        self._contests = CodeList(
            id=CONTEST, title=sent.contest.title, codes=tuple(Code(code=word) for word in sent.contests)
        )
        self._seen: dict[Any, Told] = {}

    def title(self, field: str) -> str:
        """What the template calls a field of the matter."""
        known = self._loaded.item_fields.get(field)
        return known.title if known else field

    def item(self, column: CheckColumn, title: str, cell: Cell) -> Told:
        """A cell of the matter. `title` is what the sheet calls the column now; it may name a unit."""
        return self._once(column, self._loaded.item_fields.get(column.field), title, cell)

    def entry(self, column: CheckColumn, title: str, cell: Cell) -> Told:
        """A cell of the project."""
        return self._once(column, self._loaded.fields.get(column.field), title, cell)

    def plain(self, column: CheckColumn, title: str, cell: Cell) -> str:
        """The form of a project's cell in which equal values are equal, whatever program wrote them."""
        told = self.entry(column, title, cell)
        if told.problem is not None or told.value is None:
            return wording.key(text_of(cell)) if not is_blank(cell) else ""
        return wording.key(str(told.value))

    def _once(self, column: CheckColumn, field_: Field | None, title: str, cell: Cell) -> Told:
        if is_blank(cell):
            return Told()
        key = (column, title, field_ is None or field_.id, type(cell), cell)
        if key not in self._seen:
            self._seen[key] = self._read(column, field_, title, cell)
        return self._seen[key]

    def _read(self, column: CheckColumn, field_: Field | None, title: str, cell: Cell) -> Told:
        if field_ is not None and field_.id == STATE and STATE in self._loaded.item_fields:
            return self._state(column, title, cell)
        used = field_ or self._own_field(column)
        listed = self._loaded.codes.get(used.choices) if used.choices else None
        if field_ is None and column.field == CONTEST:
            listed = self._contests
        context = Context(head_unit((title,)) or None, self._loaded.t.starts.year, self._base)
        value, note, problem = read_cell(used, kinds.reader(used, listed, context), cell)
        guessed = used.kind == "date" and value is not None and problem is None and _is_guess(cell, context)
        return Told(value, note, problem, guessed=guessed)

    def _state(self, column: CheckColumn, title: str, cell: Cell) -> Told:
        place = Column(0, title, (title,), STATE)
        matter, unsaid, problem = read_matter(self._matters, cell, self._said, place)
        unsure = unsaid and self._said.usual(matter.mark) == UNSURE
        if unsure or (problem is not None and problem.code == "E_STATE"):
            words = "、".join(column.choices or matters.STATES)
            said = f"看不出“{text_of(cell)[:60]}”是什么办理情况，请从下拉里选：{words}"
            near = problem.facts.get("near", []) if problem else []
            return Told(problem=Problem("E_STATE", said, field=STATE, raw=text_of(cell), near=near))
        if problem is not None:
            return Told(problem=problem)
        cells = dict(matter.cells)
        state = cells.pop(STATE, None)
        note = matter.note or (f"“{text_of(cell)}”读作“{state}”" if matter.mark else "")
        return Told(state, note, None, cells)

    def _own_field(self, column: CheckColumn) -> Field:
        """A column that the template does not know."""
        return Field(
            id=column.field, title=column.title, kind="enum" if column.field == CONTEST else "longtext"
        )


def _is_guess(cell: Cell, context: Context) -> bool:
    """Whether a cell that reads as a date names no day: 八月初, 7月底, 2022年8月."""
    return dates.read(cell, year=context.year, base=context.base).exact != "day"


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not wording.clean(cell))
