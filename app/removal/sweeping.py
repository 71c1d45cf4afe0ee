"""What lies in the office folder beside the database and holds destroyed content: found, named, overwritten, removed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from app.engine import traces
from app.engine.remains import PURGE
from app.engine.traces import Traces
from app.keeping import backup, backup_notes, contents, put_aside, second_place, snapshots, store
from app.keeping.put_aside import Aside
from app.ledger import attachments, kept_cells, kept_drafts
from app.ledger.ledgers import LedgerLine
from app.office import DATABASE, Office
from app.problem import Problem
from app.removal import packed
from app.removal.destroying import Destroyed
from app.storage import files
from models import copies, database
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import inbox as inbox_table
from models.schema import outbox as outbox_table

BLOCK = 1 << 20
ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
LISTS = (".xlsx", ".xls", ".et", ".ods", ".csv")
SEALED_SLIP = b'{"QIDI_SLIP":2,'
"""How an encrypted return slip begins."""
OPENED, WAITING = ".open-", ".volumes-"
"""How folders in the inbox begin: bundles that were looked at, in clear, and volumes whose others have not come yet."""
_OWN = (".lock",)
PAPERS = ("outbox/报告", "papers")
"""Where reports and notices are laid, made from the rows; what is sent of them is kept as an attachment."""


@dataclass
class Swept:
    """What was removed and what is left, paths as they are told; `receivers` have a copy elsewhere.

    `unread` are files that may tell of it in a form that cannot be read: pictures, scans, what is encrypted.
    `unscrubbed` says why the free pages of the database were not overwritten, '' when they were.
    """

    files: list[str] = field(default_factory=list)
    bundles: list[str] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    backups_gone: list[str] = field(default_factory=list)
    backups_left: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    unscrubbed: str = ""
    unbacked: str = ""


def sweep(office: Office, done: Destroyed, *, backups: bool) -> Swept:
    """Remove the files that hold it and what the database left in its own files; harmless when done again.

    With `backups` those that hold it go only once there is a good one without it; `unbacked` says why there is none.

    Raises Problem E_CANNOT_WRITE naming the file that could not be removed.
    """
    swept = Swept(found=list(done.mentions))
    for sha in sorted(done.files):
        _remove(office, attachments.path_of(office.folder, sha), swept.files)
    _bundles(office, done, swept)
    for seen in _copies(done):
        _remove(office, seen, swept.files)
    _clear(office, swept)
    wanted = traces.bytes_of(done.named.texts, ENCODINGS)
    for slip in (office.folder / "outbox").glob("*.qidi-slip"):
        if _names(slip, wanted) or (done.named.texts and slip.read_bytes().startswith(SEALED_SLIP)):
            _remove(office, slip, swept.bundles)  # an encrypted one, too: nobody can see whom it names
    for letter in (office.folder / "outbox").glob("*.qidi-remarks") if done.named.texts else ():
        _remove(
            office, letter, swept.bundles
        )  # encrypted, so that nobody can see whom it names; made again any time
    _papers(office, done, wanted, swept)
    gone: list[str] = []
    unread: list[str] = []
    for copy in (*(office.folder / "inbox").glob("*"), *_put_aside(office, done, wanted, gone)):
        if copy.suffix.lower() in LISTS:
            holds = done.named.hits(copy.name) or _names(copy, wanted) or packed.tells(copy, done.named)
            if holds:
                _remove(office, copy, gone)
            elif holds is None and done.named.texts:
                unread.append(f"文件 {_place(office, copy)} 打不开，请人工核对")
    swept.files += done.named.cleaned(gone)
    _written_down(office, done, wanted, swept)
    if wrong := database.scrub(office.engine):
        swept.unscrubbed = (
            "另一个程序正读着数据文件，请关闭" if wrong == "busy" else "磁盘空间不够重写数据文件，请腾出空间"
        )
    _backups(office, done, swept, backups)
    swept.found += [*_still_there(office, done.named, swept), *sorted(unread)]
    return swept


def _written_down(office: Office, done: Destroyed, wanted: re.Pattern[bytes], swept: Swept) -> None:
    """What was typed in a form and never saved, and what a log tells."""
    kept_cells.forget(office, done.entries)
    for draft in (office.folder / kept_drafts.FOLDER).glob("*"):
        if draft.name.partition(".")[0] in done.entries or _names(draft, wanted):
            _remove(office, draft, swept.files)
    for log in (office.folder / "log").glob("*"):
        if log.is_file() and _names(log, wanted):
            _remove(office, log, swept.files)


def _papers(office: Office, done: Destroyed, wanted: re.Pattern[bytes], swept: Swept) -> None:
    """Reports and notices that tell of it, each with its other forms; of reports also those that nobody can search: a
    report is written again at any time.
    """
    gone: list[str] = []
    for place in PAPERS:
        there = [path for path in sorted((office.folder / place).rglob("*")) if path.is_file()]
        told = {path: _told(path, done.named, wanted) for path in there}
        lost = {
            path.with_suffix("")
            for path, holds in told.items()
            if holds or (holds is None and place == PAPERS[0])
        }
        for path in there:
            if path.with_suffix("") in lost:
                _remove(office, path, gone)
    swept.files += done.named.cleaned(gone)


def _told(path: Path, named: Traces, wanted: re.Pattern[bytes]) -> bool | None:
    """Whether a file tells of it, by name, bytes or what it shows; None: it cannot be read, or there is nothing to look for."""
    if not named.texts:
        return None
    return named.hits(path.name) or _names(path, wanted) or packed.tells(path, named)


def _put_aside(office: Office, done: Destroyed, wanted: re.Pattern[bytes], gone: list[str]) -> list[Path]:
    """The workbooks that wait in the inbox; what else waits there goes when it may name it."""
    left = []
    for file in (office.folder / "inbox").glob(f"{put_aside.PREFIX}*/*"):
        if file.suffix.lower() in LISTS:
            left.append(file)
        elif _names(file, wanted) or (done.named.texts and file.suffix != ".json"):
            _remove(office, file, gone)  # a bundle is encrypted, so that nobody can see whom it names
    return left


def forget(office: Office, done: Destroyed) -> str:
    """The same for what a sender destroyed (`forgetting.forget`): the bundles that brought it go, those that were only
    looked at, free pages too.

    What a person has still to do is said; nothing is raised, for the lines themselves are empty by now.
    """
    swept = Swept()
    left = ""
    try:
        _bundles(office, done, swept)
        for room in (office.folder / "inbox").glob(f"{OPENED}*"):
            _remove(office, room, swept.bundles)
    except Problem as problem:
        left = f"；{problem.text}"
    _backups(office, done, swept, destroy=False)
    wrong = database.scrub(office.engine)
    kept = [one for one in put_aside.every(office.folder) if _may_hold(one, done.line)]
    waits = _unfinished(office.folder, done.line.origin_id)
    left += f"；先放着的来件 {len(kept):,} 份可能含有它，请处理完再核对" if kept else ""
    left += f"；没有收齐分卷的来件 {waits:,} 份可能含有它，请收齐后再核对" if waits else ""
    left += f"；还有 {len(swept.backups_left):,} 个备份含有它，请核对后销毁" if swept.backups_left else ""
    return left + ("；数据文件里腾出的空页没有重写完，请报维护人员" if wrong else "")


def _may_hold(one: Aside, line: LedgerLine) -> bool:
    """Whether what waits is of the office that sent this ledger; of one whose office nobody knows, whether it may be."""
    if one.office:
        return one.office == line.origin_id
    return one.who == line.origin or one.ledger == line.origin_ledger


def shred(path: Path) -> None:
    """Overwrite a file, then take its name away. A disk may keep old blocks all the same; the report says so."""
    if path.is_symlink():  # what it points at is not ours
        path.unlink()
        return
    size = path.stat().st_size
    with path.open("rb+") as stream:
        for start in range(0, size, BLOCK):
            stream.write(bytes(min(BLOCK, size - start)))
        stream.flush()
        os.fsync(stream.fileno())
    path.unlink()
    files.sync_folder(path.parent)


def _remove(office: Office, path: Path, told: list[str]) -> None:
    try:
        if path.is_dir():
            for inner in [p for p in path.rglob("*") if p.is_file()]:
                shred(inner)
            shutil.rmtree(path)
        elif path.exists():
            shred(path)
        else:
            return
    except OSError as error:
        raise files.refusal(path, error) from error
    told.append(_place(office, path))


def _place(office: Office, path: Path) -> str:
    return path.relative_to(office.folder).as_posix() if path.is_relative_to(office.folder) else str(path)


def _bundles(office: Office, done: Destroyed, swept: Swept) -> None:
    """Bundles that were written, or came, while the row was in the ledger; prints of that time travel in them too."""
    o, i = outbox_table.c, inbox_table.c
    with office.read() as connection:
        sent = connection.execute(select(outbox_table).where(o.ledger_id == done.line.id)).all()
        came = connection.execute(select(inbox_table).where(i.ledger_id == done.line.id)).all()
    for row in sent:
        if _within(done, row.to_seq):
            swept.receivers.append(f"{row.on} 报“{row.to_name}”：{Path(row.file).name}")
            _remove(office, office.folder / row.file, swept.bundles)
    for row in came:
        name = (row.facts or {}).get("file")
        if name and _within(done, (row.receipt or {}).get("seq", 0)):
            _remove(office, office.folder / "inbox" / name, swept.bundles)


def _within(done: Destroyed, seq: int) -> bool:
    return any(first <= seq < purged for first, purged in done.spans)


def _clear(office: Office, swept: Swept) -> None:
    waiting = _unfinished(office.folder)
    for left in _leftovers(office.folder):
        _remove(office, left, swept.files)
    if waiting:
        said = f"没有收齐分卷的来件 {waiting:,} 份，看不出有没有它，已一并清除；请对方把各卷重新交来"
        swept.found.append(said)


def _unfinished(folder: Path, sender: str = "") -> int:
    """How many deliveries ('': of anybody) wait for their other volumes."""
    return sum(1 for room in (folder / "inbox").glob(f"{WAITING}{sender}*") if any(room.iterdir()))


def _leftovers(folder: Path) -> Iterator[Path]:
    """Parts and private folders that a killed process left, with content in them; names begin with a dot, or tmp."""
    for place in ("inbox", "outbox", "backups", "files"):
        yield from (folder / place).rglob(".*")
    yield from (p for p in (folder / "backups").glob("tmp*") if p.is_dir())
    yield from (p for p in folder.glob(".*") if p.is_file() and p.name not in _OWN)


def _copies(done: Destroyed) -> Iterator[Path]:
    """Copies of prints and attachments that the window made for a viewer, in the machine's temporary folder."""
    for path in _shown():
        with contextlib.suppress(OSError):  # another user's
            if path.is_file() and files.digest_of(path) in done.files:
                yield path


def _shown() -> Iterator[Path]:
    """What lies in the temporary folders of this program; another window may take its own away meanwhile."""
    for room in Path(tempfile.gettempdir()).glob("qidi-*"):
        with contextlib.suppress(OSError):
            yield from list(room.iterdir())


def _backups(office: Office, done: Destroyed, swept: Swept, destroy: bool) -> None:
    subjects = [*done.entries, *(done.mergings or ([done.run] if done.run else []))]
    again = [line["seq"] for line in done.lines if line["verb"] == PURGE]
    told = {path: _holds(path, subjects, again) for path in backup.known(office.folder)}
    if destroy and any(told.values()):
        destroy = _anew(office, swept, [path for path, holds in told.items() if holds])
    for path, holds in told.items():
        if holds is False:
            continue
        if destroy and holds:
            _remove(office, path, swept.backups_gone)
        else:
            swept.backups_left.append(_place(office, path) + ("" if holds else "（打不开，请人工核对）"))
    if destroy:
        for folder in backup_folders(office):
            snapshots.sweep(folder, lambda path: _unstore(office, done, path, swept.files))
    for name in backup_notes.of(office.folder).aside:
        if (folder := office.folder.with_name(name)).is_dir() and _holds(folder / DATABASE, subjects, again) is not False:
            swept.backups_left.append(f"{folder}（恢复时留下的整夹数据，请核对后整夹销毁）")
    if away := second_place.absent(office.folder):
        swept.backups_left.append(f"{away}（第二个放备份的地方，现在不在；插上后再做一次）")


def _anew(office: Office, swept: Swept, old: Sequence[Path]) -> bool:
    """A good backup without it before the `old` ones go; False, and said, when there can be none."""
    try:
        snapshots.make(office, "误入处置后", spare=[path.name for path in old])  # they are overwritten, not only let go
    except Problem as problem:
        swept.unbacked = problem.text
        return False
    return True


def _unstore(office: Office, done: Destroyed, path: Path, told: list[str]) -> None:
    """Take a file out of a store of scans. One that is also a living attachment, or has a second name elsewhere, only
    loses the name it has here: its bytes are those of the other.
    """
    shared = path.stat().st_nlink > 1 or files.stored(office.folder, path.name).exists()
    if path.name in done.files or not shared:
        _remove(office, path, told)
        return
    try:
        path.unlink()
    except OSError as error:
        raise files.refusal(path, error) from error


def backup_folders(office: Office) -> list[Path]:
    """Where backups of the office lie that keep their scans in a store."""
    there = second_place.find(office.folder)
    return [snapshots.folder_of(office.folder), *([there] if there else [])]


def _holds(path: Path, subjects: Iterable[str], purged: Iterable[int]) -> bool | None:
    """Whether a backup has the content still; None when it cannot be read."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                return copies.tells(archive.read(DATABASE), subjects, purged)
        return copies.tells(path.read_bytes(), subjects, purged)
    except (OSError, ValueError, KeyError, sqlite3.Error, *contents.BROKEN):
        return None


def _still_there(office: Office, named: Traces, swept: Swept) -> list[str]:
    """Every file of the folder read byte by byte for name and code, and what its bytes do not tell by what it shows."""
    if not named.texts:
        return []
    kept = {office.folder / name for name in swept.backups_left}
    if kept:  # their scans are theirs
        kept |= set(store.of(snapshots.folder_of(office.folder)).rglob("*"))
    wanted = traces.bytes_of(named.texts, ENCODINGS)
    told = {
        path: _names(path, wanted) or packed.tells(path, named)
        for path in sorted(office.folder.rglob("*"))
        if path.is_file() and path not in kept
    }
    called = _attached(office, named)
    swept.unread += [called(path) for path, holds in told.items() if holds is None]
    found = [path for path, holds in told.items() if holds]
    inside = [path for path in found if path.name.startswith(DATABASE)]
    said = [f"{called(path)} 里还有它的名称或代码，请核实后处理" for path in found if path not in inside]
    if inside and not swept.found:
        said.append("数据文件里还读得到它的名称或代码，请报维护人员")
    return said


def _attached(office: Office, named: Traces) -> Callable[[Path], str]:
    """How a file of the folder is told: an attachment by its name and the row it is with."""
    a, e = attachment_table.c, entry_table.c
    query = select(a.sha256, a.name, e.no).join(entry_table, e.id == a.entry_id, isouter=True).order_by(a.seq)
    with office.read() as connection:
        rows = {sha: (name, no) for sha, name, no in connection.execute(query)}
    known = {files.stored(office.folder, sha): each for sha, each in rows.items()}

    def called(path: Path) -> str:
        if path not in known:
            return f"文件 {named.cleaned(_place(office, path))}"
        name, no = known[path]
        return f"附件“{named.cleaned(name)}”" + (f"（{no}）" if no else "")

    return called


def _names(path: Path, wanted: re.Pattern[bytes]) -> bool:
    with path.open("rb") as stream:
        tail = b""
        while block := stream.read(BLOCK):
            if wanted.search(tail + block):
                return True
            tail = block[-traces.LONGEST * 4 :]
    return False
