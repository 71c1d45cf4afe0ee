"""outbox, inbox, receipt, register, card on paper and a passphrase, as a clerk types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.peers import keys
from tests.journeys.clerk import LEDGER, done, office, qidi, refused, with_rows

LEAGUE = "锡林郭勒盟发展和改革委员会"


@pytest.fixture
def upper(tmp_path: Path) -> Path:
    return office(tmp_path / "盟", LEAGUE, "superior", "152500")


@pytest.fixture
def bureau(tmp_path: Path, upper: Path) -> Path:
    made = with_rows(tmp_path / "旗")
    for giver, taker, name in ((made, upper, "旗"), (upper, made, "盟")):
        done(giver, "card", "-o", tmp_path / f"{name}.qidi-card")
        done(taker, "trust", tmp_path / f"{name}.qidi-card", "--yes")
    return made


def test_the_boxes_tell_where_each_bundle_stands(bureau: Path, upper: Path, tmp_path: Path) -> None:
    assert done(bureau, "outbox") == [] and done(upper, "inbox") == []
    sent = done(bureau, "send", LEDGER, "--to", LEAGUE, "-o", tmp_path)["file"]
    (row,) = done(bureau, "outbox")
    assert (row["state"], row["word"], row["to"], row["kind"], row["reasons"]) == (
        "copied",
        "已写出",
        LEAGUE,
        "ledger",
        [],
    )
    assert refused(upper, "receipt", sent)["code"] == "E_NOT_SEEN"
    receipt = done(upper, "receive", sent)["receipt"]
    assert done(upper, "receipt", sent)["files"] == [receipt]
    done(bureau, "receive", receipt)
    assert [r["word"] for r in done(bureau, "outbox")] == ["已回执"]
    (came,) = done(upper, "inbox")
    assert (came["verdict"], came["word"], came["reasons"]) == ("accepted", "已收", [])
    assert refused(bureau, "restream", LEDGER)["code"] == "E_NO_FORK"
    again = done(bureau, "resend", row["bundle"], "-o", tmp_path / "另一个盘")["file"]
    assert Path(again).read_bytes() == Path(sent).read_bytes()
    assert refused(bureau, "resend", "0" * 32, "-o", tmp_path)["code"] == "E_NOT_SENT"
    (waits,) = done(upper, "answers")
    assert (waits["bundle"], waits["handed_on"]) == (row["bundle"], "")
    (handed,) = done(upper, "answers", "-o", tmp_path / "另一个盘")["files"]
    assert Path(handed).read_bytes() == Path(receipt).read_bytes() and done(upper, "answers")[0]["handed_on"]
    (tmp_path / "口令").write_text("short\n", "utf-8")
    assert refused(bureau, "passphrase", "--new", tmp_path / "口令")["code"] == "E_PASSPHRASE_SHORT"
    whole = done(bureau, "send", LEDGER, "--to", LEAGUE, "-o", tmp_path, "--whole")
    assert whole["base_seq"] == 0


def test_a_returned_bundle_says_why_in_both_boxes(bureau: Path, upper: Path, tmp_path: Path) -> None:
    """The league, put back to before, lacks the beginning of a delta: the slip travels, the next send heals it."""
    first = done(bureau, "send", LEDGER, "--to", LEAGUE, "-o", tmp_path)["file"]
    kept = tmp_path / "备份.zip"
    done(upper, "backup", "-o", kept)
    done(bureau, "receive", done(upper, "receive", first)["receipt"])
    done(bureau, "set", "示范项目1", "name=改名项目")
    second = done(bureau, "send", LEDGER, "--to", LEAGUE, "-o", tmp_path)["file"]
    back = tmp_path / "恢复"
    done(back, "restore", kept)
    (back / "keys").rmdir()
    (upper / "keys").rename(back / "keys")
    problem = qidi(back, "receive", second).problem
    assert problem["code"] == "E_GAP" and "退回单" in problem["text"]
    (came,) = done(back, "inbox")
    assert came["word"] == "已退回" and came["reasons"][0]["code"] == "E_GAP"
    done(bureau, "receive", problem["facts"]["slip"])
    assert [r["word"] for r in done(bureau, "outbox")] == ["已退回", "已回执"]
    shown = qidi(bureau, "outbox")
    assert "E_GAP" in shown.out
    third = done(bureau, "send", LEDGER, "--to", LEAGUE, "-o", tmp_path)["file"]
    assert done(back, "receive", third)["base_seq"] == 0
    assert done(back, "verify")["differences"] == [] and done(bureau, "verify")["differences"] == []


def test_the_register_by_command(tmp_path: Path) -> None:
    lead = office(tmp_path / "主", "正镶白旗发展和改革委员会", "lead", "152529")
    land = office(tmp_path / "国土", "正镶白旗自然资源局", "handler", "152529")
    for giver, taker, name in ((lead, land, "主"), (land, lead, "国土")):
        done(giver, "card", "-o", tmp_path / f"{name}.qidi-card")
        done(taker, "trust", tmp_path / f"{name}.qidi-card", "--yes")
    assert done(land, "register", "show") == []
    assert refused(lead, "register", "issue")["code"] == "E_NO_OUT"
    assert refused(land, "register", "issue", "-o", tmp_path / "a")["code"] == "E_NOT_ALLOWED"
    issued = done(lead, "register", "issue", "--encrypt-only", "-o", tmp_path / "盘")
    assert (issued["version"], issued["offices"], issued["encrypt_only"]) == (1, 2, True)
    done(land, "receive", issued["file"])
    (shown,) = done(land, "register", "show")
    assert shown["version"] == 1 and {o["name"] for o in shown["offices"]} == {
        "正镶白旗发展和改革委员会",
        "正镶白旗自然资源局",
    }
    lifted = done(lead, "register", "issue", "--no-encrypt-only", "-o", tmp_path / "盘")
    gone = done(
        lead,
        "register",
        "issue",
        "--revoke",
        "正镶白旗自然资源局",
        "--reason",
        "人员调离",
        "-o",
        tmp_path / "盘",
    )
    assert (lifted["encrypt_only"], gone["encrypt_only"], gone["revoked"]) == (
        False,
        False,
        ["正镶白旗自然资源局"],
    )


def test_the_card_on_paper(bureau: Path, tmp_path: Path) -> None:
    told = done(bureau, "card", "--sheet", "-o", tmp_path / "名片.pdf")
    assert Path(told["file"]).read_bytes().startswith(b"%PDF") and len(told["fingerprint"].split()) == 6
    assert refused(bureau, "card", "--renew", "-o", tmp_path / "新.qidi-card")["code"] == "E_CONFIRM"
    new = done(bureau, "card", "--renew", "--yes", "-o", tmp_path / "新.qidi-card")
    assert new["fingerprint"] != told["fingerprint"]


def test_keys_under_a_passphrase(tmp_path: Path, upper: Path) -> None:
    """Keys at first run, optional passphrase: a wrong one is a plain Problem, and nothing is written."""
    secret, wrong, empty = (tmp_path / name for name in ("口令", "错", "空"))
    secret.write_text("草原 2022\n", "utf-8")
    wrong.write_text("别的\n", "utf-8")
    empty.write_text("")
    folder = tmp_path / "局"
    words = ("init", "--division", "152529", "--name", "正镶白旗林草局", "--role", "sponsor")
    for file, code in ((empty, "E_PASSPHRASE_FILE"), (tmp_path / "没有", "E_NO_FILE")):
        assert qidi(folder, *words, "--passphrase-file", file).problem["code"] == code
        assert not folder.exists()
    done(folder, *words, "--passphrase-file", secret)
    assert b"AGE-SECRET" not in (folder / "keys" / keys.IDENTITY).read_bytes()
    done(folder, "card", "-o", tmp_path / "局.qidi-card")
    done(folder, "open", LEDGER)
    done(upper, "trust", tmp_path / "局.qidi-card", "--yes")
    done(upper, "card", "-o", tmp_path / "盟.qidi-card")
    done(folder, "trust", tmp_path / "盟.qidi-card", "--yes")
    send = ("send", LEDGER, "--to", LEAGUE, "-o", tmp_path / "盘")
    assert refused(folder, *send)["code"] == "E_PASSPHRASE_NEEDED"
    assert refused(folder, *send, "--passphrase-file", wrong)["code"] == "E_PASSPHRASE"
    sent = done(folder, *send, "--passphrase-file", secret)
    assert done(upper, "look", sent["file"])["rows"] == 0
    assert done(folder, "verify")["differences"] == []
