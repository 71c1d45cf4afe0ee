"""Expressions of templates: parsed once, bounded, worked out by simpleeval without ever running code."""

from __future__ import annotations

import ast
import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from simpleeval import EvalWithCompoundTypes, InvalidExpression

from app.engine.patterns import compile_pattern, matches
from app.problem import Problem

LENGTH = 500
DEPTH = 14
NODES = 150
NUMBER = 10**15
_REMEMBERED = 1024
_FAR = 100_000
"""Days: further than any limit."""

_NODES = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub,
    ast.Mult, ast.Div, ast.Mod, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Call, ast.Name,
    ast.Load, ast.Constant, ast.List, ast.IfExp,
)  # fmt: skip


class WorkingDays(Protocol):
    """What `wd` needs of a calendar."""

    def between(self, a: dt.date, b: dt.date) -> int: ...


@dataclass(frozen=True)
class Expression:
    """A checked expression. `names` are the names it reads; those at the places `asked` it only asks whether they are blank,
    so that for remembering what came out one day is as good as another."""

    text: str
    names: tuple[str, ...]
    calls: frozenset[str]
    asked: tuple[int, ...]
    tree: ast.AST = field(repr=False, compare=False)
    seen: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def value(
        self, names: Mapping[str, Any], today: dt.date | None = None, calendar: WorkingDays | None = None
    ) -> Any:
        """Work it out over stored values (dates as ISO text); an absent name is None.

        Comparing or counting with None gives False or None, never a fault. Raises Problem E_EXPRESSION when
        it cannot be worked out.
        """
        given = [names.get(name) for name in self.names]
        for at in self.asked:
            given[at] = None if _blank(given[at]) else True
        key = (tuple(given), today)
        try:
            return self.seen[key]
        except KeyError:
            known = "wd" not in self.calls
        except TypeError:
            known = False
        result = self._work_out(dict(zip(self.names, given, strict=True)), today, calendar)
        if known:
            if len(self.seen) >= _REMEMBERED:
                self.seen.clear()
            self.seen[key] = result
        return result

    def holds(
        self, names: Mapping[str, Any], today: dt.date | None = None, calendar: WorkingDays | None = None
    ) -> bool:
        return bool(self.value(names, today, calendar))

    def _work_out(self, names: dict[str, Any], today: dt.date | None, calendar: WorkingDays | None) -> Any:
        functions = dict(_FUNCTIONS)
        functions["today"] = lambda: _today(today)
        functions["wd"] = lambda a, b: _wd(calendar, a, b)
        worker = _Worker(operators=_OPERATORS, functions=functions, names=names)
        try:
            return worker.eval(self.text, previously_parsed=self.tree)
        except (InvalidExpression, TypeError, ValueError, ArithmeticError) as error:
            raise Problem(
                "E_EXPRESSION", f"算式“{self.text[:60]}”算不出来，请检查模板", detail=str(error)
            ) from error


class _Worker(EvalWithCompoundTypes):  # type: ignore[misc]
    """simpleeval with `and` and `or` that answer True or False, as SQL does."""

    def _eval_boolop(self, node: ast.BoolOp) -> bool:
        values = (bool(self._eval(value)) for value in node.values)
        return all(values) if isinstance(node.op, ast.And) else any(values)


@lru_cache(maxsize=4096)
def compile_expression(text: str, names: frozenset[str]) -> Expression:
    """Parse and check an expression that may read `names`.

    Raises Problem E_EXPRESSION for anything outside the small language: bounded in length, depth and count,
    no power, no attribute, no index, only the functions of FUNCTIONS.
    """
    if len(text) > LENGTH:
        raise _fault(text, f"超过 {LENGTH} 个字符")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _fault(text, "写法有误") from error
    asked: set[str] = set()
    read: set[str] = set()
    calls: set[str] = set()
    _walk(text, tree, asked, read, calls)
    if unknown := sorted((asked | read) - names):
        raise _fault(text, f"没有“{unknown[0]}”这个字段")
    used = tuple(sorted(asked | read))
    return Expression(text, used, frozenset(calls), tuple(i for i, n in enumerate(used) if n not in read), tree.body)


def _walk(text: str, tree: ast.AST, asked: set[str], read: set[str], calls: set[str]) -> None:
    """Check a tree; `asked` are the names of `has(name)` and `blank(name)`, `read` all others."""
    waiting: list[tuple[ast.AST, int, set[str]]] = [(tree, 0, read)]
    count = 0
    while waiting:
        node, depth, names = waiting.pop()
        count += 1
        if depth > DEPTH or count > NODES:
            raise _fault(text, "太长或嵌套太深")
        if not isinstance(node, _NODES):
            raise _fault(text, f"不支持“{type(node).__name__}”这种写法")
        if isinstance(node, ast.Constant):
            _refuse_constant(text, node.value)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Call):
            calls.add(called := _called(text, node))
            within = asked if called in ("has", "blank") and isinstance(node.args[0], ast.Name) else read
            waiting += [(child, depth + 1, within) for child in node.args]
            continue
        waiting += [(child, depth + 1, read) for child in ast.iter_child_nodes(node)]


def _refuse_constant(text: str, value: Any) -> None:
    if not isinstance(value, (str, int, bool, type(None))):
        raise _fault(text, "只认文字和整数")
    if isinstance(value, int) and abs(value) > NUMBER:
        raise _fault(text, "数字太大")


def _called(text: str, node: ast.Call) -> str:
    if not isinstance(node.func, ast.Name) or node.keywords or node.func.id not in FUNCTIONS:
        name = node.func.id if isinstance(node.func, ast.Name) else "…"
        raise _fault(text, f"没有“{name}”这个函数")
    name = node.func.id
    low, high = FUNCTIONS[name]
    if not low <= len(node.args) <= high:
        raise _fault(text, f"“{name}”的参数个数不对")
    if name == "matches":
        pattern = node.args[1]
        if not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, str):
            raise _fault(text, "matches 的式样要直接写出")
        compile_pattern(pattern.value)
    return name


def _fault(text: str, said: str) -> Problem:
    shown = text if len(text) <= 60 else text[:60] + "…"
    return Problem("E_EXPRESSION", f"算式“{shown}”{said}", expression=shown)


def _today(today: dt.date | None) -> str:
    if today is None:
        raise ValueError("today() is not known here")
    return today.isoformat()


def _wd(calendar: WorkingDays | None, a: Any, b: Any) -> int | None:
    if calendar is None or not a or not b:
        return None
    return calendar.between(dt.date.fromisoformat(a), dt.date.fromisoformat(b))


def _year(day: Any) -> int | None:
    return int(day[:4]) if isinstance(day, str) and day[:4].isdigit() else None


def _month(day: Any) -> int | None:
    return int(day[5:7]) if isinstance(day, str) and day[5:7].isdigit() else None


def _years(first: Any, last: Any) -> int | None:
    """Whole years from one day to another: 满一年 from its anniversary on."""
    a, b = _year(first), _year(last)
    return None if a is None or b is None else b - a - (last[5:] < first[5:])


def _days(first: Any, last: Any) -> int | None:
    """Days from one day to another: 0 on the same day."""
    a, b = _day_of(first), _day_of(last)
    return None if a is None or b is None else (b - a).days


def _later(day: Any, by: Any) -> str | None:
    """The day so many days later."""
    found = _day_of(day)
    if found is None or not isinstance(by, (int, float)) or abs(by) > _FAR:
        return None
    return (found + dt.timedelta(days=int(by))).isoformat()


def _day_of(day: Any) -> dt.date | None:
    return dt.date.fromisoformat(day) if isinstance(day, str) and len(day) == 10 else None


def _blank(value: Any) -> bool:
    return value is None or value == "" or value == []


def _contains(bag: Any, value: Any) -> bool:
    return value is not None and isinstance(bag, (list, tuple)) and value in bag


def _count(bag: Any) -> int:
    return len(bag) if isinstance(bag, (list, tuple)) else 0


def _latest(*days: Any) -> Any:
    return max((d for d in days if d is not None), default=None)


def _earliest(*days: Any) -> Any:
    return min((d for d in days if d is not None), default=None)


def _matches(value: Any, pattern: str) -> bool:
    return isinstance(value, str) and matches(compile_pattern(pattern), value)


FUNCTIONS = {
    "today": (0, 0), "wd": (2, 2), "year": (1, 1), "month": (1, 1), "blank": (1, 1), "has": (1, 1),
    "contains": (2, 2), "count": (1, 1), "latest": (1, 8), "earliest": (1, 8), "matches": (2, 2),
    "years": (2, 2), "days": (2, 2), "later": (2, 2), "concat": (1, 8),
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "year": _year,
    "month": _month,
    "blank": _blank,
    "has": lambda value: not _blank(value),
    "contains": _contains,
    "count": _count,
    "latest": _latest,
    "earliest": _earliest,
    "matches": _matches,
    "years": _years,
    "days": _days,
    "later": _later,
    "concat": lambda *parts: "".join(str(part) for part in parts if not _blank(part)),
}


_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


def _amount(value: Any, beside: Any) -> Any:
    """Decimal text, as fields of kind `number` are kept, as the number it is, beside another number."""
    told = isinstance(value, str) and _DECIMAL.fullmatch(value)
    other = (isinstance(beside, (int, float)) and not isinstance(beside, bool)) or (
        isinstance(beside, str) and _DECIMAL.fullmatch(beside)
    )
    return float(value) if told and other else value


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda a, b: a is not None and b is not None and compare(_amount(a, b), _amount(b, a))


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    return bool(_amount(a, b) == _amount(b, a))


def _numbers(work: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(a: Any, b: Any) -> Any:
        a, b = _amount(a, b), _amount(b, a)
        return work(a, b) if isinstance(a, (int, float)) and isinstance(b, (int, float)) else None

    return apply


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Eq: _same,
    ast.NotEq: lambda a, b: not _same(a, b),
    ast.Lt: _ordered(lambda a, b: a < b),
    ast.LtE: _ordered(lambda a, b: a <= b),
    ast.Gt: _ordered(lambda a, b: a > b),
    ast.GtE: _ordered(lambda a, b: a >= b),
    ast.Add: _numbers(lambda a, b: a + b),
    ast.Sub: _numbers(lambda a, b: a - b),
    ast.Mult: _numbers(lambda a, b: a * b),
    ast.Div: _numbers(lambda a, b: a / b if b else None),
    ast.Mod: _numbers(lambda a, b: int(math.fmod(int(a), int(b))) if int(b) else None),  # whole numbers, as SQL
    ast.USub: lambda a: -a if isinstance(a, (int, float)) else None,
    ast.Not: lambda a: not a,
}
