"""What a template laid over another may say: further parts, and of the parts that are there only what is stricter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from app.engine.template_faults import Fault

Row = dict[str, Any]
NEEDS = ("optional", "when", "submit", "create")
LEVELS = ("warn", "gap", "error")
Stricter = Callable[[Any, Any], bool]


class Part(msgspec.Struct, frozen=True):
    """A list of a template: `key` names its rows, `stricter` {key: whether (was, now) is no looser}.

    `free` keys may be put anew, `joined` lists are added to.
    """

    key: str = "id"
    stricter: Mapping[str, Stricter] = msgspec.field(default_factory=dict)
    free: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()


def _no_more(was: Any, now: Any) -> bool:
    return was is None or (type(now) is type(was) and now <= was)


def _no_less(was: Any, now: Any) -> bool:
    return was is None or (type(now) is type(was) and now >= was)


def _later_of(order: tuple[str, ...], first: str) -> Stricter:
    return lambda was, now: (
        now in order and (was or first) in order and order.index(now) >= order.index(was or first)
    )


def _only_on(was: Any, now: Any) -> bool:
    return now is True or now == bool(was)


def _keeps(was: Any, now: Any) -> bool:
    """Every one of `was` stands in `now`, in the same order."""
    rest: Iterator[Any] = iter(now if isinstance(now, list) else ())
    return all(one in rest for one in was or ())


_SAID = frozenset(("clause", "note", "hint"))
_CELL = Part(
    stricter={
        "need": _later_of(NEEDS, "optional"), "max": _no_more, "min": _no_less, "frozen": _only_on, "private": _only_on,
    },
    free=_SAID | {"width"}, joined=frozenset(("words",)),
)  # fmt: skip
_NEW = Part()
PARTS: dict[str, Part] = {
    "field": _CELL,
    "item.field": _CELL,
    "item.preset": Part("code", {"always": _only_on}, _SAID | {"dept"}, frozenset(("words",))),
    "codes": Part(joined=frozenset(("code",))),
    "clock": Part(stricter={"workdays": _no_more}, free=_SAID),
    "date": Part(stricter={"on": _no_more}, free=_SAID),
    "check": Part(stricter={"level": _later_of(LEVELS, "warn")}, free=_SAID),
    "signoff": Part(stricter={"roles": _keeps, "step": _keeps, "lines": _keeps}, free=_SAID),
    "cadence": Part(key=""),
    "group": _NEW, "owner": _NEW, "conflict": _NEW, "computed": _NEW, "sublist": _NEW, "disposal": _NEW,
    "figure": _NEW, "report": _NEW,
}  # fmt: skip
HEAD_FREE = frozenset("title plan clause".split())
OWN = frozenset("over over_version version id".split())
PRINT_FREE = frozenset("title unit_line measure notes".split())
LISTS = {"grid": _keeps, "print.columns": _keeps}
_WAYS_OUT = frozenset("status light excluded basis".split())
"""Fields whose codes the program itself reads: a code more would be a way off the ledger."""
_NAMES = re.compile(r"[a-z][a-z0-9_]*")


def closed_lists(base: Row) -> frozenset[str]:
    """The code lists that decide what counts, which stage a matter is in and which clock runs: no code may be added."""
    rows = [base, *_rows(base, "stage", "clock", "closing"), *_rows(base.get("item"), "stage")]
    read = _WAYS_OUT.union(*(_NAMES.findall(f"{row.get('base', '')} {row.get('when', '')}") for row in rows))
    cells = [*_rows(base, "field"), *_rows(base.get("item"), "field")]
    return frozenset(str(cell["choices"]) for cell in cells if cell.get("choices") and cell.get("id") in read)


def _rows(tree: Any, *parts: str) -> Iterator[Row]:
    for part in parts if isinstance(tree, dict) else ():
        found = tree.get(part)
        yield from (row for row in found if isinstance(row, dict)) if isinstance(found, list) else ()


def loosened(part: str, rule: Part, was: Row, now: Row, path: str) -> Iterator[Fault]:
    """Everything in `now` that a layer may not say of a row that the template below has."""
    for key, value in now.items():
        where = f"{path}.{key}"
        if key == rule.key or key in rule.free:
            continue
        if key in rule.joined:
            if not isinstance(value, list):
                yield Fault(where, f"“{key}”的写法不对")
        elif key == "when" and part in ("field", "item.field"):
            if was.get("need") == "when" and now.get("need", "when") == "when" and value != was.get("when"):
                yield Fault(where, "“when”由所依据的模板规定，不能改；要更严请把 need 改为 submit")
        elif key not in rule.stricter:
            yield Fault(where, f"“{key}”由所依据的模板规定，不能改")
        elif not rule.stricter[key](was.get(key), value):
            yield Fault(where, f"“{key}”不能比所依据的模板宽（那里是{told(was.get(key))}）")
    if part == "clock" and "workdays" in now and not was.get("workdays"):
        yield Fault(f"{path}.workdays", "所依据的模板不按固定的工作日算，不能改成固定的")


def told(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(v.get("title", v)) if isinstance(v, dict) else str(v) for v in value)
    return "空" if value in (None, "") else str(value)
