"""One opened office folder: the first argument of everything."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DatabaseError, OperationalError

from app.change import Change
from app.ids import new_id
from app.journals import trust
from app.journals.journal import GENESIS, latest_day
from app.journals.writing import Write
from app.problem import Problem
from app.storage import derivation, files, paths, volumes
from app.storage.volumes import Mount
from app.values import divisions, first_clerk, known_days
from app.values.workdays import Calendar
from app.words import wording
from models import database
from models.schema import ledger as ledger_table
from models.schema import office as office_table
from models.schema import setting as setting_table

ROLES = {
    "sponsor": "立项部门",
    "handler": "前期手续办理部门",
    "lead": "汇总部门",
    "superior": "上级",
}
FOLDERS = ("files", "outbox", "inbox", "backups", "keys", "log")
DATABASE = "ledger.db"


@dataclass(frozen=True)
class Office:
    """An opened office folder. Complete from birth; `close` when done."""

    folder: Path
    engine: Engine
    id: str
    name: str
    division: str
    roles: frozenset[str]
    clerk: str
    stream: str
    fixed_today: dt.date | None
    readonly: bool
    lock: FileLock
    warnings: tuple[str, ...] = ()
    _turn: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)
    cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    leaving: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)
    """What has to be cleared away when the office is closed."""

    def today(self) -> dt.date:
        """The business date: `--today`, or the machine's."""
        return self.fixed_today or dt.date.today()

    def calendar(self) -> Calendar:
        """The published years, the years imported here and the banner's local rest days."""
        found = self.cache.get("calendar")
        if found is None:
            with self.read() as connection:
                found = self.cache["calendar"] = known_days.load(connection, self.division)
        return cast(Calendar, found)

    @property
    def passphrase(self) -> str:
        """What the keys were unlocked with since this office was opened, '' for nothing; it is never written down."""
        return str(self.cache.get("passphrase", ""))

    def unlock(self, passphrase: str) -> None:
        self.cache["passphrase"] = passphrase

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except DatabaseError as error:
            raise _refusal(self.folder, error) from error

    @contextmanager
    def write(self, deed: str) -> Iterator[Write]:
        """One transaction for one deed; everything in it happens or nothing does.

        Raises Problem E_READONLY, E_OFFICE_BUSY, E_DISK_FULL, E_IDENTITY.
        """
        if self.readonly:
            raise _read_only(self.folder)
        with self._turn, self._held(), self.cache.get("before", lambda _: nullcontext(""))(deed) as said:
            warning = "；".join(filter(None, (clock_warning(self), said)))
            try:
                with files.storing(self.folder) as store, self._transaction() as connection:
                    work = Write(connection, self.id, self.stream, self.clerk, self.today(), deed)
                    yield work
                    work.finish()
                    for sha256, source in work.files.items():
                        store.copy(sha256, source)
                    store.move(work.moved)
            except DatabaseError as error:
                raise _refusal(self.folder, error) from error
            self.cache["deeds"] = self.cache.get("deeds", 0) + 1
            work.tell()
            self.cache["latest"] = max(self.cache["latest"], work.on)
            self.cache["warned"] = warning or self.cache.get("warned", "")

    def watched(self, before: Callable[[str], AbstractContextManager[str]]) -> None:
        """Have `before(deed)` entered ahead of each deed, before its transaction begins, and left after it, so that it can
        take back what it did for one that was refused. What it yields is a warning that goes with the deed."""
        self.cache["before"] = before

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(write=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def _held(self) -> Iterator[None]:
        self.hold(timeout=3)
        try:
            yield
        finally:
            self.lock.release()

    def hold(self, timeout: float = 0) -> None:
        """Take the folder's write lock (re-entrant); nothing to take where it is only read. Raises Problem E_OFFICE_BUSY."""
        if self.readonly:
            return
        try:
            self.lock.acquire(timeout=timeout)
        except Timeout as error:
            raise Problem(
                "E_OFFICE_BUSY", "这个单位的数据正被另一个程序窗口使用，请先关闭它再试", folder=str(self.folder)
            ) from error

    def note_head(self) -> None:
        """Write down the ends of all streams beside the database, so that a lost tail is noticed (decision 22).

        Where there is no room for it the older note stays: it is behind, not wrong, and the deed is done already.
        """
        heads = heads_of(self.engine)
        with suppress(Problem):
            files.write_whole(self.folder / "head", json.dumps(heads, sort_keys=True).encode())

    def close(self) -> None:
        """Leave one file behind; on a full disk the log stays beside it. Closing again does nothing."""
        if self.cache.get("closed"):
            return
        self.cache["closed"] = True
        try:
            self.leaving.close()
            if self.readonly:
                self.engine.dispose()
            else:
                self.note_head()
                with suppress(DatabaseError):
                    database.settle(self.engine)
        finally:
            self.engine.dispose()
            self.lock.release(force=True)


def create(
    folder: Path,
    *,
    division: str,
    name: str,
    roles: list[str],
    clerk: str,
    today: dt.date | None = None,
    among: Sequence[Mount] | None = None,
) -> Office:
    """Make an office folder and open it; `among` are the mounts of the machine, asked for when not given.

    Raises Problem E_ON_STICK, E_ON_SHARE, E_FOLDER_TAKEN, E_DIVISION, E_ROLE, E_BLANK, E_OFFICE_NAME.
    """
    volumes.refuse_office_on(folder, among)
    name, clerk = wording.one_line(name), wording.one_line(clerk)
    _check_birth(folder, division, name, roles, clerk)
    nest = folder.parent / f".{folder.name}-new"
    shutil.rmtree(nest, ignore_errors=True)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for part in FOLDERS:
            (nest / part).mkdir(parents=True)
        engine = database.engine_for(nest / DATABASE)
        database.migrate(engine)
        birth: dict[str, Any] = {
            "id": new_id(),
            "name": name,
            "division": division,
            "roles": sorted(set(roles)),
            "clerk": clerk,
            "made_on": (today or dt.date.today()).isoformat(),
            "stream": new_id(),
        }
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.execute(insert(office_table).values(**birth, head_seq=0, head_hash=GENESIS))
            first_clerk.enter(connection, birth)
            connection.execute(insert(setting_table).values(key=derivation.STAMP, value=derivation.stamp()))
            work = Write(
                connection, birth["id"], birth["stream"], birth["clerk"], today or dt.date.today(), "建立单位"
            )
            work.office_line("init", birth["id"], birth)
            work.finish()
        database.settle(engine)
        if folder.exists():
            folder.rmdir()
        nest.rename(folder)
    except DatabaseError as error:
        raise _refusal(folder, error) from error
    except OSError as error:
        raise files.refusal(folder, error) from error
    finally:
        shutil.rmtree(nest, ignore_errors=True)
    return open_folder(folder, clerk=clerk, today=today, among=among)


def open_folder(
    folder: Path,
    *,
    clerk: str | None = None,
    today: dt.date | None = None,
    readonly: bool = False,
    among: Sequence[Mount] | None = None,
) -> Office:
    """Open an office folder; an older schema is brought up after a backup. One that cannot be written is only read.

    Raises Problem E_NO_OFFICE, E_ON_STICK, E_ON_SHARE, E_NEWER, E_DB_DAMAGED, E_READONLY.
    """
    file = folder / DATABASE
    if not file.is_file():
        raise Problem(
            "E_NO_OFFICE", f"“{folder}”里没有单位数据，请先用 init 建立，或另选文件夹", folder=str(folder)
        )
    volumes.refuse_office_on(folder, among)
    readonly = readonly or not files.writable(folder, file)
    engine = database.engine_for(file)
    lock = FileLock(str(folder / ".lock"), thread_local=False)
    try:
        _bring_up(engine, folder, lock, readonly)
        with engine.connect() as connection:
            row = connection.execute(select(office_table)).mappings().one()
            seated = first_clerk.name(connection)
        warnings = _lost_tail(folder, engine)
    except DatabaseError as error:
        engine.dispose()
        raise _refusal(folder, error) from error
    return Office(
        folder=folder,
        engine=engine,
        id=row["id"],
        name=row["name"],
        division=row["division"],
        roles=frozenset(row["roles"]),
        clerk=wording.one_line(clerk or "") or seated,
        stream=row["stream"],
        fixed_today=today,
        readonly=readonly,
        lock=lock,
        warnings=warnings,
    )


def clock_warning(office: Office) -> str:
    """'' or that today lies before the last day of the office's own records: the machine's clock was set back.

    Records keep their order all the same, which is by sequence and not by time (decision 18).
    """
    if "latest" not in office.cache:
        own = select(ledger_table.c.stream).where(ledger_table.c.own).union(select(office_table.c.stream))
        with office.read() as connection:
            office.cache["latest"] = max((latest_day(connection, each) for each in connection.scalars(own)), default="")
    today, latest = office.today().isoformat(), office.cache["latest"]
    if today >= latest:
        return ""
    return f"今天是 {today}，而操作记录里最后一天是 {latest}，电脑的日期可能调回去了，请先核对日期；记录仍按先后顺序保存"


def told(office: Office, change: Change) -> Change:
    """What a deed did, with the warning that it was written on a day before the last one; given once."""
    warning = warned(office)
    if not warning:
        return change
    both = "；".join(filter(None, (change.facts.get("warning"), warning)))
    return replace(change, said=f"{change.said}；注意：{warning}", facts={**change.facts, "warning": both})


def warned(office: Office) -> str:
    """The warning of what was written since this was last asked, '' for none."""
    return str(office.cache.pop("warned", ""))


def default_folder() -> Path:
    """Where the office lives when no folder is named."""
    return paths.office_folder()


def heads_of(engine: Engine) -> dict[str, list[Any]]:
    """{stream: [seq, hash]} of every stream of the folder."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT stream, head_seq, head_hash FROM ledger UNION ALL SELECT stream, head_seq, head_hash FROM office"
        )
        return {str(s): [seq, bytes(h).hex()] for s, seq, h in rows}


def _check_birth(folder: Path, division: str, name: str, roles: list[str], clerk: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem(
            "E_FOLDER_TAKEN", f"“{folder}”已有内容，请换一个空文件夹；原有内容没有动", folder=str(folder)
        )
    if divisions.find(division) is None:
        raise Problem("E_DIVISION", f"没有区划代码“{division}”，请从旗县名录里选", field="division")
    if wrong := [r for r in roles if r not in ROLES] or ([] if roles else ["（空）"]):
        raise Problem(
            "E_ROLE", f"没有“{wrong[0]}”这种单位身份，可用：{'、'.join(ROLES)}", field="role"
        )
    for key, value, label in (("name", name, "单位名称"), ("clerk", clerk, "经办人")):
        if not value:
            raise Problem("E_BLANK", f"{label}不能空，请填写", field=key)
    if not trust.plain_name(name):
        raise Problem(
            "E_OFFICE_NAME", f"单位名称最多 {trust.LONGEST_NAME} 个字，也不能有看不见的字符，请写短一些", field="name"
        )


def _bring_up(engine: Engine, folder: Path, lock: FileLock, readonly: bool) -> None:
    found, known = database.version_of(engine), database.known_versions()
    if found == known[-1]:
        return
    if found is not None and found not in known:
        raise Problem(
            "E_NEWER", "这份数据由更新版本的程序建立，请先升级本程序；数据没有动", found=found, known=known[-1]
        )
    if found is None:
        raise Problem("E_DB_DAMAGED", "数据文件不是本程序的台账库，请从备份恢复", folder=str(folder))
    if readonly:
        raise Problem("E_READONLY", "数据是旧版本，需要先正常打开一次完成升级")
    with lock:
        database.migrate(engine, lambda: _keep_before(engine, folder, found))


def _keep_before(engine: Engine, folder: Path, version: str) -> None:
    target = folder / "backups" / f"upgrade-from-{version}.db"
    target.parent.mkdir(exist_ok=True)
    try:
        files.write_whole(target, lambda part: database.copy_to(engine, part))
    except Problem as problem:
        said = f"数据是旧版本，升级前要先备份一份：{problem.text}"
        raise Problem(problem.code, said, **problem.facts) from problem


def _read_only(folder: Path) -> Problem:
    if files.writable(folder, folder / DATABASE):
        return Problem("E_READONLY", "现在是只读打开，不能改动；请关闭后正常打开再做")
    said = "单位数据文件夹不能写入，这一步没有做；请放开写的权限，或把整个文件夹复制到能写的盘上再打开"
    return Problem("E_CANNOT_WRITE", said, folder=str(folder))


def _lost_tail(folder: Path, engine: Engine) -> tuple[str, ...]:
    try:
        noted = json.loads((folder / "head").read_text())
    except (OSError, ValueError):
        return ()
    heads = heads_of(engine)
    lost = [s for s, (seq, _) in noted.items() if s not in heads or heads[s][0] < seq]
    return ("数据比上次记下的少了一截，可能恢复过旧备份或断电丢失，请用 verify 核对",) if lost else ()


def _refusal(folder: Path, error: DatabaseError) -> Exception:
    words = str(error.orig)
    if "append-only" in words:
        return Problem("E_APPEND_ONLY", "操作记录只能添加，不能改动或删除")
    if "disk is full" in words or "disk I/O" in words:
        said = "磁盘空间不足或写入出错，这一步没有做，原有数据没有动；请腾出空间后再试"
        return Problem("E_DISK_FULL", said, folder=str(folder))
    if "malformed" in words or "not a database" in words or "file is encrypted" in words or "decode to UTF-8" in words:
        return Problem("E_DB_DAMAGED", "数据文件已损坏，请从备份恢复；原文件没有动", folder=str(folder))
    if isinstance(error, OperationalError) and "locked" in words:
        return Problem("E_OFFICE_BUSY", "数据正被另一个程序使用，请稍后再试", folder=str(folder))
    if "unable to open" in words or "readonly" in words:
        return Problem("E_CANNOT_WRITE", "数据文件写不进去，请检查文件夹是否可写", folder=str(folder))
    return error
