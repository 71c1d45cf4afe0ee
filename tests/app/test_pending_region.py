"""The ledger of the region's plan: what 内政办发〔2022〕54号 demands where the banner's plan differs, by its clauses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app.engine.expressions import gaps, said
from app.imports import drafting, intake
from app.ledger import closing, entries, leaving
from app.listing import counts, lists
from app.office import Office
from app.proof import replay
from app.templating.template_reading import builtin
from tests.app.ledger_life import ON, live
from tests.data.write_books import Sheet, write_xlsx

LOADED, BANNER = builtin("pending-region"), builtin("pending-approval")
T = LOADED.t
TODAY = dt.date(2022, 10, 31)


def met(entry: dict[str, str], item: dict[str, str] | None = None) -> set[str]:
    cells = {
        "name": "甲",
        "office_level": "旗",
        "build_state": "未开工",
        "approval_date": "2020-01-01",
        **entry,
    }
    items = {"M03": {"needed": "需办", "state": "在办", **(item or {})}}
    return {each.check.id for each in said(LOADED, cells, items, TODAY)}


def test_fields_mean_what_they_mean_in_the_banners_ledger() -> None:
    """区方案 三(二), 四(一): the same matters and columns, so that rows travel; ledgers go by approval system."""
    own = {"system", "office_level", "green"}
    assert LOADED.fields.keys() - BANNER.fields.keys() == own
    assert LOADED.item_fields.keys() <= BANNER.item_fields.keys()
    for key in LOADED.fields.keys() - own:
        mine, theirs = LOADED.fields[key], BANNER.fields[key]
        assert (mine.kind, mine.choices, mine.unit) == (theirs.kind, theirs.choices, theirs.unit), key
    for key, field in LOADED.item_fields.items():
        assert (field.kind, field.choices) == (
            BANNER.item_fields[key].kind,
            BANNER.item_fields[key].choices,
        ), key
    shared = [(p.code, p.title, p.always, p.words) for p in LOADED.presets.values()]
    assert shared == [(p.code, p.title, p.always, p.words) for p in BANNER.presets.values()]
    lacking = {g.field.id for g in gaps(LOADED, {"name": "甲"}, {"M01": {"needed": "需办", "state": "未办"}})}
    assert {"system", "resp_person", "due_date", "handler", "level"} <= lacking
    assert {s.title for s in T.sublists} >= {"待批", "超期", "已立项未开工"}


@pytest.mark.parametrize(
    ("clock", "days", "starts", "clause"),
    [
        ("K1", 5, "d_submit", "四(三)1"), ("K2", 5, "d_submit", "四(二)2"), ("K3", 7, "d_submit", "四(二)3"),
        ("K4", 0, "d_accept", "四(二)3"), ("K5", 0, "", "四(一)"),
    ],
)  # fmt: skip
def test_clocks(clock: str, days: int, starts: str, clause: str) -> None:
    """区方案 四(二)2-3, 四(三)1: 5, 5 and 7 working days from 接件, then the promise; nobody stands above."""
    found = LOADED.clocks[clock]
    assert (found.workdays, found.starts) == (days, starts) and clause in found.clause
    assert found.upper is None and not LOADED.clocks["K3"].after


def test_days_cadence_signature_and_what_is_the_banners_alone() -> None:
    """区方案 四(一), 四(二)3, 四(三)2, 六(三): no 分管旗长, no copy to 派驻纪检组, no 9月20日, no half-months."""
    assert sorted(d.on.isoformat() for d in T.dates) == ["2022-08-31", "2022-10-01", "2022-12-31"]
    late, news = T.cadences
    assert (late.every, late.form, late.proof) == ("月", "overdue", "report") and "四(三)2" in late.clause
    assert (news.proof, news.form) == ("", "progress") and "六(二)" in news.clause
    overdue = next(r for r in T.reports if r.id == "overdue")
    assert overdue.pages_per == "unit" and not overdue.cc
    (route,) = T.signoffs
    assert route.roles == ("审批部门主要负责同志",) and route.due == "region-ledger"
    assert T.round is None and "removal-late" not in {c.id for c in T.checks}
    assert {"notice-days", "forward-days", "removal-where", "discipline"} <= {c.id for c in T.conflicts}
    for each in (
        *T.fields,
        *LOADED.item_fields.values(),
        *T.clocks,
        *T.checks,
        *T.closings,
        *T.figures,
        *T.reports,
    ):
        assert "旗方案" not in each.clause, each
    remove = next(c for c in T.closings if c.id == "remove")
    assert remove.confirms == {"在线审批平台": "removal_platform"}


def test_checks_of_its_own() -> None:
    """区方案 三(一), 四(二)1, 四(二)3."""
    assert "scope-built" in met({"build_state": "在建"}) and "scope-built" not in met({})
    assert "removal-elsewhere" in met({"removal_targets": ["重大项目库"]})  # type: ignore[dict-item]
    assert "removal-order" in met({"judge_date": "2022-09-10", "removal_asked": "2022-09-09"})
    assert "idle-no-reason" in met({"build_state": "不再实施"})
    assert "forward-own-level" in met({"office_level": "盟市"}, {"level": "盟市", "d_forward": "2022-08-30"})
    assert "forward-own-level" not in met(
        {"office_level": "旗"}, {"level": "盟市", "d_forward": "2022-08-30"}
    )
    assert "early-approval" in met({"approval_date": "2015-01-01"})


def test_it_lives(bureau: Office, tmp_path: Path) -> None:
    """区方案 四(一), 六(一) 应批尽批，及时销号: forwarded within seven days of 接件, closed, removed from the platform."""
    texts = {
        "name": "示范风电项目", "system": "生态环境", "owner_org": "某公司", "build_state": "未开工", "due_date": "2022-12-31",
        "approval_date": "2020-05-01", "resp_unit": "旗生态环境分局", "resp_person": "责任人甲",
    }  # fmt: skip
    items = {
        "M03": {"state": "在办", "d_submit": "2022-08-08", "level": "盟市", "d_accept": "2022-08-15"},
        **{f"M0{n}": {"state": "不需办"} for n in (1, 2, 4, 5, 6, 7, 8)},
    }
    life = live(bureau, tmp_path, "pending-region", texts, items=items)
    line = lists.line(bureau, life.row)
    item = line.items["M03"]
    assert (item.stage, item.holder, line.light, line.due) == ("待转报", "审批部门", "red", "2022-08-17")
    assert "待批项目台账（按审批系统）" in life.text and "生态环境" in life.text
    entries.amend(bureau, life.row, {}, {"M03": {"d_forward": ON, "forward_to": "盟生态环境局"}})
    assert lists.line(bureau, life.row).items["M03"].stage == "上级审批中"
    closing.close(bureau, [(life.row, "M03")], basis="批复", doc="某环审〔2022〕2号", on=ON)
    assert lists.line(bureau, life.row).standing == "在账"  # 未开工的，开工后才离账
    closing.start(bureau, life.row, on=ON)
    told = {
        "reason": "不符产业政策",
        "policy": "某目录",
        "conclusion": "不合规",
        "second": "第二人乙",
        "scan": life.pdf,
        "on": ON,
    }
    leaving.remove(bureau, life.listed, targets=["在线审批平台"], confirmed={"在线审批平台": ON}, **told)  # type: ignore[arg-type]
    tally = counts.count(bureau, life.ledger)
    assert (tally["projects"]["started"], tally["projects"]["removed"], tally["balanced"]) == (1, 1, True)
    assert replay.verify(bureau) == []


def test_a_banners_row_comes_over_by_the_ordinary_import(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """区方案 四(一) 本系统各级审批部门: a list with the banner's heads is read whole."""
    heads = [
        BANNER.fields[key].title
        for key in ("name", "project_code", "approval_date", "build_state", "resp_person")
    ]
    rows = [["甲项目", "2204-152529-04-01-123456", "2022-04-01", "未开工", "责任人甲", "在办"]]
    path = write_xlsx([Sheet("表", [[*heads, "环评"], *rows])], tmp_path / "旗.xlsx")
    mine, theirs = drafting.draft(path, LOADED), drafting.draft(path, BANNER)
    assert [c.target for c in mine.columns] == [c.target for c in theirs.columns] and not mine.problems
    assert intake.plan(bureau, ledger, theirs).counts["added"] == 1
    assert mine.rows[0].cells == theirs.rows[0].cells and mine.rows[0].items == theirs.rows[0].items
