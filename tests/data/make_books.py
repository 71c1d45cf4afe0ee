"""Workbooks in the manner of XLSForm, as a clerk would write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]
HEAD = (
    "type",
    "name",
    "label",
    "required",
    "constraint",
    "constraint_message",
    "relevant",
    "calculation",
    "hint",
)
PLAIN: dict[str, Rows] = {
    "survey": [
        HEAD,
        ("note", "intro", "本表逐户填写，不得漏户"),
        ("begin_group", "house", "房屋情况"),
        ("text", "House_Owner", "户主", "yes", "", "", "", "", "按户口簿填"),
        ("integer", "people", "人口", "yes", ". >= 1 and . <= 30"),
        ("select_one grade", "grade", "危房等级", "yes"),
        ("select_multiple cause", "causes", "致贫原因", "no", "count-selected(.) <= 2", "最多选两个"),
        ("decimal", "cost", "改造费用（万元）", "no", ". >= 0", "", "${grade} = 'D' or ${grade} = 'C'"),
        ("end_group",),
        ("date", "begun", "开工日期", "no"),
        ("date", "ended", "竣工日期", "yes", ". >= ${begun}", "竣工不能早于开工", "selected(${grade}, 'D')"),
        ("calculate", "per", "人均费用", "", "", "", "", "${cost} div ${people}"),
        ("text", "code", "户编号"),
    ],
    "choices": [
        ("list_name", "name", "label"), ("grade", "C", "C级"), ("grade", "D", "D级"), ("cause", "ill", "因病"),
        ("cause", "disabled", "因残"), ("cause", "study", "因学"),
    ],
    "settings": [("form_title", "form_id", "version"), ("农村危房改造台账", "rural_houses", "2022.1")],
}  # fmt: skip
HOUSES: dict[str, Rows] = {
    "survey": [
        ("type", "name", "label", "scope", "required", "relevant", "owner", "min", "frozen"),
        ("text", "name", "户主", "", "create", "", "XC", "", "yes"),
        ("text", "village", "嘎查村", "", "yes", "", "XC", "", "yes"),
        ("select_one grade", "grade", "鉴定等级", "", "yes", "", "ZJ", "", "yes"),
        ("integer", "people", "人口", "", "", "", "", 1),
        ("money", "cost", "核定补助", "", "yes", "${grade} = 'D'"),
        ("text", "drop_reason", "取消原因"),
        ("select_one state", "state", "办理情况", "item", "yes"),
        ("date", "begun", "开工日期", "item"),
        ("date", "ended", "完工日期", "item"),
        ("text", "paper", "验收单号", "item"),
    ],
    "choices": [
        ("list_name", "name", "label", "words"),
        ("grade", "C", "C级（局部）", "C级；局部危险"), ("grade", "D", "D级（整栋）", "D级；整栋危险"),
        ("state", "办结"), ("state", "在办"), ("state", "未办"), ("state", "不需办"), ("state", "待核"),
    ],
    "settings": [
        ("name", "value"), ("id", "rural-houses"), ("title", "农村危房改造台账"), ("version", 1), ("campaign", "农村危房改造"),
        ("plan", "示范旗农村危房改造方案"), ("starts", "2022-07-01"), ("ends", "2022年12月31日"), ("kind_code", "WF"),
        ("start_year", 2022), ("item.title", "工序"), ("words.row", "农户"), ("words.count", "户"),
        ("print.title", "{division}农村危房改造台账"), ("print.columns", "seq；name；village；grade；people；cost；W01；W02"),
        ("print.notes", "注：改造一户销号一户；不得随意调减。\n验收以县级验收单为准。"),
    ],
    "owner": [("id", "title"), ("XC", "苏木乡镇"), ("ZJ", "住建局")],
    "item.preset": [("code", "title", "always", "dept"), ("W01", "拆旧", "yes", "住建局"), ("W02", "建新", "yes", "住建局")],
    "item.stage": [
        ("title", "when", "holder", "since", "clock", "accepted"),
        ("已完", "state = '办结' or ${state} = '不需办'", "", "", "closed"),
        ("施工中", "${begun} != ''", "施工队", "begun", "run", "yes"), ("待开工", "True", "苏木乡镇"),
    ],
    "clock": [("id", "title", "starts", "stops", "workdays", "cause"), ("H1", "施工", "begun", "ended", 20, "施工超期")],
    "check": [
        ("id", "scope", "expr", "text", "level", "field"),
        ("early", "item", "${ended} < ${begun}", "完工早于开工", "error", "ended"),
        ("crowded", "entry", "${people} > 12", "人口多，请核对", "warn", "people"),
    ],
    "closing": [
        ("id", "title", "scope", "to", "bases", "needs", "second_person", "writes", "back"),
        ("accept", "验收销号", "item", "approved", "验收单", "paper|scan", "", "ended = {on}\npaper = {doc}", "ended =\npaper ="),
        ("drop", "取消", "entry", "removed", "", "drop_reason", "yes", "drop_reason = {reason}", "drop_reason ="),
        ("amend", "更正", "entry", "corrected", "", "reason"), ("back", "恢复", "entry", "open", "", "reason"),
        ("back-item", "恢复工序", "item", "open", "", "reason"),
    ],
    "figure": [
        ("id", "title", "of", "expr", "field", "unit"), ("grade_d", "D级户", "count", "${grade} = 'D'", "", "户"),
        ("paid", "核定补助", "sum", "", "cost", "万元"),
    ],
    "date": [("id", "on", "who", "what", "clause"), ("list-day", "2022-09-10", "苏木乡镇", "台账签字上报", "示范方案 四")],
    "cadence": [("every", "what", "proof"), ("月", "改造进度", "bundle")],
    "signoff": [
        ("id", "title", "roles", "lines", "seals_upon", "due"),
        ("town", "危房台账", "苏木达", "填报人；苏木达", "苏木达", "list-day"),
    ],
}  # fmt: skip
STRANGE: dict[str, Rows] = {
    "填表须知": [("一井一行",)],
    "调查": [
        ("2022年饮水安全问卷",),
        (
            "序号", "类型", "名称", "标签", "必填", "约束", "约束提示", "显示条件", "公式", "默认", "parameters", "choice_filter",
            "时限", "打印", "瞎写",
        ),
        (1, "Text", "工程", "工程名称", "是"),
        (2, "select_one 苏木", "苏木", "苏木镇", "yes"),
        (3, "单选：嘎查", "嘎查", "嘎查村", "TRUE", "", "", "", "", "", "", "苏木=${苏木}"),
        (),
        (4, "begin group", "钱", "资金", "", "", "", "${投资} >= 1"),
        (5, "小数", "已付", "已付（万元）", "", ". <= ${投资}", "付的比投的多", "", "", "", "", "", "", "2"),
        (6, "end group"),
        (7, "decimal", "投资", "投资（万元）", "true()", "", "", "", "", "", "", "", "", "3"),
        (8, "select_one 水源 or_other", "水源", "水源"),
        (9, "range", "分", "水质评分", "", "", "", "", "", "", "start=0 end=10"),
        (10, "date", "查", "检查日期", "", "。 ≤ today（）", "不能晚于今天", "", "", "today()"),
        (11, "date", "改", "整改日期", "${分} < 5", "", "", "", "", "", "", "", "until"),
        (12, "image", "照片", "现场照片", "yes", "", "", "${分} < 5"),
        (13, "calculate", "欠", "未付（万元）", "", "", "", "", "${投资} - ${已付}", "", "", "", "", "4"),
        (14, "calculate", "欠比", "未付比例", "", "", "", "", "round(${欠} div ${投资} * 100, 1)"),
        (15, "calculate", "天", "用时", "", "", "", "", "${改} - ${查}"),
        (16, "calculate", "评", "评语", "", "", "", "", "if(${欠} > 5, concat('欠', ${嘎查}), '清')"),
        (17, "begin_repeat", "井", "水源井"),
        (18, "text", "井名", "井名", "yes"),
        (19, "integer", "深", "井深", "", ". > 0 and . <= 500"),
        (20, "end_repeat"),
        (21, "calculate", "井数", "井数", "", "", "", "", "count(${井})"),
        (22, "calculate", "总深", "总深", "", "", "", "", "sum(${深})"),
        (23, "text", "身份证", "身份证号", "", "string-length(.) = 18", "身份证号是18位"),
        (24, "yes_no", "停", "是否停用", "", "", "", "", "", "", "", "", "", "", "看不懂"),
    ],
    "选项": [
        ("列表名", "名称", "标签", "苏木"), ("苏木", "b", "宝拉根"), ("苏木", "m", "明安图"), ("嘎查", "甲", "甲嘎查", "b"),
        ("嘎查", "乙", "乙嘎查", "m"), ("水源", "地下水"), ("水源", "地表水"),
    ],
    "设置": [("表单标题", "版本"), ("饮水安全台账", 3)],
}  # fmt: skip
"""As one writes who knows XLSForm and Chinese heads and nothing of this program."""
"""A whole campaign with items, clock, closings, figures, written by someone who knows our own columns too."""
LIST: Rows = [
    ("序号", "户主", "嘎查村", "鉴定等级", "人口", "核定补助（万元）", "拆旧", "建新"),
    (1, "示范户甲", "甲嘎查", "D级", 4, 3.5, "在办", "未办"),
    (2, "示范户乙", "乙嘎查", "局部危险", 2, 1.2, "未办", "未办"),
]


LIFTS: dict[str, Rows] = {
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


def without_village() -> dict[str, Rows]:
    """The second version of HOUSES: 嘎查村 is dropped, 户主 has another title."""
    titles = {"户主": "户主姓名"}
    survey = [
        tuple(titles.get(cell, cell) for cell in row) for row in HOUSES["survey"] if row[1] != "village"
    ]
    settings = [
        (key, 2 if key == "version" else str(value).replace("village；", ""))
        for key, value in HOUSES["settings"]
    ]
    return {**HOUSES, "survey": survey, "settings": settings}


def write(path: Path, sheets: dict[str, Rows]) -> Path:
    """Write {sheet: lines} as a workbook."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([cell if cell != "" else None for cell in line])
    book.save(path)
    return path
