"""Ledgers of other campaigns travel and are proved by whoever receives them."""

from __future__ import annotations

from pathlib import Path

from app.ledger import closing, entries, leaving, ledgers
from app.listing import counts, lists
from app.proof import replay
from sync import exchange
from tests.app import test_semi_finished as semi
from tests.app.ledger_life import ON, printed, seal
from tests.sync.offices import Pair

TEXTS: dict[str, dict[str, str]] = {
    "semi-finished": {**semi.TEXTS, **semi.PROOFS["复工续建"][1], "judged_by": "厅", "closed_by": "厅"},
    "reform-tasks": {"name": "建成业务协同平台", "measure": "多规合一", "closed_by": "专班", "done_mark": "平台上线"},
    "reform-reserve": {"name": "示范管网", "category": "市政", "site": "镇北", "land_kind": "公用", "planning_terms": "沿路",
                       "content": "管网", "scale": "3公里", "invest": "1200", "stored_on": "2021-05-20", "owner_org": "旗住建局"},
    "pending-region": {"name": "示范风电", "system": "生态环境", "build_state": "在建"},
}  # fmt: skip
ITEMS = {
    "reform-tasks": {"L01": {"state": "推进中", "matter_name": "平台上线", "due_date": "2022-08-31"}},
    "pending-region": {f"M0{n}": {"state": "在办" if n == 3 else "不需办"} for n in range(1, 9)},
}


def test_each_campaign_travels_and_is_proved(two: Pair) -> None:
    """decision 28, 53号 六(四), 54号 六(一), 29号 三(四): sealed, closed and sent; the receiver walks every line."""
    league, bureau = two.league, two.bureau
    rows: dict[str, tuple[str, str]] = {}
    for template, texts in TEXTS.items():
        ledger = str(ledgers.open_template(bureau, template).subject)
        row = entries.add(bureau, ledger, texts, items=ITEMS.get(template, {}), not_secret="声明人甲").subject
        pdf = two.folder / f"{template}.pdf"
        printed(bureau, ledger, pdf)
        seal(bureau, ledger, pdf)
        rows[template] = ledger, str(row)
    for code, basis in (("L01", "系统上线"), ("", "整改到位")):
        closing.close(bureau, [(rows["reform-tasks"][1], code)], basis=basis, on=ON, doc="文〔2022〕1号")
    closing.close(bureau, [(rows["pending-region"][1], "M03")], basis="批复", on=ON, doc="文〔2022〕2号")
    closing.start(bureau, rows["reform-reserve"][1], on=ON)
    for basis in ("主管部门认定", "申请销号", "已续建竣工"):
        closing.close(bureau, [(rows["semi-finished"][1], "")], basis=basis, on=ON, doc="文〔2022〕3号")
    for template, (ledger, row) in rows.items():
        file = exchange.send(bureau, ledger, league.name, two.folder / "U盘").facts["file"]
        exchange.receive(league, Path(file))
        mirror = next(line for line in ledgers.all(league) if line.template_id == template)
        assert counts.now(league, mirror.id) == counts.now(bureau, ledger)
        assert counts.now(league, mirror.id)["project"]["open"] == 0, template
        assert lists.line(league, row).cells == lists.line(bureau, row).cells
    register = str(ledgers.open_template(bureau, "meetings").subject)
    texts = {"name": "调度会", "on": "2022-08-11", "due_on": "2022-08-30"}
    twice = [str(entries.add(bureau, register, texts, not_secret="声明人甲").subject) for _ in "甲乙"]
    leaving.remove(bureau, twice[0], reason="重复登记")  # a register is not sealed: 作废
    leaving.remove(bureau, twice[1], reason="重复登记")
    leaving.reopen(bureau, twice[1], reason="误作废")
    exchange.receive(
        league, Path(exchange.send(bureau, register, league.name, two.folder / "U盘").facts["file"])
    )
    mirror = next(line for line in ledgers.all(league) if line.template_id == "meetings")
    assert counts.now(league, mirror.id) == counts.now(bureau, register)
    assert [lists.line(league, row).standing_text for row in twice] == ["作废", "未落实"]
    assert replay.verify(league) == [] == replay.verify(bureau)
