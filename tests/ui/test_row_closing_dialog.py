"""A whole row is done with in the window by the events its own template names."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.listing import lists
from tests.ui.books import Book, open_dialog, press, put, sign
from tests.ui.pages import cut_buttons, nameless
from ui.desk import Desk
from ui.dialogs import deeds_menu
from ui.dialogs.row_closing_dialog import RowClosingDialog, RowRemovalDialog
from ui.dialogs.start_dialog import StartDialog


def opened(desk: Desk, template: str, folder: Path, **texts: str) -> Book:
    ledger = str(ledgers.open_template(desk.office, template).subject)
    entries.add(desk.office, ledger, texts, not_secret="声明人甲")
    return Book(desk, ledger, folder)


def offered(book: Book, name: str) -> dict[str, tuple[str, str]]:
    return {d.key: (d.words, d.why) for d in deeds_menu.deeds(book.desk, book.ledger, [book.line(name)])}


def test_recognised_asked_for_and_struck_off(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    """53号 六(四): 认定 → 申请销号 → 销号; what the route asks for is said before anybody presses."""
    book = opened(
        desk, "semi-finished", tmp_path, name="示范卫生院", route="报上级批准", measures="报批", resp_unit="旗卫健委",
        resp_person="责任人甲", judged_by="自治区卫生健康委",
    )  # fmt: skip
    assert offered(book, "示范卫生院")["close"] == ("认定、申请销号、销号…", "")
    for basis in ("主管部门认定", "申请销号"):
        dialog = open_dialog(qtbot, RowClosingDialog(desk, book.ledger, book.line("示范卫生院")))
        assert dialog.text("basis") == basis and "仍在账" in dialog.effect.text()
        press(qtbot, dialog)
        assert dialog.result() == QDialog.DialogCode.Accepted
    dialog = open_dialog(qtbot, RowClosingDialog(desk, book.ledger, book.line("示范卫生院")))
    put(dialog, basis="已获上级批准")
    assert "报批机关、报批进度、批准文号、认定单位" in dialog.effect.text()
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    press(qtbot, dialog)
    assert dialog.isVisible() and "applied_on" in book.line("示范卫生院").cells
    proof = {
        "upper_organ": "某部",
        "upper_progress": "已批",
        "upper_doc": "某〔2022〕1号",
        "closed_by": "自治区卫生健康委",
    }
    entries.amend(desk.office, book.line("示范卫生院").id, proof)
    dialog.reject()
    dialog = open_dialog(qtbot, RowClosingDialog(desk, book.ledger, book.line("示范卫生院")))
    assert dialog.text("basis") == "已获上级批准"
    press(qtbot, dialog)
    assert dialog.isVisible() and dialog.faults["doc"].isVisible()
    put(dialog, doc="内卫〔2022〕1号")
    press(qtbot, dialog)
    assert book.line("示范卫生院").cells["close_basis"] == "已获上级批准"


def test_moved_over_and_taken_off_in_its_own_words(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    """29号 二(一): 转入实施库 once the builder is known; 不再实施 goes by a slip, and no library of the banner is named."""
    book = opened(
        desk, "reform-reserve", tmp_path, name="示范管网", category="市政", planning="策划中", site="镇北", land_kind="公用",
        planning_terms="沿路", content="管网", scale="3公里", invest="1200", stored_on="2021-05-20",
    )  # fmt: skip
    found = offered(book, "示范管网")
    assert "close" not in found and found["remove"][0] == "移出储备库…"
    assert found["start"][0] == "登记转入实施库…" and "建设单位还没有明确" in found["start"][1]
    entries.amend(desk.office, book.line("示范管网").id, {"owner_org": "旗住建局"})
    dialog = open_dialog(qtbot, StartDialog(desk, book.ledger, book.line("示范管网")))
    press(qtbot, dialog)
    assert dialog.result() == QDialog.DialogCode.Accepted and book.line("示范管网").cells["moved_on"]
    dialog = open_dialog(qtbot, RowRemovalDialog(desk, book.ledger, book.line("示范管网")))
    put(dialog, reason="不再实施", detail="规划调整")
    sign(book, dialog)
    press(qtbot, dialog)
    assert dialog.isVisible()  # 没有确定的台账不登记移出
    assert lists.line(desk.office, book.line("示范管网").id).cells["planning"] == "策划中"
