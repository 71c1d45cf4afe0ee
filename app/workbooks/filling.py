"""The league's own workbook as a print form: its columns found once, filled with a ledger's rows, the original kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter
from sqlalchemy import Connection, func, select

from app.change import Change
from app.engine import calling, storing
from app.engine.rows import Held
from app.exports.fill_xlsx import Value, fill_form
from app.imports import layout
from app.imports.layout import Layout
from app.imports.mapping import AUTO, SEQ, Column, Matcher, fingerprint, memory_of, split_target
from app.imports.reading import open_book
from app.ledger import kept_forms, ledgers
from app.ledger.ledgers import LedgerLine
from app.listing.pages import day_words, worded
from app.office import Office
from app.problem import Problem
from app.storage import files
from app.storage.sniff import sniff
from app.values import amounts, kinds, masking
from app.words.templates import Field, Loaded
from models.schema import entry as entry_table

LEAST = 2
OUT, LEFT = ("deleted", "excluded"), ("approved", "started", "removed", "corrected")


@dataclass(frozen=True)
class Mapped:
    """How a form would be filled: `columns` of its head, `memory` what is remembered of it."""

    sheet: str
    head: tuple[int, int]
    fingerprint: str
    columns: tuple[Column, ...]
    memory: dict[str, str]

    def as_json(self, matcher: Matcher) -> list[dict[str, Any]]:
        return [
            {
                "column": _letters(c.index),
                "head": c.head,
                "target": c.target,
                "title": matcher.title(c.target),
                "reason": c.reason,
            }
            for c in self.columns
            if any(c.path)
        ]  # fmt: skip


def look(
    office: Office,
    line: LedgerLine,
    form: Path,
    *,
    given: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Mapped:
    """Which column of the form takes which field: as `given` {letters or head: field id, title or ''}, as before, or guessed.

    Raises Problem E_FORM_OLD (not an .xlsx), E_FORM_HEADS (fewer than two heads understood), E_MAPPING, and those of
    opening and of finding the head.
    """
    if (found := sniff(form).form) != "xlsx":
        raise Problem(
            "E_FORM_OLD",
            f"“{form.name}”是旧格式，原样填写只认 .xlsx；请用表格软件打开它，另存为 .xlsx 再填",
            form=found,
        )
    matcher = Matcher(line.loaded)
    with open_book(form) as book:
        laid = layout.find(book, matcher, sheet=sheet)
    key = fingerprint(laid.head.paths, line.loaded)
    memory = {key: kept_forms.heads(office, key)}
    columns = _mapped(matcher, laid, memory, given or {})
    known = [c for c in columns if c.target and c.target != SEQ]
    if len(known) < LEAST:
        strange = "、".join(f"“{c.head}”" for c in columns if not c.target and any(c.path))[:200]
        said = f"只认得 {len(known)} 列，不知道填什么；请指明哪一列填哪个栏目（--map 列=栏目；不认得的：{strange}）"
        raise Problem(
            "E_FORM_HEADS", f"“{form.name}”的表头{said}",
            unknown=[c.head for c in columns if not c.target and any(c.path)],
        )  # fmt: skip
    return Mapped(laid.sheet.name, (laid.head.row, laid.head.last), key, columns, memory_of(columns))


def fill(
    office: Office,
    ledger_id: str,
    form: Path,
    out: Path,
    *,
    given: Mapping[str, str] | None = None,
    sheet: str | None = None,
    private: bool = False,
    every: bool = False,
) -> Change:
    """Fill the form with the ledger's rows cell by cell and write it to `out`; the received file is kept by its digest.

    Rows in 在账 are filled in, with `every` those that have left as well; struck-off and withdrawn rows stay out. What is
    private is masked as in prints, unless `private`. Raises Problem
    E_FORM_SAME (out is the form itself) and those of `look` and of `fill_xlsx.fill_form`.
    """
    if out.exists() and form.exists() and out.samefile(form):
        raise Problem("E_FORM_SAME", f"填好的不能盖掉收到的“{form.name}”，请另写一个文件名", path=str(out))
    line = ledgers.get(office, ledger_id)
    mapped = look(office, line, form, given=given, sheet=sheet)
    digest = files.digest_of(form)
    columns = [c for c in mapped.columns if c.target]
    with office.read() as connection:
        rows = list(_rows(connection, line, columns, private=private, every=every))
        gone = 0 if every else _gone(connection, line)
    seq = next((c.index + 1 for c in columns if c.target == SEQ), 0)
    done = fill_form(form, mapped.sheet, mapped.head[1], [c.index + 1 for c in columns], seq, rows, out)
    told = {"name": form.name, "sha256": digest, "sheet": mapped.sheet, "heads": mapped.memory}
    kept_forms.remember(office, mapped.fingerprint, form, told)
    said_gone = f"；{gone:,} {line.loaded.t.words.count}{line.loaded.t.words.row}已不{line.loaded.t.words.open}，没有填"
    left = [c.head for c in mapped.columns if not c.target and any(c.path)]
    said = f"已按“{form.name}”填好 {done.rows:,} 行，写到 {out.name}"
    room = f"只有 {done.room:,} 个空行，接着" if done.room else "没有空行，"
    said += f"；表样{room}加了 {done.extra:,} 行" if done.extra else ""
    over = [c.head for c in columns if c.index + 1 in done.over]
    said += (
        f"；{'、'.join(over)}原来写着公式，已换成台账里的内容，要留公式请指明不填（--map 列=）"
        if over
        else ""
    )
    said += f"{said_gone}，要一起填请选明（--all）" if gone else ""
    said += f"；没有填的列：{'、'.join(left[:8])}" if left else ""
    masked = [] if private else [c.head for c in columns if _private(line.loaded, c.target)]
    said += f"；{'、'.join(masked)}按打印的规矩遮去了一部分，要写全请选明再填" if masked else ""
    facts = {
        "file": str(out), "rows": done.rows, "room": done.room, "extra": done.extra, "sheet": mapped.sheet, "sha256": digest,
        "columns": mapped.as_json(Matcher(line.loaded)), "left": left, "over": over,
        "masked": masked, "gone": gone,
    }  # fmt: skip
    return Change(said, frozenset(), ledger_id, facts)


def _mapped(
    matcher: Matcher, laid: Layout, memory: Mapping[str, Mapping[str, str]], given: Mapping[str, str]
) -> tuple[Column, ...]:
    """The columns, with those that the program itself fills: in a form they are asked for, in a list never read."""
    plain = layout.columns_of(laid, matcher, memory, {})
    wished: dict[int | str, str] = {}
    for name, target in given.items():
        column = next(
            (
                c
                for c in plain
                if name.strip() in (c.head, c.path[-1]) or name.strip().upper() == _letters(c.index)
            ),
            None,
        )
        if column is None:
            raise Problem("E_MAPPING", f"表样里没有“{name}”这一列，请写列的字母或表头", field=name)
        wished[column.index] = _target(matcher, target.strip())
    columns = layout.columns_of(laid, matcher, memory, wished)
    return tuple(
        replace(c, target=matcher.match(c.path)[0]) if c.reason == AUTO and c.target != SEQ else c
        for c in columns
    )


def _target(matcher: Matcher, name: str) -> str:
    """A field by its id, or by its title. Raises Problem E_MAPPING."""
    loaded = matcher.loaded
    if name in ("", SEQ) or (name and matcher.knows(name)) or loaded is None:
        return name
    found = [f.id for f in loaded.t.fields if f.title == name] + [
        p.code for p in loaded.presets.values() if p.title == name
    ]
    if not found:
        raise Problem("E_MAPPING", f"台账里没有“{name}”这一栏", field=name)
    return found[0]


def _private(loaded: Loaded, target: str) -> bool:
    field = loaded.fields.get(target) or loaded.item_fields.get(split_target(target)[1])
    return target != SEQ and field is not None and field.private


def _gone(connection: Connection, line: LedgerLine) -> int:
    """How many rows have left 在账."""
    t = entry_table.c
    left = (t.ledger_id == line.id, t.standing.in_(LEFT))
    return int(connection.scalar(select(func.count()).where(*left)) or 0)


def _rows(
    connection: Connection, line: LedgerLine, columns: Sequence[Column], *, private: bool, every: bool
) -> Iterator[list[Value]]:
    number = 0
    for held in storing.every_held(connection, line.id):
        if held.standing in OUT or (held.standing in LEFT and not every):
            continue
        number += 1
        yield [_value(line, held, column, number, private=private) for column in columns]


def _value(line: LedgerLine, held: Held, column: Column, number: int, *, private: bool) -> Value:
    loaded, target = line.loaded, column.target
    if target == SEQ:
        return Value(number=number)
    if target in loaded.fields:
        if target == "ledger_no":
            return Value(held.no)
        if target == "status":
            return Value(calling.standing(loaded, held.standing))
        field, value = loaded.fields[target], held.cells.get(target)
        if target == "region_code":
            value = value or held.division
        if target == "unit_id":
            return Value(line.unit)
    else:
        code, part = split_target(target)
        cells = held.items.get(code, {})
        field, value = loaded.item_fields[part], cells.get(part)
        if part == "state":
            return Value(calling.state(loaded, value or ""))
    if value in (None, "", []):
        return Value()
    if not private and (field.private or field.kind in masking.PROSE):
        return Value(worded(loaded, field, value))
    return _plain(loaded, field, value, column.unit)


def _plain(loaded: Loaded, field: Field, value: Any, unit: str) -> Value:
    """A stored value as the form wants it: numbers as numbers in the unit its head names, days as days."""
    match field.kind:
        case "date":
            return Value(day=dt.date.fromisoformat(value))
        case "month":
            return Value(day_words(value))
        case "money" | "area":
            units: dict[str, Any] = amounts.MONEY_UNITS if field.kind == "money" else amounts.AREA_UNITS
            return Value(
                number=Decimal(amounts.amount(value, units[unit or kinds.own_unit(field)], grouped=False))
            )
        case "percent":
            return Value(share=value)
        case "int" | "year":
            return Value(number=int(value))
        case "number":
            return Value(number=Decimal(value))
    return Value(calling.shown(loaded, field, value))


def _letters(index: int) -> str:
    return str(get_column_letter(index + 1))
