"""Print, sign, seal: a scan files against exactly its version, the seal freezes it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pypdfium2
import pytest

from app import office
from app.ledger import checks, closing, entries, leaving, versions
from app.listing import counts, history
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.signing import mending, signoff
from tests.app.conftest import DAY, SIGNERS, project, sealed

ON = DAY.isoformat()


def sign_all(bureau: Office, ledger: str, scan: Path) -> None:
    for role, by in SIGNERS.items():
        signoff.sign(bureau, ledger, role=role, by=by, on=ON, scan=scan)


def text_of(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf)


def test_print_numbers_a_version_and_unchanged_content_keeps_its_number(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 8: print makes a numbered version."""
    project(bureau, ledger, "甲", M01="在办")
    first = signoff.print_ledger(bureau, ledger, tmp_path / "1.pdf")
    again = signoff.print_ledger(bureau, ledger, tmp_path / "1b.pdf")
    assert again.facts["label"] == first.facts["label"] and again.facts["again"]
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "1b.pdf").read_bytes()
    project(bureau, ledger, "乙", M01="在办")
    second = signoff.print_ledger(bureau, ledger, tmp_path / "2.pdf")
    assert second.facts["label"] != first.facts["label"]
    assert [v.number for v in versions.of(bureau, ledger)] == [2, 1]


def test_an_unchanged_print_keeps_its_number_while_it_is_being_signed(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 8: signing takes days; a sheet printed once more for the second signature is the same version."""
    project(bureau, ledger, M01="在办")
    paper = tmp_path / "1.pdf"
    first = signoff.print_ledger(bureau, ledger, paper)
    later = office.open_folder(bureau.folder, today=DAY + dt.timedelta(2))
    fresh = signoff.print_ledger(later, ledger, paper)
    assert fresh.facts["label"].endswith("第2版")  # nobody has signed: its 填报日期 is of the day
    signoff.sign(later, ledger, role="立项部门主要领导", by="签字人甲", on="2022-08-24", scan=paper)
    latest = office.open_folder(bureau.folder, today=DAY + dt.timedelta(4))
    again = signoff.print_ledger(latest, ledger, tmp_path / "2.pdf")
    assert again.facts["again"] and again.facts["label"] == fresh.facts["label"] != first.facts["label"]
    assert (tmp_path / "2.pdf").read_bytes() == paper.read_bytes()
    other = signoff.print_ledger(latest, ledger, tmp_path / "3.pdf", paper="a4")
    assert other.facts["label"].endswith("第3版") and not other.facts["again"]  # another document: its own number
    later.close()
    latest.close()


def test_the_foot_carries_the_identity_and_the_list(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 四(一), decision 2: the identity is printed at the foot of every list."""
    project(bureau, ledger, "甲", M01="在办")
    signoff.print_ledger(bureau, ledger, tmp_path / "1.pdf")
    text = text_of(tmp_path / "1.pdf").replace("\r\n", "")
    assert "项目：期初 1 + 新增 0 + 恢复 0 = 在账 1 + 核减 0 + 开工 0 + 移除 0 + 更正 0" in text
    assert "列入 1 = 期初 1 + 手续齐全不计入 0 + 核查剔除 0" in text
    assert "立项部门主要领导" in text and "分管旗长" in text


def test_a_scan_of_another_ledger_or_an_older_print_is_refused(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 8: the scan is filed against exactly the version its code names."""
    project(bureau, ledger, "甲", M01="在办")
    signoff.print_ledger(bureau, ledger, tmp_path / "1.pdf")
    project(bureau, ledger, "乙", M01="在办")
    signoff.print_ledger(bureau, ledger, tmp_path / "2.pdf")
    role, by = next(iter(SIGNERS.items()))
    with pytest.raises(Problem) as refused:
        signoff.sign(bureau, ledger, role=role, by=by, on=ON, scan=tmp_path / "1.pdf")
    assert refused.value.code == "E_SCAN_VERSION"
    assert not any(v.signatures for v in versions.of(bureau, ledger))
    signoff.sign(bureau, ledger, role=role, by=by, on=ON, scan=tmp_path / "1.pdf", version=1)
    assert [len(v.signatures) for v in versions.of(bureau, ledger)] == [0, 1]


def test_signatures_out_of_order_warn_and_are_taken(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decision 8: out of order only warns; 代签 records the authorisation."""
    project(bureau, ledger, "甲", M01="在办")
    scan = tmp_path / "1.pdf"
    signoff.print_ledger(bureau, ledger, scan)
    change = signoff.sign(
        bureau, ledger, role="分管旗长", by="代签人", on=ON, scan=scan, behalf="旗政府委托书1号"
    )
    assert "立项部门主要领导" in change.facts["warning"]
    (version,) = versions.of(bureau, ledger)
    assert version.signatures[0].behalf == "旗政府委托书1号"


def test_gaps_never_block_printing_and_sealing_asks_for_the_explanation(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 9: gaps are named by `check`; sealing with gaps needs the explanation printed on that version."""
    project(bureau, ledger, "甲", M01="待核")
    scan = tmp_path / "1.pdf"
    printed = signoff.print_ledger(bureau, ledger, scan)
    gaps = [f for f in checks.check(bureau, ledger) if f.level == "gap"]
    assert printed.facts["gaps"] > 0 and any(f.item == "M01" and f.field == "state" for f in gaps)
    sign_all(bureau, ledger, scan)
    with pytest.raises(Problem) as refused:
        signoff.seal(bureau, ledger)
    assert refused.value.code == "E_GAPS"
    explained = tmp_path / "2.pdf"
    signoff.print_ledger(bureau, ledger, explained, explain="正在向部门收集")
    assert "缺项情况说明" in text_of(explained) and "正在向部门收集" in text_of(explained)
    sign_all(bureau, ledger, explained)
    assert "期初 1 个项目" in signoff.seal(bureau, ledger).said


def test_sealing_seals_that_version_and_nothing_else(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decision 8: a change of counts, 责任人 or 完成时限 after the print asks for a new signature."""
    one = project(bureau, ledger, "甲", M01="在办")
    scan = tmp_path / "1.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="说明")
    sign_all(bureau, ledger, scan)
    entries.amend(bureau, one, {"note": "备注可以改"})
    entries.amend(bureau, one, {"resp_person": "责任人乙"})
    with pytest.raises(Problem) as refused:
        signoff.seal(bureau, ledger)
    assert refused.value.code == "E_CHANGED_SINCE" and "责任人" in refused.value.text


def test_progress_written_after_the_print_does_not_stop_the_seal(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 8: signing takes days; what is written meanwhile prints as 签后变动表."""
    one = project(bureau, ledger, "甲", M01="在办")
    scan = tmp_path / "1.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="说明")
    sign_all(bureau, ledger, scan)
    entries.amend(bureau, one, {"progress": "已报送环评"})
    signoff.seal(bureau, ledger)
    closing.close(bureau, [(one, "M01")], basis="批复", doc="某审〔2022〕9号", on=ON)
    later = tmp_path / "2.pdf"
    signoff.print_ledger(bureau, ledger, later)
    text = text_of(later)
    assert "签后变动表" in text and "某审〔2022〕9号" in text


def test_without_every_signature_there_is_no_seal(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 四(一): 经立项部门主要领导和分管旗长签字后."""
    project(bureau, ledger, "甲", M01="在办")
    scan = tmp_path / "1.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="说明")
    signoff.sign(bureau, ledger, role="立项部门主要领导", by="签字人甲", on=ON, scan=scan)
    with pytest.raises(Problem) as refused:
        signoff.seal(bureau, ledger)
    assert refused.value.code == "E_UNSIGNED" and "分管旗长" in refused.value.text


@pytest.mark.parametrize(
    ("texts", "items"),
    [
        ({"name": "改名"}, {}),
        ({"invest": "5"}, {}),
        ({"due_date": "2022-12-01"}, {}),
        ({"build_state": "建成"}, {}),
        ({}, {"M01": {"state": "办结"}}),
        ({}, {"M01": {"needed": "不需办"}}),
        ({}, {"M09": {"state": "在办"}}),
    ],
)
def test_after_the_seal_the_frozen_is_refused_and_progress_is_writable(
    bureau: Office, ledger: str, tmp_path: Path, texts: dict[str, str], items: dict[str, dict[str, str]]
) -> None:
    """Decision 7; SB 四(一) 不得随意调减."""
    one = project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    before = counts.count(bureau, ledger)
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, one, texts, items)
    assert refused.value.code == "E_FROZEN"
    assert counts.count(bureau, ledger) == before
    entries.amend(
        bureau, one, {"resp_tel": "13800000000", "note": "可以"}, {"M01": {"d_submit": "2022-08-19"}}
    )
    assert replay.verify(bureau) == []


def test_removal_waits_until_every_target_confirms(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 四(二)1, decision 6: 移除 is no 核减, needs 研判 and a second person, leaves when all have confirmed."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    given = {
        "reason": "主体灭失",
        "policy": "产业结构调整指导目录",
        "conclusion": "不合规",
        "on": ON,
        "targets": ["在线审批平台", "重大项目库"],
        "scan": scan,
    }
    with pytest.raises(Problem) as refused:
        leaving.remove(bureau, one, **given, confirmed={}, second="经办人甲")
    assert refused.value.code == "E_SECOND"
    leaving.remove(bureau, one, **given, confirmed={"在线审批平台": ON}, second="审核人乙")
    assert counts.count(bureau, ledger)["projects"]["open"] == 1
    leaving.remove(bureau, one, **given, confirmed={"在线审批平台": ON, "重大项目库": ON}, second="审核人乙")
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["removed"], tally["projects"]["approved"], tally["items"]["removed"]) == (
        1,
        0,
        1,
    )
    assert tally["balanced"]


def test_one_correction_slip_may_list_many_rows(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decision 6: 更正单 with reason, second person and scan; both counts stay provable."""
    rows = [project(bureau, ledger, f"项目{n}", M01="在办") for n in range(3)]
    scan = sealed(bureau, ledger, tmp_path)
    leaving.correct(bureau, rows[:2], reason="重复列入", second="审核人乙", scan=scan, leave=True)
    leaving.correct(
        bureau, rows[2:], reason="名称有误", second="审核人乙", scan=scan, texts={"name": "新名称"}
    )
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["corrected"], tally["projects"]["open"]) == (2, 1)
    assert replay.verify(bureau) == []


def test_what_comes_back_can_leave_again(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 六(四) 回头看: a begun project taken back is 未开工 again; a removed one forgets its removal."""
    begun = project(bureau, ledger, "甲", build="未开工")
    gone = project(bureau, ledger, "乙", build="未开工", M01="在办")
    struck = project(bureau, ledger, "丙", M01="在办")
    leaving.exclude(bureau, struck, reason="重复")
    scan = sealed(bureau, ledger, tmp_path)
    closing.start(bureau, begun, on=ON, evidence="开工令")
    leaving.reopen(bureau, begun, reason="实际没有开工")
    closing.start(bureau, begun, on=ON, evidence="开工令")
    given = {"reason": "主体灭失", "policy": "某政策", "conclusion": "不合规", "on": ON, "second": "审核人乙"}
    target = {"targets": ["在线审批平台"], "confirmed": {"在线审批平台": ON}, "scan": scan}
    leaving.remove(bureau, gone, **given, **target)
    leaving.reopen(bureau, gone, reason="平台未移除")
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["started"], tally["projects"]["removed"]) == (2, 1)
    assert (tally["projects"]["restored"], tally["projects"]["open"], tally["items"]["open"]) == (2, 1, 1)
    assert tally["balanced"] and replay.verify(bureau) == []
    with pytest.raises(Problem) as refused:
        leaving.reopen(bureau, struck, reason="不该剔除")
    assert refused.value.code == "E_STILL_OPEN"


def test_a_signature_under_a_wrong_name_is_put_right_and_the_old_one_stays_told(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 6: a reason and a second person; once sealed also the 更正单. The paper itself is not touched."""
    project(bureau, ledger, "甲", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    right = {"version": 1, "role": "分管旗长", "by": "签字人丙", "on": ON, "reason": "打错一个字", "second": "核对人丁"}
    for wrong, code in (
        ({"by": " "}, "E_SIGNER"), ({"behalf": "授权" * 101}, "E_TOO_LONG"),
        ({"reason": ""}, "E_REASON"), ({"second": bureau.clerk}, "E_SECOND"),
        ({"role": "书记"}, "E_ROLE"), ({"version": 2}, "E_NO_PRINT"), ({"by": SIGNERS["分管旗长"]}, "E_SAME"), ({}, "E_LACKING"),
    ):  # fmt: skip
        with pytest.raises(Problem) as caught:
            mending.mend(bureau, ledger, **{**right, **wrong})  # type: ignore[arg-type]
        assert caught.value.code == code
    mending.mend(bureau, ledger, **right, scan=scan)  # type: ignore[arg-type]
    assert {s.role: s.by for s in versions.of(bureau, ledger)[0].signatures} == {**SIGNERS, "分管旗长": "签字人丙"}
    told = history.lines(bureau, ledger_id=ledger)[0].facts
    assert told["note"] == f"更正，原登记为“{SIGNERS['分管旗长']} {ON}”" and told["second"] == "核对人丁"
    assert replay.verify(bureau) == []
