"""Periodic reports from the command line: the series, a period looked at, written and sent, the paragraph of a day."""

from __future__ import annotations

from pathlib import Path

from tests.app.reporting_world import stored_world
from tests.journeys.clerk import LEDGER, done, qidi, refused


def test_a_half_month_report_from_the_command_line(tmp_path: Path) -> None:
    """SB 六(二): half-monthly, 零报告 where nothing moved; what was sent again is another edition."""
    stored_world().lay(tmp_path / "world")
    here, day = tmp_path / "world" / "office", "2022-09-14"
    told = done(here, "reports", LEDGER, "--form", "progress", today=day)
    assert [(r["period"], r["state"], r["overdue"]) for r in told][:2] == [
        ("2022-08B", "未报", True),
        ("2022-09A", "未报", False),
    ]
    draft = done(here, "report", LEDGER, "--period", "2022-09a", today=day)
    assert draft["text"].startswith("截至9月14日") and draft["nothing"] and draft["state"] == "已报"
    words = tmp_path / "正文.txt"
    words.write_text("手写的正文。", "utf-8")
    done(here, "report", LEDGER, "--period", "2022-09A", "--text", words, "--problems", "缺资金", today=day)
    assert done(here, "reports", LEDGER, today=day)[2]["draft"]
    made = done(here, "report", LEDGER, "--period", "2022-09A", "-o", tmp_path / "看", today=day)["files"]
    assert [Path(file).suffix for file in made] == [".pdf", ".docx", ".xlsx"]
    out = tmp_path / "报"
    early = refused(here, "report", LEDGER, "--period", "2022-09A", "--zero", today=day)
    assert early["code"] == "E_STILL_RUNNING"
    sent = done(here, "report", LEDGER, "--period", "2022-09A", "--zero", "--yes", "-o", out, today=day)
    assert (sent["state"], sent["zero"], sent["edition"], len(sent["files"])) == ("已报", True, 1, 3)
    assert done(here, "reports", LEDGER, "--form", "progress", today=day)[1]["state"] == "零报告"
    shown = done(here, "report", LEDGER, "--period", "2022-09A", today="2022-09-16")
    assert (shown["sent_on"], shown["edition"], shown["text"]) == (day, 1, "手写的正文。")
    twice = refused(here, "report", LEDGER, "--period", "2022-09A", "--send", today="2022-09-16")
    assert twice["code"] == "E_ALREADY_SENT"
    again = done(here, "report", LEDGER, "--period", "2022-09A", "--send", "--again", today="2022-09-16")
    assert again["edition"] == 2 and again["files"][0].startswith(str(here / "outbox"))
    said = done(here, "brief", LEDGER, "--on", "2022-09-01", today=day)["said"]
    assert said.startswith("截至9月1日，全旗期初4个项目")
    assert done(here, "brief", LEDGER, "-o", tmp_path / "一页.pdf", today=day)["pages"] == 1
    for code, argv in {
        "E_PERIOD": ("report", LEDGER, "--send"),
        "E_TOO_EARLY": ("report", LEDGER, "--period", "2022-11"),
        "E_TEXT": ("report", LEDGER, "--period", "2022-09A", "--text", tmp_path / "一页.pdf"),
        "E_FUTURE": ("brief", LEDGER, "--on", "2022-12-01"),
    }.items():
        assert refused(here, *argv)["code"] == code
    assert qidi(here, "verify").code == 0
