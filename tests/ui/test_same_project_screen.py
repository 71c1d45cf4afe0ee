"""同一项目: likely pairs judged by one key each, rows that leave together, numbers that no ledger here has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app import office as offices
from app.ledger import closing, entries, ledgers
from app.links import findings
from app.listing import lists
from app.office import Office
from app.proof import replay
from tests.app.camps import world
from tests.app.conftest import DAY
from tests.stored import Stored, keep
from tests.ui.conftest import shown
from tests.ui.pages import cut_buttons, nameless, quiet
from ui.desk import Desk
from ui.forms.panel_pages import RELATED
from ui.screens.same_project_rows import READY, UNHELD
from ui.screens.same_project_screen import SameProjectScreen

Key = Qt.Key


@cache
def stored_camps() -> Stored:
    """Three campaigns: three likely pairs of one project each, a row that may leave, a number of no row."""
    with TemporaryDirectory() as nest:
        now = world(Path(nest))
        for name in ("污水处理厂", "供热管网", "渣场"):
            for home in now.ledgers[:2]:
                said = entries.add(now.office, home, {"name": name, "place": "明安图镇"}, not_secret="审核人乙")
        first = now.add(0)
        now.add(1, linked=now.line(first).no)
        now.add(2, linked="152529-JA-2022-0099")
        closing.close(now.office, [(first, "")], basis="完成报告", on="2022-08-20", doc="某发〔2022〕3号")
        assert said.subject
        now.office.close()
        return keep(Path(nest) / "office")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = offices.open_folder(stored_camps().lay(tmp_path / "office"), today=DAY)
    made = Desk(opened)
    yield made
    made.close()
    opened.close()


def page_of(qtbot: QtBot, desk: Desk, width: int = 1366, height: int = 728) -> SameProjectScreen:
    window = shown(qtbot, desk, width, height)
    window.show_page("same")
    quiet(qtbot, desk)
    found = window.screen()
    assert isinstance(found, SameProjectScreen)
    return found


def names(page: SameProjectScreen) -> list[str]:
    return [row.fact.name for at in range(page.model.rowCount()) if (row := page.model.row(at))]


def test_pairs_are_judged_by_one_key_each_and_many_at_once(qtbot: QtBot, desk: Desk) -> None:
    """1 the same, 2 not, 3 later; the focus stays in the list, and what was said is proved and taken back."""
    page = page_of(qtbot, desk)
    offered: list[Callable[[], object]] = []
    desk.offered.connect(lambda _said, _words, back: offered.append(back))
    assert names(page) == ["污水处理厂", "供热管网", "渣场"] and page.table.hasFocus()
    assert "152529-YI-2022-0001" in page.beside.text() and "地点 明安图镇" in page.beside.text()
    qtbot.keyClick(page.table, Key.Key_3)
    assert names(page) == ["供热管网", "渣场", "污水处理厂"]
    qtbot.keyClick(page.table, Key.Key_2)
    assert names(page) == ["渣场", "污水处理厂"] and page.table.hasFocus()
    assert len(findings.read(desk.office).pairs) == 2, "not proposed again"
    page.table.selectAll()
    assert page.beside.text() == "选中了 2 行"
    qtbot.keyClick(page.table, Key.Key_1)
    assert names(page) == [] and page.none.isVisible() and "没有疑似" in page.none.title.text()
    linked = [line for line in _every(desk.office) if line.cells.get("linked")]
    assert {line.name for line in linked} >= {"污水处理厂", "渣场"} and replay.verify(desk.office) == []
    (back,) = offered
    back()
    quiet(qtbot, desk)
    assert names(page) == ["供热管网"], "taken back, it is proposed again"


def _every(office: Office) -> list[lists.Line]:
    return [one for line in ledgers.all(office) for one in lists.lines(office, lists.ids(office, line.id))]


def test_what_may_leave_leaves_and_what_no_ledger_has_is_named(qtbot: QtBot, desk: Desk) -> None:
    """S59 四: the follower goes by the paper of the row it follows; Enter leads to a row whose number is wrong."""
    page = page_of(qtbot, desk)
    page.go({"view": READY})
    assert names(page) == ["项目1"] and page.model.row(0).texts[2:] == (  # type: ignore[union-attr]
        "152529-JA-2022-0004", "手续齐全", "",
    )  # fmt: skip
    qtbot.keyClick(page.table, Key.Key_1)
    quiet(qtbot, desk)
    assert names(page) == [] and findings.read(desk.office).ready == ()
    page.go({"view": UNHELD})
    assert page.model.row(0).texts[2:] == ("同一项目（其他台账）", "152529-JA-2022-0099")  # type: ignore[union-attr]
    window = page.window()
    qtbot.keyClick(page.table, Key.Key_Return)
    QApplication.processEvents()
    assert window.key() == "ledger"  # type: ignore[attr-defined]
    bench = window.screen().bench  # type: ignore[attr-defined]
    bench.open_panel()
    bench.panel.tabs.setCurrentIndex(RELATED)
    bench.panel.related.seek.click()
    QApplication.processEvents()
    assert window.key() == "same", "相关 leads there"  # type: ignore[attr-defined]
    quiet(qtbot, desk)


@pytest.mark.parametrize(("width", "height"), [(911, 485), (1366, 728)])
def test_everything_has_room_and_a_name(qtbot: QtBot, desk: Desk, width: int, height: int) -> None:
    page = page_of(qtbot, desk, width, height)
    for view in ("pairs", READY, UNHELD):
        page.go({"view": view})
        QApplication.processEvents()
        assert cut_buttons(page) == [] and nameless(page) == []
        buttons = [made for made in page.findChildren(QPushButton) if made.isVisible()]
        assert all(made.geometry().right() <= page.width() for made in buttons)
