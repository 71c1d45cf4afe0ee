"""Which lower ledgers came, what gathering several would do, and several gathered as one deed (decision 10)."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from app.ledger import entries, ledgers
from app.problem import Problem
from app.proof import replay
from app.rollups import rollup_sheets
from app.storage.paths import RESOURCES
from sync import exchange
from sync.comparing.merging import NEW
from sync.upward import lower_ledgers
from tests.sync.offices import introduce, made, project
from tests.sync.upward_world import NAMES, ON, TEMPLATE, deleted


def board(world, who="lead"):
    return lower_ledgers.board(world[who], TEMPLATE)


def test_the_board_says_what_came_what_waits_and_who_is_missing(banner):
    banner.add("dev", "甲")
    assert [a.office for a in board(banner).absent] == [banner["dev"].name, banner["ind"].name]
    banner.report("dev")
    (dev,) = board(banner).sources
    assert (dev.sealed, dev.code, dev.last_on, dev.waiting, dev.merge) == (False, "", ON, 1, "")
    assert [a.office for a in board(banner).absent] == [banner["ind"].name]
    banner.seal("dev")
    banner.gather("dev")
    (dev,) = board(banner).sources
    assert dev.sealed and len(dev.code) == 26 and dev.waiting == 0 and dev.gathered_on == ON
    lower_ledgers.withdraw(banner["lead"], banner.ledgers["lead"], [dev.merge])
    (dev,) = board(banner).sources
    assert (dev.waiting, dev.merge) == (1, ""), "what was taken back is to be gathered again"


def test_a_rehearsal_names_every_row_and_keeps_nothing(banner):
    for name in ("甲", "乙"):
        banner.add("dev", name)
    banner.gather("dev")
    deleted(banner, banner.rows["乙"])
    banner.seal("lead")
    banner.add("dev", "丙")
    banner.report("dev")
    lead, before = banner["lead"], ledgers.get(banner["lead"], banner.ledgers["lead"]).head_seq
    (found,) = lower_ledgers.rehearse(lead, board(banner), [board(banner).sources[0].ledger])
    assert [row.name for row in found.plan.rows if row.kind == NEW] == ["丙"] and found.withdrawn == ("乙",)
    assert {told["name"]: told["code"] for told in found.refused} == {"丙": "E_ADD_BASIS", "乙": "E_SEALED"}
    assert ledgers.get(lead, banner.ledgers["lead"]).head_seq == before and banner.proved()
    (found,) = lower_ledgers.rehearse(lead, board(banner), [found.source], "专题会议纪要")
    assert [told["name"] for told in found.refused] == ["乙"]


def test_one_that_does_not_fit_never_blocks_the_others(banner):
    """Several at once, each with its own result; all are taken back together."""
    text = (RESOURCES / "templates" / "pending-approval.toml").read_text("utf-8")
    at = text.index("[[field]]")
    group = text[at:].partition('group = "')[2].partition('"')[0]
    wider = banner.folder / "wider.toml"
    more = f'[[field]]\nid = "newcolumn"\ntitle = "新栏"\nkind = "text"\ngroup = "{group}"\n\n'
    wider.write_text(text[:at] + more + text[at:], "utf-8")
    banner.ledgers["ind"] = str(ledgers.open_template(banner["ind"], str(wider), again=True).subject)
    banner.add("dev", "甲")
    banner.add("ind", "乙")
    wanted = [banner.report("dev"), banner.report("ind")]
    trials = {t.office: t for t in lower_ledgers.rehearse(banner["lead"], board(banner), wanted)}
    assert "新栏" in trials[banner["ind"].name].fault and not trials[banner["dev"].name].fault
    change = lower_ledgers.gather(banner["lead"], TEMPLATE, wanted, {})
    done = {one["office"]: one for one in change.facts["done"]}
    assert done[banner["dev"].name]["added"] == 1 and done[banner["ind"].name]["code"] == "E_OTHER_TEMPLATE"
    assert "1 个没有汇总" in change.said and len(banner.all_held("lead")) == 1
    lower_ledgers.withdraw(banner["lead"], change.facts["target"], [done[banner["dev"].name]["merge"]])
    assert banner.all_held("lead") == [] and banner.proved()


class GivenUp(Exception):
    """What a clerk's 取消 raises."""


def given_up(at):
    """A `tell` that raises when so many are done."""

    def tell(done, _total):
        if done == at:
            raise GivenUp

    return tell


def test_given_up_half_way_what_was_gathered_is_said_and_can_be_taken_back(banner):
    """取消 between two offices: the first stays gathered, and the Change names the one left out."""
    for who, name in (("dev", "甲"), ("ind", "乙")):
        banner.add(who, name)
    wanted = [banner.report("dev"), banner.report("ind")]
    with pytest.raises(GivenUp):
        lower_ledgers.gather(banner["lead"], TEMPLATE, wanted, {}, tell=given_up(0))
    assert banner.all_held("lead") == []
    change = lower_ledgers.gather(banner["lead"], TEMPLATE, wanted, {}, tell=given_up(1))
    first, second = change.facts["done"]
    assert "merge" in first and second["code"] == "E_CANCELLED" and "merge" not in second
    assert {first["office"], second["office"]} == {banner["dev"].name, banner["ind"].name}
    assert "已汇总 1 个单位" in change.said and "1 个没有汇总" in change.said
    assert len(banner.all_held("lead")) == 1 and change.ledgers == {change.facts["target"]}
    lower_ledgers.withdraw(banner["lead"], change.facts["target"], [first["merge"]])
    assert banner.all_held("lead") == [] and banner.proved()


def test_one_that_cannot_be_taken_back_does_not_hide_the_others(banner):
    """What is taken back already is passed over by a second try; what is left is named with its reason."""
    for who, name in (("dev", "甲"), ("ind", "乙")):
        banner.add(who, name)
        banner.gather(who)
    lead, target = banner["lead"], banner.ledgers["lead"]
    merges = {one.office_id: one.merge for one in board(banner).sources}
    both = [merges[banner["dev"].id], merges[banner["ind"].id]]
    entries.amend(lead, banner.held("lead", "甲").id, {"owner_org": "改过"})
    change = lower_ledgers.withdraw(lead, target, both)
    assert change.facts["removed"] == 1 and [one["code"] for one in change.facts["left"]] == ["E_BUILT_ON"]
    assert "已撤回 1 个单位" in change.said and change.facts["left"][0]["text"] in change.said
    assert [held.name for held in banner.all_held("lead")] == ["甲"]
    with pytest.raises(Problem) as caught:
        lower_ledgers.withdraw(lead, target, both)
    assert caught.value.code == "E_BUILT_ON", "not E_WITHDRAWN of the one that is gone"
    with pytest.raises(Problem) as caught:
        lower_ledgers.withdraw(lead, target, both[1:])
    assert caught.value.code == "E_WITHDRAWN" and banner.proved()


def test_the_ledger_of_the_banner_is_opened_with_the_first_gathering(tmp_path):
    """Nothing has to be opened before; an own ledger as 立项部门 is one of the sources (decision 10)."""
    lead, dev = (made(tmp_path / key, *NAMES[key]) for key in ("lead", "dev"))
    introduce(dev, lead, tmp_path)
    theirs, own = (str(ledgers.open_template(office, TEMPLATE).subject) for office in (dev, lead))
    for office, ledger, name in ((dev, theirs, "甲"), (lead, own, "乙")):
        project(office, ledger, name, M01="在办")
    mirror = exchange.receive(lead, Path(exchange.send(dev, theirs, lead.id, tmp_path).facts["file"])).facts[
        "ledger"
    ]
    found = lower_ledgers.board(lead, TEMPLATE)
    assert found.target is None and [s.own for s in found.sources] == [False, True]
    trials = lower_ledgers.rehearse(lead, found, [mirror, own])
    assert [row.name for t in trials for row in t.plan.rows] == ["甲", "乙"]
    with pytest.raises(GivenUp):
        lower_ledgers.gather(lead, TEMPLATE, [mirror, own], {}, tell=given_up(0))
    assert lower_ledgers.board(lead, TEMPLATE).target is None, "given up before the first: nothing is opened"
    change = lower_ledgers.gather(lead, TEMPLATE, [mirror, own], {})
    line = ledgers.get(lead, change.facts["target"])
    assert (line.purpose, line.rows) == (ledgers.MERGED, 2) and replay.verify(lead) == []
    _sheet(lead, tmp_path / "汇总.xlsx")
    for office in (lead, dev):
        office.close()


def _sheet(office, out):
    """分单位汇总情况表 as a workbook and on paper."""
    rollup_sheets.export_rollup(office, TEMPLATE, out)
    sheet = openpyxl.load_workbook(out).active
    assert sheet.title == rollup_sheets.TITLE and {sheet.cell(row, 4).value for row in (5, 6, 7)} == {1, 2}
    rollup_sheets.print_rollup(office, TEMPLATE, out.with_suffix(".pdf"))
    said = PdfReader(out.with_suffix(".pdf")).pages[0].extract_text().replace(" ", "")
    assert "项目：期初2+新增0+恢复0=在账2" in said
