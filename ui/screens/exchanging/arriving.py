"""Files that came in, off the screen thread: looked at, taken in, and opened for a person's decision."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.imports import check_reading
from app.keeping import before_deeds, put_aside
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rounds import pushing
from sync import exchange
from sync.checking import joining
from sync.checking.joining import Arrival
from sync.comparing.merging import MINE, THEIRS, Key, Plan
from sync.comparing.merging import REFUSED as TURNED
from sync.letters import senders
from sync.merges import arrivals, merges, previewing, returns
from sync.merges.arrivals import BOOKS, MERGED, RECEIVED, REFUSED, WAITING, Result
from sync.merges.merges import What
from sync.receiving.plan import Plan as Judged
from ui.desk import NEEDED, Cancelled
from ui.screens.exchanging.came_words import answer_words, what_came

ANSWERS = "*.qidi-receipt *.qidi-slip *.qidi-register *.qidi-remarks *.qidi-doc"
TABLES = "*.xlsx *.xls *.et *.ods *.csv"
FILTER = f"收到的文件 (*.qidi {ANSWERS} {TABLES});;数据包和回执 (*.qidi {ANSWERS});;核查表 ({TABLES});;所有文件 (*)"
_SHOWN = 3
UNSIGNED, UNTOUCHED, UNFILLED = "E_CONFIRM", "E_CANCELLED", "E_BLANK"
Tell = Callable[[int, int], None]
Decided = Mapping[Path, Mapping[Key, Any]]
"""What a person decided of the files that are not taken in yet."""


@dataclass(frozen=True)
class Case:
    """A return opened for decision. `past`: added rows turned down before; `vouched`: a person said it is theirs.

    One that was not `taken` in yet is taken in and merged as one deed.
    """

    what: What
    arrival: Arrival
    plan: Plan
    past: frozenset[Key]
    vouched: bool = False
    file: str = ""
    taken: bool = True
    before: Mapping[Key, Any] = field(default_factory=dict)
    """What was decided of it when it was put aside."""

    @property
    def needs(self) -> tuple[Key, ...]:
        """What a person must decide, but for what was turned down before."""
        return tuple(key for key in merges.needs(self.plan) if key not in self.past)

    @property
    def told(self) -> str:
        """What merging it would do, in one sentence."""
        counts = Counter(d.verdict for _, d in self.plan.differences())
        again = sum(d.verdict == THEIRS and bool(d.reason) for _, d in self.plan.differences())
        words = (
            (counts[THEIRS], "{:,} 处用来件"), (again, "其中 {:,} 处改了先交的一份的答"),
            (counts[MINE], "{:,} 处我这里改过、照旧"), (len(self.needs), "{:,} 处要您定"),
            (counts[TURNED], "{:,} 处不采用"),
        )  # fmt: skip
        said = "，".join(word.format(number) for number, word in words if number)
        return f"合并以后：{said or '没有变化'}。"

    @property
    def line(self) -> LedgerLine:
        return self.arrival.line

    @property
    def heading(self) -> str:
        late = "（以前一轮的，按差异合并）" if self.arrival.late else ""
        proved = " · 查验通过" if self.arrival.signed and not self.taken else ""
        arrival = self.arrival
        return (
            f"{arrival.office_name}的回传 · {arrival.part.dept} · 第 {arrival.round.number} 轮{late}{proved}"
        )

    @property
    def together(self) -> frozenset[str]:
        """Fields that go to one side as one value."""
        return joining.together(self.arrival.line)

    def reason(self, row: str) -> str:
        """Why the department added this row, and which own project it is or looks like."""
        known = self.arrival.known.get(row)
        return "；".join(filter(None, (known.said if known else "", self.arrival.reasons.get(row, ""))))

    def matter(self, row: str, code: str) -> str:
        arrived = self.arrival.rows.get(row)
        return pushing.matter_title(
            self.line.loaded, code, dict(arrived.parts.get(code, {})) if arrived else {}
        )


@dataclass(frozen=True)
class Seen:
    """One file before it is taken in: who it is from, what it says; `code` when it cannot be taken.

    `case` is a return compared with the own ledger, so that what both sides changed is decided before it is taken.
    """

    file: Path
    who: str = ""
    said: str = ""
    code: str = ""
    unsigned: bool = False
    case: Case | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it is a workbook in which nothing was filled in."""
        read = self.case.arrival.read if self.case is not None else None
        return read is not None and read.blank

    @property
    def asks(self) -> int:
        """How many cells and rows of it a person must decide."""
        return len(self.case.needs) if self.case is not None else 0


def is_book(file: Path) -> bool:
    return file.suffix.lower() in BOOKS


def look_all(office: Office, files: Sequence[Path], tell: Tell | None = None) -> list[Seen]:
    """Judge every file; nothing is changed by that. Raises Problem E_PASSPHRASE_NEEDED alone."""
    out = []
    for number, file in enumerate(files):
        if tell:
            tell(number, len(files))
        try:
            seen = _look(office, file)
            out.append(_not_wanted(seen) if seen.is_blank and len(files) > 1 else seen)
        except Problem as problem:
            if problem.code == NEEDED:
                raise  # the desk asks, and all are looked at anew
            out.append(Seen(file, "", problem.text, problem.code))
    return out


def _not_wanted(seen: Seen) -> Seen:
    """A list nobody filled in, lying beside others: only one who opens it by itself can mean it as an answer."""
    said = f"{seen.said}，不收；对方确实核查过、没有要改的，请单独选这一份再收"
    return replace(seen, said=said, code=UNFILLED, case=None)


def _look(office: Office, file: Path) -> Seen:
    if is_book(file):
        case = _decided_before(office, replace(opened(office, str(file), ""), taken=False))
        read = f"：{case.arrival.read.said}" if case.arrival.read else ""
        asides = case.arrival.read.asides if case.arrival.read else ()
        beside = f"（{'；'.join(note.text for note in asides[:_SHOWN])}）" if asides else ""
        again = f"；以前合并过（{case.arrival.before}）" if case.arrival.before else ""
        said = f"第 {case.arrival.round.number} 轮核查表{read}{beside}{again}"
        return Seen(file, case.arrival.office_name, said, unsigned=True, case=case)
    if (answer := answer_words(file)) is not None:
        return Seen(file, senders.of(office, file), "。".join(answer))
    found, case_ = look(office, file)
    said = found.said if found.seen else what_came(found)
    return Seen(file, found.sender_name, said, case=case_)


def look(office: Office, file: Path) -> tuple[Judged, Case | None]:
    """A bundle judged and, where it is a return, compared with the own ledger; nothing is changed by that."""
    found = previewing.look(office, file)
    if found.arrival is None or found.compared is None:
        return found.judged, None
    past = returns.left_out(office, found.arrival.line.id, found.arrival.origin)
    case = Case(found.arrival.origin, found.arrival, found.compared, past, file=str(file), taken=False)
    return found.judged, _decided_before(office, case)


def _decided_before(office: Office, case: Case) -> Case:
    """The case with what was decided when the same copy was put aside, as far as it is still asked."""
    one = put_aside.of(office, Path(case.file))
    if one is None:
        return case
    asked = merges.needs(case.plan)
    return replace(case, before={k: v for k, v in arrivals.choices_in(one.choices).items() if k in asked})


def noted(one: Seen, case: Case, choices: Mapping[Key, Any]) -> Seen:
    """The file as it was seen, with what was decided of it so far where the case is its own."""
    own = one.case is not None and one.case.file == case.file
    return replace(one, case=replace(case, before=choices)) if own else one


def put_by(office: Office, case: Case, choices: Mapping[Key, Any]) -> Change:
    """先放着 of a file that is not taken in: it waits in the inbox with what was decided so far."""
    arrival, file = case.arrival, Path(case.file)
    left = sum(key not in choices for key in case.needs)
    kind = "核查表" if is_book(file) else "回传"
    about = put_aside.Aside(
        file, arrival.part.dept, f"第 {arrival.round.number} 轮{kind}", case.line.id,
        office.today().isoformat(), left, {arrivals.name_of(k): v for k, v in choices.items()},
        arrival.office,
    )  # fmt: skip
    return put_aside.keep(office, file, about)


def take_all(
    office: Office,
    files: Sequence[Path],
    vouched: frozenset[Path] = frozenset(),
    decided: Decided | None = None,
    anew: bool = False,
    tell: Tell | None = None,
) -> Change:
    """Take every file in; `vouched` are unsigned workbooks a person stands up for, `decided` what a person decided of
    a file beforehand, `anew` that those vouched for take the place of what does not go on. The facts hold the results.

    Given up half-way, the files already taken stay taken and the others are named as untouched. Raises
    Problem E_PASSPHRASE_NEEDED alone, before any is taken.
    """
    arrivals.ask_first(office, files)
    said = decided or {}

    def one(file: Path) -> Result:
        sure = file in vouched
        return arrivals.take(office, [file], choices=said.get(file), confirmed=sure, anew=anew, blank=sure)[0]

    results: list[Result] = []
    with before_deeds.once():
        for number, file in enumerate(files):
            try:
                if tell:
                    tell(number, len(files))
                results.append(one(file))
            except Cancelled:  # in the backup ahead of it, too
                results += [Result(str(f), REFUSED, "您取消了，这一份没有动", UNTOUCHED) for f in files[number:]]
                break
        with contextlib.suppress(Cancelled):
            results = arrivals.completed(results, one)
    for done in results:
        if done.state in (RECEIVED, MERGED) or done.facts.get("mirror"):
            _waits_no_more(office, done.file)
    changed = frozenset(line.id for line in ledgers.all(office))
    return Change(said_of(results), changed, facts={"results": results, "quiet": True})


def _waits_no_more(office: Office, file: str) -> None:
    """It is in the ledger by now: a copy that cannot be put away only goes on waiting."""
    with contextlib.suppress(Problem):
        put_aside.wait_no_more(office, Path(file))


def said_of(results: Sequence[Result]) -> str:
    """3 份：已收 1，已合并 1，待决定 1."""
    words = ((RECEIVED, "已收"), (MERGED, "已合并"), (WAITING, "待决定"), (REFUSED, "没有收"))
    counted = {state: sum(r.state == state for r in results) for state, _ in words}
    return f"这次 {len(results):,} 份：" + "，".join(
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
        change = merges.merge(office, case.what, choices, confirmed=case.vouched)
        _waits_no_more(office, case.file)
        return change
    exchange.own_keys(
        office, ""
    )  # the slip is signed: their passphrase is asked for while nothing is merged yet
    change = merges.merge(office, case.what, choices, confirmed=case.vouched)
    return arrivals.slipped(office, case.what, change)
