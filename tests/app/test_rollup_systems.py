"""Roll-ups by approval system: a project reported by place and by system stands once in the sum (S54 四(一), 六(二))."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.ledger import entries, ledgers
from app.links import relations
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.rollups import rollup_sheets, rollup_systems
from app.rollups.rollup_systems import system_of
from app.templating import template_reading
from tests.app.conftest import project

TEMPLATE = "pending-approval"


def test_block_and_line_together_count_no_project_and_no_matter_twice(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """旗生态环境分局 reports 环评 of 甲 to the banner (块) and to its own system (条); the two rows are linked."""
    row, other = project(bureau, ledger, "甲", M01="在办", M03="在办"), project(bureau, ledger, "乙", M01="在办")
    region = str(ledgers.open_template(bureau, "pending-region").subject)
    needed = {f.id for f in ledgers.get(bureau, region).loaded.t.fields if f.need == "create"}
    states = {f"M0{n}": {"state": "在办" if n in (3, 4) else "不需办"} for n in range(1, 9)}
    cells = {"name": "甲（条上）", "system": "生态环境", "build_state": "在建"}
    line = str(entries.add(bureau, region, cells, items=states, not_secret="审核人乙").subject)
    assert needed <= {*cells, "not_secret"}
    apart = rollup_systems.by_system(bureau, TEMPLATE)
    assert (apart.total.projects["open"], apart.total.items["open"], apart.doubled) == (3, 5, 0)
    relations.link(bureau, row, lists.line(bureau, line).no)
    found = rollup_systems.by_system(bureau, TEMPLATE)
    told = {each.title: (each.projects["open"], each.items["open"]) for each in found.rows}
    assert told == {"自然资源": (2, 2), "生态环境": (1, 2)}
    assert (found.total.projects["open"], found.total.items["open"]) == (2, 4)
    assert (found.several, found.doubled) == (1, 1) and len(found.ledgers) == 2
    ((name, rows),) = [(one.name, one.rows) for one in found.doubles]
    assert {name, *rows} & {"甲", "甲（条上）"} and len(rows) == 2
    entries.amend(bureau, other, {"due_date": "2022-08-10"}, {"M01": {"d_submit": "2022-08-01"}})
    red = rollup_systems.by_system(bureau, TEMPLATE)
    assert red.total.red == {"projects": 1, "items": 1, "deadline": 1}
    assert {each.title: each.red["items"] for each in red.rows} == {"自然资源": 1, "生态环境": 0}
    text = "\n".join(rollup_systems.lines(red))
    assert "合计只算一次" in text and "只算一次" in text and "生态环境：" in text
    rollup_sheets.export_rollup(bureau, TEMPLATE, tmp_path / "条.xlsx", by="system")
    cells_of = [cell.value for line in openpyxl.load_workbook(tmp_path / "条.xlsx").active for cell in line]
    assert rollup_sheets.BY_SYSTEM in cells_of and "生态环境" in cells_of
    rollup_sheets.print_rollup(bureau, TEMPLATE, tmp_path / "条.pdf", by="system")
    assert replay.verify(bureau) == []
    for name, dept in (("丙", "旗某某中心"), ("丁", "某某中心")):  # of no system: one unit under two names
        entries.amend(bureau, project(bureau, ledger, name, M03="在办"), {}, {"M03": {"dept": dept}})
    rows_of = {each.title: each.items["open"] for each in rollup_systems.by_system(bureau, TEMPLATE).rows}
    assert rows_of["旗某某中心"] == 2 and "某某中心" not in rows_of
    with pytest.raises(Problem, match="E_NOTHING_RECEIVED"):
        rollup_systems.by_system(bureau, "没有的模板")


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("旗生态环境分局", "生态环境"), ("发改委", "发展改革"), ("旗住建局", "住房城乡建设"), ("水利局", "水利"),
        ("某某中心", "某某中心"), ("", "（未填）"),
    ],
)  # fmt: skip
def test_a_department_belongs_to_its_system(text: str, system: str) -> None:
    known = template_reading.builtin("pending-region").codes["system"].codes
    assert system_of(text, known) == system
