"""The office's memory, read: who did what when, and what it was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, exists, select

from app.engine import calling, wire
from app.ledger import ledgers
from app.listing import deed_words
from app.office import Office
from app.values import masking
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import import_run as run_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import office as office_table

PAGE = 200
VERBS = {
    "init": "建立单位",
    "setting": "改设置",
    "clerk": "人员",
    "calendar": "导入放假通知",
    "trust": "确认单位名片",
    "keys": "生成签名密钥",
    "revoke": "停用单位名片",
    "receipt": "收到回执",
    "slip": "收到退回单",
    "restream": "另起记录",
    "returned": "退回来件",
    "register": "单位名册",
    "rest": "本地休息日",
    "open": "打开台账",
    "add": "新增",
    "amend": "修改",
    "close": "办结",
    "start": "开工",
    "exclude": "核查剔除",
    "remove": "移除",
    "correct": "更正",
    "reopen": "恢复",
    "pause": "停表",
    "resume": "复表",
    "attach": "附件",
    "detach": "撤下附件",
    "delete": "删除",
    "undelete": "放回",
    "undo": "撤销",
    "redo": "重做",
    "import": "导入",
    "withdraw": "撤回导入",
    "print": "打印",
    "sign": "签字",
    "step": "登记研究、报送",
    "seal": "确定台账",
    "send": "上报导出",
    "receive": "收件",
    "template": "换模板版本",
    "round": "部门核查",
    "push": "推送核查",
    "asked": "推送来的内容",
    "merged": "并入来件",
    "merge": "合并",
    "purge": "误入处置",
    "annotate": "意见",
    "issue": "印发文件",
    "handed": "写到盘上",
    "look": "看投诉人",
    "passphrase": "改密钥口令",
    "handover": "工作交接",
}


@dataclass(frozen=True)
class Step:
    """One changed cell in words: `what` names it, old and new as shown."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Deed:
    """One journal line in words."""

    stream: str
    seq: int
    on: str
    at: str
    clerk: str
    verb: str
    title: str
    subject: str
    name: str
    steps: tuple[Step, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def lines(
    office: Office,
    entry_id: str | None = None,
    *,
    ledger_id: str | None = None,
    page: int = 0,
    size: int = PAGE,
    folded: bool = False,
    run: str = "",
    by: Sequence[str] = (),
) -> list[Deed]:
    """Deeds, newest first: of one entry, of one ledger (by seq, decision 18), or of the whole office (by instant).

    `folded` leaves out what an import did row by row, only its own line stands there; `run` shows just those rows.
    `by` are the names of one person (`by_person.names`): what he did.
    """
    t = journal_table.c
    order = (t.seq.desc(),) if entry_id or ledger_id else (t.at.desc(), t.seq.desc())
    query = select(journal_table).order_by(*order)
    current = select(ledger_table.c.stream).union(select(office_table.c.stream))
    with office.read() as connection:
        if not ledger_id:  # a stream that was begun anew says everything again
            query = query.where(t.stream.in_(current))
        if entry_id:
            query = query.where(t.subject == entry_id)
        if ledger_id:
            query = query.where(t.stream == ledgers.line_of(connection, ledger_id).stream)
        if by:
            query = query.where(t.clerk.in_(by))
        if run or (folded and not entry_id):
            query = query.where(of_imports(run) if run else ~of_imports())
        rows = connection.execute(query.limit(size).offset(page * size)).mappings().all()
        streams = {row["stream"] for row in rows}
        ids = connection.execute(
            select(ledger_table.c.stream, ledger_table.c.id).where(ledger_table.c.stream.in_(streams))
        )
        templates = {s: ledgers.line_of(connection, i).loaded for s, i in ids}
        subjects = {row["subject"] for row in rows}
        names = {
            i: n
            for i, n in connection.execute(
                select(entry_table.c.id, entry_table.c.name).where(entry_table.c.id.in_(subjects))
            )
        }
    return [_deed(row, templates.get(row["stream"]), names) for row in rows]


def of_imports(run: str = "") -> ColumnElement[bool]:
    """Whether a line is one row of an import, of this one when it is named."""
    t, r = journal_table.c, run_table.c
    within = (
        select(r.id)
        .join(ledger_table, ledger_table.c.id == r.ledger_id)
        .where(ledger_table.c.stream == t.stream, t.seq > r.first_seq, t.seq <= r.last_seq)
    )
    return exists(within.where(r.id == run) if run else within)


def _deed(row: Any, loaded: Loaded | None, names: dict[str, str]) -> Deed:
    body = msgspec.json.decode(row["body"]) if row["body"] is not None else {}
    steps = tuple(_steps(loaded, body)) if loaded is not None else ()
    if row["body"] is None:
        steps = (Step("内容", "", "已销毁，或没有随包报来"),)
    facts = deed_words.of(row["verb"], body, loaded.t.words if loaded is not None else calling.PLAIN)
    return Deed(
        stream=row["stream"],
        seq=row["seq"],
        on=row["on"],
        at=row["at"],
        clerk=row["clerk"],
        verb=row["verb"],
        title=_title(row["verb"], loaded),
        subject=row["subject"],
        name=names.get(row["subject"], ""),
        steps=steps,
        facts=facts,
    )


def _title(verb: str, loaded: Loaded | None) -> str:
    """A deed in words; striking off goes by what the ledger calls it."""
    return loaded.t.words.excluded if verb == "exclude" and loaded is not None else VERBS.get(verb, verb)


def _steps(loaded: Loaded, body: dict[str, Any]) -> list[Step]:
    if "attach" in body:
        return [Step("附件", "", str(body["attach"].get("name", "")))]
    if "detach" in body:
        return [Step("附件", str(body["detach"].get("name", "")), "")]
    was = body.get("was", {})
    if "deleted" in (body.get("standing"), was.get("standing")):
        there = "在台账里", "在回收站里"
        return [Step("这一行", *(there if body["standing"] == "deleted" else reversed(there)))]
    steps = _cells(loaded, "", body.get("cells", {}), was.get("cells", {}))
    for code, changes in body.get("items", {}).items():
        title = loaded.preset_of(code).title
        steps += _cells(loaded, f"{title}·", changes, was.get("items", {}).get(code, {}))
    return steps


def _cells(loaded: Loaded, prefix: str, new: dict[str, Any], old: dict[str, Any]) -> list[Step]:
    item = bool(prefix)
    fields = loaded.item_fields if item else loaded.fields
    new, old = wire.from_wire(loaded, new, item=item), wire.from_wire(loaded, old, item=item)
    out = []
    for key, value in new.items():
        field_ = fields.get(key)
        title = field_.title if field_ else key
        before, after = old.get(key), value
        if field_ is not None:
            out.append(Step(prefix + title, _show(loaded, field_, before), _show(loaded, field_, after)))
        else:
            out.append(Step(prefix + title, _plain(before), _plain(after)))
    return out


def _show(loaded: Loaded, field_: Any, value: Any) -> str:
    text = "" if value is None else calling.shown(loaded, field_, value)
    return masking.veiled(field_, text) if text and field_.id in masking.hidden(loaded) else text


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
