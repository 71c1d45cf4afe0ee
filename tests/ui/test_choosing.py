"""File dialogs begin where this kind of file was last found, else on the stick, else in the documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from ui import choosing
from ui.screens.exchanging import sticks
from ui.screens.exchanging.sticks import Stick


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def began(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Where each dialog began; each is answered with a file in `tmp_path/found`."""
    (tmp_path / "found").mkdir()
    seen: list[str] = []
    name = str(tmp_path / "found" / "a.pdf")

    def answered(_parent: object, _title: str, start: str, _kinds: str = "") -> tuple[str, str]:
        seen.append(start)
        return name, ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answered)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answered)
    monkeypatch.setattr(sticks, "plugged", list)
    return seen



def test_the_next_dialog_of_a_kind_begins_where_the_last_one_ended(
    host: QWidget, began: list[str], tmp_path: Path
) -> None:
    assert choosing.open_file(host, "选扫描件", "scan", "*") == tmp_path / "found" / "a.pdf"
    choosing.open_file(host, "选扫描件", "scan", "*")
    choosing.open_file(host, "选清单", "list", "*")
    choosing.save_file(host, "另存", "scan", "b.pdf", "*")
    assert began[1] == str(tmp_path / "found")
    assert began[2] == began[0] == str(choosing.start_folder("nothing yet"))
    assert began[3] == str(tmp_path / "found" / "b.pdf")


def test_a_folder_that_is_gone_is_not_begun_in(host: QWidget, began: list[str], tmp_path: Path) -> None:
    choosing.keep("scan", tmp_path / "stick now away")
    assert choosing.start_folder("scan") == choosing.start_folder("nothing yet")


def test_the_stick_comes_before_the_documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sticks, "plugged", lambda: [Stick("U盘", tmp_path, 1)])
    assert choosing.start_folder("list") == tmp_path
    (tmp_path / "backups").mkdir()
    assert choosing.start_folder("backup", tmp_path / "backups") == tmp_path / "backups"


def test_without_a_stick_it_is_a_folder_that_is_there(began: list[str]) -> None:
    assert choosing.start_folder("list").is_dir()


def test_giving_up_keeps_nothing(host: QWidget, began: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    assert choosing.folder(host, "写到", "send") is None
    assert choosing.open_files(host, "选附件", "files", "*") == []
    assert choosing.start_folder("send") == choosing.start_folder("nothing yet")
