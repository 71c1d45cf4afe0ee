"""What a newer version of a template changes, in the words of a clerk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from app.words.template_words import Clock, Code, Field, FixedDate, Preset
from app.words.templates import Loaded

NEED_WORDS = {
    "create": "入账必填",
    "submit": "签批前必填",
    "when": "有条件必填",
    "optional": "选填",
    "auto": "程序填写",
}
KIND_WORDS = {
    "text": "文字", "longtext": "长文字", "enum": "单选", "enums": "多选", "date": "日期", "month": "月份",
    "money": "金额", "area": "面积", "number": "数字", "int": "整数", "percent": "百分比", "year": "年份",
    "bool": "是否", "row": "台账编号", "org": "单位", "person": "姓名", "phone": "电话", "uscc": "统一信用代码",
    "project_code": "项目代码", "doc_no": "文号", "region": "旗县区", "rounds": "补正记录", "pauses": "停表记录",
}  # fmt: skip
FIELDS, CODES, MATTERS, LIMITS, DATES, REST = "栏目", "代码", "事项", "时限", "日期", "其他"


@dataclass(frozen=True)
class Changed:
    """One thing that differs: `part` is 栏目, 代码, 事项, 时限, 日期 or 其他."""

    part: str
    text: str


def changes(old: Loaded, new: Loaded) -> list[Changed]:
    """Everything that a person has to know before the ledger goes over; [] when only wording of notes moved."""
    return [
        *_tell(FIELDS, _as_now(old.fields, new.fields), new.fields, _field(old, new), lambda f: f"“{f.title}”"),
        *_tell(FIELDS, _as_now(old.item_fields, new.item_fields), new.item_fields, _field(old, new), _of_item),
        *_codes(old, new),
        *_tell(MATTERS, old.presets, new.presets, _preset, lambda p: f"{p.code}“{p.title}”"),
        *_tell(LIMITS, old.clocks, new.clocks, _clock(new), lambda c: f"“{c.title}”"),
        *_tell(DATES, _by_id(old.t.dates), _by_id(new.t.dates), _date, lambda d: f"{d.on}“{d.what}”"),
        *_rest(old, new),
    ]


def lines(found: Iterable[Changed]) -> list[str]:
    """One line each, the part before it."""
    return [f"{one.part}：{one.text}" for one in found]


def dropped(old: Loaded, new: Loaded) -> tuple[list[str], list[str]]:
    """Ids of fields that the newer version no longer has under any name: of the entry, of its matters."""
    own, items = renamed(old, new)
    return [k for k in old.fields if k not in new.fields and k not in own], [
        k for k in old.item_fields if k not in new.item_fields and k not in items
    ]


def renamed(old: Loaded, new: Loaded) -> tuple[dict[str, str], dict[str, str]]:
    """{id before: id now} of fields that the newer version knows by another id (`was`): of the entry, of its matters."""
    return _moved(old.fields, new.fields), _moved(old.item_fields, new.item_fields)


def _moved(old: Mapping[str, Field], new: Mapping[str, Field]) -> dict[str, str]:
    out: dict[str, str] = {}
    for key, one in new.items():
        before = next((was for was in one.was if was in old and was not in new and was not in out), None)
        if key not in old and before is not None:
            out[before] = key
    return out


def _as_now(old: Mapping[str, Field], new: Mapping[str, Field]) -> dict[str, Field]:
    """The older fields by the ids they have now."""
    names = _moved(old, new)
    return {names.get(key, key): one for key, one in old.items()}


def _of_item(field: Field) -> str:
    return f"事项的“{field.title}”"


def days_of(clock: Clock, loaded: Loaded) -> str:
    """“5 个工作日，上级 7 个工作日”."""
    if clock.until:
        return f"以“{_title(loaded, clock.until)}”为准"
    own = f"{clock.workdays} 个工作日" if clock.workdays else "按承诺的工作日"
    upper = clock.upper.workdays if clock.upper else None
    return f"{own}，上级 {upper} 个工作日" if upper else own


def _tell(
    part: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    differing: Callable[[Any, Any], Iterator[str]],
    named: Callable[[Any], str],
) -> Iterator[Changed]:
    for key, one in new.items():
        if key not in old:
            yield Changed(part, f"新增{named(one)}")
        elif old[key] != one and (said := "，".join(differing(old[key], one))):
            yield Changed(part, f"{named(old[key])}{said}")
    for key, one in old.items():
        if key not in new:
            yield Changed(part, f"取消{named(one)}")


def _field(old: Loaded, new: Loaded) -> Callable[[Field, Field], Iterator[str]]:
    def differing(was: Field, now: Field) -> Iterator[str]:
        if was.title != now.title:
            yield f"改名为“{now.title}”"
        if was.id != now.id:
            yield f"编号由 {was.id} 改为 {now.id}，内容照留"
        if was.kind != now.kind:
            yield f"由{KIND_WORDS[was.kind]}改为{KIND_WORDS[now.kind]}"
        if (was.need, was.when) != (now.need, now.when):
            same = was.need == now.need
            yield "必填的条件改了" if same else f"由{NEED_WORDS[was.need]}改为{NEED_WORDS[now.need]}"
        if was.frozen != now.frozen:
            yield "台账确定后不能再改" if now.frozen else "台账确定后也能改"
        if (was.max, was.min, was.pattern) != (now.max, now.min, now.pattern):
            yield "填写的范围改了"
        if was.choices != now.choices:
            yield (
                f"改用代码表“{new.codes[now.choices].title}”" if now.choices in new.codes else "不再用代码表"
            )
        if was.ledgers != now.ledgers:
            yield f"指向的台账改为 {'、'.join(now.ledgers) or '各类台账'}"
        if was.follows != now.follows:
            yield "跟随所指的那一行" if now.follows else "不再跟随所指的那一行"

    return differing


def _codes(old: Loaded, new: Loaded) -> Iterator[Changed]:
    for key, now in new.codes.items():
        was = old.codes.get(key)
        if was is None:
            yield Changed(CODES, f"新增代码表“{now.title}”（{len(now.codes):,} 个）")
            continue
        before, after = ({c.code: c for c in each.codes} for each in (was, now))
        for one in _tell(CODES, before, after, _code, lambda c: f"“{c.label}”"):
            yield Changed(CODES, f"“{now.title}”{one.text}")
    for key, was in old.codes.items():
        if key not in new.codes:
            yield Changed(CODES, f"取消代码表“{was.title}”")


def _code(was: Code, now: Code) -> Iterator[str]:
    if was.label != now.label:
        yield f"改名为“{now.label}”"


def _preset(was: Preset, now: Preset) -> Iterator[str]:
    if was.title != now.title:
        yield f"改名为“{now.title}”"
    if was.dept != now.dept:
        yield f"办理部门由“{was.dept}”改为“{now.dept}”"
    if was.always != now.always:
        yield "改为每个项目都要核查" if now.always else "改为需要时才列"


def _clock(new: Loaded) -> Callable[[Clock, Clock], Iterator[str]]:
    def differing(was: Clock, now: Clock) -> Iterator[str]:
        if (before := days_of(was, new)) != (after := days_of(now, new)):
            yield f"由 {before} 改为 {after}"
        if was.starts != now.starts:
            yield f"改从“{_title(new, now.starts)}”起算"
        if was.title != now.title:
            yield f"改名为“{now.title}”"
        if (was.when, was.stops, was.after, was.pausable) != (now.when, now.stops, now.after, now.pausable):
            yield "什么情况下计时、什么时候停改了"

    return differing


def _date(was: FixedDate, now: FixedDate) -> Iterator[str]:
    if was.on != now.on:
        yield f"改到 {now.on}"
    if (was.who, was.what) != (now.who, now.what):
        yield f"改为{now.who}“{now.what}”"


def _rest(old: Loaded, new: Loaded) -> Iterator[Changed]:
    """Parts that are told by name only; their wording is for the template's own page."""
    if old.t.title != new.t.title:
        yield Changed(REST, f"台账名称改为“{new.t.title}”")
    if (old.t.starts, old.t.ends) != (new.t.starts, new.t.ends):
        yield Changed(REST, f"活动时间改为 {new.t.starts} 至 {new.t.ends}")
    if old.t.base != new.t.base:
        yield Changed(REST, "什么算在基数里改了，确定以前的台账按新的重新点数")
    for title, key in (
        ("报送频次", "cadences"), ("签字和报批", "signoffs"), ("打印格式", "print"), ("检查", "checks"),
        ("离账登记", "closings"), ("子清单", "sublists"), ("部门核查", "round"), ("停表原因", "pauses"),
        ("办理环节", "stages"), ("列表的列", "grid"), ("算出的栏目", "computed"), ("处置类别", "disposals"),
        ("统计的数", "figures"), ("报表", "reports"),
    ):  # fmt: skip
        if (was := getattr(old.t, key)) != (now := getattr(new.t, key)):
            more = (
                f"（{len(was)} 改为 {len(now):,} 项）"
                if isinstance(now, tuple) and len(was) != len(now)
                else ""
            )
            yield Changed(REST, f"{title}改了{more}")
    yield from _called(old, new)


def _called(old: Loaded, new: Loaded) -> Iterator[Changed]:
    """How rows and what becomes of them are called, what the ledger is, and when a row is locked."""
    was, now = (msgspec.structs.asdict(each.t.words) for each in (old, new))
    for key, word in now.items():
        if was[key] != word:
            yield Changed(REST, f"“{was[key]}”改叫“{word}”")
    if old.t.nature != new.t.nature:
        yield Changed(
            REST, "改为登记簿，不用签字确定" if new.t.nature == "register" else "改为要签字确定的台账"
        )
    if old.t.serves != new.t.serves:
        yield Changed(REST, "程序往这里登记的文书改了")
    if old.t.locks != new.t.locks:
        yield Changed(REST, "什么时候锁定一行改了" if new.t.locks else "不再锁定任何一行")


def _by_id(rows: Iterable[FixedDate]) -> dict[str, FixedDate]:
    return {row.id: row for row in rows}


def _title(loaded: Loaded, key: str) -> str:
    field = loaded.item_fields.get(key) or loaded.fields.get(key)
    return field.title if field else key


def as_json(found: Iterable[Changed]) -> list[dict[str, str]]:
    return [msgspec.to_builtins(one) for one in found]
