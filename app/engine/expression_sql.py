"""Expressions of templates as SQL, so that lists of 400,000 items are filtered and sorted where they lie.

Means the same as `evaluator.Expression` over the same row: an absent cell equals only an absent cell, compares
as neither, and counts as False.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable
from functools import reduce
from typing import Any

from sqlalchemy import (
    Float,
    Integer,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    true,
)

from app.engine import ranking, sql_names
from app.engine.evaluator import compile_expression
from app.engine.sql_names import Kind, Now, Sql, Term
from app.problem import Problem
from app.words.template_names import entry_names, item_names
from app.words.templates import Computed, Loaded, Sublist
from models.json_sql import largest, list_has, list_length, smallest
from models.schema import entry as entry_table
from models.schema import item as item_table

_ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], Sql]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
_SUMS: dict[type[ast.operator], Callable[[Any, Any], Sql]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: cast(a, Float) / func.nullif(b, 0),
    ast.Mod: lambda a, b: cast(a, Integer) % func.nullif(cast(b, Integer), 0),
}
_TRUTHS = ("blank", "has", "contains")
_WORDS = {"text": "文字", "day": "日期", "number": "数", "truth": "真假", "list": "多选", "none": "空"}


def on_sublist(loaded: Loaded, sublist: Sublist, now: Now) -> Sql:
    """Whether an entry in 在账 is on this list (decision 3). Raises Problem E_EXPRESSION."""
    item = sublist.scope == "item"
    rule = condition(loaded, sublist.expr, now, item=item)
    if item:
        t = item_table.c
        rule = exists().where(t.entry_id == entry_table.c.id, t.standing == "open", rule)
    return and_(entry_table.c.standing == "open", rule)


def condition(loaded: Loaded, text: str, now: Now, *, item: bool) -> Sql:
    """Whether an expression holds of a row of `entry`, or of `item` joined with it. Raises Problem E_EXPRESSION."""
    names = item_names(loaded) if item else entry_names(loaded)
    return _Translator(loaded, now, item=item, text=text).truth(_tree(text, names))


def computed(loaded: Loaded, value: Computed, now: Now) -> Term:
    """A computed value of an entry; NULL where it cannot be known. Raises Problem E_EXPRESSION."""
    found = _Translator(loaded, now, item=False, text=value.expr).value(
        _tree(value.expr, entry_names(loaded))
    )
    if found.kind in ("list", "none"):
        raise _refusal(value.expr, f"得出的是{_WORDS[found.kind]}")
    return ranking.settled(loaded, value, found, now)


def _tree(text: str, names: frozenset[str]) -> ast.AST:
    return compile_expression(text, names).tree


def _refusal(text: str, said: str) -> Problem:
    shown = text if len(text) <= 60 else text[:60] + "…"
    return Problem("E_EXPRESSION", f"算式“{shown}”{said}，清单和算出的值用不了", expression=shown)


class _Translator:
    """Turns the tree of one expression into SQL over `entry` (and `item`)."""

    def __init__(self, loaded: Loaded, now: Now, *, item: bool, text: str) -> None:
        self.loaded = loaded
        self.now = now
        self.item = item
        self.text = text

    # whether

    def truth(self, node: ast.AST, exact: bool = False) -> Sql:
        """The node as a condition. Unless `exact`, NULL may stand for False."""
        if isinstance(node, ast.BoolOp):
            parts = [self.truth(value, exact) for value in node.values]
            return and_(*parts) if isinstance(node.op, ast.And) else or_(*parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not_(self.truth(node.operand, exact=True))
        if isinstance(node, ast.Compare):
            return self._compared(node, exact)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TRUTHS:
            return self._asked(node.func.id, node.args, exact)
        if isinstance(node, ast.IfExp):
            branches = self.truth(node.body, exact), self.truth(node.orelse, exact)
            return case((self.truth(node.test), branches[0]), else_=branches[1])
        return self._filled(self.value(node), exact)

    def _filled(self, term: Term, exact: bool) -> Sql:
        match term.kind:
            case "list":
                return func.coalesce(list_length(term.cells, term.key), 0) > 0
            case "none":
                return false()
            case "number":
                rule = term.sql != 0
            case "truth":
                return term.sql if term.sure else term.sql.is_(true())
            case _:
                rule = term.sql != ""
        return rule if term.sure or not exact else func.coalesce(rule, false())

    def _compared(self, node: ast.Compare, exact: bool) -> Sql:
        if not self.item and _overdue_test(node):
            late = entry_table.c.due < self.now.today
            return func.coalesce(late, false()) if exact else late
        terms = [self.value(each) for each in (node.left, *node.comparators)]
        pairs = zip(node.ops, terms, terms[1:], strict=False)
        rules = [self._pair(type(op), left, right, exact) for op, left, right in pairs]
        return rules[0] if len(rules) == 1 else and_(*rules)

    def _pair(self, op: type[ast.cmpop], left: Term, right: Term, exact: bool) -> Sql:
        self._refuse_unlike(left, right, order=op in _ORDERS)
        sure = left.sure and right.sure
        if op is ast.NotEq:
            return left.sql != right.sql if sure else left.sql.is_distinct_from(right.sql)
        if op is ast.Eq:
            plain = sure or (not exact and (left.sure or right.sure))
            return left.sql == right.sql if plain else left.sql.is_not_distinct_from(right.sql)
        rule = _ORDERS[op](left.sql, right.sql)
        return rule if sure or not exact else func.coalesce(rule, false())

    def _refuse_unlike(self, left: Term, right: Term, *, order: bool) -> None:
        kinds = {"text" if t.kind == "day" else t.kind for t in (left, right)}
        if "list" in kinds:
            raise _refusal(self.text, "拿多选的栏作比较")
        if order and (kinds & {"truth", "none"}):
            raise _refusal(self.text, "拿真假或空比大小")
        if len(kinds - {"none"}) > 1:
            raise _refusal(self.text, f"拿{_WORDS[left.kind]}与{_WORDS[right.kind]}作比较")

    def _asked(self, name: str, args: list[ast.expr], exact: bool) -> Sql:
        if name == "contains":
            return self._contains(args[0], args[1], exact)
        term = self.value(args[0])
        if term.kind == "list":
            filled = func.coalesce(list_length(term.cells, term.key), 0) > 0
        elif term.kind in ("text", "day"):
            filled = func.coalesce(term.sql, "") != ""
        else:
            filled = term.sql.is_not(None)
        return filled if name == "has" else not_(filled)

    def _contains(self, bag: ast.expr, value: ast.expr, exact: bool) -> Sql:
        wanted = self.value(value)
        if isinstance(bag, ast.List):
            members = [self.value(each) for each in bag.elts]
            for member in members:
                self._refuse_unlike(member, wanted, order=False)
            rule = wanted.sql.in_([m.sql for m in members if m.kind != "none"])
            return rule if wanted.sure or not exact else func.coalesce(rule, false())
        term = self.value(bag)
        if term.kind != "list" or wanted.kind not in ("text", "day"):
            raise _refusal(self.text, "的 contains 前一项要是多选的栏或写出的几项，后一项要是文字")
        return list_has(term.cells, term.key, wanted.sql)

    # what

    def value(self, node: ast.AST) -> Term:
        """The node as a value."""
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Constant(value=value):
                return _constant(value)
            case ast.BinOp(left=left, op=op, right=right):
                return Term("number", _SUMS[type(op)](self._number(left), self._number(right)))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Term("number", -self._number(operand))
            case ast.IfExp():
                return self._either(node)
            case ast.Call(func=ast.Name(id=name), args=args) if name not in _TRUTHS:
                return self._called(name, args)
            case ast.List():
                raise _refusal(self.text, "里的方括号只能写在 contains 里")
        return Term("truth", self.truth(node, exact=True), sure=True)

    def _name(self, name: str) -> Term:
        found = sql_names.term(self.loaded, name, self.now, item=self.item)
        if found is None:
            raise _refusal(self.text, f"里的“{name}”")
        return found

    def _number(self, node: ast.AST) -> Sql:
        found = self.value(node)
        if found.kind != "number":
            raise _refusal(self.text, f"拿{_WORDS[found.kind]}作加减乘除")
        return found.sql

    def _either(self, node: ast.IfExp) -> Term:
        body, other = self.value(node.body), self.value(node.orelse)
        self._refuse_unlike(body, other, order=False)
        kind = other.kind if body.kind == "none" else body.kind
        if body.kind != other.kind and "text" in (body.kind, other.kind):
            kind = "text"
        return Term(
            kind, case((self.truth(node.test), body.sql), else_=other.sql), sure=body.sure and other.sure
        )

    def _called(self, name: str, args: list[ast.expr]) -> Term:
        if name == "today":
            return Term("day", literal(self.now.today), sure=True)
        if name in ("year", "month"):
            return self._part_of_day(name, args[0])
        if name in ("days", "later"):
            return self._day_sum(name, *(self.value(each) for each in args))
        if name == "concat":
            return self._joined([self.value(each) for each in args])
        if name == "years":
            return self._whole_years(*(self.value(each) for each in args))
        if name == "count":
            return self._counted(args[0])
        if name in ("latest", "earliest"):
            return self._outermost(name, [self.value(each) for each in args])
        raise _refusal(self.text, f"里的 {name}")

    def _part_of_day(self, name: str, arg: ast.expr) -> Term:
        day = self.value(arg)
        if day.kind != "day":
            raise _refusal(self.text, f"的 {name} 要用在日期上")
        first, length = (1, 4) if name == "year" else (6, 2)
        return Term(
            "number", cast(func.nullif(func.substr(day.sql, first, length), ""), Integer), sure=day.sure
        )

    def _whole_years(self, first: Term, last: Term) -> Term:
        for term in (first, last):
            if term.kind != "day":
                raise _refusal(self.text, "的 years 要用在日期上")
        a, b = (cast(func.nullif(func.substr(t.sql, 1, 4), ""), Integer) for t in (first, last))
        short = func.substr(last.sql, 6) < func.substr(first.sql, 6)
        return Term("number", b - a - case((short, 1), else_=0), sure=first.sure and last.sure)

    def _day_sum(self, name: str, first: Term, second: Term) -> Term:
        """Days from one day to another, or the day so many later; SQLite knows days of the Gregorian calendar."""
        if first.kind != "day" or second.kind != ("day" if name == "days" else "number"):
            raise _refusal(self.text, f"的 {name} 要用在日期上")
        if name == "days":
            return Term("number", cast(func.julianday(second.sql) - func.julianday(first.sql), Integer))
        by = func.format("%+d days", cast(second.sql, Integer))
        return Term("day", func.date(first.sql, by))

    def _joined(self, terms: list[Term]) -> Term:
        for term in terms:
            if term.kind not in ("text", "day", "number"):
                raise _refusal(self.text, f"的 concat 里有{_WORDS[term.kind]}")
        parts = [func.coalesce(cast(term.sql, String), "") for term in terms]
        return Term("text", reduce(lambda a, b: a.concat(b), parts), sure=True)

    def _counted(self, arg: ast.expr) -> Term:
        if isinstance(arg, ast.List):
            return Term("number", literal(len(arg.elts)), sure=True)
        bag = self.value(arg)
        if bag.kind != "list":
            raise _refusal(self.text, "的 count 要用在多选的栏上")
        return Term("number", func.coalesce(list_length(bag.cells, bag.key), 0), sure=True)

    def _outermost(self, name: str, terms: list[Term]) -> Term:
        known = [t for t in terms if t.kind != "none"]
        if not known:
            return Term("none", null())
        for each in known:
            self._refuse_unlike(known[0], each, order=True)
        kind: Kind = known[0].kind if len({t.kind for t in known}) == 1 else "text"
        pick = largest if name == "latest" else smallest
        sql = known[0].sql if len(known) == 1 else pick(*(t.sql for t in known))
        return Term(kind, sql, sure=any(t.sure for t in known))


def _overdue_test(node: ast.Compare) -> bool:
    """`n_overdue > 0`, which the indexed due day of the entry answers (the earliest of its running items)."""
    match node:
        case ast.Compare(left=ast.Name(id="n_overdue"), ops=[ast.Gt()], comparators=[ast.Constant(value=0)]):
            return True
    return False


def _constant(value: Any) -> Term:
    if value is None:
        return Term("none", null())
    if isinstance(value, bool):
        return Term("truth", true() if value else false(), sure=True)
    if isinstance(value, int):
        return Term("number", literal(value), sure=True)
    return Term("day" if _is_day(value) else "text", literal(value), sure=True)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
