"""项目 and 事项 counted apart, balanced at every write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.journals.writing import refuse_imbalance
from app.ledger import closing, entries, leaving
from app.listing import counts, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from tests.app.conftest import DAY, project, sealed

ON = DAY.isoformat()


def test_a_project_is_in_the_base_while_a_matter_waits_or_it_is_not_begun(
    bureau: Office, ledger: str
) -> None:
    """SB 四(一), decision 1: 在办 / 未办 / 待核, or 未开工."""
    project(bureau, ledger, "甲", M01="在办")
    project(bureau, ledger, "乙", M01="待核")
    project(bureau, ledger, "丙", build="未开工")
    project(bureau, ledger, "丁")
    tally = counts.count(bureau, ledger)
    assert tally["projects"] | {} == tally["projects"]
    assert (tally["projects"]["listed"], tally["projects"]["base"], tally["projects"]["complete"]) == (
        4,
        3,
        1,
    )
    assert tally["items"]["base"] == 2
    assert tally["balanced"]


def test_the_list_reconciles_with_what_was_struck_off(bureau: Office, ledger: str) -> None:
    """SB 三(一), decision 2: 列入 = 基数 + 手续齐全不计入 + 核查剔除."""
    project(bureau, ledger, "甲", M01="未办")
    twice = project(bureau, ledger, "甲（重复）", M01="未办")
    leaving.exclude(bureau, twice, reason="重复", note="与甲相同")
    tally = counts.count(bureau, ledger)["projects"]
    assert (tally["listed"], tally["base"], tally["complete"], tally["excluded"]) == (2, 1, 0, 1)
    with pytest.raises(Problem) as refused:
        leaving.exclude(bureau, twice, reason="不想要了")
    assert refused.value.code == "E_EXCLUSION"


def test_closing_the_last_matter_takes_the_project_off(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 四(一): 审批1个核减1个; a project is 核减 only when its last pending matter closes."""
    one = project(bureau, ledger, "甲", M01="在办", M03="在办")
    sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(one, "M01")], basis="批复", doc="某审〔2022〕1号", on=ON)
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["open"], tally["projects"]["approved"]) == (1, 0)
    assert (tally["items"]["open"], tally["items"]["approved"]) == (1, 1)
    closing.close(bureau, [(one, "M03")], basis="许可证", doc="某证1号", on=ON)
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["open"], tally["projects"]["approved"], tally["projects"]["base"]) == (0, 1, 1)
    assert tally["balanced"]


def test_a_project_not_begun_leaves_by_beginning_and_is_no_approval(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """SB 四(一), decision 1: 开工 is counted apart, never as 核减."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办")
    sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(one, "M01")], basis="批复", doc="某审〔2022〕1号", on=ON)
    assert counts.count(bureau, ledger)["projects"]["open"] == 1
    closing.start(bureau, one, on=ON, evidence="开工令")
    tally = counts.count(bureau, ledger)["projects"]
    assert (tally["open"], tally["started"], tally["approved"]) == (0, 1, 0)


def test_what_is_reopened_counts_as_restored_and_the_base_stays(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """SB 二, 六(四) 回头看; decision 2: sealed 期初 never changes."""
    one = project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(one, "M01")], basis="批复", doc="某审〔2022〕1号", on=ON)
    leaving.reopen(bureau, one, "M01", reason="回头看发现批复被撤销", on=ON)
    tally = counts.count(bureau, ledger)
    for unit in ("projects", "items"):
        assert (tally[unit]["base"], tally[unit]["open"]) == (1, 1)
        assert (tally[unit]["approved"], tally[unit]["restored"]) == (1, 1)
    assert tally["balanced"]


def test_an_addition_after_the_seal_needs_its_basis_and_is_counted_beside(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """SB 四(一) 不得随意调减; decision 2: additions come with basis and are counted beside 期初."""
    project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    with pytest.raises(Problem) as refused:
        project(bureau, ledger, "乙", M01="在办")
    assert refused.value.code == "E_ADD_BASIS"
    project(bureau, ledger, "乙", basis="盟发改委补充清单", M01="在办", M02="未办")
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["base"], tally["projects"]["added"], tally["projects"]["open"]) == (1, 1, 2)
    assert (tally["items"]["base"], tally["items"]["added"], tally["items"]["open"]) == (1, 2, 3)
    assert tally["balanced"]


def test_a_write_that_would_not_balance_is_refused() -> None:
    """Decision 2: checked at every write."""
    names = "listed complete excluded base added restored open approved started removed corrected".split()
    row = dict.fromkeys(names, 0) | {"listed": 3, "base": 3, "open": 3}
    refuse_imbalance(row, "project")
    with pytest.raises(Problem) as refused:
        refuse_imbalance(row | {"open": 2}, "project")
    assert refused.value.code == "E_IDENTITY"
    with pytest.raises(Problem):
        refuse_imbalance(row | {"listed": 4}, "project")


DEEDS = st.lists(
    st.tuples(
        st.sampled_from("close close start remove correct leave reopen reopen_all add pause set".split()),
        st.integers(0, 5),
        st.integers(1, 4),
    ),
    max_size=14,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=DEEDS,
    states=st.lists(st.sampled_from("办结 在办 未办 不需办 待核".split()), min_size=12, max_size=12),
)
def test_whatever_is_done_the_numbers_balance_and_the_journal_agrees(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int, int]], states: list[str]
) -> None:
    """Decision 2 and 23: the identity holds after every deed, and the journal replays to the tables."""
    from app import office  # noqa: PLC0415
    from app.ledger import ledgers  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("deeds")
    bureau = office.create(
        folder / "o", division="152529", name="某局", roles=["sponsor"], clerk="经办人甲", today=DAY
    )
    try:
        ledger = str(ledgers.open_template(bureau, "pending-approval").subject)
        builds = ("在建", "未开工", "建成")
        for n in range(3):
            given_ = {f"M0{k + 1}": states[n * 4 + k] for k in range(4)}
            project(bureau, ledger, f"项目{n}", build=builds[n], **given_)
        scan = sealed(bureau, ledger, folder)
        for deed, which, matter in deeds:
            ids = lists.ids(bureau, ledger)
            _try(bureau, ledger, deed, ids[which % len(ids)], f"M0{matter}", scan)
            tally = counts.count(bureau, ledger)
            assert tally["balanced"], (deed, tally)
            assert tally["projects"]["base"] == counts.count(bureau, ledger)["projects"]["base"]
        assert replay.verify(bureau) == []
    finally:
        bureau.close()


def _try(bureau: Office, ledger: str, deed: str, entry: str, code: str, scan: Path) -> None:
    slip = {"reason": "核对后更正", "second": "审核人乙", "scan": scan}
    acts = {
        "close": lambda: closing.close(bureau, [(entry, code)], basis="批复", doc="某审1号", on=ON),
        "start": lambda: closing.start(bureau, entry, on=ON, evidence="开工令"),
        "remove": lambda: leaving.remove(
            bureau,
            entry,
            reason="主体灭失",
            policy="某政策",
            conclusion="不合规",
            on=ON,
            targets=["在线审批平台"],
            confirmed={"在线审批平台": ON},
            second="审核人乙",
            scan=scan,
        ),
        "correct": lambda: leaving.correct(bureau, [entry], items={code: {"state": "不需办"}}, **slip),
        "leave": lambda: leaving.correct(bureau, [entry], leave=True, **slip),
        "reopen": lambda: leaving.reopen(bureau, entry, code, reason="回头看", on=ON),
        "reopen_all": lambda: leaving.reopen(bureau, entry, reason="回头看", on=ON),
        "add": lambda: project(bureau, ledger, "补录", basis="补充清单", M01="在办"),
        "pause": lambda: closing.pause(bureau, entry, code, reason="听证", on=ON),
        "set": lambda: entries.amend(bureau, entry, {"note": deed}, {code: {"d_submit": "2022-08-19"}}),
    }
    try:
        acts[deed]()
    except Problem as problem:
        assert problem.code != "E_IDENTITY"
