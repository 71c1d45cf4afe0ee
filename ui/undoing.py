"""撤销 and 重做 for the whole window: one stack of the deeds done in it, from whatever page or dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from app.change import Change
from app.journals.heard import Heard, Span
from app.problem import Problem
from app.removal.undone import FINAL, Undone, undoable

if TYPE_CHECKING:
    from ui.desk import Desk

MOST = 200
AT_ONCE = 1_000  # lines that are taken back before anybody notices; more of them show how far it is
AFTER = {
    "import": "上一步是导入，请在“导入 Excel”里撤回这次导入",
    "merge": "上一步是合并，请在“收件合并”里撤回这次合并",
    "template": "上一步换了模板版本，请在“下发文件”里撤回升级",
    "seal": "台账已经确定，确定以前的改动不能撤销；确需更改请走“更正单”",
    "correct": "上一步是更正单，改错了请再做一张更正单",
    "purge": "上一步是误入处置，销毁的内容不能恢复",
    "withdraw": "上一步是撤回导入或合并，要的话请再导入一次",
}
"""What Ctrl+Z says after a deed that has its own way back, by the verb of its lines; nothing before it is taken back."""
Offer = tuple[str, Callable[[], object]]


class Step(Struct, frozen=True):
    """One deed: its lines in the ledgers, what was said of it, who did it. Without lines `said` is why it stays."""

    spans: tuple[Span, ...]
    said: str
    clerk: str


class Steps(QObject):
    """The last MOST deeds of the clerk in this window; `came_back(Undone)` after one was taken back or done again."""

    came_back = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._open: list[Span] | None = None
        self._drafts: set[str] = set()
        self._working = False
        self.offered: Offer | None = None  # the deed beside what is said of the last change

    # what was done

    def heed(self, heard: Heard, result: object) -> None:
        """A command of the desk went through: what it wrote becomes a step."""
        if heard.verbs or isinstance(result, Change):
            self.offered = None
        if isinstance(result, Undone):
            self._turned(result)
        elif undoable(heard.verbs):
            if self._open is not None:
                self._open += heard.spans
            else:
                self._push(tuple(heard.spans), str(getattr(result, "said", "")))
        elif why := next((said for verb, said in AFTER.items() if verb in heard.verbs), ""):
            self._done, self._undone = [Step((), why, self._desk.office.clerk)], []

    def push(self, ledger_id: str, first_seq: int, last_seq: int, said: str) -> None:
        """Add a deed that did not go through the desk."""
        self._push((Span(ledger_id, first_seq, last_seq),), said)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is done meanwhile is one step."""
        if self._open is not None:
            yield
            return
        self._open = []
        try:
            yield
        finally:
            spans, self._open = self._open, None
            if spans:
                self._push(tuple(spans), "")

    def offer(self, said: str) -> None:
        """Say of the last deed what it did, “已清空 12 格”, with 撤销 beside it where it can be taken back."""
        if self.offered is None:
            self._desk.said.emit(said)
        else:
            self._done[-1] = replace(self._done[-1], said=said)
            self._desk.offered.emit(said, *self.offered)

    def hold(self, entry: str, on: bool) -> None:
        """Whether what was typed for a row waits in the form: it is saved or dropped first."""
        (self._drafts.add if on else self._drafts.discard)(entry)

    def _push(self, spans: tuple[Span, ...], said: str) -> None:
        step = Step(spans, said, self._desk.office.clerk)
        self._done = [*self._done, step][-MOST:]
        self._undone.clear()
        self.offered = "撤销", partial(self._undo_only, step)

    # taking back

    @property
    def done(self) -> Sequence[Step]:
        """What Ctrl+Z takes back, the next one last."""
        return self._done

    @property
    def undone(self) -> Sequence[Step]:
        """What Ctrl+Y does again, the next one last."""
        return self._undone

    def undo(self) -> None:
        """Ctrl+Z: take back the last step."""
        if not self._done:
            self._desk.said.emit("没有可以撤销的；以前的改动可在“操作记录”里逐步撤销")
        elif not self._done[-1].spans:
            self._desk.said.emit(self._done[-1].said)
        elif self._done[-1].clerk != self._desk.office.clerk:
            self._desk.said.emit(f"上一步是{self._done[-1].clerk}做的；要撤销请到“操作记录”里点“撤销这一步”")
        else:
            self._turn(self._done[-1].spans, again=False)

    def redo(self) -> None:
        """Ctrl+Y: do the last step again that was taken back."""
        if self._undone:
            self._turn(self._undone[-1].spans, again=True)
        else:
            self._desk.said.emit("没有可以重做的")

    def take_back(self, span: Span) -> None:
        """Take back a deed of 操作记录, be it of this window or of an earlier one."""
        own = next((step for step in self._done if span in step.spans), None)
        self._turn(own.spans if own else (span,), again=False)

    def _undo_only(self, step: Step) -> None:
        """The button of a message that is still shown: that step or nothing."""
        if self._done and self._done[-1].spans == step.spans:
            self.undo()

    def _turn(self, spans: tuple[Span, ...], *, again: bool) -> None:
        if self._working:
            return
        from app.removal import undoing  # noqa: PLC0415 - with the first 撤销

        how: dict[str, Any] = {"again": again, "drafts": frozenset(self._drafts), "refused": partial(self._refused, spans)}
        if sum(span.last - span.first for span in spans) < AT_ONCE:
            self._desk.do(undoing.take_back, spans, **how)
            return
        self._working = True
        how |= {"title": "正在重做" if again else "正在撤销", "gave_up": self._rest, "done": lambda _: self._rest()}
        self._desk.run(undoing.take_back, spans, **how)

    def _rest(self) -> None:
        self._working = False

    def _turned(self, undone: Undone) -> None:
        """It went through: the step changes sides, known by its new lines."""
        self._done = [step for step in self._done if step.spans != undone.of]
        self._undone = [step for step in self._undone if step.spans != undone.of]
        (self._done if undone.again else self._undone).append(Step(undone.spans, undone.said, self._desk.office.clerk))
        self.offered = ("撤销", self.undo) if undone.again else ("重做", self.redo)

    def _refused(self, spans: tuple[Span, ...], problem: Problem) -> None:
        self._rest()
        if problem.code in FINAL:
            self._done = [step for step in self._done if step.spans != spans]
            self._undone = [step for step in self._undone if step.spans != spans]
        self._desk.refused.emit(problem)
