"""How near two project names are, and the numbers in them that make them different projects (decision 14)."""

from __future__ import annotations

import re

from app.words import wording

ALIKE = 88.0
"""Out of 100, as rapidfuzz counts: from here on two names are worth a look."""
_DIGITS = {char: str(number) for number, char in enumerate("零一二三四五六七八九")}
_NUMBER = "[0-9]+|[零一二三四五六七八九十]+"
_PART = re.compile(
    rf"第?({_NUMBER}|[a-z甲乙丙丁])(期|标段|标|段|批次|批|阶段|号|#|年度|年|区|组|村|嘎查|座|栋|楼|包|线)"
)
_AFTER = re.compile(rf"(标段|标|期|包|区|组)[-(]?({_NUMBER}|[a-z甲乙丙丁](?![a-z]))")


def parts(name: str) -> frozenset[tuple[str, str]]:
    """What numbers a name among others of its kind: 二期, 第3标段, 2022年, each as (unit, number)."""
    key = wording.key(name)
    found = {(unit, _plain(number)) for number, unit in _PART.findall(key)}
    return frozenset(
        found | {(unit, _plain(number)) for unit, number in _AFTER.findall(_PART.sub("、", key))}
    )


def contrary(one: str, other: str) -> bool:
    """Whether two names number a part otherwise, be it that one leaves some number out: 一期 and 二期."""
    left, right = dict(parts(one)), dict(parts(other))
    return any(left[unit] != right[unit] for unit in left.keys() & right.keys())


def ends(key: str) -> tuple[str, str]:
    """The beginning and the end of a key: names that share neither are not compared in long lists."""
    return "<" + key[:4], key[-4:] + ">"


def _plain(number: str) -> str:
    """十二 and 12 as 12; letters as they are."""
    if not all(char in _DIGITS or char == "十" for char in number):
        return number
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return "".join(_DIGITS[char] for char in number)
    return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))
