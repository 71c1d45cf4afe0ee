"""The clerks of an office on the command line: who is on the list, who may what, who did what, and under whose name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app import office as offices
from tests.app.conftest import DAY, project, stored_ledger
from tests.journeys.clerk import TODAY, done, refused
from ui.commands import command_line


def plain(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> str:
    """What a person reads."""
    assert command_line.run(command_line.parse(["--data", str(folder), "--today", TODAY, *words])) == 0
    return capsys.readouterr().out


def test_a_desk_of_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names are free until somebody has a PIN; a second person may confirm with his, and that is kept (decision 6)."""
    bureau, secret, scan = stored_ledger()[0].lay(tmp_path / "office"), tmp_path / "口令", tmp_path / "签.png"
    opened = offices.open_folder(bureau, today=DAY)
    project(opened, stored_ledger()[1], "示范项目1", M01="在办")
    opened.close()
    secret.write_text("1234\n")
    Image.effect_noise((60, 40), 80).save(scan)
    done(bureau, "people", "add", "经办人乙", "--phone", "0479-000", clerk="外来人")
    done(bureau, "people", "add", "审核人丙", "--role", "审核")
    assert refused(bureau, "people", "add", "戊", clerk="经办人乙")["code"] == "E_NOT_YOUR_ROLE"
    assert refused(bureau, "people", "role", "经办人乙")["text"] == "请写成：people role 姓名 身份"
    done(bureau, "set", "示范项目1", "place=示范镇", clerk="没在名单上的人")
    done(bureau, "people", "pin", "--pin-file", secret, clerk="审核人丙")
    unknown = refused(bureau, "set", "示范项目1", "place=示范苏木", clerk="没在名单上的人")
    assert unknown["code"] == "E_NO_CLERK" and "经办人甲、经办人乙、审核人丙" in unknown["text"]
    slip = ("correct", "示范项目1", "place=示范苏木", "--reason", "写错", "--scan", scan)
    assert refused(bureau, *slip, "--second", " 经办 人乙", clerk="经办人　乙")["code"] == "E_SECOND"
    done(bureau, *slip, "--second", "审核人丙", "--second-pin-file", secret, clerk="经办人　乙")
    kept = next(d for d in done(bureau, "history") if d["verb"] == "correct")
    assert (kept["clerk"], kept["facts"]["second_by"]) == ("经办人乙", "审核人丙（审核）口令当场确认（口令当天才设）")
    told = {d["name"]: d["deeds"] for d in done(bureau, "deeds")}
    assert told["经办人乙"] == {"更正": 1, "附件": 1} and told["审核人丙"] == {"人员": 1}
    assert told["没在名单上的人"] == {"修改": 1} and told["经办人甲"] == {"人员": 1} and told["外来人"] == {"人员": 1}
    assert "审核人丙（审核）：人员 1；共 1 条" in plain(capsys, bureau, "deeds", "--from", TODAY)
    done(bureau, "people", "clear", "审核人丙")  # no PIN is asked for here: it is a courtesy lock of the window
    done(bureau, "people", "leave", "经办人乙")
    assert "经办人乙  经办  0479-000  2022-08-23起  2022-08-23停用" in plain(capsys, bureau, "people")
    assert refused(bureau, "people", clerk="经办人乙")["code"] == "E_CLERK_LEFT"
    assert done(bureau, "verify")["ok"]
