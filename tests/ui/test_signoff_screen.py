"""签批办结: gaps, a numbered print, the scan matched by its code, signatures, 确定台账, 签后变动."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.ledger import entries, kept_cells, ledgers, versions
from app.listing import lists
from app.office import Office
from app.office import create as create_office
from app.rounds import rounds
from app.signing import signoff
from app.today import statistics
from sync import exchange
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui.desk import Desk
from ui.screens import waiting
from ui.screens.signing import papers
from ui.screens.signing.gaps_dialog import GapsDialog
from ui.screens.signoff_screen import SignoffScreen
from ui.widgets.pdf_view import print_pdf
from ui.widgets.toast import Toast

EXPLAIN = "有关事项正在核对，月底前补齐。"


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> SignoffScreen:
    return open_page(qtbot, desk, SignoffScreen)


def printed(qtbot: QtBot, page: SignoffScreen) -> versions.Version:
    page.gaps.tick.setChecked(True)
    page.gaps.text.setPlainText(EXPLAIN)
    page.printing.deed.click()
    quiet(qtbot, page.desk)
    assert page.papers is not None and page.papers.versions
    return page.papers.versions[0]


def scan_of(page: SignoffScreen, version: versions.Version, folder: Path) -> Path:
    """The printed PDF itself serves as its scan."""
    scan = folder / "签好.pdf"
    papers.save_pdf(page.desk.office, version, scan)
    return scan


def signed(qtbot: QtBot, page: SignoffScreen, scan: Path) -> None:
    page.take_scan(scan)
    quiet(qtbot, page.desk)
    for made in page.sign_dialog.by.values():
        made.setText("签字人甲")
        made.touched.emit()
    page.sign_dialog.primary.click()
    quiet(qtbot, page.desk)


def test_gaps_are_counted_and_never_block_the_print(page: SignoffScreen) -> None:
    """Decision 9: gaps never block printing."""
    assert page.papers is not None
    assert f"缺 {len(page.papers.gaps):,} 处" in page.gaps.words.text()
    assert page.printing.deed.isEnabled()
    assert not page.sealing.deed.isEnabled() and "还没有打印" in page.sealing.deed.text()


def test_a_red_cell_of_the_grid_is_told_before_anything_is_printed(qtbot: QtBot, desk: Desk) -> None:
    """Who signs must not sign something else than what stands on the clerk's screen."""
    line = next(x for x in ledgers.all(desk.office) if x.own)
    entry = lists.ids(desk.office, line.id)[0]
    kept_cells.keep(desk.office, line.id, [kept_cells.KeptCell(entry, "invest", "约三千", "E_MONEY", "读不成")])
    page = open_page(qtbot, desk, SignoffScreen)
    assert page.gaps.refused.isVisible() and "有 1 格" in page.gaps.refused.text()
    kept_cells.keep(desk.office, line.id, [])
    page.refresh()
    quiet(qtbot, desk)
    assert not page.gaps.refused.isVisible()


def test_the_list_of_gaps_opens_the_exact_field(qtbot: QtBot, page: SignoffScreen) -> None:
    wishes: list[tuple[str, object]] = []
    page.wished.connect(lambda key, place: wishes.append((key, place)))
    page.gaps.look_button.click()
    dialog = page.findChild(GapsDialog)
    assert dialog is not None and page.papers is not None
    dialog.kind.setCurrentIndex(1)
    dialog.kind.activated.emit(1)
    assert 0 < dialog.model.rowCount() < len(page.papers.gaps)
    chosen = dialog.model.row(0)
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert chosen is not None
    assert wishes[0][0] == "ledger" and wishes[0][1]["entry"] == chosen.fact.entry_id  # type: ignore[index]


def test_a_print_gets_a_number_and_is_seen_in_the_window(qtbot: QtBot, page: SignoffScreen) -> None:
    version = printed(qtbot, page)
    assert version.number == 1 and version.explain == EXPLAIN
    assert page.view.pages() == version.pages and page.view.page() == 1
    page.view.after.click()
    assert page.view.page() == 2 and page.view.where.text() == f"第 2 页 共 {version.pages} 页"
    qtbot.keyClick(page.view.sheet, Qt.Key.Key_PageUp)
    assert page.view.page() == 1
    assert waiting(statistics.today_list(page.desk.office)) == (1, False)


def test_the_preview_shows_ink(qtbot: QtBot, page: SignoffScreen) -> None:
    printed(qtbot, page)
    picture = page.view.sheet.grab().toImage()
    dark = sum(
        picture.pixelColor(x, y).lightness() < 100
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    )
    assert dark > 50


def test_the_print_can_go_to_a_printer(qtbot: QtBot, page: SignoffScreen, tmp_path: Path) -> None:
    version = printed(qtbot, page)
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    assert print_pdf(papers.pdf_of(page.desk.office, version), printer) == version.pages
    assert (tmp_path / "out.pdf").stat().st_size > 10_000


def test_a_dropped_scan_is_matched_and_signed_by_several_roles_at_once(
    qtbot: QtBot, page: SignoffScreen, tmp_path: Path
) -> None:
    """Decision 8: one scan may serve several roles."""
    version = printed(qtbot, page)
    scan = scan_of(page, version, tmp_path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scan))])
    none = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, *none))
    quiet(qtbot, page.desk)
    assert page.sign_dialog.number() == 1 and not page.sign_dialog.version.isEnabled()
    assert nameless(page.sign_dialog) == []
    page.sign_dialog.reject()
    assert not page.signing.mend.isVisible()
    signed(qtbot, page, scan)
    known = versions.of(page.desk.office, page.ledger_id())
    assert [s.role for s in known[0].signatures] == ["立项部门主要领导", "分管旗长"]
    assert page.sealing.deed.isEnabled()
    mended_by_hand(qtbot, page)


def mended_by_hand(qtbot: QtBot, page: SignoffScreen) -> None:
    """A mistyped name is put right with a reason and a second person."""
    assert page.signing.mend.isVisible()
    page.signing.mend.click()
    dialog = page.steps.mending
    assert dialog is not None
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    dialog.role.setCurrentIndex(1)
    dialog.role.activated.emit(1)
    assert dialog.inputs["by"].text_now() == "签字人甲"
    dialog.inputs["by"].setText("签字人乙")
    dialog.inputs["reason"].setText("登记时打错一个字")
    dialog.primary.click()
    assert dialog.isVisible() and "另一个人" in dialog._fault.text()
    dialog.inputs["second"].setText("核对人丙")
    dialog.primary.click()
    quiet(qtbot, page.desk)
    assert "签字人乙" in str(page.signing.model.row(0).texts)  # type: ignore[union-attr]


def test_a_signature_out_of_order_only_warns(qtbot: QtBot, page: SignoffScreen, tmp_path: Path) -> None:
    """Decision 8: out of order is warned, not refused."""
    version = printed(qtbot, page)
    page.take_scan(scan_of(page, version, tmp_path))
    quiet(qtbot, page.desk)
    dialog = page.sign_dialog
    dialog.ticks["立项部门主要领导"].setChecked(False)
    dialog.by["分管旗长"].setText("签字人乙")
    dialog.by["分管旗长"].touched.emit()
    assert dialog.again.text().endswith("将登记：分管旗长 签字人乙（2022-09-20）") and dialog.again.isVisible(), "a second look"
    assert not dialog.twice.isVisibleTo(dialog)
    assert "立项部门主要领导还没有签" in dialog.early.text()
    dialog.primary.click()
    quiet(qtbot, page.desk)
    assert page.papers is not None
    assert [s.role for s in page.papers.versions[0].signatures] == ["分管旗长"]
    assert "还差" in page.sealing.deed.text()


def test_a_name_must_be_written(qtbot: QtBot, page: SignoffScreen, tmp_path: Path) -> None:
    version = printed(qtbot, page)
    page.take_scan(scan_of(page, version, tmp_path))
    quiet(qtbot, page.desk)
    page.sign_dialog.primary.click()
    assert (
        page.sign_dialog.isVisible() and page.sign_dialog.by["立项部门主要领导"].property("wrong") == "true"
    )


def test_a_scan_of_something_else_is_refused_in_one_sentence(
    qtbot: QtBot, page: SignoffScreen, tmp_path: Path
) -> None:
    printed(qtbot, page)
    other = tmp_path / "别的.png"
    image = page.grab().toImage()
    image.save(str(other))
    page.take_scan(other)
    quiet(qtbot, page.desk)
    assert page.sign_dialog.version.isEnabled(), "without a code the version is chosen by hand"
    page.sign_dialog.reject()
    page.take_scan(tmp_path / "没有.pdf")
    quiet(qtbot, page.desk)
    assert page.strip.isVisible() and "找不到" in page.strip.words.text()


def test_sealing_says_what_freezes_and_needs_the_tick(
    qtbot: QtBot, page: SignoffScreen, tmp_path: Path
) -> None:
    """Decisions 6-7: the seal freezes; afterwards changes show as 签后变动."""
    version = printed(qtbot, page)
    signed(qtbot, page, scan_of(page, version, tmp_path))
    rounds.begin(page.desk.office, page.ledger_id())
    page.sealing.deed.click()
    assert not page.seal_dialog.primary.isEnabled()
    told = " ".join(made.text() for made in page.seal_dialog.findChildren(QLabel))
    assert "第 1 轮还没有结束" in told and "部门没有回传" in told, (
        "it cannot be taken back: who has not answered is said"
    )
    page.seal_dialog.reject()
    quiet(qtbot, page.desk)
    assert not ledgers.all(page.desk.office)[0].sealed
    page.sealing.deed.click()
    page.seal_dialog.read.click()
    page.seal_dialog.primary.click()
    quiet(qtbot, page.desk)
    assert ledgers.all(page.desk.office)[0].sealed
    assert not page.sealing.deed.isVisible() and "期初 40" in page.sealing.words.text()
    entry = lists.ids(page.desk.office, page.ledger_id())[0]
    page.desk.do(entries.amend, entry, {"note": "进展已核"})
    quiet(qtbot, page.desk)
    assert page.sealing.later.isEnabled() and "1 处" in page.sealing.later.text()


def test_what_moved_since_is_a_table_that_prints_alone(
    qtbot: QtBot, page: SignoffScreen, tmp_path: Path
) -> None:
    version = printed(qtbot, page)
    signed(qtbot, page, scan_of(page, version, tmp_path))
    page.desk.do(signoff.seal, page.ledger_id())
    quiet(qtbot, page.desk)
    entry = lists.ids(page.desk.office, page.ledger_id())[0]
    page.desk.do(entries.amend, entry, {"resp_person": "责任人乙"})
    quiet(qtbot, page.desk)
    assert "1 个项目变动" in page.printing.note.text()
    page.sealing.later.click()
    dialog = page.later_dialog
    assert dialog.model.rowCount() == 1 and cut_buttons(dialog) == [] and nameless(dialog) == []
    heads = [
        dialog.model.headerData(at, Qt.Orientation.Horizontal) for at in range(dialog.model.columnCount())
    ]
    assert heads == ["台账编号", "项目名称", "栏目/事项", "原", "现", "依据/原因", "第二人", "日期"]
    row = dialog.model.row(0)
    assert row is not None and row.texts[2:5] == ("责任人", "（空）", "责任人乙")
    dialog.print_button.click()
    quiet(qtbot, page.desk)
    with pypdfium2.PdfDocument(dialog.preview._file) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert "签后变动表" in text and "责任人乙" in text
    dialog.preview.accept()
    dialog.accept()
    page.printing.deed.click()
    quiet(qtbot, page.desk)
    assert "变动" not in page.printing.note.text(), "nothing changed since this print"
    model = page.signing.model
    states = [r.texts[2] for at in range(model.rowCount()) if (r := model.row(at)) is not None]
    assert states[0].startswith("还差") and states[1] == "已定为台账"
    assert waiting(statistics.today_list(page.desk.office)) == (1, False), "今日要办 says the same"


def test_much_behind_the_table_is_said_before_printing(page: SignoffScreen) -> None:
    page.printing.tell_more(2)
    assert not page.printing.more.isVisible()
    page.printing.tell_more(3)
    assert page.printing.more.isVisible() and "约多印 3 页" in page.printing.more.text()


def test_the_page_can_be_walked_by_keys_and_read_aloud(qtbot: QtBot, page: SignoffScreen) -> None:
    printed(qtbot, page)
    assert nameless(page) == []
    assert cut_buttons(page) == []
    wanted = [
        page.gaps.look_button,
        page.gaps.tick,
        page.printing.deed,
        page.signing.table,
        page.signing.choose,
    ]
    assert unreachable([*wanted, page.open_button, page.save_button, page.paper_button]) == []


def test_without_a_ledger_the_page_says_what_to_do_first(qtbot: QtBot, empty_office: Office) -> None:
    desk = Desk(empty_office)
    page = open_page(qtbot, desk, SignoffScreen)
    assert page.none.isVisible()
    desk.close()
    QApplication.processEvents()


def test_a_received_ledger_shows_its_prints_signatures_and_seal_to_read(
    qtbot: QtBot, page: SignoffScreen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiving office looks at what was signed; it signs and prints nothing."""
    version = printed(qtbot, page)
    signed(qtbot, page, scan_of(page, version, tmp_path))
    page.desk.do(signoff.seal, page.ledger_id())
    quiet(qtbot, page.desk)
    league = received(page.desk.office, tmp_path)
    desk = Desk(league)
    there = open_page(qtbot, desk, SignoffScreen)
    assert (
        not there.none.isVisible()
        and "收自示范局，只能看" in there.state.text()
        and "已确定" in there.state.text()
    )
    assert not there.gaps.isVisible() and not there.printing.isVisible()
    assert not there.signing.choose.isVisible() and not there.sealing.deed.isVisible()
    assert there.signing.model.rowCount() == 1 and "第1版" in there.sealing.words.text()
    assert there.view.pages() == version.pages and there.open_button.isEnabled()
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    there.open_button.click()
    there.right.scan_button.click()
    assert [Path(file).suffix for file in opened] == [".pdf", ".pdf"] and all(
        Path(f).is_file() for f in opened
    )
    assert not there._may_sign()
    assert nameless(there) == [] and cut_buttons(there) == []
    desk.close()
    league.close()


def received(banner: Office, folder: Path) -> Office:
    """The league's office after it took the banner's ledger in."""
    made = create_office(
        folder / "league", division="152500", name="示范盟发改委", roles=["superior"], clerk="经办人乙",
        today=banner.today(),
    )  # fmt: skip
    for one in (banner, made):
        exchange.make_keys(one)
        exchange.card(one, folder / f"{one.name}.qidi-card")
    exchange.trust(made, folder / f"{banner.name}.qidi-card", confirmed=True)
    exchange.trust(banner, folder / f"{made.name}.qidi-card", confirmed=True)
    sent = exchange.send(banner, ledgers.all(banner)[0].id, made.name, folder)
    exchange.receive(made, Path(str(sent.facts["file"])))
    return made


def test_gaps_without_an_explanation_are_said_before_anybody_signs(
    qtbot: QtBot, page: SignoffScreen, tmp_path: Path
) -> None:
    """Decision 9: without its explanation a print with gaps cannot be 确定, which is said before it is signed."""
    assert page.gaps.tick.isChecked() and "确定台账时要重新打印签字" in page.gaps.warning.text()
    page.printing.deed.click()
    assert page.papers is not None and not page.papers.versions and "先写一句" in page.strip.words.text()
    assert page.gaps.text.hasFocus()
    page.gaps.tick.setChecked(False)
    page.printing.deed.click()
    quiet(qtbot, page.desk)
    toast = page.window().findChild(Toast)
    assert "要出纸点" in toast._words.text() and toast._deed.text() == "打印…", "no paper came out yet"
    assert page.papers.versions[0].number == 1 and not page.gaps.tick.isChecked(), (
        "a choice of the clerk stays"
    )
    assert page.printing.bare.isVisible() and "没有附说明" in page.printing.bare.text()
    page.take_scan(scan_of(page, page.papers.versions[0], tmp_path))
    quiet(qtbot, page.desk)
    assert page.sign_dialog.bare.isVisibleTo(page.sign_dialog)
    page.sign_dialog.reject()
    printed(qtbot, page)
    assert not page.printing.bare.isVisible()
