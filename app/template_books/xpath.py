"""Expressions as XLSForm writes them, put into the template's own language."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.engine.evaluator import FUNCTIONS
from app.values import amounts
from app.values.numerals import own_unit
from app.words.template_words import Field

_TOKEN = re.compile(
    r"""\s*(?:\$\{\s*(?P<ref>[^}]*?)\s*\}|(?P<text>'[^']*'|"[^"]*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<sign>!=|<=|>=|==|[=<>+*(),\[\]-])|(?P<word>[^\W\d][\w]*(?:-[A-Za-z]+)*)|(?P<here>\.))""",
)
_CALL = "f__"
_BEYOND = "本程序不认识函数“{}”，可用 selected、not、regex、if、today、count-selected、true、false 和本程序自己的函数"
_KEPT = frozenset("and or if else not True False None".split())


@dataclass(frozen=True)
class Scope:
    """What an expression may name. `ids` {name in the workbook: id here}, `fields` by id; `here` is the id of `.`."""

    ids: Mapping[str, str]
    fields: Mapping[str, Field]
    more: frozenset[str] = frozenset()
    here: str = ""


def translated(text: str, scope: Scope) -> str:
    """`text` in our language; one that is written in it already is given back unchanged.

    Raises ValueError in plain words for what our language does not know.
    """
    if _ours(text, scope):
        return text
    if len(text) > 2000:
        raise ValueError("算式太长")
    try:
        tree = ast.parse(_plain(text, scope).strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if type(error) is ValueError and re.search("[一-鿿]", str(error)):
            raise
        raise ValueError(f"算式“{text[:60]}”写法有误") from error
    return ast.unparse(_Ours(scope).visit(tree))


def limits(text: str, *, whole: bool = False) -> dict[str, Any]:
    """A constraint that is no more than `min`, `max` or `pattern`: `. >= 0 and . <= 100`; {} for any other.

    `whole`: of whole numbers, where `. > 4` is 5 at least.
    """
    found: dict[str, Any] = {}
    for part in re.split(r"\s+and\s+", text.strip()):
        given = re.fullmatch(r"\(?\s*\.\s*(>=|<=|>|<)\s*(-?\d{1,15})\s*\)?", part)
        if given and (whole or "=" in given[1]):
            step = {">": 1, "<": -1}.get(given[1], 0)
            found["min" if given[1][0] == ">" else "max"] = int(given[2]) + step
        elif given := re.fullmatch(r"string-length\(\s*\.\s*\)\s*<=\s*(\d{1,6})", part):
            found["max"] = int(given[1])
        elif given := re.fullmatch(r"""regex\(\s*\.\s*,\s*(?:'([^']*)'|"([^"]*)")\s*\)""", part):
            found["pattern"] = given[1] or given[2] or ""
        else:
            return {}
    return found


def _ours(text: str, scope: Scope) -> bool:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    nodes = list(ast.walk(tree))
    called = {
        node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    named = {node.id for node in nodes if isinstance(node, ast.Name)} - called
    moved = {name for name, key in scope.ids.items() if name != key}
    return (
        called <= FUNCTIONS.keys()
        and not named & moved
        and not any(isinstance(n, ast.Attribute) for n in nodes)
    )


def _plain(text: str, scope: Scope) -> str:
    """The tokens as Python writes them; functions get a name of their own, for `not` and `if` are words of Python."""
    out, place = [], 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"算式里的“{text[place : place + 10]}”看不懂")
        place = found.end()
        out.append(_token(found, text[place:].lstrip().startswith("("), scope))
    return " ".join(out)


def _token(found: re.Match[str], called: bool, scope: Scope) -> str:
    if found["ref"] is not None:
        return _known(found["ref"], scope)
    if found["here"]:
        if not scope.here:
            raise ValueError("这里没有“.”所指的一格")
        return scope.here
    if word := found["word"]:
        if called and word not in ("and", "or"):
            return _CALL + word.replace("-", "_")
        if word in ("div", "mod"):
            if word == "mod":
                raise ValueError("本程序没有求余数（mod）")
            return "/"
        return word if word in _KEPT else _known(word, scope)
    sign: str = found["sign"] or ""
    return "==" if sign == "=" else sign or found["text"] or found["number"]


def _known(name: str, scope: Scope) -> str:
    key = scope.ids.get(name, name)
    if key not in scope.fields and key not in scope.more:
        raise ValueError(f"没有“{name}”这个栏目")
    return key


class _Ours(ast.NodeTransformer):
    """Functions, comparisons with nothing, and numbers in the unit that is stored."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id.removeprefix(_CALL) if isinstance(node.func, ast.Name) else ""
        args = [self.visit(one) for one in node.args]
        make = _MADE.get(name)
        if make is not None:
            low, high, build = make
            if not low <= len(args) <= high:
                raise ValueError(f"“{name}”的参数个数不对")
            made: ast.AST = build(self, args)
            return made
        if name not in FUNCTIONS:
            raise ValueError(_BEYOND.format(name.replace("_", "-")))
        return _called(name, args)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, float):
            if node.value == int(node.value):
                return ast.Constant(int(node.value))
            raise ValueError(f"算式里只能写整数，不能写 {node.value}")
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if len(node.ops) != 1:
            raise ValueError("一次只能比两个")
        left, right = node.left, node.comparators[0]
        left, right = self._whole(left, right)
        right, left = self._whole(right, left)
        left, right = self._weighed(left, right), self._weighed(right, left)
        left, right = self.visit(left), self.visit(right)
        for one, other in ((left, right), (right, left)):
            if (
                isinstance(one, ast.Constant)
                and one.value == ""
                and isinstance(node.ops[0], ast.Eq | ast.NotEq)
            ):
                return _called("blank" if isinstance(node.ops[0], ast.Eq) else "has", [other])
        return ast.Compare(left, node.ops, [right])

    def field_of(self, node: ast.AST) -> Field | None:
        return self._scope.fields.get(node.id) if isinstance(node, ast.Name) else None

    def _whole(self, node: ast.expr, other: ast.expr) -> tuple[ast.expr, ast.expr]:
        """A number field beside a decimal fraction, for only whole numbers are written: x >= 0.5 as x * 10 >= 5."""
        field, (sign, value) = self.field_of(node), _number(other)
        if field is None or field.kind != "number" or not isinstance(value, float):
            return node, other
        tens = 10 ** max(0, -int(Decimal(str(value)).as_tuple().exponent))
        scaled = ast.Constant(int(Decimal(str(value)) * tens) * sign)
        return ast.BinOp(node, ast.Mult(), ast.Constant(tens)), scaled

    def _weighed(self, node: ast.expr, other: ast.expr) -> ast.expr:
        """A constant as the field it is compared with is stored: 万元 as 分, a code as text."""
        field = self.field_of(other)
        sign, value = _number(node)
        if value is None:
            return node
        if (factor := self._factor(other)) != 1:
            scaled = Decimal(str(value)) * factor * sign
            if scaled != int(scaled):
                raise ValueError(f"金额、面积记不到 {value} 这样细")
            return ast.Constant(int(scaled))
        if field is None:
            return node
        if field.kind in ("enum", "text"):
            return ast.Constant(str(value))
        return node

    def _factor(self, node: ast.AST) -> int:
        """How many stored units one of the unit shown is; 1 for what is stored as it is shown."""
        if isinstance(node, ast.BinOp):
            left, right = self._factor(node.left), self._factor(node.right)
            plain = [_number(one)[1] is not None for one in (node.left, node.right)]
            if left == right and left == 1:
                return 1
            if isinstance(node.op, ast.Add | ast.Sub) and left == right:
                return left
            if isinstance(node.op, ast.Mult) and any(plain):
                return left * right
            if isinstance(node.op, ast.Div):
                return left if plain[1] else 1 if left == right else _mixed()
            return _mixed()
        field = self.field_of(node)
        if field is None or field.kind not in ("money", "area", "percent"):
            return 1
        units: dict[str, Any] = amounts.MONEY_UNITS if field.kind == "money" else amounts.AREA_UNITS
        return 100 if field.kind == "percent" else int(units[own_unit(field)])


def _mixed() -> int:
    raise ValueError("金额、面积、百分比和别的数混在一起算，单位对不上，请拆开写")


def _number(node: ast.expr) -> tuple[int, int | float | None]:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return sign, node.value  # type: ignore[return-value]
    return sign, None


def _called(name: str, args: list[Any]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), args, [])


def _selected(ours: _Ours, args: list[Any]) -> ast.AST:
    field = ours.field_of(args[0])
    if field is None or not isinstance(args[1], ast.Constant):
        raise ValueError("selected 要写成 selected(${栏目}, '代码')")
    if field.kind == "enums":
        return _called("contains", args)
    return ast.Compare(args[0], [ast.Eq()], [ast.Constant(str(args[1].value))])


_MADE: dict[str, tuple[int, int, Callable[[_Ours, list[Any]], ast.AST]]] = {
    "selected": (2, 2, _selected),
    "not": (1, 1, lambda _, args: ast.UnaryOp(ast.Not(), args[0])),
    "true": (0, 0, lambda _, args: ast.Constant(True)),
    "false": (0, 0, lambda _, args: ast.Constant(False)),
    "now": (0, 0, lambda _, args: _called("today", [])),
    "count_selected": (1, 1, lambda _, args: _called("count", args)),
    "regex": (2, 2, lambda _, args: _called("matches", args)),
    "if": (3, 3, lambda _, args: ast.IfExp(*args)),
    "coalesce": (2, 2, lambda _, args: ast.IfExp(_called("has", args[:1]), *args)),
    "date": (1, 1, lambda _, args: args[0]),
    "number": (1, 1, lambda _, args: args[0]),
    "string": (1, 1, lambda _, args: args[0]),
}
