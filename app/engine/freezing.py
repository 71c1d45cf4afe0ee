"""What no longer moves once a ledger is sealed (decision 7)."""

from __future__ import annotations

from app.engine.evaluator import compile_expression
from app.engine.expressions import names_of_entry
from app.engine.rows import OPEN_STATES, STANDING_WORDS, Cells, Held, base_of
from app.problem import Problem
from app.values import kinds
from app.words.template_names import entry_names
from app.words.templates import Field, Loaded

STATE_WAYS = "办结请用“办结”登记，其余更改用“更正单”"


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
    for key in _deciding(loaded):
        if old.cells.get(key) != new.cells.get(key):
            known = loaded.closings("entry", "started", "approved", "kept")
            ways = "、".join(dict.fromkeys(f"“{c.title}”" for c in known if key in c.writes))
            named = f"请用{ways}登记，其余用“更正单”" if ways else "请用“更正单”"
            raise Problem("E_FROZEN", f"台账已确定，{loaded.fields[key].title}不能直接改；{named}", field=key)
    if old.cells.get("excluded") != new.cells.get("excluded"):
        raise Problem("E_FROZEN", "台账已确定，不能再核查剔除；请走“移除”或“更正单”", field="excluded")
    for key, event in written_by_removal(loaded).items():
        if old.cells.get(key) != new.cells.get(key):
            title = loaded.fields[key].title
            said = f"台账已确定，“{title}”由“{event}”登记时填写（研判、第二人签字、附扫描件），不能直接改"
            raise Problem("E_FROZEN", said, field=key)
    if extra := new.items.keys() ^ old.items.keys():
        raise _refusal(f"事项 {sorted(extra)[0]} 的增减", sorted(extra)[0])
    for code, before in old.items.items():
        _refuse_item(loaded, code, before, new.items[code])


def locked(loaded: Loaded, held: Held) -> tuple[Field, ...]:
    """The fields of a row that stay as they are because the template's `locks` holds for it, () where it does not.

    A number of a paper that is still blank is none of them: it is given after the paper was signed (签发), once.
    """
    if not loaded.t.locks:
        return ()
    rule = compile_expression(loaded.t.locks, entry_names(loaded))
    facts = {"standing": STANDING_WORDS[held.standing]}
    names = names_of_entry(loaded, held.cells, held.items, facts, held.open_items())
    if not rule.holds(names):
        return ()
    return tuple(f for f in loaded.t.fields if f.frozen and (f.kind != "doc_no" or held.cells.get(f.id)))


def refuse_locked(loaded: Loaded, old: Held, new: Held) -> None:
    """Raise Problem E_LOCKED when a change touches a frozen field of a row that is locked, as a report that was sent."""
    for field in locked(loaded, old):
        if old.cells.get(field.id) != new.cells.get(field.id):
            said = f"“{old.name}”的“{field.title}”不能再改：{_lock_words(loaded, old)}；其他栏目可以改"
            raise Problem("E_LOCKED", said, field=field.id, entry=old.id)


def _lock_words(loaded: Loaded, held: Held) -> str:
    """Why a row is locked, by the cells that its rule reads: 报出日期已填 2022-09-15."""
    names = compile_expression(loaded.t.locks, entry_names(loaded)).names
    told = [
        f"{loaded.fields[key].title}是“{kinds.show(loaded.fields[key], held.cells[key])}”"
        for key in names
        if key in loaded.fields and held.cells.get(key) is not None
    ]
    return f"这一行{'、'.join(told)}，已经锁定" if told else "这一行已经锁定"


def refuse_outside_part(loaded: Loaded, old: Held, new: Held) -> None:
    """Raise Problem E_CHECK_ONLY when a department changes what is not its own in a part pushed to it.

    A row it added itself is its own whole.
    """
    rule = loaded.t.round
    if not old.source or rule is None:
        return
    changed = sorted(k for k in old.cells.keys() | new.cells.keys() if old.cells.get(k) != new.cells.get(k))
    if changed:
        title = loaded.fields[changed[0]].title
        said = f"“{title}”由推送的单位填写，这里只供核对；有出入请在“{loaded.item_fields[rule.contest].title}”里写明"
        raise Problem("E_CHECK_ONLY", said, field=changed[0])
    allowed = {*rule.fills, rule.contest, rule.reason, "state", "needed", "rounds"}
    for code, cells in new.items.items():
        before = old.items.get(code, {})
        for key in sorted(cells.keys() | before.keys()):
            if key not in allowed and cells.get(key) != before.get(key):
                title = loaded.item_fields[key].title
                raise Problem("E_CHECK_ONLY", f"“{title}”不由各部门填写，请保持原样", field=key, item=code)


def written_by_removal(loaded: Loaded) -> dict[str, str]:
    """{field id: title of the event} of the cells that 移除 alone fills in and 恢复 empties again (decision 7)."""
    return {
        key: closing.title
        for closing in loaded.closings("entry", "removed")
        for key in (*closing.back, *closing.confirms.values())
        if key in loaded.fields
    }


def _refuse_item(loaded: Loaded, code: str, before: Cells, after: Cells) -> None:
    title = loaded.preset_of(code).title
    was_open, is_open = before.get("state") in OPEN_STATES, after.get("state") in OPEN_STATES
    if was_open != is_open:
        raise Problem(
            "E_FROZEN", f"台账已确定，“{title}”的办理状态不能直接改；{STATE_WAYS}", field="state", item=code
        )
    _refuse_closing(loaded, title, code, before, after)
    awaited = before.get("needed") in (None, "待核") and is_open
    for field in loaded.item_fields.values():
        if field.id == "needed" and awaited:
            continue
        if field.frozen and before.get(field.id) != after.get(field.id):
            raise _refusal(f"“{title}”的“{field.title}”", field.id, code)


def _refuse_closing(loaded: Loaded, title: str, code: str, before: Cells, after: Cells) -> None:
    """When and by which document a matter was closed is written by 办结 alone; a blank may be filled later."""
    is_open = after.get("state") in OPEN_STATES
    for closing in loaded.closings("item", "approved"):
        for key, text in closing.writes.items():
            if text not in ("{on}", "{doc}", "{basis}") or before.get(key) == after.get(key):
                continue
            early = text == "{on}" and is_open and not _kept(loaded, after)
            if early or (before.get(key) and not is_open):
                word = loaded.item_fields[key].title
                raise Problem(
                    "E_FROZEN", f"台账已确定，“{title}”的{word}不能直接改；{STATE_WAYS}", field=key, item=code
                )


def _kept(loaded: Loaded, cells: Cells) -> bool:
    """Whether a matter was answered and stays in 在账 all the same (不予许可, 撤回)."""
    return any(
        cells.get(key) in closing.bases
        for closing in loaded.closings("item", "kept")
        for key, text in closing.writes.items()
        if text == "{basis}"
    )


def _deciding(loaded: Loaded) -> list[str]:
    """The cells that decide whether a row is in 在账 at all."""
    base = base_of(loaded)
    return [name for name in base.names if name in loaded.fields and name != "n_open"] if base else []


def _frozen_item(loaded: Loaded, cells: Cells) -> dict[str, object]:
    return {f.id: cells[f.id] for f in loaded.item_fields.values() if f.frozen and f.id in cells}


def _refusal(what: str, field: str, item: str = "") -> Problem:
    facts = {"item": item} if item else {}
    return Problem(
        "E_FROZEN",
        f"台账已确定，{what}不能直接改；确需更改请走“更正单”（说明原因、第二人签字、附扫描件）",
        field=field,
        **facts,
    )
