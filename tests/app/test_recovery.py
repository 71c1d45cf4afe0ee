"""An office brought back in its own place: the damaged one is kept whole, keys and backups go over, a refusal moves nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app import office
from app.keeping import backup, recovery
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from sync import exchange
from sync.peers import keys
from tests.app.conftest import DAY, project


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
