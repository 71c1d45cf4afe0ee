"""The rows of a returned check list: what stands in which cell, what is merged, what was changed though locked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.checking.check_answers import Answer, Fault, Note, Touched
from app.checking.check_lists import ADDED_REASON, MATTER, NEW_ROW, CheckColumn, CheckRow, CheckSheet
from app.imports.check_cells import CellReader, Told, is_blank
from app.imports.check_heads import Table
from app.imports.check_placing import CODE, NAME, Placer, Seen, ids_in, parts
from app.imports.check_reading import Returned
from app.imports.drafts import text_of
from app.imports.filling import fill_down
from app.imports.mapping import Column
from app.problem import Problem
from app.values import kinds
from app.values.cells import Cell
from app.words import wording

_TEXT = 200
_COVERED_MOST = 500_000


@dataclass(frozen=True)
class SheetRow:
    """One row of the table."""

    number: int
    cells: tuple[Cell, ...]


class Rows:
    """The rows of one table. Faults and notes gather here as cells are read."""

    def __init__(self, back: Returned, table: Table, sent: CheckSheet, cells: CellReader) -> None:
        self.table = table
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        self.guessed: dict[tuple[int, str], tuple[str, str]] = {}
        """(row, field) -> value and words of a date that was not written as a day."""
        self._back = back
        self._sent = sent
        self._cells = cells
        self._columns = {c.field: c for c in sent.columns}
        self._across = self._merged_across()
        self._tops: dict[str, dict[int, int]] = {}
        self._unsure: dict[str, list[int]] = defaultdict(list)
        self.rows = self._gathered()
        self.notes += _beside(table, sent)

    def title(self, field: str) -> str:
        return self._columns[field].title

    def text(self, row: SheetRow, field: str) -> str:
        """A cell as text, '' where it is empty or its column is gone."""
        return wording.clean(text_of(self._one(row, field)[0]))

    def plain(self, field: str, cell: Cell) -> str:
        return self._cells.plain(self._columns[field], self._their_title(field), cell)

    def seen(self, row: SheetRow, placer: Placer) -> Seen:
        """What the row says of itself."""
        present = self.table.places
        own = parts({f: self.text(row, f) for f in (CODE, NAME) if f in present and f in self._columns})
        if MATTER in present:
            own["matter"] = placer.matter_key(self.text(row, MATTER))
        heads = [c.field for c in self._sent.heads if c.field not in (CODE, NAME, "seq")]
        rest = {f: self.plain(f, self._one(row, f)[0]) for f in heads if f in present}
        return Seen(row.number, ids_in(row.cells), own, rest, self.text(row, ADDED_REASON))

    def fills(self, row: SheetRow, texts: Mapping[str, str] | None = None) -> dict[str, Answer]:
        """Value, None or Problem of every column of the department that came back. `texts` is what was sent."""
        told = {
            c.field: self._fill(row, c, None if texts is None else texts.get(c.field, ""))
            for c in self._sent.fills
            if c.field in self.table.places
        }
        values: dict[str, Answer] = {}
        for field, one in told.items():
            values[field] = one.problem or one.value
        for field, one in told.items():
            for other, value in one.more.items():
                if other in values and values[other] is None:
                    values[other] = value
                elif other not in values:
                    said = f"“{self.text(row, field)}”里的{self._cells.title(other)}没有读入，表里没有这一栏"
                    self._note(row, field, said, aside=True)
        return values

    def heads(self, row: SheetRow) -> dict[str, Answer]:
        """The project's cells of an added row."""
        found: dict[str, Answer] = {}
        for column in self._sent.heads:
            if column.field in self.table.places and column.field != "seq":
                cell, problem = self._one(row, column.field)
                told = self._cells.entry(column, self._their_title(column.field), cell)
                found[column.field] = self._settled(
                    row, column, told if problem is None else Told(problem=problem)
                )
        return found

    def contest(self, row: SheetRow) -> tuple[Answer, str]:
        """Kind (a word, None or Problem) and reason."""
        said: list[Answer] = []
        for column in (self._sent.contest, self._sent.contest_reason):
            cell, problem = self._one(row, column.field)
            told = self._cells.item(column, self._their_title(column.field), cell)
            said.append(self._settled(row, column, told if problem is None else Told(problem=problem)))
        return said[0], said[1] if isinstance(said[1], str) else ""

    def touched(self, row: SheetRow, sent: CheckRow) -> Iterator[Touched]:
        """Locked cells that do not say what was sent. A reason for adding on a row of the list is a fault."""
        texts = self._sent.texts(sent)
        for field in (*(c.field for c in self._sent.heads), MATTER):
            if field == "seq" or field not in self.table.places:
                continue
            cell, problem = self._one(row, field)
            old = texts[field]
            if problem is not None or self._is_as_sent(field, cell, old):
                continue
            place = self.table.places[field][0] + 1
            yield Touched(
                row.number, place, sent.key, field, self.title(field), old, wording.clean(text_of(cell))
            )
        if reason := self.text(row, ADDED_REASON):
            said = f"这一行本来就在清单里，“{self.title(ADDED_REASON)}”没有采用；对这一行有意见请填“异议”"
            self.faults.append(self.fault(row, ADDED_REASON, Problem("E_NOT_ADDED", said, raw=reason)))

    def fault(self, row: SheetRow, field: str, problem: Problem) -> Fault:
        places = self.table.places.get(field, ())
        column = places[0] + 1 if places else 0
        raw = self.text(row, field) if places else ""
        return Fault(row.number, column, self.title(field), problem.code, problem.text, raw[:_TEXT])

    def unsure(self) -> list[Fault]:
        """One fault per column whose empty cells may have been merged with the filled one above them."""
        found = []
        for field, numbers in self._unsure.items():
            told = "、".join(map(str, numbers[:20])) + ("等" if len(numbers) > 20 else "")
            said = (
                f"“{self.title(field)}”有 {len(numbers):,} 格空着，上面有字（第 {told} 行）；这种格式的文件看不出是不是"
                "合并的单元格，按空着读取；如果是合并的，请取消合并、逐行填写后存成 .xlsx 再发回"
            )
            place = self.table.places[field][0] + 1
            found.append(Fault(numbers[0], place, self.title(field), "E_MERGED", said))
        return found

    def _fill(self, row: SheetRow, column: CheckColumn, sent: str | None) -> Told:
        cell, problem = self._one(row, column.field)
        if problem is None and sent is not None and is_blank(cell) and not self._back.knows_merges:
            problem = self._maybe_merged(row, column.field, sent)
        told = self._cells.item(column, self._their_title(column.field), cell)
        told = told if problem is None else Told(problem=problem)
        self._settled(row, column, told)
        return told

    def _settled(self, row: SheetRow, column: CheckColumn, told: Told) -> Answer:
        if told.note:
            self._note(row, column.field, told.note, aside="没有读" in told.note)
        if told.guessed:
            self.guessed[row.number, column.field] = (str(told.value), self.text(row, column.field)[:_TEXT])
        if told.problem is not None:
            self.faults.append(self.fault(row, column.field, told.problem))
            return told.problem
        return told.value

    def _one(self, row: SheetRow, field: str) -> tuple[Cell, Problem | None]:
        """The cell of a field. A column that stands twice must say the same in both."""
        places = self.table.places.get(field, ())
        cells = [row.cells[p] for p in places if p < len(row.cells) and not is_blank(row.cells[p])]
        if len({text_of(cell) for cell in cells}) > 1:
            said = f"“{self.title(field)}”有两栏，这一行写得不一样，请只留一栏"
            return None, Problem("E_TWICE", said, field=field)
        if cells:
            return cells[0], None
        if any((row.number, place) in self._across for place in places):
            said = f"“{self.title(field)}”与旁边的栏合并成一格了，看不出填的是哪一栏，请取消合并后再填"
            return None, Problem("E_MERGED", said, field=field)
        return None, None

    def _maybe_merged(self, row: SheetRow, field: str, sent: str) -> Problem | None:
        """In a form that does not tell merged cells, an empty cell below a filled one may have been merged with it."""
        top = self._top(field).get(row.number)
        if top is None:
            return None
        if not sent:
            self._unsure[field].append(row.number)
            return None
        said = (
            f"这一格是空的，上面第 {top} 行有字；这种格式的文件看不出是清空了还是合并了单元格，没有改动，"
            "请存成 .xlsx 再发回"
        )
        return Problem("E_MERGED", said, field=field)

    def _top(self, field: str) -> dict[int, int]:
        """Row of an empty cell -> row of the nearest filled one above it."""
        if field not in self._tops:
            tops: dict[int, int] = {}
            last = 0
            for row in self.rows:
                if not is_blank(self._one(row, field)[0]):
                    last = row.number
                elif last:
                    tops[row.number] = last
            self._tops[field] = tops
        return self._tops[field]

    def _is_as_sent(self, field: str, cell: Cell, old: str) -> bool:
        if is_blank(cell) and not self._back.knows_merges:
            return True
        said = wording.clean(text_of(cell))
        if wording.key(said) == wording.key(old):
            return True
        if field == MATTER:
            return False
        if field == CODE:
            return kinds.code_key(said) == kinds.code_key(old)
        return bool(said and old) and self.plain(field, cell) == self.plain(field, old)

    def _gathered(self) -> list[SheetRow]:
        """Rows that say anything of their own, merged and 同上 cells filled in."""
        grid, head = self.table.grid, self.table.head
        lines = [list(line) for line in grid.lines if line[0] > head and not self.table.is_head(line)]
        if not lines:
            return []
        columns = [Column(i, title, (title,)) for i, title in enumerate(self.table.titles)]
        filled = fill_down(lines, columns, grid.merges, head)
        found: list[SheetRow] = []
        for index, line in enumerate(lines):
            row = SheetRow(line[0], tuple(line[1:]))
            if self._is_content(row):
                found.append(row)
                self.notes += (
                    [Note(line[0], title, said) for title, said in filled[index].notes]
                    if index in filled
                    else []
                )
        return found

    def _is_content(self, row: SheetRow) -> bool:
        """Numbering and row ids alone make no row: one whose cells were all cleared is as good as deleted."""
        fresh = bool(ids_in(row.cells))
        for field, places in self.table.places.items():
            for cell in (row.cells[p] for p in places if p < len(row.cells)):
                said = wording.one_line(text_of(cell))
                numbering = field == "seq" and (said.isdigit() or said.startswith(NEW_ROW))
                if said and not numbering:
                    return True
                fresh = fresh or said.startswith(NEW_ROW)
        others = (text_of(row.cells[p]).strip() for p in self.table.extra if p < len(row.cells))
        return not fresh and any(said and not said.isdigit() and not ids_in([said]) for said in others)

    def _merged_across(self) -> set[tuple[int, int]]:
        """(row, place) of the cells that a merge over several columns covers."""
        covered: set[tuple[int, int]] = set()
        numbers = [line[0] for line in self.table.grid.lines if line[0] > self.table.head]
        for top, left, bottom, right in self.table.grid.merges:
            if right > left and len(covered) < _COVERED_MOST:
                some = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
                places = range(left, min(right, len(self.table.titles)))
                covered.update((number, place) for number in some for place in places)
        return covered

    def _their_title(self, field: str) -> str:
        places = self.table.places.get(field, ())
        return self.table.titles[places[0]] if places else self._columns[field].head

    def _note(self, row: SheetRow, field: str, said: str, *, aside: bool = False) -> None:
        self.notes.append(Note(row.number, self.title(field), said, aside))


def _is_numbering(texts: Sequence[str]) -> bool:
    """Whether a column only counts its rows, in whatever order they came to stand."""
    numbers = sorted(int(text) for text in texts if text.isdecimal() and len(text) < 6)
    return numbers == list(range(1, len(texts) + 1))


def _beside(table: Table, sent: CheckSheet) -> list[Note]:
    """Columns that are none of ours are not read; every cell of them is told (旗方案 四(一))."""
    notes: list[Note] = []
    for place in table.extra:
        title = table.titles[place].strip() or f"第 {place + 1} 列"
        lines = (line for line in table.grid.lines if line[0] > table.head)
        cells = [(line[0], line[place + 1]) for line in lines if place + 1 < len(line)]
        written = [(n, c) for n, c in cells if not is_blank(c) and not ids_in([c])]
        if _is_numbering([text_of(c).strip() for _, c in written]):
            continue
        notes.append(Note(0, title, f"多出的一栏“{title}”有 {len(written):,} 格写了内容，没有读入"))
        texts = [(n, wording.clean(text_of(c))[:_TEXT]) for n, c in written]
        notes += [Note(n, title, f"多出的一栏写着“{text}”，没有读入", aside=True) for n, text in texts]
    for column in sent.columns:
        if column.field not in table.places and column.field in sent.own:
            said = f"“{column.title}”这一栏没有了，按没有填报处理"
            notes.append(Note(0, column.title, said))
    return notes
