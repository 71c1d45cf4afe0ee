"""What to do with a file that is still being written when the program is left."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget


def leaves(title: str, parent: QWidget) -> bool:
    """True for 停下并退出, False for 继续写; Esc goes on. `title` says what is under way, as 正在写上报包."""
    box = QMessageBox(QMessageBox.Icon.Warning, "还没有写完", "", parent=parent)
    box.setText(f"{title}，还没有写完。")
    box.setInformativeText(
        "现在停下不会留下半份文件，台账也不会少什么，下次要从头再写；继续写，请等写完再拔盘、再退出。"
    )
    stop = box.addButton("停下并退出", QMessageBox.ButtonRole.DestructiveRole)
    on = box.addButton("继续写", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(on)
    box.setEscapeButton(on)
    box.exec()
    box.deleteLater()
    return box.clickedButton() is stop
