"""误入处置 and papers: reports and notices that tell of the project go, and nobody swears of what was not read."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from app.engine.traces import Traces
from app.ledger import attachments
from app.office import Office
from app.papers import informing, papers
from app.removal import packed, purging
from app.reports import report_sending
from tests.app.conftest import project
from tests.app.test_purging import DEED, NAME, picture, secret


def test_papers_that_tell_of_it_go_and_what_cannot_be_read_is_not_sworn_of(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Packed files tell in no byte: reports and notices in the office folder are read by what they show (decision 11)."""
    deed: dict[str, Any] = dict(DEED)
    entry, other = secret(bureau, ledger), project(bureau, ledger, "乙厂房扩建工程")
    report_sending.send(bureau, ledger, "2022-08B", said={"problems": f"{NAME}：资金没有到位"}, early=True)
    laid = papers.folder(bureau)
    laid.mkdir()
    informing.inform(bureau, entry, "M03", laid, problems=["缺公众参与说明"], advice=["先公示"])
    informing.inform(bureau, other, "M01", laid, problems=["缺图"], advice=["补图"])
    report = bureau.folder / "outbox" / "报告"
    there = [
        path for path in (*report.iterdir(), *laid.iterdir()) if packed.tells(path, Traces(frozenset({NAME})))
    ]
    assert sorted(path.suffix for path in there) == [".docx", ".docx", ".pdf", ".pdf", ".xlsx"]
    attachments.attach(bureau, other, picture(tmp_path, "现场.png"))
    filed = next(path for path in laid.glob("*.pdf") if path in there)
    attachments.attach(bureau, other, Path(shutil.copy(filed, tmp_path / "会议材料.pdf")))

    change = purging.purge(bureau, entry, **deed)
    assert not [path for path in there if path.exists()]
    assert sorted(path.suffix for path in laid.iterdir()) == [
        ".docx",
        ".pdf",
    ]  # the notice of the other project
    assert change.facts["unread"] == ["附件“现场.png”（152529-DP-2022-0002）"]
    assert "1 个文件读不出文字，没有查" in change.said
    said = "".join(change.facts["found"])
    assert "附件“会议材料.pdf”（152529-DP-2022-0002） 里还有它" in said and "BS-2022-0001" in said
    told = Path(change.facts["report"]).read_text("utf-8-sig")
    assert "没有再找到" not in told and "另有 1 个文件读不出文字" in told and NAME not in told
    for no in ("152529-BS-2022-0001", "152529-GZ-2022-0001"):
        change = purging.purge(bureau, no, **deed)
    told = Path(change.facts["report"]).read_text("utf-8-sig")
    assert "读得出的文件里没有再找到；另有 1 个文件读不出文字，没有查，见第三部分第 9 项" in told
