"""An opened ledger goes over to a newer version of its template: one journalled deed (decision 21)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select, update

from app.change import Change
from app.engine import storing
from app.engine.played import lines
from app.engine.rows import Held, fresh_items
from app.ids import new_id
from app.journals.writing import Write
from app.ledger import attachments, ledgers, recomputing
from app.ledger.deeds import refuse_same_person
from app.ledger.ledgers import CHECK, MAIN, LedgerLine
from app.ledger.recording import Recorder
from app.ledger.template_history import KEY, VERB, of_ledger
from app.office import Office
from app.problem import Problem
from app.removal.withdrawing import put_back
from app.rounds import rounds
from app.templating import template_changes
from app.templating.template_layers import older
from app.words import wording
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table

_WRITTEN = frozenset("text longtext org person phone uscc project_code doc_no enum".split())
"""Kinds that are stored as the text that was typed: a field may go from one of them to another."""


@dataclass(frozen=True)
class Slip:
    """What a 更正单 says; needed once the ledger is sealed."""

    reason: str = ""
    second: str = ""
    scan: Path | None = None


NO_SLIP = Slip()


@dataclass
class _Done:
    """How many rows a deed moved."""

    rows: int = 0
    dues: int = 0
    emptied: int = 0
    matters: int = 0
    seen: dict[str, str | None] = field(default_factory=dict)
    carried: dict[str, tuple[dict[str, Any], dict[str, dict[str, Any]]]] = field(default_factory=dict)
    """{row: (cells, cells by matter)} under the ids that fields have now"""


def unfit(line: LedgerLine, new: Loaded) -> list[str]:
    """Why this ledger cannot go over to that template, in plain words; [] when it can."""
    old, found = line.loaded, []
    if new.t.id != old.t.id:
        return [f"这是另一种台账的模板（{new.t.id}），不是《{line.title}》的新版本"]
    if new.digest == old.digest:
        return [f"台账用的已经是这一版（{old.t.version}）"]
    if older(new, old):
        return [f"这一版（{new.t.version}）比台账现在用的（{old.t.version}）旧"]
    if new.t.kind_code != old.t.kind_code:
        found.append(
            f"编号里的字母（kind_code）由 {old.t.kind_code} 改为 {new.t.kind_code}，"
            f"已编的台账编号改不了，请改回 {old.t.kind_code}"
        )
    if (new.t.items is None) != (old.t.items is None):
        found.append("新版本的事项一部分整个增加或取消了")
    for key, preset in old.presets.items():
        if key not in new.presets:
            found.append(f"新版本取消了事项 {key}“{preset.title}”，已列的事项要点数，不能取消")
    names = template_changes.renamed(old, new)
    for was, now, moved in ((old.fields, new.fields, names[0]), (old.item_fields, new.item_fields, names[1])):
        for key in (was.keys() & now.keys()) | moved.keys():
            kinds = {was[key].kind, now[moved.get(key, key)].kind}
            if len(kinds) > 1 and not kinds <= _WRITTEN:
                words = template_changes.KIND_WORDS
                found.append(
                    f"“{was[key].title}”由{words[was[key].kind]}改为{words[now[moved.get(key, key)].kind]}，已填的内容放不进去"
                )
    if line.purpose == CHECK and new.t.round is None:
        found.append("新版本没有部门核查")
    return sorted(found)


def upgrade(
    office: Office,
    ledger_id: str,
    new: Loaded,
    *,
    source: str = "",
    slip: Slip = NO_SLIP,
    tell: Tell | None = None,
) -> Change:
    """Take the ledger over to `new`; `source` says whose template it is.

    New fields are empty, renamed ones keep what they hold, new matters that every row has are 待核 (before the seal), what
    stood in dropped fields goes out of the rows and stays in the journal, dropped codes stay and are gaps, every limit is
    computed again.
    `tell(done, total)` counts rows, each gone over twice, and may raise to give it up.
    Raises Problem E_FOREIGN, E_TEMPLATE_UNFIT, E_ROUND_OPEN, and on a sealed ledger without a 更正单 E_LACKING, E_SECOND.
    """
    scan = attachments.keep(office, slip.scan) if slip.scan else None
    with office.write("换模板版本") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        ledgers.refuse_foreign(line)
        if wrong := unfit(line, new):
            raise Problem(
                "E_TEMPLATE_UNFIT",
                f"《{line.title}》不能换成这个模板：{'；'.join(wrong)}",
                reasons=wrong,
                ledger=ledger_id,
            )
        _refuse_running_round(work, line)
        told: dict[str, Any] = dict(_slip(office, line, slip))
        if scan is not None and line.sealed:
            told["scan"] = scan.sha256
        deed, done = new_id(), _Done(seen=_dues(work, line))
        told["first"] = work.ledger(line.id).head.seq + 1
        facts = {VERB: deed}
        _each(work, office, line, _counted(_emptied(line.loaded, new, done), tell, 0, line.rows), facts)
        if source:
            told["whose"] = source
        now = _go_over(work, line, new, deed, told)
        noted = _noted(line.loaded, new)
        _each(work, office, now, _counted(_grown(now, done), tell, line.rows, line.rows), facts, noted)
        done.rows = recomputing.one_ledger(work, now, office.calendar())
        if scan is not None and line.sealed:
            version = _sealed_version(work, line)
            attachments.file_with(work, line.id, scan, subject=version, version_id=version)
        done.dues = sum(1 for i, due in _dues(work, now).items() if due != done.seen.get(i, due))
    return Change(_said(now, line.loaded, done), frozenset({ledger_id}), deed, _facts(line, now, done))


def undo(office: Office, ledger_id: str) -> Change:
    """Take the last upgrade back while nothing was built on it. Raises Problem E_NO_UPGRADE, E_BUILT_ON, E_SENT."""
    with office.write("撤回换模板版本") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        ledgers.refuse_foreign(line)
        at, body = _last(work, line)
        old = of_ledger(work.connection, line).at(at - 1)
        deed = body["deed"]
        parts: tuple[dict[str, list[Any]], dict[str, list[Any]]] = ({}, {})
        later = 0
        for row in lines(work.connection, line.stream, body["first"] - 1):
            told = msgspec.json.decode(row["body"]) if row["body"] else {}
            if told.get("facts", {}).get(VERB) == deed:
                if "was" in told:
                    parts[row["seq"] > at].setdefault(row["subject"], []).append(told)
            elif row["seq"] > at and told.get("attach", {}).get("sha256", "") != body.get("scan"):
                later += 1
        if later:
            raise Problem(
                "E_BUILT_ON",
                f"换版本以后又记了 {later:,} 条，不能撤回；不合适请下发单位再出新版本",
                ledger=ledger_id,
            )
        _refuse_sent(work, line, at)
        facts = {VERB: (again := new_id())}
        _each(work, office, line, _restored(line, parts[1]), facts)
        now = _go_over(work, line, old, again, {"undoes": at, "first": work.ledger(line.id).head.seq + 1})
        _each(work, office, now, _restored(now, parts[0]), facts, _noted(line.loaded, old))
        recomputing.one_ledger(work, now, office.calendar())
    return Change(f"已撤回：《{now.title}》回到模板 {old.t.version}", frozenset({ledger_id}), again)


def why_not_undone(office: Office, ledger_id: str) -> str:
    """Why there is no upgrade to take back, '' when there is one; what was built on it is said by `undo`."""
    t = journal_table.c
    query = select(t.body).where(t.subject == ledger_id, t.verb == VERB).order_by(t.seq.desc()).limit(1)
    with office.read() as connection:
        body = connection.scalar(query)
    told = msgspec.json.decode(body)[KEY] if body else {}
    return "没有升级过" if not told else "已撤回" if "undoes" in told else ""


def _go_over(work: Write, line: LedgerLine, new: Loaded, deed: str, told: dict[str, Any]) -> LedgerLine:
    """The line of the deed; from it on the ledger is read under `new`."""
    body = {
        "deed": deed, "from": line.loaded.digest, "template": new.t.id, "version": new.t.version,
        "digest": new.digest, "source": new.source, **told,
    }  # fmt: skip
    work.line(line.id, VERB, line.id, 1, {KEY: body})
    put(work, line.id, new)
    return replace(line, loaded=new, title=new.t.title)


def put(work: Write, ledger_id: str, new: Loaded) -> None:
    """Write into the ledger's own row which template it has."""
    columns = {
        "template_id": new.t.id, "template_version": new.t.version, "template_digest": new.digest,
        "template_source": new.source, "title": new.t.title,
    }  # fmt: skip
    work.connection.execute(update(ledger_table).where(ledger_table.c.id == ledger_id).values(**columns))


Moved = Callable[[Held], Held]
Tell = Callable[[int, int], object]


def _each(
    work: Write, office: Office, line: LedgerLine, moved: Moved, facts: dict[str, Any],
    noted: Callable[[Held], bool] = lambda held: False,
) -> None:  # fmt: skip
    """Journal what `moved` makes of every row, and a bare line for rows that are `noted` all the same."""
    recorder = Recorder(work, line, office.calendar())
    for old in storing.every_held(work.connection, line.id):
        write = recorder.note if noted(old) else recorder.put
        write(old, moved(old), VERB, facts)
    recorder.flush()


def _counted(moved: Moved, tell: Tell | None, before: int, rows: int) -> Moved:
    """The same, told row by row: `before` rows were gone over of two times `rows`."""
    done = count(before)

    def counting(held: Held) -> Held:
        if tell is not None:
            tell(min(next(done), 2 * rows), 2 * rows)
        return moved(held)

    return counting


def _emptied(old: Loaded, new: Loaded, done: _Done) -> Moved:
    """A row without what stood in fields that the newer version drops; what it calls otherwise is carried over."""
    own, items = map(set, template_changes.dropped(old, new))
    names, item_names = template_changes.renamed(old, new)

    def moved(held: Held) -> Held:
        row = held.copy()
        row.cells = {k: v for k, v in held.cells.items() if k not in own and k not in names}
        row.items = {
            c: {k: v for k, v in cells.items() if k not in items and k not in item_names}
            for c, cells in held.items.items()
        }
        carried = {names[k]: v for k, v in held.cells.items() if k in names}
        by_item = {
            c: {item_names[k]: v for k, v in cells.items() if k in item_names}
            for c, cells in held.items.items()
        }
        by_item = {c: cells for c, cells in by_item.items() if cells}
        if carried or by_item:
            done.carried[held.id] = (carried, by_item)
        done.emptied += bool(own & held.cells.keys()) or any(
            items & cells.keys() for cells in held.items.values()
        )
        return row

    return moved


def _grown(line: LedgerLine, done: _Done) -> Moved:
    """A row with what was carried over, and the matters that every row of an own, unsealed ledger has."""
    fresh = {} if line.sealed or line.purpose != MAIN else fresh_items(line.loaded)

    def moved(held: Held) -> Held:
        row = held.copy()
        if held.standing != "deleted":
            added = {code: dict(cells) for code, cells in fresh.items() if code not in held.items}
            row.items = {**row.items, **added}
            done.matters += len(added)
        carried, by_item = done.carried.get(held.id, ({}, {}))
        row.cells = {**row.cells, **carried}
        row.items = {code: {**cells, **by_item.get(code, {})} for code, cells in row.items.items()}
        return row

    return moved


def _noted(old: Loaded, new: Loaded) -> Callable[[Held], bool]:
    """Rows whose leaf in the tree of the seal becomes another one: a field that they fill is frozen now, or no more."""
    own = _refrozen(old.fields, new.fields)
    items = _refrozen(old.item_fields, new.item_fields)
    return lambda held: (
        bool(own & held.cells.keys()) or any(items & cells.keys() for cells in held.items.values())
    )


def _refrozen(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    return {key for key in old.keys() & new.keys() if old[key].frozen != new[key].frozen}


def _restored(line: LedgerLine, bodies: dict[str, list[Any]]) -> Moved:
    def moved(held: Held) -> Held:
        row = held.copy()
        put_back(line, row, bodies.get(held.id, []))
        return row

    return moved


def _slip(office: Office, line: LedgerLine, slip: Slip) -> dict[str, str]:
    """What a sealed ledger's upgrade carries. Raises Problem E_LACKING, E_SECOND."""
    if not line.sealed:
        return {}
    lacking = [word for word, given in (("原因", slip.reason.strip()), ("扫描件", slip.scan)) if not given]
    if lacking:
        raise Problem(
            "E_LACKING", f"台账已确定，换模板版本要走更正单，还缺{'、'.join(lacking)}（旗方案 四(一)“不得随意调减”）",
            field="reason" if not slip.reason.strip() else "scan", lacking=lacking,
        )  # fmt: skip
    refuse_same_person(office, slip.second)
    return {"reason": wording.clean(slip.reason), "second": wording.one_line(slip.second)}


def _refuse_running_round(work: Write, line: LedgerLine) -> None:
    if line.purpose != MAIN or line.loaded.t.round is None:
        return
    past = rounds.in_(work.connection, line)
    if past and past[-1].open:
        raise Problem(
            "E_ROUND_OPEN",
            f"第 {past[-1].number} 轮核查还没有结束，各部门手里是旧版本；请先收齐或结束它，再换模板版本",
            round=past[-1].id,
        )


def _refuse_sent(work: Write, line: LedgerLine, at: int) -> None:
    o = outbox_table.c
    sent = select(o.to_name).where(o.ledger_id == line.id, o.to_seq >= at, o.kind != "check")
    if (to := work.connection.scalar(sent.limit(1))) is not None:
        raise Problem("E_SENT", f"换版本以后的台账已经报送给“{to}”，不能撤回", ledger=line.id)


def _last(work: Write, line: LedgerLine) -> tuple[int, dict[str, Any]]:
    """Line and body of the upgrade that the ledger stands on. Raises Problem E_NO_UPGRADE."""
    t = journal_table.c
    query = select(t.seq, t.body).where(t.stream == line.stream, t.subject == line.id, t.verb == VERB)
    row = work.connection.execute(query.order_by(t.seq.desc()).limit(1)).first()
    body = msgspec.json.decode(row.body)[KEY] if row is not None and row.body else {}
    if row is None or not body or "undoes" in body:
        raise Problem("E_NO_UPGRADE", f"《{line.title}》没有可以撤回的换版本", ledger=line.id)
    return row.seq, body


def _sealed_version(work: Write, line: LedgerLine) -> str:
    query = select(ledger_table.c.sealed_version).where(ledger_table.c.id == line.id)
    return str(work.connection.scalar(query))


def _dues(work: Write, line: LedgerLine) -> dict[str, str | None]:
    t = entry_table.c
    return {
        row.id: row.due for row in work.connection.execute(select(t.id, t.due).where(t.ledger_id == line.id))
    }


def _said(now: LedgerLine, old: Loaded, done: _Done) -> str:
    parts = [
        f"《{now.title}》已从模板 {old.t.version} 换到 {now.loaded.t.version}，重算了 {done.rows:,} 行的时限"
    ]
    for number, words in (
        (done.dues, "行的办理时限变了"), (done.matters, "个新增事项记为待核"),
        (len(done.carried), "行里改名的栏目内容照留"), (done.emptied, "行里取消的栏目有内容，已移入操作记录"),
    ):  # fmt: skip
        if number:
            parts.append(f"{number} {words}")
    return "，".join(parts)


def _facts(line: LedgerLine, now: LedgerLine, done: _Done) -> dict[str, Any]:
    return {
        "ledger": line.id, "from": line.loaded.t.version, "version": now.loaded.t.version, "rows": done.rows,
        "dues": done.dues, "matters": done.matters, "emptied": done.emptied,
        "changes": template_changes.lines(template_changes.changes(line.loaded, now.loaded)),
    }  # fmt: skip
