"""Whatever a department does to the sheet: the answers are its edits, and nothing is dropped without a word."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from app.checking.check_lists import CHECK_SHEET, MARK_SHEET, CheckRow, CheckSheet, Key
from app.exports.check_xlsx import HEAD_ROW, write_check_xlsx
from app.imports.check_reading import Grid, returned
from app.imports.check_return import judge
from app.problem import Problem
from app.templating import template_reading
from app.words.templates import Loaded
from tests.data.make_checks import check_sheet

LOADED: Loaded = template_reading.builtin("pending-approval")
WORDS = st.text("某乙丙丁山水林田湖草沙公司办理材料0123456789（）", min_size=1, max_size=12).filter(
    lambda t: not t.isdigit() and not t.startswith("0")
)
DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2023, 12, 31))


@dataclass(frozen=True)
class Edit:
    """What is typed, and what it means."""

    cell: Any
    value: Any


def day(on: dt.date) -> Iterator[Edit]:
    iso = on.isoformat()
    yield Edit(iso, iso)
    yield Edit(on, iso)
    yield Edit(f"{on.year}.{on.month}.{on.day}", iso)
    yield Edit(f"{on.year}年{on.month}月{on.day}日", iso)
    yield Edit((on - dt.date(1899, 12, 30)).days, iso)
    yield Edit(f"{on:%Y%m%d}", iso)


def edits(kind: str, field: str) -> st.SearchStrategy[Edit]:
    empty = st.sampled_from([Edit(None, None), Edit("", None), Edit("　", None)])
    if field == "state":
        said = [
            ("办结", "办结"),
            ("√", "办结"),
            ("正在办理", "在办"),
            ("未办", "未办"),
            ("／", "不需办"),
            ("待核", "待核"),
        ]
        return st.sampled_from([Edit(*pair) for pair in said]) | empty
    if field == "needed":
        return (
            st.sampled_from([Edit("需要", "需办"), Edit("不需办", "不需办"), Edit(" 需办 ", "需办")]) | empty
        )
    if kind == "date":
        return DAYS.flatmap(lambda on: st.sampled_from(list(day(on)))) | empty
    if kind == "int":
        return st.integers(1, 60).flatmap(
            lambda n: st.sampled_from([Edit(n, n), Edit(str(n), n), Edit(float(n), n), Edit(chr(0xFF10 + n % 10), n % 10)])
        ).filter(lambda e: e.value != 0) | empty  # fmt: skip
    if kind == "phone":
        return (
            st.sampled_from([Edit(13904791111, "13904791111"), Edit("1390479２２２２", "13904792222")])
            | empty
        )
    if kind == "doc_no":
        return (
            st.sampled_from(
                [Edit("锡环审〔2022〕3号", "锡环审〔2022〕3号"), Edit("锡环审[2022]4号", "锡环审〔2022〕4号")]
            )
            | empty
        )
    return WORDS.map(lambda text: Edit(text, text)) | empty


def twins(sent: CheckSheet) -> CheckSheet:
    """With three rows that have a double in all but the id."""
    doubles = tuple(replace(row, entry=f"{n:x}" * 32) for n, row in enumerate(sent.rows[:3], 10))
    return replace(sent, rows=(*sent.rows, *doubles), blanks=4)


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[CheckSheet, dict[str, list[list[Any]]], dict[Key, dict[str, Any]]]:
    """The list, its sheets as rows of cells, and the answers an untouched copy gives."""
    sent = twins(check_sheet(LOADED, 5))
    path: Path = tmp_path_factory.mktemp("check") / "a.xlsx"
    write_check_xlsx(sent, path)
    book = openpyxl.load_workbook(path)
    grids = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    return sent, grids, {k: dict(v) for k, v in judged(sent, grids).answers.items()}


def judged(sent: CheckSheet, grids: dict[str, list[list[Any]]]) -> Any:
    made = []
    for name, rows in grids.items():
        lines = []
        for number, cells in enumerate(rows, 1):
            plain = [c.date() if isinstance(c, dt.datetime) else "" if c is None else c for c in cells]
            while plain and plain[-1] == "":
                plain.pop()
            if plain:
                lines.append([number, *plain])
        made.append(Grid(name, name != CHECK_SHEET, (), tuple(lines)))
    return judge(returned("a.xlsx", "xlsx", 1900, tuple(made)), LOADED, sent)


def named(row: CheckRow) -> tuple[str, ...]:
    return (*row.heads[1:], row.matter)


@settings(max_examples=90, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_answers_are_the_edits(written: Any, data: st.DataObject) -> None:
    sent, before, untouched = written
    grids = {name: [list(row) for row in rows] for name, rows in before.items()}
    table = grids[CHECK_SHEET]
    heads = table[HEAD_ROW - 1]
    at = {c.field: heads.index(c.head) for c in sent.columns}
    id_at = heads.index("行标识（勿改）")
    rows = {row.key: table[HEAD_ROW + n] for n, row in enumerate(sent.rows)}
    expected = {key: dict(values) for key, values in untouched.items()}
    for _ in range(data.draw(st.integers(0, 25))):
        row = data.draw(st.sampled_from(sent.rows))
        column = data.draw(st.sampled_from(sent.fills))
        edit = data.draw(edits(column.kind, column.field))
        rows[row.key][at[column.field]] = edit.cell
        expected[row.key][column.field] = edit.value
    kept = [row for row in sent.rows if not data.draw(st.booleans()) or data.draw(st.booleans())]
    kept = data.draw(st.permutations(kept))
    lost = {row.key for row in kept if data.draw(st.integers(0, 3)) == 0}
    if data.draw(st.booleans()):
        del grids[MARK_SHEET]
    for key in lost:
        rows[key][id_at] = None
    table[HEAD_ROW:] = [rows[row.key] for row in kept] + table[HEAD_ROW + len(sent.rows) :]
    absent = data.draw(st.sets(st.sampled_from([c.field for c in sent.fills]), max_size=3))
    drop = sorted((at[f] for f in absent), reverse=True)
    if data.draw(st.integers(0, 4)) == 0:
        lost = {row.key for row in kept}
        drop = sorted([*drop, id_at], reverse=True)
    for place in drop:
        for line in table:
            del line[place]
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(heads) - len(drop)))
        title = data.draw(st.sampled_from(["", "序", "本局初核意见", "栏一", "经办股室"]))
        for number, line in enumerate(table, 1):
            line.insert(place, title if number == HEAD_ROW else "有" if number > HEAD_ROW and title else None)
    for _ in range(data.draw(st.integers(0, 2))):
        table.insert(0, ["生态环境局回传"])

    same = Counter(named(row) for row in sent.rows)
    unknown = [row.key for row in kept if row.key in lost and same[named(row)] > 1]
    known = {row.key for row in kept} - set(unknown)
    found = judged(sent, grids)
    event(f"lost {bool(lost)} unknown {bool(unknown)} absent {len(absent)}")
    assert found.answers == {
        key: {f: v for f, v in expected[key].items() if f not in absent} for key in known
    }
    blanks = {number for number in found.rows.values()}
    assert len(blanks) == len(known)
    assert len([u for u in found.unplaced if "分不清" in u.reason]) == len(unknown)
    assert set(found.missing) == {row.key for row in sent.rows} - known
    assert not (found.faults or found.touched or found.added)


@settings(max_examples=90, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_row_is_placed_added_or_shown(written: Any, data: st.DataObject) -> None:
    """Cells swapped, overwritten with anything, columns torn out: no fault of ours, and no row goes missing."""
    sent, before, _ = written
    grids = {name: [list(row) for row in rows] for name, rows in before.items()}
    table = grids[CHECK_SHEET]
    anything = (
        st.text(max_size=8) | st.integers(-5, 10**6) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
        | DAYS | st.none() | st.sampled_from([c for line in table for c in line if isinstance(c, str)])
    )  # fmt: skip
    for _ in range(data.draw(st.integers(0, 60))):
        line = table[data.draw(st.integers(0, len(table) - 1))]
        place = data.draw(st.integers(0, len(line) - 1))
        line[place] = data.draw(anything)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(table[0]) - 1))
        for line in table:
            del line[place]
    if data.draw(st.booleans()):
        rest = table[HEAD_ROW:]
        table[HEAD_ROW:] = data.draw(st.permutations(rest))
    try:
        found = judged(sent, grids)
    except Problem as problem:
        assert problem.code in ("E_NOT_A_CHECKLIST", "E_OTHER_LIST")
        return
    numbers = [n for several in found.rows.values() for n in several]
    shown = numbers + [u.row for u in found.unplaced] + [a.row for a in found.added]
    assert len(shown) == len(set(shown))
    assert set(found.answers) | set(found.missing) == {row.key for row in sent.rows}
    assert not set(found.answers) & set(found.missing)
    faulty = {f.row for f in found.faults}
    for key, cells in found.answers.items():
        assert set(cells) == found.carried
        if any(isinstance(value, Problem) for value in cells.values()):
            assert faulty & set(found.rows[key])
    ids = {row.id: row.key for row in sent.rows}
    for number, line in enumerate(table, 1):
        known = {ids[c] for c in line if isinstance(c, str) and c in ids}
        words = [
            c for c in line if isinstance(c, str) and len(c.strip()) > 1 and c not in ids and "新增" not in c
        ]
        if known and len(words) > 6 and number > HEAD_ROW + 3:
            assert number in shown, line
