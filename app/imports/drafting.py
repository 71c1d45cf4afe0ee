"""A foreign list read against a template: every row's values, notes and problems, nothing stored yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.imports import layout, matters, totals
from app.imports.collecting import no_collecting
from app.imports.columns import ColumnReader, Fixes, ValueFixes
from app.imports.drafts import Draft, DraftRow, text_of
from app.imports.filling import fill_down
from app.imports.layout import Layout
from app.imports.mapping import FULL_SHEET, ROW_ID, SEQ, Column, Matcher, fingerprint
from app.imports.matters import Question
from app.imports.reading import Book, Limits, Line, open_book
from app.imports.sorting import GROUP, TOTAL, Aside, Group, Sorter, counted, group_of
from app.storage import files
from app.values import amounts, kinds
from app.words.templates import Loaded

Tell = Callable[[int, int], object]
_TOLD_EVERY = 2000
_MOST_BLANK = 200


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
    fixes: Fixes | None = None,
    value_fixes: ValueFixes | None = None,
    unexplained: str = "",
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> Draft:
    """Read a list. `loaded` None reads it as a plain table (cells by head, no kinds).

    `mapping` {column index or head: target}, `answers` {mark: state} or {column: {mark: state}}, `given` {field: text}
    for every row, `fixes` {(row, field): text} and `value_fixes` {(field, raw): text} mend cells; a matter's field is
    its target (`M03`, `M03.doc_no`). `unexplained` is the state of marks nobody explains: then each such cell is a
    problem, and none is asked. Raises the Problems of `reading.open_book`, and E_NO_SHEET, E_NO_HEAD, E_MAPPING,
    E_ANSWER. A cell that cannot be read is a problem of its row, never an exception.
    """
    wishes = _Wishes(
        sheet,
        head_row,
        mapping or {},
        memory or {},
        answers,
        context_year,
        given or {},
        fixes or {},
        value_fixes or {},
        unexplained,
    )
    if isinstance(source, Book):
        return _drafted(source, loaded, wishes, tell)
    with open_book(source, limits) as book:
        return _drafted(book, loaded, wishes, tell)


@dataclass(frozen=True)
class _Wishes:
    """What the caller of `draft` asked for."""

    sheet: str | int | None
    head_row: int | None
    mapping: Mapping[int | str, str]
    memory: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, Any] | None
    year: int | None
    given: Mapping[str, str]
    fixes: Fixes
    value_fixes: ValueFixes
    unexplained: str


def _drafted(book: Book, loaded: Loaded | None, wishes: _Wishes, tell: Tell | None) -> Draft:
    matcher = Matcher(loaded)
    found = layout.find(book, matcher, sheet=wishes.sheet, head_row=wishes.head_row)
    columns = layout.columns_of(found, matcher, wishes.memory, wishes.mapping)
    reader = None
    if loaded is not None:
        year = wishes.year or loaded.t.starts.year
        reader = ColumnReader(
            loaded,
            year,
            book.base,
            wishes.fixes,
            wishes.value_fixes,
            wishes.unexplained,
            _is_own(found, columns),
        )
    with no_collecting():
        return _Drafting(book, loaded, tell).whole(found, columns, reader, wishes)


class _Drafting:
    """One reading: rows are gathered first, then read column by column."""

    def __init__(self, book: Book, loaded: Loaded | None, tell: Tell | None) -> None:
        self.book = book
        self.loaded = loaded
        self.tell = tell or (lambda done, total: None)
        self.skipped: list[Aside] = []
        self.groups: list[Group] = []
        self.texts: list[str] = []
        self.totals: list[Line] = []

    def whole(
        self, found: Layout, columns: tuple[Column, ...], reader: ColumnReader | None, wishes: _Wishes
    ) -> Draft:
        heads = [c.head for c in columns]
        lines = self._gather(found, columns)
        self.book.ask_hidden(found.sheet.index)
        own = _is_own(found, columns)
        filled = {} if own else fill_down(lines, columns, found.sheet.merges, found.head.last)
        rows = [DraftRow(line[0], {}, {}, line[1:], heads) for line in lines]
        for index, one in filled.items():
            rows[index].filled = one.before
            rows[index].notes.extend(one.notes)
        around = [*found.notes, *(t for _, t in found.before), *heads, *self.texts]
        said = matters.Legend() if own else matters.legend(around, wishes.answers)
        questions = reader.read(rows, columns, said, wishes.given) if reader else _plainly(rows, columns)
        hidden = frozenset(self.book.hidden())
        notes = self._remarks(found, columns, hidden & {r.row for r in rows})
        notes += _rounded(rows, columns, self.loaded)
        notes += totals.disagreements(self.totals, rows, columns, self.loaded, self.book.base)
        return Draft(
            file=self.book.name,
            sha256=files.digest_of(self.book.path),
            sheet=found.sheet.name,
            head_rows=(found.head.row, found.head.last),
            columns=columns,
            fingerprint=fingerprint(found.head.paths, self.loaded),
            rows=rows,
            skipped=self.skipped,
            groups=self.groups,
            questions=questions,
            legend=said.noted,
            title=_title(found),
            units=found.units,
            other_sheets=found.others,
            unread=found.unread,
            notes=notes,
            hidden_rows=hidden,
        )

    def _gather(self, found: Layout, columns: Sequence[Column]) -> list[Line]:
        """Rows of the list in order; everything else goes to `skipped` with its reason."""
        sorter = Sorter(found.head, columns, found.sheet.merges, _is_own(found, columns))
        lines: list[Line] = []
        counts: list[int] = [0]
        before = 0
        for line in self.book.lines(found.sheet.index):
            number = line[0]
            if number - before > 1:
                self.skipped.extend(_blanks(before + 1, number - 1))
            before = number
            reason = found.head.aside(number) or sorter.aside(line)
            if reason:
                self._set_aside(line, reason, counts)
                continue
            lines.append(line)
            counts[-1] += 1
            if len(lines) % _TOLD_EVERY == 0:
                self.tell(len(lines), max(found.sheet.rows, len(lines)))
        self.groups = counted(self.groups, counts[1:])
        return lines

    def _set_aside(self, line: Line, reason: str, counts: list[int]) -> None:
        number, text = line[0], _said(line)
        self.skipped.append(Aside(number, reason, text))
        self.texts.append(text)
        if reason == TOTAL and not text.startswith(("小计", "本页")):
            self.totals.append(line)
        elif reason == GROUP:
            self.groups.append(group_of(number, text))
            counts.append(0)

    def _remarks(self, found: Layout, columns: Sequence[Column], hidden: frozenset[int]) -> list[str]:
        """What concerns the sheet as a whole."""
        notes = [
            f"第 {group.row} 行“{group.label}”写明 {group.stated:,} 个，实有 {group.counted:,} 行"
            for group in self.groups
            if group.stated is not None and group.stated != group.counted
        ]
        if found.unread:
            named = "、".join(f"“{name}”（{rows} 行）" for name, rows in found.unread)
            how = f"改选工作表再导入一次（命令行用 --sheet {found.unread[0][0]}）"
            notes.insert(0, f"这个文件里还有像清单的工作表 {named} 没有读，需要时{how}")
        if hidden:
            rows = "、".join(str(r) for r in sorted(hidden)[:10]) + ("等" if len(hidden) > 10 else "")
            notes.append(f"有 {len(hidden):,} 行在原表里是隐藏的（第 {rows} 行），也读入了")
        own = _is_own(found, columns)
        for column in columns:
            field = self.loaded.fields.get(column.target) if self.loaded else None
            if field and field.kind in ("money", "area") and not column.unit and not own:
                notes.append(f"“{column.head}”没有写单位，按 {kinds.own_unit(field)} 读取，请核对")
        if found.sheet.hidden:
            notes.append(f"所选工作表“{found.sheet.name}”在原文件里是隐藏的")
        return notes


def _rounded(rows: list[DraftRow], columns: Sequence[Column], loaded: Loaded | None) -> list[str]:
    """Which amounts were finer than can be kept; the cells themselves stay beside the entry (decision 17)."""
    found: dict[str, list[int]] = {}
    for row in rows:
        for target, note in row.notes:
            if amounts.ROUNDED in note:
                found.setdefault(target, []).append(row.row)
    said = []
    for column in columns:
        if numbers := found.get(column.target):
            field = loaded.fields.get(column.target) if loaded else None
            least = " 1 分" if field and field.kind == "money" else "记得下的"
            shown = "、".join(map(str, numbers[:10])) + ("等" if len(numbers) > 10 else "")
            said.append(
                f"“{column.head}”有 {len(numbers):,} 格比{least}还细，按四舍五入读入（第 {shown} 行），原来的数留在原始内容里"
            )
    return said


def _is_own(found: Layout, columns: Sequence[Column]) -> bool:
    """Whether this is the sheet 全部字段 of our own export, which is read literally (decision 26)."""
    return found.sheet.name == FULL_SHEET and any(c.target == ROW_ID for c in columns)


def _plainly(rows: list[DraftRow], columns: Sequence[Column]) -> list[Question]:
    """Without a template: texts by head."""
    for row in rows:
        for column, cell in zip(columns, row.source, strict=False):
            if cell not in ("", None) and column.target != SEQ:
                row.cells[column.head] = text_of(cell)
    return []


def _said(line: Line) -> str:
    return " ".join(text_of(cell).strip() for cell in line[1:] if cell not in ("", None))


def _blanks(first: int, last: int) -> list[Aside]:
    """Blank rows one by one; a long gap, which only a stray cell far below makes, as one."""
    if last - first < _MOST_BLANK:
        return [Aside(row, "空行") for row in range(first, last + 1)]
    return [Aside(first, "空行", f"第 {first}—{last} 行")]


def _title(found: Layout) -> str:
    texts = [t for _, t in found.before if not t.startswith("附件") and "单位：" not in t]
    return max(texts, key=len, default="").replace("\n", "")
