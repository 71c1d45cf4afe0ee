"""A damaged or newer office read as far as it can be: into a sound office of its own, with a report of what could not be read."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import office as offices
from app.ids import new_id
from app.keeping import from_journal, lost_ledgers
from app.keeping.from_journal import Filled
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
FILLED = frozenset(("entry", "item", "event", "attachment", "journal"))
NEEDED = ("office", "ledger", "entry")
UNKNOWN_NAME = "单位名称读不出来"
MOST_NAMED, MOST_DOUBTED = 20, 500
Names = dict[str, tuple[str, int, str]]
_KEYS = ("id FROM entry", "entry_id, code FROM item")
_COUNTS = (
    "SELECT count(*) FROM entry WHERE standing <> 'deleted'",
    "SELECT count(*) FROM item WHERE standing <> 'deleted'",
    "SELECT coalesce(sum(listed + added), 0) FROM tally WHERE unit = 'project'",
    "SELECT coalesce(sum(listed + added), 0) FROM tally WHERE unit = 'item'",
)
"""How many rows and matters there are, and how many there should be by the counts that were read."""


@dataclass(frozen=True)
class Salvaged:
    """`folder` is the sound office that was made, for reading only; `report` are lines for a person.

    `rows` is how many project rows were read and `filled` how many were worked out again; by the `counted` of the ledgers
    (0 where those are lost too) so many are still `owed`. `lost` is how many rows of other tables are known to lack.
    """

    folder: Path
    report: list[str] = field(default_factory=list)
    rows: int = 0
    lost: int = 0
    filled: int = 0
    counted: int = 0

    @property
    def owed(self) -> int:
        return max(0, self.counted - self.rows - self.filled)

    @property
    def said(self) -> str:
        """读出 341 行，从操作记录补出 130 行，按台账点数还少 9 行，另有 73 条内容读不出来"""
        filled = f"，从操作记录补出 {self.filled:,} 行" if self.filled else ""
        owed = f"，按台账点数还少 {self.owed:,} 行" if self.owed else ""
        same = "，与台账点数相符" if filled and self.counted == self.rows + self.filled else ""
        same = same if self.counted or not self.rows + self.filled else "，台账点数读不出来，齐不齐全不知道"
        lost = f"，另有 {self.lost:,} 条内容读不出来" if self.lost else ""
        return f"读出 {self.rows:,} 行{filled}{owed}{same}{lost}"


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
    _refuse_nothing(found, known=bool(salvage.tables_of(nest / "copy.db")))
    said += _complete(made / DATABASE)
    said += lost_ledgers.mend(folder, nest / "copy.db", made / DATABASE)
    torn = any(f.broke or f.spoilt or f.lost or not f.there for f in found if f.table in FILLED)
    filled = from_journal.fill(folder, nest / "copy.db", made / DATABASE) if torn else Filled()
    _files(folder, made)
    return _told(folder, made, said, found, filled, salvage.names_of(nest / "copy.db"))


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


def _refuse_nothing(found: list[Found], *, known: bool) -> None:
    there = {f.table for f in found if f.there}
    if not there or (not known and not any(f.read for f in found if f.table in ("entry", "journal"))):
        raise Problem("E_NOTHING_READ", "数据文件坏得太厉害，一张表也读不出来，请从备份恢复；原文件没有动")
    if known and (missing := [NAMED[name] for name in NEEDED if name not in there]):
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


def _told(
    folder: Path, made: Path, said: list[str], found: list[Found], filled: Filled, names: Names
) -> Salvaged:
    with closing(sqlite3.connect(made / DATABASE)) as link:
        rows, matters = ({tuple(key) for key in link.execute(f"SELECT {keys}")} for keys in _KEYS)
        live, live_matters, counted, counted_matters = (int(link.execute(ask).fetchone()[0]) for ask in _COUNTS)
    by_table = {one.table: one for one in found}
    for table, count in (("journal", filled.untrue), ("original", filled.false_originals)):
        by_table[table].read -= count
        by_table[table].spoilt += count
    entry, item = by_table["entry"], by_table["item"]
    entry.lost = [key for key in entry.lost if key not in rows]
    item.lost = [key for key in item.lost if key not in matters and key[1] in filled.whole.get(key[0], key)]
    owed = {"entry": max(0, counted - live), "item": max(0, counted_matters - live_matters)}
    for one, right in ((entry, counted), (item, counted_matters)):
        if right and not owed[one.table]:  # the rest of a broken part is known then
            one.broke, one.spoilt = "", 0
    unknown = {one.table: len(one.lost) + one.spoilt for one in found}
    lost = sum(n for table, n in unknown.items() if table not in owed)
    lost += owed["item"] if counted_matters else unknown["item"]
    lost += 0 if counted else unknown["entry"]
    made_of = Salvaged(made, [], live - filled.rows, lost, filled.rows, counted)
    told = [*said, *_filled(filled), *_owed(owed, {key[0] for key in rows}, names)]
    return replace(made_of, report=_report(folder, told, found, names, filled))


def _filled(filled: Filled) -> list[str]:
    """What was worked out again, and how far it is to be trusted."""
    parts = [(filled.rows, "行项目"), (filled.matters, "个审批事项"), (filled.events, "条进出账的记录")]
    parts.append((filled.attachments, "个附件登记"))
    told = "、".join(f"{count:,} {what}" for count, what in parts if count)
    said = [f"读不出来的，从操作记录补出 {told}"] if told else []
    if filled.righted:
        said.append(f"有 {filled.righted:,} 行的内容与操作记录对不上，已按操作记录改正")
    if filled.of_backup:
        said.append(f"补出的行里有 {filled.of_backup:,} 行以备份“{filled.backup}”里的内容为底")
    if filled.doubtful:
        named = _list(filled.doubtful, MOST_DOUBTED)
        said.append(f"下面这些行的操作记录缺了一截，补出来的可能不是最后的内容，请逐行核对：{named}")
    if filled.unsure:
        named = _list(filled.unsure, MOST_DOUBTED)
        said.append(f"有几条操作记录读不出来，也不知道说的是哪一行；补出的行里这些可能少了它们说的改动，请核对：{named}")
    return said + [f"《{title}》的操作记录用不上，没有补" for title in filled.failed]


def _owed(owed: dict[str, int], rows: set[object], names: Names) -> list[str]:
    said = [f"按台账点数，还少 {owed['entry']:,} 行项目"] if owed["entry"] else []
    said += [f"按台账点数，还少 {owed['item']:,} 个审批事项"] if owed["item"] else []
    gone = [f"第 {number:,} 号 {name}" for key, (_, number, name) in names.items() if key not in rows]
    if gone:
        said.append(f"还少的行里知道名称的有：{_list(gone, MOST_DOUBTED)}")
    return said


def _list(names: list[str], most: int) -> str:
    return "、".join(names[:most]) + (f" 等 {len(names):,} 行" if len(names) > most else "")


def _files(folder: Path, made: Path) -> None:
    """Let the attachments be opened where they stand; on a system without links they are not shown."""
    with contextlib.suppress(OSError):
        (made / "files").rmdir()
        (made / "files").symlink_to(folder.resolve() / "files", target_is_directory=True)
    (made / "files").mkdir(exist_ok=True)


def _report(folder: Path, said: list[str], found: list[Found], names: Names, filled: Filled) -> list[str]:
    lines = [f"应急读出：{folder}", f"读出时间：{dt.datetime.now():%Y-%m-%d %H:%M}", "原来的文件没有动。", ""]
    lines += [f"{each}。" for each in said]
    added = {"entry": filled.rows, "item": filled.matters, "event": filled.events, "attachment": filled.attachments}
    for one in (f for f in found if f.read or f.broke or f.spoilt or not f.there):
        lines.append(f"{NAMED.get(one.table, one.table)}：{_words(one, added.get(one.table, 0))}")
        if one.lost:
            named = [f"第 {key[1]:,} 条" if one.table == "journal" else _called(key, names) for key in one.lost[:MOST_NAMED]]
            more = f" 等 {len(one.lost):,} 个" if len(one.lost) > MOST_NAMED else ""
            lines.append(f"    读不出来的：{'、'.join(named)}{more}")
    whole = not any(f.broke or f.spoilt or f.lost for f in found)
    all_there = "读不出来的都补上了。" if any(added.values()) else "全部读出来了。"
    lines += ["", all_there if whole else "没有读出来的，请用最近的备份核对补上。"]
    return lines


def _called(key: tuple[object, ...], names: Names) -> str:
    """A row by its number and name where an index still tells them, with the code of its matter."""
    _, number, name = names.get(str(key[0]), ("", 0, ""))
    rest = "/".join(str(part) for part in key[1:])
    return f"第 {number:,} 号 {name} {rest}".rstrip() if number else "/".join(str(part) for part in key)


def _words(one: Found, filled: int) -> str:
    if not one.there:
        return "里面没有这张表"
    parts = [f"读出 {one.read:,} 行", *([f"补出 {filled:,} 行"] if filled else [])]
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
