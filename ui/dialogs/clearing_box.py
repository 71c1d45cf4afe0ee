"""Asked before many cells are emptied at once."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.dialogs import asking

ASK_FROM = 20  # cells; fewer are emptied at once, with 撤销 offered


def ask(cells: int, columns: str, closed: int, parent: QWidget) -> bool:
    """Whether to empty so many cells of these columns; `closed` rows out of 在账 are left as they are. Esc is no."""
    kept = f"另有 {closed:,} 行已出账，不清空。\n" if closed else ""
    more = f"{kept}只想清空一格，请先点那一格。清空后可以用“撤销”（Ctrl+Z）恢复。"
    clear = f"清空 {cells:,} 格"
    answers = {clear: asking.DROPS, "不清空": asking.STAYS}
    return asking.ask(parent, "清空很多格", f"要清空 {cells:,} 格（{columns}）吗？", more, answers) == clear
