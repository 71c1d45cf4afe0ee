"""What a clerk types and is told: short names, titles instead of codes, numbers of papers, what is lacking and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.imports import drafting, intake
from app.ledger import closing, entries, leaving, ledgers
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.template_books.making import make
from tests.app.conftest import DAY, project, sealed
from tests.app.zone_rows import ROWS
from tests.data import make_books
from tests.data.make_lists import Sheet, write_xlsx

ON = DAY.isoformat()


def test_a_row_of_a_register_is_found_by_its_own_number(bureau: Office) -> None:
    ledger = str(ledgers.open_template(bureau, "complaints").subject)
    row = {"name": "手续迟迟不批", "order_no": "GD20220801001", "called_on": "2022-08-01", "kind": "其他"}
    one = str(entries.add(bureau, ledger, row, not_secret="声明人甲").subject)
    assert entries.find(bureau, "GD20220801001") == one
    with pytest.raises(Problem) as refused:
        entries.find(bureau, "GD2022080100")
    assert refused.value.code == "E_NO_ENTRY"


def test_codes_are_told_with_titles_and_the_day_of_a_deed_is_the_day_it_is_named_after(bureau: Office) -> None:
    """59号 三(二)2: 缴回 on a day needs 缴回日期, and that is the day; a date given before stays."""
    ledger = str(ledgers.open_template(bureau, "idle-funds").subject)
    cells = {k: v for k, v in ROWS["idle-funds"].items() if k != "returned_on"}
    cells |= {"returned": cells["plan_return"], "spent": cells["plan_spend"], "acct_done_on": ON}
    with pytest.raises(Problem) as refused:
        entries.add(bureau, ledger, {**cells, "fund_class": "不是的"}, not_secret="声明人甲")
    assert "J1 结余结转两年以上的财政拨款、J2 全额" in refused.value.text
    for before in ("", "2022-08-15"):
        row = {**cells, "name": f"资金{before}", "returned_on": before}
        one = str(entries.add(bureau, ledger, row, not_secret="声明人甲").subject)
        closing.close(bureau, [(one, "")], basis="缴入国库", doc="缴款书1号", on=ON)
        assert lists.line(bureau, one).cells["returned_on"] == (before or ON)
        leaving.reopen(bureau, one, "", reason="回头看发现没有缴", on=ON)
        assert lists.line(bureau, one).cells.get("returned_on") == (before or None), "what the deed wrote goes with it"


def test_of_two_reasons_the_one_that_holds_is_said(bureau: Office) -> None:
    ledger = str(ledgers.open_template(bureau, "semi-finished").subject)
    given = {"name": "某综合楼", "route": "完善手续"}
    one = str(entries.add(bureau, ledger, given, not_secret="声明人甲").subject)
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(one, "")], basis="已补办验收和登记", on=ON)
    assert refused.value.text == "“某综合楼”还没有申请销号，不能按“已补办验收和登记”销号"


def test_items_go_by_their_titles_and_targets_by_a_part_of_just_one(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """SB 四(二)1: from where a project is removed is never guessed."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办")
    title = ledgers.find(bureau, ledger).loaded.preset_of("M01").title
    entries.amend(bureau, one, {}, {title: {"handler": "责任人乙"}})
    assert lists.line(bureau, one).items["M01"].cells["handler"] == "责任人乙"
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, one, {}, {"没有的": {"handler": "乙"}})
    assert refused.value.code == "E_NO_ITEM"
    scan = sealed(bureau, ledger, tmp_path)
    said = closing.start(bureau, one, on=ON).said
    assert said.endswith(f"；还有 1 项没有办完（{title}），仍在账，办完后出账")
    slip: dict[str, Any] = {"reason": "主体灭失", "policy": "某政策", "conclusion": "不合规", "second": "第二人乙", "scan": scan}
    for targets in (["项目库"], ["没有的库"]):
        with pytest.raises(Problem) as refused:
            leaving.remove(bureau, one, **slip, targets=targets)
        assert refused.value.code == "E_TARGETS"
    change = leaving.remove(bureau, one, **slip, targets=["重大"], confirmed={"重大": ON})
    assert change.said.endswith("“重大”读作“重大项目库”")
    assert lists.line(bureau, one).cells["removal_targets"] == ["重大项目库"]


def test_what_a_list_leaves_behind_is_said(bureau: Office, tmp_path: Path) -> None:
    """A word that is on no list leaves its cell blank, not its row out; a column nobody knows is named."""
    ledger = str(ledgers.open_template(bureau, "complaints").subject)
    loaded = ledgers.find(bureau, ledger).loaded

    def planned(*rows: list[str]) -> intake.Plan:
        heads = ["诉求摘要", "工单编号", "来电时间", "诉求类别", "甲乙丙丁", "戊己庚辛"]
        file = write_xlsx([Sheet("表", [heads, *rows])], tmp_path / "单.xlsx")
        return intake.plan(bureau, ledger, drafting.draft(file, loaded))

    plan = planned(["迟迟不批", "GD1", "2022-08-01", "瞎写的类", "水利局", ""])
    assert (plan.counts["added"], [(p.field, p.kept) for p in plan.problems]) == (1, [("kind", "（空）")])
    assert "没有认出的列：甲乙丙丁，" in plan.said and "戊己庚辛" not in plan.said
    intake.commit(bureau, plan, not_secret="声明人甲")
    assert lists.line(bureau, entries.find(bureau, "GD1")).cells.get("kind") is None
    change = intake.commit(bureau, planned(["要件反复", "GD2", "2022-13-41", "", "", ""]), not_secret="声明人甲")
    assert change.said.startswith("没有导入：1 行都有错，请照下面的原因改好原表再导入")


def test_a_plain_form_keeps_its_limit_and_a_column_written_twice_is_told_once(
    bureau: Office, tmp_path: Path
) -> None:
    head, due = ("type", "name", "label", "required"), ("date", "due_date", "完成时限", "yes")
    form: dict[str, make_books.Rows] = {"survey": [head, ("text", "name", "户主", "yes"), due]}
    made = make(make_books.write(tmp_path / "表.xlsx", form), today=DAY)
    assert [(c.until, c.title) for c in made.loaded.t.clocks] == [("due_date", "完成时限")]
    ledger = str(ledgers.open_template(bureau, made.loaded).subject)
    given = {"name": "户甲", "due_date": "2022-08-01"}
    one = str(entries.add(bureau, ledger, given, not_secret="声明人甲").subject)
    assert lists.line(bureau, one).light == "red"
    clock: dict[str, make_books.Rows] = {"clock": [("id", "title", "starts", "workdays"), ("K1", "答复", "begun", 5)]}
    begun = ("date", "begun", "受理日期", "yes")
    other = make(make_books.write(tmp_path / "二.xlsx", {"survey": [*form["survey"], begun], **clock}), today=DAY)
    assert any("“完成时限”没有对应的时限规则" in note and "不会亮灯" in note for note in other.notes)
    twice = make_books.write(tmp_path / "三.xlsx", {"survey": [*form["survey"], ("text", "name", "又一个")]})
    with pytest.raises(Problem) as refused:
        make(twice, today=DAY)
    assert [(f["sheet"], f["cell"]) for f in refused.value.facts["faults"]] == [("survey", "B4")]
