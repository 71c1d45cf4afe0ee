"""A report as it leaves the office: an official paper for .pdf and .docx, and the sheets of its workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from app.exports.official import Annex, Block, Heading, OfficialPaper, Para, Table
from app.figures.bridging import Move
from app.figures.figure_heads import Value
from app.figures.overdue_then import Late
from app.ledger import directory
from app.listing import pages
from app.office import Office
from app.page import Column, Page
from app.reports import report_text
from app.reports.one_liner import LONGEST
from app.reports.report_numbers import Numbers
from app.reports.reporting import Draft
from app.values import masking

COMPARED = (
    Column("title", "指标", width=46),
    Column("now", "本期", width=20, align="right"),
    Column("was", "上期", width=20, align="right"),
    Column("more", "与上期比", width=20, align="right"),
)
CHANGED = (
    Column("seq", "序号", width=8, align="center"),
    Column("no", "台账编号", width=34, align="center"),
    Column("name", "名称", width=36),
    Column("told", "变化", width=70),
    Column("why", "依据/原因", width=36),
    Column("on", "日期", width=24, align="center"),
)
LATE = (
    Column("no", "台账编号", width=34, align="center"),
    Column("name", "名称", width=40),
    Column("item", "事项", width=24),
    Column("what", "情况", width=18, align="center"),
    Column("doc_no", "文号", width=30),
    Column("on", "发生日期", width=22, align="center"),
    Column("recorded", "登记日期", width=22, align="center"),
)
OVERDUE = (
    Column("seq", "序号", width=8, align="center"),
    Column("name", "名称", width=44),
    Column("item", "事项", width=28),
    Column("clock", "时限", width=28),
    Column("due", "应办结日", width=20, align="center"),
    Column("days", "超期工作日", width=14, align="right"),
)
DEPT = Column("dept", "部门", width=30)
BY = {"unit": "分单位情况", "matter": "分事项情况", "place": "分苏木乡镇和园区情况", "division": "分地区情况"}
AFTER_TITLE = "补报：发生在以前各期、上期报送以后才登记的"
CHANGED_TITLE = "本期有变化的"
LATE_TEXT = "截至{on}，{dept}超期未审批的{row}{rows}{count}"
LATE_ITEMS, LATE_END = "、{item}{items}{item_count}", "，请抓紧办理。"
NARROW = 6
"""Figures beside a name that stand readable across the 156 mm of an official page."""
LISTED = 60
"""Changed rows told on paper; the workbook has them all."""


def paper(office: Office, draft: Draft) -> OfficialPaper:
    """The report as an official paper: text, what the clerk says in words, the figures, 补报, tables as annexes."""
    return OfficialPaper(
        title=draft.title,
        blocks=tuple(_blocks(draft)),
        to=draft.to,
        signed_by=office.name,
        on=pages.chinese_day(_sent_on(office, draft)),
        cc=(draft.cc,) if draft.cc else (),
        attachments=tuple(_annexes(draft)),
        unit=office.name,
    )


def papers(office: Office, draft: Draft) -> tuple[OfficialPaper, ...]:
    """The report, and behind it a page for each department that has overdue matters, with its own 抄送 (旗方案 四(三)2)."""
    on = f"{draft.on.year}年{draft.on.month}月{draft.on.day}日"
    known = directory.of(office)
    pages_ = tuple(
        OfficialPaper(
            title=f"{draft.title}——{dept}",
            blocks=tuple(_department(draft, dept, rows, on)),
            to=dept,
            signed_by=office.name,
            on=pages.chinese_day(_sent_on(office, draft)),
            cc=(directory.inspection_of(known, dept),),
            unit=office.name,
        )
        for dept, rows in draft.overdue.items()
    )
    return (paper(office, draft), *pages_)


def _sent_on(office: Office, draft: Draft) -> dt.date:
    """The day it bears: that on which it was sent, of a draft today."""
    return dt.date.fromisoformat(draft.filed.sent_on) if draft.filed else office.today()


def sheets(office: Office, draft: Draft) -> tuple[Page, ...]:
    """The figures, each table and every changed row, a sheet each."""
    made = [_page(office, draft, "与上期比", COMPARED, _compared(draft))]
    made += [
        _page(
            office,
            draft,
            BY[by],
            _columns(draft.numbers, keys := _keys(draft, by), by),
            _rows(draft.numbers, keys, by),
        )
        for by in draft.numbers.tables
    ]
    made.append(_page(office, draft, "本期变化", _named(draft, CHANGED), _changed(draft)))
    if draft.overdue:
        made.append(
            _page(office, draft, "超期未审批", (DEPT, *_named(draft, OVERDUE)), _every_overdue(draft))
        )
    if draft.late:
        made.append(_page(office, draft, "补报", _named(draft, LATE), _late(draft.late)))
    return tuple(made)


def _blocks(draft: Draft) -> Iterator[Block]:
    said = [ask for ask in draft.asks if ask.text]
    if said:
        yield Heading(1, "进展情况")
    yield Para(draft.text)
    yield Table(COMPARED, _compared(draft), "主要数字")
    if draft.late:
        yield Table(_named(draft, LATE), _late(draft.late), AFTER_TITLE)
    for ask in said:
        yield Heading(1, ask.title)
        yield Para(ask.text)


def _named(draft: Draft, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns in the ledger's own words: 任务名称, 里程碑."""
    loaded = draft.ledger.loaded
    own = {"name": f"{loaded.t.words.row}名称", "item": loaded.t.words.item}
    return tuple(replace(column, title=own.get(column.key, column.title)) for column in columns)


def _department(draft: Draft, dept: str, rows: Sequence[Late], on: str) -> Iterator[Block]:
    days, w = max(one.days for one in rows), draft.ledger.loaded.t.words
    words = {
        "row": w.row,
        "count": w.count,
        "item": w.item,
        "item_count": w.item_count,
        "on": on,
        "dept": dept,
        "rows": f"{len({one.no for one in rows}):,}",
        "items": f"{len(rows):,}",
        "days": f"{days:,}",
    }
    items = LATE_ITEMS if draft.ledger.loaded.t.items is not None else ""
    text = LATE_TEXT + items + (LONGEST if days else "") + LATE_END
    yield Para(report_text.filled(text, words))
    told = tuple(
        (
            str(at),
            masking.mask_in(one.name),
            one.item,
            one.clock,
            _day(one.due, draft.on),
            str(one.days or ""),
        )
        for at, one in enumerate(rows, 1)
    )
    yield Table(_named(draft, OVERDUE), told)


def _day(iso: str, on: dt.date) -> str:
    """8月19日; with its year where it is not that of the report."""
    found = dt.date.fromisoformat(iso)
    return report_text.day(found) if found.year == on.year else pages.chinese_day(found)


def _annexes(draft: Draft) -> Iterator[Annex]:
    for by, rows in draft.numbers.tables.items():
        if rows:
            keys = _keys(draft, by)
            wide = -(-len(keys) // -(-len(keys) // NARROW))  # no table of a single column behind a full one
            parts = [keys[at : at + wide] for at in range(0, len(keys), wide)]
            yield Annex(
                BY[by],
                tuple(
                    Table(_columns(draft.numbers, part, by), _rows(draft.numbers, part, by)) for part in parts
                ),
            )
    if draft.changed:
        left = len(draft.changed) - LISTED
        more = (Para(f"另有 {left:,} 行有变化，见同时报送的工作簿。"),) if left > 0 else ()
        short = tuple(column for column in _named(draft, CHANGED) if column.key != "no")
        at = [i for i, column in enumerate(CHANGED) if column.key != "no"]
        told = tuple(tuple(row[i] for i in at) for row in _changed(draft)[:LISTED])
        yield Annex(CHANGED_TITLE, (Table(short, told), *more))


def _page(
    office: Office, draft: Draft, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]]
) -> Page:
    return Page(
        title=title, unit_line=f"填报单位：{office.name}", date_line=f"{draft.title}　截至 {draft.on}", measure_line="",
        columns=columns, rows=rows, signs=(), unit=office.name,
    )  # fmt: skip


def _keys(draft: Draft, by: str) -> tuple[str, ...]:
    """The figures of the form that say anything in this table; where none does, 在账."""
    rows = [values for _, values in draft.numbers.tables[by]]
    return tuple(
        key
        for key in draft.form.figures
        if key in draft.numbers.heads and any(values.get(key) not in (None, 0, "0") for values in rows)
    ) or ("open",)


def _columns(numbers: Numbers, keys: Sequence[str], by: str) -> tuple[Column, ...]:
    heads = (Column(key, numbers.heads[key].head, width=18, align="right") for key in keys)
    return (Column("by", BY[by][1:-2], width=40), *heads)


def _rows(numbers: Numbers, keys: Sequence[str], by: str) -> tuple[tuple[str, ...], ...]:
    def texts(name: str, values: Mapping[str, Value]) -> tuple[str, ...]:
        return (name, *(numbers.heads[key].shown(values.get(key)) for key in keys))

    return (*(texts(name, values) for name, values in numbers.tables[by]), texts("合计", numbers.total))


def _compared(draft: Draft) -> tuple[tuple[str, ...], ...]:
    return tuple(told.texts for told in draft.compared if (told.now, told.was) != (None, None))


def _changed(draft: Draft) -> tuple[tuple[str, ...], ...]:
    return tuple((str(at), *one.texts) for at, one in enumerate(draft.changed, 1))


def _every_overdue(draft: Draft) -> tuple[tuple[str, ...], ...]:
    every = [one for rows in draft.overdue.values() for one in rows]
    return tuple(
        (one.dept, str(at), masking.mask_in(one.name), one.item, one.clock, one.due, str(one.days or ""))
        for at, one in enumerate(every, 1)
    )


def _late(late: Sequence[Move]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            one.no,
            masking.mask_in(one.name),
            one.matter,
            one.word,
            one.doc_no,
            pages.day_words(one.on),
            pages.day_words(one.recorded),
        )
        for one in late
    )
