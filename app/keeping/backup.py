"""Keeping a copy of an office, and bringing one back."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from app.change import Change
from app.keeping import contents, second_place, snapshots, spoilt, store
from app.keeping.contents import Part
from app.keeping.lying import KEPT, lying, stand_in
from app.keeping.store import Tell
from app.office import DATABASE, FOLDERS, Office
from app.problem import Problem
from app.storage import file_names, files, volumes
from app.storage.volumes import Mount
from models import database

LIST = "list.txt"
"""In `backups`: the full path of each backup made, one a line."""
TORN = "torn"
MOST_BYTES = 50 * 1024**3


def backup(office: Office, out: Path | None = None, tell: Tell | None = None) -> Change:
    """Write the database and all files into one zip `out` that can be carried anywhere, checked after writing.

    Scans that are spoilt in the office go in as they are and are named, in the fact `spoilt` too. `tell(done, total)`
    counts kilobytes, writing and reading again, and may raise to stop: nothing is left of it then.
    Without `out` it is one of the office's own backups (`snapshots.make`). Private keys stay out (decision 33).
    What begins with a point stays out too: parts still being written (this one too), bundles opened to be looked at,
    and volumes that wait for others, which come again from their sticks.
    """
    if out is None:
        return snapshots.make(office, tell=tell)
    bad: set[str] = set()
    files.write_whole(out, lambda part: bad.update(_fill(office, part, tell)))
    _note(office, out)
    names = spoilt.named(office, bad)
    told = f"；{spoilt.brief(names)}" if names else ""
    return Change(f"已备份到 {out.name}{told}", facts={"file": str(out), "bytes": out.stat().st_size, "spoilt": names})


def known(folder: Path) -> list[Path]:
    """Every backup of this office that is still where the program put it, inside its folder or elsewhere."""
    found = {path.resolve() for path in (folder / "backups").glob("*") if path.suffix in (".zip", ".db")}
    try:
        noted = (folder / "backups" / LIST).read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        noted = []
    found |= {path.resolve() for path in second_place.backups(folder)}
    return sorted(p for p in found | {Path(line) for line in noted if line} if p.is_file())


def _note(office: Office, target: Path) -> None:
    """Remember where the backup is; a folder that cannot be written keeps no list."""
    with (
        contextlib.suppress(OSError),
        (office.folder / "backups" / LIST).open("a", encoding="utf-8") as stream,
    ):
        stream.write(f"{target.resolve()}\n")


def restore(
    file: Path,
    folder: Path,
    *,
    among: Sequence[Mount] | None = None,
    beside: Sequence[Path] = (),
    tell: Tell | None = None,
) -> Change:
    """Unpack a backup into a new, empty office folder; `among` are the mounts of the machine. Nothing half-made.

    Scans that are kept beside it come from its store, else from the office folders `beside`; those found nowhere are
    counted in the facts, `missing`. `tell(done, total)` counts files and may raise to stop.
    Raises Problem E_ON_STICK, E_ON_SHARE, E_BACKUP, E_FOLDER_TAKEN, E_NEWER.
    """
    volumes.refuse_office_on(folder, among)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem("E_FOLDER_TAKEN", f"“{folder}”已有内容，请换一个空文件夹来恢复；原有内容没有动")
    if not file.is_file():
        raise Problem("E_NO_FILE", f"找不到备份“{file}”，请检查路径", file=str(file))
    contents.refuse_newer(file, contents.inside(file))
    nest = folder.parent / f".{file_names.fitted(folder.name)}-restore"
    shutil.rmtree(nest, ignore_errors=True)
    try:
        nest.mkdir(parents=True)
        parts = _unpack(file, nest)
        if (wrong := database.sound(nest / DATABASE)) != "ok":
            raise Problem("E_BACKUP", f"备份“{file.name}”里的数据已损坏，没有恢复", detail=wrong)
        missing = _fetch(file, parts, nest, beside, tell)
        if file.suffix == ".db":  # a copy of the database alone, made before it was brought up: the files are where they were
            _lay(beside, nest)
        for part in FOLDERS:
            (nest / part).mkdir(exist_ok=True)
        if folder.exists():
            folder.rmdir()
        nest.rename(folder)
    except (KeyError, *contents.BROKEN) as error:
        raise contents.spoilt(file) from error
    except OSError as error:
        raise files.refusal(folder, error) from error
    finally:
        shutil.rmtree(nest, ignore_errors=True)
    lost = f"；有 {len(missing):,} 个附件在备份里找不到" if missing else ""
    return Change(
        f"已从 {file.name} 恢复到 {folder}{lost}", facts={"folder": str(folder), "missing": [p.path for p in missing]}
    )


def _fill(office: Office, part: Path, tell: Tell | None) -> set[str]:
    """Write all into the zip `part` and read it again; the digests of scans that are spoilt or gone."""
    handle, name = tempfile.mkstemp(prefix=f".{part.stem}-", suffix=part.suffix, dir=part.parent)
    os.close(handle)
    copy = Path(name)  # beside the backup: the office's own disk may be full
    inside = lying(office.folder)
    try:
        database.copy_to(office.engine, copy)
        total = copy.stat().st_size + sum(path.stat().st_size for path in inside if path.is_file())
        moved = _counted(tell, 2 * total)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            if _put(archive, copy, DATABASE, moved, zipfile.ZIP_DEFLATED) in (TORN, ""):
                raise Problem("E_BACKUP", "数据这次读不出来，没有备份；请再试一次")
            names = {path: path.relative_to(office.folder).as_posix() for path in inside}
            found = {path: _put(archive, path, name, moved) for path, name in names.items()}
    finally:
        copy.unlink(missing_ok=True)
    try:
        with zipfile.ZipFile(part) as archive:
            for info in archive.infolist():
                with archive.open(info) as stream:  # the last block is compared with its checksum
                    for block in iter(partial(stream.read, store.BLOCK), b""):
                        moved(len(block))
    except zipfile.BadZipFile as error:
        raise Problem("E_BACKUP", "备份写完后核对不上，请换个地方重试") from error
    wanted = spoilt.wanted(office)
    scans = {path.name: found.pop(path) for path in inside if names[path].startswith(f"{KEPT[0]}/")}
    torn = {stand_in(names[path]) for path, digest in found.items() if digest == TORN}
    return torn | {sha for sha, digest in scans.items() if digest == TORN} | {sha for sha in wanted if scans.get(sha) != sha}


def _put(
    archive: zipfile.ZipFile, path: Path, name: str, moved: Callable[[int], object], how: int = zipfile.ZIP_STORED
) -> str:
    """Write one file into the zip, as far as it can be read; its digest, TORN for one that cannot be, '' for one that was
    there for a moment only.
    """
    hashed, torn = hashlib.sha256(), False

    def block() -> bytes:
        nonlocal torn
        try:
            return taken.read(store.BLOCK)
        except OSError:
            torn = True
            return b""

    try:
        info, taken = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False), path.open("rb")
    except FileNotFoundError:
        return ""
    except OSError:
        return TORN
    info.compress_type = how
    with taken, archive.open(info, "w") as sink:
        for some in iter(block, b""):
            sink.write(some)
            hashed.update(some)
            moved(len(some))
    return TORN if torn else hashed.hexdigest()


def _counted(tell: Tell | None, total: int) -> Callable[[int], object]:
    done = 0

    def moved(count: int) -> None:
        nonlocal done
        done += count
        if tell is not None:
            tell(min(done, total) // 1024, max(1, total // 1024))

    moved(0)
    return moved


def _fetch(
    file: Path, parts: Sequence[Part], nest: Path, beside: Sequence[Path], tell: Tell | None
) -> list[Part]:
    """Lay the files that are kept beside a backup; those whose bytes are found nowhere. A second name will do for scans."""
    missing = []
    for done, part in enumerate(parts):
        if tell is not None:
            tell(done, len(parts))
        places = (store.stored(store.of(file.parent), part.sha256), *(folder / part.path for folder in beside))
        source = next((p for p in places if spoilt.sound(p, part.sha256)), None)
        if source is None:
            missing.append(part)
            continue
        target = nest / part.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (part.path.startswith("files/") and store.link(source, target)):
            shutil.copyfile(source, target)
    return missing


def _lay(beside: Sequence[Path], nest: Path) -> None:
    for folder in beside[:1]:
        for part in KEPT:
            shutil.copytree(folder / part, nest / part, dirs_exist_ok=True, copy_function=_second_name)


def _second_name(source: str, target: str) -> object:
    scan = Path(source).parent.parent.name == KEPT[0]
    return target if scan and store.link(Path(source), Path(target)) else shutil.copy2(source, target)


def _unpack(file: Path, nest: Path) -> list[Part]:
    """Lay what is in a backup; the files that are kept beside it."""
    if file.suffix == ".db":
        shutil.copyfile(file, nest / DATABASE)
        return []
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        if sum(i.file_size for i in infos) > MOST_BYTES:
            raise Problem("E_BACKUP", f"“{file.name}”大得不合常理，没有恢复")
        for info in infos:
            name = PurePosixPath(info.filename)
            if info.filename in (contents.ABOUT, contents.FILES):
                continue
            if info.is_dir() or not _ours(info.filename):
                raise Problem("E_BACKUP", f"“{file.name}”里有不该有的文件“{info.filename}”，没有恢复")
            target = nest.joinpath(*name.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    found = contents.inside(file)
    parts = [*found.parts, *found.about.lost]
    if odd := [part.path for part in parts if not _ours(part.path)]:
        raise Problem("E_BACKUP", f"“{file.name}”里有不该有的文件“{odd[0]}”，没有恢复")
    return parts


def _ours(text: str) -> bool:
    """Whether a path of a backup stays inside the office folder, where the program puts files."""
    name = PurePosixPath(text)
    own = name.parts and (str(name) == DATABASE or name.parts[0] in KEPT)
    return bool(own) and ".." not in name.parts and not name.is_absolute() and "\\" not in text
