"""Numbers in the sentences a clerk reads are written in one manner: 共 5,856 处, not 共5856处."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.rooms import modules, short, tree

COUNTED = "个份处条项行格天"
CHINESE = re.compile(r"[一-鿿]")
LARGE = ("len", "sum")  # what counts rows may come to thousands


def faults(node: ast.JoinedStr) -> list[str]:
    """What of an f-string departs from the manner: a space on both sides of a counted number, thousands with commas."""
    found, parts = [], node.values
    for at, part in enumerate(parts):
        if not isinstance(part, ast.FormattedValue):
            continue
        before, after = (
            _text(parts[at - 1]) if at else "",
            _text(parts[at + 1]) if at + 1 < len(parts) else "",
        )
        if not re.match(rf" ?[{COUNTED}]", after):
            continue
        said = ast.unparse(part.value)
        if not after.startswith(" ") or CHINESE.match(before[-1:]):
            found.append(f"{before[-4:]}{{{said}}}{after[:3]} wants a space on both sides")
        called = part.value.func if isinstance(part.value, ast.Call) else None
        spec = ast.unparse(part.format_spec) if part.format_spec else ""
        if isinstance(called, ast.Name) and called.id in LARGE and "," not in spec:
            found.append(f"{{{said}}} wants :,")
    return found


def _text(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('f"共 {len(rows):,} 处"', 0),
        ('f"其中{n} 处"', 1),
        ('f"共 {n:,}处"', 1),
        ('f"共 {len(rows)} 处"', 1),
        ('f"第 {row} 行"', 0),
    ],
)
def test_the_rule_sees_what_departs_from_it(source: str, wrong: int) -> None:
    node = ast.parse(source, mode="eval").body
    assert isinstance(node, ast.JoinedStr) and len(faults(node)) == wrong


def test_counted_numbers_are_written_in_one_manner() -> None:
    wrong = [
        f"{short(path)}:{node.lineno} {fault}"
        for path in modules()
        if not short(path).startswith("build/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr)
        for fault in faults(node)
    ]
    assert wrong == []
