"""登记簿: every register on one page, how much of it is open and late, and 登记 at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import ledger_groups, ledgers
from app.ledger.ledger_groups import REGISTER, REGISTERS
from app.listing import counts, lists
from app.listing.lists import Query
from app.office import Office
from sync.letters import offered_templates
from ui.desk import Desk
from ui.screens import ledger_ways
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.labels import label
from ui.widgets.screen import Screen

HEADS = ("登记簿", "未了结", "逾期", "共", "记什么")
WIDTHS = (212, 84, 70, 70, 300)
NUMBERS = frozenset((1, 2, 3))


@dataclass(frozen=True)
class Register:
    """A register, open (`ledger`) or not yet (`ref`, its template); numbers of rows."""

    title: str
    note: str
    ledger: str = ""
    ref: str = ""
    open: int = 0
    late: int = 0
    rows: int = 0


class RegistersScreen(Screen):
    """Enter or a double click goes into a register; one that is not there yet is opened by its first row."""

    title = REGISTERS

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        row = self.head()
        row.addStretch(1)
        self.inside = button("打开", self._enter, sign="ledger", why="看这本登记簿（回车）")
        self.add = button("登记", self._add, sign="add", kind="primary", why="在这本登记簿里登记一条")
        for made in (self.inside, self.add):
            row.addWidget(made)
        self.body.addWidget(
            label(
                "报送、督办、告知、回头看、投诉、调度会等，一件一件登记；不用签批，随时可以打印。",
                "muted",
                wrap=True,
            )
        )
        self.model = PlainModel(HEADS, NUMBERS)
        self.table = PlainTable(REGISTERS, self.model, WIDTHS, stretch=len(HEADS) - 1)
        self.table.opened.connect(lambda _row: self._enter())
        self.table.picked.connect(lambda _row: self._tell())
        self.body.addWidget(self.table, 1)

    def refresh(self) -> None:
        kept = self._chosen()
        found = registers(self.desk.office)
        self.model.set_rows([_row(one) for one in found])
        names = [one.title for one in found]
        self.table.choose(names.index(kept.title) if kept is not None and kept.title in names else 0)
        self._tell()
        self.told_status()

    def told_status(self) -> None:
        late = sum(one.late for one in self._all())
        self.counted.emit(f"逾期 {late:,} 条" if late else "没有逾期的")

    def heed(self, change: Change) -> None:
        self._stale = True
        if self.isVisible():
            self._stale = False
            self.refresh()

    def _all(self) -> list[Register]:
        rows = (self.model.row(at) for at in range(self.model.rowCount()))
        return [row.fact for row in rows if row is not None]

    def _chosen(self) -> Register | None:
        row = self.model.row(self.table.currentIndex().row())
        return row.fact if row is not None else None

    def _tell(self) -> None:
        one = self._chosen()
        allow(self.inside, "打开", "" if one is not None else "先选一本登记簿")

    def _enter(self) -> None:
        self._go({})

    def _add(self) -> None:
        self._go({"add": True})

    def _go(self, place: dict[str, object]) -> None:
        one = self._chosen()
        if one is None:
            return
        ledger = one.ledger
        if not ledger:
            change = self.desk.do(ledgers.open_template, one.ref)
            if change is None:
                return
            ledger = str(change.subject)
        line = ledgers.get(self.desk.office, ledger)
        self.wished.emit(ledger_ways.page_of(self.desk, line), {"ledger": ledger, **place})

    def regions(self) -> list[QWidget]:
        return [self.table]


def registers(office: Office) -> list[Register]:
    """The open registers of this office first, in the order they were opened, then those that can be opened."""
    lines = [x for x in ledgers.all(office) if x.loaded.t.nature == REGISTER]
    there = {x.template_id for x in lines if x.own}
    found = []
    for line in lines:
        note = ledger_groups.explained(line.loaded)
        late = len(lists.ids(office, line.id, Query(lights=("red",))))
        still = counts.now(office, line.id)["project"]["open"]
        found.append(Register(line.called, note, line.id, open=still, late=late, rows=line.rows))
    rest = [
        o
        for o in offered_templates.all(office)
        if o.rules and o.nature == REGISTER and o.template not in there
    ]
    return [*found, *(Register(o.title, o.note, ref=o.ref) for o in rest)]


def _row(one: Register) -> PlainRow:
    told = (f"{one.open:,}", f"{one.late:,}", f"{one.rows:,}") if one.ledger else ("—", "—", "—")
    tones = {2: "red"} if one.late else {} if one.ledger else dict.fromkeys(range(len(HEADS)), "muted")
    return PlainRow(
        (one.title, *told, one.note), one.ledger or one.ref, tones=tones, tips={4: one.note}, fact=one
    )
