"""A ledger speaks in the words of its own template, in print, in lists and in the sentences of its deeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine import calling
from app.figures import figure_heads
from app.imports import intake
from app.ledger import closing, entries, leaving, ledgers, versions
from app.listing import counts, lists, pages
from app.listing.lists import Query
from app.office import Office
from app.proof import replay
from app.signing import signoff
from app.signing.later import changes_since, columns
from app.templating import template_reading
from app.workbooks import exporting
from tests.app.conftest import DAY
from tests.app.imports.test_imports_told import planned
from tests.app.works import REGISTER, TASKS

ITEMS = {
    "S01": {"matter_name": "印发办法", "due_date": "2022-08-10", "state": "推进中"},
    "S01.2": {"matter_name": "系统上线", "due_date": "2022-09-30"},
    "S02": {"state": "已完成"},
}


@pytest.fixture
def tasks(bureau: Office) -> str:
    return str(ledgers.open_template(bureau, template_reading.read(TASKS, "任务.toml")).subject)


@pytest.fixture
def visits(bureau: Office) -> str:
    return str(ledgers.open_template(bureau, template_reading.read(REGISTER, "走访.toml")).subject)


def task(bureau: Office, ledger: str, name: str = "容缺受理", **texts: str) -> str:
    return str(
        entries.add(bureau, ledger, {"name": name, **texts}, items=ITEMS, not_secret="审核人乙").subject
    )


def sealed(bureau: Office, ledger: str, folder: Path) -> None:
    scan = folder / "signed.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="缺项正在补齐")
    signoff.sign(bureau, ledger, role="组长", by="签字人甲", on=DAY.isoformat(), scan=scan)
    said = signoff.seal(bureau, ledger).said
    assert "期初 1 条任务、2 个里程碑，从现在起办结1条销号1条" in said


def test_prints_lists_and_deeds_say_销号(bureau: Office, tasks: str, tmp_path: Path) -> None:
    """S53 五(三): a list of its own is 销号, not 核减; states are shown by their titles (decision 13 keeps the five)."""
    row = task(bureau, tasks)
    with bureau.read() as connection:
        line = ledgers.line_of(connection, tasks)
        page = pages.page(bureau, connection, line)
        full = pages.full_sheet(connection, line)
    assert [c.title for c in page.columns][-4:] == ["任务期限", "里程碑", "同一项目（其他台账）", "状态"]
    told = "印发办法 2022-08-10 推进中；系统上线 2022-09-30 待核实；验收 已完成"
    assert page.rows[0][4] == told and page.rows[0][-1] == "在办" and page.totals[1] == "1 条"
    assert page.foot[:3] == (
        "清单核对：列入 1 = 期初 1 + 已完成的不计入 0 + 核查剔除 0",
        "任务：期初 1 + 新增 0 + 恢复 0 = 在办 1 + 销号 0 + 更正 0",
        "里程碑：期初 2 + 新增 0 + 恢复 0 = 在办 2 + 销号 0 + 更正 0",
    )
    assert "推进中" in full.rows[0] and "在办" not in full.rows[0], "an export reads back by the titles"
    shown = lists.line(bureau, row)
    assert shown.standing == "在账" and shown.standing_text == "在办" and shown.items_text == told
    assert shown.items["S01"].state == "在办" and shown.items["S01"].state_text == "推进中"
    for where in ((("S01.state", ("推进中",)),), (("standing", ("在办",)),), (("standing", ("在账",)),)):
        assert lists.ids(bureau, tasks, Query(where=where)) == [row], where
    assert lists.values(bureau, tasks, "standing") == [("在办", 1)]
    sealed(bureau, tasks, tmp_path)
    with bureau.read() as connection:
        seq = versions.of_ledger(connection, tasks)[0].seq
    said = closing.close(bureau, [(row, "S01")], basis="验收单", on="2022-08-20", doc="某办〔2022〕1号").said
    assert said == "已完成：印发办法（容缺受理），还有 1 个未完成"
    closing.close(bureau, [(row, "S01.2")], basis="验收单", on="2022-08-20", doc="2号")
    assert (
        closing.close(bureau, [(row, "")], basis="完成报告", on="2022-08-21", doc="3号").said
        == "已销号：容缺受理"
    )
    assert lists.line(bureau, row).standing_text == "已销号"
    assert lists.stage_shown(lists.line(bureau, row)) == "已销号"
    now = counts.now(bureau, tasks)["project"]
    assert (
        counts.moved(now, calling.PLAIN)
        == "在账 0 · 核减 1"
        != counts.moved(now, template_reading.read(TASKS).t.words)
    )
    with bureau.read() as connection:
        line = ledgers.line_of(connection, tasks)
        found = changes_since(connection, line, seq)
    assert {(m.what, m.old, m.new) for m in found} >= {("任务", "在办", "办结销号")}
    assert [c.title for c in columns(line.loaded.t.words)][1:3] == ["任务名称", "栏目/里程碑"]
    back = leaving.reopen(bureau, row, reason="回头看没有完成")
    assert back.said.startswith("已恢复在办：容缺受理")
    assert replay.verify(bureau) == []


def test_a_pending_ledger_says_what_it_always_said(bureau: Office, ledger: str) -> None:
    loaded = template_reading.builtin("pending-approval")
    row = dict.fromkeys(
        ("base", "added", "restored", "open", "approved", "started", "removed", "corrected"), 0
    )
    assert (
        counts.identity_line(row, "项目")
        == counts.identities(loaded, row, row)[0]
        == ("项目：期初 0 + 新增 0 + 恢复 0 = 在账 0 + 核减 0 + 开工 0 + 移除 0 + 更正 0")
    )
    assert calling.standing(loaded, "approved") == "已核减" and calling.state(loaded, "办结") == "办结"


def test_an_export_of_own_words_reads_back(bureau: Office, tasks: str, tmp_path: Path) -> None:
    """Decision 26: what was exported comes back unchanged, repeated milestones and titled states too."""
    row = task(bureau, tasks)
    before = lists.line(bureau, row)
    exporting.export_ledger(bureau, tasks, tmp_path / "表.xlsx")
    loaded = ledgers.get(bureau, tasks).loaded
    again = planned(bureau, tasks, tmp_path / "表.xlsx", loaded)
    assert again.counts["skipped"] == 1 and again.differences == [] and again.problems == []
    second = str(ledgers.open_template(bureau, template_reading.read(TASKS, "任务.toml"), again=True).subject)
    plan = planned(bureau, second, tmp_path / "表.xlsx", loaded)
    assert plan.problems == [] and plan.draft.questions == [] and plan.counts["added"] == 1
    intake.commit(bureau, plan, not_secret="审核人乙")
    copied = lists.line(bureau, lists.ids(bureau, second)[0])
    assert {c: i.cells for c, i in copied.items.items()} == {c: i.cells for c, i in before.items.items()}


def test_a_state_named_after_the_row_is_not_said_twice() -> None:
    heads = {head.id: head for head in figure_heads.headings(template_reading.builtin("assistance"))}
    assert (heads["open"].title, heads["open"].short, heads["base"].title) == ("帮办中", "帮办中", "帮办期初")
