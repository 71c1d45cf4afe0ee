"""密钥口令: asked once after the program was started, when a deed needs the keys of the office."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.office import Office
from app.problem import Problem
from sync.offices import passphrases
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import masked

NEXT = "请看大小写和中英文输入法对不对，再输一遍；想不起来就点“取消”，这一步先不做。"


class UnlockDialog(PlainDialog):
    """Accepted with the right passphrase, however often it takes; nothing is locked by a wrong one."""

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        said = "签名、加密和打开来件要用本单位的密钥，密钥设了口令。输对一次，到关闭程序前不用再输。"
        super().__init__("输入密钥口令", said, parent)
        self._office = office
        self._tried = 0
        self.word = masked()
        self.row("密钥口令", self.word)
        self.deeds("打开", self._try)
        self.word.returnPressed.connect(self._try)
        self.word.setFocus()

    def _try(self) -> None:
        QApplication.setOverrideCursor(
            Qt.CursorShape.BusyCursor
        )  # opening takes a second, so that nobody can guess fast
        try:
            passphrases.unlock(self._office, self.word.text())
        except Problem as problem:
            self._wrong(problem)
        else:
            self.accept()
        finally:
            QApplication.restoreOverrideCursor()

    def _wrong(self, problem: Problem) -> None:
        if problem.code == "E_PASSPHRASE":
            self._tried += 1
            often = f"，已经试了 {self._tried:,} 次" if self._tried > 1 else ""
            self.fault(f"口令不对{often}。{NEXT}")
        else:
            self.fault(problem.text)
        QTimer.singleShot(0, self.word, self._again)  # Enter has yet to move on

    def _again(self) -> None:
        """All of what was typed is marked, so that the next letter begins anew."""
        self.word.setFocus()
        self.word.selectAll()
