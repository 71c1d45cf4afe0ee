"""The ledgers of 内政办发〔2022〕59号 through the real engine: opened, filled by form and workbook, printed, sealed, closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports import drafting, intake
from app.ledger import entries, ledgers
from app.listing import lists
from app.office import Office
from app.reports import reporting
from app.templating.template_reading import builtin
from app.values import kinds
from tests.app.ledger_life import live
from tests.app.zone_rows import ITEMS, ROWS, closed_by
from tests.data.write_books import Sheet, write_xlsx

SAID = {
    "idle-funds": (["…1234", "J1结余结转", "1,250,000.00", "2,500,000.00"], {"carried-keep", "same-account"}),
    "unsupplied-land": (["125%", "50.00", "240.00"], {"same-parcel"}),
    "idle-land": (["企业原因", "50%"], {"same-parcel", "same-e-no"}),
    "zone-assets": (["15%", "租赁"], {"same-asset"}),
    "stopped-firms": (["僵尸企业", "3,500.5", "资金短缺、工艺落后"], {"zombie-plan", "same-firm"}),
    "stopped-projects": (["2,700.00"], {"plain-zombie"}),
    "land-yield": (["200.00", "300.00", "-1.20", "0.60", "低效"], {"tax-minus"}),
    "zone-profile": (["88.89", "2.00"], set()),
    "zone-pending": (["在办"], set()),
}


@pytest.mark.parametrize("template", list(ROWS))
def test_each_ledger_lives(bureau: Office, tmp_path: Path, template: str) -> None:
    """59号 三(一): 整改责任部门、整改时限、整改方式; a ledger opens, takes rows, prints, seals and closes."""
    life = live(
        bureau, tmp_path, template, ROWS[template], items=ITEMS.get(template), close=closed_by(template)
    )
    words, found = SAID[template]
    assert [word for word in words if word not in life.text] == []
    assert found <= life.found, (template, life.found)
    assert template != "unsupplied-land" or life.text.count("100.00") == 2  # both totals, typed and worked out
    assert ("开工" in life.text) is (template == "zone-pending")  # no way out that the ledger does not know
    assert life.closed.standing_text.removeprefix("已") == builtin(template).t.words.approved
    assert not {"resp_unit", "due_date", "method"} & life.lacking


@pytest.mark.parametrize("template", list(ROWS))
def test_what_every_ledger_has(template: str) -> None:
    """59号 三(一) the three columns, 二 以案促改, 四 dates, 五(二) cadence; domain A3 conflicts."""
    t = builtin(template).t
    fields = {f.id: f for f in t.fields}
    assert [fields[k].title for k in ("resp_unit", "due_date", "method")] == [
        "整改责任部门",
        "整改时限",
        "整改方式",
    ]
    assert {"linked", "case_reform", "place", "resp_person", "resp_tel"} <= fields.keys()
    assert fields["linked"].kind == "row" and fields["linked"].follows and fields["resp_tel"].private
    assert fields["case_reform"].clause == "59号 二" and any(s.id == "reform" for s in t.sublists)
    assert {str(d.on) for d in t.dates} >= {"2022-08-31", "2022-12-31"} and len(
        [d for d in t.dates if str(d.on) == "2022-08-31"]
    ) >= 3
    half, month = t.cadences
    assert (half.every, str(half.until), month.every, str(month.first)) == (
        "半月",
        "2022-09-30",
        "月",
        "2022-10-31",
    )
    assert {half.proof, month.proof} == {"report"} and {half.form, month.form} == {t.reports[0].id}
    assert {"seven-ledgers", "last-day"} <= {c.id for c in t.conflicts}
    assert t.words.approved != "核减" and t.nature == "campaign" and t.signoffs
    for each in (*t.fields, *t.checks, *t.dates, *t.closings, *t.sublists, *t.computed, *t.figures):
        for part in each.clause.split("；") if each.clause else ():
            assert part.startswith(
                (
                    "59号 ",
                    "54号",
                    "55号",
                    "53号",
                    "51号",
                    "GB/T ",
                    "行政许可法 ",
                    "闲置土地处置办法 ",
                    "工业项目建设用地控制指标",
                )
            ), each


BOOKS: dict[str, tuple[list[str], list[str], dict[str, str], str]] = {
    "idle-funds": (
        ["单位名称", "款项名称", "开户行", "户名", "银行账号", "资金类别", "性质", "资金年度", "截至2022年7月31日余额（万元）",
         "拟上缴（万元）", "已上缴（万元）", "留用（万元）", "账户清理意见", "整改责任单位", "完成时限", "处置方式"],
        ["园区管委会", "基本户结余", "某行", "管委会", "150012345678901234", "财政拨款结余结转两年以上", "公共预算", "2019",
         "125.5", "100", "40", "25.5", "销户", "财政局", "2022-12-20", "上缴国库"],
        {"balance": "1,255,000.00", "returned": "400,000.00", "fund_class": "J1", "acct_action": "撤销", "method": "缴回国库"},
        "待缴回",
    ),
    "unsupplied-land": (
        ["地块名称", "批文号", "批准时间", "宗地编号", "园区", "规划用途", "批准用地面积（公顷）", "已供应面积（公顷）",
         "批而未供面积（公顷）", "未供原因", "消化方式", "年度消化任务（公顷）", "消化面积（公顷）"],
        ["二期", "内政土发[2018]12号", "2018.5.4", "2018-07", "示范园", "工业用地", "20", "12", "8", "边角地", "加快供地",
         "2", "2.5"],
        {"area_ok": "300.00", "unsupplied": "120.00", "done": "37.50", "doc": "内政土发〔2018〕12号", "method": "加快供应"},
        "待上级认定",
    ),
    "stopped-firms": (
        ["企业名称", "信用代码", "园区", "停产时间", "停产性质", "主要原因", "占地面积（公顷）", "厂房（㎡）", "能耗指标",
         "盘活模式", "承接企业", "盘活时限", "已盘活土地（公顷）"],
        ["某冶炼公司", "91152529MATEXT01X2", "示范园", "2018-03-05", "僵尸", "资金断裂、工艺落后", "8", "20000", "3500.5", "转让",
         "某公司", "2022-12-20", "2"],
        {"land": "120.00", "plant": "20,000.00", "revived": "30.00", "stop_kind": "僵尸企业", "reason": "资金链断裂、工艺落后"},
        "盘活中",
    ),
}  # fmt: skip


@pytest.mark.parametrize("template", list(BOOKS))
def test_workbooks_as_they_come(bureau: Office, tmp_path: Path, template: str) -> None:
    """Spellings met in workbooks, 公顷 and ㎡ where the ledger keeps 亩, 万元 where it keeps 元."""
    heads, cells, wanted, stage = BOOKS[template]
    ledger = str(ledgers.open_template(bureau, template).subject)
    loaded = builtin(template)
    draft = drafting.draft(write_xlsx([Sheet("表", [heads, cells])], tmp_path / "表.xlsx"), loaded, memory={})
    assert [column.head for column in draft.unmapped] == [] and draft.problems == []
    assert intake.commit(bureau, intake.plan(bureau, ledger, draft), not_secret="甲").facts["added"] == 1
    line = lists.line(bureau, lists.ids(bureau, ledger)[0])
    assert {
        key: kinds.show(loaded.fields[key], line.cells[key]) for key in wanted
    } == wanted and line.stage == stage


def test_reports_speak_as_the_region_published(bureau: Office) -> None:
    """59号 五(二); domain A3: 拟缴回/已缴回 in 万元, 宗 and 公顷 with 盘活率, 户 and 整治完成率, all of the zone's rows."""
    said = {
        "idle-funds": "排查沉淀资金125.00万元，其中拟缴回100.00万元，已缴回100.00万元，应缴尽缴100%",
        "idle-land": "闲置土地在账1宗，闲置面积6.00公顷，已盘活并经认定2.00公顷，盘活率33.33%",
        "stopped-firms": "其中僵尸企业1户，已整治0户，完成率0%，盘活土地2.67公顷",
        "unsupplied-land": "任务完成率125%",
    }
    for template, words in said.items():
        ledger = str(ledgers.open_template(bureau, template).subject)
        entries.add(bureau, ledger, ROWS[template], not_secret="甲")
        assert words in reporting.draft(bureau, ledger, "2022-08B").text
