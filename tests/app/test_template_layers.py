"""A banner's stricter plan laid over the league's template: both limits side by side, nothing loosened (domain A1, B1)."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools

import openpyxl
import pytest

from app.engine import clocks
from app.problem import Problem
from app.template_books import making
from app.template_books.writing import export
from app.templating import template_layers, template_reading
from app.values.workdays import Calendar, published
from app.words.templates import Loaded
from tests.app.newer_template import newer, read, source

HEAD = 'over = "pending-approval"\nover_version = "2022.3"\nversion = "2022.3.1"\n'
LIMITS = """
[[clock]]
id = "K1"
workdays = 5
clause = "旗方案 四(三)1"

[[clock]]
id = "K2"
workdays = 3
clause = "旗方案 四(二)2"

[[clock]]
id = "K3"
workdays = 5
clause = "旗方案 四(二)3"
"""
MORE = """
title = "旗待批项目台账"
ends = 2022-12-15

[print]
notes = ["注：本旗台账"]

[[field]]
id = "town_leader"
title = "包联领导"
kind = "person"
group = "duty"

[[field]]
id = "resp_person"
need = "submit"

[[date]]
id = "banner-ledger"
on = 2022-08-24

[[date]]
id = "banner-more"
on = 2022-09-01
who = "各部门"
what = "报半月进展"
clause = "旗方案 六(二)"

[[cadence]]
every = "旬"
what = "旬调度"
clause = "旗方案 六(二)"

[[codes]]
id = "fund_kind"
[[codes.code]]
code = "专项债券"

[[item.preset]]
code = "M21"
title = "草原征占用"
dept = "林草局"
"""


def one_start() -> str:
    """The campaign's template with both limits of 转报 counted from the same day: a layer may not move a start."""
    was, now = (f'starts = "{day}"\nclause = "区方案 四(二)3"' for day in ("d_submit", "d_accept"))
    return newer((was, now), version="2022.3")


def league() -> str:
    """The same as the league would issue it: the superior's limits alone."""
    text = one_start()
    parts = text.split("\n[[clock]]")
    out = [parts[0]]
    for told_of in parts[1:]:
        part = told_of
        own, mark, upper = told_of.partition("[clock.upper]\n")
        limit, _, rest = upper.partition("\n\n")
        told = dict(line.split(" = ", 1) for line in limit.splitlines() if " = " in line)
        if mark and "workdays" in told:
            lines = [
                line for line in own.splitlines() if not line.startswith(("workdays", "starts =", "clause"))
            ]
            part = (
                "\n".join([*lines[:3], *(f"{k} = {v}" for k, v in told.items()), *lines[3:]]) + "\n\n" + rest
            )
        out.append(part)
    return "\n[[clock]]".join(out)


def laid(text: str = LIMITS, base: str = "") -> Loaded:
    return read(template_layers.bind(HEAD + text, base or source()))


def test_a_stricter_plan_over_the_leagues_template_gives_the_same_days():
    """The built-in template has both limits already; the banner's plan laid over the league's computes the same."""
    built_in, layered = read(one_start()), laid(base=league())
    assert [c.upper for c in read(league()).t.clocks[:3]] == [None] * 3
    for key in ("K1", "K2", "K3"):
        one, other = built_in.clocks[key], layered.clocks[key]
        assert (one.workdays, one.starts, one.upper) == (other.workdays, other.starts, other.upper)
    calendar = Calendar(published().values())
    days = ["", *(dt.date(2022, 8, day).isoformat() for day in (1, 8, 17))]
    level = next(
        c.code for c in built_in.codes[built_in.item_fields["level"].choices].codes if c.code != "旗"
    )
    seen = 0
    for submit, first, accept, forward in itertools.product(days, repeat=4):
        item = {"state": "在办", "needed": "需办", "level": level, "d_submit": submit, "d_first": first,
                "r_first": "一次性告知补正" if first else "", "d_accept": accept, "d_forward": forward}  # fmt: skip
        item = {key: value for key, value in item.items() if value}
        one, other = (clocks.item_clocks(t, item, {}, calendar, item_code="M01") for t in (built_in, layered))
        told = [[(r.id, r.due, r.upper_due, r.state) for r in times.runs] for times in (one, other)]
        assert told[0] == told[1] and (one.clock, one.due, one.upper_due) == (
            other.clock,
            other.due,
            other.upper_due,
        )
        seen += bool(one.upper_due)
    assert seen > 30


def test_a_layer_adds_and_tightens_and_its_digest_covers_both():
    loaded = laid(MORE + LIMITS)
    assert (
        loaded.t.version == "2022.3.1"
        and loaded.t.title == "旗待批项目台账"
        and loaded.t.ends == dt.date(2022, 12, 15)
    )
    assert loaded.fields["town_leader"].kind == "person" and loaded.fields["resp_person"].need == "submit"
    dates = {d.id: d.on for d in loaded.t.dates}
    assert (dates["banner-ledger"], dates["banner-ledger-base"]) == (
        dt.date(2022, 8, 24),
        dt.date(2022, 8, 25),
    )
    assert "banner-more" in dates and loaded.t.cadences[-1].every == "旬"
    assert [c.code for c in loaded.codes["fund_kind"].codes] == ["政府投资", "企业投资", "PPP", "专项债券"]
    assert "M21" in loaded.presets and loaded.t.print.notes == ("注：本旗台账",)
    assert loaded.under == (hashlib.sha256(source().encode()).hexdigest(),)
    assert loaded.digest != laid(MORE).digest != laid(MORE, source() + "\n").digest


def test_a_layer_comes_back_from_its_workbook_as_a_layer(tmp_path):
    """Its own text over the one below, digest and all; what a clerk adds there stays a layer, what loosens is told by cell."""
    book = tmp_path / "层.xlsx"
    loaded = laid(MORE + LIMITS, league())
    export(loaded, book)
    made = making.make(book)
    assert (made.loaded.t, made.loaded.digest, made.loaded.under) == (loaded.t, loaded.digest, loaded.under)
    opened = openpyxl.load_workbook(book)
    clocks_, settings = opened["clock 时限"], opened["settings"]
    k1 = next(row for row in clocks_.iter_rows(min_row=3) if row[0].value == "K1")
    days = next(cell.column for cell in clocks_[1] if cell.value == "workdays")
    version = next(row[1] for row in settings.iter_rows(min_row=3) if row[0].value == "version")
    version.value, clocks_.cell(k1[0].row, days).value = "2022.3.2", 4
    opened.save(tmp_path / "严.xlsx")
    stricter = making.make(tmp_path / "严.xlsx").loaded
    assert (stricter.t.version, stricter.under) == ("2022.3.2", loaded.under)
    assert stricter.clocks["K1"].workdays == 4 and stricter.clocks["K1"].upper == loaded.clocks["K1"].upper
    assert stricter.clocks["K2"] == loaded.clocks["K2"] and "over_version" in stricter.source[:200]
    clocks_.cell(k1[0].row, days).value = 9
    opened.save(tmp_path / "宽.xlsx")
    with pytest.raises(Problem) as refused:
        making.make(tmp_path / "宽.xlsx")
    (told,) = refused.value.facts["faults"]
    assert (
        told["sheet"].startswith("clock") and told["cell"].endswith(str(k1[0].row)) and "宽" in told["said"]
    )


def test_layers_lie_over_layers_and_the_nearest_superior_stands_beside():
    """Region, league, banner: the banner's limit counts, the league's stands beside it, the region's in the note."""
    second = template_layers.bind(HEAD + '[[clock]]\nid = "K3"\nworkdays = 4\nclause = "盟方案"\n', source())
    third = (
        HEAD.replace("2022.3.1", "2022.3.1.1").replace('"2022.3"', '"2022.3.1"')
        + '[[clock]]\nid = "K3"\nworkdays = 2\n'
    )
    loaded = read(template_layers.bind(third, second))
    clock = loaded.clocks["K3"]
    assert (
        clock.workdays == 2
        and clock.upper is not None
        and (clock.upper.workdays, clock.upper.clause) == (4, "盟方案")
    )
    assert "再上级 5 个工作日" in clock.note and len(loaded.under) == 2


LOOSER = {
    "a longer limit": '[[clock]]\nid = "K1"\nworkdays = 6\n',
    "a limit that stops on other days": '[[clock]]\nid = "K1"\nstops = ["d_done"]\n',
    "the superior's limit itself": '[[clock]]\nid = "K1"\n[clock.upper]\nworkdays = 9\n',
    "a clock that never starts": '[[clock]]\nid = "K1"\nstarts = "d_done"\n',
    "a start to choose": '[[clock]]\nid = "K2"\n[[clock.choice]]\nfield = "d_done"\ntitle = "办结日"\n',
    "a state that no stage knows": '[[codes]]\nid = "state"\n[[codes.code]]\ncode = "搁置"\n',
    "a further reason to leave out": '[[codes]]\nid = "excluded"\n[[codes.code]]\ncode = "暂缓"\n',
    "another's day": '[[date]]\nid = "banner-ledger"\nwho = "各苏木镇"\n',
    "a day of another level": '[[date]]\nid = "banner-ledger"\nlevel = "自治区"\n',
    "a check that says nothing": '[[check]]\nid = "industry-form"\ntext = "可以"\n',
    "fewer lines to sign": '[[signoff]]\nid = "sponsor"\nlines = ["填报人"]\n',
    "another round": '[round]\ndept = "resp_unit"\n',
    "a promised limit made fixed": '[[clock]]\nid = "K4"\nworkdays = 3\n',
    "a later date": '[[date]]\nid = "banner-ledger"\non = 2022-08-26\n',
    "a later end": "ends = 2023-01-31\n",
    "a field less required": '[[field]]\nid = "name"\nneed = "optional"\n',
    "a condition of one's own": '[[field]]\nid = "no_code_reason"\nwhen = "has(name)"\n',
    "a field thawed": '[[field]]\nid = "name"\nfrozen = false\n',
    "another kind": '[[field]]\nid = "invest"\nkind = "text"\n',
    "columns left out of the print": '[print]\ncolumns = ["seq", "name"]\n',
    "a weaker check": '[[check]]\nid = "industry-form"\nlevel = "warn"\nexpr = "1 == 2"\n',
    "a further pause": '[[pause]]\nreason = "领导出差"\n',
    "a further way out": '[[closing]]\nid = "gone"\ntitle = "不办"\nscope = "entry"\nto = "removed"\n',
    "fewer signatures": '[[signoff]]\nid = "sponsor"\nroles = []\n',
    "what counts in the base": 'base = "n_open > 5"\n',
    "another id": 'id = "other"\n',
    "a key that nobody knows": "newer_thing = 1\n",
}


@pytest.mark.parametrize("name", LOOSER)
def test_what_would_loosen_is_refused_with_its_line_and_key(name):
    """The layer may not take away, nor loosen, what the superior laid down."""
    text = LOOSER[name]
    head = HEAD if not text.startswith("[") else HEAD + "\n"
    with pytest.raises(Problem) as caught:
        read(template_layers.bind(head + text, source()))
    problem = caught.value
    assert problem.code == "E_TEMPLATE" and problem.facts["key"]
    line = int(problem.facts["line"])
    assert 4 <= line <= (head + text).count("\n") and f"第 {line} 行" in problem.text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version = "2022.3.1"', 'version = "2022.3"', "比所依据的 2022.3 大"),
        ('over_version = "2022.3"', 'over_version = "2022.9"', "不是 over_version"),
        ('over = "pending-approval"', 'over = "idle-land"', "不是 over"),
    ],
)
def test_the_version_below_is_named_exactly(old, new, said):
    with pytest.raises(Problem) as caught:
        read(template_layers.bind(HEAD.replace(old, new) + LIMITS, source()))
    assert said in caught.value.text


def test_a_fault_of_the_two_together_is_told_at_the_layers_line():
    text = HEAD + '\n[[field]]\nid = "zz"\ntitle = "z"\nkind = "enum"\nchoices = "nowhere"\n'
    with pytest.raises(Problem) as caught:
        read(template_layers.bind(text, source()))
    assert caught.value.facts["line"] == text[: text.index("choices")].count("\n") + 1


def test_a_layer_alone_is_not_read():
    with pytest.raises(Problem) as caught:
        template_reading.read(HEAD + LIMITS, "旗.toml")
    assert caught.value.facts["line"] == 1 and "没有附上" in caught.value.text
    for odd in ("over = []", 'over = "pending-approval"\n[[clock]]\nid = []\nworkdays = "x"'):
        with pytest.raises(Problem):
            read(template_layers.bind(odd, source()))
