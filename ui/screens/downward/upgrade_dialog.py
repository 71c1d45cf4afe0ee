"""升级台账: what the newer version changes, why it may not be, and on a sealed ledger the 更正单 (decision 21)."""

from __future__ import annotations

from pathlib import Path

import shiboken6
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.template_books import rehearsing, template_upgrades
from app.template_books.rehearsing import Rehearsal
from app.template_books.template_upgrades import Slip
from app.templating import template_changes
from sync.letters import offered_templates
from sync.letters.offered_templates import Offered
from ui import look
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow

WIDE = 720
SAME = "写法有出入，但没有要您知道的变化"
SEALED = "台账已确定，换模板版本要走更正单。"
DRAFT = "新栏目空着，新增事项记为待核，取消的代码留着并列为缺项，时限按新版本重算；没有再记别的以前可以撤回。"


class UpgradeDialog(DeedDialog):
    """`only_look`: nothing but the list of changes."""

    def __init__(
        self,
        desk: Desk,
        line: LedgerLine,
        one: Offered,
        parent: QWidget | None = None,
        *,
        only_look: bool = False,
    ) -> None:
        loaded = one.loaded
        said = f"{line.loaded.t.version} → {loaded.t.version}（{one.source}，摘要 {loaded.digest[:8]}）"
        super().__init__(desk, f"{'查看差别' if only_look else '升级台账'}：《{line.title}》", said, parent)
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self._line, self._one = line, one
        self._under_way = False
        self.found = template_changes.changes(line.loaded, loaded)
        self.wrong = template_upgrades.unfit(line, loaded)
        self.model = PlainModel(("部分", "变化"), parent=self)
        self.model.set_rows([_row(c) for c in self.found] or [PlainRow(("", SAME))])
        self.table = PlainTable("新版本的变化", self.model, (70, 400), stretch=1)
        self.table.setMinimumHeight(look.sizes().grown(150))
        self.table.choose(0)
        self.body.column.insertWidget(0, self.table)
        if only_look:
            self.deeds("关闭", self.accept)
        else:
            self._ask()
        self.table.setFocus()
        if any(template_changes.dropped(line.loaded, loaded)) or self.wrong:
            desk.run(
                rehearsing.rehearse,
                loaded,
                line.id,
                title="正在看涉及哪些行",
                done=self._tried,
                refused=lambda _: None,
            )

    def _tried(self, found: Rehearsal) -> None:
        """How many rows have something in what the newer version drops, once that is counted."""
        if not shiboken6.isValid(self):
            return
        hurt = [
            one
            for one in found.findings
            if one.what in (rehearsing.LOST, rehearsing.UNREAD, rehearsing.MATTER)
        ]
        told = (
            [PlainRow(("涉及", f"{found.touched:,} 行已填的内容"))]
            if hurt
            else [PlainRow(("涉及", "没有一行已填的内容"))]
        )
        told += [PlainRow(("涉及", one.line), tips={1: one.line}) for one in hurt]
        self.model.set_rows([*(_row(c) for c in self.found), *told])
        self.table.choose(0)

    def _ask(self) -> None:
        if self._line.sealed:
            self.ask_text("reason", "更正原因", "如 盟发改委印发了新版本的模板", need=True)
            self.ask_approval()
        self.end("升级台账")
        self.tell(SEALED if self._line.sealed else DRAFT)
        if self.wrong:
            self.fault(f"不能升级：{'；'.join(self.wrong)}。")
            allow(self.primary, "升级台账", "这一版不能用在这本台账上")

    def perform(self) -> Change | None:
        slip = (
            Slip(self.text("reason"), self.text("second"), Path(self.scan())) if self._line.sealed else Slip()
        )
        self._under_way = True
        self.primary.setEnabled(False)
        self.desk.run(
            offered_templates.upgrade, self._line.id, ref=self._one.template, slip=slip, title="正在升级台账",
            done=self._done, refused=self.refused, gave_up=self._settled,
        )  # fmt: skip
        return None

    def busy(self) -> bool:
        return self._under_way

    def _settled(self) -> None:
        self._under_way = False
        self.primary.setEnabled(True)

    def _done(self, _change: Change) -> None:
        self._under_way = False
        self.accept()

    def refused(self, problem: Problem) -> None:
        self._settled()
        field = problem.field or ("second" if problem.code == "E_SECOND" else None)
        super().refused(Problem(problem.code, problem.text, field=field, **problem.facts))


def _row(one: template_changes.Changed) -> PlainRow:
    return PlainRow((one.part, one.text), tips={1: one.text})
