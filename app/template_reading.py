"""Reading a template strictly: an unknown key is refused with its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from app.paths import RESOURCES
from app.problem import Problem
from app.template_checks import refuse_faults
from app.templates import LIMIT_BYTES, Loaded, Template

_NAME = re.compile(r"[a-z0-9-]{1,40}")


def read(source: str, name: str = "") -> Loaded:
    """Read a template from TOML text. Raises Problem E_TEMPLATE naming line and key."""
    if len(source.encode()) > LIMIT_BYTES:
        raise Problem("E_TEMPLATE", f"模板“{name}”超过 {LIMIT_BYTES // 1024} KB，不予读取", file=name)
    try:
        tree = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise Problem(
            "E_TEMPLATE", f"模板“{name}”第 {line} 行写法有误，请改正后再读", file=name, line=line
        ) from error
    except RecursionError as error:
        raise Problem("E_TEMPLATE", f"模板“{name}”第 1 行起嵌套太深，不予读取", file=name, line=1) from error
    try:
        template = msgspec.convert(tree, Template)
    except msgspec.ValidationError as error:
        raise _refusal(source, name, str(error)) from error
    loaded = Loaded(_filled(template), source)
    refuse_faults(loaded, lambda path: line_of(source, path), name)
    return loaded


def builtin(template_id: str) -> Loaded:
    """One of the templates that come with the program. Raises Problem E_NO_TEMPLATE."""
    path = RESOURCES / "templates" / f"{template_id[:40]}.toml"
    if not _NAME.fullmatch(template_id) or not path.is_file():
        raise Problem("E_NO_TEMPLATE", f"没有“{template_id}”这个模板，请用 templates 查看可用的模板")
    return read(path.read_text("utf-8"), path.name)


def found(ref: str) -> Loaded:
    """A template by the id of a built-in one, or by the path of a .toml file. Raises E_NO_TEMPLATE, E_TEMPLATE."""
    if not ref.endswith(".toml"):
        return builtin(ref)
    path = Path(ref)
    if not path.is_file() or path.stat().st_size > LIMIT_BYTES:
        raise Problem("E_NO_TEMPLATE", f"找不到模板文件“{ref}”，或文件太大", file=ref)
    try:
        return read(path.read_text("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise Problem(
            "E_TEMPLATE", f"模板“{path.name}”不是 UTF-8 文字，请另存后再读", file=ref, line=1
        ) from error


def builtins() -> list[Loaded]:
    folder = RESOURCES / "templates"
    return [read(p.read_text("utf-8"), p.name) for p in sorted(folder.glob("*.toml"))]


def _refusal(source: str, name: str, message: str) -> Problem:
    unknown = re.search(r"unknown field `([^`]*)`", message)
    missing = re.search(r"missing required field `([^`]*)`", message)
    where = re.search(r"at `\$([^`]*)`", message)
    path = where[1].lstrip(".") if where else ""
    if unknown:
        path = f"{path}.{unknown[1]}" if path else unknown[1]
        said = f"不认识的键“{unknown[1]}”"
    elif missing:
        said = f"缺少必需的键“{missing[1]}”"
    else:
        said = f"键“{path}”的值不合要求"
    line = line_of(source, path)
    key = (unknown or missing)[1] if (unknown or missing) else path  # type: ignore[index]
    return Problem(
        "E_TEMPLATE", f"模板“{name}”第 {line} 行：{said}", file=name, line=line, key=key, detail=message
    )


_HEAD = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_PAIR = re.compile(r"""\s*(?:"([^"]+)"|([A-Za-z0-9_-]+))\s*=""")


def line_of(source: str, path: str) -> int:
    """The 1-based line where `path` (`fields[3].kind`) stands in TOML text, else the nearest parent's, else 1."""
    seen: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, text in enumerate(source.splitlines(), 1):
        if head := _HEAD.match(text):
            prefix = _header_path(head[2], head[1] == "[[", counts)
            seen.setdefault(prefix, number)
        elif pair := _PAIR.match(text):
            key = pair[1] or pair[2]
            seen.setdefault(f"{prefix}.{key}" if prefix else key, number)
    while path:
        if path in seen:
            return seen[path]
        path = re.sub(r"(\.[^.\[]+|\[[^\]]*\])$", "", path) if re.search(r"[.\[]", path) else ""
    return 1


def _header_path(dotted: str, array: bool, counts: dict[str, int]) -> str:
    parts = dotted.split(".")
    path = ""
    for depth, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        if array and depth == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
            path = f"{path}[{counts[path]}]"
        elif path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def _filled(template: Template) -> Template:
    """A copy from before templates said how rows leave: what the program did then is in the built-in one now.

    The copy itself, its source and its digest stay as they were signed (decision 21).
    """
    old = template.closings and not template.base and not any(c.writes for c in template.closings)
    if (
        not old
        or not _NAME.fullmatch(template.id)
        or not (RESOURCES / "templates" / f"{template.id}.toml").is_file()
    ):
        return template
    now = builtin(template.id)
    closings = {c.id: c for c in now.t.closings}
    clocks = now.clocks
    replace = msgspec.structs.replace
    return replace(
        template,
        base=now.t.base,
        stages=now.t.stages,
        closings=tuple(closings.get(c.id, c) for c in template.closings),
        clocks=tuple(
            replace(c, cause=clocks[c.id].cause, choices=clocks[c.id].choices) if c.id in clocks else c
            for c in template.clocks
        ),
        sublists=tuple(
            replace(s, chip=next((n.chip for n in now.t.sublists if n.id == s.id), ""))
            for s in template.sublists
        ),
        cadences=now.t.cadences,
    )


def as_json(loaded: Loaded) -> dict[str, Any]:
    """A short description for lists."""
    t = loaded.t
    return {"id": t.id, "title": t.title, "version": t.version, "campaign": t.campaign, "plan": t.plan}
