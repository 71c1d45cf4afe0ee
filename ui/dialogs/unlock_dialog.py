"""密钥口令: asked once after the program was started, when a deed needs the keys of the office."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.office import Office
from app.problem import Problem
from sync import passphrases
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import LineInput

TRIES = 3


class UnlockDialog(PlainDialog):
    """Accepted with the right passphrase. After three wrong ones it closes; nothing is locked by that."""

    def __init__(self, office: Office, parent: QWidget | None = None) -> None:
        said = "签名、加密和打开来件要用本单位的密钥，密钥设了口令。输对一次，到关闭程序前不用再输。"
        super().__init__("输入密钥口令", said, parent)
        self._office = office
        self._left = TRIES
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
        self._left -= 1
        if not self._left:
            self.reject()
            return
        self.fault(f"{problem.text}（还可以试 {self._left} 次，试错不会锁住）")
        self.word.selectAll()
        QTimer.singleShot(0, self.word, self.word.setFocus)  # Enter has yet to move on


def masked() -> LineInput:
    """An input that shows dots."""
    made = LineInput()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
