"""移除项目库 after the seal: 研判, from where, confirmed when, signed by a second person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.change import Change
from app.ledger import leaving
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.problem import Problem
from app.values import kinds
from ui import look
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog, open_items
from ui.forms.field_form import choices_for
from ui.forms.inputs import SEPARATOR, DateInput, LineInput
from ui.widgets.labels import label

ACROSS = 3


class Ticks(QWidget):
    """Several of a list, ticked, a few beside each other."""

    touched = Signal()

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 3)
        grid.setVerticalSpacing(0)
        self.boxes: dict[str, QCheckBox] = {}
        for at, (code, words) in enumerate(choices):
            box = self.boxes[code] = QCheckBox(words)
            box.setAccessibleName(f"{name}：{words}")
            box.clicked.connect(lambda _on: self.touched.emit())
            grid.addWidget(box, at // ACROSS, at % ACROSS)
        if self.boxes:
            self.setFocusProxy(next(iter(self.boxes.values())))

    def set_text(self, text: str) -> None:
        for code, box in self.boxes.items():
            box.setChecked(code in text.split(SEPARATOR))

    def text_now(self) -> str:
        return SEPARATOR.join(code for code, box in self.boxes.items() if box.isChecked())


class Targets(QWidget):
    """Each place the project is to go from, ticked, with the day on which that place confirmed it."""

    touched = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        self.boxes: dict[str, QCheckBox] = {}
        self.days: dict[str, DateInput] = {}
        for at, (code, words) in enumerate(choices):
            box, day, tag = QCheckBox(words), DateInput(), label("确认移除日期", "muted")
            box.setAccessibleName(f"移出：{words}")
            day.setAccessibleName(f"{words}确认移除日期")
            day.setPlaceholderText("还没有确认就空着")
            tag.setBuddy(day)
            box.clicked.connect(lambda _on: self._follow())
            day.touched.connect(self._follow)
            self.boxes[code], self.days[code] = box, day
            for column, made in enumerate((box, tag, day)):
                grid.addWidget(made, at, column)
        if self.boxes:
            self.setFocusProxy(next(iter(self.boxes.values())))
        self._follow()

    def _follow(self) -> None:
        """A day written down means the place was asked."""
        for code, box in self.boxes.items():
            if self.days[code].text_now():
                box.setChecked(True)
        self.touched.emit()

    def text_now(self) -> str:
        return SEPARATOR.join(self.chosen())

    def chosen(self) -> list[str]:
        return [code for code, box in self.boxes.items() if box.isChecked()]

    def confirmed(self) -> list[str]:
        return [code for code in self.chosen() if self.days[code].text_now()]


class RemovalDialog(DeedDialog):
    """The project leaves 在账 when every place it was to go from has confirmed."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "移除项目库", line.name, parent)
        self.setMinimumWidth(look.sizes().grown(640))
        self._ledger, self._line = ledger, line
        self.reasons: Ticks = self.ask(
            "reason", "移除原因", Ticks("移除原因", self._choices("reason_idle")), need=True
        )
        self.ask_text("detail", "具体原因", "勾了“其他”必须写明")
        policy: LineInput = self.ask("policy", "政策依据", LineInput(), need=True)
        policy.setPlaceholderText("研判对照的产业政策或节约集约要求")
        self.ask_choice("conclusion", "研判结论", self._choices("judge_conclusion"))
        self.ask_day("on", "研判和申请日期")
        self.targets: Targets = self.ask(
            "targets", "从哪里移出", Targets(self._choices("removal_targets")), need=True
        )
        self.ask_approval(pin=True)
        self.end("登记移除")
        self._refill()
        self.follow()
        self.reasons.setFocus()

    def _choices(self, key: str) -> list[tuple[str, str]]:
        field = self._ledger.loaded.fields.get(key)
        return choices_for(self._ledger.loaded, field) if field else []

    def _refill(self) -> None:
        """What a request still waiting said, so that a later confirmation only adds its day."""
        cells, fields = self._line.cells, self._ledger.loaded.fields
        days = {t: str(cells.get(self._day_field(t)) or "") for t in cells.get("removal_targets", [])}
        if cells.get("disposal") != "移除" or all(days.values()):
            return
        stored = {"reason": "reason_idle", "detail": "reason_idle_text", "policy": "judge_basis",
                  "conclusion": "judge_conclusion", "on": "removal_asked"}  # fmt: skip
        for key, name in stored.items():
            if name in fields and cells.get(name) is not None:
                self.inputs[key].set_text(kinds.to_text(fields[name], cells[name]))  # type: ignore[union-attr]
        for target in days.keys() & self.targets.boxes.keys():
            self.targets.boxes[target].setChecked(True)
            self.targets.days[target].set_text(days[target])

    def _day_field(self, target: str) -> str:
        """The field that keeps a place's confirmation: its title begins with the place."""
        fields = self._ledger.loaded.t.fields
        return next((f.id for f in fields if f.kind == "date" and f.title.startswith(target)), "")

    def follow(self) -> None:
        self.star("detail", "其他" in self.text("reason"))
        asked, waiting = self.targets.chosen(), len(self.targets.chosen()) - len(self.targets.confirmed())
        items = len(open_items(self._line))
        if self.text("conclusion") == "合规":
            self.tell("研判结论是“合规”，一般不应移除，请再核对。", "amber")
        elif self._line.cells.get("build_state") in ("在建", "建成"):
            self.tell(
                f"移除针对已立项未开工的项目，这个项目的建设状态是“{self._line.cells['build_state']}”，请再核对。",
                "amber",
            )
        elif not asked:
            self.tell("每一处都确认移除以后，项目才离开在账，计入“移除”，不算核减。")
        elif waiting:
            self.tell(f"还有 {waiting:,} 处没有确认日期：先登记移除申请，项目仍在账；确认后再来补日期。")
        else:
            more = f"，{items:,} 个在账事项一起移除" if items else ""
            self.tell(f"{len(asked):,} 处都已确认：登记后项目 在账 −1、移除 +1{more}。不算核减。")

    def perform(self) -> Change | None:
        confirmed = {target: self._confirmed(target) for target in self.targets.confirmed()}
        return self.run(
            leaving.remove,
            self._line.id,
            reason=self.text("reason"),
            detail=self.text("detail"),
            policy=self.text("policy"),
            conclusion=self.text("conclusion"),
            on=self.day("on"),
            targets=self.targets.chosen(),
            confirmed=confirmed,
            second=self.text("second"),
            second_pin=self.second_pin(),
            scan=self.scan(),
        )

    def _confirmed(self, target: str) -> str:
        asked = self.day("on")
        day = self.read_day(self.targets.days[target].text_now(), "targets")
        if day < asked:
            raise Problem(
                "E_DATE_ORDER", f"“{target}”的确认日期 {day} 早于申请日期 {asked}，请核对", field="targets"
            )
        return day

    def refused(self, problem: Problem) -> None:
        field = "targets" if problem.field == "confirmed" else problem.field
        super().refused(Problem(problem.code, problem.text, field=field, **problem.facts))
