"""What to do with rows that could not be saved, asked before they would be lost."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ui.dialogs import asking
from ui.forms.drafts import MOST_NAMED, Draft, named

SAVE, DROP, BACK = "保存", "不保存", "回去改"


def ask(drafts: Sequence[Draft], parent: QWidget) -> str:
    """SAVE, DROP or BACK; Esc is BACK."""
    text = f"有 {len(drafts):,} 行填的内容没有保存：{named(drafts)}。"
    more = "\n".join(draft.said() for draft in drafts[:MOST_NAMED])
    answers = {SAVE: asking.KEEPS, DROP: asking.DROPS, BACK: asking.STAYS}
    return asking.ask(parent, "还没有保存", text, more, answers)
