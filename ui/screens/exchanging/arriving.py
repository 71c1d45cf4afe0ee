"""Files that came in, off the screen thread: looked at, taken in, and opened for a person's decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import ledgers, pushing
from app.change import Change
from app.imports import check_reading
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from sync import arrivals, exchange, joining, merges, returns, senders
from sync.arrivals import BOOKS, MERGED, RECEIVED, REFUSED, WAITING, Result
from sync.joining import Arrival
from sync.merges import What
from sync.merging import Key, Plan
from ui.desk import NEEDED, Cancelled
from ui.screens.exchanging.came_words import answer_words, what_came

ANSWERS = "*.qidi-receipt *.qidi-slip *.qidi-register *.qidi-remarks *.qidi-doc"
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

    @property
    def line(self) -> LedgerLine:
        return self.arrival.line

    @property
    def heading(self) -> str:
        late = "（以前一轮的，按差异合并）" if self.arrival.late else ""
        return f"{self.arrival.office_name}的回传 · {self.arrival.part.dept} · 第 {self.arrival.round.number} 轮{late}"

    @property
    def together(self) -> frozenset[str]:
        """Fields that go to one side as one value."""
        return joining.together(self.arrival.line)

    def reason(self, row: str) -> str:
        """Why the department added this row."""
        return self.arrival.reasons.get(row, "")

    def matter(self, row: str, code: str) -> str:
        arrived = self.arrival.rows.get(row)
        return pushing.matter_title(
            self.line.loaded, code, dict(arrived.parts.get(code, {})) if arrived else {}
        )


def is_book(file: Path) -> bool:
    return file.suffix.lower() in BOOKS


def look_all(office: Office, files: Sequence[Path], tell: Tell | None = None) -> list[Seen]:
    """Judge every file; nothing is changed by that. Raises Problem E_PASSPHRASE_NEEDED alone."""
    out = []
    for number, file in enumerate(files):
        if tell:
            tell(number, len(files))
        try:
            out.append(_look(office, file))
        except Problem as problem:
            if problem.code == NEEDED:
                raise  # the desk asks, and all are looked at anew
            out.append(Seen(file, "", problem.text, problem.code))
    return out


def _look(office: Office, file: Path) -> Seen:
    if is_book(file):
        arrival, _ = merges.rehearse(office, check_reading.look(file))
        read = f"：{arrival.read.said}" if arrival.read else ""
        return Seen(file, arrival.office_name, f"第 {arrival.round.number} 轮核查表{read}", unsigned=True)
    if (answer := answer_words(file)) is not None:
        return Seen(file, senders.of(office, file), "。".join(answer))
    found = exchange.look(office, file)
    return Seen(file, found.sender_name, found.said if found.seen else what_came(found))


def take_all(
    office: Office, files: Sequence[Path], vouched: frozenset[Path] = frozenset(), tell: Tell | None = None
) -> Change:
    """Take every file in; `vouched` are unsigned workbooks a person stands up for. The facts hold the results.

    Given up half-way, the files already taken stay taken and the others are named as untouched. Raises
    Problem E_PASSPHRASE_NEEDED alone, before any is taken.
    """
    arrivals.ask_first(office, files)

    def one(file: Path) -> Result:
        return arrivals.take(office, [file], confirmed=file in vouched)[0]

    results: list[Result] = []
    for number, file in enumerate(files):
        try:
            if tell:
                tell(number, len(files))
        except Cancelled:
            results += [Result(str(f), REFUSED, "您取消了，这一份没有动", UNTOUCHED) for f in files[number:]]
            break
        results.append(one(file))
    results = arrivals.completed(results, one)
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
    if not isinstance(case.what, str):
        return merges.merge(office, case.what, choices, confirmed=case.vouched)
    exchange.own_keys(
        office, ""
    )  # the slip is signed: their passphrase is asked for while nothing is merged yet
    change = merges.merge(office, case.what, choices, confirmed=case.vouched)
    return arrivals.slipped(office, case.what, change)


def undo(office: Office, merge_id: str) -> Change:
    """Take a merging back whole."""
    return merges.withdraw(office, merges.ledger_of(office, merge_id), merge_id)
