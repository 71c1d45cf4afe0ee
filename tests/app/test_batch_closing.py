"""批量办结: one 文号 for many matters of many projects; what cannot be closed is told before, and nothing is half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.journals import heard
from app.ledger import attachments, batch_closing, entries, ledgers
from app.listing import counts, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import undoing
from tests.app.conftest import DAY, project, sealed

PAPER = {"basis": "批复", "on": DAY.isoformat(), "doc": "某环审〔2022〕9号"}


def test_one_paper_closes_many_matters_and_one_by_one_is_counted(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 四(一) 审批1个核减1个, decision 6: mixed matters of many projects, one event each; one scan serves every row."""
    rows = [project(bureau, ledger, f"项目{n}", M03="在办", **({"M04": "在办"} if n < 4 else {})) for n in range(8)]
    done = project(bureau, ledger, "已办的", M02="在办", M03="办结")
    scan = sealed(bureau, ledger, tmp_path)
    before = counts.count(bureau, ledger)
    targets = [(row, "M03") for row in (*rows, done)] + [(row, "取水") for row in rows[:4]]
    fates = batch_closing.fates(bureau, [*targets, (rows[0], "M03")], **PAPER)
    assert len(fates) == 13 and [one.name for one in fates if one.why] == ["已办的"], [one.why for one in fates]
    assert "现在是“办结”" in next(one.why for one in fates if one.why)
    assert sum(one.leaves for one in fates) == 8  # four leave by M03 alone, four when M04 goes as well
    assert counts.count(bureau, ledger) == before  # looking writes nothing
    with pytest.raises(Problem, match="E_CANNOT_CLOSE") as refused:
        batch_closing.close_all(bureau, targets, **PAPER)
    assert [each["name"] for each in refused.value.facts["all"]] == ["已办的"]
    assert counts.count(bureau, ledger) == before
    ready = [one.target for one in fates if not one.why]
    change = batch_closing.close_all(bureau, ready, scan=scan, **PAPER)
    assert change.said == "已办结 12 项（8 个项目），其中 8 个项目不再在账"
    after = counts.count(bureau, ledger)
    assert after["balanced"] and after["projects"]["approved"] == 8 and after["items"]["approved"] == 12
    item = lists.line(bureau, rows[3]).items["M04"].cells
    assert (item["doc_no"], item["state"]) == ("某环审〔2022〕9号", "办结")
    assert {len(attachments.of(bureau, row)) for row in rows} == {1}  # one file with each of them
    assert replay.verify(bureau) == []


def test_what_the_paper_does_not_fit_is_said_row_by_row(bureau: Office, ledger: str) -> None:
    """Decision 6: a paper without number or scan, a ledger that knows no such basis, rows of several ledgers in one deed."""
    mine = project(bureau, ledger, "一", M03="在办")
    idle = str(ledgers.open_template(bureau, "semi-finished").subject)
    other = str(entries.add(bureau, idle, {"name": "示范卫生院"}, not_secret="声明人甲").subject)
    bare = batch_closing.fates(bureau, [(mine, "M03"), (mine, "M09"), (other, "")], basis="批复", on=DAY.isoformat())
    assert "文号或扫描件" in bare[0].why and bare[1].why and "“批复”不是办结依据" in bare[2].why
    with pytest.raises(Problem, match="E_FUTURE"):
        batch_closing.fates(bureau, [(mine, "M03")], basis="批复", on="2022-08-23")
    second = project(bureau, ledger, "二", M03="在办", M05="未办")
    region = str(ledgers.open_template(bureau, "pending-region").subject)
    texts = {"name": "区级", "build_state": "在建"}
    third = str(entries.add(bureau, region, texts, not_secret="声明人甲", items={"M03": {"state": "在办"}}).subject)
    with heard.listening() as told:
        change = batch_closing.close_all(bureau, [(mine, "M03"), (second, "M03"), (third, "M03")], **PAPER)
    assert change.ledgers == {ledger, region} and change.facts == {"closed": 3, "rows": 3}
    assert lists.line(bureau, second).items["M05"].state == "未办" and replay.verify(bureau) == []
    with bureau.read() as connection:
        line = ledgers.line_of(connection, ledger)
    open_now = {code: item.state for code, item in lists.line(bureau, second).items.items()}
    assert batch_closing.open_targets(line, [(second, open_now)]) == [(second, "M05")]
    assert batch_closing.open_targets(line, [(second, open_now)], "M03") == []
    undoing.take_back(bureau, told.spans)  # decision 19: before it is signed or sent, in one step
    assert [lists.line(bureau, row).items["M03"].state for row in (mine, second, third)] == ["在办"] * 3
    assert replay.verify(bureau) == []
