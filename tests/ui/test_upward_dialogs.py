"""The forms of what goes upward: 政府研究, 报送, 批注 and 答复; whole on the smallest screen, none loses what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.ledger.versions import Act, Version
from app.problem import Problem
from app.rounds.remarks import Remark
from app.words.template_words import Step
from tests.ui.pages import cut_buttons, nameless
from ui.screens.signing.step_dialog import StepDialog
from ui.screens.upward.remarks_dialog import About, RemarksDialog

WIDE, HIGH = 911, 512  # 1366×768 at 150 %
TODAY, ME, THEM = "2022-08-22", "a" * 32, "b" * 32
STUDY = Step(title="政府研究", needs=("meeting", "date", "minutes_no", "scan"), note="由此定稿")
REPORT = Step(title="报送盟行署", needs=("date", "doc_no"), note="")
LONG = "总投资与批复不符，请核对批复文件、概算和在线平台上的数，改正以后下次一并报来。" * 3


def version(number: int) -> Version:
    return Version(
        "v" * 32, "l" * 32, number, f"152529-DP-2022-第{number}版", "C" * 26, TODAY, "a3", 2, "", "", {}, 0, "", 1, (), False,
    )  # fmt: skip


def remark(text: str, *, to: str = ME, item: str = "") -> Remark:
    by = ("锡林郭勒盟发展和改革委员会", "正镶白旗发展和改革委员会")
    other = THEM if to == ME else ME
    return Remark(
        "r" * 32,
        "l" * 32,
        "e" * 32,
        item,
        text,
        TODAY,
        "经办人甲",
        other,
        by[0],
        to,
        by[1],
        "",
        "1",
        "示范水库",
    )


def shown(qtbot: QtBot, dialog: QDialog) -> QDialog:
    qtbot.addWidget(dialog)
    dialog.resize(min(dialog.width(), WIDE), min(dialog.height(), HIGH))
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


MADE = {
    "study": lambda: StepDialog(STUDY, [version(2), version(1)], TODAY),
    "report": lambda: StepDialog(
        REPORT, [version(1)], TODAY, Act("报送盟行署", TODAY, doc_no="白政发〔2022〕5号")
    ),
    "annotate": lambda: RemarksDialog(
        About("批注：示范水库", ME, "e" * 32, "下级单位", (("M01", "用地预审"),)), []
    ),
    "answer": lambda: RemarksDialog(About("上级的批注", ME), [remark(LONG)]),
}


@pytest.mark.parametrize("name", MADE)
def test_it_is_whole_on_the_smallest_screen(qtbot: QtBot, name: str) -> None:
    dialog = shown(qtbot, MADE[name]())
    assert dialog.width() <= WIDE and dialog.height() <= HIGH
    assert not cut_buttons(dialog) and not nameless(dialog)


def test_the_study_asks_for_all_that_the_route_needs(qtbot: QtBot, tmp_path: Path) -> None:
    """旗方案 四(一): meeting, date, minutes number and the scan; one after the other, each named."""
    dialog = shown(qtbot, StepDialog(STUDY, [version(2), version(1)], TODAY))
    assert isinstance(dialog, StepDialog) and dialog.text("date") == TODAY
    for key, words in (("meeting", "会议名称"), ("minutes_no", "纪要文号")):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert dialog.isVisible() and words in dialog._fault.text() and dialog.inputs[key].hasFocus()
        dialog.inputs[key].setText("某")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "扫描件" in dialog._fault.text()
    not_one = tmp_path / "说明.txt"
    not_one.write_text("x", "utf-8")
    dialog.take(not_one)
    assert dialog.scan() is None and dialog._fault.text()
    dialog.choose(1)
    assert dialog.number() == 1 and dialog.text("doc_no") == ""


def test_an_earlier_record_is_put_right_and_a_refusal_names_its_field(qtbot: QtBot) -> None:
    was = Act("报送盟行署", "2022-08-20", doc_no="白政发〔2022〕5号")
    dialog = shown(qtbot, StepDialog(REPORT, [version(1)], TODAY, was))
    assert isinstance(dialog, StepDialog)
    assert (dialog.text("date"), dialog.text("doc_no")) == ("2022-08-20", "白政发〔2022〕5号")
    dialog.refuse(Problem("E_FUTURE", "日期在今天以后", field="on"))
    assert dialog.inputs["date"].hasFocus() and dialog._fault.text() == "日期在今天以后"


def test_only_a_remark_to_this_office_is_answered(qtbot: QtBot) -> None:
    """Decision 28: one answers what was written to one; what one wrote oneself is only read and carried."""
    mine, theirs = remark("请核对"), remark(LONG, to=THEM)
    dialog = shown(qtbot, RemarksDialog(About("上级的批注", ME), [mine]))
    assert isinstance(dialog, RemarksDialog)
    answered: list[tuple[str, str]] = []
    dialog.answered.connect(lambda *said: answered.append(said))
    assert not dialog.answer.isEnabled() and not dialog.carry.isEnabled() and dialog.text.hasFocus()
    dialog.text.setPlainText("已改正")
    dialog.answer.click()
    assert answered == [(mine.id, "已改正")] and not dialog.annotate.isVisible()
    dialog.tell("没有收到过")
    assert dialog.said() == "已改正", "a refusal leaves what was typed"
    dialog.show_remarks([theirs])
    assert not dialog.answer.isEnabled() and not dialog.text.isVisible() and dialog.carry.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
