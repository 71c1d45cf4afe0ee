"""From 立项部门 to 旗发改委 to 盟 and back down, from the command line (SB 四(一), decision 10)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.storage.paths import RESOURCES
from tests.journeys.clerk import LEDGER, NOT_SECRET, SIGNERS, TODAY, done, refused

OFFICES = {
    "sponsor": ("152529", "正镶白旗发展和改革局"),
    "lead": ("152529", "正镶白旗发展和改革委员会"),
    "superior": ("152500", "锡林郭勒盟发展和改革委员会"),
}


@pytest.fixture
def three(tmp_path: Path) -> dict[str, Path]:
    """Sponsor, lead and league, each introduced to the next, with their ledgers open."""
    folders = {role: tmp_path / role for role in OFFICES}
    for role, (division, name) in OFFICES.items():
        done(folders[role], "init", "--division", division, "--name", name, "--role", role)
        more = () if role == "sponsor" else ("--merged",)
        done(folders[role], "open", LEDGER, *more)
    for low, high in (("sponsor", "lead"), ("lead", "superior")):
        for giver, taker in ((low, high), (high, low)):
            card = done(folders[giver], "card", "-o", tmp_path / f"{giver}-{taker}.qidi-card")["file"]
            done(folders[taker], "trust", card, "--yes")
    return folders


def reported(folders: dict[str, Path], low: str, high: str, out: Path) -> None:
    file = done(folders[low], "send", LEDGER, "--to", OFFICES[high][1], "-o", out)["file"]
    done(folders[high], "receive", file)
    done(folders[high], "merge", LEDGER, "--from", OFFICES[low][1])


def test_up_to_the_league_and_down_again(three: dict[str, Path], tmp_path: Path) -> None:
    sponsor, lead, league = three.values()
    scan = tmp_path / "纪要.png"
    Image.effect_noise((60, 40), 80).save(scan)
    entry = done(sponsor, "add", LEDGER, "name=甲项目", "build_state=在建", "M01.state=在办", *NOT_SECRET)[
        "subject"
    ]
    done(sponsor, "print", LEDGER, "-o", tmp_path / "1.pdf", "--explain", "缺项正在补齐")
    for role, by in SIGNERS.items():
        done(sponsor, "sign", LEDGER, "--role", role, "--by", by, "--on", TODAY, "--scan", tmp_path / "1.pdf")
    done(sponsor, "seal", LEDGER)
    reported(three, "sponsor", "lead", tmp_path)
    done(lead, "print", LEDGER, "-o", tmp_path / "2.pdf", "--explain", "缺项正在补齐")
    assert refused(lead, "seal", LEDGER)["facts"]["left"] == ["政府研究"]
    assert refused(lead, "study", LEDGER, "--meeting", "政府常务会议", "--on", TODAY)["code"] == "E_LACKING"
    done(
        lead,
        "study",
        LEDGER,
        "--meeting",
        "政府常务会议",
        "--on",
        TODAY,
        "--minutes",
        "白政纪〔2022〕3号",
        "--scan",
        scan,
    )
    done(lead, "seal", LEDGER)
    done(lead, "report", LEDGER, "--on", TODAY, "--no", "白政发〔2022〕5号")
    assert [a["title"] for a in done(lead, "versions", LEDGER)[0]["acts"]] == ["政府研究", "报送盟行署"]
    found = done(lead, "rollup", LEDGER)
    assert found["projects"]["open"] == 1 and found["own"]["agrees"] and found["rows"][0]["sealed"]
    sheet = tmp_path / "汇总.xlsx"
    assert done(lead, "rollup", LEDGER, "-o", sheet)["rows"] == 1 and sheet.is_file()
    reported(three, "lead", "superior", tmp_path)
    for above, below in ((lead, "sponsor"), (league, "lead")):
        proof = done(above, "verify", "--office", OFFICES[below][1])
        assert proof["ok"] and proof["ledgers"][0]["codes"] == 1 and done(above, "verify")["ok"]
    assert refused(lead, "verify", "--office", "没有的单位")["code"] == "E_NO_OFFICE_LEDGER"
    file = done(lead, "annotate", "甲项目", "M01", "--back", "--text", "请抓紧", "-o", tmp_path)["file"]
    done(sponsor, "receive", file)
    (remark,) = done(sponsor, "show", entry)["remarks"]
    assert remark["text"] == "退回：请抓紧"
    answer = done(sponsor, "reply", remark["id"], "--text", "本周办结", "-o", tmp_path)["file"]
    done(lead, "receive", answer)
    assert [a["text"] for a in done(lead, "remarks")[0]["answers"]] == ["本周办结"]
    assert [one["kind"] for one in done(sponsor, "inbox")] == ["remarks"]
    assert all(done(folder, "verify")["ok"] for folder in three.values())


def test_a_template_of_the_league_is_offered_and_opened(three: dict[str, Path], tmp_path: Path) -> None:
    text = (RESOURCES / "templates" / f"{LEDGER}.toml").read_text("utf-8")
    file = tmp_path / "盟.toml"
    file.write_text(text.replace('title = "待批项目台账"', 'title = "待批项目台账（盟）"', 1), "utf-8")
    sponsor, lead, league = three.values()
    assert refused(sponsor, "issue", "template", file, "-o", tmp_path)["code"] == "E_NOT_ALLOWED"
    sent = done(league, "issue", "template", file, "-o", tmp_path)["file"]
    done(lead, "receive", sent)
    offered = [t for t in done(lead, "templates") if t.get("from")]
    assert [(t["id"], t["title"]) for t in offered] == [(LEDGER, "待批项目台账（盟）")]
    assert OFFICES["superior"][1] in done(lead, "open", LEDGER, "--again")["said"]
    assert done(lead, "verify")["ok"]
