"""An office brought back in its own place: the damaged one is kept whole, keys and backups go over, a refusal moves nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app import office
from app.keeping import backup, backup_notes, recovery, restore_preview
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.storage.paths import ROOT
from sync import exchange
from sync.peers import keys
from tests.app.conftest import DAY, project

KILLED = """
import os, signal, sys
from pathlib import Path
from app.keeping import recovery
folder = Path(sys.argv[1])
def hook(name, args):
    if sys.argv[3] == "midst":
        hit = name == "shutil.copytree" and str(args[0]).endswith("backups")
    else:
        hit = name == "os.rename" and (str(args[1]) == str(folder)) == (sys.argv[3] == "late") and "恢复" in str(args[0])
    if hit:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
recovery.recover(folder, Path(sys.argv[2]))
"""
"""Dies when the new folder is to take the place of the old one, when it is to get its name, or while what goes over is copied."""


def kept(bureau: Office) -> Path:
    return Path(str(backup.backup(bureau).facts["file"]))


def spoil(bureau: Office) -> None:
    bureau.close()
    (bureau.folder / office.DATABASE).write_bytes(b"not a database" * 400)


def test_the_backups_of_an_office_come_newest_first(bureau: Office) -> None:
    first, second = bureau.folder / "backups" / "b.zip", bureau.folder / "backups" / "a.zip"
    for at, file in enumerate((first, second)):
        file.write_bytes(b"zip")
        os.utime(file, (1_660_000_000 + at, 1_660_000_000 + at))
    assert [k.file for k in recovery.backups(bureau.folder)] == [second, first]
    assert recovery.backups(bureau.folder / "nothing") == []


def test_a_copied_folder_lists_its_backups_by_when_they_were_made(bureau: Office, ledger: str) -> None:
    """A copy onto another disk gives all files one time: what is offered first must still be the newest."""
    file = kept(bureau)
    before = bureau.folder / "backups" / "z.zip"
    before.write_bytes(b"zip")
    os.utime(before, (1_660_000_000, 1_660_000_000))
    os.utime(file, (1_500_000_000, 1_500_000_000))
    first = recovery.backups(bureau.folder)[0]
    assert first.file == file and not first.wrong and first.at.year > 2017


def test_a_damaged_office_comes_back_and_the_damaged_one_is_kept(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decision 33: a backup has no private keys, so those of the folder go over."""
    exchange.make_keys(bureau)
    project(bureau, ledger, "备份前", M01="在办")
    file = kept(bureau)
    project(bureau, ledger, "备份后", M01="在办")
    spoil(bureau)
    other = office.create(
        tmp_path / "别的", division="152500", name="示范盟发改委", roles=["superior"], clerk="乙", today=DAY
    )
    theirs = kept(other)
    other.close()
    with pytest.raises(Problem) as refused:  # whose the folder is, its own backups tell
        recovery.recover(bureau.folder, theirs)
    assert refused.value.code == "E_BACKUP" and "另一个单位" in refused.value.text
    shutil.rmtree(other.folder)
    change = recovery.recover(bureau.folder, file)
    again = office.open_folder(bureau.folder, today=DAY)
    assert ledgers.all(again)[0].rows == 1
    assert keys.exist(again.folder / "keys")
    assert [k.file.name for k in recovery.backups(again.folder)] == [file.name]
    again.close()
    aside = Path(str(change.facts["aside"]))
    assert aside.parent == bureau.folder.parent and aside.name in change.said
    assert (aside / office.DATABASE).read_bytes().startswith(b"not a database")
    assert sorted(f.name for f in bureau.folder.parent.iterdir()) == sorted((bureau.folder.name, aside.name))


def test_a_file_that_is_no_backup_leaves_the_folder_as_it_was(bureau: Office, tmp_path: Path) -> None:
    spoil(bureau)
    (tmp_path / "假.zip").write_bytes(b"no")
    (bureau.folder / ".lock").touch()
    before = sorted(f.name for f in bureau.folder.iterdir())
    with pytest.raises(Problem) as refused:
        recovery.recover(bureau.folder, tmp_path / "假.zip")
    assert refused.value.code == "E_BACKUP"
    assert sorted(f.name for f in bureau.folder.iterdir()) == before
    assert sorted(f.name for f in tmp_path.iterdir()) == sorted((bureau.folder.name, "假.zip"))


def test_an_office_in_use_is_not_replaced(bureau: Office) -> None:
    file = kept(bureau)
    bureau.hold()
    with pytest.raises(Problem) as refused:
        recovery.recover(bureau.folder, file)
    assert refused.value.code == "E_OFFICE_BUSY"
    assert (bureau.folder / office.DATABASE).is_file()


@pytest.mark.parametrize("moment", ["early", "midst", "late"])
def test_killed_in_the_midst_of_it_the_next_start_has_an_office(
    bureau: Office, ledger: str, tmp_path: Path, moment: str
) -> None:
    """Either the one before, or the restored one: never none; what was half-made goes in time."""
    project(bureau, ledger, "备份前", M01="在办")
    file = kept(bureau)
    spoil(bureau)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(bureau.folder), str(file), moment], cwd=ROOT, check=False
    )
    assert done.returncode == -signal.SIGKILL and bureau.folder.exists() is (moment != "late")
    if moment == "midst":  # the office lived on, and was moved away much later: what is half-made does not take its place
        elsewhere = bureau.folder.rename(tmp_path / "搬走了")
        assert not recovery.finish(bureau.folder) and not bureau.folder.exists()
        elsewhere.rename(bureau.folder)
    assert recovery.finish(bureau.folder) is (moment == "late")
    if moment == "late":
        again = office.open_folder(bureau.folder, today=DAY)
        assert ledgers.all(again)[0].rows == 1
        (aside,) = backup_notes.of(again.folder).aside
        assert (bureau.folder.with_name(aside) / office.DATABASE).is_file()
        again.close()
    else:
        for left in bureau.folder.parent.glob(".*"):
            os.utime(left, (1_600_000_000,) * 2)
        recovery.recover(bureau.folder, bureau.folder / "backups" / file.name)
    assert not [p for p in bureau.folder.parent.glob(".*") if "恢复" in p.name]


def test_an_office_with_as_long_a_name_as_disks_take_is_put_back(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    project(bureau, ledger, "备份前", M01="在办")
    kept(bureau)
    bureau.close()
    long = bureau.folder.rename(tmp_path / ("长" * 85))
    (file,) = (long / "backups").glob("*.zip")
    change = recovery.recover(long, file, named=recovery.BEFORE)
    assert (long / office.DATABASE).is_file() and Path(str(change.facts["aside"])).is_dir()


def test_a_backup_of_a_newer_program_is_refused_before_anything_moves(bureau: Office, ledger: str, tmp_path: Path) -> None:
    project(bureau, ledger, "备份前", M01="在办")
    with bureau.write("改版本号") as work:
        work.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    file = kept(bureau)
    bureau.close()
    before = sorted(f.name for f in bureau.folder.glob("[!l]*"))
    for deed in (
        lambda: recovery.recover(bureau.folder, file),
        lambda: backup.restore(file, tmp_path / "新"),
        lambda: restore_preview.look(file, bureau.folder),
    ):
        with pytest.raises(Problem) as refused:
            deed()
        assert refused.value.code == "E_NEWER" and "升级本程序" in refused.value.text
    assert sorted(f.name for f in bureau.folder.glob("[!l]*")) == before and not (tmp_path / "新").exists()
