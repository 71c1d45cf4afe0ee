"""Made-up projects as a league would list them, the same ones for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MATTERS = ("土地预审", "能评", "环评", "取水", "水土保持", "林地征占", "草地征占", "施工许可")
LAST = dt.date(2022, 8, 1)
"""No project was approved after the day the tests take for today."""
CODES = {title: f"M{i:02}" for i, title in enumerate(MATTERS, 1)}
WORDS = {
    "办结": ("已办", "已办结", "已批复", "√", "已批复（某审〔2019〕18号）", "已办理"),
    "在办": ("在办", "办理中", "正在办理"),
    "未办": ("未办", "未办理", "×"),
    "不需办": ("不涉及", "不需要", "/", "无需办理"),
    "待核": ("", "待核实"),
}


@dataclass(frozen=True)
class Entry:
    """One project as it should read: money as a decimal string of 万元, date ISO, matters by title."""

    name: str
    code: str
    owner: str
    kind: str
    doc: str
    date: str
    invest: str
    place: str
    state: str
    matters: dict[str, str]


def entries(count: int = 40, seed: int = 7) -> list[Entry]:
    """Made-up projects, the same ones for the same seed."""
    dice = random.Random(seed)
    towns = ("明安图镇", "星耀镇", "宝拉根陶海苏木", "额里图牧场")
    works = ("供水管网改造工程", "冷链物流中心建设项目", "110千伏输变电工程", "水库除险加固工程")
    out = []
    for i in range(count):
        day = dt.date(dice.randint(2016, 2022), dice.randint(1, 12), dice.randint(1, 28))
        year = 2021 if day > LAST else day.year
        day = day.replace(year=year)
        out.append(
            Entry(
                f"{dice.choice(towns)}{dice.choice(works)}（{'一二三四'[i % 4]}期）第{i}标段",
                "" if i % 19 == 3 else f"{year % 100:02}{day.month:02}-152529-04-01-{100000 + i}",
                dice.choice(("某旗水利局", "某某矿业有限公司", "某旗教育局")),
                dice.choice(("审批", "核准", "备案")),
                f"某发改字〔{year}〕{i + 1}号",
                day.isoformat(),
                f"{Decimal(dice.randint(100, 3_000_000)) / 100:f}",
                dice.choice(towns),
                dice.choice(("未开工", "在建", "建成")),
                {m: dice.choice(tuple(WORDS)) for m in MATTERS},
            )
        )
    return out


def word(state: str, dice: random.Random, marks: bool = True) -> str:
    return dice.choice([w for w in WORDS[state] if marks or w not in "√×/" or not w])


def date_forms(iso: str, dice: random.Random, typed: bool) -> Any:
    """A date in one of the forms of C5."""
    on = dt.date.fromisoformat(iso)
    forms: list[Any] = [f"{on.year}.{on.month}.{on.day}", f"{on.year}/{on.month}/{on.day}", f"{on:%Y%m%d}"]
    forms += [f"{on.year}年{on.month}月{on.day}日", iso, _chinese(on)]
    return dice.choice([*forms, on] if typed else forms)


def _chinese(on: dt.date) -> str:
    digits = "〇一二三四五六七八九"

    def small(n: int) -> str:
        tens, ones = divmod(n, 10)
        return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")

    return "".join(digits[int(c)] for c in str(on.year)) + f"年{small(on.month)}月{small(on.day)}日"
