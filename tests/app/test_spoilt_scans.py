"""Scans that rot on the disk: found by the next backup, put back from another copy, else named; the rest is backed up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import office
from app.keeping import (
    backing_up,
    backup,
    backup_notes,
    belonging,
    contents,
    restore_preview,
    second_place,
    snapshots,
    spoilt,
    store,
)
from app.ledger import attachments
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.storage import files
from tests.app.conftest import DAY
from tests.app.test_backups import SCANS, file_of, scanned


def rot(file: Path) -> bytes:
    """Other bytes of the same size; what was there."""
    good = file.read_bytes()
    file.write_bytes(b"x" * len(good))
    return good


def test_a_scan_spoilt_before_its_first_backup_is_named_and_the_rest_is_whole(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """It is not taken for good because it has the right name; the same original attached again mends it."""
    shas = scanned(bureau, ledger, tmp_path)
    own = files.stored(bureau.folder, shas[0])
    rot(own)
    told = snapshots.make(bureau)
    (name,) = told.facts["spoilt"]
    assert "“有扫描件的项目”的附件“扫描" in name and name in told.said and "其余都备份好了" in told.said
    assert backup_notes.of(bureau.folder).spoilt == shas[:1]
    (one,) = snapshots.made(bureau.folder / "backups", backup_notes.of(bureau.folder))
    assert (one.lacks, one.wrong) == (1, "") and snapshots.newest(bureau.folder) == one
    assert sorted(p.name for p in store.of(one.file.parent).glob("??/*")) == shas[1:]
    assert restore_preview.look(one.file, bureau.folder).missing == 1
    change = backup.restore(one.file, tmp_path / "again", beside=[bureau.folder])
    assert change.facts["missing"] == [f"files/{shas[0][:2]}/{shas[0]}"]
    again = office.open_folder(tmp_path / "again", today=DAY)
    assert [d.text for d in replay.verify(again)] == ["附件文件不见了"]
    again.close()
    original = next(p for p in tmp_path.glob("扫描*.png") if files.digest_of(p) == shas[0])
    with bureau.read() as connection:
        entry = connection.exec_driver_sql("SELECT DISTINCT entry_id FROM attachment").scalar_one()
    mended = attachments.attach(bureau, entry, original)
    assert "已用原件补好" in mended.said and len(attachments.of(bureau, entry)) == SCANS, "nothing is filed twice"
    assert replay.verify(bureau) == []
    assert snapshots.make(bureau).facts["spoilt"] == [] and backup_notes.of(bureau.folder).spoilt == []
    assert snapshots.fault(one.file).lost == (shas[0],)  # that one was made without it


def test_a_scan_that_rots_after_it_was_backed_up_comes_back_from_the_second_place(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Store and office share the disk's blocks, so both are spoilt; with nothing elsewhere older backups say so, too."""
    shas = scanned(bureau, ledger, tmp_path)
    first = file_of(snapshots.make(bureau))
    scan = store.stored(store.of(first.parent), shas[0])
    good = rot(scan)
    assert len(snapshots.make(bureau).facts["spoilt"]) == 1 and not scan.exists()
    there = snapshots.made(first.parent, backup_notes.of(bureau.folder))
    assert [one.lacks for one in there] == [1, 1] and snapshots.newest(bureau.folder) == there[0]
    (tmp_path / "盘").mkdir()
    second_place.choose(bureau, tmp_path / "盘")
    assert "1 个附件" in second_place.catch_up(bureau) and len(second_place.backups(bureau.folder)) == 2
    room = second_place.find(bureau.folder)
    assert room is not None
    copy = store.stored(store.of(room), shas[0])
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(good)
    assert backing_up.now(bureau).facts["spoilt"] == []
    assert replay.verify(bureau) == [] and snapshots.fault(first).said == ""
    assert backup_notes.of(bureau.folder).lost == {}
    report = bureau.folder / "outbox" / "报表.txt"
    report.write_text("报过的", "utf-8")
    with_report = file_of(backing_up.now(bureau))
    sha = files.digest_of(report)
    report.unlink()  # its only copies are those of the backups now
    rot(store.stored(store.of(first.parent), sha))
    backup_notes.change(bureau.folder, cursor="")
    backing_up.now(bureau)
    assert snapshots.fault(with_report).said == "" and not files.stored(bureau.folder, sha).exists()


def to_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "别的").write_text("in the way", "utf-8")


def to_link(file: Path) -> None:
    file.rename(file.parent / "elsewhere")
    file.symlink_to(file.parent / "elsewhere")


@pytest.mark.parametrize("spoil", [Path.unlink, to_folder, to_link])
def test_a_scan_that_is_no_file_any_more_is_put_back_from_the_store(
    bureau: Office, ledger: str, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    shas = scanned(bureau, ledger, tmp_path)
    first = file_of(snapshots.make(bureau))
    own = files.stored(bureau.folder, shas[0])
    spoil(own)
    assert snapshots.make(bureau).facts["spoilt"] == []
    assert own.is_file() and not own.is_symlink() and replay.verify(bureau) == []
    spoil(own)
    for kept in store.of(first.parent).glob(f"*/{shas[0]}"):
        kept.unlink()
    told = snapshots.make(bureau)
    assert len(told.facts["spoilt"]) == 1 and "附件“扫描" in told.said


def test_a_scan_that_the_backup_lost_is_counted_and_the_rest_comes_back(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    shas = scanned(bureau, ledger, tmp_path)
    file = file_of(snapshots.make(bureau))
    store.stored(store.of(file.parent), shas[0]).unlink()
    change = backup.restore(file, tmp_path / "again")
    assert change.facts["missing"] == [f"files/{shas[0][:2]}/{shas[0]}"] and "1 个附件" in change.said
    whole = backup.restore(file, tmp_path / "beside", beside=[bureau.folder])
    assert whole.facts["missing"] == []


def test_a_file_that_changes_meanwhile_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "报表").write_text("后来的", "utf-8")
    part = contents.Part("outbox/报表", "0" * 64, 9)
    with pytest.raises(Problem) as refused:
        store.take(tmp_path / "库", [(part, tmp_path / "报表")], linked=False)
    assert refused.value.code == "E_FILE_CHANGED" and not list((tmp_path / "库").glob("*/*"))


def test_what_is_there_for_a_moment_only_is_not_missed(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Another program's files come and go in the outbox while a backup is made."""
    scanned(bureau, ledger, tmp_path)
    (bureau.folder / "outbox" / "报表.txt").write_text("x", "utf-8")
    (bureau.folder / "outbox" / "一会儿").mkdir()
    (bureau.folder / "outbox" / "一会儿" / "在写.tmp").write_text("y", "utf-8")

    def gone(_done: int, _total: int) -> None:
        for path in list((bureau.folder / "outbox").rglob("*.tmp")):
            path.unlink()
            path.parent.rmdir()

    made = snapshots.make(bureau, tell=gone)
    assert snapshots.fault(file_of(made)).said == "" and made.facts["spoilt"] == []
    assert [p.path for p in belonging.parts_of(bureau.folder, {}) if p.path.startswith("outbox")] == ["outbox/报表.txt"]


def test_many_spoilt_are_counted_and_three_named() -> None:
    said = spoilt.said([f"“{n}”的附件" for n in range(5)])
    assert "“2”的附件等 5 个" in said and "“3”" not in said and "重新附到那一行" in said
    assert spoilt.brief(["长" * 400]).count("长") == spoilt.LONGEST and spoilt.said([]) == spoilt.brief([]) == ""
