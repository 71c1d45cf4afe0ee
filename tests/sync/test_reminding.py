"""催办单 (旗方案 四(一)): a sheet for each department whose part went out and did not come back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from app.exports.reminder_pdf import MOST
from app.ledger import entries
from app.problem import Problem
from app.rounds import reminding, rounds
from sync import exchange
from sync.merges import merges
from tests.sync.rounds_world import FOREST, WATER, Play, played

NINE_DAYS_ON = dt.date(2022, 8, 31)


world = played(2)


def sheets(path: Path) -> list[str]:
    """The text of each page without blanks."""
    with pypdfium2.PdfDocument(path) as document:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_bounded()) for page in document]


def reminded(world: Play) -> list[str]:
    out = world.folder / "催办单.pdf"
    reminding.remind(world.sponsor, world.ledger, out)
    return sheets(out)


def test_a_sheet_says_to_whom_which_round_since_when_and_what_is_outstanding(world: Play) -> None:
    entries.amend(world.sponsor, world.rows["项目1"], {"project_code": "2203-152529-04-01-123456"})
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    exchange.receive(world.water, world.push()[WATER])
    out = world.folder / "催办单.pdf"
    change = reminding.remind(replace(world.sponsor, fixed_today=NINE_DAYS_ON), world.ledger, out)
    pages = sheets(out)
    assert len(pages) == change.facts["pages"] == 5
    water = next(page for page in pages if f"致：{WATER}（" in page)
    assert "致：水利局（正镶白旗水利局）" in water and "第1轮核查，2022年8月22日以核查包送出" in water
    assert "请于2022年8月25日前回传；至今没有收到回传，已等9天，已过期限6天。" in water
    assert "2个项目4个事项" in water and "取水、水土保持" in water
    assert "项目1" in water and "项目2" in water and "2203-152529-04-01-123456" in water
    assert "签收人（签字）" in water and "单位：正镶白旗发展和改革委员会" in water
    assert all("第1页共1页" in page for page in pages), "each department is handed its own sheet"
    assert change.facts["depts"][0].keys() == {"dept", "waiting", "late", "rows", "items", "overdue"}


def test_who_answered_and_who_was_not_sent_anything_is_not_reminded(world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger)
    exchange.receive(world.water, world.push(WATER, FOREST)[WATER])
    assert [f"致：{d}" in page for d, page in zip(sorted((WATER, FOREST)), reminded(world), strict=True)] == [
        True
    ] * 2
    world.says("项目1", "M04", verified="已核")
    merges.merge(world.sponsor, world.back())
    assert [r.dept for r in reminding.waiting(world.sponsor, world.ledger)] == [FOREST]
    assert "请于" not in reminded(world)[0], "no day was set"


def test_a_long_list_is_one_page_with_what_presses_most_and_the_rest_only_when_asked(world: Play) -> None:
    added = {number: world.add(f"项目{number}") for number in range(3, 60)}
    for number, day in ((58, "2022-07-01"), (41, "2022-08-01"), (57, "2022-08-24")):
        entries.amend(world.sponsor, added[number], {}, {"M04": {"due_date": day}})
    rounds.begin(world.sponsor, world.ledger)
    world.push(WATER, FOREST)
    water = reminded(world)
    assert len(water) == 2, "a page for each department"
    page = next(each for each in water if f"致：{WATER}" in each)
    assert "今天发出，等待回传" in page and "已等" not in page
    assert (
        "59个项目" in page and "其中逾期2个事项" in page and f"最急的{MOST}个项目，其余{59 - MOST}个" in page
    )
    order = [page.index(name) for name in ("项目58", "项目41", "项目57")]
    assert order == sorted(order) and "项目31" not in page
    out = world.folder / "附表.pdf"
    reminding.remind(world.sponsor, world.ledger, out, depts=(WATER,), whole=True)
    annex = sheets(out)[1:]
    assert "催办单附表" in annex[0]
    for number in range(1, 60):
        assert sum(len(re.findall(rf"项目{number}(?!\d)", page)) for page in annex) == 1


def test_nothing_is_written_when_nobody_is_late(world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger)
    with pytest.raises(Problem) as caught:
        reminding.remind(world.sponsor, world.ledger, world.folder / "催办单.pdf")
    assert caught.value.code == "E_NOTHING" and not (world.folder / "催办单.pdf").exists()


def test_without_a_round_there_is_nobody_to_remind(world: Play) -> None:
    with pytest.raises(Problem) as caught:
        reminding.waiting(world.sponsor, world.ledger)
    assert caught.value.code == "E_NO_ROUND"
