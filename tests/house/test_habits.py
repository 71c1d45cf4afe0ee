"""Habits of the code that a linter does not see, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.rooms import modules, short, tree

VAGUE = re.compile(r"(Manager|Service|Helper|Utils?|Base)$")


@pytest.mark.parametrize("path", modules(), ids=short)
def test_no_eval_and_no_exec(path: Path) -> None:
    calls = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile", "__import__")
    ]
    assert not calls, f"{short(path)}:{calls}"


@pytest.mark.parametrize("path", modules(), ids=short)
def test_no_fault_is_swallowed(path: Path) -> None:
    """A bare except, or every exception met with nothing at all."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{short(path)}:{node.lineno} a bare except"
            wide = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            silent = all(_says_nothing(line) for line in node.body)
            assert not (wide and silent), f"{short(path)}:{node.lineno} every fault is swallowed"


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass | ast.Continue) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


@pytest.mark.parametrize("path", modules(), ids=short)
def test_a_module_says_what_lives_there(path: Path) -> None:
    assert (ast.get_docstring(tree(path)) or "").strip() or not path.read_text("utf-8").strip(), short(path)


@pytest.mark.parametrize("path", modules(), ids=short)
def test_no_class_is_named_for_nothing(path: Path) -> None:
    names = [node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert not [name for name in names if VAGUE.search(name)], short(path)


def test_no_test_sleeps(root: Path) -> None:
    for path in sorted((root / "tests").rglob("*.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr != "sleep", f"{short(path)}:{node.lineno}"
