"""Files compared before they are taken in: what both sides changed is decided first, so that one last press does all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.change import Change
from sync.comparing.merging import Key
from sync.receiving.plan import Plan
from ui.desk import Desk
from ui.screens.exchanging.arriving import Case, Seen
from ui.screens.exchanging.clash_page import ClashPage
from ui.screens.exchanging.receiving_screen import ReceivingScreen

ONE, MANY = "收下并合并", "定好了"


class PreviewingScreen(ReceivingScreen):
    """`stack` holds the side with the files and, over it, the three-way table; `previewed` is the file in it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.previewed: Seen | None = None
        self._case: Case | None = None
        self._going_on = False
        self.clash = ClashPage()
        self.clash.settled.connect(self._settled)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.side)
        self.stack.addWidget(self.clash)
        self.batch.compare_wished.connect(self.preview)
        self.card.differ_wished.connect(lambda: self.preview(Seen(self._file(), self._who, case=self._case)))

    def _judged(self, looked: tuple[Plan, Case | None]) -> None:
        super()._judged(looked)
        self._case = looked[1]
        if self._case is not None and self._case.needs:
            self.preview(Seen(self._file(), looked[0].sender_name, case=self._case))

    def _seen(self, found: list[Seen]) -> None:
        for one in found:
            if (
                one.case is not None
                and one.case.before
                and all(key in one.case.before for key in one.case.needs)
            ):
                self._keep(one, one.case.before)
        super()._seen(found)
        self._next()

    def forget(self) -> None:
        """Other files are wanted: the table of the one before goes as well."""
        self.previewed = None
        self.stack.setCurrentIndex(0)
        super().forget()

    def _next(self) -> None:
        """Of many files the next one in which something is open; with none left, back to the list of them."""
        waits = next((one for one in self.batch.seen if one.asks and one.file not in self.decided), None)
        if waits is not None:
            self.preview(waits)
            return
        self.stack.setCurrentIndex(0)
        self.batch.show_seen(self.batch.seen, self.decided)

    def preview(self, one: Seen) -> None:
        """The three-way table of a file before it is taken in: what is decided there can be changed until then."""
        if one.case is None:
            return
        self.previewed = one
        many = self._many()
        given = self.decided.get(one.file)
        self._going_on = many and given is None
        given = dict(one.case.before) if given is None else given
        marks = self.marks.text() if not many and self.marks.isVisibleTo(self.card) else ""
        self.clash.open_case(one.case, given, deed=MANY if many else ONE, marks=marks)
        self.stack.setCurrentWidget(self.clash)
        self.clash.table.setFocus()

    def _many(self) -> bool:
        return not self.batch.isHidden() and len(self.batch.seen) > 1

    def _file(self) -> Path:
        return self.file or Path()

    def _settled(self) -> None:
        """Of many files the next one is opened by itself, unless this one was opened to change a decision."""
        if self.previewed is not None and self._going_on:
            self._keep(self.previewed, self.clash.choices)
            self._next()

    def _keep(self, one: Seen, choices: Mapping[Key, Any]) -> None:
        self.decided[one.file] = dict(choices)

    def take_decided(self, one: Seen, choices: Mapping[Key, Any]) -> None:
        """The last press: a single file is taken in and merged; of many the next is opened, or the list of them."""
        self._keep(one, choices)
        if self._many():
            self._next()
        elif self.batch.isHidden():
            self.receive()
        else:
            self.take_all(self.batch.seen)

    def _received(self, change: Change) -> None:
        self.stack.setCurrentIndex(0)
        super()._received(change)
