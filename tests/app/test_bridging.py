"""Why a number changed: every row and matter from 期初 to 期末, on the screen, on paper and as a workbook (SB 四(一))."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdf
import pytest

from app.figures import bridge_print, bridging, figures
from app.ledger import entries, leaving
from app.problem import Problem
from tests.app.conftest import DAY
from tests.app.counting_world import SECOND, World, world

TUESDAY, WEDNESDAY = DAY + dt.timedelta(1), DAY + dt.timedelta(2)


@pytest.fixture
def wells(tmp_path: Path) -> Iterator[World]:
    """Listed on Monday, put right and sealed on Tuesday, four movements on Wednesday, one of them a late one."""
    made = world(tmp_path)
    a, b = made.add("甲井"), made.add("乙井", states=("未办", "不需办", "不需办"))
    c = made.add("丙井", states=("不需办", "不需办", "不需办"))
    d = made.add("丁井", states=("未办", "不需办", "不需办"))
    made.go()
    entries.amend(made.office, c, {}, {"W01": {"state": "未办"}})
    entries.amend(made.office, d, {}, {"W01": {"state": "不需办"}})
    made.seal()
    made.go()
    made.close(a, "W01", "W02", on=DAY.isoformat(), doc="验字1号")
    made.close(b, "W01", doc="验字2号")
    made.drop(c)
    made.add("戊井", states=("未办", "不需办", "不需办"))
    leaving.correct(made.office, [a], reason="重复列入", second=SECOND, leave=True)
    yield made
    made.office.close()


def test_every_row_and_matter_that_moved_with_its_paper_and_its_days(wells: World) -> None:
    """Domain A5 and SB 四(一): sums agree line by line with the figures; 补报 is what happened before the period."""
    found = bridging.bridge(wells.office, wells.ledger, WEDNESDAY, WEDNESDAY)
    assert found.balanced and [side.opening for side in found.sides] == [3, 5]
    assert [found.line(side) for side in found.sides] == [
        "项目：期初 3 + 新增 1 − 核减 1 − 移除 1 − 更正 1 = 期末 1",
        "事项：期初 5 + 新增 1 − 核减 3 − 移除 1 − 更正 1 = 期末 1",
    ]
    totals = figures.of(wells.office, wells.ledger, since=WEDNESDAY).total
    for side, end in zip(found.sides, ("", ".item"), strict=True):
        assert {kind: totals[kind + end] for kind in side.counts} == side.counts
        assert side.opening == totals[f"base{end}"] and side.closing == totals[f"open{end}"]
    told = [(m.word, m.name, m.matter, m.doc_no, m.on, m.late) for m in found.moves if m.item]
    assert told[:3] == [
        ("核减", "甲井", "断电拆泵", "验字1号", DAY.isoformat(), True),
        ("核减", "甲井", "回填", "验字1号", DAY.isoformat(), True),
        ("核减", "乙井", "断电拆泵", "验字2号", WEDNESDAY.isoformat(), False),
    ]
    left = next(m for m in found.moves if m.name == "乙井" and not m.item)
    assert (left.word, left.doc_no, left.basis) == ("核减", "验字2号", "验收单")
    assert found.late == 2 and found.as_json()["moves"][0]["word"] == "核减"


def test_before_the_seal_the_list_itself_moves(wells: World) -> None:
    """列入, 手续齐全 and what counts again, from nothing to the base, in one period or in two."""
    first = bridging.bridge(wells.office, wells.ledger, DAY, DAY)
    assert first.line(first.projects) == "项目：期初 0 + 列入 4 − 手续齐全不计入 1 = 期末 3"
    second = bridging.bridge(wells.office, wells.ledger, TUESDAY, TUESDAY)
    assert second.line(second.projects) == "项目：期初 3 + 重新计入 1 − 手续齐全不计入 1 = 期末 3"
    assert [(m.word, m.name, m.recorded) for m in second.moves if not m.item] == [
        ("重新计入", "丙井", TUESDAY.isoformat()), ("手续齐全不计入", "丁井", TUESDAY.isoformat()),
    ]  # fmt: skip
    whole = bridging.bridge(wells.office, wells.ledger, DAY, WEDNESDAY)
    assert whole.balanced and first.balanced and second.balanced
    assert whole.projects.counts == Counter(listed=4, complete=1, added=1, approved=1, removed=1, corrected=1)
    with pytest.raises(Problem, match="止日 2022-08-22 早于起日"):
        bridging.bridge(wells.office, wells.ledger, TUESDAY, DAY)


GOLDEN = """《农用机井封填台账》增减变动表
单位：正镶白旗发展和改革委员会 2022年8月24日至2022年8月24日 共 10 处
1 − 核减 乙井 152529-JJ-2022-0002 （整个项目） 验字2号 2022年8月24日 2022年8月24日 验收单
2 − 移除 丙井 152529-JJ-2022-0003 （整个项目） 2022年8月24日 2022年8月24日 水源井
3 + 新增 戊井 152529-JJ-2022-0005 （整个项目） 2022年8月24日 2022年8月24日 补充清单
4 − 更正 甲井 152529-JJ-2022-0001 （整个项目） 2022年8月24日 2022年8月24日 重复列入
5 − 核减（补报） 甲井 152529-JJ-2022-0001 断电拆泵 验字1号 2022年8月22日 2022年8月24日 验收单
6 − 核减（补报） 甲井 152529-JJ-2022-0001 回填 验字1号 2022年8月22日 2022年8月24日 验收单
7 − 核减 乙井 152529-JJ-2022-0002 断电拆泵 验字2号 2022年8月24日 2022年8月24日 验收单
8 − 移除 丙井 152529-JJ-2022-0003 断电拆泵 2022年8月24日 2022年8月24日 水源井
9 + 新增 戊井 152529-JJ-2022-0005 断电拆泵 2022年8月24日 2022年8月24日 补充清单
10 − 更正 甲井 152529-JJ-2022-0001 立碑 2022年8月24日 2022年8月24日 重复列入
项目：期初 3 + 新增 1 − 核减 1 − 移除 1 − 更正 1 = 期末 1
事项：期初 5 + 新增 1 − 核减 3 − 移除 1 − 更正 1 = 期末 1
补报：业务日期早于 2022年8月24日、这一期才记录的 2 处，不改以前各期的数。"""


def test_the_printed_bridge(wells: World) -> None:
    """The golden text of the sheet; the paper and the workbook say the same."""
    page = bridge_print.page_of(bridging.bridge(wells.office, wells.ledger, WEDNESDAY, WEDNESDAY))
    top = (page.title, f"{page.unit_line} {page.date_line} {page.measure_line}")
    assert "\n".join((*top, *(" ".join(filter(None, row)) for row in page.rows), *page.foot)) == GOLDEN
    pdf, book = wells.folder / "变动.pdf", wells.folder / "变动.xlsx"
    change = bridge_print.bridge_pdf(wells.office, wells.ledger, WEDNESDAY, WEDNESDAY, pdf)
    assert change.said == "已打印增减变动表：10 处，共 1 页"
    text = "".join(pypdf.PdfReader(pdf).pages[0].extract_text().split())
    for row in page.rows:
        assert all("".join(cell.split()) in text for cell in row)
    assert all("".join(line.split()) in text for line in page.foot)
    found = bridging.bridge(wells.office, wells.ledger, WEDNESDAY, WEDNESDAY)
    odd = bridge_print.page_of(replace(found, projects=replace(found.projects, closing=9)))
    assert "对不上" in odd.foot[0] and "对不上" not in odd.foot[1], "never passed over in silence"
    bridge_print.bridge_xlsx(wells.office, wells.ledger, WEDNESDAY, WEDNESDAY, book)
    cells = [cell for row in openpyxl.load_workbook(book).active.values for cell in row if cell]
    assert "验字2号" in cells and page.foot[0] in cells
