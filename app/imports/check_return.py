"""A returned check list judged against what was sent: every row placed or named, every cell read or named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.checking.check_answers import AddedRow, Answer, CheckReturn, Contest, Fault, Guess, Note, Unplaced
from app.checking.check_lists import CONTEST, CONTEST_REASON, NEW_ROW, CheckSheet, Key
from app.imports import check_heads, check_sheets, matters
from app.imports.check_cells import CellReader
from app.imports.check_heads import Table
from app.imports.check_placing import Placer, Placing
from app.imports.check_reading import Returned, look
from app.imports.check_rows import Rows, SheetRow
from app.imports.drafts import text_of
from app.imports.reading import Limits
from app.problem import Problem
from app.words import wording
from app.words.templates import Loaded

_GUIDE_ROWS = 60
_MORE_ROWS = 5_000
"""So many rows may come beside three times what was sent: each is looked for among all that were."""


def read(
    path: Path,
    loaded: Loaded,
    sent: CheckSheet,
    *,
    answers: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> CheckReturn:
    """Read and judge a returned list. Raises the Problems of `reading.open_book` and of `judge`."""
    return judge(look(path, limits), loaded, sent, answers=answers)


def judge(
    back: Returned, loaded: Loaded, sent: CheckSheet, *, answers: Mapping[str, Any] | None = None
) -> CheckReturn:
    """What came back, row by row. `answers` say what marks mean ({"√": "办结"}), as for an imported list.

    Raises Problem E_NOT_A_CHECKLIST, E_OTHER_LIST (the mark names another ledger or department), E_TOO_MANY_ROWS,
    E_ANSWER.
    """
    _refuse_other(back, sent)
    tables = check_heads.find_all(back, loaded, sent)
    for table in tables:
        _refuse_flood(back, table, sent)
    cells = CellReader(loaded, sent, back.base, matters.legend(_around(back, tables), answers))
    found = check_sheets.combined(
        [_judged(back, loaded, sent, table, cells) for table in tables], sent, cells
    )
    found = check_sheets.with_others(found, back, tables)
    if not found.rows and back.mark is None and back.code != sent.mark.code:
        raise Problem(
            "E_NOT_A_CHECKLIST",
            f"“{back.file}”不像发给{sent.mark.dept}的核查表：{back.mark_lost}，行也一条都对不上",
            sheets=[grid.name for grid in back.grids],
        )
    return found


def _judged(back: Returned, loaded: Loaded, sent: CheckSheet, table: Table, cells: CellReader) -> CheckReturn:
    rows = Rows(back, table, sent, cells)
    placer = Placer(sent, loaded, back.ids, rows.plain)
    placings = placer.place([rows.seen(row, placer) for row in rows.rows])
    return _Judging(back, sent, rows, placer).whole(placings)


def _around(back: Returned, tables: Sequence[Table]) -> Iterator[str]:
    """Texts that may explain marks: what stands above the tables and on the other sheets."""
    heads = {table.grid.name: table.head for table in tables}
    for grid in back.grids:
        last = heads.get(grid.name, _GUIDE_ROWS)
        for line in grid.lines if not grid.hidden else ():
            if line[0] <= last:
                yield from (cell for cell in line[1:] if isinstance(cell, str))


def _refuse_other(back: Returned, sent: CheckSheet) -> None:
    mark = back.mark
    if mark is None or (mark.ledger, mark.dept) == (sent.mark.ledger, sent.mark.dept):
        return
    said = (
        f"是发给{mark.dept}的，不是{sent.mark.dept}的"
        if mark.ledger == sent.mark.ledger
        else f"是{mark.office}另一本台账的核查表"
    )
    raise Problem("E_OTHER_LIST", f"“{back.file}”{said}，没有读取", mark=mark.code)


def _refuse_flood(back: Returned, table: Table, sent: CheckSheet) -> None:
    rows = sum(line[0] > table.head for line in table.grid.lines)
    if rows > _MORE_ROWS + 3 * len(sent.rows):
        raise Problem(
            "E_TOO_MANY_ROWS",
            f"“{back.file}”的“{table.grid.name}”里有 {rows:,} 行，发出去的只有 {len(sent.rows):,} 行，没有读取；"
            "请删掉不是核查内容的行，或请对方重新填好交回",
            file=back.file, rows=rows, sent=len(sent.rows),
        )  # fmt: skip


class _Judging:
    """Gathers the outcome of one list."""

    def __init__(self, back: Returned, sent: CheckSheet, rows: Rows, placer: Placer) -> None:
        self.back = back
        self.sent = sent
        self.rows = rows
        self.placer = placer
        self.carried = frozenset(rows.table.places.keys() & {c.field for c in sent.fills})
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        self.added: list[AddedRow] = []
        self.unplaced: list[Unplaced] = []
        self.guesses: list[Guess] = []

    def whole(self, placings: Sequence[Placing]) -> CheckReturn:
        placed: dict[Key, list[SheetRow]] = defaultdict(list)
        self._note_placing(placings)
        for row, one in zip(self.rows.rows, placings, strict=True):
            if one.key is not None:
                placed[one.key].append(row)
            elif one.added:
                self._add(row)
            else:
                texts = tuple(text_of(c) for c in row.cells if text_of(c).strip())
                self.unplaced.append(Unplaced(row.number, one.reason, texts))
        answers, contests, touched = {}, {}, []
        for sent in self.sent.rows:
            if several := placed.get(sent.key):
                touched += [t for row in several for t in self.rows.touched(row, sent)]
                answers[sent.key] = self._answers(several, self.sent.texts(sent))
                self._guessed(sent.key, several, answers[sent.key])
                if contest := self._contest(several):
                    contests[sent.key] = contest
        places = self.rows.table.places
        return CheckReturn(
            file=self.back.file,
            form=self.back.form,
            sheet=self.rows.table.grid.name,
            mark=self.back.mark,
            mark_lost=self.back.mark_lost,
            answers=answers,
            contests=contests,
            contests_carried=CONTEST in places,
            added=tuple(self.added),
            unplaced=tuple(self.unplaced),
            missing=tuple(row.key for row in self.sent.rows if row.key not in placed),
            faults=tuple(sorted({*self.rows.faults, *self.faults, *self.rows.unsure()}, key=_place)),
            touched=tuple(touched),
            notes=tuple(dict.fromkeys((*self.rows.notes, *self.notes))),
            carried=self.carried,
            rows={key: tuple(row.number for row in several) for key, several in placed.items()},
            guesses=tuple(self.guesses),
        )

    def _note_placing(self, placings: Sequence[Placing]) -> None:
        """How rows were placed that their hidden ids do not name; said once for all that are alike."""
        told: dict[str, list[int]] = defaultdict(list)
        for one in placings:
            if one.note:
                told[one.note].append(one.row)
        for said, numbers in told.items():
            some = "、".join(map(str, numbers[:20])) + ("等" if len(numbers) > 20 else "")
            self.notes.append(Note(0, "", f"{len(numbers):,} 行{said}（第 {some} 行）", aside=True))

    def _guessed(self, key: Key, several: Sequence[SheetRow], said: Mapping[str, Answer]) -> None:
        """The dates of a row that are taken for days though none were written."""
        for field, value in said.items():
            for row in several:
                if (row.number, field) in self.rows.guessed and not isinstance(value, Problem):
                    read, raw = self.rows.guessed[row.number, field]
                    place = self.rows.table.places[field][0] + 1
                    title = self.rows.title(field)
                    self.guesses.append(Guess(row.number, place, key, field, title, read, raw))

    def _answers(self, several: Sequence[SheetRow], texts: Mapping[str, str]) -> dict[str, Answer]:
        """One value per column that came back; two rows that stand for the same one must agree."""
        said = [self.rows.fills(row, texts) for row in several]
        return {field: self._agreed(field, several, [one[field] for one in said]) for field in said[0]}

    def _agreed(self, field: str, several: Sequence[SheetRow], values: Sequence[Answer]) -> Answer:
        if all(_same(value, values[0]) for value in values):
            return values[0]
        numbers = "、".join(str(row.number) for row in several)
        title = self.rows.title(field)
        problem = Problem(
            "E_TWICE", f"第 {numbers} 行是同一行，“{title}”却写得不一样，请只留一行", field=field
        )
        for row in several[1:]:
            self._fault(row, field, problem)
        return problem

    def _contest(self, several: Sequence[SheetRow]) -> Contest | None:
        said = [self.rows.contest(row) for row in several]
        kind = self._agreed(CONTEST, several, [one[0] for one in said])
        reason = next((one[1] for one in said if one[1]), "")
        if kind is None and not reason:
            return None
        first = several[0]
        if not reason:
            self._fault(
                first, CONTEST_REASON, Problem("E_REQUIRED", "有异议的要写明理由", field=CONTEST_REASON)
            )
        if kind is None:
            words = "、".join(self.sent.contests)
            kind = Problem("E_REQUIRED", f"写了异议理由，请在“异议”里选一项：{words}", field=CONTEST)
            self._fault(first, CONTEST, kind)
        return Contest(kind, reason)

    def _add(self, row: SheetRow) -> None:
        seen = self.rows.seen(row, self.placer)
        heads = self.rows.heads(row)
        matter = self.rows.text(row, self.sent.matter.field)
        code = self.placer.matter_code(matter)
        reason = self.rows.text(row, self.sent.added_reason.field)
        for field, value, said in (
            ("name", heads.get("name"), f"{NEW_ROW}的项目要写明项目名称"),
            (self.sent.added_reason.field, reason, f"{NEW_ROW}的项目要写明{self.sent.added_reason.title}"),
            (self.sent.matter.field, matter, f"{NEW_ROW}的项目要写明{self.sent.matter.title}"),
        ):
            if value is None or value == "":
                self._fault(row, field, Problem("E_REQUIRED", said, field=field))
        if matter and not code:
            said = f"没有“{matter}”这个事项，可选：{'、'.join(title for _, title in self.sent.matters)}"
            self._fault(row, self.sent.matter.field, Problem("E_NO_ITEM", said, raw=matter))
        fills = self._days_only(row, self.rows.fills(row))
        cells = self._days_only(row, heads)
        self.added.append(
            AddedRow(row.number, self.placer.entry_of(seen.parts), cells, code, fills, wording.clean(reason))
        )

    def _days_only(self, row: SheetRow, cells: Mapping[str, Answer]) -> dict[str, Answer]:
        """What stands in the cells of an added row; a guessed day of it is not taken, and said."""
        found: dict[str, Answer] = {}
        for field, value in cells.items():
            if (row.number, field) in self.rows.guessed:
                raw = self.rows.guessed[row.number, field][1]
                said = f"“{raw}”不是准确日期，没有采用，请写成 2022-08-05 这样的日期"
                self._fault(row, field, Problem("E_DATE", said, field=field, raw=raw))
            elif value is not None:
                found[field] = value
        return found

    def _fault(self, row: SheetRow, field: str, problem: Problem) -> None:
        self.faults.append(self.rows.fault(row, field, problem))


def _place(fault: Fault) -> tuple[int, int, str]:
    return fault.row, fault.column, fault.code


def _same(one: Answer, other: Answer) -> bool:
    if isinstance(one, Problem) and isinstance(other, Problem):
        return one.code == other.code and one.text == other.text
    return bool(one == other)
