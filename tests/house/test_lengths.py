"""How long a file, a function and a class may be."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.house.rooms import ROOT, modules, short, tree

FILE, FUNCTION, CLASS = 400, 60, 250


@cache
def _defined() -> tuple[tuple[Path, bool, str, int], ...]:
    """(module, whether it is a class, where and its name, lines) of each function and class."""
    return tuple(
        (path, isinstance(node, ast.ClassDef), f"{short(path)}:{node.lineno} {node.name}", _length(node))
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


def _length(node: ast.AST) -> int:
    return (node.end_lineno or 0) - node.lineno + 1  # type: ignore[attr-defined]


def test_a_file_and_what_is_in_it_stay_short() -> None:
    written = (*modules(), *(ROOT / "tests").rglob("*.py"))
    lines = {short(path): len(path.read_text("utf-8").splitlines()) for path in written}
    assert {name: count for name, count in lines.items() if count > FILE} == {}
    assert [
        f"{where} {length} lines"
        for path, is_class, where, length in _defined()
        if length > (CLASS if is_class else FUNCTION)
        and path.parent.name != "versions"  # a migration is a record: one function that lists what was made
    ] == []


def test_nine_functions_in_ten_are_under_25_lines() -> None:
    lengths = sorted(length for _, is_class, _, length in _defined() if not is_class)
    assert lengths[len(lengths) * 9 // 10] < 25, lengths[len(lengths) * 9 // 10]
