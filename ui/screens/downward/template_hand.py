"""What the page of templates does with one: shown, tried, opened, written out; a new one made of a workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.template_books import own_templates
from sync.letters.offered_templates import Offered
from ui import choosing
from ui.desk import Desk
from ui.plain_words import plainly
from ui.screens.downward.template_bar import TemplateBar
from ui.screens.downward.template_dialogs import (
    BOOKS,
    FaultsDialog,
    FieldsDialog,
    TrialDialog,
    ledgers_to_try,
)

Tell = Callable[[str, str], object]


class TemplateHand:
    """Does the deeds of a bar; `tell(text, tone)` says how each came out, `done` what is to be read again then."""

    def __init__(
        self, desk: Desk, bar: TemplateBar, over: QWidget, tell: Tell, done: Callable[[], object]
    ) -> None:
        self._desk, self._over, self._tell, self._done = desk, over, tell, done
        self.asked: FieldsDialog | TrialDialog | FaultsDialog | None = None
        bar.look_wished.connect(self.show)
        bar.trial_wished.connect(self.try_out)
        bar.open_wished.connect(self.open)
        bar.export_wished.connect(self.export)
        bar.new_wished.connect(self.new)

    def show(self, one: Offered) -> None:
        """The fields of a template."""
        if (loaded := self._desk.do(lambda _office: one.loaded, refused=self._refused)) is not None:
            self.asked = FieldsDialog(loaded, self._over)
            self.asked.open()

    def try_out(self, one: Offered) -> None:
        """The rows of a ledger run through it."""
        if (loaded := self._desk.do(lambda _office: one.loaded, refused=self._refused)) is not None:
            self.asked = TrialDialog(self._desk, loaded, ledgers_to_try(self._desk), self._over)
            self.asked.open()

    def open(self, one: Offered) -> None:
        """A ledger of it."""
        change = self._desk.do(ledgers.open_template, one.ref, refused=self._refused)
        if change is not None:
            self._tell(f"{change.said}，在左边“台账”里", "blue")

    def export(self, one: Offered) -> None:
        """The template as a workbook, to change and to make a new one of."""
        out = choosing.save_file(
            self._over, "模板的工作簿写到哪里", "template-book", f"{one.title}模板.xlsx", "工作簿 (*.xlsx)"
        )
        if out is not None:
            self.export_to(one, out)

    def export_to(self, one: Offered, out: Path) -> None:
        from app.template_books import writing  # noqa: PLC0415 - openpyxl is slow to load

        change = self._desk.do(lambda _office: writing.export(one.loaded, out), refused=self._refused)
        if change is not None:
            self._tell(f"{change.said}。改好、另起编号（settings 表的 id）后，用“由工作簿新建”收进来", "blue")

    def new(self) -> None:
        """A template out of a workbook that is asked for."""
        file = choosing.open_file(self._over, "选模板的工作簿", "template-book", BOOKS)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        self._desk.run(
            _kept,
            file,
            title="正在读工作簿",
            done=self._kept,
            refused=lambda problem: self._faulty(file, problem),
        )

    def _kept(self, change: Change) -> None:
        self._done()
        if change.facts["notes"]:
            self._tell(f"{change.said}。{'；'.join(change.facts['notes'])}", "blue")

    def _faulty(self, file: Path, problem: Problem) -> None:
        faults = problem.facts.get("faults")
        if not faults:
            self._refused(problem)
            return
        self.asked = FaultsDialog(self._desk, file, faults, self._over)
        self.asked.open()

    def _refused(self, problem: Problem) -> None:
        self._tell(plainly(problem)[0], "red")


def _kept(office: Office, file: Path) -> Change:
    from app.template_books import making  # noqa: PLC0415 - only a workbook needs it

    made = making.make(file, today=office.today())
    change = own_templates.keep(office, made.loaded)
    return Change(change.said, change.ledgers, change.subject, {**change.facts, "notes": list(made.notes)})
