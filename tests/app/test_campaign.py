"""A new campaign is a template and no Python: two fictitious ones go the whole way from a .toml file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app.ledger import checks, closing, entries, leaving, ledgers
from app.listing import counts, explain, lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.signing import signoff
from app.templating import template_reading
from app.today import statistics
from tests.app.conftest import DAY

DATA = Path(__file__).parents[1] / "data"
ON = DAY.isoformat()
NOT_SECRET = {"not_secret": "声明人甲"}


def opened(bureau: Office, name: str) -> str:
    return str(ledgers.open_template(bureau, str(DATA / f"{name}.toml")).subject)


def refusal(problem: pytest.ExceptionInfo[Problem]) -> tuple[str, str | None]:
    return problem.value.code, problem.value.field


def sealed(bureau: Office, ledger: str, folder: Path, role: str) -> Path:
    scan = folder / f"{ledger}.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="缺项正在补齐")
    signoff.sign(bureau, ledger, role=role, by="签字人甲", on=ON, scan=scan)
    signoff.seal(bureau, ledger)
    return scan


def well(bureau: Office, ledger: str, name: str, cells: dict[str, str], **steps: dict[str, str]) -> str:
    return str(entries.add(bureau, ledger, {"name": name, **cells}, items=steps, **NOT_SECRET).subject)


@pytest.fixture
def wells(bureau: Office) -> str:
    return opened(bureau, "farm-wells")


def test_its_own_words_count_the_base(bureau: Office, wells: str) -> None:
    """`base`: a well is in the count while a step is open or its way is still undecided."""
    done = {f"W0{n}": {"state": "不需办"} for n in (1, 2, 3)}
    well(bureau, wells, "甲井", {}, **done)
    undecided = well(bureau, wells, "乙井", {"sealed_by": "待定"}, **done)
    well(bureau, wells, "丙井", {})
    tally = counts.count(bureau, wells)["projects"]
    assert (tally["listed"], tally["base"], tally["complete"]) == (3, 2, 1)
    line = lists.line(bureau, undecided)
    assert (line.stage, line.holder) == ("待定方式", "水利站")


def test_its_lists_computed_values_and_checks(bureau: Office, wells: str) -> None:
    old = well(
        bureau,
        wells,
        "甲井",
        {"depth": "120", "cost": "2.4", "built": "1987-05-01", "uses": "灌溉", "sealed_by": "黏土"},
    )
    new = well(bureau, wells, "乙井", {"depth": "90", "built": "2010-05-01"}, W02={"ordered": "2022-08-08"})
    assert lists.ids(bureau, wells, Query(sublist="老深井")) == [old]
    assert lists.ids(bureau, wells, Query(sublist="施工中")) == [new]
    assert lists.ids(bureau, wells, Query(where=(("sublists", ("施工中", "老深井")),))) == [old, new]
    assert lists.tabs(bureau, wells)["老深井"] == 1
    line = lists.line(bureau, old)
    assert line.computed == {"age": 35, "dear": 20_000.0, "worth": 4_800_000}
    assert lists.ids(bureau, wells, Query(where=(("age", ("35",)),))) == [old]
    assert lists.ids(bureau, wells, Query(where=(("worth", ("4.8万元",)),))) == [old]
    assert lists.ids(bureau, wells, Query(sort=(("age", False),))) == [new, old]
    assert dict(lists.values(bureau, wells, "worth")) == {"4.80": 1, lists.EMPTY: 1}
    late = lists.line(bureau, new)
    assert (late.light, late.cause, late.due) == ("red", "施工超期", "2022-08-17")
    assert "C_deep-clay" in {f.code for f in checks.check(bureau, wells)}
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, new, {}, {"W02": {"finished": "2022-08-01"}})
    assert refusal(refused) == ("E_CHECK", "finished")
    with pytest.raises(Problem) as refused:
        lists.ids(bureau, wells, Query(sublist="待批"))
    assert refused.value.code == "E_NO_SUBLIST" and "老深井" in refused.value.text


def test_it_closes_by_its_own_basis_and_asks_for_its_own_needs(
    bureau: Office, wells: str, tmp_path: Path
) -> None:
    one = well(bureau, wells, "甲井", {"sealed_by": "水泥"}, W01={"state": "不需办"}, W03={"state": "不需办"})
    scan = sealed(bureau, wells, tmp_path, "水利站站长")
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(one, "W02")], basis="批复", doc="某号", on=ON)
    assert refused.value.code == "E_BASIS" and "验收单、影像验收、缓办" in refused.value.text
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(one, "W02")], basis="验收单", on=ON)
    assert refusal(refused) == ("E_LACKING", "paper_no")
    assert refused.value.facts["lacking"] == ["验收单号或扫描件", "回填方量"]
    assert "示范方案 二" in refused.value.text
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(one, "W02")], basis="影像验收", on=ON)
    assert refused.value.code == "E_NOT_NOW" and "影像编号" in refused.value.text
    assert lists.line(bureau, one).items["W02"].state == "待核"
    entries.amend(bureau, one, {}, {"W02": {"volume": "12"}})
    closing.close(bureau, [(one, "W02")], basis="缓办", on=ON)
    assert counts.count(bureau, wells)["items"]["open"] == 1
    closing.close(bureau, [(one, "W02")], basis="验收单", on=ON, scan=scan)
    step = lists.line(bureau, one).items["W02"]
    assert (step.state, step.cells["outcome"], step.cells["paper"], step.cells["finished"]) == (
        "办结", "验收", "验收单", ON,
    )  # fmt: skip
    tally = counts.count(bureau, wells)
    assert (tally["projects"]["approved"], tally["items"]["approved"], tally["balanced"]) == (1, 1, True)
    leaving.reopen(bureau, one, "W02", reason="井口塌陷")
    step = lists.line(bureau, one).items["W02"]
    assert step.state == "未办" and not {"outcome", "paper", "finished"} & step.cells.keys()
    assert step.cells["volume"] == 12
    assert replay.verify(bureau) == []


def test_its_rows_leave_and_come_back_by_its_own_events(bureau: Office, wells: str, tmp_path: Path) -> None:
    none = {f"W0{n}": {"state": "不需办"} for n in (1, 2, 3)}
    undecided = well(bureau, wells, "甲井", {"sealed_by": "待定"}, **none)
    other = well(bureau, wells, "乙井", {"sealed_by": "水泥"})
    scan = sealed(bureau, wells, tmp_path, "水利站站长")
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, undecided, {"sealed_by": "水泥"})
    assert refusal(refused) == ("E_FROZEN", "sealed_by") and "定方式" in refused.value.text
    with pytest.raises(Problem) as refused:
        closing.start(bureau, undecided, on=ON)
    assert refusal(refused) == ("E_LACKING", "evidence")
    closing.start(bureau, undecided, on=ON, evidence="旗水利局会议")
    with pytest.raises(Problem) as refused:
        closing.start(bureau, other, on=ON, evidence="x")
    assert refused.value.code == "E_NOT_NOW"
    slip = {"reason": "不属农用井", "on": ON}
    with pytest.raises(Problem) as refused:
        leaving.remove(bureau, other, **slip)  # type: ignore[arg-type]
    assert refused.value.code == "E_SECOND"
    with pytest.raises(Problem) as refused:
        leaving.remove(bureau, other, **slip, second="第二人乙")  # type: ignore[arg-type]
    assert refusal(refused) == ("E_LACKING", "drop_paper")
    with pytest.raises(Problem) as refused:
        leaving.remove(bureau, other, **slip, second="第二人乙", targets=["某库"])  # type: ignore[arg-type]
    assert refused.value.code == "E_TARGETS"
    entries.amend(bureau, other, {"drop_paper": "某水字〔2022〕1号"})
    leaving.remove(bureau, other, **slip, second="第二人乙")  # type: ignore[arg-type]
    tally = counts.count(bureau, wells)
    assert (tally["projects"]["started"], tally["projects"]["removed"], tally["projects"]["open"]) == (
        1,
        1,
        0,
    )
    assert lists.line(bureau, other).cells["drop_reason"] == "不属农用井"
    with pytest.raises(Problem) as refused:
        leaving.correct(bureau, [other], texts={"name": "丙井"})
    assert refusal(refused) == ("E_LACKING", "reason")
    leaving.correct(
        bureau, [other], texts={"name": "丙井"}, reason="写错"
    )  # its slip asks for no scan, no second
    assert lists.line(bureau, other).name == "丙井"
    with pytest.raises(Problem) as refused:
        leaving.reopen(bureau, undecided, reason="重来")  # only items come back in this ledger
    assert refused.value.code == "E_NO_CLOSING"
    with pytest.raises(Problem) as refused:
        leaving.exclude(bureau, other, reason="重复")
    assert refused.value.code == "E_EXCLUSION"
    assert replay.verify(bureau) == [] and scan.is_file()


def test_a_ledger_without_items_goes_the_same_way(bureau: Office, tmp_path: Path) -> None:
    """The row is its own item: clocks, stages, whose turn, closing, coming back."""
    ledger = opened(bureau, "idle-schools")
    texts = {"name": "甲校", "rooms": "12", "found_on": "2022-08-01", "use_by": "2022-12-01"}
    one = str(entries.add(bureau, ledger, texts, **NOT_SECRET).subject)
    two = str(entries.add(bureau, ledger, {"name": "乙校", "used_on": "2022-08-02"}, **NOT_SECRET).subject)
    line = lists.line(bureau, one)
    assert (line.light, line.cause, line.due, line.deadline) == (
        "red",
        "方案超期",
        "2022-08-08",
        "2022-12-01",
    )
    assert (line.stage, line.holder, line.computed) == ("待定方案", "教体局", {"big": True})
    (told,) = explain.entry(bureau, one)
    assert any("示范方案 二" in said for said in told.sentences)
    today = statistics.today_list(bureau)
    assert [(t.entry_id, t.cause) for t in today.todos] == [(one, "方案超期")] and today.overdue == 1
    assert lists.ids(bureau, ledger, Query(sublist="没有方案")) == [one]
    assert counts.count(bureau, ledger)["projects"]["complete"] == 1
    scan = sealed(bureau, ledger, tmp_path, "教体局局长")
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(one, "")], basis="盘活协议", doc="协1号", on=ON)
    assert refusal(refused) == ("E_LACKING", "plan")
    entries.amend(bureau, one, {"plan": "改养老院"})
    closing.close(bureau, [(one, "")], basis="盘活协议", on=ON, scan=scan)
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["approved"], tally["projects"]["open"], tally["balanced"]) == (1, 0, True)
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(two, "")], basis="盘活协议", doc="协2号", on=ON)
    assert refused.value.code == "E_NOT_OPEN"
    leaving.reopen(bureau, one, reason="协议解除")
    line = lists.line(bureau, one)
    assert (line.standing, "used_on" in line.cells, line.cells["plan"]) == ("在账", False, "改养老院")
    assert counts.count(bureau, ledger)["projects"]["restored"] == 1
    assert replay.verify(bureau) == []


def test_a_file_that_is_no_template_is_refused(bureau: Office, tmp_path: Path) -> None:
    for name, content, code in (
        ("没有.toml", None, "E_NO_TEMPLATE"),
        ("坏.toml", b"id = ", "E_TEMPLATE"),
        ("乱码.toml", "id = '甲'".encode("gb18030"), "E_TEMPLATE"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(Problem) as refused:
            ledgers.open_template(bureau, str(tmp_path / name))
        assert refused.value.code == code
    assert ledgers.all(bureau) == []


def test_a_second_ledger_of_a_template_has_to_be_asked_for(bureau: Office) -> None:
    first = str(ledgers.open_template(bureau, "pending-approval").subject)
    with pytest.raises(Problem) as refused:
        ledgers.open_template(bureau, "pending-approval")
    assert refused.value.code == "E_LEDGER_OPEN" and refused.value.facts["ledger"] == first
    assert [line.id for line in ledgers.all(bureau)] == [first]
    second = str(ledgers.open_template(bureau, "pending-approval", again=True).subject)
    with pytest.raises(Problem) as refused:
        ledgers.find(bureau, "pending-approval")
    assert refused.value.code == "E_WHICH_LEDGER"
    assert ledgers.find(bureau, second).id == second


def test_a_template_of_before_still_closes_and_counts() -> None:
    """Decision 21: the copy in an old ledger keeps its source and digest; what it left to the program is filled in."""
    old = template_reading.read((DATA / "pending-approval-2022.1.toml").read_text("utf-8"))
    now = template_reading.builtin("pending-approval")
    assert (old.t.version, old.digest == now.digest) == ("2022.1", False)
    assert (old.t.base, old.t.closings, old.t.clocks) == (now.t.base, now.t.closings, now.t.clocks)
    assert "writes" not in old.source


def test_rows_are_counted_once_when_a_correction_brings_one_into_the_base(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decisions 1, 2: 新增 may be a row of the list itself; the ledger has two rows all the while."""
    none = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)}
    texts = {"name": "甲", "build_state": "在建"}
    one = str(entries.add(bureau, ledger, texts, items=none, **NOT_SECRET).subject)
    entries.add(bureau, ledger, {"name": "乙", "build_state": "未开工"}, **NOT_SECRET)
    scan = tmp_path / "s.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="缺项")
    for role in ("立项部门主要领导", "分管旗长"):
        signoff.sign(bureau, ledger, role=role, by="签字人甲", on=ON, scan=scan)
    signoff.seal(bureau, ledger)
    slip = {"reason": "实际未开工", "second": "第二人乙", "scan": scan}
    leaving.correct(bureau, [one], texts={"build_state": "未开工"}, **slip)  # type: ignore[arg-type]
    assert counts.count(bureau, ledger)["added"] == 1
    assert ledgers.find(bureau, ledger).rows == 2
    entries.add(bureau, ledger, {"name": "丙", "build_state": "未开工"}, basis="补充清单", **NOT_SECRET)
    assert ledgers.find(bureau, ledger).rows == 3


def test_a_report_and_a_named_day_of_its_plan_fall_due(bureau: Office, wells: str) -> None:
    assert dt.date(2022, 8, 22) == DAY
    due = [(c.kind, c.due, c.what) for c in statistics.today_list(bureau).coming]
    assert due == [("report", "2022-08-31", "封填进度")]
