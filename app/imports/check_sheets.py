"""Several sheets of one workbook that are all the same check list: what they say together, and what else stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from app.checking.check_answers import Answer, CheckReturn, Contest, Fault, Note
from app.checking.check_lists import CONTEST, GUIDE_SHEET, MARK_SHEET, WORDS_SHEET, CheckSheet, Key
from app.imports.check_cells import CellReader
from app.imports.check_heads import Table
from app.imports.check_reading import Grid, Returned
from app.imports.drafts import text_of
from app.problem import Problem
from app.words import wording

RETURNED_SHEET = "退回说明"
_OURS = frozenset((GUIDE_SHEET, MARK_SHEET, WORDS_SHEET, RETURNED_SHEET))
_TEXT = 200
_Any = TypeVar("_Any")


def combined(reads: Sequence[CheckReturn], sent: CheckSheet, cells: CellReader) -> CheckReturn:
    """One return of all its sheets: of cells that were answered in one of them that answer.

    A cell answered differently in two is taken from neither: a fault in both says so.
    """
    if len(reads) == 1:
        return _counted(reads[0], sent, cells)
    return _counted(_Combining([_named(one) for one in reads], sent, cells).whole(), sent, cells)


def with_others(found: CheckReturn, back: Returned, tables: Sequence[Table]) -> CheckReturn:
    """The same with a note for every sheet that is none of ours and was not read."""
    read = {table.grid.name for table in tables}
    notes = [note for g in back.grids if g.name not in read and (note := _unread(g)) is not None]
    return replace(found, notes=(*found.notes, *notes)) if notes else found


def _unread(grid: Grid) -> Note | None:
    if grid.name in _OURS:
        return None
    texts = [wording.clean(text_of(c)) for line in grid.lines for c in line[1:] if text_of(c).strip()]
    if not texts:
        return None
    some = "；".join(texts)[:_TEXT]
    hidden = "隐藏的" if grid.hidden else "另一张"
    return Note(0, "", f"{hidden}工作表“{grid.name}”有 {len(texts):,} 格内容，没有读入：{some}", aside=True)


def _named(read: CheckReturn) -> CheckReturn:
    """A return whose findings name their sheet."""
    name = read.sheet

    def of(found: Sequence[_Any]) -> tuple[_Any, ...]:
        return tuple(replace(one, sheet=name) for one in found)  # type: ignore[type-var]

    return replace(
        read, added=of(read.added), unplaced=of(read.unplaced), faults=of(read.faults), touched=of(read.touched),
        notes=of(read.notes), guesses=of(read.guesses),
    )  # fmt: skip


class _Combining:
    """Gathers what the sheets say row by row."""

    def __init__(self, reads: Sequence[CheckReturn], sent: CheckSheet, cells: CellReader) -> None:
        self.reads, self.sent, self.cells = reads, sent, cells
        self.faults: list[Fault] = []

    def whole(self) -> CheckReturn:
        first = self.reads[0]
        answers: dict[Key, dict[str, Answer]] = {}
        contests: dict[Key, Contest] = {}
        for row in self.sent.rows:
            having = [one for one in self.reads if row.key in one.answers]
            if having:
                texts = self.sent.texts(row)
                answers[row.key] = self._answers(row.key, having, texts)
                contest = self._contest(row.key, having, Contest(row.contest or None, row.contest_reason))
                if contest is not None:
                    contests[row.key] = contest
        found = {key: next(one for one in self.reads if key in one.rows) for key in answers}
        return replace(
            first,
            answers=answers,
            contests=contests,
            contests_carried=any(one.contests_carried for one in self.reads),
            added=_once(
                self.reads,
                lambda one: one.added,
                lambda a: (_told(a.cells), a.code, _told(a.fills), a.reason),
            ),
            unplaced=_once(self.reads, lambda one: one.unplaced, lambda u: u.texts),
            missing=tuple(row.key for row in self.sent.rows if row.key not in answers),
            faults=tuple(f for one in self.reads for f in one.faults) + tuple(self.faults),
            touched=_once(self.reads, lambda one: one.touched, lambda t: (t.key, t.field, t.new)),
            notes=_once(self.reads, lambda one: one.notes, lambda n: (n.row, n.title, n.text)),
            guesses=_once(self.reads, lambda one: one.guesses, lambda g: (g.key, g.field, g.raw)),
            carried=frozenset().union(*(one.carried for one in self.reads)),
            rows={key: one.rows[key] for key, one in found.items()},
            sheets={key: one.sheet for key, one in found.items() if one.sheet != first.sheet},
        )

    def _answers(
        self, key: Key, having: Sequence[CheckReturn], texts: Mapping[str, str]
    ) -> dict[str, Answer]:
        out: dict[str, Answer] = {}
        for field in dict.fromkeys(f for one in having for f in one.answers[key]):
            said = [(one, one.answers[key][field]) for one in having if field in one.answers[key]]
            own = [
                (o, v) for o, v in said if not is_sent(self.sent, self.cells, field, v, texts.get(field, ""))
            ]
            if not own:
                out[field] = said[0][1]
            elif all(_same(value, own[0][1]) for _, value in own):
                out[field] = own[0][1]
            else:
                out[field] = self._twice(key, field, [one for one, _ in own])
        return out

    def _contest(self, key: Key, having: Sequence[CheckReturn], sent: Contest) -> Contest | None:
        carried = [one for one in having if one.contests_carried] or having
        said = [(one, one.contests.get(key)) for one in carried]
        before = sent if sent.kind or sent.reason else None
        own = [(one, contest) for one, contest in said if contest != before]
        if not own:
            return before
        first = own[0][1]
        if all(contest == first for _, contest in own):
            return first
        reason = next((c.reason for _, c in own if c is not None and c.reason), "")
        return Contest(self._twice(key, CONTEST, [one for one, _ in own]), reason)

    def _twice(self, key: Key, field: str, having: Sequence[CheckReturn]) -> Problem:
        titles = {c.field: c.title for c in self.sent.columns}
        places = "、".join(f"“{one.sheet}”第 {one.rows[key][0]} 行" for one in having)
        said = f"{places}是同一行，“{titles[field]}”却写得不一样，请只留一种"
        problem = Problem("E_TWICE", said, field=field)
        self.faults += [
            Fault(one.rows[key][0], 0, titles[field], problem.code, said, "", one.sheet) for one in having
        ]
        return problem


def is_sent(sent: CheckSheet, cells: CellReader, field: str, value: Answer, text: str) -> bool:
    """Whether a value is what was sent in that cell."""
    column = next(c for c in sent.fills if c.field == field)
    return not isinstance(value, Problem) and bool(value == cells.item(column, column.head, text).value)


def _counted(read: CheckReturn, sent: CheckSheet, cells: CellReader) -> CheckReturn:
    """With the number of cells that do not say what was sent."""
    filled = 0
    for row in sent.rows:
        texts = sent.texts(row)
        said = read.answers.get(row.key, {})
        filled += sum(not is_sent(sent, cells, f, v, texts.get(f, "")) for f, v in said.items())
        contest = read.contests.get(row.key)
        now = (contest.kind, contest.reason) if contest else (None, "")
        filled += (
            row.key in read.answers
            and read.contests_carried
            and now != (row.contest or None, row.contest_reason)
        )
    return replace(read, filled=filled)


def _once(
    reads: Sequence[CheckReturn],
    of: Callable[[CheckReturn], Sequence[_Any]],
    told: Callable[[_Any], object],
) -> tuple[_Any, ...]:
    """What all sheets have, once: a copied sheet repeats what was copied."""
    found: dict[object, _Any] = {}
    for one in (one for read in reads for one in of(read)):
        found.setdefault(told(one), one)
    return tuple(found.values())


def _told(cells: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, str(value)) for key, value in cells.items()))


def _same(one: Answer, other: Answer) -> bool:
    if isinstance(one, Problem) and isinstance(other, Problem):
        return one.text == other.text
    return bool(one == other)
