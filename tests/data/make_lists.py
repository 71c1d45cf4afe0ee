"""Makes league lists in many layouts. Used by the tests of imports, which find the writers here too."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tests.data.harmful_books import inline_rows, write_compound, write_raw_xlsx
from tests.data.make_entries import CODES, MATTERS, Entry, date_forms, entries, word
from tests.data.write_books import WRITERS, Grid, Merge, Sheet, write_csv, write_xlsx

__all__ = [
    "CODES",
    "LAYOUTS",
    "MATTERS",
    "WRITERS",
    "Entry",
    "Grid",
    "Merge",
    "Sheet",
    "date_forms",
    "entries",
    "inline_rows",
    "word",
    "write_compound",
    "write_csv",
    "write_raw_xlsx",
    "write_xlsx",
]
NOTE = "注：1.本表由盟发展改革委下达。2.“√”表示已办理，“×”表示未办理，“/”表示不涉及。"
SIGN = ("填报人：", "审核人：", "单位负责人：", "联系电话：")


def league(listed: Sequence[Entry], seed: int = 1) -> Sheet:
    """The league's own layout: title, corner unit, two-row merged head, total first, yearly sub-heads, note, signs."""
    dice = random.Random(seed)
    heads = [
        "序号",
        "项目名称",
        "项目代码",
        "建设单位",
        "立项类型",
        "立项文号",
        "立项日期",
        "总投资",
        "建设地点",
        "建设状态",
    ]
    width = len(heads) + len(MATTERS)
    rows: Grid = [["附件2："], ["2016年以来立项项目清单\n（正镶白旗）"]]
    rows.append(
        ["填报单位：某盟发展和改革委员会（盖章）", *[""] * 6, "单位：万元", "填报日期：2022年8月10日"]
    )
    rows += [[*heads, "前期手续办理情况", *[""] * (len(MATTERS) - 1)], [*[""] * len(heads), *MATTERS]]
    merges = [(4, c, 5, c) for c in range(1, len(heads) + 1)] + [
        (4, len(heads) + 1, 4, width),
        (2, 1, 2, width),
    ]
    rows.append(["合计", f"{len(listed)}个", *[""] * 5, float(_sum(listed))])
    number = 0
    for year in sorted({e.date[:4] for e in listed}):
        group = [e for e in listed if e.date[:4] == year]
        rows.append([f"{year}年（{len(group)}个）"])
        merges.append((len(rows), 1, len(rows), width))
        for entry in group:
            number += 1
            rows.append(
                [number, *_basics(entry, dice, True), *(word(entry.matters[m], dice) for m in MATTERS)]
            )
    rows += [[NOTE], [SIGN[0], "", "", SIGN[1], "", "", SIGN[2], "", SIGN[3]]]
    return Sheet("汇总", rows, merges)


def _basics(e: Entry, dice: random.Random, typed: bool) -> list[Any]:
    code = dice.choice((e.code, e.code.replace("-", "–"), e.code.translate({ord("2"): "２"})))
    invest = dice.choice(
        (float(e.invest) if typed else e.invest, f"{e.invest}万元", f"{Decimal(e.invest):,}")
    )
    kind = dice.choice((e.kind, e.kind + "制"))
    name = dice.choice((e.name, f"  {e.name} ", e.name[:6] + "\n" + e.name[6:]))
    return [name, code, e.owner, kind, e.doc, date_forms(e.date, dice, typed), invest, e.place, e.state]


def other_words(listed: Sequence[Entry], seed: int = 2) -> Sheet:
    """One head row, other words in another order, 元, blank lines inside, total at the end."""
    dice = random.Random(seed)
    heads = [
        "编号序",
        "立项时间",
        "业主单位",
        "工程名称",
        "*投资总额（元）",
        "统一项目代码",
        "批复文号",
        "审批（核准、备案）类型",
    ]
    heads += [
        "施工许可证",
        "节能审查",
        "环境影响评价",
        "取水许可",
        "水保方案",
        "使用林地审核",
        "草原征占用",
        "用地预审与选址",
        "建设地址",
        "建设进展情况",
    ]
    order = ("施工许可", "能评", "环评", "取水", "水土保持", "林地征占", "草地征占", "土地预审")
    rows: Grid = [["正镶白旗2016年以来立项项目情况统计表"], [], heads]
    for number, e in enumerate(listed, 1):
        yuan = str((Decimal(e.invest) * 10000).quantize(Decimal(1)))
        row = [number, date_forms(e.date, dice, True), e.owner, e.name, int(yuan), e.code]
        row += [e.doc.replace("〔", "[").replace("〕", "]第"), e.kind]
        rows.append(row + [word(e.matters[m], dice, False) for m in order] + [e.place, e.state])
        if number % 7 == 0:
            rows.append([])
    rows.append(["合计", "", "", f"{len(listed)}个项目", int(_sum(listed) * 10000)])
    return Sheet("Sheet1", rows)


def flat_two_rows(listed: Sequence[Entry], seed: int = 3) -> Sheet:
    """Two head rows as plain text (no merges), repeated on every page, 同上, sub-totals and numbered sub-heads."""
    dice = random.Random(seed)
    upper = [
        "序号",
        "项目基本情况",
        "",
        "",
        "",
        "立项情况",
        "",
        "",
        "总投资（亿元）",
        "手续办理情况",
        *[""] * 7,
        "备注",
    ]
    lower = ["", "名称", "代码", "项目法人", "建设地点", "类型", "文号", "时间", "", *MATTERS, ""]
    upper += ["建设状态"]
    lower += [""]
    rows: Grid = [["待批项目清单"], upper, lower]
    place, number = "", 0
    for index, year in enumerate(sorted({e.date[:4] for e in listed})):
        group = [e for e in listed if e.date[:4] == year]
        rows.append([f"（{'一二三四五六七'[index]}）{year}年立项项目（{len(group)}个）"])
        for e in group:
            number += 1
            same = "同上" if e.place == place else e.place
            place = e.place
            invest = str((Decimal(e.invest) / 10000).normalize())
            row: list[Any] = [
                number,
                e.name,
                e.code,
                e.owner,
                same,
                e.kind,
                e.doc,
                date_forms(e.date, dice, False),
                invest,
            ]
            rows.append([*row, *(word(e.matters[m], dice, False) for m in MATTERS), "", e.state])
            if number % 15 == 0:
                rows += [list(upper), list(lower)]
        rows.append(["小计", "", "", "", "", "", "", "", str((_sum(group) / 10000).normalize())])
    rows.append(["说明：本表统计截至2022年8月。"])
    return Sheet("清单", rows)


def three_rows(listed: Sequence[Entry], seed: int = 4) -> list[Sheet]:
    """A cover and a guide before and after; three head rows, each matter with its own state and number columns."""
    dice = random.Random(seed)
    heads = [
        "序号",
        "项目名称",
        "项目代码",
        "建设单位",
        "立项类型",
        "立项文号",
        "立项日期",
        "计划总投资",
        "建设地点",
        "建设状态",
    ]
    first = ["", *["项目基本情况"] * 9, *["前期手续"] * 16]
    second = [*heads, *[m for m in MATTERS for _ in range(2)]]
    third = [""] * 7 + ["千元", "", ""] + ["办理情况", "批复文号"] * 8
    rows: Grid = [
        ["正镶白旗待批项目台账"],
        ["填报单位：旗发改委", "", "金额单位：千元"],
        first,
        second,
        third,
    ]
    merges = [(4, c, 5, c) for c in range(1, 11) if c != 8] + [(3, 2, 3, 10), (3, 11, 3, 26)]
    merges += [(4, 11 + 2 * i, 4, 12 + 2 * i) for i in range(8)]
    for i in range(8):
        second[11 + 2 * i] = ""
    first[2:10] = [""] * 8
    first[11:] = [""] * 15
    for number, e in enumerate(listed, 1):
        row: list[Any] = [number, e.name, e.code, e.owner, e.kind, e.doc, date_forms(e.date, dice, True)]
        row += [float(Decimal(e.invest) * 10), e.place, e.state]
        for m in MATTERS:
            row += [
                word(e.matters[m], dice).split("（")[0],
                f"某审〔2020〕{number}号" if e.matters[m] == "办结" else "",
            ]
        rows.append(row)
    rows += [["合  计", f"{len(listed)}", *[""] * 5, float(_sum(listed) * 10)], [], [NOTE]]
    cover = Sheet("封面", [["正镶白旗待批项目大起底"], ["填报单位：旗发展和改革委员会"], ["2022年8月"]])
    guide = Sheet("填报说明", [["填报说明"], ["1.项目名称应与立项文件一致。"], ["2.总投资单位为千元。"]])
    return [cover, guide, Sheet("附表1", rows, merges)]


def _sum(listed: Sequence[Entry]) -> Decimal:
    return sum((Decimal(e.invest) for e in listed), Decimal(0))


LAYOUTS: dict[str, Callable[[Sequence[Entry]], list[Sheet]]] = {
    "league": lambda listed: [league(listed), Sheet("填报说明", [["填报说明"], ["请勿改动表样。"]])],
    "other_words": lambda listed: [other_words(listed)],
    "flat_two_rows": lambda listed: [flat_two_rows(listed)],
    "three_rows": three_rows,
}
