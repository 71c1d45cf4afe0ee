"""分单位 (块) or 按审批系统 (条) 汇总情况 as a sheet: each office or system, their sum, who is late; as PDF and .xlsx."""

from __future__ import annotations

from pathlib import Path

from app.change import Change
from app.engine import calling
from app.engine.calling import PLAIN
from app.exports.ledger_pdf import Tell, write_sheets
from app.exports.ledger_xlsx import write_page_xlsx
from app.journals.writing import FLOWS_IN, FLOWS_OUT
from app.listing import counts, pages
from app.office import Office
from app.page import Column, Listed, Page
from app.rollups import rollup_systems, rollups
from app.rollups.rollup_reds import REDS
from app.rollups.rollup_systems import SYSTEM, BySystem, System
from app.rollups.rollups import Lower, Numbers, Rollup
from app.values import masking
from app.words.report_words import Words

TITLE = "分单位汇总情况表"
BY_SYSTEM = "按审批系统汇总情况表"
PLACE = "place"
OWN = {"listed": "列入", "base": "基数"}
WORDS = OWN | {key: calling.flow(PLAIN, key) for key in (*FLOWS_IN[1:], *FLOWS_OUT)}
PROJECT = ("listed", "base", "added", "restored", "open", "approved", "started", "removed", "corrected")
ITEM = tuple(key for key in PROJECT if key != "started")
"""Matters know no 开工 (decision 2)."""
MARK = "※"
SIGNS = ("填表人", "审核人")


def word(words: Words, key: str) -> str:
    """The head of a column of numbers in the ledger's own words."""
    return OWN.get(key) or calling.flow(words, key)


def texts(row: Numbers, keys: tuple[str, ...]) -> list[str]:
    """The numbers of these flows in their order."""
    return [f"{row.get(key, 0):,}" for key in keys]


def state_words(row: Lower) -> str:
    """已确定, 未确定; where its rows are counted when not here; that its template is another."""
    state = "已确定" if row.sealed else "未确定"
    odd = "，模板不一样，口径可能不同" if row.odd else ""
    if not row.within:
        return f"{state}，{row.shared_words}{odd}" if row.shared else f"{state}{odd}"
    more = f"，还有 {row.outside:,} 行没有并入" if row.outside else ""
    return f"{state}，已并入{row.within}的台账，不重复计{more}{odd}"


def marked(row: Lower, name: str) -> str:
    """The name of an office, with the mark of what is said below the table of its numbers."""
    return f"{MARK} {name}" if row.doubtful else name


def sum_words(found: Rollup) -> str:
    return f"合计（{sum(row.counted for row in found.rows)} 本）"


def identity(found: Rollup) -> tuple[str, ...]:
    """The reduction identity of the sum, for projects and for matters (decision 2)."""
    if not found.projects:
        return ()
    words = found.words
    return (
        counts.identity_line(found.projects, words.row, words),
        counts.identity_line(found.items, words.item, words),
    )


def beside(found: Rollup) -> tuple[str, ...]:
    """What else to know: rows counted once though two offices have them, codes that two offices have, whether the own
    gathered ledger says the same, and who has not reported in time."""
    out = [f"{MARK} {doubt}" for doubt in found.doubts]
    if found.own:
        same = "与各单位之和一致" if found.own["agrees"] else "与各单位之和不一致，请先汇总再核对"
        words, number = found.words, f"{found.own['projects']['open']:,} {found.words.count}"
        out.append(f"本单位汇总台账：{words.open}{words.row} {number}，{same}")
    return (*out, *(late.said for late in found.overdue))


def page_of(office: Office, found: Rollup) -> Page:
    """The sheet, one row a ledger."""
    words = found.words
    rows_head = f"{words.row}（{words.count}）"
    items_head = f"{'审批' if words.item == PLAIN.item else ''}{words.item}（个）"
    columns = (
        Column("seq", "序号", width=5, align="center"),
        Column("office", "单位", width=30),
        Column("state", "状态", width=16, align="center"),
        *(Column(f"p_{k}", word(words, k), rows_head, 8, "right") for k in PROJECT),
        *(Column(f"i_{k}", word(words, k), items_head, 8, "right") for k in ITEM),
    )
    rows = tuple(
        (str(at), marked(row, row.office), state_words(row), *texts(row.projects, PROJECT), *texts(row.items, ITEM))
        for at, row in enumerate(found.rows, 1)
    )
    totals = ("", sum_words(found), "", *texts(found.projects, PROJECT), *texts(found.items, ITEM))
    return Page(
        title=TITLE, unit_line=f"《{found.title}》　汇总单位：{office.name}", date_line=pages.chinese_day(office.today()),
        measure_line=f"共 {len(rows):,} 本", columns=columns, rows=rows, totals=totals,
        foot=(*identity(found), *beside(found)), signs=SIGNS, unit=office.name,
    )  # fmt: skip


def page_of_systems(office: Office, found: BySystem) -> Page:
    """按审批系统汇总情况表 (条), one row a system, what was counted once listed behind it (S54 四(一), 六(二))."""
    words = found.words
    heads = (f"{words.row}（{words.count}）", f"{words.item}（个）", "红灯")
    reds = (f"审批超期{words.row}", f"审批超期{words.item}", f"完成时限已过{words.row}")
    columns = (
        Column("seq", "序号", width=5, align="center"),
        Column("system", "审批系统", width=24),
        *(Column(f"p_{k}", word(words, k), heads[0], 8, "right") for k in PROJECT),
        *(Column(f"i_{k}", word(words, k), heads[1], 8, "right") for k in ITEM),
        *(Column(f"r_{k}", title, heads[2], 9, "right") for k, title in zip(REDS, reds, strict=True)),
    )
    told = [(each.title, *system_texts(each)) for each in (*found.rows, found.total)]
    rows = tuple((str(at), *texts) for at, texts in enumerate(told[:-1], 1))
    doubles = Listed(
        f"只算一次的{words.row}", "",
        (Column("name", words.row, width=30), Column("rows", "报在哪些台账", width=80)),
        tuple((masking.mask_in(one.name), "；".join(one.rows)) for one in found.doubles),
    )  # fmt: skip
    return Page(
        title=BY_SYSTEM, unit_line=f"《{found.title}》　汇总单位：{office.name}",
        date_line=pages.chinese_day(office.today()), measure_line=f"共 {len(rows):,} 个系统", columns=columns, rows=rows,
        totals=("", *told[-1]), foot=found.beside, signs=SIGNS, unit=office.name,
        after=(doubles,) if found.doubles else (),
    )  # fmt: skip


def system_texts(each: System) -> tuple[str, ...]:
    """The numbers of a system in the order of the sheet's columns."""
    return (*texts(each.projects, PROJECT), *texts(each.items, ITEM), *texts(each.red, REDS))


def _page(office: Office, template: str, by: str) -> Page:
    if by == SYSTEM:
        return page_of_systems(office, rollup_systems.by_system(office, template))
    return page_of(office, rollups.rollup(office, template))


def print_rollup(
    office: Office, template: str, out: Path, *, by: str = PLACE, tell: Tell | None = None
) -> Change:
    """Print the sheet on A3, by place (块) or by approval system (条). Raises Problem E_NOTHING_RECEIVED and those of
    printing."""
    page = _page(office, template, by)
    printed = write_sheets([page], out, paper="a3", tell=tell)
    return Change(f"{page.title}已写好，共 {printed.pages} 页", facts={"file": str(out), "pages": printed.pages})


def export_rollup(office: Office, template: str, out: Path, *, by: str = PLACE) -> Change:
    """The same as a workbook. Raises Problem E_NOTHING_RECEIVED and those of writing it."""
    page = _page(office, template, by)
    write_page_xlsx(page, out)
    what = "系统" if by == SYSTEM else "单位"
    said = f"已导出 {len(page.rows):,} 个{what}到 {out.name}"
    return Change(said, facts={"file": str(out), "rows": len(page.rows)})
