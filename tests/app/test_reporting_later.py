"""Reports after what came later: late complaints, a later template, lines that a wrong clock dated (domain A5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.ledger import entries, ledgers
from app.office import Office
from app.proof import replay
from app.reports import report_sending, reporting
from app.template_books import template_upgrades
from app.templating import template_reading
from tests.app import newer_template
from tests.app.reporting_world import World

D = dt.date


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world")
    yield made
    made.office.close()


def test_a_late_complaint_is_told_in_the_next_month(bureau: Office) -> None:
    """Domain A5, SB 四(四): a register has no seal; what it held before its first report was in none, what comes late
    after one is told, with every rate of it; what becomes of an old complaint is no news of its month."""
    open_day = replace(bureau, fixed_today=D(2022, 9, 30))
    register = str(ledgers.open_template(open_day, "complaints").subject)

    def add(name: str, called: str, **more: str) -> None:
        texts = {"name": name, "called_on": called, "dept": "水利局", "answer_by": "2022-10-15"}
        entries.add(open_day, register, texts | more, not_secret="审核人乙")

    add("甲", "2022-08-10")
    add("乙", "2022-09-10")
    assert reporting.draft(open_day, register, "2022-09").numbers.total["cases"] == 1
    report_sending.send(open_day, register, "2022-09")
    add("丙", "2022-09-30", answered_on="2022-09-30", solved_on="2022-09-30")
    next_one = replace(bureau, fixed_today=D(2022, 10, 20))
    entries.amend(next_one, entries.find(next_one, "乙"), {"answered_on": "2022-10-10"}, {})
    draft = reporting.draft(next_one, register, "2022-10")
    total = draft.numbers.total
    assert [total[key] for key in ("cases", "answered", "solved_rate", "answer_rate")] == [1, 1, "100", "100"]
    assert "受理项目审批投诉1件，响应率100%" in draft.text and [m.name for m in draft.late] == ["丙"]


def test_a_sent_report_is_read_under_the_template_it_was_sent_under(world: World) -> None:
    """Domain A5: a later version may drop or rename figures, and report by other periods; a report of days before it is
    written in the form that ruled them. A second edition is laid beside the first."""
    here = world.on(9, 15)
    report_sending.send(here, world.ledger, "2022-09A", zero=True)
    was = reporting.sent(here, world.ledger, "2022-09A")
    assert was is not None
    there = world.on(10, 2)
    new = newer_template.newer(
        ('"base", "added", "open", "open.item", "accepted",', '"base", "open",'),
        ('id = "accepted"\ntitle = "受理"', 'id = "accepted"\ntitle = "窗口收件"'),
        ('every = "半月"\nwhat = "进展情况报送"', 'every = "月"\nwhat = "进展情况报送"'),
        ('text = "截至{until}，{whole}待批项目台账期初', 'text = "截至{until}，有提交日期的{dated}项，{whole}待批项目台账期初'),
        ('[[figure]]\nid = "submitted"', '[[figure]]\nid = "dated"\ntitle = "有提交日期的"\nscope = "item"\n'
         'expr = "has(d_submit)"\nunit = "项"\n\n[[figure]]\nid = "submitted"'),
    )  # fmt: skip
    slip = template_upgrades.Slip("统一口径", "审核人乙", world.folder / "signed.pdf")
    loaded = template_reading.read(new, "新版")
    template_upgrades.upgrade(there, world.ledger, loaded, source="盟发改委", slip=slip)
    again = reporting.sent(there, world.ledger, "2022-09A")
    assert again is not None and (again.compared, again.text, again.drafted) == (
        was.compared,
        was.text,
        was.drafted,
    )
    told = {r.period.id: (r.state, r.edition) for r in reporting.series(there, world.ledger, "progress")}
    assert told["2022-09A"] == ("零报告", 1) and "2022-09B" not in told
    draft = reporting.draft(world.on(10, 3), world.ledger, "2022-09")
    assert "{" not in draft.text and "有提交日期的" not in draft.text and draft.compared
    one, two = (report_sending.send(world.office, world.ledger, "2022-09").facts["files"] for _ in range(2))
    assert Path(two[0]).stem == f"{Path(one[0]).stem}（第2版）" and Path(one[0]).is_file()
    assert replay.verify(world.office) == []


def test_a_line_dated_later_is_left_to_its_day(world: World) -> None:
    """The clock of the machine had gone wrong: a draft of today counts what is dated until today (decision 18)."""
    world.on(9, 20)
    world.approve("甲", "M01", "2022-09-20")
    here = world.on(9, 15)
    draft = reporting.draft(here, world.ledger, "2022-09A")
    assert (draft.numbers.total["approved.item"], draft.numbers.total["open.item"]) == (
        0,
        8,
    ) and not draft.faults
    report_sending.send(here, world.ledger, "2022-09A")
    draft = reporting.draft(world.on(9, 30), world.ledger, "2022-09B")
    assert (draft.numbers.total["base.item"], draft.numbers.total["approved.item"]) == (
        8,
        1,
    ) and not draft.faults
