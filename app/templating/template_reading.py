"""Reading a template strictly: an unknown key is refused with its line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from app.problem import Problem
from app.storage.paths import RESOURCES
from app.templating import template_layers, template_likeness
from app.templating.template_checks import refuse_faults
from app.words.templates import LIMIT_BYTES, Loaded, Template

DOTS, LAYERS = 64, 3
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
FORMAT = 1
"""The way of writing templates that this program knows; a template may say which one it needs (`format = 2`)."""
_NAME = re.compile(r"[a-z0-9-]{1,40}")


class _Read(msgspec.Struct, frozen=True):
    """A text as a tree; `line_of` finds a path of it in the text, `under` are digests of the templates it lies over."""

    tree: dict[str, Any]
    line_of: Callable[[str], int]
    under: tuple[str, ...] = ()


def read(source: str, name: str = "") -> Loaded:
    """Read a template from TOML text, alone or over another. Raises Problem E_TEMPLATE naming line and key."""
    if len(source.encode()) > LIMIT_BYTES:
        raise Problem("E_TEMPLATE", f"模板“{name}”超过 {LIMIT_BYTES // 1024} KB，不予读取", file=name)
    return _understood(source, name)


@lru_cache(maxsize=64)
def _understood(source: str, name: str) -> Loaded:
    """Each text once: every part, bundle and ledger that comes brings its template along."""
    return _loaded(_whole(source, name), source, name)


def _whole(source: str, name: str, depth: int = 0) -> _Read:
    """The tree of a text, laid over those it carries. Raises Problem E_TEMPLATE."""
    layer, below = template_layers.split(source)
    tree = _parsed(layer, name)
    if not below:
        if "over" in tree:
            said = f"这是依据“{tree['over']}”写的，没有附上所依据的模板；请用 issue 印发，或先收下它再用"
            raise _fault(name, line_of(layer, "over"), said, "over")
        return _Read(tree, lambda path: line_of(layer, path))
    if depth >= LAYERS:
        raise _fault(name, 1, f"模板叠得超过 {LAYERS} 层", "over")
    base = _whole(below, f"{name}所依据的模板", depth + 1)
    _loaded(base, below, f"{name}所依据的模板")
    laid = template_layers.lay(base.tree, tree)
    for fault in laid.faults:
        raise _fault(name, line_of(layer, fault.path), fault.said, fault.path)
    digest = hashlib.sha256(below.encode()).hexdigest()
    return _Read(laid.tree, lambda path: line_of(layer, laid.own(path)), (digest, *base.under))


def _fault(name: str, line: int, said: str, key: str) -> Problem:
    return Problem("E_TEMPLATE", f"模板“{name}”第 {line} 行：{said}", file=name, line=line, key=key)


def _loaded(found: _Read, source: str, name: str) -> Loaded:
    try:
        template = msgspec.convert(found.tree, Template)
    except msgspec.ValidationError as error:
        raise _refusal(found.line_of, name, str(error)) from error
    loaded = Loaded(_called(_filled(template)), source, found.under)
    refuse_faults(loaded, found.line_of, name)
    return loaded


def _parsed(source: str, name: str) -> dict[str, Any]:
    _refuse_dots(source, name)
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
    except ValueError as error:  # a number of thousands of digits
        found = re.search(r"\d{400}", source)
        line = source.count("\n", 0, found.start()) + 1 if found else 0
        raise Problem(
            "E_TEMPLATE", f"模板“{name}”第 {line} 行的数字太长，不予读取", file=name, line=line
        ) from error
    _refuse_later(tree, source, name)
    _refuse_unseen(tree, name)
    return tree


def _refuse_later(tree: dict[str, Any], source: str, name: str) -> None:
    """A template that says itself by `format` that this program is too old for it."""
    form = tree.get("format", FORMAT)
    if isinstance(form, int) and form > FORMAT:
        line = line_of(source, "format")
        raise Problem(
            "E_TEMPLATE", f"模板“{name}”第 {line} 行：写法是第 {form} 版，本程序只认到第 {FORMAT} 版",
            file=name, line=line, key="format", later=True,
        )  # fmt: skip


def _refuse_unseen(tree: dict[str, Any], name: str) -> None:
    """Characters that nobody sees, or that turn a line of text round, stand in no title and no code."""
    waiting: list[Any] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and (found := _UNSEEN.search(one)):
            said = f"“{one[: found.start()][:40]}”后面有看不见的字符"
            raise Problem("E_TEMPLATE", f"模板“{name}”里{said}，不予读取", file=name)


def _refuse_dots(source: str, name: str) -> None:
    """A key of thousands of parts keeps the reader of TOML busy for minutes; nobody writes one (decision 34)."""
    for number, text in enumerate(source.splitlines(), 1):
        if text.count(".") > DOTS:
            raise Problem(
                "E_TEMPLATE", f"模板“{name}”第 {number} 行的点号太多，不予读取", file=name, line=number
            )


def builtin(template_id: str) -> Loaded:
    """One of the templates that come with the program. Raises Problem E_NO_TEMPLATE."""
    if not is_builtin(template_id):
        raise Problem("E_NO_TEMPLATE", f"没有“{template_id}”这个模板，请用 templates 查看可用的模板")
    return _built(_text_of_builtin(template_id), f"{template_id}.toml")


def is_builtin(template_id: str) -> bool:
    """Whether a template of this id comes with the program."""
    path = RESOURCES / "templates" / f"{template_id[:40]}.toml"
    return bool(_NAME.fullmatch(template_id)) and path.is_file()


@lru_cache(maxsize=64)
def _built(source: str, name: str) -> Loaded:
    """Each text that comes with the program is read once: all of them take half a second."""
    return read(template_likeness.whole(source, _text_of_builtin), name)


def _text_of_builtin(template_id: str) -> str:
    return (RESOURCES / "templates" / f"{template_id}.toml").read_text("utf-8")


def found(ref: str) -> Loaded:
    """A template by the id of a built-in one, or by the path of a .toml file. Raises E_NO_TEMPLATE, E_TEMPLATE."""
    return read(text_of(Path(ref)), Path(ref).name) if ref.endswith(".toml") else builtin(ref)


def path_of(ref: str) -> Path:
    """The file of a template named by the id of a built-in one or by its path."""
    return Path(ref) if ref.endswith(".toml") else RESOURCES / "templates" / f"{ref[:40]}.toml"


def text_of(path: Path) -> str:
    """The text of a template's file. Raises Problem E_NO_TEMPLATE, E_TEMPLATE."""
    if not path.is_file() or path.stat().st_size > LIMIT_BYTES:
        raise Problem("E_NO_TEMPLATE", f"找不到模板文件“{path}”，或文件太大", file=str(path))
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(
            "E_TEMPLATE", f"模板“{path.name}”不是 UTF-8 文字，请另存后再读", file=str(path), line=1
        ) from error


def builtins() -> list[Loaded]:
    folder = RESOURCES / "templates"
    return [_built(p.read_text("utf-8"), p.name) for p in sorted(folder.glob("*.toml"))]


def _refusal(place: Callable[[str], int], name: str, message: str) -> Problem:
    unknown = re.search(r"unknown field `([^`]*)`", message)
    missing = re.search(r"missing required field `([^`]*)`", message)
    where = re.search(r"at `\$([^`]*)`", message)
    path = where[1].lstrip(".") if where else ""
    later = False
    if unknown:
        path = f"{path}.{unknown[1]}" if path else unknown[1]
        said, later = f"不认识的键“{unknown[1]}”", True
    elif missing:
        said = f"缺少必需的键“{missing[1]}”"
    elif "nvalid enum value" in message:
        later = True
        said = f"键“{path}”的值本程序不认识"
    else:
        said = f"键“{path}”的值不合要求"
    line = place(path)
    key = (unknown or missing)[1] if (unknown or missing) else path  # type: ignore[index]
    return Problem(
        "E_TEMPLATE",
        f"模板“{name}”第 {line} 行：{said}",
        file=name,
        line=line,
        key=key,
        detail=message,
        later=later,
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


def _called(template: Template) -> Template:
    """A register's rows are struck off by its closing to `removed`, and called by its title: 作废, 撤销, 退单."""
    struck = next((c.title for c in template.closings if (c.scope, c.to) == ("entry", "removed")), "")
    if template.nature != "register" or not struck or any(f.id == "excluded" for f in template.fields):
        return template
    words = msgspec.structs.replace(template.words, excluded=struck)
    return msgspec.structs.replace(template, words=words)


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
        cadences=tuple(
            replace(c, form="", proof="" if c.proof == "report" else c.proof) for c in now.t.cadences
        ),  # it has no [[report]]
    )


def as_json(loaded: Loaded) -> dict[str, Any]:
    """A short description for lists."""
    t = loaded.t
    about = {"campaign": t.campaign, "nature": t.nature, "plan": t.plan, "clause": t.clause}
    return {"id": t.id, "title": t.title, "version": t.version, **about}
