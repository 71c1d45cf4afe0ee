"""What is seen while a command runs off the screen thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.storage.volumes import MB
from ui.desk import Job
from ui.widgets.buttons import button
from ui.widgets.labels import label

BUSY_AFTER_MS, SHOWN_AFTER_MS = 300, 1000
WAITING = "正在准备…"


def megabytes(done: int, total: int) -> str:
    """12.3 / 60.0 MB."""
    return f"{done / MB:,.1f} / {total / MB:,.1f} MB"


class ProgressDialog(QDialog):
    """Busy cursor after 0.3 s, this dialog with count and 取消 after 1 s. Closes itself when the job is over."""

    def __init__(self, job: Job, parent: QWidget) -> None:
        super().__init__(parent)
        self._job = job
        self._busy = False
        self._ended = False
        self.setWindowTitle(job.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(420)
        self.title = label(job.title, "h2")
        self.count = label(WAITING, "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName("进度")
        self.stop = button("取消", self.cancel)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.bar)
        column.addLayout(foot)
        job.told.connect(self._tell)
        self._timers = (self._after(BUSY_AFTER_MS, self._turn_busy), self._after(SHOWN_AFTER_MS, self.show))

    def _after(self, ms: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        timer.start(ms)
        return timer

    def _turn_busy(self) -> None:
        self._busy = True
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)

    def _tell(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if self._job.cancelling:
            return
        if self._job.phase:
            self.count.setText(f"{self._job.phase} {megabytes(done, total)}")
        else:
            self.count.setText(f"{done:,} / {total:,}" if total else f"{done:,}" if done else WAITING)

    def cancel(self) -> None:
        self._job.cancel()
        self.stop.setEnabled(False)
        self.count.setText("正在取消，已做的会退回…")

    def end(self) -> None:
        """The job is over."""
        self._ended = True
        for timer in self._timers:
            timer.stop()
        if self._busy:
            QApplication.restoreOverrideCursor()
        self.hide()
        self.deleteLater()

    def reject(self) -> None:
        if not self._ended and self.stop.isEnabled():
            self.cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        else:
            super().keyPressEvent(event)
