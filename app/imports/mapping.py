"""Which column is which field: by the words of template and heads, remembered by the head's fingerprint."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process

from app.problem import Problem
from app.storage.paths import RESOURCES
from app.values import amounts, kinds
from app.words import wording
from app.words.templates import Field, Loaded

SEQ, ROW_ID = "#seq", "#id"
"""Targets that are no field: the sheet's own numbering, and the hidden row ids of an exported ledger."""
FULL_SHEET, PRINT_SHEET = "全部字段", "台账"
"""The sheets of our own export; the first reads back unchanged (decision 26)."""
CHOSEN, _AS_BEFORE = "手工指定", "上次这样对的"
AUTO = "由程序填写"
_SEQ_WORDS = frozenset(map(kinds.name_key, "序号 编号序 No. NO 序 行号 项次 顺序号 #".split()))
_ID_WORD = kinds.name_key("行标识（勿改）")
_ORDINAL = re.compile(r"^[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]+\s*")
_STARS = re.compile(r"^[*＊★☆※▲]+|[*＊★☆※▲]+$")
_BRACKETS = re.compile(r"\([^()]*\)")
_TAIL = re.compile(r"(?:的)?(?:情况|信息|名称|说明|栏)$")
_GROUP_TAIL = re.compile(r"(?:项目)?(?:审批|办理|批复)?(?:基本)?(?:情况|信息|手续|手续办理情况|内容)$")
_JOIN = ":/·-—_的"
_BEFORE_ITEM = re.compile(r"^(?:是否(?:已)?(?:办理|取得|需要|需|有)?|办理|取得|项目|建设项目|已|需)")
_HARMLESS = re.compile(
    "(?:项目|建设|工程|主要|全称|名称|情况|信息|具体|详细|及其|和|及|与|的|本|额|金额|总|所在|所属|现|目前|当前|备案|核准|立项|审批|批复|填写|内容)*"
)
_LEAST_WORD, _LONGEST = 3, 60


@dataclass(frozen=True)
class Column:
    """One column of the sheet. `index` counts from 0; `target` is a field id, `M03`, `M03.doc_no`, SEQ, ROW_ID or ''.

    `confidence` 1 = same word, 0 = not mapped; `near` holds targets that look alike.
    """

    index: int
    head: str
    path: tuple[str, ...]
    target: str = ""
    confidence: float = 0.0
    reason: str = ""
    unit: str = ""
    near: tuple[str, ...] = ()


class Matcher:
    """The words of one template. Pure: the same path always gives the same answer."""

    def __init__(self, loaded: Loaded | None) -> None:
        extra = _extra_words()
        self.loaded = loaded
        self._fields: dict[str, str] = {}
        self._instead: dict[str, str] = {}
        self._items: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._seen: dict[tuple[str, ...], tuple[str, float, str]] = {}
        if loaded is None:
            return
        _index(self._fields, loaded.t.fields, extra["fields"])
        by_hand = [f for f in loaded.t.fields if f.need != "auto"]
        _index(self._instead, by_hand, extra["fields"])
        _index(self._parts, tuple(loaded.item_fields.values()), extra["item_fields"])
        for preset in loaded.presets.values():
            for word in (preset.title, preset.code, preset.code + preset.title, *preset.words):
                self._items.setdefault(kinds.name_key(word), preset.code)
        for code, words in extra["items"].items():
            if code in loaded.presets:
                for word in words:
                    self._items.setdefault(kinds.name_key(word), code)
        for preset in loaded.presets.values():
            for nth in range(2, 100 if preset.named else 10):
                self._items[kinds.name_key(f"{preset.title}（{nth}）")] = f"{preset.code}.{nth}"
            for nth in range(1, 100 if preset.named else 1):  # 里程碑1, 里程碑2, …
                code = f"{preset.code}.{nth}" if nth > 1 else preset.code
                self._items.setdefault(kinds.name_key(f"{preset.title}{nth}"), code)

    def match(self, path: tuple[str, ...]) -> tuple[str, float, str]:
        """(target, confidence, reason) of a head given from its top group down."""
        if path not in self._seen:
            self._seen[path] = self._match(path)
        return self._seen[path]

    def instead(self, path: tuple[str, ...]) -> str:
        """The field a head names as well, where the program fills the one it names first: 状态 may be 建设状态."""
        return self._instead.get(bare(path[-1]), "") if path else ""

    def near(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Targets whose words look like the head, best first."""
        words = {**self._items, **self._fields}
        found = (
            process.extract(bare(path[-1]), list(words), limit=6, score_cutoff=50) if path and words else []
        )
        return tuple(dict.fromkeys(words[word] for word, _, _ in found))[:3]

    def title(self, target: str) -> str:
        """The words a clerk knows a target by."""
        if target in (SEQ, ROW_ID, "") or self.loaded is None:
            return {SEQ: "序号", ROW_ID: "行标识"}.get(target, target)
        return title_of(self.loaded, target)

    def knows(self, target: str) -> bool:
        """Whether a remembered or given target exists in this template."""
        if self.loaded is None:
            return False
        if target in (SEQ, ROW_ID, "") or target in self.loaded.fields:
            return True
        code, part = split_target(target)
        return code.partition(".")[0] in self.loaded.presets and part in self.loaded.item_fields

    def _match(self, path: tuple[str, ...]) -> tuple[str, float, str]:
        keys = [bare(text) for text in path if text.strip() and not unit_of(text.strip("（）()"))]
        if not keys:
            return "", 0.0, "没有表头"
        if any(len(key) > _LONGEST for key in keys):
            return "", 0.0, "不像表头"
        own, groups = keys[-1], keys[:-1]
        if own in _SEQ_WORDS:
            return SEQ, 1.0, "序号列"
        if own == _ID_WORD:
            return ROW_ID, 1.0, "行标识"
        for group in reversed(groups):
            if code := self._item(group):
                if part := self._part(own):
                    return _target(code, part), 1.0, f"“{path[-1]}”在“{group}”下"
                if self._item(own) == code:
                    return _target(code, "state"), 1.0, "名称一致"
        for group in groups:
            joined = _GROUP_TAIL.sub("", group) + own
            if joined != own and (found := self._field(joined)):
                return found, 1.0, f"“{group}”下的“{own}”"
        if found := self._field(own):
            return found, 1.0, "名称一致"
        if target := self._item_with_part(own):
            return target, 1.0, "事项名称一致"
        return self._loosely(own)

    def _loosely(self, own: str) -> tuple[str, float, str]:
        for text in dict.fromkeys(
            (_BRACKETS.sub("", own), _TAIL.sub("", own), _TAIL.sub("", _BRACKETS.sub("", own)))
        ):
            if text and text != own:
                if found := self._field(text):
                    return found, 0.95, f"去掉修饰后与“{text}”一致"
                if target := self._item_with_part(text):
                    return target, 0.95, f"去掉修饰后与“{text}”一致"
        plain = _BRACKETS.sub("", own)
        inside = [w for w in self._fields if len(w) >= _LEAST_WORD and w in plain]
        for word in sorted(inside, key=len, reverse=True):
            if all(_HARMLESS.fullmatch(rest) for rest in plain.split(word)):
                return self._fields[word], 0.8, f"含有“{word}”"
        return "", 0.0, "不认识的表头"

    def _field(self, key: str) -> str:
        return self._fields.get(key, "")

    def _item(self, key: str) -> str:
        return self._items.get(key) or self._items.get(_BRACKETS.sub("", key)) or ""

    def _part(self, key: str) -> str:
        return self._parts.get(key) or self._parts.get(_BRACKETS.sub("", key)) or ""

    def _item_with_part(self, key: str) -> str:
        """`环评`, `环评批复文号`, `是否办理环评` -> a target, '' when none fits wholly."""
        if code := self._items.get(key):
            return _target(code, "state")
        shorn = _BEFORE_ITEM.sub("", key)
        if shorn != key and (code := self._items.get(shorn)):
            return _target(code, "state")
        for end in range(len(key) - 1, 0, -1):
            code = self._items.get(key[:end]) or self._items.get(_BEFORE_ITEM.sub("", key[:end]))
            if code and (part := self._part(key[end:].strip(_JOIN))):
                return _target(code, part)
        return ""


def map_columns(
    matcher: Matcher,
    heads: Sequence[tuple[str, ...]],
    units: Sequence[str],
    *,
    memory: Mapping[str, Mapping[str, str]] | None = None,
    given: Mapping[int | str, str] | None = None,
) -> tuple[Column, ...]:
    """One Column per head. `given` (by index or head text) wins over `memory` (by fingerprint), that over words.

    Raises Problem E_MAPPING for a given target the template does not know.
    """
    names = head_names(heads)
    remembered = (memory or {}).get(fingerprint(heads, matcher.loaded), {})
    columns = []
    for index, (path, name) in enumerate(zip(heads, names, strict=True)):
        chosen = (given or {}).get(index, (given or {}).get(name))
        if chosen is not None and not matcher.knows(chosen):
            raise Problem("E_MAPPING", f"“{name}”不能对到“{chosen}”，模板里没有这一栏", field=chosen)
        if chosen is not None:
            target, confidence, reason = chosen, 1.0, CHOSEN
        elif name in remembered and matcher.knows(remembered[name]):
            target, confidence, reason = remembered[name], 1.0, _AS_BEFORE
        else:
            target, confidence, reason = matcher.match(path)
        columns.append(Column(index, name, path, target, confidence, reason, units[index]))
    return tuple(_without_doubles(matcher, columns))


def fingerprint(heads: Sequence[tuple[str, ...]], loaded: Loaded | None = None) -> str:
    """The same for the same heads in the same order under the same template, whatever blanks and widths."""
    text = "\n".join("/".join(bare(part) for part in path) for path in heads)
    if loaded is not None:
        text = f"{loaded.t.id}\n{text}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def memory_of(columns: Sequence[Column]) -> dict[str, str]:
    """What to remember under the fingerprint: head -> target; a head nobody knew is looked up anew each time."""
    return {c.head: c.target for c in columns if c.target or c.reason in (CHOSEN, _AS_BEFORE)}


def head_names(heads: Sequence[tuple[str, ...]]) -> list[str]:
    """A unique name per column: `group/title`, numbered where it repeats."""
    names: list[str] = []
    for index, path in enumerate(heads):
        name = "/".join(dict.fromkeys(wording.one_line(p) for p in path if p.strip())) or f"第{index + 1}列"
        names.append(name if name not in names else f"{name}（第{index + 1}列）")
    return names


def split_target(target: str) -> tuple[str, str]:
    """`M03` -> (M03, state), `M03.doc_no` -> (M03, doc_no), `M99.2.doc_no` -> (M99.2, doc_no)."""
    parts = target.split(".")
    if parts[-1].isdigit() or len(parts) == 1:
        return target, "state"
    return ".".join(parts[:-1]), parts[-1]


def title_of(loaded: Loaded, target: str) -> str:
    """The words a clerk knows a field, a matter or a field of a matter by."""
    if target in loaded.fields:
        return loaded.fields[target].title
    code, part = split_target(target)
    title = loaded.preset_of(code).title
    return (
        title
        if part == "state" or part not in loaded.item_fields
        else f"{title}·{loaded.item_fields[part].title}"
    )


@functools.lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """A head's key without numbering, stars and a bracket that only names the unit or that it must be filled."""
    line = _STARS.sub("", wording.one_line(text).strip())
    line = _STARS.sub("", _ORDINAL.sub("", line)).rstrip(":：")
    for bracket in re.findall(r"[(（\[【][^()（）\[\]【】]*[)）\]】]", line):
        inner = bracket[1:-1]
        if unit_of(inner) or inner in ("必填", "选填", "必填项", "选填项", "勿填"):
            line = line.replace(bracket, "")
    cut = max(line.rfind(mark) for mark in "/／:：,，、")
    return kinds.name_key(line[:cut] if cut > 0 and unit_of(line[cut + 1 :]) else line)


def unit_of(text: str) -> str:
    """The unit of money or area that a text names alone (`单位：万元` too), '' where none."""
    word = re.sub(r"^(?:计量|金额|面积)?单位[:：]?", "", wording.one_line(text))
    return amounts.unit_in(word, amounts.MONEY_UNITS) or amounts.unit_in(word, amounts.AREA_UNITS) or ""


def head_unit(path: Sequence[str]) -> str:
    """The unit a head names: `总投资（万元）`, `总投资/万元`, `投资(单位:元)`."""
    for text in reversed(path):
        line = wording.one_line(text)
        if unit := unit_of(line.strip("（）()")):
            return unit
        for inner in re.findall(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]", line):
            if unit := unit_of(inner):
                return unit
        tail = re.split(r"[/／:：,，]", line)[-1]
        if tail != line and (unit := unit_of(tail)):
            return unit
    return ""


def _without_doubles(matcher: Matcher, columns: list[Column]) -> list[Column]:
    """Each target once: the surest column keeps it. Fields the program fills itself are not read."""
    columns = _by_hand(matcher, columns)
    best: dict[str, Column] = {}
    for column in sorted(columns, key=lambda c: (-c.confidence, c.index)):
        if column.target and column.target not in (SEQ,):
            best.setdefault(column.target, column)
    return [_judged(matcher, column, best) for column in columns]


def _by_hand(matcher: Matcher, columns: list[Column]) -> list[Column]:
    """A head whose words fit a field of the program and another one is the other, where no column is that already."""
    taken = {c.target for c in columns}
    others = {
        c.index: other
        for c in columns
        if matcher.loaded and _is_auto(matcher.loaded, c.target)
        if (other := matcher.instead(c.path)) and other not in taken
    }
    return [
        replace(c, target=others[c.index], confidence=0.8, reason="名称一致") if c.index in others else c
        for c in columns
    ]


def _judged(matcher: Matcher, column: Column, best: Mapping[str, Column]) -> Column:
    target = column.target
    if target and target != SEQ and best[target] is not column:
        said = f"与第 {best[target].index + 1} 列“{best[target].head}”重复"
        column = replace(column, target="", confidence=0.0, reason=said)
    elif matcher.loaded and _is_auto(matcher.loaded, target):
        column = replace(column, target=SEQ if target == "seq" else "", confidence=0.0, reason=AUTO)
    if not column.target and column.confidence == 0.0 and any(column.path):
        return replace(column, near=matcher.near(column.path))
    return column


def _is_auto(loaded: Loaded, target: str) -> bool:
    if target in loaded.fields:
        return loaded.fields[target].need == "auto"
    part = split_target(target)[1]
    return target not in ("", SEQ, ROW_ID) and loaded.item_fields[part].need == "auto"


def _target(code: str, part: str) -> str:
    return code if part == "state" else f"{code}.{part}"


def _index(index: dict[str, str], fields: Sequence[Field], extra: Mapping[str, Sequence[str]]) -> None:
    """Word key -> field id: titles first, then the template's words, ids, the general words; auto fields last."""
    ordered = sorted(fields, key=lambda f: f.need == "auto")
    for words in (
        [(f, (f.title,)) for f in ordered],
        [(f, f.words) for f in ordered],
        [
            (f, (bare(f.title),)) for f in ordered
        ],  # a head is looked for without its unit, as `bare` leaves it
        [(f, (f.id,)) for f in ordered],
        [(f, tuple(extra.get(f.id, ()))) for f in ordered],
    ):
        for field, spellings in words:
            for spelling in spellings:
                index.setdefault(kinds.name_key(spelling), field.id)


def item_words(loaded: Loaded) -> list[str]:
    """Every word for a matter of this template."""
    extra = _extra_words()["items"]
    return [w for p in loaded.presets.values() for w in (p.title, *p.words, *extra.get(p.code, ()))]


@functools.cache
def _extra_words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((RESOURCES / "words" / "heads.toml").read_text("utf-8"))
