"""What no longer moves once a ledger is sealed (decision 7)."""

from __future__ import annotations

from app.problem import Problem
from app.rows import OPEN_STATES, Cells, Held
from app.templates import Loaded

STATE_WAYS = "办结请用“办结”登记，其余更改用“更正单”"
CLOSING = {"d_done": "办结日期", "doc_no": "文号", "basis": "办结依据"}
REFUSED = ("不予许可", "撤回")


def frozen_part(loaded: Loaded, held: Held) -> dict[str, object]:
    """What the seal's leaf covers of an entry: frozen fields and status only."""
    return {
        "cells": {f.id: held.cells[f.id] for f in loaded.t.fields if f.frozen and f.id in held.cells},
        "items": {
            code: {"standing": held.standings[code], **_frozen_item(loaded, cells)}
            for code, cells in sorted(held.items.items())
        },
        "standing": held.standing,
    }


def refuse_frozen(loaded: Loaded, old: Held, new: Held) -> None:
    """Raise Problem E_FROZEN when an ordinary change touches what the seal froze (SB 四(一) 不得随意调减)."""
    for field in loaded.t.fields:
        if field.frozen and old.cells.get(field.id) != new.cells.get(field.id):
            raise _refusal(f"“{field.title}”", field.id)
    if old.cells.get("build_state") != new.cells.get("build_state"):
        raise Problem(
            "E_FROZEN", "台账已确定，建设状态不能直接改；开工请用“开工”登记，其余用“更正单”", field="build_state"
        )
    if old.cells.get("excluded") != new.cells.get("excluded"):
        raise Problem("E_FROZEN", "台账已确定，不能再核查剔除；请走“移除”或“更正单”", field="excluded")
    if extra := new.items.keys() ^ old.items.keys():
        raise _refusal(f"事项 {sorted(extra)[0]} 的增减", sorted(extra)[0])
    for code, before in old.items.items():
        _refuse_item(loaded, code, before, new.items[code])


def _refuse_item(loaded: Loaded, code: str, before: Cells, after: Cells) -> None:
    title = loaded.preset_of(code).title
    was_open, is_open = before.get("state") in OPEN_STATES, after.get("state") in OPEN_STATES
    if was_open != is_open:
        raise Problem(
            "E_FROZEN", f"台账已确定，“{title}”的办理状态不能直接改；{STATE_WAYS}", field="state", item=code
        )
    _refuse_closing(title, code, before, after, is_open)
    awaited = before.get("needed") in (None, "待核") and is_open
    for field in loaded.item_fields.values():
        if field.id == "needed" and awaited:
            continue
        if field.frozen and before.get(field.id) != after.get(field.id):
            raise _refusal(f"“{title}”的“{field.title}”", field.id, code)


def _refuse_closing(title: str, code: str, before: Cells, after: Cells, is_open: bool) -> None:
    """When and by which document a matter was closed is written by 办结 alone; a blank may be filled later."""
    for key, word in CLOSING.items():
        early = key == "d_done" and is_open and after.get("result") not in REFUSED
        if before.get(key) != after.get(key) and (early or (before.get(key) and not is_open)):
            raise Problem(
                "E_FROZEN", f"台账已确定，“{title}”的{word}不能直接改；{STATE_WAYS}", field=key, item=code
            )


def _frozen_item(loaded: Loaded, cells: Cells) -> dict[str, object]:
    return {f.id: cells[f.id] for f in loaded.item_fields.values() if f.frozen and f.id in cells}


def _refusal(what: str, field: str, item: str = "") -> Problem:
    facts = {"item": item} if item else {}
    return Problem(
        "E_FROZEN", f"台账已确定，{what}不能直接改；确需更改请走“更正单”（说明原因、第二人签字、附扫描件）", field=field, **facts
    )
