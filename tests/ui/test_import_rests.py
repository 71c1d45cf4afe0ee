"""What could not come in waits: taken up again, mended in Excel and read back, given up; nothing of it is in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from app.imports import mended_lists
from app.keeping import import_rests
from app.ledger import ledgers
from app.listing import lists
from app.proof import replay
from app.removal import withdrawing
from app.rounds.awaited import REST
from tests.ui.import_pages import ROWS, desk, forward, mending, page, rows_of, take, workbook
from tests.ui.pages import cut_buttons, nameless, quiet
from ui.screens.awaited_card import destination
from ui.screens.import_screen import CONFIRM, MEND, ImportScreen
from ui.screens.importing import rests
from ui.screens.importing import trial as trials

__all__ = ["desk", "mending", "page"]  # the fixtures of the wizard

SECRET = ("示范工程（涉密）", "备案", "2022.8.5", 5, "示范甲镇", "在建", None, "√", "×")


def early(qtbot: QtBot, page: ImportScreen, file: Path) -> None:
    """The good rows of a file go in."""
    take(qtbot, page, file)
    while page._step < MEND:
        forward(qtbot, page)
    page.early.click()
    declared(qtbot, page)


def declared(qtbot: QtBot, page: ImportScreen) -> None:
    page.confirm.person.set_text("声明人甲")
    page.confirm.changed.emit()
    forward(qtbot, page)


def mended(file: Path, to: dict[tuple[str, str], str]) -> Path:
    """Write into 改为 as a clerk does in Excel: {(row, column): text}."""
    book = load_workbook(file)
    sheet = book.active
    assert sheet is not None
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    for at in range(2, sheet.max_row + 1):
        key = (str(sheet.cell(at, heads["原表行号"]).value), str(sheet.cell(at, heads["栏目"]).value))
        sheet.cell(at, heads["改为"]).value = to.get(key)
    book.save(file)
    return file


def test_the_rest_waits_and_is_taken_up_with_its_own_row_numbers(
    qtbot: QtBot, mending: ImportScreen, tmp_path: Path
) -> None:
    """desk.md: take the good rows now; the others wait, by Enter from 今日要办, and come in from the mended workbook."""
    desk = mending.desk
    mending.trial.mend(mending.reading, 5, "invest", "800", everywhere=False)  # type: ignore[union-attr, arg-type]
    mending.early.click()
    declared(qtbot, mending)
    assert rows_of(desk) == 2 and "“没有入账的行”" in mending.confirm.done_note.text()
    (one,) = [a for a in desk.today(fresh=True).awaited if a.kind == REST]
    (rest,) = import_rests.every(desk.office.folder)
    assert rest.rows == (5, 6) and rest.file.is_file() and one.what.endswith("2 行") and replay.verify(desk.office) == []
    (tmp_path / "来件.xlsx").unlink()  # the clerk's own file is not needed any more
    mending.reset()
    assert mending.pick.rests.isVisible() and nameless(mending) == [] and cut_buttons(mending) == []
    to, place = destination(one)
    assert to == "import"
    mending.go(place)
    quiet(qtbot, desk)
    assert mending._step == MEND and [s.source.row for s in mending.mend.model.all] == [5, 6]
    assert mending.trial is not None and mending.trial.fixes[5, "invest"] == "800", "what was mended before stays mended"
    out = tmp_path / "错误.xlsx"
    trials.save_errors(desk.office, mending.reading, out)  # type: ignore[arg-type]
    titles = {row[2] for row in load_workbook(out).active.iter_rows(values_only=True)}  # type: ignore[union-attr]
    faults = {(p.row, p.field): p.head for p in mending.reading.plan.problems}  # type: ignore[union-attr]
    assert set(faults.values()) <= titles
    wanted = {(str(row), head): "2022-08-05" if "日期" in head else "审批" for (row, _), head in faults.items() if row == 5}
    wanted |= {(str(row), head): "不导入" for (row, _), head in faults.items() if row == 6}
    mending.lists.take(mended(out, wanted))
    quiet(qtbot, desk)
    quiet(qtbot, desk)
    assert mending.primary.text() == "下一步" and {s.way for s in mending.mend.model.all} == {"added", "left"}
    forward(qtbot, mending)
    assert mending._step == CONFIRM
    declared(qtbot, mending)
    assert rows_of(desk) == 3 and import_rests.every(desk.office.folder) == [] and replay.verify(desk.office) == []
    line = ledgers.all(desk.office)[0].id
    assert "示范冷链物流园" in {x.name for x in lists.lines(desk.office, lists.ids(desk.office, line))}


def test_the_rest_goes_when_nobody_wants_it_and_with_the_import(
    qtbot: QtBot, page: ImportScreen, tmp_path: Path
) -> None:
    desk, runs = page.desk, []
    for name in ("甲", "乙"):
        renamed = [(f"{row[0]}{name}", *row[1:]) for row in ROWS]
        early(qtbot, page, workbook(tmp_path / f"{name}.xlsx", renamed))
        runs.append(page._import)
        page.reset()
    assert page.pick.rests.box.count() == 2 and "乙.xlsx" in page.pick.rests.box.currentText()
    offered: list[Callable[[], object]] = []
    desk.offered.connect(lambda _said, _words, undo: offered.append(undo))
    page.pick.rests.drop.click()
    assert [rest.run for rest in import_rests.every(desk.office.folder)] == runs[:1]
    offered[-1]()
    assert page.pick.rests.box.count() == 2, "撤销 of 不要了"
    page.pick.rests.drop.click()
    withdrawing.withdraw(desk.office, runs[0])
    assert import_rests.every(desk.office.folder) == []


def test_a_list_with_a_row_that_may_be_secret_is_not_kept(qtbot: QtBot, page: ImportScreen, tmp_path: Path) -> None:
    """Decision 11: a refused row keeps no original."""
    early(qtbot, page, workbook(tmp_path / "来件.xlsx", [*ROWS, SECRET]))
    assert rows_of(page.desk) >= 2 and import_rests.every(page.desk.office.folder) == []
    assert "“没有入账的行”" not in page.confirm.done_note.text()
    list_ = workbook(tmp_path / "又来.xlsx", [("另一个", *SECRET[1:]), SECRET])
    trial = trials.Trial(list_, ledgers.all(page.desk.office)[0].id)
    (asked,) = [p for p in trials.read(page.desk.office, trial).draft.problems if p.code == "E_SECRET_WORD"]
    trial.mend(trials.read(page.desk.office, trial), asked.row, asked.field, "示范工程", True)
    reading = trials.read(page.desk.office, trial)
    assert (asked.field, asked.raw) in trial.value_fixes and not rests.secret(reading)
    for question in reading.draft.questions:
        trial.answers.setdefault(question.column, {})[question.mark] = question.usual
    reading = trials.read(page.desk.office, trial)
    trials.commit(page.desk.office, trial, reading, "声明人甲", "")
    again = trials.read(page.desk.office, trials.Trial(list_, trial.ledger_id))
    assert rests.secret(again), "what was mended once is asked about in every list anew"


@pytest.mark.parametrize(("spoil", "code"), [("head", "E_ERRORS_HEAD"), ("mark", "E_ERRORS_OTHER")])
def test_a_list_of_another_file_is_refused(
    qtbot: QtBot, mending: ImportScreen, tmp_path: Path, spoil: str, code: str
) -> None:
    out = tmp_path / "错误.xlsx"
    assert mending.reading is not None
    trials.save_errors(mending.desk.office, mending.reading, out)
    book = load_workbook(mended(out, {("5", "总投资"): "800"}))
    sheet = book.active
    assert sheet is not None
    if spoil == "head":
        sheet.delete_rows(1)
    else:
        sheet.cell(2, len(mended_lists.HEADS)).value = "0123456789abcdef"
        sheet.cell(2, mended_lists.HEADS.index("改为") + 1).value = "800"
    book.save(out)
    before = dict(mending.trial.fixes)  # type: ignore[union-attr]
    mending.lists.take(out)
    quiet(qtbot, mending.desk)
    told = mending.strip.words.text()
    assert mending.strip.isVisible() and ("另存的错误清单" in told if spoil == "head" else "不是“来件.xlsx”" in told), code
    assert mending.trial is not None and mending.trial.fixes == before
