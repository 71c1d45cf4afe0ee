"""A department tells an applicant of a row in its part: what it fills goes back to the sponsor, the paper stays with both."""

from __future__ import annotations

from pathlib import Path

from app.ledger import attachments
from app.papers import informing
from app.papers.informing import Told
from app.proof import replay
from sync.merges import merges
from tests.app.follow_up import on_paper
from tests.sync.rounds_world import play


def test_a_department_informs_from_its_part(tmp_path: Path) -> None:
    """SB 四(一), 四(二)2: the day and the problems are the department's to write, the advice stands on its own paper."""
    played = play(tmp_path / "play", 1)
    try:
        played.taken()
        mine = played.theirs("项目1")
        told = Told("被告知人丙", "当面", "", "2022-08-22")
        change = informing.inform(
            played.water,
            mine.id,
            "M04",
            tmp_path / "out",
            problems=["缺水资源论证"],
            advice=["补论证"],
            told=told,
            file=True,
        )
        paper = change.facts["papers"][0]
        assert paper["doc_no"].startswith("正镶白旗水利局告〔") and "缺水资源论证" in on_paper(
            Path(paper["pdf"])
        )
        cells = played.theirs("项目1").items["M04"]
        assert cells["notice"] == "1.缺水资源论证" and "advice" not in cells
        assert len(attachments.of(played.water, mine.id)) == 1
        merges.merge(played.sponsor, played.back(), {}, default="theirs")
        assert played.held("项目1").items["M04"]["notice"] == "1.缺水资源论证"
        assert replay.verify(played.water) == replay.verify(played.sponsor) == []
    finally:
        played.close()
