"""Faults of a template that its shape alone does not show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from app.engine import expression_sql, ranking
from app.engine.patterns import compile_pattern
from app.engine.sql_names import Now
from app.engine.template_faults import Fault, expression, unknown
from app.problem import Problem
from app.templating import template_twin_checks
from app.templating.template_deed_checks import deed_faults
from app.templating.template_report_checks import report_faults, row_faults, sizes
from app.words.template_names import base_names, entry_names, item_names
from app.words.templates import (
    ENTRY_NAMES,
    GRID_NAMES,
    ITEM_NAMES,
    KINDS,
    Clock,
    Computed,
    Field,
    Items,
    Loaded,
    Stage,
)

LIMITS = {
    "field": 300, "group": 60, "codes": 80, "clock": 30, "pause": 40, "date": 100, "computed": 60, "sublist": 30,
    "check": 300, "disposal": 40, "closing": 40, "cadence": 10, "signoff": 10, "conflict": 100, "owner": 40,
    "stage": 60,
}  # fmt: skip
ITEM_LIMITS = {"field": 100, "preset": 99, "stage": 60}
CODES = 2000
WORDS = 60
TEXT = 300
_ANY_DAY = Now("2022-01-01", "", False)  # whether an expression can be worked out does not hang on the day
_SHOWN = {
    "text": ("text",), "day": ("date", "month", "text"), "truth": ("bool",),
    "number": ("int", "money", "area", "percent", "year", "number"),
}  # fmt: skip

_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_PRESET = re.compile(r"[A-Z]\d{2}")


def refuse_faults(loaded: Loaded, line_of: Callable[[str], int], name: str) -> None:
    """Raise Problem E_TEMPLATE (file, line, key) for the first fault found."""
    for fault in faults(loaded):
        line = line_of(fault.path)
        raise Problem(
            "E_TEMPLATE", f"模板“{name}”第 {line} 行：{fault.said}", file=name, line=line, key=fault.path, later=fault.later
        )


def faults(loaded: Loaded) -> Iterator[Fault]:
    """Every fault, sizes first so that the rest is bounded."""
    sized = list(_sizes(loaded))
    if sized:
        yield from sized
        return
    yield from _head(loaded)
    yield from _code_lists(loaded)
    yield from _fields(loaded, loaded.t.fields, "field", entry_names(loaded))
    if loaded.t.items:
        yield from _items(loaded, loaded.t.items)
    yield from _clocks(loaded)
    yield from _standing(loaded)
    yield from _rules(loaded)
    yield from deed_faults(loaded)
    yield from report_faults(loaded)
    yield from _round(loaded)
    yield from _columns(loaded)


def _round(loaded: Loaded) -> Iterator[Fault]:
    """The check round names fields that are there, of the right side and kind."""
    told = loaded.t.round
    if told is None:
        return
    named: list[tuple[str, str, Mapping[str, Field]]] = [
        ("round.dept", told.dept, loaded.item_fields),
        ("round.contest", told.contest, loaded.item_fields),
        ("round.reason", told.reason, loaded.item_fields),
        *((f"round.head[{i}]", key, loaded.fields) for i, key in enumerate(told.head)),
        *((f"round.fills[{i}]", key, loaded.item_fields) for i, key in enumerate(told.fills)),
    ]
    for path, key, fields in named:
        yield from unknown(path, [key], fields)
    for field in loaded.t.fields:
        if field.need == "create" and field.id not in told.head:
            yield Fault("round.head", f"“{field.title}”建行时必填，要列在 head 里")
    objection = loaded.item_fields.get(told.contest)
    if objection is not None and (objection.kind != "enum" or objection.choices not in loaded.codes):
        yield Fault("round.contest", f"“{objection.title}”要有选项（enum 和 choices）")
    own = {told.contest, told.reason, told.dept} & set(told.fills)
    for key in sorted(own):
        yield Fault("round.fills", f"“{key}”另有用处，不能列在 fills 里")


def _sizes(loaded: Loaded) -> Iterator[Fault]:
    t = loaded.t
    top: dict[str, Sequence[object]] = {
        "field": t.fields, "group": t.groups, "codes": t.codes, "clock": t.clocks, "pause": t.pauses,
        "date": t.dates, "computed": t.computed, "sublist": t.sublists, "check": t.checks,
        "disposal": t.disposals, "closing": t.closings, "cadence": t.cadences, "signoff": t.signoffs,
        "conflict": t.conflicts, "owner": t.owners, "stage": t.stages,
    }  # fmt: skip
    lists = [(key, len(rows), LIMITS[key]) for key, rows in top.items()] + sizes(loaded)
    if t.items:
        parts: dict[str, Sequence[object]] = {
            "field": t.items.fields, "preset": t.items.presets, "stage": t.items.stages,
        }  # fmt: skip
        lists += [(f"item.{key}", len(rows), ITEM_LIMITS[key]) for key, rows in parts.items()]
    lists += [(f"codes[{i}].code", len(c.codes), CODES) for i, c in enumerate(t.codes)]
    for path, size, limit in lists:
        if size > limit:
            yield Fault(f"{path}[{limit}]", f"“{path}”超过 {limit} 个")


def _head(loaded: Loaded) -> Iterator[Fault]:
    t = loaded.t
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", t.id) or len(t.id) > 40:
        yield Fault("id", "id 只用小写字母、数字和短横")
    if not re.fullmatch(r"[A-Z]{2,4}", t.kind_code):
        yield Fault("kind_code", "kind_code 是2到4个大写字母")
    if t.format < 1:
        yield Fault("format", "format 是 1 起的整数")
    if t.ends < t.starts:
        yield Fault("ends", "ends 早于 starts")
    if not 1990 <= t.start_year <= 2100:
        yield Fault("start_year", "start_year 不是合理的年份")
    if not 1 <= len(t.title) <= TEXT:
        yield Fault("title", "title 为空或太长")
    named: tuple[tuple[str, Iterable[str]], ...] = (
        ("group", [g.id for g in t.groups]),
        ("codes", [c.id for c in t.codes]),
        ("clock", [c.id for c in t.clocks]),
        ("pause", [p.reason for p in t.pauses]),
        ("date", [d.id for d in t.dates]),
        ("computed", [c.id for c in t.computed]),
        ("sublist", [s.id for s in t.sublists]),
        ("check", [c.id for c in t.checks]),
        ("disposal", [d.id for d in t.disposals]),
        ("closing", [c.id for c in t.closings]),
        ("signoff", [s.id for s in t.signoffs]),
        ("conflict", [c.id for c in t.conflicts]),
        ("owner", [o.id for o in t.owners]),
    )
    for path, ids in named:
        yield from _ids(path, ids, None if path == "pause" else _ID, "reason" if path == "pause" else "id")


def _ids(path: str, ids: Iterable[str], form: re.Pattern[str] | None, key: str) -> Iterator[Fault]:
    met: set[str] = set()
    for index, each in enumerate(ids):
        where = f"{path}[{index}].{key}"
        if form is not None and not form.fullmatch(each):
            yield Fault(where, f"“{each[:40]}”不能作为标识")
        if each in met:
            yield Fault(where, f"“{each[:40]}”重复")
        met.add(each)


def _code_lists(loaded: Loaded) -> Iterator[Fault]:
    for index, codes in enumerate(loaded.t.codes):
        path = f"codes[{index}].code"
        yield from _ids(path, [c.code for c in codes.codes], None, "code")
        met: dict[str, str] = {}
        for place, code in enumerate(codes.codes):
            if not 1 <= len(code.code) <= TEXT:
                yield Fault(f"{path}[{place}].code", "代码为空或太长")
            if len(code.words) > WORDS:
                yield Fault(f"{path}[{place}].words", f"别名超过 {WORDS} 个")
            for word in {code.code, code.label, *code.words}:
                if met.setdefault(word, code.code) != code.code:
                    yield Fault(
                        f"{path}[{place}].words", f"“{word[:40]}”同时指向“{met[word]}”和“{code.code}”"
                    )


def _fields(loaded: Loaded, fields: Sequence[Field], path: str, names: frozenset[str]) -> Iterator[Fault]:
    yield from _ids(path, [f.id for f in fields], _WORD, "id")
    ids = {field.id for field in fields}
    for index, field in enumerate(fields):
        yield from _field(loaded, field, f"{path}[{index}]")
        for was in field.was:
            if was in ids or not _WORD.fullmatch(was):
                yield Fault(f"{path}[{index}].was", f"“{was[:40]}”还是现在的栏目，不能当作改名以前的编号")
        if field.when:
            yield from expression(f"{path}[{index}].when", field.when, names)


def _field(loaded: Loaded, field: Field, path: str) -> Iterator[Fault]:
    names = ITEM_NAMES if path.startswith("item.") else ENTRY_NAMES | GRID_NAMES
    if field.id in names and field.need != "auto":
        yield Fault(f"{path}.id", f"“{field.id}”是程序给出的，不能另作栏目")
    if field.kind not in KINDS:
        yield Fault(f"{path}.kind", f"没有“{field.kind}”这种字段", later=True)
    if (field.kind in ("enum", "enums")) != bool(field.choices):
        yield Fault(f"{path}.choices", "代码类字段要有 choices，其他字段不能有")
    if field.choices and field.choices not in loaded.codes:
        yield Fault(f"{path}.choices", f"没有“{field.choices}”这张代码表")
    if field.group and field.group not in {g.id for g in loaded.t.groups}:
        yield Fault(f"{path}.group", f"没有“{field.group}”这个分组")
    if field.owner and field.owner not in {o.id for o in loaded.t.owners}:
        yield Fault(f"{path}.owner", f"没有“{field.owner}”这个填写人")
    if (field.need == "when") != bool(field.when):
        yield Fault(f"{path}.when", 'need = "when" 与 when 要同时写')
    if field.min is not None and field.max is not None and field.min > field.max:
        yield Fault(f"{path}.max", "max 小于 min")
    if not 4 <= field.width <= 200:
        yield Fault(f"{path}.width", "width 要在 4 到 200 毫米之间")
    if not 1 <= len(field.title) <= TEXT:
        yield Fault(f"{path}.title", "title 为空或太长")
    if len(field.words) > WORDS:
        yield Fault(f"{path}.words", f"别名超过 {WORDS} 个")
    yield from _forms(loaded, field, path)
    yield from row_faults(field, path)


def _forms(loaded: Loaded, field: Field, path: str) -> Iterator[Fault]:
    codes = loaded.codes.get(field.choices)
    if field.default and codes and field.default not in {c.code for c in codes.codes}:
        yield Fault(f"{path}.default", f"默认值“{field.default}”不在代码表里")
    try:
        field.default.format(division="", office="", today="")
    except (KeyError, IndexError, ValueError, AttributeError):
        yield Fault(f"{path}.default", "默认值里的花括号只能写 {today}、{division}、{office}")
    if field.pattern:
        try:
            compile_pattern(field.pattern)
        except Problem as problem:
            yield Fault(f"{path}.pattern", problem.text)


def _items(loaded: Loaded, items: Items) -> Iterator[Fault]:
    names = item_names(loaded)
    yield from _fields(loaded, items.fields, "item.field", names)
    yield from _ids("item.preset", [p.code for p in items.presets], _PRESET, "code")
    own = loaded.item_fields
    yield from _stages("item.stage", items.stages, names, own.keys())
    if items.round:
        wanted = (items.round.into, items.round.starts, items.round.again, *items.round.keeps)
        yield from unknown("item.round", wanted, own.keys())
        if items.round.into in own and own[items.round.into].kind != "rounds":
            yield Fault("item.round.into", "into 要指向 rounds 类字段")


def _clocks(loaded: Loaded) -> Iterator[Fault]:
    met: set[str] = set()
    own = loaded.item_fields if loaded.t.items else loaded.fields
    names = item_names(loaded) if loaded.t.items else entry_names(loaded)
    for index, clock in enumerate(loaded.t.clocks):
        path = f"clock[{index}]"
        yield from _clock(loaded, clock, path, own)
        if clock.when:
            yield from expression(f"{path}.when", clock.when, names)
        if clock.after and clock.after not in met:
            yield Fault(f"{path}.after", f"前面没有“{clock.after}”这个时限")
        met.add(clock.id)


def _clock(loaded: Loaded, clock: Clock, path: str, own: dict[str, Field]) -> Iterator[Fault]:
    ways = [bool(clock.workdays), bool(clock.promise), bool(clock.until)]
    if sum(ways) != 1:
        yield Fault(f"{path}.workdays", "workdays、promise、until 要写且只写一个")
    if not 0 <= clock.workdays <= 1000:
        yield Fault(f"{path}.workdays", "workdays 要在 1 到 1000 之间")
    if clock.until and clock.when and loaded.t.items:
        yield Fault(f"{path}.when", "有子项的台账，以日期为准的时限不能写 when")
    if bool(clock.starts) == bool(clock.until):
        yield Fault(f"{path}.starts", "按工作日算的时限要写 starts，until 不写")
    dates = {f.id for f in own.values() if f.kind == "date"}
    yield from unknown(f"{path}.starts", [clock.starts] if clock.starts else [], dates)
    yield from unknown(f"{path}.stops", clock.stops, dates)
    yield from unknown(f"{path}.promise", [clock.promise] if clock.promise else [], own.keys())
    everywhere = dates | {f.id for f in loaded.fields.values() if f.kind == "date"}
    yield from unknown(f"{path}.until", [clock.until] if clock.until else [], everywhere)
    yield from unknown(f"{path}.choice", [choice.field for choice in clock.choices], dates)
    if clock.choices and clock.choices[0].field != clock.starts:
        yield Fault(f"{path}.choice", "第一个起算点要是 starts 本身，它是默认的")
    if clock.upper and clock.upper.starts:
        yield from unknown(f"{path}.upper.starts", [clock.upper.starts], dates)
    if clock.upper and clock.upper.workdays is not None and not 1 <= clock.upper.workdays <= 1000:
        yield Fault(f"{path}.upper.workdays", "workdays 要在 1 到 1000 之间")


def _standing(loaded: Loaded) -> Iterator[Fault]:
    t = loaded.t
    if t.base:
        yield from expression("base", t.base, base_names(loaded))
    elif t.items is None:
        yield Fault("base", "没有子项的台账要写 base：什么时候算在基数里")
    names = entry_names(loaded) if t.items else item_names(loaded)
    yield from _stages("stage", t.stages, names, loaded.fields.keys())


def _stages(path: str, stages: Sequence[Stage], names: frozenset[str], own: Iterable[str]) -> Iterator[Fault]:
    for index, stage in enumerate(stages):
        yield from expression(f"{path}[{index}].when", stage.when, names)
        yield from unknown(f"{path}[{index}].since", stage.since, {*own, "paused_since"})


def _rules(loaded: Loaded) -> Iterator[Fault]:
    names = entry_names(loaded)
    for index, computed in enumerate(loaded.t.computed):
        yield from _computed(loaded, computed, f"computed[{index}]")
    yield from _ids("sublist", [s.title for s in loaded.t.sublists], None, "title")
    for index, sublist in enumerate(loaded.t.sublists):
        if sublist.scope == "item" and not loaded.t.items:
            yield Fault(f"sublist[{index}].scope", "这类台账没有子项")
        try:
            expression_sql.on_sublist(loaded, sublist, _ANY_DAY)
        except Problem as problem:
            yield Fault(f"sublist[{index}].expr", problem.text)
    for index, check in enumerate(loaded.t.checks):
        item = check.scope == "item"
        yield from expression(f"check[{index}].expr", check.expr, item_names(loaded) if item else names)
        yield from template_twin_checks.faults(loaded, check, f"check[{index}]")
        if check.field:
            known = loaded.item_fields if item else loaded.fields
            yield from unknown(f"check[{index}].field", [check.field], known.keys())


def _computed(loaded: Loaded, computed: Computed, path: str) -> Iterator[Fault]:
    if computed.id in loaded.fields or computed.id in ENTRY_NAMES | GRID_NAMES:
        yield Fault(f"{path}.id", f"“{computed.id}”已有别的意思")
    try:
        term = expression_sql.computed(loaded, computed, _ANY_DAY)
    except Problem as problem:
        yield Fault(f"{path}.expr", problem.text)
        return
    raw = expression_sql.computed(loaded, msgspec.structs.replace(computed, rank=""), _ANY_DAY).kind
    yield from ranking.faults(loaded, computed, path, raw)
    if computed.kind and computed.kind not in _SHOWN[term.kind]:
        yield Fault(
            f"{path}.kind", f"算出的值不能当“{computed.kind}”显示，可用：{'、'.join(_SHOWN[term.kind])}"
        )


def _columns(loaded: Loaded) -> Iterator[Fault]:
    known = loaded.fields.keys() | loaded.presets.keys() | {"seq"}
    known |= loaded.computed.keys()
    for path, columns, more in (
        ("print.columns", loaded.t.print.columns, {"items"} if loaded.t.items else set[str]()),
        ("grid", loaded.t.grid, GRID_NAMES),
    ):
        yield from unknown(path, columns, known | more)
        if len(set(columns)) != len(columns):
            yield Fault(path, "同一列写了两次")
