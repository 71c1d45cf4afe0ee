"""The route of the gathered ledger and what it refuses whole: the study, the template, too many refusals (decision 10)."""

from __future__ import annotations

import pytest

from app.ledger import acts, attachments, ledgers, versions
from app.problem import Problem
from app.signing import signoff
from app.storage.paths import RESOURCES
from models.schema import seal as seal_table
from sync.upward import gathering
from tests.sync.upward_world import ON, flows


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
