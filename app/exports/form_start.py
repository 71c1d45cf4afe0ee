"""Where the rows of a form begin: right below its head, or below the sums and headings that stand there first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.form_parts import child
from app.exports.form_refs import rows_named
from app.exports.form_sheet import MOST, FormSheet
from app.problem import Problem

_SUM = re.compile(r"合计|总计|小计|共计")
_LONGEST = 12  # a longer text with such a word in it is a note
_SUMS, _HEADING, _OPEN, _OTHER = "sums", "heading", "open", "other"


@dataclass(frozen=True)
class Start:
    """The first row to be filled; the form's sums say that there are rows as far as `down_to`, 0: they do not say."""

    row: int
    down_to: int = 0


def begin(form: FormSheet, sheet: str, first: int, columns: Sequence[int], seq: int) -> Start:
    """The start of the rows of a form whose head ends above row `first`.

    Rows that say 合计, 总计 or 小计, and rows merged across, are passed over until the first blank or numbered one, when
    that one is the form's: numbered, framed or counted by the sums. Raises Problem E_FORM_START where it cannot be told.
    """
    end = max(form.rows, default=0)
    passed: list[str] = []
    row, kind = first, _OTHER
    for row in range(first, min(end + 1, MOST) + 1):
        kind = _kind(form, row, columns, seq)
        if kind not in (_SUMS, _HEADING):
            break
        passed.append(kind)
    if not passed:
        if kind == _OTHER and row < end and _own(form, row + 1, columns, seq):
            raise _unclear(first, "看不出是表头还是例子")
        return Start(first)
    counted = [area for n in range(first, row) for area in _counted(form, n, sheet)]
    if counted and kind == _OPEN:
        bottom = next((bottom for top, bottom in counted if top <= row <= bottom), 0)
        if not bottom:
            raise _unclear(first, f"是合计，它的公式却没有算到要填的第 {row} 行")
        if _HEADING in passed or passed.count(_SUMS) > 1:
            _refuse_parts(form, row, columns, seq)
        return Start(row, bottom)
    if kind == _OPEN and _own(form, row, columns, seq):
        _refuse_parts(form, row, columns, seq)
        return Start(row)
    if counted or (_SUMS in passed and kind == _OPEN and row <= end and not form.framed(first, columns)):
        raise _unclear(first, "是合计，看不出各行填在它上面还是下面")
    return Start(first)


def _kind(form: FormSheet, row: int, columns: Sequence[int], seq: int) -> str:
    """What a row below the head is; one merged over several columns that are to be filled takes no row of the ledger."""
    across = any(sum(left <= column <= right for column in columns) > 1 for left, right in form.merged(row))
    if form.blank(row, columns, seq):
        return _HEADING if across else _OPEN
    told = ("".join(form.text(cell).split()) for cell in form.rows[row])
    if any(len(text) <= _LONGEST and _SUM.search(text) for text in told):
        return _SUMS
    return _HEADING if across else _OTHER


def _own(form: FormSheet, row: int, columns: Sequence[int], seq: int) -> bool:
    """Whether a row is a blank one of the form itself and not of the sheet around it."""
    numbered = form.cell(row, seq) if seq else None
    said = numbered is not None and bool(form.text(numbered))
    return _kind(form, row, columns, seq) == _OPEN and (said or form.framed(row, columns))


def _counted(form: FormSheet, row: int, sheet: str) -> list[tuple[int, int]]:
    """The rows below it that the formulas of a row speak of."""
    formulas = [child(cell, "f") for cell in form.rows.get(row, ())]
    texts = [one.text for one in formulas if one is not None and one.text]
    return [area for text in texts for area in rows_named(text, sheet) if area[0] > row]


def _refuse_parts(form: FormSheet, first: int, columns: Sequence[int], seq: int) -> None:
    """A form of several parts, each with its own rows, does not say which row of the ledger belongs to which."""
    room = form.room(first, columns, seq)
    after = room[-1] + 1 if room else first
    if _kind(form, after, columns, seq) in (_SUMS, _HEADING) and _own(form, after + 1, columns, seq):
        raise Problem(
            "E_FORM_START",
            f"表样分成几段（第 {after} 行起是下一段），看不出哪一行填在哪一段；请删去其余各段另存，再逐段填",
            row=after,
        )


def _unclear(row: int, why: str) -> Problem:
    said = f"表头下面的第 {row} 行{why}；请删去这一行，或在要填的第一行写上序号 1，另存后再填"
    return Problem("E_FORM_START", said, row=row)
