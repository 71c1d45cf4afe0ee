"""Columns about persons in a form made from a workbook: private unless the clerk's own word lifts it (domain C4)."""

from __future__ import annotations

import re

from app.template_books.trees import Tree

_PERSONS = re.compile("身份证|身份号|证件号|[账帐]号|卡号|银行卡|电话|手机|联系方式")
_WRITTEN = ("text", "longtext", "int", "number", "")


def veil(tree: Tree, said: list[str]) -> None:
    """Make telephones, 身份证 numbers and accounts private where the form says neither yes nor no, and say so."""
    fields: list[Tree] = [*tree.get("field", []), *tree.get("item", {}).get("field", [])]
    found = [field for field in fields if "private" not in field and _is_personal(field)]
    for field in found:
        field["private"] = True
    if found:
        titles = "、".join(f"“{field.get('title') or field.get('id', '')}”" for field in found)
        said.append(f"{titles}是个人信息，打印时遮去一部分；要照印的，survey 表 private 列写 no")


def _is_personal(field: Tree) -> bool:
    kind = field.get("kind", "")
    return kind == "phone" or (kind in _WRITTEN and bool(_PERSONS.search(str(field.get("title", "")))))
