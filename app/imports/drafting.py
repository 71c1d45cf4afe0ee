"""A foreign list read against a template: every row's values, notes and problems, nothing stored yet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app import kinds, wording
from app.cells import Cell, Context
from app.imports import layout, mapping, matters, totals
from app.imports.drafts import CellProblem, Draft, DraftRow, text_of
from app.imports.filling import DITTO, fill_down
from app.imports.layout import Layout
from app.imports.mapping import ROW_ID, SEQ, Column, Matcher
from app.imports.matters import Legend, MatterReader, Question
from app.imports.reading import Book, Limits, Line, open_book
from app.imports.sorting import Aside, Group, Sorter, group_of
from app.problem import Problem
from app.templates import Field, Loaded

Tell = Callable[[int, int], object]
_TOLD_EVERY = 2000


def draft(
    source: Book | Path,
    loaded: Loaded | None,
    *,
    sheet: str | int | None = None,
    head_row: int | None = None,
    mapping: Mapping[int | str, str] | None = None,
    memory: Mapping[str, Mapping[str, str]] | None = None,
    answers: Mapping[str, Any] | None = None,
    context_year: int | None = None,
    given: Mapping[str, str] | None = None,
    fixes: Mapping[tuple[int, str], str] | None = None,
    value_fixes: Mapping[tuple[str, str], str] | None = None,
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> Draft:
    """Read a list. `loaded` None reads it as a plain table (cells by head, no kinds).

    `mapping` {column index or head: target}, `answers` {mark: state} or {column: {mark: state}}, `given` {field: text}
    for every row, `fixes` {(row, field): text} and `value_fixes` {(field, raw): text} mend cells; a matter's field is
    its target (`M03`, `M03.doc_no`). Raises the Problems of `reading.open_book`, and E_NO_SHEET, E_NO_HEAD, E_MAPPING,
    E_ANSWER. A cell that cannot be read is a problem of its row, never an exception.
    """
    if isinstance(source, Book):
        return _Drafting(source, loaded, context_year, fixes or {}, value_fixes or {}, tell).whole(
            sheet, head_row, mapping, memory, answers, given or {}
        )
    with open_book(source, limits) as book:
        return draft(
            book, loaded, sheet=sheet, head_row=head_row, mapping=mapping, memory=memory, answers=answers,
            context_year=context_year, given=given, fixes=fixes, value_fixes=value_fixes, tell=tell,
        )  # fmt: skip


class _Drafting:
    """One reading: rows are gathered first, then read column by column."""

    def __init__(
        self,
        book: Book,
        loaded: Loaded | None,
        year: int | None,
        fixes: Mapping[tuple[int, str], str],
        value_fixes: Mapping[tuple[str, str], str],
        tell: Tell | None,
    ) -> None:
        self.book = book
        self.loaded = loaded
        self.year = year or (loaded.t.starts.year if loaded else None)
        self.fixes = fixes
        self.value_fixes = value_fixes
        self.tell = tell or (lambda done, total: None)
        self.skipped: list[Aside] = []
        self.groups: list[Group] = []
        self.notes: list[str] = []
        self.texts: list[str] = []
        self.totals: list[Line] = []

    def whole(
        self,
        sheet: str | int | None,
        head_row: int | None,
        chosen: Mapping[int | str, str] | None,
        memory: Mapping[str, Mapping[str, str]] | None,
        answers: Mapping[str, Any] | None,
        given: Mapping[str, str],
    ) -> Draft:
        matcher = Matcher(self.loaded)
        found = layout.find(self.book, matcher, sheet=sheet, head_row=head_row)
        columns = layout.columns_of(found, matcher, memory, chosen)
        heads = [c.head for c in columns]
        lines = self._gather(found, columns)
        self.book.ask_hidden(found.sheet.index)
        filled = fill_down(lines, columns, found.sheet.merges, found.head.last)
        rows = [DraftRow(line[0], {}, {}, line[1:], heads) for line in lines]
        for index, one in filled.items():
            rows[index].filled = one.before
            rows[index].notes.extend(one.notes)
        said = matters.legend([*found.notes, *(t for _, t in found.before), *heads, *self.texts], answers)
        questions = self._read(rows, columns, said, given) if self.loaded else self._plainly(rows, columns)
        hidden = frozenset(self.book.hidden())
        self._remark(found, columns, hidden & {r.row for r in rows})
        self.notes += totals.disagreements(self.totals, rows, columns, self.loaded, self.book.base)
        return Draft(
            self.book.name,
            _digest(self.book.path),
            found.sheet.name,
            (found.head.row, found.head.last),
            columns,
            mapping.fingerprint(found.head.paths),
            rows,
            sorted(self.skipped, key=lambda a: a.row),
            self.groups,
            questions,
            said.noted,
            _title(found),
            found.units,
            found.others,
            self.notes,
            hidden,
        )

    def _gather(self, found: Layout, columns: Sequence[Column]) -> list[Line]:
        """Rows of the list in order; everything else goes to `skipped` with its reason."""
        head = found.head
        sorter = Sorter(head, columns, found.sheet.merges)
        lines: list[Line] = []
        before = 0
        total = max(found.sheet.rows, 1)
        counts = [0]
        for line in self.book.lines(found.sheet.index):
            number = line[0]
            if number - before > 1 and lines:
                self.skipped.append(_blank(before + 1, number - 1))
            before = number
            if head.row <= number <= head.last:
                self.skipped.append(Aside(number, "表头", _said(line)))
                continue
            reason = "标题或附件行" if number < head.row else sorter.aside(line)
            if not reason:
                lines.append(line)
                counts[-1] += 1
                if len(lines) % _TOLD_EVERY == 0:
                    self.tell(len(lines), total)
                continue
            text = _said(line)
            if reason == "合计行" and not text.startswith(("小计", "本页")):
                self.totals.append(line)
            self.skipped.append(Aside(number, reason, text))
            self.texts.append(text)
            if reason == "分组标题":
                self.groups.append(group_of(number, text))
                counts.append(0)
        self.groups = [
            Group(g.row, g.label, g.stated, n) for g, n in zip(self.groups, counts[1:], strict=True)
        ]
        return lines

    def _read(
        self, rows: list[DraftRow], columns: Sequence[Column], said: Legend, given: Mapping[str, str]
    ) -> list[Question]:
        """Read every mapped column into the rows; returns what only a person can say."""
        assert self.loaded is not None
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
            code, part = mapping.split_target(column.target)
            if part == "state":
                questions += self._matters(rows, column, code, reader, said)
            else:
                self._column(rows, column, self.loaded.item_fields[part], code)
        self._defaults(rows, given)
        self._settle(rows)
        return questions

    def _column(self, rows: list[DraftRow], column: Column, field_: Field, code: str) -> None:
        """Read one column of a field, each distinct cell once."""
        assert self.loaded is not None
        listed = self.loaded.codes.get(field_.choices) if field_.choices else None
        read = kinds.reader(field_, listed, Context(column.unit or None, self.year, self.book.base))
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
                found = _parsed(read, cell)
                if kind is str and found[2] is None:
                    found = _suspected(field_, cell) or found
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
                row.problems.append(_cell_problem(row.row, column, problem, cell))

    def _kept_as_text(self, row: DraftRow, field_: Field, code: str, cell: Cell) -> bool:
        """`长期`, `尽快` in a limit: kept in the field that holds its words (`due_date` -> `due_text`)."""
        assert self.loaded is not None
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
        assert self.loaded is not None
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
                seen[cell] = found = _matter(reader, cell)
            matter, problem = found
            if problem is not None:
                row.problems.append(_cell_problem(row.row, column, problem, cell))
                continue
            if not always and matter.cells.get("state") == "待核" and not text_of(cell).strip():
                continue
            got = matter.cells
            if matter.mark:
                state = said.meaning(matter.mark, column.head, code)
                if not state:
                    asked[matter.mark] = asked.get(matter.mark, 0) + 1
                    state = matters.USUAL.get(matter.mark, "待核")
                got = {"state": state, **got}
            row.items[code] = {**row.items[code], **got} if code in row.items else got
            if matter.note:
                row.notes.append((column.target, matter.note))
        return [
            Question(column.head, column.target, mark, count, matters.USUAL.get(mark, "待核"))
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
        assert self.loaded is not None
        for key, text in given.items():
            field_ = self.loaded.fields[key]
            listed = self.loaded.codes.get(field_.choices) if field_.choices else None
            reading = kinds.parse(field_, listed, text, year=self.year)
            if reading is not None:
                for row in rows:
                    row.cells.setdefault(key, reading.value)
        self._extra_fixes(rows)

    def _extra_fixes(self, rows: list[DraftRow]) -> None:
        assert self.loaded is not None
        wanted = [(r, f, t) for (r, f), t in self.fixes.items() if f in self.loaded.fields]
        by_row = {row.row: row for row in rows} if wanted else {}
        for number, key, text in wanted:
            row = by_row.get(number)
            if row is None or key in row.cells or any(p.field == key for p in row.problems):
                continue
            field_ = self.loaded.fields[key]
            listed = self.loaded.codes.get(field_.choices) if field_.choices else None
            value, note, problem = _parsed(kinds.reader(field_, listed, Context(None, self.year)), text)
            if problem is not None:
                row.problems.append(
                    CellProblem(number, key, problem.code, problem.text, text, head=field_.title)
                )
            elif value is not None:
                row.cells[key] = value

    def _settle(self, rows: list[DraftRow]) -> None:
        """Required fields present; a matter that got only a date or number still has a state."""
        assert self.loaded is not None
        required = [f for f in self.loaded.t.fields if f.need == "create" and not f.default]
        for row in rows:
            for field_ in required:
                if field_.id not in row.cells and not any(p.field == field_.id for p in row.problems):
                    said = f"“{field_.title}”不能空，请补上"
                    row.problems.append(
                        CellProblem(row.row, field_.id, "E_REQUIRED", said, head=field_.title)
                    )
            for code, item in row.items.items():
                if not item.keys() & {"state", "needed", "result"} and item.keys() & {"d_done", "doc_no"}:
                    row.items[code] = {**item, "state": "办结"}

    def _plainly(self, rows: list[DraftRow], columns: Sequence[Column]) -> list[Question]:
        """Without a template: texts by head."""
        for row in rows:
            for column, cell in zip(columns, row.source, strict=False):
                if cell not in ("", None) and column.target != SEQ:
                    row.cells[column.head] = text_of(cell)
        return []

    def _remark(self, found: Layout, columns: Sequence[Column], hidden: frozenset[int]) -> None:
        """What concerns the sheet as a whole."""
        for group in self.groups:
            if group.stated is not None and group.stated != group.counted:
                said = f"第 {group.row} 行“{group.label}”写明 {group.stated} 个，实有 {group.counted} 行"
                self.notes.append(said)
        if hidden:
            rows = "、".join(str(r) for r in sorted(hidden)[:10]) + ("等" if len(hidden) > 10 else "")
            self.notes.append(f"有 {len(hidden)} 行在原表里是隐藏的（第 {rows} 行），也读入了")
        for column in columns:
            field_ = self.loaded.fields.get(column.target) if self.loaded else None
            if field_ and field_.kind in ("money", "area") and not column.unit:
                self.notes.append(f"“{column.head}”没有写单位，按 {kinds.own_unit(field_)} 读取，请核对")
        if found.sheet.hidden:
            self.notes.append(f"所选工作表“{found.sheet.name}”在原文件里是隐藏的")


_SECRET = re.compile("涉密|绝密|机密级|秘密级|密级[:：]")
_NOT_SECRET = re.compile("(?:不|非|无|未|是否|不属于|不属)涉密|涉密(?:情况)?[:：]?(?:否|无)|脱密|解密")


def _suspected(field_: Field, text: str) -> tuple[None, str, Problem] | None:
    """Texts that read well and yet must not pass: 涉密 words (S53 三(二), decision 11), a 同上 with nothing above."""
    if "密" in text and _SECRET.search(_NOT_SECRET.sub("", text)):
        said = (
            f"{field_.title}写有“涉密”字样，涉密项目由各部门自行保管，这一行不得导入；确不涉密的请改正这一格"
        )
        return None, "", Problem("E_SECRET_WORD", said, field=field_.id)
    if len(text) < 6 and text.strip() in DITTO:
        said = f"{field_.title}写着“{text.strip()}”，上面一行却是空的，请补上"
        return None, "", Problem("E_VALUE", said, field=field_.id)
    return None


def _cell(row: DraftRow, index: int) -> Cell:
    return row.source[index] if index < len(row.source) else None


def _parsed(read: kinds.Read, cell: Cell) -> tuple[Any, str, Problem | None]:
    try:
        reading = read(cell)
    except Problem as problem:
        return None, "", problem
    return (None, "", None) if reading is None else (reading.value, reading.note, None)


def _matter(reader: MatterReader, cell: Cell) -> tuple[matters.Matter, Problem | None]:
    try:
        return reader.read(cell), None
    except Problem as problem:
        return matters.Matter({}), problem


def _cell_problem(row: int, column: Column, problem: Problem, cell: Cell) -> CellProblem:
    near = tuple(problem.facts.get("near", ()))
    return CellProblem(row, column.target, problem.code, problem.text, text_of(cell), near, column.head)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _said(line: Line) -> str:
    return " ".join(text_of(cell).strip() for cell in line[1:] if cell not in ("", None))


def _blank(first: int, last: int) -> Aside:
    return Aside(first, "空行", "" if first == last else f"第 {first}—{last} 行")


def _title(found: Layout) -> str:
    texts = [t for _, t in found.before if not t.startswith("附件") and "单位：" not in t]
    return max(texts, key=len, default="").replace("\n", "")
