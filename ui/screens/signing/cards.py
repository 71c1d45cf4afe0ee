"""The four steps of 签批办结 as cards: 缺项, 打印, 签字, 确定."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from app.ledger.checks import refused_words
from app.ledger.versions import Version
from app.listing.counts import identities
from app.words.templates import Loaded
from ui import look
from ui.forms.inputs import TextInput
from ui.screens.signing.papers import Paperwork, bare_words, by_what, sealable, state_words
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, dress, label

ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")
MOST_KINDS, FEW_PAGES = 3, 2
MAKE = "生成新的一版"
WARNING = "有 {:,} 处缺项：不附说明也能打印签字，但确定台账时要重新打印签字；建议附上。"


def head_row(card: Card, title: str | QLabel, beside: QWidget | None = None) -> QHBoxLayout:
    """Put the title of a step and what stands beside it on top of a card; returns the row for its buttons."""
    card.body.setContentsMargins(14, 8, 10, 10)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(title if isinstance(title, QLabel) else label(title, "h2"))
    if beside is None:
        row.addStretch(1)
    else:
        row.addWidget(beside, 1)
    card.body.addLayout(row)
    return row


class GapsCard(Card):
    """缺多少处, by kind; the 缺项情况说明 to print along."""

    list_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.words = ElidedLabel("", "strong")
        self.kinds = ElidedLabel("", "muted")
        self.look_button = button("看清单", self.list_wished.emit)
        top = head_row(self, "1  查缺项", self.words)
        top.addWidget(self.look_button)
        self.tick = QCheckBox("打印时附“缺项情况说明”")
        self.tick.setAccessibleName(self.tick.text())
        self.text = TextInput()
        self.text.setAccessibleName("缺项情况说明")
        self.text.setPlaceholderText("如：以上事项正由手续办理部门核对，9月10日前补齐。")
        self.text.hide()
        self.tick.toggled.connect(self._open)
        self.warning = label("", "muted", wrap=True)
        self.refused = label("", "strong", wrap=True)
        dress(self.refused, tone="red")
        self._for = ""
        for made in (self.refused, self.kinds, self.warning, self.tick, self.text):
            self.body.addWidget(made)

    def _open(self, on: bool) -> None:
        self.text.setVisible(on)
        dress(self.warning, tone="" if on else "amber")
        if on:
            self.text.setFocus()

    def unexplained(self, strip: Strip) -> bool:
        """Whether the explanation is wished for and not yet written, which is asked for."""
        if not self.tick.isVisibleTo(self) or not self.tick.isChecked() or self.text.text_now():
            return False
        strip.tell("请先写一句缺项情况说明再打印；不附说明的，去掉第 1 步里的勾。", "amber")
        self.text.setFocus()
        return True

    def explain(self) -> str:
        return self.text.text_now() if self.tick.isChecked() else ""

    def show_papers(self, found: Paperwork) -> None:
        gaps, faults = found.gaps, found.faults
        rows = len({f.entry_id for f in gaps})
        self.words.setText(f"缺 {len(gaps):,} 处，涉及 {rows:,} 个项目" if gaps else "没有缺项")
        dress(self.words, tone="amber" if gaps else "green")
        top = "；".join(f"{w} {n:,}" for w, n in by_what(gaps)[:MOST_KINDS])
        other = [f"另有 {len(faults):,} 处请留意"] if faults else []
        self.kinds.setText("；".join(["不妨碍打印" if gaps else "", *other, top]).strip("；"))
        self.refused.setText(refused_words(faults))
        self.refused.setVisible(bool(self.refused.text()))
        self.kinds.setVisible(bool(gaps or faults))
        allow(self.look_button, "看清单", "" if gaps or faults else "没有")
        sealed = found.line.sealed
        self.warning.setText(WARNING.format(len(gaps)))
        self.warning.setVisible(bool(gaps) and not sealed)
        if found.line.id != self._for:
            self._begin(found)
        self.tick.setVisible(bool(gaps))
        self.text.setVisible(bool(gaps) and self.tick.isChecked())

    def _begin(self, found: Paperwork) -> None:
        """Another ledger: what is missing is explained unless the clerk says no, as the newest print did."""
        self._for = found.line.id
        self.text.setPlainText(found.versions[0].explain if found.versions else "")
        self.tick.blockSignals(True)  # by itself it takes no focus
        self.tick.setChecked(bool(found.gaps) and not found.line.sealed)
        self.tick.blockSignals(False)
        dress(self.warning, tone="" if self.tick.isChecked() else "amber")


class PrintCard(Card):
    """Paper and the deed; `turned()` when another paper was chosen."""

    wished = Signal()
    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._paper = QComboBox()
        self._paper.setAccessibleName("纸张")
        self._paper.addItem("A3 横向", "a3")
        self._paper.addItem("A4 横向", "a4")
        self._paper.activated.connect(lambda _at: self.turned.emit())
        self.deed = button(MAKE, self.wished.emit, kind="primary", sign="file")
        row = head_row(self, "2  打印")
        row.addWidget(self._paper)
        row.addWidget(self.deed)
        self.note = ElidedLabel("", "muted")
        self.more = label("", "", tone="amber", wrap=True)
        self.more.hide()
        self.bare = label("", "", tone="amber", wrap=True)
        for made in (self.note, self.bare, self.more):
            self.body.addWidget(made)

    def tell_more(self, pages: int) -> None:
        """Say before printing what stands behind the table, when it is much."""
        self.more.setText(f"缺项情况说明和签后变动表约多印 {pages} 页。")
        self.more.setVisible(pages > FEW_PAGES)

    def paper(self) -> str:
        return str(self._paper.currentData())

    def show_papers(self, found: Paperwork) -> None:
        self.bare.setText(bare_words(found))
        self.bare.setVisible(bool(self.bare.text()))
        if found.line.rows:
            allow(self.deed, MAKE)
        else:
            allow(self.deed, "生成", "还没有项目")  # as wide as the column is on a small screen
        if not found.versions:
            self.note.setText("每页都有版号和二维码，签好扫描回来就能认出是哪一版。")
        else:
            same = (
                "内容没有变：同样的纸当天再生成，版号不变。"
                if not found.moved
                else f"生成以后又有 {found.moved:,} 个项目变动。"
            )
            self.note.setText(f"最新：{found.versions[0].label}。{same}")


class SignCard(Card):
    """The versions with who signed, and the place to drop a scan; `mend_wished` for one filed under a wrong name."""

    choose_wished = Signal()
    mend_wished = Signal()
    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.hint = ElidedLabel("签好的扫描件拖到这一页就行", "muted")
        self.model = PlainModel(("版号", "打印日期", "签字情况"), parent=self)
        self.table = PlainTable("打印过的版本", self.model, (64, 106, 160), stretch=2)
        self.table.setFixedHeight(look.sizes().header + 2 * look.sizes().row + 4)
        self.table.picked.connect(lambda row: self.picked.emit(self.current()))
        self.choose = button("选扫描件…", self.choose_wished.emit, sign="attach")
        self.heading = label("", "h2")
        row = head_row(self, self.heading, self.hint)
        row.addWidget(self.choose)
        self.body.addWidget(self.table)
        self.mend = button("更正签字…", self.mend_wished.emit, sign="form", why="登记的姓名、日期打错了，照纸面改")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.mend)
        self.body.addLayout(foot)
        self._own = False
        self.table.picked.connect(lambda _row: self._follow())

    def _follow(self) -> None:
        version = self.current()
        self.mend.setVisible(self._own and version is not None and bool(version.signatures))

    def current(self) -> Version | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def show_papers(self, found: Paperwork, chosen: str) -> None:
        rows = []
        for one in found.versions:
            words, tone = state_words(one, found)
            signed = signed_words(one)
            note = f"{one.label} · {one.paper.upper()} · {one.pages} 页 · 缺项 {one.gaps:,} 处"
            shown = (
                f"第{one.number}版",
                one.on,
                words if one.sealed or not signed else f"{words}（{signed}）",
            )
            rows.append(
                PlainRow(shown, one.id, tones={2: tone}, tips={0: note, 2: signed or "还没有签字"}, fact=one)
            )
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.table.choose(max(0, self.model.find(chosen)))
        own = self._own = found.line.own
        self._follow()
        act = found.step.title if found.step else "签字"
        self.heading.setText(f"3  登记{act}" if own else f"打印过的版本和{act}")
        self.choose.setVisible(own and not (found.step and found.line.sealed))
        allow(self.choose, f"登记{act}…" if found.step else "选扫描件…", "" if rows else "先打印")
        self.hint.setVisible(own and bool(rows) and not found.step)


def signed_words(version: Version) -> str:
    """Who signed it and what was done upon it, in one line."""
    signed = [f"{s.role}：{s.by} {s.on}{'（代签）' if s.behalf else ''}" for s in version.signatures]
    return "；".join([*signed, *(act.words for act in version.acts)])


class SealCard(Card):
    """确定台账, or what has become of it since."""

    wished = Signal()
    later_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.words = label("", "muted", wrap=True)
        self.deed = button("确定台账", self.wished.emit, kind="primary", sign="seal")
        self.later = button("签后变动", self.later_wished.emit)
        self.heading = label("", "h2")
        head_row(self, self.heading)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.later)
        row.addWidget(self.deed)
        self.body.addWidget(self.words)
        self.body.addLayout(row)

    def show_papers(self, found: Paperwork) -> None:
        sealed = next((v for v in found.versions if v.sealed), None)
        _, why = sealable(found)
        own = found.line.own
        self.heading.setText("4  确定台账" if own else "确定台账")
        self.deed.setVisible(own and not found.line.sealed)
        allow(self.deed, "确定台账", why)
        self.later.setVisible(bool(found.later))
        allow(self.later, f"签后变动 {len(found.later):,} 处")
        if sealed is None:
            upon = f"登记了{found.step.title}" if found.step else "签字齐了"
            self.words.setText(f"{upon}就可以确定，从此审批1个核减1个。" if own else "对方还没有确定台账。")
            dress(self.words, tone="")
            self.words.setMinimumHeight(0)
            return
        loaded = found.line.loaded
        then, now = _identity(loaded, sealed.counts), _identity(loaded, found.now)
        both = f"{loaded.t.words.row}和{loaded.t.words.item}" if loaded.t.items else loaded.t.words.row
        since = f"现在：\n{now}" if now != then else f"确定以后{both}还没有变动。"
        upon = "".join(
            f"{act.words}。\n" for act in sealed.acts if found.step and act.title == found.step.title
        )
        on = f"已于 {found.line.sealed_on} 按 {sealed.label} 确定。"
        self.words.setText(f"{on}{upon}确定时：\n{then}\n{since}")
        dress(self.words, tone="green")
        self.words.setMinimumHeight(self.words.heightForWidth(max(self.words.width(), 300)))


def _identity(loaded: Loaded, counted: dict[str, dict[str, int]]) -> str:
    return "\n".join(identities(loaded, counted["project"], counted["item"]))
