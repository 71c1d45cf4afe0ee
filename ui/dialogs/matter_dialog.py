"""增加事项: M09 and after, before the seal by an ordinary change, after it by a 更正单."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import entries, leaving
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.deed_dialog import STAY, DeedDialog
from ui.forms.field_form import choices_for
from ui.forms.inputs import LineInput, input_for

ASKED = ("state", "dept", "level", "handler", "d_submit", "due_date")
MUST = ("state",)


class MatterDialog(DeedDialog):
    """`added` is the code of the new matter after it was accepted."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "增加审批事项", line.name, parent)
        self._ledger, self._line = ledger, line
        self.added = ""
        self.ask_choice("code", "事项", missing(ledger, line))
        name: LineInput = self.ask("matter_name", "事项名称", LineInput(), need=True)
        name.setPlaceholderText("按批复或许可的名称写")
        fields = ledger.loaded.item_fields
        for key in (k for k in ASKED if k in fields):
            made = input_for(fields[key], choices_for(ledger.loaded, fields[key]), fields[key].title)
            self.ask(key, fields[key].title, made, need=key in MUST)
        if ledger.sealed:
            self.ask_text("reason", "更正原因", "如 核查发现还需办理防洪评价", need=True)
            self.ask_approval()
        self.end("登记更正单" if ledger.sealed else "增加事项")
        self._preset = ""
        self.follow()
        self.inputs["code"].setFocus()

    def follow(self) -> None:
        code = self.text("code")
        preset = self._ledger.loaded.presets.get(code.partition(".")[0])
        self.put("matter_name", preset is not None and preset.named)
        if preset is not None and code != self._preset and "dept" in self.inputs:
            self._preset = code
            self.inputs["dept"].set_text(preset.dept)  # type: ignore[union-attr]
        if not self._ledger.sealed:
            self.tell("台账还没有确定：增加的事项随项目一起计入基数，不需办的不计。")
        elif self.text("state") in ("办结", "不需办"):
            self.tell("走更正单：已办结或不需办的事项只记录，不改在账数。")
        else:
            project = "不变" if self._line.standing == STAY else "也转为在账：在账 +1、新增 +1"
            self.tell(f"走更正单：事项 在账 +1、新增 +1；项目数{project}。")

    def perform(self) -> Change | None:
        code = self.text("code")
        keys = [k for k in ("matter_name", *ASKED) if k in self.inputs and not self.inputs[k].isHidden()]
        texts = {k: self.text(k) for k in keys if self.text(k)}
        items: dict[str, dict[str, Any]] = {code: texts}
        if self._ledger.sealed:
            done = self.run(
                leaving.correct, [self._line.id], items=items, reason=self.text("reason"),
                second=self.text("second"), scan=self.scan(),
            )  # fmt: skip
        else:
            done = self.run(entries.amend, self._line.id, {}, items=items)
        if done is not None:
            self.added = code
        return done

    def refused(self, problem: Problem) -> None:
        field = "code" if problem.code == "E_NO_ITEM" else problem.field
        super().refused(Problem(problem.code, problem.text, field=field, **problem.facts))


def missing(ledger: LedgerLine, line: Line) -> list[tuple[str, str]]:
    """(code, words) of the matters this entry could still have; a named one may come again and again."""
    out = []
    for preset in ledger.loaded.presets.values():
        code, nth = preset.code, 1
        while preset.named and code in line.items:
            nth += 1
            code = f"{preset.code}.{nth}"
        if code not in line.items:
            out.append((code, f"{code} {preset.title}"))
    return out
