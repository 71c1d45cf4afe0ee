"""Where offices are kept: window and command line find the same one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import office
from app.storage import paths
from tests.app.conftest import DAY
from ui.commands import command_line


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "documents"))
    return tmp_path


def made(folder: Path) -> None:
    office.create(
        folder, division="152529", name="示范局", roles=["sponsor"], clerk="经办人甲", today=DAY
    ).close()


def test_without_any_office_it_is_the_first_on_the_shelf(home: Path) -> None:
    assert paths.office_folder() == home / "documents" / "起底台账" / "单位"
    assert paths.free_folder("") == paths.office_folder()


def test_a_taken_name_gets_a_number_and_an_empty_folder_is_free(home: Path) -> None:
    (paths.shelf() / "示范局").mkdir(parents=True)
    assert paths.free_folder("示范局").name == "示范局"
    assert paths.free_folder("示范/局").name == "示范局" and len(paths.free_folder("局" * 90).name.encode()) <= 200
    (paths.shelf() / "示范局" / "x").write_text("", "ascii")
    assert paths.free_folder("示范局").name == "示范局-2"


def test_the_command_line_finds_the_office_that_the_window_opened(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = paths.free_folder("示范局")
    made(folder)
    paths.remember_office(folder)
    assert paths.office_folder() == folder
    assert command_line.run(command_line.parse(["--json", "ledgers"])) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_office_that_is_gone_is_not_looked_for(home: Path) -> None:
    paths.remember_office(home / "gone")
    assert paths.office_folder() == paths.shelf() / "单位"


@pytest.mark.parametrize("note", [b"", b"\xff\xfe\x00", b"relative/place", b"a\0b"])
def test_a_spoilt_note_is_passed_over(home: Path, note: bytes) -> None:
    paths.remember_office(home)
    next((home / "config").rglob("office.txt")).write_bytes(note)
    assert paths.office_folder() == paths.shelf() / "单位"
