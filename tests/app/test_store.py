"""The store of files: what a deed names is in it, what a refused deed brought is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.ledger import attachments, closing, leaving
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.storage import files, inspecting
from models.schema import entry as entry_table
from tests.app.conftest import DAY, project, sealed

ON = DAY.isoformat()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "批复.png"
    Image.new("L", (60, 40), 200).save(path)
    return path


def stored(bureau: Office) -> list[Path]:
    """Everything in the store, folders too."""
    return sorted((bureau.folder / "files").rglob("*"))


Deed = Callable[[Office, str, Path], object]
REFUSED: dict[str, Deed] = {
    "close, unknown basis": lambda o, e, f: closing.close(o, [(e, "M03")], basis="口头", on=ON, scan=f),
    "close, not open": lambda o, e, f: closing.close(o, [(e, "M04")], basis="批复", on=ON, scan=f),
    "close, one of two": lambda o, e, f: closing.close(o, [(e, "M03"), (e, "M04")], basis="批复", on=ON, scan=f),
    "start, begun already": lambda o, e, f: closing.start(o, e, on=ON, scan=f),
    "remove, before the seal": lambda o, e, f: leaving.remove(
        o, e, reason="政策调整", policy="依据", conclusion="不符合产业政策", on=ON, targets=["在线审批平台"],
        confirmed={}, second="分管领导甲", scan=f,
    ),
    "correct, no such field": lambda o, e, f: leaving.correct(
        o, [e], reason="写错", second="分管领导甲", scan=f, texts={"nothing": "1"}
    ),
    "correct, out before the seal": lambda o, e, f: leaving.correct(
        o, [e], reason="写错", second="分管领导甲", scan=f, leave=True
    ),
    "attach, no such row": lambda o, e, f: attachments.attach(o, "0" * 32, f),
}  # fmt: skip


@pytest.mark.parametrize("deed", REFUSED.values(), ids=REFUSED)
def test_a_refused_deed_leaves_no_scan_behind(bureau: Office, ledger: str, scan: Path, deed: Deed) -> None:
    entry = project(bureau, ledger, M03="在办")
    with pytest.raises(Problem):
        deed(bureau, entry, scan)
    assert stored(bureau) == []


def test_a_refused_deed_leaves_a_file_that_was_there(bureau: Office, ledger: str, scan: Path) -> None:
    entry = project(bureau, ledger, M03="在办")
    attachments.attach(bureau, entry, scan)
    before = stored(bureau)
    for deed in REFUSED.values():
        with pytest.raises(Problem):
            deed(bureau, entry, scan)
    assert stored(bureau) == before and replay.verify(bureau) == []


def test_a_deed_that_goes_through_has_its_scan(bureau: Office, ledger: str, scan: Path) -> None:
    entry = project(bureau, ledger, M03="在办")
    closing.close(bureau, [(entry, "M03")], basis="批复", on=ON, scan=scan)
    (filed,) = attachments.of(bureau, entry)
    assert filed.path.read_bytes() == scan.read_bytes() and replay.verify(bureau) == []


def test_a_deed_that_breaks_at_its_very_end_leaves_nothing(bureau: Office, ledger: str, scan: Path) -> None:
    """The counts do not balance: found when everything else is written."""
    entry = project(bureau, ledger, M03="在办")
    with pytest.raises(Problem) as refused, bureau.write("附件") as work:
        kept = attachments.keep(bureau, scan)
        attachments.file_with(work, ledger, kept, entry_id=entry, subject=entry)
        work.count(ledger, "project", open=1)
    assert refused.value.code == "E_IDENTITY" and stored(bureau) == []


def test_a_commit_that_fails_takes_the_scan_away_again(bureau: Office, ledger: str, scan: Path) -> None:
    """A foreign key is checked last of all, at the commit."""
    entry = project(bureau, ledger, M03="在办")
    kept = attachments.keep(bureau, scan)
    with pytest.raises(IntegrityError), bureau.write("附件") as work:
        work.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        attachments.file_with(work, ledger, kept, entry_id=entry, subject=entry)
        work.connection.execute(delete(entry_table))
    assert stored(bureau) == []


def test_a_scan_that_changes_or_goes_meanwhile_is_refused(bureau: Office, ledger: str, scan: Path) -> None:
    entry = project(bureau, ledger, M03="在办")
    kept = attachments.keep(bureau, scan)
    Image.new("L", (61, 40), 0).save(scan)
    for gone, code in ((False, "E_FILE_CHANGED"), (True, "E_NO_FILE")):
        if gone:
            scan.unlink()
        with pytest.raises(Problem) as refused, bureau.write("附件") as work:
            attachments.file_with(work, ledger, dataclasses.replace(kept), entry_id=entry, subject=entry)
        assert refused.value.code == code and stored(bureau) == []


def test_what_was_moved_in_stands_where_it_was_when_the_deed_breaks(bureau: Office, scan: Path) -> None:
    """A failed move, or a commit that fails after it: what waited is there for the next time, all of it."""
    lost = scan.with_name("没有了.png")
    for more in ({}, {"00" * 32: lost}):
        with pytest.raises(Problem) as refused, files.storing(bureau.folder) as store:
            store.move({files.digest_of(scan): scan} | more)
            assert not scan.exists()
            raise Problem("E_DISK_FULL", "提交时磁盘满了")
        assert refused.value.code == ("E_CANNOT_WRITE" if more else "E_DISK_FULL")
        assert scan.is_file() and stored(bureau) == []


def test_a_scan_that_becomes_another_while_it_is_inspected_is_refused(
    bureau: Office, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only bytes that were inspected are kept."""
    good = attachments.keep(bureau, scan)
    real = inspecting.inspect

    def swapped(file: Path, *, written: bool = False) -> inspecting.FileKind:
        kind = real(file, written=written)
        file.write_bytes(b"%PDF-1.4 other")
        return kind

    assert good.size == scan.stat().st_size
    monkeypatch.setattr(inspecting, "inspect", swapped)
    with pytest.raises(Problem) as refused:
        attachments.keep(bureau, scan)
    assert refused.value.code == "E_FILE_CHANGED"


def test_a_print_and_its_signed_scan_are_one_file(bureau: Office, ledger: str, tmp_path: Path) -> None:
    project(bureau, ledger, M03="在办")
    sealed(bureau, ledger, tmp_path)
    assert len([p for p in stored(bureau) if p.is_file()]) == 1 and replay.verify(bureau) == []


def test_what_is_moved_in_takes_the_place_of_a_folder_too(scan: Path, tmp_path: Path) -> None:
    digest, good = files.digest_of(scan), scan.read_bytes()
    target = files.stored(tmp_path, digest)
    (target / "别的").mkdir(parents=True)
    with files.storing(tmp_path) as store:
        store.move({digest: scan})
    assert target.read_bytes() == good and len(list(target.parent.glob(".*/别的"))) == 1
