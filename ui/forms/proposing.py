"""责任人, 职务 and 电话 that 部门名录 has for a unit stand in the blank inputs once the unit is written."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from app.ledger import directory, following_people
from ui.desk import Desk
from ui.forms.field_form import FieldForm


class Proposing(QObject):
    """What was proposed goes again when the unit becomes another one; what the clerk wrote himself stays."""

    def __init__(self, form: FieldForm, desk: Desk, seat: Mapping[str, str]) -> None:
        super().__init__(form)
        self._form, self._desk, self._seat = form, desk, seat
        self._own: dict[str, str] = {}
        if seat:
            form.touched.connect(self._look)

    def _look(self) -> None:
        if self._form.written != self._seat["unit"]:
            self._own.pop(self._form.written, None)
            return
        changed = self._form.changed_texts()
        own = {key for key, text in self._own.items() if changed.get(key) == text}
        texts = {key: "" if key in own else text for key, text in self._form.texts().items()}
        known = directory.of(self._desk.office)
        found = following_people.proposed(known, self._seat, texts)
        self._own = {key: text for key, text in found.items() if key in texts}
        self._form.put({**dict.fromkeys(own, ""), **self._own})
