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
    lifted = done(here, "notice", "lift", "某办督〔2022〕1号", "--basis", "整改到位")  # beside the office's own data
    assert Path(lifted["papers"][0]["docx"]).parent == here / "papers"
    done(here, "open", "online-status")
    dept = ("name=旗自然资源局", "own_system=否", "platform=在线审批平台", "join_by=2022-08-10", "online_by=2022-08-15")
    done(here, "add", "online-status", *dept, *NOT_SECRET)
    inform = ("notice", "inform", SEWAGE, "M03", "-o", out, "--problem", "缺图", "--advice", "补图", "--file")
    assert done(here, *inform)["nth"] == 1
    look = done(here, "sample", LEDGER, "--n", "2", "--seed", "8月23日", "--rule", "all", "--dry-run")
    told = done(here, "sample", LEDGER, "--n", "2", "--seed", "8月23日", "--rule", "all", "-o", out)
    assert look["rows"] == told["rows"] and Path(told["file"]).is_file()
    again = done(here, "sample", "--again", "8月23日")
    assert Path(again["file"]).read_bytes() == Path(told["file"]).read_bytes()
    assert done(here, "sample", "--batches")[0]["batch"] == told["batch"] == again["batch"]
    found = ("finding", "152529-HT-2022-0001", "--on", "2022-08-23", "--way", "现场", "--real", "是")
    done(here, *found)
    assert done(here, "sample", "--rates", "--again", told["batch"])["total"]["true_rate"] == "100"
    drawn = done(here, "sample", "--rates", "--again", told["batch"])["total"]["drawn"]
    struck = ("152529-HT-2022-0001", "--reason", "抽样有误")
    done(here, "remove", *struck)  # the record of it, not the project: 作废
    assert refused(here, *found)["code"] == refused(here, "remove", *struck)["code"] == "E_NOT_OPEN"
    assert done(here, "sample", "--rates", "--again", told["batch"])["total"]["drawn"] == drawn - 1
    done(here, "reopen", *struck)
    assert done(here, "sample", "--rates", "--again", told["batch"])["total"]["drawn"] == drawn
    done(here, "open", "complaints")
    cells = ("name=拖延", "called_on=2022-08-01", "content=拖延", "kind=拖延审批", f"dept={WATER}")
    done(here, "add", "complaints", *cells, *NOT_SECRET)
    done(here, "set", "152529-TS-2022-0001", "caller_tel=13800000009")
    assert done(here, "show", "152529-TS-2022-0001")["caller_tel"] == "138****0009"
    assert done(here, "caller", "152529-TS-2022-0001", "--why", "回访")["caller"] == {"投诉人电话": "13800000009"}
    told = done(here, "assess", "--month", "2022-08", "-o", tmp_path / "考核.pdf")
    assert told["rows"][0]["dept"] == WATER and told["rows"][0]["cases"] == 1
    for code, argv in {
        "E_PREFIX": ("notice", "prefix", "某办〔2022〕"),
        "E_NOTHING": ("notice", "offline", "remind", "--reply-by", "2022-09-30"),
        "E_NO_BATCH": ("sample", "--again", "没有的批次"),
        "E_SUBJECT": ("notice", "bulletin", "-o", out),
        "E_REPLY_BY": ("notice", "remind", HEAT, "-o", out),
        "E_NO_NOTICE": ("notice", "reply", "没有的号", "--text", "好"),
        "E_SAMPLED": ("sample", LEDGER, "--n", "2", "--seed", "8月23日", "--rule", "all"),
        "E_NOT_FOUND_OUT": (*found, "--reopen"),
    }.items():
        assert refused(here, *argv)["code"] == code
    done(here, "verify")
