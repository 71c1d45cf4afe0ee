"""Reading a template strictly: an unknown key is refused with its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import msgspec

from app.paths import RESOURCES
from app.problem import Problem
from app.template_checks import refuse_faults
from app.templates import LIMIT_BYTES, Loaded, Template


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
    loaded = Loaded(template, source)
    refuse_faults(loaded, lambda path: line_of(source, path), name)
    return loaded


def builtin(template_id: str) -> Loaded:
    """One of the templates that come with the program. Raises Problem E_NO_TEMPLATE."""
    path = RESOURCES / "templates" / f"{template_id}.toml"
    if not re.fullmatch(r"[a-z0-9-]+", template_id) or not path.is_file():
        raise Problem("E_NO_TEMPLATE", f"没有“{template_id}”这个模板，请用 templates 查看可用的模板")
    return read(path.read_text("utf-8"), path.name)


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
_PAIR = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


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
            seen.setdefault(f"{prefix}.{pair[1]}" if prefix else pair[1], number)
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


def as_json(loaded: Loaded) -> dict[str, Any]:
    """A short description for lists."""
    t = loaded.t
    return {"id": t.id, "title": t.title, "version": t.version, "campaign": t.campaign, "plan": t.plan}
