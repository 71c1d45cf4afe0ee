"""Follow-up from data: 催办单, 提醒函, 挂牌督办 with its reply and 摘牌 (SB 四(三)3, 六(四))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import storing
from app.engine.rows import Held
from app.exports.ledger_pdf import Tell
from app.journals.writing import Write
from app.ledger import attachments, closing, directory, entries, ledgers, serving, units, unsealed
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.pages import day_words, printed
from app.office import Office
from app.papers import overdue, paper_forms, papers
from app.papers.overdue import Debtor, Owed
from app.papers.paper_forms import WORKDAYS, PaperForm
from app.papers.papers import Draft, Issued
from app.problem import Problem
from app.values import dates, masking
from app.words import wording
from app.words.template_words import Field
from app.words.templates import Loaded

ANSWER_DAYS = 3
"""Working days for an answer where the clerk sets no day; ours, no document names one."""
_MOST_NAMED = 20
LISTED = "挂牌督办"
_TEL = Field(id="tel", title="电话", kind="phone", private=True)


def overdue_notices(
    office: Office,
    ledger_id: str,
    folder: Path,
    *,
    reply_by: str = "",
    depts: Collection[str] = (),
    people: Collection[tuple[str, str]] = (),
    tell: Tell | None = None,
) -> Change:
    """A 催办单 for each responsible person with all that is overdue (S54 四(三)3; of approvals 审批超期 alone, decision 4).

    The person's number stands in full on the paper he is handed, masked on the copy filed with the rows (domain C4).
    `depts`: only for these departments, `people`: only for these (department, person), by any name of the unit.
    Raises Problem E_NOTHING, E_FOREIGN and those of `papers.issue`.
    """
    line = own(office, ledger_id)
    day = answer_by(office, reply_by)
    with office.read() as connection:
        counted = units.of(connection, office.division).counted
    wanted, asked = set(map(counted, depts)), {(counted(dept), person) for dept, person in people}
    found = [
        one
        for one in overdue.debtors(overdue.of(office, ledger_id))
        if (not depts or counted(one.dept) in wanted)
        and (not people or (counted(one.dept), one.person) in asked)
    ]
    if not found:
        raise Problem(
            "E_NOTHING", f"《{line.title}》没有{overdue.cause(line.loaded)}的，不用催办", ledger=ledger_id
        )
    form = paper_forms.form("overdue")
    drafts = [
        Draft(
            form,
            {**_debt(form, line, one, day), "cc": _copied(office, line, one.dept)},
            one.person or one.dept,
            tuple(dict.fromkeys(o.entry_id for o in one.owed)),
            veiled={"contact_line": _contact(printed(_TEL, one.tel))} if one.tel else {},
        )
        for one in found
    ]
    return papers.issue(office, drafts, folder, deed="催办", tell=tell)


def supervise(
    office: Office,
    folder: Path,
    *,
    reply_by: str,
    target: str = "",
    title: str = "",
    reason: str = "",
    entry_id: str = "",
    item: str = "",
    cc: Sequence[str] = (),
    form: str = "supervise",
) -> Change:
    """A 挂牌督办通知书, with form `remind` a 提醒函, about a row, a matter of it, or a unit alone (SB 六(四)).

    Without a reason it is what is overdue of the row: rule and number. Raises Problem E_NO_REASON, E_TARGET, E_TITLE,
    E_DATE_ORDER and those of `papers.issue`.
    """
    made, day = paper_forms.form(form), reply_day(office, reply_by)
    about = (
        _subject(office, made, entry_id, item, title)
        if entry_id
        else {"subject": _sentence(title), "short": title, "about": ""}
    )
    about = {key: masking.mask_in(text) for key, text in about.items()}
    told = masking.mask_in(_sentence(wording.clean(reason) or about.get("overdue", "")))
    unit = wording.one_line(target) or about.get("dept", "")
    for text, code, said in (
        (told, "E_NO_REASON", "没有超期的，请写明督办事由（按哪一条、差多少）"),
        (unit, "E_TARGET", "请写明对象单位"),
        (about["subject"], "E_TITLE", "没有指明项目的，请写明督办的是什么事"),
    ):
        if not text:
            raise Problem(code, said, entry=entry_id)
    data = {
        "plan": "有关工作方案", "person": "", **about, "reason": told, "target": unit, "cc": "、".join(cc),
        "reply_by": day_words(day), "reply_by_iso": day,
    }  # fmt: skip
    return papers.issue(
        office, [Draft(made, data, unit, (entry_id,) if entry_id else ())], folder, deed=made.called
    )


def reply(office: Office, ref: str, *, text: str, on: str, scan: Path | None = None) -> Change:
    """What the unit answered to a notice, named by its number or that of its row; the scan is kept with the row.

    Raises Problem E_NO_NOTICE, E_BLANK, E_FUTURE and those of `attachments.keep`.
    """
    row = _notice(office, ref)
    if not wording.clean(text):
        raise Problem("E_BLANK", "反馈内容不能空，请填写", field="reply")
    kept = attachments.keep(office, scan) if scan else None
    day = dates.business_day(on, office.today())
    with office.write("督办反馈") as work:
        _, held, line = entries.amend_in(work, office, row.id, {"reply": text, "reply_on": day})
        if kept is not None:
            attachments.file_with(work, line.id, kept, entry_id=row.id, subject=row.id, rev=held.rev)
    return Change(f"已登记反馈：{held.name}", frozenset({line.id}), row.id, {"no": row.no})


def lift(
    office: Office, ref: str, folder: Path, *, basis: str, on: str = "", cc: Sequence[str] = ()
) -> Change:
    """摘牌 of a 挂牌督办 that was answered: the row closes by its named event and a 摘牌通知书 goes out, in one deed.

    The paper is filed with the project's row too where exactly one own row is found; the change says where it is not.

    Raises Problem E_NO_NOTICE, E_NOT_LISTED, E_NO_REPLY, E_LIFTED, E_BASIS and those of `papers.issue`.
    """
    row = _notice(office, ref)
    cells = row.cells
    if cells.get("notice_kind") != LISTED:
        raise Problem("E_NOT_LISTED", f"“{row.name}”不是挂牌督办，不用摘牌", entry=row.id)
    if cells.get("lifted_on"):
        raise Problem("E_LIFTED", f"“{row.name}”已于{day_words(cells['lifted_on'])}摘牌", entry=row.id)
    if not cells.get("reply_on"):
        raise Problem(
            "E_NO_REPLY", f"“{row.name}”还没有登记反馈，先用 notice reply 登记反馈再摘牌", entry=row.id
        )
    day = dates.business_day(on or office.today().isoformat(), office.today())
    data = {
        "target": cells.get("target", ""), "short": row.name, "cc": "、".join(cc), "basis": wording.one_line(basis),
        "supervised_no": cells.get("doc_no", ""), "issued_on": day_words(cells.get("issued_on", "")),
        "reply_on": day_words(cells["reply_on"]), "reply": _sentence(str(cells.get("reply", ""))),
        "lifted_on": day_words(day),
    }  # fmt: skip

    def also(work: Write, one: Issued) -> None:
        closing.close(office, [(row.id, "")], basis=basis, on=day, doc=one.doc_no, within=work)

    about = str(cells.get("about") or "")
    rows = _own_row(office, about)
    draft = Draft(paper_forms.form("lift"), data, str(data["target"]), rows, row.id)
    change = papers.issue(office, [draft], folder, deed="摘牌", also=also)
    if rows or not about:
        return change
    said = f"{change.said}；本单位台账里查不到唯一的“{about}”，摘牌通知书只附在督办登记里"
    return replace(change, said=said)


def plan_words(loaded: Loaded) -> str:
    """The plan a ledger goes by, as a text names it: 《正镶白旗待批项目大起底工作方案》."""
    name = loaded.t.plan.partition("（")[0]
    return name if any(mark in name for mark in "〔《、") else f"《{name}》"


def own(office: Office, ledger_id: str) -> LedgerLine:
    """A ledger of this office's own. Raises Problem E_NO_LEDGER, E_FOREIGN."""
    line = ledgers.get(office, ledger_id)
    ledgers.refuse_foreign(line)
    return line


def answer_by(office: Office, text: str) -> str:
    """The day of the answer (ISO): the one given, else three working days from today."""
    if text:
        return dates.business_day(text, dt.date.max)
    return office.calendar().add(office.today(), ANSWER_DAYS).isoformat()


def reply_day(office: Office, text: str) -> str:
    """The day by which something is to be put right (ISO). Raises Problem E_DATE_ORDER for one before today."""
    day = dates.business_day(text, dt.date.max)
    if day < office.today().isoformat():
        raise Problem("E_DATE_ORDER", "整改时限早于今天，请核对", field="reply_by")
    return day


def _debt(form: PaperForm, line: LedgerLine, one: Debtor, day: str) -> dict[str, Any]:
    refs = dict.fromkeys(owed.no for owed in one.owed)
    who = one.person or one.dept or "未登记责任人"
    return {
        "plan": plan_words(line.loaded), "ledger": line.title, "late": overdue.cause(line.loaded),
        "approval": overdue.counted(line.loaded), "rectify": not overdue.counted(line.loaded),
        "addressee": f"{one.dept}{one.person}" or "有关责任人",
        "who": who, "dept": one.dept, "person": one.person, "count": f"{len(one.owed):,}",
        "longest": "" if one.longest is None else f"，最长{one.longest:,}{WORKDAYS}", "reason": _told_of(form, one.owed),
        "about": one.owed[0].ref if len(one.owed) == 1 else next(iter(refs)) if len(refs) == 1 else "",
        "contact_line": _contact(one.tel) if one.tel else "",
        "reply_by": day_words(day), "reply_by_iso": day,
        "matters": [
            {"seq": n, "name": masking.mask_in(owed.name), "no": owed.no, "matter": owed.matter, "due": day_words(owed.due),
             "days": "—" if owed.days is None else f"{owed.days:,}", "clause": owed.clause}
            for n, owed in enumerate(one.owed, 1)
        ],
    }  # fmt: skip


def _copied(office: Office, line: LedgerLine, *depts: str) -> str:
    return "、".join(directory.copied_to(office, depts, inspections=overdue.counted(line.loaded)))


def _contact(tel: str) -> str:
    return f"你登记的电话是{tel}，有变动请告知。"


def _told_of(made: PaperForm, owed: Sequence[Owed]) -> str:
    """Rule and number, matter by matter, as the paper tells one."""
    told = [
        paper_forms.filled(
            made,
            made.one,
            {"ref": one.ref, "matter": one.matter, "late": _late(one), "clause": one.clause},
        )
        for one in owed[:_MOST_NAMED]
    ]
    rest = paper_forms.filled(made, made.rest, {"count": f"{len(owed):,}"}) if len(owed) > _MOST_NAMED else ""
    return "；".join(told) + rest


def _late(one: Owed) -> str:
    """超期10个工作日; where no calendar counts them the day that has passed: 8月8日到期."""
    return f"{day_words(one.due)}到期" if one.days is None else f"超期{one.days:,}{WORKDAYS}"


def _sentence(text: str) -> str:
    return f"{text.rstrip('。')}。" if text else ""


def _subject(office: Office, made: PaperForm, entry_id: str, item: str, title: str) -> dict[str, str]:
    """What a notice says of a row or a matter of it, and what of it is overdue."""
    row = lists.line(office, entry_id)
    line = own(office, row.ledger_id)
    owed = [one for one in overdue.of(office, line.id, entry_id) if item in ("", one.item)]
    if item and item not in row.items:
        raise Problem("E_NO_ITEM", f"“{row.name}”没有事项“{item}”", item=item)
    matter = row.items[item].title if item else ""
    ref = f"{row.no}/{item}" if item else row.no
    return {
        "plan": plan_words(line.loaded), "subject": f"{row.name}{matter}（台账编号{ref}）。",
        "short": title or f"{row.name}{matter or (owed[0].matter if owed else '')}",
        "about": ref, "dept": owed[0].dept if owed else "", "person": owed[0].person if owed else "",
        "overdue": _told_of(made, owed),
    }  # fmt: skip


def _notice(office: Office, ref: str) -> Held:
    """The row of 督办登记 with this number. Raises Problem E_NO_NOTICE, E_NOT_OPEN."""
    register = serving.found(office, "supervision")
    with office.read() as connection:
        for held in storing.every_held(connection, register) if register else ():
            if held.standing != "deleted" and ref.strip() in (held.no, held.cells.get("doc_no"), held.id):
                unsealed.refuse_void(ledgers.line_of(connection, register), held)
                return held
    raise Problem("E_NO_NOTICE", f"督办登记里没有“{ref}”，请用编号或登记号查找", ref=ref)


def _own_row(office: Office, about: str) -> tuple[str, ...]:
    """The id of the own row that a register's cell names, () where none or several are found."""
    no = about.partition("/")[0]
    try:
        found = entries.find(office, no) if no else ""
    except Problem as problem:
        if problem.code not in ("E_NO_ENTRY", "E_WHICH_ENTRY"):
            raise
        return ()
    return (found,) if found and ledgers.get(office, lists.line(office, found).ledger_id).own else ()
