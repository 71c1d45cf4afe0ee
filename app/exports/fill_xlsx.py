"""Somebody else's workbook filled row by row; everything that is not a filled cell stays as it came."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from app.exports.form_parts import Parts, ask_recalculation, child, local, shift_others
from app.exports.form_refs import Shift
from app.exports.form_sheet import FormSheet, Looks, Value
from app.exports.form_start import begin, hold_sums
from app.problem import Problem
from app.storage.files import write_whole
from app.storage.sniff import ZIP_FAULTS, damaged

__all__ = ["Filled", "Value", "fill_form"]


@dataclass(frozen=True)
class Filled:
    """How the form took the rows: its blank rows, and how many had to be let in; `over`: columns whose formulas went."""

    rows: int
    room: int
    extra: int
    first: int
    over: tuple[int, ...] = ()


def fill_form(
    form: Path,
    sheet: str,
    head: int,
    columns: Sequence[int],
    seq: int,
    rows: Sequence[Sequence[Value]],
    out: Path,
) -> Filled:
    """Fill the rows below row `head` of a sheet and write the workbook to `out`.

    `columns` (from 1) are the places of a row's values, `seq` the one that counts, 0 for none. Rows that find no blank
    one are let in, looking as the last blank one; what lies lower moves, sums that end there grow, and the program that
    opens the file works everything out. Rows of sums and of headings right below the head are passed over. Raises
    Problem E_FORM_LOCKED, E_FORM_START, E_FORM_FORMULA, E_FORM_SUMS, E_FORM_FULL, E_BOOK_DAMAGED, E_BOOK_LARGE,
    E_CELL_TOO_LONG, E_CONTROL_CHAR and those of writing.
    """
    try:
        parts = Parts(form)
    except ZIP_FAULTS as error:
        raise damaged(form.name) from error
    try:
        part = _part_of(parts, sheet)
        opened = FormSheet(sheet, parts.xml(part), _looks(parts), _texts(parts), mac=_mac(parts))
        if opened.protected:
            said = "有保护，填不进去；请让发来的单位取消保护，或自己取消后另存再填"
            raise Problem("E_FORM_LOCKED", f"“{form.name}”的工作表“{sheet}”{said}", sheet=sheet)
        start = begin(opened, head + 1, columns, seq)
        room = opened.room(start.row, columns, seq, min(start.down_to, start.row + len(rows)))
        extra = max(0, len(rows) - len(room))
        last = room[-1] if room else start.row - 1
        if max([*opened.rows, last]) + extra > 1_048_576:
            raise Problem("E_FORM_FULL", f"“{form.name}”放不下 {len(rows):,} 行")
        if extra:
            shift = Shift(sheet, last, extra, bool(room))
            opened.let_in(shift, room[-1] if room else 0, start.row, columns)
            parts.put(part, opened.root)
            shift_others(parts, part, shift)
        if rows:
            hold_sums(opened, start.row, start.row + len(rows) - 1, columns)
        over = opened.formed(start.row, len(rows), [column for column in columns if column != seq])
        for number, values in enumerate(rows, start.row):
            for column, value in zip(columns, values, strict=True):
                opened.fill(number, column, value)
        opened.forget_results()
        parts.put(part, opened.root)
        ask_recalculation(parts)
        write_whole(out, parts.write)
    except (ValueError, KeyError, TypeError, IndexError, BadZipFile, zlib.error) as error:
        raise damaged(form.name) from error  # a workbook that says of itself what no workbook is
    finally:
        parts.close()
    return Filled(len(rows), len(room), extra, start.row, over)


def _part_of(parts: Parts, sheet: str) -> str:
    """The part that a sheet's name stands for."""
    related = parts.related(parts.workbook)
    for one in parts.xml(parts.workbook).iter():
        if local(one) == "sheet" and one.get("name") == sheet:
            named = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
            if named in related:
                return related[named][1]
    raise Problem("E_NO_SHEET", f"“{parts.path.name}”里没有工作表“{sheet}”")


def _looks(parts: Parts) -> Looks:
    kinds = parts.related(parts.workbook).values()
    return Looks(parts, next((path for kind, path in kinds if kind == "styles"), "xl/styles.xml"))


def _texts(parts: Parts) -> Sequence[str]:
    """The shared texts without blanks around."""
    kinds = parts.related(parts.workbook).values()
    part = next((path for kind, path in kinds if kind == "sharedStrings"), "")
    if part not in parts.names:
        return ()
    return ["".join(one.itertext()).strip() for one in parts.xml(part)]


def _mac(parts: Parts) -> bool:
    about = child(parts.xml(parts.workbook), "workbookPr")
    return about is not None and about.get("date1904", "0") in ("1", "true")
