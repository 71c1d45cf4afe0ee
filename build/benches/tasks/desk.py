"""The grid of a large ledger under the hand: from a key stroke to the painted cell, and every step of scrolling."""

from __future__ import annotations

import datetime as dt
import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QWidget

from benches.tasks import screen

STALL_MS = 50
SETTLE_S = 1.2
LOST_S = 20
WORDS = ("jia", "yi", "bing")


class Painted(QObject):
    """Notes when one of these widgets was last painted."""

    def __init__(self, *watched: QWidget) -> None:
        super().__init__()
        self.times = 0
        for widget in watched:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.times += 1
        return False


def under_hand(folder: str, today: str, strokes: int = 60) -> dict[str, Any]:
    """{"opened", "keys", "scroll": {way: worst}, "stall", "stalls", "sorted", "all", …}: milliseconds of wall time.

    `keys` are medians over typed letters and Enters alike, each until the cell stands painted.
    """
    with _window(Path(folder), today) as (window, opened):
        table = window.screen().bench.table
        out: dict[str, Any] = {"opened": opened, "rows": table.ledger_model.rowCount()}
        _settle()
        out |= _scrolled(table)
        typed = list(_typed(table, strokes))
        out["keys"], out["keys_worst"] = statistics.median(typed), max(typed)
        deeds: dict[str, Callable[[], object]] = {
            "sorted": lambda: table.filters.sort("invest", True),
            "filtered": lambda: table._filter("build_state", ("未开工",)),
            "all": table.selectAll,
        }
        for name, deed in deeds.items():
            out[name] = _timed(deed)
        out["filter"] = _timed(lambda: table.rows.values("name", table.ledger_model.query))
    return out


def bare_table(nest: str, rows: int, strokes: int = 60) -> dict[str, Any]:
    """The peer: a table view of the kit on texts in memory, under the same strokes and scrolls."""
    screen.take(Path(nest))
    qt = QApplication(["bench"])
    table = _Bare(rows)
    table.resize(1150, 560)
    table.show()
    gc.freeze()
    _settle()
    out = _scrolled(table)
    out["keys"] = statistics.median(_typed(table, strokes))
    del qt
    return out


def _scrolled(table: Any) -> dict[str, Any]:
    steps = {way: list(walk(table)) for way, walk in WALKS.items()}
    every = [each for times in steps.values() for each in times]
    worst = {way: round(max(times), 1) for way, times in steps.items()}
    return {"scroll": worst, "stall": max(every), "stalls": sum(each > STALL_MS for each in every), "steps": len(every)}


class _Texts(QAbstractTableModel):
    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = [[f"{row} {column}" for column in range(12)] for row in range(rows)]

    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return 12

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)
        return self._rows[index.row()][index.column()] if shown else None

    def setData(self, index: Any, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        self._rows[index.row()][index.column()] = str(value)
        self.dataChanged.emit(index, index)
        return True

    def flags(self, index: Any) -> Any:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def column_of(self, _key: str) -> int:
        return 3


class _Bare(QTableView):
    def __init__(self, rows: int) -> None:
        super().__init__()
        self.ledger_model = _Texts(rows)
        self.setModel(self.ledger_model)
        self.setEditTriggers(QTableView.EditTrigger.AnyKeyPressed)

    def closeEditor(self, editor: QWidget, hint: Any) -> None:
        super().closeEditor(editor, hint)
        at = self.currentIndex()
        self.setCurrentIndex(at.siblingAtRow(at.row() + 1))


@contextmanager
def _window(folder: Path, today: str) -> Iterator[tuple[Any, float]]:
    screen.take(folder)
    from app import office as offices
    from ui import application
    from ui.collecting import Collecting
    from ui.desk import Desk
    from ui.main_window import MainWindow

    (folder / "window.ini").write_text("[window]\npage=ledger\n", "utf-8")
    qt = application.make_application(["bench"])
    Collecting(qt)  # as the program does it, a second apart
    office = offices.open_folder(folder, today=dt.date.fromisoformat(today))
    gc.freeze()
    began = time.perf_counter()
    window = MainWindow(Desk(office))
    window.show()
    painted = Painted(window.screen().bench.table.viewport())
    while not painted.times:
        qt.processEvents()
    opened = (time.perf_counter() - began) * 1000
    yield window, opened
    _settle()
    window.desk.close()
    office.close()


def _settle() -> None:
    """Until what follows a deed when the hand rests is done."""
    until = time.monotonic() + SETTLE_S
    while time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.005)


def _timed(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    QApplication.processEvents()
    return (time.perf_counter() - began) * 1000


def _typed(table: Any, strokes: int) -> Iterator[float]:
    """Type words down a column in the middle of the list, row by row; each stroke until the screen shows it."""
    model = table.ledger_model
    row, column = model.rowCount() // 2, model.column_of("place")
    table.setCurrentIndex(model.index(row, column))
    _settle()
    for n in range(strokes):
        for letter in WORDS[n % len(WORDS)]:
            yield _stroke(table, lambda letter=letter: QTest.keyClicks(_focused(table), letter))
        yield _stroke(table, lambda: QTest.keyClick(_focused(table), Qt.Key.Key_Return))


def _focused(table: Any) -> QWidget:
    editors = [e for e in table.viewport().findChildren(QLineEdit) if e.isVisible()]
    return editors[0] if editors else table


def _stroke(table: Any, press: Callable[[], object]) -> float:
    painted = Painted(table.viewport(), *table.viewport().findChildren(QLineEdit))
    began = time.perf_counter()
    press()
    while not painted.times:
        QApplication.processEvents()
        if time.perf_counter() - began > LOST_S:
            raise AssertionError(f"a stroke was not painted: {_focused(table)}, {table.currentIndex().row()}")
    return (time.perf_counter() - began) * 1000


def _pages(table: Any) -> Iterator[float]:
    table.setCurrentIndex(table.ledger_model.index(0, 2))
    for _ in range(150):
        yield _timed(lambda: QTest.keyClick(table, Qt.Key.Key_PageDown))


def _wheel(table: Any) -> Iterator[float]:
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() // 3)
    at = QPointF(400, 200)
    for _ in range(150):
        turn = QWheelEvent(
            at, table.viewport().mapToGlobal(at), QPoint(), QPoint(0, -360), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        yield _timed(lambda turn=turn: QApplication.sendEvent(table.viewport(), turn))


def _drag(table: Any) -> Iterator[float]:
    """The slider from one end to the other, each step a part of the list not read before."""
    bar = table.verticalScrollBar()
    for step in range(201):
        yield _timed(lambda step=step: bar.setValue(bar.maximum() * step // 200))


def _ends(table: Any) -> Iterator[float]:
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home) * 3:
        yield _timed(lambda key=key: QTest.keyClick(table, key, Qt.KeyboardModifier.ControlModifier))


WALKS: dict[str, Callable[[Any], Iterator[float]]] = {"PgDn": _pages, "wheel": _wheel, "drag": _drag, "ends": _ends}
