"""The 更正单 by which a row comes back into 在账 after 回头看: printed, signed by a second person, scanned (decision 6)."""

from __future__ import annotations

from pathlib import Path

from app.change import Change
from app.exports.official import OfficialPaper, Para
from app.exports.official_fonts import OfficialShelf
from app.exports.official_pdf import write_official_pdf
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.pages import chinese_day, day_words
from app.office import Office
from app.problem import Problem
from app.words import wording

TITLE = "更正单（回头看恢复入账）"
SIGN = "同意恢复入账（签字）：　　　　　　　　　　年　月　日"


def write(
    office: Office, recheck_id: str, out: Path, *, finding: str, item: str = "", on: str = ""
) -> Change:
    """Print the slip for the row that a row of 回头看 is about. Raises Problem E_FINDING, E_NO_SUBJECT, E_NO_ITEM."""
    row = lists.line(office, recheck_id)
    no = str(row.cells.get("about") or "").partition("/")[0]
    told = wording.clean(finding)
    if not told:
        raise Problem("E_FINDING", "不属实或反弹的，要写明发现的问题", field="finding")
    if not no:
        raise Problem("E_NO_SUBJECT", f"{row.no} 没有写是哪个项目的回头看，不能恢复入账", field="item")
    subject = lists.line(office, entries.find(office, no))
    if item and item not in subject.items:
        raise Problem("E_NO_ITEM", f"“{subject.name}”没有事项“{item}”，请从它的事项里选", field="item")
    matter = f"，事项：{subject.items[item].title}" if item else ""
    ledger = ledgers.get(office, subject.ledger_id)
    stands = lists.standing_shown(subject) if not item else subject.items[item].standing_text
    day = day_words(on) if on else chinese_day(office.today())
    blocks = (
        Para(f"一、更正对象：《{ledger.title}》{subject.name}（台账编号{no}{matter}），现为“{stands}”。"),
        Para(f"二、更正内容：恢复入账，自{day}起重新列入{ledger.loaded.t.words.open}，原来的核出记录保留。"),
        Para(f"三、更正依据：回头看（登记号{row.no}）查出：{told.rstrip('。')}。"),
        Para(SIGN, indent=False),
    )
    paper = OfficialPaper(
        title=TITLE, doc_no="", to="", blocks=blocks, signed_by=office.name, on=chinese_day(office.today()), unit=office.name,
    )  # fmt: skip
    printed = write_official_pdf(paper, out, shelf=OfficialShelf())
    return Change(f"已生成更正单：{subject.name}", facts={"file": str(out), "pages": printed.pages})
