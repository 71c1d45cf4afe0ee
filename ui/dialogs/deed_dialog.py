"""The frame of a named event: starred inputs, a fault under each, what it does to the counts, one deed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.change import Change
from app.listing.lists import Line
from app.problem import Problem
from app.values import dates
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.dialogs.scan_input import ScanInput
from ui.forms.inputs import ChoiceInput, DateInput, Input, LineInput, TextInput, masked
from ui.forms.second_input import SecondInput
from ui.plain_words import plainly
from ui.widgets.labels import dress, label

STAY = "在账"


class DeedDialog(PlainDialog):
    """A subclass asks its inputs, ends with `end(words)` and does the deed in `perform`; refused, it stays open."""

    def __init__(self, desk: Desk, title: str, subtitle: str, parent: QWidget | None = None) -> None:
        super().__init__(title, subtitle, parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(560))
        self.desk = desk
        self.grid.setVerticalSpacing(4)
        self.inputs: dict[str, Input | ScanInput] = {}
        self.faults: dict[str, QLabel] = {}
        self._words: dict[str, str] = {}
        self._tags: dict[str, QLabel] = {}
        self._needed: set[str] = set()
        self.effect = label("", "", wrap=True)
        self.effect.setProperty("tone", "blue")

    # asking

    def ask(self, key: str, words: str, made: Any, *, need: bool = False) -> Any:
        """Add an input; a Problem whose field is `key` is shown under it. `need` stars it."""
        tag = label(words)
        tag.setBuddy(made)
        tag.setContentsMargins(0, 6, 0, 0)
        fault = label("", "error", wrap=True)
        fault.hide()
        at = self.grid.rowCount()
        self.grid.addWidget(tag, at, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(made, at, 1)
        self.grid.addWidget(fault, at + 1, 1)
        self.inputs[key], self.faults[key], self._words[key], self._tags[key] = made, fault, words, tag
        self.star(key, need)
        made.touched.connect(lambda: self._touched(key))
        if isinstance(made, ScanInput):
            made.refused.connect(lambda problem: self.show_fault(key, problem.text))
        return made

    def ask_day(self, key: str, words: str, day: str = "") -> DateInput:
        """A date, today unless `day` says otherwise."""
        made: DateInput = self.ask(key, words, DateInput(), need=True)
        made.set_text(day or f"{self.desk.office.today():%Y-%m-%d}")
        return made

    def ask_choice(
        self, key: str, words: str, choices: Sequence[tuple[str, str]], *, need: bool = True
    ) -> ChoiceInput:
        made: ChoiceInput = self.ask(key, words, ChoiceInput(choices), need=need)
        return made

    def ask_text(self, key: str, words: str, hint: str = "", *, need: bool = False) -> TextInput:
        made = TextInput()
        made.setFixedHeight(look.sizes().grown(52))
        made.setPlaceholderText(hint)
        self.ask(key, words, made, need=need)
        return made

    def ask_approval(self, *, pin: bool = False) -> None:
        """The second person and the scan with that person's signature (decision 6).

        With `pin` a clerk of the office who has one may confirm on the spot: `text("second_pin")`.
        """
        second: SecondInput = self.ask("second", "同意人（第二人）", SecondInput(self.desk.office), need=True)
        if pin:
            word = self.ask("second_pin", "同意人的口令", masked())
            word.setPlaceholderText("同意人在场就请他输，记作当场确认；不在可以空着")
            second.textChanged.connect(lambda _text: self.put("second_pin", second.can_confirm()))
            self.put("second_pin", False)
        self.ask("scan", "签字的扫描件", ScanInput(), need=True)

    def star(self, key: str, need: bool) -> None:
        """Say to the eye and to a reader whether an input must be filled."""
        words, tag = self._words[key], self._tags[key]
        (self._needed.add if need else self._needed.discard)(key)
        tag.setTextFormat(Qt.TextFormat.RichText)
        tag.setText(f'{words}<span style="color:{look.RED}">&nbsp;*</span>' if need else words)
        self.inputs[key].setAccessibleName(f"{words}，必填" if need else words)

    def put(self, key: str, shown: bool) -> None:
        """Show or hide an input with its label; a hidden one is not asked for."""
        for made in (self.inputs[key], self._tags[key]):
            made.setVisible(shown)
        if not shown:
            self.show_fault(key, "")

    def end(self, words: str, kind: str = "primary") -> None:
        self.column.addWidget(self.effect)
        self.deeds(words, self.attempt, kind)

    def tell(self, text: str, tone: str = "blue") -> None:
        """What the deed will do to the counts."""
        self.effect.setText(text)
        dress(self.effect, tone=tone)
        self.effect.setVisible(bool(text))
        self.fit()

    # reading

    def text(self, key: str) -> str:
        return self.inputs[key].text_now()

    def second_pin(self) -> str:
        """The PIN of the second person, '' where it is not asked for."""
        return self.text("second_pin") if self._asked("second_pin") else ""

    def scan(self, key: str = "scan") -> Any:
        made = self.inputs[key]
        return made.file if isinstance(made, ScanInput) else None

    def day(self, key: str) -> str:
        """A date in any form the program reads, as ISO text. Raises Problem with this input as its field."""
        return self.read_day(self.text(key), key)

    def read_day(self, text: str, key: str) -> str:
        today = self.desk.office.today()
        try:
            read = dates.read(text, year=today.year)
            if read.exact != "day":
                raise Problem("E_DATE", f"“{text}”没有写到哪一天，请写成 2022-08-25 这样")
            return dates.business_day(read.on.isoformat(), today)
        except Problem as problem:
            raise Problem(problem.code, problem.text, field=key, **problem.facts) from problem

    # the deed

    def perform(self) -> Change | None:
        raise NotImplementedError

    def attempt(self) -> None:
        """Check that nothing starred is blank, then do the deed; a refusal is shown and changes nothing."""
        for key in self.inputs:
            self.show_fault(key, "")
        self.fault("")
        if lacking := [k for k in self.inputs if k in self._needed and self._asked(k) and not self.text(k)]:
            for key in lacking:
                self.show_fault(key, self._lack(key))
            self.fault(f"还缺 {len(lacking):,} 处，已标红。什么都没有改动。")
            self.go(lacking[0])
            return
        try:
            done = self.perform()
        except Problem as problem:
            self.refused(problem)
            return
        if done is not None:
            self.accept()

    def _lack(self, key: str) -> str:
        made = self.inputs[key]
        if isinstance(made, ScanInput):
            return f"请附上{self._words[key]}"
        return f"请{'填写' if isinstance(made, LineInput | TextInput) else '选'}{self._words[key]}"

    def run(self, command: Callable[..., Change], *args: Any, **given: Any) -> Change | None:
        """The command through the desk; a Problem of it comes to `refused`."""
        done: Change | None = self.desk.do(command, *args, refused=self.refused, **given)
        return done

    def refused(self, problem: Problem) -> None:
        """The sentence at the field it names, and above the deed."""
        key = problem.field or ""
        key = key if key in self.inputs else str(problem.facts.get("word", key))
        text, clause = plainly(problem)
        if key in self.inputs and self._asked(key):
            self.show_fault(key, text)
            self.faults[key].setToolTip(clause)
            self.fault("有 1 处要改，已标红。什么都没有改动。")
            self.go(key)
        else:
            self.fault(f"{text.rstrip('。')}。什么都没有改动。", clause)

    def go(self, key: str) -> None:
        """Put the focus into an input and bring it and its fault into view."""
        self.inputs[key].setFocus()
        for made in (self.faults[key], self.inputs[key]):
            self.body.ensureWidgetVisible(made, 0, 8)

    def show_fault(self, key: str, text: str) -> None:
        self.faults[key].setText(text)
        self.faults[key].setVisible(bool(text))
        dress(self.inputs[key], wrong="true" if text else "")

    def _asked(self, key: str) -> bool:
        return not self.inputs[key].isHidden()

    def _touched(self, key: str) -> None:
        self.show_fault(key, "")
        self.fault("")
        self.follow()

    def follow(self) -> None:
        """Called whenever the clerk changed an input: a subclass tells the effect anew."""


def open_items(line: Line) -> list[str]:
    """Codes of the matters still in 在账."""
    return [code for code, item in line.items.items() if item.standing == STAY]


def called(lines: Sequence[Line]) -> str:
    """The rows of a deed in words."""
    if len(lines) == 1:
        return lines[0].name
    return f"{lines[0].name}等 {len(lines):,} 行"
