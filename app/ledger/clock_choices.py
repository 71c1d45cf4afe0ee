"""From which day a clock is counted where the plan names none: the office chooses, the limits are worked out again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from app.change import Change
from app.ledger import ledgers, recomputing
from app.office import Office
from app.problem import Problem
from app.values import known_days
from app.values.known_days import CLOCK_STARTS
from app.words.templates import Clock
from models.schema import setting as setting_table


@dataclass(frozen=True)
class ClockStart:
    """A clock whose start is a choice. `options` are (field, title, why), the first being the default."""

    clock: str
    title: str
    clause: str
    chosen: str
    options: tuple[tuple[str, str, str], ...]

    @property
    def said(self) -> str:
        titles = {field: title for field, title, _ in self.options}
        others = "、".join(f"{field}（{title}）" for field, title in titles.items())
        return f"{self.clock} {self.title}（{self.clause}）从{titles[self.chosen]}起算，可选：{others}"


def known(office: Office, ledger_id: str) -> list[ClockStart]:
    """The clocks of a ledger that may be counted from more than one day, and from which they are."""
    with office.read() as connection:
        loaded = ledgers.line_of(connection, ledger_id).loaded
    starts = office.calendar().starts
    return [
        ClockStart(
            clock.id,
            clock.title,
            clock.clause,
            _chosen(clock, starts.get(f"{loaded.t.id}/{clock.id}", "")),
            tuple((choice.field, choice.title, choice.why) for choice in clock.choices),
        )
        for clock in loaded.t.clocks
        if clock.choices
    ]


def choose(office: Office, ledger_id: str, clock_id: str, start: str) -> Change:
    """Count a clock from `start` (field id or title) in all ledgers of this template; journalled, limits recomputed.

    K2 一次性告知 (SB 四(二)2, S54 四(二)2 name no start). Raises Problem E_NO_CLOCK, E_START.
    """
    with office.write("选定起算点") as work:
        loaded = ledgers.line_of(work.connection, ledger_id).loaded
        clock = loaded.clocks.get(clock_id)
        field, title = _option(clock, clock_id, start)
        t = setting_table.c
        old = work.connection.scalar(select(t.value).where(t.key == CLOCK_STARTS)) or {}
        value = {**old, f"{loaded.t.id}/{clock_id}": field}
        work.connection.execute(delete(setting_table).where(t.key == CLOCK_STARTS))
        work.connection.execute(insert(setting_table).values(key=CLOCK_STARTS, value=value))
        work.office_line("setting", CLOCK_STARTS, {"value": value, "was": old})
        rows = recomputing.everything(work, known_days.load(work.connection, office.division))
        touched = frozenset(line.id for line in ledgers.lines_in(work.connection))
    office.cache.pop("calendar", None)
    return Change(
        f"{clock_id} 从{title}起算，重算了 {rows:,} 行的期限", touched, facts={"start": field, "rows": rows}
    )


def _chosen(clock: Clock, field: str) -> str:
    return field if field in {choice.field for choice in clock.choices} else clock.starts


def _option(clock: Clock | None, clock_id: str, start: str) -> tuple[str, str]:
    if clock is None or not clock.choices:
        raise Problem("E_NO_CLOCK", f"“{clock_id}”的起算点没有可选的，请核对时限编号", field="clock")
    for choice in clock.choices:
        if start in (choice.field, choice.title):
            return choice.field, choice.title
    known_ = "、".join(f"{c.field}（{c.title}）" for c in clock.choices)
    raise Problem("E_START", f"{clock.id} 不能从“{start}”起算，可用：{known_}", field="start")
