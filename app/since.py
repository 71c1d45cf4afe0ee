"""What happened to a ledger after a certain journal line: for a new signature, and for the 签后变动表."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app import ledgers, pages, replay, wire, wording
from app.ledgers import LedgerLine
from app.office import Office
from app.templates import Loaded
from models.schema import entry as entry_table

LONGEST = 60
"""Characters of a value on the 签后变动表; the whole text stands in 操作记录."""
ASKS_NEW_SIGNATURE = {"resp_person": "责任人", "due_date": "完成时限", "due_text": "完成时限"}


def touching_since(connection: Connection, line: LedgerLine, seq: int) -> list[str]:
    """What changed after `seq` that a signature must know of (decision 8): counts, 责任人, 完成时限, frozen cells."""
    frozen = {f.id: f.title for f in line.loaded.t.fields if f.frozen} | ASKS_NEW_SIGNATURE
    moved: dict[tuple[str, str], list[Any]] = {}
    for row in replay.lines(connection, line.stream, seq):
        body = msgspec.json.decode(row["body"]) if row["body"] else {}
        for key, old, new in _moves(body, frozen):
            moved.setdefault((row["subject"], key), [old, new])[1] = new
    changed = (key for (_, key), (old, new) in moved.items() if old != new)
    return list(dict.fromkeys(frozen.get(key, "项目或事项数") for key in changed))


def _moves(body: dict[str, Any], wanted: Mapping[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """(key, old, new) of what a line moved: wanted cells, the row's standing under '', its matters' under `.M03`."""
    was = body.get("was", {})
    if "new" in body:
        yield "", "deleted", body["new"]["standing"]
    if "standing" in body:
        yield "", was.get("standing"), body["standing"]
    for code, new in body.get("standings", {}).items():
        yield f".{code}", was["standings"].get(code) or "deleted", new
    for key, new in body.get("cells", {}).items():
        if key in wanted:
            yield key, was.get("cells", {}).get(key), new


@dataclass
class _Later:
    """What happened to one row: events in words, and {(item code, field): [what was there first, what is there now]}."""

    on: str = ""
    what: dict[str, None] = field(default_factory=dict)
    moved: dict[tuple[str, str], list[Any]] = field(default_factory=dict)


def changes_since(connection: Connection, line: LedgerLine, seq: int) -> list[str]:
    """The 签后变动表: one line for each row that changed after `seq`, 原值 → 现值; changed back is no change."""
    found: dict[str, _Later] = {}
    for row in replay.lines(connection, line.stream, seq):
        body = msgspec.json.decode(row["body"]) if row["body"] else {}
        if {"new", "cells", "items", "events", "standing"} & body.keys():
            _follow(line, found.setdefault(row["subject"], _Later()), row["on"], body)
    told = {entry: [*later.what, *_moved(line.loaded, later.moved)] for entry, later in found.items()}
    out = {entry: words for entry, words in told.items() if words}
    names = dict(
        connection.execute(
            select(entry_table.c.id, entry_table.c.no + " " + entry_table.c.name).where(
                entry_table.c.id.in_(list(out))
            )
        ).all()
    ) if out else {}
    return [
        f"{index}. {names.get(entry, entry)}：{'；'.join(words)}（{pages.day_words(found[entry].on)}）"
        for index, (entry, words) in enumerate(out.items(), 1)
    ]


def _follow(line: LedgerLine, later: _Later, on: str, body: dict[str, Any]) -> None:
    """Take one line of the journal in. An event tells of its matters itself; what it wrote there is not told again."""
    loaded = line.loaded
    later.on = on
    if "new" in body:
        later.what["补录"] = None
        return
    for event in body.get("events", ()):
        kind = {"approved": "核减", "started": "开工", "removed": "移除", "corrected": "更正", "restored": "恢复"}
        who = loaded.preset_of(event["item"]).title if event.get("item") else "项目"
        doc = event.get("facts", {}).get("doc_no", "")
        later.what[f"{who}{kind.get(event['kind'], '新增')}{f'（{doc}）' if doc else ''}"] = None
    was = body.get("was", {})
    parts = [("", body.get("cells", {}), was.get("cells", {}))]
    if not body.get("events"):
        parts += [(code, new, was.get("items", {}).get(code, {})) for code, new in body.get("items", {}).items()]
    for code, new, old in parts:
        before = wire.from_wire(loaded, old, item=bool(code))
        for key, value in wire.from_wire(loaded, new, item=bool(code)).items():
            later.moved.setdefault((code, key), [before.get(key), value])[1] = value


def _moved(loaded: Loaded, moved: dict[tuple[str, str], list[Any]]) -> Iterator[str]:
    """完成时限：2022年12月31日 → 2023年6月30日."""
    for (code, key), (old, new) in moved.items():
        shown = (loaded.item_fields if code else loaded.fields).get(key)
        if shown is not None and old != new:
            title = f"{loaded.preset_of(code).title}{shown.title}" if code else shown.title
            yield f"{title}：{_short(pages.printed(shown, old))} → {_short(pages.printed(shown, new))}"


def _short(text: str) -> str:
    one = wording.one_line(text)
    return f"{one[:LONGEST]}…" if len(one) > LONGEST else one or "（空）"


def after(office: Office, ledger_id: str, seq: int) -> list[str]:
    """`changes_since` for a screen: the lines of the 签后变动表 after journal line `seq`."""
    with office.read() as connection:
        return changes_since(connection, ledgers.line_of(connection, ledger_id), seq)
