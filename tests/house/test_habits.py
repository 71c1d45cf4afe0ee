"""Habits of the code that a linter does not see, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.rooms import modules, short, telling, tree

VAGUE = re.compile(r"(Manager|Service|Helper|Utils?|Base)$")


def test_no_eval_and_no_exec() -> None:
    calls = [
        f"{short(path)}:{node.lineno}"
        for path, parsed in telling(r"\b(eval|exec|compile|__import__)\b", modules())
        for node in ast.walk(parsed)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile", "__import__")
    ]
    assert calls == []


def test_no_fault_is_swallowed() -> None:
    """A bare except, or every exception met with nothing at all."""
    swallowed = [
        f"{short(path)}:{node.lineno}"
        for path, parsed in telling(r"except\s*:|\b(Base)?Exception\b", modules())
        for node in ast.walk(parsed)
        if isinstance(node, ast.ExceptHandler) and _swallows(node)
    ]
    assert swallowed == []


def _swallows(node: ast.ExceptHandler) -> bool:
    wide = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
    return node.type is None or (wide and all(_says_nothing(line) for line in node.body))


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass | ast.Continue) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def test_a_module_says_what_lives_there() -> None:
    silent = [
        short(path)
        for path in modules()
        if (text := path.read_text("utf-8")).strip()
        and not re.match(r'"""\s*\w', text)  # the rest is parsed
        and not (ast.get_docstring(tree(path)) or "").strip()
    ]
    assert silent == []


def test_no_class_is_named_for_nothing() -> None:
    named = [
        f"{short(path)}: {node.name}"
        for path, parsed in telling(r"class\s+\w*(Manager|Service|Helper|Utils?|Base)\b", modules())
        for node in ast.walk(parsed)
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    assert named == []


def test_no_test_sleeps(root: Path) -> None:
    for path, parsed in telling(r"\bsleep\b", sorted((root / "tests").rglob("*.py"))):
        for node in ast.walk(parsed):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr != "sleep", f"{short(path)}:{node.lineno}"
