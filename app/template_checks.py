"""Faults of a template that its shape alone does not show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.evaluator import compile_expression
from app.patterns import compile_pattern
from app.problem import Problem
from app.templates import ENTRY_NAMES, GRID_NAMES, ITEM_NAMES, KINDS, Clock, Field, Items, Loaded

LIMITS = {
    "field": 300, "group": 60, "codes": 80, "clock": 30, "pause": 40, "date": 100, "computed": 60, "sublist": 30,
    "check": 300, "disposal": 40, "closing": 40, "cadence": 10, "signoff": 10, "conflict": 100, "owner": 40,
}  # fmt: skip
ITEM_LIMITS = {"field": 100, "preset": 99, "stage": 60}
CODES = 2000
WORDS = 60
TEXT = 300
PLAIN_NEEDS = frozenset(("scan", "reason"))

_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_PRESET = re.compile(r"[A-Z]\d{2}")


@dataclass(frozen=True)
class Fault:
    """A fault and where it stands: `path` such as `item.field[3].when`."""

    path: str
    said: str


def refuse_faults(loaded: Loaded, line_of: Callable[[str], int], name: str) -> None:
    """Raise Problem E_TEMPLATE (file, line, key) for the first fault found."""
    for fault in faults(loaded):
        line = line_of(fault.path)
        raise Problem(
            "E_TEMPLATE", f"模板“{name}”第 {line} 行：{fault.said}", file=name, line=line, key=fault.path
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
    yield from _rules(loaded)
    yield from _routes(loaded)
    yield from _columns(loaded)


def entry_names(loaded: Loaded) -> frozenset[str]:
    """What an expression over an entry may name."""
    return frozenset(loaded.fields) | ENTRY_NAMES


def item_names(loaded: Loaded) -> frozenset[str]:
    """What an expression over an item may name: its own fields first, then the entry's."""
    return frozenset(loaded.item_fields) | frozenset(loaded.fields) | ITEM_NAMES


def _sizes(loaded: Loaded) -> Iterator[Fault]:
    t = loaded.t
    top: dict[str, Sequence[object]] = {
        "field": t.fields, "group": t.groups, "codes": t.codes, "clock": t.clocks, "pause": t.pauses,
        "date": t.dates, "computed": t.computed, "sublist": t.sublists, "check": t.checks,
        "disposal": t.disposals, "closing": t.closings, "cadence": t.cadences, "signoff": t.signoffs,
        "conflict": t.conflicts, "owner": t.owners,
    }  # fmt: skip
    lists = [(key, len(rows), LIMITS[key]) for key, rows in top.items()]
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
    for index, field in enumerate(fields):
        yield from _field(loaded, field, f"{path}[{index}]")
        if field.when:
            yield from _expression(f"{path}[{index}].when", field.when, names)


def _field(loaded: Loaded, field: Field, path: str) -> Iterator[Fault]:
    if field.kind not in KINDS:
        yield Fault(f"{path}.kind", f"没有“{field.kind}”这种字段")
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
    codes = loaded.codes.get(field.choices)
    if field.default and codes and field.default not in {c.code for c in codes.codes}:
        yield Fault(f"{path}.default", f"默认值“{field.default}”不在代码表里")
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
    for index, stage in enumerate(items.stages):
        path = f"item.stage[{index}]"
        yield from _expression(f"{path}.when", stage.when, names)
        yield from _known(f"{path}.since", stage.since, own.keys() | {"paused_since"})
    if items.round:
        wanted = (items.round.into, items.round.starts, items.round.again, *items.round.keeps)
        yield from _known("item.round", wanted, own.keys())
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
            yield from _expression(f"{path}.when", clock.when, names)
        if clock.after and clock.after not in met:
            yield Fault(f"{path}.after", f"前面没有“{clock.after}”这个时限")
        met.add(clock.id)


def _clock(loaded: Loaded, clock: Clock, path: str, own: dict[str, Field]) -> Iterator[Fault]:
    ways = [bool(clock.workdays), bool(clock.promise), bool(clock.until)]
    if sum(ways) != 1:
        yield Fault(f"{path}.workdays", "workdays、promise、until 要写且只写一个")
    if not 0 <= clock.workdays <= 1000:
        yield Fault(f"{path}.workdays", "workdays 要在 1 到 1000 之间")
    if bool(clock.starts) == bool(clock.until):
        yield Fault(f"{path}.starts", "按工作日算的时限要写 starts，until 不写")
    dates = {f.id for f in own.values() if f.kind == "date"}
    yield from _known(f"{path}.starts", [clock.starts] if clock.starts else [], dates)
    yield from _known(f"{path}.stops", clock.stops, dates)
    yield from _known(f"{path}.promise", [clock.promise] if clock.promise else [], own.keys())
    everywhere = dates | {f.id for f in loaded.fields.values() if f.kind == "date"}
    yield from _known(f"{path}.until", [clock.until] if clock.until else [], everywhere)
    if clock.upper and clock.upper.starts:
        yield from _known(f"{path}.upper.starts", [clock.upper.starts], dates)
    if clock.upper and clock.upper.workdays is not None and not 1 <= clock.upper.workdays <= 1000:
        yield Fault(f"{path}.upper.workdays", "workdays 要在 1 到 1000 之间")


def _rules(loaded: Loaded) -> Iterator[Fault]:
    names = entry_names(loaded)
    for index, computed in enumerate(loaded.t.computed):
        yield from _expression(f"computed[{index}].expr", computed.expr, names)
        if computed.id in loaded.fields:
            yield Fault(f"computed[{index}].id", f"“{computed.id}”已是字段")
    for index, sublist in enumerate(loaded.t.sublists):
        yield from _expression(f"sublist[{index}].expr", sublist.expr, names)
    for index, check in enumerate(loaded.t.checks):
        item = check.scope == "item"
        yield from _expression(f"check[{index}].expr", check.expr, item_names(loaded) if item else names)
        if check.field:
            known = loaded.item_fields if item else loaded.fields
            yield from _known(f"check[{index}].field", [check.field], known.keys())


def _routes(loaded: Loaded) -> Iterator[Fault]:
    rows = [(f"disposal[{i}]", d.scope, d.needs) for i, d in enumerate(loaded.t.disposals)]
    rows += [(f"closing[{i}]", c.scope, c.needs) for i, c in enumerate(loaded.t.closings)]
    for path, scope, needs in rows:
        known = loaded.fields if scope == "entry" else loaded.item_fields
        yield from _known(
            f"{path}.needs", [p for n in needs for p in n.split("|")], known.keys() | PLAIN_NEEDS
        )
    days = {d.id for d in loaded.t.dates}
    for index, route in enumerate(loaded.t.signoffs):
        yield from _known(f"signoff[{index}].due", [route.due] if route.due else [], days)
        acts = {*route.roles, *(step.title for step in route.steps)}
        yield from _known(
            f"signoff[{index}].seals_upon", [route.seals_upon] if route.seals_upon else [], acts
        )


def _columns(loaded: Loaded) -> Iterator[Fault]:
    known = loaded.fields.keys() | loaded.presets.keys() | {"seq"}
    for path, columns, more in (
        ("print.columns", loaded.t.print.columns, frozenset[str]()),
        ("grid", loaded.t.grid, GRID_NAMES),
    ):
        yield from _known(path, columns, known | more)
        if len(set(columns)) != len(columns):
            yield Fault(path, "同一列写了两次")


def _known(path: str, used: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    everything = set(known)
    for each in used:
        if each not in everything:
            yield Fault(path, f"“{each[:40]}”不存在或不能用在这里")


def _expression(path: str, text: str, names: frozenset[str]) -> Iterator[Fault]:
    try:
        compile_expression(text, names)
    except Problem as problem:
        yield Fault(path, problem.text)
