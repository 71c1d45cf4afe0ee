"""What to do with a file that is still being written when the program is left."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.dialogs.asking import DROPS, STAYS, ask

STOP, ON = "停下并退出", "继续写"


def leaves(title: str, parent: QWidget) -> bool:
    """True for 停下并退出, False for 继续写; Esc goes on. `title` says what is under way, as 正在写上报包."""
    more = "现在停下不会留下半份文件，台账也不会少什么，下次要从头再写；继续写，请等写完再拔盘、再退出。"
    return ask(parent, "还没有写完", f"{title}，还没有写完。", more, {STOP: DROPS, ON: STAYS}) == STOP
