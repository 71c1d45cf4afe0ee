"""The sheet that says how a check list is filled, and the hidden one by which it is known again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.styles import Alignment, Border, Font

from app.checking.check_lists import (
    CONTEST,
    CONTEST_REASON,
    MARK_SHEET,
    CheckColumn,
    CheckSheet,
    identity_digest,
)
from app.exports.safe_text import bearable, dangerous
from app.exports.sheet_looks import FONTS, GRID, height_of

BRIEFLY = (
    "只填浅黄色的格子，其余已锁定。一行是一个项目的一个审批事项。对整行有异议的，选“异议”并写理由。"
    "清单里没有的项目，填在表末“新增”各行。详见“填表说明”。"
)
_WIDTHS = (22.0, 62.0, 62.0)
_HOW = {
    "date": "日期，写成 2022-8-20 这样",
    "enum": "从下拉里选一项",
    "money": "数字",
    "int": "整数",
    "phone": "手机号，或带区号的固定电话",
    "person": "姓名",
}


def add(sheet: Any, check: CheckSheet) -> None:
    """Write the guide: steps first, then what belongs into each column."""
    for letter, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    row = 1
    _put(sheet, row, 1, "填表说明", "title")
    for row, text in enumerate(_steps(check), 2):
        _put(sheet, row, 1, text, "line")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
        sheet.row_dimensions[row].height = height_of([text], [sum(_WIDTHS)]) + 4
    for at, text in enumerate(("栏目", "怎么填", "可选内容"), 1):
        _put(sheet, row + 2, at, text, "head")
    for number, texts in enumerate(_columns(check), row + 3):
        for at, text in enumerate(texts, 1):
            _put(sheet, number, at, text, "body")
        sheet.row_dimensions[number].height = height_of(texts, _WIDTHS) + 3
    sheet.row_dimensions[1].height = 36
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.protection.enable()


def add_mark(book: Any, check: CheckSheet) -> None:
    """The hidden sheet: the mark, then each row's id with a digest of what names it."""
    sheet = book.create_sheet(MARK_SHEET)
    sheet.sheet_state = "hidden"
    places = {c.field: i for i, c in enumerate(check.heads)}
    lines = [(check.mark.text, "")]
    for one in check.rows:
        code, name = (one.heads[places[f]] if f in places else "" for f in ("project_code", "name"))
        lines.append((one.id, identity_digest(code, name, one.matter)))
    for row, texts in enumerate(lines, 1):
        for at, text in enumerate(texts, 1):
            cell = sheet.cell(row, at, bearable(text, row, one.id if row > 1 else "") or None)
            cell.data_type = "s"
            cell.number_format = "@"
    sheet.protection.enable()


def _steps(check: CheckSheet) -> Iterator[str]:
    mark = check.mark
    due = f"，请于{mark.due_words}前发回" if mark.due else ""
    yield f"本表由 {mark.office} 发给 {mark.dept}，第 {mark.number} 轮核查，共 {len(check.rows):,} 行{due}。标记：{mark.code}"
    steps = (
        *([f"{mark.office}的话：{check.message}"] if check.message else []),
        "只填“核查表”里浅黄色的格子。其他格子已经锁定，只供核对；项目的名称、代码、投资等写错了的，请写在“异议理由”里。",
        "一行是一个项目的一个审批事项，请逐行核对。原来已经填有内容的，核对无误就不用动，有变化的直接改。",
        f"整行有问题的（{'、'.join(check.contests)}），在“{check.contest.title}”里选一项，并在“{check.contest_reason.title}”里写明情况，"
        "这一行其余各栏可以不填。",
        f"清单里没有、应当补上的项目，填在表末标着“新增”的行，写明项目名称、{check.matter.title}和{check.added_reason.title}；"
        "一个项目有几个事项就填几行。",
        "日期写成 2022-8-20 这样；有下拉的格子请从下拉里选，不要自己另写。",
        "可以筛选、调整列宽和行高。请不要合并格子，不要删除隐藏的列和工作表，收回时靠它们对号。",
        f"填好后保存，把这个文件发回 {mark.office}。用 Excel 或 WPS 打开都可以，另存成 .xls 也能收。",
        *check.notes,
    )
    for number, text in enumerate(steps, 1):
        yield f"{number}. {text}"


def _columns(check: CheckSheet) -> Iterator[tuple[str, str, str]]:
    for column in (*check.fills, check.contest, check.contest_reason, check.added_reason):
        words = check.contests if column.field == CONTEST else column.choices
        yield column.head, _how(check, column), "、".join(words)


def _how(check: CheckSheet, column: CheckColumn) -> str:
    if column.field == CONTEST:
        return "没有异议就空着"
    if column.field == CONTEST_REASON:
        return "选了异议的必须写"
    if column is check.added_reason:
        return "补报的项目必须写为什么要补"
    how = _HOW.get(column.kind, "文字")
    return f"{how}。{column.hint}" if column.hint else how


def _put(sheet: Any, row: int, at: int, text: str, look: str) -> None:
    cell = sheet.cell(row, at, bearable(text, row, text) or None)
    if text:
        cell.data_type = "s"
        cell.quotePrefix = dangerous(text)
    cell.font = Font(**FONTS[look])
    cell.alignment = Alignment(vertical="center", wrap_text=look != "title")
    cell.border = GRID if look in ("body", "head") else Border()
