"""The lock on a screen with a window manager: nothing gets past it but a right PIN, and the work is there again."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.ledger import settings
from app.office import Office
from app.people import locking
from tests.real_window.conftest import Opened, Until
from tests.real_window.hand import Hand
from tests.ui.pages import shut
from ui.dialogs.who_dialog import LockDialog
from ui.widgets.cover import Cover


def test_keys_do_not_pass_a_locked_window_and_the_right_pin_does(
    open_window: Opened, office: Office, hand: Hand, until: Until
) -> None:
    locking.set_pin(office, "2468")
    settings.put(office, settings.LOCK_MINUTES, 5)
    window = open_window(office, "history")
    window.seat.idle._touched = before = 0.0
    hand.press("Ctrl+K")
    until(lambda: QApplication.focusWidget() is window.top.search)
    until(lambda: window.seat.idle._touched > before)  # the hand was heard at the window
    hand.write("abc")
    until(lambda: window.top.search.text() == "abc")
    hand.click(window.top.clerk)
    until(lambda: QApplication.activePopupWidget() is not None)
    hand.press("Return")  # 换人 is grey for a desk of one, so 锁定 is chosen
    until(lambda: isinstance(window.seat.asked, LockDialog) and window.seat.asked.isActiveWindow())
    asked = window.seat.asked
    assert isinstance(asked, LockDialog) and window.findChildren(Cover)[0].isVisible()
    hand.press("Ctrl+1", "Escape", "F5")
    hand.write("1111")
    hand.press("Return")
    until(lambda: "口令不对" in asked._fault.text())
    assert window.key() == "history" and asked.isVisible()
    until(lambda: asked.word.selectedText() != "")
    hand.write("2468")
    hand.press("Return")
    until(lambda: shut(asked) and window.isActiveWindow())
    assert not window.findChildren(Cover) or not window.findChildren(Cover)[0].isVisible()
    assert window.top.search.text() == "abc"
