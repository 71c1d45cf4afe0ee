"""Where the rows of a form begin: right below its head, or below the sums and headings that stand there first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.exports.form_refs import rows_named
from app.exports.form_sheet import MOST, FormSheet
from app.problem import Problem

_SUM = re.compile(r"合计|总计|小计|共计")
_COUNTS = re.compile(r"(?:SUM|COUNT|SUBTOTAL|AVERAGE)\w*\(", re.IGNORECASE)
_LONGEST = 12  # a longer text with such a word in it is a note
_NEAR = 3  # so many rows below a strange one are looked at
_SUMS, _HEADING, _OPEN, _OTHER = "sums", "heading", "open", "other"


@dataclass(frozen=True)
class Start:
    """The first row to be filled; the form's sums say that there are rows as far as `down_to`, 0: they do not say."""

    row: int
    down_to: int = 0


def begin(form: FormSheet, first: int, columns: Sequence[int], seq: int) -> Start:
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
    if kind == _OTHER:
        _refuse_taken(form, row, columns, seq)
        if any(_own(form, later, columns, seq) for later in range(row + 1, min(end, row + _NEAR) + 1)):
            raise _unclear(row, "看不出是表头还是例子")
    if not passed:
        return Start(first)
    counted = [area for n in range(first, row) for area in _counted(form, n)]
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


def _counted(form: FormSheet, row: int) -> list[tuple[int, int]]:
    """The rows below it that the formulas of a row speak of."""
    return [area for area in _named(form, row) if area[0] > row]


def _named(form: FormSheet, row: int) -> list[tuple[int, int]]:
    """All rows that the formulas of a row speak of."""
    return [
        area for one in form.formulas(row).values() if one.text for area in rows_named(one.text, form.name)
    ]


def hold_sums(form: FormSheet, first: int, last: int, columns: Sequence[int]) -> None:
    """Whether each sum counts all the filled rows, `first` to `last`, or none. Raises Problem E_FORM_SUMS.

    A row right below them that sums up what is not filled is refused as well: the rows would stand beside the form's own.
    """
    filled = set(range(first, last + 1))
    for row in sorted(form.rows):
        named = [] if row in filled else _named(form, row)
        for one in form.formulas(row).values() if named else ():
            areas = list(rows_named(one.text or "", form.name))
            met = {n for top, bottom in areas for n in range(max(top, first), min(bottom, last) + 1)}
            if met and met != filled and (len(met) > 1 or _kind(form, row, columns, 0) == _SUMS):
                raise _short(row, f"只算到{_span(min(met), max(met))}", first, last)
            over = any(top < bottom < row or top > row for top, bottom in areas)
            counts = _COUNTS.search(one.text or "") and any(top != row for top, _ in areas)
            if not met and row == last + 1 and (over or counts):
                raise _short(row, "没有算到填的行", first, last)


def _span(first: int, last: int) -> str:
    return f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"


def _short(row: int, why: str, first: int, last: int) -> Problem:
    said = f"填好后第 {row} 行的公式{why}，填的却是{_span(first, last)}，合计会不对；"
    return Problem("E_FORM_SUMS", f"{said}请在表样里把这个公式改成算到所有要填的行，另存后再填", row=row)


def _refuse_taken(form: FormSheet, row: int, columns: Sequence[int], seq: int) -> None:
    """A row of somebody's numbers or words stands where the first row should go."""
    numbered = form.cell(row, seq) if seq else None
    told = [
        form.text(cell)
        for column in columns
        if column != seq and (cell := form.cell(row, column)) is not None
    ]
    said = [text for text in told if text and ":" not in text and "：" not in text]
    number = numbered is not None and form.text(numbered).isdigit()
    if len(said) > 1 or (number and said):
        raise Problem(
            "E_FORM_START",
            f"表头下面的第 {row} 行已经写着内容（{'、'.join(said[:2])[:40]}）；请清空表样里的旧内容或例子，只留序号，另存后再填",
            row=row,
        )


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
