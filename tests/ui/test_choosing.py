"""File dialogs begin where this kind of file was last found, else on the stick, else in the documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFileDialog, QLabel, QListView, QStyleOptionViewItem, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from app.storage import volumes
from app.storage.volumes import Volume
from ui import choosing
from ui.dialogs import file_dialog


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def began(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Where each dialog began; each is answered with a file in `tmp_path/found`."""
    (tmp_path / "found").mkdir()
    file = tmp_path / "found" / "a.pdf"
    file.touch()
    seen: list[str] = []

    def answered(dialog: QFileDialog) -> int:
        saving = dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
        seen.append(dialog.selectedFiles()[0] if saving else dialog.directory().absolutePath())
        dialog.selectFile(str(file))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", answered)
    monkeypatch.setattr(volumes, "sticks", list)
    return seen


def test_the_next_dialog_of_a_kind_begins_where_the_last_one_ended(
    host: QWidget, began: list[str], tmp_path: Path
) -> None:
    assert choosing.open_file(host, "选扫描件", "scan", "*") == tmp_path / "found" / "a.pdf"
    choosing.open_file(host, "选扫描件", "scan", "*")
    choosing.open_file(host, "选清单", "list", "*")
    choosing.save_file(host, "另存", "scan", "b.pdf", "*")
    assert began[1] == str(tmp_path / "found")
    assert began[2] == str(tmp_path / "found") != began[0], "another kind begins where a file was found last"
    assert began[3] == str(tmp_path / "found" / "b.pdf")


def test_a_folder_that_is_gone_is_not_begun_in(host: QWidget, began: list[str], tmp_path: Path) -> None:
    choosing.keep("scan", tmp_path / "stick now away")
    assert choosing.start_folder("scan") == choosing.start_folder("nothing yet")


def test_the_stick_comes_before_the_documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    locked = Volume(tmp_path / "locked", "写保护盘", volumes.STICK, False)
    monkeypatch.setattr(volumes, "sticks", lambda: [locked, Volume(tmp_path, "U盘", volumes.STICK, True)])
    assert choosing.start_folder("list") == tmp_path
    (tmp_path / "backups").mkdir()
    assert choosing.start_folder("backup", tmp_path / "backups") == tmp_path / "backups"


def test_what_travels_begins_on_the_stick_that_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stick, home = tmp_path / "U盘", tmp_path / "home"
    for folder in (stick / "2022", home):
        folder.mkdir(parents=True)
    choosing.keep("bundle", home)
    choosing.keep("scan", home)
    monkeypatch.setattr(volumes, "sticks", lambda: [Volume(stick, "U盘", volumes.STICK, True)])
    assert (choosing.start_folder("bundle"), choosing.start_folder("scan")) == (stick, home)
    choosing.keep("bundle", stick / "2022")
    assert choosing.start_folder("bundle") == stick / "2022"
    monkeypatch.setattr(volumes, "sticks", list)
    choosing.keep("bundle", home)
    assert choosing.start_folder("bundle") == home


def test_without_a_stick_it_is_a_folder_that_is_there(began: list[str]) -> None:
    assert choosing.start_folder("list").is_dir()


def test_giving_up_keeps_nothing(host: QWidget, began: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: 0)
    assert choosing.folder(host, "写到", "send") is None
    assert choosing.open_files(host, "选附件", "files", "*") == []
    assert choosing.start_folder("send") == choosing.start_folder("nothing yet")


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A stick called 示范盘, and a folder for 桌面."""
    stick = tmp_path / "示范盘"
    stick.mkdir()
    (tmp_path / "Desktop").mkdir()
    monkeypatch.setenv("XDG_DESKTOP_DIR", str(tmp_path / "Desktop"))
    monkeypatch.setattr(volumes, "sticks", lambda: [Volume(stick, "示范盘", volumes.STICK, True)])
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return stick


def test_the_usual_places_stand_at_the_side(host: QWidget, plugged: Path, tmp_path: Path) -> None:
    """桌面 and U 盘 are one press away, under these words."""
    places = dict(choosing.places())
    assert places["主文件夹"] == tmp_path and places["U 盘 示范盘"] == plugged
    dialog = file_dialog.made(host, "选清单文件", tmp_path, "Excel (*.xlsx)", choosing.places())
    side = dialog.findChild(QListView, "sidebar")
    assert side is not None
    shown = []
    for row in range(side.model().rowCount()):
        option = QStyleOptionViewItem()
        index = side.model().index(row, 0)
        side.itemDelegate().initStyleOption(option, index)  # type: ignore[attr-defined]
        shown.append(option.text)  # type: ignore[attr-defined]
    assert shown == [words for words, _ in choosing.places()]


def test_the_dialog_is_in_chinese_and_wide_enough(qtbot: QtBot, host: QWidget, tmp_path: Path) -> None:
    (tmp_path / "锡林郭勒盟正镶白旗待批项目台账20220920.xlsx").touch()
    dialog = file_dialog.made(host, "选清单文件", tmp_path, "Excel (*.xlsx)", [])
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    tree = dialog.findChild(QTreeView, "treeView")
    assert tree is not None
    heads = [tree.model().headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert heads == ["名称", "大小", "类型", "修改日期"] and tree.isColumnHidden(2)
    (tmp_path / "资料").mkdir()

    def cells(column: int) -> list[str]:
        found = tree.model()
        return [
            str(found.index(row, column, tree.rootIndex()).data())
            for row in range(found.rowCount(tree.rootIndex()))
        ]

    qtbot.waitUntil(lambda: cells(1) == ["", "1 KB"])  # counted first, sorted a moment later
    assert all(cell[4] == cell[7] == "-" for cell in cells(3))
    assert tree.header().length() <= tree.viewport().width()
    metrics = QFontMetrics(tree.font())
    assert tree.columnWidth(3) > metrics.horizontalAdvance("2022/09/20 10:30")
    texts = [each.text() for each in dialog.findChildren(QLabel)]
    assert {"位置：", "文件名：", "文件类型："} <= set(texts)


@pytest.mark.parametrize("kinds", ["Excel (*.xlsx)", "备份 (*.zip);;所有文件 (*)"])
def test_a_file_with_another_ending_can_be_found(host: QWidget, tmp_path: Path, kinds: str) -> None:
    dialog = file_dialog.made(host, "选", tmp_path, kinds, [])
    assert [each for each in dialog.nameFilters() if "(*)" in each] == ["所有文件 (*)"]
