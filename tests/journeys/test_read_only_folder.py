"""An office folder that cannot be written (a disk mounted for reading, no right to write): all reading goes on."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import office as offices
from app.problem import Problem
from tests.journeys.clerk import LEDGER, NOT_SECRET, TODAY, content, done, leavings, plain, qidi, with_rows

READING = (
    ("list", LEDGER), ("show", "示范项目1"), ("count", LEDGER), ("explain", "示范项目1"), ("verify",), ("history",),
    ("check", LEDGER), ("versions", LEDGER), ("imports", LEDGER), ("ledgers",), ("conflicts", LEDGER), ("calendar", "show"),
)  # fmt: skip
WRITING = (
    ("set", "示范项目1", "note=改动"), ("add", LEDGER, "name=新项目", *NOT_SECRET), ("seal", LEDGER), ("open", LEDGER, "--again"),
    ("start", "示范项目1", "--on", TODAY), ("calendar", "rest", "2022-10-10", "--source", "旗政府通知"),
)  # fmt: skip


def mounted(folder: Path) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    return (
        bool(shutil.which("mount")) and not subprocess.run(words, capture_output=True, check=False).returncode
    )


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """An office on a disk that is then made read-only; for who may not mount, a folder without the right to write."""
    place = tmp_path / "盘"
    place.mkdir()
    mount = mounted(place)
    folder = with_rows(place / "单位")
    if mount:
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    else:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(folder, os.W_OK):
        pytest.skip("no right to mount a disk here, and root may write anywhere")
    yield folder
    if mount:
        subprocess.run(["umount", "-l", str(place)], check=True)
    else:
        folder.chmod(stat.S_IRWXU)


def test_reading_goes_on(disk: Path, tmp_path: Path) -> None:
    for words in READING:
        done(disk, *words)
    assert [r["name"] for r in done(disk, "list", LEDGER)] == ["示范项目1", "示范项目2", "示范项目3"]
    done(disk, "export", LEDGER, "-o", tmp_path / "台账.xlsx")
    assert (tmp_path / "台账.xlsx").is_file()


def test_every_deed_is_refused_in_one_plain_sentence(disk: Path, tmp_path: Path) -> None:
    before = leavings(disk)
    for words in (*WRITING, ("print", LEDGER, "-o", tmp_path / "台账.pdf")):
        problem = qidi(disk, *words).problem
        assert problem["code"] == "E_CANNOT_WRITE" and plain(problem["text"]), words
        assert "不能写入" in problem["text"] and ".lock" not in problem["text"], words
    assert leavings(disk) == before and not (tmp_path / "台账.pdf").exists()


def test_a_window_may_look_at_it(disk: Path) -> None:
    """The lock of the folder is for who writes."""
    opened = offices.open_folder(disk)
    opened.hold()
    assert opened.readonly
    opened.close()


def test_a_database_marked_read_only_is_only_read(tmp_path: Path) -> None:
    """As it is when the folder was copied from a disc; root may write all the same."""
    folder = with_rows(tmp_path / "单位")
    (folder / "ledger.db").chmod(stat.S_IRUSR)
    opened = offices.open_folder(folder)
    assert opened.readonly is not os.access(folder / "ledger.db", os.W_OK)
    opened.close()
    (folder / "ledger.db").chmod(stat.S_IRUSR | stat.S_IWUSR)
    done(folder, "count", LEDGER)


def test_looking_whether_a_folder_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    folder = with_rows(tmp_path / "单位")
    before, names = content(folder), sorted(p.name for p in folder.iterdir())
    opened = offices.open_folder(folder, readonly=True)
    with pytest.raises(Problem) as refused, opened.write("改动"):
        pass
    opened.close()
    assert refused.value.code == "E_READONLY"
    assert (content(folder), sorted(p.name for p in folder.iterdir())) == (before, names)
