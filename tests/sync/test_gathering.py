"""Ledgers of lower offices gathered upward: nothing lost, nothing counted twice, 465 provable at every level."""

from __future__ import annotations

import pytest

from app.ledger import closing, entries, leaving, ledgers
from app.listing import counts
from app.problem import Problem
from app.proof import replay
from sync.merges import merges
from sync.upward import gathering
from tests.sync.upward_world import FLOWS, ON, deleted, flows, sums


def test_unsealed_ledgers_gather_and_follow(banner):
    """Decision 10: the lead's rows are the sponsors', and follow them as long as nothing is sealed."""
    banner.add("dev", "甲")
    banner.add("ind", "乙")
    assert banner.gather("dev").facts["added"] == banner.gather("ind").facts["added"] == 1
    entries.amend(banner["dev"], banner.rows["甲"], {"note": "补充"}, {"M03": {"state": "不需办"}})
    banner.add("dev", "丙")
    change = banner.gather("dev")
    assert (change.facts["added"], change.facts["changed"]) == (1, 1)
    mine, theirs = banner.held("lead", "甲"), banner.held("dev", "甲")
    assert (mine.cells, mine.items, mine.standings) == (theirs.cells, theirs.items, theirs.standings)
    assert flows(banner, "lead") == sums(banner) and flows(banner, "lead", "item") == sums(banner, "item")
    assert banner.gather("dev").facts["changed"] == 0 and banner.proved()


def test_every_event_after_both_sealed_arrives_at_every_level(whole):
    """Decisions 1, 2, 6: 核减 移除 开工 更正 恢复 补录 of the sponsor are the same events at lead, league and region."""
    names = "批复 移除 更正 改错 恢复 常在".split()
    for name in names:
        whole.add("dev", name, M01="在办", M03="未办")
    whole.add("dev", "未开工", build="未开工", M01="不需办")
    whole.add("ind", "乙")
    for who in ("dev", "ind"):
        whole.seal(who)
    whole.up()
    for who in ("lead", "league", "region"):
        whole.seal(who)
    whole.up()
    base = sums(whole)
    assert all(flows(whole, who) == base for who in ("lead", "league", "region"))
    whole.approve("dev", "批复", "M01", "M03")
    whole.remove("dev", "移除")
    whole.correct("dev", "更正")
    whole.correct("dev", "改错", name="改正后的名称")
    whole.approve("dev", "恢复", "M01")
    leaving.reopen(whole["dev"], whole.rows["恢复"], "M01", reason="回头看发现批复被撤销", on=ON)
    closing.start(whole["dev"], whole.rows["未开工"], on=ON, evidence="开工令")
    whole.add("ind", "补录", basis="盟里补充清单")
    whole.up()
    for who in ("lead", "league", "region"):
        assert flows(whole, who) == sums(whole)
        assert flows(whole, who, "item") == sums(whole, "item")
        assert counts.count(whole[who], whole.ledgers[who])["balanced"]
        assert whole.held(who, "改正后的名称").standing == "open"
        assert {h.name: h.standing for h in whole.all_held(who)} == {
            h.name: h.standing for key in ("dev", "ind") for h in whole.all_held(key)
        }
    kinds = flows(whole, "region")
    assert [kinds[k] for k in FLOWS[1:]] == [1, 0, 5, 1, 1, 1, 1]
    assert flows(whole, "region", "item")["restored"] == 1
    assert whole.proved()


def test_a_correction_without_a_count_brings_its_reason(banner):
    """Decision 6: the 更正单 of the sponsor is what moves a frozen cell at the lead, told with reason and second person."""
    banner.add("dev", "甲")
    banner.seal("dev")
    banner.gather("dev")
    banner.seal("lead")
    banner.correct("dev", "甲", name="甲（改）")
    banner.gather("dev")
    with banner["lead"].read() as connection:
        stream = ledgers.line_of(connection, banner.ledgers["lead"]).stream
        bodies = [row["body"] for row in replay.lines(connection, stream) if row["verb"] == "merged"]
    assert '"corrections"' in bodies[-1] and "录入有误" in bodies[-1] and "审核人乙" in bodies[-1]


def test_rows_that_left_before_the_leads_seal(banner):
    """核减 before the lead's seal is 手续齐全 there, 移除 and 更正 are off its list; 恢复 brings them back counted."""
    for name in ("批复", "移除", "常在"):
        banner.add("dev", name)
    banner.seal("dev")
    banner.approve("dev", "批复", "M01", "M03")
    banner.remove("dev", "移除")
    banner.gather("dev")
    banner.seal("lead")
    lead = banner.counts("lead")
    assert (lead["listed"], lead["base"], lead["complete"], lead["excluded"]) == (3, 1, 1, 1)
    assert banner.gather("dev").facts["changed"] == 0
    entries.amend(banner["dev"], banner.rows["批复"], {"note": "查"})
    banner.gather("dev")
    assert banner.held("lead", "批复").standing == "complete"
    leaving.reopen(banner["dev"], banner.rows["批复"], "M01", reason="回头看", on=ON)
    leaving.reopen(banner["dev"], banner.rows["移除"], "", reason="回头看", on=ON)
    assert banner.gather("dev").facts["refused"] == []
    lead = banner.counts("lead")
    assert (lead["open"], lead["restored"], lead["base"]) == (3, 2, 1) and banner.proved()


def test_an_event_between_the_last_gathering_and_the_leads_seal_is_not_lost(banner):
    banner.add("dev", "甲", M01="在办")
    banner.seal("dev")
    banner.gather("dev")
    banner.approve("dev", "甲", "M01")
    banner.seal("lead")
    banner.gather("dev")
    lead = flows(banner, "lead")
    assert (lead["base"], lead["open"], lead["approved"]) == (1, 0, 1) and banner.proved()


def test_what_was_struck_off_and_put_back_comes_back(banner):
    """Decision 2: 核查剔除 of the sponsor, taken back before anything is sealed."""
    banner.add("dev", "甲")
    leaving.exclude(banner["dev"], banner.rows["甲"], reason="重复")
    banner.gather("dev")
    assert banner.counts("lead")["excluded"] == 1
    leaving.reopen(banner["dev"], banner.rows["甲"], "", reason="弄错了", on=ON)
    banner.gather("dev")
    assert banner.counts("lead")["open"] == 1 and banner.counts("lead")["excluded"] == 0 and banner.proved()


def test_twins_of_two_sponsors_are_named_and_not_merged(banner):
    """Decision 14: one project code from two offices; a person says whether it is one project."""
    code = "2204-152529-04-01-123456"
    banner.add("dev", "甲", code=code)
    banner.add("ind", "甲项目", code=code)
    assert banner.gather("dev").facts["twins"] == []
    change = banner.gather("ind")
    (twins,) = change.facts["twins"]
    assert [row["office"] for row in twins["rows"]] == [banner["dev"].name, banner["ind"].name]
    assert "1 个项目代码" in change.said and len(banner.all_held("lead")) == 2
    leaving.exclude(banner["lead"], banner.held("lead", "甲项目").id, reason="重复")
    entries.amend(banner["ind"], banner.rows["甲项目"], {"note": "再报"})
    assert banner.gather("ind").facts["twins"] == []
    assert banner.held("lead", "甲项目").standing == "excluded" and banner.proved()


def test_a_twin_struck_off_here_stays_so_when_its_sponsor_closes_it(banner):
    banner.add("dev", "甲")
    banner.add("ind", "乙", M01="在办")
    for who in ("dev", "ind"):
        banner.seal(who)
        banner.gather(who)
    leaving.exclude(banner["lead"], banner.held("lead", "乙").id, reason="重复")
    banner.seal("lead")
    banner.approve("ind", "乙", "M01")
    assert banner.gather("ind").facts["refused"] == []
    lead = flows(banner, "lead")
    assert (lead["base"], lead["open"], lead["approved"]) == (1, 1, 0)
    assert banner.held("lead", "乙").items["M01"]["state"] == "办结" and banner.proved()


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "旗里写的"), ("theirs", "部门写的"), ({"value": "都写"}, "都写")]
)
def test_a_clash_is_decided_by_a_person(banner, choice, kept):
    banner.add("dev", "甲")
    banner.gather("dev")
    entries.amend(banner["lead"], banner.held("lead", "甲").id, {"note": "旗里写的"})
    entries.amend(banner["dev"], banner.rows["甲"], {"note": "部门写的"})
    with pytest.raises(Problem) as caught:
        banner.gather("dev")
    key = (banner.rows["甲"], "", "note")
    assert caught.value.code == "E_UNDECIDED" and caught.value.facts["left"] == [list(key)]
    assert banner.held("lead", "甲").cells["note"] == "旗里写的"
    change = banner.gather("dev", choices={key: choice})
    assert banner.held("lead", "甲").cells["note"] == kept and change.facts["lost"] >= 1
    assert banner.gather("dev").facts["lost"] == 0 and banner.proved()


def test_a_gathering_is_taken_back_and_done_again(banner):
    """Decision 19: tombstones are never used again, and nothing is left out the second time."""
    banner.add("dev", "甲")
    first = banner.gather("dev")
    merges.withdraw(banner["lead"], banner.ledgers["lead"], str(first.subject))
    assert banner.all_held("lead") == [] and banner.counts("lead")["listed"] == 0
    assert banner.gather("dev").facts["added"] == 1
    assert flows(banner, "lead") == flows(banner, "dev") and banner.proved()


def test_matters_struck_off_come_back_when_that_gathering_is_taken_back(banner):
    """Decision 10: what the sponsor struck off and the lead took is as it was once the lead takes it back."""
    for name in ("甲", "乙"):
        banner.add("dev", name)
    banner.gather("dev")
    before, base = banner.held("lead", "甲"), flows(banner, "lead")
    items = flows(banner, "lead", "item")
    leaving.exclude(banner["dev"], banner.rows["甲"], reason="重复")
    second = banner.gather("dev")
    assert banner.counts("lead")["base"] == base["base"] - 1
    merges.withdraw(banner["lead"], banner.ledgers["lead"], str(second.subject))
    after = banner.held("lead", "甲")
    assert (after.standing, after.standings, after.cells) == (before.standing, before.standings, before.cells)
    assert (flows(banner, "lead"), flows(banner, "lead", "item")) == (base, items) and banner.proved()


def test_an_older_gathering_taken_back_is_offered_again(banner):
    banner.add("dev", "甲")
    first = banner.gather("dev")
    banner.add("dev", "乙")
    banner.gather("dev")
    said = merges.withdraw(banner["lead"], banner.ledgers["lead"], str(first.subject)).said
    assert banner["dev"].name in said
    assert [h.name for h in banner.all_held("lead")] == ["乙"]
    banner.gather("dev")
    assert sorted(h.name for h in banner.all_held("lead")) == ["乙", "甲"] and banner.proved()


def test_a_deleted_row_of_an_unsealed_sponsor_goes(banner):
    banner.add("dev", "甲")
    gone = banner.add("dev", "乙")
    banner.gather("dev")
    deleted(banner, gone)
    banner.gather("dev")
    assert [h.name for h in banner.all_held("lead")] == ["甲"] and flows(banner, "lead") == flows(
        banner, "dev"
    )
    assert banner.gather("dev").facts["added"] == 0 and banner.proved()


def test_a_sealed_lead_keeps_what_an_unsealed_sponsor_takes_back(banner):
    """SB 四(一) 不得随意调减: refused by name, offered again until it is solved, and the counts stay."""
    gone = banner.add("dev", "乙")
    banner.gather("dev")
    banner.seal("lead")
    deleted(banner, gone)
    for _ in range(2):
        change = banner.gather("dev")
        assert [r["code"] for r in change.facts["refused"]] == ["E_SEALED"] and "乙" in change.said
    assert flows(banner, "lead")["open"] == 1 and banner.proved()


def test_a_sealed_lead_does_not_follow_an_unsealed_sponsors_states(banner):
    banner.add("dev", "甲")
    banner.gather("dev")
    banner.seal("lead")
    entries.amend(banner["dev"], banner.rows["甲"], {"note": "又改"}, {"M01": {"state": "不需办"}})
    assert [r["code"] for r in banner.gather("dev").facts["refused"]] == ["E_FROZEN"]
    assert banner.held("lead", "甲").standings["M01"] == "open"
    entries.amend(banner["dev"], banner.rows["甲"], {}, {"M01": {"state": "在办"}})
    assert banner.gather("dev").facts["refused"] == []
    assert banner.held("lead", "甲").cells["note"] == "又改" and banner.proved()


def test_a_row_from_before_the_sponsors_seal_comes_late_only_upon_a_basis(banner):
    """Decision 2: an addition has a date and a basis."""
    banner.add("dev", "甲")
    banner.gather("dev")
    banner.seal("lead")
    banner.add("ind", "乙", M01="在办")
    banner.seal("ind")
    change = banner.gather("ind")
    assert [r["code"] for r in change.facts["refused"]] == ["E_ADD_BASIS"] and change.facts["added"] == 0
    assert banner.gather("ind", basis="旗政府专题会议纪要第3期").facts["added"] == 1
    banner.approve("ind", "乙", "M01")
    assert banner.gather("ind").facts["refused"] == []
    lead = flows(banner, "lead")
    assert (lead["base"], lead["added"], lead["approved"], lead["open"]) == (1, 1, 1, 1) and banner.proved()


def test_what_both_registered_is_counted_once(banner):
    banner.add("dev", "甲", M01="在办", M03="未办")
    banner.seal("dev")
    banner.gather("dev")
    banner.seal("lead")
    closing.close(
        banner["lead"],
        [(banner.held("lead", "甲").id, "M01")],
        basis="批复",
        doc="锡发改字〔2022〕1号",
        on=ON,
    )
    banner.approve("dev", "甲", "M01")
    assert banner.gather("dev").facts["refused"] == []
    assert flows(banner, "lead", "item")["approved"] == 1 and banner.proved()


def test_an_event_that_does_not_fit_here_is_refused_and_offered_again(banner):
    """The identity holds whatever the other side says (decision 2)."""
    banner.add("dev", "甲", M01="在办", M03="未办")
    banner.gather("dev")
    entries.amend(banner["lead"], banner.held("lead", "甲").id, {}, {"M01": {"state": "不需办"}})
    banner.seal("dev")
    banner.gather("dev")
    banner.seal("lead")
    banner.approve("dev", "甲", "M01")
    key = {(banner.rows["甲"], "M01", name): "mine" for name in ("state", "needed")}
    change = banner.gather("dev", choices=key)
    assert [r["code"] for r in change.facts["refused"]] == ["E_OUT_OF_STEP"]
    assert banner.proved() and flows(banner, "lead", "item")["open"] == 1


def test_only_a_gathered_ledger_gathers_and_never_itself(banner):
    banner.add("dev", "甲")
    mirror = banner.report("dev")
    own = str(ledgers.open_template(banner["lead"], "pending-approval").subject)
    merged = banner.ledgers["lead"]
    for ledger, source, code in ((own, mirror, "E_NOT_MERGED"), (merged, merged, "E_NOT_RECEIVED")):
        with pytest.raises(Problem) as caught:
            gathering.gather(banner["lead"], ledger, source, keep=False)
        assert caught.value.code == code


def test_a_receipt_answers_each_level(whole):
    whole.add("dev", "甲")
    whole.up()
    for low, high in (("dev", "lead"), ("lead", "league"), ("league", "region")):
        mirror = next(
            line for line in ledgers.all(whole[high]) if not line.own and line.origin_id == whole[low].id
        )
        assert mirror.head_seq == ledgers.get(whole[low], whole.ledgers[low]).head_seq
    assert whole.proved()
