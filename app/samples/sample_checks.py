"""A sample check round: the league's list split among two sponsors, and what the departments answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl

from app.checking.check_lists import CHECK_SHEET, MATTER_HEAD
from app.engine import storing
from app.engine.freezing import refuse_outside_part
from app.engine.rows import OPEN_STATES, Cells, Held
from app.exports import books
from app.exports.check_xlsx import HEAD_ROW
from app.ledger import entries, ledgers
from app.ledger.entries import RowChange
from app.ledger.recording import Recorder
from app.office import Office
from app.samples.sample import LIST, SEED
from app.storage import files
from app.words.templates import Loaded

SPONSORS = ("发改委", "工信局")
SEVENTH = "农牧局"
GRASS = "M07"
_HEAD, _SPONSOR_COLUMN = 5, 8
_PEOPLE = "子丑寅卯辰巳午未"


def split(folder: Path, *, file: Path = LIST, most: int = 0) -> dict[str, Path]:
    """The list of the league as one workbook for each sponsor, rows in their order; `most` keeps only so many of each."""
    made = {}
    for sponsor in SPONSORS:
        book = openpyxl.load_workbook(file)
        sheet = book.worksheets[0]
        kept = [
            [(cell.value, copy(cell._style)) for cell in row]
            for row in sheet.iter_rows(min_row=_HEAD + 1)
            if sponsor in str(row[_SPONSOR_COLUMN - 1].value or "")
        ]
        kept = kept[:most] if most else kept
        for area in [a for a in sheet.merged_cells.ranges if a.max_row > _HEAD]:
            sheet.unmerge_cells(str(area))
        for number, cells in enumerate(kept, _HEAD + 1):
            for column, (value, style) in enumerate(cells, 1):
                cell = sheet.cell(number, column)
                cell.value, cell._style = value, style
        sheet.delete_rows(_HEAD + 1 + len(kept), sheet.max_row)
        made[sponsor] = folder / f"立项清单（{sponsor}）.xlsx"
        _save(book, made[sponsor])
    return made


def hand_over(office: Office, ledger: str, *, most: int = 12) -> int:
    """Some grassland matters go to a seventh department; returns how many."""
    with office.write("补齐样例") as work:
        line = ledgers.line_of(work.connection, ledger)
        rows = (
            held for held in storing.every_held(work.connection, ledger)
            if held.standing == "open" and held.items.get(GRASS, {}).get("state") in OPEN_STATES
        )  # fmt: skip
        changes = [
            RowChange(held.id, {}, {GRASS: {"dept": SEVENTH}})
            for held, _ in zip(rows, range(most), strict=False)
        ]
        return entries.update_many(work, line, office, changes, {})


def answer(office: Office, check: str) -> tuple[int, int]:
    """A department checks its whole part in one go; returns projects and matters."""
    matters = 0
    with office.write("核查填报") as work:
        line = ledgers.line_of(work.connection, check)
        recorder = Recorder(work, line, office.calendar())
        rows = list(storing.every_held(work.connection, check))
        for held, items in _answers(line.loaded, rows):
            new = entries.amended(line, held, {}, items)
            refuse_outside_part(line.loaded, held, new)
            recorder.put(held, new, "amend")
            matters += len(items)
        recorder.flush()
    return len(rows), matters


def _answers(loaded: Loaded, rows: list[Held]) -> Iterator[tuple[Held, dict[str, Cells]]]:
    dice = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    for index, held in enumerate(rows):
        yield held, {code: _checked(dice, index, item) for code, item in held.items.items()}


def _checked(dice: random.Random, index: int, item: Cells) -> Cells:
    out: Cells = {"verified": "与档案一致" if dice.random() < 0.8 else "档案缺，已电话核实"}
    if item.get("state") == "待核":
        out["state"] = "未办"
    if item.get("state") in OPEN_STATES:
        out |= {
            "handler": f"责任人{_PEOPLE[index % 8]}",
            "handler_title": "股长",
            "handler_tel": f"1390000{index:04}",
        }
        if not item.get("due_date"):
            out["due_date"] = "2022-12-31"
    return out


def fill_workbook(file: Path, out: Path, *, spoil: bool = False) -> int:
    """A department without the program fills its workbook in; with `spoil` one date cannot be read. Returns matters."""
    book = openpyxl.load_workbook(file)
    sheet: Any = book[CHECK_SHEET]
    heads = {cell.value: cell.column for cell in sheet[HEAD_ROW]}
    rows = [n for n in range(HEAD_ROW + 1, sheet.max_row + 1) if sheet.cell(n, heads["项目名称"]).value]
    for number in rows:
        sheet.cell(
            number, heads["核查情况"]
        ).value = f"与档案一致（{sheet.cell(number, heads[MATTER_HEAD]).value}）"
    if spoil:
        sheet.cell(rows[0], heads["受理日期"]).value = "上个月底"
    _save(book, out)
    return len(rows)


def _save(book: Any, out: Path) -> None:
    files.write_whole(out, lambda part: books.save(book, part))
    book.close()
