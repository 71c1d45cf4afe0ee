"""推送: which departments, as a bundle to which office or as a workbook, and where the files are written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.rounds import unsent
from app.rounds.rounds import CONTESTED, UNSENT, Part, Round
from app.rounds.unsent import Moved
from app.words.wording import brief
from sync.merges import pushes
from sync.merges.pushes import Way
from sync.peers import peers
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.exchanging.target_card import TargetCard
from ui.widgets.buttons import allow
from ui.widgets.labels import label

WORKBOOK, OWN_HERE = "核查表 Excel", "本单位自己办"
UNWRITTEN = "上次没写到盘上，还没发出去"
WIDE, INDENT = 780, 22  # the words beneath a department begin where its name does


class PushDialog(PlainDialog):
    """Accepted when it may be written: `depts()` into `folder()`. Who gets what is settled before."""

    def __init__(self, desk: Desk, now: Round, only: str = "", parent: QWidget | None = None) -> None:
        """Ticked are all that were not sent yet, are not on a stick, or whose part moved since, where it is sure who
        gets them; `only`: this department, when nothing else is to be sent or its objections were answered."""
        said = "勾选的部门各写一份，里面只有归它办理的事项。对方装了本程序的发数据包，没装的发 Excel 核查表。"
        super().__init__(f"推送第 {now.number} 轮核查", said, parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self._desk = desk
        self._ways = {way.dept: way for way in pushes.ways(desk.office, now)}
        self._known = [p.card for p in peers.all(desk.office) if p.state == peers.TRUSTED]
        self.ticks: dict[str, QCheckBox] = {}
        self.how: dict[str, QComboBox] = {}
        self._moved = unsent.moved(desk.office, now)
        self._now = unsent.counts_now(desk.office, now.ledger)
        fresh = {p.dept for p in now.parts if p.state == UNSENT or p.unwritten or p.dept in self._moved}
        fresh |= {p.dept for p in now.parts if p.dept == only and (not fresh or p.state == CONTESTED)}
        for at, part in enumerate(now.parts):
            way = self._ways.get(part.dept)
            self._add(at, part, part.dept in fresh and not (way and way.doubt))
        if now.note:
            self.say(f"给各部门的话：{brief(now.note)}")
        self.target = TargetCard(title="写到哪里")
        self.target.changed.connect(self._follow)
        self.column.addWidget(self.target)
        self.deeds("推送", self._push)
        self.target.refresh()
        self._follow()
        (self.primary if self.primary.isEnabled() else self.target.choose).setFocus()

    def _add(self, at: int, part: Part, on: bool) -> None:
        often = f" {len(part.sent):,} 次" if len(part.sent) > 1 else ""
        sent = f"，{part.sent_on} 已发{often}" if part.sent_on else ""
        has = self._now.get(part.dept, Part(part.dept))
        tick = QCheckBox(f"{part.dept}（{has.rows:,} 个项目 {has.items:,} 个事项{sent}）")
        way = self._ways.get(part.dept)
        unwritten = UNWRITTEN if part.unwritten else ""
        said = (way.doubt if way else "", unwritten, self._moved.get(part.dept, Moved()).words)
        moved = "；".join(filter(None, said))
        tick.setAccessibleName("，".join(filter(None, (tick.text(), moved))))
        tick.setChecked(on)
        tick.toggled.connect(lambda _on: self._follow())
        box = QComboBox()
        box.setAccessibleName(f"{part.dept}怎么发")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        if part.own:
            box.addItem(OWN_HERE, self._desk.office.id)
        box.addItem(WORKBOOK, "")
        for card in self._known:
            box.addItem(f"数据包：{card.name}", card.id)
        box.setCurrentIndex(max(0, box.findData(way.office if way else "")))
        box.currentIndexChanged.connect(lambda _at: self._allow_own(tick, box))
        self._allow_own(tick, box)
        self.grid.addWidget(tick, 2 * at, 0)
        self.grid.addWidget(box, 2 * at, 1)
        if moved:
            told = label(moved, wrap=True, tone="amber")
            told.setIndent(look.sizes().grown(INDENT))
            self.grid.addWidget(told, 2 * at + 1, 0, 1, 2)
        self.ticks[part.dept], self.how[part.dept] = tick, box

    def _follow(self) -> None:
        wanted = self.depts()
        why = "还没选部门" if not wanted else "还没选写到哪里" if self.target.folder() is None else ""
        allow(self.primary, f"推送 {len(wanted):,} 个部门", why)
        if self.focusWidget() is self.target.choose and not why:  # a stick came, or a folder was chosen
            self.primary.setFocus()

    def _allow_own(self, tick: QCheckBox, box: QComboBox) -> None:
        """What this office fills in itself is sent to nobody."""
        own = box.currentData() == self._desk.office.id
        tick.setEnabled(not own)
        tick.setToolTip("就是本单位，不用发，在台账里直接填" if own else "")
        if own:
            tick.setChecked(False)

    def depts(self) -> tuple[str, ...]:
        return tuple(dept for dept, tick in self.ticks.items() if tick.isChecked())

    def folder(self) -> Path | None:
        return self.target.folder()

    def _push(self) -> None:
        if not self.primary.isEnabled() or self.target.lost():
            return
        for dept in self.depts():
            if not self._settled(dept, self._ways.get(dept)):
                return
        self.accept()

    def _settled(self, dept: str, way: Way | None) -> bool:
        """Keep what was chosen for a department, where that is not what was known already."""
        chosen = str(self.how[dept].currentData() or "")
        if way is not None and way.office == chosen and (way.sure or not (chosen or way.doubt)):
            return True
        done = self._desk.do(pushes.assign, dept, chosen, refused=lambda p: self.fault(p.text))
        return done is not None
