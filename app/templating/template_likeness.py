"""A template that comes with the program and says only in what it differs from another of them (`[like]`).

    [like]
    template = "pending-approval"            # everything it says holds here too, unless said otherwise below
    without = ["field.verified", "date"]     # one row of a part, or the whole part
    cites = { "区方案" = "54号", "旗方案" = "" }  # of every clause, how its parts are called here; '' leaves them out
    owners = { "LX" = "SP" }                 # who fills a field

A row with the same id (code, title, reason) says what is different of it, one with another id is new and stands after
the row before it. What is kept, signed and sent is the whole text, so nobody else ever needs the other template.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import tomli_w

from app.templating.layer_rules import PARTS

Row = dict[str, Any]
KEY = "like"
_HEAD = ("id", "title", "version")
_NAMED = {part: rule.key for part, rule in PARTS.items() if rule.key}
_NAMED |= {"closing": "id", "pause": "reason", "stage": "title", "item.stage": "title"}
LESS = "less"
"""In a row: the keys of the other template's row that do not hold here."""


def whole(source: str, text_of: Callable[[str], str]) -> str:
    """The text with what it takes from another; `text_of` gives that one's text by its id. Others come back as they are."""
    if f"[{KEY}]" not in source:
        return source
    own = tomllib.loads(source)
    like = own.pop(KEY)
    base = tomllib.loads(whole(text_of(like["template"]), text_of))
    for path in like.get("without", ()):
        _leave_out(base, path)
    _call(base, like)
    return tomli_w.dumps(_laid(base, own))


def _leave_out(tree: Row, path: str) -> None:
    part, named = next((p, path[len(p) + 1 :]) for p in _parts(tree) if path == p or path.startswith(f"{p}."))
    *steps, last = part.split(".")
    for step in steps:
        tree = tree[step]
    if not named:
        del tree[last]
        return
    kept = [row for row in tree[last] if row[_NAMED[part]] != named]
    if len(kept) == len(tree[last]):
        raise KeyError(path)
    tree[last] = kept


def _parts(tree: Row) -> Iterator[str]:
    """The parts of a template, the inner ones first."""
    yield from (f"item.{key}" for key in tree.get("item", ()))
    yield from tree


def _call(value: Any, like: Row) -> None:
    """The clauses as this plan cites them, the owners as they are here; in place."""
    if isinstance(value, list):
        for one in value:
            _call(one, like)
    elif isinstance(value, dict):
        if isinstance(value.get("clause"), str):
            value["clause"] = "；".join(_cited(value["clause"], like.get("cites", {})))
            if not value["clause"]:
                del value["clause"]
        if isinstance(value.get("owner"), str):
            value["owner"] = like.get("owners", {}).get(value["owner"], value["owner"])
        for one in value.values():
            _call(one, like)


def _cited(clause: str, cites: dict[str, str]) -> Iterator[str]:
    for part in clause.split("；"):
        begin = next((name for name in cites if part.startswith(name)), None)
        if begin is None:
            yield part
        elif cites[begin]:
            yield cites[begin] + part[len(begin) :]


def _laid(base: Row, own: Row) -> Row:
    """Own values above those of the base; what both say of `_HEAD` is always the own."""
    out: Row = {**{k: own[k] for k in _HEAD}, **copy.deepcopy(base)}
    for key, value in own.items():
        if isinstance(value, list) and key in _NAMED and out.get(key):
            out[key] = _rows(out[key], value, _NAMED[key])
        elif key == "item":
            out[key] = _items(out.get(key, {}), value)
        elif isinstance(value, dict):
            out[key] = {**out.get(key, {}), **value}
        else:
            out[key] = value
    return out


def _items(base: Row, own: Row) -> Row:
    out = dict(base)
    for key, value in own.items():
        named = _NAMED.get(f"item.{key}")
        out[key] = _rows(out[key], value, named) if named and out.get(key) else value
    return out


def _rows(base: list[Row], own: list[Row], named: str) -> list[Row]:
    out = list(base)
    place = -1
    for row in own:
        found = next((n for n, was in enumerate(out) if was[named] == row[named]), None)
        if found is None:
            place += 1
            out.insert(place, row)
        else:
            place = found
            less = (*row.get(LESS, ()), LESS)
            out[place] = {k: v for k, v in {**out[place], **row}.items() if k not in less}
    return out
