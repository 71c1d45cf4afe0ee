"""A disk that is really full (a small one of its own): reading goes on, writing says so and leaves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from app.ledger import entries, settings
from app.office import open_folder
from app.problem import Problem
from app.storage import derivation
from app.storage.paths import ROOT
from tests.data import make_lists
from tests.journeys.clerk import (
    LEDGER,
    NOT_SECRET,
    content,
    done,
    leavings,
    office,
    plain,
    process,
    qidi,
    with_rows,
)

_SUPERVISE = ("notice", "supervise", "示范项目1", "--to", "某局", "--reason", "慢", "--reply-by", "2022-12-01")
SIZE = 6 * 1024
ROOMS = (0, 24, 120)
"""Kilobytes left: none, not enough for the write-ahead log's index, not enough for a copy of the database, …"""


class Disk:
    """A file system of 6 MB."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def leave(self, kilobytes: int) -> None:
        """Fill it so that this much is left."""
        fill = self.folder / "fill"
        fill.unlink(missing_ok=True)
        stat = os.statvfs(self.folder)
        fill.write_bytes(bytes(max(0, stat.f_bavail * stat.f_frsize - kilobytes * 1024)))

    def empty(self) -> None:
        (self.folder / "fill").unlink(missing_ok=True)

    def names(self) -> list[str]:
        return [
            name for name in leavings(self.folder) if "/ledger.db" not in name and not name.endswith("/.lock")
        ]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a disk here")
    yield Disk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def full(disk: Disk) -> Path:
    """An office of a few rows on the small disk."""
    return with_rows(disk.folder / "office", 12)


@pytest.mark.parametrize("room", ROOMS)
def test_reading_asks_for_no_room(disk: Disk, full: Path, room: int) -> None:
    want = [done(full, *words) for words in (("count", LEDGER), ("list", LEDGER))]
    disk.leave(room)
    assert [done(full, *words) for words in (("count", LEDGER), ("list", LEDGER))] == want
    for words in (
        ("verify",),
        ("history",),
        ("check", LEDGER),
        ("explain", "示范项目1"),
        ("versions", LEDGER),
    ):
        done(full, *words)


def test_what_another_program_worked_out_is_read_until_there_is_room(disk: Disk, full: Path) -> None:
    """The stored due days of an older program are worked out anew when the disk has room again."""
    opened = open_folder(full)
    settings.put(opened, derivation.STAMP, "0/2000", told=False)
    opened.close()
    want = done(full, "list", LEDGER)
    opened = open_folder(full)
    settings.put(opened, derivation.STAMP, "0/2000", told=False)
    opened.close()
    disk.leave(0)
    assert done(full, "list", LEDGER) == want
    disk.empty()
    done(full, "list", LEDGER)
    opened = open_folder(full)
    assert settings.get(opened, derivation.STAMP) == derivation.stamp()
    opened.close()


def test_an_upgrade_on_a_full_disk_says_that_it_is_one(disk: Disk) -> None:
    """An older schema is brought up only after a backup, for which there is no room."""
    folder = disk.folder / "office"
    with ZipFile(ROOT / "tests" / "data" / "office-0001.zip") as archive:
        archive.extractall(folder)
    disk.leave(0)
    problem = qidi(folder, "ledgers").problem
    assert problem["code"] == "E_DISK_FULL"
    assert "升级" in problem["text"] and "请腾出空间后再试" in problem["text"]
    disk.empty()
    assert done(folder, "ledgers")


def test_a_backup_to_a_stick_is_the_way_out_of_a_full_disk(disk: Disk, full: Path, tmp_path: Path) -> None:
    before = content(full)
    disk.leave(0)
    done(full, "backup", "-o", tmp_path / "备份.zip")
    done(tmp_path / "restored", "restore", tmp_path / "备份.zip")
    assert content(tmp_path / "restored") == before


@pytest.mark.parametrize("room", ROOMS)
def test_every_deed_is_done_or_says_that_the_disk_is_full(
    disk: Disk, full: Path, tmp_path: Path, room: int
) -> None:
    """Nothing half-written, no bare error, and the file that is named is the one that was asked for."""
    scan = tmp_path / "扫描.png"
    Image.effect_noise((700, 700), 90).save(scan)
    listed = make_lists.write_csv([make_lists.league(make_lists.entries(300))], tmp_path / "清单.csv")
    card = tmp_path / "盟.qidi-card"
    league = office(tmp_path / "league", "锡林郭勒盟发展和改革委员会", "superior", "152500")
    done(league, "card", "-o", card)
    done(full, "trust", card, "--yes")
    own = done(full, "card", "-o", tmp_path / "旗.qidi-card")["file"]
    done(league, "trust", own, "--yes")
    done(league, "open", LEDGER)
    bundle = done(league, "send", LEDGER, "--to", "正镶白旗发展和改革委员会", "-o", tmp_path, "--yes")["file"]
    deeds: list[tuple[str, tuple[object, ...]]] = [
        ("成果.pdf", ("print", LEDGER, "-o", disk.folder / "成果.pdf")),
        ("成果.pdf", ("print", LEDGER, "-o", tmp_path / "成果.pdf")),
        ("成果.xlsx", ("export", LEDGER, "-o", disk.folder / "成果.xlsx")),
        ("成果.zip", ("backup", "-o", disk.folder / "成果.zip")),
        ("扫描.png", ("attach", "示范项目1", scan)),
        ("", ("import", LEDGER, listed, "--yes", *NOT_SECRET)),
        ("", ("send", LEDGER, "--to", "锡林郭勒盟发展和改革委员会", "-o", tmp_path / "U盘")),
        ("挂牌督办", (*_SUPERVISE, "-o", disk.folder)),
        ("挂牌督办", (*_SUPERVISE, "-o", tmp_path)),
        ("", ("look", bundle)),
        ("", ("receive", bundle)),
        ("名片.qidi-card", ("card", "-o", disk.folder / "名片.qidi-card")),
        ("", ("calendar", "rest", "2022-10-10", "--source", "旗政府通知")),
        ("", ("set", "示范项目1", f"progress={'很长的进展' * 300}")),
    ]
    failed = 0
    for name, words in deeds:
        disk.empty()
        before = content(full)
        disk.leave(room)
        names = disk.names()
        answer = qidi(full, *words)
        if answer.code == 0:
            continue
        failed += 1
        problem = answer.problem
        assert problem["code"] == "E_DISK_FULL" and "请腾出空间后再试" in problem["text"], (words, problem)
        assert plain(problem["text"]) and ("“" not in problem["text"] or name in problem["text"]), problem
        assert disk.names() == names, words
        disk.empty()
        assert content(full) == before, words
    assert failed >= (5 if room < 100 else 0)
    disk.empty()
    assert done(full, "verify")["ok"]


@pytest.mark.parametrize("room", [0, 24, 120])
def test_nothing_is_born_restored_or_played_on_a_full_disk(disk: Disk, tmp_path: Path, room: int) -> None:
    home = with_rows(tmp_path / "home", 6)
    done(home, "backup", "-o", tmp_path / "备份.zip")
    disk.leave(room)
    birth = ("init", "--division", "152529", "--name", "某局", "--role", "sponsor")
    for words in (birth, ("restore", tmp_path / "备份.zip"), ("demo", "-o", disk.folder / "演示")):
        problem = qidi(disk.folder / "new", *words).problem
        assert problem["code"] == "E_DISK_FULL" and "请腾出空间后再试" in problem["text"], (words, problem)
        assert [p.name for p in disk.folder.iterdir() if p.name != "演示"] == ["fill"], words


def test_a_full_disk_writes_nothing_but_the_problem(disk: Disk, full: Path) -> None:
    """As a real process: no words of the machine beside it."""
    disk.leave(8)
    for words in (
        ("export", LEDGER, "-o", disk.folder / "成果.xlsx"),
        ("backup", "-o", disk.folder / "成果.zip"),
    ):
        assert process(full, *words).problem["code"] == "E_DISK_FULL"


def test_an_office_on_a_full_disk_can_be_closed_and_works_again_when_there_is_room(
    disk: Disk, full: Path
) -> None:
    """As the window does: opened, refused, room made, done."""
    disk.leave(0)
    opened = open_folder(full)
    entry = entries.find(opened, "示范项目1")
    with pytest.raises(Problem) as caught:
        entries.amend(opened, entry, {"progress": "在做"})
    assert caught.value.code == "E_DISK_FULL"
    disk.empty()
    entries.amend(opened, entry, {"progress": "在做"})
    disk.leave(0)
    opened.close()
    disk.empty()
    assert done(full, "show", "示范项目1")["progress"] == "在做" and done(full, "verify")["ok"]
