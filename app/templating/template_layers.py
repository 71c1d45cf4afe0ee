"""One template laid over another: its text says only what it adds and what is stricter; both limits stay side by side.

The text that is kept, signed and digested carries the template below whole, so that whoever has the one has both.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec

from app.engine.template_faults import Fault
from app.templating.layer_rules import (
    HEAD_FREE,
    LISTS,
    OWN,
    PARTS,
    PRINT_FREE,
    Row,
    closed_lists,
    loosened,
    told,
)
from app.words.template_versions import Rank, rank
from app.words.templates import Loaded

MARK = "# ======== 所依据的模板 ========"
_SAYS = re.compile(r"""^\s*(over|over_version)\s*=\s*["']([^"'\n]{1,80})["']""", re.MULTILINE)
BASE = "-base"
"""Ends the id of the date that the template below sets, kept beside a stricter one."""


class Laid(msgspec.Struct):
    """The tree of both; `origin` {path in it: path in the layer's own text}; `faults` what the layer may not say."""

    tree: Row
    origin: dict[str, str] = msgspec.field(default_factory=dict)
    faults: list[Fault] = msgspec.field(default_factory=list)

    def own(self, path: str) -> str:
        """Where in the layer's text a path of the whole stands, '' for what the template below says."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.origin:
                return self.origin[path[:end]] + path[end:]
        return ""


def bind(layer: str, base: str) -> str:
    """The text of both."""
    return f"{layer.rstrip()}\n\n{MARK}\n{base}"


def split(source: str) -> tuple[str, str]:
    """(the layer's text, the text of the template below), '' for a template that lies over none."""
    layer, mark, base = source.partition(f"\n{MARK}\n")
    return (layer, base) if mark else (source, "")


def versions(source: str, version: str) -> tuple[str, ...]:
    """The versions of a text of this `version` and of all that it lies over, the lowest first."""
    below = split(source)[1]
    return (*_versions(below), version) if below else (version,)


def _versions(source: str) -> tuple[str, ...]:
    own, below = split(source)
    try:
        version = str(tomllib.loads(own).get("version", ""))
    except tomllib.TOMLDecodeError:
        version = ""
    return (*_versions(below), version) if below else (version,)


def order(told: tuple[str, ...]) -> tuple[Rank, ...]:
    """What `versions` are sorted by: the lowest template's version first, a layer's own after it."""
    return tuple(rank(version) for version in told)


def older(one: Loaded, other: Loaded) -> bool:
    """Whether `one` is the older version; a layer over an older template is, whatever it calls itself."""
    return order(versions(one.source, one.t.version)) < order(versions(other.source, other.t.version))


def wanted(source: str) -> tuple[str, str] | None:
    """Id and version of the template that a text says it lies over and does not carry; None for any other text."""
    layer, below = split(source)
    if below:
        return None
    found = {key: text for key, text in _SAYS.findall(layer.partition("\n[")[0])}
    return (found["over"], found.get("over_version", "")) if "over" in found else None


def lay(base: Row, layer: Row) -> Laid:
    """`layer` over `base`, both as read from TOML; neither is changed."""
    done = Laid(copy.deepcopy(base))
    done.faults += _head(base, layer)
    for key, value in layer.items():
        if key in HEAD_FREE or key == "version":
            done.tree[key] = value
            done.origin[key] = key
    for part in PARTS:
        _part(done, base, layer, part)
    _lists(done, layer)
    done.faults += _strange(layer)
    return done


def _head(base: Row, layer: Row) -> Iterator[Fault]:
    if layer.get("over") != base.get("id"):
        yield Fault("over", f"附上的模板是“{base.get('id')}”，不是 over 写的“{layer.get('over')}”")
    if layer.get("over_version") != base.get("version"):
        yield Fault(
            "over_version",
            f"附上的模板是 {base.get('version')}，不是 over_version 写的 {layer.get('over_version')}",
        )
    if layer.get("id", base.get("id")) != base.get("id"):
        yield Fault("id", f"id 要与所依据的模板相同（{base.get('id')}），才能一起汇总")
    version = layer.get("version")
    if not isinstance(version, str) or rank(version) <= rank(str(base.get("version"))):
        yield Fault(
            "version", f"version 要写，并且比所依据的 {base.get('version')} 大，如 {base.get('version')}.1"
        )
    ends, limit = layer.get("ends"), base.get("ends")
    if ends is not None and not (isinstance(ends, dt.date) and isinstance(limit, dt.date) and ends <= limit):
        yield Fault("ends", f"“ends”不能比所依据的模板晚（那里是{limit}）")


def _strange(layer: Row) -> Iterator[Fault]:
    """Keys that a layer has no business with."""
    known = HEAD_FREE | OWN | {"ends", "print", "grid", "item"} | {part for part in PARTS if "." not in part}
    for key, value in layer.items():
        if key not in known:
            yield Fault(f"{key}[0]" if isinstance(value, list) else key, f"“{key}”由所依据的模板规定，不能改")
    for key in layer.get("item", {}) if isinstance(layer.get("item"), dict) else ():
        if f"item.{key}" not in PARTS:
            yield Fault(f"item.{key}", f"“item.{key}”由所依据的模板规定，不能改")


def _part(done: Laid, base: Row, layer: Row, part: str) -> None:
    rows = _at(layer, part)
    if rows is None:
        return
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        done.faults.append(Fault(part, f"“{part}”的写法不对"))
        return
    rule = PARTS[part]
    kept: list[Row] = _made(done.tree, part)
    places = {row.get(rule.key): n for n, row in enumerate(kept)} if rule.key else {}
    for n, row in enumerate(rows):
        path, key = f"{part}[{n}]", row.get(rule.key)
        place = places.get(key) if isinstance(key, str) else None
        if place is None:
            done.origin[f"{part}[{len(kept)}]"] = path
            kept.append(copy.deepcopy(row))
            continue
        faults = list(loosened(part, rule, kept[place], row, path))
        if part == "codes" and "code" in row and key in closed_lists(base):
            faults.append(
                Fault(f"{path}.code", "这些代码决定算不算在账、在哪一步，由所依据的模板规定，不能添")
            )
        done.faults += faults
        done.origin[f"{part}[{place}]"] = path
        if not faults:
            _stricter(kept, place, row, part, rule.joined)


def _stricter(kept: list[Row], place: int, row: Row, part: str, joined: frozenset[str]) -> None:
    was = kept[place]
    now = {**was, **copy.deepcopy(row)}
    for key in joined & row.keys():
        now[key] = [*was.get(key, []), *row[key]]
    if part == "clock":
        _both_limits(was, row, now)
    elif part == "date" and row.get("on", was.get("on")) != was.get("on"):
        kept.append({**was, "id": f"{was['id']}{BASE}"})
    elif part in ("field", "item.field") and now.get("need") != "when":
        now.pop("when", None)
    kept[place] = now


def _both_limits(was: Row, row: Row, now: Row) -> None:
    """The stricter limit counts, the one below is computed and shown beside it (domain B1)."""
    if "workdays" not in row:
        return
    beyond = was.get("upper", {})
    now["upper"] = {key: was[key] for key in ("workdays", "starts", "clause") if key in was}
    if beyond.get("workdays"):
        more = f"再上级 {beyond['workdays']} 个工作日（{beyond.get('clause', '')}）。"
        now["note"] = f"{now.get('note', '')}{more}"


def _lists(done: Laid, layer: Row) -> None:
    for path, keeps in LISTS.items():
        value = _at(layer, path)
        if value is None:
            continue
        was = _at(done.tree, path)
        if not keeps(was, value):
            done.faults.append(Fault(path, f"“{path}”要保留所依据的模板的各列：{told(was)[:200]}"))
        else:
            _into(done.tree, path, list(value))
        done.origin[path] = path
    form = layer.get("print", {})
    for key, value in form.items() if isinstance(form, dict) else ():
        if key in PRINT_FREE:
            _into(done.tree, f"print.{key}", value)
            done.origin[f"print.{key}"] = f"print.{key}"
        elif f"print.{key}" not in LISTS:
            done.faults.append(Fault(f"print.{key}", f"“{key}”由所依据的模板规定，不能改"))
    if "ends" in layer:
        done.tree["ends"] = layer["ends"]


def _at(tree: Row, path: str) -> Any:
    found: Any = tree
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _made(tree: Row, path: str) -> list[Row]:
    if _at(tree, path) is None:
        _into(tree, path, [])
    rows: list[Row] = _at(tree, path)
    return rows


def _into(tree: Row, path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        tree = tree.setdefault(step, {})
    tree[last] = value
