"""Reading what can be read of a spoilt or newer office: nothing invented, what is lacking named, the original untouched."""

from __future__ import annotations

import random
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import load_workbook

from app import office as offices
from app.keeping import backup, salvage, snapshots
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.problem import Problem
from app.storage.paths import ROOT
from app.workbooks import salvaged
from tests.app.conftest import DAY, stored_ledger
from tests.stored import Stored, keep
from ui.commands import command_line

ROWS, PAGE = 90, 4096


@cache
def stored_rows() -> tuple[Stored, frozenset[str]]:
    """A closed office with rows enough for several pages of each table; the names of the rows."""
    names = frozenset(f"示范项目第{n:03d}号" for n in range(ROWS))
    with TemporaryDirectory() as nest:
        stored, ledger = stored_ledger()
        made = offices.open_folder(stored.lay(Path(nest) / "office"), today=DAY)
        with made.write("样例") as work:
            line = ledgers.line_of(work.connection, ledger)
            rows = [entries.NewRow({"name": n, "build_state": "在建"}, {"M01": {"state": "在办"}}) for n in sorted(names)]
            entries.add_many(work, line, made, rows, {"not_secret": "声明人甲"})
        backup.backup(made)
        made.close()
        return keep(Path(nest) / "office"), names


def laid(folder: Path, spoil: Callable[[bytearray], bytes | bytearray]) -> Path:
    office = stored_rows()[0].lay(folder / "office")
    file = office / offices.DATABASE
    file.write_bytes(spoil(bytearray(file.read_bytes())))
    return office


def read(office: Path, folder: Path, *, books: bool = True) -> tuple[salvage.Salvaged, set[str], Path]:
    """What was salvaged, the names of its rows as a list shows them, the folder with the workbooks."""
    (folder / "nest").mkdir()
    before = {p: p.read_bytes() for p in office.rglob("*") if p.is_file() and p.name != ".lock"}
    found = salvage.salvage_office(office, folder / "nest")
    made = salvage.open_read(found, DAY)
    names = {
        each.name for line in ledgers.all(made) for each in lists.lines(made, lists.ids(made, line.id, Query()))
    }
    if books:
        salvaged.write(made, found, folder / "out")
    made.close()
    assert {p: p.read_bytes() for p in office.rglob("*") if p.is_file() and p.name != ".lock"} == before
    return found, names, folder / "out"


def overwritten(seed: int, pages: int) -> Callable[[bytearray], bytearray]:
    def spoil(whole: bytearray) -> bytearray:
        draw = random.Random(seed)
        for _ in range(pages):
            at = draw.randrange(1, len(whole) // PAGE) * PAGE
            whole[at : at + PAGE] = draw.randbytes(PAGE)
        return whole

    return spoil


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda whole: bytes(100) + whole[100:], "文件头坏了"),
        (lambda whole: bytes(PAGE) + whole[PAGE:], "文件头和目录坏了"),
    ],
    ids=["header", "page"],
)
def test_a_lost_header_costs_nothing(tmp_path: Path, spoil: Callable[[bytearray], bytearray], said: str) -> None:
    """exchange.md, attack 14: header wiped."""
    found, names, out = read(laid(tmp_path, spoil), tmp_path)
    assert names == stored_rows()[1] and found.rows == ROWS
    assert any(said in line for line in found.report)
    (book,) = out.glob("*.xlsx")
    sheet = load_workbook(book, read_only=True).worksheets[0]
    assert sum(1 for row in sheet.iter_rows(values_only=True) if any("示范项目第" in str(c) for c in row)) == ROWS


@pytest.mark.parametrize("seed", range(2))
def test_overwritten_pages_cost_only_their_rows_and_those_are_named(tmp_path: Path, seed: int) -> None:
    """No row is made up; every row of the list that is not there is told by its number or as lost."""
    found, names, out = read(laid(tmp_path, overwritten(seed, 4)), tmp_path)
    every = stored_rows()[1]
    assert names <= every and len(names) > ROWS // 2
    assert found.owed in (0, ROWS - len(names))  # 0 where the counts are lost too
    told = (out / salvaged.REPORT).read_text("utf-8-sig")
    if names < every:
        assert found.lost or "有一段坏了" in told
        assert "项目行：" in told and "全部读出来了" not in told


@pytest.mark.parametrize("part", [0.7, 0.9])
def test_of_a_truncated_file_what_is_left_is_read(tmp_path: Path, part: float) -> None:
    """The ledger itself may be cut off: it comes from a backup, else from the journal or the built-in template."""
    office = laid(tmp_path, lambda whole: whole[: int(len(whole) * part) + 77])
    found, names, out = read(office, tmp_path)
    assert names and names <= stored_rows()[1] and list(out.glob("*.xlsx"))
    assert any("备份" in line or "读出" in line for line in found.report)
    for kept in (office / snapshots.folder_of(office)).glob("*.zip"):
        kept.unlink()
    (tmp_path / "again").mkdir()
    _, again, out = read(office, tmp_path / "again")
    assert again == names and list(out.glob("*.xlsx"))


def test_a_deleted_log_leaves_an_older_state_that_is_whole(tmp_path: Path) -> None:
    """exchange.md, attack 14: the write-ahead log deleted; with it, the last deeds are there."""
    office = stored_rows()[0].lay(tmp_path / "office")
    file = office / offices.DATABASE
    with sqlite3.connect(file) as link:
        link.execute("PRAGMA journal_mode=WAL")
        link.execute("PRAGMA wal_autocheckpoint=0")
        link.execute("UPDATE entry SET name = '改过' WHERE number = 1")
        link.commit()
        log = file.with_name(f"{file.name}-wal").read_bytes()
        copy = stored_rows()[0].lay(tmp_path / "copy")
        (copy / file.name).write_bytes(file.read_bytes())
    link.close()
    (tmp_path / "without").mkdir()
    assert len(read(copy, tmp_path / "without", books=False)[1] & stored_rows()[1]) == ROWS
    (copy / f"{file.name}-wal").write_bytes(log)
    (tmp_path / "with").mkdir()
    assert read(copy, tmp_path / "with", books=False)[0].rows == ROWS


def test_a_row_whose_content_is_spoilt_is_left_out_and_counted(tmp_path: Path) -> None:
    """A page that was overwritten may still look like one: what is no value of its column is not shown as one."""
    office = stored_rows()[0].lay(tmp_path / "office")
    with sqlite3.connect(office / offices.DATABASE) as link:
        link.execute("UPDATE entry SET cells = '{\"name\": ' WHERE number = 1")
        link.execute("UPDATE entry SET name = 7 WHERE number = 2")
        link.execute("UPDATE item SET state = CAST(x'ff00ff' AS TEXT) WHERE code = 'M02'")
    link.close()
    found, names, _ = read(office, tmp_path, books=False)
    assert len(names) == ROWS - 1 and any("项目行：" in line and "1 行内容不对" in line for line in found.report)
    assert any("审批事项：" in line and f"{ROWS} 行内容不对" in line for line in found.report)


def test_a_newer_schema_is_read_as_far_as_it_is_known_else_refused_kindly(tmp_path: Path) -> None:
    def newer(drop: str) -> Path:
        office = stored_rows()[0].lay(tmp_path / (drop or "known"))
        with sqlite3.connect(office / offices.DATABASE) as link:
            link.execute("UPDATE alembic_version SET version_num = '9999'")
            link.execute("ALTER TABLE item ADD COLUMN colour TEXT")
            link.execute("CREATE TABLE flags (id TEXT)")
            if drop:
                link.execute(f"ALTER TABLE {drop} RENAME TO {drop}_of_later")
        link.close()
        return office

    (tmp_path / "a").mkdir()
    found, names, _ = read(newer(""), tmp_path / "a", books=False)
    assert names == stored_rows()[1] and any("colour" in line for line in found.report)
    with pytest.raises(Problem) as refused:
        salvage.salvage_office(newer("entry"), tmp_path / "b")
    assert refused.value.code == "E_NEWER" and "升级" in refused.value.text


@pytest.mark.parametrize("content", [b"", b"not a database" * 500])
def test_where_nothing_is_left_that_is_said(tmp_path: Path, content: bytes) -> None:
    office = laid(tmp_path, lambda _: content)
    with pytest.raises(Problem) as refused:
        salvage.salvage_office(office, tmp_path / "nest")
    assert refused.value.code == ("E_NOTHING_READ" if content else "E_NO_OFFICE")
    assert "备份" in refused.value.text


@pytest.mark.parametrize("version", ["0001"])
def test_older_offices_are_read_too(tmp_path: Path, version: str) -> None:
    with zipfile.ZipFile(ROOT / "tests" / "data" / f"office-{version}.zip") as archive:
        archive.extractall(tmp_path / "office")
    found, names, _ = read(tmp_path / "office", tmp_path, books=False)
    assert names and found.lost == 0 and found.owed == 0


def test_rows_that_nothing_names_are_owed_by_the_counts(tmp_path: Path) -> None:
    """Where whole pages of rows are gone the clerk is told how many there should be."""
    office = laid(tmp_path, lambda whole: whole)
    with closing(sqlite3.connect(office / offices.DATABASE)) as link:
        link.execute("PRAGMA ignore_check_constraints = on")
        link.execute("UPDATE tally SET listed = listed + 7, base = base + 7 WHERE unit = 'project'")
        link.commit()
    found, _, out = read(office, tmp_path)
    assert found.owed == 7 and "还少 7 行" in found.said and "还少 7 行" in (out / salvaged.REPORT).read_text("utf-8-sig")


def test_the_command_line_writes_workbooks_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = laid(tmp_path, lambda whole: bytes(100) + whole[100:])
    args = command_line.parse(["salvage", str(office), "-o", str(tmp_path / "导出")])
    assert command_line.run(args) == 0
    assert f"已读出 {ROWS} 行" in capsys.readouterr().out
    assert {f.suffix for f in (tmp_path / "导出").iterdir()} == {".xlsx", ".txt"}
