"""模板: one shown, tried on a ledger, written out as a workbook; a new one made of a workbook, opened, refused by cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.office import Office
from app.proof import replay
from sync.letters import offered_templates
from tests.data import make_books
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui.desk import Desk
from ui.screens.downward.template_dialogs import FaultsDialog, FieldsDialog, TrialDialog
from ui.screens.downward.upgrade_dialog import UpgradeDialog
from ui.screens.downward_screen import DownwardScreen


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> DownwardScreen:
    made = open_page(qtbot, desk, DownwardScreen, width=911, height=485)
    made.show_view("templates")
    return made


def choose(page: DownwardScreen, template: str) -> None:
    found = page.templates
    page.refresh()
    rows = [found.model.row(n) for n in range(found.model.rowCount())]
    found.table.choose(next(n for n, row in enumerate(rows) if row and row.fact.template == template))


def test_a_template_of_a_workbook_is_taken_in_tried_opened_and_written_out(
    qtbot: QtBot, page: DownwardScreen, desk: Desk, tmp_path: Path
) -> None:
    office: Office = desk.office
    bar, hand = page.templates.bar, page.hand
    deeds = [bar.look, bar.trial, bar.open, bar.export, bar.new]
    assert nameless(page) == [] and cut_buttons(page) == [] and unreachable(deeds) == []
    hand.take(make_books.write(tmp_path / "农村危房改造.xlsx", make_books.HOUSES))
    quiet(qtbot, desk)
    assert page.strip.isVisible(), "what was filled in is said: 核查剔除"
    choose(page, "rural-houses")
    chosen = page.templates.chosen()
    assert chosen is not None and chosen.source == offered_templates.OWN_SOURCE and chosen.rules
    bar.look.click()
    shown = hand.asked
    assert isinstance(shown, FieldsDialog) and nameless(shown) == [] and cut_buttons(shown) == []
    assert [shown.model.row(n).texts[0] for n in (0, 6, 8)] == ["户主", "核查剔除", "工序·办理情况"]  # type: ignore[union-attr]
    shown.primary.click()
    bar.open.click()
    ledger = next(line for line in ledgers.all(office) if line.template_id == "rural-houses")
    assert "已打开" in page.strip.words.text()
    entries.add(office, ledger.id, {"name": "户甲", "grade": "D"}, not_secret="声明人甲")
    bar.open.click()
    assert "已经打开" in page.strip.words.text()
    page.refresh()
    choose(page, "rural-houses")
    bar.trial.click()
    tried = hand.asked
    assert isinstance(tried, TrialDialog) and nameless(tried) == [] and cut_buttons(tried) == []
    assert tried.which.currentText().startswith("农村危房改造台账")
    tried.primary.click()
    quiet(qtbot, desk)
    told = {r.texts[0]: r.texts[1] for n in range(tried.model.rowCount()) if (r := tried.model.row(n))}
    assert told["嘎查村"] == "要填而没有填" and "1 行" in tried.said.text()
    tried.reject()
    hand.export_to(chosen, tmp_path / "又.xlsx")
    assert openpyxl.load_workbook(tmp_path / "又.xlsx")["survey"]["B3"].value == "name"
    entries.add(office, ledger.id, {"name": "户乙", "village": "甲嘎查"}, not_secret="声明人甲")
    hand.take(
        make_books.write(tmp_path / "第二版.xlsx", make_books.without_village())
    )  # takes the place of the first
    quiet(qtbot, desk)
    assert [o.version for o in offered_templates.all(office) if o.template == "rural-houses"] == ["2"]
    page.refresh()
    page.templates.ledger_table.choose(page.templates.ledgers.find(ledger.id))
    page.templates.see.click()
    quiet(qtbot, desk)
    seen = page.asked
    assert isinstance(seen, UpgradeDialog)
    told = {r.texts for n in range(seen.model.rowCount()) if (r := seen.model.row(n))}
    assert ("栏目", "取消“嘎查村”") in told and ("涉及", "1 行已填的内容") in told
    seen.primary.click()
    assert replay.verify(office) == []


def test_what_is_wrong_with_a_workbook_is_listed_by_cell(
    qtbot: QtBot, page: DownwardScreen, desk: Desk, tmp_path: Path
) -> None:
    hand = page.hand
    bad = make_books.write(
        tmp_path / "坏.xlsx", {**make_books.HOUSES, "owner": [("id", "title", "noet"), ("XC", "苏木", "x")]}
    )
    hand.take(bad)
    quiet(qtbot, desk)
    wrong = hand.asked
    assert isinstance(wrong, FaultsDialog) and nameless(wrong) == [] and cut_buttons(wrong) == []
    row = wrong.model.row(0)
    told = {r.texts[:2]: r.texts[2] for n in range(wrong.model.rowCount()) if (r := wrong.model.row(n))}
    assert row is not None and "不认识“noet”这一列，是不是“note”" in told[("owner", "C1")]
    wrong._marked(tmp_path / "标.xlsx")
    assert openpyxl.load_workbook(tmp_path / "标.xlsx")["owner"]["C1"].comment is not None
    wrong.primary.click()
