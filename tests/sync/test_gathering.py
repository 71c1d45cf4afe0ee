"""Ledgers of lower offices gathered upward: nothing lost, nothing counted twice, 465 provable at every level."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import acts, attachments, closing, counts, entries, leaving, ledgers, replay, signoff, versions
from app.paths import RESOURCES
from app.problem import Problem
from app.recording import Recorder
from models.schema import seal as seal_table
from sync import gathering, merges
from tests.sync.upward_world import ON, Upward, upward

FLOWS = ("base", "added", "restored", "open", "approved", "started", "removed", "corrected")


@pytest.fixture
def banner(tmp_path: Path) -> Iterator[Upward]:
    """Two sponsors and the lead."""
    found = upward(tmp_path, "dev", "ind", "lead")
    yield found
    found.close()


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Upward]:
    found = upward(tmp_path)
    yield found
    found.close()


def flows(world: Upward, who: str, unit: str = "project") -> dict[str, int]:
    found = world.counts(who, unit)
    return {name: found[name] for name in FLOWS}


def sums(world: Upward, unit: str = "project") -> dict[str, int]:
    dev, ind = flows(world, "dev", unit), flows(world, "ind", unit)
    return {name: dev[name] + ind[name] for name in FLOWS}


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
    _delete(banner, gone)
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
    _delete(banner, gone)
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


def _delete(world: Upward, entry: str) -> None:
    """A row of an unsealed ledger taken back, as withdrawing its import leaves it."""
    office = world["dev"]
    with office.write("撤回导入") as work:
        old, line = entries.held_for(work, entry)
        new = old.copy()
        new.standing, new.standings = "deleted", dict.fromkeys(new.items, "deleted")
        recorder = Recorder(work, line, office.calendar())
        recorder.put(old, new, "withdraw", {"import": "x"})
        recorder.flush()


def test_the_study_travels_with_the_ledger(whole):
    """Decision 10: the league sees upon which record the 全旗台账 was sealed, with its scan."""
    whole.add("dev", "甲")
    whole.gather("dev")
    whole.seal("lead")
    acts.report(whole["lead"], whole.ledgers["lead"], number="白政发〔2022〕5号", on=ON)
    mirror = whole.report("lead")
    (version,) = versions.of(whole["league"], mirror)
    assert [act.title for act in version.acts] == ["政府研究", "报送盟行署"]
    assert attachments.path_of(whole["league"].folder, version.acts[0].scan).is_file() and whole.proved()


def test_a_seal_without_the_study_is_refused_above(whole):
    """Decision 10: what its route asks for must be there before the seal."""
    lead, ledger = whole["lead"], whole.ledgers["lead"]
    whole.add("dev", "甲")
    whole.gather("dev")
    signoff.print_ledger(lead, ledger, whole.folder / "1.pdf", explain="缺项")
    (version,) = versions.of(lead, ledger)
    with lead.write("确定台账") as work:
        row = {"version_id": version.id, "root": version.root, "counts": version.counts, "on": work.on}
        seq = work.line(ledger, "seal", ledger, 1, {"seal": row})
        work.connection.execute(seal_table.insert().values(ledger_id=ledger, seq=seq, **row))
        work.mark_sealed(ledger, version.id)
    with pytest.raises(Problem) as caught:
        whole.report("lead")
    assert caught.value.code == "E_SEAL" and "政府研究" in caught.value.text


def test_another_version_of_the_template_may_differ_in_clocks_and_not_in_columns(banner):
    """Decision 21: the banner's stricter plan is the same ledger; a column this one lacks is not dropped silently."""
    text = (RESOURCES / "templates" / "pending-approval.toml").read_text("utf-8")
    same, wider = banner.folder / "same.toml", banner.folder / "wider.toml"
    same.write_text(text.replace('title = "待批项目台账"', 'title = "待批项目台账（旗）"', 1), "utf-8")
    at = text.index("[[field]]")
    more = '[[field]]\nid = "newcolumn"\ntitle = "新栏"\nkind = "text"\ngroup = "basic"\n\n'
    group = text[at:].partition('group = "')[2].partition('"')[0]
    wider.write_text(text[:at] + more.replace("basic", group) + text[at:], "utf-8")
    for file, fits in ((same, True), (wider, False)):
        ledger = str(ledgers.open_template(banner["dev"], str(file), again=True).subject)
        banner.ledgers["dev"] = ledger
        banner.add("dev", file.stem)
        mirror = banner.report("dev")
        if fits:
            gathering.gather(banner["lead"], banner.ledgers["lead"], mirror, keep=False)
            continue
        with pytest.raises(Problem) as caught:
            gathering.gather(banner["lead"], banner.ledgers["lead"], mirror, keep=False)
        assert caught.value.code == "E_OTHER_TEMPLATE" and "新栏" in caught.value.text
    assert banner.proved()


def test_too_many_refusals_of_one_kind_are_no_list_of_rows(banner, monkeypatch):
    """A whole late ledger: the reason is told once, nothing is written, and with a basis all of it comes in."""
    monkeypatch.setattr(gathering, "MOST_REFUSED", 2)
    banner.add("dev", "甲")
    banner.gather("dev")
    banner.seal("lead")
    for name in ("乙", "丙", "丁"):
        banner.add("ind", name, M01="在办")
    mirror = banner.report("ind")
    lead, ledger = banner["lead"], banner.ledgers["lead"]
    with pytest.raises(Problem) as caught:
        gathering.gather(lead, ledger, mirror, keep=False)
    assert caught.value.code == "E_MANY_REFUSED" and caught.value.facts["code"] == "E_ADD_BASIS"
    assert gathering.gather(lead, ledger, mirror, keep=False, basis="专题会议纪要").facts["added"] == 3
    assert flows(banner, "lead")["added"] == 3 and banner.proved()
