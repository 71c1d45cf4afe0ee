"""Templates as workbooks: the round trip, plain XLSForm, faults by cell, and a campaign that needs no Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase

import msgspec
import openpyxl
import pytest

from app.engine.evaluator import compile_expression
from app.imports import drafting, intake
from app.imports.mapping import Matcher
from app.ledger import closing, entries, leaving, ledgers, near_rows
from app.listing import counts, lists, pages
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.signing import signoff
from app.storage.paths import RESOURCES, ROOT
from app.template_books import grids, own_templates, rehearsing, values
from app.template_books.making import make
from app.template_books.marking import write_marked
from app.template_books.writing import export
from app.template_books.xpath import Scope, limits, translated
from app.templating import kind_codes, template_reading
from app.words.template_words import Field
from app.words.templates import Loaded
from app.workbooks import filling
from sync.contents.values import refuse_items
from tests.app.conftest import DAY
from tests.data import make_books

ON = DAY.isoformat()
TEMPLATES = [*(RESOURCES / "templates").glob("*.toml"), *(ROOT / "tests" / "data").glob("*.toml")]


def faults_of(file: Path) -> dict[str, str]:
    """{sheet!cell: what is said} of a workbook that is refused."""
    with pytest.raises(Problem) as refused:
        make(file, today=DAY)
    assert refused.value.code == "E_TEMPLATE_BOOK"
    return {f"{one['sheet']}!{one['cell']}": one["said"] for one in refused.value.facts["faults"]}


@pytest.mark.parametrize("file", sorted(TEMPLATES), ids=lambda file: file.stem)
def test_a_template_written_as_a_workbook_comes_back_identical(file: Path, tmp_path: Path) -> None:
    own = file.parent == RESOURCES / "templates"
    loaded = template_reading.builtin(file.stem) if own else template_reading.found(str(file))
    book = tmp_path / "书.xlsx"
    export(loaded, book)
    made = make(book)
    assert made.loaded.t == loaded.t and made.notes == ()


def test_the_workbook_can_be_read_by_a_clerk(tmp_path: Path) -> None:
    book = tmp_path / "书.xlsx"
    export(template_reading.builtin("pending-approval"), book)
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames[:3] == ["survey", "choices", "settings"] and "clock 时限" in opened.sheetnames
    sheet = opened["survey"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["type", "name", "label"] and sheet.freeze_panes == "B3"
    assert str(sheet["A2"].value).startswith("※") and all(cell.value for cell in sheet[2])
    offered = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"yes,no,create,when,auto"' in offered and any("text" in one and "money" in one for one in offered)
    told = {name: [str(cell.value) for cell in opened[name][2]] for name in opened.sheetnames}
    bare = {f"{name}!{text}" for name, texts in told.items() for text in texts if text.isascii()}
    assert (
        not {one for one in bare if one.startswith(("survey", "choices"))} and len(bare) < 5
    )  # a new word is shown as it is


def test_a_value_that_means_nothing_and_lists_with_marks_in_them_come_back() -> None:
    for value in (("甲；乙", "丙;丁\\", "戊"), ("一；", "二"), ("只有；一个",), ("a", "b")):
        assert tuple(values.read(values.written(value, None, ()), tuple[str, ...])) == value
    assert values.written("", str, "单位：万元") == values.EMPTY and values.read(values.EMPTY, str) == ""
    assert values.read(values.written(values.EMPTY, str, ""), str) == values.EMPTY
    assert values.read("a =\nb = {on}", dict[str, str]) == {"a": "", "b": "{on}"}
    assert values.read("2022年8月5日", dt.date) == dt.date(2022, 8, 5)


def test_a_plain_form_becomes_a_ledger(bureau: Office, tmp_path: Path) -> None:
    """Only XLSForm's own columns: names, limits, groups, notes and what is left unsaid."""
    book = make_books.write(tmp_path / "危房.xlsx", make_books.PLAIN)
    made = make(book, today=DAY)
    assert make(book, today=DAY).source == made.source
    t, fields = made.loaded.t, made.loaded.fields
    assert (t.id, t.title, t.version, t.kind_code) == ("rural-houses", "农村危房改造台账", "2022.1", "NCWF")
    assert (t.starts, t.ends) == (dt.date(2022, 1, 1), dt.date(2022, 12, 31))
    assert (
        fields["name"].title == "户主"
        and fields["name"].need == "create"
        and fields["name"].hint == "按户口簿填"
    )
    assert (fields["people"].kind, fields["people"].min, fields["people"].max) == ("int", 1, 30)
    assert (fields["cost"].kind, fields["cost"].unit, fields["cost"].title) == ("money", "万元", "改造费用")
    assert fields["cost"].group == "house" and t.groups[0].title == "房屋情况" and fields["begun"].group == ""
    assert (fields["ended"].need, fields["ended"].when) == ("when", "grade == 'D'")
    assert t.computed[0].expr == "cost / people" and t.print.notes == ("本表逐户填写，不得漏户",)
    assert t.print.columns[:3] == ("seq", "name", "people") and made.loaded.codes["grade"].title == "危房等级"
    ledger = str(ledgers.open_template(bureau, made.loaded).subject)
    good = {"name": "户甲", "grade": "C", "causes": "ill、study", "begun": "2022-08-02"}
    row = str(entries.add(bureau, ledger, good, not_secret="声明人甲").subject)
    entries.amend(bureau, row, {"ended": "2022-08-09"})
    for cells, field in (
        ({"causes": "ill、study、disabled"}, "causes"),
        ({"ended": "2022-08-01"}, "ended"),
        ({"people": "31"}, "people"),
    ):
        with pytest.raises(Problem) as refused:
            entries.amend(bureau, row, cells)
        assert refused.value.field == field
    said = "；".join(made.notes)
    assert "“每行" not in said and "户主" in said and "kind_code" in said and "closing" in said


def test_two_templates_never_number_their_rows_alike(bureau: Office, tmp_path: Path) -> None:
    """A row is found by its number alone, so its letters are one template's: built in, kept here or of a ledger."""
    source = make(make_books.write(tmp_path / "本.xlsx", make_books.HOUSES), today=DAY).source

    def of(code: str, id_: str) -> Loaded:
        told = source.replace('id = "rural-houses"', f'id = "{id_}"', 1).replace(
            'kind_code = "WF"', f'kind_code = "{code}"'
        )
        return template_reading.read(told)

    def refused(command: Callable[[Office, Loaded], object], loaded: Loaded) -> str:
        with pytest.raises(Problem) as problem:
            command(bureau, loaded)
        assert problem.value.code == "E_KIND_CODE" and problem.value.field == "kind_code"
        assert f"“{problem.value.facts['free']}”" in problem.value.text
        return str(problem.value.facts["free"])

    assert (
        refused(own_templates.keep, of("DP", "houses"))
        == refused(ledgers.open_template, of("DP", "houses"))
        == "DPA"
    )
    mine = of("WF", "houses")
    own_templates.keep(bureau, mine)
    assert refused(own_templates.keep, of("WF", "other")) == "WFA"
    ledgers.open_template(bureau, of("WFA", "opened"))
    assert refused(own_templates.keep, of("WFA", "other")) == "WFAA", "a ledger's are taken as well"
    assert refused(ledgers.open_template, of("WFA", "other")) == "WFAA"
    with pytest.raises(Problem, match="WFAA"):
        ledgers.open_several(bureau, [of("WFAC", "one"), of("WFAC", "two")])
    assert [line.template_id for line in ledgers.all(bureau)] == ["opened"], "all of them or none"
    own_templates.keep(bureau, mine)
    ledgers.open_template(bureau, mine)
    ledgers.open_template(bureau, mine, again=True)
    plain = {**make_books.PLAIN, "settings": [("form_title", "form_id"), ("待批台账", "x-y")]}
    assert make(make_books.write(tmp_path / "待批.xlsx", plain), today=DAY).loaded.t.kind_code == "DPA"
    assert kind_codes.free("DP", {"DP", *(f"DP{letter}" for letter in ascii_uppercase)}) == "DPAA"


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


LIFTS: dict[str, list[tuple[object, ...]]] = {
    "survey": [
        ("type", "name", "label", "required", "constraint", "constraint_message"),
        ("text", "name", "楼栋", "create"),
        ("year", "made", "出厂年份", "", ". >= 1980 and . <= 2022", "出厂年份不对"),
        ("year", "fixed", "改造年份", "", ". > 1990"),
        ("integer", "homes", "户数", "", ". > 0", "户数应大于0"),
        ("text", "reg", "注册代码", "", "regex(., '[0-9]{3}')", "代码是三位数"),
        ("money", "cost", "改造费用（元）", "", ". >= 0"),
    ],
    "settings": [("form_title",), ("老旧电梯台账",)],
    "签批": [
        ("编号", "名称", "谁签", "谁签了就确定"),
        ("zg", "台账", "市场监管局局长；分管副旗长", "分管副旗长"),
    ],
    "指标": [
        ("编号", "名称", "怎样算", "栏目", "单位"),
        ("costs", "费用合计", "合计", "改造费用（元）", "元"),
    ],
    "报告段落": [("哪份报告", "说的话"), ("jz", "在账{open}台，费用{costs}元。")],
    "报告": [
        ("编号", "名称", "指标", "按", "要人写的"),
        ("jz", "整改进展", "open；costs", "unit", "存在问题"),
    ],
    "频次": [
        ("every", "what", "days", "proof", "form", "first", "until", "to"),
        ("※旬、半月、月", "报什么", "每月哪几天", "凭什么算报了", "哪份报告", "从哪天起", "到哪天止", "给谁"),
        ("月", "整改进展", "", "report", "jz", "2022-07-31", "2022-12-31", "旗安委办"),
    ],
}


def test_a_form_with_further_sheets_in_chinese_is_kept_to(bureau: Office, tmp_path: Path) -> None:
    """Heads as exports explain them, limits and words of every kind, units in labels, boxes of those who sign, a way to
    strike off a mistyped row: none of them is lost (decisions 2, 8)."""
    made = make(make_books.write(tmp_path / "电梯.xlsx", LIFTS), today=DAY)
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


def test_a_further_sheet_nobody_understands_is_told_at_its_heads(tmp_path: Path) -> None:
    """Otherwise a calendar of reports would be read as none, without a word."""
    wrong = {
        **LIFTS,
        "报告段落": [("哪一份呀", "说的话"), ("jz", "在账{open}台。")],
        "频次": [("频次", "报给哪位领导", "备注"), ("月", "旗安委办", "照旧")],
    }
    found = faults_of(make_books.write(tmp_path / "坏.xlsx", wrong))
    assert found.keys() == {"报告段落!A1", "频次!B1"} and "给谁" in found["频次!B1"]


def test_a_form_of_a_stranger_lives_its_whole_life(bureau: Office, tmp_path: Path) -> None:
    """No word of this program in it: titles above the head, Chinese words, repeats, cascades, units, stray columns."""
    made = make(make_books.write(tmp_path / "饮水.xlsx", make_books.STRANGE), today=DAY)
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
    ledger = str(ledgers.open_template(bureau, made.loaded).subject)
    head = [
        "工程名称",
        "苏木镇",
        "嘎查村",
        "投资（万元）",
        "已付（万元）",
        "水质评分",
        "检查日期",
        "整改日期",
        "水源",
    ]
    rows = [
        ["一号", "宝拉根", "甲", 10, 4, "3", "2022.7.1", "2022/7/20"],
        ["二号 ", "明安图", "甲", "20", "", 8, "", "", "泉"],
    ]
    listed = make_books.write(tmp_path / "清单.xlsx", {"清单": [("饮水",), tuple(head), *map(tuple, rows)]})
    plan = intake.plan(bureau, ledger, drafting.draft(listed, made.loaded))
    intake.commit(bureau, plan, not_secret="声明人甲")
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


def test_limits_may_stand_beside_a_date(tmp_path: Path) -> None:
    """The column `clock`: until a day, so many working days from it, after another date, or begun and stopped under a name."""
    head = ("type", "name", "label", "clock")
    days = {"报": "受理 start 5", "接": "受理 stop", "审": "10", "批": "接件日期 + 3", "完": "until"}
    labels = {"接": "接件日期"}
    rows = [("date", name, labels.get(name, name), cell) for name, cell in days.items()]
    sheets = {"survey": [head, ("text", "n", "名称"), *rows], "settings": [("form_title",), ("试",)]}
    t = make(make_books.write(tmp_path / "限.xlsx", sheets), today=DAY).loaded.t
    assert [(c.title, c.starts, c.stops, c.workdays, c.until) for c in t.clocks] == [
        ("受理", "b", ("j",), 5, ""), ("审", "s", (), 10, ""), ("批", "j", ("p",), 3, ""), ("完", "", (), 0, "w"),
    ]  # fmt: skip
    assert t.stages[0].clock == "run", "without a stage of the form's own its limits run all the same"
    item = [("begin_repeat", "r", "井"), ("text", "w", "井名"), ("end_repeat",)]
    wrong = {
        **sheets,
        "survey": [head, ("text", "n", "名称"), ("date", "a", "甲", "看着办"), ("date", "b", "乙", 5), *item],
    }
    found = faults_of(make_books.write(tmp_path / "错.xlsx", wrong))
    assert (
        found.keys() == {"survey!D3", "survey!D4"}
        and "until" in found["survey!D3"]
        and "事项里的日期" in found["survey!D4"]
    )


def test_a_way_out_that_leads_nowhere_is_refused() -> None:
    """Decision 1: a row that is closed and still counts in the base would never leave."""
    text = (ROOT / "tests" / "data" / "idle-schools.toml").read_text("utf-8")
    with pytest.raises(Problem, match="不会离账"):
        template_reading.read(text.replace('base = "blank(used_on)"', 'base = "has(name)"'))
    with pytest.raises(Problem, match="花括号"):
        template_reading.read(text.replace('id = "name"\n', 'id = "name"\ndefault = "{who}"\n', 1))


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


def test_every_fault_is_told_with_its_cell_and_marked(tmp_path: Path) -> None:
    sheets = {
        "survey": [
            ("type", "name", "label", "required", "constraint", "relevant", "requierd"),
            ("text", "a", "甲", "yes", "", "", "minimal"), ("integr", "b", "乙", "maybe"), ("select_one nolist", "c", "丙"),
            ("date", "d", "丁", "", "pulldata(1)", "${zz} = 1"), ("select_one_from_file x.csv", "e", "戊"), ("text", "a", "己"),
            ("text", "f", "看不见\u202e的"), ("", "", "", "", "", "", "", "多出来的"),
        ],
        "choices": [("list_name", "name", "label"), ("grade", "C", "C级")],
        "clock": [("id", "title", "starts", "workdays"), ("K1", "期限", "nosuch", "七"), ("", "x", "d", 3)],
        "closing": [("id", "title", "scope", "to", "when"), ("a", "b", "entry", "fly", "${grade} > 1")],
        "cloc": [("a",), (1,)], "乱七八糟": [("a",), (1,)],
        "settings": [("form_title", "verson"), ("x", "y")],
    }  # fmt: skip
    file = make_books.write(tmp_path / "坏.xlsx", sheets)
    found = faults_of(file)
    assert found.keys() == {
        "settings!B2", "survey!G2", "survey!A3", "survey!D3", "survey!A4", "survey!E5", "survey!F5", "survey!A6", "survey!B7",
        "survey!C8", "clock!C2", "clock!D2", "closing!D2", "closing!E2", "cloc!",
    }  # fmt: skip
    assert (
        "是不是“integer”" in found["survey!A3"]
        and "choices 表" in found["survey!A6"]
        and "看不见" in found["survey!C8"]
    )
    assert "是不是“required”" in found["survey!G2"] and "是不是“clock”" in found["cloc!"]
    listed = [
        {"sheet": k.partition("!")[0], "cell": k.partition("!")[2], "said": v} for k, v in found.items()
    ]
    write_marked(grids.read(file), listed, tmp_path / "标.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "标.xlsx")
    cell = marked["survey"]["A3"]
    assert cell.value == "integr" and cell.comment is not None and "integr" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("FFC7CE") and marked["survey"]["A2"].comment is None
    assert len(list(marked["要改的地方"].rows)) == 1 + len(found)


def test_hostile_workbooks_are_refused_in_words(tmp_path: Path) -> None:
    """Decision 34: what comes in is bounded."""
    many = make_books.write(
        tmp_path / "长.xlsx",
        {"survey": [("type", "name", "label")] + [("text", f"f{n}", "x") for n in range(5100)]},
    )
    with pytest.raises(Problem) as refused:
        make(many)
    assert refused.value.code == "E_BOOK_LARGE"
    over = [("text", f"f{n}", "x") for n in range(301)]
    assert "超过 300 个" in "".join(
        faults_of(
            make_books.write(tmp_path / "多.xlsx", {"survey": [("type", "name", "label"), *over]})
        ).values()
    )
    no = make_books.write(tmp_path / "无.xlsx", {"别的": [("甲", "乙")]})
    assert any("没有 survey" in said for said in faults_of(no).values())
    (tmp_path / "假.xlsx").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(Problem) as refused:
        make(tmp_path / "假.xlsx")
    assert refused.value.code == "E_BOOK_DAMAGED"


@pytest.fixture
def houses(tmp_path: Path) -> Loaded:
    return make(make_books.write(tmp_path / "农村危房改造.xlsx", make_books.HOUSES)).loaded


def test_a_campaign_of_no_document_needs_no_python(bureau: Office, houses: Loaded, tmp_path: Path) -> None:
    """From a workbook alone: opened, typed, imported, checked, printed, signed, sealed, closed, proved."""
    ledger = str(ledgers.open_template(bureau, houses).subject)
    listed = make_books.write(tmp_path / "清单.xlsx", {"清单": make_books.LIST})
    plan = intake.plan(bureau, ledger, drafting.draft(listed, houses))
    assert plan.counts == {"rows": 2, "added": 2, "updated": 0, "skipped": 0, "problem": 0}
    intake.commit(bureau, plan, not_secret="声明人甲")
    entries.add(bureau, ledger, {"name": "示范户丙", "grade": "D"}, not_secret="声明人甲")
    one, two, three = (entries.find(bureau, f"示范户{x}") for x in "甲乙丙")
    assert (
        lists.line(bureau, two).cells["grade"] == "C" and lists.line(bureau, one).cells["cost"] == 3_500_000
    )
    entries.amend(bureau, one, {}, {"W01": {"begun": "2022-07-04"}})
    late = lists.line(bureau, one)
    assert (late.stage, late.light, late.cause) == ("施工中", "red", "施工超期")
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, one, {}, {"W01": {"ended": "2022-07-01"}})
    assert refused.value.field == "ended"
    scan = tmp_path / "台账.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="缺项正在补齐")
    signoff.sign(bureau, ledger, role="苏木达", by="签字人甲", on=ON, scan=scan)
    signoff.seal(bureau, ledger)
    closing.close(bureau, [(one, "W01")], basis="验收单", doc="验〔2022〕1号", on=ON)
    assert lists.line(bureau, one).items["W01"].cells["paper"] == "验〔2022〕1号"
    tally = counts.count(bureau, ledger)
    assert (tally["items"]["approved"], tally["projects"]["open"], tally["balanced"]) == (1, 3, True)
    assert three and replay.verify(bureau) == []


def test_a_rehearsal_says_what_would_break_and_writes_nothing(bureau: Office, houses: Loaded) -> None:
    ledger = str(ledgers.open_template(bureau, houses).subject)
    for name, cells in {
        "户甲": {"village": "甲嘎查", "people": "15"},
        "户乙": {"people": "3", "grade": "C"},
    }.items():
        entries.add(
            bureau, ledger, {"name": name, **cells}, not_secret="声明人甲", items={"W02": {"state": "在办"}}
        )
    before = ledgers.get(bureau, ledger).head_seq
    t = houses.t
    assert t.items is not None
    fields = [
        msgspec.structs.replace(f, max=10)
        if f.id == "people"
        else msgspec.structs.replace(f, need="submit")
        if f.id == "cost"
        else f
        for f in t.fields
        if f.id != "village"
    ]
    fields = [msgspec.structs.replace(f, when="") if f.id == "cost" else f for f in fields]
    newer = msgspec.structs.replace(
        t,
        version="2",
        fields=tuple(fields),
        items=msgspec.structs.replace(t.items, presets=t.items.presets[:1]),
    )
    found = rehearsing.rehearse(bureau, Loaded(newer, "newer"), ledger)
    told = {(one.what, one.field): (one.count, one.example) for one in found.findings}
    assert (found.rows, found.touched) == (2, 2)
    assert told[("lost", "village")] == (1, "甲嘎查") and told[("unread", "people")] == (1, "15")
    assert told[("matter", "W02")][0] == 2 and told[("empty", "cost")][0] == 2
    assert ("check", "people") not in told  # what is not read is not judged
    assert "甲嘎查" in "".join(found.lines) and ledgers.get(bureau, ledger).head_seq == before
    same = rehearsing.rehearse(bureau, houses, ledger)
    assert same.touched == 0 and {one.what for one in same.findings} <= {"empty", "check"}
