"""The keys that work everywhere in the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def bind(window: MainWindow) -> None:
    """Give the window its keys."""
    search = window.top.search
    _add(window, "查项目", "Ctrl+K", lambda: _take(search))
    _add(window, "查找", "Ctrl+F", lambda: window.screen().find(False) or _take(search))
    _add(window, "替换", "Ctrl+H", lambda: window.screen().find(True))
    _add(window, "撤销", "Ctrl+Z", window.desk.steps.undo)
    _add(window, "重做", "Ctrl+Y", window.desk.steps.redo)
    _add(window, "重新读取", "F5", lambda: window.screen().refresh())
    _add(window, "回到来的地方", "Alt+Left", window.way.back)
    _add(window, "下一个区域", "F6", lambda: window.focus_region(1))
    _add(window, "上一个区域", "Shift+F6", lambda: window.focus_region(-1))
    _add(window, "下一处问题", "F8", lambda: window.screen().next_problem(1))
    _add(window, "上一处问题", "Shift+F8", lambda: window.screen().next_problem(-1))
    _add(window, "换一本台账", "Ctrl+L", lambda: _pick(window))
    _add(window, "打印", "Ctrl+P", lambda: window.screen().print_shown() or window.show_page("sign"))
    _add(window, "使用说明", "F1", window.explain)
    window.top.guide.clicked.connect(lambda _on=False: window.explain())
    for number, key in enumerate(window.nav.keys()[:9], 1):
        _add(window, f"第 {number} 页", f"Ctrl+{number}", partial(window.show_page, key))


def _pick(window: MainWindow) -> None:
    """Let the clerk choose a ledger, on 项目台账 where the page shown has none to choose."""
    if not window.screen().pick_ledger():
        window.show_page("ledger")
        window.screen().pick_ledger()


def _take(search: QLineEdit) -> None:
    search.setFocus()
    search.selectAll()


def _add(window: MainWindow, text: str, keys: str, done: Callable[[], object]) -> None:
    action = QAction(text, window)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda _=False: done())
    window.addAction(action)
