"""What follows from the data in the demo: the half-month reported and explained, notices, 回头看, 12345, a template by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
from openpyxl.styles import Border, Side

from app.figures import bridge_print, figure_print, figures
from app.ledger import entries, ledgers, serving
from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from app.papers import assessing, informing, notices, overdue, sample_lists, sampling
from app.papers.informing import Told
from app.reports import one_liner, report_sending
from app.samples.sample import DECLARER
from app.template_books import making
from app.workbooks import filling
from ui.play.demo_world import BY_WORKBOOK, SPONSORS, World

BEFORE, PERIOD, FIRST, LAST = "2022-08B", "2022-09A", dt.date(2022, 9, 1), dt.date(2022, 9, 15)
PAPERS, SUGGESTION = "报告和文书", "建议盟里尽快批复转报的事项"
SEED, SAMPLED = "2022-09-15", 3
POINTS = ("缺水土保持方案批复", "总平面图和用地红线不一致")
ADVICE = ("水土保持方案可以和本事项一并受理", "到自然资源局窗口核对红线，当天可办")
CALLS = (
    {"name": "施工许可拖了一个月", "called_on": "2022-09-07", "answer_by": "2022-09-09", "answered_on": "2022-09-08",
     "solved_on": "2022-09-14", "result": "已解决", "satisfied": "满意", "caller": "来电人甲", "caller_tel": "13800003001",
     "kind": "拖延审批", "content": "材料交齐一个月没有答复", "dept": "住建局"},
    {"name": "环评报件三次被退", "called_on": "2022-09-13", "answer_by": "2022-09-15", "kind": "要件反复", "caller": "来电人乙",
     "content": "每次退件说的问题都不一样", "dept": "生态环境分局"},
)  # fmt: skip
SCHOOLS = {
    "survey": (
        ("type", "name", "label", "required", "constraint", "hint"),
        ("text", "name", "校舍名称", "yes", "", "写全称"),
        ("text", "resp_unit", "责任单位", "yes", "", ""),
        ("select_one grade", "grade", "鉴定等级", "yes", "", ""),
        ("integer", "pupils", "在校人数", "", ". >= 0", ""),
        ("date", "due_date", "完成时限", "yes", "", ""),
        ("date", "done_on", "完成日期", "", "", ""),
    ),
    "choices": (("list_name", "name", "label"), ("grade", "C", "局部危险"), ("grade", "D", "整幢危险")),
    "settings": (("form_title", "form_id", "version"), ("危旧校舍台账", "old_schools", "2022.1")),
}
"""A campaign that no document here asks for, as an office would write it: a plain form, no text of a program."""
FORM_HEADS = ("序号", "项目名称", "建设单位", "总投资（万元）", "责任单位", "完成时限")


def report(world: World, period: str) -> None:
    """半月报 of one sponsor sent: PDF, Word and Excel (SB 六(二))."""
    office, ledger = world.sponsors[BY_WORKBOOK], world.ledgers[BY_WORKBOOK]
    folder = world.out / PAPERS
    folder.mkdir(exist_ok=True)
    sent = report_sending.send(office, ledger, period, said={"suggestions": SUGGESTION}, out=folder)
    count = len(sent.facts["files"])
    world.tell(f"{SPONSORS[BY_WORKBOOK]}：{sent.said}，PDF、Word、Excel {count} 个文件")


def play(world: World) -> None:
    """One sponsor on the day of the half-month: everything lands in one folder beside the offices."""
    office, ledger = world.sponsors[BY_WORKBOOK], world.ledgers[BY_WORKBOOK]
    folder = world.out / PAPERS
    report(world, PERIOD)
    tell, who = world.tell, SPONSORS[BY_WORKBOOK]
    tell(f"{who}的领导口径：{one_liner.say(office, ledger)}")
    tell(f"{who}：{_numbers(office, ledger, folder)}")
    tell(f"{who}：{_remind(office, ledger, folder)}")
    tell(f"{who}：{_inform(office, ledger, folder)}")
    tell(f"{who}：{_look_again(office, ledger, folder)}")
    tell(f"{who}：{_complaints(office, folder)}")
    tell(f"{who}：{_own_template(office, folder)}")
    tell(f"{who}：{_their_form(office, ledger, folder)}")


def _numbers(office: Office, ledger: str, folder: Path) -> str:
    """The figures by unit and matter, and why they changed, row by row."""
    unit = ledgers.get(office, ledger).unit
    found = figures.of(office, ledger, since=FIRST, on=LAST, by=("unit", "matter"))
    figure_print.write(found, unit, folder / "分单位分事项统计.xlsx")
    bridge = bridge_print.bridge_pdf(office, ledger, FIRST, LAST, folder / "数字为什么变了.pdf")
    return f"统计 {len(found.rows):,} 组；{bridge.said}"


def _remind(office: Office, ledger: str, folder: Path) -> str:
    """催办单 to the people of the department that owes most (SB 四(三)3)."""
    owed = overdue.debtors(overdue.of(office, ledger))
    worst = max(owed, key=lambda one: len(one.owed))
    return notices.overdue_notices(office, ledger, folder, depts=(worst.dept,)).said


def _inform(office: Office, ledger: str, folder: Path) -> str:
    """一次性告知书 for a matter that was handed in and not yet accepted, all problems at once (SB 四(二)2)."""
    rows = lists.lines(office, lists.ids(office, ledger, Query(standing=("open",))))
    given = ((row.id, code) for row in rows for code, item in row.items.items() if item.state == "在办")
    entry, matter = next(given)
    told = Told(to="项目单位经办人", way="当面", on=office.today().isoformat())
    return informing.inform(office, entry, matter, folder, problems=POINTS, advice=ADVICE, told=told, file=True).said


def _look_again(office: Office, ledger: str, folder: Path) -> str:
    """回头看: drawn by a seed that anybody can repeat, and what was found of the first row (SB 六(四))."""
    drawn = sampling.draw(office, ledger, n=SAMPLED, seed=SEED)
    filed = sample_lists.issue(office, drawn, folder)
    register = serving.found(office, "recheck")
    first = lists.line(office, lists.ids(office, register, Query())[0])
    found = sampling.find(office, first.no, on=LAST.isoformat(), way="现场", real=True, rebound=False, finding="与台账一致")
    return f"{filed.said}（种子 {SEED}）；{found.said}"


def _complaints(office: Office, folder: Path) -> str:
    """Two calls, one answered and one running, and the assessment of the month (SB 四(四))."""
    register = serving.ledger(office, "complaints")
    for call in CALLS:
        entries.add(office, register, {"source": "12345热线", "lead": office.name, **call}, not_secret=DECLARER)
    return f"登记投诉 {len(CALLS):,} 件；{assessing.write(office, folder / '12345考核表.pdf', PERIOD[:7]).said}"


def _own_template(office: Office, folder: Path) -> str:
    """The next campaign: a workbook made by hand becomes a ledger, with a row of it."""
    book = _book(SCHOOLS, folder / "危旧校舍.xlsx")
    made = making.make(book, today=office.today())
    opened = ledgers.open_template(office, made.loaded)
    row = {"name": "某镇中心小学东楼", "resp_unit": "某旗教育局", "grade": "D", "due_date": "2022-12-31"}
    added = entries.add(office, str(opened.subject), row, not_secret=DECLARER)
    return f"由工作簿{opened.said}（{len(made.loaded.t.fields):,} 个栏目，没有写程序）；{added.said}"


def _their_form(office: Office, ledger: str, folder: Path) -> str:
    """The league's own form filled, its title, widths and lines untouched."""
    form = _form(folder / "盟里的表样.xlsx")
    return filling.fill(office, ledger, form, folder / "盟里的表样（填好）.xlsx").said


def _book(sheets: dict[str, tuple[tuple[str, ...], ...]], out: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    book.save(out)
    book.close()
    return out


def _form(out: Path) -> Path:
    """A stand-in for what the league sends: a merged title, heads, ten ruled lines."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "附表"
    sheet.append(["附件2  待批项目进展情况表"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(FORM_HEADS))
    sheet.append(FORM_HEADS)
    thin = Side(style="thin")
    for row in sheet.iter_rows(min_row=2, max_row=12, max_col=len(FORM_HEADS)):
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    book.save(out)
    book.close()
    return out
