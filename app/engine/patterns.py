"""Patterns of templates: compiled only when they cannot run away."""

from __future__ import annotations

import re
from functools import lru_cache

from app.problem import Problem

LENGTH = 200
SUBJECT = 200
COST = 100_000

_QUANTIFIER = re.compile(r"\{(\d+)(,?)(\d*)\}")
_REFUSED_ESCAPES = "123456789gkABbGQE"


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern of bounded backtracking (decision 34). Raises Problem E_PATTERN.

    Groups, classes, alternatives and counted repeats are known; back references and look-around are not.
    Matching is meant for texts up to SUBJECT characters.
    """
    if len(text) > LENGTH:
        raise Problem("E_PATTERN", f"格式式样超过 {LENGTH} 个字符，不予使用")
    cost = _Costs(text).whole()
    if cost > COST:
        raise Problem("E_PATTERN", "格式式样重复嵌套太多，可能算不完，不予使用", pattern=text)
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise Problem("E_PATTERN", "格式式样写法有误", pattern=text, detail=str(error)) from error


def matches(pattern: re.Pattern[str], value: str) -> bool:
    """Whether the whole of `value` fits; longer than SUBJECT never does."""
    return len(value) <= SUBJECT and pattern.fullmatch(value) is not None


class _Costs:
    """Counts in how many ways a pattern may be tried, while reading it once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def whole(self) -> int:
        cost = self._choice()
        if self.at < len(self.text):
            raise self._fault("多了一个右括号")
        return cost

    def _choice(self) -> int:
        total = self._run()
        while self._next("|"):
            total += self._run()
        return min(total, COST + 1)

    def _run(self) -> int:
        cost = 1
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            cost = min(cost * self._repeated(self._atom()), COST + 1)
        return cost

    def _atom(self) -> int:
        char = self.text[self.at]
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            self._skip_class()
        elif char == "\\":
            if self.at >= len(self.text) or self.text[self.at] in _REFUSED_ESCAPES:
                raise self._fault("不支持这种转义")
            self.at += 1
        elif char in "*+?":
            raise self._fault("重复号前面没有内容")
        return 1

    def _group(self) -> int:
        self.depth += 1
        if self.depth > 10:
            raise self._fault("括号嵌套太深")
        if self._next("?") and not self._next(":"):
            raise self._fault("不支持这种括号")
        cost = self._choice()
        if not self._next(")"):
            raise self._fault("括号没有闭合")
        self.depth -= 1
        return cost

    def _skip_class(self) -> None:
        self._next("^")
        self._next("]")
        while self.at < len(self.text) and self.text[self.at] != "]":
            self.at += 2 if self.text[self.at] == "\\" else 1
        if not self._next("]"):
            raise self._fault("方括号没有闭合")

    def _repeated(self, inner: int) -> int:
        low, high = 1, 1
        found = _QUANTIFIER.match(self.text, self.at)
        if found:
            self.at = found.end()
            low = int(found[1][:6])
            high = low if not found[2] else int(found[3][:6]) if found[3] else SUBJECT
        elif self._next("?"):
            low, high = 0, 1
        elif self._next("*") or self._next("+"):
            low, high = 0, SUBJECT
        else:
            return inner
        if high > SUBJECT or high < low:
            raise self._fault(f"重复次数要在 0 到 {SUBJECT} 之间")
        if self.text[self.at : self.at + 1] in ("?", "*", "+", "{") and self.at < len(self.text):
            raise self._fault("重复号不能连用")
        ways = COST + 1 if inner > 1 and high > 16 else inner**high
        return min((high - low + 1) * ways, COST + 1)

    def _next(self, char: str) -> bool:
        if self.text[self.at : self.at + 1] == char:
            self.at += 1
            return True
        return False

    def _fault(self, said: str) -> Problem:
        return Problem("E_PATTERN", f"格式式样第 {self.at} 个字符处：{said}", pattern=self.text)
