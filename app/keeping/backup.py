"""Keeping a copy of an office, and bringing one back."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from app.change import Change
from app.office import DATABASE, FOLDERS, Office
from app.problem import Problem
from app.storage import files, volumes
from app.storage.volumes import Mount
from models import database

KEPT = ("files", "outbox", "inbox")
LIST = "list.txt"
"""In `backups`: the full path of each backup made, one a line."""
MOST_BYTES = 50 * 1024**3
_ODD = re.compile(r'[\\/:*?"<>|]')


def backup(office: Office, out: Path | None = None) -> Change:
    """Write the database and all files into one zip, checked after writing; private keys stay out (decision 33).

    What begins with a point stays out too: parts still being written (this one too), bundles opened to be looked at,
    and volumes that wait for others, which come again from their sticks.
    """
    stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    target = out or office.folder / "backups" / f"{_ODD.sub('', office.name)[:60]}-{stamp}.zip"
    files.write_whole(target, lambda part: _fill(office, part))
    _note(office, target)
    return Change(f"已备份到 {target.name}", facts={"file": str(target), "bytes": target.stat().st_size})


def known(folder: Path) -> list[Path]:
    """Every backup of this office that is still where the program put it, inside its folder or elsewhere."""
    found = {path.resolve() for path in (folder / "backups").glob("*") if path.suffix in (".zip", ".db")}
    try:
        noted = (folder / "backups" / LIST).read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        noted = []
    return sorted(p for p in found | {Path(line) for line in noted if line} if p.is_file())


def _note(office: Office, target: Path) -> None:
    """Remember where the backup is; a folder that cannot be written keeps no list."""
    with (
        contextlib.suppress(OSError),
        (office.folder / "backups" / LIST).open("a", encoding="utf-8") as stream,
    ):
        stream.write(f"{target.resolve()}\n")


def restore(file: Path, folder: Path, *, among: Sequence[Mount] | None = None) -> Change:
    """Unpack a backup into a new, empty office folder; `among` are the mounts of the machine. Nothing half-made.

    Raises Problem E_ON_STICK, E_ON_SHARE, E_BACKUP, E_FOLDER_TAKEN.
    """
    volumes.refuse_office_on(folder, among)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem("E_FOLDER_TAKEN", f"“{folder}”已有内容，请换一个空文件夹来恢复；原有内容没有动")
    if not file.is_file():
        raise Problem("E_NO_FILE", f"找不到备份“{file}”，请检查路径", file=str(file))
    nest = folder.parent / f".{folder.name}-restore"
    shutil.rmtree(nest, ignore_errors=True)
    try:
        nest.mkdir(parents=True)
        _unpack(file, nest)
        if (wrong := database.sound(nest / DATABASE)) != "ok":
            raise Problem("E_BACKUP", f"备份“{file.name}”里的数据已损坏，没有恢复", detail=wrong)
        for part in FOLDERS:
            (nest / part).mkdir(exist_ok=True)
        if folder.exists():
            folder.rmdir()
        nest.rename(folder)
    except (zipfile.BadZipFile, KeyError) as error:
        raise Problem("E_BACKUP", f"“{file.name}”不是完整的备份文件，没有恢复", file=str(file)) from error
    except OSError as error:
        raise files.refusal(folder, error) from error
    finally:
        shutil.rmtree(nest, ignore_errors=True)
    return Change(f"已从 {file.name} 恢复到 {folder}", facts={"folder": str(folder)})


def _fill(office: Office, part: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{part.stem}-", suffix=part.suffix, dir=part.parent)
    os.close(handle)
    copy = Path(name)  # beside the backup: the office's own disk may be full
    try:
        database.copy_to(office.engine, copy)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            archive.write(copy, DATABASE, zipfile.ZIP_DEFLATED)
            for folder in KEPT:
                for path in sorted((office.folder / folder).rglob("*")):
                    inside = path.relative_to(office.folder)
                    if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                        archive.write(path, inside.as_posix())
    finally:
        copy.unlink(missing_ok=True)
    with zipfile.ZipFile(part) as archive:
        if archive.testzip() is not None:
            raise Problem("E_BACKUP", "备份写完后核对不上，请换个地方重试")


def _unpack(file: Path, nest: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        if sum(i.file_size for i in infos) > MOST_BYTES:
            raise Problem("E_BACKUP", f"“{file.name}”大得不合常理，没有恢复")
        for info in infos:
            name = PurePosixPath(info.filename)
            inside = name.parts and (str(name) == DATABASE or name.parts[0] in KEPT)
            if (
                not inside
                or ".." in name.parts
                or name.is_absolute()
                or info.is_dir()
                or "\\" in info.filename
            ):
                raise Problem("E_BACKUP", f"“{file.name}”里有不该有的文件“{info.filename}”，没有恢复")
            target = nest.joinpath(*name.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
