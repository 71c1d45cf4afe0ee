"""Forms that know nothing of this program: Chinese heads, further sheets, a whole life, and what XLSForm's expressions mean."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from app.engine.evaluator import compile_expression
from app.imports import drafting, intake
from app.imports.mapping import Matcher
from app.ledger import closing, entries, leaving, ledgers, near_rows
from app.listing import lists, pages
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.signing import signoff
from app.template_books.making import Made, make
from app.template_books.xpath import Scope, limits, translated
from app.words.template_words import Field
from app.words.templates import Loaded
from app.workbooks import filling
from sync.contents.values import refuse_items
from tests.app.conftest import DAY
from tests.data import make_books

ON = DAY.isoformat()


def test_chinese_heads_and_types_will_do(tmp_path: Path) -> None:
    """A clerk need not know the English words; what only tells how a question looks is let be, and said."""
    sheets = {
        "栏目": [
            ("类型", "编号", "栏目名称", "必填", "appearance", "打印"),
            ("start", "s", "", "", "", ""),
            ("文字", "井名", "井名", "是", "minimal", "是"),
            ("单选 way", "way", "封填方式", "否", "", "是"),
            ("金额", "cost", "费用", "否", "", "否"),
        ],
        "代码": [("代码表", "存的内容"), ("way", "黏土"), ("way", "水泥")],
    }
    made = make(make_books.write(tmp_path / "机井封填.xlsx", sheets), today=DAY)
    assert [(f.id, f.kind, f.need) for f in made.loaded.t.fields] == [
        ("name", "text", "create"),
        ("way", "enum", "optional"),
        ("cost", "money", "optional"),
        ("closed_on", "date", "optional"),
        ("excluded", "enum", "optional"),
        ("exclude_reason", "text", "optional"),
    ]
    assert made.loaded.t.print.columns == ("seq", "name", "way") and made.loaded.t.title == "机井封填"
    said = "；".join(made.notes)
    assert "appearance" in said and "start" in said


def test_a_form_with_further_sheets_in_chinese_is_kept_to(bureau: Office, tmp_path: Path) -> None:
    """Heads as exports explain them, limits and words of every kind, units in labels, boxes of those who sign, a way to
    strike off a mistyped row: none of them is lost (decisions 2, 8)."""
    made = make(make_books.write(tmp_path / "电梯.xlsx", make_books.LIFTS), today=DAY)
    t = made.loaded.t
    assert [(c.every, c.form, c.first, c.to) for c in t.cadences] == [
        ("月", "jz", dt.date(2022, 7, 31), "旗安委办")
    ]
    assert (t.figures[0].of, t.figures[0].field, t.figures[0].unit) == ("sum", "cost", "元")
    assert t.reports[0].figures == ("open", "costs") and len(t.reports[0].paragraphs) == 1
    assert "核查剔除" in "；".join(made.notes) and "excluded" not in {*t.print.columns, *t.grid}
    cost = made.loaded.fields["cost"]
    assert (cost.unit, cost.min) == ("元", 0), "money is in the unit of its label"
    for text in ("改造费用（元）", "改造费用", "改造费用(元)"):
        assert Matcher(made.loaded).match((text,))[0] == "cost"
    told = msgspec.structs.replace(cost, title="改造费用（元）", unit="")
    whole = Loaded(msgspec.structs.replace(t, fields=(t.fields[0], told)), "whole")
    assert Matcher(whole).match(("改造费用（元）",))[0] == "cost", "its own label, whichever way it is kept"

    ledger = str(ledgers.open_template(bureau, made.loaded).subject)
    row = str(entries.add(bureau, ledger, {"name": "甲楼"}, not_secret="声明人甲").subject)
    for cells, said in {
        ("made", "1970"): "出厂年份不对", ("made", "2050"): "出厂年份不对", ("fixed", "1990"): "不能早于 1991 年",
        ("homes", "0"): "户数应大于0", ("reg", "12"): "代码是三位数", ("cost", "-1"): "不能小于 0",
    }.items():  # fmt: skip
        with pytest.raises(Problem, match=said):
            entries.amend(bureau, row, dict([cells]))
    entries.amend(bureau, row, {"made": "1980", "homes": "1", "reg": "123", "cost": "5"})
    with bureau.read() as connection:
        page = pages.page(bureau, connection, ledgers.line_of(connection, ledger))
    assert page.signs == ("填报人", "市场监管局局长", "分管副旗长")
    with pytest.raises(Problem, match="“误录”就可以移出"):
        leaving.remove(bureau, row, reason="写错了", second="复核人乙")
    leaving.exclude(bureau, row, reason="误录")
    assert lists.line(bureau, row).standing == "核查剔除" and replay.verify(bureau) == []


def water(folder: Path) -> Made:
    return make(make_books.write(folder / "饮水.xlsx", make_books.STRANGE), today=DAY)


def water_ledger(bureau: Office, made: Made, folder: Path) -> str:
    """The id of its ledger, with the rows of a list that came."""
    ledger = str(ledgers.open_template(bureau, made.loaded).subject)
    head = "工程名称 苏木镇 嘎查村 投资（万元） 已付（万元） 水质评分 检查日期 整改日期 水源".split()
    rows = [
        ["一号", "宝拉根", "甲", 10, 4, "3", "2022.7.1", "2022/7/20"],
        ["二号 ", "明安图", "甲", "20", "", 8, "", "", "泉"],
    ]
    listed = make_books.write(folder / "清单.xlsx", {"清单": [("饮水",), tuple(head), *map(tuple, rows)]})
    plan = intake.plan(bureau, ledger, drafting.draft(listed, made.loaded))
    intake.commit(bureau, plan, not_secret="声明人甲")
    return ledger


def test_a_form_of_a_stranger_is_understood(tmp_path: Path) -> None:
    """No word of this program in it: titles above the head, Chinese words, repeats, cascades, units, stray columns."""
    made = water(tmp_path)
    t, fields, said = made.loaded.t, made.loaded.fields, "；".join(made.notes)
    assert t.title == "饮水安全台账" and t.version == "3" and t.print.columns == ("seq", "yf", "tz", "q")
    assert all(
        word in said for word in ("填表须知", "瞎写", "序号", "重复组", "现场照片", "其他", "离账日期")
    )
    assert (fields["f"].min, fields["f"].max, fields["yf"].kind, fields["c"].default) == (
        0,
        10,
        "money",
        "{today}",
    )
    assert (
        fields["g"].when == "f < 5"
        and fields["sy_other"].when == "sy == '其他'"
        and fields["t_2"].kind == "bool"
    )
    assert [c.until for c in t.clocks] == ["g"] and t.base == "blank(closed_on)"
    assert [p.named for p in made.loaded.presets.values()] == [True] and t.figures[0].of == "sum"


def test_a_ledger_of_a_stranger_s_form_lives_its_whole_life(bureau: Office, tmp_path: Path) -> None:
    made = water(tmp_path)
    ledger = water_ledger(bureau, made, tmp_path)
    one, two = (lists.line(bureau, entries.find(bureau, name)) for name in ("一号", "二号"))
    assert (one.computed["q"], one.computed["qb"], one.computed["p"]) == (6_000_000, 60.0, "欠甲")
    assert (one.light, one.computed["t"]) == ("red", 19) and "gc_2" not in two.cells, (
        "a choice of another sumu is not taken"
    )
    for cells, field in (
        ({"yf": "11"}, "yf"),
        ({"sfz": "123"}, "sfz"),
        ({"gc_2": "乙"}, "gc_2"),
        ({"c": "2099-01-01"}, "c"),
    ):
        with pytest.raises(Problem) as refused:
            entries.amend(bureau, one.id, cells)
        assert refused.value.field == field
    entries.amend(bureau, one.id, {}, {"A01": {"matter_name": "东井", "s": "80"}})
    now = lists.line(bureau, one.id)
    assert now.computed["js"] == 1 and "needed" not in made.loaded.item_fields
    refuse_items(
        made.loaded, {"A01": now.items["A01"].cells}, gaps=False
    )  # it travels: what every program keeps of a matter
    scan = tmp_path / "台账.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="缺项正在补齐")
    signoff.sign(bureau, ledger, role="单位主要领导", by="签字人甲", on=ON, scan=scan)
    signoff.seal(bureau, ledger)
    closing.close(bureau, [(one.id, "A01")], basis="验收", doc="验1号", on=ON)
    closing.close(bureau, [(one.id, "")], basis="验收", doc="验1号", on=ON)
    assert lists.line(bureau, one.id).standing == "已核减", "销号 means it leaves"
    form = make_books.write(
        tmp_path / "盟表.xlsx", {"附件": [("工程名称", "投资（万元）", "苏木镇"), ("",), ("",)]}
    )
    done = filling.fill(bureau, ledger, form, tmp_path / "填好.xlsx")
    assert (done.facts["rows"], done.facts["gone"]) == (1, 1) and "1 个项目已不在账，没有填" in done.said
    assert filling.fill(bureau, ledger, form, tmp_path / "全.xlsx", every=True).facts["rows"] == 2
    assert [one.why for one in near_rows.near(bureau, ledger, {"工程名称": "一号 "})] == ["名称相同"]
    assert near_rows.near(bureau, ledger, {"name": "三号"}) == (), (
        "numbers make names different (decision 14)"
    )
    with pytest.raises(Problem, match="还没有写入"):
        near_rows.refuse_unasked(bureau, ledger, {"name": "二号"})
    leaving.reopen(bureau, one.id, reason="反弹")
    assert lists.line(bureau, one.id).standing == "在账" and replay.verify(bureau) == []


def test_expressions_of_xlsform_mean_the_same_here() -> None:
    fields = {
        key: Field(id=key, title=key, kind=kind)
        for key, kind in {
            "a": "enum",
            "many": "enums",
            "cost": "money",
            "plot": "area",
            "n": "number",
            "d": "date",
            "c": "int",
        }.items()
    }
    scope = Scope({**{key: key for key in fields}, "Big": "c"}, fields, frozenset({"n_open"}), "cost")
    for text, ours in {
        "${a} = 'x' and not(${a} != 'y')": "a == 'x' and (not a != 'y')",
        "selected(${many}, 'y') or selected(${a}, 'y')": "contains(many, 'y') or a == 'y'",
        ". >= 0.5": "cost >= 500000", "${plot} < 2": "plot < 20000", "${cost} + . > 3": "cost + cost > 3000000",
        "${a} = ''": "blank(a)", "${a} != ''": "has(a)", "${a} = 1": "a == '1'", "${n} = 2": "n == 2",
            "-0.25 < ${n}": "-25 < n * 100",
        "if(${Big} > 3, 1, 2) = 1": "(1 if c > 3 else 2) == 1", "${d} <= today()": "d <= today()",
        "${d} - today() > 3": "days(today(), d) > 3", "${d} + 5 <= today()": "later(d, 5) <= today()",
        "string-length(${a}) = 18": "matches(a, '.{18}')", "${cost} * ${plot} > 1": "cost * plot / 10000 > 1000000",
        "${cost} + 2 > 3": "cost + 2000000 > 3000000", "max(${c}, 3) mod 2 = 1": "latest(c, 3) % 2 == 1",
        "${a} = ‘x’ 且 ${c} ≥ 3": "a == 'x' and c >= 3",
        "regex(${a}, '[0-9]+')": "matches(a, '[0-9]+')", "n_open > 0 and a == 'x'": "n_open > 0 and a == 'x'",
    }.items():  # fmt: skip
        assert translated(text, scope) == ours
    fine = translated("${n} >= 0.5", scope)
    assert (
        fine == "n * 10 >= 5"
    )  # a number is kept as decimal text; the expression takes it as the number it is
    rule = compile_expression(fine, frozenset({"n"}))
    assert [rule.holds({"n": text}) for text in ("0.5", "0.4", "10")] == [True, False, True]
    assert limits(". > 4 and . < 60", whole=True) == {"min": 5, "max": 59} and limits(". > 4") == {}
    for text, said in {
        "${zz} = 1": "没有“zz”", "pulldata('x')": "不认识函数“pulldata”",
        "${cost} + ${plot} > 1": "单位对不上", "${a} = ": "写法有误", "__import__('os')": "不认识函数", "a.b = 1": "没有“b”",
        "${cost} > 0.0000001": "记不到", "${c} * 2 > 0.5": "只能写整数", "(" * 300: "写法有误",
    }.items():  # fmt: skip
        with pytest.raises(ValueError, match=said.replace("(", r"\(")):
            translated(text, scope)
