"""A template that lies over another, as a workbook: all that holds is shown, and what it lies over goes along whole.

Read back unchanged it is the very same text; changed, only what differs from the template below is said, so that a
workbook never flattens a layer and never loosens what a superior set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import tomli_w

from app.problem import Problem
from app.template_books.trees import Growing
from app.templating import template_layers, template_reading
from app.templating.layer_rules import HEAD_FREE, LISTS, PARTS, PRINT_FREE, Row
from app.words.templates import Loaded

SHEET = "所依据的模板"
TOLD = "这份模板依据的上级模板，程序用，不要改"
_PIECE = 6000
_PLACED = ("id", "version", "print", "grid", "item", "ends")


def pieces(source: str) -> Iterator[str]:
    """A text in parts that a cell can hold, cut between lines."""
    lines: list[str] = []
    for line in source.split("\n"):
        if lines and sum(map(len, lines)) + len(line) > _PIECE:
            yield "\n".join(lines)
            lines = []
        lines.append(line)
    yield "\n".join(lines)


def kept(sheet: Sequence[Sequence[Any]]) -> str:
    """The text that `pieces` cut, from the lines of the sheet."""
    return "\n".join(str(line[1]) for line in sheet[1:] if len(line) > 1 and line[1] is not None)


def again(flat: Loaded, source: str, grow: Growing) -> Loaded | None:
    """The template that the workbook means over the one below; None when there are faults, told in `grow`.

    `flat` is what its sheets say, `source` the text it was written from.
    """
    was = template_reading.read(source)
    if flat.t == was.t:
        return was
    base = template_layers.split(source)[1]
    below = _rows(template_reading.read(base))
    found = _Layer(below, _rows(flat), grow)
    layer = found.layer()
    if grow.faults.found:
        return None
    try:
        return template_reading.read(template_layers.bind(tomli_w.dumps(_said(layer)), base))
    except Problem as problem:
        path = str(problem.facts.get("key", ""))
        grow.faults.add(*grow.place(found.place(path)), problem.text.partition("：")[2] or problem.text)
        return None


def _rows(loaded: Loaded) -> Row:
    tree: Row = msgspec.to_builtins(loaded.t, builtin_types=(dt.date,))
    return tree


def _said(value: Any) -> Any:
    """Without what is not said: TOML has no word for nothing."""
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items() if one is not None}
    return [_said(one) for one in value] if isinstance(value, list | tuple) else value


class _Layer:
    """What differs; `origin` {path in the layer: path in the workbook's tree}."""

    def __init__(self, below: Row, above: Row, grow: Growing) -> None:
        self.below, self.above, self.grow = below, above, grow
        self.origin: dict[str, str] = {}

    def layer(self) -> Row:
        """The tree of the layer's own text."""
        out: Row = {
            "over": self.below["id"], "over_version": self.below["version"], "version": self.above["version"],
        }  # fmt: skip
        tops = {part.partition(".")[0] for part in PARTS}
        for key, value in self.above.items():
            plain = key not in tops and key not in _PLACED
            if value != self.below[key] and (plain or key in (*HEAD_FREE, "ends", "id")):
                out[key] = value
        for part in PARTS:
            if rows := list(self._part(part)):
                _into(out, part, rows)
        self._item(out)
        self._print(out)
        return out

    def place(self, path: str) -> str:
        """Where a path of the layer stands in the workbook."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.origin:
                return self.origin[path[:end]] + path[end:]
        return path

    def _part(self, part: str) -> Iterator[Row]:
        rule = PARTS[part]
        was, now = _at(self.below, part) or [], _at(self.above, part) or []
        if not rule.key:
            if now[: len(was)] != was:
                self._fault(part, f"所依据的模板的“{part}”要照留，只能在后面添")
            yield from now[len(was) :]
            return
        known = {row[rule.key]: row for row in was}
        for missing in known.keys() - {row[rule.key] for row in now}:
            self._fault(part, f"所依据的模板有“{missing}”，不能删去")
        number = 0
        for n, row in enumerate(now):
            key = str(row[rule.key])
            if key.endswith(template_layers.BASE) and key.removesuffix(template_layers.BASE) in known:
                continue
            found = row if key not in known else self._differing(part, n, known[key], row)
            if found:
                self.origin[f"{part}[{number}]"] = f"{part}[{n}]"
                number += 1
                yield {**found, rule.key: key}

    def _differing(self, part: str, n: int, was: Row, now: Row) -> Row:
        found = {key: value for key, value in now.items() if value != was.get(key)}
        for key, value in list(found.items()):
            if value is None:
                self._fault(f"{part}[{n}].{key}", f"“{key}”由所依据的模板规定，不能去掉")
            if key in PARTS[part].joined:
                rest = len(was[key])
                if value[:rest] != was[key]:
                    self._fault(f"{part}[{n}].{key}", "所依据的模板写的要照留，只能在后面添")
                found[key] = value[rest:]
        if part == "clock" and "workdays" in found:
            found.pop("upper", None)  # that of the template below, put there by laying
            if "note" in found:
                found["note"] = str(found["note"]).partition("再上级")[0]
        if found.get("need", "when") != "when":
            found.pop("when", None)
        return found

    def _item(self, out: Row) -> None:
        was, now = self.below.get("item") or {}, self.above.get("item") or {}
        for key, value in now.items():
            if f"item.{key}" not in PARTS and value != was.get(key):
                out.setdefault("item", {})[key] = value

    def _print(self, out: Row) -> None:
        for path in LISTS:
            if _at(self.above, path) != _at(self.below, path):
                _into(out, path, _at(self.above, path))
        for key, value in self.above["print"].items():
            free = key in PRINT_FREE or f"print.{key}" not in LISTS
            if free and value != self.below["print"][key]:
                out.setdefault("print", {})[key] = value

    def _fault(self, path: str, said: str) -> None:
        self.grow.faults.add(*self.grow.place(path), said)


def _at(tree: Any, path: str) -> Any:
    for step in path.split("."):
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


def _into(tree: Row, path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        tree = tree.setdefault(step, {})
    tree[last] = value
