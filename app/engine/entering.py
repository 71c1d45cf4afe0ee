"""Texts to values: what a clerk types into a row, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.engine.rows import Changes
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded

Texts = Mapping[str, Any]
_NTH = re.compile("[2-9]|[1-9][0-9]")


def changes_of(loaded: Loaded, texts: Texts, *, item: str = "") -> Changes:
    """{field id: value, or None to clear} from {field id or title: text}.

    `item` is the item code the texts belong to, '' for the entry itself. Raises the first Problem met
    (E_NO_FIELD, E_AUTO_FIELD, or a kind's own) with all of them under the fact `all`.
    """
    fields = loaded.item_fields if item else loaded.fields
    titles = {f.title: f for f in fields.values()}
    changes: Changes = {}
    problems: list[Problem] = []
    for key, text in texts.items():
        field = fields.get(key) or titles.get(key)
        try:
            if field is None:
                raise _no_field(key, fields, titles)
            changes[field.id] = value_of(loaded, field, text)
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise _first(problems, item)
    return changes


def value_of(loaded: Loaded, field: Field, text: Any) -> Any:
    """The stored value of one cell's text, None for an empty one."""
    if field.need == "auto":
        raise Problem("E_AUTO_FIELD", f"“{field.title}”由程序自动计算，不用填写", field=field.id)
    codes = loaded.codes.get(field.choices) if field.choices else None
    reading = kinds.parse(field, codes, text)
    return None if reading is None else reading.value


def item_changes(loaded: Loaded, items: Mapping[str, Texts]) -> dict[str, Changes]:
    """Changes by item code; an item may be named by its title. Raises Problem E_NO_ITEM for a code the template does not know."""
    out: dict[str, Changes] = {}
    for named, texts in items.items():
        code = item_code(loaded, named)
        refuse_item(loaded, code)
        out[code] = out.get(code, {}) | changes_of(loaded, texts, item=code)
    return out


def item_code(loaded: Loaded, named: str) -> str:
    """The code of an item named by its code or, where only one is called so, its title (`水土保持`, `水土保持.2`)."""
    preset, dot, nth = named.strip().partition(".")
    if preset in loaded.presets:
        return named.strip()
    found = [p.code for p in loaded.presets.values() if kinds.name_key(p.title) == kinds.name_key(preset)]
    return f"{found[0]}{dot}{nth}" if len(found) == 1 else named


def refuse_item(loaded: Loaded, code: str) -> None:
    """Raise Problem E_NO_ITEM unless `code` is a preset, or its second, third… instance (`M99.2`)."""
    preset, dot, nth = code.partition(".")
    if preset not in loaded.presets or (dot and not _NTH.fullmatch(nth)):
        known = "、".join(f"{p.code}{p.title}" for p in loaded.presets.values())
        raise Problem("E_NO_ITEM", f"没有事项“{code}”，可用：{known}", item=code)


def missing(loaded: Loaded, cells: Changes) -> list[Field]:
    """Fields that must be there before an entry is stored and are not."""
    wanted: list[Field] | None = loaded.derived.get("create")
    if wanted is None:
        wanted = loaded.derived["create"] = [f for f in loaded.t.fields if f.need == "create"]
    return [f for f in wanted if cells.get(f.id) is None]


def defaults(loaded: Loaded, cells: Changes, names: Mapping[str, str]) -> Changes:
    """`cells` with the template's defaults for fields that were not given; `{division}` and `{office}` from `names`."""
    out = dict(cells)
    for field in loaded.t.fields:
        if field.default and field.need != "auto" and field.id not in out:
            out[field.id] = value_of(loaded, field, field.default.format(**names))
    return {k: v for k, v in out.items() if v is not None}


def _no_field(key: str, fields: Mapping[str, Field], titles: Mapping[str, Field]) -> Problem:
    from rapidfuzz import process  # noqa: PLC0415 - slow to load, and only a wrong key asks for it

    near = process.extractOne(key, [*fields, *titles], score_cutoff=55)
    hint = f"，是不是“{near[0]}”" if near else ""
    return Problem("E_NO_FIELD", f"没有“{key}”这一栏{hint}？请核对栏目名称", field=key)


def _first(problems: list[Problem], item: str) -> Problem:
    first = problems[0]
    facts = dict(first.facts)
    facts["all"] = [{"field": p.field, "code": p.code, "text": p.text} for p in problems]
    if item:
        facts["item"] = item
    return Problem(first.code, first.text, field=first.field, **facts)
