"""What happened to a ledger after a certain journal line: for a new signature, and for the 签后变动表."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app import ledgers, replay
from app.ledgers import LedgerLine
from app.office import Office
from models.schema import entry as entry_table

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


def changes_since(connection: Connection, line: LedgerLine, seq: int) -> list[str]:
    """The 签后变动表: one line for each row that changed after `seq`."""
    out: dict[str, dict[str, Any]] = {}
    for row in replay.lines(connection, line.stream, seq):
        body = msgspec.json.decode(row["body"]) if row["body"] else {}
        if {"new", "cells", "items", "events", "standing"} & body.keys():
            kept = out.setdefault(row["subject"], {"what": {}, "on": ""})
            kept["on"] = row["on"]
            kept["what"].update(_what(line, row["verb"], body))
    names = dict(
        connection.execute(
            select(entry_table.c.id, entry_table.c.no + " " + entry_table.c.name).where(
                entry_table.c.id.in_(list(out))
            )
        ).all()
    ) if out else {}
    return [
        f"{index}. {names.get(entry, entry)}：{'；'.join(kept['what'])}（{kept['on']}）"
        for index, (entry, kept) in enumerate(out.items(), 1)
    ]


def _what(line: LedgerLine, verb: str, body: dict[str, Any]) -> dict[str, None]:
    loaded = line.loaded
    if "new" in body:
        return {"补录": None}
    words: dict[str, None] = {}
    for event in body.get("events", ()):
        kind = {"approved": "核减", "started": "开工", "removed": "移除", "corrected": "更正", "restored": "恢复"}
        who = loaded.preset_of(event["item"]).title if event.get("item") else "项目"
        doc = event.get("facts", {}).get("doc_no", "")
        words[f"{who}{kind.get(event['kind'], '新增')}{f'（{doc}）' if doc else ''}"] = None
    titles = [loaded.fields[k].title for k in body.get("cells", {}) if k in loaded.fields]
    if not words:
        titles += [
            f"{loaded.preset_of(code).title}{loaded.item_fields[k].title}"
            for code, cells in body.get("items", {}).items()
            for k in cells
            if k in loaded.item_fields
        ]
    if titles:
        words["改" + "、".join(dict.fromkeys(titles))] = None
    return words


def after(office: Office, ledger_id: str, seq: int) -> list[str]:
    """`changes_since` for a screen: the lines of the 签后变动表 after journal line `seq`."""
    with office.read() as connection:
        return changes_since(connection, ledgers.line_of(connection, ledger_id), seq)
