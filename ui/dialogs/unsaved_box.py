"""What to do with rows that could not be saved, asked before they would be lost."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMessageBox, QWidget

from ui.forms.drafts import MOST_NAMED, Draft, named

SAVE, DROP, BACK = "save", "drop", "back"


def ask(drafts: Sequence[Draft], parent: QWidget) -> str:
    """SAVE, DROP or BACK; Esc is BACK."""
    box = QMessageBox(QMessageBox.Icon.Warning, "还没有保存", "", parent=parent)
    box.setText(f"有 {len(drafts):,} 行填的内容没有保存：{named(drafts)}。")
    box.setInformativeText("\n".join(draft.said() for draft in drafts[:MOST_NAMED]))
    keep = box.addButton("保存", QMessageBox.ButtonRole.AcceptRole)
    drop = box.addButton("不保存", QMessageBox.ButtonRole.DestructiveRole)
    back = box.addButton("回去改", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(back)
    box.setEscapeButton(back)
    box.exec()
    box.deleteLater()
    return {keep: SAVE, drop: DROP}.get(box.clickedButton(), BACK)  # type: ignore[call-overload]
