"""Telling rows of the list from titles, totals, sub-heads, notes, sign lines and repeated heads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from app import kinds
from app.cells import Cell
from app.imports.layout import Head
from app.imports.mapping import ROW_ID, SEQ, Column, unit_of
from app.imports.reading import Line

_LONGEST = 200
TOTAL, GROUP = "合计行", "分组标题"
_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|总合计|本页合计|全旗合计|全盟合计|本页小计|分计|汇总|sum|total)[:：]?(?:\(?.{0,10}\)?)",
    re.I,
)
_COUNTED = re.compile(
    r"(?:[一二三四五六七八九十]+、|\(.{1,3}\)|\d+[.、])?(.+?)[(:：]?(?:共|合计|小计)?(?:计)?(\d+)(?:个|所|项|家|户|宗|件|人|条|处|例)(?:项目)?\)?"
)
_YEAR_HEAD = re.compile(
    r"(?:19|20)\d{2}年?(?:度|以前|及以前|以来)?(?:立项|项目|立项项目|备案|审批)*(?:\(.*\))?"
)
_NUMBERED_HEAD = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]+(?:部分|类|批)).{0,40}"
)
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|注意|附注|注释|提示|填写说明|※|\*)\d*[:：.、]|(?:填表|填报|填写)说明|注\d|※"
)
_NUMBERED_NOTE = re.compile(r"\(?\d{1,2}[).、．]")
_SIGN = re.compile(
    r"(?:填报人|填表人|审核人|复核人|单位负责人|负责人|主要负责人|分管负责人|分管领导|主管领导|主要领导|审批人|经办人|制表人?|制表单位|"
    r"联系人|联系电话|电话|填报单位|报送单位|填报日期|填报时间|填表日期|制表日期|日期|签字|盖章|单位\(盖章\)|单位\(公章\)|立项部门主要领导|分管旗长|报出日期)"
    r"(?:签字|签名|\(签字\)|\(签章\)|\(盖章\)|\(公章\))*[:：]"
)
_EXAMPLE = frozenset("例 示例 样例 举例 范例 填写示例".split())
_ORDINALS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Group:
    """A sub-head inside the list: its words, the count it states, and how many rows stood under it."""

    row: int
    label: str
    stated: int | None = None
    counted: int = 0


@dataclass(frozen=True)
class Aside:
    """A row that is no entry: why, and what it says."""

    row: int
    reason: str
    text: str = ""


class Sorter:
    """Judges the rows below a head one by one, top to bottom."""

    def __init__(
        self, head: Head, columns: Sequence[Column], merges: Sequence[tuple[int, int, int, int]]
    ) -> None:
        self._head = head
        self._width = max(len(columns), 1)
        self._wide = {
            top: right - left + 1 for top, left, bottom, right in merges if top > head.last and top == bottom
        }
        targets = {c.target: c.index for c in columns}
        self._seq = targets.get(SEQ)
        self._name = targets.get("name", next((c.index for c in columns if c.target not in ("", SEQ)), 1))
        if not any(c.target for c in columns) or set(targets) <= {"", SEQ}:
            self._name = 1 if self._seq == 0 else 0
        self._tied = frozenset(i for t, i in targets.items() if t == ROW_ID)
        self._titles = [frozenset(kinds.name_key(p) for p in path) for path in head.paths]
        self._noted = False

    def aside(self, line: Line) -> str:
        """Why the line is no row of the list, '' when it is one."""
        cells = line[1:]
        name = cells[self._name] if self._name < len(cells) else ""
        if (
            self._seq is not None
            and type(name) is str
            and len(name) > 3
            and type(cells[self._seq]) in (int, float)
        ):
            return ""
        return self._slowly(line[0], cells)

    def _slowly(self, row: int, cells: list[Cell]) -> str:
        filled = [(i, c) for i, c in enumerate(cells) if c not in ("", None) and i not in self._tied]
        texts = [(i, kinds.name_key(str(c)[:_LONGEST])) for i, c in filled]
        if not any(text for _, text in texts):
            return "空行"
        first = texts[0][1]
        if len(filled) == 1 and filled[0][0] == self._seq and first.replace(".", "").isdigit():
            return "只有序号，没有内容"
        if self._repeats_head(texts):
            return "重复的表头"
        if self._is_total(texts):
            return TOTAL
        if self._counts_columns(row, texts):
            return "栏次行"
        if first in _EXAMPLE and len(filled) > 1:
            return "填写示例"
        if len(texts) > 1 and all(unit_of(str(c).strip("（）()")) for _, c in filled):
            return "计量单位行"
        return self._single(row, texts, [str(c) for _, c in filled])

    def _single(self, row: int, texts: list[tuple[int, str]], plain: list[str]) -> str:
        """Notes, sign lines and sub-heads: few cells, or one merged across."""
        first = texts[0][1]
        few = len(texts) <= 2 or (len(texts) <= 6 and all(_SIGN.search(t) or len(t) < 12 for _, t in texts))
        if (
            few
            and _SIGN.match(first)
            and (len(texts) < 3 or sum(bool(_SIGN.search(t)) for _, t in texts) > 1)
        ):
            return "签字行"
        if len(texts) <= 2 and _NOTE.match(first):
            self._noted = True
            return "注"
        if len(texts) == 1 and self._noted and (_NUMBERED_NOTE.match(first) or len(first) > 20):
            return "注"
        if len(texts) > 2 or (len(texts) == 2 and not _COUNTED.fullmatch("".join(t for _, t in texts))):
            return ""
        if self._is_group(row, texts):
            return GROUP
        return ""

    def _is_group(self, row: int, texts: list[tuple[int, str]]) -> bool:
        place, text = texts[0]
        whole = "".join(t for _, t in texts)
        if self._wide.get(row, 0) >= max(2, self._width // 2):
            return True
        if _YEAR_HEAD.fullmatch(whole) or _NUMBERED_HEAD.fullmatch(whole):
            return True
        counted = _COUNTED.fullmatch(whole)
        if counted and (place != self._name or len(whole) < 20):
            return True
        return (
            len(texts) == 1 and place != self._name and place <= 1 and not text.isdigit() and len(text) < 30
        )

    def _is_total(self, texts: list[tuple[int, str]]) -> bool:
        early = [t for i, t in texts if i <= max(self._name, 1)] or [texts[0][1]]
        if not any(_TOTAL.fullmatch(t) for t in early):
            return False
        return len(early) == 1 or all(
            _TOTAL.fullmatch(t) or (len(t) < 12 and any(c.isdigit() for c in t)) for t in early
        )

    def _repeats_head(self, texts: list[tuple[int, str]]) -> bool:
        same = sum(1 for i, t in texts if i < len(self._titles) and t in self._titles[i])
        return same >= 2 and same >= 0.6 * len(texts)

    def _counts_columns(self, row: int, texts: list[tuple[int, str]]) -> bool:
        """`甲 乙 1 2 3` or `1 2 3 …` directly below the head."""
        if row > self._head.last + 2 or len(texts) < 3:
            return False
        words = [t.strip("()") for _, t in texts]
        numbers = [w[:-2] if w.endswith(".0") else w for w in words if w not in _ORDINALS]
        if not all(n.isdigit() or re.fullmatch(r"\d+=[\d+\-*/]+", n) for n in numbers):
            return False
        plain = [int(re.split("=", n)[0]) for n in numbers]
        return plain == list(range(plain[0], plain[0] + len(plain))) if plain else True


def group_of(row: int, text: str) -> Group:
    """`2016年（37个）` -> label and stated count."""
    key = kinds.name_key(text)
    found = re.search(
        r"\((?:共|计|共计|合计)?(\d+)(?:个|所|项|家|户|宗|件|人|条|处|例)?(?:项目)?\)$", key
    ) or re.search(r"(?:共|计|合计|小计)[:：]?(\d+)(?:个|所|项|家|户|宗|件|人|条|处|例)(?:项目)?$", key)
    label = re.sub(r"[(（](?:共|计|共计|合计)?\s*\d+\s*\S?(?:项目)?[)）]\s*$", "", text.strip()).strip()
    return Group(row, label or text.strip(), int(found[1]) if found else None)


def counted(groups: Sequence[Group], counts: Sequence[int]) -> list[Group]:
    """Groups with the rows below each; one that holds further groups counts theirs when that is what it states."""
    out = []
    for index, group in enumerate(groups):
        sums = accumulate(counts[index:])
        found = next((n for n in sums if n == group.stated), counts[index])
        out.append(replace(group, counted=found))
    return out
