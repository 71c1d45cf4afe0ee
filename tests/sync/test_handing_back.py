"""退回: every fault of a returned workbook stands as a comment at its cell, whatever was done to the sheet."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Border, Font, PatternFill, Side

from app.exports.check_comments import AUTHOR, LIST_SHEET, TINT
from app.ledger import entries
from app.problem import Problem
from app.rounds import rounds
from sync.merges import handing_back
from tests.sync.rounds_world import FOREST, Play, played

HEAD = 5
PINK = PatternFill("solid", fgColor="FFC0CB")


def begun(made: Play) -> None:
    for number in range(1, 4):
        entries.amend(made.sponsor, made.rows[f"项目{number}"], {"place": f"某镇{number}"})
    rounds.begin(made.sponsor, made.ledger)


world = played(then=begun)


def at(sheet: Any, title: str) -> int:
    return next(int(cell.column) for cell in sheet[HEAD] if cell.value == title)


def row_of(sheet: Any, name: str, matter: str) -> int:
    heads = [at(sheet, title) for title in ("项目名称", "审批事项")]
    return next(
        n
        for n in range(HEAD + 1, sheet.max_row + 1)
        if [sheet.cell(n, c).value for c in heads] == [name, matter]
    )


def mangled(world: Play) -> Path:
    """Their workbook: sorted backwards, a column put in before the others, cells merged, painted, and faults typed."""
    file = world.push(FOREST)[FOREST]
    book = openpyxl.load_workbook(file)
    sheet = book["核查表"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=HEAD + 1, max_row=HEAD + 6)]
    for number, values in enumerate(reversed(rows), HEAD + 1):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column).value = value
    sheet.cell(row_of(sheet, "项目1", "林地征占"), at(sheet, "受理日期")).value = "很快"
    sheet.cell(row_of(sheet, "项目2", "草地征占"), at(sheet, "核查情况")).value = "已核"
    sheet.cell(row_of(sheet, "项目3", "林地征占"), at(sheet, "建设地点")).value = "别的地方"
    stray = row_of(sheet, "项目3", "草地征占")
    sheet.cell(stray, at(sheet, "行标识（勿改）")).value = None
    sheet.cell(stray, at(sheet, "项目名称")).value = "谁也不认得"
    note = at(sheet, "备注")
    first = row_of(sheet, "项目2", "林地征占")
    sheet.cell(first, note).value = CellRichText("平", TextBlock(InlineFont(b=True), "粗"))
    sheet.cell(first, note).font = Font(name="楷体", size=15, color="FF0000")
    sheet.cell(first, note).border = Border(left=Side("thick"))
    sheet.cell(first, note).fill = PINK
    sheet.insert_cols(3)
    sheet.cell(HEAD, 3).value = "本局编号"
    for number in range(HEAD + 1, HEAD + 7):
        sheet.cell(number, 3).value = f"甲{number}"
    sheet.column_dimensions["C"].width = 33
    who = at(sheet, "事项责任人")
    top = min(row_of(sheet, "项目2", matter) for matter in ("林地征占", "草地征占"))
    sheet.cell(top, who).value = "王五"
    sheet.merge_cells(start_row=top, end_row=top + 1, start_column=who, end_column=who)
    out = world.folder / "林草局交回.xlsx"
    book.save(out)
    return out


def looks(path: Path) -> dict[str, Any]:
    """Value and format of every cell, widths, merged cells and validations."""
    book = openpyxl.load_workbook(path, rich_text=True)
    sheet = book["核查表"]
    cells: dict[str, Any] = {
        c.coordinate: (repr(c.value), c.font.name, c.font.size, c.border.left.style, c.fill.fgColor.rgb, c.number_format)
        for row in sheet.iter_rows()
        for c in row
    }  # fmt: skip
    cells["widths"] = tuple(sorted((k, d.width) for k, d in sheet.column_dimensions.items()))
    cells["merged"] = tuple(sorted(str(r) for r in sheet.merged_cells.ranges))
    cells["lists"] = tuple(sorted(str(v.sqref) for v in sheet.data_validations.dataValidation))
    return cells


def test_faults_refusals_and_strays_stand_at_their_cells(world: Play) -> None:
    """SB 四(一): sorted rows, an inserted column and merged cells move nothing away from its cell."""
    file = mangled(world)
    entries.amend(world.sponsor, world.rows["项目2"], {}, {"M07": {"dept": "农牧局"}})
    before = file.read_bytes()
    out = world.folder / "退回.xlsx"
    change = handing_back.hand_back(world.sponsor, file, out)
    assert file.read_bytes() == before, "theirs is only read"
    assert (change.facts["unplaced"], change.facts["touched"], change.facts["marked"]) == (1, 1, 5)
    sheet = openpyxl.load_workbook(out)["核查表"]
    marked = {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment}
    day = sheet.cell(row_of(sheet, "项目1", "林地征占"), at(sheet, "受理日期"))
    refused = sheet.cell(row_of(sheet, "项目2", "草地征占"), at(sheet, "核查情况"))
    place = sheet.cell(row_of(sheet, "项目3", "林地征占"), at(sheet, "建设地点"))
    assert "受理日期" in marked[day.coordinate] and day.comment.author == AUTHOR
    assert "现已不归该部门办理" in marked[refused.coordinate] and refused.value == "已核"
    assert "已锁定" in marked[place.coordinate] and "某镇3" in marked[place.coordinate]
    assert sum("对不上号" in text for text in marked.values()) == 1 and len(marked) == 5


def test_the_rest_of_the_workbook_looks_as_it_did(world: Play) -> None:
    file = mangled(world)
    out = world.folder / "退回.xlsx"
    handing_back.hand_back(world.sponsor, file, out)
    before, after = looks(file), looks(out)
    changed = {key for key in before if before[key] != after[key]}
    assert len(changed) == 3 and before.keys() == after.keys()
    for key in changed:
        assert after[key][4].endswith(TINT) and before[key][:4] == after[key][:4]
    assert LIST_SHEET in openpyxl.load_workbook(out).sheetnames
    bold = [value for value, *_ in after.values() if "粗" in str(value)]
    assert len(bold) == 1 and "TextBlock" in bold[0], "the letters they set bold stay so"


def test_what_the_copy_cannot_keep_is_said(world: Play) -> None:
    file = mangled(world)
    shape = b'<xdr:wsDr xmlns:xdr="x"><xdr:sp macro=""/></xdr:wsDr>'
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/drawings/drawing9.xml", shape)
        archive.writestr("xl/ctrlProps/ctrlProp1.xml", b"<x/>")
    change = handing_back.hand_back(world.sponsor, file, world.folder / "退回.xlsx")
    assert "控件、文本框和形状不能原样带到退回件里" in change.said


def test_a_sheet_without_faults_says_so(world: Play) -> None:
    file = world.push(FOREST)[FOREST]
    change = handing_back.hand_back(world.sponsor, file, world.folder / "退回.xlsx")
    assert change.said == "没有要退回的问题" and change.facts["marked"] == 0


def test_the_original_and_other_files_are_refused(world: Play) -> None:
    file = world.push(FOREST)[FOREST]
    before = file.read_bytes()
    for given, out, code in ((file, file, "E_SAME_FILE"), (world.folder / "x.qidi", file, "E_NOT_WORKBOOK")):
        with pytest.raises(Problem) as caught:
            handing_back.hand_back(world.sponsor, given, out)
        assert caught.value.code == code and file.read_bytes() == before
