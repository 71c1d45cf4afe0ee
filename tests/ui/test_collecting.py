"""Garbage is collected on the screen thread only."""

from __future__ import annotations

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot

from ui import collecting


class Circle:
    """Refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_another_thread_collects_nothing_and_the_screen_thread_does(qtbot: QtBot) -> None:
    gc.collect()
    freed_on: list[threading.Thread] = []
    kept: list[list[int]] = []
    weakref.finalize(Circle(), lambda: freed_on.append(threading.current_thread()))

    def busy() -> None:
        kept.extend([] for _ in range(20 * gc.get_threshold()[0]))

    worker = threading.Thread(target=busy)
    worker.start()
    worker.join()
    assert not gc.isenabled() and not freed_on
    collecting.step()
    assert freed_on == [threading.main_thread()]


def test_nothing_is_collected_before_it_is_due(qtbot: QtBot) -> None:
    gc.collect()
    freed: list[int] = []
    weakref.finalize(Circle(), lambda: freed.append(1))
    collecting.step()
    assert not freed
    gc.collect()
    assert freed
