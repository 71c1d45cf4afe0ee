"""Templates are read strictly: every fault is a Problem that names line and key."""

from __future__ import annotations

import pytest

from app.problem import Problem
from app.templating.template_reading import builtin, builtins, line_of, read
from app.words.templates import LIMIT_BYTES, Loaded

SMALL = """\
id = "small"
title = "小台账"
version = "1"
campaign = "试"
plan = "试行方案"
starts = 2022-07-01
ends = 2022-12-31
kind_code = "XX"
start_year = 2022
grid = ["light", "name", "M01"]

[print]
title = "小台账"
columns = ["seq", "name", "M01"]

[[owner]]
id = "LX"
title = "立项部门"

[[group]]
id = "basic"
title = "基本"

[[codes]]
id = "light"
title = "灯"
[[codes.code]]
code = "红"
words = ["赤"]
[[codes.code]]
code = "绿"

[[field]]
id = "name"
title = "名称"
kind = "text"
group = "basic"
need = "create"
owner = "LX"

[[field]]
id = "light"
title = "灯"
kind = "enum"
choices = "light"
need = "auto"

[[field]]
id = "due_date"
title = "时限"
kind = "date"

[item]
title = "事项"

[[item.field]]
id = "d_submit"
title = "提交"
kind = "date"

[[item.field]]
id = "d_done"
title = "办结"
kind = "date"
need = "when"
when = "has(d_submit)"

[[item.preset]]
code = "M01"
title = "甲"

[[item.stage]]
title = "未交"
when = "blank(d_submit)"

[[clock]]
id = "K1"
title = "初审"
starts = "d_submit"
stops = ["d_done"]
workdays = 5
clause = "四"
[clock.upper]
workdays = 7

[[clock]]
id = "K5"
title = "总"
until = "due_date"
stops = ["d_done"]

[[computed]]
id = "year_of"
title = "年"
expr = "year(due_date)"

[[check]]
id = "order"
scope = "item"
field = "d_done"
expr = "d_done < d_submit"
text = "次序不对"
"""


def refusal(source: str) -> Problem:
    with pytest.raises(Problem) as caught:
        read(source, "样.toml")
    assert caught.value.code == "E_TEMPLATE"
    assert "样.toml" in caught.value.text
    return caught.value


def line_with(source: str, text: str) -> int:
    return next(n for n, line in enumerate(source.splitlines(), 1) if text in line)


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1, old
    return SMALL.replace(old, new, 1)


def test_the_small_template_reads() -> None:
    loaded = read(SMALL, "样.toml")
    assert isinstance(loaded, Loaded)
    assert loaded.fields["name"].need == "create"
    assert loaded.preset_of("M01.2").title == "甲"
    assert loaded.digest == read(SMALL).digest != read(SMALL + "\n# 注\n").digest


@pytest.mark.parametrize(
    ("old", "new", "at", "key"),
    [
        ('kind = "text"', 'knid = "text"', "knid", "knid"),
        ('title = "名称"', 'titel = "名称"', "titel", "titel"),
        ("workdays = 7", "workday = 7", "workday = 7", "workday"),
        ('words = ["赤"]', 'word = ["赤"]', "word =", "word"),
        ('version = "1"', 'versoin = "1"', "versoin", "versoin"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(old: str, new: str, at: str, key: str) -> None:
    source = changed(old, new)
    problem = refusal(source)
    assert problem.facts["key"] == key
    assert problem.facts["line"] == line_with(source, at)
    assert key in problem.text and str(problem.facts["line"]) in problem.text


def test_a_wrong_kind_is_named_with_its_line() -> None:
    source = changed('kind = "date"', 'kind = "datum"')
    problem = refusal(source)
    assert problem.facts["key"] == "field[2].kind"
    assert problem.facts["line"] == line_with(source, "datum")
    assert "datum" in problem.text


def test_a_missing_key_points_at_its_table() -> None:
    source = changed('title = "名称"\n', "")
    problem = refusal(source)
    assert problem.facts["key"] == "title"
    assert problem.facts["line"] == line_with(source, "[[field]]")


def test_a_value_of_the_wrong_type_is_named() -> None:
    source = changed("workdays = 5", 'workdays = "五"')
    problem = refusal(source)
    assert problem.facts["line"] == line_with(source, "五")


def test_broken_toml_names_its_line() -> None:
    source = changed('kind_code = "XX"', "kind_code = XX")
    assert refusal(source).facts["line"] == line_with(source, "kind_code")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('when = "has(d_submit)"', 'when = "has(d_sumbit)"', "item.field[1].when"),
        ('when = "has(d_submit)"', 'when = "9**9**9"', "item.field[1].when"),
        ('when = "has(d_submit)"', 'when = "d_submit.year"', "item.field[1].when"),
        ('when = "has(d_submit)"', f'when = "{"(" * 300}d_submit{")" * 300}"', "item.field[1].when"),
        ('when = "has(d_submit)"', f'when = "{"d_done + " * 400}d_done"', "item.field[1].when"),
        ('need = "when"\n', 'need = "submit"\n', "item.field[1].when"),
        ('expr = "year(due_date)"', "expr = \"__import__('os')\"", "computed[0].expr"),
        ('expr = "d_done < d_submit"', 'expr = "d_done <"', "check[0].expr"),
        ('field = "d_done"', 'field = "d_don"', "check[0].field"),
        ('choices = "light"', 'choices = "lights"', "field[1].choices"),
        ('choices = "light"\n', "", "field[1].choices"),
        ('group = "basic"', 'group = "basics"', "field[0].group"),
        ('owner = "LX"', 'owner = "XL"', "field[0].owner"),
        ('id = "name"', 'id = "Name"', "field[0].id"),
        ('id = "light"\ntitle = "灯"\nkind', 'id = "name"\ntitle = "灯"\nkind', "field[1].id"),
        ('columns = ["seq", "name", "M01"]', 'columns = ["seq", "nam"]', "print.columns"),
        ('grid = ["light", "name", "M01"]', 'grid = ["light", "M02"]', "grid"),
        ('starts = "d_submit"', 'starts = "d_sent"', "clock[0].starts"),
        ('stops = ["d_done"]', 'stops = ["d_end"]', "clock[0].stops"),
        ("workdays = 5", 'workdays = 5\npromise = "d_done"', "clock[0].workdays"),
        ("workdays = 5\n", "", "clock[0].workdays"),
        ('until = "due_date"', 'until = "name"', "clock[1].until"),
        ('until = "due_date"', 'until = "due_date"\nafter = "K9"', "clock[1].after"),
        ('code = "M01"', 'code = "01"', "item.preset[0].code"),
        ('code = "绿"', 'code = "赤"', "codes[0].code[1].words"),
        ('code = "绿"', 'code = "红"', "codes[0].code[1].code"),
        ("ends = 2022-12-31", "ends = 2021-12-31", "ends"),
        ('id = "small"', 'id = "../small"', "id"),
        ('need = "create"', 'need = "create"\npattern = "(a+)+$"', "field[0].pattern"),
        ('need = "create"', 'need = "create"\npattern = "("', "field[0].pattern"),
        ('need = "create"', 'need = "create"\nwidth = 1.0', "field[0].width"),
        ('need = "create"', 'need = "create"\nmin = 5\nmax = 4', "field[0].max"),
    ],
)
def test_a_fault_between_parts_is_named_with_its_line(old: str, new: str, key: str) -> None:
    source = changed(old, new)
    problem = refusal(source)
    assert problem.facts["key"] == key
    assert problem.facts["line"] == line_of(source, key) > 0


CLOSING = """
[[closing]]
id = "done"
title = "办结"
scope = "item"
to = "approved"
bases = ["甲证"]
needs = ["d_done"]
[closing.writes]
d_done = "{on}"
"""


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (CLOSING.replace('["d_done"]', '["d_end"]'), "closing[0].needs"),
        (CLOSING.replace('["d_done"]', '["d_done|photo"]'), "closing[0].needs"),
        (CLOSING.replace("{on}", "{when}"), "closing[0].writes.d_done"),
        (CLOSING.replace("{on}", "某日"), "closing[0].writes.d_done"),
        (CLOSING.replace('d_done = "{on}"', 'd_end = "{on}"'), "closing[0].writes.d_end"),
        (CLOSING + '[closing.back]\nd_done = "{on}"\n', "closing[0].back.d_done"),
        (CLOSING.replace("needs =", 'when = "d_end > 1"\nneeds ='), "closing[0].when"),
        (CLOSING + CLOSING.replace('id = "done"', 'id = "more"'), "closing[1].bases"),
        (CLOSING.replace('scope = "item"', 'scope = "entry"'), "closing[0].needs"),
        (CLOSING + '[closing.confirms]\n"某库" = "d_done"\n', "closing[0].confirms"),
        ('[[disposal]]\nid = "a"\ntitle = "甲"\nscope = "item"\n', "disposal[0].field"),
        ('[[disposal]]\nid = "a"\ntitle = "蓝"\nscope = "entry"\nfield = "tint"\n', "disposal[0].title"),
        ('[[cadence]]\nevery = "半月"\ndays = [15]\n', "cadence[0].days"),
        ('[[cadence]]\nevery = "月"\ndays = [32]\n', "cadence[0].days"),
        ('[[cadence]]\nevery = "月"\nfirst = 2022-08-31\nuntil = 2022-08-01\n', "cadence[0].until"),
        ('[[stage]]\ntitle = "甲"\nwhen = "d_done"\n', "stage[0].when"),
        ('[[sublist]]\nid = "a"\ntitle = "甲"\nexpr = "matches(name, \'x\')"\n', "sublist[0].expr"),
        ('[[computed]]\nid = "n_open"\ntitle = "甲"\nexpr = "1"\n', "computed[1].id"),
        ('[[field]]\nid = "n_open"\ntitle = "甲"\nkind = "int"\n', "field[4].id"),
        ('[[item.field]]\nid = "stage"\ntitle = "甲"\nkind = "text"\n', "item.field[2].id"),
    ],
)
def test_a_fault_in_the_words_of_events_and_lists_is_named(more: str, key: str) -> None:
    """Decision 34: what the program cannot do with a template is said when it is read."""
    field = '[[field]]\nid = "tint"\ntitle = "色"\nkind = "enum"\nchoices = "light"\n\n'
    source = changed('[[field]]\nid = "due_date"', field + '[[field]]\nid = "due_date"') + "\n" + more
    problem = refusal(source)
    assert problem.facts["key"] == key
    assert problem.facts["line"] == line_of(source, key) > 100


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('start_year = 2022\n', 'start_year = 2022\nbase = "d_done"\n', "base"),
        ('start_year = 2022\n', 'start_year = 2022\nbase = "today() > due_date and standing"\n', "base"),
        ("[clock.upper]", '[[clock.choice]]\nfield = "d_done"\ntitle = "甲"\n[clock.upper]', "clock[0].choice"),
        ("[clock.upper]", '[[clock.choice]]\nfield = "d_x"\ntitle = "甲"\n[clock.upper]', "clock[0].choice"),
    ],
)  # fmt: skip
def test_a_fault_in_base_and_starts_is_named(old: str, new: str, key: str) -> None:
    assert refusal(changed(old, new)).facts["key"] == key


def test_a_ledger_without_items_says_what_counts() -> None:
    cut = SMALL[: SMALL.index("[item]")].replace(', "M01"]', "]")
    assert refusal(cut).facts["key"] == "base"
    assert read(cut.replace('start_year = 2022\n', 'start_year = 2022\nbase = "blank(due_date)"\n')).t.items is None


def test_line_of_finds_nested_tables() -> None:
    assert line_of(SMALL, "item.field[1].when") == line_with(SMALL, "has(d_submit)")
    assert line_of(SMALL, "codes[0].code[1].code") == line_with(SMALL, 'code = "绿"')
    assert line_of(SMALL, "clock[0].upper.workdays") == line_with(SMALL, "workdays = 7")
    assert line_of(SMALL, "field[2].pattern") == line_with(SMALL, 'id = "due_date"') - 1


def test_a_template_of_too_many_bytes_is_not_read() -> None:
    assert "KB" in refusal(SMALL + "#" * LIMIT_BYTES).text


def test_a_template_nested_without_end_is_not_read() -> None:
    assert refusal("x = " + "[" * 100_000).facts["line"] == 1


def test_too_many_parts_are_refused_before_they_are_checked() -> None:
    many = "".join(
        f'\n[[conflict]]\nid = "c{n}"\ntitle = "t"\nfirst = "a"\nsecond = "b"\nhere = "c"\n'
        for n in range(101)
    )
    assert refusal(SMALL + many).facts["key"] == "conflict[100]"


def test_builtin_templates_read_and_unknown_ones_are_refused() -> None:
    assert [loaded.t.id for loaded in builtins()] == sorted(loaded.t.id for loaded in builtins())
    for name in ("nothing", "../pending-approval", ""):
        with pytest.raises(Problem, match="E_NO_TEMPLATE"):
            builtin(name)
