"""A bundle whose ledger went over to another version of its template (decision 21): is it known here, and then what."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from app.journals.writing import Write
from app.ledger import ledgers, recomputing
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.template_books import template_upgrades
from app.templating import template_reading, template_shelf
from app.words.templates import Loaded
from sync.bundles.bundle import Opened
from sync.contents.opening_bodies import OpenBody, Upgraded


def of_bundle(opened: Opened) -> Loaded:
    """The template that travels in a bundle. Raises Problem E_TEMPLATE, E_CONTENT when it is not the one named."""
    loaded = ledgers.template_of(opened.template, "包里的模板")
    if (loaded.t.id, loaded.digest) != (opened.info.template, opened.info.template_digest):
        raise Problem("E_CONTENT", "包里的模板与包上写的不符，没有收", template=opened.info.template)
    return loaded


def refuse_unknown(connection: Connection, opened: Opened) -> None:
    """Raise Problem E_TEMPLATE_CHANGED when a known ledger comes under a template that nobody issued to this office.

    It is taken from whoever may issue templates (decision 28), never from the bundle of a lower office.
    """
    coming = of_bundle(opened)
    if template_shelf.knows(connection, coming):
        return
    t = coming.t
    raise Problem(
        "E_TEMPLATE_CHANGED",
        f"《{t.title}》已换到模板 {t.version}，收件单位还没有这一版，没有收，数据没有动；"
        "收件单位先收下发单位印发的这一版模板（汇总或上级单位也可自己用 issue 印发），再收这个包就行",
        ledger=opened.info.ledger, template=t.id, version=t.version, digest=coming.digest,
    )  # fmt: skip


def refuse_other(line: LedgerLine, opened: Opened) -> None:
    """Raise Problem E_TEMPLATE_CHANGED for a part of a round made under another template than the check ledger's."""
    coming = of_bundle(opened)
    if coming.digest == line.loaded.digest:
        return
    there, here = coming.t.version, line.loaded.t.version
    if there == here or template_upgrades.unfit(line, coming):
        said = f"推送的是模板 {there}，部门的核查清单已是 {here}；请推送的单位换好版本再推送"
    else:
        said = (
            f"推送的是模板 {there}，部门的核查清单还是 {here}；部门先收下发的模板，"
            f"在“模板”里升级这份核查清单（template upgrade {line.id}），再收这个包就行"
        )
    raise Problem("E_TEMPLATE_CHANGED", f"{said}，没有收，数据没有动", ledger=line.id, version=there)


def opened_under(work: Write, line: LedgerLine, body: OpenBody) -> LedgerLine:
    """The ledger under the template it was opened with, which an upgrade further on in the bundle replaces.

    Raises ValueError.
    """
    if (body.digest, body.source) == (line.loaded.digest, line.loaded.source):
        return line
    return _under(work, line, body.source, body.digest, body.template)


def gone_over(work: Write, office: Office, line: LedgerLine, told: Upgraded, *, sealed: bool) -> LedgerLine:
    """The ledger from an upgrade on, every stored row worked out again. Raises ValueError."""
    if told.from_ != line.loaded.digest:
        raise ValueError("换模板版本的记录接不上原来的模板")
    if sealed and not told.slip:
        raise ValueError("台账已确定，换模板版本却没有更正单")
    now = _under(work, line, told.source, told.digest, told.template)
    recomputing.one_ledger(work, now, office.calendar())
    return now


def odd(connection: Connection, line: LedgerLine) -> str:
    """What is to be said of a ledger whose template is none of this office's, '' when it is one."""
    return template_shelf.odd(connection, line.loaded)


def refuse_unmatched(line: LedgerLine, opened: Opened) -> None:
    """Raise Problem E_CONTENT unless the lines end under the template that the bundle names."""
    if line.loaded.digest != opened.info.template_digest:
        raise Problem("E_CONTENT", "记录里的模板与包上写的不符，没有收", ledger=line.id)


def _under(work: Write, line: LedgerLine, source: str, digest: str, template: str) -> LedgerLine:
    try:
        loaded = template_reading.read(source, "记录里的模板")
    except Problem as problem:
        raise ValueError(problem.text) from problem
    if (loaded.digest, loaded.t.id) != (digest, template) or loaded.t.id != line.template_id:
        raise ValueError("模板与记录里写的不符")
    template_upgrades.put(work, line.id, loaded)
    return replace(line, loaded=loaded, title=loaded.t.title)
