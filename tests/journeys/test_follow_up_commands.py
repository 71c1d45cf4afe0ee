"""Notices, 回头看 and the 12345 assessment from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.app.follow_up import HEAT, SEWAGE, WATER, on_paper, stored_follow_up
from tests.journeys.clerk import LEDGER, NOT_SECRET, done, refused


def test_follow_up_from_the_command_line(tmp_path: Path) -> None:
    """SB 四(二)2, 四(三)3, 四(四), 六(四)."""
    here, out = stored_follow_up().lay(tmp_path / "office"), tmp_path / "out"
    told = done(here, "notice", "overdue", LEDGER, "--dept", WATER, "-o", out)
    assert len(told["papers"]) == 1 and Path(told["papers"][0]["docx"]).is_file()
    done(here, "notice", "prefix", "某办")
    done(here, "notice", "signature", "领导小组办公室")
    words = ("notice", "supervise", HEAT, "M03", "-o", out, "--reply-by", "2022-09-02", "--cc", "督查室")
    assert done(here, *words)["papers"][0]["doc_no"] == "某办督〔2022〕1号"
    assert "领导小组办公室2022年8月23日" in on_paper(next(out.glob("挂牌督办*.pdf")))
    done(here, "notice", "reply", "某办督〔2022〕1号", "--text", "已办")
    done(here, "notice", "lift", "某办督〔2022〕1号", "--basis", "整改到位", "-o", out)
    inform = ("notice", "inform", SEWAGE, "M03", "-o", out, "--problem", "缺图", "--advice", "补图", "--file")
    assert done(here, *inform)["nth"] == 1
    look = done(here, "sample", LEDGER, "--n", "2", "--seed", "8月23日", "--rule", "all", "--dry-run")
    told = done(here, "sample", LEDGER, "--n", "2", "--seed", "8月23日", "--rule", "all", "-o", out)
    assert look["rows"] == told["rows"] and Path(told["file"]).is_file()
    found = ("finding", "152529-HT-2022-0001", "--on", "2022-08-23", "--way", "现场", "--real", "是")
    done(here, *found)
    done(here, "open", "complaints")
    cells = ("name=拖延", "called_on=2022-08-01", "content=拖延", "kind=拖延审批", f"dept={WATER}")
    done(here, "add", "complaints", *cells, *NOT_SECRET)
    told = done(here, "assess", "--month", "2022-08", "-o", tmp_path / "考核.pdf")
    assert told["rows"][0]["dept"] == WATER and told["rows"][0]["cases"] == 1
    for code, argv in {
        "E_PREFIX": ("notice", "prefix", "某办〔2022〕"),
        "E_NO_OUT": ("notice", "overdue", LEDGER),
        "E_SUBJECT": ("notice", "bulletin", "-o", out),
        "E_REPLY_BY": ("notice", "remind", HEAT, "-o", out),
        "E_NO_NOTICE": ("notice", "reply", "没有的号", "--text", "好"),
        "E_SAMPLED": ("sample", LEDGER, "--n", "2", "--seed", "8月23日", "--rule", "all"),
        "E_NOT_FOUND_OUT": (*found, "--reopen"),
    }.items():
        assert refused(here, *argv)["code"] == code
    done(here, "verify")
