"""Files that came in, off the screen thread: looked at, taken in, and opened for a person's decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app import ledgers
from app.change import Change
from app.imports import check_reading
from app.office import Office
from app.problem import Problem
from sync import arrivals, exchange, merges, returning, returns
from sync.arrivals import BOOKS, MERGED, RECEIVED, REFUSED, WAITING, Result
from sync.joining import Arrival
from sync.merges import What
from sync.merging import Key, Plan
from ui.desk import Cancelled
from ui.screens.exchanging.came_words import answer_words, what_came

ANSWERS = "*.qidi-receipt *.qidi-slip *.qidi-register"
TABLES = "*.xlsx *.xls *.et *.ods *.csv"
FILTER = f"收到的文件 (*.qidi {ANSWERS} {TABLES});;数据包和回执 (*.qidi {ANSWERS});;核查表 ({TABLES});;所有文件 (*)"
UNSIGNED, UNTOUCHED = "E_CONFIRM", "E_CANCELLED"
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Seen:
    """One file before it is taken in: who it is from, what it says; `code` when it cannot be taken."""

    file: Path
    who: str = ""
    said: str = ""
    code: str = ""
    unsigned: bool = False


@dataclass(frozen=True)
class Case:
    """A return opened for decision. `past`: added rows turned down before; `vouched`: a person said it is theirs."""

    what: What
    arrival: Arrival
    plan: Plan
    past: frozenset[Key]
    vouched: bool = False
    file: str = ""


def is_book(file: Path) -> bool:
    return file.suffix.lower() in BOOKS


def look_all(office: Office, files: Sequence[Path], tell: Tell | None = None) -> list[Seen]:
    """Judge every file; nothing is changed by that."""
    out = []
    for number, file in enumerate(files):
        if tell:
            tell(number, len(files))
        try:
            out.append(_look(office, file))
        except Problem as problem:
            out.append(Seen(file, "", problem.text, problem.code))
    return out


def _look(office: Office, file: Path) -> Seen:
    if is_book(file):
        arrival, _ = merges.rehearse(office, check_reading.look(file))
        read = f"：{arrival.read.said}" if arrival.read else ""
        return Seen(file, arrival.office_name, f"第 {arrival.round.number} 轮核查表{read}", unsigned=True)
    if (answer := answer_words(file)) is not None:
        return Seen(file, "", "。".join(answer))
    found = exchange.look(office, file)
    return Seen(file, found.sender_name, found.said if found.seen else what_came(found))


def take_all(
    office: Office, files: Sequence[Path], vouched: frozenset[Path] = frozenset(), tell: Tell | None = None
) -> Change:
    """Take every file in; `vouched` are unsigned workbooks a person stands up for. The facts hold the results.

    Given up half-way, the files already taken stay taken and the others are named as untouched.
    """
    results: list[Result] = []
    for number, file in enumerate(files):
        try:
            if tell:
                tell(number, len(files))
        except Cancelled:
            results += [Result(str(f), REFUSED, "您取消了，这一份没有动", UNTOUCHED) for f in files[number:]]
            break
        results += arrivals.take(office, [file], confirmed=file in vouched)
    changed = frozenset(line.id for line in ledgers.all(office))
    return Change(said_of(results), changed, facts={"results": results, "quiet": True})


def said_of(results: Sequence[Result]) -> str:
    """3 份：已收 1，已合并 1，待决定 1."""
    words = ((RECEIVED, "已收"), (MERGED, "已合并"), (WAITING, "待决定"), (REFUSED, "没有收"))
    counted = {state: sum(r.state == state for r in results) for state, _ in words}
    return f"{len(results)} 份：" + "，".join(
        f"{word} {counted[state]}" for state, word in words if counted[state]
    )


def opened(office: Office, file: str, mirror: str, vouched: bool = False) -> Case:
    """The return in a mirrored ledger, or of a workbook, ready to be decided on."""
    what: What = mirror or check_reading.look(Path(file))
    arrival, plan = merges.rehearse(office, what)
    past = returns.left_out(office, arrival.line.id, mirror) if mirror else frozenset()
    return Case(what, arrival, plan, past, vouched, file)


def merge(office: Office, case: Case, choices: dict[Key, Any]) -> Change:
    """Merge as decided; what was not adopted goes on a slip for the department that has the program."""
    change = merges.merge(office, case.what, choices, confirmed=case.vouched)
    if not isinstance(case.what, str):
        return change
    slip = returning.of_merge(office, case.what, change.facts["refused"], "")
    return replace(change, facts={**change.facts, "slip": str(slip or "")})


def undo(office: Office, merge_id: str) -> Change:
    """Take a merging back whole."""
    return merges.withdraw(office, merges.ledger_of(office, merge_id), merge_id)
