"""The sentences that say how a limit was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.engine.clock_runs import ClockRun
from app.engine.rows import Cells
from app.problem import Problem
from app.values.workdays import Calendar
from app.words.templates import Clock, Loaded

if TYPE_CHECKING:
    from app.engine.clocks import ItemTimes


def sentences(
    loaded: Loaded, times: ItemTimes, cells: Cells, item: Cells, calendar: Calendar, today: dt.date
) -> list[str]:
    """Everything that explains `times`: the stage, every run, the overall deadline, the calendars used."""
    out = [_stage(times, calendar, today)]
    rounds = {run.round for run in times.runs}
    for run in times.runs:
        prefix = f"第 {run.round} 轮提交，" if len(rounds) > 1 else ""
        out += [prefix + said for said in _run(loaded, run, calendar, today)]
    out += [f"{c.id} {c.title}：{c.note}（{c.clause}）" for c in loaded.t.clocks if _notable(c, times)]
    out += deadline(loaded, times.deadline, calendar, today, {**cells, **item})
    out += _calendars(times, calendar)
    return out


def day_words(day: str | dt.date) -> str:
    """2022年8月22日."""
    on = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return f"{on.year}年{on.month}月{on.day}日"


def _stage(times: ItemTimes, calendar: Calendar, today: dt.date) -> str:
    said = f"当前环节：{times.stage or '—'}"
    if times.holder:
        said += f"，在{times.holder}手里"
    if times.since and times.holder:
        said += f"，自{day_words(times.since)}起"
        try:
            waited = calendar.between(dt.date.fromisoformat(times.since), today)
            said += f"已 {max(waited, 0)} 个工作日"
        except Problem:
            pass
    if times.state == "unknown":
        said += f"；待补日历：{times.unknown}"
    if times.state == "paused" and times.holder == "上级":
        said += "；已转报，本级停表"
    return said + "。"


def _run(loaded: Loaded, run: ClockRun, calendar: Calendar, today: dt.date) -> Iterator[str]:
    started = _title(loaded, run.started_by)
    head = f"{run.id} {run.title}：{started}{day_words(run.start)}，当日不计，按{run.clause}，{run.workdays} 个工作日"
    yield f"{head}，到期日{day_words(run.due)}。" if run.due else f"{head}，到期日算不出来：{run.unknown}。"
    yield from _chosen(loaded, run, calendar)
    for pause in run.pauses:
        until = f"至{day_words(pause.last)}恢复" if pause.last else "起停表至今"
        yield f"停表：{pause.reason or '未写原因'}，{day_words(pause.first)}{until}，停表期间不计（起当日不计，恢复当日起计）。"
    if run.paused:
        yield f"停表共扣除 {run.paused} 个工作日，到期日已顺延。"
    yield from _upper(loaded, run)
    yield _ending(loaded, run, calendar, today)


def _chosen(loaded: Loaded, run: ClockRun, calendar: Calendar) -> Iterator[str]:
    """Which start was used where the clause names none."""
    clock = loaded.clocks[run.id]
    used = next((choice for choice in clock.choices if choice.field == run.started_by), None)
    if used is None:
        return
    by = "本单位设置" if f"{loaded.t.id}/{clock.id}" in calendar.starts else "默认"
    others = "、".join(choice.title for choice in clock.choices if choice is not used)
    yield f"起算点：{clock.clause}没有写明，{by}从{used.title}起算（也可设为从{others}起算）。"


def _upper(loaded: Loaded, run: ClockRun) -> Iterator[str]:
    if not run.upper_workdays:
        return
    begun = day_words(run.upper_start)
    due = day_words(run.upper_due) if run.upper_due else "算不出来"
    clock = loaded.clocks[run.id]
    named = clock.upper.starts if clock.upper else ""
    field = named if named and named != clock.starts else run.started_by
    yield f"按{run.upper_clause}：{_title(loaded, field)}{begun}起，{run.upper_workdays} 个工作日，到期日{due}。"
    if run.due and run.upper_due and run.due > run.upper_due:
        yield f"注意：按旗方案的到期日晚于自治区方案的到期日，宜在{day_words(run.upper_due)}前办完。"


def _ending(loaded: Loaded, run: ClockRun, calendar: Calendar, today: dt.date) -> str:
    if run.stop:
        by = _title(loaded, run.stopped_by) if run.stopped_by else "再次提交"
        said = f"{by}{day_words(run.stop)}，停止计时"
        late = _late(run, today, calendar)
        return f"{said}，超期 {late} 个工作日。" if late else f"{said}，没有超期。" if run.due else f"{said}。"
    if run.state == "paused":
        return "现在停表，恢复后接着计算。"
    if run.state == "unknown":
        return "还在计时，到期日待补日历。"
    late = _late(run, today, calendar)
    if late or dt.date.fromisoformat(run.due) < today:
        return f"还在计时，已超期 {late} 个工作日。"
    left = calendar.between(today, dt.date.fromisoformat(run.due))
    return f"还在计时，还剩 {left} 个工作日。" if left else "还在计时，今天到期。"


def _late(run: ClockRun, today: dt.date, calendar: Calendar) -> int:
    try:
        return run.late(today, calendar)
    except Problem:
        return 0


def _notable(clock: Clock, times: ItemTimes) -> bool:
    return bool(clock.note) and any(run.id == clock.id for run in times.runs)


def limit_of(loaded: Loaded, until: str | None, cells: Cells) -> Clock | None:
    """The clock whose day `until` is; the first of those that name a day where `cells` do not say."""
    clocks = [clock for clock in loaded.t.clocks if clock.until]
    return next((c for c in clocks if cells.get(c.until) == until), clocks[0] if clocks else None)


def deadline(
    loaded: Loaded, until: str, calendar: Calendar, today: dt.date, cells: Cells | None = None
) -> Iterator[str]:
    """What is said of the overall deadline `until` (ISO day), the earliest, and of the later ones in `cells`."""
    first = limit_of(loaded, until, cells or {}) if until else None
    if first is None:
        return
    yield _limit(first, until, calendar, today)
    for clock in loaded.t.clocks:
        day = str((cells or {}).get(clock.until) or "") if clock.until else ""
        if clock is not first and day > until:
            yield _limit(clock, day, calendar, today)


def _limit(clock: Clock, until: str, calendar: Calendar, today: dt.date) -> str:
    day = dt.date.fromisoformat(until)
    said = f"{clock.id} {clock.title}：{day_words(day)}（{clock.clause}）"
    said += f"，由{clock.holder}负责" if clock.holder else ""
    try:
        last = calendar.before(day)
    except Problem:
        last = day
    if last != day:
        said += f"，当天休息，此前最后一个工作日是{day_words(last)}"
    over = clock.cause if "已过" in clock.cause else f"已过。{clock.cause}".rstrip("。")
    return said + (f"，{over}。" if day < today else "。")


def _calendars(times: ItemTimes, calendar: Calendar) -> Iterator[str]:
    days = [dt.date.fromisoformat(day) for run in times.runs for day in (run.start, run.due) if day]
    if not days:
        return
    first, last = min(days), max(days)
    sources = calendar.sources(first, last)
    if sources:
        yield f"工作日历：{'；'.join(sources)}。"
    odd = [
        f"{day_words(day)}{calendar.why(day)}"
        for day in (first + dt.timedelta(days=n) for n in range(min((last - first).days, 120) + 1))
        if calendar.first_year <= day.year <= calendar.last_year
        and calendar.why(day) not in ("工作日", "周末")
    ]
    if odd:
        yield f"其间：{'、'.join(odd)}。"


def _title(loaded: Loaded, field: str) -> str:
    found = loaded.item_fields.get(field) or loaded.fields.get(field)
    return found.title if found else field
