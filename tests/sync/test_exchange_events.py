"""Every named event after the seal travels, any schedule of sticks converges, the whole sample list goes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from app.engine import storing
from app.ledger import attachments, closing, entries, leaving, ledgers, versions
from app.listing import counts
from app.problem import Problem
from app.proof import replay
from app.samples import sample
from app.signing import mending
from models.schema import journal as journal_table
from models.schema import signature
from sync import exchange
from sync.contents import signatures
from tests.sync.looking import rows
from tests.sync.offices import DAY, Pair

ON = DAY.isoformat()


def test_each_way_of_leaving_and_coming_back_is_taken(two):
    """Decisions 1, 2, 6 and SB 四(二), 六(四): 核减, 开工, 移除, 更正, 恢复, 新增 after the seal."""
    names = "批复 许可 开工 移除 更正 改错 停表 恢复".split()
    ids = {n: two.project(n, M01="在办", M03="未办") for n in names}
    started = entries.add(
        two.bureau, two.ledger, {"name": "未开工项目", "build_state": "未开工"}, not_secret="审核人乙",
        items={f"M0{n}": {"state": "不需办"} for n in range(1, 9)},
    ).subject  # fmt: skip
    two.seal()
    exchange.receive(two.bureau, Path(two.sent_and_received()["receipt"]))
    bureau, slip = two.bureau, {"reason": "录入有误", "second": "审核人乙"}
    closing.close(
        bureau, [(ids["批复"], "M01"), (ids["许可"], "M01")], basis="批复", doc="锡发改字〔2022〕1号", on=ON
    )
    closing.close(bureau, [(ids["批复"], "M03")], basis="批复", doc="锡发改字〔2022〕2号", on=ON)
    closing.start(bureau, str(started), on=ON, evidence="开工令")
    leaving.remove(
        bureau, ids["移除"], reason="资金未落实", policy="内政办发〔2022〕54号", conclusion="不合规", on=ON,
        targets=["在线审批平台"], confirmed={"在线审批平台": ON}, second="审核人乙", scan=two.scan(),
    )  # fmt: skip
    leaving.correct(bureau, [ids["更正"]], leave=True, scan=two.scan(), **slip)
    leaving.correct(bureau, [ids["改错"]], texts={"name": "改正后的名称"}, scan=two.scan(), **slip)
    entries.amend(bureau, ids["停表"], {}, {"M01": {"d_submit": ON, "d_accept": ON}})
    closing.pause(bureau, ids["停表"], "M01", reason="听证", on=ON)
    closing.resume(bureau, ids["停表"], "M01", on=ON)
    closing.close(bureau, [(ids["恢复"], "M01")], basis="批复", doc="锡发改字〔2022〕3号", on=ON)
    leaving.reopen(bureau, ids["恢复"], "M01", reason="回头看发现批复被撤销", on=ON)
    entries.add(
        bureau, two.ledger, {"name": "补录", "build_state": "在建"}, not_secret="审核人乙", basis="盟里补充清单", on=ON,
        items={f"M0{n}": {"state": "未办"} for n in range(1, 9)},
    )  # fmt: skip
    facts = two.sent_and_received()
    assert facts["base_seq"] > 0
    assert rows(two.league, two.ledger) == rows(bureau, two.ledger)
    here, there = (counts.count(o, two.ledger) for o in (two.league, bureau))
    assert here["projects"] == there["projects"]
    assert here["items"] == there["items"]
    assert here["balanced"]
    assert here["projects"]["started"] == here["projects"]["removed"] == here["projects"]["corrected"] == 1
    assert replay.verify(two.league) == []


@pytest.mark.parametrize("seed", range(3))
def test_any_schedule_of_sticks_converges(two, seed):
    """Loss, doubling and reordering of bundles and receipts; the last bundle brings both to one state."""
    chance = random.Random(seed)
    bundles: list[Path] = []
    slips: list[Path] = []
    entry = two.project("一号", M01="在办")
    for step in range(12):
        act = chance.choice(("add", "amend", "send", "send", "carry", "carry", "back", "attach"))
        if act == "add":
            two.project(f"项目{step}", M01="在办")
        elif act == "amend":
            entries.amend(two.bureau, entry, {"note": f"第{step}步"})
        elif act == "attach":
            attachments.attach(two.bureau, entry, two.scan())
        elif act == "send":
            bundles.append(two.send())
        elif act == "carry" and bundles:
            try:
                slips.append(Path(exchange.receive(two.league, chance.choice(bundles)).facts["receipt"]))
            except Problem as problem:
                assert problem.code == "E_GAP"
        elif act == "back" and slips:
            exchange.receive(two.bureau, chance.choice(slips))
    exchange.receive(two.league, two.send())
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert [d.text for d in replay.verify(two.league)] == []
    with two.bureau.read() as ours, two.league.read() as theirs:
        stream = ledgers.line_of(ours, two.ledger).stream
        lines = [[bytes(r["hash"]) for r in replay.lines(c, stream)] for c in (ours, theirs)]
    assert lines[0] == lines[1]


def test_received_journal_lines_are_the_senders_own(two):
    two.project("甲", M01="在办")
    two.sent_and_received()
    with two.bureau.read() as ours, two.league.read() as theirs:
        stream = ledgers.line_of(ours, two.ledger).stream
        both = [
            [tuple(r) for r in c.execute(journal_table.select().where(journal_table.c.stream == stream))]
            for c in (ours, theirs)
        ]
    assert both[0] == both[1]


def test_the_whole_sample_list_goes_and_comes_back_equal(two, tmp_path):
    """465 rows imported and filled in, as they are reported to the league."""
    folder = tmp_path / "sample"
    folder.mkdir()
    full = Pair(folder, two.bureau, two.league, str(sample.fill(two.bureau).subject))
    facts = full.sent_and_received()
    with two.bureau.read() as connection:
        count = len(list(storing.every_held(connection, full.ledger)))
    assert facts["rows"] == facts["added"] == count > 400
    assert rows(two.league, full.ledger) == rows(two.bureau, full.ledger)
    assert replay.verify(two.league) == []


def test_a_signature_put_right_travels(two):
    """The receiver holds the name as it was filed, then as the paper has it; the line says what had been written."""
    two.project("甲", M01="在办")
    scan = two.seal()
    two.sent_and_received()
    mended = {"role": "分管旗长", "by": "签字人丙", "on": ON, "reason": "打错一个字", "second": "核对人丁", "scan": scan}
    mending.mend(two.bureau, two.ledger, version=1, **mended)
    exchange.receive(two.league, two.send())
    there = next(x.id for x in ledgers.all(two.league) if not x.own)
    assert [s.by for s in versions.of(two.league, there)[0].signatures][1] == "签字人丙"
    assert replay.verify(two.league) == replay.verify(two.bureau) == []
    forged = {"was": {"by": "签字人丙", "on": ON}, "reason": "打错", "second": "核对人丁"}
    for wrong in ({"was": {"by": "从没写过的人", "on": ON}}, {"reason": " "}, {"second": ""}):
        with two.league.write("试") as work:
            table = work.connection.execute(select(signature).where(signature.c.by == "签字人丙")).mappings().one()
            told = {k: v for k, v in table.items() if k != "seq" and v} | {"by": "冒名"}
            with pytest.raises(ValueError, match="更正签字没有写明"):
                signatures.take(work.connection, told, 1, mended=forged | wrong)
