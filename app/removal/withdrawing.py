"""Taking back an import as one deed, while nothing was built on it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from app.change import Change
from app.engine import storing, wire
from app.engine.rows import Held, patched
from app.journals.writing import Write
from app.keeping import import_rests
from app.ledger import ledgers, template_history
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.rounds import pushing, rounds
from models.schema import import_run as run_table
from models.schema import outbox as outbox_table
from models.schema import signature as signature_table
from models.schema import version as version_table

WORDS = {"import": "导入", "merge": "合并"}


@dataclass(frozen=True)
class Undone:
    """How many rows went away, and how many were put back as they were."""

    removed: int
    restored: int


def imports(office: Office, ledger_id: str) -> list[dict[str, Any]]:
    """The imports of a ledger, newest first."""
    with office.read() as connection:
        return _imports(connection, ledger_id)


def _imports(connection: Connection, ledger_id: str) -> list[dict[str, Any]]:
    t = run_table.c
    found = select(run_table).where(t.ledger_id == ledger_id).order_by(t.id.desc())
    return [dict(row) for row in connection.execute(found).mappings()]


def withdraw(office: Office, import_id: str) -> Change:
    """Undo an import: added rows become tombstones, completed cells go back (decision 19).

    Raises Problem E_NO_IMPORT, E_WITHDRAWN, E_SEALED, E_SENT, E_SIGNED, E_BUILT_ON (naming the rows changed since).
    """
    with office.write("撤回导入") as work:
        run = work.connection.execute(select(run_table).where(run_table.c.id == import_id)).mappings().first()
        if run is None:
            raise Problem("E_NO_IMPORT", f"没有编号为“{import_id}”的导入或合并", import_id=import_id)
        if run["state"] == "withdrawn":
            raise Problem("E_WITHDRAWN", f"“{run['file']}”这次导入已经撤回过")
        line = ledgers.line_of(work.connection, run["ledger_id"])
        done = undo(work, office, line, dict(run), "import")
        work.line(line.id, "withdraw", import_id, 1, {"withdraw": {"import": import_id, "file": run["file"]}})
        work.connection.execute(
            update(run_table).where(run_table.c.id == import_id).values(state="withdrawn")
        )
        found = _found_there(work, run) if done.removed else ""
    with contextlib.suppress(Problem):  # a copy that cannot be removed is only offered once more
        import_rests.drop(office, import_id)
    said = f"已撤回导入“{run['file']}”：取消 {done.removed:,} 行新增，还原 {done.restored:,} 行{found}"
    facts = {"removed": done.removed, "restored": done.restored}
    return Change(said, frozenset({line.id}), import_id, facts)


def undo(work: Write, office: Office, line: LedgerLine, run: Mapping[str, Any], kind: str) -> Undone:
    """Take back every line of `run` (id, ledger_id, first_seq, last_seq), told under `kind` in the lines' facts.

    Raises the Problems of `undoable`.
    """
    found, held = undoable(work.connection, line, run, kind)
    recorder = Recorder(work, line, office.calendar())
    gone = 0
    for entry_id, bodies in found.items():
        new = held[entry_id].copy()
        gone += put_back(line, new, bodies)
        recorder.put(held[entry_id], new, "withdraw", {kind: run["id"]})
    recorder.flush()
    return Undone(gone, len(found) - gone)


def undoable(
    connection: Connection, line: LedgerLine, run: Mapping[str, Any], kind: str
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Held]]:
    """What taking `run` back would undo: bodies by row, and the rows as they stand.

    Raises Problem E_SEALED, E_SENT, E_SIGNED, E_BUILT_ON where it may not be taken back.
    """
    if line.sealed:
        raise Problem("E_SEALED", f"台账已确定，{WORDS[kind]}不能撤回；个别行请走“更正单”")
    _refuse_sent_or_signed(connection, run, kind)
    _refuse_upgraded(connection, line, run, kind)
    found, last = _undo_list(connection, line, run, kind)
    held = storing.held_of(connection, list(found))
    _refuse_pushed(connection, line, run, [i for i in found if any("new" in body for body in found[i])], held)
    _refuse_built_on(connection, line, run, [held[i] for i in found if held[i].rev != last[i]], kind)
    return found, held


def _found_there(work: Write, run: Any) -> str:
    """A word on later lists that had rows in common: they found them in the ledger, and brought them in no more."""
    known = _imports(work.connection, run["ledger_id"])
    later = [i for i in reversed(known) if i["id"] > run["id"] and i["state"] == "done"]
    files = [f"“{i['file']}”" for i in later if i["report"].get("skipped")]
    if not files:
        return ""
    named = "、".join(dict.fromkeys(files[:3])) + ("等" if len(files) > 3 else "")
    return f"；后来导入的{named}里当时已在台账、没有再记的行，如在取消之列，请把它再导入一次"


def sent_since(connection: Connection, ledger_id: str, first: int) -> str:
    """To whom line `first` of the ledger was sent, or a later one; '' for nobody. Parts of a round are `pushed_since`."""
    o = outbox_table.c
    sent = select(o.to_name).where(o.ledger_id == ledger_id, o.to_seq >= first, o.kind != "check")
    return str(connection.scalar(sent.limit(1)) or "")


def signed_since(connection: Connection, ledger_id: str, first: int) -> str:
    """The print that shows line `first` of the ledger and was signed, '' for none."""
    v = version_table.c
    signed = select(v.label).join(signature_table, signature_table.c.version_id == v.id)
    return str(connection.scalar(signed.where(v.ledger_id == ledger_id, v.seq > first).limit(1)) or "")


def pushed_since(
    connection: Connection, line: LedgerLine, first: int, ids: list[str]
) -> tuple[list[str], list[str]]:
    """Which of these rows were in a part pushed for checking at line `first` of the ledger or later, and to whom."""
    who: dict[str, None] = {}
    rows: dict[str, None] = {}
    parts = [part for now in rounds.in_(connection, line) for part in now.parts] if ids else []
    for part in parts:
        for push in part.pushes:
            if push.upto >= first:
                out = pushing.pushed_then(connection, line, ids, part.dept, push.upto)
                rows |= dict.fromkeys(out)
                who |= {push.name or part.dept: None} if out else {}
    return list(rows), list(who)


def _refuse_sent_or_signed(connection: Connection, run: Mapping[str, Any], kind: str) -> None:
    ledger, first = run["ledger_id"], run["first_seq"]
    if to := sent_since(connection, ledger, first):
        raise Problem("E_SENT", f"这次{WORDS[kind]}的内容已经报送给“{to}”，不能整批撤回；请逐行修改")
    if label := signed_since(connection, ledger, first):
        raise Problem("E_SIGNED", f"这次{WORDS[kind]}的内容已在{label}上签字，不能整批撤回；请逐行修改")


def _refuse_pushed(
    connection: Connection,
    line: LedgerLine,
    run: Mapping[str, Any],
    added: list[str],
    held: Mapping[str, Held],
) -> None:
    """A row that went out for checking stays: what its department answers must find it here (旗方案 四(一))."""
    rows, who = pushed_since(connection, line, run["first_seq"], added)
    if not rows:
        return
    named = "、".join(f"“{held[i].name}”" for i in rows[:5]) + ("等" if len(rows) > 5 else "")
    raise Problem(
        "E_SENT",
        f"新增的 {len(rows):,} 行（{named}）已推送给{'、'.join(who)}核查，不能整批撤回；个别行不要的，请逐行处理",
        rows=[held[i].no for i in rows], offices=who,
    )  # fmt: skip


def _refuse_upgraded(connection: Connection, line: LedgerLine, run: Mapping[str, Any], kind: str) -> None:
    """What was written under an older template is not put back under the present one."""
    templates = template_history.of_ledger(connection, line)
    if templates.at(run["first_seq"]).digest != line.loaded.digest:
        said = f"这次{WORDS[kind]}以后台账换过模板版本，不能整批撤回；请先撤回换版本（template undo），或逐行修改"
        raise Problem("E_BUILT_ON", said)


def _refuse_built_on(
    connection: Connection, line: LedgerLine, run: Mapping[str, Any], later: list[Held], kind: str
) -> None:
    """Rows written since must say what the import left: what was taken back in between does not count."""
    left: dict[str, Held | None] = {held.id: None for held in later}
    templates = template_history.of_ledger(connection, line)
    since: dict[str, set[str]] = {held.id: set() for held in later}
    for row in replay.lines(connection, line.stream) if later else ():
        if row["subject"] not in left or row["body"] is None:
            continue
        body = msgspec.json.decode(row["body"])
        if row["seq"] <= run["last_seq"]:
            left[row["subject"]] = replay.apply(
                templates.at(row["seq"]), left[row["subject"]], row["subject"], row["rev"], body
            )
        else:
            since[row["subject"]].add(str(body.get("facts", {}).get("import", "")))
    built = [held for held in later if not _says_the_same(held, left[held.id])]
    if not built:
        return
    done = [i for i in _imports(connection, line.id) if i["state"] == "done" and i["id"] > run["id"]]
    word = WORDS[kind]
    files = [i["file"] for i in done if any(i["id"] in since[held.id] for held in built)]
    first = (
        f"请先撤回后来的导入{'、'.join(f'“{name}”' for name in files)}"
        if files
        else f"请先把这些行改回{word}时的样子"
    )
    named = "、".join(f"{held.no}“{held.name}”" for held in built[:5]) + ("等" if len(built) > 5 else "")
    raise Problem(
        "E_BUILT_ON",
        f"有 {len(built):,} 行{word}后又改过（{named}），不能整批撤回；{first}，再撤回这一次",
        rows=[held.no for held in built],
    )


def _says_the_same(held: Held, left: Held | None) -> bool:
    said = (held.cells, held.items, held.standing, held.standings)
    return left is not None and said == (left.cells, left.items, left.standing, left.standings)


def _undo_list(
    connection: Connection, line: LedgerLine, run: Mapping[str, Any], kind: str
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, int]]:
    undo: dict[str, list[dict[str, Any]]] = {}
    last: dict[str, int] = {}
    for row in replay.lines(connection, line.stream, run["first_seq"] - 1, run["last_seq"]):
        if row["body"] is None:  # destroyed: that row is gone already
            continue
        body = msgspec.json.decode(row["body"])
        if body.get("facts", {}).get(kind) == run["id"] and ("new" in body or "was" in body):
            undo.setdefault(row["subject"], []).append(body)
            last[row["subject"]] = row["rev"]
    return undo, last


def put_back(line: LedgerLine, held: Held, bodies: list[dict[str, Any]]) -> int:
    """Take the bodies back, newest first; 1 when the row itself goes."""
    for body in reversed(bodies):
        if "new" in body:
            held.standing = "deleted"
            held.standings = dict.fromkeys(held.items, "deleted")
            return 1
        was = body["was"]
        held.standing = was.get("standing", held.standing)
        held.standings = patched(held.standings, was.get("standings", {}))
        held.cells = patched(held.cells, wire.from_wire(line.loaded, was.get("cells", {})))
        for code, cells in was.get("items", {}).items():
            patch = wire.from_wire(line.loaded, cells, item=True)
            held.items[code] = patched(held.items.get(code, {}), patch)
            if not held.items[code]:
                del held.items[code]
    return 0
