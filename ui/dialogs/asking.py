"""One question with its answers on buttons, asked before something would be lost."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QMessageBox, QWidget

DROPS, KEEPS, STAYS = (
    QMessageBox.ButtonRole.DestructiveRole,
    QMessageBox.ButtonRole.AcceptRole,
    QMessageBox.ButtonRole.RejectRole,
)


def ask(
    parent: QWidget, title: str, text: str, more: str, answers: Mapping[str, QMessageBox.ButtonRole]
) -> str:
    """The words of the button that was pressed. The last of `answers` has the focus, and Esc is that one."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, "", parent=parent)
    box.setText(text)
    box.setInformativeText(more)
    buttons = {box.addButton(words, role): words for words, role in answers.items()}
    stays = list(buttons)[-1]
    box.setDefaultButton(stays)
    box.setEscapeButton(stays)
    box.exec()
    box.deleteLater()
    return buttons.get(box.clickedButton(), buttons[stays])  # type: ignore[call-overload]
