"""`demo`: the whole play, league to league, with few projects; every kind of return is in it and all proves itself."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from app import office as offices
from app.exports.check_comments import LIST_SHEET
from app.ledger import ledgers
from app.listing import counts
from tests import network
from tests.journeys.clerk import qidi
from ui.play import demo, demo_follow
from ui.play.demo_world import HANDLERS, LEAD, LEAGUE, SPONSORS

MOST = 8


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    out = tmp_path_factory.mktemp("demo")
    steps: list[str] = []
    with network.untouched():
        demo.journey(out, steps.append, most=MOST)
    return out, steps


def pages(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_bounded()) for page in document]


def test_every_turn_of_the_play_is_told_with_its_figures(played: tuple[Path, list[str]]) -> None:
    said = "\n".join(played[1])
    for turn in (
        "建立 10 个单位", "按立项部门分成 2 份", f"列入 {MOST} =", "推送 7 个部门（1 个用 Excel 填）", "对其中 1 个提出异议",
        "在路上丢了", "1 处问题，批注在 1 格", "合并 5 份，等人决定 1 份", "合并 7 份，等人决定 0 份", "逐处决定 1 处",
        "送来两次：", "催办单已写好：1 个部门", "重发，已合并生态环境分局", "核定异议 1 处", "2 人签字", "台账已确定",
        f"全旗台账清单核对：列入 {2 * MOST} =", "与 2022-09-05 确定的版本逐行对上", "重新核对旗领导小组办公室的全部历史",
        "2022年8月下半月）（已报）", "2022年9月上半月）（已报），PDF、Word、Excel 3 个文件", "领导口径：截至9月15日",
        "已打印增减变动表", "已出催办单", "已出一次性告知书 1 份", "（种子 2022-09-15）；已登记回头看结果",
        "2022年9月考核表：2 件投诉、2 个部门",
        "由工作簿已打开《危旧校舍台账》（", "已按“盟里的表样.xlsx”填好", "10 个单位逐条核对无误",
    ):  # fmt: skip
        assert turn in said, turn


def test_it_leaves_the_offices_and_the_papers(played: tuple[Path, list[str]]) -> None:
    out = played[0]
    folders = {LEAGUE, LEAD, *SPONSORS.values(), *HANDLERS}
    assert all((out / name / "ledger.db").is_file() for name in folders) and len(folders) == 10
    (reminder,) = pages(out / "催办单.pdf")
    assert "致：生态环境分局（正镶白旗生态环境分局）" in reminder and "已等6天，已过期限3天" in reminder
    whole = "".join(pages(out / "合并情况表（旗发改委）.pdf"))
    assert "我这里：责任人壬" in whole and "经办人甲决定" in whole and "非本部门" in whole
    back = openpyxl.load_workbook(out / "退回批注_节能股.xlsx")
    assert "上个月底" in str(list(back[LIST_SHEET].values)[1])


def test_what_follows_from_the_data_lies_in_one_folder(played: tuple[Path, list[str]]) -> None:
    """SB 六(二): the half-month as PDF, Word and Excel; and their form is filled below its own title."""
    folder = played[0] / demo_follow.PAPERS
    reports = sorted(file.name for file in folder.glob("*进展情况*"))
    assert [name.rpartition(".")[2] for name in reports] == ["docx", "pdf", "xlsx"] * 2
    bridge = "".join(pages(folder / "数字为什么变了.pdf"))
    assert "某审〔2022〕1号" in bridge
    assert "来**" in "".join(pages(folder / "12345考核表.pdf"))
    sheet = openpyxl.load_workbook(folder / "盟里的表样（填好）.xlsx").worksheets[0]
    (filled,) = re.findall(r"填好 (\d+) 行", "\n".join(played[1]))
    assert str(sheet["A1"].value).startswith("附件2") and 0 < int(filled) < MOST  # what was closed has left
    assert [sheet.cell(n, 1).value for n in (3, 2 + int(filled))] == [1, int(filled)]


def test_the_number_is_the_same_at_every_level(played: tuple[Path, list[str]]) -> None:
    """SB 四(一): 列入 is the sum of the sponsors', and the league sees what the lead sealed, less what was closed."""
    listed = {}
    for name in (*SPONSORS.values(), LEAD, LEAGUE):
        office = offices.open_folder(played[0] / name)
        line = next(x for x in ledgers.all(office) if x.own or name == LEAGUE)
        listed[name] = counts.now(office, line.id)["project"]
        office.close()
    sponsors = [listed[name] for name in SPONSORS.values()]
    for key in ("listed", "base", "open", "approved"):
        assert listed[LEAD][key] == listed[LEAGUE][key] == sum(one[key] for one in sponsors), key
    assert listed[LEAD]["approved"] > 0


def test_a_taken_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x", "utf-8")
    assert qidi(tmp_path / "none", "demo", "-o", tmp_path).problem["code"] == "E_FOLDER_TAKEN"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
