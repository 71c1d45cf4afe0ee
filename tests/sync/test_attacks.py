"""Attacks and faults that no other module asks for: active files in a bundle, a maimed database, sticks (11, 14, 16)."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from app import office as offices
from app.ledger import attachments, ledgers
from app.office import DATABASE
from app.problem import Problem
from app.proof import replay
from app.storage import files
from sync import exchange
from tests.sync.looking import ledger_tables, rows
from tests.sync.offices import DAY, Pair, pair


def _with_macro() -> bytes:
    """A Word file with a macro beside its text."""
    made = BytesIO()
    Document().save(made)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return made.getvalue()


HARMFUL = {
    "script": b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n",
    "launch": b"%PDF-1.4\n1 0 obj<</Type/Catalog/AA<</S/Launch/F(calc.exe)>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "files": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Names<</EmbeddedFiles<</Names[]>>>>>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n",
    "no pdf": b"MZ\x90\x00 this program cannot be run",
    "macro": _with_macro(),
}


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Pair]:
    found = pair(tmp_path)
    found.project("甲", M01="在办")
    yield found
    found.close()


@pytest.mark.parametrize("kind", HARMFUL)
def test_an_active_or_endless_file_in_a_bundle_is_never_kept(two: Pair, kind: str) -> None:
    """Attack 11: an enrolled sender whose store holds what ours would never have taken."""
    entry = two.project("乙", M01="在办")
    scan = two.scan()
    attachments.attach(two.bureau, entry, scan)
    bad = two.folder / "bad"
    bad.write_bytes(HARMFUL[kind])
    digest = files.digest_of(bad)
    _swap(two, files.digest_of(scan), digest, bad, "docx" if kind == "macro" else "pdf")
    before = ledger_tables(two.league)
    path = two.send()
    with pytest.raises(Problem) as looked:
        exchange.look(two.league, path)
    with pytest.raises(Problem) as caught:
        exchange.receive(two.league, path)
    assert caught.value.code.startswith("E_ATTACHMENT_") and looked.value.code == caught.value.code
    assert ledger_tables(two.league) == before
    assert not files.stored(two.league.folder, digest).exists()


def _swap(two: Pair, old: str, new: str, file: Path, kind: str) -> None:
    """Put `file` in place of an attachment of the bureau, in its store and its table."""
    target = files.stored(two.bureau.folder, new)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    attachments_row = "UPDATE attachment SET sha256=?, kind=?, name='a.pdf', size=? WHERE sha256=?"
    with two.bureau.engine.connect() as raw:
        raw.exec_driver_sql(attachments_row, (new, kind, file.stat().st_size, old))
        raw.commit()


def test_a_database_without_its_header_is_said(two: Pair) -> None:
    """Attack 14."""
    two.bureau.close()
    file = two.bureau.folder / DATABASE
    data = file.read_bytes()
    file.write_bytes(bytes(100) + data[100:])
    with pytest.raises(Problem) as caught:
        offices.open_folder(two.bureau.folder, today=DAY)
    assert caught.value.code == "E_DB_DAMAGED"
    file.write_bytes(data)
    two.bureau = offices.open_folder(two.bureau.folder, today=DAY)
    assert replay.verify(two.bureau) == []


def test_a_database_whose_last_writes_were_deleted_is_noticed(two: Pair) -> None:
    """Attack 14: the write-ahead file taken away. What was sent is known from the head file kept beside it."""
    two.send()
    copy = two.folder / "copy"
    shutil.copytree(two.bureau.folder, copy)
    assert (copy / f"{DATABASE}-wal").stat().st_size
    (copy / f"{DATABASE}-wal").unlink()
    (copy / f"{DATABASE}-shm").unlink(missing_ok=True)
    try:
        found = offices.open_folder(copy, today=DAY)
    except Problem as problem:
        assert problem.code in ("E_DB_DAMAGED", "E_NO_OFFICE")  # nothing was ever checkpointed
        return
    two.extra.append(found)
    assert found.warnings or replay.verify(found)


def test_a_stick_taken_away_while_it_is_written_gets_no_bundle(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack 16: no file under the bundle's name, the state in the office is as said, and the next try goes through."""
    stick = two.folder / "U盘"
    real = os.fsync

    def pulled(handle: int) -> None:
        if stick.is_dir() and any(stick.iterdir()):
            shutil.rmtree(stick)
            raise OSError(5, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", pulled)
    with pytest.raises(Problem) as caught:
        two.send()
    assert caught.value.code in ("E_CANNOT_WRITE", "E_DISK_FULL")
    assert not stick.exists() or list(stick.iterdir()) == []
    monkeypatch.undo()
    exchange.receive(two.league, two.send())
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert replay.verify(two.bureau) == []


def test_two_sticks_carry_the_same(two: Pair) -> None:
    """Attack 16: the same ledger on two sticks, taken in both orders and twice."""
    one, other = (
        Path(
            exchange.send(two.bureau, two.ledger, two.league.name, two.folder / stick).facts["file"]
        )
        for stick in ("盘一", "盘二")
    )  # fmt: skip
    exchange.receive(two.league, other)
    assert exchange.receive(two.league, one).facts["added"] == 0
    assert exchange.receive(two.league, other).facts["again"]
    assert ledgers.find(two.league, two.ledger).rows == 1
    assert replay.verify(two.league) == []
