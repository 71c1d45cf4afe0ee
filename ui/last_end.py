"""Whether the window was closed in order the last time, and what is told when it stands again."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

from app.keeping import backup_notes
from ui.main_window import MainWindow

MARK = "running.txt"
BADLY = "上次没有正常关闭（断电，或程序自己退了）。已经保存的都在；填了一半没保存的，请打开那一行看看还在不在。"


def begin(folder: Path) -> bool:
    """Note that the window stands; True when the one before was not closed in order. The folder is held by now."""
    mark = folder / "log" / MARK
    badly = mark.exists()
    with contextlib.suppress(OSError):
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(f"{dt.datetime.now():%Y-%m-%d %H:%M:%S}\n", "utf-8")
    return badly


def end(folder: Path) -> None:
    """It was closed in order."""
    with contextlib.suppress(OSError):
        (folder / "log" / MARK).unlink(missing_ok=True)


def greet(window: MainWindow, said: str, good: bool, badly: bool) -> None:
    """One sentence on the new window: what was restored, that it was not closed in order, or that no backup was made."""
    notes = backup_notes.of(window.desk.office.folder)
    failed = notes.failed
    if said:
        window.strip.tell(said, "blue" if good else "red")
    elif badly:
        window.strip.tell(BADLY, "amber", "看最后做到哪里", lambda: window.show_page("history"))
    elif failed is not None:
        told = f"{failed.at:%m-%d %H:%M} {failed.why}没有备份成：{failed.said}"
        window.strip.tell(told, "amber", "去备份恢复", lambda: window.show_page("backup"))
    elif notes.spoilt:
        told = f"上次备份时发现有 {len(notes.spoilt):,} 个附件的文件坏了，其余都备份好了。"
        window.strip.tell(told, "amber", "看是哪些，怎么补", lambda: window.show_page("backup"))
