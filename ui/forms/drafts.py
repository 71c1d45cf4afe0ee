"""What was typed for an entry and is not in the ledger yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.ledger import entries, kept_drafts
from app.ledger.kept_drafts import Kept
from app.problem import Problem
from ui.desk import Desk

MOST_NAMED, REST_MS = 3, 700


@dataclass(frozen=True)
class Draft:
    """`texts` of the entry, `items` {code: texts} of its matters; `problem` why it was refused, in matter `item` or not."""

    entry: str
    name: str
    texts: dict[str, str] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    problem: Problem | None = None
    item: str = ""

    def __bool__(self) -> bool:
        return bool(self.texts or self.items)

    def place(self) -> dict[str, Any]:
        """Where the clerk mends it, as a page of the window understands it."""
        key = str(self.problem.field or "") if self.problem else next(iter(self.texts), "")
        return {"entry": self.entry, "field": key, "item": self.item, "form": True}

    def said(self) -> str:
        """“name”：why."""
        return f"“{self.name}”：{self.problem.text}" if self.problem else f"“{self.name}”"


def write(desk: Desk, draft: Draft) -> Draft:
    """Save a draft, entry and matters each for itself; what is left of it, empty when all was taken."""
    with desk.steps.together():
        left = _write(desk, draft)
    if (left.texts, left.items) != (draft.texts, draft.items):
        desk.steps.offer(f"已保存：{draft.name}")
    return left


def _write(desk: Desk, draft: Draft) -> Draft:
    refused: list[Problem] = []
    left = replace(draft, problem=None, item="")
    if left.texts and desk.do(entries.amend, left.entry, left.texts, refused=refused.append) is not None:
        left = replace(left, texts={})
    items = dict(left.items)
    for code, texts in left.items.items():
        if desk.do(entries.amend, left.entry, {}, items={code: texts}, refused=refused.append) is not None:
            del items[code]
    left = replace(left, items=items)
    if not refused:
        return left
    return replace(left, problem=refused[0], item="" if left.texts else next(iter(items)))


def named(drafts: Iterable[Draft]) -> str:
    """“A”、“B”、“C”等 5 行."""
    names = [f"“{draft.name}”" for draft in drafts]
    return "、".join(names[:MOST_NAMED]) + (f"等 {len(names):,} 行" if len(names) > MOST_NAMED else "")


def unsaved(waiting: Sequence[Draft]) -> str:
    """“A”填的内容没有保存：为什么; the reason of one only."""
    problem = waiting[0].problem if len(waiting) == 1 else None
    return f"{named(waiting)}填的内容没有保存" + (f"：{problem.text}" if problem else "")


def kept(desk: Desk, ledger: str) -> list[Draft]:
    """What the disk holds for a ledger from before the window was last left, killed or not, and is whose sits there."""
    found = [one for one in kept_drafts.of(desk.office, ledger) if not kept_drafts.another(desk.office, one)]
    return [Draft(one.entry, one.name, one.texts, one.items) for one in found]


def others(desk: Desk, ledger: str) -> str:
    """“审核人丙填的“A”没有保存”: what the disk holds of other clerks; it is theirs to save. '' for nothing."""
    by_clerk: dict[str, list[Draft]] = {}
    for one in kept_drafts.of(desk.office, ledger):
        if whose := kept_drafts.another(desk.office, one):
            by_clerk.setdefault(whose, []).append(Draft(one.entry, one.name))
    return "；".join(f"{whose}填的{named(drafts)}还没有保存，由本人接着办" for whose, drafts in by_clerk.items())


class Drafts(QObject):
    """The drafts of one ledger by entry; `locked(entry, bool)` when one begins or ends.

    They are on the disk too, a moment after the typing rests: a crash or a cut of the power loses none.
    """

    locked = Signal(str, bool)

    def __init__(self, desk: Desk, ledger: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._ledger = desk, ledger
        self._typed: Callable[[], Draft] | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.keep)
        self._waiting: dict[str, Draft] = {}
        self.locked.connect(desk.steps.hold)

    def of(self, entry: str) -> Draft:
        """The draft of an entry, empty when there is none."""
        return self._waiting.get(entry, Draft(entry, ""))

    def besides(self, entry: str = "") -> list[Draft]:
        """All but that of one entry."""
        return [draft for draft in self._waiting.values() if draft.entry != entry]

    def put(self, draft: Draft) -> None:
        """Keep a draft; an empty one ends it."""
        if draft:
            self._waiting[draft.entry] = draft
        else:
            self._waiting.pop(draft.entry, None)
        self._keep(draft)
        self.locked.emit(draft.entry, bool(draft))

    def typing(self, typed: Callable[[], Draft]) -> None:
        """Something is being typed: `typed` tells what, when the hands rest."""
        self._typed = typed
        self._rest.start()

    def keep(self) -> None:
        """Write down what is being typed."""
        typed, self._typed = self._typed, None
        self._rest.stop()
        if typed is not None:
            self._keep(typed())

    def _keep(self, draft: Draft) -> None:
        if draft:
            kept_drafts.keep(self._desk.office, Kept(self._ledger, draft.entry, draft.name, draft.texts, draft.items))
        elif draft.entry:
            kept_drafts.drop(self._desk.office, draft.entry)

    def save_all(self) -> None:
        """Try every draft again."""
        for draft in self.besides():
            self.put(write(self._desk, draft))

    def drop_all(self) -> None:
        for draft in self.besides():
            self.put(Draft(draft.entry, ""))
