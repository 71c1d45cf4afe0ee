"""A register is never sealed; a row that is locked, as a report that was sent, keeps its frozen cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.imports import drafting, intake
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.signing import signoff
from app.templating import template_reading
from app.today import statistics
from tests.app.conftest import DAY
from tests.app.works import REGISTER
from tests.data.make_lists import Sheet, write_xlsx


@pytest.fixture
def visits(bureau: Office) -> str:
    return str(ledgers.open_template(bureau, template_reading.read(REGISTER, "走访.toml")).subject)


def refused(code: str, deed: Any, *args: Any, **more: Any) -> Problem:
    with pytest.raises(Problem, match=code) as caught:
        deed(*args, **more)
    return caught.value


def test_what_was_sent_stays_as_it_was_sent(bureau: Office, visits: str, tmp_path: Path) -> None:
    """B12 报送登记: a late number is a 补报, it never rewrites what was reported."""
    row = str(entries.add(bureau, visits, {"name": "第一期"}, not_secret="审核人乙").subject)
    entries.amend(bureau, row, {"name": "第1期", "sent_on": "2022-08-20"})
    told = refused("E_LOCKED", entries.amend, bureau, row, {"name": "改过的", "note": "注"})
    assert told.field == "name" and "报出日期是“2022-08-20”" in told.text and "其他栏目可以改" in told.text
    refused("E_LOCKED", entries.amend, bureau, row, {"sent_on": ""})
    assert entries.amend(bureau, row, {"note": "注"}).facts["changed"]
    line = ledgers.get(bureau, visits)
    change = entries.RowChange(row, {"name": "粘贴的"})
    with bureau.write("粘贴") as work:
        assert refused("E_LOCKED", entries.update_many, work, line, bureau, [change], {}).field == "name"
    table = [["内容", "备注", "报出日期"], ["第1期", "新注", "2022-09-01"]]
    ours = lists.ids(bureau, visits, Query())
    assert ours == [row]
    path = write_xlsx([Sheet("表", [*table])], tmp_path / "清单.xlsx")
    plan = intake.plan(bureau, visits, drafting.draft(path, line.loaded), overwrite=True)
    assert [(r.verdict, r.cells) for r in plan.rows] == [("updated", {"note": "新注"})]
    assert "这一行已锁定，报出日期不能再改" in plan.rows[0].reason
    assert lists.line(bureau, row).cells["name"] == "第1期"
    assert replay.verify(bureau) == []


def test_a_register_is_printed_and_never_signed(bureau: Office, visits: str, tmp_path: Path) -> None:
    entries.add(bureau, visits, {"name": "一条"}, not_secret="审核人乙")
    out = tmp_path / "登记.pdf"
    signoff.print_ledger(bureau, visits, out)
    for deed, more in (
        (signoff.seal, {}),
        (signoff.sign, {"role": "组长", "by": "甲", "on": DAY.isoformat(), "scan": out}),
    ):
        assert "是登记簿，随时登记" in refused("E_REGISTER", deed, bureau, visits, **more).text
    assert statistics.today_list(bureau).papers == ()
    assert replay.verify(bureau) == []
