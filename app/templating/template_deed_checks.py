"""Faults of a template's named events, disposal routes, cadences and signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.engine.evaluator import compile_expression
from app.engine.template_faults import Fault, expression, unknown, unreadable
from app.problem import Problem
from app.words.template_names import base_names, entry_names, item_names
from app.words.template_words import Cadence, Closing, Field
from app.words.templates import DEED_WORDS, Loaded

PLAIN_NEEDS = frozenset(("scan", "reason", "evidence"))
ACT_NEEDS = frozenset(("meeting", "date", "minutes_no", "doc_no", "scan"))
PERIODS = {"旬": 3, "半月": 2, "月": 1}
_SPOKEN = {f"{{{word}}}" for word in DEED_WORDS}


def deed_faults(loaded: Loaded) -> Iterator[Fault]:
    """Every fault of the routes by which rows leave, and of what is due to whom."""
    for index, closing in enumerate(loaded.t.closings):
        yield from _closing(loaded, closing, f"closing[{index}]")
    yield from _bases(loaded)
    yield from _leading_nowhere(loaded)
    for index, disposal in enumerate(loaded.t.disposals):
        path = f"disposal[{index}]"
        fields = _fields(loaded, disposal.scope)
        yield from unknown(f"{path}.needs", _parts(disposal.needs), fields)
        yield from unknown(f"{path}.field", [disposal.field], fields)
        if disposal.field in fields:
            yield from unreadable(f"{path}.title", loaded, fields[disposal.field], disposal.title)
    for index, cadence in enumerate(loaded.t.cadences):
        yield from _cadence(cadence, f"cadence[{index}]")
    yield from _signoffs(loaded)


def _closing(loaded: Loaded, closing: Closing, path: str) -> Iterator[Fault]:
    fields = _fields(loaded, closing.scope)
    item = closing.scope == "item"
    if item and not loaded.t.items:
        yield Fault(f"{path}.scope", "没有子项的台账，离账只能是整行的（entry）")
    yield from unknown(f"{path}.needs", _parts(closing.needs), fields.keys() | PLAIN_NEEDS)
    yield from unknown(f"{path}.wants", _parts(closing.wants), fields.keys() | PLAIN_NEEDS)
    if closing.when:
        yield from expression(
            f"{path}.when", closing.when, item_names(loaded) if item else entry_names(loaded)
        )
    for table, texts in (("writes", closing.writes), ("back", closing.back)):
        for key, text in texts.items():
            yield from _written(loaded, fields, f"{path}.{table}", key, text, spoken=table == "writes")
    yield from _confirmed(loaded, closing, fields, f"{path}.confirms")


def _written(
    loaded: Loaded, fields: Mapping[str, Field], path: str, key: str, text: str, *, spoken: bool
) -> Iterator[Fault]:
    where = f"{path}.{key}"
    if key not in fields:
        yield from unknown(where, [key], fields)
    elif fields[key].need == "auto":
        yield Fault(where, f"“{fields[key].title}”由程序填写，不能写")
    elif text.startswith("{"):
        if not spoken or text not in _SPOKEN:
            yield Fault(where, f"没有“{text[:40]}”，可用：{'、'.join(sorted(_SPOKEN))}")
    elif text:
        yield from unreadable(where, loaded, fields[key], text)


def _confirmed(loaded: Loaded, closing: Closing, fields: Mapping[str, Field], path: str) -> Iterator[Fault]:
    if not closing.confirms:
        return
    asked = next(
        (fields[k] for k, text in closing.writes.items() if text == "{targets}" and k in fields), None
    )
    codes = loaded.codes.get(asked.choices) if asked else None
    if codes is None:
        yield Fault(path, 'confirms 要有一个代码类字段写入 "{targets}"')
        return
    yield from unknown(path, closing.confirms, {c.code for c in codes.codes})
    dates = {f.id for f in fields.values() if f.kind == "date"}
    for target, key in closing.confirms.items():
        yield from unknown(f"{path}.{target}", [key], dates)


def _bases(loaded: Loaded) -> Iterator[Fault]:
    """One basis closes by one rule: which is asked for must not be in doubt."""
    met: set[tuple[str, str]] = set()
    for index, closing in enumerate(loaded.t.closings):
        if closing.to not in ("approved", "kept"):
            continue
        for basis in closing.bases or (closing.id,):
            if (closing.scope, basis) in met:
                yield Fault(f"closing[{index}].bases", f"“{basis[:40]}”已是另一种离账的依据")
            met.add((closing.scope, basis))


def _leading_nowhere(loaded: Loaded) -> Iterator[Fault]:
    """A row that is closed and still counts in the base would never leave (decision 1)."""
    if not loaded.t.base:
        return
    try:
        read = compile_expression(loaded.t.base, base_names(loaded)).names
    except Problem:
        return  # said of the base itself
    for index, closing in enumerate(loaded.t.closings):
        if closing.scope == "entry" and closing.to == "approved" and not set(read) & {"n_open", *closing.writes}:
            yield Fault(
                f"closing[{index}]",
                f"“{closing.title}”以后 base 照样成立，这一行不会离账；请在 writes 里写上 base 用到的栏目，"
                "例如 base 写 blank(closed_on)，writes 写 closed_on = {on}",
            )


def _cadence(cadence: Cadence, path: str) -> Iterator[Fault]:
    if cadence.days and len(cadence.days) != PERIODS[cadence.every]:
        yield Fault(f"{path}.days", f"“{cadence.every}”每月要写 {PERIODS[cadence.every]} 天")
    if list(cadence.days) != sorted(set(cadence.days)) or any(not 1 <= day <= 31 for day in cadence.days):
        yield Fault(f"{path}.days", "days 是从小到大的 1 到 31")
    if cadence.first and cadence.until and cadence.until < cadence.first:
        yield Fault(f"{path}.until", "until 早于 first")


def _signoffs(loaded: Loaded) -> Iterator[Fault]:
    days = {d.id for d in loaded.t.dates}
    for index, route in enumerate(loaded.t.signoffs):
        yield from unknown(f"signoff[{index}].due", [route.due] if route.due else [], days)
        for place, step in enumerate(route.steps):
            yield from unknown(f"signoff[{index}].step[{place}].needs", step.needs, ACT_NEEDS)
        acts = {*route.roles, *(step.title for step in route.steps)}
        upon = [route.seals_upon] if route.seals_upon else []
        yield from unknown(f"signoff[{index}].seals_upon", upon, acts)


def _fields(loaded: Loaded, scope: str) -> Mapping[str, Field]:
    return loaded.fields if scope == "entry" else loaded.item_fields


def _parts(needs: tuple[str, ...]) -> list[str]:
    return [part for need in needs for part in need.split("|")]
