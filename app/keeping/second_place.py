"""The second place of the backups: a folder or a stick chosen once, known again wherever it is plugged in."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from app.change import Change
from app.keeping import backup_notes, contents, snapshots, spoilt, store
from app.keeping.backup_notes import Second
from app.keeping.store import Tell
from app.office import Office
from app.people import clerks
from app.problem import Problem
from app.storage import file_names, files, volumes
from app.storage.volumes import Mount

BEGINS, MARK = "起底备份-", "place.json"


def choose(office: Office, folder: Path, among: Sequence[Mount] | None = None) -> Change:
    """Keep copies of the backups in `folder` from now on, in a folder of their own there that carries a mark.

    By its mark the place is known again when a stick comes back under another letter, and another stick in its slot
    is not taken for it. Raises Problem E_NOT_YOUR_ROLE, E_NO_FOLDER, E_OWN_FOLDER, E_CANNOT_WRITE.
    """
    clerks.refuse(office, (clerks.MANAGER,), "选放备份的地方")
    if not folder.is_dir():
        raise Problem("E_NO_FOLDER", f"没有文件夹“{folder}”，请先建好或另选地方", path=str(folder))
    if folder.resolve().is_relative_to(office.folder.resolve()):
        raise Problem("E_OWN_FOLDER", "第二个地方不能在单位数据文件夹里，请选另一块盘或 U 盘", path=str(folder))
    room = folder / f"{BEGINS}{file_names.fitted(office.name, most=120)}"
    if _told(room).get("office", office.id) != office.id:  # another office of this name has its backups there
        room = room.with_name(f"{room.name}-{office.id[-8:]}")
    try:
        room.mkdir(exist_ok=True)
        mark = _told(room).get("mark") or secrets.token_hex(16)
        files.write_whole(room / MARK, msgspec.json.encode({"mark": mark, "office": office.id}))
    except OSError as error:
        raise files.refusal(room, error) from error
    root = volumes.root_of(room, among)
    second = Second(mark, str(room.resolve()), os.path.relpath(room.resolve(), root))
    backup_notes.change(office.folder, second=second)
    near = root == volumes.root_of(office.folder, among)
    warning = "；它和单位数据在同一块盘上，盘坏了会一起丢，最好换 U 盘或另一块盘" if near else ""
    return Change(f"备份以后也放到 {room}{warning}", facts={"folder": str(room), "same_disk": near})


def forget(office: Office) -> Change:
    """Keep no copies there from now on; what lies there stays. Raises Problem E_NOT_YOUR_ROLE."""
    clerks.refuse(office, (clerks.MANAGER,), "选放备份的地方")
    backup_notes.change(office.folder, second=None)
    return Change("备份不再放到第二个地方；那里已有的备份留着")


def find(office: Path, among: Sequence[Mount] | None = None) -> Path | None:
    """Where the second place of an office folder is now; None when it is not plugged in, or none was chosen."""
    second = backup_notes.of(office).second
    if second is None:
        return None
    roots = (stick.path for stick in volumes.sticks(among))
    for room in (Path(second.path), *(root / second.below for root in roots)):
        if _told(room).get("mark") == second.mark:
            return room
    return None


def absent(office: Path) -> str:
    """Where the second place was that is not there now, '' when it is there or none was chosen."""
    second = backup_notes.of(office).second
    return second.path if second is not None and find(office) is None else ""


def backups(office: Path) -> list[Path]:
    """The backups that lie in the second place, where it is there."""
    room = find(office)
    return [] if room is None else sorted(room.glob("[!.]*.zip"))


def catch_up(
    office: Office,
    tell: Tell | None = None,
    among: Sequence[Mount] | None = None,
    *,
    spare: Collection[str] = (),
) -> str:
    """Bring everything there that lies here, newest first, verified; a sentence when something was not done, else ''.

    `tell(done, total)` counts files and may raise to stop: what is there by then need not be brought again. The backups
    of the names in `spare` stay there, whatever the rule says.
    """
    second = backup_notes.of(office.folder).second
    if second is None:
        return ""
    room = find(office.folder, among)
    if room is None:
        return f"第二个地方（{second.path}）现在不在，插上以后下次备份时自动补上"
    try:
        lost = _bring(office, room, tell, spare)
    except OSError as error:
        return f"没能放到第二个地方：{files.refusal(room, error).text}"
    except Problem as problem:
        if problem.code == snapshots.LATE:
            raise
        return f"没能放到第二个地方：{problem.text}"
    now = replace(second, path=str(room), at=dt.datetime.now().replace(microsecond=0))
    backup_notes.change(office.folder, second=now)
    return f"第二个地方放好了，但有 {lost:,} 个附件坏了或读不出来，没能放过去" if lost else ""


def behind(office: Path) -> bool:
    """Whether the newest backup of an office folder is not in the second place that is there now."""
    room, last = find(office), snapshots.newest(office)
    return room is not None and last is not None and not (room / last.file.name).exists()


def _bring(office: Office, room: Path, tell: Tell | None, spare: Collection[str]) -> int:
    """How many scans could not be brought, for they are lacking or spoilt here: the rest goes without them."""
    lost: set[str] = set()
    here = snapshots.folder_of(office.folder)
    for one in snapshots.made(here, backup_notes.of(office.folder)):
        target = room / one.file.name
        if one.about is None or one.wrong or target.exists():
            continue
        if tell is not None:
            tell(0, 1)
        parts = contents.inside(one.file).parts
        lacking = store.lacking(store.of(room), parts)
        found = [(part, store.stored(store.of(here), part.sha256)) for part in lacking]
        sound = [(part, at) for part, at in found if spoilt.sound(at, part.sha256)]
        lost |= {part.sha256 for part in lacking} - {part.sha256 for part, _ in sound}
        store.take(store.of(room), sound, linked=False, tell=tell)
        store.carry(one.file, target, tell)
        if files.digest_of(target) != files.digest_of(one.file):
            target.unlink()
            raise Problem("E_BACKUP", f"“{target.name}”写完后核对不上，请换个盘")
    snapshots.prune(room, backup_notes.Notes(), lambda path: path.unlink(missing_ok=True), spare)
    return len(lost)


def _told(room: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((room / MARK).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return {}
