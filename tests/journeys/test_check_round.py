"""The whole play through the command line, ten projects: pushed, checked, merged, signed, gathered, accepted, proved."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from tests.journeys.clerk import LEDGER, NOT_SECRET, SIGNERS, done, office, qidi, refused

WATER, FOREST, HOUSING = "水利局", "林草局", "住建局"
DAY, LATE, SIGN_DAY, HALF_MONTH = "2022-08-23", "2022-08-29", "2022-08-31", "2022-09-15"
OTHERS = [f"M0{n}.state=不需办" for n in (1, 2, 3, 7)]


@dataclass
class Town:
    """The folders of the six offices, by what they are; `sponsor` holds six of the ten projects, `second` four."""

    usb: Path
    league: Path
    lead: Path
    sponsor: Path
    second: Path
    water: Path
    housing: Path

    def carry(self, one: Path, other: Path) -> None:
        """Each confirms the other's card."""
        for giver, taker in ((one, other), (other, one)):
            card = self.usb / f"{giver.name}.qidi-card"
            done(giver, "card", "-o", card)
            done(taker, "trust", card, "--yes")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(
        tmp_path / "U盘",
        office(tmp_path / "league", "锡林郭勒盟发展和改革委员会", "superior", "152500"),
        office(tmp_path / "lead", "正镶白旗起底领导小组办公室", "lead"),
        office(tmp_path / "sponsor"),
        office(tmp_path / "second", "正镶白旗工业和信息化局"),
        office(tmp_path / "water", "正镶白旗水利局", "handler"),
        office(tmp_path / "housing", "正镶白旗住房和城乡建设局", "handler"),
    )
    made.usb.mkdir()
    made.carry(made.league, made.lead)
    for sponsor in (made.sponsor, made.second):
        made.carry(made.lead, sponsor)
    for handler in (made.water, made.housing):
        made.carry(made.sponsor, handler)
    return made


def fill(sponsor: Path, first: int, last: int) -> dict[str, str]:
    """Projects with a matter each of the water, forest and housing bureaus; {name: id}."""
    done(sponsor, "open", LEDGER)
    states = ["M04.state=在办", "M05.state=不需办", "M06.state=未办", "M08.state=未办", *OTHERS]
    rows = {}
    for number in range(first, last + 1):
        told = done(
            sponsor, "add", LEDGER, f"name=示范项目{number}", "build_state=在建", *states, *NOT_SECRET
        )
        rows[f"示范项目{number}"] = told["subject"]
    return rows


def part(folder: Path) -> str:
    """The id of the one check ledger of a department."""
    (found,) = [x["id"] for x in done(folder, "ledgers") if x["own"]]
    return str(found)


def rows_of(folder: Path, ledger: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in done(folder, "list", ledger)}


def states(sponsor: Path, today: str = DAY) -> dict[str, str]:
    return {p["dept"]: p["state"] for p in done(sponsor, "round", "board", LEDGER, today=today)["parts"]}


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "".join(re.sub(r"\s+", "", page.get_textpage().get_text_bounded()) for page in document)


def typed(blank: Path, out: Path, **cells: str) -> Path:
    """The forest bureau's workbook with a text for every row of the list under each head."""
    book = openpyxl.load_workbook(blank)
    sheet = book["核查表"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    for number in range(6, sheet.max_row + 1):
        if sheet.cell(number, heads["项目名称"]).value:
            for head, text in cells.items():
                sheet.cell(number, heads[head]).value = text
    book.save(out)
    return out


def check_round(town: Town, rows: dict[str, str]) -> None:
    """One objects by bundle, one clashes, one by workbook with a fault at first; one is lost, one comes twice."""
    done(town.sponsor, "round", "open", LEDGER, "--due", "2022-08-26")
    sent = done(town.sponsor, "round", "send", LEDGER, "-o", town.usb)["sent"]
    files = {one["dept"]: Path(one["file"]) for one in sent}
    assert {one["dept"]: one["medium"] for one in sent} == {
        WATER: "bundle",
        FOREST: "xlsx",
        HOUSING: "bundle",
    }
    assert set(states(town.sponsor).values()) == {"已发"}
    again = refused(town.sponsor, "round", "send", LEDGER, "-o", town.usb)
    assert again["code"] == "E_NOTHING" and "没有变化" in again["text"]
    done(town.water, "receive", files[WATER])
    done(town.housing, "receive", files[HOUSING])
    water, housing = part(town.water), part(town.housing)
    theirs = rows_of(town.water, water)
    assert theirs.keys() == rows.keys() and theirs["示范项目1"]["items"].keys() == {"M04"}
    done(town.water, "set", theirs["示范项目1"]["id"], "M04.verified=已核", "M04.handler_tel=13812345678")
    done(town.water, "contest", theirs["示范项目2"]["id"], "M04", "--as", "非本部门", "--reason", "归农牧局")
    for code, words in (
        ("E_NOT_RETURN", ("contest", rows["示范项目2"], "M04", "--as", "非本部门", "--reason", "归农牧局")),
        ("E_NO_PEER", ("round", "assign", LEDGER, "--dept", WATER, "--office", "没有这个局")),
    ):
        assert refused(town.sponsor, *words)["code"] == code
    done(town.housing, "set", rows_of(town.housing, housing)["示范项目3"]["id"], "M08.handler=张三")
    done(town.sponsor, "set", rows["示范项目3"], "M08.handler=李四")
    lost = Path(done(town.water, "return", water, "-o", town.usb)["file"])
    back = Path(done(town.housing, "return", housing, "-o", town.usb)["file"])
    lost.unlink()
    forest(town, files[FOREST])
    clash(town, back, rows["示范项目3"])
    assert states(town.sponsor) == {WATER: "已发", FOREST: "已回", HOUSING: "已回"}
    paper = town.usb / "催办单.pdf"
    told = done(town.sponsor, "round", "remind", LEDGER, "-o", paper, today=LATE)
    assert [(one["dept"], one["waiting"], one["late"]) for one in told["depts"]] == [(WATER, 6, 3)]
    assert "致：水利局（正镶白旗水利局）" in text_of(paper) and "示范项目6" in text_of(paper)
    again = Path(done(town.water, "return", water, "-o", town.usb)["file"])
    assert done(town.sponsor, "receive", again)["state"] == "merged"
    assert done(town.sponsor, "receive", back)["changed"] == [], "the same delivery a second time"
    assert states(town.sponsor)[WATER] == "有异议"
    parts = done(town.sponsor, "round", "board", LEDGER)["parts"]
    assert next(p["unanswered"] for p in parts if p["dept"] == WATER) == 1
    problem = refused(town.sponsor, "round", "remind", LEDGER, "-o", town.usb / "没有.pdf")
    assert problem["code"] == "E_NOTHING"


def forest(town: Town, blank: Path) -> None:
    """The department without the program: its fault goes back as a comment, then its list is vouched for."""
    bad = typed(blank, town.usb / "林草局初次.xlsx", 核查情况="已核", 受理日期="上个月底")
    back = town.usb / "退回林草局.xlsx"
    told = done(town.sponsor, "look", bad, "--comments", back)
    sheet = openpyxl.load_workbook(back)["核查表"]
    assert (
        told["faults"] == 6
        and sum(1 for row in sheet.iter_rows() for c in row if c.comment) == told["marked"] == 6
    )
    good = typed(blank, town.usb / "林草局改好.xlsx", 核查情况="已核")
    assert refused(town.sponsor, "receive", good)["code"] == "E_CONFIRM"
    assert len(done(town.sponsor, "receive", good, "--yes")["changed"]) == 6


def clash(town: Town, back: Path, row: str) -> None:
    """Both sides wrote the same cell: it waits for a person, whose word stands with the value that lost."""
    waiting = qidi(town.sponsor, "receive", back)
    assert waiting.code == 3 and waiting.data["state"] == "waiting"
    decided = town.usb / "决定.json"
    decided.write_text(json.dumps({f"{row}/M08/handler": "theirs"}), "utf-8")
    done(town.sponsor, "merge", LEDGER, "--from", "正镶白旗住房和城乡建设局", "--decide", decided)
    assert done(town.sponsor, "show", row)["items"]["M08"]["handler"] == "张三"


def on_paper(town: Town) -> None:
    """合并情况表: who decided, what lost, what was objected to; phones masked."""
    merges = done(town.sponsor, "merges", LEDGER)["merges"]
    assert [m["dept"] for m in merges] == [FOREST, HOUSING, WATER, HOUSING]
    assert [m["counts"]["lost"] for m in merges] == [0, 1, 0, 0] and {m["state"] for m in merges} == {"有效"}
    one = done(town.sponsor, "merges", LEDGER, "--merge", merges[1]["id"])
    (line,) = [x for x in one["lines"] if x["how"] == "两边都改过"]
    assert (line["before"], line["after"], line["lost"], line["why"]) == (
        "李四",
        "张三",
        "我这里：李四",
        "经办人甲决定",
    )
    paper = town.usb / "合并情况表.pdf"
    done(town.sponsor, "merges", LEDGER, "-o", paper)
    text = text_of(paper)
    assert (
        "我这里：李四" in text and "归农牧局" in text and "138****5678" in text and "13812345678" not in text
    )


def seal(folder: Path, usb: Path) -> None:
    scan = usb / f"{folder.name}签字.pdf"
    done(folder, "print", LEDGER, "-o", scan, "--explain", "缺项正在补齐", today=SIGN_DAY)
    for role, by in SIGNERS.items():
        done(
            folder,
            "sign",
            LEDGER,
            "--role",
            role,
            "--by",
            by,
            "--on",
            SIGN_DAY,
            "--scan",
            scan,
            today=SIGN_DAY,
        )
    done(folder, "seal", LEDGER, today=SIGN_DAY)


def up(town: Town, today: str) -> None:
    """Both sponsors report, the lead gathers what is new."""
    for sponsor in (town.sponsor, town.second):
        file = done(
            sponsor, "send", LEDGER, "--to", "正镶白旗起底领导小组办公室", "-o", town.usb, today=today
        )["file"]
        mirror = done(town.lead, "receive", file, today=today)["ledger"]
        done(town.lead, "merge", gathered(town.lead), "--from", mirror, today=today)


def gathered(lead: Path) -> str:
    return str(next(x["id"] for x in done(lead, "ledgers") if x["own"]))


def accepted(town: Town, today: str) -> dict[str, Any]:
    """The lead sends to the league, whose receipt goes back; the projects as the league counts them."""
    words = ("--to", "锡林郭勒盟发展和改革委员会", "-o", town.usb)
    file = done(town.lead, "send", gathered(town.lead), *words, today=today)["file"]
    told = done(town.league, "receive", file, today=today)
    done(town.lead, "receive", told["receipt"], today=today)
    return dict(done(town.league, "count", told["ledger"], today=today)["projects"])


def test_the_whole_play(town: Town) -> None:
    """旗方案 四(一): the number of the sponsors' lists is the lead's and the league's, before and after some close."""
    rows = fill(town.sponsor, 1, 6)
    fill(town.second, 7, 10)
    check_round(town, rows)
    on_paper(town)
    done(town.sponsor, "round", "close", LEDGER)
    for sponsor in (town.sponsor, town.second):
        seal(sponsor, town.usb)
    done(town.lead, "open", LEDGER, "--merged")
    up(town, SIGN_DAY)
    lead = gathered(town.lead)
    scan = town.usb / "全旗台账.pdf"
    done(town.lead, "print", lead, "-o", scan, "--explain", "缺项正在补齐", today=SIGN_DAY)
    meeting = (
        "--meeting",
        "第12次常务会议",
        "--minutes",
        "白政纪〔2022〕12号",
        "--on",
        SIGN_DAY,
        "--scan",
        scan,
    )
    done(town.lead, "study", lead, *meeting, today=SIGN_DAY)
    done(town.lead, "seal", lead, today=SIGN_DAY)
    first = accepted(town, SIGN_DAY)
    assert (first["listed"], first["base"], first["open"], first["approved"]) == (10, 10, 10, 0)
    words = ("M04", "M06", "M08", "--basis", "批复", "--doc", "某审〔2022〕1号", "--on", HALF_MONTH)
    done(town.sponsor, "close", rows["示范项目4"], *words, today=HALF_MONTH)
    up(town, HALF_MONTH)
    second = accepted(town, HALF_MONTH)
    assert (second["listed"], second["base"], second["open"], second["approved"]) == (10, 10, 9, 1)
    again = done(town.league, "verify", "--office", "正镶白旗起底领导小组办公室")
    assert again["ok"] and again["ledgers"][0]["sealed_rows"] == 10 and again["ledgers"][0]["codes"] >= 1
    for folder in (town.league, town.lead, town.sponsor, town.second, town.water, town.housing):
        assert done(folder, "verify")["ok"], folder
