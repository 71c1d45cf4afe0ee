"""打开新的台账: the templates at hand by campaign, what each is for and which document asks for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.ledger import ledger_groups, ledgers
from app.ledger.ledgers import MAIN
from app.templating import template_reading
from sync.letters import offered_templates
from sync.letters.offered_templates import Offered
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.widgets.labels import label

USUAL = "pending-approval"
"""Its campaign stands first."""
REF = Qt.ItemDataRole.UserRole
PLAN = REF + 1
HEADS = ("台账", "记什么", "依据")
WIDTHS = (250, 270)
LEAST = 160
ROW = 28


class OpenLedgerDialog(PlainDialog):
    """Tick one or several; `opened` are the ids of the ledgers after it was accepted."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, nature: str = "") -> None:
        """With `nature` the groups of that nature stand first."""
        super().__init__("打开新的台账", "空格打勾，可以一次打开几本；已经打开的不再列出。", parent)
        self._desk = desk
        self.opened: list[str] = []
        self.tree = _Tree()
        self.tree.itemDoubleClicked.connect(self._only)
        self.column.insertWidget(2, self.tree, 1)
        self.asked = label("", "muted", wrap=True)
        self.asked.setMinimumHeight(2 * self.asked.fontMetrics().lineSpacing())
        self.asked.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.insertWidget(3, self.asked)
        self.tree.currentItemChanged.connect(lambda now, _was: self._tell(now))
        self.setMinimumWidth(look.fitting(look.sizes().grown(820), 400).width())
        self._fill(nature)
        self.deeds("打开", self._open)

    def _fill(self, nature: str) -> None:
        there = {x.template_id for x in ledgers.all(self._desk.office) if x.own and x.purpose == MAIN}
        rules = [o for o in offered_templates.all(self._desk.office) if o.rules and o.template not in there]
        usual = template_reading.builtin(USUAL).t.campaign
        rules.sort(key=lambda one: one.campaign != usual)
        groups = ledger_groups.grouped(rules, lambda one: (one.campaign, one.nature))
        for group in sorted(groups, key=lambda g: bool(nature) and g.nature != nature):
            head = QTreeWidgetItem([group.title])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            self.tree.addTopLevelItem(head)
            head.setFirstColumnSpanned(True)
            for one in group.members:
                head.addChild(_row(one))
            head.setExpanded(True)
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first.child(0))

    def _tell(self, row: QTreeWidgetItem | None) -> None:
        """Which document asks for the ledger the clerk stands on, whole."""
        plan = row.data(0, PLAN) if row is not None else ""
        self.asked.setText(f"依据：{plan}" if plan else "")

    def ticked(self) -> list[str]:
        """The templates to open: those ticked, else the one the clerk stands on."""
        rows = [
            row
            for at in range(self.tree.topLevelItemCount())
            for row in _children(self.tree.topLevelItem(at))
        ]
        chosen = [row for row in rows if row.checkState(0) == Qt.CheckState.Checked]
        current = self.tree.currentItem()
        if not chosen and current is not None and current.data(0, REF):
            chosen = [current]
        return [str(row.data(0, REF)) for row in chosen]

    def _only(self, row: QTreeWidgetItem) -> None:
        if row.data(0, REF):
            row.setCheckState(0, Qt.CheckState.Checked)
            self._open()

    def _open(self) -> None:
        refs = self.ticked()
        if not refs:
            self.fault("请先在要打开的台账前打勾")
            return
        change = self._desk.do(ledgers.open_several, refs, refused=lambda problem: self.fault(problem.text))
        if change is not None:
            self.opened = list(change.facts.get("ledgers", [change.subject]))
            self.accept()


class _Tree(QTreeWidget):
    """Enter is left to the dialog; Space ticks."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("可以打开的台账")
        self.setHeaderLabels(HEADS)
        self.setIndentation(14)
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setMinimumHeight(look.sizes().grown(200))
        self.header().setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the three do not stand beside each other the last one goes: it is told below."""
        super().resizeEvent(event)
        room, sizes = self.viewport().width(), look.sizes()
        self.setColumnHidden(2, room < sizes.grown(sum(WIDTHS) + LEAST))
        share = WIDTHS[0] / sum(WIDTHS)
        narrow = self.isColumnHidden(2)
        self.setColumnWidth(0, int(room * share) if narrow else sizes.grown(WIDTHS[0]))
        self.setColumnWidth(1, room - int(room * share) if narrow else sizes.grown(WIDTHS[1]))

    def sizeHint(self) -> QSize:
        return QSize(look.sizes().grown(800), look.sizes().grown(440))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _row(one: Offered) -> QTreeWidgetItem:
    whose = f"（{one.source}下发）" if one.came else ""
    asks = ledger_groups.demanded(one.plan, one.clause)
    row = QTreeWidgetItem([f"{one.title}{whose}", one.note, asks])
    row.setData(0, REF, one.ref)
    row.setData(0, PLAN, "，".join(filter(None, (one.plan, one.clause))))
    row.setSizeHint(0, QSize(0, look.sizes().grown(ROW)))
    row.setCheckState(0, Qt.CheckState.Unchecked)
    for at, text in enumerate((one.title + whose, one.note, f"{one.plan}\n{asks}")):
        row.setToolTip(at, text)
    return row


def _children(head: QTreeWidgetItem | None) -> list[QTreeWidgetItem]:
    return [head.child(at) for at in range(head.childCount())] if head is not None else []
