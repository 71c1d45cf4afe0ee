"""A backup put in the office's place between two windows: the one before is closed, the next one shows what came back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressDialog

from app.keeping import recovery
from app.problem import Problem
from app.storage import files

TITLE = "正在恢复备份"


def put_back(folder: Path, file: Path) -> tuple[str, bool]:
    """Restore in place; (the sentence for the next window, whether it was done). Refused, the office is as it was."""
    waiting = QProgressDialog(TITLE, "", 0, 0)
    waiting.setCancelButton(None)
    waiting.setWindowTitle(TITLE)
    waiting.setWindowModality(Qt.WindowModality.ApplicationModal)
    waiting.setAccessibleName(TITLE)

    def tell(done: int, total: int) -> None:
        waiting.setMaximum(total)
        waiting.setValue(done)
        QApplication.processEvents()

    waiting.show()
    QApplication.processEvents()
    try:
        return recovery.recover(folder, file, named=recovery.BEFORE, tell=tell).said, True
    except (Problem, OSError) as error:
        problem = error if isinstance(error, Problem) else files.unforeseen(error)
        return f"没有恢复，数据没有动：{problem.text}", False
    finally:
        waiting.close()
        waiting.deleteLater()
