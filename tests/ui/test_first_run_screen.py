"""第一次使用: pinyin finds the banner, five presses at most, blank, sample or backup; giving up leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import office as offices
from app.keeping import backup
from app.ledger import directory, entries, following_people, ledgers, row_numbers
from app.office import Office
from app.proof import replay
from app.reports import reporting
from app.samples import sample
from sync.peers import keys
from tests.ui.conftest import TODAY
from tests.ui.pages import cut_buttons, nameless, unreachable
from ui.screens.first_run_screen import FirstRunScreen


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> FirstRunScreen:
    made = FirstRunScreen(tmp_path / "新单位", TODAY)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_the_initials_find_the_banner_and_name_the_office(qtbot: QtBot, page: FirstRunScreen) -> None:
    qtbot.keyClicks(page.tree.box, "zxbq")
    found = page.tree.current()
    assert found is not None and found.name == "正镶白旗"
    assert page.name.text_now() == "正镶白旗发展和改革委员会"
    shown = [i.text(0) for i in page.tree._items.values() if not i.isHidden() and i.parent() and not i.parent().isHidden()]
    assert shown == ["正镶白旗"]
    assert page.told.text().endswith("正镶白旗　单位：正镶白旗发展和改革委员会")
    page.roles["sponsor"].setChecked(False)
    page.roles["handler"].setChecked(True)
    assert page.name.text_now() == "正镶白旗", "another role is no commission"
    for letters, league in (("xlgl", "锡林郭勒盟"), ("xlglm", "锡林郭勒盟"), ("二连", "二连浩特市")):
        page.tree.box.clear()
        qtbot.keyClicks(page.tree.box, letters) if letters.isascii() else page.tree.box.setText(letters)
        found = page.tree.current()
        assert found is not None and found.name == league


def test_a_name_written_by_hand_is_not_guessed_over(qtbot: QtBot, page: FirstRunScreen) -> None:
    page.name.selectAll()
    page.name.insert("示范水利局")
    page.name.textEdited.emit("示范水利局")
    qtbot.keyClicks(page.tree.box, "zxbq")
    page.roles["handler"].setChecked(True)
    assert page.name.text_now() == "示范水利局" and page.told.isVisible()
    page.name.set_text("锡林郭勒盟发改委")
    page.tree.choose("152501")
    page._show_folder()
    assert "请核对" in page.told.text(), "the name of another place beside the one chosen"


def test_by_keys_alone_and_in_three_fields(qtbot: QtBot, page: FirstRunScreen, tmp_path: Path) -> None:
    qtbot.keyClicks(page.tree.box, "zxbq")
    page.clerk.setFocus()
    qtbot.keyClicks(page.clerk, "a")
    qtbot.keyClick(page.clerk, Qt.Key.Key_Return)
    assert page.office is not None and page.result() == FirstRunScreen.DialogCode.Accepted
    assert page.office.division == "152529" and page.office.roles == {"sponsor"}
    assert keys.exist(tmp_path / "新单位" / "keys")
    page.office.close()


@pytest.mark.parametrize(("division", "clerk", "said"), [("", "a", "旗县"), ("zxbq", "", "经办人")])
def test_what_is_missing_is_said_at_its_place(
    qtbot: QtBot, page: FirstRunScreen, tmp_path: Path, division: str, clerk: str, said: str
) -> None:
    qtbot.keyClicks(page.tree.box, division)
    qtbot.keyClicks(page.clerk, clerk)
    page.begin()
    assert page.office is None and said in page.fault.text() and page.isVisible()
    assert not (tmp_path / "新单位").exists()


def test_giving_up_leaves_nothing(qtbot: QtBot, page: FirstRunScreen, tmp_path: Path) -> None:
    qtbot.keyClicks(page.tree.box, "zxbq")
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.office is None and not (tmp_path / "新单位").exists()


def test_the_sample_opens_with_the_league_list(page: FirstRunScreen) -> None:
    page._ways["sample"].click()
    page.begin()
    assert page.office is not None and page.office.name == sample.NAME
    mine = {line.template_id: line for line in ledgers.all(page.office)}
    assert mine["pending-approval"] == ledgers.all(page.office)[0] and mine["pending-approval"].rows == 465
    assert len(mine) == 12 and all(0 < line.rows < 10 for key, line in mine.items() if key != "pending-approval")
    with page.office.read() as connection:  # every number that a row of the sample names is held here
        assert [one for line in mine.values() for one in row_numbers.unheld(connection, line)] == []
    states = [{each.state for each in reporting.series(page.office, mine[key].id)} for key in ("idle-land", "land-yield")]
    assert states == [{"不用报", "未报", "已报"}, {"不用报", "未报"}] and replay.verify(page.office) == []
    assert following_people.plan(page.office).cells == (), "the rows say what 部门名录 says"
    water = next(each for each in directory.of(page.office).every if each.name == "水利局")
    entries.amend(page.office, water.entry_id, {"person": "责任人壬"})
    wanted = following_people.plan(page.office)
    assert wanted.rows > 30 and {(cell.old, cell.new) for cell in wanted.cells} == {("责任人丁", "责任人壬")}, wanted.what
    page.office.close()


def test_a_backup_is_brought_back(page: FirstRunScreen, office: Office, tmp_path: Path) -> None:
    kept = Path(str(backup.backup(office).facts["file"]))
    page._ways["backup"].click()
    page.begin()
    assert "备份文件" in page.fault.text()
    page.take_backup(kept)
    page.begin()
    assert page.office is not None and page.office.name == office.name and ledgers.all(page.office)[0].rows == 40
    page.office.close()


def test_a_file_that_is_no_backup_leaves_nothing(page: FirstRunScreen, tmp_path: Path) -> None:
    (tmp_path / "假.zip").write_bytes(b"no")
    page._ways["backup"].click()
    page.take_backup(tmp_path / "假.zip")
    page.begin()
    assert page.office is None and page.fault.isVisible() and not (tmp_path / "新单位").exists()


def test_the_office_is_found_again(page: FirstRunScreen, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.keyClicks(page.tree.box, "zxbq")
    qtbot.keyClicks(page.clerk, "a")
    page.begin()
    assert page.office is not None
    page.office.close()
    again = offices.open_folder(tmp_path / "新单位", today=TODAY)
    assert again.name == "正镶白旗发展和改革委员会"
    again.close()


def test_the_page_can_be_walked_by_keys_and_read_aloud(page: FirstRunScreen) -> None:
    assert nameless(page) == [] and cut_buttons(page) == []
    assert unreachable([page.tree.box, page.tree.tree, page.name, page.clerk, page.primary]) == []
