"""Departments that do not approve online in time: a notice to each of them in one deed (SB 六(三), 六(四))."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from app.change import Change
from app.engine import storing
from app.exports.ledger_pdf import Tell
from app.ledger import ledgers, serving
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.list_rules import Query
from app.listing.lists import Line
from app.listing.pages import day_words
from app.office import Office
from app.papers import notices, paper_forms, papers
from app.papers.papers import Draft
from app.problem import Problem

TEMPLATE, LATE = "online-status", "to-supervise"
KINDS = {"supervise": notices.LISTED, "remind": "提醒"}
"""The papers that may go out, with what 督办登记 calls each."""


@dataclass(frozen=True)
class Offline:
    """A department of the office's list that is late; `reason` by rule and day, `noticed` the number of an open notice."""

    entry_id: str
    no: str
    dept: str
    person: str
    reason: str
    noticed: str = ""


def late(office: Office, form: str = "supervise") -> list[Offline]:
    """Who does not approve online though the day is past, in the order of the list; `form` is the paper thought of.

    Raises Problem E_NO_ONLINE where the office keeps no list of departments.
    """
    rows = lists.lines(office, lists.ids(office, _list(office).id, Query(sublist=LATE)))
    there = _noticed(office, KINDS[form])
    return [_offline(row, there.get(row.no, "")) for row in rows]


def _list(office: Office) -> LedgerLine:
    with office.read() as connection:
        known = [line for line in ledgers.lines_in(connection) if line.own and line.template_id == TEMPLATE]
    if not known:
        raise Problem("E_NO_ONLINE", "还没有《审批部门线上办理情况》，请先打开并登记各审批部门")
    return known[0]


def notify(
    office: Office,
    folder: Path,
    *,
    reply_by: str,
    form: str = "supervise",
    only: Collection[str] = (),
    cc: Collection[str] = (),
    tell: Tell | None = None,
) -> Change:
    """A 挂牌督办通知书, with `form` remind a 提醒函, for every department that is late: all in one deed (SB 六(四)).

    `only` are ids of rows of the list. A department with such a notice still open gets no second one: it is named in
    what is said. Raises Problem E_NO_ONLINE, E_NOTHING, E_DATE_ORDER and those of `papers.issue`.
    """
    if form not in KINDS:
        raise Problem("E_NO_PAPER", f"没有“{form}”这种文书，可用：{'、'.join(KINDS)}", paper=form)
    day = notices.reply_day(office, reply_by)
    found = [one for one in late(office, form) if not only or one.entry_id in only]
    fresh = [one for one in found if not one.noticed]
    if not fresh:
        why = f"都已经下过{KINDS[form]}，还没有了结" if found else "没有到期还没有线上办理的部门"
        raise Problem("E_NOTHING", f"{why}，不用再下")
    made, plan = paper_forms.form(form), notices.plan_words(_list(office).loaded)
    drafts = [Draft(made, _data(plan, one, day, cc), one.dept, (one.entry_id,)) for one in fresh]
    change = papers.issue(office, drafts, folder, deed="督办未线上", tell=tell)
    passed = "、".join(one.dept for one in found if one.noticed)
    more = f"；{passed}已有没了结的{KINDS[form]}，没有再下" if passed else ""
    return replace(change, said=change.said + more)


def _data(plan: str, one: Offline, day: str, cc: Collection[str]) -> dict[str, str]:
    return {
        "plan": plan, "person": one.person,
        "subject": f"{one.dept}审批业务全部线上办理（台账编号{one.no}）。", "short": f"{one.dept}没有全部线上办理",
        "about": one.no, "dept": one.dept, "reason": one.reason, "target": one.dept, "cc": "、".join(cc),
        "reply_by": day_words(day), "reply_by_iso": day,
    }  # fmt: skip


def _offline(row: Line, noticed: str) -> Offline:
    cells = row.cells
    told = []
    if cells.get("own_system") is not True and not cells.get("joined_on"):
        by = day_words(str(cells.get("join_by") or "2022-09-30"))
        told.append(f"没有在线审批系统，应于{by}前入驻平台，至今没有入驻（旗方案六(三)）")
    by = day_words(str(cells.get("online_by") or "2022-10-01"))
    left = f"，还在线下办的有{cells['matters_offline']}" if cells.get("matters_offline") else ""
    told.append(f"审批业务应从{by}起全部线上办理，至今没有实现{left}（旗方案六(三)）")
    return Offline(row.id, row.no, row.name, str(cells.get("person") or ""), f"{'；'.join(told)}。", noticed)


def _noticed(office: Office, kind: str) -> dict[str, str]:
    """{number of the row it is about: its own number} of the notices of this kind that are not settled."""
    register = serving.found(office, "supervision")
    with office.read() as connection:
        held = list(storing.every_held(connection, register)) if register else []
    return {
        str(each.cells["about"]).partition("/")[0]: str(each.cells.get("doc_no") or each.no)
        for each in held
        if each.standing == "open" and each.cells.get("notice_kind") == kind and each.cells.get("about")
    }
