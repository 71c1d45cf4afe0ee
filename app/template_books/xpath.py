"""Expressions as XLSForm writes them, put into the template's own language."""

from __future__ import annotations

import ast
import re
from typing import Any

from app.engine.evaluator import FUNCTIONS
from app.template_books.meanings import Ours, number
from app.template_books.tokens import ROUND, Scope, plain
from app.words.template_words import Field

_DEEP = 8


def translated(text: str, scope: Scope) -> str:
    """`text` in our language; one that is written in it already is given back unchanged.

    Raises ValueError in plain words for what our language does not know.
    """
    if _ours(text, scope):
        return text
    found = ast.unparse(Ours(scope).visit(_whole(text, scope)))
    if ROUND in found:
        raise ValueError("round 只能写在 calculate 的最外面")
    return found


def worked_out(text: str, scope: Scope) -> tuple[str, int | None, Field | None]:
    """What a calculation is in our language, to how many places it is rounded, and a field it is measured like.

    Raises ValueError.
    """
    tree = ast.parse(text.strip(), mode="eval") if _ours(text, scope) else _whole(text, scope)
    body, places = _unrounded(tree.body)
    ours = Ours(scope)
    ours.factor(body)
    like = ours.like(body)
    if _ours(text, scope):
        return text, None, like
    found = ast.unparse(ours.visit(body))
    if ROUND in found:
        raise ValueError("round 只能写在 calculate 的最外面")
    return found, places, like


def _whole(text: str, scope: Scope, deep: int = 0) -> ast.Expression:
    """The tree of what is written, with formulas in the place of their names."""
    if len(text) > 2000:
        raise ValueError("算式太长")
    if deep > _DEEP:
        raise ValueError("几个算式互相引用，算不出来")
    try:
        tree = ast.parse(plain(text, scope).strip(), mode="eval")
        return _Inlined(scope, deep).visit(tree)  # type: ignore[no-any-return]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if type(error) is ValueError and re.search("[一-鿿]", str(error)):
            raise
        raise ValueError(f"算式“{text[:60]}”写法有误") from error


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
        and not named & (moved | scope.formulas.keys())
        and not any(isinstance(n, ast.Attribute) for n in nodes)
    )


def _unrounded(node: ast.expr) -> tuple[ast.expr, int | None]:
    """What `round` at the very outside rounds, and to how many places."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == ROUND and node.args:
        places = number(node.args[1])[1] if len(node.args) > 1 else 0
        if not isinstance(places, int):
            raise ValueError("round 要写成 round(算式, 几位小数)")
        return node.args[0], places
    return node, None


class _Inlined(ast.NodeTransformer):
    """Formulas in the place of their names; what one of them rounds is not rounded inside another."""

    def __init__(self, scope: Scope, deep: int) -> None:
        self._scope, self._deep = scope, deep

    def visit_Name(self, node: ast.Name) -> ast.AST:
        text = self._scope.formulas.get(node.id)
        if text is None or node.id in self._scope.fields:
            return node
        return _unrounded(_whole(text, self._scope, self._deep + 1).body)[0]


__all__ = ["Scope", "limits", "translated", "worked_out"]
