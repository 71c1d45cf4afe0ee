"""What other sheets name: fields by the name or label they have in the workbook, rows of other sheets by id or title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.template_books.trees import Tree

FIELDS: dict[str, tuple[str, ...]] = {
    "clock": ("starts", "stops", "until", "promise", "upper.starts"), "clock.choice": ("field",), "stage": ("since",),
    "item.stage": ("since",), "check": ("field", "alike"), "disposal": ("field", "needs"), "closing": ("needs", "wants"),
    "figure": ("field", "to", "day"), "computed": ("within",), "print": ("columns",),
    "round": ("dept", "head", "fills", "contest", "reason"), "item.round": ("into", "starts", "again", "keeps"),
}  # fmt: skip
"""Which values of a part name fields."""
ROWS: dict[str, dict[str, str]] = {
    "field": {"group": "group", "owner": "owner"}, "item.field": {"group": "group", "owner": "owner"},
    "computed": {"group": "group"}, "clock": {"after": "clock"}, "signoff": {"due": "date"}, "cadence": {"form": "report"},
    "figure": {"over": "figure"}, "report": {"figures": "figure"},
}  # fmt: skip
"""Which values of a part name rows of another one."""
_REF = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def resolve(tree: Tree, fields: Mapping[str, str], rows: Mapping[str, Mapping[str, str]]) -> None:
    """Put ids where names and titles stand; `fields` {as written: id}, `rows` {part: {as written: id}}. In place."""
    for part, keys in FIELDS.items():
        for one in _parts(tree, part):
            for key in keys:
                _put(one, key, lambda text: _field(text, fields))
    for one in _parts(tree, "closing"):
        for table in ("writes", "back"):
            if table in one:
                one[table] = {_field(key, fields): text for key, text in one[table].items()}
    if "grid" in tree:
        _put(tree, "grid", lambda text: _field(text, fields))
    for part, named in ROWS.items():
        for one in _parts(tree, part):
            for key, of in named.items():
                _put(one, key, lambda text, of=of: rows.get(of, {}).get(text, text))


def make_missing(tree: Tree, rows: Mapping[str, Mapping[str, str]], legal: Any) -> None:
    """A group or owner that fields name and no sheet lists is called by that word."""
    for key in ("group", "owner"):
        if key in rows:
            continue
        made: dict[str, str] = {row["id"]: row["id"] for row in tree.get(key, [])}
        for one in (*_parts(tree, "field"), *_parts(tree, "item.field"), *_parts(tree, "computed")):
            word = one.get(key)
            if word and word not in made:
                made[word] = legal(word, made.values())
                tree.setdefault(key, []).append({"id": made[word], "title": word})
            if word:
                one[key] = made[word]


def _field(text: str, fields: Mapping[str, str]) -> str:
    parts = [_REF.sub(r"\1", part.strip()) for part in text.split("|")]
    return "|".join(fields.get(part, part) for part in parts)


def _put(one: Tree, key: str, meant: Any) -> None:
    *steps, last = key.split(".")
    for step in steps:
        one = one.get(step, {})
    value = one.get(last)
    if isinstance(value, str):
        one[last] = meant(value)
    elif isinstance(value, list):
        one[last] = [meant(part) if isinstance(part, str) else part for part in value]


def _parts(tree: Tree, part: str) -> list[Tree]:
    """The rows of a part, the one itself where it is no list."""
    *steps, last = part.split(".")
    found: Any = tree
    for step in steps:
        found = found.get(step, {})
    if part == "clock.choice":
        return [row for clock in tree.get("clock", []) for row in clock.get("choice", [])]
    found = found.get(last, []) if isinstance(found, dict) else []
    return [found] if isinstance(found, dict) else found
