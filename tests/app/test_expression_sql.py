"""Expressions as SQL say what the evaluator says, for whatever row; what SQL cannot say is refused when read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from app.engine import expression_sql, storing
from app.engine.clocks import item_clocks
from app.engine.evaluator import compile_expression
from app.engine.expressions import accepted, names_of_entry, names_of_item
from app.engine.rows import STANDING_WORDS, Held, fresh_items, settle_item, stand
from app.engine.sql_names import Now
from app.problem import Problem
from app.templating.template_reading import builtin, read
from app.values.workdays import Calendar, published
from app.words.template_names import entry_names, item_names
from app.words.template_words import Computed, Sublist
from app.words.templates import Loaded
from models import database
from models.schema import attachment, entry, item, ledger, metadata

DATA = Path(__file__).parents[1] / "data"
WELLS = read((DATA / "farm-wells.toml").read_text("utf-8"), "farm-wells.toml")
CALENDAR = Calendar(published().values())
TODAY = dt.date(2022, 9, 1)
NOW = Now(TODAY.isoformat(), "152529", False)

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2022, 12, 31)).map(dt.date.isoformat)
CELLS = st.fixed_dictionaries(
    {"name": st.sampled_from(["甲井", "乙井", "%_'"])},
    optional={
        "village": st.sampled_from(["东村", "西村", "村's"]),
        "depth": st.integers(0, 200),
        "cost": st.integers(-5, 5000),
        "plot": st.integers(0, 900),
        "built": DAYS,
        "uses": st.lists(st.sampled_from(["灌溉", "人饮", "其他"]), max_size=3, unique=True),
        "sealed_by": st.sampled_from(["黏土", "水泥", "待定"]),
        "licensed": st.booleans(),
        "due_on": DAYS,
    },
)
STEPS = st.fixed_dictionaries(
    {"state": st.sampled_from(["办结", "在办", "未办", "不需办", "待核"])},
    optional={
        "ordered": st.sampled_from(["2022-08-01", "2022-08-29", "2022-09-01"]),
        "finished": st.sampled_from(["2022-08-05", "2022-08-31"]),
        "outcome": st.sampled_from(["验收", "缓办"]),
        "paper_no": st.sampled_from(["1号", "2号"]),
        "volume": st.integers(0, 90),
    },
)
ROWS = st.lists(st.tuples(CELLS, st.lists(STEPS, max_size=3), st.integers(0, 2)), min_size=1, max_size=4)

NUMBERS = [
    *"depth cost plot n_open n_items n_done n_accepted n_overdue n_unknown files 0 1 7 80".split(),
    "year(built)",
    "days(built, due_on)",
    "depth % 7",
]
DAY_WORDS = [
    "built",
    "due_on",
    "today()",
    "campaign_start",
    "campaign_end",
    "'2022-06-30'",
    "latest(built, due_on)",
    "later(built, 40)",
]
TEXTS = [
    "concat(village, '-', sealed_by)",
    "name",
    "village",
    "sealed_by",
    "standing",
    "division",
    "'东村'",
    "'水泥'",
    "'待定'",
    "'152529'",
    "None",
]
STEP_NUMBERS = [*"volume depth files 0 30".split(), "year(ordered)", "month(finished)"]
STEP_DAYS = [
    "ordered",
    "finished",
    "due",
    "built",
    "today()",
    "earliest(ordered, finished)",
    "latest(due, ordered)",
    "'2022-08-15'",
]
STEP_TEXTS = [
    "state",
    "outcome",
    "stage",
    "holder",
    "clock",
    "code",
    "village",
    "'施工中'",
    "'W02'",
    "'验收'",
    "None",
]


def numbers(atoms: list[str]) -> st.SearchStrategy[str]:
    def more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        return st.one_of(
            pair, inner.map(lambda t: f"(-{t})"), inner.map(lambda t: f"({t} if has({t}) else 3)")
        )

    return st.recursive(st.sampled_from([*atoms, "count(uses)"]), more, max_leaves=3)


def texts(atoms: list[str]) -> st.SearchStrategy[str]:
    plain = st.sampled_from(atoms)
    return st.one_of(plain, st.tuples(plain, plain).map(lambda t: f"({t[0]} if licensed else {t[1]})"))


def truths(number: list[str], day: list[str], text: list[str]) -> st.SearchStrategy[str]:
    n, d, t = numbers(number), st.sampled_from(day), texts(text)
    orders = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    compared = st.one_of(
        st.tuples(n, orders, n), st.tuples(d, orders, d), st.tuples(t, st.sampled_from(["==", "!="]), t)
    ).map(" ".join)
    chained = st.tuples(n, orders, n, orders, n).map(" ".join)
    asked = st.sampled_from([*number, *day, *text, "uses", "licensed"]).flatmap(
        lambda name: st.sampled_from([f"has({name})", f"blank({name})"])
    )
    held = st.one_of(
        t.map(lambda v: f"contains(['东村', '水泥', '施工中'], {v})"),
        t.map(lambda v: f"contains(uses, {v})"),
        st.sampled_from(
            ["contains(uses, '灌溉')", "licensed", "sealed", "uses", "licensed == True", "n_overdue > 0"]
        ),
    )
    bare = st.one_of(n, d, t)

    def more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            inner.map(lambda p: f"(not {p})"),
            st.tuples(inner, inner).map(lambda p: f"(({p[0]}) == ({p[1]}))"),
            st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        )

    return st.recursive(st.one_of(compared, chained, asked, held, bare), more, max_leaves=4)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = database.engine_for(tmp_path_factory.mktemp("sql") / "x.db")
    with engine.connect() as opened:
        metadata.create_all(opened)
        opened.commit()
        yield opened
    engine.dispose()


def stored(connection: Connection, rows: list[tuple[Any, list[Any], int]]) -> list[tuple[Held, int]]:
    """The rows in the tables, as an office would store them; returns them with how many files each has."""
    ledger_row = dict.fromkeys((c.name for c in ledger.columns), "x") | {
        "id": "L", "own": True, "head_seq": 0, "head_hash": b"", "next_no": 1, "next_print": 1,
    }  # fmt: skip
    connection.execute(insert(ledger).values(**ledger_row))
    out = []
    for number, (cells, steps, files) in enumerate(rows, 1):
        held = Held(f"{number:032}", number, f"no-{number}", dict(cells), fresh_items(WELLS))
        for code, given_ in zip(("W01", "W02", "W03"), steps, strict=False):
            held.items[code] = settle_item(WELLS, held.items[code], {**held.items[code], **given_})
        stand(WELLS, held)
        row, items = storing.columns(WELLS, CALENDAR, "L", held, 1)
        connection.execute(insert(entry).values(**row))
        connection.execute(insert(item), items)
        for nth in range(files):
            connection.execute(
                insert(attachment).values(
                    id=f"{number}-{nth}", sha256="", ledger_id="L", entry_id=held.id, name="", kind="pdf", size=1,
                    on=NOW.today, seq=1, deleted_seq=2 if nth else None,
                )
            )  # fmt: skip
        out.append((held, min(files, 1)))
    return out


def times_of(held: Held) -> dict[str, Any]:
    live = held.open_items()
    return {c: item_clocks(WELLS, held.items[c], held.cells, CALENDAR, item_code=c) for c in live}


def facts_of(held: Held, files: int) -> dict[str, Any]:
    times = times_of(held)
    return {
        "files": files,
        "division": NOW.division,
        "sealed": NOW.sealed,
        "standing": STANDING_WORDS[held.standing],
        "n_accepted": sum(accepted(WELLS, c, held.items[c], held.cells) for c in times),
        "n_overdue": sum(1 for t in times.values() if t.state == "running" and t.due < NOW.today),
        "n_unknown": sum(1 for t in times.values() if t.state == "unknown"),
    }


def by_python(held: Held, files: int, text: str) -> Any:
    names = names_of_entry(WELLS, held.cells, held.items, facts_of(held, files), held.open_items())
    return compile_expression(text, entry_names(WELLS)).value(names, TODAY)


def compiled(text: str, scope: str = "entry") -> Any:
    """The condition, or nothing where the types do not fit (that is refused when the template is read)."""
    try:
        compile_expression(text, entry_names(WELLS) if scope == "entry" else item_names(WELLS))
        return expression_sql.on_sublist(WELLS, Sublist(id="s", title="s", expr=text, scope=scope), NOW)  # type: ignore[arg-type]
    except Problem:
        return None


LIVELY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@LIVELY
@given(rows=ROWS, text=truths(NUMBERS, DAY_WORDS, TEXTS))
def test_a_list_holds_the_rows_that_the_evaluator_says(
    connection: Connection, rows: list[tuple[Any, list[Any], int]], text: str
) -> None:
    """Decision 3: one truth about who is on a list, in SQL and out of it."""
    rule = compiled(text)
    assume(rule is not None)
    with connection.begin():
        helds = stored(connection, rows)
        on = set(connection.scalars(select(entry.c.id).where(rule)))
        off = set(connection.scalars(select(entry.c.id).where(~rule)))
        connection.rollback()
    wanted = {h.id for h, files in helds if h.standing == "open" and by_python(h, files, text)}
    assert on == wanted, text
    assert not on & off


@LIVELY
@given(rows=ROWS, text=truths(STEP_NUMBERS, STEP_DAYS, STEP_TEXTS))
def test_a_list_of_items_holds_the_rows_with_such_an_open_item(
    connection: Connection, rows: list[tuple[Any, list[Any], int]], text: str
) -> None:
    rule = compiled(text, "item")
    assume(rule is not None)
    with connection.begin():
        helds = stored(connection, rows)
        on = set(connection.scalars(select(entry.c.id).where(rule)))
        connection.rollback()
    expression = compile_expression(text, item_names(WELLS))
    wanted = set()
    for held, files in helds:
        for code, times in times_of(held).items():
            live = times.state in ("running", "paused", "unknown")
            facts = {
                "files": files, "division": NOW.division, "sealed": NOW.sealed, "stage": times.stage or None,
                "holder": times.holder or None, "clock": (times.clock if live else None),
                "due": times.due or None, "upper_due": times.upper_due or None,
            }  # fmt: skip
            names = names_of_item(WELLS, code, held.items[code], held.cells, facts)
            if held.standing == "open" and expression.holds(names, TODAY):
                wanted.add(held.id)
    assert on == wanted, text


VALUES = st.one_of(
    numbers(NUMBERS),
    st.sampled_from(DAY_WORDS),
    texts(TEXTS),
    truths(NUMBERS, DAY_WORDS, TEXTS),
    st.sampled_from(
        ["month(built)", "earliest(built, due_on, today())", "count(['a', 'b'])", "latest(depth, cost)"]
    ),
)


@LIVELY
@given(rows=ROWS, text=VALUES)
def test_a_computed_value_is_what_the_evaluator_says(
    connection: Connection, rows: list[tuple[Any, list[Any], int]], text: str
) -> None:
    try:
        compile_expression(text, entry_names(WELLS))
        term = expression_sql.computed(WELLS, Computed(id="v", title="v", expr=text), NOW)
    except Problem:
        assume(False)
    with connection.begin():
        helds = stored(connection, rows)
        found = {key: value for key, value in connection.execute(select(entry.c.id, term.sql))}
        connection.rollback()
    for held, files in helds:
        value = by_python(held, files, text)
        if isinstance(value, float):
            assert found[held.id] == pytest.approx(value), text
        else:
            assert found[held.id] == value, text
        assert found[held.id] is not None or not term.sure


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("matches(name, '[a-z]+')", "matches"),
        ("wd(built, due_on) > 3", "wd"),
        ("name > 3", "文字与数"),
        ("depth == 'x'", "数与文字"),
        ("licensed < True", "比大小"),
        ("uses == None", "多选"),
        ("contains(name, '甲')", "contains"),
        ("contains(uses, 3)", "contains"),
        ("year(name) > 1", "日期"),
        ("count(name) > 1", "count"),
        ("name + 1 > 2", "加减乘除"),
        ("['甲']", "方括号"),
        ("latest(built, depth) > 1", "日期与数"),
    ],
)
def test_what_sql_cannot_say_is_refused_when_the_template_is_read(text: str, word: str) -> None:
    source = (DATA / "farm-wells.toml").read_text("utf-8")
    old = "expr = \"depth > 80 and year(built) < 2000 and not contains(uses, '人饮')\""
    assert old in source
    with pytest.raises(Problem) as refused:
        read(source.replace(old, f'expr = "{text}"'), "样.toml")
    problem = refused.value
    assert (problem.code, problem.facts["key"]) == ("E_TEMPLATE", "sublist[1].expr")
    line = source[: source.index(old)].count("\n") + 1
    assert problem.facts["line"] == line
    assert word in problem.text and f"第 {line} 行" in problem.text


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (
            'expr = "cost / depth"\nkind = "number"',
            'expr = "cost / depth"\nkind = "date"',
            "computed[1].kind",
        ),
        ('expr = "2022 - year(built)"', "expr = \"matches(name, 'x')\"", "computed[0].expr"),
        ('expr = "2022 - year(built)"', 'expr = "uses"', "computed[0].expr"),
        ("expr = \"stage == '施工中'\"", 'expr = "paused"', "sublist[0].expr"),
        ("expr = \"stage == '施工中'\"", "expr = \"standing == '在账'\"", "sublist[0].expr"),
        ('id = "age"', 'id = "depth"', "computed[0].id"),
        ('title = "老深井"', 'title = "施工中"', "sublist[1].title"),
    ],
)
def test_other_faults_of_lists_and_computed_values(old: str, new: str, key: str) -> None:
    source = (DATA / "farm-wells.toml").read_text("utf-8")
    assert source.count(old) == 1, old
    with pytest.raises(Problem) as refused:
        read(source.replace(old, new), "样.toml")
    assert refused.value.facts["key"] == key


def test_the_lists_of_pending_approval_are_plain_columns() -> None:
    """Decision 3; `n_overdue > 0` is answered by the indexed due day, no item is read."""
    loaded: Loaded = builtin("pending-approval")
    shown = [str(expression_sql.on_sublist(loaded, each, NOW)) for each in loaded.t.sublists]
    assert not any("SELECT" in text or "cells" in text for text in shown), shown
