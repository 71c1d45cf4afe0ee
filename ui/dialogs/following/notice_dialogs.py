"""督办: 挂牌督办通知书 and 提醒函 of a row or of a unit, 通报, what was answered, 摘牌 (SB 四(三)3, 六(四))."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.papers import bulletins, notices
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.following.paper_dialog import PaperDialog
from ui.dialogs.scan_input import ScanInput
from ui.forms.inputs import DateInput, LineInput

KINDS = (("supervise", "挂牌督办通知书"), ("remind", "提醒函"))
WHOLE = "整个项目"
CC_HINT = "几个单位用顿号隔开，没有不填"
BASES = ("整改到位", "反馈属实", "事由消除", "领导小组同意")


def parted(text: str) -> list[str]:
    """Units as a clerk writes them in one line."""
    return [one for part in text.replace("，", "、").replace(",", "、").split("、") if (one := part.strip())]


class SuperviseDialog(PaperDialog):
    """About a row where one is given, else about a unit."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        ledger: LedgerLine | None = None,
        line: Line | None = None,
    ) -> None:
        told = line.name if line is not None else "不针对某一个项目的，写明督办的是什么事"
        super().__init__(desk, "督办通知、提醒函", told, parent)
        self._line = line
        kind = self.ask_choice("form", "出什么", KINDS)
        kind.set_text("supervise")
        if line is None:
            self.ask("title", "督办什么事", LineInput(), need=True)
        elif line.items:
            item = self.ask_choice(
                "item", "针对", [("", WHOLE), *((c, i.title) for c, i in line.items.items())], need=False
            )
            item.removeItem(0)
        target: LineInput = self.ask("target", "对象单位", LineInput(), need=line is None)
        target.setPlaceholderText("如 旗自然资源局" if line is None else "不填就是超期事项的审批部门")
        hint = (
            "按哪一条、差多少" if line is None else "不填就按超期情况写：哪个事项、超期几个工作日、依据哪一条"
        )
        self.ask_text("reason", "督办事由", hint, need=line is None)
        self.ask("reply_by", "整改时限", DateInput(), need=True)
        self.ask("cc", "抄送", LineInput()).setPlaceholderText(CC_HINT)
        self.end("编号并出文书")
        self.tell("登记在督办登记里，PDF 附在那一行和项目上。")
        kind.setFocus()

    def perform(self) -> Change | None:
        form, line = self.text("form"), self._line
        self.make(
            notices.supervise, reply_by=self.read_limit(), target=self.text("target"), reason=self.text("reason"),
            cc=parted(self.text("cc")), form=form, title=self.text("title") if line is None else "",
            entry_id=line.id if line is not None else "", item=self.text("item") if "item" in self.inputs else "",
        )  # fmt: skip
        return None


class BulletinDialog(PaperDialog):
    """通报 with the ranking of the units of a ledger."""

    def __init__(self, desk: Desk, known: Sequence[LedgerLine], parent: QWidget | None = None) -> None:
        super().__init__(
            desk, "通报", "各单位按进度排名，推进缓慢的点名；没有线上办理的部门一并写上。", parent
        )
        made = self.ask_choice("ledger", "哪本台账", [(line.id, line.called) for line in known])
        self.ask("reply_by", "说明原因的时限", DateInput()).setToolTip("不填就是3个工作日后")
        self.end("编号并出通报")
        if known:
            made.setCurrentIndex(1)
        made.setFocus()

    def perform(self) -> Change | None:
        day = self.read_limit() if self.text("reply_by") else ""
        self.make(bulletins.bulletin, self.text("ledger"), reply_by=day)
        return None


class ReplyDialog(DeedDialog):
    """What the unit answered."""

    def __init__(self, desk: Desk, line: Line, parent: QWidget | None = None) -> None:
        told = "　".join(filter(None, (str(line.cells.get("doc_no") or line.no), line.name)))
        super().__init__(desk, "登记反馈", told, parent)
        self._line = line
        made = self.ask_text("reply", "反馈的内容", "整改到什么程度，有什么佐证", need=True)
        made.set_text(str(line.cells.get("reply") or ""))
        self.ask_day("on", "反馈日", str(line.cells.get("reply_on") or ""))
        self.ask("scan", "反馈件", ScanInput())
        self.end("登记反馈")
        listed = line.cells.get("notice_kind") == notices.LISTED
        self.tell("反馈核实以后，用“摘牌”解除挂牌。" if listed else "登记以后这一条了结。")
        made.setFocus()

    def perform(self) -> Change | None:
        return self.run(
            notices.reply, self._line.id, text=self.text("reply"), on=self.day("on"), scan=self.scan()
        )


class LiftDialog(PaperDialog):
    """摘牌: the row closes and the 摘牌通知书 goes out in one deed."""

    def __init__(self, desk: Desk, line: Line, parent: QWidget | None = None) -> None:
        told = "　".join(filter(None, (str(line.cells.get("doc_no") or line.no), line.name)))
        super().__init__(desk, "摘牌", told, parent)
        self._line = line
        made = self.ask_choice("basis", "依据", [(each, each) for each in BASES])
        self.ask_day("on", "摘牌日")
        self.ask("cc", "抄送", LineInput()).setPlaceholderText(CC_HINT)
        self.end("摘牌并出通知书")
        self.tell(f"反馈：{line.cells.get('reply') or ''}（{line.cells.get('reply_on') or ''}）")
        made.setFocus()

    def perform(self) -> Change | None:
        self.make(
            notices.lift,
            self._line.id,
            basis=self.text("basis"),
            on=self.day("on"),
            cc=parted(self.text("cc")),
        )
        return None
