"""A damaged or newer office read as far as it can be: into a sound office of its own, with a report of what could not be read."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from app import office as offices
from app.ids import new_id
from app.keeping import lost_ledgers
from app.office import DATABASE, FOLDERS, Office
from app.problem import Problem
from models import database, salvage
from models.salvage import Found

Tell = Callable[[int, int], object]
NAMED = {
    "office": "单位信息", "setting": "设置", "ledger": "台账", "tally": "点数", "entry": "项目行", "item": "审批事项",
    "link": "同一项目的对应", "original": "导入时的原文", "import_run": "导入记录", "event": "进出账的记录",
    "journal": "操作记录", "attachment": "附件登记", "version": "打印版次", "signature": "签字", "seal": "确定台账",
    "peer": "单位名片", "outbox": "发出的包", "inbox": "收到的包", "calendar_year": "放假安排", "rest_day": "本地休息日",
    "clerk": "人员",
}  # fmt: skip
NEEDED = ("office", "ledger", "entry")
UNKNOWN_NAME = "单位名称读不出来"
MOST_NAMED = 20


@dataclass(frozen=True)
class Salvaged:
    """`folder` is the sound office that was made, for reading only; `report` are lines for a person.

    `rows` is how many project rows were read, `lost` how many rows of all tables are known not to have been; `owed` how
    many project rows the counts of the ledgers tell of that were not read, known or not.
    """

    folder: Path
    report: list[str] = field(default_factory=list)
    rows: int = 0
    lost: int = 0
    owed: int = 0

    @property
    def said(self) -> str:
        """读出 15 行，按台账点数还少 465 行，另有 73 条内容读不出来"""
        owed = f"，按台账点数还少 {self.owed:,} 行" if self.owed else ""
        lost = f"，{'另' if owed else ''}有 {self.lost:,} 条内容读不出来" if self.lost else ""
        return f"读出 {self.rows:,} 行{owed}{lost}"


def salvage_office(folder: Path, nest: Path, tell: Tell | None = None) -> Salvaged:
    """Read what can be read of the office in `folder` into a new office folder in `nest`; nothing of `folder` is touched.

    Raises Problem E_NO_OFFICE, E_NOTHING_READ, E_NEWER, E_DISK_FULL, E_CANNOT_WRITE.
    """
    source = folder / DATABASE
    if not source.is_file() or source.stat().st_size == 0:
        raise Problem("E_NO_OFFICE", f"“{folder}”里没有单位数据，或数据文件是空的，请从备份恢复", folder=str(folder))
    made = nest / "office"
    for part in FOLDERS:
        (made / part).mkdir(parents=True)
    engine = database.engine_for(made / DATABASE)
    database.migrate(engine)
    database.settle(engine)
    said = _opened(source, nest / "copy.db", made / DATABASE)
    found = salvage.pour(nest / "copy.db", made / DATABASE, tell)
    _refuse_nothing(found)
    said += _complete(made / DATABASE)
    said += lost_ledgers.mend(folder, nest / "copy.db", made / DATABASE)
    _files(folder, made)
    rows = next(f.read for f in found if f.table == "entry")
    lost = sum(len(f.lost) + f.spoilt for f in found)
    names = salvage.names_of(nest / "copy.db")
    owed = max(0, _counted(made / DATABASE) - rows)
    said += [f"按台账点数，还少 {owed:,} 行项目"] if owed else []
    return Salvaged(made, _report(folder, said, found, names), rows, lost, owed)


def open_read(salvaged: Salvaged, today: dt.date | None = None) -> Office:
    """The office that was made, opened for reading only."""
    return offices.open_folder(salvaged.folder, today=today, readonly=True)


def _opened(source: Path, copy: Path, fresh: Path) -> list[str]:
    """A copy that SQLite opens, with the write-ahead log where that helps; what was wrong, in plain words."""
    log = source.with_name(f"{source.name}-wal")
    shutil.copyfile(source, copy)
    if log.is_file() and log.stat().st_size:
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
    said = salvage.mend_header(copy, fresh)
    if not salvage.tables_of(copy) and copy.with_name(f"{copy.name}-wal").exists():
        for end in ("-wal", "-shm"):
            copy.with_name(f"{copy.name}{end}").unlink(missing_ok=True)
        shutil.copyfile(source, copy)
        said = salvage.mend_header(copy, fresh)
        return [*([f"{said}坏了，已按本程序的格式补上"] if said else []), "没有合并进去的最后几步读不出来"]
    return [f"{said}坏了，已按本程序的格式补上"] if said else []


def _refuse_nothing(found: list[Found]) -> None:
    there = {f.table for f in found if f.there}
    if not there:
        raise Problem("E_NOTHING_READ", "数据文件坏得太厉害，一张表也读不出来，请从备份恢复；原文件没有动")
    if missing := [NAMED[name] for name in NEEDED if name not in there]:
        said = f"这份数据由更新版本的程序建立，本程序认不出里面的{'、'.join(missing)}，请升级本程序；数据没有动"
        raise Problem("E_NEWER", said)


def _complete(made: Path) -> list[str]:
    """Give the office the one row without which it does not open."""
    with closing(sqlite3.connect(made)) as link, link:
        if link.execute("SELECT count(*) FROM office").fetchone()[0]:
            return []
        no = link.execute("SELECT no FROM entry LIMIT 1").fetchone()
        division = no[0][:6] if no and str(no[0])[:6].isdigit() else "152529"
        told = (new_id(), UNKNOWN_NAME, division, '["sponsor"]', "—", dt.date.today().isoformat(), new_id(), 0, bytes(32))
        link.execute("INSERT INTO office VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", told)
    return ["单位信息读不出来，单位名称写成了占位的文字"]


def _counted(made: Path) -> int:
    """How many project rows the ledgers should have, by the counts that were read."""
    with closing(sqlite3.connect(made)) as link:
        return int(link.execute("SELECT coalesce(sum(listed + added), 0) FROM tally WHERE unit = 'project'").fetchone()[0])


def _files(folder: Path, made: Path) -> None:
    """Let the attachments be opened where they stand; on a system without links they are not shown."""
    with contextlib.suppress(OSError):
        (made / "files").rmdir()
        (made / "files").symlink_to(folder.resolve() / "files", target_is_directory=True)
    (made / "files").mkdir(exist_ok=True)


def _report(
    folder: Path, said: list[str], found: list[Found], names: dict[str, tuple[int, str]]
) -> list[str]:
    lines = [f"应急读出：{folder}", f"读出时间：{dt.datetime.now():%Y-%m-%d %H:%M}", "原来的文件没有动。", ""]
    lines += [f"{each}。" for each in said]
    for one in (f for f in found if f.read or f.broke or f.spoilt or not f.there):
        lines.append(f"{NAMED.get(one.table, one.table)}：{_words(one)}")
        if one.lost:
            named = [f"第 {key[1]:,} 条" if one.table == "journal" else _called(key, names) for key in one.lost[:MOST_NAMED]]
            more = f" 等 {len(one.lost):,} 个" if len(one.lost) > MOST_NAMED else ""
            lines.append(f"    读不出来的：{'、'.join(named)}{more}")
    whole = not any(f.broke or f.spoilt for f in found)
    lines += ["", "全部读出来了。" if whole else "没有读出来的，请用最近的备份核对补上。"]
    return lines


def _called(key: tuple[object, ...], names: dict[str, tuple[int, str]]) -> str:
    """A row by its number and name where an index still tells them, with the code of its matter."""
    number, name = names.get(str(key[0]), (0, ""))
    rest = "/".join(str(part) for part in key[1:])
    return f"第 {number:,} 号 {name} {rest}".rstrip() if number else "/".join(str(part) for part in key)


def _words(one: Found) -> str:
    if not one.there:
        return "里面没有这张表"
    parts = [f"读出 {one.read:,} 行"]
    if one.lost:
        parts.append(f"{len(one.lost):,} 行读不出来")
    elif one.broke:
        parts.append("有一段坏了，坏了多少行不知道")
    if one.spoilt:
        parts.append(f"{one.spoilt:,} 行内容不对，没有要")
    if one.lacking:
        parts.append(f"缺栏目 {'、'.join(one.lacking)}")
    if one.unknown:
        parts.append(f"多出的栏目没有读：{'、'.join(one.unknown)}")
    return "，".join(parts)
