"""Scans that rot on the disk: found by the next backup, put back from another copy, else named; the rest is backed up."""

from __future__ import annotations

import errno
import io
import itertools
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

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


@pytest.fixture
def loose(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Files that the disk refuses to give while they stand in here."""
    there: set[Path] = set()
    real = io.open

    def opened(file: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(file, str | Path) and Path(file) in there and "r" in str(rest[:1] or more.get("mode", "r")):
            raise OSError(errno.EIO, "Input/output error", str(file))
        return real(file, *rest, **more)

    monkeypatch.setattr(io, "open", opened)
    return there


def row_of(bureau: Office) -> str:
    with bureau.read() as connection:
        return str(connection.exec_driver_sql("SELECT DISTINCT entry_id FROM attachment").scalar_one())


def original(sha256: str, folder: Path) -> Path:
    return next(p for p in folder.glob("扫描*.png") if files.digest_of(p) == sha256)


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
    entry = row_of(bureau)
    mended = attachments.attach(bureau, entry, original(shas[0], tmp_path))
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


def test_a_loss_that_was_found_stays_known_until_the_file_is_good(
    bureau: Office, ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the turn of the others; the original attached again mends the backups, too."""
    shas = scanned(bureau, ledger, tmp_path)
    monkeypatch.setattr(spoilt, "AGAIN", 1)  # as where there are more scans than one backup reads again
    first = file_of(snapshots.make(bureau))
    scan = store.stored(store.of(first.parent), shas[-1])
    rot(scan)
    assert snapshots.check(bureau, first).lost == (shas[-1],)
    (name,) = snapshots.make(bureau).facts["spoilt"]
    there = snapshots.made(first.parent, backup_notes.of(bureau.folder))
    assert "附件“扫描" in name and [one.lacks for one in there] == [1, 1]
    assert snapshots.make(bureau).facts["spoilt"] == [name]
    attachments.attach(bureau, row_of(bureau), original(shas[-1], tmp_path))
    backup_notes.change(bureau.folder, cursor=shas[0])
    snapshots.make(bureau)
    assert snapshots.fault(first).said == "" and backup_notes.of(bureau.folder).lost == {}
    rot(scan)
    snapshots.check(bureau, first)
    attachments.attach(bureau, row_of(bureau), original(shas[-1], tmp_path))  # the store has the rotten one still
    assert snapshots.make(bureau).facts["spoilt"] == [] and snapshots.fault(first).said == ""
    rot(scan)  # nothing but the clerk who looked at it has found that one
    attachments.attach(bureau, row_of(bureau), original(shas[-1], tmp_path))
    backup_notes.change(bureau.folder, cursor="")
    assert snapshots.make(bureau).facts["spoilt"] == [] and snapshots.fault(first).said == ""


def test_what_cannot_be_read_just_now_stays_where_it_is_and_is_good_again(
    bureau: Office, ledger: str, tmp_path: Path, loose: set[Path]
) -> None:
    """A loose plug, or another program that has the file: no word of its bytes, so no copy goes for that."""
    shas = scanned(bureau, ledger, tmp_path)
    report = bureau.folder / "outbox" / "报表.txt"
    report.write_text("报过的", "utf-8")
    first = file_of(snapshots.make(bureau))
    kept = store.of(first.parent)
    sha = files.digest_of(report)
    report.unlink()  # its only copies are those of the backups now
    own, scan, only = files.stored(bureau.folder, shas[0]), store.stored(kept, shas[0]), store.stored(kept, sha)
    files.stored(bureau.folder, shas[1]).unlink()
    loose |= {own, scan, only, store.stored(kept, shas[1])}
    backup_notes.change(bureau.folder, cursor="")
    second = snapshots.make(bureau)
    assert len(second.facts["spoilt"]) == 2 and scan.samefile(own) and only.exists()
    there = snapshots.made(first.parent, backup_notes.of(bureau.folder))
    assert [one.lacks for one in there] == [2, 3]
    assert len(backup.restore(first, tmp_path / "again").facts["missing"]) == 3
    assert len(snapshots.check(bureau, first).lost) == 3
    assert len(snapshots.make(bureau).facts["spoilt"]) == 2, "it stays known"
    entry = row_of(bureau)
    assert "已用原件补好" in attachments.attach(bureau, entry, original(shas[0], tmp_path)).said
    loose.clear()
    assert snapshots.make(bureau).facts["spoilt"] == [] and backup_notes.of(bureau.folder).lost == {}
    assert [snapshots.fault(file).said for file in (first, file_of(second))] == ["", ""]
    assert backup.restore(file_of(second), tmp_path / "whole").facts["missing"] == []
    assert replay.verify(bureau) == []
    loose.add(first)
    with pytest.raises(Problem) as refused:
        snapshots.check(bureau, first)
    assert refused.value.code == "E_IO" and backup_notes.of(bureau.folder).bad == {}


def test_one_file_that_cannot_be_read_does_not_stop_the_backup_of_the_rest(
    bureau: Office, ledger: str, tmp_path: Path, loose: set[Path]
) -> None:
    shas = scanned(bureau, ledger, tmp_path)
    report = bureau.folder / "outbox" / "报表.txt"
    report.write_text("报过的", "utf-8")
    own = files.stored(bureau.folder, shas[0])
    loose |= {report, own}
    for made in (snapshots.make(bureau), backup.backup(bureau, tmp_path / "整.zip")):
        assert any("附件“扫描" in name for name in made.facts["spoilt"]), made.said
        assert "报出去的文件“报表.txt”" in made.facts["spoilt"] and len(made.facts["spoilt"]) == 2
    loose.clear()
    assert snapshots.make(bureau).facts["spoilt"] == [] and own.exists()


def test_the_original_takes_the_place_of_a_folder_too(bureau: Office, ledger: str, tmp_path: Path) -> None:
    shas = scanned(bureau, ledger, tmp_path)
    own = files.stored(bureau.folder, shas[0])
    for _ in range(2):  # what was put aside before is in nobody's way
        to_folder(own)
        assert "已用原件补好" in attachments.attach(bureau, row_of(bureau), original(shas[0], tmp_path)).said
    assert replay.verify(bureau) == [] and len(list(own.parent.glob(".*/别的"))) == 2
    assert snapshots.fault(file_of(snapshots.make(bureau))).said == ""


def test_a_last_copy_with_other_bytes_is_put_aside_and_goes_with_its_backups(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    report = bureau.folder / "outbox" / "报表.txt"
    report.write_text("报过的", "utf-8")
    first = file_of(snapshots.make(bureau))
    sha = files.digest_of(report)
    report.unlink()
    rot(only := store.stored(store.of(first.parent), sha))
    backup_notes.change(bureau.folder, cursor="")
    snapshots.make(bureau)
    aside = only.with_name(f".{sha}")
    assert not only.exists() and aside.exists() and snapshots.fault(first).lost == (sha,)
    snapshots.take_away(first)
    assert not aside.exists()


def test_a_backup_too_big_for_one_closing_goes_on_at_the_next(bureau: Office, ledger: str, tmp_path: Path) -> None:
    scanned(bureau, ledger, tmp_path)
    kept = store.of(snapshots.folder_of(bureau.folder))
    counts = []
    for _ in range(SCANS):
        ticks = itertools.count()
        with pytest.raises(Problem) as late:
            backing_up.on_close(bureau, seconds=2, clock=partial(next, ticks))
        assert late.value.code == "E_BACKUP_LATE"
        counts.append(len(list(kept.glob("??/*"))))
    assert counts == [1, 2, 3]
    assert snapshots.fault(file_of(backing_up.on_close(bureau))).said == ""


def test_many_new_files_are_sorted_in_a_time_that_grows_with_them(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """No file is compared with each of the others."""
    scanned(bureau, ledger, tmp_path)
    compared = []
    sys.setprofile(lambda frame, *_: compared.append(frame) if isinstance(frame.f_locals.get("other"), contents.Part) else None)
    try:
        snapshots.make(bureau)
    finally:
        sys.setprofile(None)
    assert compared == []
