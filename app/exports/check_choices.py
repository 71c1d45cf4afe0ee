"""Drop-downs and checks on the cells of a check list; their words stand on a hidden sheet."""

from __future__ import annotations

from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from app.checking.check_lists import WORDS_SHEET, CheckColumn
from app.exports.safe_text import bearable
from app.values import dates

_PROMPT_MOST, _TITLE_MOST = 250, 30


class Choices:
    """The lists of one workbook. Each is a named range: a list of any length, which .xls bears too."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._lists: dict[tuple[str, ...], str] = {}

    def rule(self, column: CheckColumn, words: tuple[str, ...]) -> DataValidation | None:
        """The rule of a column, None where anything may be typed and there is nothing to say."""
        rule = DataValidation(type=None, allow_blank=True)
        error = ""
        if words:
            rule.type, rule.formula1 = "list", self._name(words)
            error = f"“{column.title}”请从下拉里选：{'、'.join(words)}"
        elif column.kind == "date":
            rule.type, rule.operator = "date", "between"
            rule.formula1, rule.formula2 = f"DATE({dates.EARLIEST},1,1)", f"DATE({dates.LATEST},12,31)"
            error = f"“{column.title}”应填日期，请写成 2022-8-20 这样（年-月-日）"
        elif column.kind in ("int", "number", "money", "area"):
            rule.type, rule.operator = "decimal", "between"
            rule.formula1, rule.formula2 = "-1000000000000", "1000000000000"
            error = f"“{column.title}”应填数字" + (f"，单位是{column.unit}" if column.unit else "")
        elif not column.hint:
            return None
        if error:
            rule.showErrorMessage, rule.errorTitle, rule.error = True, "填写有误", _short(error, _PROMPT_MOST)
        if column.hint:
            rule.showInputMessage = True
            rule.promptTitle, rule.prompt = (
                _short(column.title, _TITLE_MOST),
                _short(column.hint, _PROMPT_MOST),
            )
        return rule

    def write(self) -> None:
        """The hidden sheet with every list that was asked for."""
        sheet = self._book.create_sheet(WORDS_SHEET)
        sheet.sheet_state = "hidden"
        for place, words in enumerate(self._lists, 1):
            for row, word in enumerate(words, 1):
                cell = sheet.cell(row, place, bearable(word, row, word))
                cell.data_type = "s"
        sheet.protection.enable()

    def _name(self, words: tuple[str, ...]) -> str:
        if words not in self._lists:
            self._lists[words] = name = f"qd_list_{len(self._lists) + 1}"
            letter = get_column_letter(len(self._lists))
            area = f"'{WORDS_SHEET}'!${letter}$1:${letter}${len(words)}"
            self._book.defined_names[name] = DefinedName(name, attr_text=area)
        return self._lists[words]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
