"""第一小时: one step at a time at the foot of the window, out of the way of the work."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.change import Change
from app.listing import first_hour
from app.listing.first_hour import Step
from app.office import Office
from ui.desk import Desk
from ui.widgets.buttons import button, sign_button
from ui.widgets.labels import dress, label

FROM, DONE, ENDED = "tour/from", "tour/done", "tour/ended"
ALL_DONE = "第一小时走完了。要再走一遍，按 F1，点“第一小时”。自己的单位另建一个文件夹，样例里的东西不会带过去。"


def ready(office: Office) -> None:
    """Have the window of an office begin with the walk when it is first shown."""
    state = QSettings(str(office.folder / "window.ini"), QSettings.Format.IniFormat)
    state.setValue(FROM, json.dumps(first_hour.start_of(office)))
    state.sync()


class TourStrip(QFrame):
    """Shown from `begin` until the clerk puts it away; goes on by itself when the journal tells that a step was done.

    `show_page(key, place)` is the window's. What was done is kept in the window's own state, not in the office.
    """

    def __init__(self, desk: Desk, show_page: Callable[[str, Any], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setProperty("tone", "blue")
        self.setAccessibleName("第一小时")
        self._desk, self._show_page = desk, show_page
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self.words = label("", wrap=True)
        self.lead = button("带我去", self._lead)
        self.back = button("上一步", lambda: self._turn(-1), kind="link")
        self.on = button("下一步", self._go_on, kind="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 3, 8, 3)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        for part in (self.lead, self.back, self.on, sign_button("close", "收起第一小时（按 F1 可再打开）", self.end)):
            row.addWidget(part)
        desk.changed.connect(self._changed)
        self.hide()

    def resume(self) -> None:
        """At the start of the window: go on where it was left."""
        if self._desk.state.value(FROM) and not self._desk.state.value(ENDED):
            self._open()

    def begin(self) -> None:
        """From the first step, whatever was done before."""
        self._desk.state.setValue(FROM, json.dumps(first_hour.start_of(self._desk.office)))
        self._desk.state.setValue(DONE, "")
        self._desk.state.remove(ENDED)
        self._open()

    def end(self) -> None:
        self._desk.state.setValue(ENDED, "1")
        self.hide()

    def step(self) -> Step:
        return self._steps[self._at]

    def _open(self) -> None:
        self._steps = first_hour.steps()
        done = self._done()
        self._at = next((i for i, s in enumerate(self._steps) if s.id not in done), len(self._steps) - 1)
        self._tell()
        self.show()

    def _done(self) -> set[str]:
        kept = set(str(self._desk.state.value(DONE) or "").split())
        start = json.loads(str(self._desk.state.value(FROM) or "{}"))
        verbs = first_hour.verbs_since(self._desk.office, start)
        return kept | {s.id for s in self._steps if s.verbs & verbs}

    def _tell(self) -> None:
        step, done = self.step(), self._done()
        sign = "✓ 做成了。" if step.id in done else ""
        self.words.setText(f"第一小时 {self._at + 1}/{len(self._steps)}　{step.title}：{sign}{step.text}")
        dress(self.words, tone="green" if sign else "blue")
        dress(self, tone="blue")
        self.lead.setEnabled(self._desk.has_page(step.page))
        self.back.setEnabled(self._at > 0)
        last = self._at == len(self._steps) - 1
        self.on.setText("走完了" if last else "下一步" if step.id in done or step.verbs else "做完了")
        self.on.setAccessibleName(self.on.text())

    def _lead(self) -> None:
        step = self.step()
        self._show_page(step.page, {"file": str(step.file)} if step.file else None)

    def _go_on(self) -> None:
        step = self.step()
        if not step.verbs:
            kept = str(self._desk.state.value(DONE) or "")
            self._desk.state.setValue(DONE, f"{kept} {step.id}".strip())
        if self._at == len(self._steps) - 1:
            self.end()
            self._desk.said.emit(ALL_DONE)
        else:
            self._turn(1)

    def _turn(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._steps) - 1)
        self._tell()

    def _changed(self, _change: Change) -> None:
        if not self.isHidden():
            self._tell()
