"""How long a file, a function and a class may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.rooms import modules, short, tree

FILE, FUNCTION, CLASS = 400, 60, 250


def _length(node: ast.AST) -> int:
    return (node.end_lineno or 0) - node.lineno + 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", modules(), ids=short)
def test_a_file_and_what_is_in_it_stay_short(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= FILE, f"{short(path)} has {lines} lines"
    if path.parent.name == "versions":
        return  # a migration is a record: one function that lists what was made, never to be touched again
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert _length(node) <= FUNCTION, f"{short(path)}:{node.lineno} {node.name} {_length(node)} lines"
        elif isinstance(node, ast.ClassDef):
            assert _length(node) <= CLASS, f"{short(path)}:{node.lineno} {node.name} {_length(node)} lines"


def test_nine_functions_in_ten_are_under_25_lines() -> None:
    lengths = sorted(
        _length(node)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[len(lengths) * 9 // 10] < 25, lengths[len(lengths) * 9 // 10]
