"""What is done with one report: kept as a draft, made and filed, looked at as a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import entries
from app.office import Office
from app.reports import one_liner, report_sending, reporting
from app.reports.reporting import Draft, Report
from ui import temporary
from ui.desk import Desk
from ui.dialogs import asking
from ui.dialogs.printed_dialog import PrintedDialog

NO_FOLDER = "还没有写过报告：点“生成并归档”，文件就写在这个文件夹里"
EARLY, WAIT = "现在就报", "到期末再报"
Said = dict[str, str]


class ReportDeeds(QObject):
    """`drafted(draft)` when one was read, `kept` when it was saved, `sent(change)` when it was filed, `told(text)` a paragraph
    to copy, `wished(place)` of 项目台账, `refused(problem)`."""

    drafted = Signal(object)
    kept = Signal()
    sent = Signal(object)
    told = Signal(str)
    wished = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over
        self.asked: Any = None  # the dialog last opened
        self._folder: Path | None = None

    def read(self, ledger: str, report: Report, *, locked: bool) -> None:
        """The report off the screen thread: a large ledger takes its time."""
        self._desk.run(
            _read, ledger, report, locked, title="正在汇总数字", done=self.drafted.emit, refused=self.refused.emit,
            on_page=True,
        )  # fmt: skip

    def brief(self, ledger: str) -> None:
        """情况一段话."""
        said = self._desk.do(one_liner.say, ledger, refused=self.refused.emit)
        if said:
            self.told.emit(said)

    def see(self, ledger: str, no: str) -> None:
        """The row with this 台账编号, the whole ledger for ''."""
        entry = self._desk.do(entries.find, no, refused=self.refused.emit) if no else ""
        if entry is not None:
            self.wished.emit({"ledger": ledger, **({"entry": entry} if entry else {})})

    def keep(self, draft: Draft, said: Said) -> None:
        """保存草稿."""
        change = self._desk.do(
            report_sending.keep,
            draft.ledger.id,
            draft.period.id,
            draft.form.id,
            said,
            refused=self.refused.emit,
        )
        if change is not None:
            self._desk.said.emit(change.said)
            self.kept.emit()

    def send(self, draft: Draft, said: Said, *, zero: bool = False, duplex: bool = False) -> None:
        """生成并归档, or 零报告 in one press; asked first while the period still runs."""
        if draft.running and not self._early(draft):
            return
        self._desk.run(
            report_sending.send, draft.ledger.id, draft.period.id, draft.form.id, said, zero=zero, early=draft.running,
            duplex=duplex, title="正在写报告", done=self._sent, refused=self.refused.emit,
        )  # fmt: skip

    def _early(self, draft: Draft) -> bool:
        answers = {EARLY: asking.KEEPS, WAIT: asking.STAYS}
        why = f"{report_sending.still_running(draft)}。"
        text = f"{draft.period.title}还没有结束，现在就报吗？"
        return asking.ask(self._over, "这一期还没有结束", text, why, answers) == EARLY

    def _sent(self, change: Change) -> None:
        files = change.facts["files"]
        self._folder = Path(files[0]).parent if files else None
        self.sent.emit(change)

    def show_paper(self, draft: Draft, said: Said, *, duplex: bool = False) -> None:
        """The PDF as it would be filed."""
        self._desk.run(
            _paper, draft, said, duplex, title="正在排版", done=lambda file: self._show(draft.title, file),
            refused=self.refused.emit,
        )  # fmt: skip

    def _show(self, title: str, file: Path) -> None:
        self.asked = PrintedDialog(self._desk, title, file, self._over.window())
        self.asked.open()

    def open_folder(self) -> None:
        """Where the files were last written."""
        folder = self._folder or self._desk.office.folder / "outbox" / report_sending.FOLDER
        if folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        else:
            self._desk.said.emit(NO_FOLDER)


def _read(office: Office, ledger: str, report: Report, locked: bool) -> Draft:
    """A report that was sent as it was sent, any other as it stands now."""
    period, form = report.period.id, report.form.id
    found = reporting.sent(office, ledger, period, form) if locked else None
    return found or reporting.draft(office, ledger, period, form)


def _paper(office: Office, draft: Draft, said: Said, duplex: bool) -> Path:
    """The PDF where what is only looked at is made."""
    file = temporary.place(f"{draft.title}.pdf")
    report_sending.print_paper(office, report_sending.told(draft, said), file, duplex=duplex)
    return file
