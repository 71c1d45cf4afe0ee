"""What 统计 shows: each chart with the table of the same numbers, and the page that both are printed as (no widgets)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.exports.chart import Bar, BarChart, LineChart, Part
from app.figures import holding_print
from app.figures.burning import Series
from app.figures.figure_heads import FLOWS_IN, FLOWS_OUT, ITEM
from app.figures.headway import STATE, Group, Headway
from app.figures.holding import Holding
from app.listing import pages
from app.listing.waiting_days import LENGTHS, UNDATED
from app.page import Column, Page
from app.words.report_words import Words
from ui import look

PROGRESS, BURN, STATES, HOLD = "progress", "burn", "states", "hold"
BY = {"unit": "各单位", "matter": "各事项", "place": "各苏木镇（园区）", "division": "各旗县"}
HEADS = {"unit": "单位", "matter": "事项", "place": "苏木镇（园区）", "division": "旗县"}
CLOSED, TIMELY, LATE = range(3)
_STRETCH = 3
"""The days to come take at most so many times the room of those gone by."""


@dataclass(frozen=True)
class View:
    """One chart with its table. `numbers` of its columns stand right; `foot` is said below; `chart` None: nothing to draw."""

    key: str
    title: str
    chart: BarChart | LineChart | None
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()


def closed_word(found: Headway, *, register: bool) -> str:
    """What the first part of a bar is called."""
    if register:
        return found.words.complete
    return "本期出账" if found.since else "已出账"


def progress(found: Headway, *, register: bool = False) -> View:
    """How far each group has got, the worst first."""
    parts = (
        Part(closed_word(found, register=register), look.CHART_GREEN),
        Part("未逾期", look.ACCENT, "slant"),
        Part("逾期", look.CHART_RED, "cross"),
    )
    title = f"{BY[found.by]}进度（{found.who}）"
    bars = tuple(Bar(one.name, (one.closed, one.timely, one.late)) for one in found.groups)
    heads: tuple[str, ...] = (HEADS[found.by], *(part.word for part in parts), "合计")
    compared = found.whole.before is not None
    if compared:
        heads = (*heads, "上期出账", "与上期比", f"上期末{found.words.open}", "与上期末比")
    rows = tuple(_group(one) for one in found.groups)
    chart = BarChart(title, found.who, parts, bars) if bars else None
    return View(
        PROGRESS, title, chart, heads, rows, _group(found.whole) if rows else (),
_foot(found, register=register), frozenset(range(1, len(heads))),
    )  # fmt: skip


def _foot(found: Headway, *, register: bool) -> tuple[str, ...]:
    sums = "" if register or found.since else "合计＝期初＋新增；"
    red = "逾期：有事项超过办理时限，或过了完成时限（和台账里的红灯一样）"
    alike = "；".join("、".join(pair) for pair in found.alike)
    apart = (f"看着是同一单位、分开计了：{alike}。是同一单位的，请把写法统一。",) if alike else ()
    return (f"{sums}{red}。截至{_on(found.on)}。", *apart)


def _group(one: Group) -> tuple[str, ...]:
    told = (one.name, *(f"{n:,}" for n in (one.closed, one.timely, one.late, one.total)))
    if one.before is None:
        return told
    closed, still = one.before
    return (*told, f"{closed:,}", _change(one.closed - closed), f"{still:,}", _change(one.open - still))


def _change(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "持平"


def states(found: Headway) -> View:
    """How many matters are in each state; rows by stage where there are none."""
    of_matters = found.state_of == STATE
    who = found.words.item if of_matters else found.words.row
    title = f"{who}状态" if of_matters else f"{who}所处环节"
    parts = (
        Part(found.words.open, look.ACCENT, "slant"),
        Part(f"不{found.words.open}" if len(found.words.open) == 2 else "已了结", look.CHART_GREEN),
    )
    bars = tuple(Bar(one.name, (one.open, one.out)) for one in found.states)
    rows = tuple((one.name, f"{one.open:,}", f"{one.out:,}", f"{one.total:,}") for one in found.states)
    sums = [sum(bar.values[at] for bar in bars) for at in (0, 1)]
    return View(
        STATES, title, BarChart(title, who, parts, bars) if bars else None,
        ("状态" if of_matters else "环节", *(part.word for part in parts), "合计"), rows,
        ("合计", *(f"{n:,}" for n in (*sums, sum(sums)))) if rows else (),
        (f"撤回的和核查剔除的不算。截至{_on(found.on)}。",), frozenset((1, 2, 3)),
    )  # fmt: skip


def hold(found: Holding) -> View:
    """Whom most waits for first, by the working days it has waited."""
    inks = (
        Part(LENGTHS[0], look.CHART_GREEN), Part(LENGTHS[1], look.CHART_AMBER, "slant"),
        Part(LENGTHS[2], look.CHART_RED, "cross"), Part(LENGTHS[UNDATED], look.GREY),
    )  # fmt: skip
    parts = inks[: len(holding_print.lengths(found))]
    title, heads = f"{holding_print.TITLE}（{found.who}）", holding_print.heads(found)
    bars = tuple(Bar(one.holder, one.bands[: len(parts)]) for one in found.rows)
    rows = tuple(holding_print.texts(found, one) for one in found.rows)
    return View(
        HOLD, title, BarChart(title, found.who, parts, bars) if bars else None, heads, rows,
        holding_print.texts(found, found.total) if rows else (), (holding_print.foot(found),),
        frozenset(range(1, len(heads))),
    )  # fmt: skip


def burn(found: Series, words: Words, *, item: bool = False) -> View:
    """在账 from the seal on, and what had come and gone by each day."""
    end, who = (ITEM, words.item) if item else ("", words.row)
    title = f"{words.open}变化（{who}）"
    kinds = [key for key in (*FLOWS_IN, *FLOWS_OUT) if any(p.values[key + end] for p in found.points)]
    called = {"added": "新增", "restored": "恢复", **{key: str(getattr(words, key)) for key in FLOWS_OUT}}
    heads = ("日期", words.open, "比上一行", *(f"累计{called[key]}" for key in kinds), "计划安排")
    rows, was, before = [], None, found.since
    for point in found.points:
        still = point.values[f"open{end}"]
        change = "" if was is None else _change(still - was)
        told = (f"{point.values[key + end]:,}" for key in kinds)
        rows.append((point.day, f"{still:,}", change, *told, _named(found, before, point.day)))
        was, before = still, point.day
    for mark in found.marks:
        if before < mark.day <= found.ends and found.points:
            rows.append((mark.day, *[""] * (2 + len(kinds)), mark.what))
    numbers = frozenset(range(1, len(heads) - 1))
    foot = ("每一行是那一天晚上的数，按记录的日期算。",)
    return View(BURN, title, _line(found, end, who, title), heads, tuple(rows), (), foot, numbers)


def _named(found: Series, before: str, day: str) -> str:
    """What the plan names since the row above, with its day where that is another one."""
    told = [each for each in found.marks if before < each.day <= day]
    return "；".join(each.what if each.day == day else f"{each.day} {each.what}" for each in told)


def _line(found: Series, end: str, who: str, title: str) -> LineChart | None:
    if not found.points:
        return None
    days = tuple(dt.date.fromisoformat(point.day) for point in found.points)
    first, last, limit = days[0], days[-1], dt.date.fromisoformat(found.ends)
    most = last + dt.timedelta(max(30, _STRETCH * (last - first).days))
    until = max(last + dt.timedelta(1), min(limit, most))
    marks = {dt.date.fromisoformat(one.day): one.what for one in reversed(found.marks)}
    marks.setdefault(limit, "这次行动到期")
    kept = tuple((day, what) for day, what in sorted(marks.items()) if first < day <= until)
    level = found.points[-1].values[f"base{end}"]
    values = tuple(point.values[f"open{end}"] for point in found.points)
    return LineChart(title, f"{who}", days, values, kept, level, until)


def told(found: Headway, *, register: bool) -> str:
    """The whole in a line: 截至2022年9月27日　项目已出账 120 个，在账 345 个，其中逾期 23 个."""
    whole, words = found.whole, found.words
    unit = words.item_count if found.item else words.count
    closed = closed_word(found, register=register)
    said = f"{period(found)}　{found.who}{closed} {whole.closed:,} {unit}，{words.open} {whole.open:,} {unit}"
    return f"{said}，其中逾期 {whole.late:,} {unit}"


def period(found: Headway) -> str:
    """2022年9月1日至2022年9月15日, 截至2022年9月15日."""
    return f"{_on(found.since)}至{_on(found.on)}" if found.since else f"截至{_on(found.on)}"


def page_of(view: View, ledger: str, unit: str, period: str) -> Page:
    """The table of a view as a printed page."""
    columns = tuple(
        Column(
            f"c{at}", head, width=30 if at == 0 else 44 if head == "计划安排" else 13,
            align="right" if at in view.numbers else "left",
        )
        for at, head in enumerate(view.heads)
    )  # fmt: skip
    blank = ("还没有数",) + ("",) * (len(view.heads) - 1)
    return Page(
        title=f"{view.title}　《{ledger}》", unit_line=f"单位：{unit}", date_line=period,
        measure_line=f"共 {len(view.rows):,} 行", columns=columns, rows=view.rows or (blank,), totals=view.totals,
        foot=view.foot, signs=(), name_of_row=0, unit=unit,
    )  # fmt: skip


def _on(day: str) -> str:
    return pages.day_words(day)
