"""The frame of a deed that makes papers: off the screen thread, then shown, printed, kept."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.change import Change
from app.office import Office
from app.papers import papers
from app.problem import Problem
from app.storage import files
from app.values import dates
from ui import choosing
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.printed_dialog import PrintedDialog
from ui.widgets.buttons import button
from ui.widgets.labels import label

DONE = "已编号、登记，附在有关的行里。"


class PaperDialog(DeedDialog):
    """`perform` ends with `make(command, …)`; the folder of the office's papers is the command's argument `folder`.

    `shown` is the dialog with the papers, once they are made.
    """

    def __init__(self, desk: Desk, title: str, subtitle: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, title, subtitle, parent)
        self.shown: IssuedDialog | None = None

    def read_limit(self, key: str = "reply_by") -> str:
        """A day by which something is to be done, as ISO text: it may lie ahead. Raises Problem with `key` as its field."""
        text, year = self.text(key), self.desk.office.today().year
        try:
            read = dates.read(text, year=year)
            if read.exact != "day":
                raise Problem("E_DATE", f"“{text}”没有写到哪一天，请写成 2022-08-25 这样")
            return dates.business_day(read.on.isoformat(), dt.date.max)
        except Problem as problem:
            raise Problem(problem.code, problem.text, field=key, **problem.facts) from problem

    def make(self, command: Callable[..., Change], *args: Any, **given: Any) -> None:
        if self.desk.busy:
            return
        self.primary.setEnabled(False)
        self.desk.run(
            partial(command, folder=papers.folder(self.desk.office), **given), *args, title="正在出文书", done=self._made,
            refused=self._refused, gave_up=self._back,
        )  # fmt: skip

    def _made(self, change: Change) -> None:
        over = self.parentWidget()
        self.accept()
        self.shown = IssuedDialog(self.desk, change, over)
        self.shown.open()

    def _refused(self, problem: Problem) -> None:
        self._back()
        self.refused(problem)

    def _back(self) -> None:
        self.primary.setEnabled(True)


class IssuedDialog(PrintedDialog):
    """The papers just made: several are shown as one file. 另存 Word 稿 copies all their files."""

    def __init__(self, desk: Desk, change: Change, parent: QWidget | None = None) -> None:
        self.made: list[Mapping[str, Any]] = list(change.facts["papers"])
        shown = Path(change.facts.get("bound") or self.made[0]["pdf"])
        super().__init__(desk, shown.stem, shown, parent)
        self.told = label(f"{change.said}。{DONE}", "muted", wrap=True)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.told)
        self.words = button(
            "另存 Word 稿…", self._save_words, sign="file", why="把 Word 稿和 PDF 一起放到选定的文件夹"
        )
        self.foot.insertWidget(self.foot.indexOf(self.paper), self.words)
        if warning := change.facts.get("warning"):
            self._tell(f"注意：{warning}。")

    def _save_words(self) -> None:
        folder = choosing.folder(self, "Word 稿放到哪个文件夹", "papers")
        if folder is not None:
            self.lay(folder)

    def lay(self, folder: Path) -> None:
        """Copy the .docx and .pdf of every paper into a folder."""
        self.fault.hide()
        made = [Path(one[kind]) for one in self.made for kind in ("docx", "pdf")]
        self._desk.do(_lay, made, folder, refused=lambda problem: self._tell(problem.text))


def _lay(office: Office, made: list[Path], folder: Path) -> Change:
    for file in made:
        files.write_whole(folder / file.name, partial(shutil.copyfile, file))
    return Change(f"已放到“{folder}”：{len(made):,} 个文件")
