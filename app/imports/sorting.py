"""Telling rows of the list from titles, totals, sub-heads, notes, sign lines and repeated heads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from app.imports.layout import Head
from app.imports.mapping import ROW_ID, SEQ, Column, unit_of
from app.imports.reading import Line
from app.values import kinds
from app.values.cells import UNSAVED, Cell, failed

_LONGEST = 200
TOTAL, GROUP = "合计行", "分组标题"
_SUM = (
    "(?:各?(?:项目|工程)|总?投资额?|全部|全表)?"
    "(?:合计|总计|小计|共计|累计|总合计|本页合计|全旗合计|全盟合计|本页小计|分计|汇总|sum|total)[:：]?"
)
_TOTAL = re.compile(
    rf"{_SUM}(?:\(.{{0,12}}\)|(?:共|计)?\d+(?:个|所|项|家|户|宗|件|条|处)?(?:项目|工程)?|数|金额|总?投资额?|项目数?|(?:[万亿千]?元)?|\W{{0,6}})"
    "|[σ∑][:：]?",
    re.I,
)
_PERHAPS_TOTAL = re.compile(
    rf"{_SUM}.{{0,10}}|(?:总?共|共计|计)?\d+(?:个|所|项|家|户|宗|件|条|处)(?:项目|工程)?"
    r"|.{1,20}(?:合计|小计|总计|累计|共计)(?:\(.{0,12}\))?[:：]?|其中[:：]?.{0,20}",
    re.I,
)
"""Total words that a project's name might begin with too: a total only where the rest of the row is numbers."""
_NUMBER = re.compile(r"[-+]?[\d,.]+(?:e[-+]?\d+)?(?:%|[万亿千百]?元|亩|公顷|个|项)?")
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
_FULL = 6
"""A row with more filled cells than this is no note, sign line or sub-head."""
_REPEATED = 0.6
_PERHAPS_SUM = re.compile("[计汇例其sStT]|[^ -~\u4e00-\u9fff（）、，。；：《》〈〉“”‘’〔〕【】·—]")
"""What every total and example has in it, and every character that may turn into that when widths are folded."""
_SHORT, _MOST_KNOWN = 24, 20_000
_TYPED = re.compile("[-0-9]|inf|nan")  # how a number or date begins when written out


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
        self,
        head: Head,
        columns: Sequence[Column],
        merges: Sequence[tuple[int, int, int, int]],
        literal: bool = False,
    ) -> None:
        """`literal`: our own sheet, where every row with a row id is an entry whatever it is called."""
        self._head = head
        self._literal = literal
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
        self._words = frozenset(word for path in self._titles for word in path)
        self._typed_words = any(_TYPED.match(word) for word in self._words)
        self._usual: set[Cell] = set()
        self._noted = False

    def aside(self, line: Line) -> str:
        """Why the line is no row of the list, '' when it is one."""
        cells = line[1:]
        name = cells[self._name] if self._name < len(cells) else ""
        if (
            self._seq is not None
            and type(name) is str
            and len(name) > 3
            and not failed(name)
            and self._seq < len(cells)
            and type(cells[self._seq]) in (int, float)
            and not self._sums_up(name)
        ):
            return ""
        for place in self._tied:
            if place < len(cells):
                if self._literal and cells[place]:
                    return ""
                cells[place] = ""
        return "" if self._surely(line[0], cells) else self._slowly(line[0], cells)

    def _surely(self, row: int, cells: list[Cell]) -> bool:
        """A quick look at a full row; True only where `_slowly` finds nothing to set it aside for.

        Most cells of a list say the same few things, so what is neither head, total, example nor unit is remembered.
        """
        filled = len(cells) - cells.count("") - cells.count(None)
        if filled <= _FULL or row <= self._head.last + 2:
            return False
        known = sum(map(self._usual.__contains__, cells))
        if filled - known >= _REPEATED * filled:
            known = sum(map(self._is_usual, cells))
            if filled - known >= _REPEATED * filled:
                return False
        early = [c for c in cells[: max(self._name, 1) + 1] if c not in ("", None)]
        early = early or [next(c for c in cells if c not in ("", None))]
        return not any(self._sums_up(c) for c in early if type(c) is str and c not in self._usual)

    def _is_usual(self, cell: Cell) -> bool:
        """Whether the cell is filled and no word of the head, no total, example, unit or failed formula."""
        if type(cell) is not str:
            return type(cell) is not bool and cell is not None and not self._typed_words
        if cell in self._usual:
            return True
        key = kinds.name_key(cell[:_LONGEST])
        if (
            not key
            or failed(cell)
            or key in self._words
            or self._sums_up(cell)
            or unit_of(cell.strip("（）()"))
        ):
            return False
        if len(cell) <= _SHORT and len(self._usual) < _MOST_KNOWN:
            self._usual.add(cell)
        return True

    @staticmethod
    def _sums_up(text: str) -> bool:
        if not _PERHAPS_SUM.search(text):
            return False
        key = kinds.name_key(text[:_LONGEST])
        return key in _EXAMPLE or (_TOTAL.fullmatch(key) or _PERHAPS_TOTAL.fullmatch(key)) is not None

    def _slowly(self, row: int, cells: list[Cell]) -> str:
        filled = [(i, c) for i, c in enumerate(cells) if c not in ("", None) and i not in self._tied]
        texts = [(i, kinds.name_key(str(c)[:_LONGEST])) for i, c in filled]
        if not any(text for _, text in texts):
            return "空行"
        first = texts[0][1]
        numbered = first.replace(".", "").isdigit() or failed(str(filled[0][1]))
        if len(filled) == 1 and filled[0][0] == self._seq and numbered:
            return "只有序号，没有内容"
        words = {str(c) for i, c in filled if i != self._seq}
        if words and all(map(failed, words)) and UNSAVED not in words:
            return "只有公式错误，没有内容"
        if self._repeats_head(texts):
            return "重复的表头"
        if self._is_total(
            [(i, t) for (i, t), (_, c) in zip(texts, filled, strict=True) if not failed(str(c))]
        ):
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
        early = [t for i, t in texts if i <= max(self._name, 1)] or [t for _, t in texts[:1]]
        if any(_TOTAL.fullmatch(t) for t in early):
            return len(early) == 1 or all(
                _TOTAL.fullmatch(t) or _NUMBER.fullmatch(t) or (len(t) < 12 and any(c.isdigit() for c in t))
                for t in early
            )
        words = [t for _, t in texts if not _NUMBER.fullmatch(t) or _PERHAPS_TOTAL.fullmatch(t)]
        return (
            len(words) < len(texts)
            and any(map(_PERHAPS_TOTAL.fullmatch, early))
            and all(map(_PERHAPS_TOTAL.fullmatch, words))
        )

    def _repeats_head(self, texts: list[tuple[int, str]]) -> bool:
        same = sum(1 for i, t in texts if i < len(self._titles) and t in self._titles[i])
        return same >= 2 and same >= _REPEATED * len(texts)

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
