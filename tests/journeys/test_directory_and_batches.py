"""部门名录, 批量办结 and 卡在谁手里 by the command line, as a clerk writes them."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from tests.journeys.clerk import LEDGER, NOT_SECRET, TODAY, done, office, refused


def test_one_person_one_paper_one_question(tmp_path: Path) -> None:
    """旗方案 四(一)、四(三)2, decisions 4, 6, 7: rows follow the directory, one 文号 closes many, who holds what."""
    folder = office(tmp_path / "office")
    done(folder, "open", LEDGER, "directory")
    row = done(folder, "add", "directory", "name=旗水利局", "aliases=水利局", "person=责任人甲", "tel=13800000001", *NOT_SECRET)
    for name in ("示范甲", "示范乙"):
        items = [f"M0{n}.state=不需办" for n in (1, 2, 4, 5, 6, 7, 8)]
        cells = ("build_state=在建", "resp_unit=水利局", "resp_person=责任人甲", "M03.state=在办", "M03.d_submit=2022-08-22")
        done(folder, "add", LEDGER, f"name={name}", *cells, *items, *NOT_SECRET)
    assert done(folder, "directory", "正镶白旗水利局")["person"] == "责任人甲"
    assert "13800000001" not in str(done(folder, "directory", "水利局"))  # private
    assert refused(folder, "directory", "旗甲局")["code"] == "E_NO_DEPARTMENT"
    done(folder, "set", row["subject"], "person=责任人乙")
    assert done(folder, "directory")["rows"] == 2
    assert done(folder, "directory", "--follow")["rows"] == 2
    assert [each["resp_person"] for each in done(folder, "list", LEDGER)] == ["责任人乙"] * 2
    held = done(folder, "stats", LEDGER, "--by", "holder")
    assert [(one["holder"], one["bands"]) for one in held["rows"]] == [("手续部门", [2, 0, 0, 0])]
    done(folder, "stats", LEDGER, "--by", "holder-item", "-o", tmp_path / "手里.xlsx")
    found = [cell.value for line in load_workbook(tmp_path / "手里.xlsx").active for cell in line]  # type: ignore[union-attr]
    assert "手续部门" in found
    assert refused(folder, "stats", LEDGER, "--by", "holder", "--on", TODAY)["code"] == "E_USAGE"
    paper = ("--matter", "M03", "--basis", "批复", "--doc", "某环审〔2022〕2号", "--on", TODAY)
    looked = done(folder, "close", "示范甲", "示范乙", *paper, "--preview")
    assert looked["ready"] == 2 and done(folder, "stats", LEDGER, "--by", "holder")["rows"]
    assert done(folder, "close", "示范甲", "示范乙", *paper)["closed"] == 2
    problem = refused(folder, "close", "示范甲", "示范乙", *paper)
    assert problem["code"] == "E_CANNOT_CLOSE" and len(problem["facts"]["all"]) == 2
    assert done(folder, "stats", LEDGER, "--by", "holder")["rows"] == [] and done(folder, "verify")
