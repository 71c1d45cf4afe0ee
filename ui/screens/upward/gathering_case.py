"""A lower office's ledger opened for decision, and what gathering would do as rows of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.office import Office
from app.rounds import pushing
from sync.comparing.merging import CHANGED, CLASH, NEW, Key, Plan
from sync.upward.lower_ledgers import Trial
from ui.tables.plain_model import PlainRow

ADDED, UPDATED, ASKED, REFUSED, GONE = "added", "updated", "asked", "refused", "gone"
CHIPS = ((ADDED, "新增"), (UPDATED, "更新"), (ASKED, "要您定"), (REFUSED, "不采用"), (GONE, "对方撤回"))
WORDS = dict(CHIPS)
TONES = {ADDED: "green", ASKED: "error", REFUSED: "red", GONE: "amber"}
NEEDS_BASIS = "E_ADD_BASIS"
MOST = 5000


@dataclass(frozen=True)
class GatheringCase:
    """What the three-way page needs: only rows in which both sides changed something."""

    line: LedgerLine
    trial: Trial
    titles: dict[tuple[str, str], str]

    @cached_property
    def plan(self) -> Plan:
        return Plan(tuple(row for row in self.trial.plan.rows if row.kind == CLASH))

    @property
    def past(self) -> frozenset[Key]:
        return frozenset()

    @property
    def heading(self) -> str:
        mark = "" if self.trial.sealed else "（未确定）"
        return f"{self.trial.office}报来的台账{mark} · 两边都改过的逐处定，其余的照计划汇总"

    @property
    def together(self) -> frozenset[str]:
        return frozenset({"state", "needed"}) if self.line.loaded.t.items else frozenset()

    def reason(self, row: str, /) -> str:
        return ""

    def matter(self, row: str, code: str, /) -> str:
        return self.titles.get((row, code), code)


def case_of(office: Office, line: LedgerLine, trial: Trial) -> GatheringCase:
    """The case of one trial, with the titles of its matters."""
    wanted = [row.id for row in trial.plan.rows if row.kind == CLASH]
    rows = lists.lines(office, wanted)
    titles = {
        (row.id, code): pushing.matter_title(line.loaded, code, dict(item.cells))
        for row in rows
        for code, item in row.items.items()
    }
    return GatheringCase(line, trial, titles)


def named(trials: Sequence[Trial]) -> list[tuple[str, PlainRow]]:
    """(what happens, the row): every project that is touched, named; at most MOST of them."""
    return [one for trial in trials for one in _named(trial)][:MOST]


def _named(trial: Trial) -> Iterator[tuple[str, PlainRow]]:
    bad = {str(told["row"]): str(told["reason"]) for told in trial.refused}
    known = {row.id for row in trial.plan.rows}
    for row in trial.plan.rows:
        if row.id in bad:
            yield _row(trial, REFUSED, row.name, bad[row.id])
        elif row.kind == NEW:
            yield _row(trial, ADDED, row.name, "")
        elif clash := sum(d.verdict == CLASH for d in row.differences):
            yield _row(trial, ASKED, row.name, f"{clash:,} 处两边都改过，要您定以哪边为准")
        elif row.kind == CHANGED:
            yield _row(trial, UPDATED, row.name, f"{len(row.differences):,} 处有变化")
    for told in trial.refused:
        if told["row"] not in known:
            yield _row(trial, REFUSED, str(told["name"]), str(told["reason"]))
    for name in trial.withdrawn:
        yield _row(trial, GONE, name, "对方已撤回这一行")


def _row(trial: Trial, how: str, name: str, why: str) -> tuple[str, PlainRow]:
    texts = (trial.office, name, WORDS[how], why)
    return how, PlainRow(texts, tones={2: TONES.get(how, "")}, tips={0: trial.office, 1: name, 3: why})
