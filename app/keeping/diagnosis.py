"""诊断包: what helps to find a fault from afar, and nothing of what the office wrote: no name, cell, phone, key or path."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import platform
import re
import sqlite3
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec

from app.change import Change
from app.keeping import backup_notes, plain_traces, snapshots
from app.office import DATABASE
from app.storage import files
from app.templating import template_reading
from models import copies, database, links

LOGS = ("faults.txt", "hard.txt")
PARTS = ("files", "inbox", "outbox", "backups", "log")
PACKAGES = ("qidi", "PySide6-Essentials", "SQLAlchemy", "alembic", "openpyxl", "python-calamine", "reportlab", "Pillow",
            "pyrage", "cryptography", "msgspec", "filelock")  # fmt: skip
_VERSION = re.compile(r"^[0-9.]{1,12}$")
SETTINGS = {"type_size": ("standard", "large"), "light_days": tuple(range(100))}
"""Settings that say nothing of anybody, with the values they may have."""
TELLS = """这个诊断包里有：程序和系统的版本、数据文件的大小和行数、出错的位置和时间、几项设置。
没有：单位和人的名字、电话、台账里填的任何内容、密钥、口令、文件名和文件夹名。
它只写到您选的地方，程序不会自己发给任何人。
"""


def collect(folder: Path) -> dict[str, str]:
    """{name in the package: its text} about the office in `folder`, which may be damaged. Nothing is written."""
    made = {
        "说明.txt": TELLS,
        "versions.json": _json(_versions()),
        "sizes.json": _json(_sizes(folder)),
        "database.json": _json(_database(folder / DATABASE)),
        "backups.json": _json(_backups(folder)),
    }
    for name in LOGS:
        with suppress(OSError):
            text = (folder / "log" / name).read_text("utf-8", "replace")
            if lines := plain_traces.lines(text):
                made[f"log/{name}"] = "\n".join(lines) + "\n"
    return made


def write(parts: Mapping[str, str], out: Path) -> Change:
    """Write what was collected, as it was shown, into one zip. Raises Problem E_CANNOT_WRITE, E_DISK_FULL."""

    def fill(part: Path) -> None:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                archive.writestr(name, text)

    files.write_whole(out, fill)
    return Change(f"诊断包已写到 {out.name}", facts={"file": str(out), "parts": list(parts)})


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n"


def _versions() -> dict[str, Any]:
    found = {}
    for name in PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return {
        "at": f"{dt.datetime.now():%Y-%m-%d %H:%M}",
        "schema": database.known_versions()[-1],
        "python": platform.python_version(),
        "system": platform.system(),
        "release": platform.release() if platform.release().isascii() else "",
        "machine": platform.machine(),
        "sqlite": sqlite3.sqlite_version,
        "encoding": sys.getfilesystemencoding(),
        "packed": bool(getattr(sys, "frozen", False)),
        "packages": found,
    }


def _sizes(folder: Path) -> dict[str, Any]:
    """Bytes of the database and its log, number and bytes of what lies in each folder."""
    told: dict[str, Any] = {}
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            told[f"{DATABASE}{end}"] = (folder / f"{DATABASE}{end}").stat().st_size
    for part in PARTS:
        sizes = list(_below(folder / part))
        told[part] = {"files": len(sizes), "bytes": sum(sizes)}
    return told


def _below(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                yield path.stat().st_size


def _database(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {"there": False}
    with file.open("rb") as stream:
        head = stream.read(16)
    whole = file.stat().st_size % 4096 == 0
    told: dict[str, Any] = {"there": True, "header": head == b"SQLite format 3\x00", "whole_pages": whole}
    try:
        told |= copies.census(file)
    except (sqlite3.Error, msgspec.MsgspecError, TypeError) as error:
        return told | {"unread": type(error).__name__}
    for line in told["ledgers"]:
        if not template_reading.is_builtin(line["template"]) or not _VERSION.match(line["version"]):
            line["template"], line["version"] = "自定义模板", ""
    told["settings"] = {k: v for k, v in told["settings"].items() if k in SETTINGS and v in SETTINGS[k]}
    with suppress(sqlite3.Error), closing(sqlite3.connect(links.address(file), uri=True)) as link:
        told["quick_check"] = link.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    return told


def _backups(folder: Path) -> dict[str, Any]:
    notes = backup_notes.of(folder)
    made = snapshots.made(snapshots.folder_of(folder), notes)
    return {
        "made": [{"at": f"{b.at:%Y-%m-%d %H:%M}", "bytes": b.size, "bad": bool(b.wrong)} for b in made[:20]],
        "second_place": notes.second is not None,
        "second_at": f"{notes.second.at:%Y-%m-%d %H:%M}" if notes.second and notes.second.at else "",
        "failed_at": f"{notes.failed.at:%Y-%m-%d %H:%M}" if notes.failed else "",
    }
