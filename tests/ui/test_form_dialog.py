"""照表样填: the columns of another office's form seen, one put right, the form filled beside the original."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from pytestqt.qtbot import QtBot

from tests.data import make_books
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, shut
from ui.desk import Desk
from ui.screens.exchanging.form_dialog import FormDialog
from ui.screens.sending_screen import SendingScreen


def test_a_form_is_seen_put_right_and_filled(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    page = open_page(qtbot, desk, SendingScreen, width=911, height=485)
    assert cut_buttons(page) == [] and nameless(page) == []
    page.form.click()
    asked = page.asked
    assert (
        isinstance(asked, FormDialog)
        and not asked.primary.isEnabled()
        and "还没选表样" in asked.primary.text()
    )
    asked.take(make_books.write(tmp_path / "少.xlsx", {"表": [("天气", "心情"), ("晴", "好")]}))
    quiet(qtbot, desk)
    assert "表头" in asked._fault.text() and not asked.primary.isEnabled()
    form = make_books.write(
        tmp_path / "盟表.xlsx", {"附表": [("序号", "项目名称", "所在地方", "总投资（元）"), ("", "", "", "")]}
    )
    asked.take(form)
    quiet(qtbot, desk)
    told = [row.texts[:3] for n in range(asked.model.rowCount()) if (row := asked.model.row(n))]
    assert told[1] == ("B", "项目名称", "项目名称") and told[0][2] == "序号" and told[2][2] == "（不填）"
    assert cut_buttons(asked) == [] and nameless(asked) == []
    asked.table.choose(2)
    asked.which.set_text("place")
    asked.which.touched.emit()
    quiet(qtbot, desk)
    assert asked.model.row(2).texts[3] == "手工指定"  # type: ignore[union-attr]
    assert not asked.private.isChecked()  # what is private is masked unless it is wished whole
    asked.write(tmp_path / "填好.xlsx")
    quiet(qtbot, desk)
    assert shut(asked)
    rows = list(openpyxl.load_workbook(tmp_path / "填好.xlsx")["附表"].iter_rows(min_row=2, values_only=True))
    assert (
        rows[0][0] == 1
        and rows[0][1]
        and rows[0][2]
        and len(list(openpyxl.load_workbook(form)["附表"].rows)) <= 2
    )
