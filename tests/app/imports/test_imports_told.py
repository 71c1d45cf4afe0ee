"""What a dry run tells beside its counts: sheets left unread, how doubtful cells were read; and our own sheet read literally."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.exports import ledger_xlsx
from app.imports import drafting, intake, mapping
from app.imports.intake import Plan
from app.ledger import entries, ledgers
from app.listing import lists, pages
from app.listing.lists import Query
from app.office import Office
from app.proof import replay
from app.words.templates import Loaded
from tests.data import make_lists
from tests.data.make_lists import Sheet

WHO = "审核人乙"
HEADS = ["项目名称", "建设单位", "总投资（万元）", "立项日期", "环评"]


def planned(bureau: Office, ledger: str, path: Path, loaded: Loaded) -> Plan:
    return intake.plan(bureau, ledger, drafting.draft(path, loaded))


def test_a_second_list_in_the_same_file_is_named(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    sheets = [
        Sheet("甲苏木", [HEADS, ["甲", "甲局", 1, "", "已办"], ["乙", "甲局", 1, "", "已办"]]),
        Sheet("乙苏木", [HEADS, ["丙", "丙局", 1, "", "已办"]]),
        Sheet("两栏", [["项目名称", "总投资（万元）"], ["丁", 3]]),
        Sheet("说明", [["填表说明"], ["1.本表由各旗县填写"]]),
        Sheet("空", [HEADS]),
    ]
    data = planned(bureau, ledger, make_lists.write_xlsx(sheets, tmp_path / "a.xlsx"), loaded).as_json()
    told = [note for note in data["notes"] if "没有读" in note]
    assert (
        len(told) == 1
        and "“乙苏木”（1 行）" in told[0]
        and "--sheet 乙苏木" in told[0]
        and "说明" not in told[0]
    )
    assert {s["sheet"]: s["rows"] for s in data["other_sheets"]} == {
        "乙苏木": 1,
        "两栏": 0,
        "说明": 0,
        "空": 0,
    }


def test_two_narrow_sheets_of_one_layout_are_both_known(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    head = ["项目名称", "总投资（万元）"]
    sheets = [Sheet("一", [head, ["甲", 1], ["乙", 2]]), Sheet("二", [head, ["丙", 3]])]
    data = planned(bureau, ledger, make_lists.write_xlsx(sheets, tmp_path / "a.xlsx"), loaded).as_json()
    assert any("“二”（1 行）" in note for note in data["notes"])


def test_how_doubtful_cells_were_read_is_told(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    """C5: show how each was read."""
    rows = [
        ["甲", "甲局", "约500", "2016年8月", "完成50%"],
        ["乙", "甲局", "500左右", "2016年8月", "已退回"],
        ["丙", "同上", 5, "2022.8.5", "已办"],
        ["丁", "丁局", "1亿元", "2022年8月5日（已过）", "已办"],
    ]
    path = make_lists.write_xlsx([Sheet("表", [HEADS, *rows])], tmp_path / "a.xlsx")
    data = planned(bureau, ledger, path, loaded).as_json()
    for words in (
        "“约500”是约数，按 500 万元 读取（第 2 行）", "“500左右”是约数", "2016年8月31日 读取（第 2、3 行）",
        "“完成50%”读作“在办”", "“已退回”读作“未办”", "“同上”取自上面一行（第 4 行）", "括号里的话没有读",
    ):  # fmt: skip
        assert any(words in note for note in data["notes"]), words
    assert not any("2022.8.5" in note for note in data["notes"])
    found = {(r["field"], r["count"], tuple(r["rows"])) for r in data["readings"]}
    assert ("approval_date", 2, (2, 3)) in found and ("invest", 1, (5,)) in found


def test_many_readings_are_counted(bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded) -> None:
    rows = [[f"第{n}工程", "甲局", f"约{n}", "2016年8月", ""] for n in range(1, 61)]
    path = make_lists.write_xlsx([Sheet("表", [HEADS, *rows])], tmp_path / "a.xlsx")
    data = planned(bureau, ledger, path, loaded).as_json()
    assert len(data["readings"]) == 61 and len(data["notes"]) < 30
    assert any("等 60 格" in note for note in data["notes"]) and any(
        "readings" in note for note in data["notes"]
    )


NAMES = [
    "同上", "〃", "合计", "=1+1", "＝1+1", "/", "—", "无", "√", "注：1.测试", "2017年", "共3个项目", "填报人：李", "项目名称",
    "1、序号项目", "普通 项目", "3个", "例", "小计", "甲\n乙", "1E5", "#N/A", "#未计算", "序号",
]  # fmt: skip


def test_our_own_sheet_is_read_literally(bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded) -> None:
    """Decision 26: 全部字段 re-imports unchanged, into a fresh office too: no 同上, no totals, no marks, no fillers."""
    line = ledgers.find(bureau, ledger)
    rows = []
    for name in NAMES:
        items = {"M03": {"state": "办结", "doc_no": "锡环审〔2022〕2号"}, "M09": {"state": "未办"}}
        cells = {"name": name, "note": name, "owner_org": name, "build_state": "在建"}
        rows.append(entries.NewRow(cells, items))
    with bureau.write("新增") as work:
        entries.add_many(work, line, bureau, rows, {"not_secret": WHO})
    with bureau.read() as connection:
        page, full = pages.page(bureau, connection, line), pages.full_sheet(connection, line)
    ledger_xlsx.write_xlsx(page, full, tmp_path / "台账.xlsx")
    again = planned(bureau, ledger, tmp_path / "台账.xlsx", loaded)
    assert again.counts["skipped"] == len(NAMES) and again.differences == [] and again.problems == []
    second = str(ledgers.open_template(bureau, "pending-approval", again=True).subject)
    plan = planned(bureau, second, tmp_path / "台账.xlsx", loaded)
    assert plan.problems == [] and plan.draft.questions == [] and plan.counts["added"] == len(NAMES)
    assert not [n for n in plan.as_json()["notes"] if "没有读" in n]
    intake.commit(bureau, plan, not_secret=WHO)
    kept = ("name", "note", "owner_org", "build_state")

    def told(which: str) -> list[tuple[object, ...]]:
        found = lists.lines(bureau, lists.ids(bureau, which, Query()))
        return sorted(
            (*(str(r.cells.get(k)) for k in kept), *((c, str(i.cells)) for c, i in sorted(r.items.items())))
            for r in found
        )

    assert told(second) == told(ledger)
    assert replay.verify(bureau) == []


def test_the_sheet_is_known_by_name_and_row_ids() -> None:
    assert mapping.FULL_SHEET == ledger_xlsx.FULL_SHEET
    assert mapping.kinds.name_key(ledger_xlsx.ID_HEAD) == mapping._ID_WORD


@pytest.mark.parametrize("cell", ["√", "×", "○"])
def test_a_mark_in_our_own_sheet_is_no_answer(tmp_path: Path, loaded: Loaded, cell: str) -> None:
    rows: make_lists.Grid = [
        ["项目名称", "环评", ledger_xlsx.ID_HEAD],
        ["甲", cell, "x"],
        ["乙", "已办", "y"],
    ]
    drafted = drafting.draft(make_lists.write_xlsx([Sheet("全部字段", rows)], tmp_path / "a.xlsx"), loaded)
    assert drafted.questions == [] and [(p.row, p.kept) for p in drafted.problems] == [(2, "待核")]
