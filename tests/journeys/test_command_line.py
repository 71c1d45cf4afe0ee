"""One clerk's story on the command line, and what each sub-command promises in JSON, codes and silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.storage.paths import ROOT
from tests.data import make_lists
from tests.journeys.clerk import (
    LEDGER,
    NOT_SECRET,
    TODAY,
    content,
    done,
    leavings,
    office,
    process,
    qidi,
    refused,
    signed,
    with_rows,
)

UNITS = {"listed", "complete", "base", "open", "approved", "removed", "corrected"}
LIGHTS = {"red", "yellow", "green", "stopped", "unknown"}


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    return with_rows(tmp_path / "office")


@pytest.fixture
def sealed(bureau: Path, tmp_path: Path) -> Path:
    signed(bureau, tmp_path / "签.pdf")
    done(bureau, "seal", LEDGER)
    return bureau


def count(folder: Path) -> dict[str, Any]:
    """The count, whose identity must hold (decision 2)."""
    told: dict[str, Any] = done(folder, "count", LEDGER)
    assert told["balanced"] is True
    for unit, gone in (("projects", told["projects"]["started"]), ("items", 0)):
        n = told[unit]
        left = n["open"] + n["approved"] + gone + n["removed"] + n["corrected"]
        assert n["base"] + n["added"] + n["restored"] == left, unit
    return told


def test_a_clerks_whole_story(tmp_path: Path) -> None:
    """League list to bundle, each step its own process as on the desk; the second office counts the same."""
    desk, upper = tmp_path / "旗", office(tmp_path / "盟", "锡林郭勒盟发展和改革委员会", "superior", "152500")
    listed = make_lists.entries(30)
    league = make_lists.write_xlsx([make_lists.league(listed)], tmp_path / "清单.xlsx")
    paper = tmp_path / "台账.pdf"
    card = tmp_path / "盟.qidi-card"
    done(upper, "card", "-o", card)
    birth = (
        "init",
        "--division",
        "152529",
        "--name",
        "某旗发改委",
        "--role",
        "sponsor",
        "--clerk",
        "经办人甲",
    )
    steps: list[tuple[object, ...]] = [
        birth,
        ("open", LEDGER),
        ("import", LEDGER, league, "--yes", *NOT_SECRET),
        ("print", LEDGER, "-o", paper, "--explain", "缺项正在补齐"),
        ("sign", LEDGER, "--role", "立项部门主要领导", "--by", "签字人甲", "--on", TODAY, "--scan", paper),
        ("sign", LEDGER, "--role", "分管旗长", "--by", "签字人乙", "--on", TODAY, "--scan", paper),
        ("seal", LEDGER),
        ("trust", card, "--yes"),
        ("send", LEDGER, "--to", "锡林郭勒盟发展和改革委员会", "-o", tmp_path),
        ("verify",),
    ]
    told = []
    for step in steps:
        answer = process(desk, *step)
        assert (answer.code, answer.err) == (0, ""), (step, answer)
        told.append(answer.data)
    assert (told[2]["rows"], told[2]["added"], told[2]["problems"]) == (30, 30, [])
    assert count(desk)["projects"]["listed"] == 30
    done(desk, "card", "-o", tmp_path / "旗.qidi-card")
    done(upper, "trust", tmp_path / "旗.qidi-card", "--yes")
    assert done(upper, "look", told[8]["file"])["kind"] == "ledger"
    done(upper, "receive", told[8]["file"])
    assert count(upper) == count(desk)
    assert done(upper, "list", LEDGER) == done(desk, "list", LEDGER)
    assert {r["name"] for r in done(upper, "list", LEDGER)} == {e.name for e in listed}
    assert done(upper, "verify")["ok"]


def test_no_qt_is_imported_by_a_sub_command(bureau: Path) -> None:
    code = (
        "import sys; from ui.__main__ import main; code = main(sys.argv[1:]);"
        "sys.exit(code or any(name.startswith('PySide6') for name in sys.modules))"
    )
    for words in (["count", LEDGER], ["verify"], ["templates"]):
        argv = [sys.executable, "-c", code, "--data", str(bureau), *words]
        ended = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr


def test_json_may_stand_before_or_after(bureau: Path) -> None:
    before = process(bureau, "count", LEDGER, before=("--json",))
    after = process(bureau, "count", LEDGER, "--json", before=())
    assert before.code == after.code == 0
    assert before.data == after.data
    assert "列入 3 = " in process(bureau, "count", LEDGER, before=()).out


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("list",),
        ("print", LEDGER),
        ("print", LEDGER, "-o", "x.pdf", "--paper", "a5"),
        ("init", "--division", "152529", "--name", "x", "--role", "king"),
        ("workdays", "2022-13-01", "1"),
        ("list", LEDGER, "--light", "purple"),
    ],
)
def test_wrong_usage_is_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    answer = qidi(tmp_path / "office", *words)
    assert (answer.code, answer.out) == (2, "")


def test_workdays_needs_no_office_and_prints_only_the_date(tmp_path: Path) -> None:
    answer = process(tmp_path / "none", "workdays", "2022-09-30", "5", before=())
    assert (answer.code, answer.out, answer.err) == (0, "2022-10-12\n", "")
    assert qidi(tmp_path / "none", "workdays", "2026-12-30", "20").problem["code"] == "E_NO_CALENDAR"
    assert not (tmp_path / "none").exists()


def test_count_and_list_have_the_promised_shape(bureau: Path) -> None:
    told = count(bureau)
    assert set(told["projects"]) >= UNITS and set(told["items"]) >= UNITS
    assert {"added", "restored", "started", "balanced"} <= set(told)
    assert set(told["lights"]) == LIGHTS and sum(told["lights"].values()) == told["projects"]["open"] == 3
    done(bureau, "set", "示范项目1", "invest=7211.95", "M01.d_accept=2022-08-01")
    rows = done(bureau, "list", LEDGER)
    keys = "id name project_code owner_org approval_type approval_doc approval_date invest build_state items"
    assert set(keys.split()) <= set(rows[0])
    assert rows[0]["invest"] == "7211.95" and rows[1]["invest"] is None
    assert rows[0]["items"]["M01"]["d_accept"] == "2022-08-01"
    assert {code: item["state"] for code, item in rows[1]["items"].items()} == {
        "M01": "未办",
        "M02": "在办",
        **{f"M0{n}": "不需办" for n in range(3, 9)},
    }
    assert [r["name"] for r in done(bureau, "list", LEDGER, "--where", "name=示范项目2")] == ["示范项目2"]


def test_an_entry_is_named_four_ways(bureau: Path) -> None:
    code = "2208-152529-04-01-123456"
    done(bureau, "set", "示范项目2", f"project_code={code}")
    row = done(bureau, "list", LEDGER)[1]
    for ref in (row["id"], row["ledger_no"], code, "示范项目2"):
        assert done(bureau, "show", ref)["id"] == row["id"]
    done(bureau, "set", "示范项目3", "name=示范项目1")
    problem = refused(bureau, "set", "示范项目1", "progress=x")
    assert problem["code"] == "E_WHICH_ENTRY" and row["ledger_no"][:-1] in problem["text"]
    assert refused(bureau, "show", "没有")["code"] == "E_NO_ENTRY"


def test_import_dry_run_declaration_withdrawal_and_own_export(bureau: Path, tmp_path: Path) -> None:
    """Points 3, 5, 9: a dry run writes nothing, the named declaration is asked for, an own export re-imports as it is."""
    listed = make_lists.entries(20)
    file = make_lists.write_csv([make_lists.other_words(listed)], tmp_path / "清单.csv")
    before = content(bureau), leavings(bureau)
    dry = done(bureau, "import", LEDGER, file, "--dry-run", "--yes")
    assert (content(bureau), leavings(bureau)) == before
    assert (dry["rows"], dry["added"], dry["problems"]) == (20, 20, [])
    assert refused(bureau, "import", LEDGER, file, "--yes")["code"] == "E_SECRET"
    real = done(bureau, "import", LEDGER, file, "--yes", *NOT_SECRET)
    assert {k: real[k] for k in ("rows", "added", "updated", "skipped")} == {
        k: dry[k] for k in ("rows", "added", "updated", "skipped")
    }
    own = tmp_path / "导出.xlsx"
    done(bureau, "export", LEDGER, "-o", own)
    stand = done(bureau, "list", LEDGER)
    for extra in ((), ("--overwrite",)):
        again = done(bureau, "import", LEDGER, own, "--yes", *extra, *NOT_SECRET)
        assert (again["added"], again["updated"], again["skipped"]) == (0, 0, 23)
    assert done(bureau, "list", LEDGER) == stand
    first = done(bureau, "imports", LEDGER)[-1]["id"]
    done(bureau, "withdraw", first)
    assert refused(bureau, "withdraw", first)["code"] == "E_WITHDRAWN"
    assert count(bureau)["projects"]["listed"] == 3
    assert done(bureau, "verify")["ok"]


def test_sign_and_seal_only_once_and_in_order(bureau: Path, tmp_path: Path) -> None:
    paper = tmp_path / "签.pdf"
    role = ("--role", "分管旗长", "--by", "签字人乙", "--on", TODAY, "--scan", paper)
    assert refused(bureau, "sign", LEDGER, *role)["code"] == "E_NO_PRINT"
    assert refused(bureau, "seal", LEDGER)["code"] == "E_UNSIGNED"
    done(bureau, "print", LEDGER, "-o", paper)
    early = done(bureau, "sign", LEDGER, *role)
    assert "立项部门主要领导" in early["warning"]
    assert refused(bureau, "sign", LEDGER, *role)["code"] == "E_SIGNED"
    why = ("--on", TODAY, "--version", "1", "--reason", "打错一个字", "--second", "核对人丙")
    mended = done(bureau, "mend-sign", LEDGER, "--role", "分管旗长", "--by", "签字人丁", *why)
    assert "由“签字人乙" in mended["said"] and "改为“签字人丁" in mended["said"]
    assert refused(bureau, "seal", LEDGER)["code"] == "E_UNSIGNED"
    done(
        bureau,
        "sign",
        LEDGER,
        "--role",
        "立项部门主要领导",
        "--by",
        "签字人甲",
        "--on",
        TODAY,
        "--scan",
        paper,
    )
    assert refused(bureau, "seal", LEDGER)["code"] == "E_GAPS"
    signed(bureau, tmp_path / "附说明.pdf")
    done(bureau, "seal", LEDGER)
    assert refused(bureau, "seal", LEDGER)["code"] == "E_SEALED"


def test_before_the_seal_nothing_is_removed_or_corrected_out(bureau: Path, tmp_path: Path) -> None:
    paper = tmp_path / "p.pdf"
    done(bureau, "print", LEDGER, "-o", paper)
    second = ("--second", "人乙", "--scan", paper)
    slip = ("remove", "示范项目1", "--reason", "主体灭失", "--policy", "某文", "--conclusion", "不合规")
    assert refused(bureau, *slip, "--target", "在线审批平台", *second)["code"] == "E_NOT_SEALED"
    assert refused(bureau, "correct", "示范项目1", "--reason", "错", *second)["code"] == "E_NOT_SEALED"
    done(bureau, "remove", "示范项目1", "--reason", "重复")
    assert refused(bureau, "remove", "示范项目1", "--reason", "重复")["code"] == "E_NOT_OPEN"
    told = count(bureau)
    assert (told["projects"]["listed"], told["projects"]["excluded"], told["projects"]["base"]) == (3, 1, 2)


def test_after_the_seal_only_the_named_events_move_the_count(sealed: Path, tmp_path: Path) -> None:
    """Decisions 1, 2, 6, 7; SB 四(一) 审批1个核减1个."""
    for pair in ("name=改名", "invest=5", "due_date=2022-12-01", "build_state=未开工", "M09.state=在办",
                 "M01.state=办结", "M01.d_done=2022-08-22", "M01.needed=不需办"):  # fmt: skip
        assert refused(sealed, "set", "示范项目1", pair)["code"] == "E_FROZEN", pair
    for pair in ("progress=推进", "resp_person=某人", "M01.d_accept=2022-08-22"):
        done(sealed, "set", "示范项目1", pair)
    assert refused(sealed, "remove", "示范项目1", "--reason", "重复")["code"] == "E_SEALED"
    by = ("--basis", "批复", "--doc", "某审1号")
    assert refused(sealed, "close", "示范项目1", "M01", *by, "--on", "2022-08-24")["code"] == "E_FUTURE"
    assert refused(sealed, "close", "示范项目1", "M01", *by, "--on", "2022-08-21")["code"] == "E_CHECK"
    assert refused(sealed, "close", "示范项目1", "M01", "M03", *by, "--on", TODAY)["code"] == "E_NOT_OPEN"
    done(sealed, "close", "示范项目1", "M01", "M02", *by, "--on", TODAY)
    assert refused(sealed, "close", "示范项目1", "M01", *by, "--on", TODAY)["code"] == "E_NOT_OPEN"
    told = count(sealed)
    assert (told["projects"]["approved"], told["projects"]["open"]) == (1, 2)
    assert (told["items"]["approved"], told["items"]["open"]) == (2, 4)
    done(sealed, "reopen", "示范项目1", "M01", "--reason", "回头看")
    told = count(sealed)
    assert (told["projects"]["restored"], told["projects"]["open"], told["restored"]) == (1, 3, 1)
    assert done(sealed, "verify")["ok"]


def test_removal_correction_and_addition_after_the_seal(sealed: Path, tmp_path: Path) -> None:
    second = ("--second", "人乙", "--scan", tmp_path / "签.pdf")
    ask = ("remove", "示范项目1", "--reason", "主体灭失", "--policy", "某文", "--conclusion", "不合规",
           "--target", "在线审批平台", *second)  # fmt: skip
    done(sealed, *ask)
    assert count(sealed)["projects"]["removed"] == 0
    done(sealed, "remove", "示范项目1", "--confirm", f"在线审批平台={TODAY}")  # the paper was handed in with the request
    assert count(sealed)["projects"]["removed"] == 1
    assert refused(sealed, *ask)["code"] == "E_NOT_OPEN"
    done(sealed, "correct", "示范项目2", "name=更正后的名称", "--reason", "笔误", *second)
    done(sealed, "correct", "示范项目3", "--reason", "不该列入", *second)
    assert count(sealed)["projects"]["corrected"] == 1
    assert done(sealed, "show", "更正后的名称")["status"] == "在账"
    new = ("add", LEDGER, "name=补录项目", "build_state=在建", *NOT_SECRET)
    assert refused(sealed, *new)["code"] == "E_ADD_BASIS"
    assert refused(sealed, *new, "--basis", "盟文", "--on", "不是日期")["code"] == "E_DATE"
    done(sealed, *new, "--basis", "盟文")
    told = count(sealed)
    assert (told["added"], told["projects"]["base"]) == (1, 3)
    assert done(sealed, "verify")["ok"]


def test_a_clock_stops_once_and_starts_once(bureau: Path) -> None:
    row, on = ("示范项目1", "M02"), ("--on", TODAY)
    assert refused(bureau, "pause", *row, "--reason", "听证", *on)["code"] == "E_PAUSE_EARLY"
    done(bureau, "set", "示范项目1", "M02.d_accept=2022-08-22")
    assert refused(bureau, "pause", *row, "--reason", "出差", *on)["code"] == "E_PAUSE_REASON"
    done(bureau, "pause", *row, "--reason", "听证", *on)
    assert done(bureau, "count", LEDGER)["item_lights"]["stopped"] == 1
    assert refused(bureau, "pause", *row, "--reason", "听证", *on)["code"] == "E_PAUSED"
    assert refused(bureau, "resume", *row, "--on", "2022-08-22")["code"] == "E_DATE_ORDER"
    done(bureau, "resume", *row, *on)
    assert refused(bureau, "resume", *row, *on)["code"] == "E_NOT_PAUSED"
    assert done(bureau, "explain", *row)[0]["sentences"]


def test_a_backup_restores_to_the_same_office(sealed: Path, tmp_path: Path) -> None:
    done(sealed, "attach", "示范项目1", tmp_path / "签.pdf")
    done(sealed, "backup", "-o", tmp_path / "备份.zip")
    again = tmp_path / "again"
    done(again, "restore", tmp_path / "备份.zip")
    assert done(again, "verify")["ok"]
    assert content(again) == content(sealed)
    assert refused(again, "restore", tmp_path / "备份.zip")["code"] == "E_FOLDER_TAKEN"
    whole = (tmp_path / "备份.zip").read_bytes()
    (tmp_path / "半份.zip").write_bytes(whole[: len(whole) // 2])
    assert qidi(tmp_path / "none", "restore", tmp_path / "半份.zip").problem["code"] == "E_BACKUP"
    assert not (tmp_path / "none").exists()


def test_an_office_is_not_made_over_another(bureau: Path, tmp_path: Path) -> None:
    birth = ("init", "--division", "152529", "--name", "x", "--role", "lead")
    assert refused(bureau, *birth)["code"] == "E_FOLDER_TAKEN"
    nowhere = tmp_path / "nowhere"
    assert qidi(nowhere, "list", LEDGER).problem["code"] == "E_NO_OFFICE"
    assert (
        qidi(nowhere, "init", "--division", "1", "--name", "x", "--role", "lead").problem["code"]
        == "E_DIVISION"
    )
    assert not nowhere.exists()


def test_a_new_campaign_from_a_file(tmp_path: Path) -> None:
    """CONTRIBUTING: a new campaign is a .toml and no Python."""
    folder = tmp_path / "o"
    done(folder, "init", "--division", "152529", "--name", "示范局", "--role", "sponsor", "--clerk", "经办人甲")
    file = Path(__file__).parents[1] / "data" / "farm-wells.toml"
    done(folder, "open", file)
    assert refused(folder, "open", file)["code"] == "E_LEDGER_OPEN"
    steps = ("W01.state=不需办", "W03.state=不需办", "W02.volume=12")
    done(folder, "add", "farm-wells", "name=甲井", "depth=120", "built=1987-05-01", *steps, *NOT_SECRET)
    assert [r["name"] for r in done(folder, "list", "farm-wells", "--sublist", "老深井")] == ["甲井"]
    assert done(folder, "show", "甲井")["computed"]["age"] == 35
    close = ("close", "甲井", "W02", "--basis", "验收单", "--on", TODAY)
    assert refused(folder, *close)["facts"]["lacking"] == ["验收单号或扫描件"]
    done(folder, *close, "--doc", "验1号")
    assert done(folder, "show", "甲井")["items"]["W02"]["state"] == "办结"
    whole = ("close", "甲井", "--basis", "验收单", "--on", TODAY)
    assert refused(folder, *whole)["code"] == "E_NO_ITEM"
    done(folder, "open", file.with_name("idle-schools.toml"))
    done(folder, "add", "idle-schools", "name=甲校", "plan=改养老院", *NOT_SECRET)
    done(folder, "close", "甲校", "--basis", "盘活协议", "--doc", "协1号", "--on", TODAY)
    assert done(folder, "show", "甲校")["contract"] == "协1号"
    assert done(folder, "open", file, "--again") and done(folder, "verify")["ok"]


def test_the_start_of_a_limit_is_chosen_where_the_plan_names_none(bureau: Path) -> None:
    """K2, SB 四(二)2."""
    assert done(bureau, "choose", LEDGER)[0]["chosen"] == "d_submit"
    assert done(bureau, "choose", LEDGER, "K2", "d_first")["start"] == "d_first"
    assert done(bureau, "choose", LEDGER)[0]["chosen"] == "d_first"
    assert refused(bureau, "choose", LEDGER, "K1", "d_first")["code"] == "E_NO_CLOCK"


def test_a_clock_set_back_is_said_beside_every_deed(tmp_path: Path) -> None:
    """Exchange attack 15: on stderr and in the JSON; reading says nothing, the answer is the same."""
    folder = with_rows(tmp_path / "单位")
    before = qidi(folder, "set", "示范项目1", "note=改动", today="2022-08-01")
    assert before.code == 0 and "2022-08-01" in before.err and TODAY in before.err
    assert before.data["warning"] == before.err.strip() and before.data["changed"] is True
    assert done(folder, "show", "示范项目1", today="2022-08-01")["note"] == "改动"
    assert "warning" not in done(folder, "set", "示范项目1", "note=又改", today=TODAY)
