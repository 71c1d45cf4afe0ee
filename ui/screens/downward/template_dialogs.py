"""What a template asks for, what it would make of a ledger's rows, and what is wrong with a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.template_books import rehearsing
from app.template_books.rehearsing import Finding, Rehearsal
from app.templating.template_changes import KIND_WORDS, NEED_WORDS
from app.words.template_words import Field
from app.words.templates import Loaded
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.plain_words import plainly
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

WIDE, TALL = 760, 240
BOOKS = "工作簿 (*.xlsx *.xls *.et *.ods)"
MARKED = "写成标注的工作簿…"


class FieldsDialog(PlainDialog):
    """看栏目: every field of a template, with its kind, when it has to be filled and what may be chosen."""

    def __init__(self, loaded: Loaded, parent: QWidget | None = None) -> None:
        t = loaded.t
        matters = f"，{t.items.title} {len(t.items.presets):,} 个" if t.items else ""
        said = f"{t.campaign}，{t.plan}；{t.starts} 至 {t.ends}；栏目 {len(t.fields):,} 个{matters}"
        super().__init__(f"《{t.title}》{t.version}", said, parent)
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self.model = PlainModel(("栏目", "编号", "类型", "填不填", "可选的、单位", "谁填"), parent=self)
        own = [_field_row(loaded, one, "") for one in t.fields]
        own += [_field_row(loaded, one, t.items.title) for one in t.items.fields] if t.items else []
        self.model.set_rows(own)
        self.table = PlainTable("模板的栏目", self.model, (190, 120, 80, 100, 170, 90), stretch=4)
        self.table.setMinimumHeight(look.sizes().grown(TALL))
        self.table.choose(0)
        self.column.addWidget(self.table, 1)
        self.deeds("关闭", self.accept)
        self.cancel.hide()
        self.table.setFocus()


class TrialDialog(PlainDialog):
    """试用: the rows of a ledger run through a template; nothing is written."""

    def __init__(
        self, desk: Desk, loaded: Loaded, lines: Sequence[LedgerLine], parent: QWidget | None = None
    ) -> None:
        t = loaded.t
        super().__init__(
            f"试用《{t.title}》{t.version}", "拿一本台账的行照这个模板读一遍，看会怎样；什么都不写。", parent
        )
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self._desk, self._loaded = desk, loaded
        self.which = QComboBox()
        for line in sorted(lines, key=lambda line: line.template_id != t.id):
            self.which.addItem(f"{line.called}（{line.rows:,} 行）", line.id)
        self.row("拿哪本台账", self.which)
        self.model = PlainModel(("栏目", "会怎样", "几处", "哪些行", "如"), parent=self)
        self.table = PlainTable("试用的结果", self.model, (150, 250, 60, 180, 100), stretch=1)
        self.table.setMinimumHeight(look.sizes().grown(TALL))
        self.said = label("还没有试。" if lines else "还没有台账可以试，请先打开一本。", "muted", wrap=True)
        self.column.addWidget(self.said)
        self.column.addWidget(self.table, 1)
        self.deeds("试一遍", self.go)
        self.cancel.setText("关闭")
        self.primary.setEnabled(bool(lines))
        self.which.setFocus()

    def go(self) -> None:
        self.primary.setEnabled(False)
        self._desk.run(
            rehearsing.rehearse, self._loaded, str(self.which.currentData()), title="正在试用模板",
            done=self._tried, refused=self._refused, gave_up=self._settled,
        )  # fmt: skip

    def _tried(self, found: Rehearsal) -> None:
        self._settled()
        self.said.setText(f"{found.lines[0]}。" if found.findings else f"{found.lines[0]}，没有发现问题。")
        self.model.set_rows([_finding_row(one) for one in found.findings])
        if found.findings:
            self.table.choose(0)
            self.table.setFocus()

    def _refused(self, problem: Problem) -> None:
        self._settled()
        self.fault(plainly(problem)[0])

    def _settled(self) -> None:
        self.primary.setEnabled(True)


class FaultsDialog(PlainDialog):
    """What has to be put right in a workbook, by sheet and cell."""

    def __init__(
        self, desk: Desk, file: Path, faults: Sequence[Mapping[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__("工作簿还不能作模板", f"“{file.name}”有 {len(faults):,} 处要改，改好再试。", parent)
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self._desk, self._file, self._faults = desk, file, faults
        self.model = PlainModel(("工作表", "单元格", "要改什么"), parent=self)
        self.model.set_rows(
            [
                PlainRow((one["sheet"] or "（整个文件）", one["cell"], one["said"]), tips={2: one["said"]})
                for one in faults
            ]
        )
        self.table = PlainTable("要改的地方", self.model, (150, 80, 440), stretch=2)
        self.table.setMinimumHeight(look.sizes().grown(TALL))
        self.table.choose(0)
        self.column.addWidget(self.table, 1)
        self.deeds("关闭", self.accept)
        self.cancel.hide()
        self.marked = button(MARKED, self._write)
        self.foot.insertWidget(0, self.marked)
        self.table.setFocus()

    def _write(self) -> None:
        out = choosing.save_file(
            self, "标注的工作簿写到哪里", "template-book", f"{self._file.stem}（要改的地方）.xlsx", BOOKS
        )
        if out is not None:
            self._desk.do(
                lambda _office: self._marked(out), refused=lambda problem: self.fault(plainly(problem)[0])
            )

    def _marked(self, out: Path) -> None:
        from app.template_books import grids, marking  # noqa: PLC0415 - openpyxl is slow to load

        marking.write_marked(grids.read(self._file), self._faults, out)


def _finding_row(one: Finding) -> PlainRow:
    hurt = one.what in (rehearsing.LOST, rehearsing.UNREAD, rehearsing.MATTER)
    what = f"{rehearsing.WORDS[one.what]}{'：' if one.said else ''}{one.said}"
    texts = (one.title, what, f"{one.count:,}", "、".join(one.rows[:3]), one.example)
    return PlainRow(
        texts, f"{one.what}{one.field}{one.said}", tones={1: "red" if hurt else ""}, tips={1: one.line}
    )


def ledgers_to_try(desk: Desk) -> list[LedgerLine]:
    """The own ledgers, for a trial."""
    return [line for line in ledgers.all(desk.office) if line.own]


def _field_row(loaded: Loaded, one: Field, matter: str) -> PlainRow:
    codes = loaded.codes.get(one.choices)
    offered = "、".join(code.label for code in codes.codes) if codes else one.unit
    owners = {owner.id: owner.title for owner in loaded.t.owners}
    title = f"{matter}·{one.title}" if matter else one.title
    texts = (title, one.id, KIND_WORDS[one.kind], NEED_WORDS[one.need], offered, owners.get(one.owner, ""))
    return PlainRow(texts, f"{matter}{one.id}", tips={0: one.hint or title, 3: one.when, 4: offered})
