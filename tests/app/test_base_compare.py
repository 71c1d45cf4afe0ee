"""A revised list of the superior beside the sealed base: still there, new, gone, changed; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdf
import pytest

from app.figures import base_compare, base_compare_print
from app.ledger import entries, leaving
from app.problem import Problem
from tests.app.counting_world import SECOND, World, template, world
from tests.data.write_books import Sheet, write_xlsx

HEADS = ["机井名称", "井深", "封填费用（万元）", "断电拆泵", "等级"]
ROWS = [
    ["甲井", 100, 9, "未办", "一级"],
    ["乙井", 60, "", "不需办", "二级"],
    ["戊井", 30, "", "未办", ""],
    ["己井", 20, "", "未办", ""],
    ["己井", 20, "", "未办", ""],
]
GRADE = """
[[codes]]
id = "grade"
title = "等级"
[[codes.code]]
code = "1"
title = "一级"
[[codes.code]]
code = "2"
title = "二级"
[[field]]
id = "grade"
title = "等级"
kind = "enum"
choices = "grade"
frozen = true
"""


@pytest.fixture
def wells(tmp_path: Path) -> Iterator[World]:
    """Three wells sealed; since then one was corrected, one added."""
    made = world(tmp_path, template(GRADE))
    made.add("甲井", depth="100", cost="2", grade="1")
    b = made.add("乙井", depth="40", grade="1")
    made.add("丙井", depth="90")
    made.seal()
    leaving.correct(made.office, [b], reason="量错", second=SECOND, texts={"depth": "55"})
    made.add("戊井", depth="30")
    yield made
    made.office.close()


def test_a_revised_list_beside_the_sealed_base(wells: World) -> None:
    """SB 四(一): only what the seal froze is compared (decision 7), with what it was then and is now."""
    book = write_xlsx([Sheet("机井", [HEADS, *ROWS])], wells.folder / "版本2.xlsx")
    head = wells.row(0).rev
    found = base_compare.compare(wells.office, wells.ledger, book)
    assert [(each.word, each.row, each.name) for each in found.rows] == [
        ("仍在清单", 2, "甲井"), ("内容有变", 3, "乙井"), ("确定后已补录", 4, "戊井"), ("新列入", 5, "己井"),
        ("清单内重复", 6, "己井"), ("不再列入", 0, "丙井"),
    ]  # fmt: skip
    assert [(cell.title, cell.sealed, cell.now, cell.listed) for cell in found.rows[1].cells] == [
        ("井深", "40", "55", "60"), ("等级", "一级", "一级", "二级"), ("断电拆泵是否需要", "需办", "需办", "不需办"),
    ]  # fmt: skip
    assert found.said.startswith(
        "与确定的底数（2022-08-22）逐行比对：仍在清单 1 行，内容有变 1 行，新列入 1 行"
    )
    assert found.as_json()["counts"] == {
        "same": 1,
        "changed": 1,
        "new": 1,
        "later": 1,
        "gone": 1,
        "double": 1,
        "unread": 0,
    }
    assert wells.row(0).rev == head and entries.find(wells.office, "戊井")
    page = base_compare_print.page_of(found)
    assert [row[2:5] for row in page.rows] == [
        *[("内容有变", "乙井", "152529-JJ-2022-0002")] * 3,
        ("确定后已补录", "戊井", ""), ("新列入", "己井", ""), ("清单内重复", "己井", ""),
        ("不再列入", "丙井", "152529-JJ-2022-0003"),
    ]  # fmt: skip
    base_compare_print.write(found, wells.folder / "比对.xlsx")
    base_compare_print.write(found, wells.folder / "比对.pdf")
    assert "清单内重复" in str(list(openpyxl.load_workbook(wells.folder / "比对.xlsx").active.values))
    assert "不再列入" in pypdf.PdfReader(wells.folder / "比对.pdf").pages[0].extract_text()


def test_without_a_seal_there_is_no_base(tmp_path: Path) -> None:
    made = world(tmp_path)
    with pytest.raises(Problem, match="还没有确定，没有底数可比"):
        base_compare.compare(made.office, made.ledger, tmp_path / "版本2.xlsx")
    made.office.close()
