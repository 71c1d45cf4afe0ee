"""Reading what can be read of a spoilt or newer office: nothing invented, what is lacking named, the original untouched."""

from __future__ import annotations

import json
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
INNER = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'internal'"


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


def told_by(file: Path) -> dict[str, dict[tuple[object, ...], dict[str, object]]]:
    """The rows of the foremost tables by their keys, their JSON read: its keys stand in no order."""
    out: dict[str, dict[tuple[object, ...], dict[str, object]]] = {}
    with closing(sqlite3.connect(file)) as link:
        link.row_factory = sqlite3.Row
        for table, keys in {"entry": ("id",), "item": ("entry_id", "code"), "journal": ("stream", "seq")}.items():
            rows = [dict(row) for row in link.execute(f"SELECT * FROM {table}")]
            read = [{k: json.loads(v) if k == "cells" else v for k, v in row.items()} for row in rows]
            out[table] = {tuple(row[key] for key in keys): row for row in read}
    return out


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


def test_a_row_whose_content_is_spoilt_comes_from_the_journal(tmp_path: Path) -> None:
    """A page that was overwritten may still look like one: what is no value of its column is not shown as one."""
    office = stored_rows()[0].lay(tmp_path / "office")
    with sqlite3.connect(office / offices.DATABASE) as link:
        link.execute("UPDATE entry SET cells = '{\"name\": ' WHERE number = 1")
        link.execute("UPDATE entry SET name = 7 WHERE number = 2")
        link.execute("UPDATE item SET state = CAST(x'ff00ff' AS TEXT) WHERE code = 'M02'")
    link.close()
    found, names, _ = read(office, tmp_path, books=False)
    assert len(names) == ROWS and "7" not in names  # both come from the journal
    assert found.rows == ROWS - 1 and found.filled == 1 and found.owed == 0 and found.lost == 0
    told = "\n".join(found.report)
    assert f"{ROWS} 个审批事项" in told and "读不出来的都补上了" in told


@pytest.mark.parametrize("tables", [("entry",), ("item", "entry"), ("journal",), ("entry", "journal")], ids="+".join)
def test_pages_that_nothing_leads_to_are_read_all_the_same(tmp_path: Path, tables: tuple[str, ...]) -> None:
    """The page a table begins with is lost, and with it the way to all others: their rows are there, in no other words."""
    office = laid(tmp_path, lambda whole: whole)
    kept, file = told_by(office / offices.DATABASE), office / offices.DATABASE
    with closing(sqlite3.connect(file)) as link:
        ask = f"SELECT rootpage FROM sqlite_master WHERE name IN ({', '.join('?' * len(tables))})"
        roots = [row[0] for row in link.execute(ask, tables)]
        paths = {page[0] for table in tables for page in link.execute(INNER, (table,))}
    whole = bytearray(file.read_bytes())
    for page in {*roots, *paths}:
        whole[(page - 1) * PAGE : page * PAGE] = random.Random(page).randbytes(PAGE)
    file.write_bytes(whole)
    for backup_file in snapshots.folder_of(office).glob("*.zip"):
        backup_file.unlink()
    found, names, _ = read(office, tmp_path, books=False)
    assert found.rows + found.filled + found.owed == ROWS and found.rows > ROWS // 2
    assert found.owed <= (2 if len(tables) > 1 else 0) and len(names) == ROWS - found.owed
    made = told_by(found.folder / offices.DATABASE)
    for table in made:
        assert made[table].items() <= kept[table].items() and len(made[table]) > len(kept[table]) // 2
    if not found.owed:
        assert made["entry"] == kept["entry"] and made["item"] == kept["item"]


def test_what_no_page_has_is_worked_out_from_the_journal(tmp_path: Path) -> None:
    """Leaves lost, not only the way to them; of the read rows the sum is what the ledger counts."""
    office = laid(tmp_path, lambda whole: whole)
    file = office / offices.DATABASE
    kept = told_by(file)
    with closing(sqlite3.connect(file)) as link:
        pages = [row[0] for row in link.execute("SELECT pageno FROM dbstat WHERE name = 'entry'")][2::2]
    whole = bytearray(file.read_bytes())
    for page in pages:
        whole[(page - 1) * PAGE : page * PAGE] = random.Random(page).randbytes(PAGE)
    file.write_bytes(whole)
    found, names, out = read(office, tmp_path)
    assert found.filled > 5 and found.rows > 5 and found.rows + found.filled == ROWS and names == stored_rows()[1]
    made = told_by(found.folder / offices.DATABASE)
    assert made["entry"] == kept["entry"] and made["item"] == kept["item"]
    said = f"从操作记录补出 {found.filled:,} 行"
    assert said in found.said and f"补出 {found.filled:,} 行" in (out / salvaged.REPORT).read_text("utf-8-sig")


def test_a_row_whose_lines_are_lost_too_comes_from_the_backup_and_is_named(tmp_path: Path) -> None:
    """Nothing says that it is the last of it: the report names it. Without a backup it is owed, and named."""
    office = laid(tmp_path, lambda whole: whole)
    ask = "SELECT id, name FROM entry WHERE number IN (5, 6) ORDER BY number"
    with closing(sqlite3.connect(office / offices.DATABASE)) as link:
        (row, name), (other, next_name) = link.execute(ask).fetchall()
    opened = offices.open_folder(office, today=DAY)
    entries.amend(opened, row, {"build_state": "未开工"})
    opened.close()
    with closing(sqlite3.connect(office / offices.DATABASE)) as link:
        link.execute("DROP TRIGGER journal_no_delete")
        link.execute("DROP TRIGGER journal_no_update")
        link.execute("DELETE FROM journal WHERE subject = ?", (row,))
        link.execute("UPDATE journal SET body = replace(body, '在建', '停建') WHERE subject = ?", (other,))
        link.execute("UPDATE entry SET cells = '{' WHERE id IN (?, ?)", (row, other))
        link.commit()
    found, names, _ = read(office, tmp_path, books=False)
    told = "\n".join(found.report)
    assert found.filled == 2 and names == stored_rows()[1] and found.owed == 0
    assert "为底" in told and "1 行内容不对" in told
    assert f"请核对：第 5 号 {name}、第 6 号 {next_name}。" in told  # the last line may be about either
    for kept in snapshots.folder_of(office).glob("*.zip"):
        kept.unlink()
    (tmp_path / "again").mkdir()
    found, names, _ = read(office, tmp_path / "again", books=False)
    assert found.filled == 0 and found.owed == 2 and len(names) == ROWS - 2
    assert "还少 2 行" in found.said and f"第 5 号 {name}" in "\n".join(found.report)


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
