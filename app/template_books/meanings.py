"""What the functions, comparisons and sums of XLSForm mean here: days, units, yes and no, lengths."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.engine.evaluator import FUNCTIONS
from app.template_books.tokens import CALL, REPEAT, ROUND, Scope
from app.template_books.values import NO, YES
from app.values import amounts
from app.values.numerals import own_unit
from app.words.template_words import Field

_BEYOND = (
    "本程序不认识函数“{}”，可用 selected、not、regex、if、today、count-selected、string-length、min、max、concat、"
    "coalesce、true、false 和本程序自己的函数"
)


class Ours(ast.NodeTransformer):
    """Functions, comparisons with nothing, and numbers in the unit that is stored."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id.removeprefix(CALL) if isinstance(node.func, ast.Name) else ""
        if name == "count" and len(node.args) == 1 and _named_repeat(node.args[0]):
            return ast.Name("n_items", ast.Load())
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

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == REPEAT:
            raise ValueError("重复组只能用 count 数个数")
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Days between days, amounts beside plain numbers, and a share of an amount."""
        left, right = node.left, node.right
        if self._is_day(left) and isinstance(node.op, ast.Add | ast.Sub):
            if self._is_day(right):
                return _called("days", [self.visit(right), self.visit(left)])
            by = self.visit(right)
            return _called(
                "later",
                [self.visit(left), by if isinstance(node.op, ast.Add) else ast.UnaryOp(ast.USub(), by)],
            )
        if isinstance(node.op, ast.Add | ast.Sub):
            left, right = self._weighed(left, right), self._weighed(right, left)
        made = ast.BinOp(self.visit(left), node.op, self.visit(right))
        return self._as_stored(made, node)

    def _as_stored(self, made: ast.expr, node: ast.BinOp) -> ast.expr:
        """A product or quotient of amounts in the unit it is stored in: 元/亩 × 亩 is money, a share of money is money."""
        left, right = self.like(node.left), self.like(node.right)
        if right is None or not isinstance(node.op, ast.Mult | ast.Div):
            return made
        if isinstance(node.op, ast.Mult):
            lost = None if left is None else left if left.kind == "percent" else right
            return ast.BinOp(made, ast.Div(), ast.Constant(_stored(lost))) if lost else made
        ours, theirs = _stored(left) if left else 1, _stored(right)
        if left is None or left.kind != right.kind:
            return ast.BinOp(made, ast.Mult(), ast.Constant(theirs))
        if ours == theirs:
            return made
        return ast.BinOp(ast.BinOp(made, ast.Mult(), ast.Constant(theirs)), ast.Div(), ast.Constant(ours))

    def _is_day(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id.removeprefix(CALL)
            return name in ("today", "now", "later") or (
                name == "date" and bool(node.args) and self._is_day(node.args[0])
            )
        if isinstance(node, ast.BinOp):
            return self._is_day(node.left) and not self._is_day(node.right)
        field = self.field_of(node)
        return field is not None and field.kind == "date"

    def like(self, node: ast.AST) -> Field | None:
        """The field of money, area or percentage that a value is measured like, None for a plain one."""
        if isinstance(node, ast.BinOp):
            return self._like_both(node)
        if isinstance(node, ast.UnaryOp):
            return self.like(node.operand)
        if isinstance(node, ast.IfExp):
            return self.like(node.body) or self.like(node.orelse)
        if isinstance(node, ast.Call):
            return (
                next((found for one in node.args if (found := self.like(one))), None)
                if _keeps(node)
                else None
            )
        found = self.field_of(node)
        return found if found is not None and found.kind in ("money", "area", "percent") else None

    def _like_both(self, node: ast.BinOp) -> Field | None:
        left, right = self.like(node.left), self.like(node.right)
        if isinstance(node.op, ast.Div):
            return None if left and right and left.kind == right.kind else left
        if isinstance(node.op, ast.Mult):
            return right if right and (left is None or left.kind == "percent") else left
        for one, other, beside in ((left, right, node.right), (right, left, node.left)):
            if one and (other.kind != one.kind if other else number(beside)[1] is None):
                raise ValueError("金额、面积、百分比和别的数加减，单位对不上，请拆开写")
        return left or right

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if len(node.ops) != 1:
            raise ValueError("一次只能比两个")
        left, right = node.left, node.comparators[0]
        if (length := self._length(left, node.ops[0], right)) is not None:
            return length
        left, right = self._told(left, right), self._told(right, left)
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

    def titles(self, key: str) -> Mapping[str, str]:
        """{title: code} of a field."""
        return self._scope.codes.get(key, {})

    def field_of(self, node: ast.AST) -> Field | None:
        return self._scope.fields.get(node.id) if isinstance(node, ast.Name) else None

    def _whole(self, node: ast.expr, other: ast.expr) -> tuple[ast.expr, ast.expr]:
        """A number field beside a decimal fraction, for only whole numbers are written: x >= 0.5 as x * 10 >= 5."""
        field, (sign, value) = self.field_of(node), number(other)
        if field is None or field.kind != "number" or not isinstance(value, float):
            return node, other
        tens = 10 ** max(0, -int(Decimal(str(value)).as_tuple().exponent))
        scaled = ast.Constant(int(Decimal(str(value)) * tens) * sign)
        return ast.BinOp(node, ast.Mult(), ast.Constant(tens)), scaled

    def _weighed(self, node: ast.expr, other: ast.expr) -> ast.expr:
        """A constant as the field it is compared with is stored: 万元 as 分, a code as text."""
        field = self.field_of(other)
        sign, value = number(node)
        if value is None:
            return node
        if (factor := self.factor(other)) != 1:
            scaled = Decimal(str(value)) * factor * sign
            if scaled != int(scaled):
                raise ValueError(f"金额、面积记不到 {value} 这样细")
            return ast.Constant(int(scaled))
        if field is None:
            return node
        if field.kind in ("enum", "text"):
            return ast.Constant(str(value))
        return node

    def _told(self, node: ast.expr, other: ast.expr) -> ast.expr:
        """A text as the field beside it has it: a number in quotes, yes of a bool, the title of a code."""
        field = self.field_of(other)
        if field is None or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return node
        text = node.value.strip()
        if field.kind == "bool" and (text.lower() in YES or text.lower() in NO):
            return ast.Constant(text.lower() in YES)
        if field.kind in ("int", "year", "money", "area", "percent", "number") and _DIGITS.fullmatch(text):
            return ast.Constant(float(text) if "." in text else int(text))
        titles = self._scope.codes.get(field.id, {})
        return ast.Constant(titles[text]) if text in titles and text not in titles.values() else node

    def _length(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.AST | None:
        """`string-length(x) = 18` as a pattern; None for any other comparison."""
        if not (
            isinstance(left, ast.Call)
            and isinstance(left.func, ast.Name)
            and left.func.id == CALL + "string_length"
        ):
            return None
        _, length = number(right)
        if not isinstance(length, int) or len(left.args) != 1:
            raise ValueError("string-length 只能与一个整数比")
        counted = self.visit(left.args[0])
        if length == 0 and isinstance(op, ast.Eq | ast.NotEq | ast.Gt):
            return _called("blank" if isinstance(op, ast.Eq) else "has", [counted])
        for kind, span in _SPANS.items():
            if isinstance(op, kind):
                return _called("matches", [counted, ast.Constant("." + span(length))])
        raise ValueError("string-length 要用 =、<、<=、>、>= 来比")

    def factor(self, node: ast.AST) -> int:
        """How many stored units one of the unit shown is; 1 for what is stored as it is shown. Raises ValueError."""
        like = self.like(node)
        return _stored(like) if like else 1


def _stored(field: Field) -> int:
    if field.kind == "percent":
        return 100
    units: dict[str, Any] = amounts.MONEY_UNITS if field.kind == "money" else amounts.AREA_UNITS
    return int(units[own_unit(field)])


_DIGITS = re.compile(r"-?\d{1,12}(\.\d+)?")
_SPANS: dict[type[ast.cmpop], Callable[[int], str]] = {
    ast.Eq: lambda n: f"{{{n}}}", ast.LtE: lambda n: f"{{0,{n}}}", ast.Lt: lambda n: f"{{0,{max(n - 1, 0)}}}",
    ast.GtE: lambda n: f"{{{n},200}}", ast.Gt: lambda n: f"{{{n + 1},200}}",
}  # fmt: skip


def _keeps(node: ast.Call) -> bool:
    """Whether a function gives one of the values it is given."""
    name = node.func.id.removeprefix(CALL) if isinstance(node.func, ast.Name) else ""
    return name in ("min", "max", "coalesce", "number", "latest", "earliest", "if", "round")


def number(node: ast.expr) -> tuple[int, int | float | None]:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return sign, node.value  # type: ignore[return-value]
    return sign, None


def _called(name: str, args: list[Any]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), args, [])


def _selected(ours: Ours, args: list[Any]) -> ast.AST:
    field = ours.field_of(args[0])
    if field is None or not isinstance(args[1], ast.Constant):
        raise ValueError("selected 要写成 selected(${栏目}, '代码')")
    if field.kind == "enums":
        return _called("contains", args)
    return ast.Compare(args[0], [ast.Eq()], [ast.Constant(str(args[1].value))])


def _named_repeat(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == REPEAT


def _chosen(ours: Ours, args: list[Any]) -> ast.AST:
    """The title of what is chosen, as `jr:choice-name` gives it."""
    field = ours.field_of(args[0])
    titles = ours.titles(field.id) if field else {}
    if not titles or len(titles) > 10:
        raise ValueError("jr:choice-name 不用写，列表和打印里显示的就是名称；请删去这一行")
    made: ast.expr = ast.Constant("")
    for title, code in reversed(list(titles.items())):
        made = ast.IfExp(ast.Compare(args[0], [ast.Eq()], [ast.Constant(code)]), ast.Constant(title), made)
    return made


def _joined(ours: Ours, args: list[Any]) -> ast.AST:
    if any(ours.factor(one) != 1 for one in args):
        raise ValueError("concat 里不能放金额、面积、百分比")
    return _called("concat", args)


_MADE: dict[str, tuple[int, int, Callable[[Ours, list[Any]], ast.AST]]] = {
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
    "max": (1, 8, lambda _, args: _called("latest", args)),
    "min": (1, 8, lambda _, args: _called("earliest", args)),
    "round": (1, 2, lambda _, args: _called(ROUND, args)),
    "concat": (1, 8, _joined),
    "jr_choice_name": (1, 2, _chosen),
    "once": (1, 1, lambda _, args: args[0]),
}
