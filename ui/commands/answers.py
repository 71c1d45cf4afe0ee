"""What a sub-command answers, and how pairs and rows are written for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.change import Change
from app.listing.lists import Line
from app.problem import Problem
from app.values import kinds, masking
from app.words.templates import Loaded


@dataclass(frozen=True)
class Said:
    """The answer of a sub-command: `text` for people, `data` for --json."""

    text: str
    data: Any = field(default_factory=dict)
    code: int = 0


def of(change: Change) -> Said:
    """A Change as an answer."""
    return Said(change.said, {"said": change.said, "subject": change.subject, **change.facts})


def warned(said: Said, warning: str) -> Said:
    """The answer of a deed with a warning among its data."""
    if not isinstance(said.data, dict):
        return said
    both = "；".join(filter(None, (said.data.get("warning"), warning)))
    return replace(said, data={**said.data, "warning": both})


def pairs(texts: Sequence[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """KEY=VALUE and M03.KEY=VALUE as cells and matters. Raises Problem E_PAIR."""
    cells: dict[str, str] = {}
    items: dict[str, dict[str, str]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise Problem("E_PAIR", f"“{text}”不是 栏目=内容 的写法，请改正", given=text)
        code, dot, name = key.strip().rpartition(".")
        row = items.setdefault(code, {}) if dot else cells
        if name in row:
            raise Problem("E_PAIR", f"“{key.strip()}”写了两次，请只留一个", given=text)
        row[name] = value
    return cells, items


def row_json(loaded: Loaded, line: Line, index: int, unit: str) -> dict[str, Any]:
    """One row: every template field (null when empty; who called 12345 masked), `id` and `items` (decision 26)."""
    out: dict[str, Any] = {"id": line.id}
    auto = {
        "seq": index,
        "ledger_no": line.no,
        "region_code": line.no.partition("-")[0],
        "unit_id": unit,
        "status": line.standing,
        "light": line.light,
        "sublists": list(line.sublists),
        "n_open": line.n_open,
        "n_done": sum(1 for i in line.items.values() if i.state == "办结"),
    }
    hidden = masking.hidden(loaded)
    for key, field_ in loaded.fields.items():
        value = line.cells.get(key)
        if value is not None and key in hidden:
            out[key] = masking.veiled(field_, kinds.to_text(field_, value))
        elif value is not None:
            out[key] = kinds.plain(field_, value)
        else:
            out[key] = auto.get(key)
    out["items"] = {code: _item_json(loaded, item) for code, item in line.items.items()}
    return out


def _item_json(loaded: Loaded, item: Any) -> dict[str, Any]:
    out: dict[str, Any] = {"state": item.state}
    for key, value in item.cells.items():
        field_ = loaded.item_fields.get(key)
        out[key] = kinds.plain(field_, value) if field_ is not None else value
    return out
